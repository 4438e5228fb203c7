"""Optimisers: the trajectory is torch's, step by step, from the same initial values."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd.random import Generator
from nn.optim import stepping as machinery
from tests.both import both
from tests.optimizer_table import ROWS
from tests.oracle import torch

STEPS = 50

SETTINGS = [(name, settings) for name, row in ROWS.items() for settings in row.settings]
ONES = [(name, row.settings[-1]) for name, row in ROWS.items()]
ELEMENTWISE = [each for each in SETTINGS if each[0] != "LBFGS"]
each = pytest.mark.parametrize(("name", "settings"), SETTINGS, ids=str)
each_elementwise = pytest.mark.parametrize(("name", "settings"), ELEMENTWISE, ids=str)
one_each = pytest.mark.parametrize(("name", "settings"), ONES, ids=str)
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
    """The loss and all parameters, at each step; LBFGS is for one batch only."""
    path = []
    newton = type(opt).__name__ == "LBFGS"
    for step in steps:
        x, t = batch(lib, 0 if newton else step, dtype)

        def closure(x: Any = x, t: Any = t) -> Any:
            opt.zero_grad()
            loss = pkg.functional.mse_loss(net(x), t)
            loss.backward()
            return loss

        if newton:
            loss = opt.step(closure)
        else:
            loss = closure()
            opt.step()
        path.append([loss.item(), *(p.detach().numpy().copy() for p in net.parameters())])
    return path


def leaves(value: Any) -> list[Any]:
    """The numbers and tensors of a state."""
    inner = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list | tuple):
        return [leaf for each in inner for leaf in leaves(each)]
    return [value]


def like_ours(value: Any) -> Any:
    """torch's state with the library's tensors in it."""
    if isinstance(value, dict):
        return {key: like_ours(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(like_ours(each) for each in value)
    return autograd.from_numpy(value.numpy().copy()) if torch.is_tensor(value) else value


def test_every_optimizer_has_a_row_and_torchs_arguments() -> None:
    optimizers = {name for name in nn.optim.__all__ if name[0].isupper()} - {"Optimizer"}
    assert optimizers == set(ROWS)
    for name in optimizers:
        ours, theirs = (
            inspect.signature(getattr(optim, name)) for optim in (nn.optim, torch.optim)
        )
        assert [(p.name, p.default, p.kind) for p in ours.parameters.values()] == [
            (p.name, p.default, p.kind) for p in theirs.parameters.values()
        ], name


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
        for leaf in leaves(opt.state_dict()["state"]):
            if isinstance(leaf, autograd.Tensor | torch.Tensor):
                assert str(leaf.dtype).removeprefix("torch.") == "float32"
    same_paths(*paths, rtol=2e-3 if name == "LBFGS" else 2e-4)
    assert all(array.dtype == np.float32 for array in paths[0][-1][1:])


@each_elementwise
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

        def closure(p: Any = p, opt: Any = opt) -> Any:
            opt.zero_grad()
            loss = p * p * p * p
            loss.backward()
            return loss

        for _ in range(5):
            opt.step(closure)
        ends.append(p.item())
        assert (tuple(p.shape), p.is_leaf) == ((), True)
    assert ends[0] == pytest.approx(ends[1])


@pytest.mark.parametrize("name", [name for name in ROWS if name != "LBFGS"])
def test_groups(name: str) -> None:
    paths, settings = [], []
    decay = {} if name == "Rprop" else {"weight_decay": 0.1}
    for lib, pkg in SIDES:
        net = model(lib, pkg)
        groups = [
            {"params": net[0].parameters(), "lr": 0.05, **decay},
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
        settings.append(opt.state_dict()["param_groups"])
    same_paths(*paths)
    assert settings[0] == settings[1]


@each
def test_state_goes_from_one_to_the_next(name: str, settings: dict[str, Any]) -> None:
    whole = model(autograd, nn)
    path = train(
        autograd, nn, whole, optimizer(nn, name, whole.parameters(), **settings), range(20)
    )
    paths = []
    for lib, pkg in SIDES:
        net = model(lib, pkg)
        first = optimizer(pkg, name, net.parameters(), **settings)
        begin = train(lib, pkg, net, first, range(10))
        state = first.state_dict()
        second = optimizer(pkg, name, net.parameters(), lr=7.0)
        second.load_state_dict(pickle.loads(pickle.dumps(state)))
        paths.append(begin + train(lib, pkg, net, second, range(10, 20)))
    same_paths(*paths)
    # A state's single numbers change their dtype when they are loaded, in torch too.
    same_paths(path, paths[0], rtol=1e-6 if name in ("NAdam", "ASGD") else 0)


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
        others = theirs["state"][number]
        assert set(values) == set(others)
        for key, value in values.items():
            for mine, other in zip(leaves(value), leaves(others[key]), strict=True):
                assert isinstance(mine, autograd.Tensor) == torch.is_tensor(other), key
                if torch.is_tensor(other):
                    assert mine.shape == tuple(other.shape), key
                    assert str(mine.dtype) == str(other.dtype).removeprefix("torch."), key
                    np.testing.assert_allclose(mine.numpy(), other.numpy(), 1e-10, 1e-10)
                elif other is not None:
                    assert mine == pytest.approx(other, rel=1e-10), key
    assert ours["param_groups"] == theirs["param_groups"]


@each
def test_goes_on_from_torchs_state(name: str, settings: dict[str, Any]) -> None:
    theirs = model(torch, torch.nn)
    opt = optimizer(torch.nn, name, theirs.parameters(), **settings)
    train(torch, torch.nn, theirs, opt, range(5))
    state = like_ours(opt.state_dict())
    ours = model(autograd, nn)
    ours.load_state_dict(like_ours(dict(theirs.state_dict())))
    mine = optimizer(nn, name, ours.parameters())
    mine.load_state_dict(state)
    again = optimizer(torch.nn, name, theirs.parameters())
    again.load_state_dict(opt.state_dict())
    same_paths(
        train(autograd, nn, ours, mine, range(5, 20)),
        train(torch, torch.nn, theirs, again, range(5, 20)),
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


@one_each
def test_closure(name: str, settings: dict[str, Any]) -> None:
    paths = []
    for lib, pkg in SIDES:
        net = model(lib, pkg)
        opt = optimizer(pkg, name, net.parameters(), **settings)
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
        if name != "LBFGS":
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


@pytest.mark.parametrize("name", [name for name in ROWS if name != "LBFGS"])
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


@pytest.mark.parametrize("name", [name for name in ROWS if name != "LBFGS"])
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
    for name, row in ROWS.items():
        for settings, text in row.refused:
            refused(ValueError, re.escape(text), [p], name, **settings)
        refused(ValueError, "Tensor lr must be 1-element", [p], name, lr=lib.ones(2))
    two = [{"params": [p]}, {"params": [pkg.Parameter(lib.ones(1))]}]
    refused(ValueError, "LBFGS doesn't support per-parameter options", two, "LBFGS")
    refused(RuntimeError, "cannot be `True` together", [p], foreach=True, fused=True)
    refused(ValueError, "with/without names", [("p", p), pkg.Parameter(lib.ones(1))])
    with pytest.warns(UserWarning, match="duplicate parameters"):
        opt = optimizer(pkg, "SGD", [p, p], lr=0.1)
    with pytest.raises(TypeError, match="param_group must be a dict"):
        opt.add_param_group([p])
    with pytest.raises(ValueError, match="doesn't match the size"):
        opt.load_state_dict(optimizer(pkg, "SGD", [p]).state_dict())
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


@one_each
def test_text(name: str, settings: dict[str, Any]) -> None:
    texts = []
    for lib, pkg in SIDES:
        params = [pkg.Parameter(lib.ones(1)) for _ in range(2)]
        groups = params if name == "LBFGS" else [{"params": p, "lr": 0.5} for p in params]
        texts.append(repr(optimizer(pkg, name, groups, **settings)))
    assert texts[0] == texts[1]


def test_a_recorded_step_is_refused() -> None:
    p = nn.Parameter(autograd.ones(1))
    for name in ROWS:
        if name != "LBFGS":
            with pytest.raises(NotImplementedError, match="create_graph=True"):
                optimizer(nn, name, [p], differentiable=True)


@one_each
def test_a_learning_rate_may_be_a_tensor(name: str, settings: dict[str, Any]) -> None:
    paths = []
    for lib, pkg in SIDES:
        net = model(lib, pkg)
        rate = lib.tensor(0.05, dtype=lib.float64)
        opt = optimizer(
            pkg,
            name,
            net.parameters(),
            **{**settings, "lr": rate, "foreach": False}
            if name != "LBFGS"
            else {**settings, "lr": rate},
        )
        paths.append(train(lib, pkg, net, opt, range(5)))
    same_paths(*paths)


@pytest.mark.parametrize("side", SIDES, ids=["ours", "torch"])
@pytest.mark.parametrize("name", ["SGD", "LBFGS"])
def test_hooks(name: str, side: Any) -> None:
    lib, pkg = side
    p = pkg.Parameter(lib.ones(1))
    opt = optimizer(pkg, name, [p], lr=0.1)
    seen: list[Any] = []

    def closure() -> Any:
        opt.zero_grad()
        (p * p).sum().backward()
        return (p * p).sum()

    before = opt.register_step_pre_hook(lambda o, args, kwargs: seen.append((o is opt, len(args))))
    opt.register_step_post_hook(lambda o, args, kwargs: seen.append("after"))
    opt.step(closure)
    before.remove()
    opt.step(closure=closure)
    # The optimiser itself is the first of the arguments.
    assert seen == [(True, 2), "after", "after"]


def test_lbfgs_says_what_it_needs() -> None:
    p = nn.Parameter(autograd.tensor([1.0, 2.0]))

    def closure() -> Any:
        p.grad = None
        loss = (p**2).sum()
        loss.backward()
        return loss

    with pytest.raises(TypeError, match="needs a closure"):
        nn.optim.LBFGS([p]).step()
    with pytest.raises(RuntimeError, match="only 'strong_wolfe' is supported"):
        nn.optim.LBFGS([p], line_search_fn="armijo").step(closure)


def test_lbfgs_finds_the_minimum_of_rosenbrocks_function() -> None:
    ends = []
    for lib, pkg in SIDES:
        p = pkg.Parameter(lib.tensor([-1.5, 2.0], dtype=lib.float64))
        opt = optimizer(pkg, "LBFGS", [p], max_iter=10, line_search_fn="strong_wolfe")
        losses = []

        def closure(p: Any = p, opt: Any = opt) -> Any:
            opt.zero_grad()
            loss = (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2
            loss.backward()
            return loss

        for _ in range(8):
            losses.append(opt.step(closure).item())
        ends.append((losses, p.tolist(), opt.state[p]["func_evals"], opt.state[p]["n_iter"]))
    assert ends[0][1] == pytest.approx([1.0, 1.0], rel=1e-4)
    assert ends[0][2:] == ends[1][2:]
    np.testing.assert_allclose(ends[0][0], ends[1][0], rtol=1e-6, atol=1e-12)


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


def test_an_optimizer_written_for_torch() -> None:
    ends = []
    for lib, pkg in SIDES:
        base = nn.optim.Optimizer if pkg is nn else torch.optim.Optimizer

        class Lion(base):  # type: ignore[misc, valid-type]
            def __init__(self, params: Any, lr: float = 0.1, beta: float = 0.9) -> None:
                super().__init__(params, {"lr": lr, "beta": beta})

            @lib.no_grad()
            def step(self, closure: Any = None) -> None:
                for group in self.param_groups:
                    for p in group["params"]:
                        if p.grad is None:
                            continue
                        state = self.state[p]
                        if len(state) == 0:
                            state["mean"] = type(self).zeros(p)
                        mean = state["mean"]
                        mean.mul_(group["beta"]).add_(p.grad, alpha=1 - group["beta"])
                        p.add_(mean.sign(), alpha=-group["lr"])

            zeros = staticmethod(lib.zeros_like)

        p = pkg.Parameter(lib.tensor([1.0, -1.0, 0.05]))
        opt = Lion([p, pkg.Parameter(lib.ones(1))])
        seen: list[Any] = []
        opt.register_step_post_hook(lambda o, args, kwargs, seen=seen: seen.append(o))
        schedule = (nn if pkg is nn else torch).optim.lr_scheduler.StepLR(opt, 2, 0.5)
        for _ in range(6):
            opt.zero_grad()
            (p * p).sum().backward()
            opt.step()
            schedule.step()
        assert len(seen) == 6
        ends.append(p.tolist())
    assert ends[0] == pytest.approx(ends[1])


def test_a_setting_that_every_group_must_give() -> None:
    from nn.optim.optimizer import Optimizer, required

    p = nn.Parameter(autograd.ones(1))
    with pytest.raises(ValueError, match="required optimization parameter"):
        Optimizer([p], {"lr": required})
    assert Optimizer([{"params": p, "lr": 1.0}], {"lr": required}).param_groups[0]["lr"] == 1.0


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


def test_small_parameters_that_are_stepped_together() -> None:
    """Each keeps what is its own: its count, its state, its memory, whatever is done between."""

    def run(lib: Any) -> list[Any]:
        layers, optim = (nn, nn.optim) if lib is autograd else (lib.nn, lib.optim)
        values = [lib.arange(n * 2.0).reshape(n, 2) / 7 - 1 for n in (1, 3, 2)]
        parameters = [layers.Parameter(value) for value in values]
        seen = [parameter.detach() for parameter in parameters]  # on the same memory
        optimizer = optim.Adam(parameters, lr=0.1)
        results = []
        for number in range(9):
            optimizer.zero_grad()
            chosen = parameters[:2] if number == 2 else parameters  # one falls behind
            sum((p * p * p).sum() for p in chosen).backward()
            if number == 4:
                optimizer.load_state_dict(optimizer.state_dict())
            if number == 5:
                optimizer.state[parameters[0]]["exp_avg"].zero_()
            if number == 6:
                optimizer.state[parameters[1]]["exp_avg_sq"] = lib.ones(3, 2)
            if number == 7:
                optimizer.state[parameters[1]]["step"] += 5
            optimizer.step()
            results += [each.clone() for each in seen]
        results += [optimizer.state[p][key] for p in parameters for key in ("step", "exp_avg")]
        return results

    both(run)
