"""What all reductions share: which axes, how many entries, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any, TypeVar

import numpy as np

from autograd import dtypes
from autograd.arguments import a_tensor
from autograd.dimensions import reduced_axes
from autograd.graph import Raw
from autograd.operator import Op
from autograd.ops.cast import cast
from autograd.registry import public
from autograd.sums import LARGE, inner, total
from autograd.tensor import Tensor

Axes = tuple[int, ...]


# NumPy's stubs know only literal ``keepdims``.
added: Any = np.add.reduce
largest: Any = np.maximum.reduce
smallest: Any = np.minimum.reduce

F = TypeVar("F", bound=Callable[..., Any])


def reduction(
    *numpy: Any, name: str | None = None, method: bool = True, inplace: bool = False
) -> Callable[[F], F]:
    """Register what works along dimensions; it also takes NumPy's ``axis`` and ``keepdims``."""
    return public(name=name, method=method, numpy=numpy, inplace=inplace)


def _sum(x: Raw, axes: Axes, keepdim: bool) -> Raw:
    kind = x.dtype
    if kind is dtypes.float16:  # summed in float32, as torch does
        return added(x, axes, np.float32, None, keepdim).astype(kind)
    if x.size >= LARGE and kind.kind == "f":
        return total(x, axes, keepdim)
    return added(x, axes, kind, None, keepdim)


sum_op: Op = Op(
    "sum",
    _sum,
    "x",
    params="axes keepdim",
    x=lambda g, x_shape, axes, keepdim: spread(g, x_shape, axes, keepdim),
)

sum_dim = sum_op.named("sum", "SumBackward1")

FEW = 1000
"""Up to this many entries a copy costs less than `np.broadcast_to`, which is slow to call."""


def spread(g: Any, shape: tuple[int, ...], axes: Axes, keepdim: bool) -> Any:
    """The adjoint of a sum: ``g`` repeated along the axes that were summed."""
    if prod(shape) <= FEW:
        return _spread_op(g, shape, axes, keepdim)
    g = _again(g, shape, axes, keepdim)
    return g.expand(shape) if isinstance(g, Tensor) else np.broadcast_to(g, shape)


def _again(g: Any, shape: tuple[int, ...], axes: Axes, keepdim: bool) -> Any:
    """``g`` with the axes that were summed, of length 1; what lost all of them fits as it is."""
    if keepdim or not g.ndim:
        return g
    return np.reshape(g, tuple(1 if i in axes else n for i, n in enumerate(shape)))


def _copies(g: Raw, shape: tuple[int, ...], dims: Axes, keepdim: bool) -> Raw:
    out = np.empty(shape, g.dtype)
    out[...] = _again(g, shape, dims, keepdim)
    return out


_spread_op = Op(
    "sum_backward",
    _copies,
    "x",
    params="shape dims keepdim",
    backward="ExpandBackward0",
    x=lambda g, dims, keepdim: sum_op(g, dims, keepdim),
)


def along(a: Any, b: Any, axes: Axes) -> Any:
    """The sum of ``a * b``, or of ``a`` alone, over ``axes``, which are kept; for any order."""
    if not a.ndim:  # torch lets it be reduced over dimension 0
        return a if b is None else a * b
    if isinstance(a, np.ndarray):
        return total(a, axes, True) if b is None else inner(a, b, axes)
    return np.sum(a if b is None else a * b, axis=axes, keepdims=True)


def kept(x: Any, axes: Axes, keepdim: bool) -> Any:
    """A result without the axes, with them again (of length 1)."""
    if keepdim:
        return x
    shape = list(x.shape)
    for i in sorted(axes):
        shape.insert(i, 1)
    return x.reshape(shape)


def count(shape: tuple[int, ...], axes: Axes) -> int:
    """How many entries a reduction puts together."""
    number = 1
    for i in axes:
        number *= shape[i]
    return number


def is_empty(dim: Any) -> bool:
    """Whether ``dim`` is an empty sequence, which torch takes for all dimensions."""
    return isinstance(dim, (tuple, list)) and not dim


def in_dtype(input: Tensor, dtype: Any, widen: bool = False) -> Tensor:
    """The tensor in ``dtype`` where one is asked for, else (``widen``) integers as int64."""
    if dtype is None and widen and input.dtype.kind in "biu":
        dtype = dtypes.int64
    if dtype is None or dtypes.checked(dtype) == input.dtype:
        return input
    converted: Tensor = cast(input, dtypes.checked(dtype))
    return converted


_EVERY = [tuple(range(ndim)) for ndim in range(65)]
"""The axes of an array of so many dimensions, of which NumPy allows 64."""


def prepared(
    name: str, input: Any, dim: Any, dtype: Any = None, widen: bool = False, full: bool = True
) -> tuple[Tensor, Axes]:
    """The tensor in the dtype to reduce in (``widen``: integers as int64), and the axes.

    ``full``: an empty ``dim`` means all dimensions, as it does in torch, rather than none.
    """
    if (
        dim is None
        and dtype is None
        and input.__class__ is Tensor
        and input._array.dtype.kind == "f"
    ):
        return input, _EVERY[input._array.ndim]
    input = in_dtype(a_tensor(name, input), dtype, widen)
    axes = reduced_axes(input.shape, None if full and is_empty(dim) else dim)
    return input, axes if input.ndim else ()  # a 0-d tensor lets itself be reduced over dim 0


def not_empty(name: str, input: Tensor, axes: Axes, error: type[Exception] = IndexError) -> None:
    """Raise ``error`` where there is no entry to choose from."""
    if not count(input.shape, axes):
        raise error(
            f"{name}(): Expected reduction dim to be specified for input.numel() == 0, or a "
            f"dimension of non-zero length: the tensor has shape {input.shape}"
        )
