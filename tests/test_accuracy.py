"""Sums of many float32 numbers: as exact as torch's, which adds in blocks or in float64."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd

MANY = np.random.default_rng(0).random(200_000).astype(np.float32)

SUMS: dict[str, tuple[Callable[[Any], Any], Callable[[np.ndarray], Any]]] = {
    "sum": (lambda x: x.sum(), np.sum),
    "mean": (lambda x: x.mean(), np.mean),
    "std": (lambda x: x.std(), lambda x: np.std(x, ddof=1)),
    "var of what is far from 0": (lambda x: (x + 1000).var(), lambda x: np.var(x, ddof=1)),
    "cumsum": (lambda x: x.cumsum(0), np.cumsum),
    "logsumexp": (lambda x: x.logsumexp(0), lambda x: np.log(np.sum(np.exp(x)))),
    "softmax": (lambda x: x.softmax(0).sum(), lambda x: 1.0),
    "norm": (lambda x: autograd.linalg.vector_norm(x), np.linalg.norm),
}


@pytest.mark.parametrize("name", SUMS)
def test_relative_error(name: str) -> None:
    ours, exact = SUMS[name]
    tolerance = 1e-4 if "far" in name else 2e-6
    found = ours(autograd.from_numpy(MANY)).numpy()
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, exact(MANY.astype(np.float64)), rtol=tolerance)


def test_gradient_of_a_running_sum() -> None:
    x = autograd.tensor(MANY, requires_grad=True)
    x.cumsum(0).backward(autograd.from_numpy(MANY))
    exact = np.cumsum(MANY[::-1].astype(np.float64))[::-1]
    np.testing.assert_allclose(x.grad.numpy(), exact, rtol=2e-6)
