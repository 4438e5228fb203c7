"""Images that lie pixel by pixel: the layout in which the kernels of convolution are fast.

A tensor of images has the shape (batch, channels, height, width) for everybody. What convolution,
pooling and normalisation compute lies in memory as (height, width, batch, channels), so that a
pixel is one long run over batch and channels, and a row of pixels a longer one. NumPy's
elementwise functions keep such a layout. Users never see it: a tensor whose memory is looked
at (a view, ``stride()``, ``numpy()``) is first laid out row by row, by `autograd.tensor`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.graph import Raw


def images(y: Raw) -> Raw:
    """(height, width, batch, channels) as (batch, channels, height, width), of the same memory."""
    return y.transpose(2, 3, 0, 1)


def laid_out(x: Raw) -> Raw:
    """(batch, channels, height, width) as (height, width, batch, channels), copied if need be."""
    turned = x.transpose(2, 3, 0, 1)
    return turned if is_pixels(x) else np.ascontiguousarray(turned)


def packed(x: Raw) -> Raw:
    """As `laid_out`, without gaps between the rows."""
    return np.ascontiguousarray(laid_out(x))


def bands(rows: int, row: int, most: int) -> list[slice]:
    """``rows`` rows, each of ``row`` numbers, in bands of about ``most`` numbers.

    >>> from autograd import pixels
    >>> pixels.bands(5, 10, 20)
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    count = max(1, min(rows, most // max(row, 1)))
    return [slice(start, min(start + count, rows)) for start in range(0, rows, count)]


LONG = 1 << 13
"""Numbers from which on NumPy works on a row as fast as it can, with a vector beside it, too."""


def in_rows(*given: Raw) -> list[Raw]:
    """Images of one shape as (any, any, row), each row some whole pixels one after the other.

    A row has at least `LONG` numbers if the images have so many; it is the images' own memory
    where they lie pixel by pixel.
    """
    turned = [laid_out(each) for each in given]
    high, wide, *pixel = turned[0].shape
    size = math.prod(pixel)
    dense = all(each.flags.c_contiguous for each in turned)
    line = high * wide if dense else wide
    fits = (k for k in range(1, line + 1) if line % k == 0 and k * size >= LONG)
    count = max(next(fits, line), 1)
    shape = (line // count, 1) if dense else (high, line // count)
    return [each.reshape(*shape, count * size) for each in turned]


def is_pixels(x: Raw) -> bool:
    """Whether images lie pixel by pixel; rows may be longer than the image is wide.

    >>> from autograd import pixels
    >>> pixels.is_pixels(pixels.empty(2, 3, (4, 5), np.float32))
    True
    """
    if x.ndim != 4:
        return False
    batch, channels, _, width = x.shape
    n, c, h, w = x.strides
    item: int = x.itemsize
    pixel = batch * channels * item
    return bool(c == item and n == channels * item and w == pixel and h >= width * pixel)


def is_hidden(array: Raw) -> bool:
    """Whether an array has another layout than users expect of a new tensor."""
    return array.ndim == 4 and not array.flags.c_contiguous and is_pixels(array)


def empty(batch: int, channels: int, size: tuple[int, ...], dtype: Any) -> Raw:
    """Room for images, pixel by pixel."""
    return images(np.empty((*size, batch, channels), dtype))


def empty_like(x: Raw, size: tuple[int, ...], dtype: Any) -> Raw:
    """Room for images of another size in the layout of ``x``: pixel by pixel, or row by row."""
    if is_hidden(x):
        return empty(x.shape[0], x.shape[1], size, dtype)
    return np.empty((*x.shape[:2], *size), dtype)


def padded(x: Raw, before: tuple[int, ...], size: tuple[int, ...]) -> Raw:
    """(height, width, batch, channels) of this size, with the images at ``before`` in zeros.

    Where nothing is to be added, the images' own memory. What does not fit is cut off.
    """
    turned = x.transpose(2, 3, 0, 1)
    if is_pixels(x) and not any(before) and turned.shape[:2] == size:
        return turned
    room = np.empty((*size, *turned.shape[2:]), x.dtype)
    places, entries = meeting(before, turned.shape[:2], size)
    (top, bottom), (left, right) = ((each.start, each.stop) for each in places)
    room[:top] = 0
    room[bottom:] = 0
    room[top:bottom, :left] = 0
    room[top:bottom, right:] = 0
    room[places] = turned[entries]
    return room


def cropped(room: Raw, before: tuple[int, ...], size: tuple[int, ...], bias: Raw | None) -> Raw:
    """Images of this size from a padded (height, width, batch, channels): back from `padded`.

    Zeros where the padded ones do not reach; ``bias``, one for each channel, is added.
    """
    places, entries = meeting(before, size, room.shape[:2])
    if all(e.start == 0 and e.stop == n for e, n in zip(entries, size, strict=True)):
        found = room[places]
    else:
        found = np.zeros((*size, *room.shape[2:]), room.dtype)
        found[entries] = room[places]
    shift(found, bias)
    return images(found)


def shift(y: Raw, bias: Raw | None) -> None:
    """Add ``bias``, one for each channel or none, to (height, width, batch, channels) in place."""
    if bias is not None:
        rows = flat(y)  # long runs are several times as fast
        rows += np.tile(bias, y.shape[2])


def meeting(
    before: tuple[int, ...], size: tuple[int, ...], room: tuple[int, ...]
) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Where images of ``size`` that start at ``before`` meet a room: there, and in the images."""
    places, entries = [], []
    for start, length, most in zip(before, size, room, strict=True):
        first = min(max(start, 0), most)
        stop = max(min(start + length, most), first)
        places.append(slice(first, stop))
        entries.append(slice(first - start, stop - start))
    return tuple(places), tuple(entries)


class NotFiniteError(Exception):
    """There is a nan or an infinity, which this way of computing would spread, or lose."""


class Ending:
    """What is done last to each part of an output, while that is in the cache."""

    def __init__(self, bias: Raw | None, batch: int, channels: int, dtype: Any) -> None:
        self._bias = None if bias is None else np.tile(bias, batch)
        self._small = np.full(batch * channels, 1e-30, dtype)  # so that no sum overflows

    def finish(self, rows: Raw) -> None:
        """Add the bias to (..., images and channels), in place.

        Raises `NotFiniteError` if there is a nan or an infinity.
        """
        run = rows.shape[-1]
        if self._bias is not None:
            rows += self._bias[:run]
        if not np.isfinite(np.add.reduce(np.matmul(rows, self._small[:run]), None)):
            raise NotFiniteError


def flat(x: Raw) -> Raw:
    """Pixels (height, width, batch, channels) as rows (height, width, batch * channels)."""
    return x.reshape(*x.shape[:2], math.prod(x.shape[2:]))
