"""A vertex as SVG: a box of the size of its text, whose shape says what kind it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from xml.sax.saxutils import escape, quoteattr

from viz.card import Card, Row, card
from viz.model import Vertex, View
from viz.svg.metrics import text_width
from viz.svg.style import SMALL, TITLE

PAD = 12.0
ROW = 17.0
HEAD = 44.0
LEAST = 84.0
"""A box is this wide inside at least."""

RIM = 4.0
"""Between the two rims of an output."""

PILE = 4.0
"""By how much each of the two sheets under a collapsed group sticks out."""

_BOLD = ("value", "gradient", "strange")


@dataclass(frozen=True)
class Box:
    """A vertex in a graph's ``view``, with its card, and the size of its picture."""

    vertex: Vertex
    view: View = "both"

    @cached_property
    def card(self) -> Card:
        """What stands in it."""
        return card(self.vertex, self.view)

    @property
    def rim(self) -> float:
        """What an output's second rim takes on every side."""
        return RIM if self.vertex.output else 0.0

    @property
    def pile(self) -> float:
        """What the sheets under a collapsed group take, above and to the right."""
        return 2 * PILE if self.vertex.kind == "group" else 0.0

    @cached_property
    def size(self) -> tuple[float, float]:
        """Width and height, with all that sticks out.

        >>> from viz.svg.boxes import Box
        >>> vertices = viz.trace(tensor(3.0, requires_grad=True) * 2).vertices
        >>> [Box(vertex).size[1] for vertex in vertices]
        [86.0, 94.0]
        """
        rows = self.card.rows
        labels = max((text_width(row.label, SMALL) for row in rows), default=0.0)
        inside = max(
            text_width(self.card.title, TITLE, bold=True),
            text_width(self.card.operation, SMALL),
            labels + PAD + max((_text_width(row) for row in rows), default=0.0),
            LEAST,
        )
        around = 2 * self.rim + self.pile
        return inside + 2 * PAD + around, HEAD + ROW * len(rows) + 8.0 + around

    def svg(self, centre: tuple[float, float]) -> Iterator[str]:
        """The lines of its element, whose id is the vertex's."""
        vertex, rim, pile = self.vertex, self.rim, self.pile
        width, height = self.size
        left, top = centre[0] - width / 2, centre[1] - height / 2
        # Leaves are round, results are dashed, groups lie on two sheets, outputs have two rims.
        corner = 20.0 if vertex.kind == "leaf" else 3.0
        kinds = vertex.kind + (" output" if vertex.output else "")
        yield f'<g id={quoteattr(vertex.id)} class="{kinds}" role="graphics-symbol img">'
        yield f"<title>{escape(self.card.hint)}</title>"
        width, height, top = width - pile, height - pile, top + pile
        for shift in (pile, pile / 2) if pile else ():
            yield rectangle("box", left + shift, top - shift, width, height, corner)
        if rim:
            yield rectangle("rim", left, top, width, height, corner + 2)
            left, top, width, height = left + rim, top + rim, width - 2 * rim, height - 2 * rim
        yield rectangle("box", left, top, width, height, corner)
        middle, right = left + width / 2, left + width - PAD
        yield text("title", middle, top + 19, self.card.title, "middle")
        yield text("what", middle, top + 36, self.card.operation, "middle")
        yield f'<path class="rule" d="M{n(left + PAD)} {n(top + HEAD)} H{n(right)}"/>'
        for i, row in enumerate(self.card.rows):
            base = top + HEAD + ROW * (i + 1) - 2
            if row.label:
                yield text("label", left + PAD, base, row.label, "start")
            if row.tone == "strange":
                long = _text_width(row) + 8
                yield rectangle("alarm", right + 4 - long, base - 12.5, long, ROW - 1, 3)
            yield text(row.tone, right, base, row.text, "end")
        yield "</g>"


def _text_width(row: Row) -> float:
    return text_width(row.text, SMALL, bold=row.tone in _BOLD)


def n(x: float) -> str:
    """A coordinate, to a tenth of a pixel.

    >>> from viz.svg.boxes import n
    >>> n(2.04), n(-0.01)
    ('2', '0')
    """
    return f"{x:z.1f}".removesuffix(".0")  # z: no minus sign on a zero


def rectangle(
    kind: str, left: float, top: float, width: float, height: float, corner: float
) -> str:
    """A rectangle with round corners, of the class ``kind``."""
    return (
        f'<rect class="{kind}" x="{n(left)}" y="{n(top)}" width="{n(width)}" '
        f'height="{n(height)}" rx="{n(corner)}"/>'
    )


def text(kind: str, x: float, y: float, words: str, anchor: str) -> str:
    """A line of text of the class ``kind``."""
    return (
        f'<text class="{kind}" x="{n(x)}" y="{n(y)}" text-anchor="{anchor}">{escape(words)}</text>'
    )
