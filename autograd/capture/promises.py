"""Promises that a recording relies on: this dict still has these values, that cell this object.

They are asked before every use of a recording, so they are sorted first, for a few loops in C that
go through all of them.
"""

from __future__ import annotations

import itertools
import operator
import types
from collections.abc import Callable, Sequence
from typing import Any

from autograd.capture.kinds import SIMPLE
from autograd.capture.slots import array_of, grad_of, node_of

Check = tuple[Callable[[Any], Any], Any, Any, str]
"""(what to ask, of what, the object that must come out, where it was found)."""

_MISSING = object()


class Promises:
    """What must be as it was, or the recording is not used."""

    def __init__(self) -> None:
        self.checks: list[Check] = []
        self.containers: list[tuple[Any, list[Any], list[Any], str]] = []
        """(which one, its keys, its values, where it was found)."""
        self.empty: list[Any] = []
        """Containers that must stay empty."""
        self.tables: set[int] = set()
        """The numbers of dictionaries of attributes, of which a quick look compares no keys."""

    def broken(self) -> str:
        """Where a promise is broken; empty where all are kept."""
        return "" if self._quick() else self._slow()

    def _quick(self) -> bool:
        """Whether every object is the very one that was there; some of them may only be equal."""
        if any(self.empty) or list(map(len, self._live)) != self._lengths:
            return False
        try:
            found = [getter(table) for getter, table in self._entries]
        except LookupError:
            return False
        found += [map(ask, of) for ask, of in self._asked]
        found += self._live
        try:
            return all(map(operator.is_, itertools.chain.from_iterable(found), self._held))
        except ValueError:  # a variable without a value
            return False

    def _slow(self) -> str:
        for ask, of, wanted, where in self.checks:
            held = ask(of)
            if held is not wanted and not _equal(held, wanted):
                return where
        if any(self.empty):
            return "a container that was empty"
        for container, keys, values, where in self.containers:
            if not _same(container, keys, values):
                return where
        return ""

    def settle(self, tensors: Sequence[Any], grads: Sequence[Any]) -> None:
        """Sort the promises so that they are quick to check.

        With them, for every row of ``tensors``, that a tensor has a memory and a vertex, and for
        every row of ``grads`` that it has a gradient.
        """
        there = {(ask, id(of)) for ask, of, _, _ in self.checks}
        name = "a tensor"
        for tensor, array, node in tensors:
            if (array_of, id(tensor)) in there:
                continue
            self.checks.append((array_of, tensor, array, name))
            self.checks.append((node_of, tensor, node, name))
        self.checks += [(grad_of, tensor, grad, "a gradient") for tensor, grad in grads]
        groups: dict[Any, tuple[list[Any], list[Any]]] = {}
        tables: dict[int, tuple[Any, list[str], list[Any]]] = {}
        held: list[Any] = []
        for ask, of, wanted, _ in self.checks:
            if ask is entry_of:
                _, names, values = tables.setdefault(id(of[0]), (of[0], [], []))
                names.append(of[1])
                values.append(wanted)
                continue
            asked, found = groups.setdefault(ask, ([], []))
            asked.append(of)
            found.append(wanted)
        # (what reads several entries, of which table), and (what to ask, of what).
        self._entries = []
        for table, names, values in tables.values():
            self._entries.append((operator.itemgetter(*names, names[0]), table))
            held += [*values, values[0]]
        self._asked = [
            (_contents if ask is cell_of else ask, of) for ask, (of, _) in groups.items()
        ]
        for _, wanted in groups.values():
            held += wanted
        live: list[Any] = []
        for container, keys, values, _ in self.containers:
            if keys and type(container) is dict and id(container) not in self.tables:
                live.append(container)
                held += keys
            live.append(container.values() if isinstance(container, dict) else container)
            held += values
        self._live, self._held, self._lengths = live, held, list(map(len, live))


extra_of = operator.attrgetter("extra")
"""The hooks of a vertex."""

code_of = operator.attrgetter("__code__")
"""The code of a function."""

hooked = operator.attrgetter("_hooked")
"""Whether a class of modules has instances with hooks."""

_contents = operator.attrgetter("cell_contents")


def cell_of(cell: types.CellType) -> Any:
    """What a variable of a function around holds, if anything."""
    try:
        return cell.cell_contents
    except ValueError:
        return _MISSING


CALLED = ("step", "zero_grad")
"""Methods that are called as they are, of objects whose attributes nobody reads."""


def own_methods(value: Any) -> Any:
    """What was put in the place of one of these methods of an object, if anything."""
    table = vars(value)
    return table.get(CALLED[0]) or table.get(CALLED[1])


def entry_of(place: tuple[Any, str]) -> Any:
    """What stands in a table under a name, if anything."""
    return place[0].get(place[1], _MISSING)


def _equal(a: Any, b: Any) -> bool:
    return type(a) is type(b) and isinstance(a, SIMPLE) and bool(a == b)


def _same(container: Any, keys: list[Any], values: list[Any]) -> bool:
    """Whether a container holds the same things in the same order."""
    held: Any = container
    if keys:
        if len(container) != len(keys):
            return False
        held = container.values()
    elif len(container) != len(values):
        return False
    if all(map(operator.is_, held, values)):
        return not keys or all(map(operator.eq, container, keys))
    pairs = zip(held, values, strict=True)
    same = all(a is b or _equal(a, b) for a, b in pairs)
    return same and (not keys or list(container) == keys)
