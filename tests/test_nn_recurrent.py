"""Recurrent layers and attention of the table, held against torch's modules."""

from __future__ import annotations

import gc
import tracemalloc
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from tests.both import plain, same, tensors
from tests.oracle import torch
from tests.recurrent_table import ATTENTION, RECURRENT, Row
from tests.samples.calls import gradients, weights

ROWS = [*RECURRENT, *ATTENTION]
LAYERS = ("RNN", "LSTM", "GRU")
each = pytest.mark.parametrize("row", ROWS, ids=str)
BOTH = ((autograd, nn), (torch, torch.nn))


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """torch warns of what it could do faster."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def drawn(shapes: Any, rng: np.random.Generator) -> Any:
    """Arrays of these shapes, in the same structure."""
    if isinstance(shapes, list):
        return tuple(drawn(shape, rng) for shape in shapes)
    return rng.uniform(-1.5, 1.5, shapes)


def pair(row: Row, dtype: str = "float64") -> list[Any]:
    """Our module and torch's, with the same parameters; without dropout's noise."""
    modules = []
    for library, package in BOTH:
        library.manual_seed(3)
        made = row.make(package)
        modules.append(made.to(getattr(library, dtype)).eval())
    for p, q in zip(modules[0].parameters(), modules[1].parameters(), strict=True):
        with torch.no_grad():
            rng = np.random.default_rng(1)
            values = rng.uniform(-0.8, 0.8, p.shape).astype(dtype)
            q.copy_(torch.from_numpy(values))
            p.data.copy_(autograd.from_numpy(values))
    return modules


def run(module: Any, library: Any, package: Any, row: Row) -> tuple[list[Any], list[Any]]:
    """The tensors of the output, and the inputs and parameters that they depend on."""
    rng = np.random.default_rng(0)
    leaves: list[Any] = []

    def given(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(given, value))
        tensor = library.from_numpy(value.copy())
        if value.dtype.kind == "f":
            tensor = tensor.to(next(module.parameters()).dtype).requires_grad_()
            leaves.append(tensor)
        return tensor

    inputs = [given(drawn(shapes, rng)) for shapes in row.inputs]
    options = {
        key: given(value) if isinstance(value, np.ndarray) else value
        for key, value in row.options.items()
    }
    if row.lengths:
        inputs[0] = package.utils.rnn.pack_padded_sequence(
            inputs[0], row.lengths, enforce_sorted=False
        )
    return tensors(module(*inputs, **options)), [*leaves, *module.parameters()]


def floats(outputs: list[Any]) -> list[Any]:
    return [output for output in outputs if output.requires_grad]


def first_order(library: Any, outputs: list[Any], wanted: list[Any], **options: Any) -> Any:
    """The gradients of the outputs, weighted so that each entry counts differently."""
    given = [library.from_numpy(w.copy()) for w in weights(floats(outputs), 1)]
    return gradients(library, floats(outputs), wanted, given, materialize_grads=True, **options)


@each
def test_output_and_gradients(row: Row) -> None:
    found = []
    for (library, package), module in zip(BOTH, pair(row), strict=True):
        outputs, wanted = run(module, library, package, row)
        found.append([*outputs, *first_order(library, outputs, wanted)])
    for mine, other in zip(*found, strict=True):
        same(mine, other)


@each
def test_second_order(row: Row) -> None:
    found = []
    # torch's fused attention has no second derivative.
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        for (library, package), module in zip(BOTH, pair(row), strict=True):
            outputs, wanted = run(module, library, package, row)
            first = first_order(library, outputs, wanted, create_graph=True)
            total = sum((g * g).sum() for g in first if g.requires_grad)
            found.append(library.autograd.grad(total, wanted, materialize_grads=True))
    for mine, other in zip(*found, strict=True):
        same(mine, other, rtol=1e-8)


@each
def test_state_dict_and_text(row: Row) -> None:
    ours, theirs = row.make(nn), row.make(torch.nn)
    assert repr(ours) == repr(theirs)
    mine, other = ours.state_dict(), theirs.state_dict()
    assert list(mine) == list(other)
    for name in mine:
        assert mine[name].shape == tuple(other[name].shape)
    assert ours.load_state_dict(mine)


@each
def test_same_seed_same_parameters(row: Row) -> None:
    made = []
    for library, package in BOTH:
        library.manual_seed(5)
        made.append(row.make(package))
    for p, q in zip(made[0].parameters(), made[1].parameters(), strict=True):
        assert p.requires_grad is q.requires_grad
        np.testing.assert_array_equal(plain(p), plain(q), strict=True)


@each
def test_float32(row: Row) -> None:
    found = []
    for (library, package), module in zip(BOTH, pair(row, "float32"), strict=True):
        outputs, wanted = run(module, library, package, row)
        total = sum(output.sum() for output in floats(outputs))
        total.backward()
        found.append([*outputs, *(each.grad for each in wanted if each.grad is not None)])
    for mine, other in zip(*found, strict=True):
        same(mine, other, rtol=2e-4, atol=2e-5)


LONG = [
    *(Row(name, (5, 96), {"bidirectional": True}, ((20, 40, 5),)) for name in LAYERS),
    *(Row(name, (20, 33), {}, ((24, 40, 20),), {}, (24, 17, *range(4, 23, 3))) for name in LAYERS),
    Row("LSTM", (64, 128), {}, ((20, 80, 64),)),
    Row("GRU", (4, 500), {}, ((9, 70, 4),)),
]


@pytest.mark.parametrize("row", LONG, ids=str)
def test_many_steps(row: Row, threads: int) -> None:
    """Products in parts, gradients in shares, and what a second thread does beside."""
    found = []
    for (library, package), module in zip(BOTH, pair(row), strict=True):
        for parameter in module.parameters():
            parameter.data *= 0.1  # so that rounding does not grow from step to step
        outputs, wanted = run(module, library, package, row)
        found.append([*outputs, *first_order(library, outputs, wanted)])
    for mine, other in zip(*found, strict=True):
        same(mine, other, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("steps", [1, 2])
def test_no_sequences(name: str, steps: int) -> None:
    layer = getattr(nn, name)(3, 2)
    x = autograd.zeros(steps, 0, 3, requires_grad=True)
    out, _ = layer(x)
    out.sum().backward()
    assert out.shape == (steps, 0, 2)
    assert x.grad is not None
    assert x.grad.shape == x.shape
    for each in layer.parameters():
        np.testing.assert_array_equal(plain(each.grad), np.zeros(each.shape))


def test_relu_of_nan_lets_gradients_pass() -> None:
    found = []
    for lib, package in BOTH:
        layer = package.RNN(1, 2, nonlinearity="relu")
        for each, value in zip(layer.parameters(), (0.5, -0.25, 1.0, 0.0), strict=True):
            each.data.fill_(value)
        x = lib.tensor([[1.0], [float("nan")], [2.0]], requires_grad=True)
        layer(x)[0].sum().backward()
        found.append(plain(x.grad))
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize("name", LAYERS)
def test_steps_leave_nothing_behind(name: str, second: bool, threads: int) -> None:
    """Without the collector: every array of a step is gone with it, and no ring is left."""
    layer = getattr(nn, name)(16, 32)
    x = autograd.randn(12, 48, 16, requires_grad=True)

    def step() -> None:
        loss = layer(x)[0].square().sum()
        if second:
            (d,) = autograd.grad(loss, x, create_graph=True)
            loss = d.square().sum()
        loss.backward()
        layer.zero_grad()
        x.grad = None

    gc.collect()
    gc.disable()
    try:
        for _ in range(2):
            step()
        tracemalloc.start()
        for _ in range(20):
            step()
        left, _ = tracemalloc.get_traced_memory()
        rings = gc.collect()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert rings == 0
    assert left < 20 * x.detach().numpy().nbytes
