"""`gradcheck` and `gradgradcheck`: what they let pass, and what they say where they do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
from autograd.function import Function
from autograd.gradcheck import GradcheckError, gradcheck, gradgradcheck
from tests.both import both, both_raise, leaf


def wrong(lib: Any) -> Any:
    """x1 * x2 with a backward that is wrong in the second entry of its second input only."""

    class Wrong(lib.autograd.Function):
        @staticmethod
        def forward(ctx, x, y):
            ctx.save_for_backward(x, y)
            return x * y

        @staticmethod
        def backward(ctx, g):
            x, y = ctx.saved_tensors
            return g * y, g * x * lib.tensor([1.0, 1.5], dtype=lib.float64)

    return Wrong.apply


@pytest.mark.parametrize("fast", [False, True])
def test_right_derivatives_pass(fast: bool) -> None:
    def program(lib: Any) -> Any:
        x, y = leaf(lib, [[0.3, 0.7], [1.1, 2.0]]), leaf(lib, [0.5, 1.5])
        calls = [
            lambda: lib.autograd.gradcheck(lambda x: x * 2, x, fast_mode=fast),
            lambda: lib.autograd.gradcheck(lambda x, y: x @ y, (x, y), fast_mode=fast),
            lambda: lib.autograd.gradcheck(
                lambda x, y: (x.exp(), y.sum(), x * y), (x, y), fast_mode=fast
            ),
            lambda: lib.autograd.gradcheck(lambda x, n: x**n, (x, 3), fast_mode=fast),
            lambda: lib.autograd.gradcheck(lambda x: x, (x,), fast_mode=fast),
            lambda: lib.autograd.gradcheck(lambda x: (x * 2, x.argmax()), (x,), fast_mode=fast),
            lambda: lib.autograd.gradcheck(lambda x: x.argmax(), (x,), fast_mode=fast),
            lambda: lib.autograd.gradcheck(lambda x, y: y * 3, (x, y), fast_mode=fast),
            lambda: lib.autograd.gradcheck(lambda x: x.sum(), (x * 1,), fast_mode=fast),
            lambda: lib.autograd.gradcheck(lambda x: x.exp(), (x.t(),), fast_mode=fast),
            lambda: lib.autograd.gradgradcheck(lambda x, y: (x @ y, x**3), (x, y), fast_mode=fast),
            lambda: lib.autograd.gradgradcheck(
                lambda x: x**3, (x,), gen_non_contig_grad_outputs=True, fast_mode=fast
            ),
            lambda: lib.autograd.gradgradcheck(lambda x: x**3, (x,), (leaf(lib, [[1.0] * 2] * 2),)),
        ]
        return [call() for call in calls]

    both(program)


@pytest.mark.parametrize("fast", [False, True])
def test_the_first_wrong_entry_is_named(fast: bool) -> None:
    def program(lib: Any) -> Any:
        x, y = leaf(lib, [2.0, 3.0]), leaf(lib, [5.0, 7.0])
        function = wrong(lib)
        return lib.autograd.gradcheck(lambda x, y: (x * 1, function(x, y)), (x, y), fast_mode=fast)

    text = both_raise(
        program, RuntimeError, "Jacobian mismatch for output 1 with respect to input 1"
    )
    assert "d output[1][1] / d input[1][1]" in text
    assert "analytical: 4.5" in text
    assert "numerical:  3.0" in text or "numerical:  2.99" in text
    assert "1 of 4 entries" in text


def test_indices_have_the_shapes_of_input_and_output() -> None:
    class Wrong(Function):
        @staticmethod
        def forward(ctx, x):
            return x.t() * 1

        @staticmethod
        def backward(ctx, g):
            mask = np.ones((3, 2))
            mask[2, 0] = 2
            return g.t() * autograd.from_numpy(mask.T.copy())

    x = leaf(autograd, [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    with pytest.raises(GradcheckError, match=r"d output\[0\]\[2, 0\] / d input\[0\]\[0, 2\]"):
        gradcheck(Wrong.apply, x)


def test_a_wrong_second_derivative() -> None:
    def program(lib: Any) -> Any:
        class Cube(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(x)
                return x**3

            @staticmethod
            def backward(ctx, g):
                (x,) = ctx.saved_tensors
                return 3 * x * x.detach() * g

        x = leaf(lib, [2.0, 3.0])
        assert lib.autograd.gradcheck(Cube.apply, (x,))
        return lib.autograd.gradgradcheck(Cube.apply, (x,))

    both_raise(program, RuntimeError, "Jacobian mismatch for output 0 with respect to input 0")


def test_false_instead_of_an_error() -> None:
    def program(lib: Any) -> Any:
        x, y = leaf(lib, [2.0, 3.0]), leaf(lib, [5.0, 7.0])
        return (
            lib.autograd.gradcheck(wrong(lib), (x, y), raise_exception=False),
            lib.autograd.gradgradcheck(wrong(lib), (x, y), raise_exception=False),
            lib.autograd.gradcheck(wrong(lib), (x, y), atol=10.0),
        )

    both(program)


def test_what_is_refused() -> None:
    both_raise(
        lambda lib: lib.autograd.gradcheck(lambda x: x, (lib.ones(2),)),
        ValueError,
        "expects at least one input tensor to require gradient",
    )
    both_raise(
        lambda lib: lib.autograd.gradcheck(lambda x: x * 2, (leaf(lib, 1.0).expand(3),)),
        RuntimeError,
        "The 0th input has a dimension with stride 0",
    )
    with pytest.raises(ValueError, match="returned no tensor but int"):
        gradcheck(lambda x: 3, leaf(autograd, 1.0))


def test_float32_inputs_are_warned_of() -> None:
    def program(lib: Any) -> Any:
        with pytest.warns(UserWarning, match="Input #0 requires gradient and is not a double"):
            return lib.autograd.gradcheck(
                lambda x: x * 2, (leaf(lib, [1.0], dtype="float32"),), eps=1e-2, atol=1e-2
            )

    both(program)


def test_a_detached_result() -> None:
    both_raise(
        lambda lib: lib.autograd.gradcheck(lambda x: x.detach() * 2, (leaf(lib, [1.0]),)),
        RuntimeError,
        "Numerical gradient for function expected to be zero",
    )


def test_backward_that_gives_another_gradient_each_time() -> None:
    def program(lib: Any) -> Any:
        class Loose(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return x * 2

            @staticmethod
            def backward(ctx, g):
                count.append(1)
                return g * (2 + 1e-7 * len(count))

        count: list[int] = []
        x = leaf(lib, [1.0, 2.0])
        assert lib.autograd.gradcheck(Loose.apply, (x,), nondet_tol=1e-3)
        return lib.autograd.gradcheck(Loose.apply, (x,))

    both_raise(program, RuntimeError, "Backward is not reentrant")


def test_results_that_get_no_gradient() -> None:
    def program(lib: Any) -> Any:
        class Needy(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.set_materialize_grads(False)
                return x * 1, x * 2

            @staticmethod
            def backward(ctx, a, b):
                return a + b * 2

        return lib.autograd.gradcheck(Needy.apply, (leaf(lib, [1.0]),))

    with pytest.raises((GradcheckError, TypeError)):
        program(autograd)


def test_inputs_come_back_exactly() -> None:
    rng = np.random.default_rng(0)
    array = rng.standard_normal((3, 4)) * 10.0 ** rng.integers(-8, 8, (3, 4))
    before = array.copy()
    x = autograd.from_numpy(array.T[::2]).requires_grad_()
    version = x._version
    assert not x.is_contiguous()
    gradcheck(lambda x: x.sin(), x, atol=1e9)
    gradgradcheck(lambda x: x * x, x, fast_mode=True, atol=1e9)

    def fails(x: Any) -> Any:
        if (x.detach() != autograd.from_numpy(before.T[::2])).any():
            raise KeyError("while an input is moved")
        return x * 2

    with pytest.raises(KeyError):
        gradcheck(fails, x)
    assert (array == before).all()
    assert x._version == version
    assert x.grad is None


def test_functions_that_close_over_their_input() -> None:
    def program(lib: Any) -> Any:
        x = leaf(lib, [1.0, 2.0])
        return lib.autograd.gradcheck(lambda *ignored: x**3, (x,))

    both(program)


def test_read_only_memory_is_refused() -> None:
    array = np.ones(3)
    array.flags.writeable = False
    x = autograd.tensor([1.0, 1.0, 1.0], dtype=autograd.float64)
    x._array = array
    with pytest.raises(RuntimeError, match="read-only"):
        gradcheck(lambda x: x * 2, x.requires_grad_())
