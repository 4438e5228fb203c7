"""The calls that step small parameters of a group all at once, side by side."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from functools import partial
from itertools import starmap
from typing import Any

from autograd import Tensor, add, multiply, subtract
from autograd.capture.script import Script
from autograd.capture.slots import array_of, grad_of
from autograd.capture.straight import straight
from autograd.graph import Raw, touch
from autograd.lent_gradient import LentGradient
from autograd.registry import UFUNCS
from autograd.side_by_side import Places, apart
from nn.optim.joined import SMALL
from nn.optim.stepping import Group, Numbers

Call = Callable[[], Any]
_add, _multiply, _subtract = UFUNCS[add], UFUNCS[multiply], UFUNCS[subtract]

TRIES = 8
"""Preparations in a row that may come to nothing."""


def side_of(optimizer: Any, group: Group, parameters: list[Tensor], lent: bool) -> Side | None:
    """The calls for parameters of a group; None where it takes more than one formula.

    ``lent``: their gradients are `LentGradient`s, whose memory stays.
    """
    if lent and any(type(grad_of(each)) is not LentGradient for each in parameters):
        return None
    if not _fits(optimizer, group, parameters):
        return None
    side = Side(optimizer, group, parameters, lent)
    return side if side.calls else None


def _fits(optimizer: Any, group: Group, parameters: Sequence[Tensor]) -> bool:
    """Whether one formula on one array does what the optimiser would do."""
    if not type(optimizer).__module__.startswith("nn.optim.") or "step" in vars(type(optimizer)):
        return False  # a class of the user's may do anything else
    names = optimizer._takes(group)
    if names is None or not all(starmap(_is_plain, _settings(group).items())):
        return False
    kind = array_of(parameters[0]).dtype
    if kind.char not in "fd" or len(set(parameters)) < len(parameters):
        return False
    counts = set()
    for each in parameters:
        array, state = array_of(each), optimizer.state.get(each, {})
        if array.size > SMALL or array.dtype != kind or not array.flags.c_contiguous:
            return False
        if not array.flags.writeable:
            return False
        for name in names:
            kept = state.get(name)
            if not isinstance(kept, Tensor) or kept.shape != each.shape or kept.dtype != kind:
                return False
        if optimizer._counts:
            count = state.get("step")
            if not isinstance(count, Tensor) or count.ndim:
                return False
            counts.add((count.dtype, count.item()))  # one formula is of one step
    return len(counts) <= 1 and apart([array_of(each) for each in parameters])


def _is_plain(name: str, value: Any) -> bool:
    """Whether a setting cannot change in place, or is read in every step."""
    if isinstance(value, tuple):
        return all(_is_plain(name, each) for each in value)
    if isinstance(value, Tensor):
        return name in ("lr", "betas")
    return value is None or isinstance(value, (int, float, str))


def _settings(group: Group) -> Group:
    return {name: value for name, value in group.items() if name != "params"}


def _asked(group: Group) -> dict[str, Any]:
    """What a formula may ask of a group: the signs of its numbers, and what is true."""
    return {
        name: int(value > 0) - int(value < 0) if isinstance(value, (int, float)) else bool(value)
        for name, value in _settings(group).items()
    }


class Side:
    """Parameters of a group, their gradients and their state, side by side."""

    def __init__(self, optimizer: Any, group: Group, parameters: list[Tensor], lent: bool) -> None:
        self._optimizer, self._group, self._known = optimizer, group, dict(group)
        self._asked = _asked(group)
        self._parameters = parameters
        self._lent = [grad_of(each) for each in parameters] if lent else []
        self.places = places = Places([each.shape for each in parameters])
        names = optimizer._takes(group)
        states = []
        if names or optimizer._counts:
            states = [optimizer.state[each] for each in parameters]
        arrays = [_joined(places, [each[name] for each in states]) for name in names]
        self._counts: Raw | None = None
        if optimizer._counts:
            counts = Places([()] * len(states))
            self._counts = _joined(counts, [each["step"] for each in states])
            one = self._counts.dtype.type(1).reshape(1).repeat(len(states))
            self._count = partial(_add, self._counts, one, self._counts)
        self._states = states
        self._prepare(places, arrays)

    def _prepare(self, places: Places, arrays: list[Raw]) -> None:
        """Find the calls that the formula makes."""
        group, optimizer = self._group, self._optimizer
        values = [array_of(each) for each in self._parameters]
        kind = values[0].dtype
        self._decays = bool(group.get("weight_decay"))
        shrinks = self._decays and bool(group.get("decoupled_weight_decay"))
        numbers = self._numbers(1.0 if self._counts is None else self._counts.item(0) + 1)
        own = Places([()] * len(numbers))
        memory = own.empty(kind)
        self._memory = memory
        self._pack = partial(struct.Struct(f"{len(numbers)}{kind.char}").pack_into, memory, 0)
        self._write(numbers)
        shrink, *given = own.views(memory)
        calls: list[Call] = []
        gradients = [lent.array for lent in self._lent]
        flat = places.together(gradients) if gradients else None
        if flat is None:
            flat = places.empty(kind)
            calls += [places.copier(gradients, flat)] if gradients else []
        self.gradient = flat
        """Where the gradients are when the calls begin, if they are not lent."""
        taken = [flat, *arrays]
        if shrinks:
            calls += [partial(_multiply, each, shrink, each) for each in values]
        elif self._decays:
            taken.append(places.empty(kind))
            calls.append(places.copier(values, taken[-1]))

        def formula(g: Any, *others: Any) -> Any:
            state, rest = others[: len(arrays)], list(others[len(arrays) :])
            if group["maximize"]:
                g = -g
            if self._decays and not shrinks:
                x, decay = rest.pop(0), rest[0]
                g = g + decay * x
            return optimizer._step(group, tuple(rest[1:]), g, *state)

        self.calls: list[Call] = []
        """The step; empty where its calls depend on values."""
        found = straight(formula, [*taken, *given])
        if found is not None:
            steps, step = found
            parts = places.views(step)
            calls += [*steps, *map(partial, [_subtract] * len(values), values, parts, values)]
            counting = [] if self._counts is None else [self._count]
            self.calls = [*counting, self._renew, *calls]
            if gradients:
                self.calls.append(partial(touch, *[each._guard() for each in self._parameters]))

    def _numbers(self, t: float) -> Numbers:
        """What parameters shrink by, how much of them is added to the gradient, and the others."""
        group = self._group
        found: Numbers = self._optimizer._coefficients(group, t)
        if not self._decays:
            return (1.0, 0.0, *found)
        decay = float(group["weight_decay"])
        return (1 - float(group["lr"]) * decay, decay, *found)

    def _write(self, numbers: Numbers) -> None:
        try:
            self._pack(*numbers)
        except OverflowError:  # one is infinite in this dtype
            self._memory[:] = numbers

    def questions(self, script: Script) -> list[str]:
        """The code that asks whether every object is where it was."""
        name, every = script.name, self._optimizer.state
        lines = [f"{name(self._optimizer)}.state is {name(every)}"]
        for parameter, state in zip(self._parameters, self._states, strict=False):
            lines.append(f"{name(every)}[{name(parameter)}] is {name(state)}")
            lines.append(f"len({name(state)}) == {len(state)}")
            lines += [f"{name(state)}[{key!r}] is {name(each)}" for key, each in state.items()]
        kept = [each for state in self._states for each in state.values()]
        for each in [*self._parameters, *(each for each in kept if isinstance(each, Tensor))]:
            lines.append(f"{name(each)}._array is {name(array_of(each))}")
        pairs = zip(self._parameters, self._lent, strict=False)  # or nothing is lent
        lines += [f"{name(each)}._grad is {name(lent)}" for each, lent in pairs]
        return lines

    def ready(self) -> bool:
        """Whether the formula is the same, and one count stands for all."""
        if self._group != self._known:
            if _asked(self._group) != self._asked:
                return False
            self._known = dict(self._group)
        if self._counts is None:
            return True
        counts = self._counts.tolist()
        if counts.count(counts[0]) < len(counts):
            return False
        if not self._optimizer._varies:
            return True
        return len(self._numbers(counts[0] + 1)) == len(self._memory)

    def _renew(self) -> None:
        """Write the numbers of this step."""
        self._write(self._numbers(0.0 if self._counts is None else self._counts.item(0)))


def _joined(places: Places, tensors: list[Tensor]) -> Raw:
    """The memory of tensors as one array, of which they are views from now on."""
    arrays = [each._memory() for each in tensors]
    flat = places.together(arrays)
    if flat is None:
        flat = places.joined(arrays, places.empty(arrays[0].dtype))
        for tensor, view in zip(tensors, places.views(flat), strict=True):
            tensor._hold(view)
    return flat
