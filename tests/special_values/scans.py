"""Special values: scans, softmax and logsumexp."""

from __future__ import annotations

from tests.special_values.build import INF, NAN, case

ROWS = [
    [0.0, 0.0, 0.0],
    [1000.0, 1000.0, -1000.0],
    [INF, 1.0, 2.0],
    [-INF, 1.0, 2.0],
    [-INF, -INF, -INF],
    [INF, INF, 1.0],
    [INF, -INF, 0.0],
    [NAN, 1.0, 2.0],
    [1.0, -INF, -INF],
]
for _name in ("softmax", "log_softmax", "logsumexp", "logcumsumexp", "cumsum"):
    case(f"{_name} at edges", lambda f, x, op=_name: getattr(f, op)(x, 1), ROWS)
    case(f"{_name} of nothing", lambda f, x, op=_name: getattr(f, op)(x, 1), [[], []])
    case(
        f"{_name} of large numbers",
        lambda f, x, op=_name: getattr(f, op)(x, 1),
        [[1000.0, 999.0, -1000.0], [-1000.0, -999.0, 1000.0]],
        second=_name != "logcumsumexp",  # differs by rounding
    )
for _name in ("cummax", "cummin"):
    case(
        f"{_name}, ties",
        lambda f, x, op=_name: getattr(f, op)(x, 1),
        [[1.0, 1.0, 1.0], [0.0, -0.0, 0.0], [2.0, 1.0, 2.0]],
    )
    case(f"{_name} at edges", lambda f, x, op=_name: getattr(f, op)(x, 1), ROWS)
for _values in ([2.0, 3.0, 4.0], [2.0, 0.0, 4.0], [0.0, 2.0, 0.0, 3.0], [0.0, 0.0], [5.0, 0.0]):
    case(f"cumprod of {_values}", lambda f, x: f.cumprod(x, 0), _values, second=True)
case("cumprod of a 0-d zero", lambda f, x: f.cumprod(x, 0), 0.0)
case(
    "cumprod of inf and nan",
    lambda f, x: f.cumprod(x, 1),
    [[INF, 2.0, 3.0], [2.0, NAN, 3.0]],
    unlike={"gradient": "torch divides by the input, which loses what is known beside inf"},
)
