"""Samples of the reductions and of the matrix product."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.samples.build import (
    A,
    Dtype,
    S,
    Sample,
    bools,
    ints,
    rough,
    row,
    strided,
    turned,
    unlike,
)


def over_all(**domain: Any) -> list[Sample]:
    shapes = [(), (4,), (1,), (2, 3), (2, 3, 2)]
    return [S(A(*shape, **domain)) for shape in shapes] + [S(turned(3, 2, **domain))]


def over_one(*more: Any, **domain: Any) -> Iterator[Sample]:
    """One dimension, from either end, with and without keepdim."""
    yield S(A(4, **domain), *more, 0)
    yield S(A(2, 3, **domain), *more, 1)
    yield S(A(2, 3, **domain), *more, -1, True)
    yield S(A(2, 3, 2, **domain), *more, 1)
    yield S(A(2, 3, 2, **domain), *more, dim=-3, keepdim=True)
    yield S(turned(2, 3, **domain), *more, 0)
    yield S(strided(2, 3, **domain), *more, dim=1)
    yield S(A(**domain), *more, 0)
    yield S(A(**domain), *more, -1, True)
    yield S(A(2, 0, **domain), *more, 0)


def over_several(**domain: Any) -> Iterator[Sample]:
    yield S(A(2, 3, **domain), (0, 1))
    yield S(A(2, 3, 2, **domain), (0, 2))
    yield S(A(2, 3, 2, **domain), [-1, 0], True)
    yield S(A(2, 3, 2, **domain), dim=(1,), keepdim=True)
    yield S(A(2, 3, **domain), ())
    yield S(turned(2, 3, 4, **domain), (2, 0))


def over_nothing() -> list[Sample]:
    """Zero-size reductions."""
    return [S(A(0)), S(A(2, 0)), S(A(2, 0), 1), S(A(0, 3), 0, True), S(A(0, 3), 1)]


BAD_DIMS = (S(A(2, 3), 2), S(A(2, 3), -3), S(A(), 1), S([1.0, 2.0]), S(1.0), S())
TWICE = (S(A(2, 3), (0, 0)), S(A(2, 3), (1, -1)), S(A(2, 3), (0, 2)))
FLOATS = (S(ints(3)), S(bools(3)))
EMPTY = (S(A(0)), S(A(2, 0), 1), S(A(0, 3), 0))

row(
    "sum",
    over_all(),
    over_one(),
    over_several(),
    over_nothing(),
    rough(S(A(2), 0, dtype=Dtype("float32"))),
    S(A(2, 3), 0, dtype=Dtype("float64")),
    S(A(2, 3), axis=0, keepdims=True),
    S(ints(4), dtype=Dtype("float32")),
    S(ints(4), dtype=Dtype("int32")),
    refused=(*BAD_DIMS, *TWICE, S(A(2, 3), "a"), S(A(2), 0.5)),
)
row(
    "mean",
    over_all(),
    over_one(),
    over_several(),
    rough(*over_nothing()[:-1]),
    over_nothing()[-1:],
    S(ints(4), dtype=Dtype("float64")),
    rough(S(A(2, 3), 0, True, dtype=Dtype("float32"))),
    refused=(*BAD_DIMS, *TWICE, *FLOATS, S(A(2), dtype=Dtype("int64"))),
)
row(
    "sum_to_size",
    S(A(2, 3), 3),
    S(A(2, 3), (1, 3)),
    S(A(2, 3, 2), 3, 1),
    S(A(2, 3), [2, 3]),
    S(A(2, 3), ()),
    S(A(2, 0), 1),
    refused=(S(A(2, 3), 2), S(A(3), 2, 3), S(A(2))),
)
row(
    "nansum",
    over_all()[:4],
    over_one(),
    over_several(),
    over_nothing()[:3],
    S(A(2, 3), 0, dtype=Dtype("float64")),
    S(ints(4), dtype=Dtype("int32")),
    refused=(*BAD_DIMS, *TWICE),
)
row(
    "nanmean",
    over_all()[:4],
    over_one(),
    over_several(),
    S(A(2, 3), 0, dtype=Dtype("float64")),
    rough(S(A(0)), S(A(2, 0), 1)),
    refused=(*BAD_DIMS, *TWICE, *FLOATS),
)
for _name in ("var", "std", "var_mean", "std_mean"):
    row(
        _name,
        over_all()[1:2] + over_all()[3:],
        [s for s in over_one() if s.args[0].shape not in ((), (2, 0))],
        [S(A(2, 3), 1, False), S(A(2, 3), False), S(A(2, 3), True)],
        [S(A(2, 3), 1, True, True), S(A(2, 3), (0, 1), False)],
        [S(A(2, 3), 1, unbiased=False), S(A(2, 3), unbiased=False)],
        [S(A(2, 3), 0, correction=n) for n in (0, 1)],
        [S(A(2, 3, 4), (0, 2), correction=n, keepdim=True) for n in (0, 2, 0.5)],
        S(A(2, 3), dim=None, correction=0),
        S(A(2, 3), None, correction=0, keepdim=True),
        S(A(2, 3, 2), [0, -1], unbiased=True, keepdim=True),
        S(A(0, 3), 1),
        refused=(*BAD_DIMS, *TWICE, *FLOATS),
    )
row(
    "prod",
    over_all(),
    over_one(),
    over_nothing(),
    S(A(2, 5), 1),
    S(A(9), 0),
    rough(S(A(2), 0, dtype=Dtype("float32"))),
    S(ints(4), dtype=Dtype("float64")),
    refused=(*BAD_DIMS, *unlike("np.prod takes several axes", S(A(2, 3), (0, 1)))),
)
row(
    "amax",
    over_all(),
    over_one(),
    over_several(),
    S(A(0, 3), 1),
    refused=(*BAD_DIMS, *TWICE, *EMPTY),
)
row(
    "amin",
    over_all(),
    over_one(),
    over_several(),
    S(A(0, 3), 1),
    refused=(*BAD_DIMS, *TWICE, *EMPTY),
)
row(
    "aminmax",
    over_all(),
    S(A(4), dim=0),
    S(A(2, 3), dim=-1, keepdim=True),
    S(turned(2, 3, 2), dim=1),
    S(A(), dim=0),
    S(A(2, 3), keepdim=True),
    S(A(0, 3), dim=1),
    refused=(S(A(2, 3), dim=2), S(A(2, 3), dim=(0, 1)), S(A(0)), S(A(2, 0), dim=1)),
)
for _name in ("max", "min"):
    row(
        _name,
        over_all(),
        over_one(),
        S(A(2, 3), A(3)),
        S(A(0, 3), 1),
        S(A(2, 3), other=A(2, 1)),
        refused=(*BAD_DIMS, *EMPTY, S(A(2, 3), (0, 1)), S(A(2), A(3))),
    )
for _name in ("argmax", "argmin"):
    row(
        _name,
        over_all(),
        over_one(),
        S(A(0, 3), 1),
        S(A(2, 3), None),
        S(A(2, 3), None, True),
        S(A(2, 3), keepdim=True),
        refused=(*BAD_DIMS, *EMPTY, S(A(2, 3), (0, 1))),
        grad=False,
    )
for _name in ("all", "any"):
    row(
        _name,
        over_all(),
        over_one(),
        over_several(),
        over_nothing(),
        S(bools(2, 3)),
        S(bools(2, 3), 1),
        S(ints(2, 3, low=0, high=1), 0, True),
        refused=(*BAD_DIMS, *TWICE),
        grad=False,
    )

PRODUCTS: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3, 4)),
    ((1, 3), (3, 1)),
    ((3,), (2, 3, 4)),
    ((2, 3, 4), (4,)),
    ((2, 3, 4), (4, 5)),
    ((3, 4), (2, 4, 5)),
    ((2, 3, 4), (2, 4, 5)),
    ((1, 3, 4), (2, 4, 5)),
    ((5, 1, 2, 3), (4, 3, 2)),
    ((2, 1, 2, 3), (1, 4, 3, 2)),
    ((2, 2, 2, 3), (3,)),
    ((2, 2, 2, 3), (3, 2)),
    ((0,), (0,)),
    ((2, 0), (0, 3)),
    ((0, 3), (3, 2)),
    ((0, 2, 3), (3, 2)),
    ((2, 2, 0), (0,)),
]
row("__matmul__", S(A(2, 3), A(3, 2)), S(A(3), A(3)), whole=False)
row("__rmatmul__", S(A(2, 3), A(3, 2)), S(A(3), A(3)), whole=False)
row(
    "matmul",
    [S(A(*a), A(*b)) for a, b in PRODUCTS],
    S(turned(2, 3), turned(3, 4)),
    S(strided(2, 3), strided(3, 4)),
    S(turned(2, 3, 4), A(4, 2)),
    S(A(2, 3), other=A(3)),
    refused=(
        S(A(2, 3), A(2, 3)),
        S(A(3), A(2)),
        S(A(2, 3, 4), A(3, 4, 5)),
        S(A(), A(3)),
        S(A(3), A()),
        S(A(3), 2.0),
        S([1.0], A(1)),
        S(A(2, 3), ints(3, 2)),
        S(A(2)),
    ),
)
