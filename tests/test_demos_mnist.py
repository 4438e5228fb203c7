"""The network after VGG's pattern: torch's numbers, and going on from a checkpoint."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import autograd
from demos import mnist
from demos.data import UnusableFile
from nn.optim.lr_scheduler import OneCycleLR
from tests.in_torch import in_torch
from tests.oracle import torch

SETTINGS: dict[str, Any] = {"epochs": 3, "batch_size": 8, "lr": 3e-3, "seed": 2, "subset": None}


def digits(demo: ModuleType, lib: Any, train: int = 24) -> Any:
    """Images with a bright row by which their class can be told."""
    rng = np.random.default_rng(0)
    pair = []
    for n in (train, 10):
        labels = np.arange(n) % 10
        images = rng.integers(0, 100, (n, 1, 28, 28), np.uint8)
        images[np.arange(n), 0, 2 * labels + 3] = 255
        pair.append(demo.Labelled(lib.from_numpy(images), lib.from_numpy(labels)))
    return pair


def test_the_network_is_torchs() -> None:
    ours, theirs = mnist.network(), in_torch("demos.mnist").network()
    assert str(ours) == str(theirs)
    shapes = {key: tuple(value.shape) for key, value in theirs.state_dict().items()}
    assert {key: value.shape for key, value in ours.state_dict().items()} == shapes
    assert theirs[-5].in_features == 1024


def test_training_is_torchs() -> None:
    theirs = in_torch("demos.mnist")
    works = (
        mnist.Training(digits(mnist, autograd), SETTINGS),
        theirs.Training(digits(theirs, torch), SETTINGS),
    )
    for work in works:
        work.run(None, stop=1, verbose=False)
    (ours,), (torchs,) = works[0].history, works[1].history
    assert ours.train == pytest.approx(torchs.train, rel=1e-3)
    assert ours.test == pytest.approx(torchs.test, rel=2e-2)
    assert works[0].scheduler.get_last_lr() == pytest.approx(works[1].scheduler.get_last_lr())


def test_going_on_from_a_checkpoint_changes_nothing(tmp_path: Path) -> None:
    data = digits(mnist, autograd)
    whole = mnist.Training(data, SETTINGS)
    whole.run(None, verbose=False)

    checkpoint = tmp_path / "made" / "mnist.npz"
    first = mnist.Training(data, SETTINGS)
    first.run(checkpoint, stop=1, verbose=False)
    autograd.rand(5)  # whatever else is drawn meanwhile
    state = autograd.load(checkpoint)
    assert state["settings"] == SETTINGS
    second = mnist.Training(data, state["settings"])
    second.load(state)
    second.run(checkpoint, verbose=False)

    scores = [(epoch.number, epoch.train, epoch.test) for epoch in whole.history]
    assert [(epoch.number, epoch.train, epoch.test) for epoch in second.history] == scores
    for key, value in whole.model.state_dict().items():
        assert autograd.equal(second.model.state_dict()[key], value), key


def test_the_program_stops_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mnist, "mnist", lambda folder: digits(mnist, autograd))
    out = ["--out", str(tmp_path)]
    settings = ["--epochs", "2", "--subset", "16", "--batch-size", "8"]
    assert mnist.main([*settings, "--stop", "1", *out]) == 0
    assert capsys.readouterr().out.count("epoch ") == 1
    assert mnist.main(["--resume", *out]) == 0
    printed = capsys.readouterr().out
    assert "going on from" in printed
    assert printed.count("epoch ") == 2


def test_an_interrupted_epoch_is_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mnist, "mnist", lambda folder: digits(mnist, autograd))
    settings = ["--epochs", "3", "--batch-size", "8"]
    assert mnist.main([*settings, "--out", str(tmp_path / "whole")]) == 0
    steps = 0
    step = OneCycleLR.step

    def interrupted(self: OneCycleLR) -> None:
        nonlocal steps
        steps += 1
        if steps == 1 + 3 + 2:  # the first is the scheduler's own; then in the second epoch
            raise KeyboardInterrupt
        step(self)

    out = ["--out", str(tmp_path / "parts")]
    with monkeypatch.context() as patch:
        patch.setattr(OneCycleLR, "step", interrupted)
        with pytest.raises(KeyboardInterrupt):
            mnist.main([*settings, *out])
    assert "--resume goes on after epoch 1" in capsys.readouterr().err
    assert mnist.main(["--resume", *out]) == 0
    whole, parts = (autograd.load(tmp_path / each / "mnist.npz") for each in ("whole", "parts"))
    for key, value in whole["model"].items():
        assert autograd.equal(parts["model"][key], value), key
    assert [each[:-1] for each in parts["history"]] == [each[:-1] for each in whole["history"]]


def test_what_cannot_be_resumed(tmp_path: Path) -> None:
    path, resume = tmp_path / "mnist.npz", ["--resume", "--out", str(tmp_path)]
    with pytest.raises(FileNotFoundError, match=r"no checkpoint .* leave out --resume to begin"):
        mnist.main(resume)
    path.write_bytes(b"junk")
    with pytest.raises(UnusableFile, match=r"mnist\.npz cannot be read.*: leave out --resume"):
        mnist.main(resume)
    for other in ({"a": 1}, [1, 2]):
        autograd.save(other, path)
        with pytest.raises(UnusableFile, match="is no checkpoint of this program"):
            mnist.main(resume)
