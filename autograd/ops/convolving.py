"""The kernels of convolution, and which is taken when.

A convolution is linear in its input and in its weight, so three kernels are each other's
adjoints: `convolved` gives the output, `input_of` what an output and a weight make of the
input, `weight_of` what an output and an input make of the weight. All take arrays (batch,
channels, ...) and a weight (out channels, in channels / groups, ...). `KERNELS` says which way of
computing them is taken; those for images that lie pixel by pixel (`autograd.pixels`) leave
their results so.
"""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from autograd import pixels
from autograd.dtypes import wide
from autograd.graph import Raw
from autograd.ops.gathered import Gathered
from autograd.ops.lowering import Exact, Flat
from autograd.ops.patches import Columns, Patches
from autograd.ops.problem import Convolution, Kernel, Problem
from autograd.ops.rowwise import Lowered, Pointwise
from autograd.ops.shifted import Pixels, Shifted
from autograd.ops.tiles import side
from autograd.ops.unrolled import Unrolled
from autograd.ops.winograd import Winograd


def _any(size: Problem) -> bool:
    return True


FEW = 1 << 15
"""Up to so many numbers in all windows it is the number of calls that costs."""


def _windows_of(size: Problem) -> int:
    """How many numbers there are in the windows, of the input or of the output."""
    inputs = size.channels * math.prod(size.windows.output)
    outputs = size.filters * math.prod(size.windows.input)
    return size.batch * size.windows.tap_count * max(inputs, outputs)


def _is_plane(size: Problem) -> bool:
    """Whether there are images, all channels together, on which a pixel can be a long run."""
    return len(size.windows.kernel) == 2 and size.groups == 1


def _is_large(size: Problem) -> bool:
    """Whether a pixel, of all images, is a run that is worth it."""
    least, most = sorted((size.channels * size.batch, size.filters * size.batch))
    positions = min(math.prod(size.windows.output), math.prod(size.windows.input))
    return least >= 16 and most >= 64 and most * positions >= 4096


def _is_single(size: Problem) -> bool:
    """Whether the kernel has one tap and meets the input alone."""
    windows = size.windows
    within = zip(windows.input, windows.output, windows.stride, strict=True)
    return (
        windows.tap_count == 1
        and not any(windows.before)
        and all((o - 1) * s < n for n, o, s in within)
    )


def _covers(size: Problem) -> bool:
    """As `_is_single`, and every entry is met: images need not be copied."""
    return _is_single(size) and size.windows.input == size.windows.output


def _suits_winograd(size: Problem) -> bool:
    """3 x 3, dense and in float32: float64 is for those who want every digit."""
    windows = size.windows
    return (
        size.dtype == "float32"
        and size.finite
        and windows.kernel == (3, 3)
        and windows.stride == windows.dilation == (1, 1)
    )


# What an entry of the columns costs in a product (for each filter), copied and added, and what
# it costs to begin a row, in nanoseconds of a processor of 2024: their ratios decide.
PRODUCT, COPY, ADD, ROW = 0.01, 0.1, 0.35, 2.5


def _met(size: Problem) -> int:
    """How many pairs of a tap and a position meet the input."""
    places = (places for _, places, _ in size.windows.taps())
    return sum(math.prod(each.stop - each.start for each in place) for place in places)


# What Winograd's transform of a weight and back costs for each place of a tile, in nanoseconds,
# where all of them, at most so many, are in the third cache; and where they are not.
TRANSFORM, TRANSFORM_OUTSIDE, KEPT = 0.25, 0.7, 1 << 22


def _gains_by_winograd(size: Problem) -> bool:
    """Not with few channels or few tiles, where the transforms cost more than they save."""
    windows = size.windows
    lengths = zip(windows.input, windows.output, windows.before, strict=True)
    sides = [side(*each, np.dtype(size.dtype)) for each in lengths]
    places = math.prod(each.size for each in sides)
    products = places * math.prod(each.tiles for each in sides)
    transform = TRANSFORM if places * size.channels * size.filters <= KEPT else TRANSFORM_OUTSIDE
    pays = size.batch * (_met(size) - products) * PRODUCT > places * transform
    return pays and size.channels >= 12 and size.filters >= 12


# What it costs to move a weight for each tap and back, in nanoseconds.
MOVED = 0.6


def _has_many_weights(size: Problem) -> bool:
    """Whether it pays to multiply with padding, too, rather than to move the weights."""
    positions, taps = math.prod(size.windows.output), size.windows.tap_count
    wasted = size.batch * (positions * taps - _met(size)) * PRODUCT
    return size.filters > size.batch * positions and wasted < MOVED * taps


def _meets_padding(size: Problem) -> bool:
    """Whether so much of the windows is padding that it pays to leave that out."""
    whole = math.prod(size.windows.output) * size.windows.tap_count
    return size.finite and size.channels >= 64 and size.filters >= 64 and _met(size) < 0.8 * whole


def _rows_are_long(size: Problem) -> bool:
    """Whether positions computed for nothing cost less than copying row by row."""
    output, grid = size.windows.output, Flat.grid_of(size.windows)
    wasted = (math.prod(grid) - math.prod(output)) * size.filters // size.groups
    return size.finite and wasted * PRODUCT < math.prod(output[:-1]) * ROW


class Choice(NamedTuple):
    """A line of the table: the kernel can do what ``can`` says, and should where ``should``."""

    kernel: Kernel
    can: Callable[[Problem], bool]
    should: Callable[[Problem], bool]


KERNELS: dict[str, Choice] = {
    "pixels": Choice(
        Pixels(),
        lambda size: _is_plane(size) and _is_single(size),
        _is_large,
    ),
    "winograd": Choice(
        Winograd(),
        lambda size: _is_plane(size) and _suits_winograd(size),
        lambda size: _is_large(size) and _gains_by_winograd(size),
    ),
    "unrolled": Choice(
        Unrolled(),
        _is_plane,
        lambda size: _is_large(size) and _has_many_weights(size),
    ),
    "shifted": Choice(
        Shifted(),
        lambda size: _is_plane(size) and size.finite,
        lambda size: _is_large(size) and _meets_padding(size),
    ),
    "columns": Choice(
        Columns(),
        _is_plane,
        lambda size: _is_large(size) and size.channels <= 8 and size.batch >= 16,
    ),
    "patches": Choice(
        Patches(),
        _is_plane,
        lambda size: _is_large(size) and size.channels > 8,
    ),
    "pointwise": Choice(
        Pointwise(),
        _covers,
        lambda size: math.prod(size.windows.output) >= 16,
    ),
    "gathered": Choice(
        Gathered(),
        lambda size: size.groups == 1 and size.finite,
        lambda size: _windows_of(size) <= FEW,
    ),
    "flat": Choice(Lowered(Flat), lambda size: size.finite, _rows_are_long),
    "exact": Choice(Lowered(Exact), _any, _any),
}
"""The first that can and should is taken; `forced` takes one wherever it can."""

_forced: str | None = None


@contextlib.contextmanager
def forced(name: str) -> Iterator[None]:
    """Take this kernel of `KERNELS` wherever it can be taken: for tests and measurements."""
    global _forced
    before, _forced = _forced, name
    try:
        yield
    finally:
        _forced = before


def chosen(size: Problem) -> str:
    """The name of the kernel for a problem."""
    if _forced is not None and KERNELS[_forced].can(size):
        return _forced
    return _chosen(size)


@functools.lru_cache(1024)
def _chosen(size: Problem) -> str:
    return next(name for name, way in KERNELS.items() if way.can(size) and way.should(size))


def _turning_pays(size: Problem, turned: Problem) -> bool:
    """Whether the input's gradient is cheaper as a convolution with the weight turned round.

    That one copies the filters' columns, where the other one adds up the channels' columns.
    """

    def cost(problem: Problem, move: float) -> float:
        positions = math.prod(Flat.grid_of(problem.windows))
        product = PRODUCT * (problem.filters // problem.groups)
        return problem.channels * positions * (move + product)

    dense = max(size.windows.stride) == 1 and size.finite
    return dense and cost(turned, COPY) < cost(size, ADD)


TURNED = frozenset({"columns", "flat", "exact"})
"""The kernels for which the input's gradient may be a convolution with the weight turned."""


def convolved(x: Raw, w: Raw, b: Raw | None, conv: Convolution) -> Raw:
    """The output (batch, filters, ...) of an input and a weight, with a bias added if given."""
    dtype = x.dtype
    x, w = wide(x), wide(w)
    size = Problem(*conv, len(x), x.shape[1], len(w), x.dtype.name)
    name = chosen(size)
    try:
        y = KERNELS[name].kernel.convolved(x, w, b, size)
    except pixels.NotFiniteError:
        y = _otherwise(size).convolved(x, w, b, size)
    return y.astype(dtype, copy=False)


def input_of(g: Raw, w: Raw, b: Raw | None, conv: Convolution) -> Raw:
    """What an output and a weight make of the input: the transposed convolution."""
    dtype = g.dtype
    g, w = wide(g), wide(w)
    finite = bool(np.isfinite(w).all())
    size = Problem(*conv, len(g), w.shape[1] * conv.groups, len(w), g.dtype.name, finite)
    name = chosen(size)
    try:
        if name in TURNED and _turning_pays(size, size.transposed):
            turned = size.transposed
            kernel = KERNELS[chosen(turned)].kernel
            x = kernel.convolved(g, _turned(w, conv.groups), b, turned)
        else:
            x = KERNELS[name].kernel.input_of(g, w, b, size)
    except pixels.NotFiniteError:
        x = _otherwise(size).input_of(g, w, b, size)
    return x.astype(dtype, copy=False)


def _turned(w: Raw, groups: int) -> Raw:
    """The weight with every kernel reversed, and with channels and filters changed over."""
    filters, channels, *kernel = w.shape
    by_group = w.reshape(groups, filters // groups, channels, *kernel).swapaxes(1, 2)
    reversed_ = by_group[(..., *(slice(None, None, -1) for _ in kernel))]
    shape = (groups * channels, filters // groups, *kernel)
    return np.ascontiguousarray(reversed_.reshape(shape))  # BLAS reads no array backwards


def weight_of(g: Raw, x: Raw, conv: Convolution) -> Raw:
    """What an output and an input make of the weight."""
    dtype = g.dtype
    g, x = wide(g), wide(x)
    size = Problem(*conv, len(g), x.shape[1], g.shape[1], g.dtype.name)
    w = KERNELS[chosen(size)].kernel.weight_of(g, x, size)
    if not np.isfinite(w).all():  # a zero met an infinity where there is no position at all
        w = KERNELS["exact"].kernel.weight_of(g, x, size)
    return w.astype(dtype, copy=False)


def _otherwise(size: Problem) -> Kernel:
    """What computes problems in which there is a nan or an infinity."""
    return KERNELS[_chosen(size._replace(finite=False))].kernel
