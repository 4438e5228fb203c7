"""Kernels that go through large arrays row by row: softmax, cross-entropy, layer norm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd.blocks import FEW
from autograd.sums import LARGE
from tests.both import plain
from tests.oracle import torch

KINDS: dict[str, Callable[[Any, Any], Any]] = {
    "ordinary": lambda rng, x: x,
    "large": lambda rng, x: x * 400,
    "far below 0": lambda rng, x: x - 900,
    "sure of one": lambda rng, x: x + 50 * (np.arange(x.shape[1]) == 0),
    "masked": lambda rng, x: np.where(rng.random(x.shape) < 0.3, -np.inf, x),
    "with a row of -inf": lambda rng, x: np.where(np.arange(len(x))[:, None] == 3, -np.inf, x),
    "with an inf": lambda rng, x: np.where(np.arange(x.size).reshape(x.shape) == 5, np.inf, x),
    "with a nan": lambda rng, x: np.where(np.arange(x.size).reshape(x.shape) == 5, np.nan, x),
}
FUNCTIONS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "softmax": lambda F, x, target: F.softmax(x, 1),
    "log_softmax": lambda F, x, target: F.log_softmax(x, 1),
    "cross_entropy": lambda F, x, target: F.cross_entropy(x, target, reduction="none"),
    "cross_entropy mean": lambda F, x, target: F.cross_entropy(x, target, ignore_index=0),
}


@pytest.fixture(params=[1, 2])
def threads(request: Any) -> Iterator[int]:
    before = autograd.get_num_threads()
    autograd.set_num_threads(request.param)
    yield request.param
    autograd.set_num_threads(before)


def _both(program: Callable[[Any, Any], list[Any]], rtol: float, atol: float) -> None:
    ours, theirs = program(autograd, nn.functional), program(torch, torch.nn.functional)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(plain(a), plain(b), rtol=rtol, atol=atol)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("width", [3, 100, 500])
def test_exponentials(width: int, name: str, kind: str, dtype: str) -> None:
    rng = np.random.default_rng(0)
    x = KINDS[kind](rng, rng.standard_normal((2 * LARGE // width, width))).astype(dtype)
    seed = rng.standard_normal(x.shape).astype(dtype)
    target = rng.integers(0, width, len(x))

    def program(lib: Any, F: Any) -> list[Any]:
        leaf = lib.tensor(x, requires_grad=True)
        y = FUNCTIONS[name](F, leaf, lib.tensor(target))
        g = lib.tensor(seed if y.ndim == 2 else seed[:, 0] if y.ndim else seed[0, 0])
        (first,) = lib.autograd.grad(y, leaf, g, create_graph=True)
        (second,) = lib.autograd.grad(first.sin().sum(), leaf)
        return [y, first, second] if kind == "ordinary" else [y, first]

    exact = dtype == "float64"
    _both(program, *((1e-11, 1e-13) if exact else (2e-5, 2e-6)))


@pytest.mark.parametrize("offset", [0.0, 50.0])
@pytest.mark.parametrize("shape", [(3000, 3), (70, 5, 40)])
@pytest.mark.parametrize("parameters", ["both", "weight", "none"])
def test_layer_norm(parameters: str, shape: tuple[int, ...], offset: float, threads: int) -> None:
    rng = np.random.default_rng(0)
    width = shape[-1]
    x, seed = rng.standard_normal((2, *shape))
    w, b = rng.standard_normal((2, width))
    x += offset

    def program(lib: Any, F: Any) -> list[Any]:
        given = [lib.tensor(each, requires_grad=True) for each in (x, w, b)]
        used = given[: {"both": 3, "weight": 2, "none": 1}[parameters]]
        y = F.layer_norm(used[0], (width,), *used[1:])
        first = lib.autograd.grad(y, used, lib.tensor(seed), create_graph=True)
        second = lib.autograd.grad(first[0].sin().sum(), used[0])
        return [y, *first, *second]

    _both(program, 1e-8, 1e-9)


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "cross_entropy"])
def test_threads_share_rows(name: str, threads: int) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((FEW // 5 + 7, 6))
    target = rng.integers(0, 6, len(x))

    def program(lib: Any, F: Any) -> list[Any]:
        leaf = lib.tensor(x, requires_grad=True)
        y = FUNCTIONS[name](F, leaf, lib.tensor(target))
        return [y, *lib.autograd.grad((y * y).sum(), leaf)]

    _both(program, 1e-11, 1e-13)


def test_a_loss_near_0_is_not_below_it() -> None:
    x = np.zeros((2 * LARGE, 2), np.float32)
    x[:, 0] = np.linspace(5, 55, len(x))
    target = autograd.zeros(len(x), dtype=autograd.int64)
    loss = nn.functional.cross_entropy(autograd.tensor(x), target, reduction="none").numpy()
    logarithm = nn.functional.log_softmax(autograd.tensor(x), 1).numpy()[:, 0]
    exact = np.log1p(np.exp(-x[:, 0].astype(np.float64)))
    np.testing.assert_allclose(loss, exact, rtol=0, atol=1e-7)
    np.testing.assert_allclose(-logarithm, exact, rtol=0, atol=1e-7)
    assert loss.min() >= 0
