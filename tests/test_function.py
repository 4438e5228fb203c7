"""Custom functions: the same classes, written once, run here and in torch."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd.gradcheck import gradcheck, gradgradcheck
from tests.both import both, leaf
from tests.custom_functions import f


def test_first_order() -> None:
    def program(lib: Any) -> Any:
        x = leaf(lib, 1.0, 2.0)
        y = f(lib, "Square")(x) + f(lib, "Exp")(x) * x
        y.sum().backward()
        return y, x.grad

    both(program)


def test_higher_orders_through_saved_inputs_and_saved_outputs() -> None:
    def program(lib: Any) -> Any:
        x = leaf(lib, 0.5, 2.0)
        y = f(lib, "Square")(f(lib, "Exp")(x) * x)
        found = []
        for _ in range(4):
            (y,) = lib.autograd.grad(y.sum(), x, create_graph=True)
            found.append(y)
        return found

    both(program)


def test_several_results_and_arguments_that_are_no_tensors() -> None:
    def program(lib: Any) -> Any:
        r, angle = leaf(lib, 1.0, 2.0), leaf(lib, 0.3, 0.7)
        x, y = f(lib, "Polar")(r, "polar", angle, 3.0)
        first = lib.autograd.grad((x * y.exp()).sum(), (r, angle), create_graph=True)
        second = lib.autograd.grad((first[0] * first[1]).sum(), (r, angle))
        return x, y, first, second

    both(program)


def test_only_one_of_several_results_is_used() -> None:
    def program(lib: Any) -> Any:
        r, angle = leaf(lib, 1.0, 2.0), leaf(lib, 0.3, 0.7)
        y = f(lib, "Polar")(r, "polar", angle)[1]
        y.sum().backward()
        return r.grad, angle.grad

    both(program)


def test_gradient_of_a_result_that_was_saved() -> None:
    def program(lib: Any) -> Any:
        r, angle = leaf(lib, 1.0, 2.0), leaf(lib, 0.3, 0.7)
        x, y = f(lib, "Polar")(r, "polar", angle)
        (first,) = lib.autograd.grad((x * y).sum(), angle, create_graph=True)
        return lib.autograd.grad(first.sum(), (x, y))

    both(program)


def test_one_result_that_is_an_input_of_none() -> None:
    def program(lib: Any) -> Any:
        return [one_of_several_used(lib, materialize) for materialize in (True, False)]

    both(program)


def one_of_several_used(lib: Any, materialize: bool) -> Any:
    """The results that are no tensors, the gradient, and what backward got."""
    seen: list[Any] = []

    class Pair(lib.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.set_materialize_grads(materialize)
            return x * 1, x * 2, "text", None

        @staticmethod
        def backward(ctx, *grads):
            seen.append([None if g is None else g.tolist() for g in grads])
            return grads[1]

    x = leaf(lib, 1.0, 2.0)
    results = Pair.apply(x)
    results[1].sum().backward()
    return results[2:], x.grad, repr(seen)


def test_none_that_flows_back_becomes_zeros() -> None:
    def program(lib: Any) -> Any:
        class Stop(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return x * 2

            @staticmethod
            def backward(ctx, g):
                return None

        x = leaf(lib, 1.0, 2.0)
        Stop.apply(f(lib, "Square")(x)).sum().backward()
        return x.grad

    both(program)


def test_setup_context_gets_defaults_and_keywords() -> None:
    def program(lib: Any) -> Any:
        x = leaf(lib, 1.0, 2.0)
        apply = f(lib, "Split")
        return [
            lib.autograd.grad(y.sum(), x)
            for y in (apply(x), apply(x, 5), apply(x, k=7), apply(k=2, x=x))
        ]

    both(program)


def test_keyword_arguments_by_name() -> None:
    def program(lib: Any) -> Any:
        r, angle = leaf(lib, 1.0, 2.0), leaf(lib, 0.3, 0.7)
        x, _ = f(lib, "Polar")(r, name="polar", angle=angle)
        return lib.autograd.grad(x.sum(), (r, angle))

    both(program)


def test_one_tensor_twice_among_arguments_and_results() -> None:
    def program(lib: Any) -> Any:
        class Both(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x, y):
                ctx.save_for_backward(x, y)
                z = x * y
                return z, z

            @staticmethod
            def backward(ctx, a, b):
                x, y = ctx.saved_tensors
                return (a + 10 * b) * y, (a + 10 * b) * x

        x = leaf(lib, 3.0)
        a, b = Both.apply(x, x)
        (a + b).sum().backward()
        return a is b, x.grad

    both(program)


def test_nothing_is_recorded_where_nothing_requires_grad() -> None:
    def program(lib: Any) -> Any:
        x = leaf(lib, 1.0)
        with lib.no_grad():
            inside = f(lib, "Square")(x)
        return inside, f(lib, "Square")(x.detach())

    both(program)


def test_forward_runs_unrecorded_and_backward_only_with_create_graph_recorded() -> None:
    def program(lib: Any) -> Any:
        class Seen(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                modes.append((lib.is_grad_enabled(), x.requires_grad, ctx.needs_input_grad))
                return x * 1

            @staticmethod
            def backward(ctx, g):
                modes.append((lib.is_grad_enabled(), g.requires_grad, ctx.needs_input_grad))
                return g

        modes: list[Any] = []
        x = leaf(lib, 1.0)
        lib.autograd.grad(Seen.apply(x), x)
        lib.autograd.grad(Seen.apply(x) * x, x, create_graph=True)
        return modes

    both(program)


def test_numpy_inside() -> None:
    def program(lib: Any) -> Any:
        class Sin(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(x)
                return lib.from_numpy(np.sin(x.numpy()))

            @staticmethod
            @lib.autograd.function.once_differentiable
            def backward(ctx, g):
                (x,) = ctx.saved_tensors
                return lib.from_numpy(np.cos(x.numpy()) * g.numpy())

        x = leaf(lib, 1.0, 2.0)
        Sin.apply(x).sum().backward()
        return x.grad

    both(program)


def test_names() -> None:
    def program(lib: Any) -> Any:
        y = f(lib, "Square")(leaf(lib, 1.0))
        a, b = f(lib, "Polar")(leaf(lib, 1.0), "polar", leaf(lib, 2.0))
        return y.grad_fn.name(), repr(y)[-27:], a.grad_fn.name(), a.output_nr, b.output_nr

    assert both(program)[1].endswith("grad_fn=<SquareBackward>)")


def test_hooks_and_retained_gradients_on_results() -> None:
    def program(lib: Any) -> Any:
        r, angle = leaf(lib, 1.0, 2.0), leaf(lib, 0.3, 0.7)
        x, y = f(lib, "Polar")(r, "polar", angle)
        x.retain_grad()
        y.register_hook(lambda g: g * 10)
        (x * x + y).sum().backward()
        return x.grad, r.grad, angle.grad

    both(program)


def test_gradcheck_of_functions() -> None:
    x = leaf(autograd, 0.5, 2.0)
    angle = leaf(autograd, 0.3, 0.7)
    for run in (gradcheck, gradgradcheck):
        assert run(f(autograd, "Square"), (x,))
        assert run(f(autograd, "Exp"), (x,))
        assert run(lambda r, a: f(autograd, "Polar")(r, "polar", a), (x, angle))
