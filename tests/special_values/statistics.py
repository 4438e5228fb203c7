"""Special values: medians, modes, quantiles, differences."""

from __future__ import annotations

from tests.special_values.build import INF, NAN, case

ROWS = [[NAN, 1.0, 2.0], [3.0, NAN, NAN], [INF, -INF, 0.0], [1.0, 3.0, 2.0]]
for _name in ("median", "nanmedian"):
    case(f"{_name} over 1", lambda f, x, op=_name: getattr(f, op)(x, 1), ROWS)
    case(f"{_name}, ties", lambda f, x, op=_name: getattr(f, op)(x), [2.0, 2.0, 1.0, 2.0])
    case(f"{_name} of everything", lambda f, x, op=_name: getattr(f, op)(x), ROWS)
    case(f"{_name} of nan alone", lambda f, x, op=_name: getattr(f, op)(x), [NAN, NAN])
    case(f"{_name} of nothing", lambda f, x, op=_name: getattr(f, op)(x), [])
for _name in ("quantile", "nanquantile"):
    for _between in ("linear", "lower", "higher", "nearest", "midpoint"):
        case(
            f"{_name}, {_between}",
            lambda f, x, op=_name, by=_between: getattr(f, op)(x, 0.4, 1, interpolation=by),
            ROWS,
        )
    case(f"{_name}, ties", lambda f, x, op=_name: getattr(f, op)(x, 0.5), [2.0, 2.0, 1.0, 2.0])
    case(f"{_name} of nan", lambda f, x, op=_name: getattr(f, op)(x, 0.5), [NAN, NAN])
case("mode, ties", lambda f, x: f.mode(x), [[1.0, 2.0, 1.0, 2.0], [3.0, 3.0, 2.0, 1.0]])
case("mode with nan", lambda f, x: f.mode(x), [[1.0, NAN, NAN], [INF, INF, 1.0]])
case("mode of zeros", lambda f, x: f.mode(x), [0.0, -0.0, 1.0])
case("cov of one observation", lambda f, x: f.cov(x, correction=0), [[1.0], [2.0]])
case("corrcoef of equals", lambda f, x: f.corrcoef(x), [[1.0, 1.0], [1.0, 2.0]])
case("diff of inf", lambda f, x: f.diff(x), [INF, INF, -INF, NAN, 0.0])
case("trapezoid of inf", lambda f, x: f.trapezoid(x), [INF, 1.0, -INF])
