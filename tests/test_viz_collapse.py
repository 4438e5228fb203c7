"""Closed groups: which, what stands on them, blocks put together, large graphs made small."""

from __future__ import annotations

import math

import pytest

import autograd
import nn
import viz
from autograd import Tensor
from tests.graphs import leaf, number
from viz.collapse import NOT_ADDED


class Block(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.inner = nn.Linear(size, size)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.inner(x).tanh()


class Net(nn.Module):
    def __init__(self, *sizes: int) -> None:
        super().__init__()
        self.first = nn.Linear(2, sizes[0])
        self.blocks = nn.ModuleList(Block(size) for size in sizes)
        self.last = nn.Linear(sizes[-1], 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        for block in self.blocks:
            x = block(x)
        return self.last(x)


def traced(model: nn.Module) -> viz.Graph:
    autograd.manual_seed(0)
    return viz.trace(model(autograd.randn(5, 2)).sum())


def names(graph: viz.Graph) -> list[str]:
    return [vertex.name for vertex in graph.vertices]


class TestChosen:
    def test_by_depth(self) -> None:
        model = Net(3, 3)
        graph = traced(model)
        assert names(graph.collapsed(depth=0)) == ["Net", "sum"]
        assert names(graph.collapsed(depth=1, fold=False)) == [
            "first",
            "blocks.0",
            "blocks.1",
            "last",
            "sum",
        ]
        deep = graph.collapsed(depth=2, fold=False)
        assert [vertex.name for vertex in deep.vertices if vertex.kind == "group"] == [
            "inner",
            "inner",
        ]
        assert graph.collapsed(depth=3, fold=False) == graph

    def test_by_path(self) -> None:
        graph = traced(Net(3, 3))
        for pattern in ("Net.blocks.0.inner", "*.0.inner", "*blocks.?.*"):
            small = graph.collapsed(paths=pattern, fold=False)
            assert small["Net.blocks.0.inner"].kind == "group"
        both = graph.collapsed(paths=["*.first", "*.last"], fold=False)
        assert [v.name for v in both.vertices if v.kind == "group"] == ["first", "last"]
        assert "Net.first" not in [group.path for group in both.groups]

    def test_by_a_path_that_looks_like_a_pattern(self) -> None:
        model = type("Net[int]", (nn.Tanh,), {})()
        graph = viz.trace(model(leaf(1.0)))
        assert graph.collapsed(paths="Net[int]")["Net[int]"].kind == "group"

    def test_by_what_one_asks(self) -> None:
        graph = traced(Net(3, 3))
        small = graph.collapsed(when=lambda group: group.kind == "Linear", fold=False)
        assert [v.operation for v in small.vertices if v.kind == "group"] == ["Linear"] * 4

    def test_nothing_to_do(self) -> None:
        graph = viz.trace(leaf(1.0).exp())
        assert graph.collapsed(depth=0) is graph
        assert graph.collapsed() is graph

    def test_errors(self) -> None:
        graph = traced(Net(3))
        for depth in (-1, 1.5, True, "1"):
            with pytest.raises(ValueError, match="depth is a number of levels"):
                graph.collapsed(depth=depth)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=r"fits 'conv\*'; there are Net, Net.first"):
            graph.collapsed(paths="conv*")
        with pytest.raises(TypeError, match="paths are patterns of groups' paths"):
            graph.collapsed(paths=3)  # type: ignore[arg-type]  # that is the mistake
        with pytest.raises(ValueError, match="there are no groups at all"):
            viz.trace(leaf(1.0).exp()).collapsed(paths="*")


class TestClosed:
    def test_what_stands_on_it(self) -> None:
        model = Net(3)
        graph = traced(model)
        small = graph.collapsed(depth=1)
        (group,) = (group for group in graph.groups if group.path == "Net.first")
        vertex = small["Net.first"]
        result = [v for v in graph.vertices if v.group == group.id][-1]
        assert (vertex.id, vertex.kind, vertex.name) == (group.id, "group", "first")
        assert (vertex.operation, vertex.summary) == ("Linear", group)
        assert (vertex.shape, vertex.dtype) == ((5, 3), "float32")
        assert vertex.value == result.value
        assert vertex.gradient == result.gradient
        assert vertex.summary.parameters == 9
        assert vertex.group == graph.groups[0].id
        assert [group.path for group in small.groups] == ["Net"]

    def test_edges_into_it_and_out_of_it(self) -> None:
        x = leaf([1.0, 2.0])
        model = nn.Sequential(nn.Tanh())
        h = model(x)
        graph = viz.trace((h * h).sum() + x.sum(), names={"x": x})
        small = graph.collapsed(depth=0)
        (into,) = small.inputs("Sequential")
        assert (into.source, into.target) == ("v1", "g1")
        assert into.contribution is not None
        assert (into.upstream, into.local, into.formula) == (None, None, None)
        assert [edge.port for edge in small.uses("Sequential")] == [0, 1]
        for edge in small.uses("Sequential"):
            (before,) = (each for each in graph.edges if each.id == edge.id)
            assert (edge.upstream, edge.local) == (before.upstream, before.local)
            assert edge.formula == before.formula

    def test_the_output_inside_it(self) -> None:
        model = nn.Tanh()
        x = leaf(0.5)
        graph = viz.trace(model(x)).collapsed(depth=0)
        assert graph["Tanh"].output
        assert graph["Tanh"].seed == graph["Tanh"].gradient
        assert number(graph["Tanh"].value) == pytest.approx(math.tanh(0.5))

    def test_several_results(self) -> None:
        class Halves(nn.Module):
            def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
                return x * 2, x * 3

        halves = Halves()
        a, b = halves(leaf(1.0))
        vertex = viz.trace(a * b).collapsed(depth=0)["Halves"]
        assert vertex.results == 2
        assert (vertex.shape, vertex.value, vertex.gradient) == (None, None, None)

    def test_what_runs_between_its_operations_keeps_it_open(self) -> None:
        x = leaf(2.0)
        (slope,) = autograd.grad(x**3, x, create_graph=True)
        step = x - 0.1 * slope
        (again,) = autograd.grad(step.exp(), step, create_graph=True)
        graph = viz.trace(again)
        (group,) = graph.groups  # both backward passes; in between a step was made
        assert group.path == "derivative 1"
        small = graph.collapsed(depth=0)
        assert small.groups == graph.groups
        assert len(small) == len(graph)
        assert small.notes[-1].endswith("run between theirs: derivative 1.")

    def test_again_on_what_is_closed(self) -> None:
        graph = traced(Net(3, 3))
        assert graph.collapsed(depth=1).collapsed(depth=0)["Net"].kind == "group"
        assert names(graph.collapsed(depth=2).collapsed(depth=0)) == ["Net", "sum"]

    def test_derivatives(self) -> None:
        model = nn.Sequential(nn.Linear(1, 1), nn.Tanh())
        x = leaf([2.0]).float()
        (slope,) = autograd.grad(model(x).sum(), x, create_graph=True)
        small = viz.trace(slope.sum(), names={"x": x}).collapsed(paths="derivative 1")
        assert small["derivative 1"].order == 1
        assert small["derivative 1"].operation == "derivative"


class TestFolded:
    def test_twelve_blocks(self) -> None:
        model = Net(*[3] * 12)
        graph = traced(model)
        small = graph.collapsed()
        folded = small["Net.blocks.0"]
        assert (folded.name, folded.operation) == ("blocks.0 to blocks.11", "Block x 12")
        assert folded.summary is not None
        assert folded.summary.repeats == 12
        assert folded.summary.parameters == 12 * 12
        parts = [group.norm for group in graph.groups if group.kind == "Block"]
        assert folded.summary.norm == pytest.approx(math.hypot(*(n for n in parts if n)))
        (group,) = (group for group in graph.groups if group.path == "Net.blocks.11")
        last = [vertex for vertex in graph.vertices if vertex.group == group.id][-1]
        assert folded.value == last.value
        assert folded.gradient == last.gradient
        assert len(graph.collapsed(fold=False)) == len(graph)

    def test_of_different_sizes_or_kinds(self) -> None:
        model = nn.Sequential(*(nn.Linear(a, b) for a, b in ((2, 3), (3, 3), (3, 3), (3, 1))))
        small = traced(model).collapsed(depth=1)
        assert [v.operation for v in small.vertices] == ["Linear", "Linear x 2", "Linear", "sum"]
        model = nn.Sequential(nn.Tanh(), nn.Sigmoid(), nn.Tanh())
        x = autograd.ones(2, requires_grad=True)
        assert len(viz.trace(model(x).sum()).collapsed(depth=1)) == 5

    def test_not_where_one_in_between_is_used_elsewhere(self) -> None:
        layers = nn.ModuleList(nn.Tanh() for _ in range(3))
        x = leaf(1.0)
        first = layers[0](x)
        second = layers[1](first)
        y = layers[2](second) + first
        small = viz.trace(y, names={"layers": layers}).collapsed(depth=0)
        assert [v.operation for v in small.vertices] == ["leaf", "Tanh", "Tanh x 2", "add"]

    def test_not_side_by_side(self) -> None:
        heads = [nn.Tanh() for _ in range(3)]
        x = leaf(1.0)
        y = heads[0](x) + heads[1](x) + heads[2](x)
        assert len(viz.trace(y).collapsed(depth=0)) == 6

    def test_a_cell_that_is_called_again_and_again(self) -> None:
        cell = nn.RNNCell(2, 3)
        h = autograd.zeros(1, 3)
        for _ in range(5):
            h = cell(autograd.ones(1, 2), h)
        graph = viz.trace(h.sum())
        small = graph.collapsed()
        folded = small["RNNCell"]
        assert folded.operation in ("RNNCell x 5", "RNNCell x 4")
        assert folded.summary is not None
        assert folded.summary.parameters == 2 * 3 + 3 * 3 + 3 + 3  # of one cell
        if folded.operation.endswith("5"):
            for edge in small.inputs("RNNCell"):  # all that flows back into a weight, in one
                assert edge.contribution == small[edge.source].gradient


def test_contributions_that_cannot_be_added_up_are_told() -> None:
    class Loop(nn.Module):
        def __init__(self, size: int) -> None:
            super().__init__()
            self.cell = nn.LSTMCell(size, size)

        def forward(self, x: Tensor) -> Tensor:
            h = c = autograd.zeros(1, x.shape[1])
            for _ in range(4):
                h, c = self.cell(x, (h, c))
            return h.sum()

    large = Loop(3)
    graph = viz.trace(large(autograd.ones(1, 3)), names={"net": large})
    small = graph.collapsed(depth=1)
    assert any(edge.contribution is None for edge in small.edges)
    assert small.notes == small.collapsed(depth=1).notes == (NOT_ADDED,)
    assert graph.collapsed(depth=1, fold=False).notes == ()
