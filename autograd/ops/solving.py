"""Linear equations and inverses, of matrices and of tensors that are matrices once joined."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.arguments import a_tensor
from autograd.dimensions import axis
from autograd.elimination import (
    eliminated,
    inverse as inverse_by_elimination,
    permutation,
    substituted,
)
from autograd.matrices import (
    equation,
    singular,
    square,
    transposed,
)
from autograd.operator import Op, apply
from autograd.ops.shape import flatten, reshape
from autograd.ops.transposing import permute
from autograd.registry import alias, public
from autograd.return_types import linalg_inv_ex, linalg_solve_ex
from autograd.tensor import Tensor, wrap

__all__ = [
    "inverse",
]


def _inverse(a: Any, name: str) -> Any:
    """The inverses; of singular matrices an error in the name of ``name``, or infinities."""
    try:
        return np.linalg.inv(a)
    except np.linalg.LinAlgError:
        info = eliminated(a)[2]
    if name and np.any(info):
        raise singular(
            name,
            info,
            "The diagonal element {info} is zero, the inversion could not be completed because "
            "the input matrix is singular; use linalg.pinv(A), or add a multiple of the identity",
        )
    return inverse_by_elimination(a)


inv_op = Op(
    "linalg_inv_ex",
    _inverse,
    "a",
    params="name",
    a=lambda g, y: -(transposed(y) @ g @ transposed(y)),
)
"""Inverses: ``inv_op(a, "")`` has infinities where a matrix is singular."""


def _solution(a: Any, b: Any, name: str) -> Any:
    try:
        return np.linalg.solve(a, b)
    except np.linalg.LinAlgError:
        lu, pivots, info = eliminated(a)
    if name and np.any(info):
        raise singular(
            name,
            info,
            "The solver failed because the input matrix is singular (its diagonal element {info} "
            "becomes zero); use linalg.lstsq(A, B), or add a multiple of the identity",
        )
    order = permutation(pivots, a.shape[-1])[..., None]
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    b = np.broadcast_to(b, (*batch, *b.shape[-2:]))
    swapped = np.take_along_axis(b, np.broadcast_to(order, (*batch, a.shape[-1], 1)), -2)
    return substituted(lu, substituted(lu, swapped, False, True), True, False)


solve_op: Op = Op(
    "linalg_solve_ex",
    _solution,
    "a b",
    params="name",
    a=lambda g, a, y: -(solve_op(transposed(a), g, "") @ transposed(y)),
    b=lambda g, a: solve_op(transposed(a), g, ""),
)
"""Solutions x of ``a @ x = b``, both of them stacks of matrices."""


@public(name="linalg.inv", method=False, numpy=(np.linalg.inv,))
def inv(A: Tensor) -> Tensor:  # noqa: N803 - torch's name
    """The inverses of square matrices (..., n, n); the gradient is -A^-T g A^-T.

    Raises LinAlgError for a singular one. Source: `torch.linalg.inv`.

    >>> autograd.linalg.inv(tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    result: Tensor = apply(inv_op, (square("linalg.inv", A),), ("linalg.inv",))
    return result


inverse = alias("inverse", inv)


@public(name="linalg.inv_ex", method=False)
def inv_ex(A: Tensor, *, check_errors: bool = False) -> Any:  # noqa: N803
    """`linalg.inv` that does not raise, and with it which pivot of each matrix was zero, or 0.

    Source: `torch.linalg.inv_ex`.

    >>> autograd.linalg.inv_ex(ones(2, 2)).info
    tensor(2, dtype=autograd.int32)
    """
    name = "linalg.inv_ex"
    a = square(name, A)
    result = apply(inv_op, (a,), (name if check_errors else "",))
    return linalg_inv_ex(result, _info(a._array, result._array))


def _info(a: Any, result: Any) -> Tensor:
    """Which pivot was zero, for each matrix; without a new elimination where none can be."""
    if np.isfinite(result).all():
        return wrap(np.zeros(a.shape[:-2], np.int32))
    return wrap(eliminated(a)[2])


@public(name="linalg.solve", method=False)
def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Tensor:  # noqa: N803
    """The solution X of A X = B, or of X A = B with ``left=False``.

    A is (..., n, n), B (..., n, k), or (..., n) without the batch of A broadcast, for
    vectors. With G = A^-T g the gradients are G for B and -G X^T for A. Raises LinAlgError
    for a singular A. Source: `torch.linalg.solve`.

    >>> autograd.linalg.solve(tensor([[2.0, 0.0], [0.0, 4.0]]), tensor([1.0, 1.0]))
    tensor([0.5000, 0.2500])
    """
    return _solve("linalg.solve", A, B, left, True)


def _solve(name: str, a: Any, b: Any, left: bool, check: bool) -> Tensor:
    a = square(name, a)
    vector = isinstance(b, Tensor) and (b.ndim == 1 or b.shape == a.shape[:-1])
    if vector and not left:
        raise RuntimeError(
            f"{name}: vectors of shape {b.shape} are columns: write left=True, or unsqueeze B"
        )
    a, b = equation(name, a, b.unsqueeze(-1) if vector else b, left)
    if not left:
        a, b = transposed(a), transposed(b)
    result: Tensor = apply(solve_op, (a, b), (name if check else "",))
    if not left:
        result = transposed(result)
    return result.squeeze(-1) if vector else result


@public(name="linalg.solve_ex", method=False)
def solve_ex(
    A: Tensor,  # noqa: N803
    B: Tensor,  # noqa: N803
    *,
    left: bool = True,
    check_errors: bool = False,
) -> Any:
    """`linalg.solve` that does not raise, and with it which pivot of each A was zero, or 0.

    Source: `torch.linalg.solve_ex`.

    >>> autograd.linalg.solve_ex(eye(2), ones(2)).info
    tensor(0, dtype=autograd.int32)
    """
    result = _solve("linalg.solve_ex", A, B, left, check_errors)
    return linalg_solve_ex(result, _info(A._array, result._array))


@public(name="linalg.tensorinv", method=False)
def tensorinv(A: Tensor, ind: int = 2) -> Tensor:  # noqa: N803 - torch's name
    """The tensor X with tensordot(A, X, ind) the identity.

    The first ``ind`` dimensions of A have as many elements as the others. Raises RuntimeError
    where they have not, LinAlgError where A is singular. Source: `torch.linalg.tensorinv`.

    >>> autograd.linalg.tensorinv(eye(6).reshape(2, 3, 6)).shape
    (6, 2, 3)
    """
    a = a_tensor("linalg.tensorinv", A)
    if ind <= 0:
        raise RuntimeError(f"Expected a strictly positive integer for 'ind', but got {ind}")
    if ind > a.ndim:
        raise RuntimeError(f"linalg.tensorinv: ind={ind}, but the tensor has {a.ndim} dimensions")
    front, back = a.shape[:ind], a.shape[ind:]
    if math.prod(front) != math.prod(back):
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[ind:]) == "
            f"prod(self.shape[:ind]), but got {math.prod(back)} != {math.prod(front)}"
        )
    return reshape(inv(reshape(a, (math.prod(front), math.prod(back)))), (*back, *front))


@public(name="linalg.tensorsolve", method=False)
def tensorsolve(A: Tensor, B: Tensor, dims: Sequence[int] | None = None) -> Tensor:  # noqa: N803
    """The tensor X with tensordot(A, X, X.ndim) = B.

    The first dimensions of A are those of B; ``dims`` are moved behind them first.
    Raises RuntimeError where A is no square matrix once its dimensions are joined.
    Source: `torch.linalg.tensorsolve`.

    >>> autograd.linalg.tensorsolve(eye(6).reshape(2, 3, 6), ones(2, 3))
    tensor([1., 1., 1., 1., 1., 1.])
    """
    a, b = a_tensor("linalg.tensorsolve", A), a_tensor("linalg.tensorsolve", B)
    if dims is not None:
        last = [axis(dim, a.ndim) for dim in dims]
        a = permute(a, [dim for dim in range(a.ndim) if dim not in last] + last)
    shape = a.shape[b.ndim :]
    count, rows = math.prod(shape), math.prod(a.shape[: b.ndim])
    if count != rows:
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == "
            f"prod(self.shape[:other.ndim]), but got {count} != {rows}"
        )
    return reshape(solve(reshape(a, (rows, count)), flatten(b)), shape)
