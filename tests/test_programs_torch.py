"""Whole programs in the ordinary torch idiom: with only the imports changed, the same numbers."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from tests.both import dtype_of, plain
from tests.in_torch import in_torch
from tests.oracle import torch

FILES = ["generative", "vision", "language", "training"]
OURS = {
    f"{name}.{program.__name__}": program
    for name in FILES
    for program in importlib.import_module(f"tests.programs.{name}").PROGRAMS
}


# torch's tools for tests, once imported, forbid programs to set torch.backends' flags.
SETTABLE = getattr(torch.backends, "__allow_nonbracketed_mutation")


@pytest.fixture(scope="module")
def theirs() -> dict[str, Callable[[], Any]]:
    return {
        f"{name}.{program.__name__}": program
        for name in FILES
        for program in in_torch(f"tests.programs.{name}").PROGRAMS
    }


@contextmanager
def in_float64(library: Any) -> Iterator[None]:
    library.set_default_dtype(library.float64)
    try:
        yield
    finally:
        library.set_default_dtype(library.float32)


def same(ours: Any, theirs: Any, where: str) -> None:
    """Require the same structure, tensors and numbers equal up to rounding, all else equal."""
    if isinstance(theirs, (torch.Tensor, float)):
        if isinstance(theirs, torch.Tensor):
            assert isinstance(ours, autograd.Tensor), where
            assert ours.requires_grad is theirs.requires_grad, where
            assert (dtype_of(ours), ours.shape) == (dtype_of(theirs), tuple(theirs.shape)), where
            ours, theirs = plain(ours), plain(theirs)
        np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-10, err_msg=where)
    elif isinstance(theirs, torch.nn.Module):
        assert isinstance(ours, nn.Module), where
        same(ours.state_dict(), theirs.state_dict(), where)
    elif isinstance(theirs, dict):
        assert list(ours) == list(theirs), where
        for key in theirs:
            same(ours[key], theirs[key], f"{where}[{key!r}]")
    elif isinstance(theirs, (tuple, list)):
        assert len(ours) == len(theirs), where
        for number, pair in enumerate(zip(ours, theirs, strict=True)):
            same(*pair, f"{where}[{number}]")
    else:
        assert ours == theirs, where


@pytest.mark.parametrize("name", OURS)
def test_the_same_program(name: str, theirs: dict[str, Callable[[], Any]]) -> None:
    with in_float64(autograd):
        found = OURS[name]()
    with in_float64(torch), SETTABLE():
        wanted = theirs[name]()
    same(found, wanted, name)
