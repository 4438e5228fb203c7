"""The kernels of convolution: the input laid out as columns, then one matrix product.

A convolution is linear in its input and in its weight, so three kernels are each other's
adjoints: `convolved` gives the output, `input_of` what an output and a weight make of the
input, `weight_of` what an output and an input make of the weight. All take arrays (batch,
channels, ...) and a weight (out channels, in channels / groups, ...). `KERNELS` says which way of
computing them is taken when.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol

import numpy as np

from autograd.dimensions import upright
from autograd.dtypes import wide
from autograd.graph import Raw
from autograd.ops.lowering import COLUMNS, Exact, Flat
from autograd.ops.windowing import Windows

SMALL_PRODUCT = 1_000_000
"""Up to this many multiplications OpenBLAS takes a kernel that packs nothing, which is faster."""


class Convolution(NamedTuple):
    """The windows of a convolution, and into how many groups its channels fall."""

    windows: Windows
    groups: int


class Problem(NamedTuple):
    """What a kernel is chosen by: the sizes, and whether a zero times any weight is zero."""

    windows: Windows
    groups: int
    batch: int
    channels: int
    filters: int
    finite: bool = True


class Kernel(Protocol):
    """One way of computing all three; the result, zeros or not yet written, comes last."""

    def convolved(self, x: Raw, w: Raw, b: Raw | None, size: Problem, y: Raw) -> None:
        """Write the output."""

    def input_of(self, g: Raw, w: Raw, size: Problem, x: Raw) -> None:
        """Write what belongs to the input."""

    def weight_of(self, g: Raw, x: Raw, size: Problem, w: Raw) -> None:
        """Write what belongs to the weight."""


class Pointwise:
    """A kernel of one tap on every position: a product over the channels, nothing copied."""

    def convolved(self, x: Raw, w: Raw, b: Raw | None, size: Problem, y: Raw) -> None:
        """Write the output."""
        np.matmul(_by_group(w, size), _grouped(x, size), out=_grouped(y, size))
        if b is not None:
            y += upright(b, y.ndim - 2)

    def input_of(self, g: Raw, w: Raw, size: Problem, x: Raw) -> None:
        """Write what belongs to the input."""
        np.matmul(_by_group(w, size).swapaxes(1, 2), _grouped(g, size), out=_grouped(x, size))

    def weight_of(self, g: Raw, x: Raw, size: Problem, w: Raw) -> None:
        """Write what belongs to the weight."""
        products = np.matmul(_grouped(g, size), _grouped(x, size).swapaxes(2, 3))
        np.add.reduce(products, 0, out=_by_group(w, size))


def _grouped(images: Raw, size: Problem) -> Raw:
    """Images (batch, channels, ...) as (batch, groups, channels, positions)."""
    shape = images.shape
    return images.reshape(shape[0], size.groups, shape[1] // size.groups, math.prod(shape[2:]))


def _by_group(w: Raw, size: Problem) -> Raw:
    """A weight as (groups, filters, channels and taps)."""
    return w.reshape(size.groups, w.shape[0] // size.groups, math.prod(w.shape[1:]))


Where = tuple[slice, slice, slice]


class Lowered:
    """A few images at a time as columns, few enough to stay in the cache, and a product.

    A large image is done in bands of its first dimension.
    """

    def __init__(self, layout: type[Exact | Flat]) -> None:
        self.layout = layout

    def convolved(self, x: Raw, w: Raw, b: Raw | None, size: Problem, y: Raw) -> None:
        """Write the output."""
        weight = _by_group(w, size)[:, np.newaxis]
        bias = None if b is None else upright(b, y.ndim - 2)
        for part, where, m in self._parts(size, x.dtype):
            m.layout.fill(m.column_view, x[part])
            np.matmul(weight, m.blocks(m.columns), out=m.blocks(m.output))
            if bias is None:
                y[where] = m.output_view
            else:
                np.add(m.output_view, bias, out=y[where])

    def input_of(self, g: Raw, w: Raw, size: Problem, x: Raw) -> None:
        """Write what belongs to the input."""
        weight = _by_group(w, size).swapaxes(1, 2)[:, np.newaxis]
        product = np.multiply if weight.shape[-1] == 1 else np.matmul
        for part, where, m in self._parts(size, g.dtype):
            m.output_view[...] = g[where]
            product(weight, m.blocks(m.output), out=m.blocks(m.columns))
            m.layout.collect(m.column_view, x[part])

    def weight_of(self, g: Raw, x: Raw, size: Problem, w: Raw) -> None:
        """Write what belongs to the weight."""
        # Columns times output is up to twice as fast as output times columns.
        total = np.zeros((size.groups, w[0].size, size.filters // size.groups), w.dtype)
        for part, where, m in self._parts(size, g.dtype):
            m.output_view[...] = g[where]
            m.layout.fill(m.column_view, x[part])
            products = np.matmul(m.blocks(m.columns), m.blocks(m.output).swapaxes(2, 3))
            total += np.add.reduce(products, 1)
        _by_group(w, size)[...] = total.swapaxes(1, 2)

    def _parts(self, size: Problem, dtype: Any) -> Iterator[tuple[slice, Where, Matrices]]:
        """Parts of the work: which images, where in the output, and the matrices for them."""
        rows = size.channels * size.windows.tap_count
        image = rows * math.prod(self.layout.grid_of(size.windows))
        for band, windows in size.windows.bands(image // COLUMNS):
            entries = rows * math.prod(self.layout.grid_of(windows))
            parts = -(-size.batch // max(1, COLUMNS // max(entries, 1))) or 1
            count = -(-size.batch // parts)
            matrices = None
            for start in range(0, size.batch, count or 1):
                images = min(count, size.batch - start)
                if matrices is None or matrices.images != images:
                    matrices = Matrices(self.layout, size._replace(windows=windows), images, dtype)
                part = slice(start, start + images)
                yield part, (part, slice(None), band), matrices


class Matrices:
    """The matrices of some images: of columns of the input, and of the output.

    Both are (groups, rows, positions). Where the small product is the faster one, positions are
    filled up with zeros to a whole number of ``block``. The views are of the same memory:
    ``column_view`` (channels, taps, images, *grid), ``output_view`` (images, filters, ...).
    """

    def __init__(self, layout: type[Exact | Flat], size: Problem, images: int, dtype: Any) -> None:
        self.images = images
        self.layout = layout(size.windows, size.channels, images, dtype)
        rows, outs = size.channels * size.windows.tap_count, size.filters
        grid = self.layout.grid
        positions = images * math.prod(grid)
        small = SMALL_PRODUCT // max(rows * outs // size.groups**2, 1)
        blocks = -(-positions // small) if small >= 64 else 1
        self.block = max(-(-positions // max(blocks, 1)), 1)
        padded = max(blocks, 1) * self.block
        self.columns = np.empty((size.groups, rows // size.groups, padded), dtype)
        self.columns[..., positions:] = 0
        self.output = np.zeros((size.groups, outs // size.groups, padded), dtype)
        self.column_view = self.columns.reshape(rows, padded)[:, :positions].reshape(
            size.channels, size.windows.tap_count, images, *grid
        )
        inside = tuple(slice(0, n) for n in size.windows.output)
        whole: Raw = self.output.reshape(outs, padded)[:, :positions].reshape(outs, images, *grid)
        self.output_view = whole[(..., *inside)].swapaxes(0, 1)

    def blocks(self, matrix: Raw) -> Raw:
        """A matrix as (groups, blocks, rows, block), of the same memory."""
        groups, rows, padded = matrix.shape
        return matrix.reshape(groups, rows, padded // self.block, self.block).swapaxes(1, 2)


def _is_pointwise(size: Problem) -> bool:
    windows = size.windows
    return (
        windows.tap_count == 1
        and windows.input == windows.output
        and not any(windows.before)
        and math.prod(windows.output) >= 16
    )


# What an entry of the columns costs in a product (for each filter), copied and added, and what
# it costs to begin a row, in nanoseconds of a processor of 2024: their ratios decide.
PRODUCT, COPY, ADD, ROW = 0.01, 0.1, 0.35, 2.5


def _rows_are_long(size: Problem) -> bool:
    """Whether positions computed for nothing cost less than copying row by row."""
    output, grid = size.windows.output, Flat.grid_of(size.windows)
    wasted = (math.prod(grid) - math.prod(output)) * size.filters // size.groups
    return size.finite and wasted * PRODUCT < math.prod(output[:-1]) * ROW


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


POINTWISE = Pointwise()
KERNELS: tuple[tuple[Callable[[Problem], bool], Kernel], ...] = (
    (_is_pointwise, POINTWISE),
    (_rows_are_long, Lowered(Flat)),
    (lambda size: True, Lowered(Exact)),
)
"""The first whose condition holds is taken."""


@functools.lru_cache(256)
def _kernel(size: Problem) -> Kernel:
    return next(kernel for applies, kernel in KERNELS if applies(size))


def convolved(x: Raw, w: Raw, b: Raw | None, conv: Convolution) -> Raw:
    """The output (batch, filters, ...) of an input and a weight, with a bias added if given."""
    size = Problem(*conv, len(x), x.shape[1], len(w))
    dtype = x.dtype
    x, w = wide(x), wide(w)
    y = np.empty((len(x), len(w), *conv.windows.output), x.dtype)
    _kernel(size).convolved(x, w, b, size, y)
    return y.astype(dtype, copy=False)


def input_of(g: Raw, w: Raw, b: Raw | None, conv: Convolution) -> Raw:
    """What an output and a weight make of the input: the transposed convolution."""
    channels = w.shape[1] * conv.groups
    size = Problem(*conv, len(g), channels, len(w), bool(np.isfinite(w).all()))
    dtype = g.dtype
    g, w = wide(g), wide(w)
    kernel = _kernel(size)
    x = np.zeros((len(g), channels, *conv.windows.input), g.dtype)
    turned = Problem(conv.windows.transposed(), conv.groups, len(g), len(w), channels)
    if kernel is not POINTWISE and _turning_pays(size, turned):
        _kernel(turned).convolved(g, _turned(w, conv.groups), b, turned, x)
        return x.astype(dtype, copy=False)
    kernel.input_of(g, w, size, x)
    if b is not None:
        x += upright(b, x.ndim - 2)
    return x.astype(dtype, copy=False)


def _turned(w: Raw, groups: int) -> Raw:
    """The weight with every kernel reversed, and with channels and filters changed over."""
    filters, channels, *kernel = w.shape
    by_group = w.reshape(groups, filters // groups, channels, *kernel).swapaxes(1, 2)
    reversed_ = by_group[(..., *(slice(None, None, -1) for _ in kernel))]
    return reversed_.reshape(groups * channels, filters // groups, *kernel)


def weight_of(g: Raw, x: Raw, conv: Convolution) -> Raw:
    """What an output and an input make of the weight."""
    size = Problem(*conv, len(g), x.shape[1], g.shape[1])
    dtype = g.dtype
    g, x = wide(g), wide(x)
    w = np.empty((size.filters, size.channels // size.groups, *conv.windows.kernel), g.dtype)
    _kernel(size).weight_of(g, x, size, w)
    if not np.isfinite(w).all():  # a zero met an infinity where there is no position at all
        Lowered(Exact).weight_of(g, x, size, w)
    return w.astype(dtype, copy=False)
