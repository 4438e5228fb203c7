"""The order within each rank: few crossings, found by sweeps of barycentres.

What lies in one frame stays together, and frames that reach over the same ranks stand in
the same order in all of them: in a sweep, a frame that the rank before has already shown
keeps its place among its neighbours (a constrained barycentre, as in Forster, "A fast and
simple heuristic for constrained two-level crossing reduction", 2004).
"""

from __future__ import annotations

import time
from bisect import bisect_right, insort
from collections.abc import Sequence
from itertools import pairwise
from random import Random

from viz.layout.nesting import Nesting

SWEEPS = 400
PATIENCE = 120
"""Sweeps without an improvement after which to stop."""

WORK = 200_000
"""Cells to be sorted in all sweeps together, about: the same on every machine."""

SECONDS = 10.0
"""A machine so slow that the sweeps take longer gets fewer of them."""

Neighbours = Sequence[Sequence[int]]


def ordered(
    ranks: Sequence[int],
    above: Neighbours,
    below: Neighbours,
    boxes: int,
    nesting: Nesting,
    seconds: float = SECONDS,
) -> list[list[int]]:
    """The cells of every rank, in the best order that was found.

    ``above`` and ``below`` list each cell's neighbours in the ranks next to its own; cells
    before number ``boxes`` are boxes, and those come in order of number where all else is
    equal.
    """
    end = time.monotonic() + seconds
    layers = _first(ranks, below, nesting)
    best, fewest = [layer[:] for layer in layers], crossings(layers, below)
    sweep = _Sweep(len(ranks), nesting)
    idle = 0
    # Fewer sweeps for large graphs, where they take long and each still helps.
    for number in range(min(SWEEPS, max(6, WORK // (len(ranks) + 1)))):
        if not fewest or idle >= PATIENCE or time.monotonic() > end:
            break
        if number % 2 == 0:
            sweep.run(layers, above)
        else:
            sweep.run(layers[::-1], below)
        now = crossings(layers, below)
        idle += 1
        if now < fewest:
            best, fewest, idle = [layer[:] for layer in layers], now, 0
    pairs = [a < b for layer in best for a, b in pairwise([cell for cell in layer if cell < boxes])]
    if 2 * sum(pairs) < len(pairs):  # more fall than rise: the mirror image reads better
        best = [layer[::-1] for layer in best]
    return best


def _first(ranks: Sequence[int], below: Neighbours, nesting: Nesting) -> list[list[int]]:
    """A first order: as a walk down the wires from the first cells meets them, and frames."""
    layers: list[list[int]] = [[] for _ in range(max(ranks) + 1)]
    seen = [False] * len(ranks)
    met: dict[int, int] = {}  # frames by when the walk came to them
    for start in range(len(ranks)):
        stack = [start]
        while stack:
            cell = stack.pop()
            if not seen[cell]:
                seen[cell] = True
                layers[ranks[cell]].append(cell)
                for frame in nesting.around(cell):
                    met.setdefault(frame, len(met))
                stack += reversed(below[cell])
    if nesting.frames:
        for layer in layers:
            place = {cell: i for i, cell in enumerate(layer)}
            # Frames come first, so their order is the same in every rank.
            layer.sort(
                key=lambda cell: (
                    *((0, met[frame]) for frame in nesting.around(cell)),
                    (1, place[cell]),
                )
            )
    return layers


class _Sweep:
    """Sorting rank after rank by the places of the rank before."""

    def __init__(self, cells: int, nesting: Nesting) -> None:
        self.chance = Random(0)  # the same in every run
        self.place = [0.0] * cells
        self.paths = [nesting.around(cell) for cell in range(cells)]
        self.framed = bool(nesting.frames)

    def run(self, layers: Sequence[list[int]], neighbours: Neighbours) -> None:
        """Sort every layer, from the first to the last; the first keeps its order."""
        shown: dict[int, tuple[float, float]] = {}
        for number, layer in enumerate(layers):
            wanted = self._wanted(layer, neighbours)
            if not self.framed:
                layer.sort(key=wanted.__getitem__)
            elif number:
                keys = self._keys(layer, wanted, shown)
                layer.sort(key=keys.__getitem__)
            for i, cell in enumerate(layer):
                self.place[cell] = float(i)
            if self.framed:
                shown = self._spans(layer)

    def _wanted(
        self, layer: Sequence[int], neighbours: Neighbours
    ) -> dict[int, tuple[float, float]]:
        """The mean place of each cell's neighbours; without neighbours, its own.

        Chance breaks ties, which lets later sweeps find orders that no rule for ties would
        reach.
        """
        place, chance = self.place, self.chance.random
        wanted = {}
        for i, cell in enumerate(layer):
            others = neighbours[cell]
            if len(others) == 1:
                mean = place[others[0]]
            elif others:
                mean = sum([place[other] for other in others]) / len(others)
            else:
                mean = float(i)
            wanted[cell] = (mean, chance())
        return wanted

    def _keys(
        self,
        layer: Sequence[int],
        wanted: dict[int, tuple[float, float]],
        shown: dict[int, tuple[float, float]],
    ) -> dict[int, tuple[float, ...]]:
        """What to sort by: the places of the frames around a cell, then the cell's own."""
        means: dict[int, list[float]] = {}
        for cell in layer:
            for frame in self.paths[cell]:
                if frame not in shown:
                    means.setdefault(frame, []).append(wanted[cell][0])
        centres: dict[int, tuple[float, float]] = {
            frame: ((low + high) / 2, 0.5) for frame, (low, high) in shown.items()
        }
        for frame, each in means.items():
            centres[frame] = (sum(each) / len(each), self.chance.random())
        keys: dict[int, tuple[float, ...]] = {}
        for cell in layer:
            key: tuple[float, ...] = ()
            for frame in self.paths[cell]:
                key += centres[frame]
            keys[cell] = key + wanted[cell]
        return keys

    def _spans(self, layer: Sequence[int]) -> dict[int, tuple[float, float]]:
        """The first and the last place of every frame in a layer that has its order."""
        spans: dict[int, tuple[float, float]] = {}
        for cell in layer:
            here = self.place[cell]
            for frame in self.paths[cell]:
                low, _ = spans.get(frame, (here, here))
                spans[frame] = (low, here)
        return spans


def crossings(layers: Sequence[Sequence[int]], below: Neighbours) -> int:
    """How many pairs of wires cross.

    >>> from viz.layout.ordering import crossings
    >>> crossings([[0, 1], [2, 3]], [[3], [2], [], []])
    1
    """
    total = 0
    for upper, lower in pairwise(layers):
        place = {cell: i for i, cell in enumerate(lower)}
        met: list[int] = []
        for cell in upper:
            ends = sorted(place[other] for other in below[cell])
            for end in ends:
                total += len(met) - bisect_right(met, end)
            for end in ends:
                insort(met, end)
    return total
