"""Operators that keep their several results: the vertices stay the same, changes are noticed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
import nn as our_nn
from autograd import Tensor, tensor
from autograd.operator import Op, apply
from tests.both import both, leaf
from tests.oracle import torch

EXP_PAIR = Op(
    "exp_pair",
    lambda x: (np.exp(x), np.exp(2 * x), np.argsort(x)),
    "x",
    outputs=True,
    x=lambda gs, y: gs[0] * y[0] + 2 * gs[1] * y[1],
)
"""(e**x, e**2x, order): the first two are kept and carry a gradient, the third is of integers."""


def results(**options: Any) -> tuple[Tensor, Any]:
    x = tensor([0.5, -1.0], dtype=autograd.float64, requires_grad=True)
    return x, apply(EXP_PAIR, (x,))


def test_integers_among_the_results_carry_no_gradient() -> None:
    _, (once, twice, order) = results()
    assert [each.requires_grad for each in (once, twice, order)] == [True, True, False]


def test_gradient_of_a_gradient_by_a_result() -> None:
    """d(dx)/d(once), where dx = g * once + ...: the kept result is the user's own vertex."""
    x, (once, twice, _) = results()
    (dx,) = autograd.grad((3 * once + twice).sum(), x, create_graph=True)
    by_once, by_twice = autograd.grad(dx.sum(), (once, twice))
    np.testing.assert_allclose(by_once.numpy(), [3.0, 3.0])
    np.testing.assert_allclose(by_twice.numpy(), [2.0, 2.0])


def test_a_changed_result_is_noticed() -> None:
    _, (once, twice, _) = results()
    with autograd.no_grad():
        once.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        twice.sum().backward()


def residual(lib: Any, norm: str) -> Any:
    """A residual block as courses write it: what a normalisation gave is added to in place."""
    nn = lib.nn if lib is torch else our_nn
    x = leaf(lib, [[1.0, -2.0, 0.5], [0.3, 0.1, -1.0]])
    x = x[..., None]
    layers = {
        "batch": nn.BatchNorm1d(3),
        "layer": nn.LayerNorm([3, 1]),
        "group": nn.GroupNorm(1, 3),
        "instance": nn.InstanceNorm1d(3, affine=True),
        "rms": nn.RMSNorm([3, 1]),
    }
    if norm == "instance":
        x = x * lib.tensor([1.0, 2.0], dtype=lib.float64)
    layer = layers[norm].double()
    y = layer(x * x)
    y += x
    (dx, dw) = lib.autograd.grad((y**3).sum(), (x, layer.weight), create_graph=True)
    return y, dx, dw, lib.autograd.grad((dx**2).sum() + dw.sum(), x)


@pytest.mark.parametrize("norm", ["batch", "layer", "group", "instance", "rms"])
def test_a_result_that_no_rule_reads_may_change(norm: str) -> None:
    both(lambda lib: residual(lib, norm))


def test_an_input_without_a_rule_is_refused() -> None:
    scaled = Op("scaled", lambda x, by: x * by, "x by", x=lambda g, by: g * by)
    x, by = tensor(2.0, requires_grad=True), tensor(3.0, requires_grad=True)
    (dx,) = autograd.grad(apply(scaled, (x, by)), x)
    assert dx.item() == 3.0
    with pytest.raises(NotImplementedError, match="derivative of scaled by its argument 'by'"):
        apply(scaled, (x, by)).backward()
