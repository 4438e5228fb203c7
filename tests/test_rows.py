"""Kernels that go through large arrays row by row: softmax, cross-entropy, layer norm."""

from __future__ import annotations

from collections.abc import Callable
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


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("dim", [0, 1, 2])
@pytest.mark.parametrize("shape", [(130, 70, 64), (3, 9001, 1), (5000, 100, 1), (97, 300, 40)])
def test_running_sums(shape: tuple[int, ...], dim: int, dtype: str, threads: int) -> None:
    rng = np.random.default_rng(0)
    x, seed = rng.standard_normal((2, *shape)).astype(dtype)

    def program(lib: Any, F: Any) -> list[Any]:
        leaf = lib.tensor(x, requires_grad=True)
        y = lib.cumsum(leaf, dim)
        return [y, *lib.autograd.grad(y, leaf, lib.tensor(seed))]

    _both(program, *((1e-10, 1e-10) if dtype == "float64" else (1e-5, 1e-4)))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_running_sums_of_what_is_not_finite(value: float) -> None:
    x = np.ones((300, 100))
    x[2, 50] = value
    _both(lambda lib, F: [lib.cumsum(lib.tensor(x), dim) for dim in (0, 1)], 0, 1e-12)


@pytest.mark.parametrize("zeros", [0, 1, 2])
@pytest.mark.parametrize("name", ["prod", "cumprod"])
def test_products(name: str, zeros: int) -> None:
    x = 1 + 0.1 * np.random.default_rng(0).standard_normal((40, 50))
    x[3, :zeros] = 0

    def program(lib: Any, F: Any) -> list[Any]:
        leaf = lib.tensor(x, requires_grad=True)
        found = []
        for dim in (0, 1):
            y = getattr(lib, name)(leaf, dim)
            (raw,) = lib.autograd.grad((y * y).sum(), leaf, retain_graph=True)
            (first,) = lib.autograd.grad((y * y).sum(), leaf, create_graph=True)
            found += [y, raw, first, *lib.autograd.grad(first.sum(), leaf)]
        return found

    _both(program, 1e-9, 1e-12)


@pytest.mark.parametrize("offset", [0.0, 50.0])
@pytest.mark.parametrize(
    "shape", [(3, 12, 5, 7), (40, 12, 25, 20), (400, 12), (400, 12, 1), (LARGE // 4, 4, 1, 1)]
)
@pytest.mark.parametrize("parameters", ["both", "weight", "none"])
def test_group_norm(parameters: str, shape: tuple[int, ...], offset: float, threads: int) -> None:
    rng = np.random.default_rng(0)
    x, seed = rng.standard_normal((2, *shape))
    w, b = rng.standard_normal((2, shape[1]))
    x += offset

    def program(lib: Any, F: Any) -> list[Any]:
        given = [lib.tensor(each, requires_grad=True) for each in (x, w, b)]
        used = given[: {"both": 3, "weight": 2, "none": 1}[parameters]]
        y = F.group_norm(used[0], 4, *used[1:])
        first = lib.autograd.grad(y, used, lib.tensor(seed), create_graph=True)
        raw = lib.autograd.grad(y, used, lib.tensor(seed), retain_graph=True)
        second = lib.autograd.grad(first[0].sin().sum(), used[0])
        return [y, *first, *raw, *second]

    _both(program, 1e-8, 1e-9)
