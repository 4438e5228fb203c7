"""Linear equations with triangular matrices, and with their products."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import return_types
from autograd.elimination import substituted
from autograd.matrices import (
    broadcast_batches,
    equation,
    identity,
    square,
    transposed,
)
from autograd.operator import Op, apply
from autograd.ops.expanding import expand
from autograd.ops.shape import clone
from autograd.registry import public
from autograd.tensor import Tensor

__all__ = [
    "cholesky_inverse",
    "cholesky_solve",
    "triangular_solve",
]


def _of_matrix(g: Any, a: Any, y: Any, upper: bool, unit: bool) -> Any:
    """-A^-T g X^T in the triangle that was read."""
    whole = -(triangular_op(transposed(a), g, not upper, unit) @ transposed(y))
    return np.triu(whole, int(unit)) if upper else np.tril(whole, -int(unit))


triangular_op: Op = Op(
    "linalg_solve_triangular",
    substituted,
    "a b",
    params="upper unit",
    a=_of_matrix,
    b=lambda g, a, upper, unit: triangular_op(transposed(a), g, not upper, unit),
)
"""Solutions x of ``a @ x = b`` with one triangle of ``a``: (a, b, upper, unit)."""


def right_solved(a: Any, b: Any, upper: bool, unit: bool) -> Any:
    """Solutions x of ``x @ a = b``, of raw arrays or tensors."""
    return transposed(triangular_op(transposed(a), transposed(b), not upper, unit))


@public(name="linalg.solve_triangular", method=False)
def solve_triangular(
    A: Tensor,  # noqa: N803 - torch's name
    B: Tensor,  # noqa: N803
    *,
    upper: bool,
    left: bool = True,
    unitriangular: bool = False,
) -> Tensor:
    """The solution X of A X = B (X A = B with ``left=False``) with one triangle of A.

    A is (..., n, n), B (..., n, k). The other triangle is not read, nor with
    ``unitriangular`` the diagonal, which then is 1; a zero on it gives infinities.
    Source: `torch.linalg.solve_triangular`.

    >>> a = tensor([[2.0, 9.0], [1.0, 4.0]])
    >>> autograd.linalg.solve_triangular(a, tensor([[2.0], [5.0]]), upper=False)
    tensor([[1.],
            [1.]])
    """
    a, b = equation("linalg.solve_triangular", A, B, left)
    if not left:
        return right_solved(a, b, bool(upper), bool(unitriangular))  # type: ignore[no-any-return]
    result: Tensor = apply(triangular_op, (a, b), (bool(upper), bool(unitriangular)))
    return result


@public(keywords={"input": "b"})
def triangular_solve(
    b: Tensor,
    A: Tensor,  # noqa: N803
    upper: bool = True,
    transpose: bool = False,
    unitriangular: bool = False,
) -> Any:
    """The solution of A X = b, or A^T X = b, with one triangle of A; and a copy of A.

    `linalg.solve_triangular` is to be preferred (`torch.triangular_solve`).

    >>> triangular_solve(ones(2, 1), eye(2)).solution
    tensor([[1.],
            [1.]])
    """
    a, b = equation("triangular_solve", A, b)
    batch = broadcast_batches("triangular_solve", a, b)
    turned = transposed(a) if transpose else a
    params = (bool(upper) != bool(transpose), bool(unitriangular))
    solution = apply(triangular_op, (turned, b), params)
    return return_types.triangular_solve(solution, clone(expand(a, *batch, *a.shape[-2:])))


@public(keywords={"input2": "L"})
def cholesky_solve(input: Tensor, L: Tensor, upper: bool = False) -> Tensor:  # noqa: N803
    """The solution of A X = input for A = L L^T, or A = L^T L with ``upper``.

    Only that triangle of L is read. Source: `torch.cholesky_solve`.

    >>> cholesky_solve(ones(2, 1), 2 * eye(2))
    tensor([[0.2500],
            [0.2500]])
    """
    factor, b = equation("cholesky_solve", L, input)
    if upper:
        factor = transposed(factor)
    half = apply(triangular_op, (factor, b), (False, False))
    result: Tensor = apply(triangular_op, (transposed(factor), half), (True, False))
    return result


@public()
def cholesky_inverse(input: Tensor, upper: bool = False) -> Tensor:
    """The inverse of L L^T, or of L^T L with ``upper`` (`torch.cholesky_inverse`).

    >>> cholesky_inverse(tensor([[2.0, 0.0], [0.0, 1.0]]))
    tensor([[0.2500, 0.0000],
            [0.0000, 1.0000]])
    """
    factor = square("cholesky_inverse", input)
    if upper:
        factor = transposed(factor)
    half = apply(triangular_op, (factor, identity(factor)), (False, False))
    return transposed(half) @ half  # type: ignore[no-any-return]
