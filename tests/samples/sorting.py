"""Samples of sorting, of the largest and smallest entries, and of distinct values."""

from __future__ import annotations

import numpy as np

from tests.samples.build import A, S, bools, ints, rough, row, strided, turned

TIES = np.array([[2.0, 1.0, 2.0, 1.0], [0.0, -0.0, 3.0, 0.0]])
NAN = np.array([2.0, np.nan, 1.0, np.nan, np.inf])
NOT_TENSORS = (S([2.0, 1.0]), S(1.0), S())

for name in ("sort", "argsort"):
    row(
        name,
        S(A(5)),
        S(A(3, 4)),
        S(A(3, 4), 0),
        S(A(3, 4), -2, True),
        S(A(2, 3, 4), dim=1, descending=True),
        S(turned(3, 4), 0),
        S(strided(2, 4), -1, True),
        S(A(5), stable=True),
        S(A(2, 4), stable=True, dim=0, descending=True),
        rough(S(TIES), S(TIES, descending=True), S(NAN), S(NAN, 0, True)),
        S(A()),
        S(A(), 0, True),
        S(A(0)),
        S(A(0, 3), 1),
        S(A(0, 3), 0),
        refused=(S(A(3), 1), S(A(3), -2), S(A(), 1), *NOT_TENSORS),
        grad=name == "sort",
    )
row(
    "msort",
    S(A(5)),
    S(A(3, 4)),
    S(turned(3, 4)),
    S(A()),
    S(A(0, 2)),
    refused=NOT_TENSORS,
)
row(
    "topk",
    S(A(5), 2),
    S(A(5), 5),
    S(A(3, 4), 2, 0),
    S(A(3, 4), 3, -1, False),
    S(A(2, 3, 4), k=1, dim=1, largest=False),
    S(turned(3, 4), 2),
    S(A(3, 4), 1, 1, True, False),
    S(A(3, 4), 0),
    S(A(), 1),
    S(A(), 0),
    S(A(0), 0),
    S(np.array([3, 1, 2, 5]), 2),
    refused=(
        S(A(3), 4),
        S(A(3), -1),
        S(A(), 2),
        S(A(3), 1.0),
        S(A(3), 1, 1),
        S(bools(3), 1),
        S(A(3)),
        S([1.0], 1),
    ),
    whole=False,
)
row(
    "kthvalue",
    S(A(5), 1),
    S(A(5), 5),
    S(A(3, 4), 2, 0),
    S(A(3, 4), 3, -1, True),
    S(A(2, 3, 4), k=2, dim=1, keepdim=True),
    S(turned(3, 4), 2),
    S(A(), 1),
    S(A(0, 3), 1, 1),
    S(np.array([3, 1, 2, 5]), 2),
    refused=(
        S(A(3), 4),
        S(A(3), 0),
        S(A(), 2),
        S(A(0), 1),
        S(A(3), 1.0),
        S(A(3), 1, 1),
        S(bools(3), 1),
        S(A(3)),
    ),
    whole=False,
)

PAIRS = np.array([[1.0, 2.0, 1.0, 2.0], [3.0, 3.0, 3.0, 3.0]])
row(
    "unique",
    S(ints(6, low=0, high=2)),
    S(ints(6, low=0, high=2), return_inverse=True, return_counts=True),
    S(ints(2, 3, low=0, high=2), True, True),
    S(ints(2, 3, low=0, high=2), return_counts=True),
    S(PAIRS, return_inverse=True, return_counts=True, dim=1),
    S(PAIRS, dim=0, return_inverse=True),
    S(ints(2, 3, 2, low=0, high=1), dim=-1, return_counts=True),
    S(turned(3, 2), return_inverse=True),
    S(NAN),
    S(A(), return_inverse=True),
    S(A(0), return_counts=True),
    S(A(0, 2), dim=0),
    refused=(S(A(), dim=0), S(A(0, 2), dim=1), S(A(2), dim=1), *NOT_TENSORS),
    grad=False,
)
row(
    "unique_consecutive",
    S(ints(6, low=0, high=1)),
    S(ints(6, low=0, high=1), True, True),
    S(ints(2, 3, low=0, high=1), return_inverse=True),
    S(PAIRS, return_inverse=True, return_counts=True, dim=1),
    S(ints(4, 1, low=0, high=1), dim=0, return_counts=True),
    S(turned(3, 2), return_counts=True),
    S(NAN),
    S(A(), True, True),
    S(A(0), True, True),
    refused=(S(A(), dim=0), S(A(0, 2), dim=1), S(A(2), dim=1), *NOT_TENSORS),
    grad=False,
)
