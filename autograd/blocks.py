"""Working through large arrays block by block, so that what lies between stays in the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

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
