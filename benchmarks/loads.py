"""The loads: each a row with the program, written once and run on both libraries.

A program gets the library's module (``autograd`` or ``torch``), does what need not be
timed, and returns the step that is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import nn

Step = Callable[[], object]


@dataclass(frozen=True)
class Load:
    """One row: its name, how many operations a step records, the goal for ours / torch."""

    name: str
    operations: int
    goal: float
    program: Callable[[Any], Step]


def _std(lib: Any) -> Step:
    a = lib.tensor(-1.0, requires_grad=True)
    b = lib.tensor(3.0, requires_grad=True)

    def step() -> object:
        a.grad = b.grad = None
        mean = (a + b) / 2
        left, right = a - mean, b - mean
        deviation = ((left * left + right * right) / 2).sqrt()
        deviation.backward()
        return a.grad, b.grad

    return step


def _chain(length: int, shape: tuple[int, ...], constant: bool) -> Callable[[Any], Step]:
    def program(lib: Any) -> Step:
        x = lib.ones(shape, requires_grad=True)
        start = lib.ones(shape)

        def step() -> object:
            x.grad = None
            y = x
            if constant:
                for _ in range(length):
                    y = y * 1.0
            else:
                for _ in range(length):
                    y = y * x
            y.backward(start)
            return x.grad

        return step

    return program


def _mixed(lib: Any) -> Step:
    x = lib.tensor(0.5, requires_grad=True)

    def step() -> object:
        x.grad = None
        y = x
        for _ in range(100):
            y = (y * x + 0.5).tanh() / 2 - x
        y.backward()
        return x.grad

    return step


def _second_order(lib: Any) -> Step:
    x = lib.tensor(0.5, requires_grad=True)
    gradient = lib.autograd.grad if hasattr(lib, "autograd") else lib.grad

    def step() -> object:
        y = (x * x * x).sin()
        (first,) = gradient(y, x, create_graph=True)
        return gradient(first, x)

    return step


def _perceptron(lib: Any) -> Step:
    lib.manual_seed(0)
    x, target = lib.randn(5, 4), lib.randn(5, 3)
    w1, w2 = lib.randn(4, 40, requires_grad=True), lib.randn(40, 3, requires_grad=True)
    b1, b2 = lib.zeros(40, requires_grad=True), lib.zeros(3, requires_grad=True)
    parameters = (w1, b1, w2, b2)

    def step() -> object:
        hidden = (x @ w1 + b1).relu()
        loss = ((hidden @ w2 + b2 - target) ** 2).mean()
        loss.backward()
        with lib.no_grad():
            for p in parameters:
                p -= 1e-4 * p.grad
                p.grad = None
        return loss

    return step


def _layer(make: Callable[[Any], Any], shape: tuple[int, ...]) -> Callable[[Any], Step]:
    """A training step of a layer; ``make`` gets our nn or torch's."""

    def program(lib: Any) -> Step:
        lib.manual_seed(0)
        layer, x = make(getattr(lib, "nn", nn)), lib.randn(*shape)

        def step() -> object:
            layer.zero_grad()
            output = layer(x)
            output = output[0] if isinstance(output, tuple) else output
            loss = (output * output).mean()
            loss.backward()
            return loss

        return step

    return program


SEQUENCES = (64, 32, 64)

LOADS = [
    Load("std of two samples, forward and backward", 9, 0.35, _std),
    Load("chain of 1,000 scalar products y * x", 1000, 0.5, _chain(1000, (), False)),
    Load("chain of 1,000 scalar products y * 1.0", 1000, 0.5, _chain(1000, (), True)),
    Load("400 scalar operations, mixed", 400, 0.5, _mixed),
    Load("chain of 1,000 products of (5, 40)", 1000, 1.0, _chain(1000, (5, 40), False)),
    Load("second derivative of sin(x**3)", 3, 0.7, _second_order),
    Load("iris-sized net 4-40-3, batch 5, SGD by hand", 9, 0.5, _perceptron),
    Load(
        "LSTM 64-128, batch 32, 64 steps", 64, 1.0, _layer(lambda nn: nn.LSTM(64, 128), SEQUENCES)
    ),
    Load("GRU 64-128, batch 32, 64 steps", 64, 1.0, _layer(lambda nn: nn.GRU(64, 128), SEQUENCES)),
    Load(
        "transformer layer 64, batch 32, 64 steps",
        30,
        1.0,
        _layer(lambda nn: nn.TransformerEncoderLayer(64, 4, 256), SEQUENCES),
    ),
]
