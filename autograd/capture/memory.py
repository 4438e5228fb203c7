"""Memory for what a captured call computes: large pieces that are never alive together share it."""

from __future__ import annotations

import functools
from collections.abc import Container, Iterable, Mapping
from typing import Any

import numpy as np

from autograd.capture import functions
from autograd.capture.entry import Entry
from autograd.capture.roots import Place, Root
from autograd.graph import Raw
from autograd.threads import aligned

LARGE = 1 << 14
"""Bytes from which on it is worth while."""


class Room:
    """Some bytes of memory, made when they are first asked for; ``since`` when they are used."""

    def __init__(self, size: int, since: int = 0) -> None:
        self.size = size
        self.since = since

    @functools.cached_property
    def memory(self) -> Raw:
        """An array of bytes that begins with a line of the cache."""
        return aligned(self.size)


def shared(
    runs: list[list[Entry]], values: Iterable[Place], lent: Container[int]
) -> dict[int, Room]:
    """The rooms of large pieces of memory, by their numbers: free again after the last use.

    What is ``lent`` to somebody is never free again; and its room has no other use before the
    last promise is kept, which would leave it changed.
    """
    last: dict[int, int] = {}
    for i, run in enumerate(runs):
        for entry in run:
            for place in (*entry.reads(), *entry.out):
                last[place.root.number] = i
    kept = {place.root.number for place in values}
    for run in runs:  # a kernel that keeps something may keep what it was given
        kept |= {p.root.number for e in run if e.kept for p in (*e.reads(), *e.out)}
    promised = max((i for i, run in enumerate(runs) for e in run if e.how == "guard"), default=-1)
    rooms: dict[int, Room] = {}
    free: list[Room] = []
    for i, run in enumerate(runs):
        roots = {p.root.number: p.root for e in run for p in (*e.reads(), *e.out)}
        for number, root in roots.items():
            if number not in rooms and root.kind == "own" and number not in kept:
                size = _size(root)
                if size >= LARGE:
                    fitting = [each for each in free if size <= each.size <= 2 * size]
                    if number in lent:
                        fitting = [each for each in fitting if each.since > promised]
                    new = Room(size, i)
                    room = min(fitting, key=lambda each: each.size) if fitting else new
                    if fitting:
                        free.remove(room)
                    rooms[number] = room
        over = [n for n in roots if n in rooms and last[n] == i and n not in lent]
        free += [rooms[number] for number in over]
    return rooms


def _size(root: Root) -> int:
    return root.extent[1] - root.extent[0]


class Buffers:
    """The memory that a plan works in: for every place of the tape the array that stands for it.

    ``rooms`` are those of large pieces, ``apart`` what some small pieces have already, both by the
    numbers of the pieces.
    """

    def __init__(self, rooms: Mapping[int, Room], apart: Mapping[int, Raw]) -> None:
        self.rooms = rooms
        self._apart = apart
        self._memory: dict[int, Raw] = dict(apart)
        self._views: dict[Any, Raw] = {}

    def array(self, place: Place) -> Raw:
        """The array that stands for a recorded one."""
        root, array = place.root, place.array
        if root.kind == "outside" or (root.kind == "constant" and root.start is None):
            return array
        offset = array.ctypes.data - root.extent[0] if array.size else 0
        key = (root.number, offset, array.shape, array.strides, array.dtype)
        known = self._views.get(key)
        if known is None:
            known = np.ndarray(array.shape, array.dtype, self._bytes(root), offset, array.strides)
            self._views[key] = known
        return known

    def whole(self, root: Root) -> Raw:
        """The array that stands for all of a piece."""
        return self.array(Place(root.array, root))

    def bound(self, tree: Any) -> Any:
        """Arguments with the arrays of their places."""
        if type(tree) is Place:
            return self.array(tree)
        return functions.mapped(self.bound, tree)

    def base(self, root: Root) -> int:
        """What is the same number for pieces that share their memory; 0 where there is none."""
        known = self._memory.get(root.number)
        return 0 if known is None else id(known.base)

    def _bytes(self, root: Root) -> Raw:
        """The memory of a piece in every call."""
        known = self._memory.get(root.number)
        if known is None:
            low, high = root.extent
            room = self.rooms.get(root.number) or Room(high - low)
            known = self._memory[root.number] = room.memory[: high - low]
        return known

    def sizes(self) -> tuple[int, int]:
        """The bytes that there are, and those that are saved as memory is used more than once."""
        wanted = sum(each.nbytes for each in self._memory.values())
        rooms: dict[int, int] = {}
        for number, each in self._memory.items():
            if number not in self._apart:
                rooms[id(each.base)] = max(rooms.get(id(each.base), 0), each.nbytes)
        found = sum(rooms.values()) + sum(each.nbytes for each in self._apart.values())
        return found, wanted - found
