"""Ranks and orders for the page's layout, for every group on its own.

The inside of a group is laid out without regard to what is around it, and around it the group
is one box. So opening or collapsing a group changes sizes and never an order, and the page
only has to add up widths: it needs no layout program of its own, and no state of its many
groups has to be laid out beforehand.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from viz.layout.nesting import Nesting
from viz.layout.ordering import ordered
from viz.model import Edge, Graph
from viz.page.ports import uncrossed

OUTSIDE = ""
"""Stands for the picture as a whole, as if it were a group."""

DUMMIES = 20_000
"""Wires over many ranks go straight where all together would need more cells than this."""

Layers = dict[str, list[list[str]]]
"""For each group its layers, from inputs to outputs: ids of vertices, groups and edges."""


@dataclass(frozen=True, slots=True)
class _Link:
    """A piece of an edge inside one group; an end that is None is the group's own border."""

    edge: str
    source: str | None
    target: str | None


def layers(graph: Graph) -> tuple[Layers, frozenset[str]]:
    """The layers of every group, and the edges that are laid out against their direction.

    Even layers hold vertices and groups, odd ones the labels of edges; in both, an edge that
    goes on to a later layer has a cell for itself. The first and the last layer of a group
    hold the edges that come in and go out. Edges are turned round where groups feed one
    another in a circle.

    >>> x = tensor(3.0, requires_grad=True)
    >>> layers(viz.trace(x * x))[0]
    {'': [['v1'], ['e1', 'e2'], ['v2']]}
    """
    parents = {group.id: group.parent for group in graph.groups}
    above = {vertex.id: _around(vertex.group, parents) for vertex in graph.vertices}
    members = _members(graph, above)
    links: dict[str, list[_Link]] = {group: [] for group in members}
    ends: dict[str, tuple[str, str, str]] = {}
    for edge in graph.edges:
        group, source, target = ends[edge.id] = _meeting(edge, above)
        links[group].append(_Link(edge.id, source, target))
    orders: dict[str, list[str]] = {}
    turned: set[str] = set()
    for group, inside in members.items():
        orders[group], against = _order(inside, links[group])
        turned |= against
    for edge in graph.edges:
        group = ends[edge.id][0]
        source, target = edge.source, edge.target
        if edge.id in turned:
            source, target = target, source
        for out, inner in _way_in(above[source], group, source):
            links[out].append(_Link(edge.id, inner, None))
        for out, inner in _way_in(above[target], group, target):
            links[out].append(_Link(edge.id, None, inner))
    found: Layers = {}
    for group in reversed(members):  # inner ones first: around them, their ports are known
        directed = [_directed(link, turned) for link in links[group]]
        found[group] = _layered(orders[group], directed, found)
    return {group: found[group] for group in members}, frozenset(turned)


def _around(group: str | None, parents: dict[str, str | None]) -> tuple[str, ...]:
    """The groups around, from the outermost on."""
    found = []
    while group is not None:
        found.append(group)
        group = parents[group]
    return (OUTSIDE, *reversed(found))


def _members(graph: Graph, above: dict[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """What stands directly in each group, as first met."""
    members: dict[str, dict[str, None]] = {OUTSIDE: {}}
    for vertex in graph.vertices:
        for outer, inner in pairwise((*above[vertex.id], vertex.id)):
            members.setdefault(outer, {})[inner] = None
    return {group: list(inside) for group, inside in members.items()}


def _meeting(edge: Edge, above: dict[str, tuple[str, ...]]) -> tuple[str, str, str]:
    """The innermost group that holds both ends, and what holds them directly in it."""
    first = (*above[edge.source], edge.source)
    second = (*above[edge.target], edge.target)
    depth = 0
    while first[depth] == second[depth]:
        depth += 1
    return first[depth - 1], first[depth], second[depth]


def _way_in(around: tuple[str, ...], group: str, vertex: str) -> list[tuple[str, str]]:
    """The groups between ``group`` and the vertex, each with what in it holds the vertex."""
    return list(pairwise((*around[around.index(group) + 1 :], vertex)))


def _directed(link: _Link, turned: set[str]) -> _Link:
    if link.edge in turned and link.source is not None and link.target is not None:
        return _Link(link.edge, link.target, link.source)
    return link


def _order(inside: list[str], links: Sequence[_Link]) -> tuple[list[str], set[str]]:
    """Members so that links lead from earlier to later ones, and the edges that do not."""
    place = {member: i for i, member in enumerate(inside)}
    fed: list[set[int]] = [set() for _ in inside]
    feeds: list[set[int]] = [set() for _ in inside]
    for link in links:
        if link.source is not None and link.target is not None:
            fed[place[link.target]].add(place[link.source])
            feeds[place[link.source]].add(place[link.target])
    waiting = [len(sources) for sources in fed]
    ready = [i for i, number in enumerate(waiting) if not number]
    left = dict.fromkeys(range(len(inside)))
    order: list[int] = []
    while left:
        if not ready:  # a circle: begin where the computation did
            ready.append(next(iter(left)))
        member = heapq.heappop(ready)
        if member not in left:
            continue
        del left[member]
        order.append(member)
        for target in feeds[member]:
            waiting[target] -= 1
            if not waiting[target] and target in left:
                heapq.heappush(ready, target)
    when = {inside[member]: i for i, member in enumerate(order)}
    against = {
        link.edge
        for link in links
        if link.source is not None
        and link.target is not None
        and when[link.source] > when[link.target]
    }
    return [inside[member] for member in order], against


def _layered(members: list[str], links: Sequence[_Link], known: Layers) -> list[list[str]]:
    """The layers of one group; those of the groups in it are known."""
    if not members:
        return []
    ranks = _ranks(members, links)
    comes_in = any(link.source is None for link in links)
    goes_out = any(link.target is None for link in links)
    # A border has an even layer of its own; what is inside begins after it.
    place = {member: 2 * (rank + comes_in) for member, rank in ranks.items()}
    last = max(place.values()) + 2 * goes_out
    names = list(members)
    cells = [place[member] for member in members]
    number = {member: i for i, member in enumerate(members)}
    above: list[list[int]] = [[] for _ in members]
    below: list[list[int]] = [[] for _ in members]
    spans = {id(link): _span(link, place, last) for link in links}
    longest = _longest([end - start + 1 for start, end in spans.values()])
    for link in links:
        start, end = spans[id(link)]
        if end - start >= longest:
            end = start  # only its label
        path = [number[link.source]] if link.source is not None else []
        for layer in range(start, end + 1):
            path.append(len(cells))
            cells.append(layer)
            names.append(link.edge)
            above.append([])
            below.append([])
        if link.target is not None and end + 1 == place[link.target]:
            path.append(number[link.target])
        for upper, lower in pairwise(path):
            below[upper].append(lower)
            above[lower].append(upper)
    flat = Nesting((), [None] * len(cells), cells)
    found = ordered(cells, above, below, len(members), flat)
    if any(member in known for member in members):
        sides = {member: _ports(known[member]) for member in members if member in known}

        def port(cell: int, other: int) -> float:
            at = sides.get(names[cell], {})
            return at.get((names[other], cells[other] > cells[cell]), 0.5)

        found = uncrossed(found, above, below, port)
    return [[names[cell] for cell in layer] for layer in found]


def _ports(inside: list[list[str]]) -> dict[tuple[str, bool], float]:
    """Where edges go through a group's upper (False) and lower (True) side, from 0 to 1."""
    return {
        (cell, lower): (i + 1) / (len(border) + 1)
        for lower, border in ((False, inside[0]), (True, inside[-1]))
        for i, cell in enumerate(border)
    }


def _span(link: _Link, place: dict[str, int], last: int) -> tuple[int, int]:
    """The first and the last layer in which the link has a cell."""
    start = 0 if link.source is None else place[link.source] + 1
    end = last if link.target is None else place[link.target] - 1
    return start, end


def _longest(lengths: list[int]) -> int:
    """The longest way for which there are cells enough when all shorter ones have theirs."""
    left = DUMMIES
    for length in sorted(lengths):
        left -= length
        if left < 0:
            return length - 1
    return max(lengths, default=0)


def _ranks(members: list[str], links: Sequence[_Link]) -> dict[str, int]:
    """The rank of each by the longest way to it, then drawn towards those that it feeds."""
    feeds: dict[str, list[str]] = {member: [] for member in members}
    fed: dict[str, list[str]] = {member: [] for member in members}
    entered: set[str] = set()
    left: set[str] = set()
    for link in links:
        if link.source is None and link.target is not None:
            entered.add(link.target)
        elif link.target is None and link.source is not None:
            left.add(link.source)
        elif link.source is not None and link.target is not None:
            feeds[link.source].append(link.target)
            fed[link.target].append(link.source)
    ranks = dict.fromkeys(members, 0)
    for member in members:
        for source in fed[member]:
            ranks[member] = max(ranks[member], ranks[source] + 1)
    for member in reversed(members):
        # Inputs that feed only this one, and have none of their own, will come along.
        held = sum(len(feeds[source]) > 1 or bool(fed[source]) for source in fed[member])
        held += member in entered
        if feeds[member] and member not in left and len(feeds[member]) >= held:
            ranks[member] = min(ranks[target] for target in feeds[member]) - 1
    return ranks
