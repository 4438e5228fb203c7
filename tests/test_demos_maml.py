"""The demo of MAML: its outer gradient, its figures, and the same program on torch."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import autograd
from autograd import Generator
from demos import maml as demo
from tests.both import plain
from tests.in_torch import in_torch


@pytest.mark.parametrize("method", demo.METHODS)
def test_training_is_torchs(method: str) -> None:
    theirs = in_torch("demos.maml")
    (ours, losses), (its, torchs) = (
        each.learn(method, 8, tasks=5, verbose=False) for each in (demo, theirs)
    )
    np.testing.assert_allclose(losses, torchs, rtol=1e-4)
    for w, v in zip(ours, its, strict=True):
        np.testing.assert_allclose(plain(w), plain(v), rtol=1e-3, atol=1e-4)


def test_the_outer_gradient_goes_through_the_inner_step() -> None:
    """d outer/dw = (I - a H) dM/dv, with H from the library's own Hessian."""
    rate = 0.01
    task = demo.Waves(*(part.double() for part in demo.waves(1, Generator().manual_seed(0))))
    weights = [w.detach().double().requires_grad_() for w in demo.initial(0, width=3)]
    found = autograd.grad(demo.meta_loss(weights, task, 1, rate), weights)
    shapes = [w.shape for w in weights]

    def parts(flat: autograd.Tensor) -> list[autograd.Tensor]:
        pieces = flat.split([math.prod(shape) for shape in shapes])
        return [piece.reshape(shape) for piece, shape in zip(pieces, shapes, strict=True)]

    def inner(flat: autograd.Tensor) -> autograd.Tensor:
        return demo.errors(task.known_x, task.known_y, parts(flat)).mean()

    w = autograd.cat([each.detach().flatten() for each in weights])
    hessian = autograd.functional.hessian(inner, w)
    (slope,) = autograd.autograd.grad(inner(w.requires_grad_()), w)
    v = (w - rate * slope).detach().requires_grad_()
    outer = demo.errors(task.other_x, task.other_y, parts(v)).mean()
    (at_v,) = autograd.grad(outer, v)
    exact = at_v - rate * hessian @ at_v
    joined = np.concatenate([plain(g).ravel() for g in found])
    np.testing.assert_allclose(joined, plain(exact), rtol=1e-10, atol=1e-12)
    first = autograd.grad(demo.meta_loss(weights, task, 1, rate, second_order=False), weights)
    np.testing.assert_allclose(
        np.concatenate([plain(g).ravel() for g in first]), plain(at_v), rtol=1e-10, atol=1e-12
    )


def test_a_few_steps_are_enough_after_some_training() -> None:
    weights, _ = demo.learn("MAML", 600, verbose=False)
    new = demo.waves(100, Generator().manual_seed(7))
    before, after, *_, last = demo.curve(weights, new, 5, 0.01)
    assert after < before / 2
    assert last < before / 3


def test_the_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo.main(["--out", str(tmp_path), "--steps", "3", "--tasks", "2"])
    printed = capsys.readouterr().out
    assert "MAML: step 3  outer loss" in printed
    assert "after 10" in printed
