"""Dropout: noise from a `Generator`, times the input; torch's noise for the same seed."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from autograd.arguments import a_tensor
from autograd.ops.drawing import pattern, stream, tossed
from autograd.random_arithmetic import Array
from autograd.readout import as_number
from autograd.registry import public
from autograd.tensor import Tensor, wrap

__all__ = ["alpha_dropout", "dropout", "feature_alpha_dropout", "feature_dropout"]

_ALPHA = 1.7580993408473766
"""scale * alpha of selu, whose lower bound is -_ALPHA."""


def drop(
    input: Tensor, p: float, train: bool, *, features: bool, alpha: bool, inplace: bool = False
) -> Tensor:
    """Every form of dropout: of whole features or not, to 0 or to selu's lower bound."""
    x = a_tensor("dropout", input)
    chance = as_number(p)
    if not 0 <= chance <= 1:
        raise RuntimeError(f"dropout probability has to be between 0 and 1, but got {chance}")
    if chance == 0 or not train or not x.numel():
        return x
    if chance == 1:
        nothing = wrap(np.zeros((), x.dtype))
        return _method(x, "mul", inplace)(nothing)
    kept = _kept(x, 1 - chance, features)
    if not alpha:
        kept /= 1 - chance
        return _method(x, "mul", inplace)(wrap(kept))
    a = 1 / math.sqrt((_ALPHA * _ALPHA * chance + 1) * (1 - chance))
    shift = kept - 1
    shift *= _ALPHA * a
    shift += _ALPHA * a * chance
    kept *= a
    scaled = _method(x, "mul", inplace)(wrap(kept))
    return _method(scaled, "add", inplace)(wrap(shift))


def _method(x: Tensor, name: str, inplace: bool) -> Callable[[Tensor], Tensor]:
    method: Callable[[Tensor], Tensor] = getattr(x, f"{name}_" if inplace else name)
    return method


def _kept(x: Tensor, chance: float, features: bool) -> Array:
    """Ones and zeros: for each number, or for each of the first two dimensions."""
    if x.dtype.kind != "f":
        raise RuntimeError(
            f"dropout of {x.dtype}: result type Float can't be cast to it; write x.float()"
        )
    if not features:
        place = pattern(x._memory(), x.dtype)
    elif x.ndim < 2:
        raise RuntimeError(
            f"Feature dropout requires at least 2 dimensions in the input, got shape {x.shape}"
        )
    else:
        place = np.empty((*x.shape[:2], *(1 for _ in x.shape[2:])), x.dtype)
    return tossed(place, np.float64(chance), stream(None))


@public(method=False)
def dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """``input`` with each number 0 by chance ``p``, the others times 1 / (1 - p).

    Without ``train`` it is ``input`` itself. Raises RuntimeError for a chance outside [0, 1]
    (`torch.dropout`).

    >>> dropout(ones(3), 0.5, train=False)
    tensor([1., 1., 1.])
    """
    return drop(input, p, train, features=False, alpha=False)


@public(method=False)
def alpha_dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """Dropout to selu's lower bound, scaled so that mean 0 and variance 1 stay.

    Raises RuntimeError for a chance outside [0, 1] (`torch.alpha_dropout`).

    >>> alpha_dropout(ones(3), 0.5, train=False)
    tensor([1., 1., 1.])
    """
    return drop(input, p, train, features=False, alpha=True)


@public(method=False)
def feature_dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """`dropout` of whole features: one chance for each place of the first two dimensions.

    Raises RuntimeError for fewer dimensions (`torch.feature_dropout`).

    >>> bool((feature_dropout(ones(1, 1, 2), 0.5, True).prod() != 2).all())
    True
    """
    return drop(input, p, train, features=True, alpha=False)


@public(method=False)
def feature_alpha_dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """`alpha_dropout` of whole features: one chance for each place of the first two dimensions.

    Raises RuntimeError for fewer dimensions (`torch.feature_alpha_dropout`).

    >>> feature_alpha_dropout(ones(1, 1, 2), 0.5, train=False)
    tensor([[[1., 1.]]])
    """
    return drop(input, p, train, features=True, alpha=True)
