"""Where limits of large arrays take another way than those of small ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.both import both

NUMBERS = np.random.default_rng(0).choice([np.nan, np.inf, -np.inf, -1.0, 0.3, 0.5, 2.0], 9000)
NUMBERS[:4000] = np.random.default_rng(1).standard_normal(4000)


def gradient(lib: Any, function: Any, dtype: str) -> Any:
    x = lib.as_tensor(NUMBERS.astype(dtype)).requires_grad_()
    y = function(x)
    (g,) = lib.autograd.grad(y, x, lib.ones_like(y) * 3)
    return [y, g]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("limits", [(-0.5, 0.5), (1, -1), (0, 0.3), (-1, float("inf"))])
def test_clamp(limits: tuple[float, float], dtype: str) -> None:
    both(lambda lib: gradient(lib, lambda x: x.clamp(*limits), dtype))


@pytest.mark.parametrize("slope", [-0.1, 0.0, 0.1, 1.0, 2.0])
def test_leaky_relu(slope: float) -> None:
    both(lambda lib: gradient(lib, lambda x: lib.nn.functional.leaky_relu(x, slope), "float32"))


@pytest.mark.parametrize("name", ["maximum", "minimum", "fmax", "fmin"])
def test_the_larger_and_the_smaller_of_two(name: str) -> None:
    def program(lib: Any) -> Any:
        other = lib.as_tensor(NUMBERS[::-1].copy().astype("float32"))
        return gradient(lib, lambda x: getattr(lib, name)(x, other), "float32")

    both(program)
