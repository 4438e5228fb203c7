"""Optimisers in captured steps: by prepared calls where they can be, and never out of date."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import tensor
from nn import functional as F, optim
from nn.optim.prepared import Prepared
from tests.test_capture import batches, bits, captured, net, perceptron, training

ADAM = {"lr": 0.01}
PREPARED: dict[str, Callable[[Any], Any]] = {
    "SGD": lambda p: optim.SGD(p, lr=0.1),
    "SGD, decay, climbing": lambda p: optim.SGD(p, lr=0.1, weight_decay=0.1, maximize=True),
    "momentum": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.5),
    "Nesterov": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "Adam": lambda p: optim.Adam(p, **ADAM),
    "Adam, decay": lambda p: optim.Adam(p, **ADAM, weight_decay=0.1, betas=(0.5, 0.9)),
    "AMSGrad, climbing": lambda p: optim.Adam(p, **ADAM, amsgrad=True, maximize=True),
    "AdamW": lambda p: optim.AdamW(p, **ADAM, weight_decay=0.1),
    "AdamW, AMSGrad": lambda p: optim.AdamW(p, **ADAM, amsgrad=True, maximize=True),
    "Adamax": lambda p: optim.Adamax(p, **ADAM, weight_decay=0.1),
    "RMSprop": lambda p: optim.RMSprop(p, **ADAM, momentum=0.5, centered=True),
    "Adagrad": lambda p: optim.Adagrad(p, lr=0.1, lr_decay=0.1),
    "Adadelta": lambda p: optim.Adadelta(p, weight_decay=0.1, maximize=True),
    "RAdam": lambda p: optim.RAdam(p, **ADAM),
    "a tensor's lr": lambda p: optim.Adam(p, lr=tensor(0.01)),
}
OTHERS: dict[str, Callable[[Any], Any]] = {
    "NAdam": lambda p: optim.NAdam(p, **ADAM),
    "ASGD": lambda p: optim.ASGD(p, **ADAM),
    "Rprop": lambda p: optim.Rprop(p, **ADAM),
}


def saved(optimizer: Any) -> Any:
    """The state that a user can save, to the last bit."""
    return plain(optimizer.state_dict())


def plain(given: Any) -> Any:
    if isinstance(given, autograd.Tensor):
        return given.dtype, given.shape, given.detach().numpy().tobytes()
    if isinstance(given, dict):
        return {key: plain(value) for key, value in given.items()}
    return [plain(each) for each in given] if isinstance(given, (list, tuple)) else given


def is_prepared(step: Any) -> list[bool]:
    """Of every optimiser of a captured step, whether its prepared calls are in use."""
    ((recorded,),) = [form.recorded for form in step._forms.values()]
    found = [getattr(each, "func", each) for each in recorded.plan.steps]
    return [bool(each._sides) for each in found if isinstance(each, Prepared)]


class Run:
    """A training, captured or not, with everything in it that a test may change."""

    def __init__(self, make: Callable[[Any], Any], compiled: bool, zero: Any = None) -> None:
        self.model = perceptron()
        self.optimizer = make(self.model.parameters())
        self.step = training(self.model, self.optimizer)
        if compiled:
            self.step = autograd.compile(self.step)
        self.compiled = compiled
        self.kept: list[Any] = []
        self.other: Any = None

    def seen(self, loss: Any) -> Any:
        """Everything that a user sees after a call, gradients last: to look at them copies them."""
        values = [*self.model.parameters(), *self.model.buffers()]
        return bits(loss, *values), saved(self.optimizer), self.kept


def follow(
    make: Callable[[Any], Any],
    change: Callable[[Run, int], Any] = lambda run, i: None,
    looks: bool = True,
    count: int = 12,
) -> Run:
    """Train twice, captured and not, with a change before every call; the captured one."""
    found, runs = [], []
    for compiled in (False, True):
        run = Run(make, compiled)
        seen = []
        for i, (x, target) in enumerate(batches(count)):
            change(run, i)
            loss = run.step(x, target)
            seen.append(run.seen(loss))
            if looks:
                seen[-1] = (seen[-1], bits(*(each.grad for each in run.model.parameters())))
        found.append(seen)
        runs.append(run)
    for i, (one, other) in enumerate(zip(*found, strict=True)):
        assert one == other, i
    captured(runs[1].step)
    return runs[1]


@pytest.mark.parametrize("looks", [False, True])
@pytest.mark.parametrize("name", [*PREPARED, *OTHERS])
def test_every_optimizer(name: str, looks: bool) -> None:
    run = follow({**PREPARED, **OTHERS}[name], looks=looks, count=7)
    assert is_prepared(run.step) == [name in PREPARED]


@pytest.mark.parametrize("name", ["Nesterov", "Adam, decay", "AdamW"])
def test_a_setting_that_changes_needs_no_other_recording(name: str) -> None:
    def change(run: Run, i: int) -> None:
        run.optimizer.param_groups[0]["lr"] = 0.1 / (i + 1)
        run.optimizer.param_groups[0]["weight_decay"] = 0.01 * (i + 1)

    run = follow(PREPARED[name], change)
    assert is_prepared(run.step) == [True]


def test_a_scheduler_outside_needs_no_other_recording() -> None:
    found = []
    for compiled in (False, True):
        run = Run(PREPARED["Adam"], compiled)
        scheduler = optim.lr_scheduler.CosineAnnealingLR(run.optimizer, 20)
        seen = []
        for x, target in batches(20):
            seen.append(run.seen(run.step(x, target)))
            scheduler.step()
        found.append(seen)
    assert found[0] == found[1]
    assert is_prepared(run.step) == [True]


CHANGES: dict[str, Callable[[Run, Any], Any]] = {
    "decay turned on": lambda run, group: group.update(weight_decay=0.5),
    "climbing turned on": lambda run, group: group.update(maximize=True),
    "another order of betas": lambda run, group: group.update(betas=(0.3, 0.4)),
    "lr is NumPy's": lambda run, group: group.update(lr=np.float64(0.5)),
    "another step": lambda run, group: setattr(run.optimizer, "step", lambda: None),
    "lr is a tensor": lambda run, group: group.update(lr=tensor(0.5)),
    "its state is loaded": lambda run, group: run.optimizer.load_state_dict(
        copy.deepcopy(run.optimizer.state_dict())
    ),
    "its state is loaded from elsewhere": lambda run, group: run.optimizer.load_state_dict(
        stepped(PREPARED["Adam"], 3).state_dict()
    ),
    "a moment is replaced": lambda run, group: run.optimizer.state[group["params"][0]].update(
        exp_avg=autograd.ones_like(group["params"][0])
    ),
    "a moment is changed": lambda run, group: run.optimizer.state[group["params"][1]][
        "exp_avg_sq"
    ].fill_(2.0),
    "a moment's memory is replaced": lambda run, group: setattr(
        run.optimizer.state[group["params"][1]]["exp_avg"],
        "data",
        autograd.ones_like(group["params"][1]),
    ),
    "one count begins again": lambda run, group: run.optimizer.state[group["params"][2]][
        "step"
    ].zero_(),
    "all counts begin again": lambda run, group: [
        each["step"].zero_() for each in run.optimizer.state.values()
    ],
    "its state is forgotten": lambda run, group: run.optimizer.state.clear(),
    "a parameter is changed": lambda run, group: group["params"][0].data.mul_(0.5),
    "a parameter's memory is replaced": lambda run, group: setattr(
        group["params"][0], "data", autograd.ones_like(group["params"][0])
    ),
    "the model is loaded": lambda run, group: run.model.load_state_dict(
        {name: value * 0.5 for name, value in run.model.state_dict().items()}
    ),
    "a hook": lambda run, group: run.optimizer.register_step_post_hook(
        lambda *args: run.kept.append(len(run.kept))
    ),
    "a gradient is changed": lambda run, group: run.model[0].weight.grad.zero_(),
    "a gradient is deleted": lambda run, group: setattr(run.model[0].weight, "grad", None),
    "an eager step": lambda run, group: run.optimizer.step(),
    "an eager backward": lambda run, group: (
        run.model(autograd.ones(2, 4).double()).sum().backward()
    ),
}


def stepped(make: Callable[[Any], Any], count: int) -> Any:
    """An optimiser that has made some steps."""
    run = Run(make, compiled=False)
    for x, target in batches(count):
        run.step(x, target)
    return run.optimizer


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CHANGES)
def test_what_changes_between_calls(name: str) -> None:
    def change(run: Run, i: int) -> None:
        if i == 6:
            CHANGES[name](run, run.optimizer.param_groups[0])

    follow(PREPARED["Adam"], change, looks=name.startswith("an eager"))


def test_gradients_that_are_kept_stay() -> None:
    def change(run: Run, i: int) -> None:
        if i > 3:
            grad = run.model[0].weight.grad
            run.kept += [(bits(grad), bits(*run.grads))] if i > 4 else []
            run.grads = [*getattr(run, "grads", []), grad, tensor(grad.numpy())]

    follow(PREPARED["Adam"], change, looks=False)


def test_gradients_go_on_from_a_captured_step() -> None:
    def make() -> Any:
        model = perceptron()

        def step(x: Any, target: Any) -> Any:
            model.zero_grad()
            loss = F.cross_entropy(model(x), target)
            loss.backward()
            return loss

        return model, step

    found = []
    for compiled in (False, True):
        model, step = make()
        run = autograd.compile(step) if compiled else step
        seen = []
        for x, target in batches(6):
            run(x, target)
            F.cross_entropy(model(x), target).backward()  # eagerly, on top
            clone = pickle.loads(pickle.dumps(model))
            assert all(each.grad is None for each in clone.parameters())
            seen.append(bits(*(each.grad for each in copy.deepcopy(model).parameters())))
            seen.append(bits(*(each.grad for each in model.parameters())))
        found.append(seen)
    assert found[0] == found[1]
    captured(run)


@pytest.mark.filterwarnings("ignore:autograd.compile")  # one may run eagerly
@pytest.mark.parametrize("set_to_none", [False, True])
def test_accumulation_in_two_captured_functions(set_to_none: bool) -> None:
    found = []
    for compiled in (False, True):
        model = perceptron()
        optimizer = optim.AdamW(model.parameters(), lr=0.01)

        def part(x: Any, target: Any, model: Any = model) -> Any:
            loss = F.cross_entropy(model(x), target) / 3
            loss.backward()
            return loss

        def step(optimizer: Any = optimizer) -> None:
            optimizer.step()
            optimizer.zero_grad(set_to_none)

        if compiled:
            part, step = autograd.compile(part), autograd.compile(step)
        seen = []
        for i, (x, target) in enumerate(batches(18)):
            loss = part(x, target)
            grads = bits(*(each.grad for each in model.parameters())) if i % 4 else []
            if i % 3 == 2:
                step()
            seen.append((bits(loss, *model.parameters()), grads, saved(optimizer)))
        found.append(seen)
    assert found[0] == found[1]


@pytest.mark.filterwarnings("ignore:autograd.compile")  # it may run eagerly
@pytest.mark.parametrize("looks", [False, True])
def test_gradients_that_are_set_to_zero(looks: bool) -> None:
    found = []
    for compiled in (False, True):
        model = perceptron()
        optimizer = optim.Adam(model.parameters(), lr=0.1)

        def step(x: Any, target: Any, model: Any = model, optimizer: Any = optimizer) -> Any:
            optimizer.zero_grad(set_to_none=False)
            loss = F.cross_entropy(model(x), target)
            loss.backward()
            optimizer.step()
            return loss

        run = autograd.compile(step) if compiled else step
        seen, kept = [], []
        for i, (x, target) in enumerate(batches(10)):
            seen.append((bits(run(x, target), *model.parameters()), saved(optimizer)))
            if looks and i % 3:
                kept.append(model[0].weight.grad)
                seen.append(bits(*kept))
        found.append(seen)
    assert found[0] == found[1]


@pytest.mark.parametrize("first", ["Adam", "Nesterov"])
def test_two_optimizers_and_groups(first: str) -> None:
    found = []
    for compiled in (False, True):
        model = net(*[lambda: nn.Linear(4, 4)] * 3, lambda: nn.Linear(4, 3))
        groups = [
            {"params": model[0].parameters(), "lr": 0.5},
            {"params": model[1].parameters(), "weight_decay": 0.1},
        ]
        both = [PREPARED[first](groups), optim.AdamW(model[2].parameters(), lr=0.1)]

        def step(x: Any, target: Any, model: Any = model, both: Any = both) -> Any:
            model.zero_grad()
            loss = F.cross_entropy(model(x), target)
            loss.backward()
            for optimizer in both:
                optimizer.step()
            return loss

        run = autograd.compile(step) if compiled else step
        seen = []
        for i, (x, target) in enumerate(batches(8)):
            both[0].param_groups[1]["lr"] = 0.1 * i
            seen.append((bits(run(x, target), *model.parameters()), *map(saved, both)))
        found.append(seen)
    assert found[0] == found[1]
    assert is_prepared(run) == [True, True]


def test_a_parameter_that_gets_a_gradient_elsewhere() -> None:
    found = []
    for compiled in (False, True):
        model = perceptron()
        other = nn.Parameter(tensor([1.0, 2.0], dtype=autograd.float64))
        optimizer = optim.Adam([*model.parameters(), other], lr=0.1)

        def step(x: Any, target: Any, model: Any = model, optimizer: Any = optimizer) -> Any:
            model.zero_grad()
            loss = F.cross_entropy(model(x), target)
            loss.backward()
            optimizer.step()
            return loss

        run = autograd.compile(step) if compiled else step
        seen = []
        for i, (x, target) in enumerate(batches(10)):
            other.grad = autograd.ones_like(other) if i in (5, 6, 8) else None
            seen.append((bits(run(x, target), other, *model.parameters()), saved(optimizer)))
        found.append(seen)
    assert found[0] == found[1]
    assert is_prepared(run) == [True]


def test_a_group_that_is_added() -> None:
    def change(run: Run, i: int) -> None:
        if i == 0:
            run.optimizer.param_groups[0]["params"].pop()
        if i == 6:
            run.optimizer.add_param_group({"params": [run.model[2].bias], "lr": 0.5})

    found = []
    for compiled in (False, True):
        run = Run(PREPARED["Adam"], compiled)
        seen = []
        for i, (x, target) in enumerate(batches(12)):
            change(run, i)
            seen.append(run.seen(run.step(x, target)))
        found.append(seen)
    assert found[0] == found[1]


def test_an_error_leaves_no_half_written_gradients() -> None:
    model = perceptron()
    optimizer = optim.Adam(model.parameters())
    step = autograd.compile(training(model, optimizer))
    for x, target in batches(5):
        step(x, target)
    assert is_prepared(step) == [True]
    optimizer.register_step_pre_hook(lambda *args: 1 / 0)
    for parameter in model.parameters():
        parameter.grad = None
    with pytest.raises(ZeroDivisionError):
        step(x, target)
    found = bits(*(each.grad for each in model.parameters()))
    model.zero_grad()
    F.cross_entropy(model(x), target).backward()
    assert found == bits(*(each.grad for each in model.parameters()))


def test_what_an_infinite_number_does() -> None:
    def make(parameters: Any) -> Any:
        return optim.SGD(parameters, lr=1e300)

    found = []
    for compiled in (False, True):
        model = nn.Linear(2, 1)
        with autograd.no_grad():
            for each in model.parameters():
                each.fill_(0.5)
        optimizer = make(model.parameters())

        def step(x: Any, model: Any = model, optimizer: Any = optimizer) -> Any:
            optimizer.zero_grad()
            loss = model(x).sum()
            loss.backward()
            optimizer.step()
            return loss

        run = autograd.compile(step) if compiled else step
        found.append([bits(run(autograd.ones(1, 2)), *model.parameters()) for _ in range(4)])
    assert found[0] == found[1]


def test_a_group_that_is_added_after_a_state_was_loaded() -> None:
    """Which makes a list of groups that is another one."""

    def change(run: Run, i: int) -> None:
        if i == 5:
            run.optimizer.load_state_dict(run.optimizer.state_dict())
        if i == 8:
            run.other = nn.Parameter(autograd.ones(2))
            run.other.grad = autograd.ones(2)
            run.optimizer.add_param_group({"params": [run.other]})
        if i > 8:
            run.kept.append(run.other.tolist())

    run = follow(OTHERS["NAdam"], change)
    assert run.kept == [[1.0, 1.0]] * 3
