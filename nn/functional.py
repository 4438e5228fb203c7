"""What the layers compute, as functions (`torch.nn.functional`).

>>> import nn.functional as F
>>> F.relu(tensor([-1.0, 2.0]))
tensor([0., 2.])
"""

from __future__ import annotations

import warnings

import autograd
from autograd import Tensor

__all__ = ["l1_loss", "linear", "mse_loss", "relu", "sigmoid", "tanh"]


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """y = x W^T + b (`torch.nn.functional.linear`).

    Input (..., in), weight (out, in), bias (out,), all of one dtype; output (..., out).
    Raises RuntimeError where the lengths do not meet.

    >>> nn.functional.linear(tensor([1.0, 2.0]), tensor([[3.0, 4.0]]), tensor([10.0]))
    tensor([21.])
    """
    output = autograd.matmul(input, weight.t())
    return output if bias is None else output + bias


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """max(x, 0), elementwise; written over ``input`` where ``inplace``.

    >>> nn.functional.relu(tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return input.relu_() if inplace else autograd.relu(input)


def sigmoid(input: Tensor) -> Tensor:
    """1/(1 + exp(-x)), elementwise.

    >>> nn.functional.sigmoid(tensor([0.0]))
    tensor([0.5000])
    """
    return autograd.sigmoid(input)


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent, elementwise.

    >>> nn.functional.tanh(tensor([0.0]))
    tensor([0.])
    """
    return autograd.tanh(input)


def mse_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """(x - t)**2, its mean, its sum, or all of it for "none".

    ``input`` and ``target`` of one shape; others broadcast, with a warning. Raises
    ValueError for another ``reduction``.

    >>> nn.functional.mse_loss(tensor([1.0, 2.0]), tensor([1.0, 4.0]))
    tensor(2.)
    """
    return _reduced(autograd.square(_difference(input, target)), reduction)


def l1_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """|x - t|, its mean, its sum, or all of it for "none".

    ``input`` and ``target`` of one shape; others broadcast, with a warning. Raises
    ValueError for another ``reduction``.

    >>> nn.functional.l1_loss(tensor([1.0, 2.0]), tensor([1.0, 4.0]))
    tensor(1.)
    """
    return _reduced(autograd.abs(_difference(input, target)), reduction)


def _difference(input: Tensor, target: Tensor) -> Tensor:
    if input.shape != target.shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size "
            f"({input.shape}). They broadcast, which is seldom what a loss should do: write "
            "target.view_as(input), or the same size.",
            stacklevel=3,
        )
    return input - target


def _reduced(loss: Tensor, reduction: str) -> Tensor:
    if reduction == "mean":
        return loss.mean()
    if reduction == "sum":
        return loss.sum()
    if reduction == "none":
        return loss
    raise ValueError(f"{reduction!r} is not a valid value for reduction: 'mean', 'sum' or 'none'")
