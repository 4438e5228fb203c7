"""Samples of reading and writing by index, and of the methods that only write."""

from __future__ import annotations

import numpy as np

from tests.samples.build import A, S, ints, row, turned

ROWS = np.array([1, 0, 1])
MASK = np.array([True, False])
GRID = np.array([[True, False, True], [False, True, False]])
ALL = slice(None)

INDICES = [
    0,
    -1,
    (0, 1),
    ALL,
    slice(1, None),
    slice(None, None, 2),
    slice(2, 1),
    (ALL, 1),
    (..., 0),
    (0, ...),
    ...,
    None,
    (None, 0, None),
    (ALL, None, slice(0, 2)),
    ROWS,
    (ROWS, ROWS),
    (ALL, ROWS),
    (ROWS, None, ALL),
    (np.array([[0, 1], [1, 1]]),),
    (ROWS, slice(1, None)),
    MASK,
    GRID,
    (MASK, 1),
    (ALL, np.array([True, False, True])),
    (np.array([], dtype=np.int64),),
    [1, 0],
    ([0, 1], [1, 1]),
    (np.array(1),),
    ((0, 1), slice(1, None)),
    (True, 1),
    (False, 1),
    range(1),
]

WRONG = [
    2,
    -3,
    (0, 3),
    (0, 0, 0),
    "a",
    1.5,
    np.array([2]),
    np.array([True, False, True]),
    np.array([0.5]),
]

row(
    "__getitem__",
    [S(A(2, 3), index) for index in INDICES],
    S(turned(2, 3), (1, slice(None, None, 2))),
    S(turned(2, 3), ROWS),
    S(A(), ()),
    S(A(), ...),
    S(A(), None),
    S(A(2, 3, 4), (0, ALL, ROWS)),
    S(A(2, 3, 4), (ROWS, ALL, ROWS)),
    S(A(2, 3, 4), (ALL, ROWS, ROWS)),
    S(A(2, 3, 4), (..., ROWS)),
    S(A(2, 3, 4), (GRID, 1)),
    S(A(0, 3), (ALL, 1)),
    refused=[S(A(2, 3), index) for index in WRONG] + [S(A(), 0)],
)

row(
    "__setitem__",
    [S(A(2, 3), index, 5.0) for index in INDICES],
    S(A(2, 3), 0, A(3)),
    S(A(2, 3), (ALL, 1), A(2)),
    S(A(2, 3), (ALL, 1), A()),
    S(A(2, 3), slice(0, 1), A(1, 3)),
    S(A(2, 3), slice(0, 1), A(3)),
    S(A(2, 3), ..., A(3)),
    S(A(2, 3), np.array([1, 0]), A(2, 3)),
    S(A(2, 3), (ALL, np.array([2, 0])), A(2, 2)),
    S(A(2, 3), GRID, A(3)),
    S(A(2, 3), GRID, 1),
    S(A(2, 3), MASK, A(1, 3)),
    S(A(2, 3), GRID, A(1, 1)),
    S(A(2, 3), GRID, A(1, 3)),
    S(A(2, 3, 4), (0, ALL, np.array([0, 2])), A(3, 2)),
    S(turned(2, 3), 1, A(3)),
    S(A(2, 3), 0, ints(3)),
    S(A(2, 3), 0, A(1, 3)),
    S(ints(2, 3), 0, 1.5),
    refused=[S(A(2, 3), index, 1.0) for index in WRONG]
    + [S(A(2, 3), 0, A(2)), S(A(2, 3), GRID, A(2))],
)

row(
    "fill_",
    S(A(2, 3), 2),
    S(A(2, 3), 1.5),
    S(A(), 3),
    S(A(2, 3), A()),
    S(turned(2, 3), 1),
    S(A(0), 1),
    refused=(S(A(2), A(2)), S(A(2), "a"), S(A(2))),
)
row(
    "fill",
    S(A(2, 3), 2),
    S(A(2, 3), 1.5),
    S(A(), 3),
    S(A(2, 3), A()),
    S(turned(2, 3), value=1),
    S(A(0), 1),
    refused=(S(A(2), A(2)), S(A(2), "a"), S(A(2)), S(1.0, 1.0)),
)
row("zero_", S(A(2, 3)), S(A()), S(turned(2, 3)), S(A(0)))
row(
    "copy_",
    S(A(2, 3), A(2, 3)),
    S(A(2, 3), A(3)),
    S(A(2, 3), A()),
    S(A(2, 3), ints(3)),
    S(ints(2, 3), A(3, low=0, high=9)),
    S(turned(2, 3), A(2, 1)),
    refused=(S(A(2), A(3)), S(A(2), A(2, 2)), S(A(2), None)),
    whole=False,
)
