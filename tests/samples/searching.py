"""Samples of finding: coordinates, places among sorted values, membership."""

from __future__ import annotations

import numpy as np

from tests.samples.build import A, S, bools, ints, row, turned

SPARSE = np.array([[0.0, 1.5, 0.0], [-2.0, 0.0, np.nan]])

for name in ("nonzero", "argwhere"):
    row(
        name,
        S(SPARSE),
        S(bools(2, 3)),
        S(turned(2, 3)),
        S(A()),
        S(np.array(0.0)),
        S(A(0, 3)),
        S(ints(2, 3, 2, low=0, high=1)),
        *([S(SPARSE, as_tuple=True), S(A(), as_tuple=True)] if name == "nonzero" else []),
        refused=(S([1.0]), S()),
        grad=False,
    )
row(
    "nonzero_static",
    S(SPARSE, size=2),
    S(SPARSE, size=5),
    S(SPARSE, size=5, fill_value=7),
    S(SPARSE, size=0),
    S(bools(2, 3), size=3),
    refused=(S(SPARSE), S(SPARSE, size=-1), S([1.0], size=1)),
    grad=False,
)

LINE = np.array([-1.0, 0.0, 0.0, 1.0])
LINES = np.array([[-1.0, 0.0, 0.0, 1.0], [-2.0, -1.5, 0.5, 0.5]])
SHUFFLED, ORDER = LINE[[2, 0, 3, 1]], np.array([1, 0, 3, 2])
AT_EDGES = np.array([-2.0, -1.0, 0.0, 0.5, 1.0, 2.0, np.nan, np.inf])

row(
    "searchsorted",
    S(LINE, A(3)),
    S(LINE, AT_EDGES),
    S(LINE, AT_EDGES, right=True),
    S(LINE, AT_EDGES, side="right"),
    S(LINE, AT_EDGES, side="left"),
    S(LINE, turned(2, 3), side="right", right=True),
    S(LINES, np.stack([AT_EDGES, AT_EDGES])),
    S(LINES, np.stack([AT_EDGES, AT_EDGES]), right=True),
    S(np.stack([LINES, LINES]), A(2, 2, 3)),
    S(LINE, 0),
    S(LINE, 0.5, out_int32=True),
    S(LINE, A()),
    S(SHUFFLED, AT_EDGES, sorter=ORDER),
    S(np.array([1, 3, 3, 5]), np.array([3, 0, 9]), right=True),
    S(A(0), A(2)),
    S(LINES, A(2, 0)),
    refused=(
        S(LINE, A(2), side="left", right=True),
        S(LINE, A(2), side="middle"),
        S(LINES, A(2)),
        S(LINES, A()),
        S(LINES, 0.5),
        S(A(), A(2)),
        S(LINE, A(2), sorter=ORDER[:2]),
        S(LINE, A(2), sorter=ORDER + 1),
        S(LINE, A(2), sorter=ORDER.astype(np.int32)),
        S([1.0], A(2)),
        S(LINE, "a"),
        S(LINE),
    ),
    grad=False,
    whole=False,
)
row(
    "bucketize",
    S(A(3), LINE),
    S(AT_EDGES, LINE, right=True),
    S(turned(2, 3), boundaries=LINE, out_int32=True),
    S(0.5, LINE),
    S(A(), LINE),
    S(np.array([3, 0]), np.array([1, 3])),
    refused=(S(A(2), LINES), S(A(2), A()), S(A(2), [1.0]), S("a", LINE), S(A(2))),
    grad=False,
    whole=False,
)
row(
    "isin",
    S(ints(2, 3), ints(4)),
    S(ints(5), 2),
    S(2, ints(5)),
    S(ints(5), ints(3), invert=True),
    S(ints(5), ints(2, 2), assume_unique=False),
    S(AT_EDGES, LINE),
    S(A(), ints(3)),
    S(A(0), ints(3)),
    S(ints(3), A(0)),
    refused=(S(1, 2), S([1], ints(2)), S(bools(2), bools(2)), S(ints(2))),
    grad=False,
)
row(
    "unravel_index",
    S(np.array([4, 5]), (2, 3)),
    S(np.array(4), [2, 3]),
    S(ints(2, 2, low=0, high=23), (2, 3, 4)),
    S(np.array([3]), 6),
    S(np.array([3], np.int32), (2, 3)),
    S(np.zeros(0, np.int64), (2, 3)),
    refused=(
        S(A(2), (2, 3)),
        S(bools(2), (2, 3)),
        S(np.array([1]), (2, -3)),
        S(np.array([1]), 1.5),
        S(np.array([1])),
    ),
    grad=False,
    whole=False,
)
