"""Factorisations of symmetric matrices that need not be positive definite: A = L D L^T."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import return_types
from autograd.arguments import a_tensor
from autograd.matrices import equation, singular, square
from autograd.operator import Op, apply, no_derivative
from autograd.optional import scipy
from autograd.registry import public
from autograd.tensor import Tensor

__all__: list[str] = []


def _ldl_kernel(a: Any) -> tuple[Any, Any, Any]:
    """Bunch and Kaufman's factorisation by LAPACK, of the lower triangles, one by one."""
    lapack = scipy("linalg.lapack", needed_by="linalg.ldl_factor")
    factor = lapack.dsytrf if a.dtype == np.float64 else lapack.ssytrf
    rows = a.shape[-1]
    factors = np.tril(a).reshape(-1, rows, rows) if a.size else np.tril(a)
    pivots = np.zeros(a.shape[:-1], np.int32)
    info = np.zeros(a.shape[:-2], np.int32)
    if a.size:
        found = [factor(each, lower=1) for each in factors]
        factors = np.stack([each[0] for each in found]).reshape(a.shape)
        pivots = np.stack([each[1] for each in found]).astype(np.int32).reshape(a.shape[:-1])
        info = np.array([each[2] for each in found], np.int32).reshape(a.shape[:-2])
    return factors, pivots, info


def _swapped(x: Any, row: int, other: int) -> None:
    if row != other:
        x[[row, other]] = x[[other, row]]


def _solved(factors: Any, pivots: Any, b: Any) -> Any:
    """The solution for one matrix. D's blocks are of one row, or where pivots are negative two."""
    x = b.copy()
    rows, start, blocks = len(x), 0, []
    while start < rows:
        stop = start + (1 if pivots[start] > 0 else 2)
        blocks.append((start, stop))
        block = np.tril(factors[start:stop, start:stop])
        block = block + np.tril(block, -1).T
        _swapped(x, stop - 1, abs(pivots[start]) - 1)
        x[stop:] -= factors[stop:, start:stop] @ x[start:stop]
        x[start:stop] = np.linalg.solve(block, x[start:stop])
        start = stop
    for start, stop in reversed(blocks):
        x[start:stop] -= factors[stop:, start:stop].T @ x[stop:]
        _swapped(x, stop - 1, abs(pivots[start]) - 1)
    return x


def _ldl_solve_kernel(factors: Any, b: Any, pivots: Any) -> Any:
    batch = np.broadcast_shapes(factors.shape[:-2], b.shape[:-2])
    x = np.array(np.broadcast_to(b, (*batch, *b.shape[-2:])))
    factors = np.broadcast_to(factors, (*batch, *factors.shape[-2:]))
    pivots = np.broadcast_to(pivots, (*batch, pivots.shape[-1]))
    for place in np.ndindex(batch):
        x[place] = _solved(factors[place], pivots[place], x[place])
    return x


_NONE = no_derivative("linalg.ldl_factor and linalg.ldl_solve", "write linalg.solve, which has one")
_ldl = Op("linalg_ldl_factor_ex", _ldl_kernel, "a", outputs=True, a=_NONE)
_ldl_solve = Op(
    "linalg_ldl_solve",
    _ldl_solve_kernel,
    "a b",
    params="pivots",
    a=_NONE,
    b=_NONE,
)


@public(name="linalg.ldl_factor", method=False)
def ldl_factor(A: Tensor, *, hermitian: bool = False) -> Any:  # noqa: N803 - torch's name
    """L and D of A = L D L^T in one matrix, and LAPACK's pivots; only the lower triangle is read.

    D has blocks of one or two rows. Raises LinAlgError where D is singular. There is no
    derivative. It needs SciPy. Source: `torch.linalg.ldl_factor`.

    >>> autograd.linalg.ldl_factor(tensor([[4.0, 0.0], [2.0, 5.0]])).LD
    tensor([[4.0000, 0.0000],
            [0.5000, 4.0000]])
    """
    factors, pivots, info = apply(_ldl, (square("linalg.ldl_factor", A),))
    _regular("linalg.ldl_factor", info)
    return return_types.linalg_ldl_factor(factors, pivots)


def _regular(name: str, info: Tensor) -> None:
    if info._array.any():
        raise singular(
            name,
            info._array,
            "D[{info},{info}] is zero: the matrix is singular, and linalg.ldl_solve would divide "
            "by zero; write linalg.ldl_factor_ex(A) for the factors",
        )


@public(name="linalg.ldl_factor_ex", method=False)
def ldl_factor_ex(
    A: Tensor,  # noqa: N803
    *,
    hermitian: bool = False,
    check_errors: bool = False,
) -> Any:
    """`linalg.ldl_factor` that does not raise, and the first zero block of D, or 0.

    Source: `torch.linalg.ldl_factor_ex`.

    >>> autograd.linalg.ldl_factor_ex(eye(2)).info
    tensor(0, dtype=autograd.int32)
    """
    factors, pivots, info = apply(_ldl, (square("linalg.ldl_factor_ex", A),))
    if check_errors:
        _regular("linalg.ldl_factor_ex", info)
    return return_types.linalg_ldl_factor_ex(factors, pivots, info)


@public(name="linalg.ldl_solve", method=False)
def ldl_solve(
    LD: Tensor,  # noqa: N803
    pivots: Tensor,
    B: Tensor,  # noqa: N803
    *,
    hermitian: bool = False,
) -> Tensor:
    """The solution of A X = B with what `linalg.ldl_factor` returns; there is no derivative.

    Raises RuntimeError where shapes or dtypes do not fit.
    Source: `torch.linalg.ldl_solve`.

    >>> factors = autograd.linalg.ldl_factor(tensor([[4.0, 0.0], [2.0, 5.0]]))
    >>> autograd.linalg.ldl_solve(*factors, tensor([[6.0], [7.0]]))
    tensor([[1.],
            [1.]])
    """
    name = "linalg.ldl_solve"
    factors, b = equation(name, LD, B)
    order = a_tensor(name, pivots)._array
    if order.shape != factors.shape[:-1] or order.dtype.kind not in "iu":
        raise RuntimeError(
            f"{name}: pivots must be integers of shape {factors.shape[:-1]}, as linalg.ldl_factor "
            f"returns them, but they are {order.dtype} of shape {order.shape}"
        )
    result: Tensor = apply(_ldl_solve, (factors, b), (order,))
    return result
