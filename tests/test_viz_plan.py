"""Pictures of plans: what a captured step calls, and the memory that it writes."""

from __future__ import annotations

from typing import Any

import pytest

import autograd
import nn
import viz
from autograd import tensor
from nn import functional as F, optim
from viz.card import card
from viz.registry import RENDERERS
from viz.words import bytes_of


def compiled(function: Any, *args: Any) -> Any:
    """The function after the calls that it takes to record it."""
    step = autograd.compile(function)
    for _ in range(3):
        step(*args)
    return step


@pytest.fixture(scope="module")
def training() -> Any:
    autograd.manual_seed(0)
    net = nn.Sequential(nn.Linear(4, 40), nn.ReLU(), nn.Linear(40, 3))
    optimizer = optim.SGD(net.parameters())

    def step(x: Any, target: Any) -> Any:
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), target)
        loss.backward()
        optimizer.step()
        return loss

    return compiled(step, autograd.randn(5, 4), tensor([0, 1, 2, 1, 0]))


def names(graph: Any, kind: str) -> list[str]:
    return [vertex.name for vertex in graph.vertices if vertex.kind == kind]


def test_a_training_step(training: Any) -> None:
    graph = viz.plan(training)
    parameters = ["net.0.weight", "net.0.bias", "net.2.weight", "net.2.bias"]
    assert set(names(graph, "leaf")) >= {"x", "target", *parameters}
    assert set(names(graph, "operation")) >= {f"{each}.grad" for each in parameters}
    assert graph["target"].dtype == "int64"
    assert [vertex.shape for vertex in graph.vertices if vertex.output] == [()]
    (plan,) = training.plans()
    assert len(names(graph, "operation")) == len(plan.calls)
    assert {group.kind for group in graph.groups} == {"operator", "derivative"}
    assert {group.order for group in graph.groups if group.name.endswith("backward")} == {1}
    first = graph[graph.uses("net.0.weight")[0].target]
    assert (first.shape, first.memory) == ((5, 40), "buffer 1, 800 bytes")


def test_what_is_computed_flows_to_what_is_returned_or_set(training: Any) -> None:
    graph = viz.plan(training)
    seen = {vertex.id for vertex in graph.vertices if vertex.output or ".grad" in vertex.name}
    seen |= {vertex.id for vertex in graph.vertices if "must be" in vertex.operation}
    for vertex in reversed(graph.vertices):
        if any(edge.target in seen for edge in graph.uses(vertex.id)):
            seen.add(vertex.id)
    unseen = [vertex.name for vertex in graph.vertices if vertex.id not in seen]
    assert all(name.startswith("step") for name in unseen), unseen


def test_names_that_are_given(training: Any) -> None:
    net = training.__wrapped__.__closure__
    model = next(cell.cell_contents for cell in net if isinstance(cell.cell_contents, nn.Module))
    graph = viz.plan(training, names={"m": model, "w": model[0].weight})
    assert {"w", "w.grad", "m.0.bias"} <= {vertex.name for vertex in graph.vertices}
    assert "net.0.bias" not in {vertex.name for vertex in viz.plan(training, names={}).vertices}


def test_runs_and_buffers() -> None:
    x = autograd.randn(200_000)

    def step(scale: Any) -> Any:
        y = autograd.tanh(x * 2 + 1) * scale
        z = (y.exp().sum() - y).cumsum(0)
        return (z.cumsum(0).cumsum(0) * 3 - 1).sum()

    graph = viz.plan(compiled(step, tensor(2.0)))
    runs = [group for group in graph.groups if group.kind == "block by block"]
    assert [group.path for group in runs] == ["run 1", "run 2"]
    inside = [vertex.operation for vertex in graph.vertices if vertex.group == runs[0].id]
    assert inside == ["multiply(x, 2)", "add(x, 1)", "tanh", "multiply", "exp"]
    assert graph["multiply"].memory == "a block at a time"
    assert any("again" in (vertex.memory or "") for vertex in graph.vertices)
    assert "used again" in graph.notes[0]


def test_a_compiled_module_names_its_parameters() -> None:
    layer = nn.Linear(2, 1)
    with autograd.no_grad():
        graph = viz.plan(compiled(layer, autograd.ones(3, 2)))
    assert {"Linear.weight", "Linear.bias"} <= set(names(graph, "leaf"))


@pytest.mark.parametrize("suffix", ["svg", "dot", "mmd", "html", "txt", "json"])
def test_every_format(training: Any, suffix: str) -> None:
    graph = viz.plan(training)
    if suffix not in RENDERERS:
        pytest.fail(f"no renderer {suffix}")
    written = str(viz.render(graph, suffix, "builtin"))
    assert "buffer 1" in written.replace("\N{NO-BREAK SPACE}", " ")
    assert "gradient</" not in written


def test_the_graph_goes_through_json_and_closes_its_groups(training: Any) -> None:
    graph = viz.plan(training)
    assert viz.Graph.from_json(graph.to_json()) == graph
    closed = graph.collapsed(depth=0)
    assert "cross_entropy_loss" in {vertex.name for vertex in closed.vertices}
    assert len(closed) < len(graph)


def test_boxes_say_nothing_of_values(training: Any) -> None:
    graph = viz.plan(training)
    labels = {row.label for vertex in graph.vertices for row in card(vertex, "plan").rows}
    assert labels == {"shape", "memory"}
    assert "value" not in card(graph.vertices[0], "plan").hint
    assert graph.to_text("table").splitlines()[0].split() == [
        "node", "operation", "shape", "memory"
    ]  # fmt: skip
    assert graph.to_text().splitlines()[0].split() == ["node", "in", "shape", "memory"]


def test_what_is_no_plan_is_refused() -> None:
    with pytest.raises(TypeError, match=r"what autograd\.compile returned, not a function"):
        viz.plan(bytes_of)
    with pytest.raises(ValueError, match="no plan 1, there are 0"):
        viz.plan(autograd.compile(lambda x: x))
    with pytest.raises(ValueError, match="no view 'plan'"):
        viz.trace(autograd.ones(1, requires_grad=True) * 2, view="plan")


def test_numbers_are_memory_too() -> None:
    w = autograd.ones(2).sum()
    graph = viz.plan(compiled(lambda x: x * w.exp(), tensor(2.0)))
    assert names(graph, "leaf") == ["w", "x"]


def test_arguments_in_a_list_are_counted() -> None:
    graph = viz.plan(compiled(lambda pair: pair[0] * pair[1], [tensor(2.0), tensor(3.0)]))
    assert names(graph, "leaf") == ["argument 1", "argument 2"]
