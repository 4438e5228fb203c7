"""Pseudoinverses, ranks and least squares: what is decided by the small singular values."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import return_types
from autograd.arguments import a_tensor, constants
from autograd.matrices import (
    broadcast_batches,
    matrices,
    of_one_dtype,
    square,
    transposed,
)
from autograd.operator import Op, apply
from autograd.registry import public
from autograd.tensor import Tensor, wrap

__all__ = [
    "pinverse",
]


def _cut(values: Any, shape: tuple[int, ...], atol: Any, rtol: Any) -> Any:
    """The bound, for each matrix, below which singular values count as zero.

    The larger one of ``atol`` and ``rtol`` times the largest value. Where only one is given,
    the other is 0; where none is, ``rtol`` is the matrix's longer side times epsilon.
    """
    low = 0.0 if atol is None else np.asarray(atol)
    if rtol is None:
        default = max(shape[-2:]) * float(np.finfo(values.dtype).eps)
        rtol = np.where(np.asarray(low) > 0, 0.0, default)
    return np.maximum(low, rtol * values.max(-1, initial=0))[..., None]


def _values(a: Any, hermitian: bool) -> Any:
    if hermitian:
        return np.abs(np.linalg.eigvalsh(a))
    return np.linalg.svd(a, compute_uv=False)


def _pseudoinverse(a: Any, atol: Any, rtol: Any, hermitian: bool) -> Any:
    if hermitian:
        values, right = np.linalg.eigh(a)
        left, size = transposed(right), np.abs(values)
    else:
        u, values, vh = np.linalg.svd(a, full_matrices=False)
        left, right, size = transposed(u), transposed(vh), values
    kept = size > _cut(size, a.shape, atol, rtol)
    inverse = np.where(kept, 1 / np.where(kept, values, 1), 0).astype(a.dtype)
    return (right * inverse[..., None, :]) @ left


def _rule(g: Any, a: Any, y: Any) -> Any:
    """-P^T g P^T, and what leaves the spans: (1 - A P) g^T P P^T + P^T P g^T (1 - P A)."""
    turned, back = transposed(y), transposed(g)
    first, second = back @ y @ turned, turned @ y @ back
    return first - a @ (y @ first) + second - second @ y @ a - turned @ g @ turned


_pinv = Op(
    "linalg_pinv",
    _pseudoinverse,
    "a",
    params="atol rtol hermitian",
    a=_rule,
)


@public(name="linalg.pinv", method=False, numpy=(np.linalg.pinv,))
def pinv(
    A: Tensor,  # noqa: N803 - torch's name
    rcond: Any = None,
    hermitian: bool = False,
    *,
    atol: Any = None,
    rtol: Any = None,
) -> Tensor:
    """The pseudoinverses (..., n, m) of matrices (..., m, n).

    Singular values up to the larger one of ``atol`` and ``rtol`` times the largest count as
    zero; ``rtol``, or ``rcond``, is max(m, n) times epsilon unless ``atol`` is given.
    ``hermitian``: the matrices are symmetric. Source: `torch.linalg.pinv`.

    >>> autograd.linalg.pinv(tensor([[2.0, 0.0], [0.0, 0.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.0000]])
    """
    return _pinv_of("linalg.pinv", A, atol, rtol if rcond is None else rcond, hermitian)


def _pinv_of(name: str, value: Any, atol: Any, rtol: Any, hermitian: bool) -> Tensor:
    a = square(name, value) if hermitian else matrices(name, value)
    constants(name, atol=atol, rtol=rtol)
    params = (_plain(name, atol), _plain(name, rtol), bool(hermitian))
    result: Tensor = apply(_pinv, (a,), params)
    return result


def _plain(name: str, bound: Any) -> Any:
    """A bound as a raw array, a number or None."""
    raw = getattr(bound, "_array", bound)
    if isinstance(bound, str) or np.asarray(raw).dtype.kind == "c":
        raise TypeError(f"{name}(): atol and rtol must be numbers or tensors, not {bound!r}")
    return raw


@public()
def pinverse(input: Tensor, rcond: float = 1e-15) -> Tensor:
    """`linalg.pinv` with ``rtol=rcond`` (`torch.pinverse`).

    >>> pinverse(tensor([[2.0], [0.0]]))
    tensor([[0.5000, 0.0000]])
    """
    return _pinv_of("pinverse", input, None, rcond, False)


@public(name="linalg.matrix_rank", method=False)
def matrix_rank(
    A: Tensor,  # noqa: N803
    tol: Any = None,
    hermitian: bool = False,
    *,
    atol: Any = None,
    rtol: Any = None,
) -> Tensor:
    """How many singular values are above the bound; see `linalg.pinv`. ``tol`` is absolute.

    Source: `torch.linalg.matrix_rank`.

    >>> autograd.linalg.matrix_rank(tensor([[1.0, 1.0], [1.0, 1.0]]))
    tensor(1)
    """
    name = "linalg.matrix_rank"
    a = (square(name, A) if hermitian else matrices(name, A))._array
    if tol is not None:
        atol, rtol = tol, 0.0
    values = _values(a, hermitian)
    cut = _cut(values, a.shape, _plain(name, atol), _plain(name, rtol))
    return wrap(np.asarray((values > cut).sum(-1, dtype=np.int64)))


@public(name="linalg.lstsq", method=False, keywords={"b": "B"})
def lstsq(
    A: Tensor,  # noqa: N803
    B: Tensor,  # noqa: N803
    rcond: float | None = None,
    *,
    driver: str | None = None,
) -> Any:
    """The X of least norm that makes A X - B least; residuals, rank, singular values.

    A is (..., m, n), B (..., m, k) or (..., m). ``driver`` is LAPACK's: "gelsy" (default),
    "gels", "gelsd" or "gelss"; it decides what is returned beside the solution, which is by
    singular values for all of them: ranks by all but "gels", singular values by the last
    two, and by all but "gelsy" the sums of squares that remain, for m > n and full rank.
    Raises RuntimeError for other drivers and for shapes or dtypes that do not fit.
    Source: `torch.linalg.lstsq`.

    >>> autograd.linalg.lstsq(tensor([[2.0], [0.0]]), tensor([[4.0], [1.0]])).solution
    tensor([[2.]])
    """
    name = "linalg.lstsq"
    driver = driver or "gelsy"
    if driver not in ("gels", "gelsy", "gelsd", "gelss"):
        raise RuntimeError(
            f"{name}: parameter `driver` should be one of (gels, gelsy, gelsd, gelss), "
            f"not {driver!r}"
        )
    a = matrices(name, A)
    b = a_tensor(name, B)
    vector = b.shape == a.shape[:-1]
    b = matrices(name, b.unsqueeze(-1) if vector else b)
    of_one_dtype(name, a, b)
    if a.shape[-2] != b.shape[-2]:
        raise RuntimeError(
            f"{name}: A and B must have as many rows, but their shapes are {a.shape} and {B.shape}"
        )
    broadcast_batches(name, a, b)
    bound = max(a.shape[-2:]) * float(np.finfo(a.dtype).eps) if rcond is None else float(rcond)
    solution = _pinv_of(name, a, None, 0.0 if driver == "gels" else bound, False) @ b
    values = np.linalg.svd(a._array, compute_uv=False)
    rank = (values > _cut(values, a.shape, None, bound)).sum(-1, dtype=np.int64)
    none = wrap(np.empty(0, a.dtype))
    residuals = solution.flatten()[:0]
    full = driver == "gels" or bool((rank == a.shape[-1]).all())
    if a.shape[-2] > a.shape[-1] and driver != "gelsy" and full:
        residuals = ((a @ solution - b) ** 2).sum(-2)
    return return_types.linalg_lstsq(
        solution.squeeze(-1) if vector else solution,
        residuals,
        wrap(np.empty(0, np.int64) if driver == "gels" else np.asarray(rank)),
        wrap(values) if driver in ("gelsd", "gelss") else none,
    )
