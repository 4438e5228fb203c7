"""Running sums, products, extremes, and sums of exponentials.

The derivatives are scans too: a running sum from the other end, or `recurrence`, which is
its own kind's derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import dtypes, return_types
from autograd.arguments import a_tensor, of_floats
from autograd.blocks import by_rows
from autograd.dimensions import axis, index_along, upright
from autograd.graph import Raw
from autograd.inplace import in_place
from autograd.operator import Op, apply
from autograd.ops import running_sums
from autograd.ops.gathering import gathered
from autograd.ops.recurrence import ahead, exclusive, recurrence
from autograd.ops.reducing import in_dtype, reduction
from autograd.registry import METHODS, described
from autograd.sums import divides
from autograd.tensor import Tensor, wrap

__all__ = [
    "cummax",
    "cummin",
    "cumprod",
    "cumsum",
    "logcumsumexp",
]


def turned(x: Raw, dim: int) -> Raw:
    """A view with ``dim`` from the other end."""
    return x[index_along(dim, slice(None, None, -1))]


def _running(ufunc: Any, x: Raw, dim: int) -> Raw:
    """Floats run in float64, as in torch: what is rounded at each step would add up."""
    if not x.ndim:
        return x.copy()
    x = by_rows(x)
    if ufunc is np.add and running_sums.is_long(x, dim):
        return running_sums.summed(x, dim, False)
    out = x.astype(np.float64 if x.dtype.kind == "f" else x.dtype)
    return ufunc.accumulate(out, dim, out=out).astype(x.dtype, copy=False)


def _cumsum_back(g: Raw, dim: int) -> Raw:
    if not g.ndim:
        return g.copy()
    if running_sums.is_long(g, dim):
        return running_sums.summed(g, dim, True)
    out = turned(g.astype(np.float64), dim)
    np.add.accumulate(out, dim, out=out)
    return turned(out, dim).astype(g.dtype, copy=False)


_cumsum_op: Op = Op(
    "cumsum",
    lambda x, dim: _running(np.add, x, dim),
    "x",
    params="dim",
    x=lambda g, dim: _cumsum_reverse(g, dim),
)
_cumsum_reverse: Op = Op(
    "cumsum_reverse",
    _cumsum_back,
    "g",
    params="dim",
    g=lambda g, dim: _cumsum_op(g, dim),
)


def _cumprod_rule(g: Any, x: Any, y: Any, dim: int) -> Any:
    """The sum over all k from i on of g_k times the product of the others up to k.

    Those to the left of i make a running product, those to its right a recurrence, so that
    nothing is divided and zeros are like other numbers.
    """
    if not g.ndim or not g.size:
        return g
    if isinstance(x, np.ndarray) and isinstance(g, np.ndarray) and divides(x, y):
        return _cumsum_back(g * y, dim) / x
    return exclusive(y, dim) * recurrence(ahead(x, dim), g, dim, True)


_cumprod_op = Op(
    "cumprod",
    lambda x, dim: _running(np.multiply, x, dim),
    "x",
    params="dim",
    x=_cumprod_rule,
)


def _logcumsumexp_rule(g: Any, x: Any, y: Any, dim: int) -> Any:
    """The sum over all k from i on of g_k exp(x_i - y_k), with exponents that are not positive."""
    if not g.ndim or not g.size:
        return g * np.exp(x - y)
    after = ahead(y, dim, np.inf)
    decay = np.exp(np.where(np.isinf(y) & (y == after), 0, y - after))
    return np.exp(x - y) * recurrence(decay, g, dim, True)


_logcumsumexp_op = Op(
    "logcumsumexp",
    lambda x, dim: _running(np.logaddexp, x, dim),
    "x",
    params="dim",
    x=_logcumsumexp_rule,
)
_cummax_op = Op(
    "cummax",
    lambda x, index, dim, values: values,
    "x index",
    params="dim values",
    x=lambda g, index, dim, x_shape: gathered(g, index, dim, x_shape),
)
"""``values``, which are the entries of ``x`` at ``index`` along ``dim``."""
_cummin_op = _cummax_op.named("cummin")


def _extreme(x: Raw, ufunc: Any, dim: int) -> tuple[Raw, Raw]:
    """The extreme so far, and where it stands, the last of several; a nan is beyond all."""
    if not x.ndim or not x.size:
        return x.copy(), np.zeros(x.shape, np.int64)
    x = by_rows(x)
    values = ufunc.accumulate(x, dim)
    best = x == values
    if x.dtype.kind == "f":
        best |= np.isnan(x)
    along = upright(np.arange(x.shape[dim]), x.ndim - dim - 1)
    return values, np.maximum.accumulate(best * along, dim)


def _extremes(op: Op, ufunc: Any, input: Any, dim: Any) -> Any:
    input = a_tensor(op.name, input)
    along = axis(dim, input.ndim)
    values, places = _extreme(input._array, ufunc, along)
    entries = apply(op, (input, places), (along, values))
    return getattr(return_types, op.name)(entries, wrap(places))


def _scanned(op: Op, input: Any, dim: Any, dtype: Any) -> Tensor:
    """``op`` along ``dim``; integers and bools as int64."""
    input = in_dtype(a_tensor(op.name, input), dtype, widen=True)
    along = axis(dim, input.ndim)
    result: Tensor = apply(op, (input,), (along,))
    return result


@reduction(np.cumsum, inplace=True)
def cumsum(input: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    """Sums from the start of ``dim`` up to each entry (`torch.cumsum`); integers as int64.

    >>> cumsum(tensor([1.0, 2.0, 3.0]), 0)
    tensor([1., 3., 6.])
    """
    return _scanned(_cumsum_op, input, dim, dtype)


@reduction(np.cumprod, inplace=True)
def cumprod(input: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    """Products from the start of ``dim`` up to each entry (`torch.cumprod`).

    Integers as int64; the gradient is right where entries are 0.

    >>> cumprod(tensor([1.0, 2.0, 3.0]), 0)
    tensor([1., 2., 6.])
    """
    return _scanned(_cumprod_op, input, dim, dtype)


@reduction()
def logcumsumexp(input: Tensor, dim: int) -> Tensor:
    """log(cumsum(exp(x))) along ``dim``, without overflow (`torch.logcumsumexp`).

    Raises NotImplementedError for integers.

    >>> logcumsumexp(tensor([1000.0, 1000.0]), 0)
    tensor([1000.0000, 1000.6932])
    """
    of_floats("logcumsumexp", a_tensor("logcumsumexp", input))
    return _scanned(_logcumsumexp_op, input, dim, None)


@reduction()
def cummax(input: Tensor, dim: int) -> Any:
    """The largest entry so far along ``dim``, and its index, the last of several.

    The gradient goes to the entry at that index (`torch.cummax`).

    >>> cummax(tensor([1.0, 3.0, 2.0]), 0).values
    tensor([1., 3., 3.])
    """
    return _extremes(_cummax_op, np.maximum, input, dim)


@reduction()
def cummin(input: Tensor, dim: int) -> Any:
    """The smallest entry so far along ``dim``, and its index, the last of several.

    The gradient goes to the entry at that index (`torch.cummin`).

    >>> cummin(tensor([3.0, 1.0, 2.0]), 0).values
    tensor([3., 1., 1.])
    """
    return _extremes(_cummin_op, np.minimum, input, dim)


def _written(function: Callable[..., Tensor], result: str) -> Callable[..., Tensor]:
    """The in-place form, which refuses a ``dtype`` other than the tensor's own."""
    write = in_place(function)

    def method(self: Tensor, *args: Any, **options: Any) -> Tensor:
        dtype = options.pop("dtype", None)
        if dtype is not None and dtypes.checked(dtype) != self.dtype:
            raise RuntimeError(
                f"Bad in-place call: a tensor of {self.dtype} cannot take a result of dtype "
                f"{dtypes.checked(dtype)}; write x = x.{function.__name__}(dim, dtype=dtype)"
            )
        return write(self, *args, dtype=self.dtype, **options)

    name = f"{function.__name__}_"
    doc = f"""`{function.__name__}`, written over this tensor (`torch.Tensor.{name}`).

    >>> x = tensor([1.0, 2.0, 3.0])
    >>> x.{name}(0) is x
    True
    >>> x
    tensor([{result}])
    """
    return described(method, name, doc)


METHODS["cumsum_"] = _written(cumsum, "1., 3., 6.")
METHODS["cumprod_"] = _written(cumprod, "1., 2., 6.")
