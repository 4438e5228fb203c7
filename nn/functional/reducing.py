"""What all losses share: the reduction, its older arguments, and the warning about shapes."""

from __future__ import annotations

import warnings
from typing import Any

import autograd
from autograd import Tensor

_NAMES = ("mean", "sum", "none")


def named(
    reduction: str,
    size_average: bool | None = None,
    reduce: bool | None = None,
    stacklevel: int = 3,
) -> str:
    """The reduction's name, from torch's older arguments where one is given, with a warning.

    Raises ValueError where it is none of "mean", "sum", "none".
    """
    if size_average is not None or reduce is not None:
        size_average = True if size_average is None else size_average
        reduce = True if reduce is None else reduce
        reduction = "none" if not reduce else "mean" if size_average else "sum"
        warnings.warn(
            "size_average and reduce args will be deprecated, please use "
            f"reduction={reduction!r} instead.",
            stacklevel=stacklevel,
        )
    if reduction == "elementwise_mean":
        warnings.warn(
            "reduction='elementwise_mean' is deprecated. Please use reduction='mean' instead.",
            stacklevel=3,
        )
        reduction = "mean"
    if reduction not in _NAMES:
        raise ValueError(f"{reduction} is not a valid value for reduction: it is one of {_NAMES}")
    return reduction


def reduced(loss: Tensor, reduction: str) -> Tensor:
    """The mean or the sum of a loss, or all of it for "none"."""
    if reduction == "mean":
        return loss.mean()
    return loss.sum() if reduction == "sum" else loss


def weighted(loss: Tensor, input: Tensor, weight: Tensor | None, reduction: str) -> Tensor:
    """`reduced` with a weight for each entry; the mean is then divided by the sum of them."""
    if weight is None:
        return reduced(loss, reduction)
    if weight.shape != input.shape:
        raise ValueError(
            f"Weights and input must have the same size: weight {weight.shape}, input {input.shape}"
        )
    loss = loss * weight
    return loss.sum() / weight.sum() if reduction == "mean" else reduced(loss, reduction)


def weighted_mean(loss: Tensor, total: float) -> Tensor:
    """The sum of a loss divided by the sum of the weights in it."""
    return loss.sum() / total


def beside(target: Tensor, input: Tensor) -> Tensor:
    """The target, a bool one as numbers where it is to be subtracted from floats."""
    if target.dtype == autograd.bool and input.is_floating_point():
        return target.to(input.dtype)
    return target


def warn_of_sizes(input: Any, target: Any) -> None:
    """Warn where a loss is about to broadcast."""
    if input.shape != target.shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size "
            f"({input.shape}). They broadcast, which is seldom what a loss should do: write "
            "target.view_as(input), or the same size.",
            stacklevel=3,
        )
