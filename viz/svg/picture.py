"""The graph as SVG, with our own layout: one file, no font, no script, no request."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from viz.card import Tag, facts, heading, remarks, tags
from viz.errors import RenderError
from viz.layout.cells import Link
from viz.layout.layered import Layout, lay_out
from viz.layout.nesting import HEAD, Frame
from viz.layout.routing import Point
from viz.model import Graph, Group
from viz.palette import DEEPEST, HIGHEST
from viz.svg.boxes import PAD, ROW, Box, n, rectangle, text
from viz.svg.metrics import text_width
from viz.svg.style import SMALL, STYLE
from viz.words import clean

LARGEST = 5000
"""Graphs of more vertices than this are not drawn."""

NARROWEST = 420.0
"""A picture is this wide at least, for the lines under it."""

_TIP = (
    '<defs><marker id="computation-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" '
    'markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">'
    '<path class="tip" d="M0 0.6 L8 4 L0 7.4 z"/></marker></defs>'
)


def to_svg(graph: Graph) -> str:
    """The picture: boxes from inputs (top) to outputs, what flows back on every edge.

    Vertices are elements with their ids (``v1``), edges (``e1``) and groups (``g1``) too.
    Raises RenderError where the graph has more than `LARGEST` vertices.

    >>> x = tensor(3.0, requires_grad=True)
    >>> 'id="v1"' in to_svg(viz.trace(x * 2))
    True
    """
    if len(graph.vertices) > LARGEST:
        raise RenderError(
            f"a graph of {len(graph.vertices)} vertices is too large for a picture (at most "
            f"{LARGEST}); trace a part of the computation, or write print(graph)"
        )
    boxes = [Box(vertex, graph.view) for vertex in graph.vertices]
    labels = tags(graph)
    layout = _laid_out(graph, boxes, labels)
    width = max(layout.width, NARROWEST)
    lines = remarks(graph, int((width - 2 * PAD) / (0.56 * SMALL)))
    left_out = _left_out(graph, layout)
    if left_out:
        lines.append(f"Frames left out, because laying them out would take too long: {left_out}.")
    height = layout.height + ROW * len(lines) + PAD
    outputs = ", ".join(clean(vertex.name) for vertex in graph.vertices if vertex.output)
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" class="computation" '
        'role="graphics-document document" '
        f'width="{n(width)}" height="{n(height)}" viewBox="0 0 {n(width)} {n(height)}">',
        f"<title>Computation graph of {escape(outputs)}</title>",
        f"<style>{STYLE}</style>",
        _TIP,
        f'<rect class="ground" width="{n(width)}" height="{n(height)}"/>',
        f'<g transform="translate({n((width - layout.width) / 2)} 0)">',
        *_frames(graph.groups, layout),
    ]
    for number, (edge, each) in enumerate(zip(graph.edges, labels, strict=True)):
        parts += _wire(edge.id, each, layout.wires[number], layout.labels[number])
    parts += _headings(graph.groups, layout)
    for box, centre in zip(boxes, layout.boxes, strict=True):
        parts += box.svg(centre)
    parts.append("</g>")
    parts += [_legend(layout.height + ROW * i + 4, line) for i, line in enumerate(lines)]
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


_KEYS = {"Values": "value", "Gradients": "gradient", "contribution": "gradient"}
"""Words of the legend that have the colour of what they speak of."""


def _legend(y: float, line: str) -> str:
    words = [
        f'<tspan class="{_KEYS[word.strip(",")]}">{escape(word)}</tspan>'
        if word.strip(",") in _KEYS
        else escape(word)
        for word in line.split(" ")
    ]
    return f'<text class="legend" x="{n(PAD)}" y="{n(y)}">{" ".join(words)}</text>'


def _laid_out(graph: Graph, boxes: list[Box], labels: list[Tag | None]) -> Layout:
    place = {vertex.id: i for i, vertex in enumerate(graph.vertices)}
    links = [
        Link(place[edge.source], place[edge.target], _tag_size(each))
        for edge, each in zip(graph.edges, labels, strict=True)
    ]
    number = {group.id: i for i, group in enumerate(graph.groups)}
    frames = [
        Frame(
            None if group.parent is None else number[group.parent],
            text_width(heading(group), SMALL, bold=True),
        )
        for group in graph.groups
    ]
    inside = [None if each.group is None else number[each.group] for each in graph.vertices]
    return lay_out([box.size for box in boxes], links, frames, inside)


def _left_out(graph: Graph, layout: Layout) -> int:
    """How many groups have vertices of their own and no frame."""
    held = {vertex.group for vertex in graph.vertices}
    return sum(
        group.id in held and outline is None
        for group, outline in zip(graph.groups, layout.frames, strict=True)
    )


def _frames(groups: tuple[Group, ...], layout: Layout) -> Iterator[str]:
    """The rectangles of the groups, the outer ones below."""
    for group, fill, outline in zip(groups, _fills(groups), layout.frames, strict=True):
        if outline is not None:
            kind = "frame derivative" if group.kind == "derivative" else "frame"
            yield (
                f'<g id={quoteattr(group.id)} role="graphics-object group">'
                f"<title>{escape(', '.join(facts(group)))}</title>"
                f"{rectangle(f'{kind} {fill}', *outline, 8.0)}</g>"
            )


def _headings(groups: tuple[Group, ...], layout: Layout) -> Iterator[str]:
    """The titles of the frames, over the wires."""
    for group, fill, outline, left in zip(
        groups, _fills(groups), layout.frames, layout.titles, strict=True
    ):
        if outline is not None:
            kind = f"heading on-{fill}"
            yield text(kind, left, outline[1] + HEAD - 8, heading(group), "start")


def _fills(groups: tuple[Group, ...]) -> Iterator[str]:
    """The class of each frame that colours it: how deep it lies, or its order of derivative."""
    depths: dict[str | None, int] = {None: 0}
    for group in groups:
        depths[group.id] = depths[group.parent] + 1
        if group.kind == "derivative":
            yield f"order{min(max(group.order, 1), HIGHEST)}"
        else:
            yield f"depth{min(depths[group.id], DEEPEST)}"


def _tag_size(each: Tag | None) -> tuple[float, float]:
    if each is None:
        return 0.0, 0.0
    width = text_width(each.contribution, SMALL, bold=True)
    if each.product:
        width += text_width(each.product + " ", SMALL)
    return width + 8.0, 18.0


def _wire(id: str, each: Tag | None, points: tuple[Point, ...], label: Point) -> Iterator[str]:
    """One edge: its curve, which makes room for its label, and that label."""
    yield f'<g id={quoteattr(id)} class="edge" role="graphics-symbol img">'
    if each is not None:
        yield f"<title>{escape(each.hint)}</title>"
    yield (
        f'<path class="wire" d="{_curve(points, broken=each is not None)}" '
        'marker-end="url(#computation-arrow)"/>'
    )
    if each is not None:
        product = f'<tspan class="product">{escape(each.product)}</tspan> ' if each.product else ""
        yield (
            f'<text x="{n(label[0])}" y="{n(label[1] + 4)}" text-anchor="middle">{product}'
            f'<tspan class="{each.tone}">{escape(each.contribution)}</tspan></text>'
        )
    yield "</g>"


def _curve(points: tuple[Point, ...], *, broken: bool) -> str:
    """Straight down from each point of even number, and on in a curve from the others.

    A ``broken`` curve leaves out its second straight part, where the label stands.
    """
    if not broken:  # no label: one curve past its rank, not two
        points = (*points[:2], *points[4:])
    steps = [f"M{n(points[0][0])} {n(points[0][1])}"]
    for number in range(1, len(points)):
        (x, y), (nx, ny) = points[number - 1], points[number]
        if broken and number == 3:
            steps.append(f"M{n(nx)} {n(ny)}")
        elif abs(nx - x) < 0.05:
            if abs(ny - y) < 0.05:
                continue
            if steps[-1][0] == "V":
                steps.pop()
            steps.append(f"V{n(ny)}")
        else:
            middle = n((y + ny) / 2)
            steps.append(f"C{n(x)} {middle} {n(nx)} {middle} {n(nx)} {n(ny)}")
    return " ".join(steps)
