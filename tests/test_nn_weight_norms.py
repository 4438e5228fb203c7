"""Normalised weights: parameters, buffers, trajectories and removal are torch's."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from tests.oracle import torch
from tests.test_nn_optim import SIDES, batch, optimizer, same_paths, train

NORMS: list[tuple[str, dict[str, Any]]] = [
    ("weight_norm", {}),
    ("weight_norm", {"dim": 1}),
    ("weight_norm", {"dim": None}),
    ("weight_norm", {"name": "bias"}),
    ("spectral_norm", {}),
    ("spectral_norm", {"n_power_iterations": 3, "eps": 1e-6}),
    ("spectral_norm", {"dim": 1}),
]
each = pytest.mark.parametrize(("name", "settings"), NORMS, ids=str)


def normalised(pkg: Any, function: str, module: Any, **settings: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # torch's says that there is a newer way
        return getattr(pkg.utils, function)(module, **settings)


def net(lib: Any, pkg: Any, name: str, settings: dict[str, Any]) -> Any:
    lib.manual_seed(0)
    layers = (pkg.Linear(3, 5).double(), pkg.Linear(5, 2).double())
    return pkg.Sequential(normalised(pkg, name, layers[0], **settings), pkg.Tanh(), layers[1])


def arrays(module: Any) -> dict[str, Any]:
    return {key: value.numpy().copy() for key, value in module.state_dict().items()}


@each
def test_training(name: str, settings: dict[str, Any]) -> None:
    paths, states = [], []
    for lib, pkg in SIDES:
        module = net(lib, pkg, name, settings)
        opt = optimizer(pkg, "SGD", module.parameters(), lr=0.1, momentum=0.5)
        states.append([arrays(module)])
        path = train(lib, pkg, module, opt, range(50))
        states[-1].append(arrays(module))
        module.eval()
        path.append([module(batch(lib, 3)[0]).detach().numpy()])
        removed = getattr(pkg.utils, f"remove_{name}")(
            module[0], *([settings["name"]] if "name" in settings else [])
        )
        assert removed is module[0]
        path.append([module(batch(lib, 3)[0]).detach().numpy()])
        states[-1].append(arrays(module))
        assert all(isinstance(p, pkg.Parameter) for p in module.parameters())
        assert len([*module.parameters()]) == 4
        paths.append(path)
    same_paths(*paths)
    for ours, theirs in zip(*states, strict=True):
        assert list(ours) == list(theirs)
        for key in ours:
            np.testing.assert_allclose(ours[key], theirs[key], rtol=1e-10, atol=1e-10)


@each
def test_states_go_to_and_fro(name: str, settings: dict[str, Any]) -> None:
    theirs = net(torch, torch.nn, name, settings)
    ours = net(autograd, nn, name, settings)
    state = {
        key: autograd.from_numpy(np.array(value + 0.5)) for key, value in arrays(theirs).items()
    }
    ours.load_state_dict(state)
    theirs.load_state_dict({key: torch.from_numpy(v.numpy()) for key, v in state.items()})
    results = [
        module(batch(lib, 0)[0]) for module, (lib, _) in zip((ours, theirs), SIDES, strict=True)
    ]
    np.testing.assert_allclose(*(each.detach().numpy() for each in results), rtol=1e-10)


@pytest.mark.parametrize("name", ["weight_norm", "spectral_norm"])
def test_higher_derivatives(name: str) -> None:
    results = []
    for lib, pkg in SIDES:
        module = net(lib, pkg, name, {})
        x = batch(lib, 0)[0].requires_grad_()
        grad = autograd.grad if lib is autograd else torch.autograd.grad
        first = grad((module(x) ** 2).sum(), x, create_graph=True)[0]
        (first**2).sum().backward()
        results.append([p.grad.numpy() for p in module[0].parameters()])
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", ["weight_norm", "spectral_norm"])
def test_refusals(name: str) -> None:
    for _, pkg in SIDES:
        layer = normalised(pkg, name, pkg.Linear(3, 2))
        with pytest.raises(RuntimeError, match=f"Cannot register two {name} hooks"):
            normalised(pkg, name, layer)
        remove = getattr(pkg.utils, f"remove_{name}")
        with pytest.raises(ValueError, match=f"{name} of 'bias' not found"):
            remove(layer, "bias")
        remove(layer)
        with pytest.raises(ValueError, match="not found"):
            remove(layer)
        with pytest.raises(ValueError, match="to be positive"):
            pkg.utils.spectral_norm(pkg.Linear(3, 2), n_power_iterations=0)
        with pytest.raises(ValueError, match="is None"):
            pkg.utils.spectral_norm(pkg.Linear(3, 2, bias=False), "bias")


def test_transposed_convolutions_have_their_outputs_second() -> None:
    for lib, pkg in SIDES:
        if not hasattr(pkg, "ConvTranspose2d"):
            pytest.skip("there is no transposed convolution yet")
        layer = pkg.utils.spectral_norm(pkg.ConvTranspose2d(2, 3, 2))
        assert tuple(layer.weight_u.shape) == (3,)
        assert layer(lib.ones(1, 2, 4, 4)).requires_grad
