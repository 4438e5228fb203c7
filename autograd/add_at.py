"""Sums at places that repeat: the adjoint of every reading by index, in one place.

``np.add.at`` is fast for one dimension and slow for rows, so rows are added entry by entry, in
chunks whose places fit the cache: about twice the time of reading them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from autograd import threads

PAIRS = {"f": np.complex64, "d": np.complex128}
"""Twice as wide types, whose sum is that of their halves."""

CHUNK = 16_384
"""Entries whose places are computed at a time."""


def add_at(out: Any, places: Any, values: Any) -> Any:
    """``out``, C-contiguous, with ``values`` added at flat ``places``, which may repeat.

    It is changed in place, as by all functions here. Half precision adds up in single.

    >>> from autograd.add_at import add_at
    >>> add_at(np.zeros(3), np.array([0, 2, 0]), np.array([1.0, 2.0, 3.0]))
    array([4., 0., 2.])
    """
    if out.dtype == np.float16:
        out[...] = add_at(out.astype(np.float32), places, values.astype(np.float32))
        return out
    np.add.at(out.reshape(-1), places.reshape(-1), values.reshape(-1))
    return out


def add_rows(out: Any, places: Any, rows: Any) -> Any:
    """`add_at` for rows: ``rows[i]`` is added to ``out[places[i]]``.

    ``out`` has two dimensions and is C-contiguous.

    >>> from autograd.add_at import add_rows
    >>> add_rows(np.zeros((2, 2)), np.array([1, 1]), np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[0., 0.],
           [4., 6.]])
    """
    count, width = rows.shape
    if width == 1:
        return add_at(out, places, rows)
    if not rows.size:
        return out
    if width >= 4 and _distinct(places, len(out)):
        put_rows(out, places, out.take(places, 0) + rows)
        return out
    if width >= WIDE and rows.size >= MANY and _add_in_turns(out, places, rows):
        return out
    if out.dtype == np.float16:
        out[...] = add_rows(out.astype(np.float32), places, rows.astype(np.float32))
        return out
    flat = out.reshape(-1)
    places = places.astype(np.int64, copy=False)
    wide = PAIRS.get(out.dtype.char)
    if wide and width % 2 == 0:  # two entries at a time, as the parts of one complex number
        flat, rows, width = flat.view(wide), np.ascontiguousarray(rows).view(wide), width // 2
    step = max(1, CHUNK // width)
    within = np.arange(width)
    entries = np.empty((min(step, count), width), np.int64)
    for start in range(0, count, step):
        part = places[start : start + step, None] * width
        entry = np.add(part, within, out=entries[: len(part)])
        np.add.at(flat, entry.reshape(-1), rows[start : start + step].reshape(-1))
    return out


WIDE = 256
"""Numbers in a row that is sooner moved as a whole than entry by entry."""

MANY = 1 << 16
"""From so many numbers on that pays."""

TURNS = 12
"""As often may a place be named for its rows to be added in turns."""


def _add_in_turns(out: Any, places: Any, rows: Any) -> bool:
    """Add the first row of each place, then the second, ...: no turn names a place twice.

    False, and nothing is done, where that takes too many turns.
    """
    if out.dtype == np.float16:
        return False
    order = np.argsort(places, kind="stable")
    line = places[order]
    starts = np.flatnonzero(np.append(True, line[1:] != line[:-1]))
    counts = np.diff(np.append(starts, line.size))
    if counts.max() > TURNS:
        return False
    for turn in range(counts.max()):
        some = order[starts[counts > turn] + turn]
        found = out.take(places[some], 0)
        found += rows.take(some, 0)
        put_rows(out, places[some], found)
    return True


def _distinct(places: Any, length: int) -> bool:
    """Whether no place below ``length`` is named twice; at a cost that goes with the places."""
    if length <= 8 * places.size:
        return bool(np.bincount(places).max() == 1)
    line = np.sort(places)
    return bool((line[1:] != line[:-1]).all())


def put_rows(out: Any, places: Any, rows: Any) -> Any:
    """Rows of ``out``, of two dimensions and C-contiguous, replaced; each is moved as a whole.

    >>> from autograd.add_at import put_rows
    >>> put_rows(np.zeros((2, 2)), np.array([1]), np.array([[3.0, 4.0]]))
    array([[0., 0.],
           [3., 4.]])
    """
    whole = np.dtype((np.void, out.itemsize * out.shape[1]))
    if whole.itemsize and rows.dtype == out.dtype:
        one = np.ascontiguousarray(rows).view(whole)
        out.view(whole)[places] = one
    else:
        out[places] = rows
    return out


def add_select(out: Any, index: Any, dim: int, values: Any) -> Any:
    """``out``, C-contiguous, with ``values`` added to its slices at ``index`` along ``dim``.

    >>> from autograd.add_at import add_select
    >>> add_select(np.zeros((1, 3)), np.array([2, 2]), 1, np.array([[1.0, 5.0]]))
    array([[0., 0., 6.]])
    """
    shape = out.shape or (1,)
    length = shape[dim]
    before, width = prod(shape[:dim]), prod(shape[dim + 1 :])
    index = np.atleast_1d(index)
    places = in_each(index, before, length)
    add_rows(
        out.reshape(before * length, width),
        places,
        np.reshape(values, (before * index.size, width)),
    )
    return out


def in_each(index: Any, count: int, length: int) -> Any:
    """A vector of places in a block of ``length`` as places in each of ``count`` such blocks."""
    return index if count == 1 else (np.arange(count)[:, None] * length + index).reshape(-1)


def places_along(shape: Sequence[int], index: Any, dim: int) -> Any:
    """Where the entries that ``index`` names along ``dim`` stand in an array of ``shape``.

    Entry (i, j, k) of the result, for ``dim`` 1, is the flat place of (i, index[i, j, k], k).

    >>> from autograd.add_at import places_along
    >>> places_along((2, 3), np.array([[2, 2], [0, 1]]), 1)
    array([[2, 2],
           [3, 4]])
    """
    steps = [prod(shape[d + 1 :]) for d in range(len(shape))]
    places = index.astype(np.int64, copy=False)
    if steps[dim] != 1:
        places = places * steps[dim]
    for d, length in enumerate(index.shape):
        if d != dim and length > 1:
            ahead = (length,) + (1,) * (len(shape) - d - 1)
            step = steps[d] or 1
            places = places + np.arange(0, length * step, step).reshape(ahead)
    return places


BLOCK = 1 << 16
"""About how many places `at_places_along` computes at a time: they are read from the cache."""


def at_places_along(
    shape: Sequence[int],
    index: Any,
    dim: int,
    work: Callable[[Any, Any, Any], None],
    shared: bool = True,
) -> None:
    """Call ``work`` for one block of the lines of ``index`` after the other.

    Several threads share them, unless the work depends on the order.

    Its arguments: which slices of the index these are, which of the array of ``shape`` they point
    into, and the flat places there, as in `places_along`, in memory that is used again. Blocks of
    an index along dimension 0 point into all of the array.

    >>> from autograd.add_at import at_places_along
    >>> index = np.array([[2, 2], [0, 1]])
    >>> at_places_along((2, 3), index, 1, lambda lines, part, places: print(places[1]))
    [3 4]
    """
    if not index.size:
        return
    step = max(1, BLOCK // (index.size // len(index)))
    starts = range(0, len(index), step)
    known = np.broadcast_to(np.zeros((), np.int64), (min(step, len(index)), *index.shape[1:]))
    ahead = places_along(shape, known, dim)
    factor = prod(shape[dim + 1 :])

    def block(number: int) -> None:
        lines = slice(starts[number], starts[number] + step)
        part = index[lines]
        places = threads.scratch("places", part.shape, np.int64)
        if factor != 1:
            part = np.multiply(part, factor, out=places)
        np.add(part, ahead[: len(part)], out=places)
        work(lines, lines if dim else slice(None), places)

    if shared:
        threads.run(block, len(starts))
    else:
        for number in range(len(starts)):
            block(number)


def add_along(out: Any, index: Any, dim: int, values: Any) -> Any:
    """``out``, C-contiguous, with ``values`` added where ``index`` points along ``dim``.

    >>> from autograd.add_at import add_along
    >>> add_along(np.zeros((1, 3)), np.array([[2, 2]]), 1, np.array([[1.0, 5.0]]))
    array([[0., 0., 6.]])
    """
    index, values = np.atleast_1d(index), np.atleast_1d(values)
    if not index.size:
        return out
    shape = out.shape or (1,)
    line = line_of(index, shape, dim)
    if line is not None:
        return add_select(out, line, dim, values)
    if index.size < BLOCK or out.dtype == np.float16 or values.shape != index.shape:
        return add_at(out, places_along(shape, index, dim), values)

    def work(lines: Any, part: Any, places: Any) -> None:
        add_at(out[part], places, values[lines])

    at_places_along(shape, index, dim, work, shared=False)
    return out


def line_of(index: Any, shape: Sequence[int], dim: int) -> Any:
    """The one line that an expanded index repeats along all other dimensions of ``shape``.

    None where it is another one, or may be.

    >>> from autograd.add_at import line_of
    >>> line_of(np.broadcast_to(np.array([[2], [0]]), (2, 5)), (3, 5), 0)
    array([2, 0])
    """
    others = [d for d in range(index.ndim) if d != dim]
    if not others or any(index.shape[d] != shape[d] for d in others):
        return None
    if any(index.strides[d] and index.shape[d] > 1 for d in others):
        return None
    return index[tuple(slice(None) if d == dim else 0 for d in range(index.ndim))]
