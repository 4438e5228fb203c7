"""Promises that a recording relies on: this dict still has these values, that cell this object.

They are asked before every use of a recording, so all of them are one expression of Python's own
code, which compares objects by identity.
"""

from __future__ import annotations

import operator
import types
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd.capture.kinds import SIMPLE
from autograd.capture.script import Script
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
        self.unread: set[int] = set()
        """The numbers of what is in them and read by nobody, such as hooks of who has none."""

    def broken(self) -> str:
        """Where a promise is broken; empty where all are kept."""
        try:
            if self._kept():
                return ""
        except (LookupError, ValueError):  # an entry that is gone, a variable without a value
            pass
        return self._slow()

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
        """Write the code that asks for all promises.

        With them, for every row of ``tensors``, that a tensor has a memory and a vertex, and for
        every row of ``grads`` that it has a gradient.
        """
        there = {(ask, id(of)) for ask, of, _, _ in self.checks}
        where = "a tensor"
        for tensor, array, node in tensors:
            if (array_of, id(tensor)) in there:
                continue
            self.checks.append((array_of, tensor, array, where))
            self.checks.append((node_of, tensor, node, where))
        self.checks += [(grad_of, tensor, grad, "a gradient") for tensor, grad in grads]
        script = Script()
        lines = [_asked(script, ask, of, wanted) for ask, of, wanted, _ in self.checks]
        lines += [f"not {script.name(each)}" for each in self.empty]
        for container, keys, values, _ in self.containers:
            if id(container) in self.tables:
                lines.append(f"len({script.name(container)}) == {len(values)}")
                read = [i for i, each in enumerate(values) if id(each) not in self.unread]
                lines += _entries(script, container, [(keys[i], values[i]) for i in read])
                continue
            lines += _contents(script, container, keys, values)
        self._kept = script.question(lines)


def _asked(script: Script, ask: Callable[[Any], Any], of: Any, wanted: Any) -> str:
    """The code of one check."""
    if ask is entry_of:
        table, key = of
        return f"{script.name(table)}[{key!r}] is {script.name(wanted)}"
    asked = _CODE.get(ask, script.name(ask) + "({})")
    return f"{asked.format(script.name(of))} is {script.name(wanted)}"


def _contents(script: Script, container: Any, keys: list[Any], values: list[Any]) -> list[str]:
    """The code that asks whether a container holds these in the same order."""
    held = script.name(container)
    lines = [f"len({held}) == {len(values)}"]
    if type(container) is list:
        return [*lines, *_entries(script, container, enumerate(values))]
    if type(container) is dict:
        lines.append(f"[*{held}] == {script.name(keys)}")
        return [*lines, *_entries(script, container, zip(keys, values, strict=True))]
    same = script.name(_all_same)
    if not isinstance(container, dict):
        return [*lines, f"{same}({held}, {script.name(values)})"]
    lines.append(f"{same}({held}, {script.name(keys)})")
    return [*lines, f"{same}({held}.values(), {script.name(values)})"]


def _entries(script: Script, container: Any, pairs: Iterable[tuple[Any, Any]]) -> list[str]:
    held = script.name(container)
    return [f"{held}[{script.text(key)}] is {script.name(value)}" for key, value in pairs]


def _all_same(found: Any, wanted: Any) -> bool:
    return all(map(operator.is_, found, wanted))


extra_of = operator.attrgetter("extra")
"""The hooks of a vertex."""

code_of = operator.attrgetter("__code__")
"""The code of a function."""

hooked = operator.attrgetter("_hooked")
"""Whether a class of modules has instances with hooks."""


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


def part_of(at: tuple[Any, int]) -> Any:
    """What an object with steps of its own says that a call relies on."""
    owner, number = at
    return owner._captured_parts()[number]


def entry_of(place: tuple[Any, str]) -> Any:
    """What stands in a table under a name, if anything."""
    return place[0].get(place[1], _MISSING)


_CODE: dict[Any, str] = {
    array_of: "{}._array",
    node_of: "{}._node",
    extra_of: "{}.extra",
    code_of: "{}.__code__",
    hooked: "{}._hooked",
    cell_of: "{}.cell_contents",
    type: "type({})",
}
"""How code asks what functions ask."""


def _equal(a: Any, b: Any) -> bool:
    if type(a) is not type(b) or not isinstance(a, SIMPLE) or a != b:
        return False
    return bool(a) or repr(a) == repr(b)  # 0.0 equals -0.0, and is another number


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
