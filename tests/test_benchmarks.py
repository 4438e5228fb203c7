"""The benchmark: every load gives the same numbers in both libraries, and the runner runs.

No time is asserted; only what a figure would be worth nothing without.
"""

import ast
import json
from pathlib import Path

import pytest

from benchmarks import measure, report
from benchmarks.__main__ import main
from benchmarks.libraries import OURS, TORCH, Library
from benchmarks.loads import LOADS, PROGRAMS, Load
from benchmarks.measure import Figures, Point
from benchmarks.peers import PEERS
from benchmarks.processes import Worker
from benchmarks.worker import numbers
from tests.oracle import torch  # noqa: F401 - without it these are skipped


@pytest.mark.parametrize("load", LOADS, ids=lambda load: load.name)
def test_a_load_gives_the_same_numbers_in_both_libraries(load: Load) -> None:
    values = []
    for name in (OURS, TORCH):
        make = Library(name).program(load.program.__name__)
        assert make is not None
        step = make(**{**load.sizes, **load.little})
        values.append([numbers(step()) for _ in range(2)])
    assert measure.close(*values), values


def test_names_are_their_own() -> None:
    assert len({load.name for load in LOADS}) == len(LOADS)
    assert all(program.__name__ == name for name, program in PROGRAMS.items())


def test_the_command_writes_a_table_and_its_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "BLOCK", 0.001)
    out, page = tmp_path / "out.json", tmp_path / "RESULTS.md"
    page.write_text(f"before\n{report.begin(1)}\nold\n{report.END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(report, "RESULTS", page)
    only = "^std of two samples$"
    main(["--only", only, "--rounds", "3", "--threads", "1", "--json", str(out), "--results"])
    printed = capsys.readouterr().out
    assert "std of two samples" in printed
    assert "threads of each: 1" in printed
    assert "geometric mean of 1 ratios" in printed
    figures = json.loads(out.read_text(encoding="utf-8"))["loads"][0]
    assert figures["same"]
    assert figures["goal"] == 0.35
    assert figures["ours"] > 0
    assert figures["torch"] > 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "std of two samples" in text
    assert "old" not in text


def test_a_worker_that_fails_says_what_it_was_to_do() -> None:
    with Worker(OURS, 1) as worker, pytest.raises(RuntimeError, match="it was to load"):
        worker.ask("load", program="std", sizes={"wrong": 1})


def test_other_numbers_and_other_work_are_seen() -> None:
    assert not measure.close([[1.0]], [[1.01]])
    assert measure.close([[1.0], [-2.0]], [[1.00001], [-2.0]])
    figures = Figures("load", False, 0.5, 1.0, 2.0, 0.4, 0.4, 0.5, 3, True, 0, 0, 0, 0, False, 0.0)
    assert " ok " in report.line(figures)
    assert "THE NUMBERS DIFFER" in report.line(figures)


def test_growth_is_the_exponent_of_the_cost() -> None:
    points = [Point(10, 1.0, 1.0), Point(100, 2.0, 3.0), Point(1000, 20.0, 300.0)]
    assert measure.growth(points, "ours") == pytest.approx(1)
    assert measure.growth(points, "torch") == pytest.approx(2)


@pytest.mark.parametrize("module", PEERS.values())
def test_a_peer_does_programs_of_the_table_at_their_size(module: str) -> None:
    path = Path(__file__).parents[1] / (module.replace(".", "/") + ".py")
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            assert node.name in PROGRAMS
            assert len(node.args.defaults) == len(node.args.args)


def test_runs_on_several_numbers_of_threads_stand_side_by_side(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = tmp_path / "RESULTS.md"
    page.write_text(f"{report.begin(1)}\nold\n{report.END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(report, "RESULTS", page)
    report.write("two", 2, ["of two"])
    report.write("one", 1, ["of one"])
    report.write("two", 2, ["of two again"])
    text = page.read_text(encoding="utf-8")
    counts = {each: text.count(each) for each in ("of one", "of two", "again", "old", "after")}
    assert counts == {"of one": 1, "of two": 1, "again": 1, "old": 0, "after": 1}
