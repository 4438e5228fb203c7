"""Pooling."""

from __future__ import annotations

import math
from typing import Any

import autograd
from autograd import (
    Tensor,
    adaptive_avg_pool1d,
    avg_pool1d,
    max_pool1d,
    max_pool1d_with_indices,
    max_pool2d,
    max_pool3d,
)
from autograd.ops import adaptive_pooling
from autograd.ops.adaptive_pooling import adaptive_avg_pool2d, adaptive_avg_pool3d
from autograd.ops.fractional_pooling import (
    fractional_max_pool2d,
    fractional_max_pool2d_with_indices,
    fractional_max_pool3d,
    fractional_max_pool3d_with_indices,
)
from autograd.ops.max_pooling import max_pool2d_with_indices, max_pool3d_with_indices
from autograd.ops.pooling import avg_pool2d, avg_pool3d
from autograd.ops.unpooling import max_unpool1d, max_unpool2d, max_unpool3d

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool1d_with_indices",
    "adaptive_max_pool2d",
    "adaptive_max_pool2d_with_indices",
    "adaptive_max_pool3d",
    "adaptive_max_pool3d_with_indices",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "fractional_max_pool2d",
    "fractional_max_pool2d_with_indices",
    "fractional_max_pool3d",
    "fractional_max_pool3d_with_indices",
    "lp_pool1d",
    "lp_pool2d",
    "lp_pool3d",
    "max_pool1d",
    "max_pool1d_with_indices",
    "max_pool2d",
    "max_pool2d_with_indices",
    "max_pool3d",
    "max_pool3d_with_indices",
    "max_unpool1d",
    "max_unpool2d",
    "max_unpool3d",
]


def adaptive_max_pool1d(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
    """The largest entries of ``output_size`` windows along the last dimension.

    Input (batch, channels, length) or (channels, length). Window i of m reaches from
    floor(i n / m) to ceil((i + 1) n / m); ``return_indices``: also where the largest stand.
    Source: `torch.nn.functional.adaptive_max_pool1d`.

    >>> nn.functional.adaptive_max_pool1d(tensor([[1.0, 3.0, 7.0, 5.0]]), 2)
    tensor([[3., 7.]])
    """
    found = adaptive_pooling.adaptive_max_pool1d(input, output_size)
    return found if return_indices else found[0]


def adaptive_max_pool2d(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
    """The largest entries of ``output_size`` windows of images; None keeps the input's own size.

    Input (batch, channels, height, width), or without a batch; windows as in
    `adaptive_max_pool1d`. Source: `torch.nn.functional.adaptive_max_pool2d`.

    >>> nn.functional.adaptive_max_pool2d(tensor([[[1.0, 2.0], [4.0, 3.0]]]), (1, None))
    tensor([[[4., 3.]]])
    """
    found = adaptive_pooling.adaptive_max_pool2d(input, output_size)
    return found if return_indices else found[0]


def adaptive_max_pool3d(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
    """The largest entries of ``output_size`` windows of volumes; None keeps the input's own size.

    Input (batch, channels, depth, height, width), or without a batch; windows as in
    `adaptive_max_pool1d`. Source: `torch.nn.functional.adaptive_max_pool3d`.

    >>> nn.functional.adaptive_max_pool3d(ones(1, 2, 2, 2), 1)
    tensor([[[[1.]]]])
    """
    found = adaptive_pooling.adaptive_max_pool3d(input, output_size)
    return found if return_indices else found[0]


def adaptive_max_pool1d_with_indices(
    input: Tensor, output_size: Any, return_indices: bool = True
) -> Any:
    """`adaptive_max_pool1d` with the places of the largest.

    Source: `torch.nn.functional.adaptive_max_pool1d_with_indices`.

    >>> nn.functional.adaptive_max_pool1d_with_indices(tensor([[1.0, 3.0, 7.0, 5.0]]), 2)
    (tensor([[3., 7.]]), tensor([[1, 2]]))
    """
    return adaptive_max_pool1d(input, output_size, True)


def adaptive_max_pool2d_with_indices(
    input: Tensor, output_size: Any, return_indices: bool = True
) -> Any:
    """`adaptive_max_pool2d` with the places of the largest.

    Source: `torch.nn.functional.adaptive_max_pool2d_with_indices`.

    >>> nn.functional.adaptive_max_pool2d_with_indices(tensor([[[1.0, 2.0], [4.0, 3.0]]]), 1)
    (tensor([[[4.]]]), tensor([[[2]]]))
    """
    return adaptive_max_pool2d(input, output_size, True)


def adaptive_max_pool3d_with_indices(
    input: Tensor, output_size: Any, return_indices: bool = True
) -> Any:
    """`adaptive_max_pool3d` with the places of the largest.

    Source: `torch.nn.functional.adaptive_max_pool3d_with_indices`.

    >>> nn.functional.adaptive_max_pool3d_with_indices(ones(1, 1, 1, 2), 1)
    (tensor([[[[1.]]]]), tensor([[[[0]]]]))
    """
    return adaptive_max_pool3d(input, output_size, True)


def lp_pool1d(
    input: Tensor, norm_type: float, kernel_size: int, stride: Any = None, ceil_mode: bool = False
) -> Tensor:
    """The p-norm over windows along the last dimension: (sum of x**p) ** (1/p).

    Input (batch, channels, length) or (channels, length); p is ``norm_type``, and an infinite
    one takes the largest absolute value. The gradient is 0 where the sum is. Source:
    `torch.nn.functional.lp_pool1d`.
    Raises TypeError where ``kernel_size`` is no integer.

    >>> nn.functional.lp_pool1d(tensor([[3.0, 4.0, 0.0, 2.0]]), 2, 2)
    tensor([[5., 2.]])
    """
    if not isinstance(kernel_size, int):
        raise TypeError(f"lp_pool1d(): kernel_size must be an int, not {kernel_size!r}")
    return _lp_pool(avg_pool1d, max_pool1d, input, norm_type, (kernel_size,), stride, ceil_mode)


def lp_pool2d(
    input: Tensor, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False
) -> Tensor:
    """The p-norm over windows of images, as in `lp_pool1d`.

    Input (batch, channels, height, width), or without a batch. Source:
    `torch.nn.functional.lp_pool2d`.

    >>> nn.functional.lp_pool2d(tensor([[[3.0, 4.0], [0.0, 0.0]]]), 2, 2)
    tensor([[[5.]]])
    """
    kernel = _kernel("lp_pool2d", kernel_size, 2)
    return _lp_pool(avg_pool2d, max_pool2d, input, norm_type, kernel, stride, ceil_mode)


def lp_pool3d(
    input: Tensor, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False
) -> Tensor:
    """The p-norm over windows of volumes, as in `lp_pool1d`.

    Input (batch, channels, depth, height, width), or without a batch. Source:
    `torch.nn.functional.lp_pool3d`.

    >>> nn.functional.lp_pool3d(ones(1, 1, 2, 2), 2, (1, 2, 2))
    tensor([[[[2.]]]])
    """
    kernel = _kernel("lp_pool3d", kernel_size, 3)
    return _lp_pool(avg_pool3d, max_pool3d, input, norm_type, kernel, stride, ceil_mode)


def _kernel(name: str, given: Any, rank: int) -> tuple[int, ...]:
    kernel = tuple(given) if isinstance(given, (tuple, list)) else (given,) * rank
    if len(kernel) != rank:
        raise ValueError(f"{name}: kernel_size has {len(kernel)} entries, expected {rank}")
    return kernel


def _lp_pool(
    average: Any,
    largest: Any,
    input: Tensor,
    p: float,
    kernel: tuple[int, ...],
    stride: Any,
    ceil_mode: bool,
) -> Tensor:
    if p in (math.inf, -math.inf):
        sign = 1 if p > 0 else -1
        extreme = largest(sign * input.abs(), kernel, stride, 0, 1, ceil_mode)
        return extreme if p > 0 else -extreme  # type: ignore[no-any-return]  # a Tensor
    means = average(input**p, kernel, stride, 0, ceil_mode)
    sums = autograd.sign(means) * autograd.relu(autograd.abs(means)) * math.prod(kernel)
    return sums ** (1.0 / p)
