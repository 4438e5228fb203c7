"""Parametrised tensors: names, values, trajectories, assignment and removal are torch's."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import nn
from tests.test_nn_optim import SIDES, batch, optimizer, same_paths, train

both = pytest.mark.parametrize("side", SIDES, ids=["ours", "torch"])


class Symmetric(nn.Module):
    """At the top, so that pickle finds it."""

    def forward(self, x: Any) -> Any:
        return x.triu() + x.triu(1).mT


def steps(pkg: Any) -> dict[str, Any]:
    """Parametrisations, the same in both libraries."""

    class Symmetric(pkg.Module):
        def forward(self, x: Any) -> Any:
            return x.triu() + x.triu(1).mT

    class Exponential(pkg.Module):
        def forward(self, x: Any) -> Any:
            return x.exp()

        def right_inverse(self, y: Any) -> Any:
            return y.abs().log()

    class Product(pkg.Module):
        def forward(self, a: Any, b: Any) -> Any:
            return a * b

        def right_inverse(self, y: Any) -> Any:
            return y / 2, y * 0 + 2

    class Flat(pkg.Module):
        def forward(self, x: Any) -> Any:
            return x.flatten()

    class Single(pkg.Module):
        def forward(self, x: Any) -> Any:
            return x.float()

    class Wrong(pkg.Module):
        def forward(self, x: Any) -> Any:
            return 3

    made = (Symmetric, Exponential, Product, Flat, Single, Wrong)
    return {each.__name__: each for each in made}


def net(lib: Any, pkg: Any) -> Any:
    lib.manual_seed(0)
    return pkg.Sequential(pkg.Linear(3, 3), pkg.Tanh(), pkg.Linear(3, 2)).double()


CASES: list[tuple[str, ...]] = [
    ("Symmetric",),
    ("Exponential",),
    ("Exponential", "Symmetric"),
    ("Product",),
    ("Product", "Symmetric"),
]


@pytest.mark.parametrize("names", CASES, ids=str)
@pytest.mark.parametrize("leave", [True, False])
def test_training(names: tuple[str, ...], leave: bool) -> None:
    paths, keys = [], []
    for lib, pkg in SIDES:
        module, tools = net(lib, pkg), pkg.utils.parametrize
        assert not tools.is_parametrized(module[0])
        for name in names:
            tools.register_parametrization(module[0], "weight", steps(pkg)[name]())
        assert tools.is_parametrized(module[0], "weight")
        assert not tools.is_parametrized(module[0], "bias")
        assert tools.type_before_parametrizations(module[0]) is pkg.Linear
        keys.append([[*module.state_dict()], repr(module)])
        opt = optimizer(pkg, "SGD", module.parameters(), lr=0.05)
        path = train(lib, pkg, module, opt, range(20))
        path.append([module[0].weight.detach().numpy()])
        if leave or "Product" not in names:
            tools.remove_parametrizations(module[0], "weight", leave)
            path.append([module[0].weight.detach().numpy()])
            assert isinstance(module[0].weight, pkg.Parameter)
            assert type(module[0]) is pkg.Linear
            keys[-1].append([*module.state_dict()])
        else:
            with pytest.raises(ValueError, match="Cannot leave unparametrized"):
                tools.remove_parametrizations(module[0], "weight", leave)
        paths.append(path)
    same_paths(*paths)
    assert keys[0] == keys[1]


@both
def test_assignment(side: Any) -> None:
    lib, pkg = side
    module, tools, made = net(lib, pkg)[0], pkg.utils.parametrize, steps(pkg)
    tools.register_parametrization(module, "weight", made["Exponential"]())
    module.weight = lib.full((3, 3), 2.0, dtype=lib.float64)
    assert module.weight.tolist() == pytest.approx(np.full((3, 3), 2.0))
    original = module.parametrizations.weight.original
    assert original.detach().numpy() == pytest.approx(np.full((3, 3), np.log(2)))
    assert original.requires_grad
    tools.register_parametrization(module, "bias", made["Symmetric"](), unsafe=True)
    with pytest.raises(RuntimeError, match="does not implement right_inverse"):
        module.bias = lib.ones(3, dtype=lib.float64)


@both
def test_a_buffer(side: Any) -> None:
    lib, pkg = side
    module = pkg.Module()
    module.register_buffer("rate", lib.zeros(2))
    tools = pkg.utils.parametrize
    tools.register_parametrization(module, "rate", steps(pkg)["Exponential"](), unsafe=True)
    assert [*module.state_dict()] == ["parametrizations.rate.original"]
    tools.remove_parametrizations(module, "rate")
    assert [*module.state_dict()] == ["rate"]


@both
def test_refusals(side: Any) -> None:
    lib, pkg = side
    tools, made = pkg.utils.parametrize, steps(pkg)

    def refused(name: str, text: str, tensor: str = "weight", before: str = "") -> None:
        module = net(lib, pkg)[0]
        if before:
            tools.register_parametrization(module, tensor, made[before]())
        with pytest.raises(ValueError, match=text):
            tools.register_parametrization(module, tensor, made[name]())

    for before in ("", "Symmetric"):
        refused("Flat", "may not change the", before=before)
        refused("Single", "may not change the", before=before)
        refused("Wrong", "must return a tensor", before=before)
    refused("Symmetric", "does not have a parameter", "none")
    with pytest.raises(ValueError, match="does not have a parametrization on weight"):
        tools.remove_parametrizations(net(lib, pkg)[0], "weight")
    with pytest.raises(ValueError, match="one or more modules"):
        tools.ParametrizationList([], lib.ones(1))


@both
def test_caching(side: Any) -> None:
    lib, pkg = side
    module, tools = net(lib, pkg)[0], pkg.utils.parametrize
    tools.register_parametrization(module, "weight", steps(pkg)["Symmetric"]())
    assert module.weight is not module.weight
    with tools.cached():
        first = module.weight
        with tools.cached():
            assert module.weight is first
        assert module.weight is first
    assert module.weight is not first


def test_copies_are_parametrised_by_themselves() -> None:
    tools = nn.utils.parametrize
    module = tools.register_parametrization(nn.Linear(3, 3), "weight", Symmetric())
    for twin in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        assert repr(twin) == repr(module)
        np.testing.assert_array_equal(twin.weight.detach().numpy(), module.weight.detach().numpy())
        tools.remove_parametrizations(twin, "weight")
        assert tools.is_parametrized(module, "weight")
        assert module.weight.requires_grad


NORMS: list[tuple[str, dict[str, Any]]] = [
    ("weight_norm", {}),
    ("weight_norm", {"dim": 1}),
    ("weight_norm", {"dim": None}),
    ("spectral_norm", {}),
    ("spectral_norm", {"n_power_iterations": 2, "dim": -1}),
    ("spectral_norm", {"name": "bias"}),
]


@pytest.mark.parametrize(("name", "settings"), NORMS, ids=str)
def test_norms(name: str, settings: dict[str, Any]) -> None:
    paths, keys = [], []
    for lib, pkg in SIDES:
        module = net(lib, pkg)
        made = getattr(pkg.utils.parametrizations, name)(module[0], **settings)
        assert made is module[0]
        keys.append([*module.state_dict()])
        opt = optimizer(pkg, "SGD", module.parameters(), lr=0.1)
        path = train(lib, pkg, module, opt, range(30))
        module.eval()
        path.append([module(batch(lib, 0)[0]).detach().numpy()])
        paths.append(path)
    same_paths(*paths)
    assert keys[0] == keys[1]


@both
def test_refusals_of_norms(side: Any) -> None:
    _, pkg = side
    tools = pkg.utils.parametrizations
    with pytest.raises(ValueError, match="has no parameter or buffer"):
        tools.spectral_norm(pkg.Linear(3, 2), "none")
    with pytest.raises(IndexError, match="Dimension out of range"):
        tools.spectral_norm(pkg.Linear(3, 2), dim=2)
    with pytest.raises(ValueError, match="to be positive"):
        tools.spectral_norm(pkg.Linear(3, 2), n_power_iterations=0)
