"""The graph in Mermaid's language, which GitHub, GitLab and many editors draw.

Mermaid refuses more than 500 edges and more than 50,000 characters unless the page that
draws it says otherwise. https://mermaid.js.org/syntax/flowchart.html
"""

from __future__ import annotations

import re

from viz.card import Tag, card, heading, tags
from viz.errors import RenderError
from viz.fitting import MOST, visible
from viz.model import Edge, Graph, Group, Vertex, View
from viz.outline import outline
from viz.palette import FILLS, GROUND, LIGHT, QUIET, RIM, TONES
from viz.words import LEGENDS, clean, wrapped

EDGES = 500
CHARACTERS = 50_000
"""What Mermaid draws at most, counted as JavaScript does: in UTF-16."""

STEPS = (MOST, 200, 100, 50, 25)
"""To so many vertices a graph is made small, one after the other, until it is within both."""

SHAPES = {
    "leaf": ('("', '")'),
    "operation": ('["', '"]'),
    "result": ('{{"', '"}}'),
    "group": ('[["', '"]]'),
}
"""What stands around the text of a vertex of each kind: what gives it its shape."""

STYLES = {
    **{kind: f"fill:{fill},stroke:{RIM},color:{TONES['plain']}" for kind, fill in FILLS.items()},
    "result": f"fill:{FILLS['result']},stroke:{RIM},color:{TONES['plain']},stroke-dasharray:5 3",
    "output": f"fill:{FILLS['output']},stroke:{RIM},color:{TONES['plain']},stroke-width:3px",
    "module": f"fill:{LIGHT['frame 1']},stroke:{LIGHT['edging']},color:{QUIET}",
    "derivative": f"fill:{LIGHT['derivative 1']},stroke:{LIGHT['edging']},color:{QUIET},"
    "stroke-dasharray:5 3",
    "note": f"fill:{GROUND},stroke:{GROUND},color:{QUIET}",
}
"""How vertices of each kind look, frames and the notes."""

WIDER = "%%{init: {'flowchart': {'wrappingWidth': 360}}}%%"
"""So that lines are not broken again which are broken already; 200 would be the usual."""

_SAFE = frozenset(" _.,=+^()")
"""Beside letters and digits, what may stand in a text as it is."""


def to_mermaid(graph: Graph) -> str:
    """The graph as a Mermaid flowchart: groups are subgraphs, ids are the vertices' own.

    A graph that is too large for Mermaid is collapsed; raises RenderError where that does not
    make it small enough.

    >>> x = tensor(3.0, requires_grad=True)
    >>> print(to_mermaid(viz.trace(x * 2, names={"x": x})).splitlines()[1])
    flowchart TB
    """
    for most in STEPS:
        small = visible(graph, most)
        text = _written(small)
        if len(small.edges) <= EDGES and len(text.encode("utf-16-le")) // 2 <= CHARACTERS:
            return text
    raise RenderError(
        f"Mermaid draws at most {EDGES} edges and {CHARACTERS:,} characters, and this graph has "
        f"{len(small.edges)} edges in {len(text):,} characters where {len(small)} vertices are "
        'left of it; write graph.save("graph.svg") or graph.save("graph.html"), or trace a part'
    )


def _written(graph: Graph) -> str:
    lines = [WIDER, "flowchart TB", f"  accDescr: {LEGENDS[graph.view]}"]
    framed: list[str] = []
    depth = 1
    for part in outline(graph):
        if isinstance(part, Group):
            style = "derivative" if part.kind == "derivative" else "module"
            lines.append("  " * depth + f'subgraph {part.id}["{_text(heading(part))}"]')
            framed.append(f"  class {part.id} {style}")
            depth += 1
        elif part is None:
            depth -= 1
            lines.append("  " * depth + "end")
        else:
            lines.append("  " * depth + _vertex(part, graph.view))
    lines += [_edge(edge, each) for edge, each in zip(graph.edges, tags(graph), strict=True)]
    for number, note in enumerate(graph.notes, 1):
        words = "<br/>".join(map(_text, wrapped(clean(note, 1000), 44)))
        lines.append(f'  _{number}["{words}"]:::note')
    used = [style for style in STYLES if any(each.endswith(style) for each in (*lines, *framed))]
    styles = [f"  classDef {style} {STYLES[style]}" for style in used]
    return "\n".join([*lines, *framed, *styles]) + "\n"


def _vertex(vertex: Vertex, view: View) -> str:
    content = card(vertex, view)
    start, end = SHAPES[vertex.kind]
    lines = [f"<b>{_text(content.title)}</b>", _text(content.operation)]
    lines += [_text(f"{row.label} {row.text}".strip()) for row in content.rows]
    style = "output" if vertex.output else vertex.kind
    return f"{vertex.id}{start}{'<br/>'.join(lines)}{end}:::{style}"


def _edge(edge: Edge, each: Tag | None) -> str:
    if each is None:
        return f"  {edge.source} --> {edge.target}"
    text = _text(f"{each.product} {each.contribution}".strip())
    return f'  {edge.source} -- "{text}" --> {edge.target}'


def _text(text: str) -> str:
    """Text between quotes: all that Mermaid, Markdown or HTML could read as their own by number.

    >>> _text('"a" <b> #1; `end`')
    '#34;a#34; #60;b#62; #35;1#59; #96;end#96;'
    """
    if not text.strip():
        return "#160;"  # a label may not be empty
    text = _ITS_OWN.sub("\N{ZERO WIDTH SPACE}", text)
    return "".join(c if c.isalnum() or c in _SAFE else f"#{ord(c)};" for c in text)


# Line breaks, formulas and icons, which Mermaid also makes of characters that came by number.
_ITS_OWN = re.compile(r"(?<=\\)(?=n)|(?<=\$)(?=\$)|(?<=:)(?=fa-)")
