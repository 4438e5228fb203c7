"""Linear recurrences along a dimension, which carry the gradients of running products."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.dimensions import index_along
from autograd.dtypes import wide
from autograd.graph import Raw
from autograd.operator import Op

__all__: list[str] = []

BLOCKED = 64
"""From this length on a recurrence runs in blocks, all at once, then from block to block."""

WIDE = 1000
"""With more entries than this at each place, the steps are long enough one by one."""


def _recurrence(a: Raw, b: Raw, dim: int, backwards: bool) -> Raw:
    """The kernel; in time proportional to the length, in about sqrt(length) steps of NumPy."""
    kind = b.dtype
    a, b = wide(np.moveaxis(a, dim, 0)), wide(np.moveaxis(b, dim, 0))
    if backwards:
        a, b = a[::-1], b[::-1]
    out = np.array(b, order="C")
    length = len(b)
    if length < BLOCKED or b.size > WIDE * length:
        _run(a, out)
    else:
        size = math.isqrt(length)
        whole = length - length % size
        # Block i is row i: step j of all blocks is column j.
        blocks = out[:whole].reshape(whole // size, size, *out.shape[1:]).swapaxes(0, 1)
        factors = a[:whole].reshape(blocks.shape[1], size, *out.shape[1:]).swapaxes(0, 1)
        _run(factors, blocks)
        products = np.multiply.accumulate(factors, 0)
        for i in range(1, blocks.shape[1]):
            blocks[:, i] += products[:, i] * blocks[-1, i - 1]
        for i in range(whole, length):
            out[i] += a[i] * out[i - 1]
    if backwards:
        out = out[::-1]
    return np.ascontiguousarray(np.moveaxis(out, 0, dim), dtype=kind)


def _run(a: Raw, out: Raw) -> None:
    for i in range(1, len(out)):
        out[i] += a[i] * out[i - 1]


def _shifted(x: Any, dim: int, fill: float, back: bool) -> Any:
    """``x`` moved by one along ``dim``, with ``fill`` at the end that is free."""
    edge = np.full((*x.shape[:dim], 1, *x.shape[dim + 1 :]), fill, x.dtype)
    rest = x[index_along(dim, slice(1, None) if back else slice(-1))]
    return np.concatenate([rest, edge] if back else [edge, rest], dim)


def exclusive(y: Any, dim: int) -> Any:
    """A running product ``y`` without each place's own factor: 1, y_0, y_1, ..."""
    return _shifted(y, dim, 1, False)


def ahead(x: Any, dim: int, fill: float = 0) -> Any:
    """At each place the next entry along ``dim``, at the last ``fill``."""
    return _shifted(x, dim, fill, True)


def behind(x: Any, dim: int, fill: float = 0) -> Any:
    """At each place the entry before along ``dim``, at the first ``fill``."""
    return _shifted(x, dim, fill, False)


def _factor_rule(g: Any, a: Any, y: Any, dim: int, backwards: bool) -> Any:
    known = ahead(y, dim) if backwards else behind(y, dim)
    return _term_rule(g, a, dim, backwards) * known


def _term_rule(g: Any, a: Any, dim: int, backwards: bool) -> Any:
    factors = behind(a, dim) if backwards else ahead(a, dim)
    return recurrence(factors, g, dim, not backwards)


recurrence: Op = Op(
    "recurrence",
    _recurrence,
    "a b",
    params="dim backwards",
    a=_factor_rule,
    b=_term_rule,
)
"""y_i = b_i + a_i y_(i-1) along a dimension, from its end with a_i y_(i+1) if ``backwards``.

The derivative by ``b`` is the recurrence in the other direction. The first factor is not used.
"""
