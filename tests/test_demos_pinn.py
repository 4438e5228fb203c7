"""The demo of a physics-informed net: derivatives, the exact solution, the program on torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import autograd
from autograd import Tensor
from demos import pinn as demo
from tests.both import plain
from tests.in_torch import in_torch


class Exact(demo.Solution):
    def forward(self, t: Tensor) -> Tensor:
        return demo.exact(t)


def test_the_exact_solution_solves_the_equation() -> None:
    u, t = Exact(), demo.times(50)
    assert demo.residual(u, t).abs().max().item() < 1e-12
    value, first, _ = demo.derivatives(u, autograd.zeros(1, 1, dtype=autograd.float64))
    assert (value.item(), first.item()) == pytest.approx((1, 0), abs=1e-15)
    assert demo.error(u) == 0


def test_every_net_has_the_initial_values() -> None:
    zero = autograd.zeros(1, 1, dtype=autograd.float64)
    value, first, second = demo.derivatives(demo.Solution(), zero)
    assert (value.item(), first.item()) == (1, 0)
    assert second.item() != 0


def test_derivatives_are_slopes() -> None:
    u, t, step = demo.Solution(), demo.times(9) + 0.1, 1e-4
    value, first, second = (plain(each) for each in demo.derivatives(u, t))
    after, before = (plain(u(t + way * step)) for way in (1, -1))
    np.testing.assert_allclose(first, (after - before) / (2 * step), atol=1e-6)
    np.testing.assert_allclose(second, (after - 2 * value + before) / step**2, atol=1e-6)


def test_training_is_torchs() -> None:
    theirs = in_torch("demos.pinn")
    (_, *ours), (_, *torchs) = (each.train(2, points=20, verbose=False) for each in (demo, theirs))
    np.testing.assert_allclose(ours, torchs, rtol=1e-5)


def test_some_training_comes_near() -> None:
    _, losses, errors = demo.train(10, verbose=False)
    assert losses[-1] < losses[0] / 100
    assert errors[-1] < 0.02


def test_the_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo.main(["--out", str(tmp_path), "--epochs", "1", "--points", "10"])
    assert "epoch   1  mean squared residual" in capsys.readouterr().out
