"""Attention: a mean of values, weighed by how well their keys fit a query."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.arguments import a_tensor
from autograd.ops.dropout import drop
from autograd.ops.masking import masked_fill
from autograd.ops.products import matmul
from autograd.ops.softmax import softmax
from autograd.tensor import Tensor, wrap

__all__: list[str] = []


def attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None,
    dropout: float,
    causal: bool,
    scale: float | None,
) -> Tensor:
    """softmax(q k^T scale + mask) v; a query to which all is masked gets 0.

    A mask of bools says what counts, one of floats is added. With ``causal`` a query sees
    the keys that do not come after it.
    """
    _check(query, key, value, mask, causal)
    if scale is None:
        scale = 1 / math.sqrt(query.shape[-1]) if query.shape[-1] else math.inf
    if causal:
        mask = wrap(np.tri(query.shape[-2], key.shape[-2], dtype=np.bool_))
    scores = matmul(query * scale, key.transpose(-2, -1))
    weights = softmax(scores, -1) if mask is None else _masked_softmax(scores, mask)
    return matmul(dropped(weights, dropout), value)


def _masked_softmax(scores: Tensor, mask: Tensor) -> Tensor:
    """The softmax of what is not masked, and 0 where nothing is left."""
    if mask.dtype.kind == "b":
        seen = mask._array
        scores = masked_fill(scores, wrap(~seen), -math.inf)
    else:
        seen = mask._array != -np.inf
        scores = scores + mask
    none = ~seen.any(-1, keepdims=True)
    if not none.any():
        return softmax(scores, -1)
    lost = wrap(none)
    return masked_fill(softmax(masked_fill(scores, lost, 0.0), -1), lost, 0.0)


def dropped(weights: Tensor, p: float) -> Tensor:
    """Weights of which each is 0 with probability ``p``, the others larger by 1/(1 - p)."""
    if p <= 0:
        return weights
    return drop(weights, p, True, features=False, alpha=False)


def _check(query: Any, key: Any, value: Any, mask: Any, causal: bool) -> None:
    kinds = [a_tensor("scaled_dot_product_attention", each).dtype for each in (query, key, value)]
    if min(query.ndim, key.ndim, value.ndim) < 2:
        raise RuntimeError(
            "Expected query, key, and value to all be at least 2 dimensional, but got query.dim: "
            f"{query.ndim} key.dim: {key.ndim} and value.dim: {value.ndim} instead."
        )
    if len(set(kinds)) > 1:
        raise RuntimeError(
            "Expected query, key, and value to have the same dtype, but got query.dtype: "
            f"{kinds[0]} key.dtype: {kinds[1]} and value.dtype: {kinds[2]} instead."
        )
    if kinds[0].kind != "f":
        raise RuntimeError(f"attention is of floats, not {kinds[0]}: write query.float()")
    if mask is None:
        return
    if a_tensor("scaled_dot_product_attention", mask).dtype not in (np.bool_, np.float32, kinds[0]):
        raise RuntimeError(
            "Expected attn_mask dtype to be bool or float or to match query dtype, but got "
            f"attn_mask.dtype: {mask.dtype} and query.dtype: {kinds[0]} instead."
        )
    if causal:
        raise RuntimeError(
            "scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True"
        )
