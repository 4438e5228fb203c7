"""One entry of each row, ``x[arange(n), index]``, by one index into all of x."""

from __future__ import annotations

import functools
import operator
from typing import Any

import numpy as np

from autograd.capture.entry import Entry
from autograd.capture.roots import Place, Root
from autograd.graph import Raw


def flat(entries: list[Entry]) -> list[Entry]:
    """The entries with such indices flat, where a promise says that they are within the rows."""
    below: dict[Any, int] = {}
    made: dict[int, Entry] = {}
    found: list[Entry] = []
    following = 1 + max((p.root.number for e in entries for p in (*e.reads(), *e.out)), default=-1)
    changed = {p.root.number for e in entries if e.how == "write" for p in e.out}
    for entry in entries:
        if entry.how == "host":
            below.clear()
        _promise(entry, made, below)
        for place in entry.out:
            made[place.root.number] = entry
        if not _picks(entry) or entry.args[1][1].root.number in changed:
            found.append(entry)
            continue
        x, (rows, index), *value = entry.args
        width = x.array.shape[1]
        if below.get(_where(index), width + 1) > width:
            found.append(entry)
            continue
        starts = _starts(len(rows), width)
        places = index.array + starts
        target = Root(places, "own", following).place(places)
        following += 1
        found.append(Entry("out", np.add, (index, starts), {}, (target,), [True]))
        found[-1].part = entry.part
        all_of_it = Place(x.array.reshape(-1), x.root)
        if value:
            found.append(entry.changed(args=(all_of_it, target, *value), out=(all_of_it,)))
        else:
            found.append(entry.changed(function=take, args=(all_of_it, target)))
    return found


def take(x: Any, index: Any) -> Any:
    """The entries of a flat array."""
    return x[index]


@functools.lru_cache(64)
def _starts(rows: int, width: int) -> Raw:
    """Where each row begins: one array for the same rows, so that equal calls are seen."""
    return np.arange(rows) * width


def _picks(entry: Entry) -> bool:
    """Whether an entry reads or writes one element of each row of a C-contiguous matrix."""
    if entry.function not in (operator.getitem, operator.setitem) or len(entry.args) < 2:
        return False
    x, index = entry.args[:2]
    if type(x) is not Place or not isinstance(index, tuple) or len(index) != 2:
        return False
    rows, columns = index
    if type(rows) is not np.ndarray or type(columns) is not Place or x.array.ndim != 2:
        return False
    if columns.array.dtype != np.int64 or columns.array.ndim != 1:
        return False
    return x.array.flags.c_contiguous and np.array_equal(rows, np.arange(len(x.array)))


def _promise(entry: Entry, made: dict[int, Entry], below: dict[Any, int]) -> None:
    """Note that an index is below a number, where a guard says so: its largest is not above."""
    if entry.how != "guard" or entry.result is not False:
        return
    (place,) = entry.args
    test = made.get(place.root.number)
    if test is None or test.function is not np.greater_equal or type(test.args[1]) is not int:
        return
    top = made.get(test.args[0].root.number) if type(test.args[0]) is Place else None
    if top is None or top.function != np.maximum.reduce or top.args[1:] not in ((), (None,)):
        return
    index = top.args[0]
    if index.array.dtype == np.uint64 and index.array.ndim == 1:
        below[_where(index)] = test.args[1]


def _where(place: Place) -> Any:
    """Which memory it is."""
    array = place.array
    return (place.root.number, array.ctypes.data, array.shape, array.strides)
