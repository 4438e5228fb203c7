"""Sums and products over dimensions of large arrays.

Sums are products with ones: BLAS adds several times as fast.

NumPy adds along the last dimension at each place anew, at a cost of some 20 ns; where it has two
to sixteen entries, a product takes a tenth of the time.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from autograd import blas, pixels
from autograd.graph import Raw

LARGE = 4096
"""From so many numbers on a product takes less time than NumPy's sum."""

LINE = 1024
"""Numbers that are added one after the other; the sums of lines are added by pairs, as NumPy's."""

_add: Any = np.add.reduce
_multiply: Any = np.multiply.reduce


def total(x: Raw, axes: tuple[int, ...] | None, keepdims: bool = False) -> Raw:
    """The sum over ``axes``, or over everything, in the array's dtype if that is of floats.

    >>> from autograd.sums import total
    >>> total(np.ones((5000, 2)), (1,)).shape
    (5000,)
    """
    if x.size < LARGE or axes == () or x.dtype not in (np.float32, np.float64):
        return _add(x, axes, None, None, keepdims)
    axes = tuple(range(x.ndim)) if axes is None else tuple(sorted(axes))
    order = list(range(x.ndim))
    if not x.flags.c_contiguous:
        if not pixels.is_hidden(x):
            return _add(x, axes, keepdims=keepdims)
        order = [2, 3, 0, 1]
    with blas.one_thread:
        found = _summed(x.transpose(order), {order.index(i) for i in axes})
    kept = [i for i in order if i not in axes]
    if kept != sorted(kept):
        found = found.transpose(np.argsort(kept))
    if keepdims:
        found = found.reshape([1 if i in axes else n for i, n in enumerate(x.shape)])
    return found


def _summed(x: Raw, axes: set[int]) -> Raw:
    """The sum of a C-contiguous array, one run of neighbouring dimensions after the other."""
    shape = list(x.shape)
    end = len(shape)
    while end:
        if end - 1 not in axes:
            end -= 1
            continue
        start = end - 1
        while start and start - 1 in axes:
            start -= 1
        before, length, after = prod(shape[:start]), prod(shape[start:end]), prod(shape[end:])
        x = _of_lines(x.reshape(before, length)) if after == 1 else _of_rows(x, before, length)
        del shape[start:end]
        end = start
    return x.reshape(shape)


def _of_rows(x: Raw, before: int, length: int) -> Raw:
    return np.matmul(np.ones(length, x.dtype), x.reshape(before, length, -1))


def _of_lines(x: Raw) -> Raw:
    """The sum of each line of a matrix."""
    length = x.shape[1]
    if length <= LINE:
        return x.dot(np.ones(length, x.dtype))
    whole = length - length % LINE
    ones = np.ones(LINE, x.dtype)
    found: Raw = _add(np.matmul(x[:, :whole].reshape(len(x), -1, LINE), ones), 1)
    return found if whole == length else found + x[:, whole:].dot(ones[: length - whole])


FEW = 16
"""Up to so many factors they are multiplied column by column, else halves with each other."""


def product(x: Raw, axes: tuple[int, ...], keepdims: bool = False) -> Raw:
    """The product over ``axes``, in the array's dtype; of lines, all at once.

    >>> from autograd.sums import product
    >>> product(np.full((5000, 2), 3.0), (1,))[:2]
    array([9., 9.])
    """
    last = tuple(sorted(axes)) == tuple(range(x.ndim - len(axes), x.ndim))
    if x.size < LARGE or not axes or not last or not _plain(x):
        return _multiply(x, axes, x.dtype, keepdims=keepdims)
    ahead = x.shape[: x.ndim - len(axes)]
    lines = x.reshape(prod(ahead), -1)
    while lines.shape[1] > FEW:
        half = lines.shape[1] // 2
        found = lines[:, :half] * lines[:, half : 2 * half]
        if lines.shape[1] % 2:
            found[:, 0] *= lines[:, -1]
        lines = found
    found = lines[:, 0].copy()
    for i in range(1, lines.shape[1]):
        found *= lines[:, i]
    return found.reshape(*ahead, *(1 for _ in axes)) if keepdims else found.reshape(ahead)


def divides(x: Raw, y: Raw) -> bool:
    """Whether products ``y`` of ``x`` may be divided by it: all are numbers, and none is 0.

    Subnormal ones, which have lost digits, count as 0.

    >>> from autograd.sums import divides
    >>> divides(np.array([2.0, 3.0]), np.array(6.0)), divides(np.array([2.0, 0.0]), np.array(0.0))
    (True, False)
    """
    if x.dtype not in (np.float32, np.float64) or not x.size or not y.size:
        return False
    least = np.finfo(x.dtype).tiny
    size = np.absolute(y)
    return bool(size.min() > least and size.max() < np.inf and np.absolute(x).min() > least)


def inner(a: Raw, b: Raw, axes: tuple[int, ...]) -> Raw:
    """The sum of ``a * b``, two arrays of one shape, over ``axes``, which are kept, of length 1.

    >>> from autograd.sums import inner
    >>> inner(np.ones((2, 3)), np.ones((2, 3)), (1,))
    array([[3.],
           [3.]])
    """
    last = axes == tuple(range(a.ndim - len(axes), a.ndim))
    if a.size < LARGE or not last or a.shape != b.shape or not _plain(a) or not _plain(b):
        return total(a * b, axes, True)
    length = prod(a.shape[axes[0] :])
    with blas.one_thread:
        found = np.matmul(a.reshape(-1, 1, length), b.reshape(-1, length, 1))
    return found.reshape(*a.shape[: axes[0]], *(1 for _ in axes))


def _plain(x: Raw) -> bool:
    return x.flags.c_contiguous and x.dtype in (np.float32, np.float64)
