"""Linear regression and the two laws: exact solutions, true values, and torch's numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import autograd
from demos import linear_regression as demo
from tests.in_torch import in_torch


def test_the_closed_form_solves_and_descent_comes_to_it() -> None:
    data = demo.samples(1000, 1)
    x, y = (tensor.numpy() for tensor in data.tensors)
    solved = demo.closed_form(*data.tensors)
    ones = np.ones((1000, 1))
    expected = np.linalg.lstsq(np.hstack([x, ones]), y, rcond=None)[0]
    np.testing.assert_allclose(solved.numpy(), expected, rtol=1e-12)
    assert solved.tolist() == pytest.approx([*demo.WEIGHTS, demo.BIAS], abs=0.05)

    learnt, losses = demo.descend(data, 15, 0.05, 10, seed=0, verbose=False)
    best = ((x @ expected[:-1] + expected[-1] - y) ** 2).mean()
    assert losses[-1] == pytest.approx(best, rel=1e-3)
    assert learnt.tolist() == pytest.approx(expected.tolist(), abs=2e-3)


def test_everything_is_torchs() -> None:
    theirs = in_torch("demos.linear_regression")
    data, torchs = demo.samples(60, 4), theirs.samples(60, 4)
    solved = theirs.closed_form(*torchs.tensors).tolist()
    assert demo.closed_form(*data.tensors).tolist() == pytest.approx(solved, rel=1e-12)
    ours, expected = (
        each.descend(samples, 3, 0.05, 10, seed=2, verbose=False)
        for each, samples in ((demo, data), (theirs, torchs))
    )
    assert ours[0].tolist() == pytest.approx(expected[0].tolist(), rel=1e-10)
    assert ours[1] == pytest.approx(expected[1], rel=1e-10)

    ours, expected = (each.robust(30, 5, sets=20, n=10) for each in (demo, theirs))
    assert ours.keys() == expected.keys()
    for name, errors in ours.items():
        assert errors == pytest.approx(expected[name], rel=1e-9), name

    assert demo.resistance(*demo.ohm(3)) == pytest.approx(theirs.resistance(*theirs.ohm(3)))
    found = demo.temperature(*demo.spectrum(3))
    assert found == pytest.approx(theirs.temperature(*theirs.spectrum(3)), rel=1e-7)


def test_under_laplace_noise_the_other_losses_are_better_than_squares() -> None:
    errors = {name: each[-1] for name, each in demo.robust(150, 0, sets=200).items()}
    # Least squares has the standard error sqrt(2 / (n var x)) = sqrt(2 / (200 / 3)).
    assert errors.pop("squares") == pytest.approx((6 / 200) ** 0.5, rel=0.1)
    assert max(errors.values()) < 0.85 * (6 / 200) ** 0.5


def test_laplace_noise_has_laplaces_moments() -> None:
    autograd.manual_seed(0)
    noise = demo.laplace(100_000)
    assert noise.mean().item() == pytest.approx(0, abs=0.02)
    assert noise.abs().mean().item() == pytest.approx(1, rel=0.02)
    assert noise.var().item() == pytest.approx(2, rel=0.03)


def test_ohms_law() -> None:
    current, voltage = demo.ohm(0)
    closed, error, descended = demo.resistance(current, voltage)
    assert abs(closed - demo.RESISTANCE) < 3 * error
    assert descended == pytest.approx(closed, rel=1e-10)
    ratio = np.linalg.lstsq(current.numpy()[:, None], voltage.numpy(), rcond=None)[0]
    assert closed == pytest.approx(ratio.item(), rel=1e-12)


@pytest.mark.parametrize("start", [2.0, 3.0, 9.0])
def test_plancks_law_without_noise_gives_the_temperature_exactly(start: float) -> None:
    kelvins, left = demo.temperature(*demo.spectrum(0, noise=0.0), start)
    assert kelvins == pytest.approx(demo.TEMPERATURE, rel=1e-6)
    assert left < 1e-12


def test_the_whole_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.main(["--out", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    kelvins = float(printed.partition("Planck's law: ")[2].split()[0])
    assert kelvins == pytest.approx(demo.TEMPERATURE, rel=0.01)
    assert "47.0187 +- 0.0731 ohms" in printed
