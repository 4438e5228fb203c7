"""Captured steps: gradients of weights beside the line, with the same bits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import asides, gemm, threads
from autograd.capture import meanwhile
from autograd.capture.entry import Entry
from autograd.capture.meanwhile import Meanwhile, with_waits
from autograd.capture.roots import Place, Root
from nn import optim
from tests.on_threads import on_threads


@pytest.fixture(autouse=True, params=[1, 2, 3])
def count(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Every weight's gradient is large enough, on so many threads."""
    monkeypatch.setattr(asides, "LEAST", 0)
    with on_threads(request.param) as number:
        yield number


def network() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 8, 3),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.Conv2d(8, 8, 3),
        nn.ReLU(),
        nn.Conv2d(8, 4, 3),
        nn.Flatten(),
        nn.Linear(144, 300),
        nn.Linear(300, 1000),
    )


def trained(compiled: bool) -> tuple[list[Any], Any]:
    autograd.manual_seed(0)
    net = network()
    optimizer = optim.SGD(net.parameters(), lr=0.01, momentum=0.9)

    def step(x: autograd.Tensor) -> autograd.Tensor:
        optimizer.zero_grad()
        loss = net(x).square().mean()
        loss.backward()
        optimizer.step()
        return loss

    run = autograd.compile(step) if compiled else step
    found: list[Any] = [run(autograd.randn(6, 3, 12, 12)).item() for _ in range(6)]
    found += [each.detach().numpy().tobytes() for each in net.parameters()]
    return found, run


def handed(compiled: Any) -> int:
    """How many steps of the plan are handed over."""
    (form,) = compiled._forms.values()
    (recorded,) = form.recorded
    of = [getattr(getattr(step, "func", None), "__func__", None) for step in recorded.plan.steps]
    return of.count(Meanwhile._hand_over)


def test_the_bits_are_those_of_ordinary_steps(count: int) -> None:
    found, compiled = trained(True)
    assert found == trained(False)[0]
    assert (handed(compiled) > 0) == (count > 1)


def place(number: int) -> Place:
    array = np.zeros(3)
    return Place(array, Root(array, "own", number))


def entry(reads: list[Place], out: Place, *, beside: bool = False) -> Entry:
    made = Entry("copy", np.copy, tuple(reads), out=(out,))
    made.beside = beside
    return made


def test_a_wait_stands_before_the_first_that_needs_it() -> None:
    a, b, c, d = map(place, range(4))
    line = [
        entry([a], b, beside=True),
        entry([a], c),
        entry([c], d),
        entry([b], d),
        entry([c], a),
    ]
    hows = [run[0].how for run in with_waits([[each] for each in line])]
    assert hows == ["copy", "copy", "copy", "wait", "copy", "copy"]


def test_what_it_reads_is_not_changed_before() -> None:
    a, b, c = map(place, range(3))
    line = [entry([a], b, beside=True), entry([c], c), entry([c], a)]
    found = with_waits([[each] for each in line])
    assert [run[0].how for run in found] == ["copy", "copy", "wait", "copy"]
    assert {each.root.number for each in found[2][0].reads()} == {0, 1}


def test_only_few_are_at_work() -> None:
    source = place(0)
    line = [entry([source], place(i + 1), beside=True) for i in range(meanwhile.MANY + 2)]
    found = with_waits([[each] for each in line])
    hows = [run[0].how for run in found]
    assert hows == ["copy"] * (meanwhile.MANY + 1) + ["wait", "copy", "wait", "wait"]
    assert [run[0].result for run in found if run[0].how == "wait"] == [1, 1, meanwhile.MANY]


def test_an_error_is_raised_at_the_wait_and_all_are_done() -> None:
    given = Meanwhile()
    done: list[int] = []

    def fails() -> None:
        raise ValueError("of a call")

    given.step([fails])()
    given.step([lambda: done.append(1)])()
    with pytest.raises(ValueError, match="of a call"):
        given.wait(2)
    given.drop()
    assert done == [1]
    given.wait(0)


def test_threads_that_are_yet_to_start_are_no_part_of_the_call(
    monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(gemm, "SHARED", 1)
    monkeypatch.setattr(gemm, "ALONE", 0)
    layer = nn.Linear(50, 60)
    compiled = autograd.compile(lambda x: layer(x).square().sum())
    x = autograd.randn(8, 50)
    expected = compiled(x).item()
    threads.set_num_threads(count)  # new ones
    assert [compiled(x).item() for _ in range(3)] == [expected] * 3
    assert compiled.plans()


def test_a_wait_that_is_interrupted_can_be_repeated() -> None:
    given = Meanwhile()
    done: list[int] = []

    def interrupted() -> None:
        done.append(1)
        raise KeyboardInterrupt

    given.step([interrupted])()
    given.step([lambda: done.append(2)])()
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            given.wait(1)
    given.drop()
    assert sorted(done) == [1, 2]
    given.drop()
