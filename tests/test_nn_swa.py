"""Averages of weights: the averaged models and the rates beside them are torch's."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

import nn
from nn.optim import swa_utils
from tests.oracle import torch
from tests.scheduler_table import of
from tests.test_nn_optim import SIDES, batch, model, optimizer, same_paths, train
from tests.test_nn_schedulers import close, run, two_groups

LIBRARIES = (swa_utils, torch.optim.swa_utils)

AVERAGES: list[Any] = [
    {},
    {"avg_fn": ("get_ema_avg_fn", 0.9)},
    {"multi_avg_fn": ("get_ema_multi_avg_fn", 0.8)},
    {"avg_fn": ("get_swa_avg_fn",)},
    {"multi_avg_fn": ("get_swa_multi_avg_fn",), "use_buffers": True},
]


def test_names_and_arguments() -> None:
    assert set(swa_utils.__all__) == set(torch.optim.swa_utils.__all__)
    for name in swa_utils.__all__:
        ours, theirs = (inspect.signature(getattr(library, name)) for library in LIBRARIES)
        assert [(p.name, p.default) for p in ours.parameters.values()] == [
            (p.name, p.default) for p in theirs.parameters.values()
        ], name


@pytest.mark.parametrize("settings", AVERAGES, ids=str)
def test_averages(settings: dict[str, Any]) -> None:
    paths = []
    for library, (lib, pkg) in zip(LIBRARIES, SIDES, strict=True):
        net = model(lib, pkg)
        net.register_buffer("seen", lib.zeros(2, dtype=lib.float64))
        made = {
            key: getattr(library, value[0])(*value[1:]) if isinstance(value, tuple) else value
            for key, value in settings.items()
        }
        averaged = library.AveragedModel(net, **made)
        opt = optimizer(pkg, "SGD", net.parameters(), lr=0.1)
        path = []
        for step in range(20):
            train(lib, pkg, net, opt, [step])
            net.seen.add_(step)
            averaged.update_parameters(net)
            values = averaged(batch(lib, 0)[0]).detach().numpy().copy()
            path.append([values, averaged.module.seen.numpy().copy(), averaged.n_averaged.item()])
        assert averaged.module[0].weight is not net[0].weight
        path.append([*averaged.state_dict()])
        paths.append(path)
    assert paths[0].pop() == paths[1].pop()
    # torch's mean for lists takes its weight, 1 / number, as a float32.
    same_paths(*paths, rtol=1e-6 if "use_buffers" in settings else 1e-10)


@pytest.mark.parametrize(
    "make",
    [
        of("SWALR", swa_lr=0.02),
        of("SWALR", swa_lr=[0.02, 1.0], anneal_epochs=4, anneal_strategy="linear"),
        of("SWALR", swa_lr=0.3, anneal_epochs=0),
    ],
    ids=lambda make: make.__name__,
)
def test_rates(make: Any) -> None:
    paths, states = [], []
    for library, side in zip(LIBRARIES, SIDES, strict=True):
        opt = two_groups(*side)
        scheduler = make(library, opt)
        path = run(opt, scheduler, range(7))
        states.append(scheduler.state_dict())
        again = make(library, opt)
        again.load_state_dict(states[-1])
        paths.append(path + run(opt, again, range(7, 20)))
    close(*paths)
    close(*states)


def test_refusals() -> None:
    for library, (lib, pkg) in zip(LIBRARIES, SIDES, strict=True):
        opt = two_groups(lib, pkg)
        with pytest.raises(ValueError, match="'cos' or 'linear'"):
            library.SWALR(opt, 0.1, anneal_strategy="sin")
        with pytest.raises(ValueError, match="equal or greater than 0"):
            library.SWALR(opt, 0.1, anneal_epochs=-1)
        with pytest.raises(ValueError, match="must have the same length"):
            library.SWALR(opt, [0.1])
        for name in ("get_ema_avg_fn", "get_ema_multi_avg_fn"):
            with pytest.raises(ValueError, match="Invalid decay value 2"):
                getattr(library, name)(2)
        both = library.get_ema_avg_fn(), library.get_ema_multi_avg_fn()
        with pytest.raises(AssertionError, match="Only one of"):
            library.AveragedModel(pkg.Linear(1, 1), None, *both)


def test_averages_of_another_model() -> None:
    averaged = swa_utils.AveragedModel(nn.Linear(2, 2))
    for other in (nn.Linear(2, 2, bias=False), nn.Linear(1, 2)):
        with pytest.raises(ValueError, match="takes the model that was copied"):
            averaged.update_parameters(other)
    assert averaged.n_averaged == 0


def test_update_bn() -> None:
    results = []
    for library, (lib, pkg) in zip(LIBRARIES, SIDES, strict=True):
        if not hasattr(pkg, "BatchNorm1d"):
            pytest.skip("there is no batch norm yet")
        lib.manual_seed(0)
        net = pkg.Sequential(pkg.Linear(3, 4), pkg.BatchNorm1d(4)).double()
        net.eval()
        library.update_bn([batch(lib, 0), batch(lib, 1)[0]], net)
        assert not net.training
        assert net[1].momentum == 0.1
        results.append([net[1].running_mean.numpy(), net[1].running_var.numpy()])
        library.update_bn([], pkg.Linear(1, 1))
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10)
