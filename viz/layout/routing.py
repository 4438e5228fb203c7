"""Wires from box to box: straight down past every rank, and curves between the ranks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from viz.layout.cells import Cells, Link, Size

Point = tuple[float, float]

CORNER = 18.0
"""Wires do not meet a box closer to its corners than this ..."""

SIDE_BY_SIDE = 26.0
"""... nor closer to one another than this, where there is room."""


@dataclass(frozen=True, slots=True)
class Row:
    """The heights of a rank: of its boxes, and with the ends of frames around them."""

    start: float
    top: float
    bottom: float
    end: float


def wires_of(
    boxes: Sequence[Size],
    links: Sequence[Link],
    cells: Cells,
    xs: list[float],
    rows: list[Row],
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
    boxes: Sequence[Size], links: Sequence[Link], cells: Cells, xs: list[float]
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
            reach = max(0.0, boxes[box][0] / 2 - CORNER)
            wanted = [ends[number][1] - xs[box] for number in numbers]
            for number, offset in zip(numbers, spread(wanted, reach), strict=True):
                offsets[number] = offset
    return leaving, arriving


def spread(wanted: Sequence[float], reach: float) -> list[float]:
    """Places from ``-reach`` to ``reach``, apart from one another and near those wanted.

    The least squares of the distances, by pooling neighbours that would come too close.

    >>> from viz.layout.routing import spread
    >>> spread([-100.0, 0.0, 1.0], reach=50.0)
    [-50.0, -12.5, 13.5]
    """
    step = min(SIDE_BY_SIDE, 2 * reach / max(1, len(wanted) - 1))
    pools: list[tuple[float, int]] = []  # the mean of each, and how many
    for i, x in enumerate(wanted):
        mean, count = x - i * step, 1
        while pools and pools[-1][0] >= mean:
            before, number = pools.pop()
            mean, count = (mean * count + before * number) / (count + number), count + number
        pools.append((mean, count))
    means = [mean for mean, count in pools for _ in range(count)]
    highest = reach - (len(wanted) - 1) * step
    return [min(max(mean, -reach), highest) + i * step for i, mean in enumerate(means)]
