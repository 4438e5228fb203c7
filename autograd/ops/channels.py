"""Normalisation over batches of images that lie pixel by pixel: kernels that read them twice.

The sums over a channel are products with ones, band by band, and are added up in float64; a
vector of one number for each channel is repeated for every image, because NumPy is fast where
runs are long. The formulas are those of `autograd.ops.normalization`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import pixels, threads
from autograd.graph import Raw

BAND = 1 << 17
"""About how many numbers a band has: it is read twice while it is in the cache."""


def _summed(x: Raw, channels: int, *terms: Callable[[Raw, slice], Raw]) -> list[Raw]:
    """The sums over each channel of what the terms make of a band of pixels."""
    parts = pixels.bands(len(x), x.shape[1] * x.shape[2], BAND)
    found = np.empty((len(terms), len(parts), x.shape[2]), np.float64)
    ones = np.ones((1, x.shape[1]), x.dtype)

    def work(number: int) -> None:
        band = parts[number]
        for row, term in zip(found, terms, strict=True):
            row[number] = np.matmul(ones, term(x[band], band)).sum((0, 1), dtype=np.float64)

    threads.run(work, len(parts))
    return [each.reshape(-1, channels).sum(0) for each in found]


def _filled(x: Raw, make: Callable[[Raw, slice, Raw], None]) -> Raw:
    """A new array of pixels that ``make`` fills band by band."""
    out = np.empty(x.shape, x.dtype)
    parts = pixels.bands(len(x), x.shape[1] * x.shape[2], BAND)

    def work(number: int) -> None:
        band = parts[number]
        make(x[band], band, out[band])

    threads.run(work, len(parts))
    return out


def totals(x: Raw) -> Raw:
    """The sum over each channel of images that lie pixel by pixel."""
    found = _summed(pixels.flat(pixels.laid_out(x)), x.shape[1], lambda part, band: part)[0]
    return found.astype(x.dtype)


def normalized(x: Raw, weight: Raw | None, bias: Raw | None, eps: float) -> tuple[Raw, Raw, Raw]:
    """(x - mean) / sqrt(var + eps) * weight + bias, the mean and the variance of each channel.

    ``x`` (batch, channels, height, width) lies pixel by pixel, and so does the result; mean and
    variance are (1, channels, 1, 1).
    """
    batch, channels, high, wide = x.shape
    rows = pixels.flat(pixels.laid_out(x))
    count = batch * high * wide
    mean = (_summed(rows, channels, lambda part, band: part)[0] / count).astype(x.dtype)
    center = np.tile(mean, batch)

    def squares(part: Raw, band: slice) -> Raw:
        apart = np.subtract(part, center, out=threads.scratch("apart", part.shape, part.dtype))
        return np.multiply(apart, apart, out=apart)

    var = (_summed(rows, channels, squares)[0] / count).astype(x.dtype)
    scale = 1 / np.sqrt(var + eps)
    if weight is not None:
        scale = scale * weight
    shift = -mean * scale if bias is None else bias - mean * scale
    factor, offset = (np.tile(each.astype(x.dtype), batch) for each in (scale, shift))

    def make(part: Raw, band: slice, to: Raw) -> None:
        np.multiply(part, factor, out=to)
        to += offset

    out = _filled(rows, make).reshape(high, wide, batch, channels)
    shape = (1, channels, 1, 1)
    return pixels.images(out), mean.reshape(shape), var.reshape(shape)


def pulled(
    g: Raw, x: Raw, weight: Raw | None, mean: Raw, var: Raw, eps: float, of_mean: Any, of_var: Any
) -> tuple[Raw, Raw, Raw]:
    """The gradients by the input, the weight and the bias; ``of_*``: what reaches mean and var."""
    batch, channels, high, wide = x.shape
    rows, given = (pixels.flat(pixels.laid_out(each)) for each in (x, g))
    count = batch * high * wide
    mean, var, of_mean, of_var = (np.ravel(each) for each in (mean, var, of_mean, of_var))
    center = np.tile(mean, batch)

    def along(part: Raw, band: slice) -> Raw:
        apart = np.subtract(part, center, out=threads.scratch("apart", part.shape, part.dtype))
        return np.multiply(apart, given[band], out=apart)

    whole, product = _summed(rows, channels, lambda part, band: given[band], along)
    scale = 1 / np.sqrt(var + eps)
    by_weight = product * scale
    factor = scale if weight is None else scale * weight
    first = (whole * factor - of_mean) / count
    second = (by_weight * factor - 2 * of_var / scale) / count * scale
    a, b, c = (
        np.tile(each.astype(x.dtype), batch) for each in (factor, -second, mean * second - first)
    )

    def make(part: Raw, band: slice, to: Raw) -> None:
        other = np.multiply(part, b, out=threads.scratch("apart", part.shape, part.dtype))
        np.multiply(given[band], a, out=to)
        to += other
        to += c

    by_x = pixels.images(_filled(rows, make).reshape(high, wide, batch, channels))
    return by_x, by_weight.astype(x.dtype), whole.astype(x.dtype)
