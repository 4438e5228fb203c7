"""Optimisers: the trajectory is torch's, step by step, from the same initial values."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd.random import Generator
from nn.optim import optimizer as machinery
from tests.oracle import torch

STEPS = 50

SETTINGS: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {}),
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3}),
    ("SGD", {"lr": 0.1, "weight_decay": 0.05}),
    ("SGD", {"lr": 0.1, "momentum": 0.8, "weight_decay": 0.05, "nesterov": True}),
    ("SGD", {"lr": 0.01, "maximize": True}),
    (
        "SGD",
        {"lr": 0.01, "momentum": 0.5, "dampening": 0.1, "weight_decay": 0.1, "maximize": True},
    ),
    ("Adam", {}),
    ("Adam", {"lr": 0.05}),
    ("Adam", {"lr": 0.05, "betas": (0.5, 0.7), "eps": 1e-3}),
    ("Adam", {"lr": 0.05, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.05, "amsgrad": True}),
    ("Adam", {"lr": 0.02, "amsgrad": True, "weight_decay": 0.1, "maximize": True}),
]
each = pytest.mark.parametrize(("name", "settings"), SETTINGS, ids=str)
SIDES = [(autograd, nn), (torch, torch.nn)]


def optimizer(pkg: Any, name: str, params: Any, **settings: Any) -> Any:
    return getattr(pkg.optim if pkg is nn else torch.optim, name)(params, **settings)


def model(lib: Any, pkg: Any, dtype: str = "float64") -> Any:
    """The same net on both sides, as the seeds give the same values."""
    lib.manual_seed(0)
    net = pkg.Sequential(pkg.Linear(3, 5), pkg.Tanh(), pkg.Linear(5, 2))
    return net.to(getattr(lib, dtype))


def batch(lib: Any, step: int, dtype: str = "float64") -> Any:
    rng = np.random.default_rng(step)
    x, t = rng.standard_normal((7, 3)).astype(dtype), rng.standard_normal((7, 2)).astype(dtype)
    return lib.from_numpy(x), lib.from_numpy(t)


def train(lib: Any, pkg: Any, net: Any, opt: Any, steps: Any, dtype: str = "float64") -> list[Any]:
    """The loss and all parameters, at each step."""
    path = []
    for step in steps:
        x, t = batch(lib, step, dtype)
        opt.zero_grad()
        loss = pkg.functional.mse_loss(net(x), t)
        loss.backward()
        opt.step()
        path.append([loss.item(), *(p.detach().numpy().copy() for p in net.parameters())])
    return path


def same_paths(ours: list[Any], theirs: list[Any], rtol: float = 1e-10) -> None:
    for step, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        for mine, other in zip(a, b, strict=True):
            np.testing.assert_allclose(mine, other, rtol=rtol, atol=rtol, err_msg=f"step {step}")


@each
def test_trajectory(name: str, settings: dict[str, Any]) -> None:
    paths = []
    for lib, pkg in SIDES:
        net = model(lib, pkg)
        opt = optimizer(pkg, name, net.parameters(), **settings)
        paths.append(train(lib, pkg, net, opt, range(STEPS)))
    same_paths(*paths)


@each
def test_trajectory_in_float32_stays_there(name: str, settings: dict[str, Any]) -> None:
    paths = []
    for lib, pkg in SIDES:
        net = model(lib, pkg, "float32")
        opt = optimizer(pkg, name, net.parameters(), **settings)
        paths.append(train(lib, pkg, net, opt, range(10), "float32"))
        for tensor in (t for values in opt.state.values() for t in values.values()):
            assert str(tensor.dtype).removeprefix("torch.") == "float32"
    same_paths(*paths, rtol=2e-4)
    assert all(array.dtype == np.float32 for array in paths[0][-1][1:])


@each
@pytest.mark.parametrize("order", ["C", "F"])
def test_large_parameters_are_changed_piece_by_piece(
    name: str, settings: dict[str, Any], order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machinery, "PIECE", 10)
    start = np.random.default_rng(0).standard_normal((7, 9))
    grads = np.random.default_rng(1).standard_normal((5, 7, 9))
    ends = []
    for lib, pkg in SIDES:
        p = pkg.Parameter(lib.from_numpy(np.array(start, order=order)))
        opt = optimizer(pkg, name, [p], **settings)
        for grad in grads:
            p.grad = lib.from_numpy(grad.copy())
            opt.step()
            np.testing.assert_array_equal(p.grad.numpy(), grad)
        ends.append(p.detach().numpy())
    np.testing.assert_allclose(*ends, rtol=1e-12, atol=1e-12)


@each
def test_parameters_of_one_number(name: str, settings: dict[str, Any]) -> None:
    ends = []
    for lib, pkg in SIDES:
        p = pkg.Parameter(lib.tensor(2.0, dtype=lib.float64))
        opt = optimizer(pkg, name, [p], **settings)
        for _ in range(5):
            opt.zero_grad()
            (p * p * p).backward()
            opt.step()
        ends.append(p.item())
        assert (tuple(p.shape), p.is_leaf) == ((), True)
    assert ends[0] == pytest.approx(ends[1])


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_groups(name: str) -> None:
    paths, settings = [], []
    for lib, pkg in SIDES:
        net = model(lib, pkg)
        groups = [
            {"params": net[0].parameters(), "lr": 0.05, "weight_decay": 0.1},
            {"params": net[2].weight, "maximize": True},
        ]
        opt = optimizer(pkg, name, groups, lr=0.01)
        path = train(lib, pkg, net, opt, range(10))
        opt.add_param_group({"params": [net[2].bias], "lr": 0.2})
        path += train(lib, pkg, net, opt, range(10, 20))
        for group in opt.param_groups:
            group["lr"] *= 0.5
        path += train(lib, pkg, net, opt, range(20, STEPS))
        paths.append(path)
        settings.append([(len(g["params"]), g["lr"], g["weight_decay"]) for g in opt.param_groups])
    same_paths(*paths)
    assert settings[0] == settings[1]


@each
def test_state_goes_from_one_to_the_next(name: str, settings: dict[str, Any]) -> None:
    whole = model(autograd, nn)
    opt = optimizer(nn, name, whole.parameters(), **settings)
    path = train(autograd, nn, whole, opt, range(20))

    net = model(autograd, nn)
    first = optimizer(nn, name, net.parameters(), **settings)
    begin = train(autograd, nn, net, first, range(10))
    state = first.state_dict()
    second = optimizer(nn, name, net.parameters(), lr=7.0)
    second.load_state_dict(pickle.loads(pickle.dumps(state)))
    same_paths(path, begin + train(autograd, nn, net, second, range(10, 20)), rtol=0)


@each
def test_state_has_torchs_form(name: str, settings: dict[str, Any]) -> None:
    states = []
    for lib, pkg in SIDES:
        net = model(lib, pkg)
        opt = optimizer(pkg, name, net.parameters(), **settings)
        train(lib, pkg, net, opt, range(3))
        states.append(opt.state_dict())
    ours, theirs = states
    assert list(ours["state"]) == list(theirs["state"])
    for number, values in ours["state"].items():
        assert list(values) == list(theirs["state"][number])
        for key, value in values.items():
            other = theirs["state"][number][key]
            assert value.shape == tuple(other.shape)
            assert str(value.dtype) == str(other.dtype).removeprefix("torch.")
            np.testing.assert_allclose(value.numpy(), other.numpy(), rtol=1e-10)
    assert len(ours["param_groups"]) == 1
    group, other = ours["param_groups"][0], theirs["param_groups"][0]
    assert group == {key: other[key] for key in group}


@each
def test_goes_on_from_torchs_state(name: str, settings: dict[str, Any]) -> None:
    theirs = model(torch, torch.nn)
    opt = optimizer(torch.nn, name, theirs.parameters(), **settings)
    train(torch, torch.nn, theirs, opt, range(5))
    state = copy.deepcopy(opt.state_dict())
    for values in state["state"].values():
        values.update((key, autograd.from_numpy(t.numpy())) for key, t in values.items())
    ours = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2)).double()
    ours.load_state_dict(
        {key: autograd.from_numpy(t.numpy().copy()) for key, t in theirs.state_dict().items()}
    )
    mine = optimizer(nn, name, ours.parameters())
    mine.load_state_dict(state)
    same_paths(
        train(autograd, nn, ours, mine, range(5, 20)),
        train(torch, torch.nn, theirs, opt, range(5, 20)),
    )


def test_a_loaded_state_is_a_copy_in_the_parameters_dtype() -> None:
    net = model(autograd, nn)
    opt = nn.optim.Adam(net.parameters())
    train(autograd, nn, net, opt, range(2))
    single = model(autograd, nn, "float32")
    other = nn.optim.Adam(single.parameters())
    other.load_state_dict(opt.state_dict())
    before = opt.state[net[0].weight]["exp_avg"].tolist()
    train(autograd, nn, single, other, range(2), "float32")
    assert opt.state[net[0].weight]["exp_avg"].tolist() == before
    assert other.state[single[0].weight]["exp_avg"].dtype == autograd.float32
    assert other.state[single[0].weight]["step"].item() == 4
    assert opt.state[net[0].weight]["step"].item() == 2


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_closure(name: str) -> None:
    paths = []
    for lib, pkg in SIDES:
        net = model(lib, pkg)
        opt = optimizer(pkg, name, net.parameters(), lr=0.1)
        losses = []
        x, t = batch(lib, 0)

        def closure(net: Any = net, opt: Any = opt, pkg: Any = pkg, x: Any = x, t: Any = t) -> Any:
            opt.zero_grad()
            loss = pkg.functional.mse_loss(net(x), t)
            loss.backward()
            return loss

        with lib.no_grad():  # the closure records all the same
            for _ in range(STEPS):
                losses.append([opt.step(closure).item()])
        assert opt.step() is None
        paths.append(losses)
    same_paths(*paths)


def test_parameters_without_a_gradient_stay() -> None:
    for lib, pkg in SIDES:
        used, unused = pkg.Parameter(lib.ones(2)), pkg.Parameter(lib.ones(2))
        opt = optimizer(pkg, "Adam", [used, unused], lr=0.1, weight_decay=1.0)
        used.sum().backward()
        opt.step()
        assert unused.tolist() == [1.0, 1.0]
        assert unused not in opt.state
        opt.zero_grad(set_to_none=False)
        assert used.grad.tolist() == [0.0, 0.0]
        opt.zero_grad()
        assert used.grad is None


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_a_step_is_a_change_in_place(name: str) -> None:
    for lib, pkg in SIDES:
        p = pkg.Parameter(lib.ones(2))
        view = p.detach()
        y = (p * p).sum()
        y.backward(retain_graph=True)
        before = p._version
        optimizer(pkg, name, [p], lr=0.5).step()
        assert p._version > before
        assert view.tolist() == p.tolist() != [1.0, 1.0]
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            y.backward()


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_a_gradient_with_a_graph(name: str) -> None:
    ends = []
    for lib, pkg in SIDES:
        p = pkg.Parameter(lib.tensor([1.0, 2.0], dtype=lib.float64))
        grad = autograd.grad if lib is autograd else torch.autograd.grad
        p.grad = grad((p**3).sum(), p, create_graph=True)[0]
        opt = optimizer(pkg, name, [p], lr=0.1)
        opt.step()
        assert p.grad.requires_grad
        opt.zero_grad(set_to_none=False)
        assert not p.grad.requires_grad
        ends.append(p.tolist())
    assert ends[0] == pytest.approx(ends[1])


@pytest.mark.parametrize("side", SIDES, ids=["ours", "torch"])
def test_refusals(side: Any) -> None:
    lib, pkg = side
    p = pkg.Parameter(lib.ones(1))

    def refused(kind: Any, text: str, params: Any, name: str = "SGD", **settings: Any) -> None:
        with pytest.raises(kind, match=text):
            optimizer(pkg, name, params, **settings)

    refused(ValueError, "empty parameter list", [])
    refused(TypeError, "iterable of Tensors or dicts", p)
    refused(TypeError, "can only optimize Tensors", [3])
    refused(TypeError, "order", [{"params": {p}}])
    refused(ValueError, "can't optimize a non-leaf Tensor", [p * 2])
    refused(ValueError, "more than one parameter group", [{"params": p}, {"params": [p]}])
    for name in ("SGD", "Adam"):
        refused(ValueError, "Invalid learning rate: -1", [p], name, lr=-1)
        refused(ValueError, "Invalid weight_decay value: -1", [p], name, weight_decay=-1)
    refused(ValueError, "Invalid momentum value: -1", [p], momentum=-1)
    refused(ValueError, "Nesterov momentum requires", [p], nesterov=True)
    refused(
        ValueError, "Nesterov momentum requires", [p], nesterov=True, momentum=0.9, dampening=0.1
    )
    refused(ValueError, "Invalid beta parameter at index 1: 1.0", [p], "Adam", betas=(0.9, 1.0))
    refused(ValueError, "Invalid epsilon value: -1", [p], "Adam", eps=-1)
    with pytest.warns(UserWarning, match="duplicate parameters"):
        opt = optimizer(pkg, "SGD", [p, p], lr=0.1)
    with pytest.raises(TypeError, match="param_group must be a dict"):
        opt.add_param_group([p])
    with pytest.raises(ValueError, match="doesn't match the size"):
        opt.load_state_dict(optimizer(pkg, "SGD", [p]).state_dict())
    two = [{"params": [p]}, {"params": [pkg.Parameter(lib.ones(1))]}]
    with pytest.raises(ValueError, match="different number of parameter groups"):
        opt.load_state_dict(optimizer(pkg, "SGD", two).state_dict())


@pytest.mark.parametrize("side", SIDES, ids=["ours", "torch"])
def test_named_parameters(side: Any) -> None:
    lib, pkg = side
    net = model(lib, pkg)
    opt = optimizer(pkg, "SGD", net.named_parameters(), lr=0.1)
    names = ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert opt.param_groups[0]["param_names"] == names
    assert opt.state_dict()["param_groups"][0]["param_names"] == names
    assert [id(p) for p in opt.param_groups[0]["params"]] == [id(p) for p in net.parameters()]
    train(lib, pkg, net, opt, range(2))


def test_text() -> None:
    p = nn.Parameter(autograd.ones(1))
    assert repr(nn.optim.SGD([{"params": p, "lr": 0.5}])) == (
        "SGD (\nParameter Group 0\n    dampening: 0\n    lr: 0.5\n    maximize: False\n"
        "    momentum: 0\n    nesterov: False\n    weight_decay: 0\n)"
    )


def test_an_optimizer_of_ones_own() -> None:
    class Signs(nn.optim.Optimizer):
        def _update(self, group: Any) -> None:
            for p in group["params"]:
                with autograd.no_grad():
                    p.sub_(group["lr"] * p.grad.sign())

    p = nn.Parameter(autograd.tensor([1.0, -1.0]))
    opt = Signs([p], {"lr": 0.25})
    (p * p).sum().backward()
    opt.step()
    assert p.tolist() == [0.75, -0.75]
    with pytest.raises(NotImplementedError, match="define _update"):
        nn.optim.Optimizer([p], {}).step()


def test_a_loss_that_explodes_is_no_error() -> None:
    p = nn.Parameter(autograd.ones(2))
    opt = nn.optim.SGD([p], lr=1e30)
    p.grad = autograd.full((2,), 1e30)
    opt.step()
    assert p.tolist() == [-np.inf, -np.inf]


def test_a_copy_of_a_model_and_its_optimizer_goes_its_own_way() -> None:
    net = model(autograd, nn)
    opt = nn.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    train(autograd, nn, net, opt, range(3))
    twin, twin_opt = copy.deepcopy((net, opt))
    same_paths(
        train(autograd, nn, net, opt, range(3, 6)),
        train(autograd, nn, twin, twin_opt, range(3, 6)),
        rtol=0,
    )
    assert net[0].weight is not twin[0].weight


def test_training_reduces_the_loss() -> None:
    rng = Generator().manual_seed(0)
    x = autograd.from_numpy(rng.normal((64, 2)))
    t = (x[:, :1] * x[:, 1:]).detach()
    autograd.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 1))
    opt = nn.optim.Adam(net.parameters(), lr=0.02)
    losses = []
    for _ in range(200):
        opt.zero_grad()
        loss = nn.functional.mse_loss(net(x), t)
        loss.backward()
        opt.step()
        losses.append(loss.item())
    assert losses[-1] < 0.1 * losses[0]
