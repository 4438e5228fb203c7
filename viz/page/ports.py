"""The order of cells once more, when it is known where on the sides of groups wires end."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Sequence

ROUNDS = 8
LARGEST = 4000
"""A group of more cells than this is left as it is."""

Layers = list[list[int]]
Neighbours = Sequence[Sequence[int]]
Port = Callable[[int, int], float]
"""How far along the side of a cell, from 0 to 1, a neighbour's wire meets it."""


def uncrossed(layers: Layers, above: Neighbours, below: Neighbours, port: Port) -> Layers:
    """The layers, each sorted by where its wires end in the next, where fewer then cross.

    ``port(cell, neighbour)`` says where on the cell the neighbour's wire ends.

    >>> from viz.page.ports import uncrossed
    >>> uncrossed([[0, 1], [2]], [[], [], [0, 1]], [[2], [2], []], lambda cell, other: 1 - other)
    [[1, 0], [2]]
    """
    if sum(map(len, layers)) > LARGEST:
        return layers
    best, fewest = layers, _crossings(layers, below, port)
    now = [layer[:] for layer in layers]
    for number in range(ROUNDS):
        if not fewest:
            break
        upward = number % 2 == 0
        place = _places(now)
        for layer in reversed(now) if upward else now:
            _sort(layer, below if upward else above, place, port)
        count = _crossings(now, below, port)
        if count < fewest:
            best, fewest = [layer[:] for layer in now], count
    return best


def _places(layers: Layers) -> dict[int, float]:
    return {cell: float(i) for layer in layers for i, cell in enumerate(layer)}


def _sort(layer: list[int], side: Neighbours, place: dict[int, float], port: Port) -> None:
    """Sort by the mean of the ends on one side; what has none there keeps its place."""

    def wanted(cell: int) -> float:
        others = side[cell]
        if not others:
            return place[cell] + 0.5
        return sum(place[other] + port(other, cell) for other in others) / len(others)

    layer.sort(key=wanted)
    place.update((cell, float(i)) for i, cell in enumerate(layer))


def _crossings(layers: Layers, below: Neighbours, port: Port) -> int:
    """How many pairs of wires cross, at both ends counted at the ports."""
    place = _places(layers)
    total = 0
    for layer in layers:
        wires = sorted(
            (place[cell] + port(cell, other), place[other] + port(other, cell))
            for cell in layer
            for other in below[cell]
        )
        met: list[float] = []
        for _, end in wires:
            total += len(met) - bisect_right(met, end)
            insort(met, end)
    return total
