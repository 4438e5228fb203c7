"""What a custom function may return and keep, what it is told otherwise, and when it dies."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

import pytest

import autograd
from autograd.function import Function
from tests.both import both, both_raise, leaf
from tests.custom_functions import f


def test_results_without_gradient() -> None:
    def program(lib: Any) -> Any:
        class Sorted(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                top, sign = x.argmax(), x * 0 + 1
                ctx.mark_non_differentiable(top, sign)
                return x * 2, top, sign, x.argmin()

            @staticmethod
            def backward(ctx, g, top, sign, low):
                return g * 2 + sign + top

        x = leaf(lib, 3.0, 2.0)
        results = Sorted.apply(x)
        results[0].sum().backward()
        return results, x.grad

    both(program)


def test_an_input_returned_and_marked_non_differentiable() -> None:
    def program(lib: Any) -> Any:
        class Constant(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.mark_non_differentiable(x)
                return x

        x = leaf(lib, 3.0)
        y = Constant.apply(x)
        return y, y is x, x.requires_grad

    both(program)


@pytest.mark.parametrize(
    ("gradients", "kind", "phrase"),
    [
        (
            lambda lib, g: (g, g, None, g),
            RuntimeError,
            "incorrect number of gradients (expected 3, got 4)",
        ),
        (lambda lib, g: g, RuntimeError, "incorrect number of gradients (expected 3, got 1)"),
        (
            lambda lib, g: [g, None, g],
            RuntimeError,
            "incorrect number of gradients (expected 3, got 1)",
        ),
        (lambda lib, g: (g, g, g), RuntimeError, "different than None at position 2"),
        (lambda lib, g: (1.5, None, None), RuntimeError, "expected Variable or None (got float)"),
        (
            lambda lib, g: (g, None, lib.ones(3)),
            RuntimeError,
            "invalid gradient at index 1 - got [3] but expected shape compatible with [2]",
        ),
    ],
)
def test_what_backward_may_not_return(gradients: Any, kind: Any, phrase: str) -> None:
    def program(lib: Any) -> Any:
        class Wrong(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x, k, y):
                return x * k + y

            @staticmethod
            def backward(ctx, g):
                return gradients(lib, g)

        Wrong.apply(leaf(lib, 1.0, 2.0), 3, leaf(lib, 1.0, 2.0)).sum().backward()

    assert "WrongBackward" in both_raise(program, kind, phrase)


def test_what_backward_may_return() -> None:
    def program(lib: Any) -> Any:
        class Odd(lib.autograd.Function):
            """A None too many, a broadcast shape, another dtype, a gradient that nobody needs."""

            @staticmethod
            def forward(ctx, x, y):
                return x * 1

            @staticmethod
            def backward(ctx, g):
                return g.expand(3, 2).float(), g, None, None

        x = leaf(lib, 1.0, 2.0)
        Odd.apply(x, lib.ones(2)).sum().backward()
        return x.grad

    both(program)


def test_saved_tensors_are_freed_by_backward() -> None:
    def program(lib: Any) -> Any:
        y = f(lib, "Square")(leaf(lib, 1.0)).sum()
        y.backward()
        y.backward()

    both_raise(program, RuntimeError, "Specify retain_graph=True")

    def kept(lib: Any) -> Any:
        class Peek(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(x)
                held.append(ctx)
                return x * 2

            @staticmethod
            def backward(ctx, g):
                return g * 2

        held: list[Any] = []
        y = Peek.apply(leaf(lib, 1.0))
        assert held[0].saved_tensors[0].item() == 1.0
        y.sum().backward()
        return held[0].saved_tensors

    both_raise(kept, RuntimeError, "after they have already been freed")


def test_a_function_that_saves_nothing_runs_twice() -> None:
    def program(lib: Any) -> Any:
        x = leaf(lib, 1.0)
        y = f(lib, "Same")(x)
        y.backward(lib.ones(1, dtype=lib.float64))
        y.backward(lib.ones(1, dtype=lib.float64))
        return x.grad

    both(program)


def test_save_for_backward_takes_tensors() -> None:
    def program(lib: Any) -> Any:
        class Wrong(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(x, 3)
                return x

        Wrong.apply(leaf(lib, 1.0))

    text = both_raise(
        program, TypeError, "save_for_backward can only save variables, but argument 1"
    )
    assert "ctx." in text


def test_what_is_not_written_says_so() -> None:
    def program(lib: Any) -> Any:
        class Half(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return x * 2

        Half.apply(leaf(lib, 1.0)).sum().backward()

    both_raise(program, NotImplementedError, "You must implement either the backward or vjp method")
    both_raise(
        lambda lib: lib.autograd.Function.apply(leaf(lib, 1.0)),
        NotImplementedError,
        "You must implement the forward function",
    )
    with pytest.raises(RuntimeError, match=r"Function\.apply"):
        Function()


def test_vjp_is_another_name_of_backward() -> None:
    def program(lib: Any) -> Any:
        class Named(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return x * 2

            @staticmethod
            def vjp(ctx, g):
                return g * 2

        x = leaf(lib, 1.0)
        Named.apply(x).sum().backward()
        return x.grad

    both(program)
    with pytest.raises(RuntimeError, match="Implementing both"):
        type("Two", (Function,), {"vjp": staticmethod(abs), "backward": staticmethod(abs)})


def test_once_differentiable() -> None:
    def program(lib: Any) -> Any:
        x = leaf(lib, 1.0, 2.0)
        f(lib, "Once")(x).sum().backward()
        return x.grad

    both(program)

    def twice(lib: Any) -> Any:
        x = leaf(lib, 1.0, 2.0)
        (g,) = lib.autograd.grad((f(lib, "Once")(x) * x).sum(), x, create_graph=True)
        g.sum().backward()

    both_raise(twice, RuntimeError, "differentiate twice a function that was marked with")


def test_once_differentiable_is_never_silently_left_out_of_a_second_derivative() -> None:
    x = leaf(autograd, 1.0, 2.0)
    (g,) = autograd.grad((f(autograd, "Once")(x) + x * x).sum(), x, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        g.sum().backward()


@pytest.mark.parametrize("name", ["Square", "Exp", "Polar"])
@pytest.mark.parametrize("ran", [False, True])
def test_no_reference_cycles(name: str, ran: bool) -> None:
    x, angle = leaf(autograd, 1.0, 2.0), leaf(autograd, 0.3, 0.7)
    apply = f(autograd, name)
    gc.collect()
    gc.disable()
    try:
        given = (x, "polar", angle) if name == "Polar" else (x,)
        results = apply(*given)
        results = results if isinstance(results, tuple) else (results,)
        node = weakref.ref(results[0].grad_fn)
        ctx = weakref.ref(results[0].grad_fn.params[0])
        if ran:
            (g,) = autograd.grad(results[0].sum(), x, create_graph=True)
            g.sum().backward()
            del g
        del results
        assert node() is None
        assert ctx() is None
    finally:
        gc.enable()


def test_long_chains_and_threads() -> None:
    apply = f(autograd, "Square")
    results: list[float] = []

    def work() -> None:
        x = leaf(autograd, 1.0)
        y = x
        for _ in range(3000):
            y = apply(y)
        y.sum().backward()
        results.append(x.grad.item() if x.grad is not None else 0.0)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [float("inf")] * 3
