"""Small arrays laid side by side in one, where a call for each would cost more than its work."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.graph import Raw


class Places:
    """Where arrays of these shapes lie in one flat array.

    >>> from autograd.side_by_side import Places
    >>> places = Places([(2,), (1, 2)])
    >>> flat = places.joined([np.ones(2), np.zeros((1, 2))], np.empty(4))
    >>> flat
    array([1., 1., 0., 0.])
    >>> places.views(flat)[1]
    array([[0., 0.]])
    """

    def __init__(self, shapes: Sequence[tuple[int, ...]]) -> None:
        self.shapes = tuple(shapes)
        ends = np.cumsum([np.prod(shape, dtype=int) for shape in shapes]).tolist()
        self.slices = [slice(a, b) for a, b in zip([0, *ends], ends, strict=False)]
        self.size = ends[-1] if ends else 0

    def empty(self, kind: np.dtype[Any]) -> Raw:
        """Memory for all of them."""
        return np.empty(self.size, kind)

    def views(self, flat: Raw) -> list[Raw]:
        """Each of the arrays, as a view of the flat one."""
        return [
            flat[part].reshape(shape) for part, shape in zip(self.slices, self.shapes, strict=True)
        ]

    def together(self, arrays: Sequence[Raw]) -> Raw | None:
        """The flat array in which the arrays lie already; None where they lie elsewhere.

        >>> from autograd.side_by_side import Places
        >>> places, flat = Places([(1,), (2,)]), np.arange(3.0)
        >>> places.together(places.views(flat))
        array([0., 1., 2.])
        >>> places.together([np.ones(1), np.ones(2)])
        """
        holder: Any = arrays[0]
        start, kind = holder.ctypes.data, holder.dtype
        for array, part in zip(arrays, self.slices, strict=True):
            if array.ctypes.data != start + part.start * kind.itemsize or array.dtype != kind:
                return None
            if not array.flags.c_contiguous:
                return None
        while isinstance(holder.base, np.ndarray):
            holder = holder.base
        low, high = np.lib.array_utils.byte_bounds(holder)
        if not (low <= start and start + self.size * kind.itemsize <= high):
            return None
        if not holder.flags.c_contiguous:
            return None
        return np.ndarray(self.size, kind, holder, start - low)

    def copier(self, arrays: Sequence[Raw], out: Raw) -> Callable[[], Any]:
        """`joined` as one call that can be made again; the arrays are C-contiguous."""
        return functools.partial(np.concatenate, [each.reshape(-1) for each in arrays], 0, out)

    def joined(self, arrays: Sequence[Raw], out: Raw) -> Raw:
        """Copy the arrays into ``out``, one behind the other; returns it."""
        return np.concatenate([array.ravel() for array in arrays], out=out)


def apart(arrays: Sequence[Raw]) -> bool:
    """Whether each array lies before the next in memory, so that no two share any of it.

    >>> from autograd.side_by_side import apart
    >>> x = np.arange(4)
    >>> apart([x[2:], x[:2]]), apart([x[1:], x[:2]])
    (True, False)
    """
    bounds = sorted(np.lib.array_utils.byte_bounds(each) for each in arrays if each.size)
    return all(end <= start for (_, end), (start, _) in itertools.pairwise(bounds))
