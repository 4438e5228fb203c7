"""The demo of vanishing gradients: what it measures, and the same program on torch."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import autograd
from demos import vanishing_gradients as demo
from tests.in_torch import in_torch
from tests.oracle import torch

DEPTH, WIDTH = 20, 16
theirs = in_torch("demos.vanishing_gradients")


def ours(kind: str, gain: float | None = None) -> demo.Deep:
    autograd.manual_seed(0)
    activation, residual, usual = demo.KINDS[kind]
    return demo.Deep(activation, residual, gain or usual, DEPTH, WIDTH)


@pytest.mark.parametrize("kind", demo.KINDS)
def test_norms_and_training_in_torch(kind: str) -> None:
    net = ours(kind).double()
    other = theirs.Deep(*demo.KINDS[kind], DEPTH, WIDTH).double()
    with torch.no_grad():
        for mine, its in zip(net.parameters(), other.parameters(), strict=True):
            its.copy_(torch.from_numpy(mine.numpy(force=True)))
    (x, y), (x_, y_) = demo.flowers(), theirs.flowers()
    ours_, its = (
        demo.gradient_norms(net, x.double(), y),
        theirs.gradient_norms(other, x_.double(), y_),
    )
    np.testing.assert_allclose(ours_, its, rtol=1e-6)
    for mine, its in zip(
        demo.train(net, x.double(), y, 5, 0.05, 1.0),
        theirs.train(other, x_.double(), y_, 5, 0.05, 1.0),
        strict=True,
    ):
        np.testing.assert_allclose(mine, its, rtol=1e-6)


def test_which_gradients_vanish() -> None:
    x, y = demo.flowers()
    share = {}
    for kind in demo.KINDS:
        norms = demo.gradient_norms(ours(kind), x, y)
        share[kind] = norms[0] / norms[-1]
    assert share["sigmoid"] < 1e-12
    assert share["tanh"] < 1e-2
    assert share["leaky ReLU"] < 1e-4
    for kind in ("leaky ReLU, Kaiming", "sigmoid, residual", "tanh, residual"):
        assert 0.01 < share[kind] < 100, kind


def test_clipping_lets_a_net_with_large_weights_learn() -> None:
    x, y = demo.flowers()
    wild, _ = demo.train(ours("leaky ReLU", gain=1.5), x, y, 40, 0.05)
    assert not math.isfinite(wild[-1])
    tame, lengths = demo.train(ours("leaky ReLU", gain=1.5), x, y, 40, 0.05, clip=1.0)
    assert lengths[0] > 100
    assert tame[-1] < tame[0] / 10


def test_the_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo.main(["--out", str(tmp_path), "--epochs", "3", "--depth", "3", "--width", "4"])
    assert "tanh, residual" in capsys.readouterr().out
    demo.main(["--out", str(tmp_path), "--epochs", "8", "--lr", "1e9", "--depth", "3"])
    assert " nan " in capsys.readouterr().out  # it explodes, which is shown
