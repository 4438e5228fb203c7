"""Memory for what a captured call computes: large pieces that are never alive together share it."""

from __future__ import annotations

import functools
from collections.abc import Container, Iterable

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
