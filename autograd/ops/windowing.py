"""Windows over the last dimensions: where each offset of a kernel meets its input.

What unfolding, pooling and convolution share. An offset of the kernel is called a tap.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

Sizes = tuple[int, ...]
Slices = tuple[slice, ...]
Tap = tuple[int, Slices, Slices]


class Windows(NamedTuple):
    """A kernel that slides: sizes by dimension, and the padding in front of the input.

    Position ``o`` of the output and tap ``u`` meet entry ``o * stride + u * dilation - before``
    of the input, where it has that entry. How far the padding reaches behind the input follows
    from the output's size.
    """

    input: Sizes
    kernel: Sizes
    output: Sizes
    stride: Sizes
    dilation: Sizes
    before: Sizes

    def taps(self) -> tuple[Tap, ...]:
        """For each tap that meets the input: its number, where in the output, and in the input."""
        return _taps(self)

    def transposed(self) -> Windows:
        """The windows over the output, of strides 1, that give the transpose of a convolution."""
        ends = zip(self.kernel, self.dilation, self.before, strict=True)
        before = tuple(d * (k - 1) - p for k, d, p in ends)
        return self._replace(input=self.output, output=self.input, before=before)

    def bands(self, count: int) -> Iterator[tuple[slice, Windows]]:
        """About ``count`` parts of the first dimension of the output, each with its windows."""
        rows = self.output[0]
        step = -(-rows // min(max(count, 1), rows))
        for start in range(0, rows, step):
            stop = min(start + step, rows)
            before = (self.before[0] - start * self.stride[0], *self.before[1:])
            output = (stop - start, *self.output[1:])
            yield slice(start, stop), self._replace(output=output, before=before)

    @property
    def tap_count(self) -> int:
        """The number of taps."""
        return math.prod(self.kernel)


def even_parts(length: int, count: int) -> tuple[Any, Any]:
    """Where ``count`` windows that cover a dimension start and stop: adaptive pooling's."""
    number = np.arange(count)
    return number * length // max(count, 1), -(-(number + 1) * length // max(count, 1))


@functools.lru_cache(256)
def _taps(windows: Windows) -> tuple[Tap, ...]:
    sides = [list(_meetings(*each)) for each in zip(*windows, strict=True)]
    found = []
    for number, meetings in enumerate(itertools.product(*sides)):
        if None not in meetings:
            places, entries = zip(*(each for each in meetings if each), strict=True)
            found.append((number, places, entries))
    return tuple(found)


def _meetings(
    length: int, kernel: int, output: int, stride: int, dilation: int, before: int
) -> Iterator[tuple[slice, slice] | None]:
    """For each tap of one dimension: the positions that meet the input, and the entries met."""
    for tap in range(kernel):
        offset = tap * dilation - before
        first = max(0, -(offset // stride))
        stop = min(output, (length - 1 - offset) // stride + 1)
        if first >= stop:
            yield None
            continue
        start = first * stride + offset
        entries = slice(start, start + (stop - 1 - first) * stride + 1, stride)
        yield slice(first, stop), entries
