"""LeNet-5: its table of parameters, and its training beside torch's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import autograd
from demos import lenet
from demos.data import mnist
from tests.in_torch import in_torch
from tests.oracle import torch

SHARED = Path(__file__).parents[2] / "shared" / "data"


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert lenet.main(["--table"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[2:]]
    assert {row[0]: (row[-2], row[-1]) for row in rows} == {
        "C1": ("156", "150"),
        "S2": ("0", "0"),
        "C3": ("2,416", "2,400"),
        "S4": ("0", "0"),
        "F5": ("48,120", "48,000"),
        "F6": ("10,164", "10,080"),
        "output": ("850", "840"),
        "all": ("61,706", "61,470"),
    }
    without = sum(parameter.numel() for parameter in lenet.lenet(bias=False).parameters())
    assert without == 61_470


def test_training_is_torchs() -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(96) % 10
    images = rng.integers(0, 100, (96, 1, 28, 28), np.uint8)
    images[np.arange(96), 0, 2 * labels + 3] = 255  # a bright row, by which digits can be told
    theirs = in_torch("demos.lenet")
    settings = {"epochs": 4, "lr": 3e-3, "batch_size": 16, "seed": 1, "verbose": False}
    pair = [lenet.Labelled(autograd.from_numpy(images), autograd.from_numpy(labels))] * 2
    torchs = [theirs.Labelled(torch.from_numpy(images), torch.from_numpy(labels))] * 2
    ours, expected = lenet.train(pair, **settings), theirs.train(torchs, **settings)
    for epoch, same in zip(ours, expected, strict=True):
        assert epoch.train == pytest.approx(same.train, rel=1e-3, abs=1e-5)
        assert epoch.test == pytest.approx(same.test, rel=1e-3, abs=1e-5)
    assert ours[-1].test.loss < 1 < ours[0].train.loss


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")
def test_real_digits() -> None:
    training, test = mnist(SHARED)
    history = lenet.train(
        (training.first(1600), test.first(500)), 2, lr=3e-3, batch_size=32, seed=0, verbose=False
    )
    assert history[-1].test.accuracy > 0.85
