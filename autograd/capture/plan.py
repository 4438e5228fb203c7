"""What is made of a tape: the calls that are needed, on buffers that every call uses again."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.capture import functions
from autograd.capture.binding import StaleError, bound
from autograd.capture.description import described
from autograd.capture.entry import Entry
from autograd.capture.fusion import fused, inner, runs
from autograd.capture.indexed import flat
from autograd.capture.lent_gradients import lendable, side_by_side
from autograd.capture.meanwhile import Meanwhile
from autograd.capture.memory import Room, shared
from autograd.capture.reuse import Reuse
from autograd.capture.roots import Place, Root
from autograd.capture.slots import grad_of, set_grad
from autograd.capture.steady import Steady, steady
from autograd.capture.tape import Tape
from autograd.graph import Raw, touch
from autograd.lent_gradient import LentGradient
from autograd.tensor import Tensor


class Plan:
    """A straight line of calls, and the buffers that they work in.

    ``values`` are the arrays that the call is to return.
    """

    def __init__(self, tape: Tape, values: list[Place], inputs: list[Root]) -> None:
        entries = sorted(needed(tape.entries, values), key=lambda entry: not entry.early)
        once = Reuse(flat(entries), values)
        values = once.values
        entries = needed(once.entries, values)
        self.dropped = len(tape.entries) - len(entries)
        self.names = [entry.title() for entry in entries if entry.how != "mark"]
        lent = lendable(entries)
        self._memory = side_by_side(lent)
        small = set(self._memory)
        self._views: dict[Any, Raw] = {}
        self.steps: list[Callable[[], Any]] = []
        self.fused: list[list[str]] = []
        """What is done block by block together."""
        seed = set() if tape.seed is None else {tape.seed.number}
        first = steady(entries, tape.restless | seed)
        ahead = set(map(id, first))
        self._meanwhile = Meanwhile()
        groups = runs([entry for entry in entries if id(entry) not in ahead])
        groups = self._meanwhile.planned(groups)
        self._rooms = shared(groups, values, lent)
        self.lent = {
            n: LentGradient(self._array(Place(root.array, root))) for n, root in lent.items()
        }
        self._lent_to: list[tuple[Tensor, LentGradient, Callable[[], Any]]] = []
        """The step that sets each gradient to memory that is lent."""
        self._lent_rooms = {id(self._memory[number].base) for number in lent}
        for root in used(entries, values).values():
            if root.kind == "constant" and root.start is not None:
                whole = self._array(Place(root.array, root))
                self.steps.append(functools.partial(np.copyto, whole, root.start))
        if first:
            self.steps.append(self._steady(first))
        harmless = split = -1
        inside: set[int] = set()
        for run in groups:
            before = len(self.steps)
            local = inner(run, entries, values)
            inside |= local
            if len(run) > 1:
                self.steps.append(fused(run, local, self._bind))
                self.fused.append([entry.title() for entry in run])
            elif run[0].how == "mark":
                split = before
            elif run[0].how == "grad":
                self.steps.append(self._grad(run[0]))
            elif run[0].how == "wait":
                self.steps.append(functools.partial(self._meanwhile.wait, run[0].result))
            elif run[0].beside:
                self.steps.append(self._meanwhile.step(self._bound(run[0])))
            else:
                self.steps += self._bound(run[0])
            if harmless < 0 and any(map(self._visible, run)):
                harmless = before
        ready = next((i for i, run in enumerate(groups) if self._ends(run)), len(groups))
        late = {out.root.number for run in groups[ready:] for each in run for out in each.out}
        self.sure = [each.root.kind == "own" and each.root.number not in late for each in values]
        """Which values are known before anything is done that a program can see."""
        # What changes nothing that a program can see, what may, and what is the derivative's.
        split = split if split >= 0 else len(self.steps)
        harmless = harmless if 0 <= harmless <= split else split
        self.before, self.after = self.steps[:harmless], self.steps[harmless:split]
        self.later = self.steps[split:]
        self.values = [self._array(each) for each in values]
        self.inputs = [self._array(Place(root.array, root)) for root in inputs]
        self.seed = None if tape.seed is None else self._array(Place(tape.seed.array, tape.seed))
        own = [each for number, each in self._memory.items() if number not in small]
        rooms: dict[int, int] = {}
        for each in own:
            rooms[id(each.base)] = max(rooms.get(id(each.base), 0), each.nbytes)
        self.bytes = sum(rooms.values()) + sum(self._memory[number].nbytes for number in small)
        self.saved = sum(each.nbytes for each in self._memory.values()) - self.bytes
        """Bytes of memory that is used more than once in a call."""
        tensors = {}
        for tensor, array, _ in tape.outside.values():
            known = tape.known(array)
            if known is not None:
                tensors[known.number] = tensor
        place = {id(entry): i for i, entry in enumerate(entries)}
        told = [*([each] for each in first), *(run for run in groups if id(run[0]) in place)]
        told.sort(key=lambda run: place[id(run[0])])
        self.described = described(told, values, inputs, self._rooms, inside, tensors)
        self.cells = [cell for cell, version in tape.versions if cell[0] != version]

    def _bound(self, entry: Entry) -> list[Callable[[], Any]]:
        args, kwargs = self._bind(entry.args), self._bind(entry.kwargs)
        return bound(entry, args, kwargs, tuple(map(self._array, entry.out)))

    def _steady(self, entries: list[Entry]) -> Callable[[], Any]:
        """One step that looks whether the others are needed."""
        made = {place.root.number for entry in entries for place in entry.out}
        reads = [
            each for entry in entries for each in entry.reads() if each.root.number not in made
        ]
        sources = {id(array): array for array in map(self._array, reads)}
        steps = [step for entry in entries for step in self._bound(entry)]
        return Steady(list(sources.values()), steps)

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

    def _grad(self, entry: Entry) -> Callable[[], Any]:
        """Set a tensor's gradient: to memory that is lent, or to a copy."""
        tensor, places = entry.function, entry.args
        if not places:
            return functools.partial(set_grad, tensor, None)
        lent = self.lent.get(places[0].root.number)
        if lent is not None:
            step = functools.partial(set_grad, tensor, lent)
            self._lent_to.append((tensor, lent, step))
            return step
        return functools.partial(_set_copy, tensor, self._array(places[0]))

    def _bind(self, tree: Any) -> Any:
        if type(tree) is Place:
            return self._array(tree)
        return functions.mapped(self._bind, tree)

    def run(self, given: list[Raw]) -> None:
        """Do all of it for the values of the arguments.

        Raises `StaleError` where nothing has been done that a program can see.
        """
        self.begin(given)
        left = iter(self.after)
        try:
            for step in left:
                step()
        except BaseException:
            self._meanwhile.drop()
            self._forget([*left, *self.later])
            raise
        if self.cells:
            touch(*self.cells)

    def begin(self, given: list[Raw]) -> None:
        """The part of `run` that no program can see. Raises `StaleError`."""
        self._meanwhile.drop()  # it may have been all of the last call
        try:
            for buffer, array in zip(self.inputs, given, strict=True):
                np.copyto(buffer, array)
            for step in self.before:
                step()
            self._meanwhile.settle()
        except Exception as error:
            self._meanwhile.drop()
            raise StaleError from error

    def _ends(self, run: list[Entry]) -> bool:
        """Whether what nobody sees ends before a run."""
        return run[0].how == "mark" or any(map(self._visible, run))

    def _visible(self, entry: Entry) -> bool:
        """Whether an entry changes what a program can see."""
        if entry.how in ("host", "grad", "draw"):
            return True
        roots = [place.root for place in entry.out]
        return any(
            root.kind == "outside"
            or id(getattr(self._memory.get(root.number), "base", None)) in self._lent_rooms
            for root in roots
        )

    def _forget(self, left: list[Callable[[], Any]]) -> None:
        """Take back what was lent, which an error has left half written, before these steps."""
        numbers = set(map(id, left))
        for tensor, lent, step in self._lent_to:
            if id(step) in numbers and grad_of(tensor) is lent:
                set_grad(tensor, None)

    def differentiate(self, g: Raw) -> None:
        """Do what belongs to the derivative, for the gradient of the result."""
        if self.seed is not None:
            np.copyto(self.seed, g)
        left = iter(self.later)
        try:
            for step in left:
                step()
        except BaseException:
            self._meanwhile.drop()
            self._forget([*left])
            raise


def _set_copy(tensor: Tensor, array: Raw) -> None:
    set_grad(tensor, array.copy("K"))


def used(entries: list[Entry], values: list[Place]) -> dict[int, Root]:
    """The memory that the entries and the values are about, by its number."""
    places = [place for entry in entries for place in (*entry.reads(), *entry.out)]
    return {place.root.number: place.root for place in (*places, *values)}


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
