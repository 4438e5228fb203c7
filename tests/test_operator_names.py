"""The table of samples is complete, and what it names is torch's."""

from __future__ import annotations

import pytest

import autograd
from autograd.registry import FUNCTIONS, INPLACE, METHODS
from tests.oracle import torch
from tests.samples import ROWS

ELSEWHERE = {
    "backward": "the engine's tests",
    "data": "the engine's tests",
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
    assert set(ROWS) <= set(FUNCTIONS) | set(METHODS)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if not name.startswith("_")])
def test_function_and_method_are_torchs(name: str) -> None:
    assert hasattr(torch, name)
    assert getattr(autograd, name) is FUNCTIONS[name]
    assert (name in METHODS) == hasattr(torch.Tensor, name)
    if name in METHODS and name != "where":  # x.where(condition, y)
        assert METHODS[name] is FUNCTIONS[name]
        assert getattr(autograd.Tensor, name) is FUNCTIONS[name]


@pytest.mark.parametrize("name", INPLACE)
def test_in_place_form_is_torchs(name: str) -> None:
    assert hasattr(torch.Tensor, name)
    assert getattr(autograd.Tensor, name) is METHODS[name]


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if name != row.names[0]])
def test_second_name_is_the_same_function(name: str) -> None:
    assert FUNCTIONS[name] is FUNCTIONS[ROWS[name].names[0]]
