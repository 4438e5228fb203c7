"""Dropout beside torch: written over its input, other layouts, warnings, and its statistics."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

import autograd
from nn import functional
from tests.both import both, both_raise, leaf
from tests.oracle import torch


def functions(lib: Any) -> Any:
    return functional if lib is autograd else lib.nn.functional


SHAPES = {
    "dropout": (4, 5),
    "alpha_dropout": (4, 5),
    "feature_alpha_dropout": (2, 3, 4),
    "dropout1d": (3, 4),
    "dropout2d": (2, 3, 2, 2),
    "dropout3d": (3, 2, 1, 2),
}


@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("name", SHAPES)
def test_written_over_the_input(name: str, p: float) -> None:
    def program(lib: Any) -> Any:
        lib.manual_seed(2)
        x = lib.arange(120.0).requires_grad_()
        size = 1
        for length in SHAPES[name]:
            size *= length
        y = (x * 0.1)[:size].reshape(SHAPES[name])
        z = getattr(functions(lib), name)(y, p, True, True)
        (z * z).sum().backward()
        return y, z, x.grad, z is y

    both(program)
    both_raise(
        lambda lib: getattr(functions(lib), name)(
            lib.ones(SHAPES[name], requires_grad=True), 0.5, True, True
        ),
        RuntimeError,
        "leaf",
    )


@pytest.mark.parametrize("p", [0.0, 0.5])
def test_nothing_to_do_gives_the_input_itself(p: float) -> None:
    def program(lib: Any) -> Any:
        x = leaf(lib)
        return functions(lib).dropout(x, p, training=p == 0) is x

    assert both(program)


@pytest.mark.parametrize(
    ("name", "shape"), [("dropout2d", (2, 3, 4)), ("dropout2d", (2, 3)), ("dropout3d", (2, 3, 4))]
)
def test_a_shape_that_is_not_meant_warns(name: str, shape: tuple[int, ...]) -> None:
    def program(lib: Any) -> Any:
        lib.manual_seed(4)
        return getattr(functions(lib), name)(lib.ones(shape), 0.5)

    for lib in (autograd, torch):
        with pytest.warns(UserWarning, match=name):
            program(lib)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        both(program, exact=True)


def test_a_batch_of_other_layouts() -> None:
    def program(lib: Any) -> Any:
        lib.manual_seed(8)
        x = lib.arange(60.0).reshape(3, 4, 5)
        views = [x.permute(2, 0, 1), x[:, ::2], x[0].expand(3, 4, 5), x[:, :1].expand(3, 4, 5)]
        return [functions(lib).dropout(view, 0.4) for view in views]

    both(program, exact=True)


def test_alpha_dropout_keeps_mean_and_variance() -> None:
    autograd.manual_seed(0)
    x = autograd.randn(200_000)
    y = functional.alpha_dropout(x, 0.3, training=True)
    assert abs(y.mean().item()) < 0.02
    assert abs(y.std().item() - 1) < 0.02


def test_refusals() -> None:
    for name in SHAPES:
        both_raise(
            lambda lib, name=name: getattr(functions(lib), name)(lib.ones(2, 2, 2, 2), 1.5),
            ValueError,
            "between 0 and 1",
        )
    both_raise(lambda lib: lib.dropout(lib.ones(2), -0.5, True), RuntimeError, "between 0 and 1")
    both_raise(lambda lib: functions(lib).dropout1d(lib.ones(2)), RuntimeError, "dropout1d")
    both_raise(
        lambda lib: lib.feature_dropout(lib.ones(2), 0.5, True), RuntimeError, "Feature dropout"
    )
    both_raise(lambda lib: functions(lib).dropout(lib.tensor([1, 2])), RuntimeError, "cast")
