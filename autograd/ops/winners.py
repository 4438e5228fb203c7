"""Which entry of each window is the largest, and what follows from it."""

from __future__ import annotations

import functools
import math
from typing import Any, NamedTuple

import numpy as np

from autograd import pixels, threads
from autograd.blocks import share_count, shares
from autograd.dimensions import upright
from autograd.graph import Raw
from autograd.ops.windowing import Windows

CHUNK = 1 << 15
"""About how many windows are searched at a time: their tensors should stay in the cache."""

SHARE = 200_000
"""About how many windows, pixel by pixel, a thread searches at a time: runs there are long."""


def flat(images: Any) -> Any:
    """Images (batch, channels, ...), an array or a tensor, as (batch, channels, entries)."""
    return images.reshape((*images.shape[:2], math.prod(images.shape[2:])))


class Part(NamedTuple):
    """Some images, or a band of all: which images, which places, its windows."""

    images: slice
    places: tuple[slice, ...]
    windows: Windows


class Winners:
    """By which tap each window has its largest entry: the first, or the last nan.

    ``tracked``: False where only the entries themselves are wanted.
    """

    def __init__(self, windows: Windows, tracked: bool) -> None:
        self.windows = windows
        self.taps = windows.taps()
        self.dtype = np.dtype(np.uint8 if windows.tap_count <= 1 << 8 else np.uint32)
        self.tracked = tracked
        self.won: Raw = None

    def search(self, x: Raw) -> Raw:
        """The largest entries of the windows of (batch, channels, ...), in its layout."""
        largest = pixels.empty_like(x, self.windows.output, x.dtype)
        if self.tracked:
            self.won = pixels.empty_like(x, self.windows.output, self.dtype)
        parts = self._parts(x)

        def work(number: int) -> None:
            part = parts[number]
            where = (part.images, slice(None), *part.places)
            won = self.won[where] if self.tracked else None
            self._search(x[part.images], largest[where], won, part)

        threads.run(work, len(parts))
        return largest

    def _search(self, x: Raw, largest: Raw, won: Raw, part: Part) -> None:
        least = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
        taps = part.windows.taps()
        tap, places, entries = taps[0]
        if all(each == slice(0, n) for each, n in zip(places, part.windows.output, strict=True)):
            np.copyto(largest, x[(..., *entries)])
            taps = taps[1:]
            if won is not None:
                won[...] = tap
        else:
            largest[...] = least
            if won is not None:
                won[...] = _first_taps(self.windows)[part.places]
        for tap, places, entries in taps:
            best = largest[(..., *places)]
            found = x[(..., *entries)]
            if not pixels.is_pixels(x):
                found = np.ascontiguousarray(found)
            if won is not None:
                more = np.greater(found, best, out=_room("more", best, np.bool_))
                who = won[(..., *places)]
                # A later tap has a larger number, so the largest is the last that had more.
                number = more.view(np.uint8)
                if self.dtype == np.uint8:
                    number *= np.uint8(tap)
                else:
                    number = np.multiply(number, self.dtype.type(tap), dtype=self.dtype)
                np.maximum(who, number, out=who)
            np.maximum(found, best, out=best)  # in this order -0.0 stays before 0.0
        if won is not None and x.dtype.kind == "f" and np.isnan(largest).any():
            for tap, places, entries in part.windows.taps():
                won[(..., *places)][np.isnan(x[(..., *entries)])] = tap

    def _parts(self, x: Raw) -> list[Part]:
        """Parts whose arrays stay in the cache: images, or bands where they lie pixel by pixel."""
        batch, channels = x.shape[:2]
        each = max(math.prod(self.windows.output) * channels, 1)
        everywhere = tuple(slice(0, n) for n in self.windows.output)
        if pixels.is_hidden(x):
            count = share_count(each * batch, SHARE)
            return [
                Part(slice(None), (band, *everywhere[1:]), windows)
                for band, windows in self.windows.bands(count)
            ]
        step = max(1, CHUNK // each)
        return [
            Part(slice(start, start + step), everywhere, self.windows)
            for start in range(0, batch, step)
        ]

    def spread(self, g: Raw) -> Raw:
        """Zeros in the shape of the input, with ``g`` added where the winners stand."""
        windows = self.windows
        if pixels.is_hidden(self.won):
            g = pixels.images(pixels.laid_out(g))
        x = pixels.empty_like(self.won, windows.input, g.dtype)
        apart = all(s > d * (k - 1) for _, k, _, s, d, _ in zip(*windows, strict=True))
        bits = np.dtype(f"i{g.dtype.itemsize}")
        parts = self._parts_of_input(x)

        def work(number: int) -> None:
            part = parts[number]
            given, won = g[part.images].view(bits), self.won[part.images]
            to = x[(part.images, slice(None), *part.places)]
            if not _cover(windows):
                to[...] = 0
            for tap, places, entries in part.windows.taps():
                who = won[(..., *places)]
                mask = np.equal(who, self.dtype.type(tap), out=_room("mask", who, np.bool_))
                # Of integers: a product with 0 or 1 would make nan of infinities.
                if apart:
                    np.multiply(given[(..., *places)], mask, out=to.view(bits)[(..., *entries)])
                else:
                    share = _room("share", who, bits)
                    np.multiply(given[(..., *places)], mask, out=share)
                    to[(..., *entries)] += share.view(g.dtype)

        threads.run(work, len(parts))
        return x

    def _parts_of_input(self, x: Raw) -> list[Part]:
        """As `_parts`, but the bands are of the input, and their windows all that meet them."""
        windows = self.windows
        everywhere = tuple(slice(None) for _ in windows.input)
        if not pixels.is_hidden(x):
            return [part._replace(places=everywhere) for part in self._parts(x)]
        parts = []
        for band in shares(pixels.laid_out(x), SHARE * x.size // max(self.won.size, 1)):
            size = (band.stop - band.start, *windows.input[1:])
            before = (windows.before[0] + band.start, *windows.before[1:])
            met = windows._replace(input=size, before=before)
            parts.append(Part(slice(None), (band, *everywhere[1:]), met))
        return parts

    def pick(self, x: Raw) -> Raw:
        """The entries where the winners stand."""
        places = np.take_along_axis(flat(x), flat(self.indices()), 2)
        return places.reshape(self.won.shape)

    def indices(self) -> Raw:
        """The places of the winners in a channel's entries, counted row by row."""
        windows, place, left = self.windows, np.zeros((), np.int64), self.won
        pitch = 1
        for number in reversed(range(len(windows.kernel))):
            n, k, o, s, d, p = (each[number] for each in windows)
            left, tap = np.divmod(left, self.dtype.type(k))
            start = upright(np.arange(o) * s - p, len(windows.kernel) - number - 1)
            place = place + pitch * (start + d * tap.astype(np.int64))
            pitch *= n
        return place


def _room(name: str, like: Raw, dtype: Any) -> Raw:
    """Room for some images, in the layout of these."""
    if pixels.is_pixels(like):
        batch, channels, *size = like.shape
        return pixels.images(threads.scratch(name, (*size, batch, channels), dtype))
    return threads.scratch(name, like.shape, dtype)


def _cover(windows: Windows) -> bool:
    """Whether the windows lie side by side and meet every entry of the input."""
    sides = zip(windows.stride, windows.output, windows.input, strict=True)
    return (
        windows.kernel == windows.stride
        and not any(windows.before)
        and set(windows.dilation) == {1}
        and all(s * o == n for s, o, n in sides)
    )


@functools.lru_cache(256)
def _first_taps(windows: Windows) -> Raw:
    """The first tap of each position that meets the input."""
    first: Raw = 0
    for number, (k, o, s, d, p) in enumerate(zip(*windows[1:], strict=True)):
        side = np.maximum(0, -((np.arange(o) * s - p) // d))
        first = first * k + upright(side, len(windows.kernel) - number - 1)
    return first
