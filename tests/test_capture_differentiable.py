"""Captured calls whose result is differentiated outside: as `torch.compile(model)` is used."""

from __future__ import annotations

import copy
import gc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import viz
from autograd import tensor
from nn import functional as F, optim
from tests.test_capture import STEPS, batches, bits, captured, net, perceptron, state

MODELS: dict[str, Callable[[], Any]] = {
    "perceptron": perceptron,
    "dropout": lambda: net(lambda: nn.Linear(4, 8), nn.Dropout, nn.Tanh, lambda: nn.Linear(8, 3)),
    "batch norm": lambda: net(
        lambda: nn.Linear(4, 8), lambda: nn.BatchNorm1d(8), nn.ReLU, lambda: nn.Linear(8, 3)
    ),
    "layer norm": lambda: net(lambda: nn.Linear(4, 3), lambda: nn.LayerNorm(3), nn.GELU),
    "images": lambda: net(
        lambda: nn.Unflatten(1, (1, 2, 2)),
        lambda: nn.Conv2d(1, 3, 3, padding=1),
        lambda: nn.MaxPool2d(2),
        nn.Flatten,
    ),
}


def train(
    model: Any, forward: Any, loss_of: Any = F.cross_entropy, steps: int = STEPS
) -> list[Any]:
    """Ordinary training with an optimiser, all of it outside."""
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    found = []
    for i in range(steps):
        x, target = batches(STEPS)[i % STEPS]
        optimizer.zero_grad()
        loss = loss_of(forward(x), target)
        loss.backward()
        optimizer.step()
        found.append((bits(loss), loss.grad_fn.name(), state(model, optimizer)))
    return found


@pytest.mark.parametrize("name", MODELS)
def test_a_compiled_model(name: str) -> None:
    model, other = MODELS[name](), MODELS[name]()
    expected = train(model, model)
    compiled = autograd.compile(other)
    autograd.manual_seed(0)
    MODELS[name]()  # as many random numbers are drawn as before
    assert train(other, compiled) == expected
    captured(compiled)


def test_a_compiled_loss_of_what_has_a_history() -> None:
    model, other = perceptron(), perceptron()
    loss = autograd.compile(lambda y, target: F.cross_entropy(y * 2, target))
    assert train(other, other, loss) == train(model, model, loss._function)
    captured(loss)


def test_one_compiled_part_after_the_other() -> None:
    model, other = perceptron(), perceptron()
    first, second = autograd.compile(other[0]), autograd.compile(other[1:])
    assert train(other, lambda x: second(first(x))) == train(model, model)
    captured(first)
    captured(second)


def both(function: Callable[[Any, Any], Any]) -> None:
    """Assert that a program does the same with a compiled model, call after call."""
    found = []
    for compiled in (False, True):
        model = perceptron(nn.Tanh)
        forward = autograd.compile(model) if compiled else model
        results = []
        for x, _ in batches():
            x.requires_grad_()
            try:
                result = function(forward, x)
            except RuntimeError as error:
                result = str(error).split(":")[0]
            results.append((result, bits(x.grad), state(model)))
            model.zero_grad()
        found.append(results)
        if compiled:
            captured(forward)
    assert found[0] == found[1]


def test_the_gradient_of_an_argument() -> None:
    both(lambda f, x: f(x).sum().backward())


def test_two_calls_before_backward() -> None:
    both(lambda f, x: (f(x) * f(x * 2)).sum().backward())


def test_a_call_of_what_the_same_parameters_made() -> None:
    both(lambda f, x: f(f(x) @ autograd.ones(3, 4).double()).sum().backward())


def test_copies_record_anew() -> None:
    forward = autograd.compile(perceptron())
    ((x, _),) = batches(1)
    for _ in range(4):
        y = forward(x)
    other = copy.deepcopy(forward)
    with autograd.no_grad():
        for parameter in other.parameters():
            parameter.mul_(2)
    assert bits(forward(x)) == bits(y)
    assert bits(other(x)) == bits(other._function(x)) != bits(y)


def test_a_gradient_that_is_given() -> None:
    both(lambda f, x: f(x).backward(tensor(np.arange(15.0).reshape(3, 5).T)))


def test_backward_twice() -> None:
    def twice(f: Any, x: Any) -> Any:
        y = f(x).sum()
        y.backward(retain_graph=True)
        y.backward()
        return y.item()

    both(twice)


def test_the_graph_is_freed() -> None:
    def again(f: Any, x: Any) -> Any:
        y = f(x)
        y.sum().backward()
        y.sum().backward()

    both(again)


def test_a_parameter_that_is_changed_before_backward() -> None:
    def changed(f: Any, x: Any) -> Any:
        y = f(x).sum()
        with autograd.no_grad():
            next(iter(f.parameters())).add_(0)  # backward reads the second weight alone
            list(f.parameters())[2].add_(0)
        y.backward()

    both(changed)


def test_a_result_that_is_changed() -> None:
    def doubled(f: Any, x: Any) -> Any:
        y = f(x)
        y *= 2
        y.sum().backward()
        return bits(y)

    both(doubled)


def test_results_that_nobody_differentiates() -> None:
    kept = []

    def keep(f: Any, x: Any) -> Any:
        kept.append(f(x))
        return bits(kept[-1])

    both(keep)


def test_a_gradient_that_is_recorded_but_not_differentiated() -> None:
    def slope(f: Any, x: Any) -> Any:
        return bits(*autograd.grad(f(x).sum(), x, create_graph=True))

    both(slope)


def test_there_is_no_second_derivative() -> None:
    model = autograd.compile(perceptron(nn.Tanh))
    for x, _ in batches():
        x.requires_grad_()
        (slope,) = autograd.grad(model(x).sum(), x, create_graph=True)
    captured(model)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        slope.sum().backward()


@pytest.mark.filterwarnings("ignore:autograd.compile")
def test_backward_inside_through_a_history() -> None:
    found = []
    for compiled in (False, True):
        w = tensor([1.0, 2.0], requires_grad=True)

        def inner(y: Any) -> Any:
            (y * y).sum().backward()
            return y.detach() + 1

        run = autograd.compile(inner) if compiled else inner
        results = []
        for i in range(5):
            w.grad = None
            results.append((run(w * i).tolist(), w.grad.tolist()))
        found.append(results)
    assert found[0] == found[1]


@pytest.mark.filterwarnings("ignore:autograd.compile")
def test_hooks_and_functions_of_the_program_run_once() -> None:
    calls = []

    class Noted(autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 2

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            calls.append("function")
            return g * 2

    def hooked(x: Any) -> Any:
        y = x * 2
        y.register_hook(lambda g: calls.append("hook"))
        return y.exp()

    for function in (hooked, Noted.apply):
        compiled = autograd.compile(lambda x, function=function: function(x))
        for _ in range(5):
            calls.clear()
            compiled(autograd.ones(2, requires_grad=True)).sum().backward()
            assert len(calls) == 1


def test_what_is_frozen_meanwhile() -> None:
    found = []
    for compiled in (False, True):
        model = perceptron()
        forward = autograd.compile(model) if compiled else model
        results = []
        for i, (x, target) in enumerate(batches(9)):
            model[0].requires_grad_(i % 6 < 3)
            model.zero_grad()
            F.cross_entropy(forward(x), target).backward()
            results.append(state(model))
        found.append(results)
    assert found[0] == found[1]


def test_the_graph_dies_with_the_result() -> None:
    compiled = autograd.compile(perceptron())
    ((x, _),) = batches(1)
    for _ in range(4):
        compiled(x).sum().backward()
    captured(compiled)
    (recorded,) = next(iter(compiled._forms.values())).recorded
    gc.disable()
    try:
        y = compiled(x)
        assert recorded.live.busy()
        del y
        assert not recorded.live.busy()
    finally:
        gc.enable()


def test_a_plan_with_its_derivative_is_drawn() -> None:
    layer = nn.Linear(2, 1)
    compiled = autograd.compile(layer)
    for _ in range(3):
        compiled(autograd.ones(3, 2)).sum().backward()
    graph = viz.plan(compiled)
    assert "gradient" in {vertex.name for vertex in graph.vertices if vertex.kind == "leaf"}
    assert "linear backward" in {vertex.operation for vertex in graph.vertices} | {
        group.name for group in graph.groups
    }
