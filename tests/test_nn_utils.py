"""nn.utils: clipped gradients and parameters as one vector are torch's."""

from __future__ import annotations

import inspect
import math
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from tests.oracle import torch
from tests.test_nn_optim import SIDES, batch, model, optimizer, same_paths

SHAPES = [((3, 2), "float64"), ((), "float64"), ((4,), "float32"), ((0, 2), "float64")]


def with_gradients(lib: Any, pkg: Any, scale: float = 1.0) -> list[Any]:
    """Parameters with gradients, and one without."""
    rng = np.random.default_rng(0)
    params = []
    for shape, dtype in SHAPES:
        p = pkg.Parameter(lib.zeros(shape, dtype=getattr(lib, dtype)))
        p.grad = lib.from_numpy(np.array(scale * rng.standard_normal(shape), dtype=dtype))
        params.append(p)
    return [*params, pkg.Parameter(lib.ones(2))]


def gradients(params: list[Any]) -> list[Any]:
    return [None if p.grad is None else p.grad.numpy() for p in params]


def same(ours: Any, theirs: Any) -> None:
    for mine, other in zip(ours, theirs, strict=True):
        if other is None:
            assert mine is None
        else:
            assert mine.dtype == other.dtype
            np.testing.assert_allclose(mine, other, rtol=1e-6)


@pytest.mark.parametrize(
    "name",
    [
        "clip_grad_norm_",
        "clip_grad_value_",
        "clip_grads_with_norm_",
        "get_total_norm",
        "parameters_to_vector",
        "vector_to_parameters",
    ],
)
def test_arguments(name: str) -> None:
    ours, theirs = (inspect.signature(getattr(pkg.utils, name)) for _, pkg in SIDES)
    assert [(p.name, p.default, p.kind) for p in ours.parameters.values()] == [
        (p.name, p.default, p.kind) for p in theirs.parameters.values()
    ]


@pytest.mark.parametrize("norm_type", [2, 2.0, 1, 3.5, 0, math.inf, "inf"])
@pytest.mark.parametrize("max_norm", [0.5, 100.0, 0])
def test_clip_grad_norm(norm_type: Any, max_norm: float) -> None:
    results = []
    for lib, pkg in SIDES:
        params = with_gradients(lib, pkg)
        before = [p.grad for p in params]
        params = params[:3] if norm_type in (math.inf, "inf") else params
        total = pkg.utils.clip_grad_norm_(iter(params), max_norm, norm_type, foreach=False)
        again = pkg.utils.get_total_norm([p.grad for p in params[:3]], norm_type)
        assert all(p.grad is grad for p, grad in zip(params, before, strict=False))
        assert not total.requires_grad
        results.append([total.numpy(), again.numpy(), *gradients(params)])
    same(*results)


def test_clipping_of_a_single_tensor_and_of_none() -> None:
    for lib, pkg in SIDES:
        p = with_gradients(lib, pkg)[0]
        pkg.utils.clip_grad_norm_(p, 0.25)
        assert float(pkg.utils.get_total_norm(p.grad)) == pytest.approx(0.25, rel=1e-5)
        pkg.utils.clip_grad_value_(p, 0.01)
        assert float(abs(p.grad).max()) == pytest.approx(0.01)
        assert float(pkg.utils.clip_grad_norm_([], 1.0)) == 0.0
        assert float(pkg.utils.clip_grad_norm_([pkg.Parameter(lib.ones(1))], 1.0)) == 0.0
        with pytest.warns(UserWarning, match="is an empty generator"):
            pkg.utils.clip_grad_norm_((each for each in ()), 1.0)


def test_there_may_be_nothing_to_clip() -> None:
    nn.utils.clip_grad_value_([nn.Parameter(autograd.ones(1))], 1.0)  # torch's says no


def test_clip_grad_value_and_known_norms() -> None:
    results = []
    for lib, pkg in SIDES:
        params = with_gradients(lib, pkg)
        pkg.utils.clip_grad_value_(params, 0.3)
        values = [None if grad is None else grad.copy() for grad in gradients(params)]
        pkg.utils.clip_grads_with_norm_(params, 1.0, lib.tensor(4.0))
        results.append([*values, *gradients(params)])
    same(*results)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_norms_that_are_not_finite(bad: float) -> None:
    results = []
    for lib, pkg in SIDES:
        params = with_gradients(lib, pkg)
        params[0].grad[0, 0] = bad
        with pytest.raises(RuntimeError, match="is non-finite"):
            pkg.utils.clip_grad_norm_(params, 1.0, error_if_nonfinite=True)
        total = pkg.utils.clip_grad_norm_(params, 1.0)
        results.append([total.numpy(), *gradients(params)])
    same(*results)


def test_training_with_clipping() -> None:
    paths = []
    for lib, pkg in SIDES:
        net = model(lib, pkg)
        opt = optimizer(pkg, "SGD", net.parameters(), lr=0.5)
        path = []
        for step in range(50):
            x, t = batch(lib, step)
            opt.zero_grad()
            loss = pkg.functional.mse_loss(net(x), t)
            loss.backward()
            total = pkg.utils.clip_grad_norm_(net.parameters(), 0.3)
            opt.step()
            path.append(
                [loss.item(), total.item(), *(p.detach().numpy().copy() for p in net.parameters())]
            )
        paths.append(path)
    same_paths(*paths)


def test_parameters_as_a_vector() -> None:
    for lib, pkg in SIDES:
        net = model(lib, pkg)
        vector = pkg.utils.parameters_to_vector(net.parameters())
        assert tuple(vector.shape) == (32,)
        (vector * vector).sum().backward()
        np.testing.assert_allclose(net[0].weight.grad.numpy(), 2 * net[0].weight.detach().numpy())
        new = lib.arange(32, dtype=lib.float64)
        weight = net[2].weight
        pkg.utils.vector_to_parameters(new, net.parameters())
        assert net[2].weight is weight
        assert weight.flatten().tolist() == [*range(20, 30)]
        assert weight.requires_grad
        new[20] = -1.0
        assert weight[0, 0].item() == -1.0
        np.testing.assert_array_equal(
            pkg.utils.parameters_to_vector(net.parameters()).detach().numpy(), new.numpy()
        )
        with pytest.raises(TypeError, match="expected"):
            pkg.utils.vector_to_parameters([1.0], net.parameters())
        with pytest.raises(RuntimeError):
            pkg.utils.vector_to_parameters(lib.ones(31, dtype=lib.float64), net.parameters())


def test_only_whats_there_is_exported() -> None:
    assert all(hasattr(nn.utils, name) for name in nn.utils.__all__)
    assert set(nn.utils.__all__) - {"rnn"} <= set(torch.nn.utils.__all__)
