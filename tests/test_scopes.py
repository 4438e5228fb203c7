"""Scopes: what every recorded operation notes of the module or derivative that it ran in."""

from __future__ import annotations

import copy
import gc
import pickle
import threading
import weakref
from typing import Any

import pytest

import autograd
import nn
from autograd import Tensor, tensor
from autograd.graph import Node
from autograd.scopes import order_of, scope


def node_of(result: Tensor) -> Node:
    node = result.grad_fn
    assert isinstance(node, Node)
    return node


class Twice(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Tanh()
        self.scale = nn.Parameter(autograd.ones(1))

    def forward(self, x: Tensor) -> Tensor:
        return self.inner(self.inner(x * self.scale))


def test_nested_calls_each_have_their_own() -> None:
    model = Twice()
    second = node_of(model(autograd.ones(1, 2)))
    first = second.edges[0]
    assert isinstance(first, Node)
    assert first.scope is not None
    assert second.scope is not None
    assert first.scope is not second.scope
    owner, kind, parent = second.scope
    assert (owner(), kind) == (model.inner, nn.Tanh)
    assert parent is first.scope[2]
    assert parent is not None
    assert (parent[0](), parent[1], parent[2]) == (model, Twice, None)
    assert scope() is None


def test_every_way_to_record_a_node_notes_it() -> None:
    class Square(autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx: Any, *g: Tensor) -> Tensor:
            return g[0] * 2 * ctx.saved_tensors[0]

    class Everything(nn.Module):
        def forward(self, x: Tensor) -> tuple[Tensor, ...]:
            y = x * 1
            y += 1
            return x.exp(), x * x, x.sum(), x.split(1)[0], Square.apply(x), x[0], y

    results = Everything()(tensor([1.0, 2.0], requires_grad=True))
    for result in results:
        noted = node_of(result).scope
        assert noted is not None
        assert noted[1] is Everything


def test_an_error_leaves_the_scope() -> None:
    class Broken(nn.Module):
        def forward(self) -> None:
            raise ValueError("broken")

    for module in (Broken(), nn.Sequential(Broken())):
        with pytest.raises((ValueError, TypeError)):
            module()
        assert scope() is None


def test_with_hooks_too() -> None:
    layer = nn.Linear(2, 1)
    layer.register_forward_hook(lambda module, args, output: output * 2)
    noted = node_of(layer(autograd.ones(2))).scope
    assert noted is not None
    assert noted[1] is nn.Linear
    layer.register_forward_pre_hook(lambda module, args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        layer(autograd.ones(2))
    assert scope() is None


def test_each_thread_has_its_own() -> None:
    seen: list[Any] = []

    class Outer(nn.Module):
        def forward(self) -> None:
            thread = threading.Thread(target=lambda: seen.append(scope()))
            thread.start()
            thread.join()
            seen.append(scope())

    Outer()()
    assert seen[0] is None
    assert seen[1][1] is Outer


class TestDerivatives:
    def test_orders(self) -> None:
        x = tensor(2.0, requires_grad=True)
        y = x**4
        orders = []
        for _ in range(3):
            orders.append(order_of(node_of(y).scope))
            (y,) = autograd.grad(y, x, create_graph=True)
        assert orders == [0, 1, 2]
        assert scope() is None

    def test_of_what_a_second_backward_computes_on_the_way_through_the_computation(self) -> None:
        x = tensor(2.0, requires_grad=True)
        y = x.exp()
        (slope,) = autograd.grad(y, x, create_graph=True)  # g * y, which leads back to exp
        (curve,) = autograd.grad(slope, x, create_graph=True)
        assert order_of(node_of(curve).scope) == 2
        penalty = (slope - 1) ** 2
        assert order_of(node_of(penalty).scope) == 0
        (both,) = autograd.grad(penalty, x, create_graph=True)
        assert order_of(node_of(both).scope) == 2

    def test_of_one_of_several_results(self) -> None:
        x = tensor([2.0, 3.0], requires_grad=True)
        (slope,) = autograd.grad(x.split(1)[0].exp(), x, create_graph=True)
        (curve,) = autograd.grad(slope.sum(), x, create_graph=True)
        assert order_of(node_of(curve).scope) == 2

    def test_of_which_operation(self) -> None:
        x = tensor(2.0, requires_grad=True)
        y = x.exp()
        (slope,) = autograd.grad(y, x, create_graph=True)
        noted = node_of(slope).scope
        assert noted is not None
        assert noted[0]() is y.grad_fn

    def test_in_modules(self) -> None:
        layer = nn.Linear(1, 1)
        x = tensor([2.0], requires_grad=True)
        (slope,) = autograd.grad(layer(x).tanh().sum(), x, create_graph=True)
        noted = node_of(slope).scope
        assert noted is not None
        assert noted[1] == 1
        assert noted[2] is not None
        assert noted[2][0]() is layer

    def test_after_an_error(self) -> None:
        x = tensor(2.0, requires_grad=True)
        y = x.exp()

        def fail(g: Tensor) -> None:
            raise ValueError("in a hook")

        x.register_hook(fail)
        with pytest.raises(ValueError, match="in a hook"):
            autograd.grad(y, x, create_graph=True)
        assert scope() is None

    def test_hooks_belong_to_the_derivative(self) -> None:
        x = tensor(2.0, requires_grad=True)
        y = x * x
        y.register_hook(lambda g: g * y)
        (slope,) = autograd.grad(y.exp(), x, create_graph=True)
        assert order_of(node_of(slope).scope) == 1

    def test_without_create_graph_none_is_opened(self, monkeypatch: pytest.MonkeyPatch) -> None:
        opened: list[Any] = []
        monkeypatch.setattr(autograd.engine, "differentiate", lambda *args: opened.append(args))
        (tensor(2.0, requires_grad=True) ** 2).backward()
        assert opened == []


class TestMemory:
    def test_a_graph_keeps_no_module_alive(self) -> None:
        gc.disable()
        try:
            model = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
            y = model(autograd.ones(2))
            modules = [weakref.ref(module) for module in model.modules()]
            parameter = weakref.ref(model[0].weight)
            del model
            assert [module() for module in modules] == [None] * 3
            assert parameter() is None
            noted = node_of(y).scope
            assert noted is not None
            assert (noted[0](), noted[1]) == (None, nn.Tanh)
        finally:
            gc.enable()

    def test_no_cycles(self) -> None:
        gc.collect()
        gc.disable()
        try:
            model = Twice()
            x = autograd.ones(2, requires_grad=True)
            (slope,) = autograd.grad(model(x).tanh().sum(), x, create_graph=True)
            nodes = [weakref.ref(node_of(slope)), weakref.ref(node_of(model(x)))]
            del slope
            assert [node() for node in nodes] == [None, None]
        finally:
            gc.enable()

    def test_modules_copy_and_pickle_as_ever(self) -> None:
        model = Twice()
        model(autograd.ones(2)).sum().backward()
        for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
            assert twin.scale.tolist() == model.scale.tolist()
            assert vars(twin).keys() == vars(model).keys()
