"""Normalisation by mean and variance: over batches, layers, groups, single entries of a batch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import autograd
from autograd import Tensor
from autograd.arguments import a_tensor, constants
from autograd.graph import Raw, touch
from autograd.operator import silently
from autograd.ops.given_norm import by_given
from autograd.ops.normalization import check_kinds, rms, standardized

__all__ = [
    "batch_norm",
    "group_norm",
    "instance_norm",
    "layer_norm",
    "local_response_norm",
    "rms_norm",
]


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """(x - mean) / sqrt(var + eps) * weight + bias for each channel, dimension 1.

    Input (N, C, ...), the others (C,). When ``training``, mean and variance are those of the
    batch, and the running ones move towards them by ``momentum``, in place (the variance
    without bias); else they are the running ones. Raises ValueError for a single value in
    training, RuntimeError for sizes and dtypes that do not fit (`torch.nn.functional.batch_norm`).

    >>> nn.functional.batch_norm(tensor([[1.0], [3.0]]), None, None, training=True)
    tensor([[-1.0000],
            [ 1.0000]])
    """
    shape = a_tensor("batch_norm", input).shape
    if shape == (0,):
        return input.clone()
    if len(shape) < 2:
        raise IndexError(
            "Dimension out of range (expected to be in range of [-1, 0], but got 1): batch_norm "
            f"has channels along dimension 1, the input has shape {shape}"
        )
    if training and input.numel() == shape[1]:
        raise ValueError(
            f"Expected more than 1 value per channel when training, got input size {shape}"
        )
    _check(input, running_mean, running_var, weight, bias)
    constants("native_batch_norm", running_mean=running_mean, running_var=running_var)
    along = (1, shape[1]) + (1,) * (len(shape) - 2)
    axes = (0, *range(2, len(shape)))
    if not training:
        return _with_given(input, running_mean, running_var, weight, bias, eps, along)
    out, mean, var = standardized("batch_norm", input, weight, bias, axes, eps, along)
    number = input.numel() // max(shape[1], 1)
    if number:
        _move(running_mean, mean, momentum)
        _move(running_var, var, momentum, number / (number - 1))
    return out


def _check(input: Tensor, *given: Tensor | None) -> None:
    """Raise torch's errors for statistics and parameters that do not fit the channels."""
    names = ("running_mean", "running_var", "weight", "bias")
    for name, each in zip(names, given, strict=True):
        if each is not None and each.numel() != input.shape[1]:
            raise RuntimeError(
                f"{name} should contain {input.shape[1]} elements not {each.numel()}: one for each "
                "channel, dimension 1 of the input"
            )
    check_kinds("batch_norm", input, *given)


def _with_given(
    input: Tensor,
    mean: Tensor | None,
    var: Tensor | None,
    weight: Tensor | None,
    bias: Tensor | None,
    eps: float,
    along: tuple[int, ...],
) -> Tensor:
    """Normalised by statistics that must be there."""
    for name, each in (("running_mean", mean), ("running_var", var)):
        if each is None:
            raise RuntimeError(f"{name} must be defined in evaluation mode")
    assert mean is not None
    assert var is not None
    return by_given(input, mean, var, weight, bias, eps, along)


def _move(running: Tensor | None, new: Tensor, momentum: float, times: float = 1.0) -> None:
    """Let a running statistic move towards that of the batch, ``times`` a number, in place."""
    if running is not None:
        silently(_moved, running._memory(), new._array, momentum, times)  # 0 * inf, say, is nan
        touch(running._guard())


def _moved(values: Raw, new: Raw, momentum: float, times: float) -> None:
    values *= 1 - momentum
    values += (momentum * times) * new.reshape(values.shape)


def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """`batch_norm` of each entry of the batch by itself (`torch.nn.functional.instance_norm`).

    Input (N, C, ...), the others (C,); the running statistics move towards the mean over the
    batch of the entries' own. Without ``use_input_stats`` they are used instead.
    Raises ValueError for a single entry to normalise over, RuntimeError where sizes do not fit.

    >>> nn.functional.instance_norm(tensor([[[1.0, 3.0]], [[10.0, 30.0]]])).reshape(2, 2)
    tensor([[-1.0000,  1.0000],
            [-1.0000,  1.0000]])
    """
    shape = a_tensor("instance_norm", input).shape
    if use_input_stats:
        spatial = math.prod(shape[2:])
        if spatial == 1:
            raise ValueError(
                f"Expected more than 1 spatial element when training, got input size {shape}"
            )
    if (running_mean is None) != (running_var is None):
        raise ValueError("running_mean and running_var must either both be None or neither be None")
    if running_mean is None and not use_input_stats:
        raise RuntimeError(
            "Expected running_mean and running_var to be defined when use_input_stats is false"
        )
    _check(input, running_mean, running_var, weight, bias)
    along = (1, shape[1]) + (1,) * (len(shape) - 2)
    if not use_input_stats:
        return _with_given(input, running_mean, running_var, weight, bias, eps, along)
    axes = tuple(range(2, len(shape)))
    out, mean, var = standardized("batch_norm", input, weight, bias, axes, eps, along)
    if running_mean is not None:
        _move(running_mean, mean.mean(0), momentum)
        _move(running_var, var.mean(0), momentum, spatial / (spatial - 1))
    return out


def _normalized_shape(
    name: str, input: Tensor, given: Any, **parameters: Tensor | None
) -> tuple[int, ...]:
    """The last dimensions, over which a layer is normalised, checked as torch does."""
    if not isinstance(given, (tuple, list)):
        raise TypeError(
            f"{name}(): argument 'normalized_shape' (position 2) must be tuple of ints, not "
            f"{type(given).__name__}; write x.shape[-1:]"
        )
    wanted = tuple(given)
    if not wanted:
        raise RuntimeError(
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least "
            "one element, but got normalized_shape = []"
        )
    for key, each in parameters.items():
        if each is not None and each.shape != wanted:
            raise RuntimeError(
                f"Expected {key} to be of same shape as normalized_shape, but got {key} of shape "
                f"{list(each.shape)} and normalized_shape = {list(wanted)}"
            )
    if a_tensor(name, input).shape[-len(wanted) :] != wanted:
        raise RuntimeError(
            f"Given normalized_shape={list(wanted)}, expected input with shape "
            f"{['*', *wanted]}, but got input of size {list(input.shape)}"
        )
    return wanted


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """(x - mean) / sqrt(var + eps) * weight + bias over the last dimensions.

    ``normalized_shape`` are their lengths, and the shape of ``weight`` and ``bias``. Raises
    RuntimeError where the shapes do not fit (`torch.nn.functional.layer_norm`).

    >>> nn.functional.layer_norm(tensor([[1.0, 3.0], [10.0, 30.0]]), (2,))
    tensor([[-1.0000,  1.0000],
            [-1.0000,  1.0000]])
    """
    wanted = _normalized_shape("layer_norm", input, normalized_shape, weight=weight, bias=bias)
    front = input.ndim - len(wanted)
    axes = tuple(range(front, input.ndim))
    return standardized("layer_norm", input, weight, bias, axes, eps, (1,) * front + wanted)[0]


def group_norm(
    input: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """(x - mean) / sqrt(var + eps) * weight + bias over groups of channels of each entry.

    Input (N, C, ...), C a multiple of ``num_groups``, the others (C,). Raises RuntimeError
    where that does not fit (`torch.nn.functional.group_norm`).

    >>> nn.functional.group_norm(tensor([[1.0, 3.0, 10.0, 30.0]]), 2)
    tensor([[-1.0000,  1.0000, -1.0000,  1.0000]])
    """
    shape = a_tensor("group_norm", input).shape
    if len(shape) < 2:
        raise RuntimeError(
            f"Expected at least 2 dimensions for input tensor but received {len(shape)}"
        )
    channels = shape[1]
    if num_groups <= 0 or channels % num_groups:
        kind = ZeroDivisionError if num_groups == 0 else RuntimeError
        raise kind(
            "Expected number of channels in input to be divisible by num_groups, but got input of "
            f"shape {list(shape)} and num_groups={num_groups}"
        )
    if shape[0] * channels and shape[0] * input[0].numel() == num_groups:
        raise ValueError(
            f"Expected more than 1 value per channel when training, got input size {list(shape)}"
        )
    for name, each in (("weight", weight), ("bias", bias)):
        if each is not None and each.shape != (channels,):
            raise RuntimeError(
                f"Expected {name} to be a vector of size equal to the number of channels in "
                f"input, but got {name} of shape {list(each.shape)} and input of shape "
                f"{list(shape)}"
            )
    spatial = math.prod(shape[2:])
    size = channels // num_groups
    apart = input.reshape(shape[0], num_groups, size, spatial)
    along = (1, num_groups, size, 1)
    return standardized("group_norm", apart, weight, bias, (2, 3), eps, along)[0].reshape(shape)


def rms_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    eps: float | None = None,
) -> Tensor:
    """x / sqrt(mean(x**2) + eps) * weight over the last dimensions; ``eps`` that of the dtype.

    ``normalized_shape`` are their lengths, and the shape of ``weight``. Raises RuntimeError
    where the shapes do not fit (`torch.nn.functional.rms_norm`).

    >>> nn.functional.rms_norm(tensor([1.0, 7.0]), (2,))
    tensor([0.2000, 1.4000])
    """
    wanted = _normalized_shape("rms_norm", input, normalized_shape, weight=weight)
    return rms(input, weight, tuple(range(input.ndim - len(wanted), input.ndim)), eps)


def local_response_norm(
    input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Tensor:
    """x / (k + alpha m)**beta, m the mean of x**2 over ``size`` neighbouring channels.

    Input (N, C, ...), of at least 3 dimensions, else ValueError; channels beyond the ends
    count as 0 (`torch.nn.functional.local_response_norm`).

    >>> nn.functional.local_response_norm(tensor([[[2.0], [2.0]]]), 2, 1.0, 1.0, 0.0)
    tensor([[[1.0000],
             [0.5000]]])
    """
    if input.ndim < 3:
        raise ValueError(
            f"Expected 3D or higher dimensionality input (got {input.ndim} dimensions)"
        )
    if not input.numel():
        return input
    squares = input * input
    shape = (input.shape[0], 1, *input.shape[2:])
    before = autograd.zeros(shape[0], size // 2, *shape[2:], dtype=input.dtype)
    after = autograd.zeros(shape[0], (size - 1) // 2, *shape[2:], dtype=input.dtype)
    padded = autograd.cat((before, squares, after), 1)
    channels = input.shape[1]
    total = padded[:, :channels]
    for i in range(1, size):
        total = total + padded[:, i : i + channels]
    return input / (total * (alpha / size) + k) ** beta
