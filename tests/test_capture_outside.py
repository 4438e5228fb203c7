"""What a captured call asks of, and leaves in, the world beside its arguments: as without."""

from __future__ import annotations

import datetime
import functools
import math
import random
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import tensor
from autograd.capture.script import Line
from nn import optim
from tests.test_capture import batches, captured, compare, perceptron, state, training


class Clock:
    def __init__(self) -> None:
        self.ticks = 0


clock = Clock()


def python_numbers(x: Any) -> Any:
    return x * random.random()


def numpy_numbers(x: Any) -> Any:
    return x * np.random.rand()


@functools.lru_cache
def remembered() -> int:
    clock.ticks += 1
    return clock.ticks


def by_cache(x: Any) -> Any:
    remembered.cache_clear()
    return x * remembered()


def by_attribute(x: Any) -> Any:
    by_attribute.calls = getattr(by_attribute, "calls", 0) + 1  # type: ignore[attr-defined]
    return x * by_attribute.calls  # type: ignore[attr-defined]


def by_slot(x: Any) -> Any:
    object.__setattr__(clock, "ticks", clock.ticks + 1)
    return x * clock.ticks


def by_date(x: Any) -> Any:
    return x * (datetime.datetime.now(datetime.UTC).year > 1)


WORLDLY = (python_numbers, numpy_numbers, by_cache, by_attribute, by_slot, by_date)


@pytest.mark.filterwarnings("ignore:autograd.compile")
@pytest.mark.parametrize("function", WORLDLY, ids=lambda each: each.__name__)
def test_what_the_world_gives_is_asked_again(function: Any) -> None:
    found = []
    for compiled in (False, True):
        random.seed(0)
        np.random.seed(0)
        clock.ticks = 0
        vars(function).pop("calls", None)
        run = autograd.compile(function) if compiled else function
        found.append([run(tensor([1.0])).item() for _ in range(6)])
        if compiled:
            assert not any(form.recorded for form in run._forms.values()), run.explain()
    assert found[0] == found[1]


# -- what is returned ------------------------------------------------------------------------


def test_a_tensor_that_is_returned_twice_is_one() -> None:
    @autograd.compile
    def both(x: Any) -> Any:
        y = x * 2
        return y, {"again": y}

    for _ in range(4):
        y, named = both(tensor([1.0]))
        assert named["again"] is y
    captured(both)


@pytest.mark.filterwarnings("ignore:autograd.compile")
def test_results_that_share_memory_go_on_sharing_it() -> None:
    @autograd.compile
    def part(x: Any) -> Any:
        y = x * 2
        return y, y[:1], y[::2]

    for _ in range(4):
        whole, first, even = part(tensor([1.0, 2.0, 3.0]))
        whole.zero_()
        assert (first.tolist(), even.tolist()) == ([0.0], [0.0, 0.0])


def test_views_that_are_returned() -> None:
    @autograd.compile
    def turned(x: Any) -> Any:
        return (x * 2).T, (x * 3)[0]

    for i in range(4):
        x = tensor([[1.0, 2.0], [3.0, i]])
        turns, row = turned(x)
        assert (turns.tolist(), turns.stride()) == ([[2.0, 6.0], [4.0, 2.0 * i]], (1, 2))
        assert row.tolist() == [3.0, 6.0]
    captured(turned)


# -- optimisers and schedulers ---------------------------------------------------------------

SCHEDULERS: dict[str, Callable[[Any], Any]] = {
    "cosine": lambda o: optim.lr_scheduler.CosineAnnealingLR(o, 9),
    "one cycle": lambda o: optim.lr_scheduler.OneCycleLR(o, 0.5, total_steps=30),
    "function": lambda o: optim.lr_scheduler.LambdaLR(o, lambda epoch: 1 / (1 + epoch)),
    "in turn": lambda o: optim.lr_scheduler.SequentialLR(
        o, [optim.lr_scheduler.LinearLR(o), optim.lr_scheduler.ExponentialLR(o, 0.9)], [4]
    ),
}


@pytest.mark.parametrize("name", SCHEDULERS)
@pytest.mark.parametrize("inside", [True, False])
def test_schedulers(name: str, inside: bool) -> None:
    """One recording for all learning rates, whoever calls the scheduler."""

    def make() -> Any:
        model = perceptron()
        optimizer = optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
        scheduler = SCHEDULERS[name](optimizer)
        step = training(model, optimizer)

        def both(x: Any, target: Any) -> Any:
            loss = step(x, target)
            scheduler.step()
            return loss

        def states() -> Any:
            if not inside:
                scheduler.step()
            rates = (scheduler.get_last_lr(), scheduler.last_epoch)
            return rates, state(model, optimizer)

        return both if inside else step, states

    compiled = compare(make, batches(12))
    captured(compiled)
    assert [len(form.recorded) for form in compiled._forms.values()] == [1]


@pytest.mark.filterwarnings("ignore:autograd.compile")
@pytest.mark.parametrize("how", ["groups", "last", "saved"])
def test_a_rate_that_the_step_reads(how: str) -> None:
    def make() -> Any:
        model = perceptron()
        optimizer = optim.SGD(model.parameters(), lr=0.5)
        scheduler = optim.lr_scheduler.ExponentialLR(optimizer, 0.9)
        step = training(model, optimizer)
        by = {
            "groups": lambda: optimizer.param_groups[0]["lr"],
            "last": lambda: scheduler.get_last_lr()[0],
            "saved": lambda: optimizer.state_dict()["param_groups"][0]["lr"],
        }[how]

        def both(x: Any, target: Any) -> Any:
            return step(x, target), by()

        return both, lambda: (scheduler.step(), state(model))

    compare(make, batches(12))


@pytest.mark.filterwarnings("ignore:autograd.compile")
def test_a_closure_sees_the_arguments_of_its_call() -> None:
    def make() -> Any:
        model = perceptron()
        optimizer = optim.SGD(model.parameters(), lr=0.5)

        def step(x: Any, target: Any) -> Any:
            def closure() -> None:
                optimizer.zero_grad()
                nn.functional.cross_entropy(model(x), target).backward()

            optimizer.step(closure)

        return step, lambda: state(model)

    compare(make, batches())


def test_the_line_of_a_warning_of_a_scheduler_is_the_users() -> None:
    optimizer = optim.SGD(perceptron().parameters(), lr=0.5)
    scheduler = optim.lr_scheduler.ExponentialLR(optimizer, 0.9)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        scheduler.step(2)
    assert [each.filename for each in caught] == [__file__] * len(caught)
    assert len(caught) == 2


def test_the_message_names_the_function_that_returns_too_much() -> None:
    @autograd.compile
    def forward(x: Any) -> Any:
        y = x * 2
        return y, y[:1]

    forward(tensor([1.0]))
    with pytest.warns(UserWarning, match=r"that share memory .*: @autograd\.compile"):
        forward(tensor([1.0]))


def test_a_result_that_depends_on_what_the_call_made() -> None:
    @autograd.compile
    def forward(x: Any) -> Any:
        return tensor([2.0], requires_grad=True) * x

    forward(tensor([1.0]))
    with pytest.warns(UserWarning, match="differentiated by what was made here"):
        y = forward(tensor([3.0]))
    y.backward()
    assert y.item() == 6.0


@pytest.mark.filterwarnings("ignore:autograd.compile")
def test_a_mask_that_picks_another_number_of_values() -> None:
    def make() -> Any:
        autograd.manual_seed(0)
        norm = nn.BatchNorm1d(3).double()

        def step(x: Any) -> Any:
            y = norm(x)
            loss = y[x > 0.2].sum()
            loss.backward()
            return loss

        return step, lambda: state(norm)

    compare(make, [(x[:, :3],) for x, _ in batches()])


def test_the_first_use_of_a_recording_is_compared_with_the_program() -> None:
    @autograd.compile
    def double(x: Any) -> Any:
        return x * 2, x.sum()

    for _ in range(2):
        double(tensor([1.0]))
    (recorded,) = next(iter(double._forms.values())).recorded
    recorded.plan._before = Line([])  # as if something had been missed
    with pytest.warns(UserWarning, match="gives other numbers than the program"):
        first = double(tensor([3.0]))
    assert [each.tolist() for each in first] == [[6.0], 3.0]
    assert double(tensor([4.0]))[0].tolist() == [8.0]


def test_zero_and_minus_zero_are_two_numbers() -> None:
    holder = {"factor": 0.0}
    held = autograd.compile(lambda x: x * holder["factor"])
    given = autograd.compile(lambda x, factor: x * factor)
    x = autograd.tensor([2.0])
    for factor in (0.0, 0.0, 0.0, -0.0, 0.0):
        holder["factor"] = factor
        for result in (held(x), given(x, factor)):
            assert math.copysign(1.0, result.item()) == math.copysign(1.0, factor)
