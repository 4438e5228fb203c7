"""Large arrays, which take other ways than small ones: by blocks, and by products of bits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
import nn
from tests.both import same
from tests.oracle import torch

LAYERS = {
    "layer_norm": ((96,), lambda f, x, w, b: f.layer_norm(x, (96,), w, b)),
    "rms_norm": ((96,), lambda f, x, w, b: f.rms_norm(x, (96,), w) + b),
    "batch_norm": ((32,), lambda f, x, w, b: f.batch_norm(x, None, None, w, b, True)),
    "group_norm": ((32,), lambda f, x, w, b: f.group_norm(x, 4, w, b)),
    "instance_norm": ((32,), lambda f, x, w, b: f.instance_norm(x, None, None, w, b)),
}
CHOICES = {
    "relu": lambda f, x: f.relu(x),
    "a cube": lambda f, x: x**3,
    "leaky_relu": lambda f, x: f.leaky_relu(x, -0.5),
    "elu": lambda f, x: f.elu(x, 0.7),
    "hardswish": lambda f, x: f.hardswish(x),
    "hardshrink": lambda f, x: f.hardshrink(x),
    "softplus": lambda f, x: f.softplus(x, 2.0, 1.0),
    "threshold": lambda f, x: f.threshold(x, 0.1, 2.0),
}


def derived(program: Any, *arrays: np.ndarray) -> Any:
    """The result of a program of functions and tensors on both libraries, and its gradients."""
    found = []
    for lib, functions in ((autograd, nn.functional), (torch, torch.nn.functional)):
        given = [lib.from_numpy(each.copy()).requires_grad_() for each in arrays]
        out = program(functions, *given)
        grads = lib.autograd.grad(out, given, lib.ones_like(out), create_graph=True)
        twice = lib.autograd.grad((grads[0] * grads[0]).sum() + out.sum(), given)
        found.append([out, *grads, *twice])
    return zip(*found, strict=True)


@pytest.mark.parametrize("name", LAYERS)
def test_normalisation(name: str) -> None:
    rng = np.random.default_rng(0)
    size, program = LAYERS[name]
    x, w, b = (rng.normal(size=shape) for shape in ((64, 32, 96), size, size))
    for ours, theirs in derived(program, x, w, b):
        same(ours, theirs, 1e-8, 1e-8)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("name", CHOICES)
def test_choices(name: str, dtype: str) -> None:
    x = np.random.default_rng(0).normal(size=(64, 65)).astype(dtype)
    x[0, :4] = [np.inf, -np.inf, np.nan, -0.0]
    close = {"float16": 1e-2, "float32": 1e-5, "float64": 1e-12}[dtype]
    for ours, theirs in derived(CHOICES[name], x):
        same(ours, theirs, close, close)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int64"])
def test_where(dtype: str) -> None:
    rng = np.random.default_rng(0)
    a, b = (rng.normal(scale=9, size=(64, 65)).astype(dtype) for _ in range(2))
    mask = rng.random((64, 65)) < 0.5
    if dtype != "int64":
        a[0, :4] = b[1, :4] = [np.inf, -np.inf, np.nan, -0.0]
    for first, second in ((a, b), (a.T.copy().T, b), (a, a[:1])):
        ours = autograd.where(*map(autograd.from_numpy, (mask, first, second)))
        theirs = torch.where(*map(torch.from_numpy, (mask, first, second)))
        same(ours, theirs, 0, 0)
        np.testing.assert_array_equal(np.signbit(ours.numpy()), np.signbit(theirs.numpy()))


@pytest.mark.parametrize(
    "layout",
    [
        lambda x: x,
        lambda x: x.transpose(0, 2, 3, 1),
        lambda x: x[::2],
        lambda x: x[:, :, ::-1],
        lambda x: x.swapaxes(1, 3),
        lambda x: np.broadcast_to(x[:1], x.shape),
    ],
)
def test_relu_of_memory_of_any_layout(layout: Any) -> None:
    x = np.random.default_rng(0).standard_normal((8, 16, 17, 18)).astype(np.float32)
    x[0, 0, :3, 0] = [np.nan, -0.0, 0.0]
    found = autograd.relu.op(layout(x))
    wanted = torch.relu(torch.from_numpy(layout(x).copy())).numpy()
    np.testing.assert_array_equal(found, wanted)
    np.testing.assert_array_equal(np.signbit(found), np.signbit(wanted))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_gelu(dtype: str) -> None:
    """Of finite numbers: at inf torch's kernel of float32 gives nan, its others inf."""
    x = np.random.default_rng(0).normal(scale=3, size=(130, 300)).astype(dtype)
    close = {"float16": 1e-2, "float32": 1e-5, "float64": 1e-12}[dtype]
    for ours, theirs in derived(lambda f, x: f.gelu(x), x):
        same(ours, theirs, close, close)
