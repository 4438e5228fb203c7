"""The backward pass in NumPy, the engine's, and torch's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from demos import backprop_by_hand
from tests.in_torch import in_torch


@pytest.mark.parametrize("batch_size", [1, 20, 120])
def test_gradients_are_equal_at_every_step_and_curves_are_torchs(batch_size: int) -> None:
    settings = {"steps": 40, "hidden": 40, "batch_size": batch_size, "lr": 2.0, "seed": 1}
    curves = backprop_by_hand.train(**settings)
    torchs = in_torch("demos.backprop_by_hand").train(**settings)
    assert len(curves.difference) == 40
    assert max(curves.difference) < 1e-12
    assert curves.by_hand == pytest.approx(curves.by_the_engine, rel=1e-12)
    assert curves.by_the_engine == pytest.approx(torchs.by_the_engine, rel=1e-12)
    assert max(torchs.difference) < 1e-12


def test_the_derivations_of_softmax_cross_entropy() -> None:
    derivatives = backprop_by_hand.softmax_cross_entropy(hidden=40, seed=0)
    torchs = in_torch("demos.backprop_by_hand").softmax_cross_entropy(hidden=40, seed=0)
    assert derivatives.keys() == backprop_by_hand.FORMULAS.keys()
    for name, (hand, engine) in derivatives.items():
        assert np.abs(engine).max() > 1e-3, f"{name} is so small that anything would equal it"
        np.testing.assert_allclose(hand, engine, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(engine, torchs[name][1], rtol=1e-12, atol=1e-15)


def test_the_whole_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert backprop_by_hand.main(["--steps", "30", "--out", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "Over all 30 steps the gradients differ by" in printed
    assert "x (p - y)^T" in printed
