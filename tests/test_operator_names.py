"""The table of samples is complete, and what it names is torch's."""

from __future__ import annotations

import pytest

import autograd
from autograd.registry import FUNCTIONS, INPLACE, METHODS
from nn import functional
from tests.oracle import torch
from tests.samples import ROWS
from tests.samples.calls import named

ELSEWHERE = {
    "backward": "the engine's tests",
    "cpu": "test_keywords",
    "data": "the engine's tests",
    "device": "test_keywords",
    "is_nonzero": "test_queries",
    "is_same_size": "test_queries",
    "is_signed": "test_queries",
    "type": "test_keywords",
    "__array_ufunc__": "test_protocols",
    "__array_function__": "test_protocols",
}
"""Methods that are not operators, and what tests them."""


def test_every_function_has_a_row() -> None:
    assert {name for name in FUNCTIONS if not name.startswith("_")} <= set(ROWS)


def test_every_method_is_tested() -> None:
    in_place = {*INPLACE, *(name for name in METHODS if name.startswith("__i") and name[3] != "n")}
    assert set(METHODS) - in_place - {"__iter__", *ELSEWHERE} <= set(ROWS)


def test_every_row_is_registered() -> None:
    of_nn = {name for name in ROWS if name.startswith("nn.")}
    assert set(ROWS) - of_nn <= set(FUNCTIONS) | set(METHODS)
    assert of_nn == {
        f"nn.functional.{key}" for key in vars(functional) if callable(vars(functional)[key])
    }


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if not name.startswith("_")])
def test_function_and_method_are_torchs(name: str) -> None:
    assert callable(named(torch, name))
    assert named(autograd, name) is FUNCTIONS[name]
    assert (name in METHODS) == hasattr(torch.Tensor, name)
    if name in METHODS and name not in ("where", "polygamma"):  # x.where(condition, y)
        assert METHODS[name] is FUNCTIONS[name]
        assert getattr(autograd.Tensor, name) is FUNCTIONS[name]


@pytest.mark.parametrize("name", INPLACE)
def test_in_place_form_is_torchs(name: str) -> None:
    assert hasattr(torch.Tensor, name)
    assert getattr(autograd.Tensor, name) is METHODS[name]


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if name != row.names[0]])
def test_second_name_is_the_same_function(name: str) -> None:
    assert named(autograd, name) is named(autograd, ROWS[name].names[0])
