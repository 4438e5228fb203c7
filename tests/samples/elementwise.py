"""Samples of the elementwise operators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.samples.build import A, S, Sample, bools, ints, row, strided, turned, unlike


def unary(**domain: Any) -> list[Sample]:
    shapes = [(), (3,), (2, 3), (2, 1, 3), (0,), (2, 0, 3)]
    samples = [S(A(*shape, **domain)) for shape in shapes]
    return [*samples, S(turned(3, 2, **domain)), S(strided(2, 3, **domain))]


PAIRS: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
    ((), ()),
    ((3,), (3,)),
    ((), (2, 3)),
    ((2, 3), ()),
    ((2, 3), (3,)),
    ((1, 3), (2, 3)),
    ((2, 1), (1, 3)),
    ((2, 3, 2), (3, 1)),
    ((0,), (1,)),
    ((2, 0), (2, 1)),
]


def pairs(left: dict[str, Any], right: dict[str, Any]) -> Iterator[Sample]:
    for a, b in PAIRS:
        yield S(A(*a, **left), A(*b, **right))
    yield S(turned(2, 3, **left), strided(2, 3, **right))
    yield S(A(2, 3, **left), other=A(3, **right))


def binary(
    *, away: tuple[float, ...] = (), numbers: tuple[Any, ...] = (3, 2.5, True)
) -> list[Sample]:
    domain = {"away": away}
    return [*pairs(domain, domain), *(S(A(2, 3), number) for number in numbers), S(A(), 3)]


NUMBERS = "accepted so that NumPy's own function, which takes numbers, is this one"
FLOATS_ONLY = (S("text"), S([1.0, 2.0]), S(1.0), S(None), S())
TWO_ARGUMENTS = (
    S(A(2, 3), A(2)),
    S(A(2, 3), A(3, 2)),
    S(A(2), "text"),
    S(A(2), None),
    S(A(2), [1.0, 2.0]),
    S(A(2)),
    S([1.0], A(1)),
)

row("sqrt", unary(low=0.2), refused=FLOATS_ONLY)
row("rsqrt", unary(low=0.2), refused=FLOATS_ONLY)
row("reciprocal", unary(away=(0,)), refused=FLOATS_ONLY)
row("square", unary(), refused=FLOATS_ONLY)
row("abs absolute", unary(away=(0,)), refused=FLOATS_ONLY)
row("sign", unary(away=(0,)), refused=FLOATS_ONLY)
row("sgn", unary(away=(0,)), refused=FLOATS_ONLY)
row("positive", unary(), refused=(*FLOATS_ONLY, S(bools(2))))
row("frexp", unary(away=(-1, -0.5, -0.25, 0, 0.25, 0.5, 1)), refused=(*FLOATS_ONLY, S(ints(2))))
row(
    "nan_to_num",
    unary(),
    S(A(2, 3), 1.5),
    S(A(2, 3), nan=1, posinf=2.0, neginf=None),
    refused=(*FLOATS_ONLY, S(A(2), "text"), S(A(2), posinf=A(2))),
)
row("relu", unary(away=(0,)), refused=FLOATS_ONLY)
row("neg negative", unary(), refused=(*FLOATS_ONLY, S(bools(2))))
row("clone", unary(), refused=FLOATS_ONLY)

for _name in ("fmax", "fmin"):
    row(_name, pairs({}, {}), refused=TWO_ARGUMENTS)
for _name in ("clamp_min", "clamp_max"):
    row(
        _name,
        list(pairs({}, {}))[:-1],
        [S(A(2, 3, away=(0.5,)), number) for number in (0.5, 1, True)],
        S(A(2, 3), A(3)),
        S(ints(5), 1),
        refused=TWO_ARGUMENTS,
    )
row(
    "clamp clip",
    [S(A(*shape, away=(-0.5, 1)), -0.5, 1) for shape in [(), (3,), (2, 3), (0,), (2, 3, 2)]],
    S(turned(3, 2, away=(-0.5, 1)), -0.5, 1.0),
    S(A(2, 3, away=(0.5,)), 0.5),
    S(A(2, 3, away=(0.5,)), min=0.5),
    S(A(2, 3, away=(0.5,)), max=0.5),
    S(A(2, 3, away=(0.5,)), None, 0.5),
    S(A(2, 3, away=(0.5, 1)), 1, 0.5),
    S(A(2, 3), A(2, 3), A(2, 3)),
    S(A(2, 3), A(3, high=0), A(2, 1, low=0)),
    S(A(2, 3), A(3), None),
    S(A(2, 3), max=A(2, 3)),
    S(A(3), A(2, 3), A(2, 1)),
    S(A(2), A(), A()),
    bools="clamp refuses bools, torch takes them",
    refused=(
        S(A(2)),
        S(A(2), None, None),
        S(A(2), "a"),
        S(A(2), A(3)),
        S([1.0], 0, 1),
        *unlike(NUMBERS, S(A(2), A(2), 1.0)),
    ),
)
row(
    "where",
    S(bools(2, 3), A(2, 3), A(2, 3)),
    S(bools(2, 3), A(3), A(2, 1)),
    S(bools(3), A(2, 3), A()),
    S(bools(), A(2), A(2)),
    S(bools(2, 1), A(), A(3)),
    S(bools(0), A(0), A(1)),
    S(bools(2, 3), A(2, 3), 1.5),
    S(bools(2, 3), 2, A(2, 3)),
    S(bools(2, 3), 1.0, 0.0),
    S(bools(2, 3), 1, 0),
    S(bools(2, 3), True, False),
    S(bools(2, 3), 1, 0.5),
    S(bools(2, 3), turned(2, 3), strided(2, 3)),
    S(bools(2, 3)),
    S(bools()),
    S(ints(3, low=0, high=1)),
    refused=(
        S(A(2), A(2), A(2)),
        S(ints(2), A(2), A(2)),
        S(bools(2), A(3), A(2)),
        S(bools(2), A(2), A(3)),
        S(bools(2), A(2)),
        S(bools(2), "a", A(2)),
        S(True, A(2), A(2)),
    ),
)

LOGIC = {"grad": False}
for _name in ("isnan", "isinf", "isfinite"):
    row(_name, unary(), refused=FLOATS_ONLY, **LOGIC)
