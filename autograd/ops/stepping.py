"""What layers over sequences do at every time step, and for many steps at once.

The rows of a sequence lie as in a packed one: all entries of the first time step, then all of
the second, each time of those sequences that are long enough. Neighbouring steps of the same
size are a run. What there is for each gate lies step by step, too: the rows of the first gate,
then those of the second, so that a step's numbers are in one piece and NumPy's calls are short.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from autograd import threads
from autograd.blas import SMALL_PRODUCT
from autograd.graph import Raw

MANY = 8
"""From more steps on a weight is laid out anew, for products that are faster then."""

BESIDE = 30_000_000
"""From this many multiplications on, what is not the recurrence is worth a second thread."""


class Run(NamedTuple):
    """Steps of ``size`` rows each, from row ``start`` on."""

    start: int
    steps: int
    size: int

    @property
    def rows(self) -> slice:
        """Those of all its steps."""
        return slice(self.start, self.start + self.steps * self.size)

    def part(self, first: int, last: int) -> Run:
        """Some of its steps."""
        return Run(self.start + first * self.size, last - first, self.size)

    def by_step(self, x: Any) -> Any:
        """Its rows of ``x`` (rows, width), or (all steps, size, width), as (steps, size, width)."""
        if x.ndim == 3:
            first = self.start // max(self.size, 1)
            return x[first : first + self.steps]
        return x[self.rows].reshape(self.steps, self.size, x.shape[1])

    def by_gate(self, x: Any, gates: int) -> Any:
        """Its rows of ``x`` (rows, gates hidden) as (steps, gates, size, hidden)."""
        return x[self.rows].reshape(self.steps, gates, self.size, x.shape[1] // gates)


class Share(NamedTuple):
    """Some runs, one after the other, and the rows that they take together."""

    runs: list[Run]
    rows: slice


class Steps:
    """The rows that each time step takes, from ``sizes``, and the order of the computation.

    >>> from autograd.ops.stepping import Steps
    >>> Steps([2, 2, 1], reverse=False).runs
    [Run(start=0, steps=2, size=2), Run(start=4, steps=1, size=1)]
    """

    __slots__ = ("length", "most", "reverse", "rows", "runs")

    def __init__(self, sizes: Sequence[int], reverse: bool) -> None:
        self.reverse = reverse
        self.length = len(sizes)
        self.most = max(sizes, default=0)
        self.runs: list[Run] = []
        start = 0
        for count, group in itertools.groupby(sizes):
            run = Run(start, len(list(group)), count)
            self.runs.append(run)
            start = run.rows.stop
        self.rows = start

    def before(self, states: Raw, first: Raw, out: Raw) -> None:
        """Into ``out`` for each row the state that its step begins with: ``first``, or a row's."""
        last, known = 0, 0
        for run in self.in_order():
            count, (low, high) = run.size, (run.rows.start, run.rows.stop)
            if self.reverse:
                out[low : high - count] = states[low + count : high]
                begin = out[high - count : high]
            else:
                out[low + count : high] = states[low : high - count]
                begin = out[low : low + count]
            known = min(count, known)
            begin[:known] = states[last : last + known]
            begin[known:] = first[known:count]
            last, known = low if self.reverse else high - count, count

    def in_order(self) -> list[Run]:
        """The runs in the order of the computation."""
        return self.runs[::-1] if self.reverse else self.runs

    def shares(self, backwards: bool = False, rows: int = 256) -> list[Share]:
        """All runs in the order of the computation, or in the opposite one, by some ``rows``."""
        n, runs = self.length, self.runs
        count = max(1, min(n, self.rows // rows))
        found = [Share(runs, slice(0, self.rows))]
        if count > 1:
            cuts = [threads.share(n, i, count) for i in range(count)]
            found = [_between(runs, cut.start, cut.stop) for cut in cuts]
        if self.reverse == backwards:
            return found
        return [Share(share.runs[::-1], share.rows) for share in reversed(found)]

    def joined(self, parts: Sequence[Any], dim: int = 0) -> Any:
        """What was found from the last step to the first, in the order of the rows."""
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts if self.reverse else parts[::-1], dim)


def _between(runs: Sequence[Run], low: int, high: int) -> Share:
    """The steps from ``low`` to ``high``."""
    found, first = [], 0
    for run in runs:
        some = (max(low - first, 0), min(high - first, run.steps))
        if some[0] < some[1]:
            found.append(run.part(*some))
        first += run.steps
    return Share(found, slice(found[0].rows.start, found[-1].rows.stop))


def is_much(work: int) -> bool:
    """Whether so many multiplications beside the recurrence are for another thread."""
    return work >= BESIDE and threads.get_num_threads() > 1


class Stages:
    """The runs of all shares, each share between bulk work for it, while its rows are in the cache.

    ``prepare(share)`` runs before the share's steps; after them, what ``finish(share)`` gives.
    ``early`` and ``late`` say how many multiplications both are in all: what is much others do.

    >>> from autograd.ops.stepping import Stages, Steps
    >>> list(Stages(Steps([2, 1], reverse=False).shares(), lambda share: print(share.rows)))
    slice(0, 3, None)
    [Run(start=0, steps=1, size=2), Run(start=2, steps=1, size=1)]
    """

    def __init__(
        self,
        shares: Sequence[Share],
        prepare: Callable[[Share], Any],
        finish: Callable[[Share], Callable[[], Any]] | None = None,
        early: int = 0,
        late: int = 0,
    ) -> None:
        self.shares = shares
        self.prepare = prepare
        self.finish = finish
        several = len(shares) > 1
        self.early, self.late = several and is_much(early), several and is_much(late)
        self.errands: list[threads.Errand] = []
        self.found: list[Any] = []

    def __iter__(self) -> Iterator[Run]:
        work: list[Callable[[], Any]] = [partial(self.prepare, share) for share in self.shares]
        if self.early:
            work[1:] = [threads.beside(each).result for each in work[1:]]
        for ready, share in zip(work, self.shares, strict=True):
            ready()
            yield from share.runs
            if self.finish is None:
                continue
            if self.late:
                self.errands.append(threads.beside(self.finish(share)))
            else:
                self.found.append(self.finish(share)())

    def so_far(self, number: int) -> Any:
        """What the work after the last share gave at this place, if it is done in their order."""
        return self.found[-1][number] if self.found else None

    def results(self) -> list[Any]:
        """What the work after each share gave, in their order; to be asked for at the end."""
        self.finish = None  # it may know these stages, and keep arrays alive in a ring
        for errand in reversed(self.errands):  # others began with the first
            errand.take()
        return self.found + [errand.result() for errand in self.errands]


class Products:
    """Every step's product with the same matrices (gates, in, out): (gates, rows, out).

    Where that is faster, it is made in parts of a few columns, or of a few rows as well.
    """

    def __init__(self, matrices: Raw, steps: Steps) -> None:
        count, depth, columns = matrices.shape
        self.width = columns
        self.rows = steps.most
        if steps.length > MANY:
            self.width = _width(steps.most * depth, columns)
            self.rows = _fair(steps.most, SMALL_PRODUCT // max(1, depth * self.width))
        parts = matrices.reshape(count, depth, columns // self.width, self.width).swapaxes(1, 2)
        self.parts = np.ascontiguousarray(parts) if steps.length > MANY else parts
        self.shape = (count, columns // self.width)

    def sized(self, rows: int) -> tuple[Callable[[Raw], object], Raw]:
        """A function for products of so many rows, and the array that it writes into.

        It takes (rows, in), or (gates, 1, rows, in) for each gate its own.

        >>> from autograd.ops.stepping import Products, Steps
        >>> multiply, out = Products(np.eye(2)[np.newaxis], Steps([1], reverse=False)).sized(1)
        >>> _ = multiply(np.array([[3.0, 4.0]]))
        >>> out
        array([[[3., 4.]]])
        """
        gates, across = self.shape
        parts, matmul = self.parts, np.matmul
        out = np.empty((gates, rows, across * self.width), parts.dtype)
        view = out.reshape(gates, rows, across, self.width).swapaxes(1, 2)
        if rows <= self.rows:
            return lambda x: matmul(x, parts, out=view), out
        bands = [slice(start, start + self.rows) for start in range(0, rows, self.rows)]

        def multiply(x: Raw) -> None:
            for band in bands:
                matmul(x[..., band, :], parts, out=view[:, :, band])

        return multiply, out


def _width(size: int, columns: int) -> int:
    """How many columns a part has; ``size``: what the multiplications for one column are."""
    return part(columns, 64 if size * 64 <= SMALL_PRODUCT else 32)


def part(columns: int, most: int) -> int:
    """How many columns each of several even parts has, not more than ``most`` where it can be.

    >>> from autograd.ops.stepping import part
    >>> part(192, 64), part(50, 64), part(67, 64)
    (64, 50, 67)
    """
    for width in range(min(most, columns), 15, -1):
        if columns % width == 0:
            return width
    return columns


def _fair(count: int, most: int) -> int:
    """Into how many rows to cut ``count``, not more than ``most``, all alike."""
    if most < 16:
        return max(count, 1)
    return max(1, -(-count // max(1, -(-count // most))))
