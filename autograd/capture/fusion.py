"""Elementwise runs over large arrays, done block by block while the blocks are in the cache.

What only the run itself uses never becomes a whole array: each thread has room for a block of it.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd import threads
from autograd.blocks import is_one_place
from autograd.capture.binding import numbers
from autograd.capture.entry import Entry
from autograd.capture.roots import Place
from autograd.graph import Raw

LARGE = 1 << 16
"""From this many entries on."""

BLOCK = 1 << 15
"""Entries of a block on one thread: its temporaries stay in the cache."""

SHARED = 1 << 17
"""Entries of a block where there are several: long enough for them to take turns."""

ALIGNED = 64
"""Blocks begin at a multiple of it, where a line of the cache does."""

Step = Callable[[], Any]


def runs(entries: list[Entry]) -> list[list[Entry]]:
    """The entries in order, those that can be done block by block together."""
    found: list[list[Entry]] = []
    shape: Any = None
    written: set[int] = set()
    picked: set[int] = set()
    for entry in entries:
        fits = fusible(entry)
        single = {p.root.number for p in entry.reads() if fits and p.array.shape != shape}
        joins = fits and found and shape == entry.out[0].array.shape
        target = entry.out[0].root.number if fits else -1
        if joins and not (single & (written | {target}) or target in picked):
            found[-1].append(entry)
        else:
            found.append([entry])
            written, picked = set(), set()
        # What is computed here, and of what a number is read that is none of the block.
        written.add(target)
        picked |= single
        shape = entry.out[0].array.shape if fits else None
    return found


def fusible(entry: Entry) -> bool:
    """Whether an entry computes each entry of a large array from those at the same place."""
    if entry.how not in ("out", "write") or not isinstance(entry.function, np.ufunc):
        return False
    if entry.kwargs.keys() - ({"out"} if entry.how == "write" else set()):
        return False
    if entry.function.signature is not None:
        return False
    out = entry.out[0].array
    if out.size < LARGE or not out.flags.c_contiguous:
        return False
    for each in entry.args:
        array = each.array if type(each) is Place else each
        if isinstance(array, np.ndarray):
            if not (is_one_place(array) if array.size == 1 else array.shape == out.shape):
                return False
            if array.size > 1 and not (array.flags.c_contiguous or is_one_place(array)):
                return False
        elif type(each) not in (int, float) and not isinstance(each, np.generic):
            return False
    return True


def inner(run: list[Entry], entries: list[Entry], values: Iterable[Place]) -> set[int]:
    """The numbers of the pieces of memory that only this run uses."""
    if len(run) < 2:
        return set()
    own = {
        each.out[0].root.number
        for each in run
        if each.out[0].root.kind == "own" and each.out[0].array is each.out[0].root.array
    }
    inside = set(map(id, run))
    for entry in entries:
        if id(entry) not in inside:
            own -= {place.root.number for place in (*entry.reads(), *entry.out)}
    return own - {place.root.number for place in values}


def fused(
    run: list[Entry],
    local: set[int],
    arrays: Callable[[Any], Any],
) -> Step:
    """The run as one step; ``arrays`` gives the memory of what is not ``local``."""
    size = run[0].out[0].array.size
    count = threads.hands(size // BLOCK)
    bounds = [part * size // count // ALIGNED * ALIGNED for part in range(count)] + [size]
    longest = max(stop - start for start, stop in itertools.pairwise(bounds))
    blocks = -(-longest // (BLOCK if count == 1 else SHARED))
    length = -(-longest // blocks // ALIGNED) * ALIGNED + ALIGNED
    parts = []
    for part in range(count):
        rooms = _rooms(run, local, length)
        steps: list[Step] = []
        for start in range(bounds[part], bounds[part + 1], length):
            stop = min(start + length, bounds[part + 1])
            steps += [_block(entry, local, rooms, arrays, start, stop) for entry in run]
        parts.append(steps)
    return functools.partial(threads.run, functools.partial(_work, parts), count)


def _work(parts: list[list[Step]], number: int) -> None:
    for step in parts[number]:
        step()


def _rooms(run: list[Entry], local: set[int], length: int) -> dict[int, Raw]:
    """A block's room for each piece of local memory; rooms are used again when they are free."""
    last: dict[int, int] = {}
    for i, entry in enumerate(run):
        for place in (*entry.reads(), *entry.out):
            last[place.root.number] = i
    rooms: dict[int, Raw] = {}
    free: dict[Any, list[Raw]] = {}
    for i, entry in enumerate(run):
        target = entry.out[0]
        number = target.root.number
        if number in local and number not in rooms:
            kept = free.setdefault(target.array.dtype, [])
            rooms[number] = kept.pop() if kept else np.empty(length, target.array.dtype)
        for place in {each.root.number: each for each in (*entry.reads(), *entry.out)}.values():
            number = place.root.number
            if number in local and last[number] == i:
                free.setdefault(rooms[number].dtype, []).append(rooms[number])
    return rooms


def _block(
    entry: Entry,
    local: set[int],
    rooms: dict[int, Raw],
    arrays: Callable[[Any], Any],
    start: int,
    stop: int,
) -> Step:
    def part(each: Any) -> Any:
        if type(each) is Place and each.root.number in local:
            return rooms[each.root.number].view(each.array.dtype)[: stop - start]
        array = arrays(each) if type(each) is Place else each
        if not isinstance(array, np.ndarray):
            return array
        if is_one_place(array):
            return array[(0,) * array.ndim + (...,)] if array.ndim else array
        return array.reshape(-1)[start:stop]

    args = numbers(entry.function, [part(each) for each in entry.args], {})
    return functools.partial(entry.function, *args, out=part(entry.out[0]))
