"""Samples of putting entries and slices by index, at flat places, and in the place of views."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.samples.build import (
    A,
    S,
    Sample,
    bools,
    ints,
    only_here,
    rough,
    row,
    strided,
    turned,
)
from tests.samples.gathering import BAD_INDEX, EXPANDED, MASK, NOTHING, at

ONCE = np.array([2, 0])
TWICE = np.array([1, 1, 0])
GRID = np.array([[2, 0, 1, 1], [0, 0, 2, 0]])
DISTINCT = np.array([[2, 0], [1, 2]])

BAD_SRC = (
    *(S(*each.args, A(1)) for each in BAD_INDEX),
    S(A(2, 3), 0, at(2), A(2)),
    S(A(2, 3), 1, at(3, 1), A(3, 1)),
    S(A(2, 3), 0, at(3, 3, size=2), A(2, 3)),
    S(A(3), 0, at(2), at(2)),
    S(A(3), 0, at(2), A(2, 2)),
)


def entries(*more: Any, **named: Any) -> Iterator[Sample]:
    """An index of entries along a dimension, which names places twice, and sources."""
    yield S(A(3), 0, TWICE, A(3), *more, **named)
    yield S(A(2, 3), 1, GRID, A(2, 4), *more, **named)
    yield S(A(2, 3), -1, at(1, 2), A(1, 2), *more, **named)
    yield S(A(3, 2), 0, GRID.T[:, :2], A(4, 2), *more, **named)
    yield S(turned(3, 2, 4), 1, at(2, 3, 4, size=2), turned(2, 3, 4), *more, **named)
    yield S(A(), 0, np.array([0, 0]), A(2), *more, **named)


def no_entries(*more: Any, **named: Any) -> Iterator[Sample]:
    yield S(A(2, 3), 0, np.zeros((0, 3), np.int64), A(0, 3), *more, **named)
    yield from only_here(S(A(3), 0, NOTHING, A(2), *more, **named))


row(
    "scatter_add",
    entries(),
    no_entries(),
    S(strided(3, 4), dim=0, index=at(1, 4), src=strided(1, 4)),
    S(A(3), 0, at(2, dtype="int32"), A(2)),
    S(A(3, 2), 0, EXPANDED, A(4, 2)),
    only_here(S(A(2, 3), 1, at(2, 2), A(3, 4))),
    S(A(), 0, np.array(0), A()),
    refused=BAD_SRC,
)
row(
    "scatter",
    rough(*entries()),
    no_entries(),
    S(A(2, 3), 1, DISTINCT, A(2, 2)),
    S(A(3), 0, ONCE, src=A(2)),
    only_here(S(A(2, 3), 1, DISTINCT, A(3, 4))),
    S(A(2, 3), 1, GRID, 2),
    S(A(3), 0, TWICE, value=1.5),
    S(ints(3), 0, TWICE, 1.5),
    S(A(3), 0, np.array(1), True),
    only_here(
        *entries(reduce="add"),
        *entries(reduce="multiply"),
        S(A(3), 0, TWICE, 1.5, reduce="add"),
        S(A(3), 0, TWICE, 1.5, reduce="multiply"),
    ),
    refused=(
        *BAD_SRC,
        S(A(3), 0, ONCE, A(2), reduce="sum"),
        S(A(3), 0, ONCE, "a"),
        S(A(3), 0, ONCE),
        S(A(3), 3, ONCE, 1),
    ),
)
row(
    "scatter_reduce",
    *(entries(reduce) for reduce in ("sum", "mean", "prod", "amax", "amin")),
    *(entries(reduce, include_self=False) for reduce in ("sum", "mean", "prod", "amax", "amin")),
    *(no_entries(reduce) for reduce in ("mean", "prod", "amax")),
    only_here(S(A(2, 3), 1, at(2, 2), A(3, 4), reduce="amax", include_self=False)),
    refused=(
        *(S(*each.args, "sum") for each in BAD_SRC),
        S(A(3), 0, ONCE, A(2)),
        S(A(3), 0, ONCE, A(2), "median"),
    ),
)

BAD_SLICES = (
    S(A(3), 0, np.array([0.5]), A(1)),
    S(A(3), 0, np.array([0], np.uint8), A(1)),
    S(A(3), 0, np.array([3]), A(1)),
    S(A(3), 0, np.array([-1]), A(1)),
    S(A(3), 1, np.array([0]), A(1)),
    S(A(2, 3), 0, at(1, 1, size=2), A(1, 3)),
    S(A(2, 3), 0, at(1, size=2), A(1, 2)),
    S(A(2, 3), 0, at(1, size=2), A(2, 3)),
    S(A(2, 3), 0, at(1, size=2), ints(1, 3)),
    S(A(2, 3), 0, at(1, size=2), A(3)),
    S(A(2, 3), 0, [0], A(1, 3)),
    S(A(2, 3), 0, at(1, size=2), 1.0),
)


def slices(*more: Any, index: Any = TWICE, **named: Any) -> Iterator[Sample]:
    """A vector of indices along a dimension, and slices."""
    count = len(index)
    yield S(A(3), 0, index, A(count), *more, **named)
    yield S(A(3, 2), 0, index, A(count, 2), *more, **named)
    yield S(A(2, 3), -1, index, A(2, count), *more, **named)
    yield S(turned(2, 3, 4), 1, index, turned(2, count, 4), *more, **named)
    yield S(A(), 0, np.array(0), A(), *more, **named)
    yield S(A(3, 2), 0, NOTHING, A(0, 2), *more, **named)


row(
    "index_add",
    slices(),
    slices(alpha=2),
    S(A(3, 5), dim=0, index=np.array([2, 0], np.int32), source=A(2, 5), alpha=0.5),
    S(A(3, 5), 0, np.array([2, 2, 1]), A(3, 5)),
    refused=(*BAD_SLICES, S(A(), 0, np.array([0, 0]), A(2))),
)
row(
    "index_copy",
    slices(index=ONCE),
    rough(*slices(index=TWICE)),
    S(A(3), 0, np.array([1]), A()),
    S(A(3), 0, np.array(1), A(1)),
    refused=(*BAD_SLICES, S(A(3), 0, np.array([0], np.int32), A(1))),
)
row(
    "index_fill",
    S(A(3), 0, TWICE, 2),
    S(A(2, 3), 1, ONCE, 1.5),
    S(A(3, 2), 0, TWICE, A()),
    only_here(S(turned(2, 3, 4), -2, np.array([-1, 0]), A())),
    S(A(2, 3), 1, np.array(1), True),
    S(A(), 0, np.array(0), A()),
    S(A(2, 3), 0, NOTHING, 1.0),
    S(ints(3), 0, ONCE, 1.5),
    refused=(
        S(A(3), 0, np.array([3]), 1),
        S(A(3), 0, np.array([-4]), 1),
        S(A(3), 0, np.array([0], np.int32), 1),
        S(A(3), 0, np.array([[0]]), 1),
        S(A(3), 0, ONCE, A(1)),
        S(A(3), 0, ONCE, "a"),
        S(A(3), 0, [0], 1),
    ),
)
row(
    "index_put",
    S(A(3), (ONCE,), A(2)),
    rough(S(A(3), (TWICE,), A(3))),
    S(A(3), (TWICE,), A(3), True),
    S(A(3), [np.array([-1, 0, -1])], A(), accumulate=True),
    S(A(3, 2), (TWICE,), A(3, 2), True),
    S(A(3, 2), (TWICE,), A(2), True),
    S(A(2, 3), (TWICE, at(3)), A(3), True),
    S(turned(2, 3), (np.array([[0], [1]]), ONCE), A(2, 2)),
    S(A(2, 3), (np.array([[0], [1]]), TWICE), A(1, 3), True),
    S(A(2, 3), (bools(2, 3),), A(), True),
    S(A(3, 2), (MASK,), A(2, 2)),
    S(A(2, 3), (np.array([True, False]), TWICE), A(3), True),
    S(A(3), (NOTHING,), A(0), True),
    S(A(3), (np.array(1),), A()),
    refused=(
        S(A(3), (np.array([3]),), A(1)),
        S(A(3), (np.array([-4]),), A(1), True),
        S(A(3), (ONCE,), A(3)),
        S(A(3), (ONCE,), A(1, 2)),
        S(A(3), (ONCE,), ints(2)),
        S(A(3), (ONCE,), 1.0),
        S(A(3), ONCE, A(2)),
        S(A(3), (0,), A()),
        S(A(3), (), A()),
        S(A(3), (ONCE, ONCE), A(2)),
        S(A(2, 3), (np.array([0, 1]), np.array([0, 1, 2])), A()),
        S(A(3), (np.array([0.5]),), A(1)),
    ),
)
row(
    "index_reduce",
    *(slices(reduce) for reduce in ("mean", "prod", "amax", "amin")),
    *(slices(reduce, include_self=False) for reduce in ("mean", "prod", "amax")),
    refused=(
        *(S(*each.args, "mean") for each in BAD_SLICES if len(each.args) == 4),
        S(A(3), 0, ONCE, A(2), "sum"),
        S(A(3), 0, ONCE, A(2)),
    ),
    bools="torch reduces bools where there are two dimensions and not where there is one",
)
row(
    "put",
    S(A(2, 3), np.array([5, 0]), A(2)),
    S(A(2, 3), np.array([[-1, 0]]), A(1, 2)),
    rough(S(A(3), TWICE, A(3))),
    S(A(3), TWICE, A(3), True),
    S(turned(2, 3), np.array([[-1, 4, 5]]), A(3, 1), accumulate=True),
    S(A(), np.array(0), A()),
    S(A(0), NOTHING, A(0)),
    refused=(
        S(A(3), np.array([3]), A(1)),
        S(A(3), np.array([-4]), A(1)),
        S(A(3), np.array([0], np.int32), A(1)),
        S(A(3), ONCE, A(3)),
        S(A(3), ONCE, ints(2)),
        S(A(3), ONCE, 1.0),
        S(A(0), np.array([0]), A(1)),
    ),
)
row(
    "masked_select",
    S(A(2, 3), bools(2, 3)),
    S(A(2, 3), MASK),
    S(A(3), bools(2, 1)),
    S(turned(2, 3), mask=bools(2, 3)),
    S(A(), np.array(True)),
    S(A(3), np.array(False)),
    S(A(0, 3), MASK),
    refused=(
        S(A(3), np.array([1, 0, 1])),
        S(A(3), np.array([1, 0, 1], np.uint8)),
        S(A(3), bools(2)),
        S(A(3), True),
        S([1.0], MASK),
    ),
)
row(
    "masked_scatter",
    S(A(2, 3), bools(2, 3), A(6)),
    S(A(2, 3), MASK, A(2, 4)),
    S(A(3), np.array([[True], [False]]), A(3)),
    S(turned(2, 3), mask=bools(2, 3), source=turned(3, 2)),
    S(A(), np.array(True), A()),
    S(A(3), np.array(False), A(0)),
    refused=(
        S(A(3), np.array([1, 0, 1]), A(3)),
        S(A(3), MASK, A(1)),
        S(A(3), MASK, ints(3)),
        S(A(3), bools(2), A(3)),
        S(A(3), MASK, 1.0),
    ),
)

row(
    "select_scatter",
    S(A(2, 3), A(3), 0, 1),
    S(A(2, 3), A(2), -1, -1),
    S(turned(2, 3, 4), turned(2, 4), dim=1, index=2),
    S(A(3), A(), 0, 0),
    rough(S(A(2, 3), ints(3), 0, 1)),
    refused=(
        S(A(2, 3), A(3), 0, 2),
        S(A(2, 3), A(1), 0, 1),
        S(A(2, 3), A(3), 2, 0),
        S(A(), A(), 0, 0),
        S(A(2, 3), 1.0, 0, 1),
    ),
)
row(
    "slice_scatter",
    S(A(2, 3), A(1, 3), 0, 1),
    S(A(2, 4), A(2, 2), 1, 0, 4, 2),
    S(A(4, 2), A(2, 2), start=-3, end=-1),
    S(turned(2, 3), A(2, 1), -1, 2, 9),
    S(A(2, 3), A(2, 3)),
    S(A(2, 3), A(0, 3), 0, 2, 1),
    refused=(
        S(A(2, 3), A(2, 2), 1, -1),
        S(A(2, 3), A(2, 2), 1, 0, 3, -1),
        S(A(2, 3), A(3), 0, 1),
        S(A(), A(), 0),
    ),
)
row(
    "diagonal_scatter",
    S(A(3, 3), A(3)),
    S(A(2, 3), A(2), 1),
    S(A(2, 3), A(1), offset=-1),
    S(turned(2, 3, 4), A(3, 2), 0, 0, 2),
    S(A(2, 3), A(2), 0, -1, 0),
    refused=(
        S(A(2, 3), A(1)),
        S(A(3), A(3)),
        S(A(2, 3), A(2), 0, 1, 1),
        S(A(2, 3), A(2), 0, 0, 2),
    ),
)
row(
    "as_strided_scatter",
    only_here(
        S(A(2, 3), A(2, 2), (2, 2), (1, 2)),
        S(A(6), A(2), (2,), (3,), 1),
        *rough(S(turned(3, 2), A(2, 2), (2, 2), (1, 2), storage_offset=1)),
        S(A(3), A(0), (0,), (1,)),
    ),
    refused=(
        S(A(6), A(2), (2, 2), (1, 2)),
        S(A(6), A(2), (2,), (1,), 5),
        S(A(6), A(2), (2,), (-1,), 5),
        S(A(6), A(2), (2,), (1, 1)),
    ),
)
