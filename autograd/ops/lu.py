"""Gaussian elimination: A = P L U."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import return_types
from autograd.arguments import a_tensor
from autograd.elimination import eliminated, permutation
from autograd.matrices import (
    equation,
    identity,
    matrices,
    singular,
    transposed,
)
from autograd.operator import Op, apply
from autograd.ops.triangles import tril, triu
from autograd.ops.triangular import right_solved, triangular_op
from autograd.registry import public
from autograd.tensor import Tensor, wrap

__all__ = [
    "lu",
    "lu_solve",
    "lu_unpack",
]


def _swaps(pivots: Any, rows: int, dtype: Any) -> Any:
    """The matrix P with A = P L U."""
    return transposed(np.eye(rows, dtype=dtype)[permutation(pivots, rows)])


def _lu_rule(gs: Any, y: Any) -> Any:
    """P L^-T (the strict lower part of L^T gL + the upper one of gU U^T) U^-T.

    What stands right of a wide matrix's square part, or under a tall one's, follows from L
    or U by one solution, and takes part in the other triangle.
    """
    g = gs[0]
    if g is None:
        return None
    factors, pivots, _ = y
    rows, columns = factors.shape[-2:]
    count = min(rows, columns)
    both, gboth = factors[..., :count, :count], g[..., :count, :count]
    lower = transposed(np.tril(both, -1) + identity(both)) @ np.tril(gboth, -1)
    upper = np.triu(gboth) @ transposed(np.triu(both))
    if columns > count:
        lower = lower - g[..., count:] @ transposed(factors[..., count:])
    if rows > count:
        upper = upper - transposed(factors[..., count:, :]) @ g[..., count:, :]
    found = np.tril(lower, -1) + np.triu(upper)
    if rows > count:
        found = triangular_op(transposed(both), found, True, True)
        found = np.concatenate([found, g[..., count:, :]], -2)
        found = right_solved(transposed(both), found, False, False)
    else:
        found = right_solved(transposed(both), found, False, False)
        if columns > count:
            found = np.concatenate([found, g[..., count:]], -1)
        found = triangular_op(transposed(both), found, True, True)
    return _swaps(getattr(pivots, "_array", pivots), rows, found.dtype) @ found


_lu_factor = Op("linalg_lu_factor_ex", eliminated, "a", outputs=True, a=_lu_rule)
_lu_factor.nones = True


def _factored(name: str, a: Any, pivot: bool) -> Any:
    """L and U in one, the pivots, info; raises RuntimeError for ``pivot=False``, as torch does."""
    a = matrices(name, a)
    if not pivot:
        raise RuntimeError(f"{name}: LU without pivoting is not implemented on the CPU")
    return apply(_lu_factor, (a,))


def _regular(name: str, info: Any) -> None:
    if info._array.any():
        raise singular(
            name,
            info._array,
            "U[{info},{info}] is zero and using it on lu_solve would result in a division by "
            "zero. If you still want to perform the factorization, consider calling "
            "linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)",
        )


@public(name="linalg.lu_factor", method=False)
def lu_factor(A: Tensor, *, pivot: bool = True) -> Any:  # noqa: N803 - torch's name
    """L, without its ones, and U in one matrix, and the row that each step swapped with its own.

    A is (..., m, n); rows are counted from 1, as LAPACK does. Raises LinAlgError where U has a
    zero on its diagonal. Source: `torch.linalg.lu_factor`.

    >>> autograd.linalg.lu_factor(tensor([[1.0, 2.0], [2.0, 2.0]]))
    autograd.return_types.linalg_lu_factor(
    LU=tensor([[2.0000, 2.0000],
            [0.5000, 1.0000]]),
    pivots=tensor([2, 2], dtype=autograd.int32))
    """
    factors, pivots, info = _factored("linalg.lu_factor", A, pivot)
    _regular("linalg.lu_factor", info)
    return return_types.linalg_lu_factor(factors, pivots)


@public(name="linalg.lu_factor_ex", method=False)
def lu_factor_ex(
    A: Tensor,  # noqa: N803
    *,
    pivot: bool = True,
    check_errors: bool = False,
) -> Any:
    """`linalg.lu_factor` that does not raise, and the first zero on the diagonal of U, or 0.

    Source: `torch.linalg.lu_factor_ex`.

    >>> autograd.linalg.lu_factor_ex(ones(2, 2)).info
    tensor(2, dtype=autograd.int32)
    """
    factors, pivots, info = _factored("linalg.lu_factor_ex", A, pivot)
    if check_errors:
        _regular("linalg.lu_factor_ex", info)
    return return_types.linalg_lu_factor_ex(factors, pivots, info)


@public(name="linalg.lu", method=False)
def linalg_lu(A: Tensor, *, pivot: bool = True) -> Any:  # noqa: N803
    """A permutation P, a lower L with ones on its diagonal and an upper U with A = P L U.

    A is (..., m, n), L (..., m, k) and U (..., k, n) with k = min(m, n).
    Source: `torch.linalg.lu`.

    >>> autograd.linalg.lu(tensor([[1.0, 2.0], [2.0, 2.0]])).U
    tensor([[2., 2.],
            [0., 1.]])
    """
    factors, pivots, _ = _factored("linalg.lu", A, pivot)
    return return_types.linalg_lu(
        wrap(_swaps(pivots._array, factors.shape[-2], factors.dtype)), *_parted(factors)
    )


def _parted(factors: Tensor) -> tuple[Tensor, Tensor]:
    """L and U from the one matrix that holds both."""
    rows, columns = factors.shape[-2:]
    count = min(rows, columns)
    ones = np.eye(rows, count, dtype=factors.dtype)
    return tril(factors[..., :count], -1) + wrap(ones), triu(factors[..., :count, :])


@public()
def lu(input: Tensor, pivot: bool = True, get_infos: bool = False) -> Any:
    """L and U in one matrix and the pivots, and with ``get_infos`` the first zero pivot, or 0.

    `linalg.lu_factor` is to be preferred (`torch.lu`).

    >>> lu(tensor([[1.0, 2.0], [2.0, 2.0]]))[1]
    tensor([2, 2], dtype=autograd.int32)
    """
    factors, pivots, info = _factored("lu", input, pivot)
    if not get_infos:
        return factors, pivots
    return return_types.linalg_lu_factor_ex(factors, pivots, info)


@public(method=False)
def lu_unpack(
    LU_data: Tensor,  # noqa: N803
    LU_pivots: Tensor,  # noqa: N803
    unpack_data: bool = True,
    unpack_pivots: bool = True,
) -> Any:
    """P, L and U from what `linalg.lu_factor` returns; what is not wanted is empty.

    Source: `torch.lu_unpack`.

    >>> lu_unpack(*autograd.linalg.lu_factor(tensor([[1.0, 2.0], [2.0, 2.0]]))).P
    tensor([[0., 1.],
            [1., 0.]])
    """
    factors = a_tensor("lu_unpack", LU_data)
    empty = [wrap(np.empty(0, factors.dtype)) for _ in range(3)]
    lower, upper = _parted(factors) if unpack_data else empty[1:]
    swaps = empty[0]
    if unpack_pivots:
        pivots = _pivots("lu_unpack", factors, LU_pivots)
        swaps = wrap(_swaps(pivots, factors.shape[-2], factors.dtype))
    return return_types.lu_unpack(swaps, lower, upper)


def _pivots(name: str, factors: Tensor, pivots: Any) -> Any:
    """The raw pivots, checked."""
    found = a_tensor(name, pivots)._array
    if found.dtype != np.int32:
        raise RuntimeError(
            f"{name}: pivots should be a Tensor of scalar type torch.int32, got {found.dtype}: "
            "write pivots.int()"
        )
    wanted = (*factors.shape[:-2], min(factors.shape[-2:]))
    if found.shape[-1:] != wanted[-1:]:
        raise RuntimeError(
            f"{name}: Number of pivots per batch should be same as the dimension of the matrix: "
            f"of shape {found.shape}, for matrices of shape {factors.shape}"
        )
    if found.size and (found.min() < 1 or found.max() > factors.shape[-2]):
        raise RuntimeError(
            f"{name}: pivots should be between 1 and LU.size(-2) inclusive. Are you giving the "
            "pivots of linalg.lu_factor?"
        )
    return found


@public(name="linalg.lu_solve", method=False)
def linalg_lu_solve(
    LU: Tensor,  # noqa: N803
    pivots: Tensor,
    B: Tensor,  # noqa: N803
    *,
    left: bool = True,
    adjoint: bool = False,
) -> Tensor:
    """The solution of A X = B with the factors of A that `linalg.lu_factor` returns.

    With ``left=False`` of X A = B, with ``adjoint`` of A^T X = B.
    Source: `torch.linalg.lu_solve`.

    >>> factors = autograd.linalg.lu_factor(tensor([[1.0, 2.0], [2.0, 2.0]]))
    >>> autograd.linalg.lu_solve(*factors, tensor([[3.0], [4.0]]))
    tensor([[1.],
            [1.]])
    """
    return _lu_solve("linalg.lu_solve", LU, pivots, B, left, adjoint)


def _lu_solve(
    name: str, factors: Any, pivots: Any, b: Any, left: bool = True, adjoint: bool = False
) -> Tensor:
    factors, b = equation(name, factors, b, left)
    swaps = _swaps(_pivots(name, factors, pivots), factors.shape[-1], factors.dtype)
    if not left:
        b, adjoint = transposed(b), not adjoint
    if adjoint:
        turned = transposed(factors)
        half = apply(triangular_op, (turned, b), (False, False))
        result = wrap(swaps) @ apply(triangular_op, (turned, half), (True, True))
    else:
        half = apply(triangular_op, (factors, wrap(transposed(swaps)) @ b), (False, True))
        result = apply(triangular_op, (factors, half), (True, False))
    solution: Tensor = result if left else transposed(result)
    return solution


@public()
def lu_solve(input: Tensor, LU_data: Tensor, LU_pivots: Tensor) -> Tensor:  # noqa: N803
    """`linalg.lu_solve` with the arguments in another order (`torch.lu_solve`).

    >>> lu_solve(ones(2, 1), *autograd.linalg.lu_factor(2 * eye(2)))
    tensor([[0.5000],
            [0.5000]])
    """
    return _lu_solve("lu_solve", LU_data, LU_pivots, input)
