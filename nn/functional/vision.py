"""Images: other sizes, other places, shuffled pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograd import (
    Tensor,
    affine_grid_generator,
    channel_shuffle,
    grid_sampler,
    native_channel_shuffle,
    pixel_shuffle,
    pixel_unshuffle,
)
from autograd.arguments import not_implemented
from autograd.ops.resampling import resampled

__all__ = [
    "affine_grid",
    "channel_shuffle",
    "grid_sample",
    "interpolate",
    "native_channel_shuffle",
    "pixel_shuffle",
    "pixel_unshuffle",
    "upsample",
    "upsample_bilinear",
    "upsample_nearest",
]

_KINDS = {
    "nearest": ("nearest", (1, 2, 3)),
    "nearest-exact": ("nearest-exact", (1, 2, 3)),
    "area": ("area", (1, 2, 3)),
    "linear": ("linear", (1,)),
    "bilinear": ("linear", (2,)),
    "trilinear": ("linear", (3,)),
    "bicubic": ("cubic", (2,)),
    "lanczos": ("lanczos", (2,)),
}
"""What each mode does along a dimension, and for how many dimensions there is one."""


def interpolate(
    input: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """Signals (N, C, W), images (N, C, H, W) or volumes at another size.

    Either ``size`` or ``scale_factor``, one number or one for each dimension. ``mode`` is
    "nearest", "nearest-exact", "area", "linear" (3-D), "bilinear", "bicubic", "lanczos" (4-D) or
    "trilinear" (5-D). ``align_corners`` puts the outermost entries in the same places;
    ``recompute_scale_factor`` finds the places from the sizes rather than ``scale_factor``;
    ``antialias`` averages over what is left out, in "bilinear", "bicubic" and "lanczos".

    Source: `torch.nn.functional.interpolate`. Raises ValueError and NotImplementedError for what
    does not go together, RuntimeError for sizes that are not positive.

    >>> nn.functional.interpolate(tensor([[[1.0, 2.0]]]), scale_factor=2, mode="linear")
    tensor([[[1.0000, 1.2500, 1.7500, 2.0000]]])
    """
    spatial = input.shape[2:]
    kind, dims = _KINDS.get(mode, ("", ()))
    if align_corners is not None and mode in ("nearest", "nearest-exact", "area"):
        raise ValueError(
            "align_corners option can only be set with the interpolating modes: linear | bilinear "
            f"| bicubic | trilinear, not with {mode}"
        )
    if len(spatial) not in dims:
        raise NotImplementedError(
            f"interpolate(): mode {mode!r} of a {input.ndim}-D input; the modes are "
            f"{', '.join(f'{m} for {[2 + n for n in _KINDS[m][1]]}-D' for m in _KINDS)}"
        )
    if antialias != (antialias and mode in ("bilinear", "bicubic", "lanczos")):
        raise ValueError(
            "Anti-alias option is restricted to bilinear, bicubic, and lanczos modes and requires "
            f"a 4-D tensor as input, not mode {mode}"
        )
    if mode == "lanczos" and not antialias:
        raise ValueError("lanczos is a mode with antialias=True only")
    sizes, scales = _sizes(input, size, scale_factor, recompute_scale_factor)
    if min(sizes) < (mode != "area") or min(spatial) <= 0 or 0 in input.shape[1:]:
        raise RuntimeError(
            f"Input and output sizes should be greater than 0, but got input {input.shape} and "
            f"output sizes {tuple(sizes)}"
        )
    if not input.is_floating_point() and (kind != "nearest" or input.dtype.name != "uint8"):
        raise not_implemented(f"interpolate, {mode}", input.dtype)
    if mode == "area":
        scales = [None] * len(sizes)
    name = f"upsample_{mode.replace('-', '_')}{len(sizes)}d{'_aa' if antialias else ''}"
    if antialias:
        kind += ", antialias"
    return resampled(name, kind, input, sizes, scales, bool(align_corners))


def _sizes(
    input: Tensor, size: Any, scale_factor: Any, recompute: bool | None
) -> tuple[list[int], list[float | None]]:
    """The output's sizes, and the scales that say where its entries lie."""
    count = input.ndim - 2
    if (size is None) == (scale_factor is None):
        both = "only one of" if size is not None else "either"
        raise ValueError(f"{both} size or scale_factor should be defined")
    given = size if scale_factor is None else scale_factor
    each = list(given) if isinstance(given, Sequence) else [given] * count
    if len(each) != count:
        raise ValueError(
            "Input and output must have the same number of spatial dimensions, but got input of "
            f"shape {input.shape} and {tuple(each)}: one number for each of the last {count}"
        )
    if scale_factor is None:
        if recompute:
            raise ValueError("recompute_scale_factor is not meaningful with an explicit size.")
        if not all(hasattr(n, "__index__") for n in each):
            raise TypeError(f"interpolate(): sizes are integers, got {tuple(each)}")
        return [n.__index__() for n in each], [None] * count
    scales = [float(scale) for scale in each]
    sizes = [math.floor(n * scale) for n, scale in zip(input.shape[2:], scales, strict=True)]
    return sizes, [None] * count if recompute else list(scales)


def upsample(
    input: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    """`interpolate` under its older name (`torch.nn.functional.upsample`).

    >>> nn.functional.upsample(tensor([[[1.0, 2.0]]]), 4)
    tensor([[[1., 1., 2., 2.]]])
    """
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input: Tensor, size: Any = None, scale_factor: Any = None) -> Tensor:
    """`interpolate` with mode "nearest" (`torch.nn.functional.upsample_nearest`).

    >>> nn.functional.upsample_nearest(tensor([[[1.0, 2.0]]]), 4)
    tensor([[[1., 1., 2., 2.]]])
    """
    return interpolate(input, size, scale_factor)


def upsample_bilinear(input: Tensor, size: Any = None, scale_factor: Any = None) -> Tensor:
    """`interpolate` with mode "bilinear" and aligned corners.

    Source: `torch.nn.functional.upsample_bilinear`.

    >>> nn.functional.upsample_bilinear(tensor([[[[1.0, 2.0]]]]), (1, 3))
    tensor([[[[1.0000, 1.5000, 2.0000]]]])
    """
    return interpolate(input, size, scale_factor, "bilinear", align_corners=True)


_SAMPLING = {"bilinear": 0, "nearest": 1, "bicubic": 2}
_OUTSIDE = {"zeros": 0, "border": 1, "reflection": 2}


def grid_sample(
    input: Tensor,
    grid: Tensor,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Tensor:
    """What lies in images or volumes at the places that ``grid`` holds, from -1 to 1.

    ``input`` (N, C, H, W) and ``grid`` (N, H', W', 2), x before y, give (N, C, H', W'); with
    three dimensions likewise. ``mode`` is "bilinear", "nearest" or "bicubic" (images only);
    ``padding_mode`` says what is outside: "zeros", the "border", or the image's "reflection".
    ``align_corners``: -1 and 1 are the centers of the outermost pixels, not their edges.

    Source: `torch.nn.functional.grid_sample`; raises ValueError for another mode, RuntimeError
    for shapes that do not fit.

    >>> x = tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    >>> nn.functional.grid_sample(x, tensor([[[[0.0, 0.5]]]]), align_corners=True)
    tensor([[[[3.]]]])
    """
    if mode not in _SAMPLING:
        raise ValueError(f"grid_sample(): expected mode to be in {[*_SAMPLING]}, but got {mode!r}")
    if padding_mode not in _OUTSIDE:
        raise ValueError(
            f"grid_sample(): expected padding_mode to be in {[*_OUTSIDE]}, but got {padding_mode!r}"
        )
    return grid_sampler(input, grid, _SAMPLING[mode], _OUTSIDE[padding_mode], bool(align_corners))


def affine_grid(theta: Tensor, size: Sequence[int], align_corners: bool | None = None) -> Tensor:
    """The places for `grid_sample` that affine maps send an image's pixels to.

    ``theta`` (N, 2, 3) and ``size`` (N, C, H, W) give (N, H, W, 2); (N, 3, 4) and
    (N, C, D, H, W) give (N, D, H, W, 3). Source: `torch.nn.functional.affine_grid`; raises
    ValueError where ``theta`` is not of floats or of another shape.

    >>> nn.functional.affine_grid(tensor([[[1.0, 0, 0], [0, 1, 0]]]), (1, 1, 1, 2))
    tensor([[[[-0.5000,  0.0000],
              [ 0.5000,  0.0000]]]])
    """
    if not theta.is_floating_point():
        raise ValueError(
            f"Expected theta to have floating point type, but got {theta.dtype}; write x.float()"
        )
    count = len(size) - 2
    if count not in (2, 3):
        raise NotImplementedError(
            f"affine_grid only supports 4D and 5D sizes, for 2D and 3D maps; got size {tuple(size)}"
        )
    if theta.ndim != 3 or theta.shape[1:] != (count, count + 1):
        raise ValueError(
            f"Expected a batch of {count}D affine matrices of shape Nx{count}x{count + 1} for size "
            f"{tuple(size)}. Got {theta.shape}."
        )
    if min(size) <= 0:
        raise ValueError(f"Expected non-zero, positive output size. Got {tuple(size)}")
    return affine_grid_generator(theta, size, bool(align_corners))
