"""Distances and angles between vectors: the rows of two tensors, or pair by pair."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.arguments import a_tensor, cannot_broadcast, operands
from autograd.dimensions import axis
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.ops.norms import vector_norm
from autograd.registry import public
from autograd.tensor import Tensor

__all__ = [
    "cdist",
    "cosine_similarity",
    "pairwise_distance",
    "pdist",
]

MANY = 25
"""From so many points on, torch computes Euclidean distances by a matrix product."""


def _apart(a: Raw, b: Raw, by_product: bool) -> Raw:
    """Euclidean distances; |a|^2 + |b|^2 - 2 a b by one product, or the differences themselves."""
    if not by_product:
        return np.sqrt(np.sum(np.square(a[..., :, None, :] - b[..., None, :, :]), axis=-1))
    squares = np.sum(a * a, -1)[..., :, None] + np.sum(b * b, -1)[..., None, :]
    squares -= 2 * np.matmul(a, np.swapaxes(b, -1, -2))
    return np.sqrt(np.maximum(squares, 0, out=squares), out=squares)


def _pull(g: Any, y: Any) -> Any:
    """g / y, and 0 where the distance is 0: torch's subgradient."""
    return np.where(y == 0, 0, g / np.where(y == 0, 1, y))


def _gradient(weights: Any, a: Any, b: Any) -> Any:
    """The sum over j of weights[i, j] (a[i] - b[j])."""
    return np.sum(weights, axis=-1, keepdims=True) * a - np.matmul(weights, b)


_euclidean = Op(
    "cdist",
    _apart,
    "a b",
    params="by_product",
    a=lambda g, a, b, y: _gradient(_pull(g, y), a, b),
    b=lambda g, a, b, y: _gradient(np.swapaxes(_pull(g, y), -1, -2), b, a),
    blas=True,
)


@public(method=False)
def cdist(
    x1: Tensor,
    x2: Tensor,
    p: float = 2.0,
    compute_mode: str | None = "use_mm_for_euclid_dist_if_necessary",
) -> Tensor:
    """The p-norm distance of every row of ``x1`` to every row of ``x2`` (`torch.cdist`).

    Shapes (..., n, m) and (..., k, m), dimensions in front broadcast, give (..., n, k). The
    gradient is 0 where two rows are equal. ``compute_mode``: Euclidean distances come from a
    matrix product (faster, less exact) where there are more than 25 rows, always
    ("use_mm_for_euclid_dist") or never ("donot_use_mm_for_euclid_dist"). Raises RuntimeError
    where the rows differ in length, for fewer than two dimensions and for negative ``p``.

    >>> cdist(tensor([[0.0, 0.0]]), tensor([[3.0, 4.0], [0.0, 1.0]]))
    tensor([[5., 1.]])
    """
    a, b = a_tensor("cdist", x1), a_tensor("cdist", x2)
    if a.ndim < 2 or b.ndim < 2 or a.shape[-1] != b.shape[-1]:
        raise RuntimeError(
            "cdist(): expected at least two dimensions and rows of one length, but got shapes "
            f"{a.shape} and {b.shape}"
        )
    if a.dtype.kind != "f" or b.dtype.kind != "f":
        raise RuntimeError(f"cdist only supports floating-point dtypes, got {a.dtype}, {b.dtype}")
    if p < 0:
        raise RuntimeError(f"cdist only supports non-negative p values, got {p}")
    modes = ("use_mm_for_euclid_dist_if_necessary", "use_mm_for_euclid_dist")
    if compute_mode not in (None, *modes, "donot_use_mm_for_euclid_dist"):
        raise ValueError(f"{compute_mode} is not a valid value for compute_mode")
    try:
        front = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError:
        raise RuntimeError(
            f"cdist(): the dimensions in front of {a.shape} and {b.shape} do not broadcast"
        ) from None
    a, b = a.expand(*front, *a.shape[-2:]), b.expand(*front, *b.shape[-2:])
    if p != 2:
        apart: Tensor = vector_norm(a.unsqueeze(-2) - b.unsqueeze(-3), p, -1)
        return apart
    many = max(a.shape[-2], b.shape[-2]) > MANY
    by_product = compute_mode == modes[1] or (many and compute_mode in (None, modes[0]))
    result: Tensor = apply(_euclidean, (a, b), (by_product,))
    return result


@public(method=False)
def pdist(input: Tensor, p: float = 2.0) -> Tensor:
    """The p-norm distances of all pairs of rows of a matrix, a vector (`torch.pdist`).

    Shape (n, m) gives (n (n - 1) / 2,), in the order of the upper triangle of `cdist`.
    Raises RuntimeError for another rank than 2, integers, and a negative ``p``.

    >>> pdist(tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]]))
    tensor([5.0000, 1.0000, 4.2426])
    """
    if a_tensor("pdist", input).ndim != 2:
        raise RuntimeError(
            f"pdist only supports 2D tensors, got: {input.ndim}D; write cdist(x, x) for a batch"
        )
    if input.dtype.kind != "f":
        raise RuntimeError(f"pdist only supports floating-point dtypes, got {input.dtype}")
    if p < 0:
        raise RuntimeError(f"pdist only supports non-negative p values, got {p}")
    first, second = np.triu_indices(input.shape[0], 1)
    apart: Tensor = vector_norm(input[first] - input[second], p, -1)
    return apart


@public(method=False)
def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """The cosine of the angle of two vectors along ``dim``; norms are at least ``eps``.

    The inputs broadcast. Raises RuntimeError for integers and for shapes that do not fit
    (`torch.cosine_similarity`).

    >>> cosine_similarity(tensor([[1.0, 0.0]]), tensor([[1.0, 1.0]]))
    tensor([0.7071])
    """
    first, second = operands("cosine_similarity", x1, x2)
    if first.dtype.kind != "f":
        raise RuntimeError(
            "expected common dtype to be floating point, yet common dtype is "
            f"{first.dtype}: write x.float()"
        )
    try:
        shape = np.broadcast_shapes(first.shape, second.shape)
    except ValueError as error:
        raise cannot_broadcast("cosine_similarity", error, first, second) from None
    along = axis(dim, len(shape))
    units = [_unit(x if x.shape == shape else x.expand(shape), along, eps) for x in (first, second)]
    product: Tensor = (units[0] * units[1]).sum(along)
    return product


def _unit(x: Tensor, dim: int, eps: float) -> Tensor:
    """``x`` divided by its norm; the gradient is that of the norm where ``eps`` is, too."""
    norm = vector_norm(x, 2, dim, True)
    if (norm < eps).any():
        norm = norm + (norm.clamp(eps) - norm).detach()
    return x / norm


@public(method=False)
def pairwise_distance(
    x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Tensor:
    """The norm of x1 - x2 + eps over the last dimension (`torch.pairwise_distance`).

    >>> pairwise_distance(tensor([[3.0, 4.0]]), zeros(1, 2))
    tensor([5.0000])
    """
    return vector_norm(x1 - x2 + eps, p, -1, keepdim)
