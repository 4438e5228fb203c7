"""The steps of Winograd's transforms: which part of which memory is multiplied into which.

A thread works on one part of the tiles at a time, in a memory of its own. Where things lie there,
and in the images, depends on the sizes alone, so that it is worked out once; what is left to do
for a part are some six calls of NumPy.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np

from autograd import threads
from autograd.blas import SMALL_PRODUCT
from autograd.graph import Raw
from autograd.ops.tiles import TAPS, Grid, Part, grid, side
from autograd.ops.windowing import Sizes


class View(NamedTuple):
    """A view that can be taken of a memory: its first byte, its sizes, and its steps in bytes."""

    start: int
    shape: Sizes
    strides: Sizes

    def of(self, memory: Raw) -> Raw:
        """The view; ``memory`` has no gaps."""
        return np.ndarray(self.shape, memory.dtype, memory, self.start, self.strides)


class Step(NamedTuple):
    """``matrix`` times each (rows, run) of the view ``source``, into the view ``to``."""

    matrix: Raw
    source: View
    to: View


class Sum(NamedTuple):
    """As a `Step`, but added to what is there."""

    matrix: Raw
    source: View
    to: View


def _step(matrix: Raw, source: View, to: View, item: int) -> Step:
    """Units that lie side by side in both (..., units, rows, run) become one wide product."""
    units, _, run = source.shape[-3:]
    most = SMALL_PRODUCT // (matrix.size * run)
    if source.strides[-3] == to.strides[-3] == run * item:
        count = max((d for d in range(1, units + 1) if units % d == 0 and d <= most), default=1)
        source, to = (_joined(each, count) for each in (source, to))
    return Step(matrix, source, to)


def _joined(view: View, count: int) -> View:
    """(..., units, rows, run) as (..., units / count, rows, count * run)."""
    *outer, units, rows, run = view.shape
    *steps, unit, row, step = view.strides
    shape = (*outer, units // count, rows, count * run)
    return View(view.start, shape, (*steps, unit * count, row, step))


class Layout:
    """Where the numbers of a part lie in a thread's memory: half transformed, inputs, outputs.

    Each of the three is (places of the height, places of the width, tiles, images, channels) in
    the end; half transformed, a dimension has its pixels yet.
    """

    def __init__(self, cut: Grid, part: Part, input: Sizes, output: Sizes, item: int) -> None:
        """The sizes are (height, width, batch, channels); ``item``: bytes of a number."""
        self.high, self.wide, self.part, self.item = cut.high, cut.wide, part, item
        self.input, self.output = input, output
        channels, filters = input[3], output[3]
        self.rows = part.bottom - part.top
        self.tiles = self.rows * cut.wide.tiles
        self.images = part.last - part.first
        self.places = cut.places
        most = max(channels, filters) * self.images
        half = cut.high.size * self.rows * cut.wide.tiles * cut.wide.size * most * item
        self.inputs = half + -half % threads.LINE
        size = self.places * self.tiles * self.images * item
        self.outputs = self.inputs + size * channels + -(size * channels) % threads.LINE
        self.total = (self.outputs + size * filters) // item
        self.x = self._matrices(self.inputs, channels)
        self.y = self._matrices(self.outputs, filters)

    def view(self, start: int, *dimensions: tuple[int, int]) -> View:
        """A view of dimensions (size, step in numbers)."""
        shape, steps = zip(*dimensions, strict=True)
        return View(start, shape, tuple(step * self.item for step in steps))

    def _matrices(self, start: int, channels: int) -> View:
        """(places, tiles and images, channels)."""
        rows = self.tiles * self.images
        return self.view(start, (self.places, rows * channels), (rows, channels), (channels, 1))

    @functools.cached_property
    def read(self) -> tuple[list[View], list[Step], Step]:
        """The transform of inputs: what to clear, from the images, and within the memory."""
        high, wide, part, item, size = self.high, self.wide, self.part, self.item, self.input
        channels, run, pixel = size[3], self.images * size[3], size[2] * size[3]
        line = size[1] * pixel
        left, skip = max(wide.before, 0), max(-wide.before, 0)
        right = max(left, min(wide.before + size[1], wide.reach))
        place, row = self.rows * wide.reach * run, wide.reach * run
        margins = ((0, left), (right, wide.reach))
        clear = [
            self.view(a * run * item, (high.size, place), (self.rows, row), ((b - a) * run, 1))
            for a, b in margins
            if a < b
        ]
        steps = []
        for first, stop, start, end in part.rows(high.taken):
            to = (first - part.top) * row + left * run
            inside = ((stop - first, row), (right - left, run), (high.size, place), (run, 1))
            if start == end or left == right:
                clear.append(self.view(to * item, *inside))
                continue
            begin = (first * high.tile - high.before + start) * line + skip * pixel
            source = self.view(
                (begin + part.first * channels) * item,
                *((stop - first, high.tile * line), (right - left, pixel)),
                *((end - start, line), (run, 1)),
            )
            matrix = high.transforms.bt[:, start:end]
            steps.append(_step(matrix, source, self.view(to * item, *inside), item))
        outer = ((high.size, place), (self.rows, row), (wide.tiles, wide.tile * run))
        windows = self.view(0, *outer, (wide.size, run), (run, 1))
        turned = self._places(self.inputs, run, 0, wide.tiles)
        return clear, steps, Step(wide.transforms.bt, windows, turned)

    def _places(self, start: int, run: int, first: int, stop: int) -> View:
        """(height's places, rows, tiles ``first`` to ``stop - 1``, width's places, run)."""
        high, wide, tiles = self.high, self.wide, self.tiles * run
        return self.view(
            start + first * run * self.item,
            *((high.size, wide.size * tiles), (self.rows, wide.tiles * run)),
            *((stop - first, run), (wide.size, tiles), (run, 1)),
        )

    @functools.cached_property
    def read_back(self) -> tuple[list[Step], list[Step]]:
        """The transform of gradients of outputs: from the images, and within the memory."""
        high, wide, part, item, size = self.high, self.wide, self.part, self.item, self.output
        filters, run, pixel = size[3], self.images * size[3], size[2] * size[3]
        line, row = size[1] * pixel, size[1] * run
        place = self.rows * row
        read = []
        for first, stop, length in part.rows(high.given):
            source = self.view(
                (first * high.tile * line + part.first * filters) * item,
                *((stop - first, high.tile * line), (size[1], pixel), (length, line), (run, 1)),
            )
            to = self.view(
                (first - part.top) * row * item,
                *((stop - first, row), (size[1], run), (high.size, place), (run, 1)),
            )
            read.append(_step(high.transforms.at.T[:, :length], source, to, item))
        steps = []
        for first, stop, length in wide.given:
            source = self.view(
                first * wide.tile * run * item,
                *((high.size, place), (self.rows, row), (stop - first, wide.tile * run)),
                *((length, run), (run, 1)),
            )
            to = self._places(self.outputs, run, first, stop)
            steps.append(Step(wide.transforms.at.T[:, :length], source, to))
        return read, steps

    @functools.cached_property
    def write(self) -> tuple[Step, list[Step], View]:
        """The transform into outputs: within the memory, into the images, and where in these."""
        high, wide, part, item, size = self.high, self.wide, self.part, self.item, self.output
        filters, run, pixel = size[3], self.images * size[3], size[2] * size[3]
        line, tiles = size[1] * pixel, self.tiles * run
        inside = ((wide.size, tiles), (self.tiles, run), (high.size, wide.size * tiles), (run, 1))
        half = ((wide.size, tiles), (self.tiles, run), (high.tile, wide.size * tiles), (run, 1))
        within = _step(
            high.transforms.at, self.view(self.outputs, *inside), self.view(0, *half), item
        )
        steps = []
        for top, bottom, tall in part.rows(high.given):
            for left, right, broad in wide.given:
                outer = ((tall, wide.size * tiles), (bottom - top, wide.tiles * run))
                source = self.view(
                    ((top - part.top) * wide.tiles + left) * run * item,
                    *(*outer, (right - left, run), (wide.size, tiles), (run, 1)),
                )
                begin = top * high.tile * line + left * wide.tile * pixel + part.first * filters
                to = self.view(
                    begin * item,
                    *((tall, line), (bottom - top, high.tile * line)),
                    *((right - left, wide.tile * pixel), (broad, pixel), (run, 1)),
                )
                steps.append(Step(wide.transforms.at[:broad], source, to))
        top = part.top * high.tile
        where = self.view(
            (top * line + part.first * filters) * item,
            *((min(part.bottom * high.tile, size[0]) - top, line), (size[1], pixel), (run, 1)),
        )
        return within, steps, where

    @functools.cached_property
    def write_back(self) -> tuple[list[Step | Sum], list[Step | Sum]]:
        """The adjoint of `read`, by which tiles are added up where they overlap.

        The first rows and columns of a tile are those that the one before has as its last.
        """
        high, wide, part, item, size = self.high, self.wide, self.part, self.item, self.input
        run, pixel = self.images * size[3], size[2] * size[3]
        line, row = size[1] * pixel, wide.reach * run
        place, shared = self.rows * row, TAPS - 1
        left, skip = max(wide.before, 0), max(-wide.before, 0)
        right = max(left, min(wide.before + size[1], wide.reach))

        def columns(kind: Any, first: int, stop: int, start: int, end: int) -> Any:
            outer = ((high.size, place), (self.rows, row), (stop - first, wide.tile * run))
            place_ = (first * wide.tile + start) * run * item
            to = self.view(place_, *outer, (end - start, run), (run, 1))
            source = self._places(self.inputs, run, first, stop)
            return kind(wide.transforms.bt.T[start:end], source, to)

        def rows(kind: Any, first: int, stop: int, start: int, end: int) -> Any:
            source = self.view(
                ((first - part.top) * row + left * run) * item,
                *((stop - first, row), (right - left, run), (high.size, place), (run, 1)),
            )
            begin = (first * high.tile - high.before + start) * line + skip * pixel
            to = self.view(
                (begin + part.first * size[3]) * item,
                *((stop - first, high.tile * line), (right - left, pixel)),
                *((end - start, line), (run, 1)),
            )
            return kind(high.transforms.bt.T[start:end], source, to)

        across, down = [], []
        for first, stop in ((0, 1), (1, wide.tiles)):
            if first < stop:
                across.append(columns(Step, first, stop, shared, wide.size))
                across.append(columns(Sum if first else Step, first, stop, 0, shared))
        for group in part.rows(high.taken):
            for first, stop, start, end in Part(0, 1, 0, 0).rows((group,)):
                down.append(rows(Step, first, stop, start, end))
            for first, stop, start, end in Part(1, high.tiles, 0, 0).rows((group,)):
                down.append(rows(Step, first, stop, max(start, shared), end))
                down.append(rows(Sum, first, stop, start, min(end, shared)))
        return across, [each for each in down if len(each.matrix) and right > left]


class Plan(NamedTuple):
    """Tiles in parts, where each of these lies, and what transforms a kernel.

    ``filters``: (places, taps); ``turned``: the same for a kernel that is turned round.
    """

    cut: Grid
    layouts: list[Layout]
    filters: Raw
    turned: Raw


@functools.lru_cache(256)
def planned(
    sizes: tuple[Sizes, Sizes, Sizes],
    shape: Sizes,
    dtype: Any,
    most: int,
    hands: int,
    whole: bool = False,
) -> Plan:
    """All that can be said beforehand.

    ``sizes`` of input, output and padding; ``shape``: (batch, channels, filters); ``most``: about
    how many numbers the tiles of a part should have; ``hands``: threads; ``whole``: only images
    are shared among them, so that all rows of tiles of an image are done one after the other.
    """
    batch, channels, filters = shape
    high, wide = (side(*each, dtype) for each in zip(*sizes, strict=True))
    most = max(most, high.size * wide.size * channels * filters)
    cut = grid(high, wide, batch, max(channels, filters), most, hands, whole)
    x, y = (*sizes[0], batch, channels), (*sizes[1], batch, filters)
    layouts = [Layout(cut, part, x, y, dtype.itemsize) for part in cut.parts]
    transform = np.kron(high.transforms.g, wide.transforms.g)
    return Plan(cut, layouts, transform, np.ascontiguousarray(transform[:, ::-1]))
