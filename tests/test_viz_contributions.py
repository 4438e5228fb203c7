"""On random programs: what flows back into a vertex adds up to its gradient, in every view."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import given, settings, strategies as st

import autograd
import nn
import viz
from autograd import Tensor
from tests.graphs import leaf

UNARY: list[Callable[[Tensor], Tensor]] = [
    lambda a: a.tanh(),
    lambda a: a.sin(),
    lambda a: a * a,
    lambda a: a[:1] * 2,
    lambda a: a.split(1)[-1],
    lambda a: a.sum(0, keepdim=True),
    lambda a: a.reshape(-1, 1).t()[0],
    lambda a: a.expand(2, a.shape[0]).mean(0),
    lambda a: autograd.cat([a, a])[: a.shape[0]],
]
BINARY: list[Callable[[Tensor, Tensor], Tensor]] = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / (b * b + 1),
    lambda a, b: autograd.maximum(a, b),
]


class Program(nn.Module):
    """A random program, some of whose steps are programs of their own, called anew or again."""

    def __init__(self, data: st.DataObject, depth: int = 0) -> None:
        super().__init__()
        self.data = data
        self.weight = nn.Parameter(autograd.tensor([0.5], dtype=autograd.float64))
        self.steps = data.draw(st.integers(2, 9 if depth == 0 else 4))
        self.parts = nn.ModuleList(
            Program(data, depth + 1) for _ in range(data.draw(st.integers(0, 3 - depth)))
        )

    def forward(self, *inputs: Tensor) -> Tensor:
        draw = self.data.draw
        pool = [*inputs, self.weight]
        for _ in range(self.steps):
            a, b = (draw(st.sampled_from(pool[-3:])) for _ in range(2))
            kind = draw(st.integers(0, 3 if len(self.parts) else 1))
            if kind == 0:
                pool.append(draw(st.sampled_from(UNARY))(a))
            elif kind == 1:
                pool.append(draw(st.sampled_from(BINARY))(a, b))
            else:
                part = self.parts[draw(st.integers(0, len(self.parts) - 1))]
                pool.append(part(a, b))
        return pool[-1] * pool[-2] + pool[len(pool) // 2].sum()


@st.composite
def traced(draw: Callable[[st.SearchStrategy[st.DataObject]], st.DataObject]) -> viz.Graph:
    """The graph of a random program; its gradients are checked against backward's."""
    data = draw(st.data())
    floats = st.floats(-2, 2, width=16)
    leaves = [leaf(data.draw(st.lists(floats, min_size=n, max_size=n))) for n in (1, 3)]
    program = Program(data)
    y = program(*leaves).sum()
    graph = viz.trace(y, names={f"x{i}": x for i, x in enumerate(leaves)})
    y.backward()
    known = {vertex.name: vertex for vertex in graph.vertices}
    for name, tensor in [*program.named_parameters(), ("x0", leaves[0]), ("x1", leaves[1])]:
        if name in known:
            gradient = known[name].gradient
            assert tensor.grad is not None
            assert gradient is not None
            np.testing.assert_allclose(gradient.entries, tensor.grad.numpy())
    return graph


def check_sums(graph: viz.Graph) -> None:
    checked = 0
    for vertex in graph.vertices:
        if vertex.results or vertex.gradient is None:
            continue
        terms = [edge.contribution for edge in graph.uses(vertex.id)] + [vertex.seed]
        entries = [np.array(term.entries) for term in terms if term is not None]
        np.testing.assert_allclose(sum(entries), vertex.gradient.entries, atol=1e-12)
        checked += 1
    assert checked


@settings(max_examples=60, deadline=None)
@given(traced())
def test_contributions_add_up_to_the_gradient(graph: viz.Graph) -> None:
    assert all(vertex.gradient is not None for vertex in graph.vertices if not vertex.results)
    check_sums(graph)
    for edge in graph.edges:
        if edge.local is not None:
            assert edge.upstream is not None
            assert edge.contribution is not None
            product = np.array(edge.upstream.entries) * np.array(edge.local.entries)
            np.testing.assert_allclose(product, edge.contribution.entries, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(traced(), st.data())
def test_with_any_groups_closed(graph: viz.Graph, data: st.DataObject) -> None:
    ids = [group.id for group in graph.groups]
    closed = data.draw(st.sets(st.sampled_from(ids)) if ids else st.just(set()))
    small = graph.collapsed(when=lambda group: group.id in closed, fold=data.draw(st.booleans()))
    check_sums(small)
    assert viz.Graph.from_json(small.to_json()) == small  # also: in topological order
    if closed:
        assert any(v.kind == "group" for v in small.vertices) or small.notes != graph.notes
    seen = {vertex.id for vertex in small.vertices}
    known = {vertex.id: vertex for vertex in graph.vertices}
    assert all(vertex == known[vertex.id] for vertex in small.vertices if vertex.id in known)
    # Every edge between two vertices that are still there is there as it was.
    edges = {edge.id: edge for edge in small.edges}
    for edge in graph.edges:
        if {edge.source, edge.target} <= seen:
            assert edges[edge.id] == edge


@settings(max_examples=40, deadline=None)
@given(traced(), st.integers(8, 40))
def test_made_small(graph: viz.Graph, most: int) -> None:
    small = viz.fitting.visible(graph, most)
    if len(graph) <= most:
        assert small is graph
        return
    assert len(small) <= most
    assert "vertices are shown" in small.notes[-1]
    assert viz.Graph.from_json(small.to_json()) == small
    assert any(vertex.output for vertex in small.vertices)
