"""Weights with orthonormal columns or rows, as a parametrisation."""

from __future__ import annotations

from typing import TypeVar

from autograd import Tensor, cat, eye, finfo, geqrf, linalg, matrix_exp, no_grad, randn
from nn.module import Module
from nn.utils.parametrize import register_parametrization

M = TypeVar("M", bound=Module)

MAPS = ("matrix_exp", "cayley", "householder")


class _Orthogonal(Module):
    """An orthogonal matrix, or several, from a lower triangle."""

    base: Tensor | None

    def __init__(self, weight: Tensor, orthogonal_map: str, use_trivialization: bool) -> None:
        super().__init__()
        self.shape = weight.shape
        self.orthogonal_map = orthogonal_map
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, x: Tensor) -> Tensor:
        wide = x.shape[-2] < x.shape[-1]
        x = x.mT if wide else x
        rows, columns = x.shape[-2:]
        if self.orthogonal_map == "householder":
            below = x.tril(-1)
            scales = 2.0 / (1.0 + (below * below).sum(-2))
            signs = x.diagonal(dim1=-2, dim2=-1).detach().trunc()
            q = linalg.householder_product(below, scales) * signs.unsqueeze(-2)
        else:
            x = x.tril()
            if rows > columns:
                x = cat([x, x.new_zeros(*x.shape[:-1], rows - columns)], -1)
            skew = x - x.mT
            if self.orthogonal_map == "matrix_exp":
                q = matrix_exp(skew)
            else:  # Cayley's (1 - A/2)^-1 (1 + A/2)
                one = eye(rows, dtype=skew.dtype)
                q = linalg.solve(one - skew / 2, one + skew / 2)
            q = q[..., :columns]
        base = self._buffers.get("base")
        if base is not None:
            q = base @ q
        return q.mT if wide else q

    def right_inverse(self, value: Tensor) -> Tensor:
        """Where to start from for ``value``, made orthogonal."""
        if value.shape != self.shape:
            raise ValueError(
                f"Expected a matrix or batch of matrices of shape {self.shape}. "
                f"Got a tensor of shape {value.shape}."
            )
        wide = value.shape[-2] < value.shape[-1]
        q = value.mT if wide else value
        with no_grad():
            if "base" not in self._buffers:
                return self._reflectors(q, wide)
            rows, columns = q.shape[-2:]
            if rows > columns:
                more = randn(*q.shape[:-1], rows - columns, dtype=q.dtype)
                q = _orthonormal(cat([q, more], -1))
            else:
                q = q.clone() if _is_orthonormal(q) else _orthonormal(q)
            self.base = q
            start = value.new_zeros(value.shape)
            start.diagonal(dim1=-2, dim2=-1).fill_(-1.0)  # of which reflections make the identity
            return start

    def _reflectors(self, q: Tensor, wide: bool) -> Tensor:
        if self.orthogonal_map != "householder":
            raise NotImplementedError(
                "It is not possible to assign to the matrix exponential or the Cayley "
                "parametrizations when use_trivialization=False."
            )
        packed, scales = geqrf(q)
        signs = packed.diagonal(dim1=-2, dim2=-1)
        signs.sign_()
        signs[scales == 0.0] *= -1
        start: Tensor = packed.mT if wide else packed
        return start


def _is_orthonormal(q: Tensor) -> bool:
    rows, columns = q.shape[-2:]
    apart = (q.mT @ q - eye(columns, dtype=q.dtype)).abs()
    limit = 10.0 * rows * finfo(q.dtype).eps + 1e-5 * eye(columns, dtype=q.dtype)
    return bool((apart <= limit).all())


def _orthonormal(matrix: Tensor) -> Tensor:
    """Q of the decomposition QR, with the signs that make the diagonal of R positive."""
    packed, scales = geqrf(matrix)
    signs = packed.diagonal(dim1=-2, dim2=-1).sign()
    q: Tensor = linalg.householder_product(packed, scales) * signs.unsqueeze(-2)
    return q


def orthogonal(
    module: M,
    name: str = "weight",
    orthogonal_map: str | None = None,
    *,
    use_trivialization: bool = True,
) -> M:
    """Let a weight (..., m, n) have orthonormal columns, or rows where it is wide.

    `torch.nn.utils.parametrizations.orthogonal`: it is the exponential ("matrix_exp") or
    Cayley's transform ("cayley") of a skew-symmetric matrix, or a product of reflections
    ("householder"); by default the first for square ones and the last for others. With
    ``use_trivialization`` it starts from the weight, made orthogonal, which is kept as
    ``base``. After Lezcano Casado, "Trivializations for gradient-based optimization on
    manifolds" (2019). Returns the module.

    Raises ValueError where there is no such tensor, where it is no matrix, and for another map.

    >>> layer = nn.utils.parametrizations.orthogonal(nn.Linear(2, 3))
    >>> (layer.weight.T @ layer.weight).round(decimals=4).abs().tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    weight = getattr(module, name, None)
    if not isinstance(weight, Tensor):
        raise ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    if weight.ndim < 2:
        raise ValueError(
            f"Expected a matrix or batch of matrices. Got a tensor of {weight.ndim} dimensions."
        )
    if orthogonal_map is None:
        square = weight.shape[-2] == weight.shape[-1]
        orthogonal_map = "matrix_exp" if square else "householder"
    if orthogonal_map not in MAPS:
        raise ValueError(f"orthogonal_map has to be one of {MAPS}. Got: {orthogonal_map}")
    step = _Orthogonal(weight, orthogonal_map, use_trivialization)
    return register_parametrization(module, name, step, unsafe=True)
