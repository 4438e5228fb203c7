"""The tree and the table for terminals."""

from __future__ import annotations

import io
import os
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import nn
import viz
from autograd import Tensor, float64, ones, tensor
from viz.text.tree import tree
from viz.words import columns


def leaf(data: Any) -> Tensor:
    return tensor(data, dtype=float64, requires_grad=True)


def simple() -> viz.Graph:
    x = leaf(3.0)
    y = x * x
    return viz.trace(y / 2, names={"x": x, "square": y})


def std() -> viz.Graph:
    x1, x2 = leaf(-1.0), leaf(3.0)
    mean = (x1 + x2) / 2
    return viz.trace((((x1 - mean) ** 2 + (x2 - mean) ** 2) / 2).sqrt(), names=locals())


def long_chain() -> viz.Graph:
    y = leaf(1.0)
    for _ in range(3000):
        y = y * 1.0
    return viz.trace(y)


def test_tree() -> None:
    assert simple().to_text().splitlines() == [
        "node             value  gradient  upstream x local = contribution",
        "div 2              4.5         1",
        "└─ square = mul      9       0.5  1 x 0.5 = +0.5",
        "   ├─ x (leaf)       3         3  0.5 x 3 = +1.5",
        "   └─ x (above)                   0.5 x 3 = +1.5",
    ]
    assert str(simple()) == simple().to_text()
    assert repr(simple()) == "Graph(3 vertices, 3 edges)"


def test_ascii() -> None:
    text = std().to_text(ascii=True)
    assert text.isascii()
    swapped = text.replace("|- ", "├─ ").replace("`- ", "└─ ").replace("|  ", "│  ")
    assert swapped == std().to_text()
    x = leaf(1.0)
    assert r"\u6807 (leaf)" in viz.trace(x * 2, names={"标": x}).to_text(ascii=True)


def test_shared_vertices_are_shown_once() -> None:
    text = std().to_text()
    assert text.count("mean = div 2") == 1
    assert text.count("mean (above)") == 1
    assert text.count("x1 (leaf)") == 1
    assert len(text.splitlines()) == 1 + 1 + len(std().edges)


def test_every_edge_has_its_contribution() -> None:
    lines = std().to_text().splitlines()
    (line,) = [line for line in lines if "mean (above)" in line]
    assert line.endswith("  0.5 x -1 = -0.5")
    (line,) = [line for line in lines if "mean = div" in line]
    assert line.endswith("  -0.5 x -1 = +0.5")


def test_several_outputs_and_results() -> None:
    v = leaf([1.0, 2.0])
    a, b = v.unbind()
    text = viz.trace(a * 2, b * 3, a, names={"v": v}).to_text()
    tops = [line.split("  ")[0] for line in text.splitlines()[1:] if line[0] not in " └├│"]
    assert tops == ["unbind[0]", "mul#1 = mul 2", "mul#2 = mul 3"]
    assert "2 results" in text


def test_where_backward_started_with_something_else() -> None:
    for style in ("tree", "table"):
        text = viz.trace(leaf(3.0) * 2, gradient=5.0).to_text(style)  # type: ignore[arg-type]
        assert "backward starts here with 5" in text


@pytest.mark.parametrize("width", [30, 40, 60, 80, 100])
def test_it_stays_within_the_width(width: int) -> None:
    x, w = leaf(np.linspace(-1, 1, 6).reshape(2, 3)), leaf(np.linspace(0.1, 1.2, 12).reshape(3, 4))
    graph = viz.trace(((x @ w).tanh() ** 2).mean(), names={"x": x, "w": w})
    for text in (graph.to_text(width=width), std().to_text(width=width)):
        assert max(map(columns, text.splitlines())) <= width
    words = "".join(graph.to_text(width=width).split()).replace("│", "")
    for value in ("norm2.54951", "[[-1,-0.6,-0.2],[0.2,0.6,1]]"):
        assert value in "".join(graph.to_text(width=None).split())
        assert "norm2.54951" in words or "|2.55|" in words or width == 30
    assert len(graph.to_text(width=None).splitlines()) == 1 + 1 + len(graph.edges)


def test_arrays_are_written_by_their_norms_where_that_is_what_fits() -> None:
    x = leaf(np.linspace(-1, 1, 6).reshape(2, 3))
    graph = viz.trace((x * x).sum(), names={"x": x})
    full = graph.to_text(width=None).splitlines()
    assert full[2].endswith("1 x [[1, 1, 1], [1, 1, 1]] = [[+1, +1, +1], [+1, +1, +1]]")
    lines = graph.to_text(width=70).splitlines()
    assert " ".join(lines[3].split()) == "└─ mul (2, 3) |1.504| |2.449| 1 -> |2.449|"
    assert "note: |5| is an array of norm 5;" in " ".join(lines[-2:])
    y = leaf([3.0, -4.0, np.nan, np.inf])
    assert "|5|, 1 nan, 1 inf" in viz.trace(y.sum()).to_text(width=70)


def test_modules_where_there_is_little_room() -> None:
    model = nn.Sequential(nn.Linear(12, 8), nn.Tanh())
    text = viz.trace(model(ones(4, 12)).sum(), names={}).to_text(width=84)
    assert " .0 " in text
    assert " .1 " in text
    assert "what begins with a dot is in Sequential" in " ".join(text.split())
    assert max(map(columns, text.splitlines())) <= 84


def test_names_of_any_width_are_aligned() -> None:
    x = leaf(3.0)
    lines = viz.trace(x * 2, names={"标准差": x}).to_text().splitlines()
    ends = [columns(line[: line.index("  1 x 2")]) for line in lines if "1 x 2" in line]
    heads = [columns(line[: line.index("  upstream")]) for line in lines if "upstream" in line]
    assert ends == heads


def test_a_long_chain_neither_recurses_nor_moves_to_the_right() -> None:
    lines = tree(long_chain()).splitlines()
    assert len(lines) == 3002
    assert max(map(len, lines)) < 80


def test_a_large_graph_is_made_small() -> None:
    for text in (str(long_chain()), long_chain().to_text(), long_chain().to_text("table")):
        assert len(text.partition("\nnote:")[0].splitlines()) == 401
        assert "400 of 3,001 vertices are shown" in text


def test_what_is_too_far_to_the_right_starts_anew() -> None:
    y = x = leaf(0.5)
    for _ in range(40):
        y = y.tanh() + x
    graph = viz.trace(y, names={"x": x})
    text = graph.to_text()
    assert max(map(columns, text.splitlines())) <= 100
    below = [line.split(" (below)")[0].split()[-1] for line in text.splitlines() if "below" in line]
    assert below
    for name in below:
        assert f"\n{name} " in text
    shown = sum(f"tanh#{i} " in text for i in range(1, 41))
    assert shown == 40


def test_groups() -> None:
    graph = simple()
    groups = (viz.Group("g1", "Net", "Net", "Net"), viz.Group("g2", "Net.fc", "fc", "Linear", "g1"))
    x, square, div = graph.vertices
    inside = replace(
        graph,
        vertices=(replace(x, group="g2"), replace(square, group="g2"), replace(div, group="g1")),
        groups=groups,
    )
    lines = [line.split() for line in inside.to_text().splitlines()]
    assert lines[0][:2] == ["node", "in"]
    assert [("Net" in line, "Net.fc" in line) for line in lines[1:]] == [
        (True, False),
        (False, True),
        (False, False),  # where the line above is in the same group, it is not said again
        (False, False),
    ]


def test_a_closed_group_says_what_is_in_it() -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.Tanh())
    graph = viz.trace(model(ones(4, 3)).sum()).collapsed(depth=0)
    for text in (graph.to_text(width=None), graph.to_text("table")):
        (line,) = [line for line in text.splitlines() if "8 parameters" in line]
        assert "their gradient has norm " in line
        assert line.endswith(", output (4, 2)")


def test_nothing_is_said_of_flows_where_there_are_none() -> None:
    x = leaf([1.0, 2.0])
    lines = viz.trace(x * x, names={"x": x}).to_text().splitlines()
    assert [line.split()[-1] for line in lines[1:4]] == ["-", "-", "(above)"]
    assert [line.count(" - ") for line in lines[1:4]] == [0, 0, 0]


def test_table() -> None:
    assert simple().to_text("table").splitlines() == [
        "node    operation  value  gradient  upstream x local = contribution",
        "x       leaf           3         3",
        "square  mul            9       0.5  x: 0.5 x 3 = +1.5",
        "                                    x: 0.5 x 3 = +1.5",
        "div     div 2        4.5         1  square: 1 x 0.5 = +0.5",
    ]


def test_an_unknown_style() -> None:
    with pytest.raises(ValueError, match="there are tree, table"):
        simple().to_text("list")  # type: ignore[arg-type]


class Terminal(io.StringIO):
    """A screen of some encoding."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:
        return self._encoding

    def isatty(self) -> bool:
        return True


class TestTerminal:
    def test_one_that_knows_ascii_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdout", Terminal("ascii"))
        assert str(std()) == std().to_text(width=80, ascii=True)

    def test_a_narrow_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdout", Terminal("utf-8"))
        monkeypatch.setenv("COLUMNS", "50")
        assert str(std()) == std().to_text(width=50)

    def test_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdout", None)
        assert str(std()) == std().to_text()
        monkeypatch.setattr(sys, "stdout", open(os.devnull, "w", encoding="latin-1"))  # noqa: SIM115 - closed below
        assert str(std()) == std().to_text(ascii=True)
        sys.stdout.close()
