"""On random graphs: what flows back into a vertex adds up to its gradient, in every view of it."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings, strategies as st

import autograd
import viz
from tests.graphs import leaf

UNARY = [
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
BINARY = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / (b * b + 1),
    lambda a, b: autograd.maximum(a, b),
]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_contributions_add_up_to_the_gradient(data: st.DataObject) -> None:
    floats = st.floats(-2, 2, width=16)
    leaves = [leaf(data.draw(st.lists(floats, min_size=n, max_size=n))) for n in (1, 3)]
    pool = list(leaves)
    for _ in range(data.draw(st.integers(1, 8))):
        a = data.draw(st.sampled_from(pool))
        if data.draw(st.booleans()):
            pool.append(data.draw(st.sampled_from(UNARY))(a))
        else:
            b = data.draw(st.sampled_from(pool))
            pool.append(data.draw(st.sampled_from(BINARY))(a, b))
    y = (pool[-1] * pool[-2]).sum()
    graph = viz.trace(y, names={f"x{i}": x for i, x in enumerate(leaves)})
    checked = 0
    for vertex in graph.vertices:
        if vertex.results:
            continue
        assert vertex.gradient is not None
        terms = [edge.contribution for edge in graph.uses(vertex.id)] + [vertex.seed]
        entries = [np.array(term.entries) for term in terms if term is not None]
        np.testing.assert_allclose(sum(entries), vertex.gradient.entries, atol=1e-12)
        checked += 1
    assert checked
    for edge in graph.edges:
        if edge.local is not None:
            assert edge.upstream is not None
            assert edge.contribution is not None
            product = np.array(edge.upstream.entries) * np.array(edge.local.entries)
            np.testing.assert_allclose(product, edge.contribution.entries, atol=1e-9)
    y.backward()
    known = {vertex.name: vertex for vertex in graph.vertices}
    for i, x in enumerate(leaves):
        if f"x{i}" in known:
            assert x.grad is not None
            gradient = known[f"x{i}"].gradient
            assert gradient is not None
            np.testing.assert_allclose(gradient.entries, x.grad.numpy())
