"""Coordinates within each rank: straight wires, boxes in the middle of what they touch.

The method of Brandes and Koepf, "Fast and simple horizontal coordinate assignment"
(2001): each cell is lined up with a median neighbour into vertical blocks, which are then
packed as close as their widths allow. That is done from all four corners, and a cell gets
the mean of the two middle ones of its four places. The sides of a frame are blocks of
their own, which keep apart what is within from what is not in every rank of the frame.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import pairwise

from viz.layout.nesting import Nesting, shared
from viz.layout.ordering import Neighbours
from viz.layout.packing import packed

Layers = Sequence[Sequence[int]]


def coordinates(
    layers: Layers,
    widths: Sequence[float],
    above: Neighbours,
    below: Neighbours,
    boxes: int,
    nesting: Nesting,
    aside: Set[tuple[int, int]] = frozenset(),
) -> tuple[list[float], list[tuple[float, float]]]:
    """The x of every cell's centre, and how far each frame may reach to either side.

    Cells before number ``boxes`` are boxes, others wires. ``aside`` are pairs of an upper and
    a lower neighbour that need not be lined up.
    """
    bent = _conflicts(layers, above, boxes) | _through_sides(layers, above, nesting)
    lined_up = (
        [[up for up in ups if (up, cell) not in aside] for cell, ups in enumerate(above)],
        [[low for low in lows if (cell, low) not in aside] for cell, lows in enumerate(below)],
    )
    places: list[list[float]] = []
    for upward in (False, True):
        rows = list(reversed(layers)) if upward else list(layers)
        neighbours = lined_up[upward]
        for leftward in (False, True):
            turned = [list(reversed(row)) for row in rows] if leftward else rows
            roots = _blocks(turned, neighbours, bent)
            xs = packed(turned, roots, widths, boxes, nesting, leftward)
            places.append([-x for x in xs] if leftward else xs)
    all_widths = [*widths, *[0.0] * (2 * len(nesting.frames))]
    _line_up(places, all_widths)
    xs = [(sum(four) - min(four) - max(four)) / 2 for four in zip(*places, strict=True)]
    sides = xs[len(widths) :]
    return xs[: len(widths)], list(zip(sides[::2], sides[1::2], strict=True))


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


def _through_sides(layers: Layers, above: Neighbours, nesting: Nesting) -> set[tuple[int, int]]:
    """Wires that pass through the side of a frame, which is straight: they give way."""
    bent: set[tuple[int, int]] = set()
    if not nesting.frames:
        return bent
    begin: dict[int | None, list[int]] = {}
    end: dict[int, list[int]] = {}
    for frame, (first, last) in enumerate(zip(nesting.first, nesting.last, strict=True)):
        begin.setdefault(first, []).append(frame)
        end.setdefault(last, []).append(frame)
    both: set[int] = set()  # the frames that reach over this rank and the next
    for rank, (upper, lower) in enumerate(pairwise(layers)):
        both.update(begin.get(rank, ()))
        both.difference_update(end.get(rank, ()))
        if not both:
            continue
        over, under = (_regions(layer, both, nesting) for layer in (upper, lower))
        for cell in lower:
            for other in above[cell]:
                if over[other] != under[cell]:
                    bent.add((other, cell))
                    bent.add((cell, other))
    return bent


def _regions(layer: Sequence[int], frames: set[int], nesting: Nesting) -> dict[int, int]:
    """How many sides of these frames are to the left of each cell."""
    regions: dict[int, int] = {}
    path: tuple[int, ...] = ()
    sides = 0
    for cell in layer:
        entered = nesting.around(cell)
        if entered != path:
            common = shared(path, entered)
            sides += len(frames.intersection(path[common:]))
            sides += len(frames.intersection(entered[common:]))
            path = entered
        regions[cell] = sides
    return regions


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
