"""HIPS autograd: functions of NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as np
from benchmarks.peers.arrays import Adam, layers, normal, one_hot

Step = Callable[[], Any]


def std() -> Step:
    """The standard deviation of two samples, and its gradients."""

    def deviation(a: Any, b: Any) -> Any:
        mean = (a + b) / 2
        return np.sqrt(((a - mean) ** 2 + (b - mean) ** 2) / 2)

    gradient = autograd.grad(deviation, (0, 1))
    return lambda: gradient(-1.0, 3.0)


def chain(length: int = 1000) -> Step:
    """Scalar operations, each on the result of the one before."""

    def end(x: Any) -> Any:
        y = x
        for _ in range(length // 4):
            y = np.tanh(y * x + 0.5) - x
        return y

    gradient = autograd.grad(end)
    return lambda: gradient(0.5)


def _cross_entropy(logits: Any, target: Any) -> Any:
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logs = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.mean(np.sum(logs * target, axis=1))


def _perceptron(parameters: Any, x: Any) -> Any:
    w1, b1, w2, b2 = parameters
    return np.maximum(x @ w1 + b1, 0) @ w2 + b2


def iris() -> Step:
    """A net 4-40-3 on a batch of five flowers, with Adam."""
    parameters, x, target = layers(4, 40, 3), normal(5, 4), one_hot(5, 3)
    optimizer = Adam(parameters)
    gradient = autograd.grad(lambda p: _cross_entropy(_perceptron(p, x), target))
    return lambda: optimizer.step(gradient(parameters))


def mlp() -> Step:
    """A perceptron with one hidden layer on flat images, with SGD."""
    parameters, x, target = layers(784, 256, 10), normal(256, 784), one_hot(256, 10)
    gradient = autograd.grad(lambda p: _cross_entropy(_perceptron(p, x), target))

    def step() -> None:
        for each, g in zip(parameters, gradient(parameters), strict=True):
            each -= 0.01 * g

    return step


def elementwise() -> Step:
    """A chain of functions of every entry of a vector."""
    x = normal(10**6)

    def loss(x: Any) -> Any:
        y = np.tanh(x * 2 + 1)
        return np.mean(y * y / (1 + np.exp(-x)) - x)

    gradient = autograd.grad(loss)
    return lambda: gradient(x)


def hessian_vector() -> Step:
    """A Hessian-vector product."""
    a, x, v = normal(100, 100) / 10, normal(100), normal(100)
    product = autograd.hessian_vector_product(lambda x: np.sum(np.tanh(np.dot(a, x)) ** 2))
    return lambda: product(x, v)
