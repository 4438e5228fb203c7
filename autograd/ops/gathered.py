"""Convolutions of small images: all windows in one call, by a table of where they are.

A call of NumPy on so few numbers takes longer to begin than to compute.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from autograd.graph import Raw
from autograd.ops.problem import Problem
from autograd.ops.windowing import Windows


class Gathered:
    """Columns (channels and taps, positions) of every image, taken by a table of places."""

    def convolved(self, x: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """The output."""
        columns = _taken(x, _table(size.windows, x.shape[1], False))
        return _with_bias(
            np.matmul(w.reshape(len(w), math.prod(w.shape[1:])), columns), b, size.output_shape
        )

    def input_of(self, g: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """What belongs to the input."""
        columns = _taken(g, _table(size.windows, len(w), True))
        weight = _flat(w.swapaxes(0, 1), 1)
        return _with_bias(np.matmul(weight, columns), b, size.input_shape)

    def weight_of(self, g: Raw, x: Raw, size: Problem) -> Raw:
        """What belongs to the weight."""
        columns = _taken(x, _table(size.windows, x.shape[1], False))
        products = np.matmul(
            g.reshape(*g.shape[:2], math.prod(g.shape[2:])), columns.swapaxes(1, 2)
        )
        w = np.empty(size.weight_shape, products.dtype)
        np.add.reduce(products, 0, out=w.reshape(products.shape[1:]))
        return w


def _flat(array: Raw, rank: int) -> Raw:
    """With all dimensions from the one numbered ``rank`` on as one."""
    return array.reshape(*array.shape[:rank], math.prod(array.shape[rank:]))


def _with_bias(y: Raw, b: Raw | None, shape: tuple[int, ...]) -> Raw:
    if b is not None:
        y += b[:, np.newaxis]
    return y.reshape(shape)


def _taken(images: Raw, table: Raw) -> Raw:
    """(batch, rows of the table, positions); the entry after the last one is the padding."""
    rows = _flat(images, 1)
    padded = np.zeros((len(rows), rows.shape[1] + 1), rows.dtype)
    padded[:, :-1] = rows
    return padded.take(table, 1)


@functools.lru_cache(256)
def _table(windows: Windows, channels: int, back: bool) -> Any:
    """Which entry of an image a (channel and tap, position) is, or one after its last.

    ``back``: which entry of an output belongs to a tap and a position of the input.
    """
    source, to = windows.input, windows.output
    if back:
        source, to = to, source
    entries, size = np.arange(math.prod(source)).reshape(source), math.prod(source)
    found = np.full((channels, windows.tap_count, *to), channels * size)
    offsets = (size * np.arange(channels)).reshape(channels, *(1 for _ in to))
    for tap, out, inside in windows.taps():
        places, met = (inside, out) if back else (out, inside)
        found[:, tap][(slice(None), *places)] = entries[met] + offsets
    return found.reshape(channels * windows.tap_count, math.prod(to))
