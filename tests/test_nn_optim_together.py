"""Small parameters stepped by prepared calls: the numbers of the step one by one, to the bit."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import tensor
from nn.optim import together
from tests.optimizer_table import ROWS
from tests.oracle import torch

SHAPES = ((3, 2), (2,), (), (1, 4), (0, 3), (5000,))
"""The last is too large to be stepped together with the others."""

NAMES = [
    (name, settings)
    for name, row in ROWS.items()
    if name not in ("LBFGS", "SparseAdam")
    for settings in row.settings
]


def parameters(kind: str) -> list[Any]:
    draw = np.random.default_rng(0)
    return [nn.Parameter(tensor(draw.normal(size=shape).astype(kind))) for shape in SHAPES]


def give_gradients(some: list[Any], step: int) -> None:
    draw = np.random.default_rng(step + 1)
    for each in some:
        grad = draw.normal(size=each.shape[::-1]).astype(each.detach().numpy().dtype)
        each.grad = tensor(grad).T if each.ndim == 2 else tensor(grad)  # of other strides


Change = Callable[[int, Any, list[Any]], None]


def path(name: str, settings: Any, change: Change, kind: str = "float32") -> list[Any]:
    """The bytes of parameters and of their state after each of 11 steps."""
    some = parameters(kind)
    optimizer = getattr(nn.optim, name)(some, **settings)
    found = []
    for step in range(11):
        give_gradients(some, step)
        change(step, optimizer, some)
        optimizer.step()
        state = optimizer.state_dict()["state"]
        found.append([each.detach().numpy().tobytes() for each in some])
        found.append([(i, k, np.asarray(v).tobytes()) for i in state for k, v in state[i].items()])
    return found


def same(monkeypatch: Any, name: str, settings: Any, change: Change, kind: str = "float32") -> None:
    prepared = path(name, settings, change, kind)
    monkeypatch.setattr(together, "PATIENCE", 10**9)
    assert path(name, settings, change, kind) == prepared


def nothing(step: int, optimizer: Any, some: list[Any]) -> None:
    """Every step is as the one before."""


def no_gradient(step: int, optimizer: Any, some: list[Any]) -> None:
    if step in (5, 9):
        some[1].grad = None


def other_memory(step: int, optimizer: Any, some: list[Any]) -> None:
    if step == 5:
        some[0].data = some[0].data * 2
    if step == 7:
        some[3].data = some[3].data.clone()


def other_settings(step: int, optimizer: Any, some: list[Any]) -> None:
    group = optimizer.param_groups[0]
    group["lr"] = 0.1 / (1 + step)
    if step == 6 and "weight_decay" in group:
        group["weight_decay"] = 0.5
    if step == 8:
        group["maximize"] = not group["maximize"]


def other_state(step: int, optimizer: Any, some: list[Any]) -> None:
    entries = optimizer.state.get(some[0], {})
    for key, value in list(entries.items()):
        if isinstance(value, autograd.Tensor) and value.shape == some[0].shape and value.ndim:
            if step == 5:
                value += 1.0
            if step == 7:
                entries[key] = autograd.ones_like(value)
    if step == 9 and "step" in entries:
        entries["step"] += 3


def reloaded(step: int, optimizer: Any, some: list[Any]) -> None:
    if step in (4, 8):
        optimizer.load_state_dict(pickle.loads(pickle.dumps(optimizer.state_dict())))


def another_group(step: int, optimizer: Any, some: list[Any]) -> None:
    if step == 5:
        some.append(nn.Parameter(autograd.ones(3)))
        some[-1].grad = autograd.ones(3)
        optimizer.add_param_group({"params": some[-1], "lr": 0.3})


@pytest.mark.parametrize(("name", "settings"), NAMES)
def test_the_same_bits(monkeypatch: Any, name: str, settings: Any) -> None:
    same(monkeypatch, name, settings, nothing)
    same(monkeypatch, name, settings, other_settings, "float64")


def rate_in_place(step: int, optimizer: Any, some: list[Any]) -> None:
    if step == 0:
        optimizer.param_groups[0]["lr"] = tensor(0.1)
    if step > 5:
        optimizer.param_groups[0]["lr"] *= 0.5


CHANGES = (rate_in_place, no_gradient, other_memory, other_state, reloaded, another_group)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("name", sorted({name for name, _ in NAMES}))
def test_what_happens_between_steps_is_seen(monkeypatch: Any, name: str, change: Change) -> None:
    settings = next(row for kind, row in reversed(NAMES) if kind == name)
    same(monkeypatch, name, settings, change)


@pytest.mark.parametrize(
    "name", ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "RAdam"]
)
def test_the_calls_are_prepared(name: str) -> None:
    some = parameters("float32")
    optimizer = getattr(nn.optim, name)(some, lr=0.1)
    for step in range(8):
        give_gradients(some, step)
        optimizer.step()
    (steppers,) = optimizer._steppers.values()
    assert steppers._side is not None
    other = copy.deepcopy(optimizer)
    assert "_steppers" not in vars(other)


def test_one_parameter_twice_is_stepped_twice() -> None:
    w = nn.Parameter(autograd.zeros(2))
    with pytest.warns(UserWarning, match="duplicate parameters"):
        optimizer = nn.optim.SGD([w, w], lr=0.5)
    for _ in range(6):
        w.grad = autograd.ones(2)
        optimizer.step()
    assert w.tolist() == [-6.0, -6.0]


def test_gradients_of_other_numbers_of_threads_are_the_same() -> None:
    def run(threads: int) -> bytes:
        before = autograd.get_num_threads()
        autograd.set_num_threads(threads)
        try:
            some = [nn.Parameter(autograd.ones(4000)) for _ in range(40)]
            optimizer = nn.optim.Adam(some)
            for step in range(5):
                give_gradients(some, step)
                optimizer.step()
            return b"".join(each.detach().numpy().tobytes() for each in some)
        finally:
            autograd.set_num_threads(before)

    assert run(1) == run(2)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize(
    ("name", "settings"),
    [("SGD", {"weight_decay": 0.3}), ("Adam", {}), ("AdamW", {"weight_decay": 0.3}), ("Rprop", {})],
)
def test_parameters_that_share_memory(name: str, settings: Any, compiled: bool, late: bool) -> None:
    """They are stepped one after the other, each from what the one before left, as in torch."""
    found = []
    for library, package in ((autograd, nn), (torch, torch.nn)):
        some = [
            package.Parameter(library.tensor(values, dtype=library.float64))
            for values in ([1.0, -2.0, 0.5], [0.5, 2.0, 1.0], [3.0, 1.0])
        ]
        optimizer = getattr(library.optim if library is torch else nn.optim, name)(
            some, lr=0.1, **settings
        )

        def step(some: Any = some, optimizer: Any = optimizer) -> Any:
            optimizer.zero_grad()
            loss = some[0].square().sum() + 3 * some[1].sum() + some[2].square().sum()
            loss.backward()
            optimizer.step()
            return loss.detach()

        run = autograd.compile(step) if compiled and library is autograd else step
        for i in range(12):
            if i == (6 if late else 0):
                some[1].data = some[0].data
            found.append([run().item(), *(each.tolist() for each in some)])
    rows = [np.hstack(each) for each in found]
    np.testing.assert_allclose(rows[:12], rows[12:], 1e-12, 1e-14)  # some go through 0
