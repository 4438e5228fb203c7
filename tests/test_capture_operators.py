"""Every operator of the table of samples in a captured call, against itself without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from tests.on_threads import on_threads
from tests.samples import CASES, ROWS
from tests.samples.build import Dtype, Sample, changed, drawn
from tests.samples.calls import changes_in_place, is_function, named

pytestmark = pytest.mark.filterwarnings("ignore")

FIRST = {name: sample for name, sample in reversed(CASES) if not name.startswith("__")}
"""The first sample of each operator."""
CALLED = [(name, each) for name, each in FIRST.items() if callable(named(autograd, name))]
PARTS = 24
"""Tests of several operators each: one is too quick to be a test."""

CAPTURED = 0.7
"""The share of operators that must be recorded; the others run eagerly."""


def program(name: str, sample: Sample) -> tuple[Callable[[], Any], list[Any], list[Any]]:
    """A step that calls an operator on tensors and goes back; its memory, and its leaves."""
    memory: list[Any] = []
    leaves: list[Any] = []

    def convert(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            memory.append(value.copy("K"))
            made = autograd.from_numpy(memory[-1])
            if value.dtype.kind == "f" and ROWS[name].grad:
                leaves.append(made.requires_grad_())
            return made
        return getattr(autograd, value.name) if type(value) is Dtype else value

    given = changed(drawn(name, sample), convert)
    function, args, kwargs = named(autograd, name), given.args, given.kwargs
    writes = (changes_in_place(name) and is_function(name)) or kwargs.get("inplace")

    def step() -> Any:
        for leaf in leaves:
            leaf.grad = None
        first = (args[0].clone(),) if writes else args[:1]
        result = function(*first, *args[1:], **kwargs)
        found = []
        loss = 0.0
        for each in result if isinstance(result, (tuple, list)) else (result,):
            if isinstance(each, autograd.Tensor):
                if each.requires_grad:
                    loss = loss + (each * each).sum()
                found.append(each.detach().clone())
        if isinstance(loss, autograd.Tensor):
            loss.backward()
        return found

    return step, memory, leaves


def seen(step: Callable[[], Any], leaves: list[Any]) -> Any:
    """What a step gives, to the last bit, or the error that it raises."""
    autograd.manual_seed(0)
    try:
        found = step()
    except Exception as error:
        return type(error), str(error)
    return [
        None if each is None else (each.dtype, each.shape, each.numpy().tobytes())
        for each in (*found, *(leaf.grad for leaf in leaves))
    ]


def changed_values(before: Any, number: int, formed: bool) -> Any:
    """Other values in the same memory: the places that they name stay valid."""
    if before.dtype == np.bool_:
        return ~before if number % 2 else before
    if number % 2 and not formed:
        return np.flip(before)
    return before * (1 + 0.0625 * (number % 3)) if before.dtype.kind == "f" else before


@pytest.mark.parametrize("part", range(PARTS))
def test_to_the_last_bit(part: int) -> None:
    count = 0
    cases = CALLED[part::PARTS]
    for name, sample in cases:
        plain, memory, leaves = program(name, sample)
        other, other_memory, other_leaves = program(name, sample)
        compiled = autograd.compile(other)
        first = [each.copy() for each in memory]
        formed = any(each.form for each in sample.arrays())
        for number in range(5):
            for one, two, before in zip(memory, other_memory, first, strict=True):
                if one.flags.writeable:
                    one[...] = two[...] = changed_values(before, number, formed)
            expected = seen(plain, leaves)
            assert seen(compiled, other_leaves) == expected, (name, sample, number)
        count += any(form.recorded for form in compiled._forms.values())
    assert count >= CAPTURED * len(cases) - 3


@pytest.mark.parametrize("function", [autograd.tanh, autograd.sigmoid, autograd.erf])
def test_sums_whose_gradient_has_another_layout(function: Callable[[Any], Any]) -> None:
    """NumPy multiplies two layouts into that of a temporary array, and a recording has none."""
    autograd.manual_seed(0)
    x, weight = autograd.randn(33, 3, 27, 27), autograd.randn(8, 3, 3, 3, requires_grad=True)
    target = autograd.randn(33, 8, 25, 25)

    def step() -> Any:
        y = function(nn.functional.instance_norm(autograd.conv2d(x, weight)))
        return autograd.autograd.grad((target * y).square().sum(), weight)[0]

    compiled = autograd.compile(step)
    expected = step().tolist()
    for _ in range(3):
        assert compiled().tolist() == expected


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("name", ["erf", "erfc", "erfinv", "special.ndtr", "special.log_ndtr"])
def test_kernels_whose_inside_is_shared_are_one_call(name: str, count: int) -> None:
    function = named(autograd, name)
    x = autograd.linspace(-0.9, 0.9, 300_000, requires_grad=True)

    def step() -> Any:
        return autograd.autograd.grad(function(x).sum(), x)[0]

    compiled = autograd.compile(step)
    with on_threads(count):
        expected = step()
        for _ in range(3):
            assert autograd.equal(compiled(), expected)
    assert "plan 1" in compiled.explain()
