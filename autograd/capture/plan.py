"""What is made of a tape: the calls that are needed, on buffers that every call uses again."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np

from autograd.capture.binding import StaleError, bound
from autograd.capture.description import described
from autograd.capture.entry import Entry
from autograd.capture.fusion import fused, inner, runs
from autograd.capture.lent_gradients import lendable, side_by_side
from autograd.capture.meanwhile import Meanwhile
from autograd.capture.memory import Buffers, shared
from autograd.capture.roots import Place, Root
from autograd.capture.script import Line, Step
from autograd.capture.simplify import simplified, used
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
        entries, values = simplified(tape.entries, values)
        self.names = [entry.title() for entry in entries if entry.how != "mark"]
        self.dropped = len(tape.entries) - len(entries)
        lent = lendable(entries)
        seed = set() if tape.seed is None else {tape.seed.number}
        first = steady(entries, tape.restless | seed)
        ahead = set(map(id, first))
        self._meanwhile = Meanwhile()
        groups = runs([entry for entry in entries if id(entry) not in ahead])
        groups = self._meanwhile.planned(groups)
        self._buffers = Buffers(shared(groups, values, lent), side_by_side(lent))
        self.lent = {n: LentGradient(self._buffers.whole(root)) for n, root in lent.items()}
        self._lent_bases = {self._buffers.base(root) for root in lent.values()}
        self._lent_to: list[tuple[Tensor, LentGradient, Step]] = []
        """The step that sets each gradient to memory that is lent."""
        self.fused: list[list[str]] = []
        """What is done block by block together."""
        inside: set[int] = set()
        steps = [*self._constants(used(entries, values)), *self._steady(first)]
        self._divide(steps, groups, [self._calls(run, entries, values, inside) for run in groups])
        self.sure = self._sure(groups, values)
        """Which values are known before anything is done that a program can see."""
        self.values = [self._buffers.array(each) for each in values]
        self.inputs = [self._buffers.whole(root) for root in inputs]
        self.seed = None if tape.seed is None else self._buffers.whole(tape.seed)
        self.bytes, self.saved = self._buffers.sizes()
        told = _in_order(entries, [*([each] for each in first), *groups])
        met = _tensors_of(tape)
        self.described = described(told, values, inputs, self._buffers.rooms, inside, met)
        self.cells = [cell for cell, version in tape.versions if cell[0] != version]

    # -- the calls -----------------------------------------------------------------------

    def _constants(self, roots: dict[int, Root]) -> list[Step]:
        """What gives constants that the call writes into their first values again."""
        return [
            functools.partial(np.copyto, self._buffers.whole(root), root.start)
            for root in roots.values()
            if root.kind == "constant" and root.start is not None
        ]

    def _steady(self, entries: list[Entry]) -> list[Step]:
        """One step that looks whether these are needed; nothing where there are none."""
        if not entries:
            return []
        made = {place.root.number for entry in entries for place in entry.out}
        reads = [
            each for entry in entries for each in entry.reads() if each.root.number not in made
        ]
        sources = {id(array): array for array in map(self._buffers.array, reads)}
        steps = [step for entry in entries for step in self._bound(entry)]
        return [Steady(list(sources.values()), steps)]

    def _calls(
        self, run: list[Entry], entries: list[Entry], values: list[Place], inside: set[int]
    ) -> list[Step]:
        """The calls of entries that stand together; ``inside`` takes up what only they use."""
        local = inner(run, entries, values)
        inside |= local
        first = run[0]
        if len(run) > 1:
            self.fused.append([entry.title() for entry in run])
            return [fused(run, local, self._buffers.bound)]
        if first.how == "mark":
            return []
        if first.how == "grad":
            return [self._grad(first)]
        if first.how == "wait":
            return [functools.partial(self._meanwhile.wait, first.result)]
        if first.beside:
            return [self._meanwhile.step(self._bound(first))]
        return self._bound(first)

    def _bound(self, entry: Entry) -> list[Step]:
        args, kwargs = self._buffers.bound(entry.args), self._buffers.bound(entry.kwargs)
        return bound(entry, args, kwargs, tuple(map(self._buffers.array, entry.out)))

    def _grad(self, entry: Entry) -> Step:
        """Set a tensor's gradient: to memory that is lent, or to a copy."""
        tensor, places = entry.function, entry.args
        if not places:
            return functools.partial(set_grad, tensor, None)
        lent = self.lent.get(places[0].root.number)
        if lent is not None:
            step = functools.partial(set_grad, tensor, lent)
            self._lent_to.append((tensor, lent, step))
            return step
        return functools.partial(_set_copy, tensor, self._buffers.array(places[0]))

    # -- their parts ---------------------------------------------------------------------

    def _divide(
        self, first: list[Step], groups: list[list[Entry]], steps: list[list[Step]]
    ) -> None:
        """The parts: what no program can see, what it may, and what is the derivative's."""
        ready = self._ready(groups)
        mark = next((i for i, run in enumerate(groups) if run[0].how == "mark"), len(groups))
        self._before = Line([*first, *_joined(steps[:ready])])
        self._after, self._later = Line(_joined(steps[ready:mark])), Line(_joined(steps[mark:]))
        self.steps = [*self._before.steps, *self._after.steps, *self._later.steps]

    def _ready(self, groups: list[list[Entry]]) -> int:
        """The place of the first entries that a program can see, or that are the derivative's."""
        ends = (run[0].how == "mark" or any(map(self._visible, run)) for run in groups)
        return next((i for i, end in enumerate(ends) if end), len(groups))

    def _visible(self, entry: Entry) -> bool:
        """Whether an entry changes what a program can see."""
        if entry.how in ("host", "grad", "draw"):
            return True
        roots = [place.root for place in entry.out]
        return any(
            root.kind == "outside" or self._buffers.base(root) in self._lent_bases for root in roots
        )

    def _sure(self, groups: list[list[Entry]], values: list[Place]) -> list[bool]:
        late = groups[self._ready(groups) :]
        written = {out.root.number for run in late for each in run for out in each.out}
        return [each.root.kind == "own" and each.root.number not in written for each in values]

    # -- to do them ----------------------------------------------------------------------

    def run(self, given: list[Raw]) -> None:
        """Do all of it for the values of the arguments.

        Raises `StaleError` where nothing has been done that a program can see.
        """
        self.begin(given)
        try:
            self._after.run()
        except BaseException as error:
            self._meanwhile.drop()
            self._forget([*self._after.left(error), *self._later.steps])
            raise
        if self.cells:
            touch(*self.cells)

    def begin(self, given: list[Raw]) -> None:
        """The part of `run` that no program can see. Raises `StaleError`."""
        meanwhile = self._meanwhile
        if meanwhile.given:
            meanwhile.drop()  # it may have been all of the last call
        try:
            if given:
                for buffer, array in zip(self.inputs, given, strict=True):
                    np.copyto(buffer, array)
            self._before.run()
            if meanwhile.given:
                meanwhile.settle()
        except Exception as error:
            meanwhile.drop()
            raise StaleError from error

    def differentiate(self, g: Raw) -> None:
        """Do what belongs to the derivative, for the gradient of the result."""
        if self.seed is not None:
            np.copyto(self.seed, g)
        try:
            self._later.run()
        except BaseException as error:
            self._meanwhile.drop()
            self._forget(self._later.left(error))
            raise

    def _forget(self, left: Sequence[Step]) -> None:
        """Take back what was lent, which an error has left half written, before these steps."""
        numbers = set(map(id, left))
        for tensor, lent, step in self._lent_to:
            if id(step) in numbers and grad_of(tensor) is lent:
                set_grad(tensor, None)


def _set_copy(tensor: Tensor, array: Raw) -> None:
    set_grad(tensor, array.copy("K"))


def _joined(steps: list[list[Step]]) -> list[Step]:
    return [step for some in steps for step in some]


def _in_order(entries: list[Entry], runs: list[list[Entry]]) -> list[list[Entry]]:
    """Those of the runs that are made of these entries, in the order of these."""
    place = {id(entry): i for i, entry in enumerate(entries)}
    return sorted((run for run in runs if id(run[0]) in place), key=lambda run: place[id(run[0])])


def _tensors_of(tape: Tape) -> dict[int, Tensor]:
    """The tensors from outside, by the number of their memory."""
    found = {}
    for tensor, array, _ in tape.outside.values():
        known = tape.known(array)
        if known is not None:
            found[known.number] = tensor
    return found
