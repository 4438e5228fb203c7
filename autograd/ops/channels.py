"""Normalisation over batches of images that lie pixel by pixel: kernels that read them twice.

A row holds several pixels, so that it is long, which is where NumPy is fast: a vector of one
number for each channel is repeated for every image of all of them. The sums over a channel are
taken share by share, row by row, and added up in float64. The formulas are those of
`autograd.ops.normalization`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import pixels, threads
from autograd.blocks import SHARE, shares
from autograd.graph import Raw

_add: Any = np.add.reduce


def totals(x: Raw) -> Raw:
    """The sum over each channel of images that lie pixel by pixel."""
    (rows,) = pixels.in_rows(x)
    parts = shares(rows, SHARE)
    found = np.empty((len(parts), rows.shape[-1]), np.result_type(x, np.float32))

    def work(number: int) -> None:
        _add(rows[parts[number]], (0, 1), out=found[number])

    threads.run(work, len(parts))
    return _by_channel(found, x.shape[1]).astype(x.dtype)


def _by_channel(sums: Raw, channels: int) -> Raw:
    """The sums over each channel, in float64, from those over the columns of each share."""
    return _add(sums.reshape(-1, channels), 0, np.float64)


def _repeated(each: Raw, times: int, kind: Any) -> Raw:
    """A number for each channel, for every image of every pixel of a row."""
    found = np.empty((times, len(each)), kind)
    found[...] = each
    return found.reshape(-1)


def _moments(g: Raw, x: Raw, channels: int, center: Raw | None) -> tuple[Raw, Raw]:
    """The sums of g and of g * x over each channel, in float64; less ``center``, if given.

    ``center``, a number for each entry of a row, is taken from x, and from g where that is x.
    """
    parts = shares(x, SHARE)
    sums, products = np.empty((2, len(parts), x.shape[-1]), x.dtype)

    def work(number: int) -> None:
        one, other = g[parts[number]], x[parts[number]]
        if center is not None:
            room = threads.scratch("apart", other.shape, other.dtype)
            other = np.subtract(other, center, out=room)
            one = other if g is x else one
        _add(one, (0, 1), out=sums[number])
        np.einsum("rwk,rwk->k", one, other, out=products[number])

    threads.run(work, len(parts))
    return _by_channel(sums, channels), _by_channel(products, channels)


def _are_near(mean: Raw, var: Raw, deviations: int) -> bool:
    """Whether all means are so few standard deviations from 0 that nothing need be centered."""
    return bool(((mean * mean <= deviations**2 * var) & (var < np.inf)).all())


def _filled(x: Raw, make: Callable[[Raw, slice, Raw], None]) -> Raw:
    """New images that ``make`` fills, share by share, in rows as those of ``x``."""
    out = np.empty(x.shape, x.dtype)
    parts = shares(x, SHARE)

    def work(number: int) -> None:
        part = parts[number]
        make(x[part], part, out[part])

    threads.run(work, len(parts))
    return out


def moved(x: Raw, mean: Raw | None, scale: Raw, bias: Raw | None) -> Raw:
    """(x - mean) * scale + bias, each a number for a channel; pixel by pixel.

    What is None is left out.
    """
    batch, channels, high, across = x.shape
    (rows,) = pixels.in_rows(x)
    out = _moved(rows, mean, scale, bias).reshape(high, across, batch, channels)
    return pixels.images(out)


def products(g: Raw, x: Raw, mean: Raw) -> tuple[Raw, Raw]:
    """The sums of g and of g * (x - mean) over each channel, in float64."""
    channels = x.shape[1]
    rows, given = pixels.in_rows(x, g)
    return _moments(given, rows, channels, _repeated(mean, rows.shape[-1] // channels, x.dtype))


def _moved(rows: Raw, mean: Raw | None, scale: Raw, bias: Raw | None) -> Raw:
    """(x - mean) * scale + bias of rows, in the cache; what is None is left out."""
    times = rows.shape[-1] // len(scale)
    factor = _repeated(scale, times, rows.dtype)
    center, offset = (
        None if each is None else _repeated(each, times, rows.dtype) for each in (mean, bias)
    )

    def make(part: Raw, place: slice, to: Raw) -> None:
        if center is None:
            np.multiply(part, factor, out=to)
        else:
            np.subtract(part, center, out=to)
            to *= factor
        if offset is not None:
            to += offset

    return _filled(rows, make)


def normalized(x: Raw, weight: Raw | None, bias: Raw | None, eps: float) -> tuple[Raw, Raw, Raw]:
    """(x - mean) / sqrt(var + eps) * weight + bias, the mean and the variance of each channel.

    ``x`` (batch, channels, height, width) lies pixel by pixel, and so does the result; mean and
    variance are (1, channels, 1, 1).
    """
    batch, channels, high, across = x.shape
    (rows,) = pixels.in_rows(x)
    count, times = batch * high * across, rows.shape[-1] // channels
    whole, squares = _moments(rows, rows, channels, None)
    mean = whole / count
    var = squares / count - mean * mean
    near = _are_near(mean, var, 4)
    if not near:
        center = _repeated(mean, times, x.dtype)
        var = _moments(rows, rows, channels, center)[1] / count
    mean, var = mean.astype(x.dtype), var.astype(x.dtype)
    scale = 1 / np.sqrt(var + eps)
    if weight is not None:
        scale = scale * weight
    if near:
        shift = -mean * scale if bias is None else bias - mean * scale
        moved = _moved(rows, None, scale, shift)
    else:
        moved = _moved(rows, mean, scale, bias)
    out = moved.reshape(high, across, batch, channels)
    shape = (1, channels, 1, 1)
    return pixels.images(out), mean.reshape(shape), var.reshape(shape)


def pulled(
    g: Raw, x: Raw, weight: Raw | None, mean: Raw, var: Raw, eps: float, of_mean: Any, of_var: Any
) -> tuple[Raw, Raw, Raw]:
    """The gradients by the input, the weight and the bias; ``of_*``: what reaches mean and var."""
    batch, channels, high, across = x.shape
    rows, given = pixels.in_rows(x, g)
    count, times = batch * high * across, rows.shape[-1] // channels
    mean, var, of_mean, of_var = (np.ravel(each) for each in (mean, var, of_mean, of_var))
    if _are_near(mean, var, 2):
        whole, product = _moments(given, rows, channels, None)
        product -= mean * whole
    else:
        whole, product = _moments(given, rows, channels, _repeated(mean, times, x.dtype))
    scale = 1 / np.sqrt(var + eps)
    by_weight = product * scale
    factor = scale if weight is None else scale * weight
    first = (whole * factor - of_mean) / count
    second = (by_weight * factor - 2 * of_var / scale) / count * scale
    a, b, c = (_repeated(each, times, x.dtype) for each in (factor, -second, mean * second - first))

    def make(part: Raw, place: slice, to: Raw) -> None:
        np.multiply(part, b, out=to)
        to += c
        other = np.multiply(given[place], a, out=threads.scratch("apart", to.shape, to.dtype))
        to += other

    by_x = pixels.images(_filled(rows, make).reshape(high, across, batch, channels))
    return by_x, by_weight.astype(x.dtype), whole.astype(x.dtype)
