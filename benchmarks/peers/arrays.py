"""What several engines lack: first values of layers, batches, and Adam on NumPy arrays."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float32]]


def normal(*shape: int) -> Array:
    """Standard normal float32 numbers, the same ones in every run."""
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


def layers(*widths: int) -> list[Array]:
    """Weights (inputs, outputs) and biases of full layers."""
    found = []
    for inputs, outputs in itertools.pairwise(widths):
        found += [normal(inputs, outputs) / np.float32(inputs**0.5), np.zeros(outputs, np.float32)]
    return found


def one_hot(batch: int, classes: int) -> Array:
    """Classes in turn, as rows of the unit matrix."""
    return np.eye(classes, dtype=np.float32)[np.arange(batch) % classes]


class Adam:
    """Adam's step on arrays, in place."""

    def __init__(self, parameters: Sequence[Array], lr: float = 1e-3) -> None:
        self.parameters, self.lr, self.t = parameters, lr, 0
        self.means = [np.zeros_like(each) for each in parameters]
        self.squares = [np.zeros_like(each) for each in parameters]

    def step(self, gradients: Sequence[Array]) -> None:
        """Change the parameters."""
        self.t += 1
        rate = self.lr * (1 - 0.999**self.t) ** 0.5 / (1 - 0.9**self.t)
        every = zip(self.parameters, gradients, self.means, self.squares, strict=True)
        for x, g, m, v in every:
            m *= 0.9
            m += 0.1 * g
            v *= 0.999
            v += 0.001 * g * g
            x -= rate * m / (np.sqrt(v) + 1e-8)
