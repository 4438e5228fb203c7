"""Losses of a number that is to be near another: differences and likelihoods."""

from __future__ import annotations

import math

import autograd
from autograd import Tensor
from autograd.arguments import of_floats
from autograd.operator import Op, apply
from autograd.ops import elementwise_losses as ops
from nn.functional.reducing import beside, named, reduced, warn_of_sizes, weighted

__all__ = [
    "gaussian_nll_loss",
    "huber_loss",
    "l1_loss",
    "mse_loss",
    "poisson_nll_loss",
    "smooth_l1_loss",
]


def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """(x - t)**2, its mean, its sum, or all of it for "none" (`torch.nn.functional.mse_loss`).

    ``input`` and ``target`` of one shape; others broadcast, with a warning. With ``weight``,
    of the input's shape, the mean is the weighted one. Raises ValueError for another
    ``reduction`` or shape of ``weight``.

    >>> nn.functional.mse_loss(tensor([1.0, 2.0]), tensor([1.0, 4.0]))
    tensor(2.)
    """
    reduction = named(reduction, size_average, reduce)
    warn_of_sizes(input, target)
    apart = input - beside(target, input)
    of_floats("mse_loss", apart)
    return weighted(autograd.square(apart), input, weight, reduction)


def l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """|x - t|, its mean, its sum, or all of it for "none" (`torch.nn.functional.l1_loss`).

    Shapes, ``weight`` and errors as in `mse_loss`.

    >>> nn.functional.l1_loss(tensor([1.0, 2.0]), tensor([1.0, 4.0]))
    tensor(1.)
    """
    reduction = named(reduction, size_average, reduce)
    warn_of_sizes(input, target)
    return weighted(autograd.abs(input - target), input, weight, reduction)


def smooth_l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """d**2 / (2 beta) where |d| < beta, |d| - beta/2 elsewhere; d is x - t.

    Shapes as in `mse_loss`. Raises RuntimeError for a negative ``beta``
    (`torch.nn.functional.smooth_l1_loss`).

    >>> nn.functional.smooth_l1_loss(tensor([0.5, 3.0]), tensor([0.0, 0.0]), reduction="none")
    tensor([0.1250, 2.5000])
    """
    reduction = named(reduction, size_average, reduce)
    warn_of_sizes(input, target)
    if beta < 0:
        raise RuntimeError(f"smooth_l1_loss does not support negative values for beta: {beta}")
    if beta == 0:
        return reduced(autograd.abs(input - target), reduction)
    return reduced(_of_difference(ops.smooth_l1, input, target, beta, 1.0), reduction)


def huber_loss(
    input: Tensor,
    target: Tensor,
    reduction: str = "mean",
    delta: float = 1.0,
    weight: Tensor | None = None,
) -> Tensor:
    """d**2 / 2 where |d| < delta, delta (|d| - delta/2) elsewhere; d is x - t.

    Shapes and ``weight`` as in `mse_loss`, but the mean is that of the weighted losses. Raises
    RuntimeError where ``delta`` is not positive (`torch.nn.functional.huber_loss`).

    >>> nn.functional.huber_loss(tensor([0.5, 3.0]), tensor([0.0, 0.0]), "none", 2.0)
    tensor([0.1250, 4.0000])
    """
    reduction = named(reduction)
    warn_of_sizes(input, target)
    if delta <= 0:
        raise RuntimeError(f"huber_loss does not support non-positive values for delta: {delta}")
    loss = _of_difference(ops.huber, input, target, delta, float(delta))
    if weight is not None and weight.shape != input.shape:
        raise ValueError("Weights and input must have the same size.")
    return reduced(loss if weight is None else loss * weight, reduction)


def _of_difference(op: Op, input: Tensor, target: Tensor, *params: float) -> Tensor:
    apart = input - beside(target, input)
    of_floats(op.name, apart)
    loss: Tensor = apply(op, (apart,), params)
    return loss


def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    size_average: bool | None = None,
    eps: float = 1e-8,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """exp(x) - t x, or x - t log(x + eps) without ``log_input``; counts t, up to a constant.

    ``full`` adds Stirling's approximation of log(t!) where t > 1
    (`torch.nn.functional.poisson_nll_loss`).

    >>> nn.functional.poisson_nll_loss(tensor([0.0]), tensor([3.0]))
    tensor(1.)
    """
    reduction = named(reduction, size_average, reduce)
    if log_input:
        loss = autograd.exp(input) - target * input
    else:
        loss = input - target * autograd.log(input + eps)
    if full:
        stirling = target * autograd.log(target) - target
        stirling = stirling + 0.5 * autograd.log(2 * math.pi * target)
        loss = loss + autograd.where(target <= 1, 0.0, stirling)
    return reduced(loss, reduction)


def gaussian_nll_loss(
    input: Tensor,
    target: Tensor,
    var: Tensor | float,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Tensor:
    """(log(var) + (x - t)**2 / var) / 2, the variance at least ``eps``.

    ``var`` of the shape of the input, without its last dimension, with one of length 1, or a
    number; ``full`` adds log(2 pi) / 2. Raises ValueError where it is negative or of another
    shape (`torch.nn.functional.gaussian_nll_loss`).

    >>> nn.functional.gaussian_nll_loss(tensor([1.0]), tensor([3.0]), tensor([1.0]))
    tensor(2.)
    """
    if isinstance(var, float):
        var = var * autograd.ones_like(input)
    elif not isinstance(var, Tensor):
        raise TypeError(f"var is a tensor or a float, not {type(var).__name__}")
    if (var < 0).any():
        raise ValueError("var has negative entry/entries")
    if var.shape != input.shape:
        if input.shape[:-1] == var.shape:
            var = var.unsqueeze(-1)
        elif not _fits(input.shape, var.shape):
            raise ValueError(
                f"var is of incorrect size: {var.shape} for an input of shape {input.shape}"
            )
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not valid: write 'mean', 'sum' or 'none'")
    # The gradient passes below eps, too, as in torch.
    least: Tensor = autograd.where(var < eps, var + (eps - var).detach(), var)
    loss = 0.5 * (autograd.log(least) + autograd.square(input - target) / least)
    return reduced(loss + 0.5 * math.log(2 * math.pi) if full else loss, reduction)


def _fits(shape: tuple[int, ...], given: tuple[int, ...]) -> bool:
    """Whether the shapes are the same but for one dimension of length 1."""
    if len(shape) != len(given):
        return False
    return sum(b for a, b in zip(shape, given, strict=True) if a != b) == 1
