"""Losses: torch's older arguments, its warnings, and weights, which carry no gradient."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from tests.both import both, both_raise, functional
from tests.oracle import torch

OLD = [
    name
    for name in dir(torch.nn.functional)
    if name.endswith(("_loss", "entropy", "kl_div", "with_logits"))
    and "size_average" in getattr(torch.nn.functional, name).__code__.co_varnames
]


def call(lib: Any, name: str, **options: Any) -> Any:
    """A loss of a few numbers."""
    half = lib.tensor([[0.5, 0.25], [0.25, 0.75]], dtype=lib.float64)
    one = lib.tensor([1, 0])
    given: dict[str, tuple[Any, ...]] = {
        "nll_loss": (half, one),
        "cross_entropy": (half, one),
        "multi_margin_loss": (half, one),
        "multilabel_margin_loss": (half, lib.tensor([[1, -1], [0, 1]])),
        "cosine_embedding_loss": (half, 1 - half, one),
        "margin_ranking_loss": (half, 1 - half, half),
        "triplet_margin_loss": (half, 1 - half, half * half),
    }
    return getattr(functional(lib), name)(*given.get(name, (half, half)), **options)


@pytest.mark.parametrize("name", OLD)
@pytest.mark.parametrize(
    ("size_average", "reduce", "reduction"),
    [(None, False, "none"), (False, None, "sum"), (True, None, "mean"), (False, False, "none")],
)
def test_older_arguments(name: str, size_average: Any, reduce: Any, reduction: str) -> None:
    def program(lib: Any) -> Any:
        return call(lib, name, size_average=size_average, reduce=reduce)

    with pytest.warns(UserWarning, match=f"please use reduction='{reduction}' instead"):
        both(program)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        both(lambda lib: call(lib, name, reduction=reduction))


def test_every_loss_is_tried() -> None:
    assert len(OLD) == 17


@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"])
def test_sizes_that_broadcast_warn(name: str) -> None:
    def program(lib: Any) -> Any:
        return getattr(functional(lib), name)(lib.ones(2, 3), lib.zeros(3))

    with pytest.warns(UserWarning, match="Using a target size"):
        both(program)


def test_mean_of_kl_div_warns() -> None:
    with pytest.warns(UserWarning, match="'batchmean' divides only by the batch size"):
        both(lambda lib: call(lib, "kl_div"))


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("nll_loss", "weight"),
        ("cross_entropy", "weight"),
        ("binary_cross_entropy", "weight"),
        ("binary_cross_entropy_with_logits", "weight"),
        ("binary_cross_entropy_with_logits", "pos_weight"),
    ],
)
def test_weights(name: str, argument: str) -> None:
    """A weight multiplies; one that requires a gradient is refused, as none would come."""

    def program(lib: Any) -> Any:
        weight = lib.tensor([0.5, 3.0], dtype=lib.float64)
        return call(lib, name, **{argument: weight})

    both(program)

    def refused(lib: Any) -> Any:
        weight = lib.ones(2, dtype=lib.float64, requires_grad=True)
        return call(lib, name, **{argument: weight})

    both_raise(refused, RuntimeError, f"not differentiable with respect to argument '{argument}'")


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("name", ["nll_loss", "cross_entropy"])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_weights_of_classes(name: str, reduction: str, smoothing: float) -> None:
    def program(lib: Any) -> Any:
        x = lib.tensor([[0.5, 0.25, 1.0], [0.25, 0.75, -1.0], [1.0, 2.0, 3.0]], dtype=lib.float64)
        x.requires_grad_()
        weight = lib.tensor([0.5, 3.0, 0.0], dtype=lib.float64)
        more = {"label_smoothing": smoothing} if name == "cross_entropy" else {}
        out = getattr(functional(lib), name)(
            x, lib.tensor([1, 0, 2]), weight, ignore_index=0, reduction=reduction, **more
        )
        out.sum().backward()
        return out, x.grad

    both(program)


@pytest.mark.parametrize("name", ["nll_loss", "cross_entropy"])
def test_mean_of_nothing_is_nan_and_its_gradient_zero(name: str) -> None:
    def program(lib: Any) -> Any:
        x = lib.zeros(2, 3, requires_grad=True)
        out = getattr(functional(lib), name)(x, lib.tensor([-100, -100]))
        out.backward()
        return out, x.grad

    both(program)


def test_targets_of_scores_must_not_change_before_backward() -> None:
    def program(lib: Any) -> Any:
        x = lib.tensor([[0.0, 1.0], [2.0, 3.0]], requires_grad=True)
        target = lib.tensor([0, 1])
        loss = functional(lib).cross_entropy(x, target)
        target.fill_(0)
        loss.backward()

    both_raise(program, RuntimeError, "modified by an inplace operation")


def test_targets_of_logarithms_may_change_afterwards() -> None:
    """What the loss has read of its targets stays as it was."""
    found = []
    for change in (False, True):
        x = autograd.tensor([[0.0, 1.0], [2.0, 3.0]], requires_grad=True)
        target = autograd.tensor([0, 1])
        loss = nn.functional.nll_loss(x, target)
        if change:
            target.fill_(0)
        loss.backward()
        found.append(x.grad.tolist())
    assert found[0] == found[1]


def test_ctc_loss_of_scores() -> None:
    """With the log_softmax in front the gradient is what finite differences find."""
    given = np.random.default_rng(0).normal(size=(5, 2, 4))
    scores = autograd.from_numpy(given).requires_grad_()
    labels = autograd.tensor([[1, 1], [3, 2]])

    def loss(x: Any) -> Any:
        logs = nn.functional.log_softmax(x, 2)
        return nn.functional.ctc_loss(logs, labels, (5, 4), (2, 2), reduction="none")

    assert autograd.gradcheck(loss, (scores,))


def test_ctc_loss_of_all_ways() -> None:
    """Of a few steps, every reading can be listed."""
    given = np.random.default_rng(1).normal(size=(4, 1, 3))
    logs = nn.functional.log_softmax(autograd.from_numpy(given), 2)
    for label in ([1], [1, 2], [1, 1], [2, 1, 2]):
        total = 0.0
        for way in itertools.product(range(3), repeat=4):
            read = [each for each, _ in itertools.groupby(way) if each]
            if read == label:
                total += np.exp(sum(logs[i, 0, each].item() for i, each in enumerate(way)))
        loss = nn.functional.ctc_loss(logs, autograd.tensor([label]), [4], [len(label)])
        np.testing.assert_allclose(loss.item() * len(label), -np.log(total), rtol=1e-12)
