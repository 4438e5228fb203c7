"""The first demo: the standard deviation of two samples, its numbers and its files."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import viz
from demos import std_graph

ROOT = Path(__file__).parent.parent

VALUES = {
    "x1": (-1, -0.5),
    "x2": (3, 0.5),
    "sum": (2, 0),
    "mean": (1, 0),
    "deviation 1": (-2, -0.5),
    "deviation 2": (2, 0.5),
    "square 1": (4, 0.125),
    "square 2": (4, 0.125),
    "sum of squares": (8, 0.125),
    "variance": (4, 0.25),
    "std": (2, 1),
}
FLOWS = {  # (input, operation): upstream, local, contribution
    ("x1", "sum"): (0, 1, 0),
    ("x2", "sum"): (0, 1, 0),
    ("sum", "mean"): (0, 0.5, 0),
    ("x1", "deviation 1"): (-0.5, 1, -0.5),
    ("mean", "deviation 1"): (-0.5, -1, 0.5),
    ("x2", "deviation 2"): (0.5, 1, 0.5),
    ("mean", "deviation 2"): (0.5, -1, -0.5),
    ("deviation 1", "square 1"): (0.125, -4, -0.5),
    ("deviation 2", "square 2"): (0.125, 4, 0.5),
    ("square 1", "sum of squares"): (0.125, 1, 0.125),
    ("square 2", "sum of squares"): (0.125, 1, 0.125),
    ("sum of squares", "variance"): (0.25, 0.5, 0.125),
    ("variance", "std"): (1, 0.25, 0.25),
}


def number(values: viz.Values | None) -> Any:
    assert values is not None
    assert values.entries is not None
    (entry,) = values.entries
    return entry


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "demos.std_graph", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def test_every_value_and_gradient() -> None:
    _, graph = std_graph.report(-1.0, 3.0)
    found = {v.name: (number(v.value), number(v.gradient)) for v in graph.vertices}
    assert found == VALUES
    assert list(found)[:2] == ["x1", "x2"]
    assert {v.dtype for v in graph.vertices} == {"float64"}


def test_every_edge() -> None:
    _, graph = std_graph.report(-1.0, 3.0)
    names = {v.id: v.name for v in graph.vertices}
    found = {
        (names[edge.source], names[edge.target]): (
            number(edge.upstream),
            number(edge.local),
            number(edge.contribution),
        )
        for edge in graph.edges
    }
    assert len(graph.edges) == len(FLOWS)
    assert found == FLOWS


def test_the_pictures_numbers() -> None:
    """In the SVG's text, by the ids of vertices and edges."""
    _, graph = std_graph.report(-1.0, 3.0)
    found = {
        element.get("id"): [
            "".join(part.itertext()) for part in element if part.tag.endswith("}text")
        ]
        for element in ElementTree.fromstring(graph.to_svg("builtin")).iter()
    }
    names = {vertex.id: vertex.name for vertex in graph.vertices}
    for id, name in names.items():
        value, gradient = VALUES[name]
        title, _, *rows = found[id]
        assert [title, *rows] == [name, "value", f"{value:g}", "gradient", f"{gradient:g}"]
    for edge in graph.edges:
        upstream, local, contribution = FLOWS[names[edge.source], names[edge.target]]
        signed = f"{contribution:+g}" if contribution else "0"
        (text,) = found[edge.id]
        assert text == f"{upstream:g} \N{MULTIPLICATION SIGN} {local:g} = {signed}"


def test_the_mean_receives_both_and_their_total_is_zero() -> None:
    _, graph = std_graph.report(-1.0, 3.0)
    received = [number(edge.contribution) for edge in graph.uses("mean")]
    assert received == [0.5, -0.5]
    assert number(graph["mean"].gradient) == 0


def test_unbiased() -> None:
    _, graph = std_graph.report(-1.0, 3.0, unbiased=True)
    assert number(graph["std"].value) == pytest.approx(2.8284, abs=1e-4)
    assert number(graph["x1"].gradient) == pytest.approx(-0.70711, abs=1e-5)
    assert number(graph["x2"].gradient) == pytest.approx(0.70711, abs=1e-5)
    assert std_graph.finite_differences(-1.0, 3.0, unbiased=True) == (-0.707107, 0.707107)


def test_equal_samples() -> None:
    text, graph = std_graph.report(2.0, 2.0)
    assert "does not\nexist there" in text
    assert math.isnan(number(graph["x1"].gradient))
    assert number(graph["variance"].gradient) == math.inf
    svg = ElementTree.fromstring(graph.to_svg("builtin"))
    (box,) = [element for element in svg.iter() if element.get("id") == graph["x1"].id]
    assert "nan" in [part.text for part in box]


@pytest.mark.parametrize(
    ("x1", "x2", "words"),
    [
        (1e-200, 2e-200, "squares are 0"),
        (-1e200, 1e200, "too large for float64"),
        (1.0, 1 + 2**-52, "too coarse"),
        (1e6, 1e6 + 1, "measured 0.5"),
        (0.0, 0.0, "measured 0"),
    ],
)
def test_samples_at_the_edge(x1: float, x2: float, words: str) -> None:
    assert words in std_graph.report(x1, x2)[0]


@pytest.mark.parametrize(("x1", "x2"), [(-1.0, 3.0), (3.0, -1.0), (1e-9, 2e-9), (-7e12, 1.0)])
def test_finite_differences_agree(x1: float, x2: float) -> None:
    _, graph = std_graph.report(x1, x2)
    for name, slope in zip(("x1", "x2"), std_graph.finite_differences(x1, x2), strict=True):
        assert number(graph[name].gradient) == pytest.approx(slope, abs=1e-6)


def test_against_torch() -> None:
    torch = pytest.importorskip("torch", reason="torch is the oracle; install the 'test' extra")
    for unbiased in (False, True):
        x = torch.tensor([-1.0, 3.0], dtype=torch.float64, requires_grad=True)
        x.std(unbiased=unbiased).backward()
        _, graph = std_graph.report(-1.0, 3.0, unbiased)
        ours = [number(graph[name].gradient) for name in ("x1", "x2")]
        assert ours == pytest.approx(x.grad.tolist(), abs=1e-12)


class TestProgram:
    def test_prints_and_writes(self, tmp_path: Path) -> None:
        done = run("--out", str(tmp_path / "new" / "folder"), PATH="")
        assert done.returncode == 0
        assert done.stderr == ""
        for line in (
            r"\W+mean = div 2 +1 +0 +-0.5 x -1 = \+0.5",
            r"\W+sum = add +2 +0 +0 x 0.5 = 0",
            r"\W+mean \(above\) +0.5 x -1 = -0.5",
        ):
            assert re.search(f"^{line}$", done.stdout, re.MULTILINE)
        assert re.search(r"d std / d x1 = -0.5 +measured -0.5", done.stdout)
        assert re.search(r"d std / d x2 = 0.5 +measured 0.5", done.stdout)
        folder = tmp_path / "new" / "folder"
        assert sorted(os.listdir(folder)) == ["std_graph.dot", "std_graph.svg"]
        for name in os.listdir(folder):
            assert str(folder / name) in done.stdout
        root = ElementTree.parse(folder / "std_graph.svg").getroot()
        words = " ".join("".join(root.itertext()).split())
        assert all(name in words for name in VALUES)

    def test_options(self, tmp_path: Path) -> None:
        out = ["--out", str(tmp_path)]
        done = run("--x1", "-1e-3", "--x2=5", "--unbiased", "--format", "svg", *out)
        assert done.returncode == 0
        assert "x1 = -0.001 and x2 = 5 (unbiased" in done.stdout

    def test_png_without_graphviz(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("PATH", "")
        monkeypatch.setitem(sys.modules, "pygraphviz", None)
        assert std_graph.main(["--format", "png", "--out", str(tmp_path)]) == 1
        assert "apt install graphviz" in capsys.readouterr().err
        assert sorted(os.listdir(tmp_path)) == ["std_graph.dot", "std_graph.svg"]

    def test_a_folder_that_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        done = run("--out", str(tmp_path / "file"))
        assert done.returncode == 1
        assert "could not be written" in done.stderr
        assert "Traceback" not in done.stderr

    @pytest.mark.parametrize("word", ["nan", "inf", "three"])
    def test_samples_that_are_no_numbers(self, word: str) -> None:
        done = run("--x1", word)
        assert done.returncode == 2
        assert f"argument --x1: '{word}' is not" in done.stderr

    def test_help(self) -> None:
        done = run("--help")
        assert done.returncode == 0
        for option in ("--x1", "--x2", "--unbiased", "--out", "--format"):
            assert option in done.stdout


def test_the_readmes_picture_is_the_one_that_is_drawn() -> None:
    """After a change of the pictures: report(-1.0, 3.0)[1].save(..., engine="builtin")."""
    _, graph = std_graph.report(-1.0, 3.0)
    picture = ROOT / "docs" / "std_graph.svg"
    assert picture.read_text(encoding="utf-8") == graph.to_svg("builtin")
