"""Groups in groups, and the vertices in them, as one row of openings and closings."""

from __future__ import annotations

from collections.abc import Iterator

from viz.model import Graph, Group, Vertex


def outline(graph: Graph) -> Iterator[Vertex | Group | None]:
    """Every group that has vertices inside, then its vertices and groups, then None: its end.

    A group's own vertices come first, in topological order, then the groups in it; a vertex
    whose group is not among the graph's stands outside of all.

    >>> x = tensor(3.0, requires_grad=True)
    >>> [part.id for part in outline(viz.trace(x * 2))]
    ['v1', 'v2']
    """
    groups = {group.id: group for group in graph.groups}
    members: dict[str | None, list[Vertex]] = {}
    for vertex in graph.vertices:
        members.setdefault(vertex.group if vertex.group in groups else None, []).append(vertex)
    used: set[str] = set()
    for at in members:
        while at in groups and at not in used:
            used.add(at)
            at = groups[at].parent
    inside: dict[str | None, list[Group]] = {}
    for group in graph.groups:
        if group.id in used:
            inside.setdefault(group.parent if group.parent in groups else None, []).append(group)
    yield from members.get(None, ())
    stack: list[Group | None] = [*reversed(inside.get(None, ()))]
    while stack:
        step = stack.pop()
        yield step
        if step is not None:
            yield from members.get(step.id, ())
            stack.append(None)
            stack += reversed(inside.get(step.id, ()))
