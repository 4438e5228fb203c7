"""Custom functions that return, share, keep or change what they were given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
from tests.both import both, both_raise, leaf
from tests.custom_functions import f


def test_an_input_returned_as_it_is_becomes_a_tensor_of_its_own() -> None:
    def program(lib: Any) -> Any:
        x = leaf(lib, 1.0, 2.0)
        y = f(lib, "Same")(x)
        y.sum().backward()
        constant = x.detach()
        with lib.no_grad():
            quiet = f(lib, "Same")(x)
        return (
            y is x,
            y.data_ptr() == x.data_ptr() if hasattr(y, "data_ptr") else True,
            y.is_leaf,
            x.is_leaf,
            x.grad,
            f(lib, "Same")(constant) is constant,
            quiet is x,
            quiet,
        )

    both(program)
    x = leaf(autograd, 1.0, 2.0)
    assert np.shares_memory(f(autograd, "Same")(x).detach().numpy(), x.detach().numpy())


@pytest.mark.parametrize("kind", ["leaf", "result"])
def test_a_returned_input_cannot_be_changed_in_place(kind: str) -> None:
    def program(lib: Any) -> Any:
        x = leaf(lib, 1.0, 2.0)
        f(lib, "Same")(x if kind == "leaf" else x * 1).mul_(2)

    both_raise(program, RuntimeError, "by cloning the output of the custom Function")


def test_a_returned_view_cannot_be_changed_in_place() -> None:
    def program(lib: Any) -> Any:
        class Turned(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return x.reshape(2, 1)

            @staticmethod
            def backward(ctx, g):
                return g.reshape(2)

        x = leaf(lib, 1.0, 2.0) * 1
        Turned.apply(x).mul_(2)

    both_raise(program, RuntimeError, "is a view and is being modified inplace")


def test_a_change_of_the_base_never_loses_the_custom_backward() -> None:
    def program(lib: Any) -> Any:
        z = leaf(lib, 1.0, 2.0) * 1
        y = f(lib, "Same")(z)
        z.mul_(2)
        (y * 3).sum().backward()

    both_raise(program, RuntimeError, "another view of its base has been modified inplace")


def test_a_result_used_before_its_base_changed_is_right() -> None:
    def program(lib: Any) -> Any:
        x = leaf(lib, 1.0, 2.0)
        z = x * 1
        y = f(lib, "Same")(z) * 3
        z.mul_(2)
        y.sum().backward()
        return x.grad

    both(program)


def test_mark_dirty() -> None:
    def program(lib: Any) -> Any:
        x = leaf(lib, 1.0, 2.0)
        z = x * 1
        y = f(lib, "Doubled")(z)
        before = z._version
        (y * x + z).sum().backward()
        constant = lib.ones(2)
        return y is z, before, y, x.grad, f(lib, "Doubled")(constant) is constant, constant

    both(program)


def test_mark_dirty_on_a_view_changes_its_base() -> None:
    def program(lib: Any) -> Any:
        x = leaf(lib, 1.0, 2.0)
        z = x * 1
        f(lib, "Doubled")(z[:1])
        (z * z).sum().backward()
        return z, x.grad

    both(program)


def test_a_saved_dirty_input_is_the_result() -> None:
    def program(lib: Any) -> Any:
        class ExpInPlace(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.mark_dirty(x)
                x.exp_()
                ctx.save_for_backward(x)
                return x

            @staticmethod
            def backward(ctx, g):
                (y,) = ctx.saved_tensors
                return g * y

        x = leaf(lib, 0.3, 0.7)
        y = ExpInPlace.apply(x * 2)
        (first,) = lib.autograd.grad(y.sum(), x, create_graph=True)
        return y, first, lib.autograd.grad(first.sum(), x)

    both(program)


def test_mark_dirty_is_refused_for_leaves_and_for_what_is_not_returned() -> None:
    both_raise(
        lambda lib: f(lib, "Doubled")(leaf(lib, 1.0)),
        RuntimeError,
        "a leaf Variable that requires grad",
    )

    def program(lib: Any) -> Any:
        class Lost(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.mark_dirty(x)
                return x * 2

        return Lost.apply(leaf(lib, 1.0) * 1)

    both_raise(program, RuntimeError, "were not returned as output")


def test_several_results_of_a_dirty_view_are_refused() -> None:
    def program(lib: Any) -> Any:
        class Two(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.mark_dirty(x)
                x.mul_(2)
                return x, x * 2

        return Two.apply((leaf(lib, 1.0, 2.0) * 1)[:1])

    both_raise(program, RuntimeError, "cannot return more than one Tensor")


def test_results_of_several_can_be_changed_in_place() -> None:
    def program(lib: Any) -> Any:
        r, angle = leaf(lib, 1.0, 2.0), leaf(lib, 0.3, 0.7)

        class Two(lib.autograd.Function):
            @staticmethod
            def forward(ctx, r, angle):
                return r * 2, angle * 3

            @staticmethod
            def backward(ctx, a, b):
                return 2 * a, 3 * b

        x, y = Two.apply(r, angle)
        x.mul_(y)
        x.sum().backward()
        return x, r.grad, angle.grad

    both(program)


def test_one_array_returned_twice_or_kept_stays_apart() -> None:
    def program(lib: Any) -> Any:
        class Kept(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x, y):
                ctx.save_for_backward(x)
                return x + y

            @staticmethod
            def backward(ctx, g):
                (x,) = ctx.saved_tensors
                return x, x

        x, y = leaf(lib, 1.0, 2.0), leaf(lib, 3.0, 4.0)
        for _ in range(3):
            Kept.apply(x, y).sum().backward()
        return x, x.grad, y.grad

    both(program)


@pytest.mark.parametrize("name", ["Square", "Exp"])
def test_a_saved_tensor_modified_before_backward(name: str) -> None:
    def program(lib: Any) -> Any:
        x = leaf(lib, 1.0, 2.0) * 1
        y = f(lib, name)(x)
        (x if name == "Square" else y).mul_(2)
        y.sum().backward()

    phrase = "modified by an inplace operation"
    assert "SquareBackward" in both_raise(program, RuntimeError, phrase) or name == "Exp"
