"""Norms of matrices, the function for norms of both kinds, and condition numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.arguments import a_tensor
from autograd.dimensions import axis
from autograd.matrices import matrices, square
from autograd.ops.elementwise import abs, where
from autograd.ops.extremes import amax, amin
from autograd.ops.norms import norm_input, vector_norm
from autograd.ops.reducing import reduction
from autograd.ops.reduction import sum
from autograd.ops.shape import reshape
from autograd.ops.solving import inv_ex
from autograd.ops.spectral import svdvals
from autograd.ops.transposing import movedim
from autograd.registry import public
from autograd.tensor import Tensor, wrap

__all__ = [
    "norm",
]


@reduction(name="linalg.matrix_norm", method=False)
def matrix_norm(
    A: Tensor,  # noqa: N803 - torch's name
    ord: Any = "fro",
    dim: Any = (-2, -1),
    keepdim: bool = False,
    *,
    dtype: Any = None,
) -> Tensor:
    """The norm of the matrices in two dimensions (`torch.linalg.matrix_norm`).

    ``ord`` is "fro", the root of the sum of squares; "nuc", the sum of the singular values; 2
    or -2, the largest or smallest of them; 1 or -1, the largest or smallest sum of a column's
    absolute values; inf or -inf, that of a row's.
    Raises RuntimeError for another order, for vectors, and for equal dimensions.

    >>> linalg.matrix_norm(tensor([[1.0, -2.0], [3.0, 4.0]]), ord=1)
    tensor(6.)
    """
    name = "linalg.matrix_norm"
    if a_tensor(name, A).ndim < 2:
        raise RuntimeError(
            f"{name}: The input tensor A must have at least 2 dimensions, it has {A.ndim}"
        )
    if not isinstance(dim, (tuple, list)):
        raise TypeError(f"{name}(): argument 'dim' must be tuple of ints, not {dim!r}")
    if len(dim) != 2:
        raise RuntimeError(f"{name}: dim must be a 2-tuple. Got {tuple(dim)}")
    rows, columns = (axis(d, A.ndim) for d in dim)
    if rows == columns:
        raise RuntimeError(f"{name}: dims must be different. Got {tuple(dim)}")
    if ord == "fro":
        result: Tensor = vector_norm(A, 2, [rows, columns], keepdim, dtype=dtype)
        return result
    input, _ = norm_input(name, A, dim, dtype)
    if ord == "nuc" or (_is_number(ord) and math.fabs(ord) == 2):
        values = svdvals(movedim(input, (rows, columns), (-2, -1)))
        found = sum(values, -1) if ord == "nuc" else _end(ord, values, -1, False)
        return _with(found, (rows, columns)) if keepdim else found
    if not _is_number(ord) or math.fabs(ord) not in (1, math.inf):
        raise RuntimeError(
            f"{name}: Order {ord} not supported; there are 'fro', 'nuc', 2, 1, inf and -2, -1, -inf"
        )
    inner, outer = (rows, columns) if math.fabs(ord) == 1 else (columns, rows)
    sums = sum(abs(input), inner, True)
    found = _end(ord, sums, outer, True)
    return found if keepdim else found.squeeze((rows, columns))


def _is_number(ord: Any) -> bool:
    return isinstance(ord, (int, float))


def _end(ord: float, x: Tensor, dim: int, keepdim: bool) -> Tensor:
    """The largest or, for a negative order, the smallest; the largest of nothing is 0."""
    if ord > 0 and not x.shape[dim]:
        return sum(x.detach(), dim, keepdim)
    return amax(x, dim, keepdim) if ord > 0 else amin(x, dim, keepdim)


def _with(x: Tensor, axes: tuple[int, int]) -> Tensor:
    """``x`` with dimensions of length 1 at these places."""
    shape = list(x.shape)
    for place in sorted(axes):
        shape.insert(place, 1)
    return reshape(x, shape)


@reduction(name="linalg.norm", method=False)
def linalg_norm(
    A: Tensor,  # noqa: N803 - torch's name
    ord: Any = None,
    dim: Any = None,
    keepdim: bool = False,
    *,
    dtype: Any = None,
) -> Tensor:
    """The norm of vectors or of matrices (`torch.linalg.norm`).

    Over one dimension as `linalg.vector_norm`, over two as `linalg.matrix_norm`. Without
    ``dim`` the rank decides, and without ``ord``, too, it is the root of the sum of all squares.
    Raises RuntimeError for more than two dimensions, where an order is given.

    >>> linalg.norm(tensor([[1.0, 2.0], [2.0, 4.0]]))
    tensor(5.)
    """
    name = "linalg.norm"
    if dim is not None:
        dim = list(dim) if isinstance(dim, (tuple, list)) else [dim]
        if len(dim) not in (1, 2):
            raise RuntimeError(
                f"{name}: If dim is specified, it must be of length 1 or 2. Got {dim}"
            )
    elif ord is not None and a_tensor(name, A).ndim not in (1, 2):
        raise RuntimeError(
            f"{name}: If dim is not specified but ord is, the input must be 1D or 2D. "
            f"Got {A.ndim}D."
        )
    result: Tensor
    if ord is None:
        result = vector_norm(A, 2, dim, keepdim, dtype=dtype)
    elif isinstance(ord, str) or (a_tensor(name, A).ndim == 2 if dim is None else len(dim) == 2):
        result = matrix_norm(A, ord, (-2, -1) if dim is None else dim, keepdim, dtype=dtype)
    else:
        result = vector_norm(A, ord, dim, keepdim, dtype=dtype)
    return result


@reduction()
def norm(
    input: Tensor,
    p: Any = "fro",
    dim: Any = None,
    keepdim: bool = False,
    *,
    dtype: Any = None,
) -> Tensor:
    """The norm of a vector, or of the entries of several dimensions (`torch.norm`).

    ``p`` is a number, as in `linalg.vector_norm`, "fro" for 2, or "nuc", the sum of the
    singular values of a matrix.

    >>> norm(tensor([[3.0, 0.0], [0.0, -4.0]]))
    tensor(5.)
    """
    several = isinstance(dim, (tuple, list))
    if p is None or (p == "fro" and (not several or len(dim) <= 2)):
        p = 2
    if isinstance(p, str):
        dims = range(a_tensor("norm", input).ndim) if dim is None else dim if several else [dim]
        by_matrix: Tensor = matrix_norm(input, p, list(dims), keepdim, dtype=dtype)
        return by_matrix
    result: Tensor = vector_norm(input, p, dim, keepdim, dtype=dtype)
    return result


@public(name="linalg.cond", method=False)
def cond(A: Tensor, p: Any = None) -> Tensor:  # noqa: N803 - torch's name
    """The condition number: the norm of A times that of its inverse, for square matrices.

    ``p`` is a norm of `linalg.matrix_norm`. For 2, the default, and -2 it is the quotient of
    the largest and the smallest singular value, of any matrices. It is inf where A is
    singular. Source: `torch.linalg.cond`.
    Raises RuntimeError for another norm.

    >>> autograd.linalg.cond(tensor([[4.0, 0.0], [0.0, 2.0]]))
    tensor(2.)
    """
    a = matrices("linalg.cond", A)
    if isinstance(p, str):
        known = p in ("fro", "nuc")
    else:
        known = p is None or math.fabs(p) in (1, 2, math.inf)
    if not known:
        raise RuntimeError(f"linalg.cond got an invalid norm type: {p}")
    singular_values = p is None or p in (2, -2)
    if not singular_values:
        a = square(f"linalg.cond(ord={p})", a)
    if not a.numel():
        return wrap(np.zeros(a.shape[:-2], a.dtype))
    if singular_values:
        values = svdvals(a)
        largest, smallest = values[..., 0], values[..., -1]
        return smallest / largest if p == -2 else largest / smallest
    inverse, info = inv_ex(a)
    product = matrix_norm(a, p) * matrix_norm(inverse, p)
    result: Tensor = where(info > 0, float("inf"), product)
    return result
