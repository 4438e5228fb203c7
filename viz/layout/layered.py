"""A layered layout: boxes in ranks from top to bottom, wires that go around boxes.

The method of Sugiyama, Tagawa and Toda: rank the vertices, let every wire pass through
one small dummy in each rank on its way, order each rank so that few wires cross, then
choose coordinates. Between two ranks of boxes lies a rank for the wires' labels, so a
label is a dummy of its own width and cannot be covered. Frames (see `viz.layout.nesting`) are
rectangles around boxes, and nothing else stands in them. Nothing here knows of graphs or
of SVG, nothing recurses, and the same input gives the same numbers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from viz.layout.cells import Cells, Link, Size
from viz.layout.coordinates import coordinates
from viz.layout.nesting import Frame, Rectangle, title_place
from viz.layout.ordering import SECONDS, ordered
from viz.layout.routing import Point, Row, wires_of

MARGIN = 24.0
BETWEEN_RANKS = 18.0
"""Room above and below the labels between two ranks of boxes."""

STRAIGHT = 8.0
"""A wire comes in straight down over this height, for its arrow to point down."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where all stands: centres of the boxes and labels, points of the wires, total size.

    A wire goes straight down from its first point to the second, curves to the third, goes
    straight down to the fourth, and so on; its label stands between the third and the fourth.
    ``frames`` has None where a frame has no box, ``titles`` the left ends of their titles.
    """

    boxes: tuple[Point, ...]
    labels: tuple[Point, ...]
    wires: tuple[tuple[Point, ...], ...]
    width: float
    height: float
    frames: tuple[Rectangle | None, ...] = ()
    titles: tuple[float, ...] = ()


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

    >>> from viz.layout.layered import lay_out
    >>> from viz.layout.cells import Link
    >>> lay_out([(40, 20), (40, 20)], [Link(0, 1)]).boxes
    ((44.0, 34.0), (44.0, 98.0))
    """
    if not boxes:
        return Layout(
            (), (), (), 2 * MARGIN, 2 * MARGIN, (None,) * len(frames), (0.0,) * len(frames)
        )
    cells = Cells(boxes, links, frames, inside or [None] * len(boxes))
    nesting = cells.nesting
    layers = ordered(cells.ranks, cells.above, cells.below, len(boxes), nesting, seconds)
    xs, limits = coordinates(
        layers, cells.widths, cells.above, cells.below, len(boxes), nesting, cells.aside
    )
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

    wires = wires_of(boxes, links, cells, [x - left for x in xs], rows)
    outer = [None if each is None else (each[0] - left, *each[1:]) for each in rectangles]
    return Layout(
        tuple(centre(box) for box in range(len(boxes))),
        tuple(centre(chain[0]) for chain in cells.chains),
        tuple(wires),
        right - left + MARGIN,
        rows[-1].end + MARGIN,
        tuple(outer),
        tuple(_titles(frames, outer, wires)),
    )


def _rows(layers: list[list[int]], cells: Cells, xs: list[float]) -> list[Row]:
    """Every rank, with room between them."""
    nesting = cells.nesting
    heads = [0.0 if rank % 2 or not rank else STRAIGHT for rank in range(len(layers))]
    feet = [0.0] * len(layers)
    for first, head in zip(nesting.first, nesting.insets(below=False), strict=True):
        if first is not None:
            heads[first] = max(heads[first], head)
    for last, foot in zip(nesting.last, nesting.insets(below=True), strict=True):
        if last >= 0:
            feet[last] = max(feet[last], foot)
    rows: list[Row] = []
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
        rows.append(Row(start, top, bottom, bottom + feet[rank]))
    return rows


def _titles(
    frames: Sequence[Frame],
    rectangles: Sequence[Rectangle | None],
    wires: Sequence[Sequence[Point]],
) -> list[float]:
    """The left end of each frame's title, between the wires that come in through its top."""
    if not frames:
        return []
    passing: dict[float, list[tuple[float, float]]] = {}
    for wire in wires:
        for (x, top), (_, bottom) in zip(wire[2::2], wire[3::2], strict=True):
            passing.setdefault(top, []).append((x, bottom))
    heights = sorted(passing)
    places = []
    for frame, rectangle in zip(frames, rectangles, strict=True):
        if rectangle is None:
            places.append(0.0)
            continue
        # The frame begins within the stretch of the rank that starts last above it.
        begin = bisect_right(heights, rectangle[1] + 1e-6) - 1
        stretch = passing[heights[begin]] if begin >= 0 else []
        xs = [x for x, bottom in stretch if bottom > rectangle[1]]
        places.append(title_place(rectangle, frame.title, xs))
    return places
