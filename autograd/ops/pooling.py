"""Averages over windows."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from autograd import pixels
from autograd.arguments import not_implemented
from autograd.dimensions import index_along
from autograd.dtypes import wide
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.ops.window_arguments import images_of, not_whole, pool_windows
from autograd.ops.windowing import Windows
from autograd.registry import public
from autograd.tensor import Tensor

__all__ = ["avg_pool1d"]


def _side(windows: Windows, number: int) -> Windows:
    """The windows along one dimension alone."""
    return Windows(*(each[number : number + 1] for each in windows))


def _averages(x: Raw, windows: Windows, divisor: Raw) -> Raw:
    """Sums along one dimension after the other, divided."""
    total = wide(x)
    for number, length in enumerate(windows.output):
        size = (*total.shape[2 : number + 2], length, *total.shape[number + 3 :])
        sums = pixels.empty_like(total, size, total.dtype)
        sums[...] = 0
        for _, (places,), (entries,) in _side(windows, number).taps():
            sums[index_along(number + 2, places)] += total[index_along(number + 2, entries)]
        total = sums
    if x.dtype.kind == "i":  # C's division, towards zero
        return np.sign(total) * np.sign(divisor) * (np.abs(total) // np.abs(divisor))
    total /= divisor
    return total.astype(x.dtype, copy=False)


def _averages_back(g: Raw, windows: Windows, divisor: Raw) -> Raw:
    total = wide(g) / divisor
    for number, length in enumerate(windows.input):
        size = (*total.shape[2 : number + 2], length, *total.shape[number + 3 :])
        spread = pixels.empty_like(total, size, total.dtype)
        spread[...] = 0
        for _, (places,), (entries,) in _side(windows, number).taps():
            spread[index_along(number + 2, entries)] += total[index_along(number + 2, places)]
        total = spread
    return total.astype(g.dtype, copy=False)


# Linear, so each is the derivative of the other.
_pool: Op = Op(
    "avg_pool",
    _averages,
    "x",
    params="windows divisor",
    x=lambda g, windows, divisor: _pool_back(g, windows, divisor),
)
_pool_back: Op = Op(
    "avg_pool_backward",
    _averages_back,
    "g",
    params="windows divisor",
    g=lambda h, windows, divisor: _pool(h, windows, divisor),
)
_POOLS = {
    rank: _pool.named(f"avg_pool{rank}d", f"AvgPool{max(rank, 2)}DBackward0") for rank in (1, 2, 3)
}


def _sizes(windows: Windows, number: int, count_include_pad: bool) -> Raw:
    """How many entries, or entries and padding, each window has along a dimension."""
    n, k, o, s, _, p = (each[number] for each in windows)
    start = np.arange(o) * s - p
    if count_include_pad:
        return np.minimum(start + k, n + p) - start
    return np.minimum(start + k, n) - np.maximum(start, 0)


def _divisor(windows: Windows, count_include_pad: bool, override: int | None, dtype: Any) -> Raw:
    """What the sums are divided by: one number, or one for each position."""
    if override is not None:
        return dtype.type(override)
    sides = [_sizes(windows, i, count_include_pad) for i in range(len(windows.kernel))]
    if all((side == side[0]).all() for side in sides):
        return dtype.type(math.prod(int(side[0]) for side in sides))
    return functools.reduce(np.multiply.outer, sides).astype(dtype)


def averaged(
    rank: int,
    input: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None = None,
) -> Tensor:
    """The averages over windows along the last ``rank`` dimensions."""
    name = f"avg_pool{rank}d"
    images, batched = images_of(name, input, rank)
    windows = pool_windows(name, images.shape[2:], kernel_size, stride, padding, 1, bool(ceil_mode))
    if divisor_override == 0:
        raise RuntimeError(f"{name}: divisor must be not zero: leave divisor_override out")
    not_whole(name, input, long=True)
    if rank == 3 and input.dtype == np.float16:
        raise not_implemented(name, input.dtype)
    kind = np.dtype(np.float32) if input.dtype == np.float16 else input.dtype
    divisor = _divisor(windows, bool(count_include_pad), divisor_override, kind)
    result: Tensor = apply(_POOLS[rank], (images,), (windows, divisor))
    return result if batched else result.squeeze(0)


@public(method=False)
def avg_pool1d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The average over windows along the last dimension (`torch.nn.functional.avg_pool1d`).

    `avg_pool2d` says how. Input (batch, channels, length) or (channels, length).

    >>> avg_pool1d(tensor([[1.0, 3.0, 5.0, 7.0]]), 2)
    tensor([[2., 6.]])
    """
    return averaged(1, input, kernel_size, stride, padding, ceil_mode, count_include_pad)


def avg_pool2d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The average over windows of images (`torch.nn.functional.avg_pool2d`).

    Input (batch, channels, height, width), or without a batch. Windows lie side by side unless
    ``stride`` says how far apart; ``padding`` adds zeros on either side, which count unless
    ``count_include_pad`` is False; ``ceil_mode`` lets the last window reach over the edge;
    ``divisor_override`` divides the sums in place of the number of entries. Raises RuntimeError
    where no window fits.

    >>> avg_pool2d(tensor([[[1.0, 2.0], [3.0, 6.0]]]), 2)
    tensor([[[3.]]])
    """
    return averaged(
        2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


def avg_pool3d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The average over windows of volumes (`torch.nn.functional.avg_pool3d`).

    `avg_pool2d` says how. Input (batch, channels, depth, height, width), or without a batch.

    >>> avg_pool3d(ones(1, 2, 2, 2), 2)
    tensor([[[[1.]]]])
    """
    return averaged(
        3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )
