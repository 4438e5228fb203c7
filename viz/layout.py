"""A layered layout: boxes in ranks from top to bottom, wires that go around boxes.

The method of Sugiyama, Tagawa and Toda: rank the vertices, let every wire pass through
one small dummy in each rank on its way, order each rank so that few wires cross, then
choose coordinates. Between two ranks of boxes lies a rank for the wires' labels, so a
label is a dummy of its own width and cannot be covered. Frames (see `viz.nesting`) are
rectangles around boxes, and nothing else stands in them. Nothing here knows of graphs or
of SVG, nothing recurses, and the same input gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from viz.coordinates import coordinates
from viz.nesting import Frame, Nesting, Rectangle
from viz.ordering import SECONDS, ordered

Point = tuple[float, float]
Size = tuple[float, float]

DUMMIES = 20_000
"""Wires over many ranks go straight where all together would need more dummies than this."""

BEND = (8.0, 0.0)
"""The size of a dummy that only guides a wire."""

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
    """Where all stands: centres of the boxes and labels, points of the wires, total size.

    A wire goes straight down from its first point to the second, curves to the third, goes
    straight down to the fourth, and so on. ``frames`` has None where a frame has no box.
    """

    boxes: tuple[Point, ...]
    labels: tuple[Point, ...]
    wires: tuple[tuple[Point, ...], ...]
    width: float
    height: float
    frames: tuple[Rectangle | None, ...] = ()


def lay_out(
    boxes: Sequence[Size],
    links: Sequence[Link],
    frames: Sequence[Frame] = (),
    inside: Sequence[int | None] = (),
    seconds: float = SECONDS,
) -> Layout:
    """Place boxes of these sizes; every link leads from an earlier box to a later one.

    ``inside`` says which of the ``frames`` each box stands in, None for none. A machine that
    is not done with ordering after ``seconds`` gets a plainer picture.

    >>> from viz.layout import Link, lay_out
    >>> lay_out([(40, 20), (40, 20)], [Link(0, 1)]).boxes
    ((44.0, 34.0), (44.0, 90.0))
    """
    if not boxes:
        return Layout((), (), (), 2 * MARGIN, 2 * MARGIN, (None,) * len(frames))
    cells = _Cells(boxes, links, frames, inside or [None] * len(boxes))
    nesting = cells.nesting
    layers = ordered(cells.ranks, cells.above, cells.below, len(boxes), nesting, seconds)
    xs, limits = coordinates(layers, cells.widths, cells.above, cells.below, len(boxes), nesting)
    rows = _rows(layers, cells, xs)
    sides = [(x - width / 2, x + width / 2) for x, width in zip(xs, cells.widths, strict=True)]
    spans = [(row.top, row.bottom) for row in rows]
    rectangles = nesting.rectangles(sides, limits, spans)
    outlines = [each for each in rectangles if each is not None]
    left = min([left for left, _ in sides] + [each[0] for each in outlines]) - MARGIN
    right = max([right for _, right in sides] + [each[0] + each[2] for each in outlines])

    def centre(cell: int) -> Point:
        row = rows[cells.ranks[cell]]
        return xs[cell] - left, (row.top + row.bottom) / 2

    wires = _wires(boxes, links, cells, [x - left for x in xs], rows)
    return Layout(
        tuple(centre(box) for box in range(len(boxes))),
        tuple(centre(chain[0]) for chain in cells.chains),
        tuple(wires),
        right - left + MARGIN,
        rows[-1].end + MARGIN,
        tuple(None if each is None else (each[0] - left, *each[1:]) for each in rectangles),
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

    def __init__(
        self,
        boxes: Sequence[Size],
        links: Sequence[Link],
        frames: Sequence[Frame],
        inside: Sequence[int | None],
    ) -> None:
        ranks = _ranks(len(boxes), links)
        self.ranks = [2 * rank for rank in ranks]
        self.nesting = Nesting(frames, inside, self.ranks)
        self.widths = [width for width, _ in boxes]
        self.heights = [height for _, height in boxes]
        self.chains: list[list[int]] = []
        longest = _longest_routed(links, ranks)
        for link in links:
            start, end = 2 * ranks[link.source] + 1, 2 * ranks[link.target]
            passed = range(start, end if end - start <= longest else start + 1)
            source, target = inside[link.source], inside[link.target]
            self.chains.append(
                [
                    self._add(
                        rank,
                        link.label if rank == start else BEND,
                        self.nesting.home(source, target, rank),
                    )
                    for rank in passed
                ]
            )
        for frame, rank in self.nesting.empty(self.ranks):
            self._add(rank, BEND, frame)
        self.above: list[list[int]] = [[] for _ in self.ranks]
        self.below: list[list[int]] = [[] for _ in self.ranks]
        for link, chain in zip(links, self.chains, strict=True):
            path = [link.source, *chain]
            if self.ranks[path[-1]] == self.ranks[link.target] - 1:
                path.append(link.target)
            for upper, lower in pairwise(path):
                self.below[upper].append(lower)
                self.above[lower].append(upper)

    def _add(self, rank: int, size: Size, frame: int | None) -> int:
        self.ranks.append(rank)
        self.nesting.inside.append(frame)
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


@dataclass(frozen=True, slots=True)
class _Row:
    """The heights of a rank: of its boxes, and with the ends of frames around them."""

    start: float
    top: float
    bottom: float
    end: float


def _rows(layers: list[list[int]], cells: _Cells, xs: list[float]) -> list[_Row]:
    """Every rank, with room between them."""
    nesting = cells.nesting
    heads, feet = [0.0] * len(layers), [0.0] * len(layers)
    for first, head in zip(nesting.first, nesting.insets(below=False), strict=True):
        if first is not None:
            heads[first] = max(heads[first], head)
    for last, foot in zip(nesting.last, nesting.insets(below=True), strict=True):
        if last >= 0:
            feet[last] = max(feet[last], foot)
    rows: list[_Row] = []
    start = MARGIN
    for rank, layer in enumerate(layers):
        if rows:
            # Wires that travel far sideways get more height, so that they are not flat.
            sideways = max(
                (abs(xs[cell] - xs[upper]) for cell in layer for upper in cells.above[cell]),
                default=0.0,
            )
            start = rows[-1].end + BETWEEN_RANKS + min(40.0, sideways / 16)
        top = start + heads[rank]
        bottom = top + max((cells.heights[cell] for cell in layer), default=0.0)
        rows.append(_Row(start, top, bottom, bottom + feet[rank]))
    return rows


def _wires(
    boxes: Sequence[Size],
    links: Sequence[Link],
    cells: _Cells,
    xs: list[float],
    rows: list[_Row],
) -> list[tuple[Point, ...]]:
    """The points of each wire: straight down past a rank, then on to a place in the next."""
    leaving, arriving = _ports(boxes, links, cells, xs)
    wires = []
    for number, link in enumerate(links):
        row = rows[cells.ranks[link.source]]
        x = xs[link.source] + leaving[number]
        y = (row.top + row.bottom + boxes[link.source][1]) / 2
        points = [(x, min(y, row.bottom)), (x, row.end)]
        for cell in cells.chains[number]:
            row = rows[cells.ranks[cell]]
            points += [(xs[cell], row.start), (xs[cell], row.end)]
        row = rows[cells.ranks[link.target]]
        x = xs[link.target] + arriving[number]
        y = (row.top + row.bottom - boxes[link.target][1]) / 2
        points += [(x, row.start), (x, max(y, row.top))]
        wires.append(tuple(points))
    return wires


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
