"""DeZero: Variables on NumPy arrays; gradients of any order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.peers.arrays import normal

np.int = int  # type: ignore[attr-defined]  # DeZero 0.0.13 asks for this name of older NumPys

import dezero.functions as F  # noqa: E402 - after the line above
from dezero import Variable, optimizers  # noqa: E402
from dezero.models import MLP  # noqa: E402

Step = Callable[[], Any]


def std() -> Step:
    """The standard deviation of two samples, and its gradients."""
    a, b = Variable(np.array(-1.0)), Variable(np.array(3.0))

    def step() -> Any:
        a.cleargrad()
        b.cleargrad()
        mean = (a + b) / 2
        deviation = (((a - mean) ** 2 + (b - mean) ** 2) / 2) ** 0.5
        deviation.backward()
        return a.grad, b.grad

    return step


def chain(length: int = 1000) -> Step:
    """Scalar operations, each on the result of the one before."""
    x = Variable(np.array(0.5))

    def step() -> Any:
        x.cleargrad()
        y = x
        for _ in range(length // 4):
            y = F.tanh(y * x + 0.5) - x
        y.backward()
        return x.grad

    return step


def _training(widths: tuple[int, ...], batch: int, optimizer: Any) -> Step:
    model = MLP(widths[1:], activation=F.relu)
    optimizer.setup(model)
    x, target = Variable(normal(batch, widths[0])), np.arange(batch) % widths[-1]

    def step() -> None:
        model.cleargrads()
        F.softmax_cross_entropy(model(x), target).backward()
        optimizer.update()

    return step


def iris() -> Step:
    """A net 4-40-3 on a batch of five flowers, with Adam."""
    return _training((4, 40, 3), 5, optimizers.Adam())


def mlp() -> Step:
    """A perceptron with one hidden layer on flat images, with SGD."""
    return _training((784, 256, 10), 256, optimizers.SGD())


def elementwise() -> Step:
    """A chain of functions of every entry of a vector."""
    x = Variable(normal(10**6))

    def step() -> Any:
        x.cleargrad()
        y = F.tanh(x * 2 + 1)
        (F.sum(y * y * F.sigmoid(x) - x) / 10**6).backward()
        return x.grad

    return step


def hessian_vector() -> Step:
    """A Hessian-vector product by two gradients, one after the other."""
    a, x, v = normal(100, 100) / np.float32(10), Variable(normal(100, 1)), normal(100, 1)

    def step() -> Any:
        x.cleargrad()
        y = F.tanh(F.matmul(a, x))
        F.sum(y * y).backward(create_graph=True)
        product = F.sum(x.grad * v)
        x.cleargrad()
        product.backward()
        return x.grad

    return step
