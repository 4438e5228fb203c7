"""Tiles: how Winograd's convolutions cut an output up, and the matrices for a tile.

The matrices are those of Cook and Toom: polynomials are evaluated at some points, multiplied
there, and found again from the products.
"""

from __future__ import annotations

import functools
import math
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from autograd.graph import Raw

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

    >>> from autograd.ops.tiles import transforms
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


class Taken(NamedTuple):
    """Tiles side by side that take the same part of their inputs, the rest being padding.

    Tiles ``first`` to ``stop - 1``, of whose inputs ``start`` to ``end - 1`` are in the image.
    """

    first: int
    stop: int
    start: int
    end: int


class Side(NamedTuple):
    """One dimension, cut into tiles.

    ``tiles``: how many; ``before``: the padding; ``taken``: which inputs tiles take; ``given``:
    the whole tiles and a last one of which only a part is output, as (first, stop, length).
    """

    transforms: Transforms
    tiles: int
    before: int
    taken: tuple[Taken, ...]
    given: tuple[tuple[int, int, int], ...]

    @property
    def tile(self) -> int:
        """How many outputs a tile has."""
        return self.transforms.tile

    @property
    def size(self) -> int:
        """How many inputs a tile takes."""
        return len(self.transforms.bt)

    @property
    def reach(self) -> int:
        """How many padded inputs all tiles take."""
        return (self.tiles - 1) * self.tile + self.size


@functools.lru_cache(256)
def side(length: int, output: int, before: int, dtype: Any) -> Side:
    """The cheapest tiles, in products, for a dimension of the input and of the output.

    >>> from autograd.ops.tiles import side
    >>> side(12, 12, 1, np.dtype(np.float32)).given  # three tiles of four outputs each
    ((0, 3, 4),)
    """
    tile = min(POINTS, key=lambda m: (-(-output // m) * (m + TAPS - 1), -m))
    count = -(-output // tile)
    taken: list[Taken] = []
    for t in range(count):
        start = min(max(0, before - t * tile), tile + TAPS - 1)
        end = max(start, min(tile + TAPS - 1, length + before - t * tile))
        if taken and taken[-1][2:] == (start, end):
            taken[-1] = taken[-1]._replace(stop=t + 1)
        else:
            taken.append(Taken(t, t + 1, start, end))
    whole = output // tile
    given = [(0, whole, tile), (whole, count, output - whole * tile)]
    return Side(
        transforms(tile, dtype), count, before, tuple(taken), tuple(g for g in given if g[0] < g[1])
    )


class Part(NamedTuple):
    """Rows of tiles ``top`` to ``bottom - 1`` of the images ``first`` to ``last - 1``."""

    top: int
    bottom: int
    first: int
    last: int

    def rows(self, groups: tuple[tuple[int, ...], ...]) -> list[tuple[int, ...]]:
        """Groups (first, stop, ...) of rows of tiles, as far as they are in the part."""
        within = [(max(a, self.top), min(b, self.bottom), *rest) for a, b, *rest in groups]
        return [each for each in within if each[0] < each[1]]


class Grid(NamedTuple):
    """How an output is cut into tiles, and the tiles into parts that stay in the cache."""

    high: Side
    wide: Side
    parts: tuple[Part, ...]

    @property
    def places(self) -> int:
        """In a transformed tile."""
        return self.high.size * self.wide.size


def grid(
    high: Side, wide: Side, batch: int, pixel: int, most: int, hands: int, whole: bool = False
) -> Grid:
    """The tiles in parts that ``hands`` threads share.

    A place of a tile has ``pixel`` numbers in each image, and a part about ``most`` in its tiles.
    As far as can be every thread gets the same number of parts, of the same size: rows of tiles
    with all images, which lie in one run; only some of the images where rows cannot be shared,
    or where they must not be, ``whole`` images being asked for. Parts of the same images follow
    each other, from the top.
    """
    split = hands if whole else hands // math.gcd(high.tiles, hands)
    row = max(1, wide.tiles * batch * pixel * high.size * wide.size)
    rows = max(1, high.tiles * split // hands)  # that a thread has, of some of the images
    fitting = [d for d in range(1, rows + 1) if rows % d == 0 and d * row <= most * split]
    together = max(fitting, default=1)
    split *= max(1, -(-row // (most * split)))
    split = max(1, min(split, batch))
    parts = tuple(
        Part(top, min(top + together, high.tiles), batch * k // split, batch * (k + 1) // split)
        for k in range(split)
        for top in range(0, high.tiles, together)
    )
    return Grid(high, wide, parts)
