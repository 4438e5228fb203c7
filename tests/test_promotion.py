"""The dtype of a result for every pair of dtypes and kinds of operand, as torch has it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd
from autograd.registry import FUNCTIONS
from tests.both import differences, outcome, same_refusal, same_result
from tests.oracle import torch

pytestmark = [
    pytest.mark.filterwarnings(r"ignore:(divide by zero|invalid value|overflow):RuntimeWarning"),
    pytest.mark.filterwarnings("ignore:.*degrees of freedom:UserWarning"),
]

DTYPES = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64"]
NUMBERS = [True, 3, 2.5]
ONES = {"tensor": [1, 2], "0-d": 2}

BINARY: dict[str, Callable[[Any, Any, Any], Any]] = {
    "add": lambda f, a, b: a + b,
    "sub": lambda f, a, b: a - b,
    "mul": lambda f, a, b: a * b,
    "div": lambda f, a, b: a / b,
    "pow": lambda f, a, b: a**b,
    "remainder": lambda f, a, b: a % b,
    "floor_divide": lambda f, a, b: a // b,
    "maximum": lambda f, a, b: f("maximum")(a, b),
    "minimum": lambda f, a, b: f("minimum")(a, b),
    "where": lambda f, a, b: f("where")(a == a, a, b),
    "clamp": lambda f, a, b: f("clamp")(a, b),
    "eq": lambda f, a, b: a == b,
    "lt": lambda f, a, b: a < b,
    "bitwise_and": lambda f, a, b: a & b,
    "cat": lambda f, a, b: f("cat")([a, b]),
    "stack": lambda f, a, b: f("stack")([a, b]),
    "matmul": lambda f, a, b: a @ b,
}
TENSORS_ONLY = {"maximum", "minimum", "cat", "stack", "matmul"}
BOOLS_DIFFER = ["pow", "**="]
"""What torch refuses or allows on bools as its kernels happen to exist, and this does not."""

UNARY = [
    "sum",
    "mean",
    "prod",
    "var",
    "std",
    "amax",
    "amin",
    "max",
    "min",
    "argmax",
    "all",
    "any",
    "exp",
    "log",
    "sqrt",
    "square",
    "abs",
    "sign",
    "sin",
    "cos",
    "tanh",
    "sigmoid",
    "relu",
    "neg",
    "isnan",
    "bitwise_not",
    "clone",
]


def pairs(name: str) -> Iterator[tuple[str, Any, Any]]:
    """A label, and two operands as functions of the library."""
    for a in DTYPES:
        for b in DTYPES:
            for left in ONES:
                for right in ONES:
                    yield f"{a} {left}, {b} {right}", (left, a), (right, b)
        if name not in TENSORS_ONLY:
            for number in NUMBERS:
                for kind in ONES:
                    yield f"{a} {kind}, {number}", (kind, a), number
                    if name not in ("where", "clamp"):
                        yield f"{number}, {a} {kind}", number, (kind, a)


def ours(operand: Any) -> Any:
    if isinstance(operand, tuple):
        return autograd.tensor(np.array(ONES[operand[0]], operand[1]))
    return operand


def theirs(operand: Any) -> Any:
    if isinstance(operand, tuple):
        return torch.tensor(ONES[operand[0]], dtype=getattr(torch, operand[1]))
    return operand


def compare(run_ours: Callable[[], Any], run_theirs: Callable[[], Any]) -> None:
    expected, found = outcome(run_theirs), outcome(run_ours)
    if isinstance(expected, Exception):
        same_refusal(found, expected)
    else:
        assert not isinstance(found, Exception), repr(found)
        same_result(found, expected, 2e-3 if "16" in str(expected) else 1e-6, 1e-6)


def parametrized(names: Any) -> Any:
    """Each name without bools among the operands, and with them."""
    refused = pytest.mark.xfail(reason="bools differ here", strict=True)
    return pytest.mark.parametrize(
        ("name", "bools"),
        [pytest.param(name, False, id=name) for name in names]
        + [
            pytest.param(
                name, True, id=f"{name}-bool", marks=refused if name in BOOLS_DIFFER else ()
            )
            for name in names
        ],
    )


def has_bools(label: str) -> bool:
    return "bool" in label or "True" in label


@parametrized(BINARY)
def test_two_operands(name: str, bools: bool) -> None:
    run, wrong = BINARY[name], {}
    for label, a, b in pairs(name):
        if has_bools(label) != bools:
            continue
        found = differences(
            lambda a=a, b=b: compare(
                lambda: run(FUNCTIONS.__getitem__, ours(a), ours(b)),
                lambda: run(lambda name: getattr(torch, name), theirs(a), theirs(b)),
            )
        )
        if found:
            wrong[label] = found
    assert not wrong, f"{len(wrong)} wrong\n" + "\n".join(f"{k}: {v}" for k, v in wrong.items())


@parametrized(UNARY)
def test_one_operand(name: str, bools: bool) -> None:
    wrong = {}
    for dtype in ["bool"] if bools else DTYPES[1:]:
        for kind in ONES:
            operand = (kind, dtype)
            found = differences(
                lambda operand=operand: compare(
                    lambda: FUNCTIONS[name](ours(operand)),
                    lambda: getattr(torch, name)(theirs(operand)),
                )
            )
            if found:
                wrong[f"{dtype} {kind}"] = found
    assert not wrong, f"{len(wrong)} wrong\n" + "\n".join(f"{k}: {v}" for k, v in wrong.items())


IN_PLACE = {
    "+=": operator.iadd,
    "-=": operator.isub,
    "*=": operator.imul,
    "/=": operator.itruediv,
    "**=": operator.ipow,
}


@parametrized(IN_PLACE)
def test_in_place(name: str, bools: bool) -> None:
    """The dtype stays, or the operation is refused; numbers wrap as torch's do."""
    run, wrong = IN_PLACE[name], {}
    for label, a, b in pairs("add"):
        if isinstance(a, tuple) and has_bools(label) == bools:
            found = differences(
                lambda a=a, b=b: compare(
                    lambda: run(ours(a), ours(b)), lambda: run(theirs(a), theirs(b))
                )
            )
            if found:
                wrong[label] = found
    assert not wrong, f"{len(wrong)} wrong\n" + "\n".join(f"{k}: {v}" for k, v in wrong.items())


@pytest.mark.parametrize("a", DTYPES)
@pytest.mark.parametrize("b", DTYPES)
def test_promote_types_and_can_cast(a: str, b: str) -> None:
    x, y = getattr(torch, a), getattr(torch, b)
    assert str(torch.promote_types(x, y)) == f"torch.{autograd.promote_types(a, b)}"
    assert torch.can_cast(x, y) == autograd.can_cast(a, b)


def test_numpy_scalars_are_numbers() -> None:
    """As torch has it: a NumPy scalar beside a tensor is the Python number, whatever its width."""
    x = autograd.tensor([1.0, 2.0])
    for number in (np.float64(2.5), np.float32(2.5), np.int8(2), np.bool_(True)):
        for result in (x * number, number * x, x + number, number + x, x - number, number - x):
            assert isinstance(result, autograd.Tensor)
            assert result.dtype == np.float32


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_float_gradients_have_their_inputs_dtype(dtype: str) -> None:
    """A result in a wider dtype sends each input a gradient in its own."""
    narrow = autograd.tensor(np.array([1.0, 2.0], dtype), requires_grad=True)
    wide = autograd.tensor(np.array([3.0, 4.0]), requires_grad=True)
    product = narrow * wide
    assert product.dtype == np.float64
    product.sum().backward()
    assert narrow.grad.dtype == np.dtype(dtype)
    assert narrow.grad.tolist() == [3.0, 4.0]
    assert wide.grad.dtype == np.float64
    assert wide.grad.tolist() == [1.0, 2.0]


def test_default_dtype_is_used() -> None:
    autograd.set_default_dtype(autograd.float64)
    try:
        whole = autograd.tensor([1, 2])
        for result in (whole / 2, whole * 2.0, whole.exp(), autograd.tensor(1.5)):
            assert result.dtype == np.float64
    finally:
        autograd.set_default_dtype(autograd.float32)
    assert (whole / 2).dtype == np.float32
