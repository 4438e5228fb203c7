"""Singular values by random projections, for matrices of low rank."""

from __future__ import annotations

from autograd.matrices import matrices, transposed
from autograd.ops.expanding import broadcast_to
from autograd.ops.factorizations import linalg_qr
from autograd.ops.reduction import mean
from autograd.ops.spectral import linalg_svd
from autograd.registry import public
from autograd.sampling import randn
from autograd.tensor import Tensor

__all__ = [
    "pca_lowrank",
    "svd_lowrank",
]


def _low_rank(a: Tensor, q: int, niter: int) -> tuple[Tensor, Tensor, Tensor]:
    """Halko, Martinsson and Tropp (2011), algorithms 4.4 and 5.1.

    A times ``q`` random vectors spans most of A's range; ``niter`` products with A^T and A
    bring it closer. What is left is a small matrix's decomposition.
    """
    wide = a.shape[-2] < a.shape[-1]
    if wide:
        a = transposed(a)
    basis = linalg_qr(a @ randn(a.shape[-1], q, dtype=a.dtype)).Q
    for _ in range(niter):
        basis = linalg_qr(transposed(a) @ basis).Q
        basis = linalg_qr(a @ basis).Q
    u, s, vh = linalg_svd(transposed(basis) @ a, full_matrices=False)
    u, v = basis @ u, transposed(vh)
    return (v, s, u) if wide else (u, s, v)


@public(method=False)
def svd_lowrank(
    A: Tensor,  # noqa: N803 - torch's name
    q: int | None = 6,
    niter: int | None = 2,
    M: Tensor | None = None,  # noqa: N803
) -> tuple[Tensor, Tensor, Tensor]:
    """U, S and V, about those of A, or of A - M, for its ``q`` largest singular values.

    It draws random numbers; ``niter`` iterations bring it closer (`torch.svd_lowrank`).

    >>> svd_lowrank(diag(tensor([4.0, 0.0, 0.0])), q=1)[1]
    tensor([4.])
    """
    a = matrices("svd_lowrank", A)
    if M is not None:
        a = a - broadcast_to(M, a.shape)
    return _low_rank(a, 6 if q is None else q, 2 if niter is None else niter)


@public(method=False)
def pca_lowrank(
    A: Tensor,  # noqa: N803
    q: int | None = None,
    center: bool = True,
    niter: int = 2,
) -> tuple[Tensor, Tensor, Tensor]:
    """`svd_lowrank` of the rows of A without their mean: the columns of V are principal axes.

    ``q`` is at most, and by default is up to 6, the shorter side (`torch.pca_lowrank`).
    Raises ValueError where ``q`` is no possible rank or ``niter`` is negative.

    >>> pca_lowrank(tensor([[1.0, 0.0], [3.0, 0.0]]), q=1)[1]
    tensor([1.4142])
    """
    a = matrices("pca_lowrank", A)
    side = min(a.shape[-2:])
    q = min(6, side) if q is None else q
    if not 0 <= q <= side:
        raise ValueError(
            f"q(={q}) must be non-negative integer and not greater than min(m, n)={side}"
        )
    if niter < 0:
        raise ValueError(f"niter(={niter}) must be non-negative integer")
    if center:
        a = a - mean(a, -2, keepdim=True)
    return _low_rank(a, q, niter)
