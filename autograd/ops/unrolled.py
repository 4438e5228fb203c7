"""Convolutions of small images by large kernels' weights, as one product in the weight's order.

Where there are more weights than windows, to move the weights takes as long as to multiply them.
Here the windows are laid out as rows (pixel and image; channel and tap) instead, as the weight
(filter; channel and tap) lies in memory. Products with padding are computed, too.
"""

from __future__ import annotations

import numpy as np

from autograd import pixels, threads
from autograd.blas import NARROW
from autograd.graph import Raw
from autograd.ops.problem import Problem
from autograd.ops.windowing import Windows


class Unrolled:
    """Windows as rows in the order of the weight; the threads share filters or channels."""

    def convolved(self, x: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """The output."""
        filters, columns = len(w), _columns(x, size.windows)
        weight = w.reshape(filters, -1)
        y = np.empty((columns.shape[1], filters), x.dtype)
        hands = threads.hands(filters // NARROW)

        def work(hand: int) -> None:
            some = threads.share(filters, hand, hands)
            shape = (some.stop - some.start, len(y))
            own = threads.scratch("unrolled", shape, x.dtype)
            np.matmul(weight[some], columns, out=own)
            y[:, some] = own.T if b is None else own.T + b[some]

        threads.run(work, hands)
        return pixels.images(y.reshape(*size.windows.output, len(x), filters))

    def input_of(self, g: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """What belongs to the input."""
        windows, channels, taps = size.windows, w.shape[1], size.windows.tap_count
        given, weight = pixels.packed(g), w.reshape(len(w), -1)
        rows = given.reshape(-1, len(w))
        x = np.empty((*windows.input, len(g), channels), g.dtype)
        hands = threads.hands(channels // NARROW)

        def work(hand: int) -> None:
            some = threads.share(channels, hand, hands)
            own = x[..., some]
            own[...] = 0 if b is None else b[some]
            shape = (*given.shape[:3], some.stop - some.start, taps)
            products = threads.scratch("unrolled", shape, g.dtype)
            part = weight[:, some.start * taps : some.stop * taps]
            np.matmul(rows, part, out=products.reshape(len(rows), -1))
            for tap, places, entries in windows.taps():
                own[entries] += products[(*places, ..., tap)]

        threads.run(work, hands)
        return pixels.images(x)

    def weight_of(self, g: Raw, x: Raw, size: Problem) -> Raw:
        """What belongs to the weight."""
        filters, rows = g.shape[1], _rows(x, size.windows)
        given = pixels.packed(g).reshape(-1, filters)
        w = np.empty(size.weight_shape, g.dtype)
        flat = w.reshape(filters, -1)
        hands = threads.hands(filters // NARROW)

        def work(hand: int) -> None:
            some = threads.share(filters, hand, hands)
            np.matmul(given[:, some].T, rows, out=flat[some])

        threads.run(work, hands)
        return w


def _columns(x: Raw, windows: Windows) -> Raw:
    """The windows as a matrix (channels and taps, pixels and images), in the thread's memory."""
    batch, channels = x.shape[:2]
    shape = (channels, windows.tap_count, *windows.output, batch)
    columns: Raw = threads.scratch("unrolled windows", shape, x.dtype)
    source = np.ascontiguousarray(x.transpose(1, 2, 3, 0))
    _fill(columns.transpose(0, 2, 3, 4, 1), source, windows)
    return columns.reshape(channels * windows.tap_count, -1)


def _rows(x: Raw, windows: Windows) -> Raw:
    """The windows as a matrix (pixels and images, channels and taps), in the thread's memory."""
    batch, channels = x.shape[:2]
    shape = (*windows.output, batch, channels, windows.tap_count)
    rows: Raw = threads.scratch("unrolled windows", shape, x.dtype)
    _fill(rows.transpose(3, 0, 1, 2, 4), x.transpose(1, 2, 3, 0), windows)
    return rows.reshape(-1, channels * windows.tap_count)


def _fill(to: Raw, source: Raw, windows: Windows) -> None:
    """Write the windows (channels, *output, batch, taps) of (channels, height, width, batch)."""
    everywhere = tuple(slice(0, length) for length in windows.output)
    met = [places == everywhere for _, places, _ in windows.taps()]
    padded = len(met) < windows.tap_count or not all(met)
    hands = threads.hands(len(to) // NARROW)

    def work(hand: int) -> None:
        some = threads.share(len(to), hand, hands)
        if padded:
            to[some] = 0
        for tap, places, entries in windows.taps():
            to[(some, *places, slice(None), tap)] = source[(some, *entries)]

    threads.run(work, hands)
