"""Special values: extremes, sums without nan."""

from __future__ import annotations

from tests.special_values.build import INF, NAN, case

ROWS = [[NAN, 1.0, 2.0], [NAN, NAN, NAN], [INF, -INF, 0.0], [2.0, 2.0, 2.0]]
ALONE = "where all are nan the gradient is 0, in torch 0 * inf"
for _name in ("nansum", "nanmean"):
    case(
        f"{_name} over 1",
        lambda f, x, op=_name: getattr(f, op)(x, 1),
        ROWS,
        unlike={"gradient": ALONE} if _name == "nanmean" else {},
    )
    case(f"{_name} of everything", lambda f, x, op=_name: getattr(f, op)(x), ROWS[:2])
    case(f"{_name} of nothing", lambda f, x, op=_name: getattr(f, op)(x), [])
for _name in ("var_mean", "std_mean"):
    case(f"{_name} of one", lambda f, x, op=_name: getattr(f, op)(x), [2.0])
    case(f"{_name} of equals", lambda f, x, op=_name: getattr(f, op)(x), [2.0, 2.0])
case("aminmax over 1", lambda f, x: f.aminmax(x, dim=1), ROWS)
case("aminmax, ties", lambda f, x: f.aminmax(x), [1.0, 3.0, 1.0, 3.0])

# An infinite gradient, that of the square root at 0, reaches the entry that was picked alone.
for _name in ("max", "min", "median", "nanmedian"):
    case(
        f"sqrt of {_name} at 0",
        lambda f, x, op=_name: (
            getattr(f, op)(x, INF) if op == "norm" else getattr(f, op)(x)
        ).sqrt(),
        {"max": [-1.0, 0.0, -2.0], "min": [1.0, 0.0, 2.0]}.get(_name, [-1.0, 0.0, 2.0]),
    )
case(
    "sqrt of scatter_reduce amax at 0",
    lambda f, x, src: f.scatter_reduce(x, 0, f.lib.tensor([0, 0]), src, "amax").sqrt(),
    [-1.0, 0.5],
    [0.0, -1.0],
    unlike={"gradient": "the other entries get 0, in torch 0 * inf"},
)
case(
    "embedding, an infinite gradient for the padding",
    lambda f, x: f.F.embedding(f.lib.tensor([0, 1]), x, padding_idx=0).sqrt(),
    [[0.0, 1.0], [2.0, 3.0]],
)
