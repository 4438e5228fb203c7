"""Samples: rows of a table, bags of them, one-hot rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.samples.build import A, S, Sample, bools, ints, only_here, rough, row, strided, turned

ROWS = np.array([1, 3, 1, 0])
GRID = np.array([[1, 3, 1], [0, 0, 2]])
STARTS = np.array([0, 2, 2])
NOTHING = np.zeros(0, np.int64)

row(
    "nn.functional.embedding",
    S(ROWS, A(4, 3)),
    S(GRID, turned(4, 3)),
    S(np.array(2), strided(4, 3)),
    S(ROWS.astype(np.int32), A(4, 1)),
    S(GRID, A(4, 3), sparse=False),
    rough(
        S(GRID, A(4, 3), 1),
        S(GRID, A(4, 3), padding_idx=-1),
        # torch's second order forgets the scale.
        *only_here(
            S(GRID, A(4, 3), scale_grad_by_freq=True),
            S(GRID, A(4, 3), padding_idx=0, scale_grad_by_freq=True),
        ),
    ),
    only_here(S(NOTHING, A(4, 3))),
    S(ROWS, A(4, 0)),
    refused=(
        S(ROWS, A(3, 3)),
        S(np.array([-1]), A(3, 3)),
        S(np.array([0.0]), A(3, 3)),
        S(np.array([0], np.uint8), A(3, 3)),
        S(ROWS, A(4)),
        S(ROWS, A(1, 4, 3)),
        S(ROWS, A(4, 3), 4),
        S(ROWS, A(4, 3), -5),
        S(ROWS),
    ),
)


def bags(**more: Any) -> list[Sample]:
    return [
        S(ROWS, A(4, 3), STARTS, **more),
        S(GRID, turned(4, 3), **more),
        S(ROWS, A(4, 2), np.array([0, 0, 3, 4]), include_last_offset=True, **more),
        S(GRID, A(4, 3), padding_idx=1, **more),
        S(ROWS.astype(np.int32), A(4, 3), np.array([0, 1], np.int32), padding_idx=-1, **more),
        S(NOTHING, A(4, 3), np.array([0, 0]), **more),
    ]


row(
    "nn.functional.embedding_bag",
    bags(),
    bags(mode="sum"),
    bags(mode="max"),
    only_here(
        S(ROWS, A(4, 3), STARTS, mode="sum", per_sample_weights=A(4)),
        S(GRID, A(4, 3), mode="sum", per_sample_weights=A(2, 3)),
        S(GRID, A(4, 3), mode="sum", per_sample_weights=A(2, 3), padding_idx=1),
        # torch divides by the frequencies of other rows.
        *rough(
            S(GRID, A(4, 3), scale_grad_by_freq=True),
            S(GRID, A(4, 3), mode="sum", scale_grad_by_freq=True),
        ),
    ),
    refused=(
        S(ROWS, A(4, 3)),
        S(GRID, A(4, 3), STARTS),
        S(np.array([[[0]]]), A(4, 3)),
        S(ROWS, A(4, 3), np.array([1])),
        S(ROWS, A(4, 3), np.array([0, 5])),
        S(ROWS, A(4, 3), STARTS, mode="min"),
        S(ROWS, A(4, 3), STARTS, per_sample_weights=A(4)),
        S(ROWS, A(4, 3), STARTS, mode="sum", per_sample_weights=A(3)),
        S(ROWS, A(4, 3), STARTS, mode="sum", per_sample_weights=ints(4)),
        S(ROWS, A(3, 3), STARTS),
        S(np.array([-1]), A(3, 3), np.array([0])),
        S(np.array([0.0]), A(3, 3), np.array([0])),
    ),
    whole=False,
)
row(
    "nn.functional.one_hot",
    S(ROWS),
    S(ROWS, 5),
    S(GRID, num_classes=4),
    S(np.array(2)),
    S(NOTHING, 3),
    refused=(
        S(ROWS, 3),
        S(ROWS, 0),
        S(ROWS, -2),
        S(np.array([-1]), 2),
        S(NOTHING),
        S(np.array([0], np.int32)),
        S(bools(2)),
        S(A(2)),
    ),
    grad=False,
    whole=False,
)
