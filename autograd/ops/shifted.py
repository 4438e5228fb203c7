"""Convolutions of images that lie pixel by pixel, tap by tap, with nothing laid out.

`Shifted` multiplies, for one tap after the other, only the entries that meet the input: on small
images much of the rest would be products with padding. `Pixels` is for kernels of one tap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from autograd import pixels, threads
from autograd.blas import NARROW
from autograd.graph import Raw
from autograd.ops.problem import Problem
from autograd.ops.windowing import Tap, Windows

MANY = 4096
"""Rows that a thread multiplies at least, where its sums are as large as the weight."""


class Shifted:
    """A product over the channels for each tap, of all entries that the tap meets.

    Each thread does some of the channels that come out, and lays out their weights itself: that
    takes about as long as the products of eight images.
    """

    def convolved(self, x: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """The output."""
        windows = size.windows
        y = np.empty((*windows.output, len(x), len(w)), x.dtype)
        source, taps = pixels.packed(x), _taps(w)

        def own(some: slice) -> Raw:
            return _by_tap(taps[some]).swapaxes(1, 2)

        moves = [(tap, entries, places) for tap, places, entries in windows.taps()]
        _spread(source, y, own, moves, b)
        return pixels.images(y)

    def input_of(self, g: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """What belongs to the input."""
        windows = size.windows
        x = np.empty((*windows.input, len(g), w.shape[1]), g.dtype)
        given, taps = pixels.packed(g), _taps(w)

        def own(some: slice) -> Raw:
            return _by_tap(taps[:, some])

        _spread(given, x, own, windows.taps(), b)
        return pixels.images(x)

    def weight_of(self, g: Raw, x: Raw, size: Problem) -> Raw:
        """What belongs to the weight."""
        windows = size.windows
        given, source = pixels.packed(g), pixels.packed(x)
        filters, channels = g.shape[1], x.shape[1]
        w = np.empty(size.weight_shape, g.dtype)
        flat = _taps(w)
        hands = threads.hands(filters // NARROW)

        def work(hand: int) -> None:
            some = threads.share(filters, hand, hands)
            shape = (windows.tap_count, some.stop - some.start, channels)
            found = threads.scratch("shifted taps", shape, g.dtype)
            if len(windows.taps()) < windows.tap_count:
                found.fill(0)
            for tap, places, entries in windows.taps():
                rows = _rows(given[(*places, slice(None), some)], "shifted places")
                np.matmul(rows.T, _rows(source[entries], "shifted rows"), out=found[tap])
            flat[some] = found.transpose(1, 2, 0)

        threads.run(work, hands)
        return w


def _spread(
    source: Raw,
    to: Raw,
    weight_of: Callable[[slice], Raw],
    moves: Iterable[Tap],
    bias: Raw | None,
) -> None:
    """Products of pixels (height, width, batch, channels), added up where a tap puts them.

    ``weight_of`` some of the channels of ``to`` is (taps, channels of ``source``, these).
    """
    outs = to.shape[3]
    hands = threads.hands(outs // NARROW)

    def work(hand: int) -> None:
        some = threads.share(outs, hand, hands)
        weight, own = weight_of(some), to[..., some]
        own[...] = 0 if bias is None else bias[some]
        for tap, taken, put in moves:
            rows = _rows(source[taken], "shifted rows")
            product = threads.scratch("shifted product", (len(rows), weight.shape[2]), to.dtype)
            np.matmul(rows, weight[tap], out=product)
            there = own[put]
            there += product.reshape(there.shape)

    threads.run(work, hands)
    pixels.Ending(None, to.shape[2], outs, to.dtype).finish(pixels.flat(to))


def _taps(w: Raw) -> Raw:
    """A weight (filters, channels, ...) as (filters, channels, taps)."""
    return w.reshape(*w.shape[:2], -1)


def _by_tap(taps: Raw) -> Raw:
    """(filters, channels, taps) as (taps, filters, channels), in a memory of the thread."""
    turned = taps.transpose(2, 0, 1)
    found = threads.scratch("shifted taps", turned.shape, taps.dtype)
    np.copyto(found, turned)
    return found


def _rows(pixels_: Raw, name: str) -> Raw:
    """Pixels (height, width, batch, channels) as rows of a matrix, copied if they have gaps."""
    if not pixels_.flags.c_contiguous:
        room = threads.scratch(name, pixels_.shape, pixels_.dtype)
        np.copyto(room, pixels_)
        pixels_ = room
    return pixels_.reshape(-1, pixels_.shape[3])


class Pixels:
    """A kernel of one tap: a product over the channels of the pixels that it meets."""

    def convolved(self, x: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """The output."""
        windows = size.windows
        y = np.empty((*windows.output, len(x), len(w)), x.dtype)
        rows, weight = _met(x, windows), w.reshape(len(w), -1).T
        tall = len(y)
        hands = threads.hands(tall)

        def work(hand: int) -> None:
            some = threads.share(tall, hand, hands)
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
        hands = threads.hands(len(rows) // NARROW)

        def work(hand: int) -> None:
            some = threads.share(len(rows), hand, hands)
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
        hands = threads.hands(len(rows) // MANY)
        totals = np.empty((hands, g.shape[1], x.shape[1]), g.dtype)

        def work(hand: int) -> None:
            some = threads.share(len(rows), hand, hands)
            np.matmul(given[some].T, rows[some], out=totals[hand])

        threads.run(work, hands)
        w = np.empty(size.weight_shape, g.dtype)
        np.add.reduce(totals, 0, out=w.reshape(totals.shape[1:]))
        return w


def _met(x: Raw, windows: Windows) -> Raw:
    """The pixels that a kernel of one tap meets, as rows (pixels and images, channels)."""
    down, right = windows.stride
    turned = pixels.laid_out(x)[::down, ::right]
    return np.ascontiguousarray(turned).reshape(-1, x.shape[1])
