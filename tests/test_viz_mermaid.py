"""Mermaid: what the chart says, and its limits. The reader is tests/mermaid.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

import viz
from autograd import float64, tensor
from tests.mermaid import parse
from tests.test_viz_graphviz import grouped
from viz import mermaid
from viz.words import LEGENDS


def test_a_chart() -> None:
    chart = parse(grouped().to_mermaid())
    assert chart.vertices["v1"] == ["x", "leaf", "value 3", "gradient 3"]
    assert chart.vertices["v2"] == ["square", "mul", "value 9", "gradient 0.5"]
    assert chart.vertices["v3"][-2:] == ["parameters 1,234", "gradient norm 0.5"]
    times = "\N{MULTIPLICATION SIGN}"
    assert chart.edges == [
        ("v1", "v2", f"0.5 {times} 3 = +1.5"),
        ("v1", "v2", f"0.5 {times} 3 = +1.5"),
        ("v2", "v3", f"1 {times} 0.5 = +0.5"),
    ]
    assert chart.frames == {"g1": "Net", "g2": 'fc \N{MIDDLE DOT} Lin"ear', "g3": "gradient 1"}
    assert chart.inside == {"v1": "g1", "g2": "g1", "v2": "g2", "v3": "g3"}
    assert chart.styles == {"v1": "leaf", "v2": "operation", "v3": "output"}


def test_every_style_that_is_used_is_defined() -> None:
    source = grouped().to_mermaid()
    for style in ("leaf", "operation", "output", "module", "derivative"):
        assert f"classDef {style} fill" in source
    assert "classDef result" not in source


def test_what_it_says_of_itself_is_of_its_view() -> None:
    x = tensor(2.0, requires_grad=True)
    for view, legend in LEGENDS.items():
        graph = replace(viz.trace(x * x * x), view=view)
        assert f"  accDescr: {legend}\n" in graph.to_mermaid()


def test_notes_are_shown() -> None:
    x = tensor([1.0, 2.0], dtype=float64, requires_grad=True)
    chart = parse(viz.trace(x * 2).to_mermaid())
    assert " ".join(chart.vertices["_1"]).startswith("No gradients from the output of shape (2,).")
    assert chart.edges == [("v1", "v2", "")]


def chain(length: int) -> viz.Graph:
    y = tensor(1.0, dtype=float64, requires_grad=True)
    for _ in range(length):
        y = y + y
    return viz.trace(y)


def test_its_limits() -> None:
    """Mermaid 11.17 draws 500 edges and refuses 501, and so with 50,000 characters."""
    assert (mermaid.EDGES, mermaid.CHARACTERS) == (500, 50_000)
    for length in (240, 251, 5000):
        source = chain(length).to_mermaid()
        chart = parse(source)
        assert len(chart.edges) <= 500
        assert len(source.encode("utf-16-le")) <= 100_000
        assert ("_1" in chart.vertices) == (length > 240)


def test_what_stays_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mermaid, "EDGES", 20)
    with pytest.raises(viz.RenderError, match=r"at most 20 edges .* where 25 vertices are left"):
        chain(300).to_mermaid()


def test_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = chain(5)
    size = len(graph.to_mermaid().encode("utf-16-le")) // 2
    monkeypatch.setattr(mermaid, "STEPS", (400,))
    monkeypatch.setattr(mermaid, "EDGES", 10)
    monkeypatch.setattr(mermaid, "CHARACTERS", size)
    assert len(parse(graph.to_mermaid()).edges) == 10
    monkeypatch.setattr(mermaid, "CHARACTERS", size - 1)
    with pytest.raises(viz.RenderError, match="characters"):
        graph.to_mermaid()
    monkeypatch.setattr(mermaid, "CHARACTERS", size)
    monkeypatch.setattr(mermaid, "EDGES", 9)
    with pytest.raises(viz.RenderError, match="10 edges"):
        graph.to_mermaid()
