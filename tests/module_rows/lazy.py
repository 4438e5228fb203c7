"""Lazy layers; a row makes them and calls them once, by which they become ordinary ones."""

from __future__ import annotations

from tests.module_rows.build import variants

SPACE = {"1d": (4,), "2d": (4, 3), "3d": (3, 3, 2)}

ROWS = [
    *variants("LazyLinear", (2,), (2, False)),
    *variants("LazyLinear", (2,), inputs=((4,),)),
]
for dims, space in SPACE.items():
    batch, alone = (2, 4, *space), (4, *space)
    ROWS += variants(
        f"LazyConv{dims}",
        (2, 2),
        (4, 2, {"groups": 2, "bias": False, "padding": 1}),
        inputs=(batch,),
    )
    ROWS += variants(
        f"LazyConvTranspose{dims}", (2, 2), (4, 2, 2, {"groups": 2, "bias": False}), inputs=(batch,)
    )
    ROWS += variants(f"LazyConv{dims}", (2, 2), inputs=(alone,))
    ROWS += variants(f"LazyBatchNorm{dims}", (), (1e-3, None, {"bias": False}), inputs=(batch,))
    ROWS += variants(
        f"LazyInstanceNorm{dims}",
        ({"affine": True},),
        (1e-3, 0.2, True, True),
        inputs=(batch,),
    )
