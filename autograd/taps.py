"""Linear maps along one dimension of which each entry needs few others: padding, resampling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.dimensions import index_along, upright
from autograd.dtypes import wide
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.tensor import Tensor

Places = Any
"""Indices along the dimension: a slice where they are evenly spaced, else an array."""


class Layer(NamedTuple):
    """Entries ``sources`` times ``weights`` (None: once) go to ``targets``, which are distinct."""

    targets: Places
    sources: Places
    weights: np.ndarray[Any, Any] | None


class Taps(NamedTuple):
    """A sparse matrix as layers that are added up, and the number of its rows."""

    rows: int
    layers: tuple[Layer, ...]


def taps(sources: Any, weights: Any, length: int) -> tuple[Taps, Taps]:
    """The matrix whose row i has ``weights[i, k]`` in column ``sources[i, k]``; its transpose.

    ``weights`` is None for a pick of one entry each; ``length`` is the number of columns.
    """
    columns = np.asarray(sources)
    columns = columns[:, None] if columns.ndim == 1 else columns
    rows = np.repeat(np.arange(len(columns)), columns.shape[1])
    flat = columns.ravel()
    values = None if weights is None else np.asarray(weights, np.float64).ravel()
    if values is not None:
        kept = values != 0
        rows, flat, values = rows[kept], flat[kept], values[kept]
    return _layered(rows, flat, values, len(columns)), _layered(flat, rows, values, length)


def _layered(targets: Any, sources: Any, weights: Any, count: int) -> Taps:
    """The k-th entry of every row makes the k-th layer."""
    order = np.argsort(targets, kind="stable")
    targets, sources = targets[order], sources[order]
    starts = np.searchsorted(targets, targets)
    rank = np.arange(len(targets)) - starts
    layers = []
    for k in range(rank.max(initial=-1) + 1):
        chosen = rank == k
        part = None if weights is None else weights[order][chosen]
        layers.append(Layer(_places(targets[chosen]), _places(sources[chosen]), part))
    return Taps(count, tuple(layers))


def _places(index: Any) -> Places:
    """An index as a slice where its steps are even and upwards."""
    if not len(index):
        return slice(0, 0)
    step = int(index[1] - index[0]) if len(index) > 1 else 1
    if step > 0 and (np.diff(index) == step).all():
        return slice(int(index[0]), int(index[-1]) + 1, step)
    return index


def _mapped(x: Raw, maps: Sequence[tuple[int, Taps]]) -> Raw:
    """Every map along its dimension; half precision is added up in float32."""
    kind = x.dtype
    x = wide(x)
    for dim, (rows, layers) in maps:
        x = _along(x, dim, rows, layers)
    return x.astype(kind, copy=False)


def _along(x: Raw, dim: int, rows: int, layers: Sequence[Layer]) -> Raw:
    out = None
    for targets, sources, weights in layers:
        part = (
            x[index_along(dim, sources)] if isinstance(sources, slice) else np.take(x, sources, dim)
        )
        if weights is not None:
            part = part * upright(weights.astype(x.dtype), x.ndim - dim - 1)
        if out is None:
            if part.shape[dim] == rows:
                out = np.array(part, copy=None if part.base is None else True)
                continue
            out = np.zeros((*x.shape[:dim], rows, *x.shape[dim + 1 :]), x.dtype)
            out[index_along(dim, targets)] = part
        else:
            out[index_along(dim, targets)] += part
    return np.zeros((*x.shape[:dim], rows, *x.shape[dim + 1 :]), x.dtype) if out is None else out


mapped: Op = Op(
    "taps",
    lambda x, maps, back: _mapped(x, maps),
    "x",
    params="maps back",
    x=lambda g, maps, back: mapped(g, back, maps),
)
"""A map along each of some dimensions; the gradient goes through the transposed ones."""


def through(name: str, input: Tensor, maps: dict[int, tuple[Taps, Taps]]) -> Tensor:
    """Apply matrices, each with its transpose, along dimensions; ``name`` is the operator's."""
    there = tuple((dim, both[0]) for dim, both in maps.items())
    back = tuple((dim, both[1]) for dim, both in reversed(maps.items()))
    result: Tensor = apply(mapped.named(name), (input,), (there, back))
    return result
