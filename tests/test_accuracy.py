"""float32 where digits are easily lost: sums of many numbers, means that are far from 0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn.functional as F
from autograd import pixels
from autograd.tensor import wrap

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


def by_rows(array: np.ndarray) -> autograd.Tensor:
    return autograd.from_numpy(array)


def by_pixels(array: np.ndarray) -> autograd.Tensor:
    return wrap(pixels.images(pixels.packed(array))) if array.ndim == 4 else by_rows(array)


@pytest.mark.parametrize(
    ("shape", "laid"),
    [
        ((5, 3), by_rows),
        ((3000, 3), by_rows),
        ((8, 3, 4, 4), by_rows),
        ((40, 3, 6, 6), by_rows),
        ((40, 3, 6, 6), by_pixels),
        ((8, 3, 400), by_rows),
    ],
)
@pytest.mark.parametrize("affine", [False, True])
def test_batch_norm_in_evaluation_far_from_0(
    shape: tuple[int, ...], laid: Callable[[np.ndarray], autograd.Tensor], affine: bool
) -> None:
    rng = np.random.default_rng(1)
    numbers = [
        each.astype(np.float32)
        for each in (1e4 + rng.normal(size=shape), *rng.uniform(0.5, 2, (3, 3)), 1e4 + np.ones(3))
    ]
    direction = rng.normal(size=shape).astype(np.float32)

    def program(kind: Any) -> list[np.ndarray]:
        x, weight, bias, var, mean, g = (laid(each.astype(kind)) for each in (*numbers, direction))
        inputs = (x, weight, bias) if affine else (x,)
        for each in inputs:
            each.requires_grad_()
        y = F.batch_norm(x, mean, var, *(inputs[1:] or (None, None)))
        return [each.detach().numpy() for each in (y, *autograd.grad((y * g).sum(), inputs))]

    for found, exact in zip(program(np.float32), program(np.float64), strict=True):
        np.testing.assert_allclose(found, exact, rtol=1e-6, atol=1e-6 * np.abs(exact).max())
