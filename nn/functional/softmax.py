"""Activation functions that mix the entries along a dimension."""

from __future__ import annotations

import warnings
from typing import Any

import autograd
from autograd import Tensor
from autograd.arguments import a_tensor, of_floats
from autograd.ops.activations import gumbel_noise

__all__ = ["glu", "gumbel_softmax", "log_softmax", "softmax", "softmin"]


def _dim(name: str, input: Tensor, dim: int | None) -> int:
    """``dim``; where it is left out, torch's old choice, with its warning."""
    if dim is not None:
        return dim
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include "
        "dim=X as an argument.",
        stacklevel=3,
    )
    return 0 if a_tensor(name, input).ndim in (0, 1, 3) else 1


def softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
) -> Tensor:
    """exp(x) / sum(exp(x)) along ``dim``: positive, with sum 1 (`torch.nn.functional.softmax`).

    >>> nn.functional.softmax(tensor([0.0, 0.0, 1000.0]), 0)
    tensor([0., 0., 1.])
    """
    return autograd.softmax(input, _dim("softmax", input, dim), dtype)


def softmin(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
) -> Tensor:
    """`softmax` of -x (`torch.nn.functional.softmin`).

    >>> nn.functional.softmin(tensor([0.0, 0.0, 1000.0]), 0)
    tensor([0.5000, 0.5000, 0.0000])
    """
    return autograd.softmax(-input, _dim("softmin", input, dim), dtype)


def log_softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
) -> Tensor:
    """log(softmax(x)) along ``dim``, finite where softmax is 0.

    Source: `torch.nn.functional.log_softmax`.

    >>> nn.functional.log_softmax(tensor([0.0, 1000.0]), 0)
    tensor([-1000.,     0.])
    """
    return autograd.log_softmax(input, _dim("log_softmax", input, dim), dtype)


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """a sigmoid(b), the halves of the input along ``dim`` (`torch.nn.functional.glu`).

    Raises RuntimeError where its length is odd.

    >>> nn.functional.glu(tensor([3.0, 0.0]))
    tensor([1.5000])
    """
    if not a_tensor("glu", input).ndim:
        raise RuntimeError("glu does not support scalars because halving size must be even")
    of_floats("glu", input)
    if not -input.ndim <= dim < input.ndim:
        raise IndexError(
            "Dimension out of range (expected to be in range of "
            f"[{-input.ndim}, {input.ndim - 1}], but got {dim})"
        )
    length = input.shape[dim]
    if length % 2:
        raise RuntimeError(
            f"Halving dimension must be even, but dimension {dim} is size {length} of shape "
            f"{input.shape}"
        )
    halves = input.transpose(dim, -1)
    first, second = halves[..., : length // 2], halves[..., length // 2 :]
    return (first * autograd.sigmoid(second)).transpose(dim, -1)


def gumbel_softmax(
    logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1
) -> Tensor:
    """A sample of classes, softened by ``tau``, through which the gradient flows.

    softmax((x + noise) / tau), the noise Gumbel's; with ``hard`` 0s and a 1 that have its
    gradient (`torch.nn.functional.gumbel_softmax`).

    >>> _ = manual_seed(0)
    >>> nn.functional.gumbel_softmax(zeros(3), hard=True).sum()
    tensor(1.)
    """
    if eps != 1e-10:
        warnings.warn("`eps` parameter is deprecated and has no effect.", stacklevel=2)
    soft = autograd.softmax((logits + gumbel_noise(logits)) / tau, dim)
    if not hard:
        return soft
    place = soft.detach().argmax(dim, keepdim=True)
    marked = autograd.zeros_like(logits).scatter(dim, place, 1.0)
    return marked - soft.detach() + soft
