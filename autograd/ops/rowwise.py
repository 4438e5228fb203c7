"""Convolutions of images that lie row by row, of any number of dimensions, as matrix products."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import threads
from autograd.blas import SMALL_PRODUCT
from autograd.dimensions import upright
from autograd.graph import Raw
from autograd.ops.lowering import COLUMNS, Exact, Flat
from autograd.ops.problem import Problem


class Pointwise:
    """A kernel of one tap on every position: a product over the channels, nothing copied."""

    def convolved(self, x: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """The output."""
        y = np.empty(size.output_shape, x.dtype)
        np.matmul(_by_group(w, size), _grouped(x, size), out=_grouped(y, size))
        if b is not None:
            y += upright(b, y.ndim - 2)
        return y

    def input_of(self, g: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """What belongs to the input."""
        x = np.zeros(size.input_shape, g.dtype)
        np.matmul(_by_group(w, size).swapaxes(1, 2), _grouped(g, size), out=_grouped(x, size))
        if b is not None:
            x += upright(b, x.ndim - 2)
        return x

    def weight_of(self, g: Raw, x: Raw, size: Problem) -> Raw:
        """What belongs to the weight."""
        w = np.empty(size.weight_shape, g.dtype)
        products = np.matmul(_grouped(g, size), _grouped(x, size).swapaxes(2, 3))
        np.add.reduce(products, 0, out=_by_group(w, size))
        return w


def _grouped(images: Raw, size: Problem) -> Raw:
    """Images (batch, channels, ...) as (batch, groups, channels, positions)."""
    shape = images.shape
    return images.reshape(shape[0], size.groups, shape[1] // size.groups, math.prod(shape[2:]))


def _by_group(w: Raw, size: Problem) -> Raw:
    """A weight as (groups, filters, channels and taps)."""
    return w.reshape(size.groups, w.shape[0] // size.groups, math.prod(w.shape[1:]))


LARGE = 1 << 19
"""From how many entries of columns on threads share the work."""

Where = tuple[slice, slice, slice]


class Lowered:
    """A few images at a time as columns, few enough to stay in the cache, and a product.

    A large image is done in bands of its first dimension. Threads share the images.
    """

    def __init__(self, layout: type[Exact | Flat]) -> None:
        self.layout = layout

    def convolved(self, x: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """The output."""
        y = np.empty(size.output_shape, x.dtype)
        weight = _by_group(w, size)[:, np.newaxis]
        bias = None if b is None else upright(b, y.ndim - 2)
        hands = self._hands(size)

        def work(hand: int) -> None:
            own = threads.share(size.batch, hand, hands)
            for part, where, m in self._parts(size, x.dtype, own):
                m.layout.fill(m.column_view, x[part])
                np.matmul(weight, m.blocks(m.columns), out=m.blocks(m.output))
                if bias is None:
                    y[where] = m.output_view
                else:
                    np.add(m.output_view, bias, out=y[where])

        threads.run(work, hands)
        return y

    def input_of(self, g: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """What belongs to the input."""
        x = np.zeros(size.input_shape, g.dtype)
        weight = _by_group(w, size).swapaxes(1, 2)[:, np.newaxis]
        product = np.multiply if weight.shape[-1] == 1 else np.matmul
        hands = self._hands(size)

        def work(hand: int) -> None:
            own = threads.share(size.batch, hand, hands)
            for part, where, m in self._parts(size, g.dtype, own):
                m.output_view[...] = g[where]
                product(weight, m.blocks(m.output), out=m.blocks(m.columns))
                m.layout.collect(m.column_view, x[part])

        threads.run(work, hands)
        if b is not None:
            x += upright(b, x.ndim - 2)
        return x

    def weight_of(self, g: Raw, x: Raw, size: Problem) -> Raw:
        """What belongs to the weight."""
        w = np.empty(size.weight_shape, g.dtype)
        hands = self._hands(size)
        # Columns times output is up to twice as fast as output times columns.
        shape = (size.groups, w[0].size, size.filters // size.groups)
        totals = np.zeros((hands, *shape), w.dtype)

        def work(hand: int) -> None:  # a fixed share for each: sums are always the same
            own = threads.share(size.batch, hand, hands)
            for part, where, m in self._parts(size, g.dtype, own):
                m.output_view[...] = g[where]
                m.layout.fill(m.column_view, x[part])
                products = np.matmul(m.blocks(m.columns), m.blocks(m.output).swapaxes(2, 3))
                totals[hand] += np.add.reduce(products, 1)

        threads.run(work, hands)
        _by_group(w, size)[...] = np.add.reduce(totals, 0).swapaxes(1, 2)
        return w

    def _hands(self, size: Problem) -> int:
        """Among how many threads the images are shared out: one alone for little work."""
        entries = size.channels * size.windows.tap_count * math.prod(size.windows.output)
        large = size.batch * entries * max(1, size.filters // size.groups // 8) >= LARGE
        return threads.hands(size.batch) if large else 1

    def _parts(
        self, size: Problem, dtype: Any, some: slice
    ) -> Iterator[tuple[slice, Where, Matrices]]:
        """Parts of some images: which of them, where in the output, and the matrices for them."""
        rows, most = size.channels * size.windows.tap_count, COLUMNS // dtype.itemsize
        image = rows * math.prod(self.layout.grid_of(size.windows))
        batch = some.stop - some.start
        for band, windows in size.windows.bands(image // most):
            entries = rows * math.prod(self.layout.grid_of(windows))
            parts = -(-batch // max(1, most // max(entries, 1))) or 1
            count = -(-batch // parts)
            matrices = None
            for start in range(some.start, some.stop, count or 1):
                images = min(count, some.stop - start)
                if matrices is None or matrices.images != images:
                    matrices = Matrices(self.layout, size._replace(windows=windows), images, dtype)
                part = slice(start, start + images)
                yield part, (part, slice(None), band), matrices


class Matrices:
    """The matrices of some images: of columns of the input, and of the output.

    Both are (groups, rows, positions). Where the small product is the faster one, positions are
    filled up with zeros to a whole number of ``block``. The views are of the same memory:
    ``column_view`` (channels, taps, images, *grid), ``output_view`` (images, filters, ...).
    """

    def __init__(self, layout: type[Exact | Flat], size: Problem, images: int, dtype: Any) -> None:
        self.images = images
        self.layout = layout(size.windows, size.channels, images, dtype)
        rows, outs = size.channels * size.windows.tap_count, size.filters
        grid = self.layout.grid
        positions = images * math.prod(grid)
        small = SMALL_PRODUCT // max(rows * outs // size.groups**2, 1)
        blocks = -(-positions // small) if small >= 64 else 1
        self.block = max(-(-positions // max(blocks, 1)), 1)
        padded = max(blocks, 1) * self.block
        self.columns = np.empty((size.groups, rows // size.groups, padded), dtype)
        self.columns[..., positions:] = 0
        self.output = np.zeros((size.groups, outs // size.groups, padded), dtype)
        self.column_view = self.columns.reshape(rows, padded)[:, :positions].reshape(
            size.channels, size.windows.tap_count, images, *grid
        )
        inside = tuple(slice(0, n) for n in size.windows.output)
        whole: Raw = self.output.reshape(outs, padded)[:, :positions].reshape(outs, images, *grid)
        self.output_view = whole[(..., *inside)].swapaxes(0, 1)

    def blocks(self, matrix: Raw) -> Raw:
        """A matrix as (groups, blocks, rows, block), of the same memory."""
        groups, rows, padded = matrix.shape
        return matrix.reshape(groups, rows, padded // self.block, self.block).swapaxes(1, 2)
