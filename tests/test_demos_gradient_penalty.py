"""The demo of the gradient penalty: exact penalties, and the same program on torch."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import autograd
import nn
from autograd import Generator
from demos import gradient_penalty as demo
from tests.both import plain
from tests.in_torch import in_torch


def test_the_penalty_of_a_linear_critic_is_exact() -> None:
    """D = w^T x has the slope |w| everywhere: the penalty is (|w| - 1)**2."""
    critic = nn.Linear(2, 1).double()
    with autograd.no_grad():
        critic.weight.copy_(autograd.tensor([[3.0, 4.0]]))
    real, made = (autograd.randn(6, 2, dtype=autograd.float64) for _ in range(2))
    loss = demo.critic_loss(critic, real, made, autograd.rand(6, 1, dtype=autograd.float64))
    assert loss.penalty.item() == pytest.approx(16, rel=1e-14)
    (gradient,) = autograd.grad(loss.penalty, critic.weight, retain_graph=True)
    np.testing.assert_allclose(plain(gradient), [[2 * 4 * 0.6, 2 * 4 * 0.8]], rtol=1e-14)
    (of_distance,) = autograd.grad(loss.distance, critic.weight)
    np.testing.assert_allclose(plain(of_distance)[0], plain(real.mean(0) - made.mean(0)))


def test_points_of_the_moons_lie_on_them() -> None:
    points = demo.two_moons(500, Generator().manual_seed(0), noise=0)
    assert demo.far(points).max().item() < 1e-6
    near = math.sqrt(1.25) - 1  # the centre of one moon, from the other
    known = autograd.tensor([[-0.5, -0.25], [0.5, 0.25], [-1.5, -1.25]])
    np.testing.assert_allclose(plain(demo.far(known)), [near, near, 1.0], rtol=1e-5)
    assert demo.energy_distance(points, points).item() == pytest.approx(0, abs=1e-6)


def test_training_is_torchs() -> None:
    theirs = in_torch("demos.gradient_penalty")
    ours, torchs = (
        each.train(each.Gan(3, batch=32), 2, steps=2, critics=2, verbose=False)
        for each in (demo, theirs)
    )
    np.testing.assert_allclose(ours, torchs, rtol=1e-3, atol=1e-5)


def test_training_brings_the_points_near() -> None:
    gan = demo.Gan(0, batch=64)
    first, *_, last = demo.train(gan, 2, steps=30, verbose=False)
    assert last.energy < first.energy / 2
    assert 0.5 < last.slope < 2
    assert math.isfinite(last.distance)


def test_the_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo.main(["--out", str(tmp_path), "--epochs", "1", "--batch-size", "8"])
    assert "energy distance" in capsys.readouterr().out
