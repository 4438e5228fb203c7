"""All that the page knows, as plain data for JSON: words from Python, no number left to format."""

from __future__ import annotations

from typing import Any

from viz.card import Card, Tag, card, heading, tags
from viz.fitting import MOST, visible
from viz.model import Edge, Graph, Group, Vertex
from viz.page.layers import layers
from viz.page.sentences import arrived, computed, flowed, local, product
from viz.page.steps import steps
from viz.words import LEGENDS, clean

RIGHTWARD = (
    ("flow down", "flow to the right"),
    ("flow up", "flow back"),
    ("comes up", "comes back"),
    ("down to", "on to"),
)
"""Words of a legend, and what they are where the picture runs to the right."""

HELD = 2000
"""A page holds this many vertices at most, those in collapsed modules included."""

LONGEST = 1000
"""Paths and notes are cut to this many characters."""


def content(graph: Graph) -> dict[str, Any]:
    """The page's data.

    >>> x = tensor(3.0, requires_grad=True)
    >>> sorted(content(viz.trace(x * 2)))
    ['edges', 'groups', 'layers', 'legend', 'notes', 'steps', 'title', 'turned', 'vertices']
    """
    graph = held(graph)
    paths = {group.id: clean(group.path, LONGEST) for group in graph.groups}
    placed, turned = layers(graph)
    return {
        "title": ", ".join(clean(vertex.name) for vertex in graph.vertices if vertex.output),
        "legend": _legend(graph),
        "notes": [clean(note, LONGEST) for note in graph.notes],
        "vertices": [_vertex(graph, vertex, paths) for vertex in graph.vertices],
        "edges": [
            _edge(graph, edge, tag) for edge, tag in zip(graph.edges, tags(graph), strict=True)
        ],
        "groups": [
            _group(graph, group, inside)
            for group in graph.groups
            if (inside := _inside(graph, group))
        ],
        "steps": [[step.phase, step.about] for step in steps(graph)],
        "layers": placed,
        "turned": sorted(turned),
    }


def _legend(graph: Graph) -> dict[str, str]:
    right = LEGENDS[graph.view]
    for down, word in RIGHTWARD:
        right = right.replace(down, word)
    return {"down": LEGENDS[graph.view], "right": right}


def held(graph: Graph) -> Graph:
    """What the page holds of a large graph: all of it, where modules can hide what is too much.

    >>> x = tensor(1.0, requires_grad=True)
    >>> for _ in range(1000):
    ...     x = x + 1
    >>> len(held(viz.trace(x)))
    400
    """
    if len(graph) <= MOST:
        return graph
    small = visible(graph, HELD)
    outside = [vertex for vertex in small.vertices if vertex.group is None]
    modules = [group for group in small.groups if group.parent is None]
    return small if len(outside) + len(modules) <= MOST else visible(graph)


def _vertex(graph: Graph, vertex: Vertex, paths: dict[str, str]) -> dict[str, Any]:
    return {
        "id": vertex.id,
        "kind": vertex.kind,
        "name": clean(vertex.name, LONGEST),
        "output": vertex.output,
        "group": vertex.group,
        **_card(card(vertex, graph.view)),
        "facts": _facts(
            ("operation", clean(vertex.operation, LONGEST)),
            ("module", "" if vertex.group is None else paths[vertex.group]),
            ("shape", "" if vertex.shape is None else str(vertex.shape)),
            ("dtype", vertex.dtype or ""),
            ("memory", clean(vertex.memory or "")),
            ("line", clean(vertex.where or "", LONGEST)),
        ),
        "how": computed(graph, vertex),
        "sum": arrived(graph, vertex) if graph.view == "both" else "",
    }


def _edge(graph: Graph, edge: Edge, tag: Tag | None) -> dict[str, Any]:
    return {
        "id": edge.id,
        "source": edge.source,
        "target": edge.target,
        "port": clean(edge.port_name),
        "tag": None if tag is None else [tag.product, tag.contribution, tag.tone, tag.hint],
        "local": local(graph, edge),
        "product": product(edge),
        "flow": flowed(graph, edge),
    }


def _group(graph: Graph, group: Group, inside: list[Vertex]) -> dict[str, Any]:
    last = _last(graph, inside)
    vertex = Vertex(
        id=group.id,
        kind="group",
        name=group.name,
        operation=group.kind,
        shape=last.shape if group.shape is None else group.shape,
        dtype=last.dtype,
        value=last.value,
        gradient=last.gradient,
        output=last.output,
        group=group.parent,
        order=group.order,
        summary=group,
    )
    return {
        "id": group.id,
        "kind": "group",
        "name": clean(group.name, LONGEST),
        "output": last.output,
        "group": group.parent,
        "path": clean(group.path, LONGEST),
        "heading": heading(group),
        "order": group.order,
        "last": last.id,
        **_card(card(vertex)),
        "facts": _facts(
            ("module", clean(group.path, LONGEST)),
            ("kind", clean(group.kind)),
            ("shape", "" if vertex.shape is None else str(vertex.shape)),
            ("parameters", f"{group.parameters:,}" if group.parameters else ""),
            ("inside", f"{len(inside)} vertices"),
        ),
        "how": "",
        "sum": "",
    }


def _inside(graph: Graph, group: Group) -> list[Vertex]:
    """The vertices in a group, those in groups inside it as well."""
    within = {group.id}
    for each in graph.groups:  # each stands after the one that it is in
        if each.parent in within:
            within.add(each.id)
    return [vertex for vertex in graph.vertices if vertex.group in within]


def _last(graph: Graph, inside: list[Vertex]) -> Vertex:
    """The vertex whose value leaves a group last."""
    ids = {vertex.id for vertex in inside}
    leaving = [
        vertex
        for vertex in inside
        if vertex.output or any(edge.target not in ids for edge in graph.uses(vertex.id))
    ]
    made = [vertex for vertex in leaving or inside if vertex.kind != "leaf"]
    return (made or leaving or inside)[-1]


def _card(shown: Card) -> dict[str, Any]:
    return {
        "title": shown.title,
        "what": shown.operation,
        "rows": [[row.label, row.text, row.tone] for row in shown.rows],
        "hint": shown.hint,
    }


def _facts(*pairs: tuple[str, str]) -> list[tuple[str, str]]:
    return [(label, text) for label, text in pairs if text]
