"""Distances and similarities of vectors."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Tensor, cosine_similarity, pairwise_distance, pdist

__all__ = ["cosine_similarity", "normalize", "pairwise_distance", "pdist"]


def normalize(
    input: Tensor, p: float = 2.0, dim: Any = 1, eps: float = 1e-12, out: None = None
) -> Tensor:
    """x divided by its p-norm over ``dim``, which is taken as at least ``eps``.

    ``out`` is there for torch's argument order and must be None
    (`torch.nn.functional.normalize`).
    Raises RuntimeError for ``out``.

    >>> nn.functional.normalize(tensor([[3.0, 4.0]]))
    tensor([[0.6000, 0.8000]])
    """
    if out is not None:
        raise RuntimeError("normalize() writes into no out=: use the result, or x.copy_(result)")
    return input / autograd.norm(input, p, dim, True).clamp(eps)
