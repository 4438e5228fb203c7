"""Convolutions of images that lie pixel by pixel, as matrix products over laid out windows.

`Patches` lays the windows out as rows (pixel and image; tap and channel). `Columns` lays them out
as columns (channel and tap; pixel and image), which is better where channels are few. Sums over
parts of the work are taken in a fixed order, and no part writes where another does.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograd import pixels, threads
from autograd.blas import SMALL_PRODUCT
from autograd.graph import Raw
from autograd.ops.problem import Problem
from autograd.ops.windowing import Windows

PART = 1 << 20
"""About how many numbers of patches are laid out at a time: fewer leave the third cache alone,
but take more calls, which cost as much, and with several threads more."""

SHARED = 600_000
"""Nanoseconds of one thread from which on several share the work: of less, that is some 15 calls of
NumPy, they lose more on waking and in the interpreter's turns than they gain."""

COPIED, MULTIPLIED = 0.4, 0.013
"""What an entry of the patches costs in nanoseconds: laid out, and in a product for each filter."""

RUN = 16
"""Images that a thread has at least where they lie side by side: shorter runs are slow."""


def reach(windows: Windows) -> tuple[int, ...]:
    """How much of the padded input the windows touch, by dimension."""
    sides = zip(windows.output, windows.stride, windows.kernel, windows.dilation, strict=True)
    return tuple((o - 1) * s + (k - 1) * d + 1 for o, s, k, d in sides)


def by_taps(w: Raw) -> Raw:
    """A weight (filters, channels, ...) as (filters, taps and channels)."""
    return w.reshape(*w.shape[:2], -1).swapaxes(1, 2).reshape(len(w), -1)


def from_taps(flat: Raw, shape: tuple[int, ...]) -> Raw:
    """Back: (filters, taps and channels) as a weight of this shape (filters, channels, ...)."""
    filters, channels, *_ = shape
    w = np.empty(shape, flat.dtype)
    w.reshape(filters, channels, -1)[...] = flat.reshape(filters, -1, channels).swapaxes(1, 2)
    return w


def hands_of(entries: int, filters: int, most: int) -> int:
    """Among how many threads, ``most`` at most, so many entries of patches are shared."""
    cost = entries * (COPIED + MULTIPLIED * filters)
    return threads.hands(most) if cost >= SHARED else 1


def bands(rows: int, row: int, filters: int) -> list[list[slice]]:
    """``rows`` rows, each of ``row`` numbers, in bands of about `PART`: those of each thread."""
    hands = hands_of(rows * row, filters, rows)
    count = min(rows, hands * max(1, -(-rows * row // (PART * hands))))
    parts = [threads.share(rows, number, count) for number in range(count)]
    return [parts[hand::hands] for hand in range(hands)]


class Patches:
    """Windows as rows of a matrix: (pixels and images, taps and channels)."""

    def convolved(self, x: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """The output."""
        windows = size.windows
        inside, weight = pixels.padded(x, windows.before, reach(windows)), by_taps(w)
        y = np.empty((*windows.output, len(x), len(w)), x.dtype)
        parts = bands(len(y), windows.output[1] * len(x) * weight.shape[1], len(w))

        def work(hand: int) -> None:
            for band in parts[hand]:
                to = y[band]
                np.matmul(self._rows(inside, windows, band), weight.T, out=to.reshape(-1, len(w)))
                pixels.shift(to, b)

        threads.run(work, len(parts))
        return pixels.images(y)

    def input_of(self, g: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """What belongs to the input."""
        windows = size.windows
        given, weight = pixels.laid_out(g), by_taps(w)
        batch, channels = len(g), w.shape[1]
        room = np.zeros((*reach(windows), batch, channels), g.dtype)
        hands = threads.hands(batch)

        def work(hand: int) -> None:  # some of the images, because windows overlap
            some = threads.share(batch, hand, hands)
            to = room[:, :, some]
            for band in pixels.bands(
                len(given), given.shape[1] * to.shape[2] * weight.shape[1], PART
            ):
                source = np.ascontiguousarray(given[band, :, some])
                shape = (*source.shape[:3], *windows.kernel, channels)
                rows = threads.scratch("patches", shape, g.dtype)
                flat = rows.reshape(-1, weight.shape[1])
                np.matmul(source.reshape(-1, source.shape[3]), weight, out=flat)
                _collect(rows, to, windows, band)

        threads.run(work, hands)
        return pixels.cropped(room, windows.before, windows.input, b)

    def weight_of(self, g: Raw, x: Raw, size: Problem) -> Raw:
        """What belongs to the weight."""
        windows = size.windows
        given = pixels.packed(g)
        inside = pixels.padded(x, windows.before, reach(windows))
        filters, channels = g.shape[1], x.shape[1]
        entries = channels * windows.tap_count
        parts = bands(len(given), given.shape[1] * len(g) * entries, filters)
        totals = np.zeros((len(parts), filters, entries), g.dtype)

        def work(hand: int) -> None:
            for band in parts[hand]:
                rows = self._rows(inside, windows, band)
                again = threads.scratch("patches w", (filters, entries), g.dtype)
                totals[hand] += np.matmul(given[band].reshape(-1, filters).T, rows, out=again)

        threads.run(work, len(parts))
        shape = (filters, channels, *windows.kernel)
        return from_taps(np.add.reduce(totals, 0), shape)

    @staticmethod
    def _rows(inside: Raw, windows: Windows, band: slice) -> Raw:
        """The windows of a band of the output, as rows of a matrix."""
        s0, s1, s2, item = inside.strides
        (down, right), (low, wide) = windows.stride, windows.dilation
        batch, channels = inside.shape[2:]
        shape = (band.stop - band.start, windows.output[1], batch, *windows.kernel, channels)
        source = as_strided(
            inside[band.start * down :],
            shape,
            (down * s0, right * s1, s2, low * s0, wide * s1, item),
        )
        rows = threads.scratch("patches", shape, inside.dtype)
        np.copyto(rows, source)
        return rows.reshape(-1, windows.tap_count * channels)


def _collect(rows: Raw, room: Raw, windows: Windows, band: slice) -> None:
    """Add patches (rows, columns, images, *kernel, channels) up where they came from."""
    (_, across), (down, right) = windows.output, windows.stride
    for i in range(windows.kernel[0]):
        for j in range(windows.kernel[1]):
            top = band.start * down + i * windows.dilation[0]
            left = j * windows.dilation[1]
            bottom = top + (band.stop - band.start - 1) * down + 1
            to = room[top:bottom:down, left : left + (across - 1) * right + 1 : right]
            to += rows[:, :, :, i, j]


class Columns:
    """Windows as columns of a matrix: (channels and taps, pixels and images).

    The input is laid out channel by channel (channels, height, width, batch).
    """

    def convolved(self, x: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """The output."""
        windows = size.windows
        inside, flat = self._inside(x, windows), w.reshape(len(w), -1)
        block = self._block(windows, len(x), flat.size)
        y = np.empty((*windows.output, len(x), len(w)), x.dtype)
        parts = bands(len(y), windows.output[1] * len(x) * flat.shape[1], len(w))

        def work(hand: int) -> None:
            for band in parts[hand]:
                columns = self._columns(inside, windows, band, block)
                to = y[band]
                np.matmul(columns.swapaxes(1, 2), flat.T, out=self._blocks(to, columns))
                pixels.shift(to, b)

        threads.run(work, len(parts))
        return pixels.images(y)

    def input_of(self, g: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """What belongs to the input."""
        windows = size.windows
        flat, channels = w.reshape(len(w), -1), w.shape[1]
        given = pixels.laid_out(g)
        entries = math.prod(windows.output) * len(g) * flat.shape[1]
        hands = hands_of(entries, len(w), len(g) // RUN)
        room = np.empty((*reach(windows), len(g), channels), g.dtype)

        def work(hand: int) -> None:  # some of the images, because windows overlap
            some = threads.share(len(g), hand, hands)
            room[:, :, some] = self._gathered(given[:, :, some], flat, windows)

        threads.run(work, hands)
        return pixels.cropped(room, windows.before, windows.input, b)

    def _gathered(self, given: Raw, flat: Raw, windows: Windows) -> Raw:
        """The padded input (height, width, batch, channels) of some images."""
        batch, filters = given.shape[2:]
        channels = flat.shape[1] // windows.tap_count
        block = self._block(windows, batch, flat.size)
        shape = (channels, *reach(windows), batch)
        room = threads.scratch("gathered", shape, given.dtype)
        room.fill(0)
        (_, across), (down, right) = windows.output, windows.stride
        for band in pixels.bands(len(given), across * batch * flat.shape[1], PART):
            source = np.ascontiguousarray(given[band])
            tall = band.stop - band.start
            shape = (tall * across // block, flat.shape[1], block * batch)
            columns = threads.scratch("columns", shape, given.dtype)
            blocks = source.reshape(shape[0], block * batch, filters)
            np.matmul(flat.T, blocks.swapaxes(1, 2), out=columns)
            taps = columns.reshape(tall, across // block, channels, *windows.kernel, block, batch)
            for i in range(windows.kernel[0]):
                for j in range(windows.kernel[1]):
                    top = band.start * down + i * windows.dilation[0]
                    left = j * windows.dilation[1]
                    to = room[
                        :,
                        top : top + (tall - 1) * down + 1 : down,
                        left : left + (across - 1) * right + 1 : right,
                    ]
                    part = taps[:, :, :, i, j].transpose(2, 0, 1, 3, 4)
                    to += part.reshape(to.shape)  # a copy where a row has several blocks
        return room.transpose(1, 2, 3, 0)

    def weight_of(self, g: Raw, x: Raw, size: Problem) -> Raw:
        """What belongs to the weight."""
        windows = size.windows
        given, inside = pixels.packed(g), self._inside(x, windows)
        filters, entries = g.shape[1], x.shape[1] * windows.tap_count
        block = self._block(windows, len(x), filters * entries)
        parts = bands(len(given), windows.output[1] * len(x) * entries, filters)
        totals = np.zeros((len(parts), entries, filters), g.dtype)

        def work(hand: int) -> None:
            for band in parts[hand]:
                columns = self._columns(inside, windows, band, block)
                blocks = self._blocks(given[band], columns)
                totals[hand] += np.add.reduce(np.matmul(columns, blocks), 0)

        threads.run(work, len(parts))
        w = np.empty(size.weight_shape, g.dtype)
        w.reshape(filters, -1)[...] = np.add.reduce(totals, 0).T
        return w

    @staticmethod
    def _inside(x: Raw, windows: Windows) -> Raw:
        """The padded input, (channels, height, width, batch)."""
        size = reach(windows)
        if x.shape[1] == 1:  # the same memory in either order
            return pixels.padded(x, windows.before, size).transpose(3, 0, 1, 2)
        room = np.zeros((x.shape[1], *size, len(x)), x.dtype)
        places, entries = pixels.meeting(windows.before, windows.input, size)
        room[(slice(None), *places)] = x.transpose(1, 2, 3, 0)[(slice(None), *entries)]
        return room

    @staticmethod
    def _block(windows: Windows, batch: int, entries: int) -> int:
        """How many pixels of a row go into one product."""
        across = windows.output[1]
        most = SMALL_PRODUCT // max(entries * batch, 1)
        return max((d for d in range(1, across + 1) if across % d == 0 and d <= most), default=1)

    @staticmethod
    def _columns(inside: Raw, windows: Windows, band: slice, block: int) -> Raw:
        """The windows of a band as (blocks, channels and taps, pixels and images)."""
        s0, s1, s2, item = inside.strides
        (down, right), (low, wide) = windows.stride, windows.dilation
        channels, batch = inside.shape[0], inside.shape[3]
        tall, blocks = band.stop - band.start, windows.output[1] // block
        shape = (tall, blocks, channels, *windows.kernel, block, batch)
        steps = (down * s1, block * right * s2, s0, low * s1, wide * s2, right * s2, item)
        columns = threads.scratch("columns", shape, inside.dtype)
        np.copyto(columns, as_strided(inside[:, band.start * down :], shape, steps))
        return columns.reshape(tall * blocks, channels * windows.tap_count, block * batch)

    @staticmethod
    def _blocks(pixels_: Raw, columns: Raw) -> Raw:
        """Pixels (rows, columns, batch, filters) as (blocks, pixels and images, filters)."""
        return pixels_.reshape(len(columns), columns.shape[2], pixels_.shape[3])
