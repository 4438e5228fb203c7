"""Winograd's minimal filtering: 3 x 3 convolutions in fewer multiplications.

Shmuel Winograd, "Arithmetic Complexity of Computations" (1980); for convolutional networks Lavin
and Gray, "Fast Algorithms for Convolutional Neural Networks" (2016). A tile of m x m outputs
takes (m + 2) x (m + 2) products for each pair of channels instead of 9 m x m::

    Y = A^T [(G w G^T) * (B^T x B)] A

The products over the channels are then matrix products, one for each of the (m + 2)^2 places of
a tile, and so are the transforms: a small matrix times a wide one. Images lie pixel by pixel
(see `autograd.pixels`), so that a place of all tiles of a row is one long run. Nothing is padded
and nothing cut off: at the border some columns of the small matrix are taken, or some rows.
"""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np

from autograd import pixels, threads
from autograd.graph import Raw
from autograd.ops.placed_tiles import placed
from autograd.ops.problem import Problem
from autograd.ops.tiles import TAPS, side
from autograd.ops.tiling import Plan, planned
from autograd.ops.windowing import Sizes, Windows

CACHED = 1 << 19
"""About how many numbers the transformed tiles of a part should have, for the second cache.

Where the transformed weights have more, as many as these: every part reads them once.
"""

WEIGHTS = 1 << 19
"""Numbers of transformed weights that a thread writes at least: fewer are sooner done by one."""


class Winograd:
    """The kernel of dense 3 x 3 convolutions in float32 (see `autograd.ops.convolving`)."""

    def convolved(self, x: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """The output."""
        return _convolved(x, w, b, size.windows.before, size.windows.output, turned=False)

    def input_of(self, g: Raw, w: Raw, b: Raw | None, size: Problem) -> Raw:
        """What belongs to the input."""
        if _adjoint_pays(size):
            return _input_of(g, w, b, size.windows.before, size.windows.input)
        before = size.windows.transposed().before
        return _convolved(g, w, b, before, size.windows.input, turned=True)

    def weight_of(self, g: Raw, x: Raw, size: Problem) -> Raw:
        """What belongs to the weight."""
        return _weight_of(g, x, size.windows.before)


@functools.lru_cache(1024)
def _adjoint_pays(size: Problem) -> bool:
    """Whether the input takes far fewer products as a sum of tiles than as a convolution.

    Without padding the output of the second is larger than the first one's.
    """

    def products(windows: Windows) -> int:
        lengths = zip(windows.input, windows.output, windows.before, strict=True)
        sides = [side(*each, np.dtype(size.dtype)) for each in lengths]
        return math.prod(each.tiles * each.size for each in sides)

    return 1.5 * products(size.windows) < products(size.windows.transposed())


def _filters(w: Raw, both: Raw, by_filter: bool) -> Raw:
    """The transformed weights (places, channels, filters), or (places, filters, channels).

    They lie in the thread's own memory, until it asks for others.
    """
    filters, channels = w.shape[:2]
    rows, columns = (filters, channels) if by_filter else (channels, filters)
    found: Raw = threads.scratch("winograd weights", (len(both), rows, columns), w.dtype)
    taps = w.reshape(filters, channels, TAPS * TAPS)
    hands = threads.hands(found.size // WEIGHTS)

    def work(hand: int) -> None:
        some = threads.share(rows, hand, hands)
        shape = (some.stop - some.start, TAPS * TAPS, columns)
        own = threads.scratch("winograd taps", shape, w.dtype)
        if by_filter:
            np.copyto(own, taps[some].transpose(0, 2, 1))
        else:
            for few in pixels.bands(filters, 1, 32):  # a line of the cache is used up by then
                own[:, :, few] = taps[few, some].transpose(1, 2, 0)
        np.matmul(both, own, out=found[:, some].transpose(1, 0, 2))

    threads.run(work, hands)
    return found


def _plan(x: Raw, before: Sizes, output: Sizes, filters: int) -> Plan:
    batch, channels, *size = x.shape
    sizes, shape = (tuple(size), output, before), (batch, channels, filters)
    return planned(sizes, shape, x.dtype, CACHED, threads.get_num_threads())


def _convolved(x: Raw, w: Raw, b: Raw | None, before: Sizes, output: Sizes, *, turned: bool) -> Raw:
    batch, filters = len(x), w.shape[1] if turned else w.shape[0]
    plan = _plan(x, before, output, filters)
    weight = _filters(w, plan.turned if turned else plan.filters, turned)
    source = pixels.packed(x)
    y = np.empty((*output, batch, filters), x.dtype)
    ending = pixels.Ending(b, batch, filters, x.dtype)

    def work(number: int) -> None:
        tiles = placed(plan.layouts[number], x.dtype)
        tiles.read(source)
        np.matmul(tiles.inputs, weight, out=tiles.outputs)
        ending.finish(tiles.write(y))

    threads.run(work, len(plan.layouts))
    return pixels.images(y)


def _input_of(g: Raw, w: Raw, b: Raw | None, before: Sizes, input: Sizes) -> Raw:
    """What an output and a weight make of the input, as a sum of tiles that overlap."""
    batch, channels, hands = len(g), w.shape[1], threads.get_num_threads()
    sizes = (input, tuple(g.shape[2:]), before)
    plan = planned(sizes, (batch, channels, len(w)), g.dtype, CACHED, hands, whole=True)
    given, weight = pixels.packed(g), _filters(w, plan.filters, by_filter=True)
    x = np.empty((*input, batch, channels), g.dtype)
    ending = pixels.Ending(b, batch, channels, g.dtype)
    images = [
        [*group] for _, group in itertools.groupby(plan.layouts, lambda layout: layout.part.first)
    ]

    def work(number: int) -> None:
        for layout in images[number]:
            tiles = placed(layout, g.dtype)
            tiles.read_back(given)
            np.matmul(tiles.outputs, weight, out=tiles.inputs)
            tiles.write_back(x)
        part = images[number][0].part
        ending.finish(pixels.flat(x[:, :, part.first : part.last]))

    threads.run(work, len(images))
    return pixels.images(x)


def _weight_of(g: Raw, x: Raw, before: Sizes) -> Raw:
    """What an output and an input make of the weight (filters, channels, 3, 3)."""
    batch, channels, filters = len(x), x.shape[1], g.shape[1]
    plan = _plan(x, before, g.shape[2:], filters)
    source, given, cut = pixels.packed(x), pixels.packed(g), plan.cut

    def transformed(number: int) -> tuple[Raw, Raw]:
        tiles = placed(plan.layouts[number], x.dtype)
        tiles.read(source)
        tiles.read_back(given)
        return tiles.inputs, tiles.outputs

    def part_by_part(hand: int) -> None:  # a fixed share for each: sums are always the same
        shape = (cut.places, filters, channels)
        total = threads.scratch("winograd w", shape, x.dtype)
        for number in range(hand, len(plan.layouts), hands):
            tiles, back = transformed(number)
            if number == hand:
                np.matmul(back.swapaxes(1, 2), tiles, out=total)
            else:
                again = threads.scratch("winograd again", shape, x.dtype)
                total += np.matmul(back.swapaxes(1, 2), tiles, out=again)
        np.matmul(total.transpose(1, 2, 0), plan.filters, out=totals[hand])

    def kept(number: int) -> None:
        for to, tiles in zip(whole, transformed(number), strict=True):
            to[:, starts[number] : starts[number] + tiles.shape[1]] = tiles

    def some_filters(hand: int) -> None:
        own = threads.share(filters, hand, hands)
        shape = (cut.places, own.stop - own.start, channels)
        total = threads.scratch("winograd w", shape, x.dtype)
        np.matmul(whole[1][:, :, own].swapaxes(1, 2), whole[0], out=total)
        np.matmul(total.transpose(1, 2, 0), plan.filters, out=totals[0, own])

    count = cut.high.tiles * cut.wide.tiles * batch
    w = np.empty((filters, channels, TAPS, TAPS), x.dtype)  # its own memory: nobody copies it
    found = w.reshape(filters, channels, TAPS * TAPS)
    hands = threads.hands(len(plan.layouts))
    if hands > 1 and filters * channels > count * max(filters, channels):
        # Sums as large as the weight cost more than to keep what all threads then read.
        totals = found[np.newaxis]
        sides = {"winograd inputs": channels, "winograd outputs": filters}
        whole = [threads.scratch(k, (cut.places, count, n), x.dtype) for k, n in sides.items()]
        starts = [0, *itertools.accumulate(each.x.shape[1] for each in plan.layouts)]
        threads.run(kept, len(plan.layouts))
    else:
        totals = np.empty((hands, *found.shape), x.dtype) if hands > 1 else found[np.newaxis]
    threads.run(part_by_part if len(totals) == hands else some_filters, hands)
    if len(totals) > 1:
        np.add.reduce(totals, 0, out=found)
    return w
