"""Exponentials of rows and their sums: kernels that go through a block of rows in the cache.

exp(x) / sum(exp(x)) needs the largest entry taken away only where something could overflow or
vanish, and that is known afterwards, from one largest entry for all and from the sums. NumPy
looks for the largest entry of a short row at ten times the cost of a sum, which is a product.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import threads
from autograd.blocks import share_rows
from autograd.graph import Raw
from autograd.sums import LARGE, inner

_largest: Any = np.maximum.reduce

HIGHEST = {np.dtype(np.float32): 60.0, np.dtype(np.float64): 600.0}
"""Up to here exponentials of rows of any length add up to a number."""

LEAST = 1e-3
"""From such sums on an exponential that is too small for the dtype is nothing beside them."""

SHORT = 400
"""Up to this length rows are halved in search of the largest entry, and columns are repeated."""

FEW = 16
"""Up to this length they are turned."""


def is_of_rows(x: Any, dim: int) -> bool:
    """Whether ``x`` is large, lies row by row along ``dim``, and is of single or double floats."""
    return (
        isinstance(x, np.ndarray)
        and x.size >= LARGE
        and dim == x.ndim - 1
        and x.flags.c_contiguous
        and x.dtype in HIGHEST
    )


def tops(x: Raw) -> Raw:
    """The largest entry of each row, as a column.

    >>> from autograd.ops.row_softmax import tops
    >>> tops(np.array([[1.0, 3.0, 2.0], [5.0, 4.0, 0.0]]))
    array([[3.],
           [5.]])
    """
    if x.shape[1] > SHORT:
        found: Raw = _largest(x, 1, keepdims=True)
        return found
    while x.shape[1] > FEW:
        half = (x.shape[1] + 1) // 2
        x = np.maximum(x[:, :half], x[:, -half:])
    return _largest(np.ascontiguousarray(x.T), 0)[:, np.newaxis]


def _across(column: Raw, x: Raw) -> Raw:
    """A column, to meet every entry of the rows of ``x``."""
    width = x.shape[1]
    return column if width > SHORT else np.repeat(column, width).reshape(x.shape)


def _exponentials(x: Raw, into: Raw, shifted: bool = False) -> tuple[Raw, Raw | None]:
    """exp(x), or exp(x - top), written into ``into``; its sums; the tops, None where not needed."""
    ones = np.ones((x.shape[1], 1), x.dtype)
    if not shifted and _largest(x.reshape(-1)) < HIGHEST[x.dtype]:
        np.exp(x, out=into)
        total = into.dot(ones)
        if np.minimum.reduce(total.reshape(-1)) > LEAST:
            return total, None
    top = tops(x)
    np.subtract(x, _across(top, x), out=into)
    np.exp(into, out=into)
    return into.dot(ones), top


def softmax(x: Raw) -> Raw:
    """exp(x) / sum(exp(x)) along the last dimension.

    >>> from autograd.ops.row_softmax import softmax
    >>> softmax(np.log([[1.0, 3.0]]))
    array([[0.25, 0.75]])
    """
    out = np.empty(x.shape, x.dtype)
    lines, found = (each.reshape(-1, x.shape[-1]) for each in (x, out))

    def work(number: int, rows: slice) -> None:
        into = found[rows]
        total, _ = _exponentials(lines[rows], into)
        into *= _across(1 / total, into)

    share_rows(work, *lines.shape)
    return out


def softmax_pulled(g: Raw, y: Raw) -> Raw:
    """y (g - <g, y>), the gradient of a softmax ``y``."""
    out = np.empty(y.shape, y.dtype)
    given, lines, found = (each.reshape(-1, y.shape[-1]) for each in (g, y, out))

    def work(number: int, rows: slice) -> None:
        part, into = lines[rows], found[rows]
        along = inner(given[rows], part, (1,))
        np.subtract(given[rows], _across(along, part), out=into)
        into *= part

    share_rows(work, *lines.shape)
    return out


def log_softmax(x: Raw) -> Raw:
    """x - log(sum(exp(x))) along the last dimension.

    >>> from autograd.ops.row_softmax import log_softmax
    >>> log_softmax(np.zeros((1, 2)))
    array([[-0.69314718, -0.69314718]])
    """
    out = np.empty(x.shape, x.dtype)
    lines, found = (each.reshape(-1, x.shape[-1]) for each in (x, out))

    def work(number: int, rows: slice) -> None:
        part, into = lines[rows], found[rows]
        for shifted in (False, True):
            total, top = _exponentials(part, into, shifted)
            shift = np.log(total)
            if top is not None:
                np.subtract(part, _across(top, part), out=into)
                into -= _across(shift, part)
                return
            np.subtract(part, _across(shift, part), out=into)
            # Near 0 the difference of two larger numbers is not exact.
            if _largest(into.reshape(-1)) < -_largest(np.abs(shift).reshape(-1)) / 8:
                return

    share_rows(work, *lines.shape)
    return out


def log_softmax_pulled(g: Raw, y: Raw) -> Raw:
    """g - exp(y) sum(g), the gradient of the logarithm ``y`` of a softmax."""
    out = np.empty(y.shape, y.dtype)
    given, lines, found = (each.reshape(-1, y.shape[-1]) for each in (g, y, out))
    ones = np.ones((y.shape[-1], 1), y.dtype)

    def work(number: int, rows: slice) -> None:
        into = np.exp(lines[rows], out=found[rows])
        into *= _across(given[rows].dot(ones), into)
        np.subtract(given[rows], into, out=into)

    share_rows(work, *lines.shape)
    return out


def losses(x: Raw, index: Raw) -> Raw:
    """log(sum(exp(x))) - x at the index of each row of a matrix.

    >>> from autograd.ops.row_softmax import losses
    >>> losses(np.zeros((2, 4)), np.array([0, 3]))
    array([1.38629436, 1.38629436])
    """
    out = np.empty(len(x), x.dtype)

    def work(number: int, rows: slice) -> None:
        part = x[rows]
        into = threads.scratch("exponentials", part.shape, part.dtype)
        total, top = _exponentials(part, into)
        at = _places(index[rows], part)
        chosen, total = part.reshape(-1)[at], total[:, 0]
        if top is not None:
            np.subtract(np.log(total), chosen - top[:, 0], out=out[rows])
            return
        share = into.reshape(-1)[at] / total
        likely = share > 0.5  # where the difference of two larger numbers is not exact
        loss = np.log(total) - chosen
        loss[likely] = -np.log(share[likely])
        out[rows] = loss

    share_rows(work, *x.shape)
    return out


def losses_pulled(g: Any, x: Raw, index: Raw) -> Raw:
    """g (softmax(x) - [at the index]), the gradient of `losses`; ``g`` is a number or a vector."""
    out = np.empty(x.shape, x.dtype)
    weights = np.broadcast_to(g, len(x))

    def work(number: int, rows: slice) -> None:
        into, weight = out[rows], weights[rows]
        total, _ = _exponentials(x[rows], into)
        into *= _across(weight[:, np.newaxis] / total, into)
        into.reshape(-1)[_places(index[rows], into)] -= weight

    share_rows(work, *x.shape)
    return out


def _places(index: Raw, rows: Raw) -> Raw:
    """Where the entries that ``index`` names, one in each row, stand in the rows' memory."""
    return np.arange(0, rows.size, rows.shape[1]) + index
