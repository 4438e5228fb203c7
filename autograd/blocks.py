"""Working through large arrays block by block, so that what lies between stays in the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

BLOCK = 1 << 15
"""Numbers in a block."""


def slices(shape: tuple[int, ...], axes: tuple[int, ...]) -> Iterator[Any]:
    """Indices of about `BLOCK` numbers along dimension 0, or of all where that is of ``axes``.

    >>> from autograd.blocks import slices
    >>> list(slices((1000, 100), (1,)))[-1]
    slice(981, 1308, None)
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
    function: Callable[..., Any], shape: tuple[int, ...], axes: tuple[int, ...], *given: Any
) -> Any:
    """``function(*given)``, of shape ``shape``, for a large array in blocks.

    The arrays have one number of dimensions and broadcast. The function mixes entries along
    ``axes`` alone, or sums, where ``shape`` has a 1; of tensors it is called once.
    """
    first = given[0]
    if type(first) is not np.ndarray:
        return function(*given)
    out: Any = None
    for index in slices(first.shape, axes):
        found = function(*(part(each, index) for each in given))
        if index is ...:
            return found
        if out is None:
            out = np.zeros(shape, found.dtype)
        if shape[0] == 1:
            out += found
        else:
            out[index] = found
    return out
