"""Special values of the elementwise operators."""

from tests.special_values.build import EDGES, INF, LEFT, NAN, RIGHT, SMALL, UNLIKE, case

WITHIN = [0.0, 0.25, 0.5, 0.75, 1.0, 2.0, -1.0, INF, NAN]
"""Without -0.0, where torch's vectors and its scalars give infinities of different signs."""
HALVES = [0.5, -0.5, 1.5, -1.5, 2.5, -2.5]

for _name in (
    *("exp2", "expm1", "log2", "log10", "reciprocal", "rsqrt", "asin", "acos", "atan"),
    *("sinh", "cosh", "asinh", "acosh", "atanh", "floor", "ceil", "round", "trunc", "frac"),
    *("sgn", "signbit", "deg2rad", "rad2deg", "logit", "isposinf", "isneginf", "isreal"),
    *("logical_not", "nan_to_num", "sinc", "positive"),
):
    case(_name, lambda f, x, op=_name: getattr(f, op)(x), [*EDGES, *HALVES])
case("log1p", lambda f, x: f.log1p(x), [*SMALL, 1e-300, -1e-20])
case("tan", lambda f, x: f.tan(x), EDGES[:8])
case("frexp", lambda f, x: f.frexp(x), [*EDGES, *HALVES])
case("logit, eps", lambda f, x: f.logit(x, 0.25), [*SMALL, 0.25, 0.75])
case("logit, eps 0", lambda f, x: f.logit(x, 0), WITHIN)
case("logit, eps below 0", lambda f, x: f.logit(x, -1.0), WITHIN)
case("logit, eps above a half", lambda f, x: f.logit(x, 0.75), [*SMALL, 0.25, 0.75])
case("round, decimals", lambda f, x: f.round(x, decimals=1), [0.25, -0.25, 0.35, 1e308, INF, NAN])
case("round, tens", lambda f, x: f.round(x, decimals=-1), [5.0, -15.0, 25.0, INF, NAN, -0.0])
case("nan_to_num, given", lambda f, x: f.nan_to_num(x, 1.0, 2.0, -2.0), EDGES)
case("nan_to_num, inf", lambda f, x: f.nan_to_num(x, INF, NAN, INF), EDGES)

for _name in (
    *("atan2", "hypot", "copysign", "nextafter", "logaddexp", "logaddexp2", "fmax", "fmin"),
    *("clamp_min", "clamp_max", "logical_and", "logical_or", "logical_xor", "isclose"),
):
    case(f"{_name} pairs", lambda f, a, b, op=_name: getattr(f, op)(a, b), LEFT, RIGHT)
case("isclose, equal_nan", lambda f, a, b: f.isclose(a, b, equal_nan=True), LEFT, RIGHT)
case("isclose, exact", lambda f, a, b: f.isclose(a, b, 0, 0), LEFT, RIGHT)
for _side in (1.0, -1.0, 0.0, -0.0, NAN):
    case(f"copysign to {_side}", lambda f, x, n=_side: f.copysign(x, n), EDGES)
ONES = [a for a in SMALL for _ in SMALL]
OTHERS = [b for _ in SMALL for b in SMALL]
case("fmod pairs", lambda f, a, b: f.fmod(a, b), ONES, OTHERS)
for _mode in ("floor", "trunc"):
    case(
        f"div pairs, {_mode}",
        lambda f, a, b, mode=_mode: f.div(a, b, rounding_mode=mode),
        ONES,
        OTHERS,
    )
case("ldexp pairs", lambda f, a, b: f.ldexp(a, b), ONES, OTHERS)
case("float_power pairs", lambda f, a, b: f.float_power(a, b), ONES, OTHERS)
case("heaviside", lambda f, x: f.heaviside(x.detach(), f.tensor(0.5, dtype=x.dtype)), EDGES)
case("clamp_min, number", lambda f, x: f.clamp_min(x, 1.0), EDGES)
case("clamp_max, number", lambda f, x: f.clamp_max(x, -1.0), EDGES)
case("atan2 at the origin", lambda f, a, b: f.atan2(a, b), [0.0, 3.0], [0.0, 4.0], second=True)
case("hypot at the origin", lambda f, a, b: f.hypot(a, b), [0.0, 3.0], [0.0, 4.0], second=True)
for _weight in (0.0, 0.5, 1.0, -1.0, INF, NAN):
    case(f"lerp, {_weight}", lambda f, a, b, w=_weight: f.lerp(a, b, w), ONES, OTHERS)
case("lerp", lambda f, a, b: f.lerp(a, b, f.tensor(0.25, dtype=a.dtype)), ONES, OTHERS)
case("addcmul", lambda f, a, b: f.addcmul(a, a, b), ONES, OTHERS)
case("addcdiv", lambda f, a, b: f.addcdiv(a, a, b, value=2), ONES, OTHERS)

SQUARED = "torch squares the coordinates, which overflows beyond 1e154 and is 0 below 1e-162"
UNLIKE.update(
    {
        ("gradient", "sinc"): "torch takes the least number for 0 here",
        ("value", "logaddexp2 pairs"): "log2(1/2 + 1/2) is 0, in torch -5e-17",
        ("sign", "logaddexp2 pairs"): "log2(1/2 + 1/2) is 0, in torch -5e-17",
        ("gradient", "atan2 pairs"): SQUARED,
        ("gradient", "frexp"): "torch divides by 2**1024, which is inf",
        ("gradient", "hypot pairs"): "torch's product of gradient and input overflows",
    }
)
