"""Every module of the table, held against torch's module of the same name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
import nn
from tests.both import plain, same
from tests.module_table import MODULES, Row
from tests.oracle import torch
from tests.samples.calls import gradients, weights

each = pytest.mark.parametrize("row", MODULES, ids=str)
CONTAINERS = {"Module", "ModuleDict", "ModuleList", "Sequential"}


def pair(row: Row) -> tuple[Any, Any]:
    """Our module and torch's, in float64, with the same parameters."""
    ours = getattr(nn, row.name)(*row.args, **row.kwargs).double()
    theirs = getattr(torch.nn, row.name)(*row.args, **row.kwargs).double()
    with torch.no_grad():
        for (name, p), (other, q) in zip(
            ours.named_parameters(), theirs.named_parameters(), strict=True
        ):
            assert name == other
            q.copy_(torch.from_numpy(plain(p)))
    return ours, theirs


def run(module: Any, library: Any, row: Row) -> tuple[Any, list[Any]]:
    """The output, and the inputs and parameters that it depends on."""
    inputs = [library.from_numpy(x).requires_grad_() for x in row.arrays()]
    return module(*inputs), [*inputs, *module.parameters()]


def first_order(library: Any, output: Any, wanted: list[Any], **options: Any) -> Any:
    """The gradients of the output, weighted so that each entry counts differently."""
    given = [library.from_numpy(weight.copy()) for weight in weights([output], 1)]
    return gradients(library, [output], wanted, given, materialize_grads=False, **options)


def test_every_module_has_a_row() -> None:
    exported = {
        name
        for name in nn.__all__
        if isinstance(getattr(nn, name), type) and issubclass(getattr(nn, name), nn.Module)
    }
    assert exported - CONTAINERS == {row.name for row in MODULES}


@each
def test_output_and_gradients(row: Row) -> None:
    ours, theirs = pair(row)
    (y, wanted), (t, others) = run(ours, autograd, row), run(theirs, torch, row)
    same(y, t)
    found = first_order(autograd, y, wanted)
    for a, b in zip(found, first_order(torch, t, others), strict=True):
        same(a, b)


@each
def test_second_order(row: Row) -> None:
    ours, theirs = pair(row)
    seconds = []
    for module, library in ((ours, autograd), (theirs, torch)):
        output, wanted = run(module, library, row)
        first = first_order(library, output, wanted, create_graph=True)
        total = sum((g * g).sum() for g in first if g.requires_grad)
        if isinstance(total, library.Tensor):
            seconds.append(library.autograd.grad(total, wanted, materialize_grads=True))
        else:  # linear in all its inputs; torch records zeros in places
            seconds.append([library.zeros_like(each) for each in wanted])
    for mine, other in zip(*seconds, strict=True):
        same(mine, other)


@each
def test_state_dict_and_text(row: Row) -> None:
    ours = getattr(nn, row.name)(*row.args, **row.kwargs)
    theirs = getattr(torch.nn, row.name)(*row.args, **row.kwargs)
    assert repr(ours) == repr(theirs)
    assert ours.training is theirs.training
    mine, other = ours.state_dict(), theirs.state_dict()
    assert list(mine) == list(other)
    for name in mine:
        assert mine[name].shape == tuple(other[name].shape)
        assert str(mine[name].dtype) == str(other[name].dtype).removeprefix("torch.")


@each
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
def test_same_seed_same_parameters(row: Row, dtype: str) -> None:
    autograd.manual_seed(5)
    torch.manual_seed(5)
    autograd.set_default_dtype(dtype)
    torch.set_default_dtype(getattr(torch, dtype))
    try:
        ours = getattr(nn, row.name)(*row.args, **row.kwargs)
        theirs = getattr(torch.nn, row.name)(*row.args, **row.kwargs)
    finally:
        autograd.set_default_dtype("float32")
        torch.set_default_dtype(torch.float32)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert p.requires_grad is q.requires_grad
        np.testing.assert_array_equal(plain(p), plain(q), strict=True)


def test_a_net_of_several_layers_is_seeded_as_torch_does() -> None:
    nets = []
    for library, package in ((autograd, nn), (torch, torch.nn)):
        library.manual_seed(0)
        net = package.Sequential(
            package.Linear(784, 128), package.ReLU(), package.Linear(128, 10, bias=False)
        )
        nets.append(net)
    for p, q in zip(nets[0].parameters(), nets[1].parameters(), strict=True):
        np.testing.assert_array_equal(plain(p), plain(q), strict=True)


def test_linear_of_nothing() -> None:
    for package in (nn, torch.nn):
        with pytest.warns(UserWarning, match="zero-element"):
            layer = package.Linear(0, 3)
        assert plain(layer.bias).tolist() == [0.0, 0.0, 0.0]


def test_linear_takes_a_dtype_and_a_device() -> None:
    layer = nn.Linear(2, 3, device="cpu", dtype=autograd.float64)
    assert layer.weight.dtype == autograd.float64
    with pytest.raises(RuntimeError, match="no device 'cuda'"):
        nn.Linear(2, 3, device="cuda")


@pytest.mark.parametrize("package", [nn, torch.nn], ids=["ours", "torch"])
def test_relu_in_place(package: Any) -> None:
    library = autograd if package is nn else torch
    x = library.tensor([-1.0, 2.0])
    assert package.ReLU(inplace=True)(x) is x
    assert x.tolist() == [0.0, 2.0]
    assert repr(package.ReLU(inplace=True)) == "ReLU(inplace=True)"
    leaf = library.tensor([-1.0, 2.0], requires_grad=True)
    with pytest.raises(RuntimeError, match="leaf Variable that requires grad"):
        package.ReLU(inplace=True)(leaf)
    y = package.functional.relu(leaf * 2, inplace=True)
    y.sum().backward()
    assert leaf.grad.tolist() == [0.0, 2.0]


@pytest.mark.parametrize("package", [nn, torch.nn], ids=["ours", "torch"])
@pytest.mark.parametrize("name", ["mse_loss", "l1_loss"])
def test_losses_of_other_sizes_and_reductions(package: Any, name: str) -> None:
    library = autograd if package is nn else torch
    loss = getattr(package.functional, name)
    x, t = library.ones(3, 1), library.zeros(3)
    with pytest.warns(UserWarning, match="Using a target size") as record:
        assert tuple(loss(x, t, reduction="none").shape) == (3, 3)
    if package is nn:
        assert record[0].filename == __file__
    with pytest.raises(ValueError, match="is not a valid value for reduction"):
        loss(x, x, reduction="median")


def test_linear_says_why_not() -> None:
    with pytest.raises(RuntimeError, match="cannot be multiplied"):
        nn.Linear(3, 2)(autograd.ones(5, 4))
    with pytest.raises(RuntimeError, match="same dtype"):
        nn.Linear(3, 2)(autograd.ones(5, 3, dtype=autograd.float64))
