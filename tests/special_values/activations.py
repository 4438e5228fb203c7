"""Special values of activation functions: kinks, infinities, where exp overflows."""

from tests.special_values.build import EDGES, INF, NAN, case

KINKS = [*EDGES[:7], 0.5, -0.5, 3.0, -3.0, 6.0, 20.0, -20.0, 40.0, -40.0, 750.0, -750.0]

for _name in (
    "relu",
    "relu6",
    "leaky_relu",
    "elu",
    "selu",
    "celu",
    "silu",
    "mish",
    "softplus",
    "softsign",
    "tanhshrink",
    "softshrink",
    "hardshrink",
    "hardtanh",
    "hardswish",
    "logsigmoid",
    "sigmoid",
    "tanh",
):
    case(f"F.{_name}", lambda f, x, op=_name: getattr(f.F, op)(x), KINKS)
case(
    "F.hardsigmoid",
    lambda f, x: f.F.hardsigmoid(x),
    KINKS,
    unlike={"gradient": "torch holds 1/6 in float32"},
)
case(
    "F.gelu",
    lambda f, x: f.F.gelu(x),
    KINKS,
    unlike=dict.fromkeys(("value", "gradient"), "torch's is 0 far below 0, where 1 + erf cancels"),
)
case("gelu by tanh", lambda f, x: f.F.gelu(x, approximate="tanh"), [*EDGES[:4], NAN, 20.0, -20.0])
case("softplus of its threshold", lambda f, x: f.F.softplus(x, 2.0, 6.0), [3.0, 3.0001, -3.0, NAN])
case("softplus of a negative beta", lambda f, x: f.F.softplus(x, -2.0), KINKS)
case(
    "elu of a negative alpha",
    lambda f, x: f.F.elu(x, -1.0),
    KINKS,
    unlike={"sign": "0 times alpha, in torch 0 itself"},
)
case("celu of a negative alpha", lambda f, x: f.F.celu(x, -0.5), [0.0, 1.0, -1.0, INF, 3.0])
case("leaky_relu of a negative slope", lambda f, x: f.F.leaky_relu(x, -2.0), KINKS)
case("threshold at it", lambda f, x: f.threshold(x, 0.5, 9.0), KINKS)
case("hardtanh of one point", lambda f, x: f.F.hardtanh(x, 1.0, 1.0), KINKS)
_ZEROS = "torch's zeros have one sign in vectors, another at their end"
case(
    "shrinks of nothing",
    lambda f, x: (f.F.softshrink(x, 0.0), f.hardshrink(x, 0.0)),
    KINKS,
)
case("prelu", lambda f, x, w: f.prelu(x, w), KINKS, [0.25])
case("prelu of an infinite weight", lambda f, x, w: f.prelu(x, w), KINKS[:8], [INF])
case("rrelu", lambda f, x: f.rrelu(x), KINKS)
case("glu", lambda f, x: f.F.glu(x), [1.0, 2.0, 0.0, INF, -INF, -1000.0])
case("softmin", lambda f, x: f.F.softmin(x, 0), [1.0, INF, -1.0])
# A second order at kinks.
for _name in ("elu", "celu", "selu", "leaky_relu", "softplus", "silu", "hardtanh", "softshrink"):
    case(
        f"second order of F.{_name}",
        lambda f, x, op=_name: getattr(f.F, op)(x),
        [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 3.0],
        second=True,
        unlike={"sign": _ZEROS} if _name == "softshrink" else None,
    )
