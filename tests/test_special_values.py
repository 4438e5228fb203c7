"""The table of special values, held against torch: values and gradients, nan where torch has it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograd.registry import FUNCTIONS
from tests.comparing import OURS, THEIRS, Library, gradients, plain, same, tensors, weights
from tests.oracle import torch
from tests.special_values import CASES, Case

pytestmark = [
    pytest.mark.filterwarnings(r"ignore:(divide by zero|invalid value|overflow):RuntimeWarning"),
    pytest.mark.filterwarnings("ignore:.*degrees of freedom:UserWarning"),
    pytest.mark.filterwarnings("ignore:The given NumPy array is not writable:UserWarning"),
]

NAMES = SimpleNamespace(**FUNCTIONS)
RSQRT = "torch computes x ** -0.5 as 1 / sqrt(x), this as IEEE's pow: 0 at -inf, inf at -0.0"
DIVIDES = "torch divides the product by the input, which loses what is known beside inf and nan"
UNLIKE: dict[tuple[str, str], str] = {
    ("value", "x ** -0.5"): RSQRT,
    ("gradient", "x ** 0.5"): RSQRT,
    ("gradient", "prod over 1, nan"): DIVIDES,
    ("second", "prod over 1, ties"): DIVIDES,
    ("second", "prod over 1, nan"): DIVIDES,
    ("second", "prod with inf and 0"): DIVIDES,
    ("sign", "x ** -0.5"): RSQRT,
    ("sign", "relu"): "relu(-0.0) is 0.0, in torch -0.0",
    ("sign", "maximum of 0 and -0"): "torch takes the first of two zeros, NumPy the second",
    ("sign", "remainder pairs"): "a remainder of 0 has the divisor's sign, in torch the dividend's",
}
"""What is compared, and the case in which this library is not like torch: why."""

DIFFERENTIABLE = [case for case in CASES if "arg" not in case.name]


def parametrized(compared: str, cases: list[Case]) -> Any:
    return pytest.mark.parametrize(
        "case",
        [
            pytest.param(
                case,
                id=case.name,
                marks=[pytest.mark.xfail(reason=UNLIKE[compared, case.name], strict=True)]
                if (compared, case.name) in UNLIKE
                else [],
            )
            for case in cases
        ],
    )


def run(library: Library, names: Any, case: Case, dtype: str) -> tuple[list[Any], list[Any]]:
    leaves = [library.tensor(np.array(x, dtype)).requires_grad_() for x in case.inputs]
    return tensors(case.compute(names, *leaves)), leaves


def both(
    case: Case, derive: Callable[[Library, list[Any], list[Any]], Any], dtype: str = "float64"
) -> tuple[Any, Any]:
    """What ``derive`` makes of the outputs and inputs on this library and on torch."""
    return (
        derive(OURS, *run(OURS, NAMES, case, dtype)),
        derive(THEIRS, *run(THEIRS, torch, case, dtype)),
    )


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@parametrized("value", CASES)
def test_value(case: Case, dtype: str) -> None:
    mine, theirs = both(case, lambda library, outputs, leaves: outputs, dtype)
    for a, b in zip(mine, theirs, strict=True):
        same(a, b, 1e-12 if dtype == "float64" else 2e-6, 0)


@parametrized("sign", CASES)
def test_sign_of_zeros(case: Case) -> None:
    mine, theirs = both(case, lambda library, outputs, leaves: outputs)
    for a, b in zip(mine, theirs, strict=True):
        np.testing.assert_array_equal(signs(a), signs(b))


def signs(tensor: Any) -> np.ndarray:
    """Where the sign bit is set, nan apart: -0.0 is not 0.0."""
    numbers = plain(tensor)
    return np.signbit(numbers) & ~np.isnan(numbers)


def first(library: Library, outputs: list[Any], leaves: list[Any]) -> Any:
    grads = [library.tensor(w) for w in weights(outputs)]
    return gradients(library, outputs, leaves, grads)


@parametrized("gradient", DIFFERENTIABLE)
def test_gradient(case: Case) -> None:
    for a, b in zip(*both(case, first), strict=True):
        same(a, b, 1e-12, 0)


def second(library: Library, outputs: list[Any], leaves: list[Any]) -> Any:
    grads = [library.tensor(w) for w in weights(outputs)]
    found = gradients(library, outputs, leaves, grads, create_graph=True)
    return gradients(library, found, leaves, [library.tensor(w) for w in weights(found, 1)])


@parametrized("second", [case for case in CASES if case.name.startswith("prod")])
def test_second_order_of_products(case: Case) -> None:
    for a, b in zip(*both(case, second), strict=True):
        same(a, b, 1e-12, 0)
