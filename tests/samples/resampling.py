"""Samples of images at other sizes and places, and with shuffled pixels."""

from __future__ import annotations

from tests.samples.build import A, S, rough, row, strided, turned

SIGNAL, IMAGE, VOLUME = A(2, 1, 4), A(1, 2, 3, 4), A(1, 1, 2, 3, 2)
row(
    "nn.functional.interpolate",
    S(SIGNAL, 7),
    S(SIGNAL, 3, mode="nearest-exact"),
    S(IMAGE, (5, 2)),
    S(IMAGE, scale_factor=1.7),
    S(IMAGE, scale_factor=(2, 1.2), mode="nearest-exact"),
    S(VOLUME, scale_factor=2),
    S(SIGNAL, 7, mode="linear"),
    S(SIGNAL, [3], mode="linear", align_corners=True),
    S(SIGNAL, scale_factor=1.2, mode="linear"),
    S(IMAGE, (5, 2), mode="bilinear"),
    S(IMAGE, (1, 1), mode="bilinear", align_corners=True),
    S(IMAGE, scale_factor=1.7, mode="bilinear"),
    S(IMAGE, scale_factor=1.7, mode="bilinear", recompute_scale_factor=True),
    S(IMAGE, (3, 4), mode="bilinear"),
    S(VOLUME, (3, 2, 5), mode="trilinear"),
    S(IMAGE, (5, 2), mode="bicubic"),
    S(IMAGE, scale_factor=(1.7, 2.1), mode="bicubic", align_corners=True),
    S(IMAGE, (2, 7), mode="area"),
    S(SIGNAL, 3, mode="area"),
    S(VOLUME, scale_factor=1.6, mode="area"),
    S(A(1, 1, 7, 5), (3, 2), mode="bilinear", antialias=True),
    S(A(1, 1, 7, 5), (3, 6), mode="bicubic", antialias=True),
    S(A(1, 1, 9, 2), (2, 3), mode="lanczos", antialias=True),
    S(A(1, 1, 7, 5), scale_factor=0.6, mode="bicubic", antialias=True, align_corners=True),
    S(turned(1, 2, 3, 4), (5, 2), mode="bilinear"),
    S(strided(2, 1, 4), 5),
    S(A(0, 2, 3), 4),
    refused=(
        S(IMAGE),
        S(IMAGE, 2, 2.0),
        S(IMAGE, (5,)),
        S(IMAGE, scale_factor=(2.0,)),
        S(IMAGE, 2.5),
        S(IMAGE, 0),
        S(IMAGE, scale_factor=0.1),
        S(IMAGE, scale_factor=-2.0),
        S(IMAGE, 5, align_corners=False),
        S(IMAGE, 5, mode="area", align_corners=True),
        S(IMAGE, 5, mode="linear"),
        S(SIGNAL, 5, mode="bilinear"),
        S(IMAGE, 5, mode="other"),
        S(IMAGE, 5, recompute_scale_factor=True),
        S(IMAGE, 5, antialias=True),
        S(SIGNAL, 5, mode="linear", antialias=True),
        S(IMAGE, 5, mode="lanczos"),
        S(A(3, 4), 5),
        S(A(1, 0, 3, 4), 5),
        S(A(1, 2, 0, 4), 5),
    ),
    whole=False,
)
row("nn.functional.upsample", S(SIGNAL, 7), S(IMAGE, scale_factor=2, mode="bilinear"), whole=False)
row("nn.functional.upsample_nearest", S(SIGNAL, 7), S(IMAGE, scale_factor=(2, 3)), whole=False)
row("nn.functional.upsample_bilinear", S(IMAGE, (5, 2)), S(IMAGE, scale_factor=2), whole=False)
row(
    "pixel_shuffle nn.functional.pixel_shuffle",
    S(A(8, 2, 3), 2),
    S(A(2, 4, 1, 2), 2),
    S(A(1, 2, 9, 1, 2), 3),
    S(A(2, 3, 4), 1),
    S(turned(4, 2, 2), 2),
    refused=(S(A(3, 2, 2), 2), S(A(2, 2), 2), S(A(4, 2, 2), 0), S(A(4, 2, 2), -2)),
)
row(
    "pixel_unshuffle nn.functional.pixel_unshuffle",
    S(A(2, 4, 6), 2),
    S(A(2, 1, 2, 4), 2),
    S(A(2, 3, 4), 1),
    S(turned(1, 4, 2), 2),
    refused=(S(A(1, 3, 2), 2), S(A(1, 2, 3), 2), S(A(2, 2), 2), S(A(4, 2, 2), 0)),
)
row(
    "channel_shuffle nn.functional.channel_shuffle native_channel_shuffle "
    "nn.functional.native_channel_shuffle",
    S(A(2, 6, 2), 2),
    S(A(1, 6, 2, 2), 3),
    S(A(1, 4, 2), 1),
    S(A(1, 4, 2), 4),
    S(turned(2, 4, 2), 2),
    refused=(S(A(1, 4, 2), 3), S(A(4, 2), 2), S(A(1, 4, 2), 0)),
)

CUBE, PLACES = A(1, 1, 2, 3, 2), A(2, 2, 3, 2, low=-1.4, high=1.4)
PICTURES = A(2, 2, 3, 4)
row(
    "nn.functional.grid_sample",
    *(
        S(PICTURES, PLACES, mode, outside, align)
        for mode in ("bilinear", "bicubic")
        for outside in ("zeros", "border", "reflection")
        for align in (True, False)
    ),
    rough(
        *(
            S(A(1, 2, 3, 4), A(1, 2, 2, 2, low=-1.9, high=1.9), "nearest", outside, False)
            for outside in ("zeros", "border", "reflection")
        )
    ),
    S(CUBE, A(1, 2, 2, 1, 3, low=-1.4, high=1.4), align_corners=False),
    S(CUBE, A(1, 2, 2, 1, 3, low=-1.4, high=1.4), padding_mode="border", align_corners=True),
    S(CUBE, A(1, 2, 2, 1, 3, low=-3.0, high=3.0), "bilinear", "reflection", False),
    rough(S(CUBE, A(1, 2, 2, 1, 3, low=-1.4, high=1.4), mode="nearest", align_corners=False)),
    S(A(1, 1, 1, 1), A(1, 1, 2, 2), "bilinear", "reflection", True),
    S(A(1, 2, 3, 3), A(1, 0, 2, 2), align_corners=False),
    S(turned(1, 2, 3, 4), turned(1, 2, 3, 2), align_corners=False),
    refused=(
        S(PICTURES, A(1, 2, 3, 2), align_corners=False),
        S(PICTURES, A(2, 2, 3, 3), align_corners=False),
        S(PICTURES, A(2, 2, 2, 3, 3), align_corners=False),
        S(PICTURES, PLACES, "other", align_corners=False),
        S(PICTURES, PLACES, padding_mode="other", align_corners=False),
        S(A(2, 2, 0, 4), PLACES, align_corners=False),
        S(CUBE, A(1, 2, 2, 1, 3), mode="bicubic", align_corners=False),
        S(A(3, 4), A(3, 2), align_corners=False),
    ),
    whole=False,
    halves=False,  # torch computes the places in float16, too
)
row(
    "grid_sampler",
    S(PICTURES, PLACES, 0, 1, False),
    S(CUBE, A(1, 2, 1, 2, 3), 0, 0, True),
    whole=False,
)
row(
    "grid_sampler_2d",
    S(PICTURES, PLACES, 2, 0, False),
    halves=False,
    refused=(S(CUBE, A(1, 2, 1, 2, 3), 0, 0, True),),
    whole=False,
)
row(
    "grid_sampler_3d",
    S(CUBE, A(1, 2, 1, 2, 3), 0, 0, False),
    refused=(S(PICTURES, PLACES, 0, 0, False),),
    whole=False,
)
row(
    "nn.functional.affine_grid",
    S(A(2, 2, 3), (2, 1, 3, 4), align_corners=False),
    S(A(2, 2, 3), (2, 3, 2, 2), align_corners=True),
    S(A(1, 3, 4), [1, 1, 2, 1, 3], align_corners=False),
    refused=(
        S(A(2, 2, 3), (2, 1, 3), align_corners=False),
        S(A(2, 3, 4), (2, 1, 3, 4), align_corners=False),
        S(A(2, 3), (2, 1, 3, 4), align_corners=False),
        S(A(2, 2, 3), (1, 1, 3, 4), align_corners=False),
        S(A(2, 2, 3), (2, 1, 0, 4), align_corners=False),
    ),
    whole=False,
)
row(
    "affine_grid_generator",
    S(A(2, 2, 3), (2, 1, 3, 4), False),
    S(A(1, 3, 4), (1, 1, 2, 2, 1), True),
    refused=(S(A(1, 2, 2), (1, 1, 2, 2), False), S(A(1, 2, 3), (1, 1, 2), False)),
    whole=False,
)
