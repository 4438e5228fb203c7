"""First values: torch's numbers for the same seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
import nn
from tests.oracle import torch

CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("uniform_", (), {}),
    ("uniform_", (-2.0, 3.0), {}),
    ("normal_", (), {}),
    ("normal_", (1.0, 0.02), {}),
    ("xavier_uniform_", (), {}),
    ("xavier_uniform_", (), {"gain": 5 / 3}),
    ("xavier_normal_", (), {}),
    ("xavier_normal_", (2.0,), {}),
    *(
        (name, (), {"a": a, "mode": mode, "nonlinearity": nonlinearity})
        for name in ("kaiming_uniform_", "kaiming_normal_")
        for a in (0, 5**0.5)
        for mode in ("fan_in", "fan_out")
        for nonlinearity in ("leaky_relu", "relu", "linear", "tanh")
    ),
    ("constant_", (0.3,), {}),
    ("ones_", (), {}),
    ("zeros_", (), {}),
    ("trunc_normal_", (), {}),
    ("trunc_normal_", (0.0, 0.02), {}),
    ("trunc_normal_", (0.5, 1.0, 0.0, 1.0), {}),
    ("trunc_normal_", (0.0, 1.0, 1.5, 2.0), {}),
    ("trunc_normal_", (), {"mean": 1.0, "std": 3.0, "a": -0.5, "b": 0.5}),
]
SHAPES = [(3, 4), (5, 2, 3), (2, 3, 3, 3), (40, 50)]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("call", CALLS, ids=str)
def test_numbers(call: Any, dtype: str) -> None:
    name, args, kwargs = call
    for shape in SHAPES:
        ours = autograd.zeros(shape, dtype=dtype, requires_grad=True)
        theirs = torch.zeros(shape, dtype=getattr(torch, dtype), requires_grad=True)
        for seed in (0, 7):
            autograd.manual_seed(seed)
            torch.manual_seed(seed)
            assert getattr(nn.init, name)(ours, *args, **kwargs) is ours
            getattr(torch.nn.init, name)(theirs, *args, **kwargs)
            np.testing.assert_array_equal(ours.detach().numpy(), theirs.detach().numpy())
            assert ours.is_leaf
            assert ours.requires_grad


STRUCTURED: list[tuple[str, tuple[int, ...], tuple[Any, ...]]] = [
    ("eye_", (3, 4), ()),
    ("eye_", (4, 3), ()),
    ("dirac_", (3, 4, 5), ()),
    ("dirac_", (6, 2, 4, 3), (2,)),
    ("dirac_", (4, 3, 1, 2, 3), (4,)),
    ("orthogonal_", (3, 4), ()),
    ("orthogonal_", (5, 3), (2**0.5,)),
    ("orthogonal_", (2, 3, 3), ()),
    ("orthogonal_", (20, 20), ()),
    ("orthogonal_", (0, 3), ()),
    ("sparse_", (10, 4), (0.25,)),
    ("sparse_", (3, 40), (0.5, 1.0)),
]


@pytest.mark.parametrize("case", STRUCTURED, ids=str)
def test_matrices_with_a_structure(case: Any) -> None:
    name, shape, args = case
    tensors = []
    for library, package in ((autograd, nn), (torch, torch.nn)):
        library.manual_seed(3)
        given = library.ones(shape, dtype=library.float64, requires_grad=True)
        assert getattr(package.init, name)(given, *args) is given
        tensors.append(given.detach().numpy())
        with pytest.raises(ValueError, match="Only tensors with"):
            getattr(package.init, name)(library.ones(3), *(args or (1,))[: name != "eye_"])
    np.testing.assert_allclose(*tensors, rtol=0, atol=1e-13)


@pytest.mark.parametrize("package", [nn, torch.nn], ids=["ours", "torch"])
def test_refused_structures(package: Any) -> None:
    library = autograd if package is nn else torch
    with pytest.raises(ValueError, match="divisible by groups"):
        package.init.dirac_(library.ones(3, 2, 1), 2)
    with pytest.warns(UserWarning, match="more than 2 std"):
        package.init.trunc_normal_(library.ones(3), mean=5.0)


@pytest.mark.parametrize(
    "name",
    ["uniform_", "normal_", "xavier_uniform_", "kaiming_normal_", "trunc_normal_"],
)
def test_a_generator_of_its_own(name: str) -> None:
    ours, theirs = autograd.Generator().manual_seed(3), torch.Generator().manual_seed(3)
    before = autograd.rand(1, generator=autograd.Generator())
    a, b = autograd.zeros(4, 5), torch.zeros(4, 5)
    getattr(nn.init, name)(a, generator=ours)
    getattr(torch.nn.init, name)(b, generator=theirs)
    np.testing.assert_array_equal(a.numpy(), b.numpy())
    assert before.shape == (1,)


@pytest.mark.parametrize(
    "name",
    ["linear", "conv1d", "conv2d", "conv3d", "conv_transpose2d", "sigmoid", "tanh", "relu", "selu"],
)
def test_gains(name: str) -> None:
    assert nn.init.calculate_gain(name) == torch.nn.init.calculate_gain(name)


@pytest.mark.parametrize("param", [None, 0.2, 1])
def test_gain_of_a_slope(param: Any) -> None:
    ours = nn.init.calculate_gain("leaky_relu", param)
    assert ours == torch.nn.init.calculate_gain("leaky_relu", param)


@pytest.mark.parametrize("package", [nn, torch.nn], ids=["ours", "torch"])
def test_refusals(package: Any) -> None:
    library = autograd if package is nn else torch
    init = package.init
    for name in ("xavier_uniform_", "xavier_normal_", "kaiming_uniform_", "kaiming_normal_"):
        with pytest.raises(ValueError, match="fewer than 2 dimensions"):
            getattr(init, name)(library.zeros(3))
    with pytest.raises(ValueError, match="not supported, please use one of"):
        init.kaiming_uniform_(library.zeros(3, 2), mode="fan_mid")
    with pytest.raises(ValueError, match="Unsupported nonlinearity"):
        init.calculate_gain("wiggle")
    with pytest.raises(ValueError, match="not a valid number"):
        init.calculate_gain("leaky_relu", True)
    for name in ("kaiming_uniform_", "kaiming_normal_"):
        with pytest.warns(UserWarning, match="zero-element tensors is a no-op"):
            getattr(init, name)(library.zeros(0, 2))


def test_writes_are_seen() -> None:
    x = autograd.ones(2, requires_grad=True)
    y = (x * x).sum()
    nn.init.zeros_(x)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.backward()
