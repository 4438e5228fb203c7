"""Corners that random programs found: the same lines here and in torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import autograd
import nn
from tests.both import both, both_raise, leaf


def integers_take_no_history(lib: Any) -> Any:
    x = leaf(lib)
    counts, places = lib.zeros(2, dtype=lib.int64), lib.zeros(2, 3, dtype=lib.int32)
    counts[0] = x.sum()
    counts[1].copy_(x.prod())
    places[1] = x
    places[:, 0].copy_(x[:2])
    mask = lib.zeros(3, dtype=lib.bool)
    mask[...] = x
    return counts, places, mask


def what_is_flat_stays(lib: Any) -> Any:
    x = leaf(lib)
    return x.flatten() is x, x.reshape(3, 1).flatten(1).shape, x.sum().flatten()


def turned_alike_is_a_view(lib: Any) -> Any:
    x = leaf(lib)
    s = x.sum()
    views = x.t(), x.T, x.swapaxes(0, 0), s.t(), s.transpose(0, -1), s.mT, s.movedim(0, -1)
    y = x * 1
    y.t().unsqueeze_(0)
    return [view is x or view is s for view in views], [view.is_leaf for view in views], y


def of_largest(lib: Any) -> Any:
    x = leaf(lib, -1.0, 0.0, -2.0)
    return lib.autograd.grad(x.max().sqrt() + (-x).median().sqrt(), x)


def whole_powers(lib: Any) -> Any:
    base, exponent = lib.tensor([-2, -1, 0, 1, 2]), lib.tensor([[-3], [-2], [0], [2]])
    return base**exponent, 2 ** exponent[:, 0], base[0] ** exponent[0, 0]


def numbers_beside_vectors(lib: Any) -> Any:
    small, large = lib.ones(3, dtype=lib.uint8), lib.tensor(300)
    return lib.hstack([small, large]), lib.column_stack([small[:1], large]), small + large


def bools_as_targets(lib: Any) -> Any:
    x = leaf(lib)
    F = nn.functional if lib is autograd else lib.nn.functional
    loss = F.mse_loss(x, x > 1) + F.smooth_l1_loss(x, x < 2)
    return loss, lib.autograd.grad(loss, x)


@pytest.mark.parametrize(
    "program",
    [
        bools_as_targets,
        integers_take_no_history,
        numbers_beside_vectors,
        of_largest,
        turned_alike_is_a_view,
        what_is_flat_stays,
        whole_powers,
    ],
    ids=lambda program: program.__name__,
)
def test_same(program: Callable[[Any], Any]) -> None:
    both(program)


def test_a_view_of_nothing_is_a_view() -> None:
    def program(lib: Any) -> Any:
        lib.zeros(0, 3, requires_grad=True)[:, 0].add_(1)

    both_raise(program, RuntimeError, "a view of a leaf Variable that requires grad")
