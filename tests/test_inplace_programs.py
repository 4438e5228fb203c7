"""Random programs of views, in-place operations and arithmetic, run here and in torch.

Where torch works, this library works and gives the same numbers. Where torch raises, this
library raises too, or its gradient is the one that finite differences give.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import autograd
from autograd import views
from tests.oracle import torch

VIEWS: dict[str, Callable[[Any], Any]] = {
    "v[0]": lambda v: v[0],
    "v[-1]": lambda v: v[-1],
    "v[1:]": lambda v: v[1:],
    "v[::2]": lambda v: v[::2],
    "v[..., 1:]": lambda v: v[..., 1:],
    "v[None]": lambda v: v[None],
    "v[0, 1]": lambda v: v[0, 1],
    "v[...]": lambda v: v[...],
    "t": lambda v: v.t(),
    "transpose": lambda v: v.transpose(0, -1),
    "reshape(-1)": lambda v: v.reshape(-1),
    "view(-1)": lambda v: v.view(-1),
    "reshape(3, -1)": lambda v: v.reshape(3, -1),
    "unsqueeze": lambda v: v.unsqueeze(-1),
    "squeeze": lambda v: v.squeeze(),
    "unbind": lambda v: v.unbind()[0],
    "split": lambda v: v.split(1)[-1],
    "diagonal": lambda v: v.diagonal(1, 0, -1),
    "narrow": lambda v: v.narrow(-1, 1, 1),
    "select": lambda v: v.select(-1, 1),
    "movedim": lambda v: v.movedim(0, -1),
    "unfold": lambda v: v.unfold(-1, 2, 2),
    "tensor_split": lambda v: v.tensor_split(2)[0],
    "as_strided": lambda v: v.as_strided(tuple(v.shape)[::-1], v.stride()[::-1]),
    "expand": lambda v: v.expand(2, *v.shape),
}
FUNCTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "a + b": lambda a, b: a + b,
    "a - b": lambda a, b: a - b,
    "a * b": lambda a, b: a * b,
    "a / (b * b + 1)": lambda a, b: a / (b * b + 1),
    "sin(a)": lambda a, b: a.sin(),
    "tanh(a)": lambda a, b: a.tanh(),
    "a * 0.5": lambda a, b: a * 0.5,
    "clone": lambda a, b: a.clone(),
    "a[[0, 0]]": lambda a, b: a[[0, 0]],
    "sum": lambda a, b: a.sum(),
    "sum(0)": lambda a, b: a.sum(0),
}
CHANGES: dict[str, Callable[[Any, Any], Any]] = {
    "add_": lambda a, b: a.add_(b),
    "sub_": lambda a, b: a.sub_(b),
    "mul_": lambda a, b: a.mul_(b),
    "add_(1)": lambda a, b: a.add_(1),
    "mul_(0.5)": lambda a, b: a.mul_(0.5),
    "sin_": lambda a, b: a.sin_(),
    "tanh_": lambda a, b: a.tanh_(),
    "zero_": lambda a, b: a.zero_(),
    "fill_(2)": lambda a, b: a.fill_(2),
    "copy_": lambda a, b: a.copy_(b),
    "a[0] = b": lambda a, b: a.__setitem__(0, b),
    "a[..., 1:] = b": lambda a, b: a.__setitem__((..., slice(1, None)), b),
    "a[[0]] = b": lambda a, b: a.__setitem__([0], b),
    "a[0] *= 2": lambda a, b: a.__getitem__(0).mul_(2),
}
OUTSIDE = ("detach", "no_grad change", "no_grad view")

STEP = {"view": VIEWS, "function": FUNCTIONS, "change": CHANGES}
X, W = np.linspace(-1.0, 1.3, 6).reshape(2, 3), np.array([0.4, -0.7, 1.1])

Program = list[tuple[str, str, int, int]]


def steps(kinds: dict[str, Any]) -> st.SearchStrategy[Program]:
    one = st.one_of(
        *(
            st.tuples(
                st.just(kind), st.sampled_from(list(names)), st.integers(0, 30), st.integers(0, 30)
            )
            for kind, names in kinds.items()
        )
    )
    return st.lists(one, min_size=2, max_size=14)


def overlap(a: Any, b: Any) -> bool:
    """Whether two tensors are different parts of one memory."""
    return a is not b and np.shares_memory(a.detach().numpy(), b.detach().numpy())


class Run:
    """A program on one library: what it made, and which of its steps raised."""

    def __init__(self, lib: Any, x: np.ndarray, w: np.ndarray) -> None:
        self.lib = lib
        self.leaves = [
            lib.tensor(x, dtype=lib.float64, requires_grad=True),
            lib.tensor(w, dtype=lib.float64, requires_grad=True),
        ]
        plain = lib.tensor(X + 1, dtype=lib.float64)
        self.made = [*self.leaves, self.leaves[0] * 1, plain, plain.t() * 1]

    def step(self, kind: str, name: str, i: int, j: int) -> bool:
        """Whether it raised."""
        a, b = self.made[-1 - i % len(self.made)], self.made[-1 - j % len(self.made)]
        if kind == "change" and not all(a.stride()[d] or a.shape[d] == 1 for d in range(a.ndim)):
            return False  # torch writes to an expanded tensor in some cases, here it raises
        try:
            if kind == "view":
                self.made.append(VIEWS[name](a))
            elif kind == "function":
                self.made.append(FUNCTIONS[name](a, b))
            elif kind == "change":
                if name.endswith(("_", "b")) and overlap(a, b):
                    b = b.clone()  # in torch the result depends on the order of its loops
                CHANGES[name](a, b)
            elif name == "detach":
                self.made.append(a.detach())
            else:
                with self.lib.no_grad():
                    if name == "no_grad change":
                        a.mul_(0.5)
                    else:
                        self.made.append(a[0])
        except (RuntimeError, IndexError, TypeError, ValueError):
            return True
        return False

    def loss(self) -> Any:
        return sum((each * each).sum() * (0.1 * k + 1) for k, each in enumerate(self.made))

    def gradients(self) -> list[np.ndarray] | None:
        """None where backward raised."""
        try:
            self.loss().backward()
        except RuntimeError:
            return None
        return [
            np.zeros(tuple(leaf.shape)) if leaf.grad is None else leaf.grad.numpy()
            for leaf in self.leaves
        ]


def differences(program: Program, raised: set[int]) -> tuple[list[np.ndarray], float]:
    """The gradients by central differences of the values, where nothing leaves the graph.

    Also how far the rounding of the values alone can move a difference.
    """
    results, largest = [], 0.0
    for which, start in enumerate((X, W)):
        slope = np.zeros(start.size)
        for k in range(start.size):
            ends = []
            for h in (1e-6, -1e-6):
                moved = [X.copy(), W.copy()]
                moved[which].reshape(-1)[k] += h
                run = Run(autograd, *moved)
                for number, each in enumerate(program):
                    if number not in raised:
                        assert not run.step(*each)
                ends.append(
                    sum(
                        (t.detach().numpy() ** 2).sum() * (0.1 * n + 1)
                        for n, t in enumerate(run.made)
                    )
                )
            slope[k] = (ends[0] - ends[1]) / 2e-6
            largest = max(largest, *map(abs, ends))
        results.append(slope.reshape(start.shape))
    return results, 16 * float(np.finfo(float).eps) * largest / 2e-6


def check(program: Program, whole: bool) -> None:
    """Compare one program; ``whole``: nothing leaves the graph, so differences are true."""
    ours, theirs = Run(autograd, X, W), Run(torch, X, W)
    raised, parted = set(), False
    for number, each in enumerate(program):
        here = ours.step(*each)
        there = parted or theirs.step(*each)
        if here and not there:
            raise AssertionError(f"step {number}, {each}, raises here and not in torch")
        if here:
            raised.add(number)
        elif there and not parted:
            parted = True
            program = program[: number + 1]
            break
    if not parted:
        for mine, other in zip(ours.made, theirs.made, strict=True):
            np.testing.assert_allclose(mine.detach().numpy(), other.detach().numpy(), rtol=1e-9)
            assert mine.shape == tuple(other.shape)
    mine = ours.gradients()
    expected = None if parted else theirs.gradients()
    if expected is not None:
        assert mine is not None, "backward raises here and not in torch"
        for one, other in zip(mine, expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-8, atol=1e-10)
    elif mine is not None and whole:
        expected, noise = differences(program, raised)
        for one, other in zip(mine, expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5 + noise)


@settings(max_examples=500, deadline=None)
@given(steps(STEP))
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_programs_of_views_and_changes(program: Program) -> None:
    check(program, whole=True)


@settings(max_examples=150, deadline=None)
@given(steps(STEP))
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_programs_where_every_view_is_one_step(program: Program) -> None:
    with mock.patch.object(views, "LONG", 0):
        check(program, whole=True)


@settings(max_examples=400, deadline=None)
@given(steps({**STEP, "outside": OUTSIDE}))
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_programs_that_leave_the_graph(program: Program) -> None:
    check(program, whole=False)
