"""Small parameters stepped together: one array for all of them, where one each costs the calls.

What a step computes is the same for every entry, so entries may lie side by side. Parameters and
gradients are copied in and the parameters back; the state stays, each tensor of it a view of the
array in which it lies beside the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from autograd import Tensor
from autograd.graph import Raw
from autograd.side_by_side import Places

SMALL = 4096
"""Entries up to which a parameter is copied rather than stepped alone."""


class Entry(NamedTuple):
    """A parameter with its memory, its gradient's, and its state."""

    parameter: Tensor
    values: Raw
    grad: Raw
    state: dict[str, Any]


class Joined:
    """Several parameters, whose state lies side by side under each of ``names``."""

    def __init__(self, entries: Sequence[Entry], names: tuple[str, ...]) -> None:
        kind = entries[0].values.dtype
        places = self.places = Places([entry.values.shape for entry in entries])
        self.values, self.grad = places.empty(kind), places.empty(kind)
        self.parts = places.views(self.values)
        self.state = {name: places.empty(kind) for name in names}
        self.views = {name: places.views(array) for name, array in self.state.items()}
        self.parameters = [entry.parameter for entry in entries]
        for name, views in self.views.items():
            places.joined([entry.state[name]._memory() for entry in entries], self.state[name])
            for entry, view in zip(entries, views, strict=True):
                entry.state[name]._hold(view)

    def holds(self, entries: Sequence[Entry], names: tuple[str, ...]) -> bool:
        """Whether it is of these parameters, and of the state that they have now."""
        if len(entries) != len(self.parameters) or names != tuple(self.state):
            return False
        for entry, parameter in zip(entries, self.parameters, strict=True):
            if entry.parameter is not parameter:
                return False
        for name, views in self.views.items():
            for entry, view in zip(entries, views, strict=True):
                if entry.state[name]._array is not view:
                    return False
        return True

    def gather(self, entries: Sequence[Entry]) -> tuple[Raw, Raw]:
        """All values, and all gradients."""
        return (
            self.places.joined([entry.values for entry in entries], self.values),
            self.places.joined([entry.grad for entry in entries], self.grad),
        )

    def scatter(self, entries: Sequence[Entry]) -> None:
        """The values back to where they came from."""
        for entry, part in zip(entries, self.parts, strict=True):
            entry.values[...] = part
