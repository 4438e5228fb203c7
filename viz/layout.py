"""A layered layout: boxes in ranks from top to bottom, wires that go around boxes.

The method of Sugiyama, Tagawa and Toda: rank the vertices, let every wire pass through
one small dummy in each rank on its way, order each rank so that few wires cross, then
choose coordinates. Between two ranks of boxes lies a rank for the wires' labels, so a
label is a dummy of its own width and cannot be covered. Nothing here knows of graphs or
of SVG, nothing recurses, and the same input gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from viz.coordinates import coordinates
from viz.ordering import ordered

Point = tuple[float, float]
Size = tuple[float, float]

DUMMIES = 20_000
"""Wires over many ranks go straight where all together would need more dummies than this."""

MARGIN = 24.0
BETWEEN_RANKS = 18.0
"""Room above and below the labels between two ranks of boxes."""


@dataclass(frozen=True, slots=True)
class Link:
    """A wire from box ``source`` to a later box ``target``, with the size of its label."""

    source: int
    target: int
    label: Size = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where all stands: centres of the boxes and labels, points of the wires, total size."""

    boxes: tuple[Point, ...]
    labels: tuple[Point, ...]
    wires: tuple[tuple[Point, ...], ...]
    width: float
    height: float


def lay_out(boxes: Sequence[Size], links: Sequence[Link]) -> Layout:
    """Place boxes of these sizes; every link leads from an earlier box to a later one.

    >>> from viz.layout import Link, lay_out
    >>> lay_out([(40, 20), (40, 20)], [Link(0, 1)]).boxes
    ((44.0, 34.0), (44.0, 90.0))
    """
    if not boxes:
        return Layout((), (), (), 2 * MARGIN, 2 * MARGIN)
    ranks = _ranks(len(boxes), links)
    cells = _Cells(boxes, links, ranks)
    layers = ordered(cells.ranks, cells.above, cells.below, len(boxes))
    xs = coordinates(layers, cells.widths, cells.above, cells.below, len(boxes))
    left = min(x - width / 2 for x, width in zip(xs, cells.widths, strict=True))
    xs = [x - left + MARGIN for x in xs]
    tops, heights, bottom = _rows(layers, cells, xs)
    right = max(x + width / 2 for x, width in zip(xs, cells.widths, strict=True))

    def centre(cell: int) -> Point:
        rank = cells.ranks[cell]
        return xs[cell], tops[rank] + heights[rank] / 2

    leaving, arriving = _ports(boxes, links, cells, xs)
    wires = []
    for number, link in enumerate(links):
        x, y = centre(link.source)
        points = [(x + leaving[number], y + boxes[link.source][1] / 2)]
        for cell in cells.chains[number]:
            rank = cells.ranks[cell]
            points += [(xs[cell], tops[rank]), (xs[cell], tops[rank] + heights[rank])]
        x, y = centre(link.target)
        points.append((x + arriving[number], y - boxes[link.target][1] / 2))
        wires.append(tuple(points))
    return Layout(
        tuple(centre(box) for box in range(len(boxes))),
        tuple(centre(chain[0]) for chain in cells.chains),
        tuple(wires),
        right + MARGIN,
        bottom + MARGIN,
    )


def _ranks(count: int, links: Sequence[Link]) -> list[int]:
    """The rank of each box by the longest path to it, then pulled down to those it feeds."""
    feeds: list[list[int]] = [[] for _ in range(count)]
    fed: list[list[int]] = [[] for _ in range(count)]
    for link in links:
        feeds[link.source].append(link.target)
        fed[link.target].append(link.source)
    ranks = [0] * count
    for box in range(count):
        for source in fed[box]:
            ranks[box] = max(ranks[box], ranks[source] + 1)
    for box in reversed(range(count)):
        # Inputs that feed only this box, and have none of their own, will come along.
        held = sum(len(feeds[source]) > 1 or bool(fed[source]) for source in fed[box])
        if feeds[box] and len(feeds[box]) >= held:
            ranks[box] = min(ranks[target] for target in feeds[box]) - 1
    return ranks


class _Cells:
    """Boxes and dummies: boxes stand in even ranks, labels in odd ones, dummies in both."""

    def __init__(self, boxes: Sequence[Size], links: Sequence[Link], ranks: list[int]) -> None:
        self.ranks = [2 * rank for rank in ranks]
        self.widths = [width for width, _ in boxes]
        self.heights = [height for _, height in boxes]
        self.chains: list[list[int]] = []
        longest = _longest_routed(links, ranks)
        for link in links:
            start, end = 2 * ranks[link.source] + 1, 2 * ranks[link.target]
            chain = [self._add(start, link.label)]
            if end - start <= longest:
                chain += [self._add(rank, (8.0, 0.0)) for rank in range(start + 1, end)]
            self.chains.append(chain)
        self.above: list[list[int]] = [[] for _ in self.ranks]
        self.below: list[list[int]] = [[] for _ in self.ranks]
        for link, chain in zip(links, self.chains, strict=True):
            path = [link.source, *chain]
            if self.ranks[path[-1]] == self.ranks[link.target] - 1:
                path.append(link.target)
            for upper, lower in pairwise(path):
                self.below[upper].append(lower)
                self.above[lower].append(upper)

    def _add(self, rank: int, size: Size) -> int:
        self.ranks.append(rank)
        self.widths.append(size[0])
        self.heights.append(size[1])
        return len(self.ranks) - 1


def _longest_routed(links: Sequence[Link], ranks: list[int]) -> int:
    """The longest way for which there are enough dummies when all shorter ones have theirs."""
    lengths = sorted(2 * (ranks[link.target] - ranks[link.source]) - 1 for link in links)
    left = DUMMIES
    for length in lengths:
        left -= length
        if left < 0:
            return length - 1
    return lengths[-1] if lengths else 0


def _rows(
    layers: list[list[int]], cells: _Cells, xs: list[float]
) -> tuple[list[float], list[float], float]:
    """Top and height of every rank, and the bottom of the last."""
    heights = [max((cells.heights[cell] for cell in layer), default=0.0) for layer in layers]
    tops = []
    y = MARGIN
    for rank, layer in enumerate(layers):
        if rank:
            # Wires that travel far sideways get more height, so that they are not flat.
            sideways = max(
                (abs(xs[cell] - xs[upper]) for cell in layer for upper in cells.above[cell]),
                default=0.0,
            )
            y += heights[rank - 1] + BETWEEN_RANKS + min(40.0, sideways / 16)
        tops.append(y)
    return tops, heights, y + heights[-1]


def _ports(
    boxes: Sequence[Size], links: Sequence[Link], cells: _Cells, xs: list[float]
) -> tuple[list[float], list[float]]:
    """Where each wire leaves and enters its boxes, from their middle, in the wires' order."""
    leaving = [0.0] * len(links)
    arriving = [0.0] * len(links)
    for offsets, ends in (
        (leaving, [(link.source, xs[cells.chains[i][0]]) for i, link in enumerate(links)]),
        (arriving, [(link.target, xs[cells.chains[i][-1]]) for i, link in enumerate(links)]),
    ):
        by_box: dict[int, list[int]] = {}
        for number, (box, _) in enumerate(ends):
            by_box.setdefault(box, []).append(number)
        for box, numbers in by_box.items():
            numbers.sort(key=lambda number: (ends[number][1], number))
            step = min(26.0, (boxes[box][0] - 24) / len(numbers))
            for place, number in enumerate(numbers):
                offsets[number] = step * (place - (len(numbers) - 1) / 2)
    return leaving, arriving
