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
    "selu": lambda F, x: F.selu(x),
    "celu": lambda F, x: F.celu(x, 1.5),
    "huber": lambda F, x: F.huber_loss(x, x * 0, reduction="none", delta=0.5),
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


@pytest.mark.parametrize("name", ["sigmoid", "silu", "elu"])
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
