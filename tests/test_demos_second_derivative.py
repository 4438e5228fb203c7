"""The demo of second derivatives: exact values, and the same program on torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
from demos import second_derivative as demo
from tests.both import plain
from tests.in_torch import in_torch


@pytest.mark.parametrize("at", [-2.0, 0.0, 0.5, 3.0])
def test_derivatives_of_the_cube(at: float) -> None:
    assert demo.cube(at) == [at**3, 3 * at**2, 6 * at, 6.0]


@pytest.mark.parametrize("true_class", [0, 2])
def test_the_hessian_of_cross_entropy_is_a_covariance(true_class: int) -> None:
    o = np.array([0.65, 0.43, 0.11])
    p = np.exp(o) / np.exp(o).sum()
    exact = np.diag(p) - np.outer(p, p)
    outputs = autograd.from_numpy(o)
    np.testing.assert_allclose(plain(demo.hessian(outputs, true_class)), exact, atol=1e-15)
    np.testing.assert_allclose(plain(demo.covariance(outputs)), exact, atol=1e-15)


def test_newton_squares_the_error_and_finds_the_minimum() -> None:
    x, y = demo.flowers()
    w, norms = demo.newton(x, y, 9)
    assert norms[7] < 1e-8
    assert norms[7] < norms[6] ** 1.5
    p = 1 / (1 + np.exp(-plain(x) @ plain(w)))
    gradient = plain(x).T @ (p - plain(y)) / 100 + 2e-3 * plain(w)
    assert np.abs(gradient).max() < 1e-12
    slow, descent = demo.gradient_descent(x, y, 400)
    assert descent[-1] < 1e-4
    np.testing.assert_allclose(plain(slow), plain(w), rtol=1e-2)


def test_the_same_in_torch() -> None:
    other: Any = in_torch("demos.second_derivative")
    for method in ("newton", "gradient_descent"):
        ours, theirs = (getattr(each, method)(*each.flowers(), 6) for each in (demo, other))
        np.testing.assert_allclose(plain(ours[0]), plain(theirs[0]), rtol=1e-9)
        np.testing.assert_allclose(ours[1], theirs[1], rtol=1e-7, atol=1e-12)


def test_the_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo.main(["--out", str(tmp_path), "--steps", "3"])
    said = capsys.readouterr().out
    assert "Newton" in said
    assert "largest difference" in said
