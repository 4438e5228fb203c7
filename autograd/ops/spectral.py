"""Singular values and eigenvalues of symmetric matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import return_types
from autograd.grad_mode import mode
from autograd.matrices import identity, matrices, square, transposed
from autograd.operator import Op, apply
from autograd.registry import public
from autograd.tensor import Tensor, wrap

__all__ = [
    "svd",
]


def _differences(values: Any) -> Any:
    """v_j - v_i at (i, j), and 1 on the diagonal, to divide by."""
    return values[..., None, :] - values[..., :, None] + identity(values)


def _skew(x: Any) -> Any:
    return x - transposed(x)


def _singular_rule(gs: Any, y: Any) -> Any:
    """The gradient of U, S and V^T, of what they have in common with the reduced form.

    In the basis of the singular vectors the change of U and of V is skew, each entry divided
    by s_j^2 - s_i^2; what leaves their spans is divided by S alone.
    """
    u, s, vh = y
    gu, gs, gvh = gs
    count = s.shape[-1]
    gu, u = _reduced(gu, "U", count, -1), u[..., :, :count]
    gvh, vh = _reduced(gvh, "Vh", count, -2), vh[..., :count, :]
    if gu is None and gvh is None:
        return None if gs is None else (u * gs[..., None, :]) @ vh
    inner = 0.0 if gs is None else gs[..., None, :] * identity(s)
    gaps = _differences(s * s)
    outside: list[Any] = []
    if gu is not None:
        across = transposed(u) @ gu
        inner = inner + _skew(across) / gaps * s[..., None, :]
        if u.shape[-2] > count:
            outside.append(((gu - u @ across) / s[..., None, :]) @ vh)
    if gvh is not None:
        across = vh @ transposed(gvh)
        inner = inner + s[..., :, None] * (_skew(across) / gaps)
        if vh.shape[-1] > count:
            outside.append(u @ ((gvh - transposed(across) @ vh) / s[..., :, None]))
    return sum(outside, u @ inner @ vh)


def _reduced(g: Any, name: str, count: int, dim: int) -> Any:
    """The gradient of the vectors that belong to a singular value; the others have none."""
    if g is None or g.shape[dim] == count:
        return g
    reduced, rest = (g[..., :count], g[..., count:])
    if dim == -2:
        reduced, rest = g[..., :count, :], g[..., count:, :]
    if np.any(getattr(rest, "_array", rest)):
        raise RuntimeError(
            f"linalg.svd: the vectors of {name} from number {count} on, which full_matrices=True "
            "adds, are any basis of what is left: they have no derivative. Write "
            f"full_matrices=False, or compute from the first {count} only"
        )
    return reduced


_svd = Op(
    "linalg_svd",
    lambda a, full: tuple(np.linalg.svd(a, full_matrices=full)),
    "a",
    params="full",
    outputs=True,
    a=_singular_rule,
)
_svd.nones = True


def _eigen_rule(gs: Any, y: Any) -> Any:
    """In the basis of the eigenvectors V the change of V is skew: the skew part of V^T gV counts.

    Its entries are divided by v_j - v_i, which leaves a symmetric gradient.
    """
    gvalues, gvectors = gs
    values, vectors = y
    if gvectors is None:
        inner = None if gvalues is None else vectors * gvalues[..., None, :]
        return None if inner is None else inner @ transposed(vectors)
    inner = _skew(transposed(vectors) @ gvectors) / (2 * _differences(values))
    diagonal = np.eye(values.shape[-1], dtype=bool)
    inner = np.where(diagonal, 0.0 if gvalues is None else gvalues[..., None, :], inner)
    return vectors @ inner @ transposed(vectors)


_eigh = Op(
    "linalg_eigh",
    lambda a, triangle: tuple(np.linalg.eigh(a, triangle)),
    "a",
    params="triangle",
    outputs=True,
    a=_eigen_rule,
)
_eigh.nones = True


@public(name="linalg.svd", method=False, numpy=(np.linalg.svd,))
def linalg_svd(
    A: Tensor,  # noqa: N803 - torch's name
    full_matrices: bool = True,
    *,
    driver: str | None = None,
) -> Any:
    """U, S and V^T with A = U diag(S) V^T, the singular values S from large to small.

    A is (..., m, n); with ``full_matrices`` U is (..., m, m) and V^T (..., n, n), else both
    have min(m, n) vectors. Vectors have a derivative where no singular value repeats, and
    none beyond the first min(m, n), which raises RuntimeError. Source: `torch.linalg.svd`.

    >>> autograd.linalg.svd(tensor([[3.0, 0.0], [0.0, 4.0]])).S
    tensor([4., 3.])
    """
    _no_driver("linalg.svd", driver)
    found = apply(_svd, (matrices("linalg.svd", A),), (bool(full_matrices),))
    return return_types.linalg_svd(*found)


def _no_driver(name: str, driver: Any) -> None:
    if driver is not None:
        raise RuntimeError(f"{name}: keyword argument `driver=` is only supported on CUDA inputs")


@public(name="linalg.svdvals", method=False)
def svdvals(A: Tensor, *, driver: str | None = None) -> Tensor:  # noqa: N803
    """The singular values, from large to small; they always have a gradient.

    Source: `torch.linalg.svdvals`.

    >>> autograd.linalg.svdvals(tensor([[3.0, 0.0], [0.0, 4.0]]))
    tensor([4., 3.])
    """
    _no_driver("linalg.svdvals", driver)
    a = matrices("linalg.svdvals", A)
    if a.requires_grad and mode().grad:
        values: Tensor = apply(_svd, (a,), (False,))[1]
        return values
    return wrap(np.linalg.svd(a._array, compute_uv=False))


@public()
def svd(input: Tensor, some: bool = True, compute_uv: bool = True) -> Any:
    """U, S and V, not transposed, in the reduced form unless ``some=False`` (`torch.svd`).

    Without ``compute_uv`` U and V are zeros. `linalg.svd` is to be preferred.

    >>> svd(tensor([[3.0, 0.0], [0.0, 4.0]])).S
    tensor([4., 3.])
    """
    a = matrices("svd", input)
    if compute_uv:
        u, s, vh = apply(_svd, (a,), (not some,))
        return return_types.svd(u, s, transposed(vh))
    batch, (rows, columns) = a.shape[:-2], a.shape[-2:]
    u, v = (wrap(np.zeros((*batch, n, n), a.dtype)) for n in (rows, columns))
    return return_types.svd(u, svdvals(a), v)


def _triangle(name: str, UPLO: Any) -> Any:  # noqa: N803
    triangle = UPLO.upper() if isinstance(UPLO, str) else UPLO
    if triangle not in ("L", "U"):
        raise RuntimeError(f"{name}: expected UPLO argument to be 'L' or 'U', but got {UPLO!r}")
    return triangle


@public(name="linalg.eigh", method=False, numpy=(np.linalg.eigh,))
def eigh(A: Tensor, UPLO: str = "L") -> Any:  # noqa: N803
    """The eigenvalues of symmetric matrices, from small to large, and the eigenvectors.

    Only one triangle is read, the lower one or with ``UPLO="U"`` the upper one; the gradient
    is that of a symmetric matrix. Vectors have a derivative where no value repeats.
    Source: `torch.linalg.eigh`.

    >>> autograd.linalg.eigh(tensor([[2.0, 1.0], [1.0, 2.0]])).eigenvalues
    tensor([1., 3.])
    """
    a, triangle = square("linalg.eigh", A), _triangle("linalg.eigh", UPLO)
    return return_types.linalg_eigh(*apply(_eigh, (a,), (triangle,)))


@public(name="linalg.eigvalsh", method=False, numpy=(np.linalg.eigvalsh,))
def eigvalsh(A: Tensor, UPLO: str = "L") -> Tensor:  # noqa: N803
    """The eigenvalues of symmetric matrices, from small to large; see `linalg.eigh`.

    Source: `torch.linalg.eigvalsh`.

    >>> autograd.linalg.eigvalsh(tensor([[2.0, 1.0], [1.0, 2.0]]))
    tensor([1., 3.])
    """
    a, triangle = square("linalg.eigvalsh", A), _triangle("linalg.eigvalsh", UPLO)
    if a.requires_grad and mode().grad:
        values: Tensor = apply(_eigh, (a,), (triangle,))[0]
        return values
    return wrap(np.linalg.eigvalsh(a._array, triangle))
