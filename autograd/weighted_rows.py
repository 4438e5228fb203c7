"""Sums of a few weighted rows of a matrix, picked by index.

With rows r, weights w and gradients g, the number ``sum over k, p of w[k, p] (r[at[k, p]] . g[p])``
is linear in each of the three. Its derivatives by each are the three operators here, and
they are each other's rules, to any order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.add_at import add_rows
from autograd.graph import Raw
from autograd.operator import Op


def _picked(rows: Raw, at: Any) -> Raw:
    """The rows at ``at``; zeros where it is -1."""
    found = np.take(rows, at, 0, mode="clip")
    outside = at < 0
    if outside.any():
        found[outside] = 0
    return found


def _sum(rows: Raw, weights: Raw, at: Any) -> Raw:
    out = np.zeros((at.shape[1], rows.shape[1]), rows.dtype)
    for places, weight in zip(at, weights, strict=True):
        part = _picked(rows, places)
        part *= weight[:, None]
        out += part
    return out


def _spread(g: Raw, weights: Raw, at: Any, count: int) -> Raw:
    out = np.zeros((count + 1, g.shape[1]), g.dtype)  # what is outside goes to one row more
    for places, weight in zip(at, weights, strict=True):
        out = add_rows(out, np.where(places < 0, count, places), g * weight[:, None])
    return out[:count]


def _agree(rows: Raw, g: Raw, at: Any) -> Raw:
    return np.stack([np.einsum("pc,pc->p", _picked(rows, places), g) for places in at])


weighted_rows: Op = Op(
    "weighted_rows",
    _sum,
    "rows weights",
    params="at",
    rows=lambda g, weights, at, rows_shape: spread_rows(g, weights, at, rows_shape[0]),
    weights=lambda g, rows, at: row_products(rows, g, at),
)
"""For each p the sum over k of the rows at ``at[k, p]`` (-1: none) times ``weights[k, p]``."""
spread_rows: Op = Op(
    "weighted_rows_backward",
    _spread,
    "g weights",
    params="at count",
    g=lambda g, weights, at: weighted_rows(g, weights, at),
    weights=lambda g_rows, g, at: row_products(g_rows, g, at),
)
"""The derivative by the rows, of which there are ``count``."""
row_products: Op = Op(
    "weighted_rows_backward",
    _agree,
    "rows g",
    params="at",
    rows=lambda g_weights, g, at, rows_shape: spread_rows(g, g_weights, at, rows_shape[0]),
    g=lambda g_weights, rows, at: weighted_rows(rows, g_weights, at),
)
"""The derivative by the weights: products of the picked rows with ``g``."""
