"""Running sums as matrix products: NumPy's own takes 3 ns a number, one after the other.

A line is cut into pieces of `PIECE` numbers. The sums within the pieces are one product with a
triangle of ones, those from piece to piece run in float64.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from autograd.blocks import share_rows
from autograd.graph import Raw
from autograd.sums import total

PIECE = 32
"""Numbers in a piece: a product with a triangle of as many rows takes half a nanosecond each."""

MANY = 1 << 14
"""From so many numbers on it is worth its calls."""

_accumulate: Any = np.add.accumulate


def is_long(x: Any, dim: int) -> bool:
    """Whether the running sums along ``dim`` of a row-major array of finite floats are products."""
    if not isinstance(x, np.ndarray) or x.size < MANY or x.dtype.char not in "fd":
        return False
    after = prod(x.shape[dim + 1 :])
    if not x.flags.c_contiguous or x.shape[dim] < 2 * PIECE or 1 < after < PIECE:
        return False
    return bool(np.isfinite(total(x, None)))  # 0 times an infinity would be nan


def summed(x: Raw, dim: int, back: bool) -> Raw:
    """The sums up to each entry along ``dim``, or with ``back`` from each entry on.

    >>> from autograd.ops.running_sums import summed
    >>> summed(np.ones((1, 100)), 1, True)[0, :3]
    array([100.,  99.,  98.])
    """
    before, length, after = prod(x.shape[:dim]), x.shape[dim], prod(x.shape[dim + 1 :])
    out = np.empty(x.shape, x.dtype)
    lines, found = (each.reshape(before, length, after) for each in (x, out))
    if before > 1:

        def work(number: int, part: slice) -> None:
            _write(lines[part], found[part], back)

        share_rows(work, before, length * after, 1 << 16)
    else:

        def work(number: int, part: slice) -> None:
            _write(lines[..., part], found[..., part], back)

        share_rows(work, after, length)
    return out


def _write(x: Raw, out: Raw, back: bool) -> None:
    """The running sums along the middle one of three dimensions."""
    before, length, after = x.shape
    whole = length - length % PIECE
    cut = (before, whole // PIECE, PIECE, after)
    pieces, into = x[:, :whole].reshape(cut), out[:, :whole].reshape(cut)
    triangle = np.tri(PIECE, dtype=x.dtype)
    if back:
        triangle = triangle.T
    if after == 1:
        np.matmul(pieces[..., 0], triangle.T, out=into[..., 0])
    else:
        np.matmul(triangle, pieces, out=into)
    rest = _alone(x[:, whole:], back)
    sums = np.zeros((before, cut[1] + 1, after), np.float64)
    ends = into[:, ::-1, 0] if back else into[:, :, -1]
    _accumulate(ends, 1, np.float64, out=sums[:, 1:])
    if back:
        out[:, whole:] = rest
        offset = sums[:, -2::-1]
        if whole < length:
            offset = offset + rest[:, :1]
    else:
        out[:, whole:] = rest + sums[:, -1:]
        offset = sums[:, :-1]
    offset = offset.astype(x.dtype)
    if after == 1:
        into += np.repeat(offset, PIECE).reshape(cut)
    else:
        into += offset[:, :, np.newaxis]


def _alone(x: Raw, back: bool) -> Raw:
    """The running sums of less than a piece, in float64."""
    turned = x[:, ::-1] if back else x
    sums: Raw = _accumulate(turned, 1, np.float64)
    return sums[:, ::-1] if back else sums
