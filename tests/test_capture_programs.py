"""The benchmark's programs, captured: the same numbers as without, whatever is recorded."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

import autograd
import nn
from benchmarks.loads import LOADS
from nn import functional as F, optim


def bits(result: Any) -> list[bytes]:
    each = result if isinstance(result, tuple) else (result,)
    return [value.detach().numpy().tobytes() for value in each]


@pytest.mark.parametrize("load", LOADS, ids=lambda each: each.name)
def test_to_the_last_bit(load: Any) -> None:
    sizes = {**load.sizes, **load.little}
    plain = load.program(autograd, nn, F, optim, **sizes)
    compiled = autograd.compile(load.program(autograd, nn, F, optim, **sizes))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number in range(6):
            assert bits(plain()) == bits(compiled()), (number, compiled.explain())
    if load.captured:
        assert "eager" not in compiled.explain()
