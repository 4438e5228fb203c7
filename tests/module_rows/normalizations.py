"""Normalisation and tables of rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.module_rows.build import Row, classes, floats, variants

SHAPES: dict[str, list[tuple[int, ...]]] = {
    "1d": [(3, 4), (2, 4, 3)],
    "2d": [(2, 4, 3, 2)],
    "3d": [(2, 4, 2, 1, 3)],
}
CALLS: list[tuple[Any, ...]] = [
    (4,),
    (4, 1e-3, None),
    (4, {"momentum": 0.3, "affine": False}),
    (4, {"track_running_stats": False}),
    (4, {"bias": False}),
]
INSTANCE: list[tuple[Any, ...]] = [
    (4,),
    (4, {"affine": True, "eps": 1e-3}),
    (4, {"track_running_stats": True, "momentum": 0.3}),
    (4, {"affine": True, "bias": False}),
]
TABLE = np.random.default_rng(0).uniform(-1, 1, (6, 3))

ROWS = [
    *(
        row
        for dims, shapes in SHAPES.items()
        for shape in shapes
        for training in (True, False)
        for row in variants(f"BatchNorm{dims}", *CALLS, inputs=(shape,), training=training)
    ),
    *(
        row
        for dims, shapes in SHAPES.items()
        for shape in (shapes[-1], shapes[-1][1:])
        for training in (True, False)
        for row in variants(f"InstanceNorm{dims}", *INSTANCE, inputs=(shape,), training=training)
    ),
    *variants(
        "LayerNorm",
        (4,),
        ([3, 4], 1e-3),
        ((4,), {"elementwise_affine": False}),
        (4, {"bias": False}),
        inputs=((2, 3, 4),),
    ),
    *variants(
        "GroupNorm",
        (2, 4),
        (4, 4, 1e-3),
        (1, 4, {"affine": False}),
        (2, 4, {"bias": False}),
        inputs=((2, 4, 3),),
    ),
    *variants(
        "RMSNorm",
        (4,),
        ([3, 4], 1e-3),
        (4, {"elementwise_affine": False}),
        inputs=((2, 3, 4),),
    ),
    *(
        row
        for shape in ((3, 4), (2, 4, 3), (2, 4, 2, 1, 3))
        for training in (True, False)
        for row in variants("SyncBatchNorm", *CALLS, inputs=(shape,), training=training)
    ),
    # For odd sizes, and more channels, torch's gradient is not that of its own output.
    Row("CrossMapLRN2d", (6, 0.1, 0.5, 2.0), inputs=((2, 3, 2, 3),), second=False),
    *variants("LocalResponseNorm", (2,), (3, 0.1, 0.5, 2.0), inputs=((2, 4, 3),)),
    *variants(
        "Embedding",
        (6, 3),
        (6, 3, 1),
        (6, 3, -1, {"scale_grad_by_freq": True}),
        (6, 3, {"_weight": TABLE, "_freeze": True}),
        inputs=(classes(2, 4, high=6),),
    ),
    *variants(
        "EmbeddingBag",
        (6, 3),
        (6, 3, {"mode": "sum", "padding_idx": 2}),
        (6, 3, {"mode": "max"}),
        (6, 3, {"_weight": TABLE}),
        inputs=(classes(2, 4, high=6),),
    ),
    Row(
        "EmbeddingBag",
        (6, 3),
        {"include_last_offset": True},
        inputs=(classes(7, high=6), np.array([0, 3, 7])),
    ),
    Row(
        "EmbeddingBag",
        (6, 3),
        {"mode": "sum"},
        inputs=(classes(2, 4, high=6), None, floats(2, 4)),
        second=False,
    ),
]
