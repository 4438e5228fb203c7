"""What functions of windows are given: sizes by dimension, images with and without a batch."""

from __future__ import annotations

import math
from typing import Any

from autograd.arguments import a_tensor, not_implemented
from autograd.ops.windowing import Sizes, Windows
from autograd.tensor import Tensor


def sizes_of(name: str, what: str, given: Any, rank: int, *, least: int, one: bool = True) -> Sizes:
    """``given`` as one integer for each of ``rank`` dimensions.

    ``one``: a sequence of one integer counts for all of them, as a number does. Raises TypeError
    for what is no integer, RuntimeError for another count and for a number below ``least``.
    """
    each = tuple(given) if isinstance(given, (tuple, list)) else (given,)
    try:
        found = tuple(int(n.__index__()) for n in each)
    except AttributeError:
        raise TypeError(
            f"{name}(): argument '{what}' must be an int or a tuple of {rank} ints, not {given!r}"
        ) from None
    if len(found) == 1 and (one or not isinstance(given, (tuple, list))):
        found *= rank
    if len(found) != rank:
        raise RuntimeError(
            f"{name}: expected {what} to be a single integer value or a list of {rank} values to "
            f"match the dimensions, but got {what}={list(found)}"
        )
    if min(found) < least:
        sort = "negative" if least == 0 else "non-positive"
        raise RuntimeError(f"{name}: {sort} {what} is not supported, got {found}")
    return found


def refused_sizes(name: str, shape: Sizes, *, allowed: int) -> None:
    """Raise RuntimeError where a dimension after the first ``allowed`` ones is empty."""
    if 0 in shape[allowed:]:
        raise RuntimeError(
            f"{name}: only the batch{' or the channels' * (allowed == 2)} of the input may be "
            f"empty, but it has the shape {list(shape)}"
        )


def not_whole(name: str, input: Tensor, *, bools: bool = False, long: bool = False) -> None:
    """Raise NotImplementedError for integers, as torch does: of 64 bits too but where ``long``.

    ``bools``: bools are accepted.
    """
    kind = input.dtype
    if kind.kind == "f" or (bools and kind.kind == "b") or (long and kind == "int64"):
        return
    raise not_implemented(name, kind)


def images_of(name: str, input: Any, rank: int, *, empty: int = 1) -> tuple[Tensor, bool]:
    """The input with a batch, and whether it had one.

    Raises RuntimeError for another number of dimensions, and where one after the first
    ``empty`` of those of a batch is empty.
    """
    batched = a_tensor(name, input).ndim == rank + 2
    if input.ndim not in (rank + 1, rank + 2):
        raise RuntimeError(
            f"{name}: Expected {rank + 1}D or {rank + 2}D (batch mode) tensor with optional 0 dim "
            f"batch size for input, but got: {list(input.shape)}"
        )
    images = input if batched else input.unsqueeze(0)
    refused_sizes(name, images.shape, allowed=empty)
    return images, batched


def pool_windows(
    name: str,
    size: Sizes,
    kernel: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
) -> Windows:
    """The windows of a pool over images of ``size``; without ``stride`` they lie side by side.

    The output's length is rounded down, or up with ``ceil_mode``, where a window must still
    start within the input or the padding in front. Raises RuntimeError where none fits.
    """
    rank = len(size)
    kernels = sizes_of(name, "kernel_size", kernel, rank, least=1)
    given = stride is not None and stride not in ((), [])
    strides = sizes_of(name, "stride", stride, rank, least=1) if given else kernels
    before = sizes_of(name, "padding", padding, rank, least=0)
    dilations = sizes_of(name, "dilation", dilation, rank, least=1)
    if any(2 * p > d * (k - 1) + 1 for p, k, d in zip(before, kernels, dilations, strict=True)):
        raise RuntimeError(
            f"{name}: pad should be at most half of effective kernel size, but got pad={before}, "
            f"kernel_size={kernels} and dilation={dilations}"
        )
    output = []
    for n, k, s, p, d in zip(size, kernels, strides, before, dilations, strict=True):
        room = n + 2 * p - d * (k - 1) - 1
        count = (math.ceil(room / s) if ceil_mode else room // s) + 1
        output.append(count - (ceil_mode and (count - 1) * s >= n + p))
    if min(output) < 1:
        raise RuntimeError(
            f"{name}: Given input size: {size}. Calculated output size: {tuple(output)}. Output "
            f"size is too small for kernel_size={kernels}, padding={before}, dilation={dilations}"
        )
    return Windows(size, kernels, tuple(output), strides, dilations, before)
