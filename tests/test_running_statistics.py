"""What normalisation does to the running statistics, and with them: they carry no gradient."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
import nn
from tests.both import both, both_raise, functional, same
from tests.oracle import torch


def numbers(*shape: int, low: float = -2.0) -> np.ndarray:
    return np.random.default_rng(len(shape)).uniform(low, 2.0, shape)


@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 5), (2, 3, 2, 2)], ids=str)
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", ["batch_norm", "instance_norm"])
def test_statistics_and_results(name: str, shape: Any, training: bool) -> None:
    if name == "instance_norm" and len(shape) == 2:
        shape = (*shape, 2)

    def program(lib: Any) -> Any:
        x, mean, var, weight, bias = map(
            lib.from_numpy,
            (numbers(*shape), numbers(3), numbers(3, low=0.5), numbers(3), numbers(3)),
        )
        for each in (x, weight, bias):
            each.requires_grad_()
        norm = getattr(functional(lib), name)
        out = norm(x, mean, var, weight, bias, training, 0.3)
        out = norm(out, mean, var, None, bias, training)
        (out * out * out).sum().backward()
        return out.detach(), mean, var, x.grad, weight.grad, bias.grad

    for ours, theirs in zip(program(autograd), program(torch), strict=True):
        same(ours, theirs, 1e-9, 1e-9)


def test_statistics_that_a_graph_kept_are_watched() -> None:
    x = autograd.ones(4, 3, requires_grad=True)
    mean, var = autograd.zeros(3), autograd.ones(3)
    y = x * mean
    nn.functional.batch_norm(x, mean, var, training=True)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


def test_gradient_of_statistics_is_refused() -> None:
    both_raise(
        lambda lib: functional(lib).batch_norm(
            lib.ones(4, 3), lib.ones(3, requires_grad=True), lib.ones(3)
        ),
        RuntimeError,
        "not differentiable with respect to",
    )


def test_statistics_of_nothing_stay() -> None:
    def program(lib: Any) -> Any:
        mean, var = lib.zeros(3), lib.ones(3)
        functional(lib).batch_norm(lib.zeros(2, 3), mean, var, training=True, momentum=0.0)
        return mean, var

    both(program)


def test_what_is_not_finite_is_no_error() -> None:
    mean, var = autograd.zeros(2), autograd.ones(2)
    x = autograd.tensor([[1.0, float("inf")], [3.0, 2.0]])
    with np.errstate(all="raise"):
        nn.functional.batch_norm(x, mean, var, training=True, momentum=0.0)
    np.testing.assert_array_equal(mean.numpy(), [0, np.nan])
    np.testing.assert_array_equal(var.numpy(), [1, np.nan])
