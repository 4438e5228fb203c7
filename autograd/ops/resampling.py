"""Images and signals at other sizes: one small matrix along each dimension.

Every mode is separable, so it is a table of weights for each dimension, as `autograd.taps` has
them: row i says of which entries of the input the i-th of the output is made.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.ops.windowing import even_parts
from autograd.taps import Taps, taps, through
from autograd.tensor import Tensor

__all__: list[str] = []

Table = tuple[Any, Any]
"""Of which entries each of the output is made, and with which weights (None: of one)."""


def _ratio(length: int, size: int, scale: float | None, align: bool, real: Any) -> Any:
    """How far apart neighbours of the output lie in the input, in the precision of torch."""
    if align:
        return real(length - 1) / real(size - 1) if size > 1 else real(0)
    return real(1 / scale) if scale is not None else real(length) / real(size)


def _centers(length: int, size: int, scale: float | None, align: bool, real: Any) -> Any:
    """Where the entries of the output lie in the input, counted from its first one."""
    ratio, places = _ratio(length, size, scale, align, real), np.arange(size).astype(real)
    return ratio * places if align else ratio * (places + real(0.5)) - real(0.5)


def _nearest(length: int, size: int, scale: float | None, align: bool, real: Any) -> Table:
    ratio, places = _ratio(length, size, scale, False, np.float32), np.arange(size)
    return np.minimum(np.floor(places.astype(np.float32) * ratio).astype(int), length - 1), None


def _nearest_exact(length: int, size: int, scale: float | None, align: bool, real: Any) -> Table:
    ratio = _ratio(length, size, scale, False, np.float32)
    places = (np.arange(size).astype(np.float32) + np.float32(0.5)) * ratio
    return np.minimum(np.floor(places).astype(int), length - 1), None


def _floored(centers: Any, length: int) -> tuple[Any, Any]:
    """The entry before each center, and how far the center is from it towards the next."""
    first = np.minimum(np.floor(centers).astype(int), length - 1)
    return first, np.clip(centers - first, 0, 1)


def _linear(length: int, size: int, scale: float | None, align: bool, real: Any) -> Table:
    if size == length:
        return np.arange(size), None
    first, part = _floored(np.maximum(_centers(length, size, scale, align, real), 0), length)
    second = np.minimum(first + 1, length - 1)
    return np.stack([first, second], 1), np.stack([1 - part, part], 1)


def _cubic(length: int, size: int, scale: float | None, align: bool, real: Any) -> Table:
    first, part = _floored(_centers(length, size, scale, align, real), length)
    taken = np.clip(first[:, None] + np.arange(-1, 3), 0, length - 1)
    return taken, _cubic_filter(part[:, None] - np.arange(-1, 3), STEEP)


def _area(length: int, size: int, scale: float | None, align: bool, real: Any) -> Table:
    """Means of stretches that cover the input, as `adaptive_avg_pool1d` takes them."""
    return _stretches(*even_parts(length, size), np.ones)


def _stretches(starts: Any, ends: Any, weigh: Callable[[Any], Any]) -> Table:
    """Entries from ``starts`` to ``ends`` with weights that add up to 1; others weigh 0."""
    taken = starts[:, None] + np.arange((ends - starts).max(initial=0))
    inside = taken < ends[:, None]
    found = weigh(taken.shape) if weigh is np.ones else weigh(taken)
    weights = np.where(inside, found, 0)
    return np.where(inside, taken, starts[:, None]), weights / weights.sum(1, keepdims=True)


def _cubic_filter(x: Any, a: float) -> Any:
    """Keys' cubic convolution: 1 at 0, and 0 at all other integers and beyond 2."""
    x = np.abs(x)
    return np.where(x <= 1, cubic_near(x, a), np.where(x < 2, cubic_far(x, a), 0))


def cubic_near(x: Any, a: float) -> Any:
    """The part of Keys' cubic for distances up to 1, of raw arrays and tensors."""
    return ((a + 2) * x - (a + 3)) * x * x + 1


def cubic_far(x: Any, a: float) -> Any:
    """The part of Keys' cubic for distances from 1 to 2."""
    return ((x - 5) * x + 8) * a * x - 4 * a


STEEP = -0.75
"""The slope of Keys' cubic at 1 that torch resamples with; with antialias it takes -0.5."""

_FILTERS: dict[str, tuple[int, Callable[[Any], Any]]] = {
    "linear": (1, lambda x: np.maximum(1 - np.abs(x), 0)),
    "cubic": (2, lambda x: _cubic_filter(x, -0.5)),
    "lanczos": (3, lambda x: np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0)),
}
"""With antialias: how far a filter reaches, and the filter."""


def _filtered(kind: str) -> Callable[..., Table]:
    reach, shape = _FILTERS[kind]

    def table(length: int, size: int, scale: float | None, align: bool, real: Any) -> Table:
        if size == length:
            return np.arange(size), None
        ratio = _ratio(length, size, scale, align, real)
        wide = np.maximum(ratio, real(1))
        center, support = ratio * (np.arange(size).astype(real) + real(0.5)), wide * real(reach)
        starts = np.maximum((center - support + real(0.5)).astype(int), 0)
        ends = np.minimum((center + support + real(0.5)).astype(int), length)
        middle = center[:, None] - real(0.5)
        return _stretches(starts, ends, lambda taken: shape((taken - middle) / wide))

    return table


_TABLES: dict[str, Callable[..., Table]] = {
    "nearest": _nearest,
    "nearest-exact": _nearest_exact,
    "linear": _linear,
    "cubic": _cubic,
    "area": _area,
    **{f"{kind}, antialias": _filtered(kind) for kind in _FILTERS},
}


@functools.lru_cache(maxsize=64)
def _matrix(
    kind: str, length: int, size: int, scale: float | None, align: bool, double: bool
) -> tuple[Taps, Taps]:
    real = np.float64 if double else np.float32
    return taps(*_TABLES[kind](length, size, scale, align, real), length)


def resampled(
    name: str,
    kind: str,
    input: Tensor,
    sizes: Sequence[int],
    scales: Sequence[float | None],
    align_corners: bool = False,
) -> Tensor:
    """``input`` with its last dimensions at other sizes: ``kind`` is a key of the tables.

    ``scales`` are the user's where they count for the places of the entries, else None.

    >>> from autograd.ops.resampling import resampled
    >>> resampled("upsample_linear1d", "linear", tensor([[0.0, 1.0]]), [4], [None])
    tensor([[0.0000, 0.2500, 0.7500, 1.0000]])
    """
    first = input.ndim - len(sizes)
    double = input.dtype == np.float64
    growth = {
        first + i: (size / input.shape[first + i], size, scale)
        for i, (size, scale) in enumerate(zip(sizes, scales, strict=True))
    }
    maps = {
        dim: _matrix(kind, input.shape[dim], size, scale, align_corners, double)
        for dim, (_, size, scale) in sorted(growth.items(), key=lambda item: item[1][0])
    }
    return through(name, input, maps)
