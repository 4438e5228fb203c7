"""The graph in Graphviz's language, DOT."""

from __future__ import annotations

import importlib
import re
from html import escape
from typing import Any

from viz.card import Tag, card, facts, heading, remarks, tags
from viz.errors import GraphvizMissingError
from viz.fitting import visible
from viz.model import Edge, Graph, Group, Vertex, View
from viz.outline import outline
from viz.palette import DEEPEST, FACES, FILLS, GROUND, HIGHEST, LIGHT, QUIET, RIM, TONES, WIRE

FONT = ",".join(FACES)

ATTRIBUTES = {
    "graph": {
        "rankdir": "TB",
        "bgcolor": GROUND,
        "nodesep": "0.4",
        "ranksep": "0.35",
        "fontname": FONT,
        "fontsize": "10",
        "labelloc": "b",
    },
    "node": {
        "shape": "box",
        "style": "filled",
        "fontname": FONT,
        "fontsize": "11",
        "color": RIM,
        "margin": "0.12,0.06",
    },
    "edge": {"fontname": FONT, "fontsize": "10", "color": WIRE, "arrowsize": "0.7"},
}
"""What holds for all that does not say otherwise."""


def to_dot(graph: Graph) -> str:
    """The graph as DOT source; every label is escaped, and the ids are the vertices' own.

    Groups are clusters, ``cluster_g1``.

    >>> x = tensor(3.0, requires_grad=True)
    >>> print(to_dot(viz.trace(x * 2)).splitlines()[-2].split(" [")[0])
      v1 -> v2
    """
    defaults = [
        f"  {kind} [{', '.join(f'{name}={_quoted(value)}' for name, value in each.items())}]"
        for kind, each in ATTRIBUTES.items()
    ]
    return "\n".join(["digraph computation {", *defaults, *statements(graph), "}"]) + "\n"


def to_digraph(graph: Graph) -> Any:
    """The same as a ``graphviz.Digraph``, to change and to go on with.

    Raises `GraphvizMissingError` where the package graphviz is not installed.

    >>> x = tensor(3.0, requires_grad=True)
    >>> digraph = to_digraph(viz.trace(x * 2))
    >>> digraph.edge("v2", "loss")
    >>> digraph.graph_attr["rankdir"] = "LR"
    """
    try:
        graphviz = importlib.import_module("graphviz")
    except ImportError:
        raise GraphvizMissingError("a graphviz.Digraph", package=True) from None
    return graphviz.Digraph(
        "computation",
        **{f"{kind}_attr": dict(each) for kind, each in ATTRIBUTES.items()},
        body=[f"{line}\n" for line in statements(visible(graph))],
    )


def statements(graph: Graph) -> list[str]:
    """The lines between the braces: the legend, clusters and vertices, edges."""
    lines = ["  label=" + _quoted("\n".join([*remarks(graph, 70), ""]))]
    depth = 1
    for part in outline(graph):
        if isinstance(part, Group):
            lines.append("  " * depth + f"subgraph cluster_{part.id} {{")
            lines.append("  " * depth + "  " + _cluster(part, depth))
            depth += 1
        elif part is None:
            depth -= 1
            lines.append("  " * depth + "}")
        else:
            lines.append("  " * depth + _vertex(part, graph.view))
    lines += [_edge(edge, each) for edge, each in zip(graph.edges, tags(graph), strict=True)]
    return lines


def _cluster(group: Group, depth: int) -> str:
    """How a group's frame looks: dashed where it is a derivative's."""
    fill, style = LIGHT[f"frame {min(depth, DEEPEST)}"], "rounded"
    if group.kind == "derivative":
        fill, style = LIGHT[f"derivative {min(max(group.order, 1), HIGHEST)}"], "rounded,dashed"
    return (
        f'id="{group.id}"; label=<<B>{_font(QUIET, heading(group))}</B>>; labelloc="t"; '
        f'labeljust="l"; fontsize="11"; style="{style}"; color="{LIGHT["edging"]}"; '
        f'bgcolor="{fill}"; tooltip={_quoted(", ".join(facts(group)))}'
    )


_STYLES = {"leaf": "filled,rounded", "result": "filled,dashed"}


def _vertex(vertex: Vertex, view: View) -> str:
    content = card(vertex, view)
    rows = [
        f'<TR><TD COLSPAN="2"><B><FONT POINT-SIZE="13">{_html(content.title)}</FONT></B></TD></TR>',
        f'<TR><TD COLSPAN="2">{_font(QUIET, content.operation)}</TD></TR>',
    ]
    for row in content.rows:
        text = _font(TONES[row.tone], row.text)
        if row.tone == "strange":
            text = f"<U>{text}</U>"
        elif row.tone == "unknown":
            text = f"<I>{text}</I>"
        elif row.tone != "plain":
            text = f"<B>{text}</B>"
        rows.append(
            f'<TR><TD ALIGN="LEFT">{_font(QUIET, row.label)}&#160;&#160;</TD>'
            f'<TD ALIGN="RIGHT">{text}</TD></TR>'
        )
    table = f'<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="2">{"".join(rows)}</TABLE>'
    style = _STYLES.get(vertex.kind, "filled")
    fill = FILLS["output" if vertex.output else vertex.kind]
    shape = ', shape="box3d"' if vertex.kind == "group" else ""
    return (
        f'{vertex.id} [id="{vertex.id}", label=<{table}>, style="{style}"{shape}, '
        f'fillcolor="{fill}", peripheries={2 if vertex.output else 1}, '
        f"tooltip={_quoted(content.hint)}]"
    )


def _edge(edge: Edge, each: Tag | None) -> str:
    attributes = f'id="{edge.id}"'
    if each is not None:
        label = _font(TONES[each.tone], each.contribution)
        label = f"<I>{label}</I>" if each.tone == "unknown" else f"<B>{label}</B>"
        if each.product:
            label = f"{_font(QUIET, each.product)} {label}"
        # The small table keeps a little room between the label and the line.
        table = f'<TABLE BORDER="0" CELLPADDING="3"><TR><TD>{label}</TD></TR></TABLE>'
        hint = _quoted(each.hint)
        attributes += f", label=<{table}>, tooltip={hint}, labeltooltip={hint}"
    return f"  {edge.source} -> {edge.target} [{attributes}]"


def _font(colour: str, text: str) -> str:
    return f'<FONT COLOR="{colour}">{_html(text)}</FONT>'


# What dot replaces in a text, in whatever way the backslash is written there.
_NAMES_OF_ITS_OWN = re.compile(r"\\(?=[NGELTH])")
_ZERO_WIDTH_SPACE = "\u200b"


def _html(text: str) -> str:
    """Text for an HTML-like label; dot refuses an element without any."""
    return escape(_NAMES_OF_ITS_OWN.sub(r"\\" + _ZERO_WIDTH_SPACE, text)) or " "


def _quoted(text: str) -> str:
    """A quoted string, in which dot reads backslashes as its own and ``&lt;`` as HTML."""
    text = text.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    return '"' + text.replace("\n", "\\l") + '"'
