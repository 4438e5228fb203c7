"""Any strided view of memory as one step, and the way back where places in memory overlap.

A tensor whose elements lie in memory with given strides is a linear function of the memory's
cells; so is what another pattern of strides reads there. The derivative of going from one to
the other goes the same way in reverse: gradients meet in the cells and are read from there.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.add_at import add_at
from autograd.graph import Raw
from autograd.operator import Op


class Layout(NamedTuple):
    """Where the elements of a tensor lie: cells counted from the start of the memory."""

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int

    @property
    def cells(self) -> Any:
        """The cell of every element, in the elements' own order, as a vector."""
        found = np.array([self.offset])
        for length, stride in zip(self.shape, self.strides, strict=True):
            found = np.add.outer(found, np.arange(length) * stride)
        return found.ravel()

    @property
    def distinct(self) -> bool:
        """Whether no two elements share a cell, as far as the strides alone tell."""
        reach = 0
        for step, length in sorted(
            (abs(s), n) for s, n in zip(self.strides, self.shape, strict=True)
        ):
            if length > 1 and step <= reach:
                return False
            reach += step * (length - 1)
        return True

    @property
    def reach(self) -> tuple[int, int]:
        """The first cell and the one after the last; (0, 0) where there is no element."""
        if 0 in self.shape:
            return 0, 0
        ends = [(n - 1) * step for n, step in zip(self.shape, self.strides, strict=True)]
        return (
            self.offset + sum(end for end in ends if end < 0),
            self.offset + sum(end for end in ends if end > 0) + 1,
        )


def layout(array: Raw, memory: Raw) -> Layout | None:
    """How ``array`` lies in the cells of ``memory``; None where it does not lie on cells."""
    array, memory = np.asarray(array), np.asarray(memory)
    start = memory.ctypes.data
    if min(memory.strides, default=0) < 0:
        start = np.lib.array_utils.byte_bounds(memory)[0]
    found = [divmod(step, array.itemsize) for step in array.strides]
    offset, rest = divmod(array.ctypes.data - start, array.itemsize)
    if rest or any(rest for _, rest in found):
        return None
    return Layout(array.shape, tuple(step for step, _ in found), offset)


class _Memory:
    """A pattern of strides for NumPy to make an array of; keeps the owner of the memory."""

    def __init__(self, owner: Raw, shape: tuple[int, ...], strides: tuple[int, ...], shift: int):
        size = owner.itemsize
        known = owner.__array_interface__
        start, read_only = known["data"]
        self.owner = owner
        self.__array_interface__ = {
            **known,
            "shape": shape,
            "strides": tuple(size * step for step in strides),
            "data": (start + size * shift, read_only),
        }


def _as_strided(x: Raw, to: Layout, source: Layout) -> Raw:
    """What lies at ``to`` in the memory in which ``x`` lies as ``source``: a view of it.

    Where ``x`` is laid out in another way, as a copy may be, the elements are collected.
    """
    x = np.asarray(x)
    lies = x.shape == source.shape and all(
        n < 2 or step == x.itemsize * wanted
        for n, step, wanted in zip(x.shape, x.strides, source.strides, strict=True)
    )
    if lies and x.size and 0 not in to.shape and _holds(x, to, source):
        return np.asarray(_Memory(x, to.shape, to.strides, to.offset - source.offset))
    return _restrided(x, source, to, source)


def _holds(x: Raw, to: Layout, source: Layout) -> bool:
    """Whether the memory that ``x`` is a part of has all cells of ``to``."""
    first, end = to.reach
    if source.reach[0] <= first and end <= source.reach[1]:
        return True
    root: Any = x
    while isinstance(root, _Memory) or isinstance(root.base, (np.ndarray, _Memory)):
        root = root.owner if isinstance(root, _Memory) else root.base
    low, high = np.lib.array_utils.byte_bounds(root)
    start = x.ctypes.data
    from_there, to_there = (x.itemsize * (cell - source.offset) for cell in (first, end))
    return bool(low <= start + from_there and start + to_there <= high)


def _restrided(x: Raw, here: Layout, there: Layout, input: Layout) -> Raw:
    """Elements that lie at ``here`` put into their cells, added up, and read from ``there``.

    Where several elements of ``input`` share a cell, each has its part of what is there.
    """
    cells = np.zeros(max(here.reach[1], there.reach[1], input.reach[1]), x.dtype)
    if here.distinct:
        _seen(cells, here)[...] = x
    else:
        cells = add_at(cells, here.cells, np.asarray(x).ravel())
    if not input.distinct:
        sharing = np.bincount(input.cells, minlength=cells.size)
        shared = sharing > 1
        cells[shared] = (cells[shared] / sharing[shared]).astype(x.dtype)
    return np.array(_seen(cells, there))


def _seen(memory: Raw, at: Layout) -> Raw:
    """What lies at a layout in ``memory``, a vector of all cells."""
    if 0 in at.shape:
        return np.zeros(at.shape, memory.dtype)
    return np.asarray(_Memory(memory, at.shape, at.strides, at.offset))


as_strided: Op = Op(
    "as_strided",
    _as_strided,
    "x",
    params="to source",
    x=lambda g, to, source: restrided(g, to, source, source),
)
restrided: Op = Op(
    "as_strided_backward",
    _restrided,
    "x",
    params="here there input",
    x=lambda g, here, there, input: restrided(g, there, here, input),
)
