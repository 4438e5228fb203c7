"""Graphs with groups closed: each of these stands as one vertex, and repeated blocks as one."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

import numpy as np

from viz.folding import folded, repeated
from viz.model import Edge, Graph, Group, Values, Vertex

NOT_ADDED = (
    "What flows back from several operations put together stands as - where it is an array too "
    "large to be added up here; graph.collapsed(fold=False) shows each."
)
"""A note on contributions that are known one by one, and of which only summaries were kept."""


def collapsed(
    graph: Graph,
    depth: int | None = None,
    paths: str | Iterable[str] | None = None,
    when: Callable[[Group], bool] | None = None,
    fold: bool = True,
) -> Graph:
    """The graph with some groups closed: all those that one of the arguments speaks of.

    ``depth`` is how many levels stay open: with 0 the outermost groups are closed. ``paths`` are
    patterns that a group's path fits (``*`` stands for anything, dots too), and ``when(group)``
    is true for groups to close. ``fold``
    puts equal blocks in a chain together, ``Block x 12``. What stays visible keeps its ids, a
    closed group has that of the group. Contributions into and out of a closed group stay.
    Raises ValueError for a pattern that fits no group.

    >>> import nn
    >>> model = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
    >>> graph = viz.trace(model(ones(1, 2)).sum())
    >>> [(v.id, v.name, v.operation) for v in collapsed(graph, depth=0).vertices]
    [('g1', 'Sequential', 'Sequential'), ('v5', 'sum', 'sum')]
    >>> [v.name for v in collapsed(graph, paths="*.0").vertices]
    ['0', 'tanh', 'sum']
    """
    chosen = _chosen(graph, depth, paths, when)
    below: dict[str, bool] = {}
    for group in graph.groups:
        parent = group.parent
        below[group.id] = parent is not None and (below[parent] or parent in chosen)
    runs = repeated(graph, {key for key, hidden in below.items() if hidden}) if fold else []
    reopened: set[str] = set()
    while True:
        summaries = {group.id: group for group in graph.groups if group.id in chosen}
        leaders = {key: key for key in summaries}
        for run in runs:
            summaries[run[0].id] = folded(run)
            leaders.update(dict.fromkeys((group.id for group in run), run[0].id))
        stands_for = stand_ins(graph, leaders)
        circles = tangled(graph, stands_for)
        if not circles:
            break
        reopened |= circles
        chosen -= circles
        runs = [run for run in runs if not circles & {group.id for group in run}]
    if reopened:
        open_ones = [group.path for group in graph.groups if group.id in reopened]
        more = f" and {len(open_ones) - 3} more" if len(open_ones) > 3 else ""
        note = (
            "Left open, because other operations run between theirs: "
            f"{', '.join(open_ones[:3])}{more}."
        )
        graph = replace(graph, notes=(*graph.notes, note))
    return merged(graph, stands_for, summaries) if stands_for else graph


def _chosen(
    graph: Graph,
    depth: int | None,
    paths: str | Iterable[str] | None,
    when: Callable[[Group], bool] | None,
) -> set[str]:
    """The ids of the groups to close."""
    if depth is not None and (type(depth) is not int or depth < 0):
        raise ValueError(f"collapsed(): depth is a number of levels, 0 or more, not {depth!r}")
    chosen: set[str] = set()
    levels: dict[str | None, int] = {None: -1}
    for group in graph.groups:
        levels[group.id] = levels[group.parent] + 1
        if (depth is not None and levels[group.id] >= depth) or (when is not None and when(group)):
            chosen.add(group.id)
    if not isinstance(paths, (str, Iterable, type(None))):
        raise TypeError(
            'collapsed(): paths are patterns of groups\' paths, "*.conv1" or a list of such, '
            f"not a {type(paths).__name__}"
        )
    for pattern in [paths] if isinstance(paths, str) else paths or ():
        fitting = [
            group.id
            for group in graph.groups
            if group.path == pattern or fnmatchcase(group.path, pattern)
        ]
        if not fitting:
            there = ", ".join(group.path for group in graph.groups[:20]) or "no groups at all"
            raise ValueError(f"collapsed(): no group's path fits {pattern!r}; there are {there}")
        chosen.update(fitting)
    return chosen


def stand_ins(graph: Graph, leaders: Mapping[str, str]) -> dict[str, str]:
    """For every hidden vertex the closed group that it is in: the outermost, of a run the first.

    ``leaders`` has the groups to close, each with itself or with the first group of its run.
    """
    cover: dict[str | None, str | None] = {None: None}
    for group in graph.groups:
        outer = cover[group.parent]
        cover[group.id] = leaders.get(group.id) if outer is None else outer
    found = ((vertex.id, cover[vertex.group]) for vertex in graph.vertices)
    return {vertex: closed for vertex, closed in found if closed is not None}


def _wires(graph: Graph, stands_for: Mapping[str, str]) -> set[tuple[str, str]]:
    pairs = (
        (stands_for.get(edge.source, edge.source), stands_for.get(edge.target, edge.target))
        for edge in graph.edges
    )
    return {pair for pair in pairs if pair[0] != pair[1]}


def tangled(graph: Graph, stands_for: Mapping[str, str]) -> set[str]:
    """The closed groups that lie on circles, or between them: no order could be given to them."""
    left = {stands_for.get(vertex.id, vertex.id) for vertex in graph.vertices}
    wires = _wires(graph, stands_for)
    for pairs in (wires, {(b, a) for a, b in wires}):  # strip what no circle leads to, or from
        left -= set(_sorted(pairs, dict.fromkeys(left, 0)))
        wires = {(a, b) for a, b in wires if a in left and b in left}
    return left & set(stands_for.values())


def _sorted(wires: Iterable[tuple[str, str]], place: Mapping[str, int]) -> list[str]:
    """What can be sorted topologically, otherwise in the order of ``place``."""
    following: dict[str, list[str]] = {}
    waiting = dict.fromkeys(place, 0)
    for a, b in wires:
        if a in waiting and b in waiting:
            following.setdefault(a, []).append(b)
            waiting[b] += 1
    ready = [(place[key], key) for key, count in waiting.items() if not count]
    heapq.heapify(ready)
    order = []
    while ready:
        _, key = heapq.heappop(ready)
        order.append(key)
        for target in following.get(key, ()):
            waiting[target] -= 1
            if not waiting[target]:
                heapq.heappush(ready, (place[target], target))
    return order


def merged(graph: Graph, stands_for: Mapping[str, str], summaries: Mapping[str, Group]) -> Graph:
    """The graph in which each vertex of ``stands_for`` is hidden in the one that stands for it."""
    members: dict[str, list[Vertex]] = {}
    place: dict[str, int] = {}
    for i, vertex in enumerate(graph.vertices):
        key = stands_for.get(vertex.id, vertex.id)
        place[key] = i
        if vertex.id in stands_for:
            members.setdefault(key, []).append(vertex)
    order = _sorted(_wires(graph, stands_for), place)
    vertices = tuple(
        _closed(graph, stands_for, summaries[key], members[key]) if key in members else graph[key]
        for key in order
    )
    kept = {vertex.group for vertex in vertices}
    parents = {group.id: group.parent for group in graph.groups}
    for at in list(kept):
        while at is not None:
            at = parents[at]
            kept.add(at)
    edges = _edges(graph, stands_for, summaries, {key: i for i, key in enumerate(order)})
    known = {edge.id for edge in graph.edges if edge.contribution is not None}
    notes = graph.notes
    if any(edge.contribution is None and edge.id in known for edge in edges):
        notes = (*(note for note in notes if note != NOT_ADDED), NOT_ADDED)
    return replace(
        graph,
        vertices=vertices,
        edges=tuple(edges),
        notes=notes,
        groups=tuple(group for group in graph.groups if group.id in kept),
    )


def _closed(
    graph: Graph, stands_for: Mapping[str, str], summary: Group, members: list[Vertex]
) -> Vertex:
    """The vertex of a closed group: of one result it has the value and gradient."""
    key = stands_for[members[0].id]
    leaving = [
        vertex
        for vertex in members
        if vertex.output or any(stands_for.get(e.target) != key for e in graph.uses(vertex.id))
    ]
    times = f" x {summary.repeats}" if summary.repeats > 1 else ""
    closed = Vertex(
        id=key,
        kind="group",
        name=summary.name,
        operation=summary.kind + times,
        shape=None,
        dtype=None,
        value=None,
        gradient=None,
        output=any(vertex.output for vertex in members),
        results=len(leaving),
        group=summary.parent,
        order=summary.order,
        summary=summary,
    )
    if len(leaving) != 1:
        return closed
    (only,) = leaving
    return replace(
        closed,
        shape=only.shape,
        dtype=only.dtype,
        value=only.value,
        gradient=only.gradient,
        seed=only.seed,
        results=only.results,
    )


def _edges(
    graph: Graph,
    stands_for: Mapping[str, str],
    summaries: Mapping[str, Group],
    place: Mapping[str, int],
) -> list[Edge]:
    """The edges between what is visible; those from one source into a folded run are one."""
    ports: dict[str, int] = {}
    bundles: dict[tuple[str, str], list[Edge]] = {}
    for edge in graph.edges:
        source = stands_for.get(edge.source, edge.source)
        target = stands_for.get(edge.target, edge.target)
        if source != target:
            several = target != edge.target and summaries[target].repeats > 1
            bundles.setdefault((target, edge.source if several else edge.id), []).append(edge)
    edges = []
    for (target, _), bundle in bundles.items():
        edge = replace(bundle[0], source=stands_for.get(bundle[0].source, bundle[0].source))
        if target != edge.target:  # what flows into a group is no factor of its own gradient
            port = ports[target] = ports.get(target, -1) + 1
            edge = replace(edge, target=target, port=port, upstream=None, local=None, formula=None)
        if len(bundle) > 1:
            edge = replace(edge, contribution=_total(graph, bundle))
        edges.append(edge)
    return sorted(edges, key=lambda edge: (place[edge.target], edge.port))


def _total(graph: Graph, bundle: list[Edge]) -> Values | None:
    """What flows back over all these edges of one source, as far as that is known."""
    source = graph[bundle[0].source]
    if source.seed is None and len(bundle) == len(graph.uses(source.id)):
        return source.gradient
    parts = [edge.contribution for edge in bundle]
    entries = [part.entries for part in parts if part is not None and part.entries is not None]
    if parts[0] is None or len(entries) < len(parts):
        return None
    return replace(parts[0], entries=tuple(np.sum(np.array(entries), axis=0).tolist()))
