"""The demo of regularisation: what each method does to the weights, and the program on torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import nn
from demos import regularisation as demo
from nn import optim
from tests.both import plain
from tests.in_torch import in_torch


@pytest.mark.parametrize("name", demo.METHODS)
def test_training_is_torchs(name: str) -> None:
    theirs = in_torch("demos.regularisation")
    results = [
        each.train(each.METHODS[name], each.flowers(2), 6, seed=5) for each in (demo, theirs)
    ]
    (net, ours), (its, torchs) = results
    np.testing.assert_allclose(ours, torchs, rtol=1e-4)
    for w, v in zip(net.parameters(), its.parameters(), strict=True):
        np.testing.assert_allclose(plain(w), plain(v), rtol=1e-3, atol=1e-5)


def test_best_epochs_are_torchs() -> None:
    theirs = in_torch("demos.regularisation")
    ours, torchs = (each.best_epochs(each.flowers(0), 30, 3, 0) for each in (demo, theirs))
    assert ours == torchs
    assert len(ours) == 3


def test_one_step_of_the_elastic_net_is_the_formula() -> None:
    method, lr = demo.Method(l1=0.03, l2=0.5), 0.2
    data = demo.flowers(0)
    net, twin = demo.network(method, 0), demo.network(method, 0)
    nn.functional.cross_entropy(twin(data.x), data.y).backward()
    demo.step(net, optim.SGD(net.parameters(), lr=lr), method, data.x, data.y, lr)
    for new, old in zip(demo.weights(net), demo.weights(twin), strict=True):
        moved = plain(old) - lr * (plain(old.grad) + method.l2 * plain(old))
        expected = np.sign(moved) * np.maximum(np.abs(moved) - lr * method.l1, 0)
        np.testing.assert_allclose(plain(new), expected, atol=1e-7)
        assert (plain(new) == 0).any()


def test_which_weights_become_zero() -> None:
    data = demo.flowers(0)
    net, curves = demo.train(demo.METHODS["L1"], data, 300)
    counts = plain(demo.left(net))
    assert (counts[2:4] > 0).all()  # what a petal measures
    assert (counts == 0).mean() > 0.4
    assert curves.right[-1] > 0.9
    overfitted, others = demo.train(demo.METHODS["none"], data, 300)
    assert (plain(demo.left(overfitted)) == demo.WIDTH).all()
    assert others.train[-1] < 0.01
    assert others.test[-1] > 2 * curves.test[-1]


def test_the_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo.main(["--out", str(tmp_path), "--epochs", "3", "--folds", "2"])
    assert "early stopping" in capsys.readouterr().out
    for folds in ("1", "61"):
        with pytest.raises(SystemExit):
            demo.main(["--out", str(tmp_path), "--folds", folds])
        assert "is not from 2 to 60" in capsys.readouterr().err
