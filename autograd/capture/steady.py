"""What depends on small arrays alone that rarely change, as indices made of targets.

It is computed again only when their bytes are others than the last time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.capture.entry import Entry
from autograd.capture.reuse import named, still
from autograd.graph import Raw

FEW = 1024
"""Bytes that are compared in less time than a call takes."""


def steady(entries: list[Entry], restless: set[int]) -> list[Entry]:
    """The entries that are computed from few bytes that were there before, and from nothing else.

    Not from what is ``restless``: memory that every call changes.
    """
    once = still(entries)
    changed = restless | {p.root.number for e in entries if e.how == "write" for p in e.out}
    found: list[Entry] = []
    known: set[int] = set()
    for entry in entries:
        if entry.how == "host":
            break
        reads = {place.root.number: place.root for place in entry.reads()}
        if not reads or any(
            number not in known and (root.kind not in ("outside", "input") or number in changed)
            for number, root in reads.items()
        ):
            continue
        size = sum(each.array.nbytes for each in entry.reads() if each.root.kind != "own")
        if size > FEW:
            continue
        if entry.how == "guard":
            found.append(entry)
        elif entry.how in ("out", "copy") and named(entry.function) is not None:
            numbers = [place.root.number for place in entry.out]
            if len(numbers) == 1 and numbers[0] in once:
                found.append(entry)
                known.update(numbers)
    return found


class Steady:
    """``steps`` that are done when ``sources`` have changed."""

    def __init__(self, sources: Sequence[Raw], steps: Sequence[Callable[[], Any]]) -> None:
        self._sources = [each.tobytes for each in sources]
        self._steps = steps
        self._last: list[bytes] = []

    def __call__(self) -> None:
        """Do them, or nothing."""
        now = [source() for source in self._sources]
        if now != self._last:
            self._last = []
            for step in self._steps:
                step()
            self._last = now
