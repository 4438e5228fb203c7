"""MyGrad: tensors with NumPy's names; gradients of the first order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mygrad as mg
from mygrad.nnet.losses import softmax_crossentropy

from benchmarks.peers.arrays import Adam, layers, normal

Step = Callable[[], Any]


def std() -> Step:
    """The standard deviation of two samples, and its gradients."""
    a, b = mg.tensor(-1.0), mg.tensor(3.0)

    def step() -> Any:
        a.null_grad()
        b.null_grad()
        mean = (a + b) / 2
        mg.sqrt(((a - mean) ** 2 + (b - mean) ** 2) / 2).backward()
        return a.grad, b.grad

    return step


def chain(length: int = 1000) -> Step:
    """Scalar operations, each on the result of the one before."""
    x = mg.tensor(0.5)

    def step() -> Any:
        x.null_grad()
        y = x
        for _ in range(length // 4):
            y = mg.tanh(y * x + 0.5) - x
        y.backward()
        return x.grad

    return step


def _training(widths: tuple[int, ...], batch: int, adam: bool) -> Step:
    arrays = layers(*widths)
    parameters = [mg.tensor(each, copy=False) for each in arrays]
    w1, b1, w2, b2 = parameters
    x, target = normal(batch, widths[0]), mg.arange(batch).data % widths[-1]
    optimizer = Adam(arrays)

    def step() -> None:
        for each in parameters:
            each.null_grad()
        logits = mg.maximum(x @ w1 + b1, 0) @ w2 + b2
        softmax_crossentropy(logits, target).backward()
        gradients = [each.grad for each in parameters]
        if adam:
            optimizer.step(gradients)
            return
        for array, g in zip(arrays, gradients, strict=True):
            array -= 0.01 * g

    return step


def iris() -> Step:
    """A net 4-40-3 on a batch of five flowers, with Adam."""
    return _training((4, 40, 3), 5, adam=True)


def mlp() -> Step:
    """A perceptron with one hidden layer on flat images, with SGD."""
    return _training((784, 256, 10), 256, adam=False)


def elementwise() -> Step:
    """A chain of functions of every entry of a vector."""
    x = mg.tensor(normal(10**6))

    def step() -> Any:
        x.null_grad()
        y = mg.tanh(x * 2 + 1)
        mg.mean(y * y / (1 + mg.exp(-x)) - x).backward()
        return x.grad

    return step
