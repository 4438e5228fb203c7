"""Working through large arrays in parts: over threads, or one after the other, in the cache."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, Literal

import numpy as np

from autograd import pixels, threads
from autograd.graph import Raw

BLOCK = 1 << 17
"""Numbers in a block that one thread goes through: its temporaries stay in the cache."""


def slices(shape: tuple[int, ...], axes: tuple[int, ...]) -> Iterator[Any]:
    """Indices of about `BLOCK` numbers along dimension 0, or of all where that is of ``axes``.

    >>> from autograd.blocks import slices
    >>> list(slices((5000, 100), (1,)))[0]
    slice(0, 1310, None)
    """
    size = int(np.prod(shape))
    if size <= 2 * BLOCK or 0 in axes or shape[0] == 1:
        yield ...
        return
    step = max(1, BLOCK // (size // shape[0]))
    for start in range(0, shape[0], step):
        yield slice(start, start + step)


SHARE = 600_000
"""Numbers that a thread works on at a time, at most, where several work: they are slow to start."""

FEW = 200_000
"""Up to so many numbers one thread is sooner done."""

ENOUGH = 300_000
"""Nanoseconds of one thread from which on several are sooner done."""


def share_rows(
    work: Callable[[int, slice], None],
    count: int,
    width: int,
    block: int = BLOCK,
    share: int = SHARE,
    few: int = FEW,
) -> None:
    """Call ``work`` with the number of each block of rows, and which rows these are.

    One thread goes through ``count`` rows of ``width`` numbers in blocks that stay in the cache,
    several through a few large shares each: the same for the same number of threads. ``block``
    and ``share`` say how many numbers these have, ``few`` up to how many one thread is enough.

    >>> from autograd.blocks import share_rows
    >>> share_rows(lambda number, rows: print(number, rows), 5, 100)
    0 slice(0, 5, None)
    """
    if not count * width:
        return
    hands = threads.get_num_threads() if count * width >= few else 1
    parts = -(-count * width // (block if hands == 1 else share))
    parts = max(1, min(-(-parts // hands) * hands, count))

    def part(number: int) -> None:
        work(number, threads.share(count, number, parts))

    if hands == 1:
        for number in range(parts):
            part(number)
    else:
        threads.run(part, parts)


def part(array: Any, index: Any) -> Any:
    """What of ``array`` belongs to a block: all where it broadcasts, and None of None."""
    return array if array is None or array.shape[0] == 1 else array[index]


def by_blocks(
    function: Callable[..., Any],
    shapes: tuple[tuple[int, ...], ...],
    axes: tuple[int, ...],
    *given: Any,
) -> Any:
    """``function(*given)``, a tuple of arrays of ``shapes`` or None, for large arrays in blocks.

    The arrays have one number of dimensions and broadcast. The function mixes entries along
    ``axes`` alone, or sums, where a shape has a 1; of tensors it is called once.
    """
    first = given[0]
    if not isinstance(first, np.ndarray):
        return function(*given)
    outs: list[Any] = []
    for index in slices(first.shape, axes):
        found = function(*(part(each, index) for each in given))
        if index is ...:
            return found
        if not outs:
            outs = [
                None if each is None else np.zeros(shape, each.dtype)
                for shape, each in zip(shapes, found, strict=True)
            ]
        for out, each in zip(outs, found, strict=True):
            if out is not None and out.shape[0] == 1:
                out += each
            elif out is not None:
                out[index] = each
    return tuple(outs)


def share_count(size: int, most: int) -> int:
    """In how many parts of at most some ``most`` numbers to do work of this size.

    As many as the threads or a multiple of that, or only one, so that all have the same to do.
    """
    count = -(-size // most)
    if count > 1:
        hands = threads.get_num_threads()
        count = -(-count // hands) * hands
    return max(count, 1)


def shares(rows: Raw, most: int) -> list[slice]:
    """The first dimension in even parts, `share_count` of them if it is so long."""
    count = min(share_count(rows.size, most), max(len(rows), 1))
    return [threads.share(len(rows), number, count) for number in range(count)]


def in_line(*arrays: Raw) -> tuple[Raw, ...] | None:
    """Arrays of one shape as lines, the same places in each; None where their memory forbids it.

    >>> from autograd.blocks import in_line
    >>> in_line(np.array([[1, 2], [3, 4]]).T)
    (array([1, 2, 3, 4]),)
    """
    first = arrays[0]
    if any(each.strides != first.strides or each.shape != first.shape for each in arrays):
        return None
    if first.flags.c_contiguous:
        return tuple(each.reshape(-1) for each in arrays)
    order = sorted(range(first.ndim), key=first.strides.__getitem__, reverse=True)
    if not first.transpose(order).flags.c_contiguous:
        return None
    return tuple(each.transpose(order).reshape(-1) for each in arrays)


def by_rows(x: Raw) -> Raw:
    """The array, or a copy in which rows lie one after the other, as torch lays out most results.

    Images that lie pixel by pixel stay as they are: whoever looks sees rows.

    >>> from autograd.blocks import by_rows
    >>> by_rows(np.zeros((2, 3)).T).flags.c_contiguous
    True
    """
    if x.flags.c_contiguous or pixels.is_hidden(x):
        return x
    found: Raw = x.copy()
    return found


def is_one_place(x: Raw) -> bool:
    """Whether all entries are one place in memory, as those of an expanded number.

    >>> from autograd.blocks import is_one_place
    >>> is_one_place(np.broadcast_to(0.0, (2, 3))), is_one_place(np.zeros((2, 3)))
    (True, False)
    """
    return x.size == 1 or not any(x.strides)


def order_of(x: Raw) -> Literal["K", "C"]:
    """The order of a copy: that of the array's memory, or row by row where entries are repeated.

    >>> from autograd.blocks import order_of
    >>> order_of(np.zeros((2, 3)).T), order_of(np.broadcast_to(0.0, (2, 3)))
    ('K', 'C')
    """
    return "C" if 0 in x.strides and x.size else "K"


def by_pieces(change: Callable[..., None], most: int, *arrays: Raw) -> None:
    """``change(*arrays)``, which works in place on each entry of arrays of one shape, in pieces.

    A piece has about ``most`` entries at most; the threads share them.

    >>> from autograd.blocks import by_pieces
    >>> x = np.zeros(5)
    >>> by_pieces(lambda x: np.add(x, 1, out=x), 2, x)
    >>> x
    array([1., 1., 1., 1., 1.])
    """
    if arrays[0].size <= most or any(type(each) is not np.ndarray for each in arrays):
        change(*arrays)
        return
    lines = in_line(*arrays) or arrays
    parts = shares(lines[0], most)
    threads.run(lambda number: change(*(each[parts[number]] for each in lines)), len(parts))


CACHED = 1 << 21
"""Up to so many numbers, those that lie between a kernel's passes stay in some cache."""


def shared(nanoseconds: float) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """For an elementwise kernel or rule of several passes: threads share large arrays.

    What is too large for the caches is gone through in pieces, by one thread, too. It takes some
    ``nanoseconds`` for a float32 number. The arrays have one shape, and the result the dtype of
    the first; what is no array is handed on as it is.

    >>> from autograd.blocks import shared
    >>> shared(0.5)(lambda x, factor: 1 + factor * x)(np.ones(2), 3)
    array([4., 4.])
    """
    enough = int(ENOUGH / nanoseconds)

    def decorated(kernel: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(kernel)
        def whole(*given: Any) -> Any:
            first = given[0]
            if type(first) is not np.ndarray or first.size < enough:
                return kernel(*given)
            hands = threads.get_num_threads()
            if hands == 1 and first.size < CACHED:
                return kernel(*given)
            at = [i for i, each in enumerate(given) if isinstance(each, np.ndarray)]
            arrays = [given[i] for i in at]
            if any(type(each) is not np.ndarray or each.shape != first.shape for each in arrays):
                return kernel(*given)

            def part(out: Raw, *arrays: Raw) -> None:
                each = list(given)
                for i, array in zip(at, arrays, strict=True):
                    each[i] = array
                out[...] = kernel(*each)

            out = np.empty_like(first)
            by_pieces(part, min(CACHED // 4, -(-first.size // hands)), out, *arrays)
            return out

        return whole

    return decorated
