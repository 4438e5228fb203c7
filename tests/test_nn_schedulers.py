"""Schedulers: the rates, the momenta and the states are torch's, epoch by epoch."""

from __future__ import annotations

import copy
import inspect
import pickle
import warnings
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from nn.optim import lr_scheduler
from tests.oracle import torch
from tests.scheduler_table import ROWS, Make, of
from tests.test_nn_optim import SIDES, model, optimizer, same_paths, train

EPOCHS = 50
LIBRARIES = (lr_scheduler, torch.optim.lr_scheduler)
METRICS = [1 / (1 + min(epoch, 8) + (epoch % 3)) for epoch in range(EPOCHS)]

SETTINGS = [make for row in ROWS.values() for make in row.settings]
each = pytest.mark.parametrize("make", SETTINGS, ids=lambda make: make.__name__[:60])
REFUSED = [refused for row in ROWS.values() for refused in row.refused]
CLOSED = [
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "ExponentialLR",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "PolynomialLR",
    "StepLR",
]


def two_groups(lib: Any, pkg: Any, name: str = "SGD", **settings: Any) -> Any:
    params = [{"params": [pkg.Parameter(lib.ones(1))], "lr": lr} for lr in (0.5, 0.05)]
    return optimizer(pkg, name, params, **({"momentum": 0.9} if name == "SGD" else {}), **settings)


def pairs(name: str = "SGD") -> list[tuple[Any, Any]]:
    """Each library's schedulers, and an optimiser of it."""
    return [
        (library, two_groups(*side, name)) for library, side in zip(LIBRARIES, SIDES, strict=True)
    ]


def advance(scheduler: Any, epoch: int) -> None:
    if type(scheduler).__name__ == "ReduceLROnPlateau":
        scheduler.step(METRICS[epoch])
    else:
        scheduler.step()


def seen(opt: Any, scheduler: Any) -> list[Any]:
    """What a scheduler has written: into the groups, and for who asks it."""
    keys = ("lr", "momentum", "betas", "initial_lr", "max_lr", "min_lr", "max_momentum")
    written = [[group[key] for key in keys if key in group] for group in opt.param_groups]
    return [*written, scheduler.get_last_lr()]


def run(opt: Any, scheduler: Any, epochs: Any) -> list[Any]:
    path = []
    for epoch in epochs:
        opt.step()
        advance(scheduler, epoch)
        path.append(seen(opt, scheduler))
    return path


def close(ours: Any, theirs: Any) -> None:
    """Equal in form, and equal in numbers but for the last digits."""
    assert isinstance(ours, list | tuple) == isinstance(theirs, list | tuple)
    if isinstance(theirs, dict):
        assert set(ours) == set(theirs)
        for key, value in theirs.items():
            close(ours[key], value)
    elif isinstance(theirs, list | tuple):
        assert len(ours) == len(theirs)
        for mine, other in zip(ours, theirs, strict=True):
            close(mine, other)
    elif isinstance(theirs, float):
        assert ours == pytest.approx(theirs, rel=1e-12, abs=1e-15)
    else:
        assert ours == theirs


def test_every_scheduler_has_a_row_and_torchs_arguments() -> None:
    assert set(lr_scheduler.__all__) == set(ROWS) == set(torch.optim.lr_scheduler.__all__)
    for name in ROWS:
        ours, theirs = (inspect.signature(getattr(library, name)) for library in LIBRARIES)
        assert [(p.name, p.default, p.kind) for p in ours.parameters.values()] == [
            (p.name, p.default, p.kind) for p in theirs.parameters.values()
        ], name


@each
@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_rates(make: Make, name: str) -> None:
    paths, states = [], []
    for library, opt in pairs(name):
        scheduler = make(library, opt)
        begin = [seen(opt, scheduler)]
        states.append([copy.deepcopy(scheduler.state_dict())])
        paths.append(begin + run(opt, scheduler, range(EPOCHS)))
        states[-1].append(scheduler.state_dict())
    close(*paths)
    close(*states)


@pytest.mark.parametrize("name", ROWS)
def test_training(name: str) -> None:
    for make in ROWS[name].settings[:1]:
        paths = []
        for library, (lib, pkg) in zip(LIBRARIES, SIDES, strict=True):
            net = model(lib, pkg)
            groups = [{"params": layer.parameters()} for layer in (net[0], net[2])]
            opt = optimizer(pkg, "SGD", groups, lr=0.05, momentum=0.5)
            scheduler = make(library, opt)
            path = []
            for epoch in range(EPOCHS):
                path += train(lib, pkg, net, opt, [epoch])
                advance(scheduler, epoch)
            paths.append(path)
        same_paths(*paths)


@each
def test_state_goes_from_one_to_the_next(make: Make) -> None:
    paths = []
    for library, opt in pairs():
        scheduler = make(library, opt)
        path = run(opt, scheduler, range(20))
        state = pickle.loads(pickle.dumps((scheduler.state_dict(), opt.state_dict())))
        keys = set(state[0])
        again = two_groups(*SIDES[LIBRARIES.index(library)], "SGD")
        second = make(library, again)
        second.load_state_dict(state[0])
        again.load_state_dict(state[1])
        assert set(state[0]) == keys or library is not lr_scheduler  # torch takes some out
        paths.append(path + run(again, second, range(20, EPOCHS)))
    close(*paths)
    library, opt = pairs()[0]
    close(paths[0], run(opt, make(library, opt), range(EPOCHS)))


@each
def test_goes_on_from_torchs_state(make: Make) -> None:
    (ours, mine), (theirs, other) = pairs()
    reference = make(theirs, other)
    run(other, reference, range(13))
    scheduler = make(ours, mine)
    scheduler.load_state_dict(copy.deepcopy(reference.state_dict()))
    for group, group2 in zip(mine.param_groups, other.param_groups, strict=True):
        group.update({key: value for key, value in group2.items() if key != "params"})
    close(
        run(mine, scheduler, range(13, EPOCHS)),
        run(other, reference, range(13, EPOCHS)),
    )


@pytest.mark.parametrize("name", CLOSED)
def test_an_epoch_may_be_named(name: str) -> None:
    for make in ROWS[name].settings:
        paths = []
        for library, opt in pairs():
            scheduler = make(library, opt)
            path = []
            for epoch in (1, 3, 3, 10, 4, 0, 25, 49):
                opt.step()
                if name == "CosineAnnealingWarmRestarts":
                    scheduler.step(epoch + 0.25)
                else:
                    with pytest.warns(UserWarning, match="The epoch parameter"):
                        scheduler.step(epoch)
                path.append((seen(opt, scheduler), scheduler.last_epoch))
                opt.step()
                scheduler.step()
                path.append((seen(opt, scheduler), scheduler.last_epoch))
            paths.append(path)
        close(*paths)


@pytest.mark.parametrize("name", [*CLOSED, "CyclicLR", "OneCycleLR"])
def test_resuming_at_an_epoch(name: str) -> None:
    for make in ROWS[name].settings:
        paths = []
        for library, opt in pairs():
            run(opt, make(library, opt), range(11))
            scheduler = make(library, opt, last_epoch=10)
            begin = [seen(opt, scheduler)]
            paths.append(begin + run(opt, scheduler, range(12, 30)))
        close(*paths)


@each
def test_a_learning_rate_may_be_a_tensor(make: Make) -> None:
    paths = []
    for library, (lib, pkg) in zip(LIBRARIES, SIDES, strict=True):
        rates = [lib.tensor(lr, dtype=lib.float64) for lr in (0.5, 0.05)]
        groups = [{"params": [pkg.Parameter(lib.ones(1))], "lr": lr} for lr in rates]
        opt = optimizer(pkg, "SGD", groups, lr=0.1, momentum=0.9)
        scheduler = make(library, opt)
        path = []
        for epoch in range(20):
            opt.step()
            advance(scheduler, epoch)
            assert all(
                group["lr"] is rate for group, rate in zip(opt.param_groups, rates, strict=True)
            )
            assert all(
                last is not rate for last, rate in zip(scheduler.get_last_lr(), rates, strict=True)
            )
            path.append([[float(lr) for lr in scheduler.get_last_lr()], *map(float, rates)])
        paths.append(path)
    close(*paths)


@pytest.mark.parametrize(("make", "kind", "text"), REFUSED, ids=lambda value: str(value)[:40])
def test_refusals(make: Make, kind: type[Exception], text: str) -> None:
    for library, opt in pairs():
        with pytest.raises(kind) as caught:
            make(library, opt)
        assert text in str(caught.value), library


def test_refusals_of_optimizers() -> None:
    for library, (lib, pkg) in zip(LIBRARIES, SIDES, strict=True):
        for make in (of("StepLR", step_size=1), of("CyclicLR", base_lr=1, max_lr=2)):
            with pytest.raises(TypeError, match="is not an Optimizer"):
                make(library, 3)
        plain = two_groups(lib, pkg, "Adagrad")
        for make in (
            of("CyclicLR", base_lr=1, max_lr=2),
            of("OneCycleLR", max_lr=1, total_steps=9),
        ):
            with pytest.raises(ValueError, match="must support momentum or beta1"):
                make(library, plain)
        others = [library.StepLR(two_groups(lib, pkg), 3) for _ in range(2)]
        with pytest.raises(ValueError, match="same optimizer"):
            library.SequentialLR(others[0].optimizer, others, [3])
        with pytest.raises(ValueError, match="same optimizer"):
            library.ChainedScheduler(others)
        with pytest.raises(ValueError, match="at least one scheduler"):
            library.ChainedScheduler([], plain)
        once = library.OneCycleLR(two_groups(lib, pkg), 0.1, total_steps=2)
        once.optimizer.step()
        once.step()
        once.step()
        with pytest.raises(ValueError, match="Tried to step 3 times"):
            once.step()
        with pytest.raises(ValueError, match="non-negative epoch"):
            library.CosineAnnealingWarmRestarts(two_groups(lib, pkg), 3).step(-1)
        with pytest.raises(NotImplementedError):
            library.LRScheduler(two_groups(lib, pkg))


def test_a_composite_cannot_come_later_in_a_sequence() -> None:
    for library, opt in pairs():
        parts = [library.ExponentialLR(opt, 0.9)]
        later = library.ChainedScheduler([library.StepLR(opt, 3)])
        scheduler = library.SequentialLR(opt, [*parts, later], [1])
        opt.step()
        with pytest.raises(NotImplementedError):
            scheduler.step()


def test_plateau_learns_of_new_groups() -> None:
    for library, (lib, pkg) in zip(LIBRARIES, SIDES, strict=True):
        more = {"params": [pkg.Parameter(lib.ones(1))], "lr": 0.3}
        opt = two_groups(lib, pkg)
        scheduler = library.ReduceLROnPlateau(opt, patience=0, factor=0.5)
        opt.add_param_group(more)
        scheduler.step(1.0)
        scheduler.step(1.0)
        assert scheduler.get_last_lr() == [0.25, 0.025, 0.15]
        opt = two_groups(lib, pkg)
        scheduler = library.ReduceLROnPlateau(opt, patience=0, factor=0.5, min_lr=[0.1, 0.01])
        opt.add_param_group({"params": [pkg.Parameter(lib.ones(1))], "lr": 0.3})
        scheduler.step(lib.tensor(1.0))
        with pytest.raises(RuntimeError, match="The number of param groups in the `optimizer` "):
            scheduler.step(1.0)
        with pytest.warns(UserWarning, match="The epoch parameter"):
            scheduler.step(0.5, 7)
        assert scheduler.last_epoch == 7


def test_the_order_of_steps_is_watched() -> None:
    for library, (lib, pkg) in zip(LIBRARIES, SIDES, strict=True):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            opt = two_groups(lib, pkg)
            schedulers = [library.StepLR(opt, 3), library.ExponentialLR(opt, 0.9)]
            opt.step()
            for scheduler in schedulers:
                scheduler.step()
                scheduler.step()
        scheduler = library.StepLR(two_groups(lib, pkg), 3)
        with pytest.warns(UserWarning, match=r"call of `lr_scheduler.step\(\)` before"):
            scheduler.step()
        opt = two_groups(lib, pkg)
        scheduler = library.StepLR(opt, 3)
        opt.step = lambda: None
        with pytest.warns(UserWarning, match=r"`optimizer.step\(\)` has been overridden"):
            scheduler.step()
        with pytest.warns(UserWarning, match=r"please use `get_last_lr\(\)`"):
            scheduler.get_lr()


def test_a_scheduler_of_ones_own() -> None:
    class Warming(lr_scheduler.LRScheduler):
        def __init__(self, optimizer: Any, steps: int, last_epoch: int = -1) -> None:
            self.steps = steps
            super().__init__(optimizer, last_epoch)

        def get_lr(self) -> list[Any]:
            return [base * min(1.0, (self.last_epoch + 1) / self.steps) for base in self.base_lrs]

    opt = two_groups(autograd, nn)
    scheduler = Warming(opt, 4)
    assert scheduler.get_last_lr() == [0.125, 0.0125]
    path = run(opt, scheduler, range(5))
    assert path[-1][-1] == [0.5, 0.05]


def test_the_old_name_of_the_base() -> None:
    for library, (lib, pkg) in zip(LIBRARIES, SIDES, strict=True):

        class Halving(library._LRScheduler):  # type: ignore[misc, name-defined]
            def get_lr(self) -> list[Any]:
                return [base / 2**self.last_epoch for base in self.base_lrs]

        opt = two_groups(lib, pkg)
        scheduler = Halving(opt)
        assert isinstance(scheduler, library.LRScheduler)
        assert run(opt, scheduler, range(2))[-1][-1] == [0.125, 0.0125]


def test_copies_go_their_own_way() -> None:
    opt = two_groups(autograd, nn)
    scheduler = lr_scheduler.CosineAnnealingLR(opt, 10)
    run(opt, scheduler, range(4))
    twin, twin_scheduler = copy.deepcopy((opt, scheduler))
    again, again_scheduler = pickle.loads(pickle.dumps((opt, scheduler)))
    assert twin_scheduler.optimizer is twin
    assert again_scheduler.optimizer is again
    expected = run(opt, scheduler, range(4, 9))
    assert run(twin, twin_scheduler, range(4, 9)) == expected
    assert run(again, again_scheduler, range(4, 9)) == expected
    np.testing.assert_array_equal(opt.param_groups[0]["lr"], twin.param_groups[0]["lr"])
