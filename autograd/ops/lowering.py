"""Columns: how convolutions lay out images as a matrix, and the way back.

A matrix of columns has a row for each channel and tap, and a column for each position of each
image. The two layouts here differ in which positions there are.
"""

from __future__ import annotations

import functools
import itertools
import math
from typing import Any, NamedTuple

import numpy as np

from autograd.graph import Raw
from autograd.ops.windowing import Sizes, Slices, Windows

COLUMNS = 1 << 22
"""About how many bytes a matrix of columns should have: few calls that are worth a thread's while,
and not too much for the cache."""


class Exact:
    """Columns for the positions of the output and no others, copied row by row."""

    def __init__(self, windows: Windows, channels: int, images: int, dtype: Any) -> None:
        self.grid = self.grid_of(windows)
        self.taps = windows.taps()
        self.bare = all(
            before == 0 and (output - 1) * stride + (kernel - 1) * dilation < length
            for length, kernel, output, stride, dilation, before in zip(*windows, strict=True)
        )

    @staticmethod
    def grid_of(windows: Windows) -> Sizes:
        """The positions of one image, by dimension."""
        return windows.output

    def fill(self, columns: Raw, x: Raw) -> None:
        """Write the columns (channels, taps, images, *grid) of images (images, channels, ...)."""
        x = x.swapaxes(0, 1)
        if not self.bare:
            columns[...] = 0
        for tap, places, entries in self.taps:
            columns[(slice(None), tap, slice(None), *places)] = x[(..., *entries)]

    def collect(self, columns: Raw, x: Raw) -> None:
        """Add the columns up into images: the adjoint of `fill`."""
        x = x.swapaxes(0, 1)
        for tap, places, entries in self.taps:
            x[(..., *entries)] += columns[(slice(None), tap, slice(None), *places)]


class Flat:
    """Columns for whole padded rows, so that each tap is one long run of a padded image.

    The positions past the end of a row of the output are computed and thrown away. A stride
    is taken apart first: the padded image becomes one plane for each remainder of the stride,
    in which a tap again is one run.
    """

    def __init__(self, windows: Windows, channels: int, images: int, dtype: Any) -> None:
        self.plan = plan = _planned(windows)
        self.grid = plan.grid
        self.planes: Raw = np.zeros((channels, len(plan.phases), images, plan.size), dtype)
        whole = self.planes[..., : math.prod(plan.lengths)]
        self.images: Raw = whole.reshape(*whole.shape[:3], *plan.lengths)

    @staticmethod
    def grid_of(windows: Windows) -> Sizes:
        """The positions of one image, by dimension: whole rows of a plane."""
        return _planned(windows).grid

    def fill(self, columns: Raw, x: Raw) -> None:
        """Write the columns (channels, taps, images, *grid) of images (images, channels, ...)."""
        x = x.swapaxes(0, 1)
        for number, (inside, entries) in enumerate(self.plan.phases):
            self.images[(slice(None), number, slice(None), *inside)] = x[(..., *entries)]
        run = math.prod(self.grid)
        columns = columns.reshape(*columns.shape[:3], run)
        for tap, (number, start) in enumerate(self.plan.starts):
            columns[:, tap] = self.planes[:, number, :, start : start + run]

    def collect(self, columns: Raw, x: Raw) -> None:
        """Add the columns up into images: the adjoint of `fill`."""
        run = math.prod(self.grid)
        columns = columns.reshape(*columns.shape[:3], run)
        self.planes[...] = 0
        for tap, (number, start) in enumerate(self.plan.starts):
            self.planes[:, number, :, start : start + run] += columns[:, tap]
        x = x.swapaxes(0, 1)
        for number, (inside, entries) in enumerate(self.plan.phases):
            x[(..., *entries)] += self.images[(slice(None), number, slice(None), *inside)]


class Plan(NamedTuple):
    """Where everything of a `Flat` layout lies.

    ``lengths``: the sizes of a plane; ``phases``: for each plane its part that the input fills,
    and with which entries; ``starts``: for each tap its plane and where in it its run starts;
    ``size``: how many entries a plane needs, so that the last run does not end outside.
    """

    lengths: Sizes
    grid: Sizes
    phases: tuple[tuple[Slices, Slices], ...]
    starts: tuple[tuple[int, int], ...]
    size: int


@functools.lru_cache(256)
def _planned(windows: Windows) -> Plan:
    reach = zip(windows.output, windows.kernel, windows.dilation, windows.stride, strict=True)
    lengths = tuple(o + (k - 1) * d // s for o, k, d, s in reach)
    pitches = [math.prod(lengths[i + 1 :]) for i in range(len(lengths))]
    sides = [
        _phases(n, k, s, d, p, plane)
        for n, k, _, s, d, p, plane in zip(*windows, lengths, strict=True)
    ]
    planes = list(itertools.product(*sides))
    numbers = {tuple(phase for phase, _, _ in each): i for i, each in enumerate(planes)}
    starts = []
    for tap in np.ndindex(*windows.kernel):
        along = zip(tap, windows.dilation, windows.stride, strict=True)
        shifts, phases = zip(*(divmod(u * d, s) for u, d, s in along), strict=True)
        start = sum(shift * pitch for shift, pitch in zip(shifts, pitches, strict=True))
        starts.append((numbers[phases], start))
    grid = (windows.output[0], *lengths[1:])
    last = max(start for _, start in starts) + math.prod(grid)
    parts = [tuple(zip(*(each[1:] for each in chosen), strict=True)) for chosen in planes]
    return Plan(lengths, grid, tuple(parts), tuple(starts), max(math.prod(lengths), last))


def _phases(
    length: int, kernel: int, stride: int, dilation: int, before: int, plane: int
) -> list[tuple[int, slice, slice]]:
    """The remainders of the stride that a tap has: each with its part of a plane, of the input."""
    found = []
    for phase in sorted({tap * dilation % stride for tap in range(kernel)}):
        first = max(0, -((phase - before) // stride))
        stop = max(first, min(plane, (length - 1 + before - phase) // stride + 1))
        start = first * stride + phase - before
        end = max(start, start + (stop - first - 1) * stride + 1)
        found.append((phase, slice(first, stop), slice(start, end, stride)))
    return found
