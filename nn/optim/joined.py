"""Small parameters stepped together: one array for all of them, where one each costs the calls.

What a step computes is the same for every entry, so entries may lie side by side. Parameters and
gradients are copied in and the parameters back; the state stays, each tensor of it a view of the
array in which it lies beside the others. Parameters that share memory are no such entries: each
begins with what the one before left.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from autograd import Tensor
from autograd.graph import Raw
from autograd.side_by_side import Places, apart

SMALL = 4096
"""Entries up to which a parameter is copied rather than stepped alone."""

Found: TypeAlias = tuple[Tensor, Raw, Raw]
"""A parameter with its memory and its gradient's."""


class Joined:
    """Several parameters, whose state lies side by side under each of ``names``.

    So do their counts, "step", which are one number while they are stepped together.
    """

    def __init__(
        self, found: Sequence[Found], names: tuple[str, ...], state: Mapping[Any, dict[str, Any]]
    ) -> None:
        kind = found[0][1].dtype
        places = self.places = Places([values.shape for _, values, _ in found])
        self.values, self.grad = places.empty(kind), places.empty(kind)
        self.parts = places.views(self.values)
        self._memory = [values for _, values, _ in found]
        self.state = {name: places.empty(kind) for name in names}
        self.entries = [(parameter, state[parameter]) for parameter, _, _ in found]
        numbers = Places([()] * len(found))
        self.counts = numbers.empty(self.entries[0][1]["step"].dtype)
        views = {name: places.views(array) for name, array in self.state.items()}
        views["step"] = numbers.views(self.counts)
        self.views: list[tuple[dict[str, Any], str, Raw]] = []
        for name, parts in views.items():
            for (_, own), view in zip(self.entries, parts, strict=True):
                view[...] = own[name]._memory()
                own[name]._hold(view)
                self.views.append((own, name, view))

    def holds(
        self, found: Sequence[Found], names: tuple[str, ...], state: Mapping[Any, dict[str, Any]]
    ) -> bool:
        """Whether it is of these parameters, and of the state that they have now."""
        kind = self.values.dtype
        if len(found) != len(self.entries) or names != tuple(self.state):
            return False
        for (parameter, values, _), (known, own) in zip(found, self.entries, strict=True):
            if parameter is not known or values.dtype is not kind or state.get(known) is not own:
                return False
        for own, name, view in self.views:
            if own[name]._array is not view:
                return False
        memory = [values for _, values, _ in found]
        if not all(map(operator.is_, memory, self._memory)):
            if not apart(memory):
                return False
            self._memory = memory
        first, *others = self.counts.tolist()
        return bool(others.count(first) == len(others))

    def count(self) -> float:
        """One step more: how many there were now."""
        self.counts += 1
        number: float = self.counts.item(0)
        return number

    def gather(self, found: Sequence[Found]) -> tuple[Raw, Raw]:
        """All values, and all gradients."""
        return (
            self.places.joined([values for _, values, _ in found], self.values),
            self.places.joined([grad for _, _, grad in found], self.grad),
        )

    def scatter(self, found: Sequence[Found]) -> None:
        """The values back to where they came from."""
        for (_, values, _), part in zip(found, self.parts, strict=True):
            values[...] = part
