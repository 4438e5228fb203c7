"""What a tape computes twice, computed once.

Small pieces of memory that are written as a whole become new pieces, so that a value once
computed stays; then equal calls on equal values give the same piece.
"""

from __future__ import annotations

import functools
import operator
from typing import Any

import numpy as np

from autograd.capture import functions
from autograd.capture.entry import Entry
from autograd.capture.indexed import take
from autograd.capture.memory import LARGE
from autograd.capture.roots import Place, Root


class Reuse:
    """``entries`` without repetitions, and the ``values`` where they are then."""

    def __init__(self, entries: list[Entry], values: list[Place]) -> None:
        self._next = 1 + max((place.root.number for place in _places(entries, values)), default=-1)
        self._now: dict[int, Root] = {}
        self.entries = [self._apart(entry) for entry in entries]
        self.values = [self._renamed(place) for place in values]
        self._still = still(self.entries)
        self._versions: dict[int, int] = {}
        self._known: dict[Any, Place] = {}
        self._same: dict[int, tuple[Root, Root]] = {}
        self.entries = [each for each in map(self._once, self.entries) if each is not None]
        self.values = [self._moved(place) for place in self.values]

    # -- a new piece for what is written as a whole ---------------------------------------

    def _renamed(self, tree: Any) -> Any:
        if type(tree) is Place:
            root = self._now.get(tree.root.number)
            return tree if root is None else Place(tree.array, root)
        return functions.mapped(self._renamed, tree)

    def _apart(self, entry: Entry) -> Entry:
        args, kwargs = self._renamed(entry.args), self._renamed(entry.kwargs)
        if not _overwrites(entry):
            out = tuple(map(self._renamed, entry.out))
            return entry.changed(args=args, kwargs=kwargs, out=out)
        (target,) = entry.out
        root = Root(target.root.array, "own", self._next)
        self._next += 1
        self._now[target.root.number] = root
        return entry.changed(how="out", args=args, kwargs={}, out=(Place(target.array, root),))

    # -- once instead of twice ------------------------------------------------------------

    def _once(self, entry: Entry) -> Entry | None:
        args, kwargs = self._moved(entry.args), self._moved(entry.kwargs)
        entry = entry.changed(args=args, kwargs=kwargs, out=tuple(map(self._moved, entry.out)))
        if entry.how == "host":
            for root in self._versions:
                self._versions[root] += 1
            return entry
        if entry.how == "write":
            number = entry.out[0].root.number
            self._versions[number] = self._versions.get(number, 0) + 1
            return entry
        if not self._fits(entry):
            return entry
        kept = {name: value for name, value in entry.kwargs.items() if name != "keepdims"}
        key = (named(entry.function), self._key(entry.args), self._key(kept))
        (out,) = entry.out
        known = self._known.setdefault(key, out)
        if known is out or known.array.dtype != out.array.dtype:
            return entry
        self._same[out.root.number] = (out.root, known.root)
        return None

    def _fits(self, entry: Entry) -> bool:
        """Whether the same call gives the same, in memory that is its own and is not changed."""
        if entry.how not in ("out", "copy") or entry.kept or len(entry.out) != 1:
            return False
        (out,) = entry.out
        return (
            _is_whole(out) and out.root.number in self._still and named(entry.function) is not None
        )

    def _key(self, tree: Any) -> Any:
        """Something that is equal where the values are the same ones."""
        if type(tree) is Place:
            array, root = tree.array, tree.root
            start = array.ctypes.data - root.extent[0]
            version = self._versions.setdefault(root.number, 0)
            return (root.number, version, start, array.shape, array.strides, array.dtype)
        if isinstance(tree, np.ndarray):
            return ("array", id(tree))
        if isinstance(tree, slice):
            return ("slice", self._key(tree.start), self._key(tree.stop), self._key(tree.step))
        if isinstance(tree, (tuple, list)):
            return (type(tree), *map(self._key, tree))
        if isinstance(tree, dict):
            return tuple((name, self._key(tree[name])) for name in sorted(tree))
        if isinstance(tree, (int, float, complex, str, type(None), np.dtype, np.generic, type)):
            return (type(tree), repr(tree))
        return ("object", id(tree))

    def _moved(self, tree: Any) -> Any:
        if type(tree) is Place:
            pair = self._same.get(tree.root.number)
            if pair is None:
                return tree
            source, root = pair
            array = tree.array
            start = array.ctypes.data - source.extent[0]
            return Place(
                np.ndarray(array.shape, array.dtype, root.array, start, array.strides), root
            )
        return functions.mapped(self._moved, tree)


def still(entries: list[Entry]) -> set[int]:
    """The numbers of the small memory of its own that is written once, and never lent."""
    found: set[int] = set()
    changed: set[int] = set()
    for entry in entries:
        for place in entry.out:
            number = place.root.number
            if number in found or entry.how == "write":
                changed.add(number)
            elif place.root.kind == "own" and place.array.nbytes < LARGE:
                found.add(number)
        if entry.how == "grad" or entry.kept:
            changed.update(place.root.number for place in (*entry.reads(), *entry.out))
    return found - changed


def _places(entries: list[Entry], values: list[Place]) -> list[Place]:
    return [*values, *(each for entry in entries for each in (*entry.reads(), *entry.out))]


def _is_whole(place: Place) -> bool:
    array, root = place.array, place.root
    low, high = root.extent
    whole = array.flags.c_contiguous and array.nbytes == high - low == root.array.nbytes
    return bool(whole and array.size and root.array.flags.c_contiguous)


def _overwrites(entry: Entry) -> bool:
    """Whether an entry gives all of a small piece of memory new values."""
    if entry.how != "write" or not isinstance(entry.function, np.ufunc) or len(entry.out) != 1:
        return False
    (target,) = entry.out
    if entry.kwargs.keys() != {"out"} or target.root.kind != "own":
        return False
    return target.array.nbytes < LARGE and _is_whole(target)


def named(function: Any) -> Any:
    """What stands for a function whose result depends on its arguments alone; else None."""
    if isinstance(function, functools.partial) and function.func is functions.method:
        return (functions.method, function.args)
    if isinstance(function, np.ufunc) or function in functions.PURE:
        return function
    if isinstance(getattr(function, "__self__", None), np.ufunc):
        return (function.__self__, function.__name__)
    return function if function in _PURE else None


_PURE = {functions.power, functions.scalar_power, operator.getitem, take}
