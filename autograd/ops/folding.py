"""Windows laid out as columns, and columns added up into images."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.arguments import a_tensor
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.ops.window_arguments import not_whole, sizes_of
from autograd.ops.windowing import Windows
from autograd.tensor import Tensor

__all__: list[str] = []


def _columns(x: Raw, windows: Windows) -> Raw:
    batch, channels = x.shape[:2]
    out: Raw = np.zeros((batch, channels, windows.tap_count, *windows.output), x.dtype)
    for tap, places, entries in windows.taps():
        out[(slice(None), slice(None), tap, *places)] = x[(..., *entries)]
    return out.reshape(batch, channels * windows.tap_count, math.prod(windows.output))


def _images(columns: Raw, windows: Windows) -> Raw:
    batch, channels = columns.shape[0], columns.shape[1] // windows.tap_count
    columns = columns.reshape(batch, channels, windows.tap_count, *windows.output)
    x: Raw = np.zeros((batch, channels, *windows.input), columns.dtype)
    for tap, places, entries in windows.taps():
        x[(..., *entries)] += columns[(slice(None), slice(None), tap, *places)]
    return x


_im2col: Op = Op(
    "im2col",
    _columns,
    "x",
    params="windows",
    backward="Im2ColBackward0",
    x=lambda g, windows: _col2im(g, windows),
)
_col2im: Op = Op(
    "col2im",
    _images,
    "columns",
    params="windows",
    backward="Col2ImBackward0",
    columns=lambda g, windows: _im2col(g, windows),
)


def _of_plane(name: str, size: Any, kernel: Any, dilation: Any, padding: Any, stride: Any) -> Any:
    """The windows over an image of ``size``; some of the output's sizes may not be positive."""
    kernels = sizes_of(name, "kernel_size", kernel, 2, least=1, one=False)
    dilations = sizes_of(name, "dilation", dilation, 2, least=1, one=False)
    before = sizes_of(name, "padding", padding, 2, least=0, one=False)
    strides = sizes_of(name, "stride", stride, 2, least=1, one=False)
    output = tuple(
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, k, s, d, p in zip(size, kernels, strides, dilations, before, strict=True)
    )
    return Windows(size, kernels, output, strides, dilations, before)


def unfold(
    input: Tensor, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Tensor:
    """The windows of images as columns (`torch.nn.functional.unfold`).

    Input (batch, channels, height, width), or without a batch; output (batch, channels * kernel
    height * kernel width, number of windows). Raises RuntimeError where no window fits.

    >>> unfold(tensor([[[1.0, 2.0], [3.0, 4.0]]]), (1, 2))
    tensor([[1., 3.],
            [2., 4.]])
    """
    shape = a_tensor("unfold", input).shape
    if len(shape) not in (3, 4) or 0 in shape[-3:]:
        raise RuntimeError(
            "unfold: Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other "
            f"non-zero dimensions for input, but got: {list(shape)}"
        )
    windows = _of_plane("unfold", shape[-2:], kernel_size, dilation, padding, stride)
    if min(windows.output) < 1:
        raise RuntimeError(
            f"unfold: given input with spatial size {windows.input}, kernel_size={windows.kernel}, "
            f"dilation={windows.dilation}, padding={windows.before}, calculated shape of the array "
            f"of sliding blocks as {windows.output}, but its components must be at least one: "
            "pad more, or a smaller kernel"
        )
    not_whole("unfold", input, bools=True)
    images = input if len(shape) == 4 else input.unsqueeze(0)
    columns: Tensor = apply(_im2col, (images,), (windows,))
    return columns if len(shape) == 4 else columns.squeeze(0)


def fold(
    input: Tensor,
    output_size: Any,
    kernel_size: Any,
    dilation: Any = 1,
    padding: Any = 0,
    stride: Any = 1,
) -> Tensor:
    """Columns added up into images: the adjoint of `unfold` (`torch.nn.functional.fold`).

    Input (batch, channels * kernel height * kernel width, number of windows), or without a
    batch; output (batch, channels, *output_size). Raises RuntimeError where the sizes do not
    meet.

    >>> fold(ones(2, 2), (1, 3), (1, 2))
    tensor([[[1., 2., 1.]]])
    """
    shape = a_tensor("fold", input).shape
    if len(shape) not in (2, 3) or 0 in shape[-2:]:
        raise RuntimeError(
            "fold: Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and "
            f"non-zero dimensions for input, but got: {list(shape)}"
        )
    size = sizes_of("fold", "output_size", output_size, 2, least=1, one=False)
    windows = _of_plane("fold", size, kernel_size, dilation, padding, stride)
    if shape[-2] % windows.tap_count:
        raise RuntimeError(
            "fold: Expected size of input's dimension 1 to be divisible by the product of "
            f"kernel_size, but got {shape[-2]} for kernel_size={windows.kernel}"
        )
    high, wide = windows.output
    if min(high, wide) < 1 or shape[-1] != high * wide:
        raise RuntimeError(
            f"fold: given output_size={size}, kernel_size={windows.kernel}, "
            f"dilation={windows.dilation}, padding={windows.before}, stride={windows.stride}, "
            "expected size of input's dimension 2 to match the calculated number of sliding "
            f"blocks {high} * {wide} = {high * wide}, but got {shape[-1]}"
        )
    not_whole("fold", input, bools=True)
    columns = input if len(shape) == 3 else input.unsqueeze(0)
    images: Tensor = apply(_col2im, (columns,), (windows,))
    return images if len(shape) == 3 else images.squeeze(0)
