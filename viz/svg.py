"""The graph as SVG, with our own layout: one file, no font, no script, no request."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from viz.card import Card, Tag, card, remarks, tags
from viz.errors import RenderError
from viz.layout import Layout, Link, Point, lay_out
from viz.metrics import text_width
from viz.model import Graph, Vertex
from viz.palette import FACES, FILLS, GROUND, QUIET, RIM, RULE, TONES, WIRE
from viz.words import clean

LARGEST = 5000
"""Graphs of more vertices than this are not drawn."""

PAD = 12.0
TITLE, SMALL = 14.0, 12.0
ROW = 17.0
HEAD = 44.0

_FAMILY = ", ".join(f'"{face}"' if " " in face else face for face in FACES)

_RULES = {
    "text": f"font-family: {_FAMILY}; font-size: {SMALL:g}px; fill: {TONES['plain']}",
    ".title": f"font-size: {TITLE:g}px; font-weight: bold",
    ".what, .label, .product, .legend": f"fill: {QUIET}",
    ".value": f"fill: {TONES['value']}; font-weight: bold",
    ".gradient": f"fill: {TONES['gradient']}; font-weight: bold",
    ".unknown": f"fill: {TONES['unknown']}; font-style: italic",
    ".strange": f"fill: {TONES['strange']}; font-weight: bold; text-decoration: underline",
    ".box": f"stroke: {RIM}; stroke-width: 1.3",
    ".leaf .box": f"fill: {FILLS['leaf']}",
    ".operation .box": f"fill: {FILLS['operation']}",
    ".result .box": f"fill: {FILLS['result']}; stroke-dasharray: 5 3",
    ".output .box": f"fill: {FILLS['output']}",
    ".rim": f"fill: none; stroke: {RIM}; stroke-width: 1.3",
    ".rule": f"stroke: {RULE}",
    ".wire": f"fill: none; stroke: {WIRE}; stroke-width: 1.4",
    ".ground": f"fill: {GROUND}",
}


def _selected(selectors: str) -> str:
    """Under the picture's own class: in a notebook the style holds for the whole page."""
    return ", ".join(f".computation {each}" for each in selectors.split(", "))


STYLE = "".join(f"{_selected(key)} {{ {rule}; }}\n" for key, rule in _RULES.items())


@dataclass(frozen=True, slots=True)
class _Box:
    """A card with the size of its box, rim included."""

    card: Card
    width: float
    height: float


def to_svg(graph: Graph) -> str:
    """The picture: boxes from inputs (top) to outputs, what flows back on every edge.

    Vertices are elements with their ids (``v1``), edges too (``e1``). Raises RenderError
    where the graph has more than `LARGEST` vertices.

    >>> x = tensor(3.0, requires_grad=True)
    >>> 'id="v1"' in to_svg(viz.trace(x * 2))
    True
    """
    if len(graph.vertices) > LARGEST:
        raise RenderError(
            f"a graph of {len(graph.vertices)} vertices is too large for a picture (at most "
            f"{LARGEST}); trace a part of the computation, or write print(graph)"
        )
    boxes = [_box(vertex) for vertex in graph.vertices]
    place = {vertex.id: i for i, vertex in enumerate(graph.vertices)}
    labels = tags(graph)
    links = [
        Link(place[edge.source], place[edge.target], _tag_size(each))
        for edge, each in zip(graph.edges, labels, strict=True)
    ]
    layout = lay_out([(box.width, box.height) for box in boxes], links)
    width = max(layout.width, 420.0)
    shift = (width - layout.width) / 2
    lines = remarks(graph, int((width - 2 * PAD) / (0.56 * SMALL)))
    height = layout.height + ROW * len(lines) + PAD
    outputs = ", ".join(clean(vertex.name) for vertex in graph.vertices if vertex.output)
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" class="computation" role="img" '
        f'width="{_n(width)}" height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}">',
        f"<title>Computation graph of {escape(outputs)}</title>",
        f"<style>{STYLE}</style>",
        '<defs><marker id="computation-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" '
        'markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 L8 4 L0 8 z" '
        f'fill="{QUIET}"/></marker></defs>',
        f'<rect class="ground" width="{_n(width)}" height="{_n(height)}"/>',
        f'<g transform="translate({_n(shift)} 0)">',
    ]
    for i, (edge, each) in enumerate(zip(graph.edges, labels, strict=True)):
        parts += _wire(edge.id, each, i, layout)
    for vertex, box, centre in zip(graph.vertices, boxes, layout.boxes, strict=True):
        parts += _vertex(vertex, box, centre)
    parts.append("</g>")
    parts += [
        f'<text class="legend" x="{_n(PAD)}" y="{_n(layout.height + ROW * i + 4)}">'
        f"{escape(line)}</text>"
        for i, line in enumerate(lines)
    ]
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def _n(x: float) -> str:
    """A coordinate, to a tenth of a pixel."""
    return f"{x:z.1f}".removesuffix(".0")  # z: no minus sign on a zero


def _box(vertex: Vertex) -> _Box:
    content = card(vertex)
    label = max((text_width(row.label, SMALL) for row in content.rows), default=0.0)
    texts = max((text_width(row.text, SMALL, bold=True) for row in content.rows), default=0.0)
    inside = max(
        text_width(content.title, TITLE, bold=True),
        text_width(content.operation, SMALL),
        label + PAD + texts,
        84.0,
    )
    rim = 8.0 if vertex.output else 0.0
    height = HEAD + ROW * len(content.rows) + 8.0
    return _Box(content, inside + 2 * PAD + rim, height + rim)


def _tag_size(each: Tag | None) -> tuple[float, float]:
    if each is None:
        return 10.0, 6.0
    width = text_width(each.contribution, SMALL, bold=True)
    if each.product:
        width += text_width(each.product + " ", SMALL)
    return width + 8.0, 18.0


def _wire(id: str, each: Tag | None, number: int, layout: Layout) -> list[str]:
    """One edge: its curve, and its label on a patch of the ground's colour."""
    parts = [f'<g id="{id}" class="edge">']
    if each is not None:
        parts.append(f"<title>{escape(each.hint)}</title>")
    parts.append(
        f'<path class="wire" d="{_curve(layout.wires[number])}" '
        'marker-end="url(#computation-arrow)"/>'
    )
    if each is not None:
        x, y = layout.labels[number]
        width, height = _tag_size(each)
        product = f'<tspan class="product">{escape(each.product)}</tspan> ' if each.product else ""
        parts.append(
            f'<rect class="ground" x="{_n(x - width / 2)}" y="{_n(y - height / 2)}" '
            f'width="{_n(width)}" height="{_n(height)}"/>'
        )
        parts.append(
            f'<text x="{_n(x)}" y="{_n(y + 4)}" text-anchor="middle">{product}'
            f'<tspan class="{each.tone}">{escape(each.contribution)}</tspan></text>'
        )
    return [*parts, "</g>"]


def _curve(points: tuple[Point, ...]) -> str:
    """A smooth path that is vertical at every point."""
    x, y = points[0]
    steps = [f"M{_n(x)} {_n(y)}"]
    for nx, ny in points[1:]:
        if abs(nx - x) < 0.05:
            steps.append(f"L{_n(nx)} {_n(ny)}")
        else:
            middle = _n((y + ny) / 2)
            steps.append(f"C{_n(x)} {middle} {_n(nx)} {middle} {_n(nx)} {_n(ny)}")
        x, y = nx, ny
    return " ".join(steps)


def _vertex(vertex: Vertex, box: _Box, centre: Point) -> list[str]:
    """One box: leaves are round, results dashed, outputs have a double rim."""
    x, y = centre[0] - box.width / 2, centre[1] - box.height / 2
    width, height = box.width, box.height
    kind = vertex.kind + (" output" if vertex.output else "")
    corner = 20.0 if vertex.kind == "leaf" else 3.0
    parts = [f'<g id={quoteattr(vertex.id)} class="{kind}">']
    parts.append(f"<title>{escape(box.card.hint)}</title>")
    if vertex.output:
        parts.append(_rect("rim", x, y, width, height, corner + 2))
        x, y, width, height = x + 4, y + 4, width - 8, height - 8
    parts.append(_rect("box", x, y, width, height, corner))
    middle = x + width / 2
    parts.append(_text("title", middle, y + 19, box.card.title, "middle"))
    parts.append(_text("what", middle, y + 36, box.card.operation, "middle"))
    parts.append(f'<path class="rule" d="M{_n(x + PAD)} {_n(y + HEAD)} H{_n(x + width - PAD)}"/>')
    for i, row in enumerate(box.card.rows):
        base = y + HEAD + ROW * (i + 1) - 2
        if row.label:
            parts.append(_text("label", x + PAD, base, row.label, "start"))
        parts.append(_text(row.tone, x + width - PAD, base, row.text, "end"))
    return [*parts, "</g>"]


def _rect(kind: str, x: float, y: float, width: float, height: float, corner: float) -> str:
    return (
        f'<rect class="{kind}" x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" '
        f'height="{_n(height)}" rx="{_n(corner)}"/>'
    )


def _text(kind: str, x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text class="{kind}" x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{escape(text)}</text>'
    )
