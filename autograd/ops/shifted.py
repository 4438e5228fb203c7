"""Convolutions of images that lie pixel by pixel, tap by tap, with nothing laid out.

`Shifted` multiplies, for one tap after the other, only the entries that meet the input: on small
images much of the rest would be products with padding. `Pixels` is for kernels of one tap.
"""

from __future__ import annotations

import numpy as np

from autograd import pixels, threads
from autograd.graph import Raw
from autograd.ops.patches import share, shares
from autograd.ops.problem import Problem
from autograd.ops.windowing import Windows


class Shifted:
    """A product over the channels for each tap, of all entries that the tap meets."""

    def convolved(self, x: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """The output."""
        windows = size.windows
        y = np.zeros((*windows.output, len(x), len(w)), x.dtype)
        pixels.shift(y, b)
        source, filters = pixels.packed(x), len(w)
        hands = shares(filters // 64)
        weight = _by_tap(w).swapaxes(1, 2)

        def work(hand: int) -> None:
            some = share(filters, hand, hands)
            for tap, places, entries in windows.taps():
                y[(*places, slice(None), some)] += _product(source[entries], weight[tap, :, some])

        threads.run(work, hands)
        pixels.Ending(None, len(x), filters, x.dtype).finish(pixels.flat(y))
        return pixels.images(y)

    def input_of(self, g: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """What belongs to the input."""
        windows = size.windows
        channels = w.shape[1]
        x = np.zeros((*windows.input, len(g), channels), g.dtype)
        pixels.shift(x, b)
        given = pixels.packed(g)
        weight = _by_tap(w)
        hands = shares(channels // 64)

        def work(hand: int) -> None:
            some = share(channels, hand, hands)
            for tap, places, entries in windows.taps():
                x[(*entries, slice(None), some)] += _product(given[places], weight[tap, :, some])

        threads.run(work, hands)
        pixels.Ending(None, len(g), channels, g.dtype).finish(pixels.flat(x))
        return pixels.images(x)

    def weight_of(self, g: Raw, x: Raw, size: Problem) -> Raw:
        """What belongs to the weight."""
        windows = size.windows
        given, source = pixels.packed(g), pixels.packed(x)
        filters, channels = g.shape[1], x.shape[1]
        w = np.zeros((windows.tap_count, filters, channels), g.dtype)
        taps = windows.taps()

        def work(number: int) -> None:
            tap, places, entries = taps[number]
            rows = np.ascontiguousarray(given[places]).reshape(-1, filters)
            np.matmul(rows.T, source[entries].reshape(-1, channels), out=w[tap])

        threads.run(work, len(taps))
        shape = (filters, channels, *windows.kernel)
        return np.ascontiguousarray(w.transpose(1, 2, 0)).reshape(shape)


def _by_tap(w: Raw) -> Raw:
    """A weight (filters, channels, ...) as (taps, filters, channels)."""
    return np.ascontiguousarray(w.reshape(*w.shape[:2], -1).transpose(2, 0, 1))


def _product(rows: Raw, weight: Raw) -> Raw:
    """(height, width, batch, channels) times (channels, filters)."""
    flat = np.ascontiguousarray(rows).reshape(-1, rows.shape[3])
    return np.matmul(flat, weight).reshape(*rows.shape[:3], weight.shape[1])


class Pixels:
    """A kernel of one tap: a product over the channels of the pixels that it meets."""

    def convolved(self, x: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """The output."""
        windows = size.windows
        y = np.empty((*windows.output, len(x), len(w)), x.dtype)
        rows, weight = _met(x, windows), w.reshape(len(w), -1).T
        tall = len(y)
        hands = shares(tall)

        def work(hand: int) -> None:
            some = share(tall, hand, hands)
            to, source = y[some], rows.reshape(tall, -1, rows.shape[1])[some]
            np.matmul(source.reshape(-1, rows.shape[1]), weight, out=to.reshape(-1, len(w)))
            pixels.shift(to, b)

        threads.run(work, hands)
        return pixels.images(y)

    def input_of(self, g: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """What belongs to the input."""
        windows = size.windows
        rows, weight = pixels.packed(g).reshape(-1, g.shape[1]), w.reshape(len(w), -1)
        found = np.empty((len(rows), w.shape[1]), g.dtype)
        hands = shares(len(rows) // 64)

        def work(hand: int) -> None:
            some = share(len(rows), hand, hands)
            np.matmul(rows[some], weight, out=found[some])

        threads.run(work, hands)
        found = found.reshape(*windows.output, len(g), w.shape[1])
        if windows.input != windows.output:
            down, right = windows.stride
            room = np.zeros((*windows.input, len(g), w.shape[1]), g.dtype)
            room[::down, ::right] = found
            found = room
        pixels.shift(found, b)
        return pixels.images(found)

    def weight_of(self, g: Raw, x: Raw, size: Problem) -> Raw:
        """What belongs to the weight."""
        windows = size.windows
        rows, given = _met(x, windows), pixels.packed(g).reshape(-1, g.shape[1])
        hands = shares(len(rows) // 4096)
        totals = np.empty((hands, g.shape[1], x.shape[1]), g.dtype)

        def work(hand: int) -> None:
            some = share(len(rows), hand, hands)
            np.matmul(given[some].T, rows[some], out=totals[hand])

        threads.run(work, hands)
        return np.add.reduce(totals, 0).reshape(g.shape[1], x.shape[1], 1, 1)


def _met(x: Raw, windows: Windows) -> Raw:
    """The pixels that a kernel of one tap meets, as rows (pixels and images, channels)."""
    down, right = windows.stride
    turned = pixels.laid_out(x)[::down, ::right]
    return np.ascontiguousarray(turned).reshape(-1, x.shape[1])
