"""Losses, distances and similarities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from tests.module_rows.build import Row, classes, floats, logs, positive, signs, unit, variants

PAIR = (floats(3, 4), floats(3, 4))
REDUCTIONS = ("mean", "sum", "none")
WEIGHT = np.array([0.5, 2.0, 1.0, 0.25])


def loss(name: str, *calls: tuple[Any, ...], inputs: Iterable[Any], **options: Any) -> list[Row]:
    """Rows with each reduction, and rows of other arguments."""
    reduced = [({"reduction": reduction},) for reduction in REDUCTIONS]
    return variants(name, (), *reduced, *calls, inputs=inputs, **options)


ROWS = [
    *loss("L1Loss", inputs=PAIR),
    *loss("MSELoss", inputs=PAIR),
    *loss("SmoothL1Loss", ({"beta": 0.5},), ({"beta": 0.0},), inputs=PAIR),
    *loss("HuberLoss", ({"delta": 0.5},), inputs=PAIR),
    *loss(
        "PoissonNLLLoss",
        (False, True),
        ({"full": True, "eps": 1e-3},),
        inputs=(positive(3, 4), positive(3, 4, constant=True)),
    ),
    *loss(
        "GaussianNLLLoss",
        ({"full": True, "eps": 1e-3},),
        inputs=(floats(3, 4), floats(3, 4), positive(3, 4)),
    ),
    *loss(
        "NLLLoss",
        (WEIGHT,),
        (WEIGHT, {"reduction": "sum", "ignore_index": 1}),
        inputs=(logs(3, 4), classes(3, high=4)),
    ),
    *variants("NLLLoss", (), (WEIGHT,), inputs=(floats(2, 4, 3), classes(2, 3, high=4))),
    *loss(
        "CrossEntropyLoss",
        (WEIGHT,),
        ({"label_smoothing": 0.1, "weight": WEIGHT},),
        ({"ignore_index": 1},),
        inputs=(floats(3, 4), classes(3, high=4)),
    ),
    *variants("CrossEntropyLoss", (), (WEIGHT,), inputs=(floats(2, 4, 3), classes(2, 3, high=4))),
    *variants("CrossEntropyLoss", (), (WEIGHT,), inputs=(floats(3, 4), unit(3, 4))),
    *loss("BCELoss", (WEIGHT.repeat(3).reshape(3, 4),), inputs=(unit(3, 4), unit(3, 4))),
    *loss(
        "BCEWithLogitsLoss",
        (WEIGHT.repeat(3).reshape(3, 4),),
        ({"pos_weight": WEIGHT},),
        inputs=(floats(3, 4), unit(3, 4)),
    ),
    *loss(
        "KLDivLoss",
        ({"reduction": "batchmean"},),
        ({"log_target": True},),
        inputs=(logs(3, 4), unit(3, 4)),
    ),
    *loss("SoftMarginLoss", inputs=(floats(3, 4), signs(3, 4))),
    *loss("MultiLabelSoftMarginLoss", (WEIGHT,), inputs=(floats(3, 4), unit(3, 4, constant=True))),
    *loss(
        "MultiMarginLoss",
        (2, 0.5),
        ({"weight": WEIGHT},),
        inputs=(floats(3, 4), classes(3, high=4)),
        second=False,
    ),
    *loss(
        "MultiLabelMarginLoss",
        inputs=(floats(3, 4), np.array([[0, 2, -1, 1], [3, -1, 0, 0], [0, 1, 2, -1]])),
        second=False,
    ),
    *loss("HingeEmbeddingLoss", (0.5,), inputs=(floats(3, 4), signs(3, 4))),
    *loss("CosineEmbeddingLoss", (0.2,), inputs=(*PAIR, signs(3))),
    *loss("MarginRankingLoss", (0.2,), inputs=(*PAIR, signs(3, 4))),
    *loss(
        "TripletMarginLoss",
        (0.5, 3.0),
        ({"swap": True},),
        inputs=(*PAIR, floats(3, 4)),
    ),
    *loss(
        "TripletMarginWithDistanceLoss",
        ({"margin": 0.5, "swap": True},),
        inputs=(*PAIR, floats(3, 4)),
    ),
    *loss(
        "CTCLoss",
        (1,),
        ({"zero_infinity": True, "blank": 2},),
        inputs=(logs(5, 2, 4), np.array([[3, 3], [3, 0]]), np.array([5, 4]), np.array([2, 1])),
        second=False,
    ),
    *variants("CosineSimilarity", (), (0,), ({"dim": -1, "eps": 0.5},), inputs=PAIR),
    *variants("PairwiseDistance", (), (1.0,), (3.0, 0.0, True), inputs=PAIR),
    *(
        row
        for inputs in ((floats(3, 2), classes(3, high=4)), (floats(2), classes(high=4)))
        for row in variants(
            "LinearCrossEntropyLoss",
            (2, 4),
            (2, 4, {"reduction": "sum"}),
            (2, 4, {"reduction": "none"}),
            (2, 4, {"bias": True, "weight": WEIGHT}),
            (2, 4, {"ignore_index": 1, "label_smoothing": 0.2}),
            inputs=inputs,
        )
    ),
    Row(
        "LinearCrossEntropyLoss",
        (2, 4),
        {"out_features": (2, 3), "bias": True},
        inputs=(floats(3, 2), classes(3, 2, 3, high=4)),
    ),
    Row("LinearCrossEntropyLoss", (2, 4), inputs=(floats(3, 2), unit(3, 4))),
]
