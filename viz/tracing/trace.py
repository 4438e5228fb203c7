"""`trace`: from a recorded graph to the neutral `Graph`, without leaving a mark on it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from autograd.graph import Leaf, Node, Output, Vertex as Recorded
from autograd.tensor import Tensor
from viz.model import Edge, Graph, Kind, Values, Vertex, View
from viz.parts import dtype_name
from viz.tracing.derivative import gradient_names, is_outside, recorded_backward
from viz.tracing.flow import Parts, find_roots, find_seeds, look_on
from viz.tracing.groups import Grouping
from viz.tracing.labels import constants_of, operation_of
from viz.tracing.names import Names, has_results
from viz.tracing.values import changed_leaves, find_values
from viz.tracing.wording import UNSAID, Said, Wording, port_name, where


def trace(
    *outputs: Tensor,
    names: Mapping[str, Any] | None = None,
    gradient: Any = None,
    view: View = "both",
) -> Graph:
    """The computation that led to ``outputs``, with values, gradients and contributions.

    ``names`` maps names to tensors and modules; other values in it are passed over, so
    ``locals()`` will do. Backward starts with 1 at every output of one entry, or with
    ``gradient``: an array, tensor or number for each output (without a list where there is
    one output). Without it, an output of several entries gets no gradients.

    ``view`` is "both"; "forward", without gradients; or "backward", the derivative's own
    operations, which compute ``x.grad`` from ``y.grad`` and what they read of the computation.
    What was recorded under ``create_graph`` stands in groups by its order of derivative.

    No ``.grad`` changes, no hook runs, and no tensor is kept alive. Raises TypeError for what is
    not a tensor, RuntimeError for an output of which nothing was recorded, and for a backward
    view of what backward has freed, ValueError where ``gradient`` or ``view`` does not fit.

    >>> x1, x2 = tensor(-1.0, requires_grad=True), tensor(3.0, requires_grad=True)
    >>> mean = (x1 + x2) / 2
    >>> graph = viz.trace(mean, names={"x1": x1, "x2": x2, "mean": mean})
    >>> print(graph.to_text("table"))
    node  operation  value  gradient  upstream x local = contribution
    x1    leaf          -1       0.5
    x2    leaf           3       0.5
    add   add            2       0.5  x1: 0.5 x 1 = +0.5
                                      x2: 0.5 x 1 = +0.5
    mean  div 2          1         1  add: 1 x 0.5 = +0.5
    """
    views = [each for each in get_args(View) if each != "plan"]
    if view not in views:
        raise ValueError(f"trace(): no view {view!r}; there are {', '.join(views)}")
    roots = find_roots(outputs)
    known = Names(names or {}, outputs)
    computation = in_order(roots)
    seeds, notes = find_seeds(roots, gradient)
    if view == "backward":
        return _backward_view(computation, seeds, known, notes)
    drawn = Drawn(computation, roots, known, view)
    if view == "both":
        drawn.seeds = {recorded: Values.of(seed) for recorded, seed in seeds.items()}
        drawn.gradients, drawn.parts, lost = look_on(computation, seeds)
        drawn.notes += notes + lost
    return drawn.graph()


def in_order(
    roots: Collection[Recorded], outside: Callable[[Recorded], bool] | None = None
) -> list[Recorded]:
    """All vertices, each after its inputs and otherwise as the formula reads; no recursion.

    What is ``outside`` is there without what it was computed from. Counting consumers, as
    backward does, would not keep the order in which the formula reads.

    >>> in_order([(tensor(3.0, requires_grad=True) * 2).grad_fn])
    [<AccumulateGrad>, <MulBackward0>]
    """
    order: list[Recorded] = []
    seen: set[Recorded] = set()
    for root in roots:
        stack: list[tuple[Recorded, bool]] = [(root, False)]
        while stack:
            vertex, done = stack.pop()
            if done:
                order.append(vertex)
            elif vertex not in seen:
                seen.add(vertex)
                stack.append((vertex, True))
                if outside is not None and outside(vertex):
                    continue
                stack += [
                    (target, False)
                    for target in reversed(vertex.edges)
                    if target is not None and target not in seen
                ]
    return order


def _backward_view(
    computation: list[Recorded], seeds: dict[Recorded, Any], known: Names, notes: list[str]
) -> Graph:
    """The graph of what backward computes."""
    if not seeds:
        raise ValueError(f'trace(): view="backward" has nothing to start from. {notes[0]}')
    titles = known.titles(computation, Grouping(computation, known.modules).parameters)
    starts, ends = recorded_backward(seeds)
    named, results, lost = gradient_names(titles, starts, ends)
    if not results:
        raise RuntimeError(f'trace(): view="backward" has nothing to draw. {" ".join(lost)}')
    every = set(computation)
    order = in_order(results, lambda vertex: is_outside(vertex, every))
    known.by_vertex.update({vertex: titles[vertex] for vertex in order if vertex in every} | named)
    known.tensors.update(results)
    drawn = Drawn(order, results, known, "backward")
    drawn.notes += notes + lost
    drawn.outside = {vertex for vertex in order if is_outside(vertex, every)}
    drawn.elsewhere = computation
    return drawn.graph()


@dataclass
class Drawn:
    """All that a graph is made of; ``outside`` are drawn without their inputs."""

    order: list[Recorded]
    outputs: Collection[Recorded]
    known: Names
    view: View
    outside: Collection[Recorded] = ()
    elsewhere: list[Recorded] = field(default_factory=list)
    """Vertices that are not drawn, but may keep values of those that are."""
    seeds: dict[Recorded, Values] = field(default_factory=dict)
    gradients: dict[Recorded, Values | None] = field(default_factory=dict)
    parts: Parts = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def graph(self) -> Graph:
        """The frozen graph."""
        order = self.order
        grouping = Grouping(order, self.known.modules)
        grouping.shapes(order, self.outputs)
        values = find_values([*self.elsewhere, *order], self.known)
        self._say_lost_values(values)
        titles = self.known.titles(order, grouping.parameters)
        changed = [titles[leaf] for leaf in changed_leaves(order)]
        if changed:
            more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
            self.notes.append(
                f"Changed in place after it was used: {', '.join(changed[:3])}{more}. The value "
                "shown is the one it has now; trace before optimizer.step() to see the one it had."
            )
        ids = {recorded: f"v{i}" for i, recorded in enumerate(order, 1)}
        wording = Wording()
        said: dict[Recorded, Said] = {
            node: wording.of(node)
            for node in order
            if isinstance(node, Node) and node not in self.outside
        }
        constants = {recorded: constants_of(recorded, self.known) for recorded in order}
        vertices = tuple(
            Vertex(
                id=ids[recorded],
                kind=self._kind(recorded),
                name=titles[recorded],
                operation=operation_of(recorded, constants[recorded]),
                shape=None if has_results(recorded) else tuple(recorded.shape),
                dtype=None if has_results(recorded) else dtype_name(recorded.dtype),
                value=values.get(recorded),
                gradient=self.gradients.get(recorded),
                seed=self.seeds.get(recorded),
                output=recorded in self.outputs,
                results=len(recorded.shape) if has_results(recorded) else 0,
                group=grouping.of[recorded].id if recorded in grouping.of else None,
                order=grouping.orders.get(recorded, 0),
                where=where(recorded),
                expression=said.get(recorded, UNSAID)[0],
                constants=() if recorded in self.outside else constants[recorded],
            )
            for recorded in order
        )
        if grouping.lost:
            self.notes.append(
                f"{grouping.lost} of the modules that were called are no more: their groups have "
                "the names of their classes, and nothing is known of their parameters. Hold the "
                "model until it is traced."
            )
        return Graph(
            vertices,
            tuple(self._edges(ids, said)),
            tuple(self.notes),
            grouping.groups(self.gradients),
            self.view,
        )

    def _say_lost_values(self, values: Mapping[Recorded, Values]) -> None:
        """Note how many values went with what backward freed."""
        if not any(isinstance(vertex, Node) and vertex.saved is None for vertex in self.order):
            return
        unknown = sum(vertex not in values and not has_results(vertex) for vertex in self.order)
        if unknown:
            self.notes.append(
                f"Values not known: {unknown}, which went with what backward() has freed. "
                "Give the tensors that you hold in names=."
            )

    def _kind(self, recorded: Recorded) -> Kind:
        if isinstance(recorded, Leaf) or recorded in self.outside:
            return "leaf"
        return "result" if isinstance(recorded, Output) else "operation"

    def _edges(self, ids: dict[Recorded, str], said: Mapping[Recorded, Said]) -> list[Edge]:
        """The edges, by consumer and port."""
        edges: list[Edge] = []
        for recorded in self.order:
            if recorded in self.outside:
                continue
            flow, local = self.parts.get(recorded, (None, None))
            upstream = self.gradients.get(recorded)
            for port, source in enumerate(recorded.edges):
                if source is None:
                    continue
                if isinstance(recorded, Output):  # a result hands its gradient on as it is
                    number, name, contribution = recorded.index, f"[{recorded.index}]", upstream
                    formula = None
                elif isinstance(recorded, Node):
                    number, name = port, port_name(recorded, port)
                    contribution = None if flow is None else flow[port]
                    formula = said[recorded][1][port]
                edges.append(
                    Edge(
                        id=f"e{len(edges) + 1}",
                        source=ids[source],
                        target=ids[recorded],
                        port=number,
                        port_name=name,
                        upstream=upstream,
                        local=None if local is None else local[port],
                        contribution=contribution,
                        formula=formula,
                    )
                )
        return edges
