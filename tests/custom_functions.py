"""The custom functions that the tests of `Function` share, written once for both libraries."""

from __future__ import annotations

from typing import Any


def functions(lib: Any) -> Any:
    """A class for each thing that a Function can do, in ``lib``."""

    class Square(lib.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return 2 * x * g

    class Exp(lib.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            y = x.exp()
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx, g):
            (y,) = ctx.saved_tensors
            return g * y

    class Polar(lib.autograd.Function):
        """Several results, that are both saved; a number among the arguments."""

        @staticmethod
        def forward(ctx, r, name, angle, k=2.0):
            x, y = r * angle.cos() * k, r * angle.sin() * k
            ctx.save_for_backward(r, x, None, y)
            ctx.k, ctx.label = k, name
            return x, y

        @staticmethod
        def backward(ctx, gx, gy):
            r, x, nothing, y = ctx.saved_tensors
            assert nothing is None
            assert ctx.label == "polar"
            needs = ctx.needs_input_grad
            gr = (gx * x + gy * y) / r if needs[0] else None
            ga = gy * x - gx * y if needs[2] else None
            return (gr, None, ga, None)[: len(needs)]

    class Split(lib.autograd.Function):
        @staticmethod
        def forward(x, k=3):
            return x * k

        @staticmethod
        def setup_context(ctx, inputs, output):
            _, k = inputs
            ctx.k = k
            ctx.save_for_backward(output)

        @staticmethod
        def backward(ctx, g):
            (y,) = ctx.saved_tensors
            return g * ctx.k + 0 * y, None

    class Same(lib.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x

        @staticmethod
        def backward(ctx, g):
            return g * 100

    class Doubled(lib.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.mark_dirty(x)
            x.mul_(2)
            return x

        @staticmethod
        def backward(ctx, g):
            return g * 2

    class Once(lib.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        @lib.autograd.function.once_differentiable
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return 3 * x * x * g

    return {name: value for name, value in locals().items() if name != "lib"}


def f(lib: Any, name: str) -> Any:
    return functions(lib)[name].apply


def leaf(lib: Any, *values: float) -> Any:
    return lib.tensor(values, dtype=lib.float64, requires_grad=True)
