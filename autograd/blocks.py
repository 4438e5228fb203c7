"""Working through large arrays block by block, so that what lies between stays in the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd import threads

BLOCK = 1 << 17
"""Numbers in a block."""


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


ROWS = 1 << 17
"""Numbers in a block of rows that one thread goes through."""

SHARE = 600_000
"""Numbers that a thread works on at a time, at most, where several work: they are slow to start."""

FEW = 200_000
"""Up to so many numbers one thread is sooner done."""


def share_rows(work: Callable[[int, slice], None], count: int, width: int) -> None:
    """Call ``work`` with the number of each block of rows, and which rows these are.

    One thread goes through ``count`` rows of ``width`` numbers in blocks that stay in the cache,
    several through a few large shares each: the same for the same number of threads.

    >>> from autograd.blocks import share_rows
    >>> share_rows(lambda number, rows: print(number, rows), 5, 100)
    0 slice(0, 5, None)
    """
    hands = threads.get_num_threads() if count * width >= FEW else 1
    parts = -(-count * width // (ROWS if hands == 1 else SHARE))
    parts = max(1, min(-(-parts // hands) * hands, count))
    bounds = [count * number // parts for number in range(parts + 1)]

    def part(number: int) -> None:
        work(number, slice(bounds[number], bounds[number + 1]))

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
