"""`autograd.functional` beside `torch.autograd.functional`: values, nesting, strictness."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import functional
from tests.both import both, both_raise

FUNCTIONS: dict[str, tuple[Callable[..., Any], int]] = {
    "one to one": (lambda lib, x: x.exp() * x, 1),
    "one to two": (lambda lib, x: (x * x, x.sum()), 1),
    "one to a tuple of one": (lambda lib, x: (x**3,), 1),
    "two to one": (lambda lib, x, y: x.exp() @ y, 2),
    "two to two": (lambda lib, x, y: (x @ y, (x * x).sum() + y.sum(0)), 2),
    "unused input": (lambda lib, x, y: x * x, 2),
    "linear": (lambda lib, x: 2 * x + 1, 1),
}

NUMBERS: dict[str, tuple[Callable[..., Any], int]] = {
    "cube": (lambda lib, x: (x**3).sum(), 1),
    "mixed": (lambda lib, x, y: (x.exp() @ y).sin().sum(), 2),
    "apart": (lambda lib, x, y: (x**3).sum() + (y**4).sum(), 2),
    "linear": (lambda lib, x: x.sum(), 1),
    "unused": (lambda lib, x, y: (x**3).sum(), 2),
    "one number in two dimensions": (lambda lib, x: (x**3).sum().reshape(1, 1), 1),
}


def points(lib: Any, count: int, requires_grad: bool = False) -> Any:
    """Two 2 x 2 inputs, or one that is not in a tuple."""
    x = lib.tensor([[0.3, 0.7], [1.1, -0.4]], dtype=lib.float64, requires_grad=requires_grad)
    y = lib.tensor([[0.5, -0.2], [0.9, 1.3]], dtype=lib.float64, requires_grad=requires_grad)
    return (x, y) if count == 2 else x


def ones_like(lib: Any, given: Any) -> Any:
    if isinstance(given, tuple):
        return tuple(ones_like(lib, each) for each in given)
    return lib.ones_like(given) * 2


def bound(lib: Any, func: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *inputs: func(lib, *inputs)


def flat(result: Any) -> list[Any]:
    if isinstance(result, tuple):
        return [tensor for part in result for tensor in flat(part)]
    return [result]


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_jacobian(name: str, create_graph: bool) -> None:
    func, count = FUNCTIONS[name]

    def program(lib: Any) -> Any:
        inputs = points(lib, count, requires_grad=create_graph)
        found = lib.autograd.functional.jacobian(
            bound(lib, func), inputs, create_graph=create_graph
        )
        if not create_graph:
            return found
        total = sum((part * part).sum() for part in flat(found))
        if not total.requires_grad:
            return found
        return found, lib.autograd.grad(total, inputs, allow_unused=True, materialize_grads=True)

    both(program)


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("name", NUMBERS)
def test_hessian(name: str, create_graph: bool) -> None:
    func, count = NUMBERS[name]

    def program(lib: Any) -> Any:
        inputs = points(lib, count, requires_grad=create_graph)
        return lib.autograd.functional.hessian(bound(lib, func), inputs, create_graph=create_graph)

    both(program)


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_vjp_and_jvp(name: str, create_graph: bool) -> None:
    func, count = FUNCTIONS[name]

    def program(lib: Any) -> Any:
        inputs = points(lib, count, requires_grad=create_graph)
        call = bound(lib, func)
        outputs = call(*inputs) if count == 2 else call(inputs)
        back = lib.autograd.functional.vjp(
            call, inputs, ones_like(lib, outputs), create_graph=create_graph
        )
        forward = lib.autograd.functional.jvp(
            call, inputs, ones_like(lib, inputs), create_graph=create_graph
        )
        return back, forward

    both(program)


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("name", NUMBERS)
def test_vhp_and_hvp(name: str, create_graph: bool) -> None:
    func, count = NUMBERS[name]

    def program(lib: Any) -> Any:
        inputs = points(lib, count, requires_grad=create_graph)
        v = ones_like(lib, inputs)
        return [
            product(bound(lib, func), inputs, v, create_graph=create_graph)
            for product in (lib.autograd.functional.vhp, lib.autograd.functional.hvp)
        ]

    both(program)


def test_vectors_may_be_left_out_for_single_numbers() -> None:
    def program(lib: Any) -> Any:
        x = lib.tensor([2.0])
        f = lib.autograd.functional
        return [run(lambda x: x**3, x) for run in (f.vjp, f.jvp, f.vhp, f.hvp)]

    both(program)


def test_vectorize_and_strategy_are_accepted() -> None:
    def program(lib: Any) -> Any:
        x = points(lib, 1)
        return (
            lib.autograd.functional.jacobian(lambda x: x * x, x, vectorize=True),
            lib.autograd.functional.jacobian(lambda x: x * x, x, strategy="reverse-mode"),
            lib.autograd.functional.hessian(
                lambda x: (x**3).sum(), x, vectorize=True, outer_jacobian_strategy="reverse-mode"
            ),
        )

    both(program)


def test_inputs_are_left_as_they_are_and_grad_mode_does_not_matter() -> None:
    def program(lib: Any) -> Any:
        x = points(lib, 1, requires_grad=True)
        with lib.no_grad():
            found = lib.autograd.functional.jacobian(lambda x: x**2, x)
            second = lib.autograd.functional.hvp(lambda x: (x**3).sum(), x, x.detach())
            mixed = lib.autograd.functional.vjp(lambda x: (x**3).sum(), x, create_graph=True)
        return found, second, mixed, x, x.grad is None

    both(program)


def test_captured_variables_are_constants() -> None:
    def program(lib: Any) -> Any:
        x = points(lib, 1, requires_grad=True)
        return lib.autograd.functional.jacobian(lambda y: y * x, x)

    both(program)


def test_float32_and_empty() -> None:
    def program(lib: Any) -> Any:
        x, jacobian = lib.tensor([1.0, 2.0]), lib.autograd.functional.jacobian
        return jacobian(lambda x: x * x, x), jacobian(lambda x: x.sum(), lib.zeros(0))

    both(program)
    assert functional.jacobian(lambda x: x[:0], autograd.ones(3)).shape == (0, 3)


def test_third_derivatives() -> None:
    def program(lib: Any) -> Any:
        x = points(lib, 1)
        f = lib.autograd.functional
        return f.jacobian(lambda x: f.hessian(lambda x: (x**4).sum(), x, create_graph=True), x)

    both(program)


STRICT: list[tuple[str, Callable[[Any], Any]]] = [
    ("does not require gradients", lambda f: f.jacobian(lambda x: x.detach(), f.x, strict=True)),
    (
        "is independent of input 1",
        lambda f: f.jacobian(lambda x, y: x * 2, (f.x, f.x), strict=True),
    ),
    ("is independent of input 1", lambda f: f.vjp(lambda x, y: x.sum(), (f.x, f.x), strict=True)),
    (
        "independent of input 0. This is not allowed in strict mode when create_graph=True",
        lambda f: f.vjp(lambda x: x.sum(), f.y, strict=True, create_graph=True),
    ),
    ("does not require gradients", lambda f: f.jvp(lambda x: x.detach(), f.x, f.x, strict=True)),
    (
        "While computing the hessian, found that the jacobian",
        lambda f: f.hessian(lambda x: x.sum(), f.x, strict=True),
    ),
    (
        "While computing the hessian, found that the jacobian",
        lambda f: f.vhp(lambda x: x.sum(), f.x, f.x, strict=True),
    ),
    (
        "is independent of input 1",
        lambda f: f.hvp(lambda x, y: x.exp().sum(), (f.x, f.x), (f.x, f.x), strict=True),
    ),
    (
        "are not supported together",
        lambda f: f.jacobian(lambda x: x, f.x, strict=True, vectorize=True),
    ),
]

WRONG: list[tuple[type[Exception], str, Callable[[Any], Any]]] = [
    (TypeError, "must be either a Tensor or a tuple of Tensors", lambda f: f.jacobian(abs, [f.x])),
    (TypeError, "value at index 1 has type", lambda f: f.vjp(abs, (f.x, 3))),
    (TypeError, "outputs of the user-provided function", lambda f: f.hessian(lambda x: 3, f.x)),
    (RuntimeError, "should contain a single element", lambda f: f.hessian(lambda x: x * 2, f.x)),
    (RuntimeError, "should return a single Tensor", lambda f: f.hessian(lambda x: (x.sum(),), f.x)),
    (RuntimeError, "should contain a single element", lambda f: f.vhp(lambda x: x * 2, f.x, f.x)),
    (RuntimeError, "should return a single Tensor", lambda f: f.hvp(lambda x: (x, x), f.x, f.x)),
    (RuntimeError, "v can only be None if the user-provided", lambda f: f.vjp(lambda x: x, f.x)),
    (
        RuntimeError,
        "The vector v can only be None if the input to",
        lambda f: f.jvp(lambda x: x, f.x),
    ),
    (
        RuntimeError,
        "The vector v can only be None if the input to",
        lambda f: f.hvp(lambda x: x.sum(), f.x),
    ),
    (RuntimeError, "v has invalid size: should be", lambda f: f.vjp(lambda x: x * 2, f.x, f.x[0])),
    (
        RuntimeError,
        "Entry 1 in v has invalid size",
        lambda f: f.jvp(lambda x, y: x + y, (f.x, f.x), (f.x, f.x[0])),
    ),
    (
        RuntimeError,
        "v is a tuple of invalid length",
        lambda f: f.jvp(lambda x, y: x + y, (f.x, f.x), f.x),
    ),
    (
        RuntimeError,
        "v should contain a single Tensor",
        lambda f: f.vhp(lambda x: x.sum(), f.x, (f.x, f.x)),
    ),
    (NotImplementedError, "", lambda f: f.jacobian(lambda x: x, f.x, strategy="forward-mode")),
    (
        AssertionError,
        "Expected strategy to be",
        lambda f: f.jacobian(lambda x: x, f.x, strategy="?"),
    ),
]


class With:
    """``functional`` of one library, with inputs of that library."""

    def __init__(self, lib: Any) -> None:
        self.x = points(lib, 1)
        self.y = points(lib, 1, requires_grad=True)
        self.functional = lib.autograd.functional

    def __getattr__(self, name: str) -> Any:
        return getattr(self.functional, name)


@pytest.mark.parametrize(("phrase", "call"), STRICT)
def test_strict_refuses(phrase: str, call: Any) -> None:
    both_raise(lambda lib: call(With(lib)), RuntimeError, phrase)


@pytest.mark.parametrize(("kind", "phrase", "call"), WRONG)
def test_wrong_arguments(kind: type[Exception], phrase: str, call: Any) -> None:
    both_raise(lambda lib: call(With(lib)), kind, phrase)


def test_strict_lets_pass_what_depends() -> None:
    def program(lib: Any) -> Any:
        f = With(lib)
        return (
            f.jacobian(lambda x: x**2, f.y, strict=True, create_graph=True),
            f.hessian(lambda x: (x**3).sum(), f.x, strict=True),
            f.vhp(lambda x: (x**3).sum(), f.x, f.x, strict=True),
            f.hvp(lambda x: (x**3).sum(), f.y, f.x, strict=True, create_graph=True),
            f.jvp(lambda x: x**2, f.x, f.x, strict=True),
        )

    both(program)
