"""The table of special values, held against torch: values and gradients, nan where torch has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from nn import functional
from tests.both import plain, same, tensors
from tests.oracle import torch
from tests.samples.calls import gradients, weights
from tests.special_values import CASES, Case
from tests.special_values.build import UNLIKE

pytestmark = [
    pytest.mark.filterwarnings(r"ignore:(divide by zero|invalid value|overflow):RuntimeWarning"),
    pytest.mark.filterwarnings("ignore:.*degrees of freedom:UserWarning"),
    pytest.mark.filterwarnings("ignore:The given NumPy array is not writable:UserWarning"),
]


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


def run(lib: Any, case: Case, dtype: str) -> tuple[list[Any], list[Any]]:
    leaves = [lib.from_numpy(np.array(x, dtype)).requires_grad_() for x in case.inputs]
    return tensors(case.compute(Functions(lib), *leaves)), leaves


class Functions:
    """A library's functions, and as ``F`` those of its ``nn.functional``."""

    def __init__(self, lib: Any) -> None:
        self.lib = lib
        self.F = functional if lib is autograd else lib.nn.functional

    def __getattr__(self, name: str) -> Any:
        return getattr(self.lib, name)


def pair(
    case: Case, derive: Callable[[Any, list[Any], list[Any]], Any], dtype: str = "float64"
) -> tuple[Any, Any]:
    """What ``derive`` makes of the outputs and inputs on this library and on torch."""
    mine, theirs = (derive(lib, *run(lib, case, dtype)) for lib in (autograd, torch))
    return mine, theirs


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@parametrized("value", CASES)
def test_value(case: Case, dtype: str) -> None:
    mine, theirs = pair(case, lambda lib, outputs, leaves: outputs, dtype)
    for a, b in zip(mine, theirs, strict=True):
        same(a, b, 1e-12 if dtype == "float64" else 2e-6, 0)


@parametrized("sign", CASES)
def test_sign_of_zeros(case: Case) -> None:
    mine, theirs = pair(case, lambda lib, outputs, leaves: outputs)
    for a, b in zip(mine, theirs, strict=True):
        np.testing.assert_array_equal(signs(a), signs(b))


def signs(tensor: Any) -> np.ndarray:
    """Where the sign bit is set, nan apart: -0.0 is not 0.0."""
    numbers = plain(tensor)
    return np.signbit(numbers) & ~np.isnan(numbers)


def first(lib: Any, outputs: list[Any], leaves: list[Any]) -> Any:
    grads = [lib.from_numpy(w) for w in weights(outputs)]
    return gradients(lib, outputs, leaves, grads)


@parametrized("gradient", DIFFERENTIABLE)
def test_gradient(case: Case) -> None:
    for a, b in zip(*pair(case, first), strict=True):
        same(a, b, 1e-12, 0)


def second(lib: Any, outputs: list[Any], leaves: list[Any]) -> Any:
    grads = [lib.from_numpy(w) for w in weights(outputs)]
    found = gradients(lib, outputs, leaves, grads, create_graph=True)
    return gradients(lib, found, leaves, [lib.from_numpy(w) for w in weights(found, 1)])


@parametrized("second", [case for case in CASES if case.second])
def test_second_order(case: Case) -> None:
    for a, b in zip(*pair(case, second), strict=True):
        same(a, b, 1e-12, 0)
