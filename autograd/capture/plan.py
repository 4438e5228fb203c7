"""What is made of a tape: the calls that are needed, on buffers that every call uses again."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.capture import functions
from autograd.capture.recorder import Recording
from autograd.capture.slots import set_grad
from autograd.capture.tape import Entry, Place, Root
from autograd.graph import Raw, touch
from autograd.tensor import Tensor
from autograd.threads import LINE


class StaleError(Exception):
    """A promise is not kept in this call; nothing that a program can see has changed yet."""


class Plan:
    """A straight line of calls, and the buffers that they work in.

    ``values`` are the arrays that the call is to return.
    """

    def __init__(self, tape: Recording, values: list[Place], inputs: list[Root]) -> None:
        entries = needed(tape.entries, values)
        self.dropped = len(tape.entries) - len(entries)
        self.names = [entry.title() for entry in entries]
        self._memory: dict[int, Raw] = {}
        self._views: dict[Any, Raw] = {}
        self.steps: list[Callable[[], Any]] = []
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
        for entry in entries:
            if self.harmless < 0 and visible(entry):
                self.harmless = len(self.steps)
            self.steps += self._bound(entry)
        if self.harmless < 0:
            self.harmless = len(self.steps)
        self.before, self.after = self.steps[: self.harmless], self.steps[self.harmless :]
        self.values = [self._array(each) for each in values]
        self.inputs = [self._array(Place(root.array, root)) for root in inputs]
        self.bytes = sum(each.nbytes for each in self._memory.values())
        self.cells = [cell for cell, version in tape.versions if cell[0] != version]

    def _buffer(self, root: Root) -> Raw:
        """The memory of a root in every call, as bytes."""
        known = self._memory.get(root.number)
        if known is None:
            low, high = root.extent
            room = np.empty(high - low + LINE, np.uint8)
            start = -room.ctypes.data % LINE
            known = self._memory[root.number] = room[start : start + high - low]
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

    def _bound(self, entry: Entry) -> list[Callable[[], Any]]:
        """The calls of an entry."""
        args, kwargs = self._bind(entry.args), self._bind(entry.kwargs)
        out = tuple(map(self._array, entry.out))
        function = entry.function
        if entry.how == "out":
            return [functools.partial(function, *args, out=out[0], **kwargs)]
        if entry.how == "write":
            if "out" in kwargs:
                kwargs["out"] = out[0]
            return [functools.partial(function, *args, **kwargs)]
        if entry.how == "copy":
            return [functools.partial(_copied, function, args, kwargs, out, entry.result)]
        if entry.how == "guard":
            return [functools.partial(_promised, args[0], entry.result)]
        if entry.how == "grad":
            return [functools.partial(_set_grad, function, args[0] if args else None)]
        return [functools.partial(function, *args, **kwargs)]

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


def visible(entry: Entry) -> bool:
    """Whether an entry changes what a program can see."""
    return entry.how in ("host", "grad") or any(place.root.kind == "outside" for place in entry.out)


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


def _copied(
    function: Callable[..., Any], args: Any, kwargs: Any, out: tuple[Raw, ...], wanted: list[bool]
) -> None:
    """Call a function that makes its own memory, and keep what it gives."""
    found = function(*args, **kwargs)
    if len(wanted) == 1 and not isinstance(found, (tuple, list)):
        found = (found,)
    fresh = [each for each, keep in zip(found, wanted, strict=True) if keep]
    for target, each in zip(out, fresh, strict=True):
        if np.shape(each) != target.shape:
            raise RuntimeError(
                f"a captured call gave shape {np.shape(each)}, recorded was {target.shape}"
            )
        np.copyto(target, each)


def _promised(array: Raw, truth: bool) -> None:
    if bool(array) is not truth:
        raise StaleError


def _set_grad(tensor: Tensor, array: Raw | None) -> None:
    set_grad(tensor, None if array is None else array.copy("K"))
