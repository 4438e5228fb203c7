"""Operators that keep their several results: the vertices stay the same, changes are noticed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, tensor
from autograd.operator import Op, apply

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


def test_an_input_without_a_rule_is_refused() -> None:
    scaled = Op("scaled", lambda x, by: x * by, "x by", x=lambda g, by: g * by)
    x, by = tensor(2.0, requires_grad=True), tensor(3.0, requires_grad=True)
    (dx,) = autograd.grad(apply(scaled, (x, by)), x)
    assert dx.item() == 3.0
    with pytest.raises(NotImplementedError, match="derivative of scaled by its argument 'by'"):
        apply(scaled, (x, by)).backward()
