"""What a recorded call relies on beside its arguments: everything that the function can reach.

From the function itself we follow names of globals, closures, attributes, containers, and the
functions found there, as far as the code can get. Each thing found gives one of the `Promises`
that are asked before a recording is used. What cannot be promised, such as an iterator or a NumPy
array, makes the function run eagerly.
"""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd.capture import lines
from autograd.capture.kinds import FIXED, SIMPLE, Follower
from autograd.capture.lines import globals_of
from autograd.capture.promises import (
    CALLED,
    Promises,
    cell_of,
    code_of,
    entry_of,
    extra_of,
    hooked,
    own_methods,
    part_of,
)
from autograd.capture.slots import array_of, node_of
from autograd.graph import Leaf
from autograd.hooks import Hooks
from autograd.random import Generator
from autograd.tensor import Tensor

LIMIT = 20_000
"""Objects that are followed at most: they are looked at before every call."""

_REFLECTION = frozenset({"globals", "locals", "vars", "eval", "exec", "setattr"})
"""What reaches or changes names that nobody can read in the code."""


class UnguardedError(Exception):
    """What the function can reach may change without our knowing."""


class Guards(Promises):
    """The promises about all that a call can reach, and its code. Raises `UnguardedError`."""

    def __init__(self, function: Any, args: Any) -> None:
        super().__init__()
        self.codes: set[types.CodeType] = set()
        self.names: set[str] = {"forward"}
        self._seen: dict[int, Any] = {}
        self._later: list[tuple[Any, str]] = []
        self._spaces: list[tuple[Any, Any, bool, str]] = []
        self._found: set[tuple[int, str]] = set()
        self._hosts: list[tuple[Any, str]] = []
        self._numpy = ""
        """Where the module NumPy, or one in it, was found."""
        self._push(function, getattr(function, "__name__", "the function"))
        for each in args:
            self._push(each, "an argument")
        while self._later:
            value, where = self._later.pop()
            self._look(value, where)
            if len(self._seen) > LIMIT:
                raise UnguardedError(f"{where} can reach more than {LIMIT} objects")
            if not self._later:
                self._attributes()
                self._reread()
        if self._numpy and "random" in self.names:
            raise UnguardedError(f"{self._numpy} gives random numbers that are not noticed")
        self.settle((), ())

    @property
    def seen(self) -> Any:
        """The numbers of all objects that were found."""
        return self._seen.keys()

    def _push(self, value: Any, where: str) -> None:
        if not isinstance(value, SIMPLE):
            self._later.append((value, where))

    def _all(self, values: Iterable[Any], where: str) -> None:
        for each in values:
            self._push(each, where)

    def _look(self, value: Any, where: str) -> None:
        if id(value) in self._seen:
            return
        self._seen[id(value)] = value
        if isinstance(value, Tensor):
            self._tensor(value, where)
        elif isinstance(value, types.FunctionType):
            self._function(value, where)
        elif isinstance(value, types.MethodType):
            self._all((value.__func__, value.__self__), where)
        elif isinstance(value, Follower):
            self._push(value._function, where)
        elif isinstance(value, functools.partial):
            self._all((value.func, value.args, value.keywords), where)
        elif isinstance(value, property):
            self._all((value.fget, value.fset), where)
        elif isinstance(value, (staticmethod, classmethod)):
            self._push(value.__func__, where)
        elif type(value) in (tuple, frozenset):
            self._all(value, where)
        elif isinstance(value, slice):
            self._all((value.start, value.stop, value.step), where)
        elif type(value) in (list, dict, set):
            self._container(value, where)
        elif isinstance(value, types.ModuleType):
            if value.__name__.startswith("numpy.random"):
                raise UnguardedError(f"{where} gives random numbers that are not noticed")
            if value.__name__.partition(".")[0] == "numpy":
                self._numpy = self._numpy or where
            elif not lines.is_library(value.__name__):
                self._spaces.append((value, vars(value), False, f"the module {value.__name__}"))
        elif isinstance(value, type):
            self._class(value)
        elif isinstance(value, Generator):
            pass  # where it stands is no promise: what draws from it draws again
        elif isinstance(value, FIXED):
            owner = getattr(value, "__self__", None)
            if owner is not None and not isinstance(owner, types.ModuleType):
                self._push(owner, where)
        else:
            self._object(value, where)

    def _tensor(self, value: Tensor, where: str) -> None:
        node = value._node
        if node is not None and type(node) is not Leaf:
            raise UnguardedError(f"{where} is or holds a tensor with a history")
        if node is not None and node.extra is not None:
            raise UnguardedError(f"{where} is or holds a tensor with hooks")
        self.checks.append((array_of, value, array_of(value), where))
        self.checks.append((node_of, value, node, where))
        if node is not None:
            self.checks.append((extra_of, node, None, where))
        self._all(getattr(value, "__dict__", {}).values(), where)

    def _function(self, value: types.FunctionType, where: str) -> None:
        if lines.is_ours(value.__code__):  # it may hold a function of the user's, as no_grad does
            for cell in value.__closure__ or ():
                held = cell_of(cell)
                if isinstance(held, (types.FunctionType, types.MethodType)):
                    self.checks.append((cell_of, cell, held, where))
                    self._push(held, where)
            return
        self.checks.append((code_of, value, value.__code__, where))
        if vars(value):
            self._spaces.append((value, vars(value), False, where))
        else:
            self.empty.append(vars(value))
        self._all(value.__defaults__ or (), where)
        if value.__kwdefaults__:
            self._container(value.__kwdefaults__, where)
        for name in self._code(value.__code__):
            if name in value.__globals__:
                self._entry(value.__globals__, name, f"the global {name!r}")
        cells = value.__closure__ or ()
        for name, cell in zip(value.__code__.co_freevars, cells, strict=True):
            try:
                held = cell.cell_contents
            except ValueError:
                raise UnguardedError(f"the variable {name!r} has no value yet") from None
            self.checks.append((cell_of, cell, held, f"the variable {name!r}"))
            self._push(held, f"the variable {name!r}")

    def _code(self, code: types.CodeType) -> set[str]:
        """The globals of code and of the functions defined there; all of its names are noted."""
        self.codes.add(code)
        names, modules = globals_of(code)
        for each in code.co_consts:
            if isinstance(each, types.CodeType):
                names |= self._code(each)
        reflection = (names & _REFLECTION) | ({"__dict__"} & set(code.co_names))
        if reflection:
            raise UnguardedError(f"{code.co_name} uses {min(reflection)}")
        for name in modules:
            if name not in sys.modules:
                raise UnguardedError(f"{code.co_name} imports {name or 'a module'}")
            self._push(sys.modules[name], f"the module {name}")
        self.names |= set(code.co_names)
        return names

    def _entry(self, table: Any, name: str, where: str) -> None:
        if (id(table), name) in self._found:
            return
        self._found.add((id(table), name))
        held = table[name]
        self.checks.append((entry_of, (table, name), held, where))
        self._push(held, where)

    def _entry_of_class(self, kind: type, where: str) -> None:
        if (id(kind), "_hooked") not in self._found:
            self._found.add((id(kind), "_hooked"))
            self.checks.append((hooked, kind, hooked(kind), where))

    def _container(self, value: Any, where: str) -> None:
        if not value:
            self.empty.append(value)
            return
        values = list(value.values() if isinstance(value, dict) else value)
        keys = list(value) if isinstance(value, dict) else []
        self.containers.append((value, keys, values, where))
        self._all([each for each in values if id(each) not in self.unread], where)
        self._all(keys, where)

    def _class(self, value: type) -> None:
        for each in value.__mro__:
            if not lines.is_library(each.__module__):
                name = f"the class {each.__name__}"
                if each is not value:
                    self._push(each, name)
                else:
                    self._spaces.append((each, vars(each), True, name))

    def _attributes(self) -> None:
        """Follow the attributes that the code found so far has a name for."""
        for _, table, special, where in list(self._spaces):
            for name in table:
                if name in self.names or (special and _called(table[name])):
                    self._entry(table, name, f"{where.rstrip(',')}, attribute {name!r},")

    def _read(self, value: Any) -> bool:
        """Whether code reads attributes of an object whose methods are called as they are."""
        known = {*vars(value), *(name for name in dir(type(value)) if name[:2] != "__")}
        return not self.names.isdisjoint(known - {*CALLED})

    def _reread(self) -> None:
        for value, where in list(self._hosts):
            if self._read(value):
                self._hosts.remove((value, where))
                self._object(value, where)

    def _object(self, value: Any, where: str) -> None:
        kind = type(value)
        if hasattr(kind, "_captured_parts") and not self._read(value):
            for number, groups in enumerate(value._captured_parts()):
                self.checks.append((part_of, (value, number), groups, where))
                self.containers.append((groups, [], list(groups), where))
                for group in groups:
                    self._entry(group, "params", where)
            self.checks.append((own_methods, value, own_methods(value), where))
            self._push(own_methods(value), where)
            self._hosts.append((value, where))
            return
        table = getattr(value, "__dict__", None)
        if _calls_unseen(kind) or isinstance(value, np.ndarray) or not isinstance(table, dict):
            raise UnguardedError(
                f"{where} is or holds a {kind.__name__}, whose changes are not noticed"
            )
        self._push(kind, where)
        if not isinstance(value, dict):
            self.checks.append((type, value, kind, where))
        if isinstance(value, (list, dict, set)):
            self._container(value, where)
        elif kind.__flags__ & _HEAP == 0:
            raise UnguardedError(
                f"{where} is or holds a {kind.__name__}, whose changes are not noticed"
            )
        if any(lines.is_library(each.__module__) for each in kind.__mro__[:-1]):
            self.tables.add(id(table))
            if hasattr(kind, "_hooked") and not value._hooked:
                # Nobody looks there, until one of these two tells of a hook.
                self.unread.update(id(each) for each in table.values() if isinstance(each, Hooks))
                self._entry_of_class(kind, f"{where} (hooks)")
            self._container(table, f"{where}, a {kind.__name__},")
        else:
            self._spaces.append((value, table, False, f"{where}, a {kind.__name__},"))


def _calls_unseen(kind: type) -> bool:
    """Whether objects of a class can be called, and do then what is not written in Python."""
    calls = [vars(each)["__call__"] for each in kind.__mro__ if "__call__" in vars(each)]
    return bool(calls) and isinstance(calls[0], types.WrapperDescriptorType)


_HEAP = 1 << 9
"""CPython's flag of a class that was made by a class statement."""


def _called(value: Any) -> bool:
    return isinstance(value, (types.FunctionType, classmethod, staticmethod, property))
