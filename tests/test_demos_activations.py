"""Four activations on iris: as torch trains them, and to the error that is promised."""

from __future__ import annotations

from pathlib import Path

import pytest

from demos import activations
from tests.in_torch import in_torch


@pytest.mark.parametrize("name", activations.ACTIVATIONS)
def test_training_is_torchs(name: str) -> None:
    theirs = in_torch("demos.activations")
    results = [
        demo.train(name, demo.split(3), epochs=4, lr=0.01, batch_size=16, seed=3, verbose=False)
        for demo in (activations, theirs)
    ]
    for ours, torchs in zip(*results, strict=True):
        assert ours.train == pytest.approx(torchs.train, rel=1e-5)
        assert ours.test == pytest.approx(torchs.test, rel=1e-5)


def test_a_split_has_every_flower_once_and_looks_at_the_training_ones_only() -> None:
    train, test = activations.split(0)
    assert (len(train), len(test)) == (120, 30)
    features = train.tensors[0]
    assert features.mean(0).abs().max().item() < 1e-6
    assert (features.std(0) - 1).abs().max().item() < 1e-6
    species = train.tensors[1].tolist() + test.tensors[1].tolist()
    assert [species.count(k) for k in range(3)] == [50, 50, 50]
    assert species != sorted(species)


def test_every_error_is_under_five_percent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert activations.main(["--out", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    rows = [line.split() for line in lines if "epoch" not in line and "." in line]
    errors = {row[0]: float(row[-1]) for row in rows if row[0] in activations.ACTIVATIONS}
    assert list(errors) == list(activations.ACTIVATIONS)
    assert max(errors.values()) < 5
