"""Repeated blocks: which groups follow one another and are built alike."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from viz.model import Graph, Group, Vertex


def repeated(graph: Graph, hidden: Collection[str]) -> list[list[Group]]:
    """Runs of two or more groups that are built alike and stand in a chain.

    In a chain, what the first computes goes to the second and nowhere else, and so on.
    ``hidden`` are the ids of groups that are not looked at.

    >>> import nn
    >>> model = nn.Sequential(*(nn.Linear(2, 2) for _ in range(12)))
    >>> graph = viz.trace(model(ones(1, 2)).sum())
    >>> [(run[0].path, len(run)) for run in repeated(graph, ())]
    [('Sequential.0', 12)]
    """
    siblings: dict[str | None, list[Group]] = {}
    for group in graph.groups:
        if group.id not in hidden:
            siblings.setdefault(group.parent, []).append(group)
    if all(len(each) < 2 for each in siblings.values()):
        return []
    blocks = _Blocks(graph)
    runs: list[list[Group]] = []
    for row in siblings.values():
        run = row[:1]
        for before, group in itertools.pairwise(row):
            if (
                group.kind == before.kind
                and blocks.feeds(before) == {group.id}
                and blocks.signature(before) == blocks.signature(group)
            ):
                run.append(group)
                continue
            runs.append(run)
            run = [group]
        runs.append(run)
    return [run for run in runs if len(run) > 1]


def folded(run: Sequence[Group]) -> Group:
    """One group that stands for all of them.

    >>> run = [viz.Group(f"g{i}", f"Net.{i}", str(i), "Block", parameters=5) for i in (1, 2, 3)]
    >>> group = folded(run)
    >>> group.name, group.repeats, group.parameters
    ('1 to 3', 3, 15)
    """
    first, last = run[0], run[-1]
    modules: dict[str, Group] = {}
    for group in run:  # a module that is called again has its parameters once
        modules.setdefault(re.sub(r"#\d+$", "", group.path), group)
    norms = [group.norm for group in modules.values() if group.norm is not None]
    return replace(
        first,
        name=f"{first.name} to {last.name}",
        repeats=sum(group.repeats for group in run),
        parameters=sum(group.parameters for group in modules.values()),
        shape=last.shape,
        norm=math.hypot(*norms) if norms else None,
    )


class _Blocks:
    """What is inside every group, and where its results go."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.parents = {group.id: group.parent for group in graph.groups}
        self.kinds = {group.id: group.kind for group in graph.groups}
        self.members: dict[str, list[Vertex]] = {group.id: [] for group in graph.groups}
        self.around: dict[str | None, tuple[str, ...]] = {None: ()}
        for group in graph.groups:
            self.around[group.id] = (*self.around[group.parent], group.id)
        self.inside: dict[str, frozenset[str]] = {}
        for vertex in graph.vertices:
            self.inside[vertex.id] = frozenset(self.around[vertex.group])
            for group_id in self.around[vertex.group]:
                self.members[group_id].append(vertex)
        self._signatures: dict[str, Any] = {}

    def feeds(self, group: Group) -> set[str | None]:
        """The groups beside this one that use what it computes; None for all else."""
        level = len(self.around[group.parent])
        found: set[str | None] = set()
        for vertex in self.members[group.id]:
            if vertex.output:
                found.add(None)
            for edge in self.graph.uses(vertex.id):
                if group.id in self.inside[edge.target]:
                    continue
                path = self.around[self.graph[edge.target].group]
                beside = path[:level] == self.around[group.parent] and len(path) > level
                found.add(path[level] if beside else None)
        return found

    def signature(self, group: Group) -> Any:
        """Equal for groups that are built alike: operators, shapes, dtypes, and wires between them.

        Wires from outside do not count: the first block may get data without a gradient.
        """
        known = self._signatures.get(group.id)
        if known is not None:
            return known
        members = self.members[group.id]
        numbers = {vertex.id: i for i, vertex in enumerate(members)}
        level = len(self.around[group.id])
        parts: list[Any] = []
        for vertex in members:
            path = tuple(self.kinds[each] for each in self.around[vertex.group][level:])
            wires = tuple(
                (edge.port_name, numbers[edge.source])
                for edge in self.graph.inputs(vertex.id)
                if edge.source in numbers
            )
            operator = re.split(r"[ (]", vertex.operation, maxsplit=1)[0]
            shape = (vertex.shape, vertex.dtype, vertex.results)
            parts.append((vertex.kind, operator, *shape, path, wires))
        self._signatures[group.id] = signature = tuple(parts)
        return signature
