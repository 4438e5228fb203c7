"""Gradients of parameters beside the main path: the same numbers, wherever they are computed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor, asides, engine, threads
from autograd.ops import linear
from nn import functional as F
from tests.on_threads import on_threads


@pytest.fixture(autouse=True)
def two_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything is large enough, and there is a thread to hand it to."""
    monkeypatch.setattr(asides, "LEAST", 1)
    monkeypatch.setattr(engine, "FEWEST", 0)
    with on_threads(2):
        yield


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[threads.Errand]:
    """What is handed over from here on."""
    found: list[threads.Errand] = []
    beside = threads.beside

    def noted(work: object) -> threads.Errand:
        found.append(beside(work))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr(threads, "beside", noted)
    return found


def network() -> tuple[nn.Module, Tensor]:
    autograd.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 4, 3), nn.Flatten(), nn.Linear(64, 7)
    )
    return net.double(), autograd.randn(5, 3, 8, 8, dtype=autograd.float64)


def gradients(net: nn.Module, x: Tensor) -> list[np.ndarray]:
    net.zero_grad()
    net(x).square().sum().backward()
    return [p.grad.numpy().copy() for p in net.parameters()]


def test_the_numbers_are_those_of_one_thread(handed: list[threads.Errand]) -> None:
    net, x = network()
    found = gradients(net, x)
    assert handed
    del handed[:]
    threads.set_num_threads(1)
    alone = gradients(net, x)
    assert not handed
    for a, b in zip(found, alone, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


def test_they_are_added_to_what_is_there() -> None:
    net, x = network()
    once = gradients(net, x)
    net(x).square().sum().backward()
    for a, p in zip(once, net.parameters(), strict=True):
        np.testing.assert_array_equal(p.grad.numpy(), a + a)


def test_a_parameter_that_is_used_twice_gets_both(handed: list[threads.Errand]) -> None:
    w = autograd.randn(6, 6, dtype=autograd.float64, requires_grad=True)
    x = autograd.randn(4, 6, dtype=autograd.float64)
    F.linear(F.linear(x, w), w).sum().backward()
    v = w.detach().numpy()
    ones = np.ones((4, 6))
    np.testing.assert_allclose(
        w.grad.numpy(), ones.T @ (x.numpy() @ v.T) + (ones @ v).T @ x.numpy()
    )
    assert not handed


def test_hooks_see_it_when_torch_shows_it(handed: list[threads.Errand]) -> None:
    net, x = network()
    seen: list[str] = []
    net[0].weight.register_hook(lambda g: seen.append("hook"))
    net[2].weight.register_post_accumulate_grad_hook(lambda p: seen.append("after"))
    net(x).sum().backward()
    assert seen == ["after", "hook"]
    for each in (net[0].weight, net[2].weight):
        assert each.grad is not None


def test_under_create_graph_and_for_grad_nothing_is_handed_over(
    handed: list[threads.Errand],
) -> None:
    net, x = network()
    autograd.grad(net(x).sum(), list(net.parameters()))
    net(x).square().sum().backward(create_graph=True)
    assert not handed
    assert net[0].weight.grad.requires_grad


def test_an_error_of_a_rule_is_raised(
    monkeypatch: pytest.MonkeyPatch, handed: list[threads.Errand]
) -> None:
    net, x = network()
    loss = net(x).sum()

    def fails(g: object, x: object) -> None:
        raise ValueError("of the rule")

    by_x, _, by_b = linear._affine_op.rules
    monkeypatch.setattr(linear._affine_op, "rules", (by_x, fails, by_b))
    with pytest.raises(ValueError, match="of the rule"):
        loss.backward()
    assert handed


@pytest.mark.parametrize("own_rule", [False, True])
def test_a_program_may_change_what_a_rule_has_read(own_rule: bool) -> None:
    layer = nn.Linear(300, 300).double()
    values = autograd.randn(64, 300, dtype=autograd.float64)
    seen: list[bool] = []
    read: list[Tensor] = []

    def change(_: Tensor) -> None:
        seen.append(layer.weight.grad is not None)
        with autograd.no_grad():
            read.pop().zero_()

    class Changing(autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            return x.clone()

        @staticmethod
        def backward(ctx: Any, g: Tensor) -> Tensor:
            change(g)
            return g

    def found() -> np.ndarray:
        layer.zero_grad()
        x = values.clone().requires_grad_()
        between = Changing.apply(x) if own_rule else x.view_as(x)
        if not own_rule:
            between.register_hook(change)
        read.append(between.view_as(between))
        layer(read[0]).square().sum().backward()
        return layer.weight.grad.numpy()

    several = [found() for _ in range(5)]
    assert seen == [True] * 5
    threads.set_num_threads(1)
    alone = found()
    assert alone.any()
    for each in several:
        np.testing.assert_allclose(each, alone, rtol=1e-12)
