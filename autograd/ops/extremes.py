"""The largest and the smallest: values, places, and who gets the gradient at ties."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import return_types
from autograd.arguments import a_tensor
from autograd.dimensions import axis
from autograd.graph import Raw
from autograd.operator import Op, Rule, apply
from autograd.ops.indexing import gather_one, put_one
from autograd.ops.limits import maximum, minimum
from autograd.ops.reducing import Axes, is_empty, kept, not_empty, prepared, reduction
from autograd.tensor import Tensor, wrap

__all__ = [
    "amax",
    "amin",
    "aminmax",
    "argmax",
    "argmin",
    "max",
    "min",
]


def _over_dims(g: Any, x: Any, y: Any, axes: Axes, keepdim: bool) -> Any:
    """torch's convention for amax and amin: where the extreme is nan, so is the gradient."""
    ties = x == kept(y, axes, keepdim)
    return kept(g, axes, keepdim) * ties / _number(ties, axes, g.dtype)


def over_all(g: Any, x: Any, y: Any, axes: Axes, keepdim: bool) -> Any:
    """torch's convention for max and min of everything: nans share the gradient.

    The other entries get 0 even of an infinite gradient.
    """
    y = kept(y, axes, keepdim)
    ties = (x == y) | ((x != x) & (y != y))
    return np.where(ties, kept(g, axes, keepdim) / _number(ties, axes, g.dtype), 0)


def _number(ties: Any, axes: Axes, dtype: Any) -> Any:
    """How many entries reach the extreme, and so get equal parts of the gradient."""
    return np.sum(ties, axis=axes, keepdims=True, dtype=dtype)


def _extreme(name: str, ufunc: Any, rule: Rule) -> Op:
    return Op(
        name,
        lambda x, axes, keepdim: ufunc.reduce(x, axes, keepdims=keepdim),
        "x",
        params="axes keepdim",
        x=rule,
    )


_amax_op = _extreme("amax", np.maximum, _over_dims)
_amin_op = _extreme("amin", np.minimum, _over_dims)
_max_op = _extreme("max", np.maximum, over_all).named("max", "MaxBackward1")
_min_op = _extreme("min", np.minimum, over_all).named("min", "MinBackward1")


def _picked(x: Raw, index: Any, dim: int, keepdim: bool) -> Raw:
    values = gather_one(x, index, dim)
    return values if keepdim else values.squeeze(dim)


max_over = Op(
    "max",
    _picked,
    "x",
    params="index dim keepdim",
    x=lambda g, index, dim, keepdim, x_shape: put_one(
        kept(g, (dim,), keepdim), index, dim, x_shape
    ),
)
_min_over = max_over.named("min")


def over(op: Op, input: Tensor, dim: int, keepdim: bool, place: Any) -> Any:
    """The values at the places that ``place``, argmax or argmin, finds, and the places."""
    pair = getattr(return_types, op.name)
    along = axis(dim, a_tensor(op.name, input).ndim)
    if not input.ndim:
        return pair(
            apply(op, (input.reshape(1),), (np.zeros(1, np.int64), 0, False)), wrap(np.int64(0))
        )
    not_empty(op.name, input, (along,))
    indices = np.expand_dims(place(input._array, along), along)
    values = apply(op, (input,), (indices, along, keepdim))
    return pair(values, wrap((indices if keepdim else indices.squeeze(along)).copy()))


@reduction()
def max(input: Tensor, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    """The largest entry; with ``dim`` its values and indices; with a tensor `maximum`.

    Over the whole tensor ties share the gradient; over a dimension it goes to the entry
    at the returned index, the first (`torch.max`).

    >>> max(tensor([1.0, 5.0, 2.0]))
    tensor(5.)
    """
    if isinstance(dim, Tensor) or other is not None:
        return maximum(input, dim if other is None else other)
    if dim is not None:
        return over(max_over, input, dim, keepdim, np.argmax)
    return _extreme_over(_max_op, input, None, False)


@reduction()
def min(input: Tensor, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    """The smallest entry; with ``dim`` its values and indices; with a tensor `minimum`.

    Ties as in `max` (`torch.min`).

    >>> min(tensor([1.0, 5.0, 2.0]))
    tensor(1.)
    """
    if isinstance(dim, Tensor) or other is not None:
        return minimum(input, dim if other is None else other)
    if dim is not None:
        return over(_min_over, input, dim, keepdim, np.argmin)
    return _extreme_over(_min_op, input, None, False)


def _extreme_over(op: Op, input: Any, dim: Any, keepdim: bool) -> Tensor:
    """The extreme over ``dim``; torch's error where there is nothing to choose from."""
    error = RuntimeError if dim is None or is_empty(dim) else IndexError
    input, axes = prepared(op.name, input, dim)
    not_empty(op.name, input, axes, error)
    result: Tensor = apply(op, (input,), (axes, keepdim))
    return result


@reduction(np.amax, np.max)
def amax(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The largest entry over ``dim``; ties share the gradient (`torch.amax`).

    >>> amax(tensor([[1.0, 5.0], [7.0, 2.0]]), 1)
    tensor([5., 7.])
    """
    return _extreme_over(_amax_op, input, dim, keepdim)


@reduction(np.amin, np.min)
def amin(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The smallest entry over ``dim``; ties share the gradient (`torch.amin`).

    >>> amin(tensor([[1.0, 5.0], [7.0, 2.0]]), 1)
    tensor([1., 2.])
    """
    return _extreme_over(_amin_op, input, dim, keepdim)


@reduction()
def aminmax(input: Tensor, *, dim: int | None = None, keepdim: bool = False) -> Any:
    """`amin` and `amax` over ``dim`` (`torch.aminmax`).

    Raises TypeError for several dimensions.

    >>> aminmax(tensor([1.0, 5.0, 2.0])).max
    tensor(5.)
    """
    if isinstance(dim, (tuple, list)):
        raise TypeError(f"aminmax(): argument 'dim' must be int, not {type(dim).__name__}")
    ends = amin(input, dim, keepdim), amax(input, dim, keepdim)
    return return_types.aminmax(*ends)


def _place(input: Tensor, dim: Any, keepdim: bool, kernel: Any, name: str) -> Tensor:
    input, axes = prepared(name, input, None if dim is None else axis(dim, input.ndim))
    not_empty(name, input, axes)
    if input.dtype.kind == "b":
        raise RuntimeError(f"{name}(): does not support bool input; write x.int()")
    if dim is None:
        place = kernel(input._array)
        return wrap(place.reshape((1,) * input.ndim) if keepdim else place)
    found = kernel(np.atleast_1d(input._array), axes[0] if axes else 0)
    return wrap(np.expand_dims(found, axes) if keepdim and axes else found)


@reduction(np.argmax)
def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the largest entry stands, the first of several (`torch.argmax`).

    >>> argmax(tensor([1.0, 5.0, 2.0]))
    tensor(1)
    """
    return _place(input, dim, keepdim, np.argmax, "argmax")


@reduction(np.argmin)
def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the smallest entry stands, the first of several (`torch.argmin`).

    >>> argmin(tensor([1.0, 5.0, 2.0]))
    tensor(0)
    """
    return _place(input, dim, keepdim, np.argmin, "argmin")
