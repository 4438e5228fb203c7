"""Special values: special."""

from tests.special_values.build import EDGES, HUGE, INF, LEFT, NAN, RIGHT, case

BESIDE_ONE = [1 - 2.0**-53, 1 - 1e-12, 0.999, 0.9995, 0.5, 1e-310]
case("erf", lambda f, x: f.erf(x), [*EDGES, 0.5, 3.0, -5.9, 6.1, 1e-300] * 3)
case("erfc", lambda f, x: f.erfc(x), [*EDGES, 0.5, 3.0, 10.0, 26.5, -5.9, 28.1] * 3)
case("erfcx", lambda f, x: f.special.erfcx(x), [*EDGES[:-2], 0.5, 5.0, 27.9, 1e5, -26.6])
case("erfinv", lambda f, x: f.erfinv(x), [*EDGES, *BESIDE_ONE, *(-x for x in BESIDE_ONE)])
case("erf of few", lambda f, x: f.erf(x), EDGES)
case("erfc of few", lambda f, x: f.erfc(x), EDGES)
case("ndtr", lambda f, x: f.special.ndtr(x), [*EDGES, 8.0, -1.0])
case(
    "log_ndtr",
    lambda f, x: f.special.log_ndtr(x),
    [*EDGES[:-2], -37.0, 8.0, -1.0, 40.0],
    unlike={"gradient": "phi / Phi is infinite at -inf, in torch nan"},
)
case(
    "log_ndtr far below",
    lambda f, x: f.special.log_ndtr(x),
    [-1e5, -1e3],
    unlike={"gradient": "it is 1e5 and 1e3 there; torch's has few digits"},
)
case(
    "ndtr far below",
    lambda f, x: f.special.ndtr(x),
    [-5.0, -8.0],
    unlike={"value": "torch takes 1 + erf, which loses the tail"},
)
case("ndtri", lambda f, x: f.special.ndtri(x), [0.0, 1.0, 2.0, -1.0, NAN, INF, 0.5, *BESIDE_ONE])

# Poles, infinities and what is 0 by convention.
POLES = [*EDGES[:-3], 2.0, -2.0, 0.5, -0.5, 171.7, 1e10]
A = [0.0, 0.0, 1.0, 1.0, INF, 2.0, -1.0]
B = [0.0, 1.0, 0.0, INF, 1.0, NAN, 1.0]
TRIGAMMA = "torch's polygamma(1, x) is finite at the poles, and nan at -inf"
AT_INF = "torch's zeta, and polygamma with it, is nan at inf"
FIRST = "torch multiplies by a before it divides by b, which overflows"

case("lgamma", lambda f, x: f.lgamma(x), [*POLES, 1e305])
case("digamma", lambda f, x: f.digamma(x), POLES, unlike={"gradient": TRIGAMMA})
case(
    "polygamma(1) at its poles", lambda f, x: f.polygamma(1, x), [-1.0], unlike={"value": TRIGAMMA}
)
for _n in (1, 2, 3):
    case(f"polygamma({_n})", lambda f, x, n=_n: f.polygamma(n, x), [0.0, NAN, 20.0])
    case(
        f"polygamma({_n}) at inf",
        lambda f, x, n=_n: f.polygamma(n, x),
        [INF],
        unlike={
            "gradient": AT_INF,
            **({"value": AT_INF} if _n > 1 else {}),
            **({"sign": AT_INF} if _n == 2 else {}),
        },
    )
case("igamma", lambda f, a, x: f.igamma(a.detach(), x), A, B)
case("igammac", lambda f, a, x: f.igammac(a.detach(), x), A, B)
case(
    "zeta",
    lambda f, a, x: f.special.zeta(a.detach(), x),
    [1.0, 2.0, 2.0, 0.5, 2.0, 1.5, INF],
    [1.0, 0.0, -1.0, 1.0, -0.5, -0.5, 2.0],
)
case("entr", lambda f, x: f.special.entr(x), EDGES)
case("xlogy pairs", lambda f, x, y: f.xlogy(x, y), LEFT, RIGHT, unlike={"gradient": FIRST})
case(
    "xlog1py pairs",
    lambda f, x, y: f.special.xlog1py(x, y),
    LEFT,
    RIGHT,
    unlike={"gradient": FIRST},
)
for _name in ("i0", "i0e", "i1", "i1e"):
    case(
        _name,
        lambda f, x, name=_name: getattr(f.special, name)(x),
        [0.0, -0.0, 1.0, -1.0, 3.0, 50.0],
        second=True,
    )
for _name in ("i0e", "i1e"):
    case(
        f"{_name} far out",
        lambda f, x, name=_name: getattr(f.special, name)(x),
        [INF, -INF, HUGE, -HUGE],
        second=True,
    )
for _kind in (
    "bessel_y",
    "modified_bessel_k",
    "scaled_modified_bessel_k",
    "bessel_j",
    "modified_bessel_i",
):
    for _n in (0, 1):
        case(
            f"arguments of {_kind}{_n}",
            lambda f, x, name=f"{_kind}{_n}": getattr(f.special, name)(x.detach()),
            [*EDGES[:-3], 2.0],
        )
for _name in ("spherical_bessel_j0", "airy_ai"):
    case(
        f"arguments of {_name}",
        lambda f, x, name=_name: getattr(f.special, name)(x.detach()),
        [*EDGES[:-3], 2.0, 4.0, 90.0],
    )
