"""Samples of picking entries: by index along a dimension, at flat places, by a mask."""

from __future__ import annotations

import numpy as np

from tests.samples.build import A, Array, S, bools, ints, rough, row, strided, turned, unlike


def at(*shape: int, size: int = 3, low: int = 0, dtype: str = "int64") -> Array:
    """Indices into a dimension of length ``size``, with repeats; ``low`` may be negative."""
    return ints(*shape, low=low, high=size - 1, dtype=dtype)


EXPANDED = np.broadcast_to(np.array([[2], [0], [2], [1]]), (4, 2))
NOTHING = np.zeros(0, np.int64)
BAD_INDEX = (
    S(A(3), 0, np.array([0.5])),
    S(A(3), 0, np.array([True])),
    S(A(3), 0, np.array([0], np.uint8)),
    S(A(3), 0, [0]),
    S(A(3), 0, np.array([3])),
    S(A(3), 0, np.array([-1])),
    S(A(3), 1, np.array([0])),
    S(A(0), 0, np.array([0])),
)

row(
    "gather",
    S(A(3), 0, at(5)),
    S(A(2, 3), 1, at(2, 4)),
    S(A(2, 3), -1, at(1, 2)),
    S(A(3, 2), 0, at(4, 2)),
    S(turned(3, 2, 4), 1, at(2, 3, 4, size=2)),
    S(strided(3, 4), dim=0, index=at(1, 4)),
    S(A(3), 0, at(2, dtype="int32")),
    S(A(3, 2), 0, EXPANDED),
    S(turned(2, 3, 2), 1, np.broadcast_to(np.array([[2], [2]]), (2, 2, 2))),
    S(A(), 0, np.array(0)),
    S(A(), -1, np.array([0, 0])),
    S(A(3), 0, np.array(2)),
    S(A(2, 3), 0, np.zeros((0, 3), np.int64)),
    S(A(2, 3), 0, NOTHING),
    S(A(2, 3), 1, at(2, 1), sparse_grad=False),
    refused=(
        *BAD_INDEX,
        S(A(2, 3), 0, at(2)),
        S(A(2, 3), 0, at(1, 4, size=2)),
        S(A(2, 3), 1, at(3, 1)),
        S([1.0], 0, at(1)),
    ),
)
row(
    "index_select",
    S(A(3), 0, at(5)),
    S(A(3, 2), 0, at(4)),
    S(A(2, 3), 1, at(4)),
    S(A(2, 3, 4), -2, at(2)),
    S(turned(3, 4), 0, at(2)),
    S(strided(3, 2), 0, at(2, dtype="int32")),
    S(A(2, 3), 1, np.array(2)),
    S(A(2, 3), 0, NOTHING),
    S(A(), 0, np.array([0])),
    S(A(), 0, np.array(0)),
    refused=(*BAD_INDEX, S(A(3), 0, at(1, 2)), S(A(), 0, np.array([0, 0])), S(A(2, 3), 2, at(1))),
)
row(
    "take",
    S(A(3), at(5)),
    S(A(2, 3), at(2, 4, size=6)),
    S(A(2, 3), at(4, low=-6, size=6)),
    S(turned(2, 3), at(4, size=6)),
    S(A(2, 3), np.array(4)),
    S(A(), np.array([0, 0])),
    S(A(0), NOTHING),
    refused=(
        S(A(3), np.array([3])),
        S(A(3), np.array([-4])),
        S(A(3), np.array([0], np.int32)),
        S(A(3), np.array([0.0])),
        S(A(0), np.array([0])),
        S(A(3), [0]),
        S([1.0], at(1)),
    ),
)
row(
    "take_along_dim",
    S(A(2, 3), at(2, 4), 1),
    S(A(2, 3), at(1, 4), 1),
    S(A(1, 3), at(2, 4), 1),
    S(A(3, 2), at(4, 1), 0),
    S(A(2, 3), at(4, size=6)),
    S(A(2, 3), at(2, 2, low=-3), -1),
    S(turned(3, 2), at(1, 1), dim=0),
    S(A(), np.array(0)),
    S(A(2, 3), np.zeros((2, 0), np.int64), 1),
    unlike(
        "torch takes a place beyond the end modulo the length",
        S(A(2, 3), at(1, 1, low=3, size=5), 1),
    ),
    refused=(
        S(A(2, 3), at(2), 1),
        S(A(2, 3), at(3, 1), 1),
        S(A(2, 3), np.array([-1])),
        S(A(2, 3), np.array([[0]], np.int32), 1),
        S(A(2, 3), np.array([[0.0]]), 1),
        S(A(), np.array(0), 0),
        S(A(2, 3), at(1, 1), 2),
    ),
)

MASK = np.array([True, False, True])
row(
    "masked_fill",
    S(A(2, 3), bools(2, 3), 1.5),
    S(A(2, 3), bools(3), 2),
    S(A(2, 3), bools(2, 1), A()),
    S(A(3), bools(2, 1), 1.0),
    S(A(2, 3), np.array(True), True),
    rough(S(A(), np.array([True, False]), float("inf"))),
    S(A(), bools(2), 0.5),
    S(turned(2, 3), mask=bools(2, 3), value=ints()),
    S(ints(3), MASK, 1.5),
    S(A(0, 3), MASK, 1),
    refused=(
        S(A(3), np.array([1, 0, 1]), 1),
        S(A(3), np.array([1, 0, 1], np.uint8), 1),
        S(A(3), bools(2), 1),
        S(A(3), MASK, A(1)),
        S(A(3), True, 1),
        S(A(3), MASK, "a"),
        S(A(3), MASK),
    ),
)
