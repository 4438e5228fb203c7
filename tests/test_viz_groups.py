"""Modules and derivatives as groups, orders of derivative, the three views, the user's lines."""

from __future__ import annotations

import gc
import math
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import viz
from autograd import Tensor, tensor
from tests.graphs import leaf, number


class LeNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(400, 84), nn.Linear(84, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.features(x))


class Block(nn.Module):
    """A block of a residual network."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        inner = self.bn1(self.conv1(x)).relu()
        return (self.bn2(self.conv2(inner)) + x).relu()


class Lambda(nn.Module):
    """A module made of a function."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self.function = function

    def forward(self, *args: Any) -> Any:
        return self.function(*args)


def paths(graph: viz.Graph) -> list[str]:
    return [group.path for group in graph.groups]


def inside(graph: viz.Graph, path: str) -> list[str]:
    """The names of the vertices that stand in this group itself."""
    (group,) = (group for group in graph.groups if group.path == path)
    return [vertex.name for vertex in graph.vertices if vertex.group == group.id]


class TestModules:
    def test_lenet(self) -> None:
        model = LeNet()
        graph = viz.trace(model(autograd.randn(2, 1, 28, 28)).sum())
        assert paths(graph) == [
            "LeNet",
            "LeNet.features",
            *(f"LeNet.features.{i}" for i in range(6)),
            "LeNet.classifier",
            *(f"LeNet.classifier.{i}" for i in range(3)),
        ]
        known = {group.path: group for group in graph.groups}
        conv = known["LeNet.features.3"]
        assert (conv.name, conv.kind, conv.parent) == ("3", "Conv2d", known["LeNet.features"].id)
        assert (conv.parameters, conv.shape) == (16 * 6 * 25 + 16, (2, 16, 10, 10))
        assert inside(graph, conv.path) == ["features.3.weight", "features.3.bias", "conv2d#2"]
        assert known["LeNet"].parameters == sum(p.numel() for p in model.parameters())
        assert known["LeNet"].shape == (2, 10)
        assert known["LeNet.features.1"].parameters == 0
        assert known["LeNet.features.1"].norm is None
        assert graph["sum"].group is None

    def test_the_norm_of_the_gradients(self) -> None:
        model = LeNet()
        loss = model(autograd.randn(2, 1, 28, 28)).square().sum()
        graph = viz.trace(loss)
        loss.backward()
        for group in graph.groups:
            part: Any = model.get_submodule(group.path.partition(".")[2])
            squares = [float((p.grad**2).sum()) for p in part.parameters()]
            if squares:
                assert group.norm == pytest.approx(math.sqrt(sum(squares)), rel=1e-5)
            else:
                assert group.norm is None

    def test_a_norm_that_is_not_finite(self) -> None:
        layer = nn.Linear(3, 4)
        x = autograd.ones(3)
        assert viz.trace((layer(x) * math.inf).sum()).groups[0].norm == math.inf
        norm = viz.trace((layer(x) * math.nan).sum()).groups[0].norm
        assert norm is not None
        assert math.isnan(norm)

    def test_a_residual_block(self) -> None:
        block = Block(4)
        x = autograd.randn(2, 4, 6, 6, requires_grad=True)
        graph = viz.trace(block(x).sum(), names={"x": x})
        assert paths(graph) == ["Block", *(f"Block.{n}" for n in ("conv1", "bn1", "conv2", "bn2"))]
        assert inside(graph, "Block") == ["relu#1", "add", "relu#2"]
        assert inside(graph, "Block.conv1") == ["conv1.weight", "conv2d#1"]
        assert graph["x"].group is None
        assert {graph[edge.target].operation for edge in graph.uses("x")} == {
            "conv2d 3x3 padding 1",
            "add",
        }

    def test_the_users_name_of_a_module(self) -> None:
        net = nn.Sequential(nn.Tanh())
        graph = viz.trace(net(leaf(1.0)), names=locals())
        assert paths(graph) == ["net", "net.0"]

    def test_two_of_a_class(self) -> None:
        first, second = nn.Tanh(), nn.Tanh()
        graph = viz.trace(second(first(leaf(1.0))))
        assert paths(graph) == ["Tanh", "Tanh_2"]

    def test_called_twice(self) -> None:
        layer = nn.Linear(2, 2)
        model = Lambda(lambda x: layer(layer(x).tanh()))
        model.layer = layer
        x = autograd.ones(1, 2)
        graph = viz.trace(model(x).sum() + model(2 * x).sum())
        assert paths(graph) == [
            "Lambda",
            "Lambda.layer",
            "Lambda.layer#2",
            "Lambda#2",
            "Lambda#2.layer",
            "Lambda#2.layer#2",
        ]
        assert [group.name for group in graph.groups][2] == "layer#2"
        assert all(group.parameters == 6 for group in graph.groups)

    def test_weights_that_are_shared_stand_around_all_that_use_them(self) -> None:
        layer = nn.Linear(2, 2)
        model = Lambda(lambda x: layer(layer(x)))
        model.layer = layer
        graph = viz.trace(model(autograd.ones(1, 2)).sum())
        assert {"layer.weight", "layer.bias"} <= set(inside(graph, "Lambda"))
        # ... outside of everything where the calls have nothing in common:
        graph = viz.trace(layer(layer(autograd.ones(1, 2))).sum())
        assert graph["weight"].group is None

    def test_tied_weights(self) -> None:
        class Tied(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.embed = nn.Embedding(5, 3)
                self.head = nn.Linear(3, 5, bias=False)
                self.head.weight = self.embed.weight

            def forward(self, x: Tensor) -> Tensor:
                return self.head(self.embed(x))

        model = Tied()
        graph = viz.trace(model(tensor([1, 2])).sum())
        assert inside(graph, "Tied") == ["embed.weight"]
        assert [group.parameters for group in graph.groups] == [15, 15, 15]
        assert len(graph.uses("embed.weight")) == 2

    def test_modules_in_a_list_and_unregistered_ones(self) -> None:
        hidden = [nn.Linear(1, 1)]
        layers = nn.ModuleList([nn.Linear(1, 1), nn.Linear(1, 1)])
        model = Lambda(lambda x: hidden[0](layers[1](layers[0](x))))
        model.layers = layers
        graph = viz.trace(model(autograd.ones(1, 1)))
        assert paths(graph) == ["Lambda", "Lambda.layers.0", "Lambda.layers.1", "Lambda.Linear"]
        assert inside(graph, "Lambda.Linear")[:1] == ["Lambda.Linear.weight"]

    def test_a_parameter_of_a_module_that_is_not_called(self) -> None:
        model = Lambda(lambda x: x @ model.inner.weight.t())
        model.inner = nn.Linear(2, 2, bias=False)
        graph = viz.trace(model(autograd.ones(1, 2)).sum())
        assert inside(graph, "Lambda") == ["inner.weight", "t", "mm"]

    def test_parts_without_gradients(self) -> None:
        def half(x: Tensor) -> Tensor:
            with autograd.no_grad():
                scale = nn.Tanh()(x)
            return x * scale

        graph = viz.trace(Lambda(half)(leaf(1.0)))
        assert paths(graph) == ["Lambda"]  # nothing was recorded in the Tanh

    def test_functional_calls(self) -> None:
        x = leaf([1.0, 2.0])
        graph = viz.trace(nn.functional.softmax(x, 0).sum())
        assert graph.groups == ()
        assert all(vertex.group is None for vertex in graph.vertices)

    def test_an_operation_with_several_results(self) -> None:
        model = Lambda(lambda x: x.split(1)[0])
        graph = viz.trace(model(leaf([1.0, 2.0])).sum())
        assert inside(graph, "Lambda") == ["split", "split[0]"]
        assert graph.groups[0].shape == (1,)

    def test_in_a_subprogram_the_calls_are_counted_from_one(self) -> None:
        layer = nn.Tanh()
        layer(leaf(1.0))  # of another graph
        assert paths(viz.trace(layer(leaf(1.0)))) == ["Tanh"]

    def test_a_module_that_is_no_more(self) -> None:
        y = nn.Sequential(nn.Linear(2, 1), nn.Tanh())(autograd.ones(2))
        graph = viz.trace(y)
        assert paths(graph) == ["Sequential", "Sequential.Linear", "Sequential.Tanh"]
        assert "3 of the modules that were called are no more" in graph.notes[0]
        assert [group.parameters for group in graph.groups] == [0, 0, 0]

    def test_a_module_that_lists_nothing(self) -> None:
        class Odd(nn.Module):
            named_modules = named_parameters = None  # type: ignore[assignment]

            def forward(self, x: Tensor) -> Tensor:
                return nn.Tanh()(x)

        odd = Odd()
        assert paths(viz.trace(odd(leaf(1.0)))) == ["Odd", "Odd.Tanh"]

    def test_a_lazy_module_that_was_never_called(self) -> None:
        model = Lambda(lambda x: x * 2)
        model.later = nn.LazyLinear(3)
        assert viz.trace(model(leaf(1.0))).groups[0].parameters == 0

    def test_nothing_is_kept_alive(self) -> None:
        gc.disable()
        try:
            model = LeNet()
            graph = viz.trace(model(autograd.randn(1, 1, 28, 28)).sum(), names={"model": model})
            modules = [weakref.ref(module) for module in model.modules()]
            weights = [weakref.ref(parameter) for parameter in model.parameters()]
            del model
            assert [module() for module in modules] == [None] * len(modules)
            assert [weight() for weight in weights] == [None] * len(weights)
            assert len(graph.groups) == 12
        finally:
            gc.enable()


class TestOrders:
    def test_first_and_second(self) -> None:
        x = leaf(2.0)
        cube = x**3
        (slope,) = autograd.grad(cube, x, create_graph=True)
        (curve,) = autograd.grad(slope, x, create_graph=True)
        graph = viz.trace(curve, names={"x": x, "curve": curve})
        assert number(graph["curve"].value) == 12
        assert number(graph["x"].gradient) == 6
        groups = {group.id: group for group in graph.groups}
        assert [(group.path, group.kind, group.order) for group in graph.groups] == [
            ("derivative 2", "derivative", 2)  # 3 * 2 * x: nothing of the first is in it
        ]
        for vertex in graph.vertices:
            assert vertex.order == (groups[vertex.group].order if vertex.group else 0)

    def test_both_in_one_graph(self) -> None:
        x = leaf(2.0)
        y = x.tanh()
        (slope,) = autograd.grad(y, x, create_graph=True)
        (curve,) = autograd.grad(slope, x, create_graph=True)
        graph = viz.trace(slope, curve, names={"y": y, "slope": slope, "curve": curve})
        assert [group.path for group in graph.groups] == ["derivative 1", "derivative 2"]
        assert [graph[name].order for name in ("y", "slope", "curve")] == [0, 1, 2]

    def test_in_modules(self) -> None:
        model = nn.Sequential(nn.Linear(1, 1), nn.Tanh())
        x = leaf([2.0]).float()
        (slope,) = autograd.grad(model(x).sum(), x, create_graph=True)
        graph = viz.trace(slope.sum())
        assert "Sequential.1" in paths(graph)
        assert [path for path in paths(graph) if path.startswith("derivative")] == [
            "derivative 1",
            "derivative 1.Sequential",
            "derivative 1.Sequential.1",
            "derivative 1.Sequential.0",
        ]
        known = {group.path: group for group in graph.groups}
        assert known["derivative 1.Sequential.1"].kind == "Tanh"
        assert known["derivative 1.Sequential.1"].order == 1
        assert known["derivative 1.Sequential"].parameters == 0
        assert known["Sequential"].parameters == 2

    def test_what_is_computed_from_a_gradient_is_of_order_zero(self) -> None:
        x = leaf(2.0)
        (slope,) = autograd.grad(x**3, x, create_graph=True)
        graph = viz.trace((x - slope) ** 2)
        assert graph["sub"].order == 0
        assert max(vertex.order for vertex in graph.vertices) == 1


class TestViews:
    def test_forward(self) -> None:
        x = leaf(3.0)
        graph = viz.trace(x * x, names={"x": x}, view="forward")
        assert graph.view == "forward"
        assert number(graph["mul"].value) == 9
        assert all(vertex.gradient is None for vertex in graph.vertices)
        assert all(edge.contribution is edge.local is edge.upstream is None for edge in graph.edges)
        assert all(vertex.seed is None for vertex in graph.vertices)
        assert graph.notes == ()

    def test_forward_of_several_entries_needs_no_note(self) -> None:
        assert viz.trace(leaf([1.0, 2.0]).exp(), view="forward").notes == ()

    def test_backward(self) -> None:
        x, z = leaf(3.0), leaf(2.0)
        y = (x * z).exp()
        graph = viz.trace(y, names={"x": x, "z": z, "y": y}, view="backward")
        assert graph.view == "backward"
        assert number(graph["y.grad"].value) == 1
        assert number(graph["x.grad"].value) == pytest.approx(2 * math.exp(6))
        assert number(graph["z.grad"].value) == pytest.approx(3 * math.exp(6))
        assert [v.name for v in graph.vertices if v.output] == ["x.grad", "z.grad"]
        # What is read of the computation stands there without its inputs:
        assert {v.name: v.kind for v in graph.vertices if v.order == 0} == {
            "y.grad": "leaf",
            "y": "leaf",
            "x": "leaf",
            "z": "leaf",
        }
        assert graph["y"].operation == "exp"
        assert graph.inputs("y") == ()
        assert {v.order for v in graph.vertices if v.kind == "operation"} == {1}
        assert paths(graph) == ["derivative 1"]

    def test_backward_of_a_sum_shows_the_gradient_as_it_is(self) -> None:
        x, z = leaf(3.0), leaf(2.0)
        y = x + z
        graph = viz.trace(y, names={"x": x, "z": z, "y": y}, view="backward")
        assert [vertex.name for vertex in graph.vertices] == ["y.grad = x.grad = z.grad"]

    def test_backward_of_a_network(self) -> None:
        model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
        loss = model(autograd.ones(4, 2)).square().sum()
        graph = viz.trace(loss, view="backward")
        loss.backward()
        for name, parameter in model.named_parameters():
            (vertex,) = (v for v in graph.vertices if f"{name}.grad" in v.name.split(" = "))
            assert vertex.value == viz.Values.of(parameter.grad.numpy())
        assert "derivative 1.Sequential.1" in paths(graph)

    def test_backward_with_several_seeds(self) -> None:
        x = leaf([1.0, 2.0])
        graph = viz.trace(x * x, x.exp(), gradient=[[3.0, 4.0], None], view="backward")
        gradient = graph["leaf 1.grad"].value
        assert gradient is not None
        assert gradient.entries == (6, 16)
        assert "No gradients from the output of shape (2,)" in graph.notes[0]

    def test_backward_of_a_derivative(self) -> None:
        x = leaf(2.0)
        (slope,) = autograd.grad(x**3, x, create_graph=True)
        graph = viz.trace(slope, names={"x": x}, view="backward")
        assert number(graph["x.grad"].value) == 12
        assert {v.order for v in graph.vertices if v.kind == "operation"} == {2}

    def test_backward_of_a_leaf_and_of_one_of_several_results(self) -> None:
        x = leaf(3.0)
        (vertex,) = viz.trace(x, names={"x": x}, view="backward").vertices
        assert (vertex.name, number(vertex.value)) == ("x.grad", 1)
        v = leaf([1.0, 2.0])
        graph = viz.trace(v.split(1)[1] * 3, names={"v": v}, view="backward")
        gradient = graph["v.grad"].value
        assert gradient is not None
        assert gradient.entries == (0, 3)
        graph = viz.trace(v.split(1)[1], names={"v": v}, view="backward")
        gradient = graph["v.grad"].value
        assert gradient is not None
        assert gradient.entries == (0, 1)

    def test_backward_leaves_no_mark(self) -> None:
        x = leaf([1.0, 2.0])
        y = x.tanh()
        calls: list[str] = []
        x.register_hook(lambda g: calls.append("x"))
        y.register_hook(lambda g: calls.append("y"))
        y.retain_grad()
        versions = (x._version, y._version)
        loss = (y * y).sum()
        with autograd.detect_anomaly(), np.errstate(all="raise"):
            viz.trace(loss, view="backward")
            assert autograd.is_anomaly_enabled()
        assert (calls, x.grad, y.grad) == ([], None, None)
        assert (x._version, y._version) == versions
        assert autograd.is_grad_enabled()
        with autograd.no_grad():
            viz.trace(loss, view="backward")
            assert not autograd.is_grad_enabled()
        loss.backward()
        assert calls == ["y", "x"]

    def test_backward_is_freed(self) -> None:
        gc.disable()
        try:
            x = leaf(3.0)
            y = x.exp()
            graph = viz.trace(y, view="backward")
            node = weakref.ref(y.grad_fn)
            del x, y
            assert node() is None
            assert len(graph)
        finally:
            gc.enable()

    def test_what_cannot_be_viewed(self) -> None:
        x = leaf([1.0, 2.0])
        with pytest.raises(ValueError, match="no view 'sideways'; there are forward, both"):
            viz.trace(x.sum(), view="sideways")  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=r"nothing to start from.*pass gradient="):
            viz.trace(x.exp(), view="backward")
        y = x.exp().sum()
        y.backward()
        with pytest.raises(RuntimeError, match="a second time"):
            viz.trace(y, view="backward")

    def test_a_backward_that_records_nothing(self) -> None:
        class Constant(autograd.Function):
            @staticmethod
            def forward(ctx: Any, x: Tensor) -> Tensor:
                return x * 2

            @staticmethod
            def backward(ctx: Any, *g: Tensor) -> Tensor:
                return tensor(2.0)

        x, z = tensor(1.0, requires_grad=True), tensor(1.0, requires_grad=True)
        with pytest.raises(RuntimeError, match=r"nothing to draw\. The gradients of x are not"):
            viz.trace(Constant.apply(x), names={"x": x}, view="backward")
        graph = viz.trace(Constant.apply(x) * z, names={"x": x, "z": z}, view="backward")
        assert [v.name for v in graph.vertices if v.output] == ["z.grad"]
        assert "The gradients of x are not shown" in graph.notes[0]


class TestWords:
    def test_formulas(self) -> None:
        x = leaf(4.0)
        graph = viz.trace((x.sqrt() ** 2) / 3)
        assert [vertex.expression for vertex in graph.vertices] == [
            None,
            "sqrt(x)",
            "a ** 2",
            "a / 3",
        ]
        assert [edge.formula for edge in graph.edges] == ["1 / (2 * y)", "2 * a", "1 / 3"]

    def test_none_for_what_has_no_formula(self) -> None:
        first, _ = leaf([1.0, 2.0]).split(1)
        graph = viz.trace(first.sum())
        assert graph["split[0]"].expression is None
        assert [edge.formula for edge in graph.inputs("split[0]")] == [None]

    def test_the_users_line(self) -> None:
        x = leaf(4.0)
        with autograd.detect_anomaly():
            y = x.sqrt()
            z = nn.Tanh()(y)
        graph = viz.trace(z * 1, names={"x": x, "y": y, "z": z})
        assert graph["x"].where is None
        assert graph["mul"].where is None
        line = graph["y"].where
        assert line is not None
        assert line.startswith("test_viz_groups.py:")
        assert line.endswith("in test_the_users_line: y = x.sqrt()")
        assert graph["z"].where == line.replace("y = x.sqrt()", "z = nn.Tanh()(y)").replace(
            line.split(":")[1].split()[0], str(int(line.split(":")[1].split()[0]) + 1)
        )

    def test_a_derivative_has_the_line_of_what_it_is_the_derivative_of(self) -> None:
        x = leaf(4.0)
        with autograd.detect_anomaly():
            y = x.sqrt()
        graph = viz.trace(y, names={"x": x}, view="backward")
        line = graph["x.grad"].where
        assert line is not None
        assert line.endswith("y = x.sqrt()")


def test_parameters_are_no_part_of_a_derivative() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
    x = autograd.ones(1, 2, requires_grad=True)
    y = model(x).sum()
    (slope,) = autograd.grad(y, x, create_graph=True)
    for graph in (
        viz.trace(slope.sum(), names={"net": model}),
        viz.trace(y, names={"net": model}, view="backward"),
    ):
        groups = {group.id: group for group in graph.groups}
        parameters = [v for v in graph.vertices if v.kind == "leaf" and v.name.endswith("weight")]
        assert parameters
        for vertex in parameters:
            assert vertex.group is None or not groups[vertex.group].order, vertex.name
