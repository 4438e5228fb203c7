"""The pieces of memory that a tape is about, and where arrays lie in them."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from autograd.graph import Raw

Kind = Literal["own", "outside", "input", "constant"]

LARGE = 1 << 18
"""Bytes from which on a tape knows only where something lies, and does not keep it."""


class Root:
    """A piece of memory.

    ``own``: made by the tape, anew in every call; ``outside``: a tensor's that was there before;
    ``input``: an argument's; ``constant``: made by what depends on nothing that may change.
    """

    __slots__ = ("_low", "_stand_in", "array", "extent", "kind", "number", "start")

    def __init__(self, array: Raw, kind: Kind, number: int) -> None:
        self.array = array
        self.kind = kind
        self.number = number
        self.extent = bounds(array if kind == "input" else whole(array))
        """Where it begins and ends: an argument may be a small part of something large."""
        self.start: Raw | None = None
        """What a constant was before the tape wrote into it."""
        self._low = self.extent[0]
        self._stand_in: Raw | None = None
        if kind == "own" and self.extent[1] - self._low >= LARGE:
            self._stand_in = np.zeros(self.extent[1] - self._low, np.uint8)
            self.extent = bounds(self._stand_in)
            self.array = self.place(array).array

    def place(self, array: Raw) -> Place:
        """Where an array lies in it. Large ones are let go: what is kept was never touched."""
        if self._stand_in is None:
            return Place(array, self)
        start = array.ctypes.data - self._low
        there = np.ndarray(array.shape, array.dtype, self._stand_in, start, array.strides)
        same = same_place(there, self.array)
        return Place(self.array if same else there, self)


class Place:
    """An array in a root: what stands in the arguments of an entry."""

    __slots__ = ("array", "root")

    def __init__(self, array: Raw, root: Root) -> None:
        self.array = array
        self.root = root


def bounds(array: Raw) -> tuple[int, int]:
    """Where an array begins in memory, and where it ends."""
    low, high = np.lib.array_utils.byte_bounds(array)
    return int(low), int(high)


def whole(array: Raw) -> Raw:
    """The array that owns the memory, where it is one."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def same_place(a: Raw, b: Raw) -> bool:
    """Whether two arrays are of the same numbers in the same memory."""
    same = a.shape == b.shape and a.strides == b.strides and a.dtype == b.dtype
    return bool(same and a.ctypes.data == b.ctypes.data)


def owner(array: Any) -> Any:
    """What an array's memory belongs to."""
    base = getattr(array, "base", None)
    while base is not None:
        array = base
        base = getattr(array, "base", None)
    return array
