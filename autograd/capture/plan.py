"""What is made of a tape: the calls that are needed, on buffers that every call uses again."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.capture import functions
from autograd.capture.binding import StaleError, bound
from autograd.capture.description import described
from autograd.capture.fusion import fused, inner, runs
from autograd.capture.memory import Room, shared
from autograd.capture.recorder import Recording
from autograd.capture.tape import Entry, Place, Root
from autograd.graph import Raw, touch


class Plan:
    """A straight line of calls, and the buffers that they work in.

    ``values`` are the arrays that the call is to return.
    """

    def __init__(self, tape: Recording, values: list[Place], inputs: list[Root]) -> None:
        entries = sorted(needed(tape.entries, values), key=lambda entry: not entry.early)
        self.dropped = len(tape.entries) - len(entries)
        self.names = [entry.title() for entry in entries if entry.how != "mark"]
        self._memory: dict[int, Raw] = {}
        self._views: dict[Any, Raw] = {}
        self.steps: list[Callable[[], Any]] = []
        self.fused: list[list[str]] = []
        """What is done block by block together."""
        groups = runs(entries)
        self._rooms = shared(groups, values)
        starts: list[Callable[[], Any]] = []
        used: dict[int, Root] = {}
        for entry in entries:
            for place in (*entry.reads(), *entry.out):
                used[place.root.number] = place.root
        for place in values:
            used[place.root.number] = place.root
        for root in used.values():
            if root.kind == "constant" and root.start is not None:
                whole = self._array(Place(root.array, root))
                starts.append(functools.partial(np.copyto, whole, root.start))
        self.steps += starts
        self.harmless = -1
        """How many of the steps change nothing that a program can see."""
        self.split = -1
        """How many of the steps belong to the call; the others to its derivative."""
        inside: set[int] = set()
        for run in groups:
            local = inner(run, entries, values)
            inside |= local
            if len(run) > 1:
                self.steps.append(fused(run, local, self._bind))
                self.fused.append([entry.title() for entry in run])
                continue
            (entry,) = run
            if entry.how == "mark":
                self.split = len(self.steps)
                continue
            if self.harmless < 0 and visible(entry):
                self.harmless = len(self.steps)
            args, kwargs = self._bind(entry.args), self._bind(entry.kwargs)
            self.steps += bound(entry, args, kwargs, tuple(map(self._array, entry.out)))
        if self.split < 0:
            self.split = len(self.steps)
        if not 0 <= self.harmless <= self.split:
            self.harmless = self.split
        self.before, self.after = (
            self.steps[: self.harmless],
            self.steps[self.harmless : self.split],
        )
        self.later = self.steps[self.split :]
        self.values = [self._array(each) for each in values]
        self.inputs = [self._array(Place(root.array, root)) for root in inputs]
        self.seed = None if tape.seed is None else self._array(Place(tape.seed.array, tape.seed))
        rooms = {id(each.base): each.nbytes for each in self._memory.values()}
        for each in self._memory.values():
            rooms[id(each.base)] = max(rooms[id(each.base)], each.nbytes)
        self.bytes = sum(rooms.values())
        self.saved = sum(each.nbytes for each in self._memory.values()) - self.bytes
        """Bytes of memory that is used more than once in a call."""
        tensors = {}
        for tensor, array, _ in tape.outside.values():
            known = tape.known(array)
            if known is not None:
                tensors[known.number] = tensor
        self.described = described(groups, values, inputs, self._rooms, inside, tensors)
        self.cells = [cell for cell, version in tape.versions if cell[0] != version]

    def _buffer(self, root: Root) -> Raw:
        """The memory of a root in every call, as bytes."""
        known = self._memory.get(root.number)
        if known is None:
            low, high = root.extent
            room = self._rooms.get(root.number)
            if room is None:
                room = Room(high - low)
            known = self._memory[root.number] = room.memory[: high - low]
        return known

    def _array(self, place: Place) -> Raw:
        """The array that stands for a recorded one."""
        root, array = place.root, place.array
        if root.kind == "outside" or (root.kind == "constant" and root.start is None):
            return array
        offset = array.ctypes.data - root.extent[0] if array.size else 0
        key = (root.number, offset, array.shape, array.strides, array.dtype)
        known = self._views.get(key)
        if known is None:
            known = np.ndarray(array.shape, array.dtype, self._buffer(root), offset, array.strides)
            self._views[key] = known
        return known

    def _bind(self, tree: Any) -> Any:
        if type(tree) is Place:
            return self._array(tree)
        return functions.mapped(self._bind, tree)

    def run(self, given: list[Raw]) -> None:
        """Do all of it for the values of the arguments.

        Raises `StaleError` where nothing has been done that a program can see.
        """
        try:
            for buffer, array in zip(self.inputs, given, strict=True):
                np.copyto(buffer, array)
            for step in self.before:
                step()
        except Exception as error:
            raise StaleError from error
        for step in self.after:
            step()
        for cell in self.cells:
            touch(cell)

    def differentiate(self, g: Raw) -> None:
        """Do what belongs to the derivative, for the gradient of the result."""
        if self.seed is not None:
            np.copyto(self.seed, g)
        for step in self.later:
            step()


def visible(entry: Entry) -> bool:
    """Whether an entry changes what a program can see."""
    return entry.how in ("host", "grad", "draw") or any(
        place.root.kind == "outside" for place in entry.out
    )


def needed(entries: list[Entry], values: list[Place]) -> list[Entry]:
    """Those that something visible depends on."""
    wanted = {place.root.number for place in values}
    kept = []
    for entry in reversed(entries):
        if (
            entry.how in ("out", "copy", "write")
            and not entry.kept
            and not any(
                place.root.number in wanted or place.root.kind == "outside" for place in entry.out
            )
        ):
            continue
        kept.append(entry)
        wanted.update(place.root.number for place in (*entry.reads(), *entry.out))
    return kept[::-1]
