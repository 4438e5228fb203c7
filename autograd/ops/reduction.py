"""Reductions over dimensions: sums, means, spreads, products, all and any."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from autograd import dtypes
from autograd.arguments import a_tensor
from autograd.broadcasting import sum_to
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.ops.comparison import isnan
from autograd.ops.elementwise import where
from autograd.ops.reducing import (
    Axes,
    added,
    count,
    in_dtype,
    prepared,
    reduction,
    spread,
    sum_dim,
    sum_op,
)
from autograd.ops.shape import sizes
from autograd.registry import METHODS
from autograd.sums import divides, product, total
from autograd.tensor import Tensor, wrap

__all__ = [
    "all",
    "any",
    "mean",
    "nanmean",
    "nansum",
    "prod",
    "std",
    "std_mean",
    "sum",
    "var",
    "var_mean",
]

# NumPy's stubs know only literal ``keepdims``.
_all: Any = np.logical_and.reduce
_any: Any = np.logical_or.reduce


def _mean(x: Raw, axes: Axes, keepdim: bool) -> Raw:
    kind, number = x.dtype, count(x.shape, axes)
    if kind is dtypes.float16:
        return (added(x, axes, np.float32, None, keepdim) / number).astype(kind)
    found: Raw = total(x, axes, keepdim) / kind.type(number)
    return found


def _var(x: Raw, axes: Axes, keepdim: bool, correction: float) -> Raw:
    apart = x - _mean(x, axes, True)
    number = np.float64(builtins.max(count(x.shape, axes) - correction, 0)).astype(x.dtype)
    return total(apart * apart, axes, keepdim) / number


def _std(x: Raw, axes: Axes, keepdim: bool, correction: float) -> Raw:
    return np.sqrt(_var(x, axes, keepdim, correction))


def _apart(x: Any, axes: Axes, correction: float) -> Any:
    """(x - mean) / (n - correction), from which the derivatives of var and std are made."""
    number = builtins.max(count(x.shape, axes) - correction, 0)
    if not x.size:
        return x
    apart = x - np.mean(x, axis=axes, keepdims=True)
    return apart / number if number else np.absolute(apart) / 0.0  # torch: inf, or nan for 0 / 0


def _std_rule(g: Any, x: Any, y: Any, axes: Axes, keepdim: bool, correction: float) -> Any:
    """torch's convention where the deviation is 0: the gradient is 0, too."""
    scale = np.where(y == 0, 0, g / y)
    return spread(scale, x.shape, axes, keepdim) * _apart(x, axes, correction)


_mean_op = Op(
    "mean",
    _mean,
    "x",
    params="axes keepdim",
    x=lambda g, x_shape, axes, keepdim: spread(
        g / (count(x_shape, axes) or 1), x_shape, axes, keepdim
    ),
)
_var_op = Op(
    "var",
    _var,
    "x",
    params="axes keepdim correction",
    x=lambda g, x, axes, keepdim, correction: (
        spread(2 * g, x.shape, axes, keepdim) * _apart(x, axes, correction)
    ),
)
_std_op = Op("std", _std, "x", params="axes keepdim correction", x=_std_rule)


def others(x: Any) -> Any:
    """For each entry of the last axis, the product of the others, without dividing.

    Products from the left and from the right are built by doubling strides, with
    operations that differentiate to any order, also where entries are 0.
    """
    shape = (*x.shape[:-1], 1)
    left = np.concatenate([np.ones(shape, x.dtype), x[..., :-1]], -1)
    right = np.concatenate([x[..., 1:], np.ones(shape, x.dtype)], -1)
    stride, length = 1, x.shape[-1]
    while stride < length:
        one = np.ones((*x.shape[:-1], stride), x.dtype)
        left = left * np.concatenate([one, left[..., :-stride]], -1)
        right = right * np.concatenate([right[..., stride:], one], -1)
        stride *= 2
    return left * right


def _prod_rule(g: Any, x: Any, axes: Axes, keepdim: bool) -> Any:
    if not axes or not count(x.shape, axes):
        return spread(g, x.shape, axes, keepdim)
    if isinstance(x, np.ndarray) and isinstance(g, np.ndarray):
        y = product(x, axes, keepdim)
        if divides(x, y):
            return spread(g * y, x.shape, axes, keepdim) / x
    rest = tuple(i for i in range(x.ndim) if i not in axes)
    order = (*rest, *axes)
    moved = np.transpose(x, order)
    flat = np.reshape(moved, (*(x.shape[i] for i in rest), count(x.shape, axes)))
    back = tuple(np.argsort(order).tolist())
    rest_of = np.transpose(np.reshape(others(flat), moved.shape), back)
    return spread(g, x.shape, axes, keepdim) * rest_of


_prod_op = Op(
    "prod",
    product,
    "x",
    params="axes keepdim",
    x=_prod_rule,
)


def _floating(name: str, input: Tensor) -> None:
    if input.dtype.kind != "f":
        raise RuntimeError(
            f"{name}(): could not infer output dtype. Input dtype must be either a floating point "
            f"or complex dtype. Got: {input.dtype}; write x.float().{name}()"
        )


@reduction(np.sum)
def sum(
    input: Tensor,
    dim: Any = None,
    keepdim: bool = False,
    *,
    dtype: Any = None,
) -> Tensor:
    """The sum over ``dim``: a number, several, or all dimensions for None (`torch.sum`).

    Integers and bools are summed as int64.

    >>> sum(tensor([[1.0, 2.0], [3.0, 4.0]]), 0)
    tensor([4., 6.])
    """
    input, axes = prepared("sum", input, dim, dtype, widen=True)
    result: Tensor = apply(sum_op if dim is None else sum_dim, (input,), (axes, keepdim))
    return result


@reduction(np.mean)
def mean(
    input: Tensor,
    dim: Any = None,
    keepdim: bool = False,
    *,
    dtype: Any = None,
) -> Tensor:
    """The arithmetic mean over ``dim`` (`torch.mean`); float tensors only.

    >>> mean(tensor([1.0, 2.0, 6.0]))
    tensor(3.)
    """
    input, axes = prepared("mean", input, dim, dtype)
    _floating("mean", input)
    result: Tensor = apply(_mean_op if dim is None else _mean_dim, (input,), (axes, keepdim))
    return result


@reduction(np.nansum)
def nansum(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """`sum` in which nan counts as 0 (`torch.nansum`).

    >>> nansum(tensor([1.0, float("nan"), 2.0]))
    tensor(3.)
    """
    return sum(_without_nan("nansum", input), dim, keepdim, dtype=dtype)


@reduction(np.nanmean)
def nanmean(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The mean of the entries that are not nan, nan where there are none (`torch.nanmean`).

    >>> nanmean(tensor([1.0, float("nan"), 2.0]))
    tensor(1.5000)
    """
    _floating("nanmean", a_tensor("nanmean", input))
    total = nansum(input, dim, keepdim, dtype=dtype)
    number = sum(~isnan(input), dim, keepdim)
    return total / number


def _without_nan(name: str, input: Tensor) -> Tensor:
    if a_tensor(name, input).dtype.kind != "f":
        return input
    clean: Tensor = where(isnan(input), 0.0, input)
    return clean


def _spread_of(
    name: str,
    op: Op,
    input: Tensor,
    dim: Any,
    unbiased: bool | None,
    correction: Any,
    keepdim: bool,
) -> Tensor:
    if isinstance(dim, bool):  # torch's older form: x.std(False)
        dim, unbiased = None, dim
    if unbiased is not None:
        correction = int(unbiased)
    input, axes = prepared(name, input, dim)
    _floating(name, input)
    result: Tensor = apply(op, (input,), (axes, keepdim, 1 if correction is None else correction))
    return result


@reduction()
def var(
    input: Tensor,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: Any = None,
) -> Tensor:
    """The variance over ``dim``: sum((x - mean)**2) / (n - correction), correction 1.

    ``unbiased=False`` is correction 0 (`torch.var`).

    >>> var(tensor([-1.0, 3.0]), correction=0)
    tensor(4.)
    """
    return _spread_of("var", _var_op, input, dim, unbiased, correction, keepdim)


@reduction()
def std(
    input: Tensor,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: Any = None,
) -> Tensor:
    """The standard deviation over ``dim``, the root of `var` (`torch.std`).

    Where it is 0 the gradient is 0, torch's convention; there is no derivative there.

    >>> std(tensor([-1.0, 3.0]), correction=0)
    tensor(2.)
    """
    return _spread_of("std", _std_op, input, dim, unbiased, correction, keepdim)


@reduction(method=False)
def var_mean(
    input: Tensor,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: Any = None,
) -> tuple[Tensor, Tensor]:
    """`var` and `mean` over ``dim`` (`torch.var_mean`).

    >>> var_mean(tensor([-1.0, 3.0]), correction=0)
    (tensor(4.), tensor(1.))
    """
    return _with_mean(var, input, dim, unbiased, correction, keepdim)


@reduction(method=False)
def std_mean(
    input: Tensor,
    dim: Any = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: Any = None,
) -> tuple[Tensor, Tensor]:
    """`std` and `mean` over ``dim`` (`torch.std_mean`).

    >>> std_mean(tensor([-1.0, 3.0]), correction=0)
    (tensor(2.), tensor(1.))
    """
    return _with_mean(std, input, dim, unbiased, correction, keepdim)


def _with_mean(
    function: Any, input: Tensor, dim: Any, unbiased: Any, correction: Any, keepdim: bool
) -> tuple[Tensor, Tensor]:
    spread_of = function(input, dim, unbiased, keepdim, correction=correction)
    return spread_of, mean(input, None if isinstance(dim, bool) else dim, keepdim)


@reduction(np.prod)
def prod(
    input: Tensor,
    dim: Any = None,
    keepdim: bool = False,
    *,
    dtype: Any = None,
) -> Tensor:
    """The product over ``dim`` (`torch.prod`); the gradient is right where entries are 0.

    >>> prod(tensor([2.0, 3.0, 4.0]))
    tensor(24.)
    """
    input, axes = prepared("prod", input, dim, dtype, widen=True)
    result: Tensor = apply(_prod_op if dim is None else _prod_dim, (input,), (axes, keepdim))
    return result


_mean_dim = _mean_op.named("mean", "MeanBackward1")
_prod_dim = _prod_op.named("prod", "ProdBackward1")


def _verdict(input: Tensor, found: Raw) -> Raw:
    """Bools; torch gives uint8 for uint8."""
    return found.astype(np.uint8) if input.dtype == np.uint8 else found


@reduction(np.all)
def all(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether every entry is true, that is, not zero (`torch.all`).

    >>> all(tensor([1, 0]))
    tensor(False)
    """
    input, axes = prepared("all", input, dim, full=False)
    return wrap(_verdict(input, _all(input._array, axes, keepdims=keepdim)))


@reduction(np.any)
def any(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether some entry is true, that is, not zero (`torch.any`).

    >>> any(tensor([1, 0]))
    tensor(True)
    """
    input, axes = prepared("any", input, dim, full=False)
    return wrap(_verdict(input, _any(input._array, axes, keepdims=keepdim)))


def sum_to_size(self: Tensor, *size: Any) -> Tensor:
    """The sum over what was broadcast from ``size``: the adjoint of `expand`.

    Raises RuntimeError where ``size`` does not broadcast to this shape
    (`torch.Tensor.sum_to_size`).

    >>> ones(2, 3).sum_to_size(1, 3)
    tensor([[2., 2., 2.]])
    """
    shape = sizes(size)
    try:
        result: Tensor = sum_to(self if self.shape == shape else in_dtype(self, None, True), shape)
    except ValueError:
        raise RuntimeError(
            f"size {list(shape)} is not expandable to size {list(self.shape)}."
        ) from None
    return result


METHODS["sum_to_size"] = sum_to_size
