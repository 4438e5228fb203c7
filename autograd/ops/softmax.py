"""Sums of exponentials: softmax, its logarithm, and the logarithm of the sum.

Each subtracts the largest entry first, so that nothing overflows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.arguments import a_tensor, of_floats, operands
from autograd.blocks import by_rows, slices
from autograd.dimensions import axis
from autograd.dtypes import wide
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.ops import row_softmax
from autograd.ops.reducing import Axes, along, in_dtype, kept, largest, prepared, reduction
from autograd.registry import alias
from autograd.sums import total
from autograd.tensor import Tensor

__all__ = [
    "log_softmax",
    "logsumexp",
    "softmax",
]


def _top(x: Raw, axes: Any) -> Raw:
    """The largest entries, of nothing -inf."""
    if not x.size:
        return largest(x, axes, initial=-np.inf, keepdims=True)
    return largest(x, axes, keepdims=True)


def _softmax(x: Raw, dim: int) -> Raw:
    x = by_rows(x)
    if row_softmax.is_of_rows(x, dim):
        return row_softmax.softmax(x)
    shape, kind = x.shape, x.dtype
    x = wide(x.reshape(shape or 1))
    out = np.empty_like(x)
    for index in slices(x.shape, (dim,)):
        into = np.subtract(x[index], _top(x[index], dim), out=out[index])
        np.exp(into, out=into)
        into /= total(into, (dim,), True)
    return out.reshape(shape).astype(kind, copy=False)


def _log_softmax(x: Raw, dim: int) -> Raw:
    x = by_rows(x)
    if row_softmax.is_of_rows(x, dim):
        return row_softmax.log_softmax(x)
    shape, kind = x.shape, x.dtype
    x = wide(x.reshape(shape or 1))
    out = np.empty_like(x)
    for index in slices(x.shape, (dim,)):
        into = np.subtract(x[index], _top(x[index], dim), out=out[index])
        into -= np.log(total(np.exp(into), (dim,), True))
    return out.reshape(shape).astype(kind, copy=False)


def _softmax_rule(g: Any, y: Any, dim: int) -> Any:
    if row_softmax.is_of_rows(g, dim) and row_softmax.is_of_rows(y, dim):
        return row_softmax.softmax_pulled(g, y)
    return y * (g - along(g, y, (dim,)))


def _log_softmax_rule(g: Any, y: Any, dim: int) -> Any:
    if row_softmax.is_of_rows(g, dim) and row_softmax.is_of_rows(y, dim):
        return row_softmax.log_softmax_pulled(g, y)
    return g - np.exp(y) * along(g, None, (dim,))


softmax_op = Op("softmax", _softmax, "x", params="dim", x=_softmax_rule)
_log_softmax_op = Op("log_softmax", _log_softmax, "x", params="dim", x=_log_softmax_rule)


def _logsumexp(x: Raw, axes: Axes, keepdim: bool) -> Raw:
    kind = x.dtype
    x = wide(x)
    top = _top(x, axes)
    top = np.where(np.isfinite(top), top, x.dtype.type(0))
    apart = x - top
    out = np.log(total(np.exp(apart), axes, True)) + top
    return (out if keepdim else np.squeeze(out, axes)).astype(kind, copy=False)


_logsumexp_op = Op(
    "logsumexp",
    _logsumexp,
    "x",
    params="axes keepdim",
    x=lambda g, x, y, axes, keepdim: kept(g, axes, keepdim) * np.exp(x - kept(y, axes, keepdim)),
)


def _normalized(op: Op, input: Any, dim: Any, dtype: Any) -> Tensor:
    input = in_dtype(a_tensor(op.name, input), dtype)
    along = axis(dim, input.ndim)
    of_floats(op.name, input)
    result: Tensor = apply(op, (input,), (along,))
    return result


@reduction()
def softmax(input: Tensor, dim: int, dtype: Any = None) -> Tensor:
    """exp(x) / sum(exp(x)) along ``dim``: positive, with sum 1 (`torch.softmax`).

    ``dtype`` is that in which it is computed. Raises NotImplementedError for integers.

    >>> softmax(tensor([0.0, 0.0, 1000.0]), 0)
    tensor([0., 0., 1.])
    """
    return _normalized(softmax_op, input, dim, dtype)


@reduction()
def log_softmax(input: Tensor, dim: int, dtype: Any = None) -> Tensor:
    """log(softmax(x)) along ``dim``, which stays finite where softmax is 0.

    Source: `torch.log_softmax`. Raises NotImplementedError for integers.

    >>> log_softmax(tensor([0.0, 1000.0]), 0)
    tensor([-1000.,     0.])
    """
    return _normalized(_log_softmax_op, input, dim, dtype)


@reduction()
def logsumexp(input: Tensor, dim: Any, keepdim: bool = False) -> Tensor:
    """log(sum(exp(x))) over ``dim``, one or several, without overflow (`torch.logsumexp`).

    >>> logsumexp(tensor([1000.0, 1000.0]), 0)
    tensor(1000.6932)
    """
    input, axes = prepared("logsumexp", input, dim)
    (input,) = operands("logsumexp", input, floats=True)
    result: Tensor = apply(_logsumexp_op, (input,), (axes, keepdim))
    return result


alias("special.softmax", softmax, method=False)
alias("special.log_softmax", log_softmax, method=False)
alias("special.logsumexp", logsumexp, method=False)
