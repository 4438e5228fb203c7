"""Activations of large arrays, which are computed block by block, beside torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd.blocks import FEW
from autograd.ops.activation_kernels import MANY, plainly
from tests.both import plain
from tests.oracle import torch

FUNCTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "sigmoid": lambda F, x: x.sigmoid(),
    "silu": lambda F, x: F.silu(x),
    "gelu": lambda F, x: F.gelu(x),
    "softplus": lambda F, x: F.softplus(x),
    "softplus steep": lambda F, x: F.softplus(x, 2.0, 5.0),
    "logsigmoid": lambda F, x: F.logsigmoid(x),
    "elu": lambda F, x: F.elu(x),
    "elu of alpha": lambda F, x: F.elu(x, 0.7),
    "elu of a large alpha": lambda F, x: F.elu(x, 1e9),
    "selu": lambda F, x: F.selu(x),
    "celu": lambda F, x: F.celu(x, 1.5),
    "tanh": lambda F, x: x.tanh(),
    "huber": lambda F, x: F.huber_loss(x, x * 0, reduction="none", delta=0.5),
}
STRAIGHT: dict[str, Callable[[Any, Any], Any]] = {
    "relu": lambda F, x: F.relu(x),
    "leaky relu": lambda F, x: F.leaky_relu(x),
    "leaky relu of slope 0": lambda F, x: F.leaky_relu(x, 0.0),
    "leaky relu of slope -1": lambda F, x: F.leaky_relu(x, -1.0),
    "hardtanh": lambda F, x: F.hardtanh(x, -0.5, 2.0),
    "relu6": lambda F, x: F.relu6(x),
    "hardsigmoid": lambda F, x: F.hardsigmoid(x),
    "hardswish": lambda F, x: F.hardswish(x),
    "hardshrink": lambda F, x: F.hardshrink(x),
    "softshrink": lambda F, x: F.softshrink(x, 0.7),
    "threshold": lambda F, x: F.threshold(x, 0.1, -2.0),
}
"""Straight lines between kinks: their second derivative is 0, that of a product with x is not."""
FUNCTIONS |= {
    name: lambda F, x, straight=straight: straight(F, x) * x
    for name, straight in STRAIGHT.items()
    if name != "hardsigmoid"  # torch has no second derivative of it
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_and_both_derivatives(name: str, dtype: str, threads: int) -> None:
    rng = np.random.default_rng(0)
    x = (3 * rng.standard_normal(FEW + 5)).astype(dtype)
    x[:6] = [0.0, 30.0, -30.0, 100.0, -80.0, 1e-3]
    seed = rng.standard_normal(x.shape).astype(dtype)
    found: list[list[Any]] = []
    for lib, F in ((autograd, nn.functional), (torch, torch.nn.functional)):
        leaf = lib.tensor(x, requires_grad=True)
        y = FUNCTIONS[name](F, leaf)
        g = lib.tensor(seed)
        (raw,) = lib.autograd.grad(y, leaf, g, retain_graph=True)
        (first,) = lib.autograd.grad(y, leaf, g, create_graph=True)
        (second,) = lib.autograd.grad(first.sum(), leaf)
        found.append([plain(each) for each in (y, raw, first, second)])
    rtol, atol = (1e-9, 1e-14) if dtype == "float64" else (5e-6, 5e-6)
    for ours, theirs in zip(*found, strict=True):
        assert ours.dtype == theirs.dtype
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=atol)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_not_finite(name: str) -> None:
    x = np.zeros(2 * MANY, np.float32)
    x[:4] = [np.nan, np.inf, -np.inf, -3e38]
    leaf = autograd.tensor(x, requires_grad=True)
    few = autograd.tensor(x[:8], requires_grad=True)
    large, small = (FUNCTIONS[name](nn.functional, each) for each in (leaf, few))
    np.testing.assert_array_equal(plain(large)[:8], plain(small))
    (a,), (b,) = (autograd.grad(y.sum(), each) for y, each in ((large, leaf), (small, few)))
    np.testing.assert_array_equal(plain(a)[:8], plain(b))


@pytest.mark.parametrize("name", ["relu", "hardtanh", "hardsigmoid", "hardswish", "hardshrink"])
def test_gradients_that_are_not_finite_stop_where_the_slope_is_0(name: str) -> None:
    x = np.linspace(-5, 5, 2 * MANY, dtype=np.float32)
    found = []
    for lib, F in ((autograd, nn.functional), (torch, torch.nn.functional)):
        leaf = lib.tensor(x, requires_grad=True)
        seed = lib.tensor(np.resize(np.array([np.inf, np.nan, 1], np.float32), x.shape))
        (g,) = lib.autograd.grad(STRAIGHT[name](F, leaf), leaf, seed)
        found.append(plain(g))
    np.testing.assert_allclose(*found, rtol=1e-6)


@pytest.mark.parametrize("name", ["sigmoid", "silu", "elu", "relu", "leaky relu", "hardswish"])
def test_images_keep_their_layout(name: str) -> None:
    """What a convolution gives lies pixel by pixel, and so does what comes of it."""
    autograd.manual_seed(0)
    layer = nn.Conv2d(3, 8, 3, padding=1)
    images = layer(autograd.randn(16, 3, 20, 20))
    assert plainly(images._array)
    y = FUNCTIONS[name](nn.functional, images)
    assert y._array.strides == images._array.strides
    expected = FUNCTIONS[name](nn.functional, images.detach().clone().contiguous())
    np.testing.assert_array_equal(plain(y), plain(expected))


def test_softplus_of_half_precision_is_finite() -> None:
    x = np.array([-15, -11, 0, 11, 12, 15, 19.8, 25], np.float16)
    ours = nn.functional.softplus(autograd.tensor(x))
    theirs = torch.nn.functional.softplus(torch.tensor(x))
    assert ours.dtype == np.float16
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-3)


@pytest.mark.parametrize("count", [1000, 2 * MANY])
@pytest.mark.parametrize("name", ["sigmoid", "silu"])
def test_digits_far_below_0(name: str, count: int) -> None:
    x = np.linspace(-80, 20, count, dtype=np.float32)
    wide = x.astype(np.float64)
    expected = 1 / (1 + np.exp(-wide)) if name == "sigmoid" else wide / (1 + np.exp(-wide))
    found = FUNCTIONS[name](nn.functional, autograd.tensor(x)).numpy()
    np.testing.assert_allclose(found, expected, rtol=4e-7)


@pytest.mark.parametrize("name", ["sigmoid", "silu", "mish"])
def test_half_precision_far_below_0(name: str) -> None:
    x = np.array([-17, -15, -12, -11, -5, 0, 11, 12], np.float16)
    found = []
    for lib, F in ((autograd, nn.functional), (torch, torch.nn.functional)):
        leaf = lib.tensor(x, requires_grad=True)
        y = leaf.sigmoid() if name == "sigmoid" else getattr(F, name)(leaf)
        y.sum().backward()
        found.append((plain(y), plain(leaf.grad)))
    for ours, theirs in zip(*found, strict=True):
        assert ours.dtype == np.float16
        np.testing.assert_allclose(ours, theirs, rtol=2e-3, atol=1e-7)


def test_angles_of_many_points() -> None:
    a, b = np.random.default_rng(0).standard_normal((2, 2 * MANY)).astype(np.float32)
    a[:6], b[:6] = [0, 0, 1e30, 1e-30, np.inf, np.nan], [0, 1, -3e30, 2e-30, 1, 1]
    found = []
    for lib in (autograd, torch):
        given = [lib.tensor(each, requires_grad=True) for each in (a, b)]
        found.append([plain(g) for g in lib.autograd.grad(lib.atan2(*given).sum(), given)])
    few = [autograd.tensor(each[:6], requires_grad=True) for each in (a, b)]
    small = autograd.autograd.grad(autograd.atan2(*few).sum(), few)
    for ours, theirs, known in zip(*found, small, strict=True):
        np.testing.assert_allclose(ours[6:], theirs[6:], rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(ours[:6], plain(known), rtol=1e-5)


@pytest.mark.parametrize("name", ["hardswish", "gelu by tanh"])
def test_half_precision_far_from_0(name: str) -> None:
    x = np.array([-60000, -100, -41, -2, 0, 2, 41, 100, 11000, 60000], np.float16)
    found = []
    for lib, F in ((autograd, nn.functional), (torch, torch.nn.functional)):
        leaf = lib.tensor(x, requires_grad=True)
        y = F.hardswish(leaf) if name == "hardswish" else F.gelu(leaf, approximate="tanh")
        y.sum().backward()
        found.append((plain(y), plain(leaf.grad)))
    for ours, theirs in zip(*found, strict=True):
        assert ours.dtype == np.float16
        np.testing.assert_allclose(ours, theirs, rtol=2e-3, atol=1e-7)
