"""Images read at any places: grids of places, and what lies there."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import reduce
from operator import mul
from typing import Any

import numpy as np

from autograd import dtypes
from autograd.arguments import a_tensor, of_floats, same_dtype
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.ops.cast import cast
from autograd.ops.expanding import expand
from autograd.ops.joining import stack
from autograd.ops.products import matmul
from autograd.ops.resampling import STEEP, cubic_far, cubic_near
from autograd.ops.shape import contiguous, reshape
from autograd.ops.slicing import select
from autograd.ops.transposing import permute, transpose
from autograd.registry import public
from autograd.tensor import Tensor, wrap
from autograd.weighted_rows import weighted_rows

__all__ = ["affine_grid_generator", "grid_sampler", "grid_sampler_2d", "grid_sampler_3d"]

NEAREST, CUBIC = 1, 2
ZEROS, BORDER, REFLECTION = 0, 1, 2


def _ends(size: int, align: bool) -> tuple[float, float]:
    """Where a reflection turns: at the centers of the outermost pixels, or at their edges."""
    return (0.0, size - 1.0) if align else (-0.5, size - 0.5)


def _folded(x: Any, size: int, align: bool) -> tuple[Any, Any]:
    """Places reflected into the image, and whether the direction there is turned round."""
    low, high = _ends(size, align)
    span = high - low
    if span == 0:
        return np.zeros_like(x), np.zeros_like(x)
    turned = np.where(x - low < 0, -1, 1).astype(x.dtype)
    flips, rest = np.divmod(np.abs(x - low), x.dtype.type(span))
    odd = flips % 2 == 1
    place = np.where(odd, span - rest, rest) + x.dtype.type(low)
    return place, np.where(odd, -turned, turned)


def _bounded(x: Any, size: int, padding: int, align: bool) -> Any:
    """Places in pixels, those outside brought inside as ``padding`` says."""
    if padding == REFLECTION:
        x = _folded(x, size, align)[0]
    return x if padding == ZEROS else np.clip(x, 0, size - 1)


def _in_pixels(x: Raw, size: int, align: bool) -> Raw:
    """Places from -1 to 1 as places in pixels; nan stands for -1, as torch says."""
    x = np.where(np.isnan(x), x.dtype.type(-1), x)
    return (x + 1) * ((size - 1) / 2) if align else (x + 1) * (size / 2) - 0.5


def _placed(x: Raw, size: int, padding: int, align: bool, far: int) -> Raw:
    places = _bounded(_in_pixels(x, size, align), size, padding, align)
    return np.clip(places, -far, size + far).astype(x.dtype, copy=False)


def _steepness(x: Raw, size: int, padding: int, align: bool) -> Raw:
    scale = np.where(np.isnan(x), 0, (size - 1) / 2 if align else size / 2).astype(x.dtype)
    places = _in_pixels(x, size, align)
    if padding == REFLECTION:
        places, turned = _folded(places, size, align)
        scale = scale * turned
    return scale if padding == ZEROS else np.where((places > 0) & (places < size - 1), scale, 0)


_place: Op = Op(
    "grid_place",
    _placed,
    "x",
    params="size padding align far",
    x=lambda g, x, size, padding, align: g * _slope(x, size, padding, align),
)
_slope: Op = Op("grid_slope", _steepness, "x", params="size padding align")
_ones: Op = Op("grid_one", np.ones_like, "x", x=lambda g: g * 0)
"""One everywhere, and the place of no effect: rounding to the nearest pixel."""


def _cubic_weights(t: Tensor) -> list[Tensor]:
    """The weights of the four pixels around a place."""
    near, far = (t, 1 - t), (t + 1, 2 - t)
    return [
        cubic_far(far[0], STEEP),
        *(cubic_near(x, STEEP) for x in near),
        cubic_far(far[1], STEEP),
    ]


def _reads(
    place: Tensor, size: int, mode: int, padding: int, align: bool
) -> list[tuple[Any, Tensor]]:
    """Along one dimension: which pixels are read for each place, and with which weights."""
    # Where all is the same far outside, a place just outside stands for those beyond integers.
    far = 2**30 if padding == REFLECTION else 4
    if mode == NEAREST:
        place = apply(_place, (place,), (size, padding, align, far))
        return [(np.rint(place._array).astype(int), apply(_ones, (place,)))]
    bounds = ZEROS if mode == CUBIC else padding
    place = apply(_place, (place,), (size, bounds, align, far))
    before = np.floor(place._array)
    part = place - wrap(before)
    if mode != CUBIC:
        first = before.astype(int)
        return [(first, 1 - part), (first + 1, part)]
    taken = (_bounded(before + k, size, padding, align).astype(int) for k in range(-1, 3))
    return list(zip(taken, _cubic_weights(part), strict=True))


def _checked(input: Any, grid: Any, mode: int) -> tuple[Tensor, Tensor]:
    a_tensor("grid_sampler", input), a_tensor("grid_sampler", grid)
    shapes = f"input with sizes {list(input.shape)} and grid with sizes {list(grid.shape)}"
    if input.shape[:1] != grid.shape[:1] or not input.ndim:
        raise RuntimeError(f"grid_sampler(): expected one batch size, but got {shapes}")
    if input.ndim not in (4, 5) or grid.ndim != input.ndim:
        raise RuntimeError(f"grid_sampler(): expected 4D or 5D input and grid, but got {shapes}")
    if grid.shape[-1] != input.ndim - 2:
        raise RuntimeError(
            f"grid_sampler(): expected {input.ndim - 2} numbers in grid's last dimension, but got "
            f"{shapes}"
        )
    if 0 in input.shape[2:]:
        raise RuntimeError(f"grid_sampler(): expected pixels in every dimension, but got {shapes}")
    if mode == CUBIC and input.ndim == 5:
        raise RuntimeError("grid_sampler(): bicubic interpolation only supports 4D input")
    same_dtype("grid_sampler", input, grid, "grid")
    of_floats("grid_sampler", input)
    return input, grid


@public(method=False)
def grid_sampler(
    input: Tensor, grid: Tensor, interpolation_mode: int, padding_mode: int, align_corners: bool
) -> Tensor:
    """What lies in ``input`` (N, C, H, W) at the places ``grid`` (N, H', W', 2).

    ``nn.functional.grid_sample`` with numbers for modes: 0 bilinear, 1 nearest, 2 bicubic; 0
    zeros, 1 border, 2 reflection (`torch.grid_sampler`).

    >>> x = tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    >>> grid_sampler(x, zeros(1, 1, 1, 2), 0, 0, False)
    tensor([[[[2.5000]]]])
    """
    input, grid = _checked(input, grid, interpolation_mode)
    if input.dtype == dtypes.float16:  # whose places are pixels apart in a large image
        single = cast(input, dtypes.float32), cast(grid, dtypes.float32)
        rounded: Tensor = cast(
            grid_sampler(*single, interpolation_mode, padding_mode, align_corners), dtypes.float16
        )
        return rounded
    batch, channels, *lengths = input.shape
    count = len(lengths)
    places = [reshape(select(grid, -1, count - 1 - dim), -1) for dim in range(count)]
    reads = [
        _reads(place, size, interpolation_mode, padding_mode, bool(align_corners))
        for place, size in zip(places, lengths, strict=True)
    ]
    image = np.repeat(np.arange(batch), places[0].numel() // max(batch, 1))
    at, weights = [], []
    for corner in itertools.product(*reads):
        place, outside = image, np.zeros(image.shape, bool)
        for (pixel, _), size in zip(corner, lengths, strict=True):
            outside |= (pixel < 0) | (pixel >= size)
            place = place * size + pixel
        at.append(np.where(outside, -1, place))
        weights.append(reduce(mul, (part for _, part in corner)))
    to_last = (0, *range(2, count + 2), 1)
    rows = reshape(permute(input, to_last), (batch * int(np.prod(lengths)), channels))
    found: Tensor = apply(weighted_rows, (rows, stack(weights)), (np.stack(at),))
    found = reshape(found, (*grid.shape[:-1], channels))
    return contiguous(permute(found, (0, count + 1, *range(1, count + 1))))


@public(method=False)
def grid_sampler_2d(
    input: Tensor, grid: Tensor, interpolation_mode: int, padding_mode: int, align_corners: bool
) -> Tensor:
    """`grid_sampler` of images (`torch.grid_sampler_2d`).

    >>> x = tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    >>> grid_sampler_2d(x, zeros(1, 1, 1, 2), 0, 0, False)
    tensor([[[[2.5000]]]])
    """
    return _of_rank(4, input, grid, interpolation_mode, padding_mode, align_corners)


@public(method=False)
def grid_sampler_3d(
    input: Tensor, grid: Tensor, interpolation_mode: int, padding_mode: int, align_corners: bool
) -> Tensor:
    """`grid_sampler` of volumes (`torch.grid_sampler_3d`).

    >>> grid_sampler_3d(ones(1, 1, 2, 2, 2), zeros(1, 1, 1, 1, 3), 0, 0, False)
    tensor([[[[[1.]]]]])
    """
    return _of_rank(5, input, grid, interpolation_mode, padding_mode, align_corners)


def _of_rank(rank: int, input: Tensor, *args: Any) -> Tensor:
    if a_tensor("grid_sampler", input).ndim != rank:
        raise RuntimeError(f"grid_sampler(): expected {rank}D input, this one is {input.ndim}D")
    return grid_sampler(input, *args)


@public(method=False)
def affine_grid_generator(theta: Tensor, size: Sequence[int], align_corners: bool) -> Tensor:
    """Places for `grid_sampler` from affine maps: ``nn.functional.affine_grid`` without checks.

    ``theta`` is (N, 2, 3) for a ``size`` (N, C, H, W), (N, 3, 4) for (N, C, D, H, W); source:
    `torch.affine_grid_generator`.
    Raises RuntimeError where ``theta`` does not fit ``size``.

    >>> affine_grid_generator(tensor([[[1.0, 0, 0], [0, 1, 0]]]), (1, 1, 1, 2), False)
    tensor([[[[-0.5000,  0.0000],
              [ 0.5000,  0.0000]]]])
    """
    batch, _, *lengths = tuple(size)
    count = len(lengths)
    if count not in (2, 3) or theta.shape != (batch, count, count + 1):
        raise RuntimeError(
            f"affine_grid_generator(): theta of shape {theta.shape} for size {tuple(size)}: it is "
            "(N, 2, 3) for (N, C, H, W), and (N, 3, 4) for (N, C, D, H, W)"
        )
    lines = []
    for n in lengths:
        line = np.linspace(-1, 1, n) if n > 1 else np.zeros(n)
        lines.append(line if align_corners else line * (n - 1) / n)
    grids = np.meshgrid(*lines, indexing="ij")[::-1]
    points = np.stack([*grids, np.ones(lengths)], -1).reshape(-1, count + 1).astype(theta.dtype)
    full = expand(wrap(points), (batch, *points.shape))
    return reshape(matmul(full, transpose(theta, 1, 2)), (batch, *lengths, count))
