"""Large graphs made small enough to be drawn: which groups stay closed, what is put together."""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from viz.collapse import collapsed, merged, stand_ins, tangled
from viz.folding import folded
from viz.model import Graph, Group, Vertex

MOST = 400
"""More vertices than this are not drawn one by one."""

ROUNDS = 10
"""So often groups that cannot be closed are opened and all is planned anew."""

WORTHWHILE = 8
"""A group that does not fit is not shown in runs where there is less room than this."""


def visible(graph: Graph, most: int = MOST) -> Graph:
    """The graph itself where it has at most so many vertices, else one that has, with a note.

    Groups are opened one by one while there is room, from the outermost inwards and of those
    beside one another the smallest first; the others are closed. Of a group that alone has too
    much in it, the neighbours are put together in runs, and so are operations without groups;
    the first and the last of them stay as they are. Equal blocks are not looked for, as
    `collapsed` does.

    >>> x = tensor(1.0, requires_grad=True)
    >>> for _ in range(1000):
    ...     x = x + 1
    >>> small = visible(viz.trace(x))
    >>> len(small) <= 400, small.notes[-1]
    (True, '400 of 1,001 vertices are shown, ...: operations that follow one another...')
    """
    if len(graph) <= most:
        return graph
    inside = _Inside(graph)
    for _ in range(ROUNDS):
        closed, shares = inside.plan(most)
        found = tangled(graph, stand_ins(graph, {key: key for key in closed})) if closed else set()
        if not found:
            break
        inside.must_be_open |= found
    small = collapsed(graph, when=lambda group: group.id in closed, fold=False) if closed else graph
    rows: dict[str | None, list[Vertex]] = {key: [] for key in shares}
    for vertex in small.vertices:
        if vertex.group in rows:
            rows[vertex.group].append(vertex)
    small = _in_runs(small, [(rows[key], share) for key, share in shares.items()])
    if len(small) > most:  # groups that cannot be closed
        small = _in_runs(small, [(small.vertices, most)])
    return replace(small, notes=(*small.notes, _note(graph, small, most)))


class _Inside:
    """What is to be seen of each group when it is opened, and of all, None, at the outset."""

    def __init__(self, graph: Graph) -> None:
        self.groups = graph.groups
        self.vertices: Counter[str | None] = Counter(vertex.group for vertex in graph.vertices)
        occupied = set(self.vertices)
        for group in reversed(graph.groups):  # each stands after the one that it is in
            if group.id in occupied:
                occupied.add(group.parent)
        self.within: dict[str | None, list[str]] = {None: []}
        self.place: dict[str | None, tuple[int, int]] = {None: (0, 0)}
        """Level, and number among all groups."""
        for number, group in enumerate(graph.groups):
            self.within[group.id] = []
            self.place[group.id] = (self.place[group.parent][0] + 1, number)
            if group.id in occupied:
                self.within[group.parent].append(group.id)
        self.must_be_open: set[str] = set()

    def plan(self, most: int) -> tuple[set[str], dict[str | None, int]]:
        """The groups to close, and those whose contents go into so many places, in runs."""
        costs = self._costs()
        if costs[None] > most:
            return set(self._to_be_closed(None)), {None: most}
        closed: set[str] = set()
        shares: dict[str | None, int] = {}
        room = most - costs[None]
        waiting: list[tuple[int, int, int, str]] = []

        def look_into(key: str | None) -> None:
            for each in self._to_be_closed(key):
                level, number = self.place[each]
                heapq.heappush(waiting, (level, costs[each], number, each))

        look_into(None)
        while waiting:
            _, cost, _, key = heapq.heappop(waiting)
            if cost - 1 <= room:
                room -= cost - 1
                look_into(key)
            elif room >= WORTHWHILE:  # half of the room for it, half for what is deeper
                shares[key] = room // 2 + 1
                room -= room // 2
                closed.update(self._to_be_closed(key))
            else:
                closed.add(key)
        for opened, share in shares.items():  # what no other took
            more = min(room, costs[opened] - share)
            shares[opened] = share + more
            room -= more
        return closed, shares

    def _costs(self) -> dict[str | None, int]:
        """How many vertices there are to see when a group is open and those in it are closed."""
        costs = {key: self.vertices[key] for key in self.within}
        for group in reversed(self.groups):
            if group.id in self.must_be_open:
                costs[group.parent] += costs[group.id]
            elif costs[group.id]:
                costs[group.parent] += 1
        return costs

    def _to_be_closed(self, key: str | None) -> Iterator[str]:
        """The groups right inside one that is open; those inside others that must be open."""
        looking = list(self.within[key])
        while looking:
            each = looking.pop()
            if each in self.must_be_open:
                looking += self.within[each]
            else:
                yield each


def _in_runs(graph: Graph, rows: Collection[tuple[Sequence[Vertex], int]]) -> Graph:
    """The graph in which every row of vertices, in topological order, takes so many places."""
    runs: dict[str, Sequence[Vertex]] = {}
    taken = {vertex.id for vertex in graph.vertices} | {group.id for group in graph.groups}
    fresh = (key for key in (f"b{i}" for i in itertools.count(1)) if key not in taken)
    for row, share in rows:
        if len(row) <= share:
            continue
        quarter = max(1, share // 4)
        between = row[quarter : len(row) - quarter]
        count = max(1, share - 2 * quarter)
        bounds = [len(between) * i // count for i in range(count + 1)]
        for start, end in itertools.pairwise(bounds):
            if end - start > 1:
                runs[next(fresh)] = between[start:end]
    if not runs:
        return graph
    stands_for = {vertex.id: key for key, run in runs.items() for vertex in run}
    while found := tangled(graph, stands_for):
        stands_for = {vertex: key for vertex, key in stands_for.items() if key not in found}
    kept = set(stands_for.values())
    return merged(graph, stands_for, {key: _run(key, runs[key]) for key in runs if key in kept})


def _run(key: str, run: Sequence[Vertex]) -> Group:
    """What stands for neighbours that are put together."""
    around = {vertex.group for vertex in run}
    parent = around.pop() if len(around) == 1 else None
    groups = [vertex.summary for vertex in run if vertex.summary is not None]
    if len(groups) < len(run):
        name = f"{run[0].id} to {run[-1].id}"
        return Group(key, name, name, "operations", parent, repeats=len(run))
    kinds = {group.kind for group in groups}
    kind = kinds.pop() if len(kinds) == 1 else "modules"
    return replace(folded(groups), id=key, kind=kind, parent=parent)


def _note(graph: Graph, small: Graph, most: int) -> str:
    """What was closed and put together, and why."""
    known = {group.id for group in graph.groups}
    before = {vertex.id for vertex in graph.vertices}
    closed = []
    runs = set()
    for vertex in small.vertices:
        if vertex.summary is None or vertex.id in before:
            continue
        if vertex.id in known:
            closed.append(vertex.summary.path)
        else:
            runs.add("operations" if vertex.summary.kind == "operations" else "groups")
    said = []
    if closed:
        more = f" and {len(closed) - 3:,} more" if len(closed) > 3 else ""
        said.append(f"closed groups: {', '.join(closed[:3])}{more}")
    said += [f"{what} that follow one another are put together" for what in sorted(runs)]
    return (
        f"{len(small):,} of {len(graph):,} vertices are shown, since {most:,} are the most here: "
        f"{'; '.join(said)}. graph.collapsed(depth=..., paths=...) chooses what is closed."
    )
