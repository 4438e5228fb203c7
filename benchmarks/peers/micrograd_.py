"""micrograd: one Python object for each number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from micrograd.engine import Value

from benchmarks.peers.arrays import Adam, layers, normal

Step = Callable[[], Any]


def std() -> Step:
    """The standard deviation of two samples, and its gradients."""
    a, b = Value(-1.0), Value(3.0)

    def step() -> Any:
        a.grad = b.grad = 0
        mean = (a + b) / 2
        ((((a - mean) ** 2 + (b - mean) ** 2) / 2) ** 0.5).backward()
        return a.grad, b.grad

    return step


def chain(length: int = 1000) -> Step:
    """Scalar operations, each on the result of the one before; a product for tanh, which lacks."""
    x = Value(0.5)

    def step() -> Any:
        x.grad = 0
        y = x
        for _ in range(length // 4):
            y = (y * x + 0.5) * 0.5 - x
        y.backward()
        return x.grad

    return step


def iris() -> Step:
    """A net 4-40-3 on five flowers, the squared error in place of a cross-entropy, with Adam."""
    arrays = layers(4, 40, 3)
    optimizer = Adam(arrays)
    flowers = normal(5, 4).tolist()

    def step() -> None:
        w1, b1, w2, b2 = ([*map(Value, each.ravel().tolist())] for each in arrays)
        loss = Value(0.0)
        for number, flower in enumerate(flowers):
            hidden = [
                sum((x * w for x, w in zip(flower, w1[j::40], strict=True)), b1[j]).relu()
                for j in range(40)
            ]
            for k in range(3):
                out = sum((h * w for h, w in zip(hidden, w2[k::3], strict=True)), b2[k])
                loss = loss + (out - float(number % 3 == k)) ** 2
        loss.backward()
        optimizer.step(
            [
                np.array([v.grad for v in values], np.float32).reshape(array.shape)
                for values, array in zip((w1, b1, w2, b2), arrays, strict=True)
            ]
        )

    return step
