"""What the demos share: the training loop, options, tables, plots."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

import autograd
import nn
import nn.functional as F
from demos import common, plots
from nn import optim
from nn.data import DataLoader, TensorDataset
from tests.oracle import torch


def test_fit_goes_torchs_way(capsys: pytest.CaptureFixture[str]) -> None:
    x, y = torch.randn(10, 3, generator=torch.Generator().manual_seed(0)), torch.arange(10) % 2
    theirs = torch.nn.Linear(3, 2)
    ours = nn.Linear(3, 2)
    ours.load_state_dict(
        {k: autograd.from_numpy(v.numpy().copy()) for k, v in theirs.state_dict().items()}
    )
    data = TensorDataset(autograd.from_numpy(x.numpy()), autograd.from_numpy(y.numpy()))
    steps = []
    history = common.fit(
        ours,
        optim.SGD(ours.parameters(), lr=0.5),
        DataLoader(data, batch_size=4),
        DataLoader(data, batch_size=10),
        3,
        each_step=lambda: steps.append(1),
    )
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.5)
    for epoch in history:
        total = right = 0.0
        for xs, ys in zip(x.split(4), y.split(4), strict=True):
            loss = torch.nn.functional.cross_entropy(theirs(xs), ys)
            total += loss.item() * len(ys)
            right += (theirs(xs).argmax(1) == ys).sum().item()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        outputs = theirs(x)
        assert epoch.train == pytest.approx((total / 10, right / 10), rel=1e-5)
        tested = torch.nn.functional.cross_entropy(outputs, y).item()
        assert epoch.test.loss == pytest.approx(tested, rel=1e-5)
        assert epoch.test.accuracy == (outputs.argmax(1) == y).sum().item() / 10
    assert len(steps) == 9
    assert capsys.readouterr().out.count("test loss") == 3


def test_evaluate_leaves_the_mode_and_the_statistics_alone() -> None:
    model = nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 2))
    batch = (autograd.ones(4, 2), autograd.zeros(4, dtype=autograd.int64))
    common.evaluate(model, [batch], F.cross_entropy)
    assert model.training
    assert model[0].num_batches_tracked.item() == 0
    common.evaluate(model.eval(), [batch])
    assert not model.training


def test_no_samples_have_no_score() -> None:
    loss, accuracy = common.evaluate(nn.Identity(), [])
    assert loss != loss
    assert accuracy != accuracy


DEMOS = Path(common.__file__).parent
PROGRAMS = sorted(
    path.stem for path in DEMOS.glob("*.py") if "\ndef main(" in path.read_text("utf-8")
)


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_demo_helps(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        importlib.import_module(f"demos.{name}").main(["--help"])
    assert stop.value.code == 0
    assert f"python -m demos.{name}" in capsys.readouterr().out


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_demo_is_listed(name: str) -> None:
    assert f"`python -m demos.{name}" in (DEMOS / "README.md").read_text("utf-8")


def test_help_tells_defaults_that_tell_something(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        common.parser("some", "Text.", epochs=7, subset=None).parse_args(["--help"])
    told = capsys.readouterr().out
    assert "(default: 7)" in told
    assert "(default: 0)" in told
    assert "None" not in told


@pytest.mark.parametrize(
    "wrong", ["--epochs=0", "--epochs=two", "--lr=-1", "--lr=nan", "--lr=x", "--other=1"]
)
def test_wrong_options_are_refused(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        common.parser("some", "Text.", epochs=1, lr=0.1).parse_args([wrong])
    assert "error: " in capsys.readouterr().err


def test_where_nothing_can_be_written_is_seen_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = common.parser("some", "Text.")
    assert parser.parse_args([]).out == Path()
    assert parser.parse_args(["--out", str(tmp_path / "a" / "b")]).out.is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit):
        parser.parse_args(["--out", str(tmp_path / "file")])
    assert "file' cannot be made a folder: File exists" in capsys.readouterr().err
    monkeypatch.setattr(common.os, "access", lambda *_: False)
    with pytest.raises(SystemExit):
        parser.parse_args(["--out", str(tmp_path)])
    assert "nothing can be written into" in capsys.readouterr().err


def test_what_a_panel_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few points are marked, the end of a shorter curve gets a dot, epochs are whole numbers."""
    figure = pytest.importorskip("matplotlib.figure")
    drawn = []
    monkeypatch.setattr(figure.Figure, "savefig", lambda self, *_, **__: drawn.append(self))
    long, short = [1.0] * 30, [2.0] * 4 + [float("nan")]
    x = autograd.linspace(0, 1, 30)
    plots.plot(
        tmp_path / "x.png",
        plots.Panel("many", {"long": long, "short": short}),
        plots.Panel("few", {"a": [1.0, 2.0], "b": [1.0]}),
        plots.Panel("x", {"curve": (x, x), "points": (x[::5], x[::5])}, points={"points"}),
    )
    [[many, few, last]] = [each.axes for each in drawn]

    def lines(axes: Any) -> list[tuple[int, str, str]]:
        return [(len(i.get_xdata()), i.get_marker(), i.get_linestyle()) for i in axes.lines]

    assert lines(many) == [(30, "None", "-"), (5, "None", "-"), (1, "o", "None")]
    assert (many.lines[2].get_xdata(), many.lines[2].get_ydata()) == ([4], [2.0])
    assert many.lines[1].get_color() == many.lines[2].get_color()
    assert lines(few) == [(2, "o", "-"), (1, "o", "-"), (1, "o", "None")]
    assert set(few.get_xticks()) & {1.25, 1.5} == set()
    assert lines(last) == [(30, "None", "-"), (6, ".", "None")]


def test_plots_are_png_files(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    score = common.Score(0.5, 0.9)
    path = tmp_path / "made" / "curves.png"
    assert plots.plot_history(path, [common.Epoch(1, score, score, 1.0)], "LeNet")
    assert path.read_bytes().startswith(b"\x89PNG")


def test_without_the_extra_it_is_said_and_all_else_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert not plots.plot(tmp_path / "curves.png", plots.Panel("loss", {"train": [1.0]}))
    assert "takes matplotlib" in capsys.readouterr().out
    assert list(common.progress([1, 2], "two")) == [1, 2]


def test_a_missing_folder_is_a_message(capsys: pytest.CaptureFixture[str]) -> None:
    def main() -> int:
        raise FileNotFoundError("MNIST is not in 'nowhere'")

    with pytest.raises(SystemExit) as stop:
        common.run(main)
    assert stop.value.code == 1
    assert capsys.readouterr().err == "MNIST is not in 'nowhere'\n"
