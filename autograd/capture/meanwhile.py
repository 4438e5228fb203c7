"""Calls of a plan that another thread does while the line goes on, and where the line waits.

They are the gradients that `autograd.asides` hands over in an ordinary backward.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from autograd import threads
from autograd.asides import MOST
from autograd.capture.entry import Entry

Step = Callable[[], Any]


MANY = 3
"""So many are at work or wait at most: what they read and write is memory."""


class Meanwhile:
    """What one call of a plan has handed over, in order; None is done already."""

    def __init__(self) -> None:
        self.given: deque[threads.Errand | None] = deque()

    def planned(self, groups: list[list[Entry]]) -> list[list[Entry]]:
        """The groups of a plan: `with_waits`; on one thread everything is done where it stands."""
        several = threads.get_num_threads() > 1
        for run in groups:
            for entry in run:
                entry.beside = entry.beside and several and len(run) == 1
        return with_waits(groups) if several else groups

    def step(self, steps: Sequence[Step]) -> Step:
        """One step that hands these over, in their order; to be used after `planned`."""
        return functools.partial(self._hand_over, functools.partial(_in_order, steps))

    def _hand_over(self, work: Step) -> None:
        if sum(errand is not None and errand.waits() for errand in self.given) >= MOST:
            work()
            self.given.append(None)
        else:
            self.given.append(threads.beside(work))

    def wait(self, count: int) -> None:
        """Go on when the first ``count`` are done; raises what they raised."""
        for _ in range(count):
            errand = self.given[0]  # it stays there where the wait is interrupted
            if errand is not None:
                errand.result()
            self.given.popleft()

    def settle(self) -> None:
        """Go on when all are done; waits for them may still come."""
        for i, errand in enumerate(self.given):
            if errand is not None:
                errand.result()
                self.given[i] = None

    def drop(self) -> None:
        """Wait for all, where something has failed."""
        while self.given:
            errand = self.given[0]
            if errand is not None:
                errand.wait()
            self.given.popleft()


def _in_order(steps: Sequence[Step]) -> None:
    for step in steps:
        step()


def with_waits(groups: list[list[Entry]]) -> list[list[Entry]]:
    """The groups, and a "wait" before what needs, or changes, something that is still at work.

    A wait is for the first of those that are at work; ``result`` is their number. It stands for
    all memory that these use, which is not used for anything else before.
    """
    found: list[list[Entry]] = []
    working: list[Entry] = []

    def wait(count: int) -> None:
        if count:
            done, working[:] = working[:count], working[count:]
            places = [place for entry in done for place in (*entry.reads(), *entry.out)]
            found.append([Entry("wait", None, tuple(places), result=count)])

    for run in groups:
        met = [i for i, other in enumerate(working) if any(_meets(each, other) for each in run)]
        wait(max(met, default=-1) + 1)
        found.append(run)
        working += [entry for entry in run if entry.beside]
        wait(max(0, len(working) - MANY))
    wait(len(working))
    return found


def _meets(entry: Entry, other: Entry) -> bool:
    """Whether an entry cannot come before another one is done."""
    if entry.how in ("host", "mark"):
        return True
    written = {place.root.number for place in entry.out}
    used = written | {place.root.number for place in entry.reads()}
    made = {place.root.number for place in other.out}
    return bool(made & used or written & {place.root.number for place in other.reads()})
