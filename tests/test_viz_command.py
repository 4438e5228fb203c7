"""``python -m viz``: a file or a formula in, a picture out."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

import viz
from autograd import float64, tensor
from viz.__main__ import main

FORMULA = "sqrt(((x1-m)**2 + (x2-m)**2)/2) where m = (x1+x2)/2"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    x = tensor(3.0, dtype=float64, requires_grad=True)
    path = tmp_path / "a graph.json"
    viz.trace(x * x / 2, names={"x": x}).save(path)
    return path


def graph_of(path: Path) -> viz.Graph:
    return viz.Graph.from_json(path.read_text("utf-8"))


@pytest.mark.parametrize(
    ("format", "suffix"),
    [("svg", "svg"), ("html", "html"), ("mermaid", "mmd"), ("text", "txt"), ("dot", "dot")],
)
def test_a_file_in_each_format(format: str, suffix: str, file: Path) -> None:
    by_format, by_suffix = file.with_name("one"), file.with_suffix(f".{suffix}")
    assert main([str(file), "--format", format, "-o", str(by_format)]) == 0
    assert main([str(file), "-o", str(by_suffix)]) == 0
    assert by_format.read_bytes() == by_suffix.read_bytes()
    assert by_format.read_text("utf-8").strip() == str(viz.render(graph_of(file), suffix)).strip()


def test_without_a_name_it_prints(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(file)]) == 0
    assert capsys.readouterr().out == graph_of(file).to_text() + "\n"
    assert main([str(file), "--format", "svg", "--engine", "builtin"]) == 0
    assert capsys.readouterr().out == graph_of(file).to_svg("builtin")


def test_a_formula(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "std.html"
    assert main([FORMULA, "--at", "x1=-1", "x2=3", "-o", str(out)]) == 0
    assert "<html" in out.read_text("utf-8")
    assert main([FORMULA, "--at", "x1=-1", "x2=3"]) == 0
    assert "(above)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{file}", "-o", "x.jpeg"], "no format 'jpeg'"),
        (["{file}", "-o", "x"], "no suffix that names a format"),
        (["{file}", "-o", "nowhere/x.svg"], "nowhere"),
        (["{file}", "--at", "x=1"], "is a file"),
        (["missing.json"], "missing.json"),
        (["broken.json"], ""),
        (["deep.json"], ""),
        (["{file}", "--format", "png", "--engine", "builtin"], "svg only"),
        (["__import__('os').system('echo no')"], ""),
        (["x +"], ""),
    ],
)
def test_errors_are_one_line(
    arguments: list[str],
    words: str,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(file.parent)
    Path("broken.json").write_text("{", "utf-8")
    Path("deep.json").write_text("[" * 100_000, "utf-8")
    assert main([each.format(file=file.name) for each in arguments]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("viz: ")
    assert words in output.err
    assert "Traceback" not in output.err
    assert {each.name for each in file.parent.iterdir()} == {file.name, "broken.json", "deep.json"}


def test_a_picture_is_not_written_to_a_terminal(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("viz.__main__.render", lambda *_: b"\x89PNG")
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert main([str(file), "--format", "png"]) == 1
    assert "name a file: -o OUT" in capsys.readouterr().err


def test_the_program(file: Path) -> None:
    """As a program, into a pipe, from a folder with a name that needs quoting."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "viz", str(file), "--format", "mermaid"],
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    assert done.stdout.decode() == graph_of(file).to_mermaid()
