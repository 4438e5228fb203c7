"""Coordinates within each rank: straight wires, boxes in the middle of what they touch.

The method of Brandes and Koepf, "Fast and simple horizontal coordinate assignment"
(2001): each cell is lined up with a median neighbour into vertical blocks, which are then
packed as close as their widths allow. That is done from all four corners, and a cell gets
the mean of the two middle ones of its four places.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from viz.ordering import Neighbours

GAP_BOXES = 26.0
GAP_WIRES = 14.0

Layers = Sequence[Sequence[int]]


def coordinates(
    layers: Layers,
    widths: Sequence[float],
    above: Neighbours,
    below: Neighbours,
    boxes: int,
) -> list[float]:
    """The x of every cell's centre; cells before number ``boxes`` are boxes, others wires."""
    bent = _conflicts(layers, above, boxes)
    places: list[list[float]] = []
    for upward in (False, True):
        rows = list(reversed(layers)) if upward else list(layers)
        neighbours = below if upward else above
        for leftward in (False, True):
            turned = [list(reversed(row)) for row in rows] if leftward else rows
            roots = _blocks(turned, neighbours, bent)
            xs = _packed(turned, roots, widths, boxes)
            places.append([-x for x in xs] if leftward else xs)
    _line_up(places, widths)
    return [(sum(four) - min(four) - max(four)) / 2 for four in zip(*places, strict=True)]


def _conflicts(layers: Layers, above: Neighbours, boxes: int) -> set[tuple[int, int]]:
    """Wires that cross the inside of a long wire; they give way, so that it stays straight."""
    bent: set[tuple[int, int]] = set()
    for upper, lower in pairwise(layers):
        place = {cell: i for i, cell in enumerate(upper)}
        left, scanned = 0, 0
        for i, cell in enumerate(lower):
            inner = next((u for u in above[cell] if u >= boxes), None) if cell >= boxes else None
            if inner is None and i < len(lower) - 1:
                continue
            right = len(upper) if inner is None else place[inner]
            for other in lower[scanned : i + 1]:
                for u in above[other]:
                    if not left <= place[u] <= right and not (u >= boxes and other >= boxes):
                        bent.add((u, other))
                        bent.add((other, u))
            left, scanned = right, i + 1
    return bent


def _blocks(layers: Layers, neighbours: Neighbours, bent: set[tuple[int, int]]) -> list[int]:
    """Line every cell up with its median neighbour where that is free; roots of the blocks."""
    count = len(neighbours)
    place = [0] * count
    for layer in layers:
        for i, cell in enumerate(layer):
            place[cell] = i
    roots = list(range(count))
    for layer in layers:
        last = -1
        for cell in layer:
            others = sorted(neighbours[cell], key=place.__getitem__)
            middle = len(others) - 1
            for i in sorted({middle // 2, (middle + 1) // 2}) if others else ():
                other = others[i]
                if place[other] > last and (cell, other) not in bent:
                    roots[cell] = roots[other]
                    last = place[other]
                    break
    return roots


def _packed(
    layers: Layers, roots: Sequence[int], widths: Sequence[float], boxes: int
) -> list[float]:
    """Blocks as far left as their neighbours allow, then closed up to the right."""
    after: dict[int, dict[int, float]] = {root: {} for root in roots}
    waiting = dict.fromkeys(after, 0)
    for layer in layers:
        for a, b in pairwise(layer):
            gap = GAP_BOXES if a < boxes and b < boxes else GAP_WIRES
            room = (widths[a] + widths[b]) / 2 + gap
            known = after[roots[a]].get(roots[b])
            if known is None:
                waiting[roots[b]] += 1
            after[roots[a]][roots[b]] = room if known is None else max(known, room)
    order = [root for root, number in waiting.items() if not number]
    xs = dict.fromkeys(after, 0.0)
    for root in order:  # grows while it is read
        for right, room in after[root].items():
            xs[right] = max(xs[right], xs[root] + room)
            waiting[right] -= 1
            if not waiting[right]:
                order.append(right)
    for root in reversed(order):
        if after[root]:
            xs[root] = max(xs[root], min(xs[right] - room for right, room in after[root].items()))
    return [xs[root] for root in roots]


def _line_up(places: list[list[float]], widths: Sequence[float]) -> None:
    """Shift the four layouts to the edges of the narrowest: left ones left, right ones right."""
    sides = [
        (
            min(x - width / 2 for x, width in zip(xs, widths, strict=True)),
            max(x + width / 2 for x, width in zip(xs, widths, strict=True)),
        )
        for xs in places
    ]
    narrowest = min(sides, key=lambda side: side[1] - side[0])
    for number, xs in enumerate(places):
        side = number % 2  # every second one is packed to the right
        shift = narrowest[side] - sides[number][side]
        xs[:] = [x + shift for x in xs]
