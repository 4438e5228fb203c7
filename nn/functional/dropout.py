"""Dropout, drawn from the library's own generator: torch's noise for the same seed."""

from __future__ import annotations

import warnings

from autograd import Tensor
from autograd.arguments import a_tensor
from autograd.ops.dropout import drop

__all__ = [
    "alpha_dropout",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "feature_alpha_dropout",
]


def _check(p: float) -> None:
    if p < 0.0 or p > 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """``input`` with each number 0 by chance ``p``, the others times 1 / (1 - p).

    Outside ``training`` it is ``input`` itself; ``inplace`` writes over it. Raises ValueError
    for a chance outside [0, 1] (`torch.nn.functional.dropout`).

    >>> nn.functional.dropout(ones(4), 0.5, training=False)
    tensor([1., 1., 1., 1.])
    """
    _check(p)
    return drop(input, p, training, features=False, alpha=False, inplace=inplace)


def alpha_dropout(
    input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False
) -> Tensor:
    """Dropout to selu's lower bound, scaled so that mean 0 and variance 1 stay.

    Raises ValueError for a chance outside [0, 1] (`torch.nn.functional.alpha_dropout`).

    >>> nn.functional.alpha_dropout(ones(2))
    tensor([1., 1.])
    """
    _check(p)
    return drop(input, p, training, features=False, alpha=True, inplace=inplace)


def feature_alpha_dropout(
    input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False
) -> Tensor:
    """`alpha_dropout` of whole channels, shape (N, C, ...).

    Raises ValueError for a chance outside [0, 1], RuntimeError for fewer than 2 dimensions
    (`torch.nn.functional.feature_alpha_dropout`).

    >>> nn.functional.feature_alpha_dropout(ones(1, 2))
    tensor([[1., 1.]])
    """
    _check(p)
    return drop(input, p, training, features=True, alpha=True, inplace=inplace)


def dropout1d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """`dropout` of whole channels, shape (N, C, L) or (C, L).

    Raises ValueError for a chance outside [0, 1], RuntimeError for other shapes
    (`torch.nn.functional.dropout1d`).

    >>> nn.functional.dropout1d(ones(1, 2), training=False)
    tensor([[1., 1.]])
    """
    _check(p)
    if a_tensor("dropout1d", input).ndim not in (2, 3):
        raise RuntimeError(
            f"dropout1d: Expected 2D or 3D input, but received a {input.ndim}D input of shape "
            f"{input.shape}; dropout() takes any"
        )
    return _channels(input, p, training, inplace, batched=input.ndim == 3)


def dropout2d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """`dropout` of whole channels, shape (N, C, H, W).

    Other shapes of 2 dimensions and more are read as (N, C, ...), with a warning, as in torch.
    Raises ValueError for a chance outside [0, 1] (`torch.nn.functional.dropout2d`).

    >>> nn.functional.dropout2d(ones(1, 1, 1, 2), training=False)
    tensor([[[[1., 1.]]]])
    """
    _check(p)
    if a_tensor("dropout2d", input).ndim != 4:
        _warn("dropout2d", input, "(N, C, H, W)")
    return _channels(input, p, training, inplace, batched=True)


def dropout3d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """`dropout` of whole channels, shape (N, C, D, H, W) or (C, D, H, W).

    Other shapes are read as (C, ...), with a warning, as in torch. Raises ValueError for a
    chance outside [0, 1] (`torch.nn.functional.dropout3d`).

    >>> nn.functional.dropout3d(ones(1, 1, 1, 2), training=False)
    tensor([[[[1., 1.]]]])
    """
    _check(p)
    if a_tensor("dropout3d", input).ndim not in (4, 5):
        _warn("dropout3d", input, "(N, C, D, H, W) or (C, D, H, W)")
    return _channels(input, p, training, inplace, batched=input.ndim == 5)


def _warn(name: str, input: Tensor, wanted: str) -> None:
    warnings.warn(
        f"{name}: a {input.ndim}-D input of shape {input.shape} where {wanted} is meant; "
        "write dropout1d() or dropout() for what you mean",
        stacklevel=3,
    )


def _channels(input: Tensor, p: float, training: bool, inplace: bool, *, batched: bool) -> Tensor:
    """Dropout of whole channels; without a batch, of a view with a batch of one."""
    whole = input if batched else input.unsqueeze(0)
    dropped = drop(whole, p, training, features=True, alpha=False, inplace=inplace)
    if inplace:
        return input
    return dropped if batched else dropped.squeeze(0)
