"""Optimisers' hooks, groups and states: what torch calls, in its order, with its arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import autograd
import nn
from tests.oracle import torch
from tests.test_nn_optim import SIDES, model, optimizer, train

Program = Callable[[Any, Any, Any, list[Any]], Any]


def both(program: Program) -> None:
    """Both sides note the same in a list, and give the same."""
    found = []
    for lib, pkg in SIDES:
        net, seen = model(lib, pkg), []  # type: ignore[var-annotated]
        found.append((program(lib, pkg, net, seen), seen))
    assert found[0] == found[1]
    assert found[0] != (None, [])


def sgd(pkg: Any, params: Any, lr: float = 0.1) -> Any:
    return optimizer(pkg, "SGD", params, lr=lr, momentum=0.9)


def saving(lib: Any, pkg: Any, net: Any, seen: list[Any]) -> Any:
    opt = sgd(pkg, net.parameters())
    handles = [
        opt.register_state_dict_pre_hook(lambda o: seen.append(("before", o is opt))),
        opt.register_state_dict_pre_hook(lambda o: seen.append("first"), prepend=True),
        opt.register_state_dict_post_hook(lambda o, state: state.update(extra=1)),
        opt.register_state_dict_post_hook(lambda o, state: {**state, "more": sorted(state)}),
        opt.register_state_dict_post_hook(
            lambda o, state: seen.append(sorted(state)), prepend=True
        ),
    ]
    state = opt.state_dict()
    for handle in handles:
        handle.remove()
    return state, opt.state_dict()


def loading(lib: Any, pkg: Any, net: Any, seen: list[Any]) -> Any:
    opt, other = sgd(pkg, net.parameters()), sgd(pkg, net.parameters(), 0.7)

    def faster(o: Any, state: Any) -> Any:
        seen.append((o is opt, sorted(state)))
        return {**state, "param_groups": [{**state["param_groups"][0], "lr": 5.0}]}

    opt.register_load_state_dict_pre_hook(faster)
    opt.register_load_state_dict_pre_hook(lambda o, state: state.update(extra=1), prepend=True)
    opt.register_load_state_dict_post_hook(lambda o: seen.append(o.param_groups[0]["lr"]))
    opt.register_load_state_dict_post_hook(lambda o: seen.append("first"), prepend=True)
    state = other.state_dict()
    opt.load_state_dict(state)
    return sorted(state), opt.param_groups[0]["lr"], other.param_groups[0]["lr"]


def by_name(lib: Any, pkg: Any, net: Any, seen: list[Any]) -> Any:
    """A state goes to the parameters of its names, whatever their order: torch's recipe."""
    first = sgd(pkg, net.named_parameters())
    train(lib, pkg, net, first, range(3))
    turned = sgd(pkg, list(net.named_parameters())[::-1])

    def sorted_by_name(o: Any, state: Any) -> Any:
        [mine], [theirs] = o.param_groups, state["param_groups"]
        place = dict(zip(theirs["param_names"], theirs["params"], strict=True))
        moved = {i: state["state"][place[name]] for i, name in enumerate(mine["param_names"])}
        group = {**theirs, "param_names": mine["param_names"]}
        return {"state": moved, "param_groups": [group]}

    turned.register_load_state_dict_pre_hook(sorted_by_name)
    turned.load_state_dict(first.state_dict())
    for parameter in net.parameters():
        ours, theirs = (o.state[parameter]["momentum_buffer"] for o in (turned, first))
        assert ours.tolist() == theirs.tolist()
    return turned.param_groups[0]["param_names"]


def stepping(lib: Any, pkg: Any, net: Any, seen: list[Any]) -> Any:
    opt = sgd(pkg, net.parameters())

    def note(o: Any, args: Any, kwargs: Any) -> None:
        seen.append((len(args), args[0] is o is opt, sorted(kwargs)))

    opt.register_step_pre_hook(note)
    opt.register_step_post_hook(note)
    results = [opt.step(), opt.step(lambda: 1.5), opt.step(closure=lambda: 2.5)]
    opt.register_step_pre_hook(lambda o, args, kwargs: (args, {"closure": lambda: 3.5}))
    results.append(opt.step())
    opt.register_step_pre_hook(lambda o, args, kwargs: ((o,), {}))
    return [*results, opt.step(lambda: 4.5)]


def groups(lib: Any, pkg: Any, net: Any, seen: list[Any]) -> Any:
    given = [
        {"params": net[0].named_parameters(), "lr": 0.5},
        {"params": net[2].named_parameters()},
    ]
    opt = sgd(pkg, given)
    given[0]["lr"] = 0.25
    train(lib, pkg, net, opt, range(2))
    assert all(mine is each for mine, each in zip(opt.param_groups, given, strict=True))
    saved = opt.state_dict()["param_groups"]
    opt.load_state_dict(opt.state_dict())
    return [[*map(list, each)] for each in (given, saved, opt.param_groups)], saved


def older_states(lib: Any, pkg: Any, net: Any, seen: list[Any]) -> Any:
    """Settings that a state lacks are added by ``__setstate__``, which loading calls."""
    base = (nn if pkg is nn else torch).optim.SGD

    class Newer(base):  # type: ignore[misc, valid-type]
        def __setstate__(self, state: Any) -> None:
            super().__setstate__(state)
            for group in self.param_groups:
                group.setdefault("newer", "as before")

    opt = Newer(net.parameters(), lr=0.1)
    opt.register_step_post_hook(lambda *_: seen.append("the hooks stay"))
    state = opt.state_dict()
    for key in ("nesterov", "maximize", "foreach", "differentiable"):
        del state["param_groups"][0][key]
    opt.load_state_dict(state)
    train(lib, pkg, net, opt, range(1))
    return opt.state_dict()["param_groups"]


def zeroing(lib: Any, pkg: Any, net: Any, seen: list[Any]) -> Any:
    """A gradient is set to zero in its own tensor: who holds it sees that."""
    opt = sgd(pkg, net.parameters())
    train(lib, pkg, net, opt, range(1))
    for zero in (opt.zero_grad, net.zero_grad):
        grads = [parameter.grad.fill_(2.0) for parameter in net.parameters()]
        zero(set_to_none=False)
        seen += [p.grad is g for p, g in zip(net.parameters(), grads, strict=True)]
        seen += [grad.sum().item() for grad in grads]
    return sum(each is True for each in seen)


@pytest.mark.parametrize(
    "program",
    [saving, loading, by_name, stepping, groups, older_states, zeroing],
    ids=lambda program: program.__name__,
)
def test_as_in_torch(program: Program) -> None:
    both(program)


def test_a_group_that_is_refused_stays_as_it_was() -> None:
    p = nn.Parameter(autograd.ones(1))
    opt = nn.optim.SGD([p], lr=0.1)
    group = {"params": p}
    with pytest.raises(ValueError, match="more than one parameter group"):
        opt.add_param_group(group)
    assert group == {"params": p}
    assert len(opt.param_groups) == 1


REFUSED = [
    ("SGD", {"lr": "0.1"}, TypeError, "Invalid learning rate: a number is expected, got '0.1'"),
    ("Adam", {"lr": None}, TypeError, "Invalid learning rate: a number is expected, got None"),
    ("RMSprop", {"eps": "x"}, TypeError, "Invalid epsilon value: a number is expected"),
    ("SGD", {"lr": float("nan")}, ValueError, "Invalid learning rate: nan"),
    ("Adam", {"betas": (0.9,)}, TypeError, r"betas are two numbers, such as \(0.9, 0.999\)"),
    ("Adamax", {"betas": 0.9}, TypeError, "betas are two numbers"),
]


@pytest.mark.parametrize(("name", "settings", "error", "text"), REFUSED)
def test_settings_that_are_no_numbers(
    name: str, settings: dict[str, Any], error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        optimizer(nn, name, [nn.Parameter(autograd.ones(1))], **settings)
    with pytest.raises(ValueError, match="pairs"):
        nn.optim.SGD([("a", nn.Parameter(autograd.ones(1)), 3)])


def test_betas_may_be_tensors() -> None:
    for lib, pkg in SIDES:
        betas = lib.tensor(0.5), lib.tensor(0.75)
        p = pkg.Parameter(lib.ones(1))
        opt = optimizer(pkg, "Adam", [p], lr=0.1, betas=betas, foreach=False)
        assert opt.param_groups[0]["betas"][0] is betas[0]
        p.grad = lib.ones(1)
        opt.step()
        assert p.item() == pytest.approx(0.9)
