"""The README's programs run, and print what it says they print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
PROGRAMS = re.findall(
    r"^## ([^\n]+)\n(?:(?!## )[^\n]*\n)*?```python\n(.*?)^```",
    README.read_text(encoding="utf-8"),
    re.S | re.M,
)


def test_there_are_the_five_programs() -> None:
    titles = [title for title, _ in PROGRAMS]
    assert titles == [
        "Gradients",
        "Second derivatives, and further",
        "Operators",
        "A training loop",
        "A picture of a graph",
    ]


@pytest.mark.parametrize(("title", "program"), PROGRAMS, ids=[title for title, _ in PROGRAMS])
def test_program(title, program, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(program, title, "exec"), names)
    printed = capsys.readouterr().out
    for said in re.findall(r"# (tensor\(.*\)|[\d.]+ [\d. ]+|True)$", program, re.M):
        assert said in printed
    if "loss" in names and "optimizer" in names:
        assert names["loss"].item() < 0.01
    if "graph" in names:
        assert (tmp_path / "std.svg").read_text().startswith(("<svg", "<?xml"))
        assert (tmp_path / "std.html").read_text().startswith("<!doctype html>")
        assert "-0.5" in printed
        (told,) = re.findall(r"^```text\n(.*?)^```", README.read_text("utf-8"), re.S | re.M)
        assert told in printed


def test_nothing_was_left_to_fill_in() -> None:
    assert not re.search(r"TODO|[A-Z]{3,}_[A-Z]{3,}", README.read_text(encoding="utf-8"))
