"""Convolutions and their transposes, in one, two and three dimensions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import pixels
from autograd.arguments import a_tensor, by, not_implemented, same_dtype
from autograd.operator import Op, apply
from autograd.ops import channels, convolving
from autograd.ops.problem import Convolution
from autograd.ops.window_arguments import refused_sizes, sizes_of
from autograd.ops.windowing import Sizes, Windows
from autograd.registry import public
from autograd.tensor import Tensor

__all__ = [
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
]


def _bias(g: Any) -> Any:
    """The sum over batch and positions: a product is several times as fast as `np.sum`."""
    if isinstance(g, np.ndarray) and pixels.is_hidden(g):
        return channels.totals(g)
    rows = np.reshape(g, (*g.shape[:2], math.prod(g.shape[2:])))
    return np.sum(np.matmul(rows, np.ones(rows.shape[2], g.dtype)), 0)


# Bilinear: each of the three is the derivative of the other two.
_convolution: Op = Op(
    "convolution",
    convolving.convolved,
    "x w b",
    params="conv",
    x=lambda g, w, conv: _input(g, w, None, conv),
    w=lambda g, x, conv: _weight(g, x, conv),
    b=_bias,
    aside="w b",
    blas=True,
)
_input: Op = Op(
    "convolution_backward",
    convolving.input_of,
    "g w b",
    params="conv",
    g=lambda h, w, conv: _convolution(h, w, None, conv),
    w=lambda h, g, conv: _weight(g, h, conv),
    b=_bias,
    aside="w b",
    blas=True,
)
_weight: Op = Op(
    "convolution_backward",
    convolving.weight_of,
    "g x",
    params="conv",
    g=lambda h, x, conv: _convolution(x, h, None, conv),
    x=lambda h, g, conv: _input(g, h, None, conv),
    blas=True,
)
_transposed = _input.named("convolution")


def _checked(
    name: str, rank: int, input: Any, weight: Any, bias: Any, groups: Any, transposed: bool
) -> tuple[Tensor, Tensor, Tensor | None, bool]:
    """The tensors, the input with a batch, and whether it had one."""
    for each in (input, weight):
        a_tensor(name, each)
    if bias is not None:
        a_tensor(name, bias)
    if weight.ndim != rank + 2:
        raise RuntimeError(
            f"{name}: expected a weight of {rank + 2} dimensions ({_SHAPES[transposed]}, kernel), "
            f"but got weight of size {list(weight.shape)}"
        )
    if input.ndim not in (rank + 1, rank + 2):
        raise RuntimeError(
            f"Expected {rank + 1}D (unbatched) or {rank + 2}D (batched) input to {name}, but got "
            f"input of size: {list(input.shape)}; write x.unsqueeze(1) for images of one channel"
        )
    batched = input.ndim == rank + 2
    images = input if batched else input.unsqueeze(0)
    if type(groups) is not int or groups <= 0:
        raise _not_positive(name, "groups", groups)
    filters = weight.shape[1] * groups if transposed else weight.shape[0]
    if weight.shape[0] < 1 or weight.shape[0] % groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be at least {groups} and divisible by "
            f"{groups} at dimension 0, but got weight of size {list(weight.shape)} instead"
        )
    channels = weight.shape[0] if transposed else weight.shape[1] * groups
    if images.shape[1] != channels:
        raise RuntimeError(
            f"Given groups={groups}, weight of size {list(weight.shape)}, expected "
            f"input{list(images.shape)} to have {channels} channels, but got {images.shape[1]} "
            f"channels instead: a weight of {name} has the shape ({_SHAPES[transposed]}, kernel)"
        )
    if bias is not None and bias.shape != (filters,):
        raise RuntimeError(
            f"Given weight of size {list(weight.shape)}, expected bias to be 1-dimensional with "
            f"{filters} elements, but got bias of size {list(bias.shape)} instead"
        )
    same_dtype(name, input, weight, "weight")
    if bias is not None:
        same_dtype(name, input, bias, "bias")
    return images, weight, bias, batched


_SHAPES = {False: "out channels, in channels / groups", True: "in channels, out channels / groups"}


def _check_dtype(name: str, images: Tensor, refused: bool) -> None:
    """Raise where torch has no kernel for the dtype, unless there is nothing to compute."""
    kind = images.dtype.kind
    refused = kind == "b" or (kind in "iu" and images.dtype.itemsize < 8 and refused)
    if refused and images.numel():
        raise not_implemented(name, images.dtype)


def _not_positive(name: str, what: str, given: Any) -> Exception:
    if not isinstance(given, (int, tuple, list)) or isinstance(given, bool):
        return TypeError(f"{name}(): argument '{what}' must be int, not {type(given).__name__}")
    return RuntimeError(f"{name}: non-positive {what} is not supported, got {given}")


def _convolve(
    rank: int,
    input: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: Any,
) -> Tensor:
    name = f"conv{rank}d"
    images, weight, bias, batched = _checked(name, rank, input, weight, bias, groups, False)
    strides = sizes_of(name, "stride", stride, rank, least=1)
    dilations = sizes_of(name, "dilation", dilation, rank, least=1)
    kernel = weight.shape[2:]
    reach = tuple(d * (k - 1) + 1 for d, k in zip(dilations, kernel, strict=True))
    if isinstance(padding, str):
        both = _named_padding(name, padding, reach, strides)
        before = tuple(total // 2 for total in both)
    else:
        before = sizes_of(name, "padding", padding, rank, least=0)
        both = tuple(2 * each for each in before)
    padded = tuple(n + p for n, p in zip(images.shape[2:], both, strict=True))
    if any(r > n for r, n in zip(reach, padded, strict=True)) or not all(kernel):
        raise RuntimeError(
            f"Calculated padded input size per channel: ({by(padded)}). Kernel size: "
            f"({by(reach)}). Kernel size can't be greater than actual input size, and must be at "
            "least 1; "
            f"input {list(input.shape)}, weight {list(weight.shape)}: pad more, or a smaller kernel"
        )
    refused_sizes(name, images.shape, allowed=2)
    _check_dtype(name, images, max(dilations) > 1)
    output = tuple((n - r) // s + 1 for n, r, s in zip(padded, reach, strides, strict=True))
    windows = Windows(images.shape[2:], kernel, output, strides, dilations, before)
    result: Tensor = apply(_convolution, (images, weight, bias), (Convolution(windows, groups),))
    return result if batched else result.squeeze(0)


def _named_padding(name: str, padding: str, reach: Sizes, strides: Sizes) -> Sizes:
    """How much ``padding`` adds to each dimension, in all."""
    if padding == "valid":
        return (0,) * len(reach)
    if padding != "same":
        raise RuntimeError(f"Invalid padding string: {padding!r}; 'same', 'valid' or a number")
    if any(each != 1 for each in strides):
        raise RuntimeError(
            "padding='same' is not supported for strided convolutions: the output of "
            f"{name} with stride {strides} is smaller; write the padding as a number"
        )
    return tuple(each - 1 for each in reach)


def _convolve_transposed(
    rank: int,
    input: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    output_padding: Any,
    groups: Any,
    dilation: Any,
) -> Tensor:
    name = f"conv_transpose{rank}d"
    images, weight, bias, batched = _checked(name, rank, input, weight, bias, groups, True)
    strides = sizes_of(name, "stride", stride, rank, least=1)
    dilations = sizes_of(name, "dilation", dilation, rank, least=1)
    before = sizes_of(name, "padding", padding, rank, least=0)
    extra = sizes_of(name, "output_padding", output_padding, rank, least=0)
    if any(e >= max(s, d) for e, s, d in zip(extra, strides, dilations, strict=True)):
        raise RuntimeError(
            f"output padding must be smaller than either stride or dilation, but {name} got "
            f"output_padding {extra}, stride {strides}, dilation {dilations}"
        )
    kernel, grid = weight.shape[2:], images.shape[2:]
    size = tuple(
        (n - 1) * s - 2 * p + d * (k - 1) + 1 + e
        for n, s, p, d, k, e in zip(grid, strides, before, dilations, kernel, extra, strict=True)
    )
    refused_sizes(name, images.shape, allowed=2)
    if min(size) < 1:
        raise RuntimeError(
            f"Given input size per channel: ({by(grid)}). Calculated output size per channel: "
            f"({by(size)}). Output size is too small: less padding, or a larger kernel"
        )
    _check_dtype(name, images, True)
    windows = Windows(size, kernel, grid, strides, dilations, before)
    result: Tensor = apply(_transposed, (images, weight, bias), (Convolution(windows, groups),))
    return result if batched else result.squeeze(0)


@public(method=False)
def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Tensor:
    """Convolution over one dimension; `conv2d` says how (`torch.nn.functional.conv1d`).

    Input (batch, channels, length) or (channels, length).

    >>> conv1d(tensor([[1.0, 2.0, 4.0]]), tensor([[[-1.0, 1.0]]]))
    tensor([[1., 2.]])
    """
    return _convolve(1, input, weight, bias, stride, padding, dilation, groups)


@public(method=False)
def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Tensor:
    """Convolution over two dimensions: products of a weight with the windows of the input.

    Input (batch, channels, height, width), or without a batch; weight (out channels,
    channels / groups, kernel height, kernel width); bias (out channels,). ``stride``,
    ``padding`` (zeros on either side, or "same", "valid") and ``dilation`` are numbers or one
    for each dimension. Output (batch, out channels, ...), by dimension of length
    floor((n + 2 padding - dilation (kernel - 1) - 1) / stride) + 1. Raises RuntimeError where
    shapes do not meet. Source: `torch.nn.functional.conv2d`.

    >>> conv2d(ones(1, 1, 3, 3), ones(1, 1, 2, 2))
    tensor([[[[4., 4.],
              [4., 4.]]]])
    """
    return _convolve(2, input, weight, bias, stride, padding, dilation, groups)


@public(method=False)
def conv3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Tensor:
    """Convolution over three dimensions; `conv2d` says how (`torch.nn.functional.conv3d`).

    Input (batch, channels, depth, height, width), or without a batch.

    >>> conv3d(ones(1, 1, 2, 2, 2), ones(1, 1, 2, 2, 2)).item()
    8.0
    """
    return _convolve(3, input, weight, bias, stride, padding, dilation, groups)


@public(method=False)
def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Tensor:
    """The transpose of `conv1d`; `conv_transpose2d` says how.

    Source: `torch.nn.functional.conv_transpose1d`.

    >>> conv_transpose1d(tensor([[1.0, 2.0]]), tensor([[[1.0, 10.0]]]))
    tensor([[ 1., 12., 20.]])
    """
    return _convolve_transposed(
        1, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


@public(method=False)
def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Tensor:
    """The transpose of `conv2d`: each entry spreads the weight over the output.

    Input (batch, channels, height, width), or without a batch; weight (channels, out channels /
    groups, kernel height, kernel width). Output by dimension of length (n - 1) stride -
    2 padding + dilation (kernel - 1) + 1 + output_padding. Raises RuntimeError where shapes do
    not meet. Source: `torch.nn.functional.conv_transpose2d`.

    >>> conv_transpose2d(ones(1, 1, 2, 2), ones(1, 1, 2, 2))
    tensor([[[[1., 2., 1.],
              [2., 4., 2.],
              [1., 2., 1.]]]])
    """
    return _convolve_transposed(
        2, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


@public(method=False)
def conv_transpose3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Tensor:
    """The transpose of `conv3d`; `conv_transpose2d` says how.

    Source: `torch.nn.functional.conv_transpose3d`.

    >>> conv_transpose3d(ones(1, 1, 1, 1, 1), ones(1, 1, 2, 2, 2)).sum().item()
    8.0
    """
    return _convolve_transposed(
        3, input, weight, bias, stride, padding, output_padding, groups, dilation
    )
