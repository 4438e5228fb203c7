"""The order within each rank: few crossings, found by sweeps of barycentres."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from itertools import pairwise
from random import Random

SWEEPS = 400
PATIENCE = 120
"""Sweeps without an improvement after which to stop."""

WORK = 200_000
"""Cells to be sorted in all sweeps together, about."""

Neighbours = Sequence[Sequence[int]]


def ordered(
    ranks: Sequence[int], above: Neighbours, below: Neighbours, boxes: int
) -> list[list[int]]:
    """The cells of every rank, in the best order that was found.

    ``above`` and ``below`` list each cell's neighbours in the ranks next to its own; cells
    before number ``boxes`` are boxes, and those come in order of number where all else is
    equal.
    """
    layers = _first(ranks, below)
    best, fewest = [layer[:] for layer in layers], crossings(layers, below)
    chance = Random(0)  # the same in every run
    place = [0.0] * len(ranks)
    idle = 0
    # Fewer sweeps for large graphs, where they take long and each still helps.
    for sweep in range(min(SWEEPS, max(6, WORK // (len(ranks) + 1)))):
        if not fewest or idle >= PATIENCE:
            break
        down = sweep % 2 == 0
        for layer in layers if down else reversed(layers):
            _sort(layer, above if down else below, place, chance)
        now = crossings(layers, below)
        idle += 1
        if now < fewest:
            best, fewest, idle = [layer[:] for layer in layers], now, 0
    pairs = [a < b for layer in best for a, b in pairwise([cell for cell in layer if cell < boxes])]
    if 2 * sum(pairs) < len(pairs):  # more fall than rise: the mirror image reads better
        best = [layer[::-1] for layer in best]
    return best


def _first(ranks: Sequence[int], below: Neighbours) -> list[list[int]]:
    """A first order: as a walk down the wires from the first cells meets them."""
    layers: list[list[int]] = [[] for _ in range(max(ranks) + 1)]
    seen = [False] * len(ranks)
    for start in range(len(ranks)):
        stack = [start]
        while stack:
            cell = stack.pop()
            if not seen[cell]:
                seen[cell] = True
                layers[ranks[cell]].append(cell)
                stack += reversed(below[cell])
    return layers


def _sort(layer: list[int], neighbours: Neighbours, place: list[float], chance: Random) -> None:
    """Sort a layer by the mean place of its cells' neighbours, and note its own places.

    A cell without neighbours keeps its place. Chance breaks ties, which lets later sweeps
    find orders that no rule for ties would reach.
    """
    wanted = {}
    for i, cell in enumerate(layer):
        others = neighbours[cell]
        mean = sum(place[other] for other in others) / len(others) if others else float(i)
        wanted[cell] = (mean, chance.random())
    layer.sort(key=wanted.__getitem__)
    for i, cell in enumerate(layer):
        place[cell] = float(i)


def crossings(layers: Sequence[Sequence[int]], below: Neighbours) -> int:
    """How many pairs of wires cross.

    >>> from viz.ordering import crossings
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
