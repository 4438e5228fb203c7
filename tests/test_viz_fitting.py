"""Large graphs made small: single groups stay closed, neighbours are put together, as few as do."""

from __future__ import annotations

import autograd
import nn
import viz
from autograd import Tensor, tensor
from tests.graphs import leaf
from tests.test_viz_collapse import Block, Net, traced
from viz.collapse import collapsed
from viz.fitting import visible
from viz.page.content import held


class TestVisible:
    def test_small_ones_are_left_alone(self) -> None:
        graph = traced(Net(3))
        assert visible(graph) is graph

    def test_single_groups_are_closed(self) -> None:
        graph = traced(nn.Sequential(*(Block(2) for _ in range(90))))
        assert len(graph) == 90 * 5 + 1
        small = visible(graph)
        assert 397 <= len(small) <= 400
        closed = [v.summary.path for v in small.vertices if v.summary is not None]
        assert closed == [f"Sequential.{i}.inner" for i in range(90 - len(closed), 90)]
        assert small.notes[-1].startswith(f"{len(small)} of 451 vertices are shown, since 400")
        assert f"closed groups: {closed[0]}, {closed[1]}, {closed[2]} and" in small.notes[-1]

    def test_the_largest_stays_closed(self) -> None:
        class Long(nn.Module):
            def forward(self, x: Tensor) -> Tensor:
                for _ in range(500):
                    x = x * 1.0
                return x

        graph = traced(nn.Sequential(Block(2), Long(), Block(2)))
        small = visible(graph, 15)
        assert [v.operation for v in small.vertices if v.kind == "group"] == ["Long"]
        assert len(small) == 12
        assert len(visible(graph)) == 400  # in runs, where there is room

    def test_transformer(self) -> None:
        layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        model = nn.TransformerEncoder(layer, 12)
        graph = viz.trace(model(autograd.randn(1, 3, 8)).sum())
        small = visible(graph)
        assert len(graph) > 500
        assert 380 < len(small) <= 400
        assert {group.path for group in small.groups} >= {
            f"TransformerEncoder.layers.{i}" for i in range(12)
        }

    def test_one_level_with_too_many_groups(self) -> None:
        model = nn.Sequential(*(nn.Linear(2 + i % 3, 2 + (i + 1) % 3) for i in range(500)))
        graph = traced(model)
        small = visible(graph)
        assert len(small) == 400
        groups = [v.summary for v in small.vertices if v.summary is not None]
        assert sum(group.repeats for group in groups) == 500
        assert {group.repeats for group in groups} == {1, 2}
        run = next(v for v in small.vertices if v.summary is not None and v.summary.repeats == 2)
        assert (run.name, run.operation) == ("100 to 101", "Linear x 2")
        assert run.group == graph.groups[0].id
        assert run.summary is not None
        assert run.summary.parameters == sum(
            group.parameters for group in graph.groups if group.name in ("100", "101")
        )
        assert "groups that follow one another are put together" in small.notes[-1]
        assert viz.Graph.from_json(small.to_json()) == small

    def test_runs_of_several_kinds(self) -> None:
        model = nn.Sequential(*((nn.Tanh(), nn.Linear(2, 2))[i % 2] for i in range(60)))
        small = visible(traced(model), 20)
        assert len(small) == 20
        words = {v.operation for v in small.vertices if v.summary and v.summary.repeats > 1}
        assert words
        assert all(word.startswith("modules x ") for word in words)

    def test_once_more(self) -> None:
        graph = traced(nn.Sequential(*(Block(2) for _ in range(200))))
        small = visible(visible(graph, 150), 40)
        assert 30 < len(small) <= 40
        assert viz.Graph.from_json(small.to_json()) == small
        x = leaf(1.0)
        for _ in range(2000):
            x = x + 1
        again = visible(visible(viz.trace(x)), 200)
        assert len(again) == 200
        assert viz.Graph.from_json(again.to_json()) == again

    def test_equal_blocks_in_the_page(self) -> None:
        graph = traced(nn.Sequential(*(nn.Sequential(Block(2), Block(2)) for _ in range(300))))
        page = held(graph)
        assert 1990 < len(page) <= 2000
        assert all(v.summary is None or v.summary.repeats == 1 for v in page.vertices)

    def test_groups_that_cannot_be_closed(self) -> None:
        x = leaf(2.0)
        y = x
        for _ in range(6):
            (slope,) = autograd.grad(y.sin(), x, create_graph=True)
            y = x - 0.1 * slope
        graph = viz.trace(y)
        assert len(graph) > 60
        small = visible(graph, 60)
        assert 30 < len(small) <= 60
        assert viz.Graph.from_json(small.to_json()) == small

    def test_without_modules(self) -> None:
        x = tensor(1.0, requires_grad=True)
        y = x
        for _ in range(5000):
            y = y * 1.0001
        graph = viz.trace(y)
        small = visible(graph)
        assert len(small) == 400
        assert small.vertices[0] == graph.vertices[0]
        assert small.vertices[-1] == graph.vertices[-1]
        (edge,) = small.inputs(small.vertices[200].id)
        assert edge.contribution is not None
        assert "operations that follow one another" in small.notes[-1]

    def test_thirty_thousand(self) -> None:
        x = tensor(1.0, requires_grad=True)
        y = x
        for _ in range(30_000):
            y = y + 1
        graph = viz.trace(y, view="forward")
        assert len(visible(graph)) == 400
        assert len(collapsed(graph, depth=0)) == 30_001
