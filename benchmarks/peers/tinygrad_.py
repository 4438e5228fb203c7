"""tinygrad: lazy tensors whose kernels are compiled, once for each new graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from tinygrad import Context, Tensor, nn

from benchmarks.peers.arrays import layers, normal

Step = Callable[[], Any]


def _tensor(data: Any) -> Tensor:
    return Tensor(np.asarray(data, np.float32)).realize()


def std() -> Step:
    """The standard deviation of two samples, and its gradients."""
    a, b = _tensor(-1.0), _tensor(3.0)

    def step() -> Any:
        mean = (a + b) / 2
        deviation = (((a - mean) ** 2 + (b - mean) ** 2) / 2).sqrt()
        return [each.numpy() for each in deviation.gradient(a, b)]

    return step


def _training(widths: tuple[int, ...], batch: int, optimizer: Any, **settings: Any) -> Step:
    parameters = [_tensor(each) for each in layers(*widths)]
    for each in parameters:
        each.requires_grad = True
    w1, b1, w2, b2 = parameters
    x = _tensor(normal(batch, widths[0]))
    target = (Tensor.arange(batch) % widths[-1]).realize()
    solver = optimizer(parameters, **settings)

    def step() -> Any:
        with Context(TRAINING=1):
            solver.zero_grad()
            logits = (x @ w1 + b1).relu() @ w2 + b2
            loss = logits.sparse_categorical_crossentropy(target)
            loss.backward()
            solver.step()
            return loss.numpy()

    return step


def iris() -> Step:
    """A net 4-40-3 on a batch of five flowers, with Adam."""
    return _training((4, 40, 3), 5, nn.optim.Adam)


def mlp() -> Step:
    """A perceptron with one hidden layer on flat images, with SGD."""
    return _training((784, 256, 10), 256, nn.optim.SGD, lr=0.01)


def elementwise() -> Step:
    """A chain of functions of every entry of a vector."""
    x = _tensor(normal(10**6))

    def step() -> Any:
        y = (x * 2 + 1).tanh()
        loss = (y * y * x.sigmoid() - x).mean()
        return loss.gradient(x)[0].realize()

    return step


def hessian_vector() -> Step:
    """A Hessian-vector product by two gradients, one after the other."""
    a, x, v = _tensor(normal(100, 100) / 10), _tensor(normal(100)), _tensor(normal(100))

    def step() -> Any:
        y = (a @ x).tanh()
        (g,) = (y * y).sum().gradient(x)
        return (g * v).sum().gradient(x)[0].numpy()

    return step
