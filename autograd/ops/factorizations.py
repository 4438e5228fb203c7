"""Factorisations of matrices: cholesky and qr."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import return_types
from autograd.matrices import matrices, singular, square, transposed
from autograd.operator import Op, apply
from autograd.ops.triangular import right_solved, triangular_op
from autograd.registry import public
from autograd.tensor import Tensor

__all__ = [
    "cholesky",
    "qr",
]


def _leading_minor(a: Any) -> int:
    """The order of the smallest leading minor that is not positive definite, or 0."""
    low, high = 0, len(a) + 1  # up to low it is, from high on it is not
    while high - low > 1:
        middle = (low + high) // 2
        try:
            np.linalg.cholesky(a[:middle, :middle])
        except np.linalg.LinAlgError:
            high = middle
        else:
            low = middle
    return 0 if high > len(a) else high


def _as_far_as_it_goes(a: Any) -> tuple[Any, Any]:
    """The factors and, of each matrix, `_leading_minor`; its columns from there on are A's."""
    batch = np.tril(a.reshape(-1, *a.shape[-2:]))
    info = np.array([_leading_minor(each) for each in batch], np.int32)
    for each, order in zip(batch, info, strict=True):
        count = order - 1 if order else len(each)
        each[:count, :count] = np.linalg.cholesky(each[:count, :count])
        each[count:, :count] = np.linalg.solve(each[:count, :count], each[count:, :count].T).T
    return batch.reshape(a.shape), info.reshape(a.shape[:-2])[()]


def _cholesky_kernel(a: Any, upper: bool, name: str) -> tuple[Any, Any]:
    lower = transposed(a) if upper else a
    try:
        factor, info = np.linalg.cholesky(lower), np.zeros(a.shape[:-2], np.int32)
    except np.linalg.LinAlgError:
        factor, info = _as_far_as_it_goes(lower)
    if name and info.any():
        raise singular(
            name,
            info,
            "The factorization could not be completed because the input is not positive-definite "
            "(the leading minor of order {info} is not positive-definite)",
        )
    return transposed(factor) if upper else factor, info


def _cholesky_rule(gs: Any, y: Any, upper: bool) -> Any:
    """L^-T S L^-1 with the lower triangle of L^T g, made symmetric, in the place of S."""
    if gs[0] is None:
        return None
    g, factor = (transposed(gs[0]), transposed(y[0])) if upper else (gs[0], y[0])
    whole = transposed(factor) @ g
    inner = (np.tril(whole) + transposed(np.tril(whole, -1))) * 0.5
    return right_solved(factor, triangular_op(transposed(factor), inner, True, False), False, False)


_cholesky = Op(
    "linalg_cholesky_ex",
    _cholesky_kernel,
    "a",
    params="upper name",
    outputs=True,
    a=_cholesky_rule,
)
_cholesky.nones = True


@public(name="linalg.cholesky", method=False, numpy=(np.linalg.cholesky,))
def linalg_cholesky(A: Tensor, *, upper: bool = False) -> Tensor:  # noqa: N803 - torch's name
    """The lower triangular L with A = L L^T, or with ``upper`` its transpose.

    A is symmetric and positive definite, else LinAlgError is raised; only one triangle of it
    is read, the one that L has. The gradient is that of a symmetric matrix.
    Source: `torch.linalg.cholesky`.

    >>> autograd.linalg.cholesky(tensor([[4.0, 2.0], [2.0, 5.0]]))
    tensor([[2., 0.],
            [1., 2.]])
    """
    a = square("linalg.cholesky", A)
    factor: Tensor = apply(_cholesky, (a,), (bool(upper), "linalg.cholesky"))[0]
    return factor


@public()
def cholesky(input: Tensor, upper: bool = False) -> Tensor:
    """`linalg.cholesky`, which is to be preferred (`torch.cholesky`).

    >>> cholesky(tensor([[4.0, 2.0], [2.0, 5.0]]))
    tensor([[2., 0.],
            [1., 2.]])
    """
    factor: Tensor = apply(_cholesky, (square("cholesky", input),), (bool(upper), "cholesky"))[0]
    return factor


@public(name="linalg.cholesky_ex", method=False)
def cholesky_ex(
    A: Tensor,  # noqa: N803
    *,
    upper: bool = False,
    check_errors: bool = False,
) -> Any:
    """`linalg.cholesky` that does not raise, and the order of the minor at which it ended, or 0.

    Source: `torch.linalg.cholesky_ex`.

    >>> autograd.linalg.cholesky_ex(-eye(2)).info
    tensor(1, dtype=autograd.int32)
    """
    name = "linalg.cholesky_ex"
    params = (bool(upper), name if check_errors else "")
    return return_types.linalg_cholesky_ex(*apply(_cholesky, (square(name, A),), params))


def _qr_kernel(a: Any, mode: str) -> tuple[Any, Any]:
    if mode == "r":
        return np.empty(0, a.dtype), np.linalg.qr(a, "r")
    return tuple(np.linalg.qr(a, mode))  # type: ignore[call-overload]


def _qr_rule(gs: Any, y: Any, mode: str, a_shape: tuple[int, ...]) -> Any:
    """(gQ + Q S) R^-T, S the symmetric matrix with the lower triangle of R gR^T - gQ^T Q.

    Of a wide A = [X | Y] with R = [U | V], X = Q U, and V = Q^T Y is a product.
    """
    gq, gr = gs
    if gq is None and gr is None:
        return None
    rows, columns = a_shape[-2:]
    if mode == "r":
        raise RuntimeError(
            "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. "
            "Please use linalg.qr(A, mode='reduced') if you are going to differentiate through it."
        )
    if mode == "complete" and rows > columns:
        raise RuntimeError(
            "The QR decomposition is not differentiable when mode='complete' and nrows > ncols: "
            f"the last {rows - columns} columns of Q are any basis of what is left; write "
            "mode='reduced'"
        )
    q, r = y
    of_rest = None
    if rows < columns:
        if gr is not None:
            of_rest = q @ gr[..., rows:]
            rest = q @ r[..., rows:] @ transposed(gr[..., rows:])
            gq, gr = rest if gq is None else gq + rest, gr[..., :rows]
        r = r[..., :rows]
    whole = 0.0 if gr is None else r @ transposed(gr)
    if gq is not None:
        whole = whole - transposed(gq) @ q
    turned = q @ (np.tril(whole) + transposed(np.tril(whole, -1)))
    found = right_solved(transposed(r), turned if gq is None else gq + turned, False, False)
    if rows >= columns:
        return found
    if of_rest is None:
        of_rest = np.zeros((*a_shape[:-1], columns - rows), found.dtype)
    return np.concatenate([found, of_rest], -1)


_qr = Op("linalg_qr", _qr_kernel, "a", params="mode", outputs=True, a=_qr_rule)
_qr.nones = True


@public(name="linalg.qr", method=False)
def linalg_qr(A: Tensor, mode: str = "reduced") -> Any:  # noqa: N803
    """Q with orthonormal columns and an upper triangular R with A = Q R.

    A is (..., m, n). "reduced": Q has min(m, n) columns; "complete": m, which has a
    derivative for m <= n alone; "r": Q is empty, and there is no derivative.
    Raises RuntimeError for another mode.
    Source: `torch.linalg.qr`.

    >>> autograd.linalg.qr(tensor([[3.0, 1.0], [0.0, 2.0]])).R
    tensor([[3., 1.],
            [0., 2.]])
    """
    a = matrices("linalg.qr", A)
    if mode not in ("reduced", "complete", "r"):
        raise RuntimeError(
            f"qr received unrecognized mode {mode!r} but expected one of 'reduced' (default), 'r', "
            "or 'complete'"
        )
    return return_types.linalg_qr(*apply(_qr, (a,), (mode,)))


@public()
def qr(input: Tensor, some: bool = True) -> Any:
    """`linalg.qr`, reduced or with ``some=False`` complete (`torch.qr`).

    >>> qr(eye(2)).Q.shape
    (2, 2)
    """
    a = matrices("qr", input)
    return return_types.qr(*apply(_qr, (a,), ("reduced" if some else "complete",)))
