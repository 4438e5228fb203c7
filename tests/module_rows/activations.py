"""Linear layers, activations and dropout."""

from __future__ import annotations

from tests.module_rows.build import Row, classes, variants

PLAIN = """Hardswish LogSigmoid Mish ReLU ReLU6 SELU SiLU Sigmoid Softsign Tanh Tanhshrink
    CELU ELU GELU Hardshrink Hardtanh LeakyReLU PReLU Softplus Softshrink"""
INPLACE = "CELU ELU Hardswish LeakyReLU Mish ReLU ReLU6 RReLU SELU SiLU"
IMAGES = ((2, 3, 4, 4),)
DROPOUTS = {
    "Dropout": ((), (3, 4)),
    "Dropout1d": ((3, 4), (2, 3, 4)),
    "Dropout2d": ((2, 3, 4, 4),),
    "Dropout3d": ((3, 2, 2, 2), (2, 3, 2, 2, 2)),
    "AlphaDropout": ((3, 4),),
    "FeatureAlphaDropout": ((3, 4), (2, 3, 4)),
}

ROWS = [
    Row("Linear", (4, 5)),
    Row("Linear", (4, 5), {"bias": False}),
    Row("Linear", (4, 1), inputs=((4,),)),
    Row("Linear", (4, 5), inputs=((2, 3, 4),)),
    Row("Linear", (4, 5), inputs=((0, 4),)),
    *variants("Bilinear", (2, 3, 4), (2, 3, 4, False), inputs=((5, 2), (5, 3))),
    Row("Bilinear", (2, 3, 1), inputs=((2, 5, 2), (2, 5, 3))),
    Row("Identity", (3,), {"unused": True}),
    Row("Flatten", inputs=((2, 3, 4),)),
    Row("Flatten", (0, 1), inputs=((2, 3, 4),)),
    Row("Flatten", (), {"start_dim": 2, "end_dim": -1}, inputs=((2, 3, 4, 2),)),
    *variants("Unflatten", (1, (2, 3)), (-1, [3, -1]), inputs=((2, 6),)),
    *(Row(name, inputs=inputs) for name in PLAIN.split() for inputs in (((3, 4),), ((),))),
    *(Row(name, (), {"inplace": True}) for name in INPLACE.split()),
    *variants("CELU", (2.0,)),
    *variants("ELU", (0.5,)),
    *variants("GELU", ("tanh",)),
    *variants("Hardshrink", (0.3,)),
    *variants("Hardsigmoid", (), ({"inplace": True},), second=False, rough=True),
    *variants(
        "Hardtanh", (-0.5, 0.7), (-2, 0, {"inplace": True}), ({"max_val": 0.5, "inplace": True},)
    ),
    *variants("LeakyReLU", (0.2,), (-0.3,)),
    *variants("PReLU", (4,), ({"num_parameters": 4, "init": 0.1},)),
    Row("PReLU", (3,), inputs=IMAGES),
    *variants("RReLU", (), (0.2, 0.4)),
    Row("RReLU", (0.2, 0.4), training=False),
    *variants("Softplus", (2.0,), (1.0, 0.5)),
    *variants("Softshrink", (0.3,)),
    *variants("Threshold", (0.3, 2.0), (0, 1, {"inplace": True})),
    *(
        row
        for name in ("Softmax", "Softmin", "LogSoftmax")
        for row in variants(name, (0,), ({"dim": -1},))
    ),
    Row("Softmax2d", inputs=IMAGES),
    Row("Softmax2d", inputs=((3, 2, 2),)),
    *variants("GLU", (), (0,), inputs=((4, 6),)),
    *(
        Row(name, args, inputs=(shape,), training=training)
        for name, shapes in DROPOUTS.items()
        for shape in shapes
        for args, training in (((0.4,), True), ((), False), ((1.0,), True), ((0.0,), True))
    ),
    Row("Dropout", (), {"inplace": True}),
    Row(
        "AdaptiveLogSoftmaxWithLoss",
        (6, 10, [3, 6]),
        {"div_value": 2.0},
        inputs=((5, 6), classes(5, high=10)),
    ),
    Row(
        "AdaptiveLogSoftmaxWithLoss",
        (6, 4, [2]),
        {"div_value": 2.0, "head_bias": True},
        inputs=((6,), classes(high=4)),
    ),
]
