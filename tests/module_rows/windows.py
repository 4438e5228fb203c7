"""Convolutions, pooling, padding, sizes."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.module_rows.build import Row, variants

SPACE = {"1d": (7,), "2d": (6, 5), "3d": (4, 5, 4)}
SIZES = {
    "1d": {"one": 3, "each": (2,), "pad": (1,)},
    "2d": {"one": 3, "each": (2, 3), "pad": (1, 0)},
    "3d": {"one": 2, "each": (1, 2, 3), "pad": (0, 1, 0)},
}


def convolutions(dims: str) -> list[Row]:
    one, each, pad = SIZES[dims].values()
    batch, alone = (2, 4, *SPACE[dims]), (4, *SPACE[dims])
    conv = variants(
        f"Conv{dims}",
        (4, 2, one),
        (4, 6, each, {"stride": 2, "padding": pad, "groups": 2}),
        (4, 2, one, {"dilation": 2, "bias": False, "padding": 2}),
        (4, 2, 3, {"padding": "same"}),
        (4, 2, each, {"padding": "valid"}),
        *((4, 2, each, {"padding": 1, "padding_mode": mode}) for mode in MODES),
        (4, 2, each, {"padding": "same", "padding_mode": "circular"}),
        (4, 2, each, {"padding": "valid", "padding_mode": "reflect"}),
        inputs=(batch,),
    )
    transposed = variants(
        f"ConvTranspose{dims}",
        (4, 2, one),
        (4, 6, each, {"stride": 2, "padding": pad, "groups": 2, "bias": False}),
        (4, 2, one, {"stride": 3, "output_padding": 2, "dilation": 2}),
        inputs=(batch,),
    )
    size = [2 * n for n in SPACE[dims]]
    sized = Row(f"ConvTranspose{dims}", (4, 2, 2, 2), inputs=(batch, size))
    unbatched = [Row(f"{kind}{dims}", (4, 2, one), inputs=(alone,)) for kind in CONVS]
    return [*conv, *transposed, sized, *unbatched]


MODES = ("reflect", "replicate", "circular")
CONVS = ("Conv", "ConvTranspose")


def pools(dims: str) -> list[Row]:
    _, each, pad = SIZES[dims].values()
    batch, alone = (2, 3, *SPACE[dims]), (3, *SPACE[dims])
    wide = tuple(n + 1 for n in each)
    options: dict[str, Any] = {"stride": 2, "ceil_mode": True}
    rows = [
        *variants(
            f"MaxPool{dims}",
            (2,),
            (wide, {**options, "padding": pad}),
            (2, 1, {"dilation": 2}),
            (each, {"return_indices": True}),
            inputs=(batch,),
        ),
        *variants(
            f"AvgPool{dims}",
            (2,),
            (wide, {**options, "padding": pad, "count_include_pad": False}),
            (each, 1),
            inputs=(batch,),
        ),
        *variants(
            f"LPPool{dims}",
            (2, 2),
            (3.0, 2, {"stride": 1, "ceil_mode": True}),
            inputs=(batch,),
        ),
        *variants(f"AdaptiveAvgPool{dims}", (2,), inputs=(batch,)),
        *variants(f"AdaptiveMaxPool{dims}", (2,), (1, True), inputs=(batch,)),
        Row(f"MaxPool{dims}", (2,), inputs=(alone,)),
        Row(f"AvgPool{dims}", (2,), inputs=(alone,)),
        Row(f"AdaptiveAvgPool{dims}", (3,), inputs=(alone,)),
    ]
    if dims != "1d":
        several = (None, *range(2, len(each) + 1))
        samples = np.random.default_rng(0).uniform(size=(2, 3, len(each)))
        rows += [
            *variants(f"AvgPool{dims}", (2, {"divisor_override": 3}), inputs=(batch,)),
            *variants(f"AdaptiveAvgPool{dims}", (several,), inputs=(batch,)),
            *variants(f"AdaptiveMaxPool{dims}", (several,), inputs=(batch,)),
            *variants(
                f"FractionalMaxPool{dims}",
                (2, {"output_size": 2}),
                (2, {"output_ratio": 0.5, "return_indices": True}),
                (2, {"output_size": 2, "_random_samples": samples}),
                inputs=(batch,),
            ),
        ]
    return rows


def unpools(dims: str) -> list[Row]:
    count = len(SPACE[dims])
    places = np.arange(2 * 3 * 2**count).reshape(2, 3, *(2,) * count) % 2**count
    square = (2, 3, *(2,) * count)
    return [
        Row(f"MaxUnpool{dims}", (2,), inputs=(square, places)),
        Row(f"MaxUnpool{dims}", (2, 2, 0), inputs=(square, places, [5] * count)),
    ]


def pads(dims: str) -> list[Row]:
    count = len(SPACE[dims])
    uneven = tuple(range(1, 2 * count + 1)) if count == 1 else (1, 0, 2, 1, 1, 0)[: 2 * count]
    batch, alone = (2, 3, *SPACE[dims]), (3, *SPACE[dims])
    rows = [
        *variants(f"ConstantPad{dims}", (2, 0.5), (uneven, 1), inputs=(batch,)),
        Row(f"ConstantPad{dims}", ((-1, 2, *(0,) * (2 * count - 2)), 3.5), inputs=(alone,)),
    ]
    for kind in ("Zero", "Reflection", "Replication", "Circular"):
        rows += variants(f"{kind}Pad{dims}", (1,), (uneven,), inputs=(batch,))
        rows += variants(f"{kind}Pad{dims}", (1,), inputs=(alone,))
    return rows


IMAGE = ((2, 4, 3, 5),)

ROWS = [
    *(row for dims in SPACE for make in (convolutions, pools, unpools, pads) for row in make(dims)),
    *variants("Upsample", (None, 2), ((3, 7),), (None, (2.0, 1.5), "bilinear"), inputs=IMAGE),
    *variants(
        "Upsample",
        ({"size": (6, 4), "mode": "bilinear", "align_corners": True},),
        ({"scale_factor": 1.7, "mode": "bicubic", "recompute_scale_factor": True},),
        ({"scale_factor": 2, "mode": "nearest-exact"},),
        inputs=IMAGE,
    ),
    *variants("Upsample", (5, None, "linear"), inputs=((2, 3, 4),)),
    *variants("Upsample", (None, 2, "trilinear"), inputs=((1, 2, 2, 3, 2),)),
    *variants("UpsamplingNearest2d", (None, 2), ((4, 4),), inputs=IMAGE),
    *variants("UpsamplingBilinear2d", (None, 2), ((4, 4),), inputs=IMAGE),
    *variants("PixelShuffle", (2,), inputs=IMAGE),
    *variants("PixelUnshuffle", (2,), inputs=((2, 1, 4, 6),)),
    *variants("ChannelShuffle", (2,), inputs=IMAGE),
    *variants("Unfold", (2,), ((2, 3), 2, 1, (1, 2)), inputs=((2, 3, 5, 6),)),
    *variants("Fold", ((3, 4), 2), inputs=((2, 12, 6),)),
    *variants("Fold", ((5, 6), (2, 3), 2, 1, (1, 2)), inputs=((2, 12, 10),)),
]
