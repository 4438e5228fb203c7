"""Winograd's minimal filtering: 3 x 3 convolutions in fewer multiplications.

Shmuel Winograd, "Arithmetic Complexity of Computations" (1980); for convolutional networks Lavin
and Gray, "Fast Algorithms for Convolutional Neural Networks" (2016). A tile of m x m outputs
takes (m + 2) x (m + 2) products for each pair of channels instead of 9 m x m::

    Y = A^T [(G w G^T) * (B^T x B)] A

The products over the channels are then matrix products, one for each of the (m + 2)^2 places of
a tile, and so are the transforms: a small matrix times a wide one. Images lie pixel by pixel
(see `autograd.pixels`), so that a place of all tiles of a row is one long run.
"""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograd import pixels, threads
from autograd.blas import SMALL_PRODUCT
from autograd.graph import Raw
from autograd.ops.problem import Problem
from autograd.ops.windowing import Sizes

TAPS = 3
"""The kernel is 3 x 3."""

POINTS = {
    2: ("0", "1", "-1"),
    3: ("0", "3/4", "-3/4", "3/2"),
    4: ("0", "3/4", "-3/4", "3/2", "-3/2"),
}
"""Where the polynomials are evaluated, beside infinity, by the size of a tile: 0, +-3/4 and +-3/2
cost four times less precision than the usual 0, +-1, +-2, and a product does not care."""


class Transforms(NamedTuple):
    """The three matrices along one dimension: ``Y = at [(g w) * (bt x)]``."""

    at: Raw
    g: Raw
    bt: Raw

    @property
    def tile(self) -> int:
        """How many outputs one application gives."""
        return len(self.at)


@functools.cache
def transforms(tile: int, dtype: Any) -> Transforms:
    """The matrices of F(tile, 3), by the construction of Cook and Toom.

    ``bt`` is the inverse of a Vandermonde matrix, turned over; rows are scaled by powers of two
    so that both factors are of one size.

    >>> from autograd.ops.winograd import transforms
    >>> at, g, bt = transforms(2, np.float64)
    >>> at @ ((g @ [1, 2, 3]) * (bt @ [1, 0, 2, 1]))  # 1*1 + 2*0 + 3*2, 1*0 + 2*2 + 3*1
    array([7., 7.])
    """
    points = [Fraction(each) for each in POINTS[tile]]
    size = tile + TAPS - 1

    def powers(count: int) -> list[list[Fraction]]:
        return [[p**k for k in range(count)] for p in points] + [
            [Fraction(int(k == count - 1)) for k in range(count)]
        ]

    inverse = _inverse(powers(size))
    bt = np.array([[inverse[j][i] for j in range(size)] for i in range(size)], dtype=np.float64)
    g = np.array(powers(TAPS), dtype=np.float64)
    scale = 2.0 ** np.round(np.log2(np.sqrt(np.abs(bt).sum(1) / np.abs(g).sum(1))))
    at = np.array(powers(tile), dtype=np.float64).T
    found = (at, g * scale[:, None], bt / scale[:, None])
    return Transforms(*(np.ascontiguousarray(each, dtype) for each in found))


def _inverse(matrix: list[list[Fraction]]) -> list[list[Fraction]]:
    """Gauss and Jordan's elimination, exact."""
    size = len(matrix)
    rows = [[*row, *(Fraction(int(i == j)) for j in range(size))] for i, row in enumerate(matrix)]
    for i in range(size):
        pivot = next(k for k in range(i, size) if rows[k][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [each / rows[i][i] for each in rows[i]]
        for k in range(size):
            if k != i and rows[k][i]:
                rows[k] = [a - rows[k][i] * b for a, b in zip(rows[k], rows[i], strict=True)]
    return [row[size:] for row in rows]


class Grid(NamedTuple):
    """How an output is cut into tiles, and the tiles into parts that stay in the cache.

    ``high``, ``wide``: the transforms along the height and the width; ``rows``, ``columns``: of
    tiles; ``parts``: ranges of rows of tiles, and of the batch.
    """

    high: Transforms
    wide: Transforms
    rows: int
    columns: int
    parts: tuple[tuple[int, int, int, int], ...]

    @property
    def places(self) -> int:
        """In a transformed tile."""
        return len(self.high.bt) * len(self.wide.bt)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the output, filled up to whole tiles."""
        return self.rows * self.high.tile, self.columns * self.wide.tile


TILES = 128
"""With fewer tiles in a part the weights are read too often."""

CACHED = 1 << 19
"""About how many numbers the transformed tiles of a part should have."""


@functools.lru_cache(256)
def grid(height: int, width: int, batch: int, channels: int, dtype: Any) -> Grid:
    """The cheapest tiles, in products, for an output of this size."""
    sides = []
    for length in (height, width):
        tile = min(POINTS, key=lambda m: (-(-length // m) * (m + TAPS - 1), -m))
        sides.append((transforms(tile, dtype), -(-length // tile)))
    (high, rows), (wide, columns) = sides
    pixel = len(high.bt) * len(wide.bt) * channels
    most = max(CACHED // pixel, TILES)
    split = min(batch, max(1, round(columns * batch / most)))
    count = min(rows, max(1, most // (columns * batch)))
    parts = tuple(
        (top, min(top + count, rows), batch * k // split, batch * (k + 1) // split)
        for top in range(0, rows, count)
        for k in range(split)
    )
    return Grid(high, wide, rows, columns, parts)


def _along(matrix: Raw, source: Raw, to: Raw, run: int) -> None:
    """``matrix`` times each (rows, run) of ``source`` (..., units, rows, run) into ``to``.

    Units lie side by side in memory, in both, so that several are one wide product.
    """
    units = source.shape[-3]
    most = SMALL_PRODUCT // (matrix.size * run)
    together = max((d for d in range(1, units + 1) if units % d == 0 and d <= most), default=1)
    if together > 1:
        source, to = (_joined(each, together) for each in (source, to))
    np.matmul(matrix, source, out=to)


def _joined(array: Raw, count: int) -> Raw:
    """(..., units, rows, run) as (..., units / count, rows, count * run)."""
    *outer, units, rows, run = array.shape
    *steps, unit, row, step = array.strides
    shape = (*outer, units // count, rows, count * run)
    return as_strided(array, shape, (*steps, unit * count, row, step))


def _strided(array: Raw, start: int, shape: Sizes, strides: Sizes) -> Raw:
    """A view from byte ``start``: `as_strided`, in a fifth of the time where there are no gaps."""
    if array.flags.c_contiguous:
        return np.ndarray(shape, array.dtype, array, start, strides)
    places = start // array.itemsize
    return as_strided(as_strided(array, (places + 1,), (array.itemsize,))[places:], shape, strides)


def _tiles_of_inputs(x: Raw, cut: Grid, part: tuple[int, int, int, int]) -> Raw:
    """The transformed inputs of a part: (places, tiles and images, channels)."""
    top, bottom, first, last = part
    channels = x.shape[3]
    count, run = bottom - top, (last - first) * channels
    high, wide = len(cut.high.bt), len(cut.wide.bt)
    across = x.shape[1]
    s0, s1, s2, item = x.strides
    start = top * cut.high.tile * s0 + first * s2
    steps = (cut.high.tile * s0, s1, s0, item)
    rows = _strided(x, start, (count, across, high, run), steps)
    half = threads.scratch("winograd half", (high, count, across, run), x.dtype)
    if last - first == x.shape[2]:
        _along(cut.high.bt, rows, half.transpose(1, 2, 0, 3), run)
    else:
        np.matmul(cut.high.bt, rows, out=half.transpose(1, 2, 0, 3))
    h0, h1, h2, _ = half.strides
    shape = (high, count, cut.columns, wide, run)
    windows = _strided(half, 0, shape, (h0, h1, cut.wide.tile * h2, h2, item))
    whole = threads.scratch("winograd x", (high, wide, count, cut.columns, run), x.dtype)
    np.matmul(cut.wide.bt, windows, out=whole.transpose(0, 2, 3, 1, 4))
    return whole.reshape(cut.places, -1, channels)


def _tiles_of_outputs(g: Raw, cut: Grid, part: tuple[int, int, int, int]) -> Raw:
    """The transformed gradients of a part: (places, tiles and images, filters)."""
    top, bottom, first, last = part
    filters = g.shape[3]
    count, run = bottom - top, (last - first) * filters
    high, wide = len(cut.high.bt), len(cut.wide.bt)
    tall, broad = cut.high.tile, cut.wide.tile
    across = cut.columns * broad
    s0, s1, s2, item = g.strides
    start = top * tall * s0 + first * s2
    rows = _strided(g, start, (count, across, tall, run), (tall * s0, s1, s0, item))
    half = threads.scratch("winograd half", (high, count, across, run), g.dtype)
    to = half.transpose(1, 2, 0, 3)
    if last - first == g.shape[2]:
        _along(cut.high.at.T, rows, to, run)
    else:
        np.matmul(cut.high.at.T, rows, out=to)
    whole = threads.scratch("winograd y", (high, wide, count, cut.columns, run), g.dtype)
    tiles = half.reshape(high, count, cut.columns, broad, run)
    np.matmul(cut.wide.at.T, tiles, out=whole.transpose(0, 2, 3, 1, 4))
    return whole.reshape(cut.places, -1, filters)


def _outputs_of_tiles(m: Raw, cut: Grid, part: tuple[int, int, int, int], y: Raw) -> None:
    """Transform the products (places, tiles and images, filters) of a part back, into ``y``."""
    top, bottom, first, last = part
    filters = y.shape[3]
    count, run = bottom - top, (last - first) * filters
    high, wide = len(cut.high.bt), len(cut.wide.bt)
    tall, broad = cut.high.tile, cut.wide.tile
    tiles = count * cut.columns
    half = threads.scratch("winograd half", (tall, wide, tiles, run), y.dtype)
    source = m.reshape(high, wide, tiles, run).transpose(1, 2, 0, 3)
    _along(cut.high.at, source, half.transpose(1, 2, 0, 3), run)
    s0, s1, s2, item = y.strides
    start = top * tall * s0 + first * s2
    shape = (tall, count, cut.columns, broad, run)
    to = _strided(y, start, shape, (s0, tall * s0, broad * s1, s1, item))
    between = half.reshape(tall, wide, count, cut.columns, run).transpose(0, 2, 3, 1, 4)
    np.matmul(cut.wide.at, between, out=to)


def _filters(w: Raw, cut: Grid, turned: bool) -> Raw:
    """The transformed weights (places, channels, filters), or (places, filters, channels) turned.

    Turned, every kernel is reversed, and filters and channels change places.
    """
    both = np.kron(cut.high.g, cut.wide.g)
    filters, channels = w.shape[:2]
    if turned:
        flat = w.reshape(filters * channels, TAPS * TAPS).T
        return np.matmul(both[:, ::-1], flat).reshape(cut.places, filters, channels)
    flat = np.ascontiguousarray(w.transpose(2, 3, 1, 0)).reshape(TAPS * TAPS, -1)
    return np.matmul(both, flat).reshape(cut.places, channels, filters)


class Winograd:
    """The kernel of dense 3 x 3 convolutions in float32 (see `autograd.ops.convolving`)."""

    def convolved(self, x: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """The output."""
        return _convolved(x, w, b, size.windows.before, size.windows.output, turned=False)

    def input_of(self, g: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """What belongs to the input: a convolution with the weight turned."""
        before = size.windows.transposed().before
        return _convolved(g, w, b, before, size.windows.input, turned=True)

    def weight_of(self, g: Raw, x: Raw, size: Problem) -> Raw:
        """What belongs to the weight."""
        return _weight_of(g, x, size.windows.before)


def _convolved(x: Raw, w: Raw, b: Raw | None, before: Sizes, output: Sizes, *, turned: bool) -> Raw:
    batch, channels = x.shape[:2]
    filters = w.shape[1] if turned else w.shape[0]
    cut = grid(*output, batch, max(channels, filters), x.dtype)
    inside = pixels.padded(x, before, tuple(n + TAPS - 1 for n in cut.size))
    weight = _filters(w, cut, turned)
    y = np.empty((*cut.size, batch, filters), x.dtype)

    def work(number: int) -> None:
        part = cut.parts[number]
        tiles = _tiles_of_inputs(inside, cut, part)
        products = threads.scratch("winograd y", (cut.places, tiles.shape[1], filters), x.dtype)
        np.matmul(tiles, weight, out=products)
        _outputs_of_tiles(products, cut, part, y)
        top, bottom, first, last = part
        pixels.shift(y[top * cut.high.tile : bottom * cut.high.tile, :, first:last], b)

    threads.run(work, len(cut.parts))
    return pixels.images(y[: output[0], : output[1]])


def _weight_of(g: Raw, x: Raw, before: Sizes) -> Raw:
    """What an output and an input make of the weight (filters, channels, 3, 3)."""
    batch, channels = x.shape[:2]
    filters = g.shape[1]
    cut = grid(*g.shape[2:], batch, max(channels, filters), x.dtype)
    inside = pixels.padded(x, before, tuple(n + TAPS - 1 for n in cut.size))
    given = pixels.padded(g, (0, 0), cut.size)
    hands = min(threads.get_num_threads(), len(cut.parts))
    totals = [np.empty((cut.places, filters, channels), x.dtype) for _ in range(hands)]

    def work(hand: int) -> None:  # a fixed share for each, so that sums are always the same
        for number in range(hand, len(cut.parts), hands):
            part = cut.parts[number]
            tiles = _tiles_of_inputs(inside, cut, part)
            back = _tiles_of_outputs(given, cut, part).swapaxes(1, 2)
            if number == hand:
                np.matmul(back, tiles, out=totals[hand])
            else:
                again = threads.scratch("winograd w", totals[hand].shape, x.dtype)
                totals[hand] += np.matmul(back, tiles, out=again)

    threads.run(work, hands)
    total = totals[0]
    for each in totals[1:]:
        total += each
    both = np.kron(cut.high.g, cut.wide.g)
    flat = np.matmul(total.reshape(cut.places, filters * channels).T, both)
    return flat.reshape(filters, channels, TAPS, TAPS)
