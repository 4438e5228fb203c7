"""Pictures and tables: SVG, DOT, text, files, and what happens without Graphviz."""

from __future__ import annotations

import importlib.util
import math
import os
import re
import shutil
import stat
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

import viz
from autograd import Tensor, float64, tensor
from viz.card import card, tag
from viz.registry import RENDERERS
from viz.svg.metrics import text_width
from viz.svg.picture import to_svg
from viz.words import brief, number, terse

HAS_DOT = shutil.which("dot") is not None and importlib.util.find_spec("graphviz") is not None
needs_dot = pytest.mark.skipif(not HAS_DOT, reason="needs the dot program and the graphviz package")
ENGINES = ["builtin", pytest.param("dot", marks=needs_dot)]


def leaf(data: Any) -> Tensor:
    return tensor(data, dtype=float64, requires_grad=True)


def simple() -> viz.Graph:
    x = leaf(3.0)
    y = x * x
    return viz.trace(y / 2, names={"x": x, "square": y})


def texts(svg: str) -> dict[str, list[str]]:
    """The text nodes inside every element with an id, without titles."""
    found: dict[str, list[str]] = {}
    for element in ElementTree.fromstring(svg).iter():
        identity = element.get("id")
        if identity and re.fullmatch(r"[ve]\d+", identity):
            found[identity] = [
                " ".join("".join(part.itertext()).replace("\u200b", "").split())
                for part in element.iter()
                if part.tag.endswith("}text")
            ]
    return found


@pytest.mark.parametrize("engine", ENGINES)
def test_svg_holds_the_numbers(engine: str) -> None:
    graph = simple()
    found = texts(graph.to_svg(engine))
    assert set(found) == {"v1", "v2", "v3", "e1", "e2", "e3"}
    assert {"x", "leaf", "value", "3", "gradient"} <= set(found["v1"])
    assert {"square", "mul", "9", "0.5"} <= set(found["v2"])
    assert {"div", "div 2 (output)", "4.5", "1"} <= set(found["v3"])
    times = "\N{MULTIPLICATION SIGN}"
    for edge, words in (("e1", f"0.5 {times} 3 = +1.5"), ("e3", f"1 {times} 0.5 = +0.5")):
        assert " ".join(" ".join(found[edge]).split()) == words
    assert found["e1"] == found["e2"]


@pytest.mark.parametrize("engine", ENGINES)
def test_not_computed_zero_nan_and_inf_look_different(engine: str) -> None:
    x, y = leaf(0.0), leaf(2.0)
    graph = viz.trace(x.sqrt() * 0.0 + y * 0.0, names={"x": x, "y": y})
    svg = graph.to_svg(engine)
    found = texts(svg)
    assert found[graph["x"].id][-1] == "nan"
    assert found[graph["y"].id][-1] == "0"
    z = leaf([1.0, 2.0])
    graph = viz.trace(z.exp(), names={"z": z})
    assert texts(graph.to_svg(engine))[graph["z"].id][-1] == "-"
    classes = [
        {row.tone for row in card(vertex).rows if row.label == "gradient"}
        for vertex in (*viz.trace(x.sqrt()).vertices, *graph.vertices, *simple().vertices)
    ]
    assert set.union(*classes) == {"strange", "gradient", "unknown"}


def test_kinds_differ_in_shape_and_in_words() -> None:
    v = leaf([1.0, 2.0])
    graph = viz.trace(v.unbind()[0] * 2, names={"v": v})
    root = ElementTree.fromstring(graph.to_svg("builtin"))
    kinds = {
        element.get("class"): element for element in root.iter() if element.get("id", "")[:1] == "v"
    }
    assert set(kinds) == {"leaf", "operation", "result", "operation output"}
    shapes = {
        kind: [(rect.get("class"), rect.get("rx")) for rect in element if rect.tag.endswith("rect")]
        for kind, element in kinds.items()
    }
    assert shapes["leaf"] != shapes["operation"] != shapes["operation output"]
    assert "stroke-dasharray" in graph.to_svg("builtin")
    dot = graph.to_dot()
    assert 'style="filled,rounded"' in dot
    assert 'style="filled,dashed"' in dot
    assert "peripheries=2" in dot


def test_text_stays_in_its_box() -> None:
    """By the measure of the widest common fonts; boxes do not overlap by test_viz_layout."""
    names = ["W" * 30, "标准差" * 10, "i", "mean"]
    for name in names:
        x = leaf(np.linspace(-1e-7, 1e7, 6))
        root = ElementTree.fromstring(viz.trace(x.sum(), names={name: x}).to_svg("builtin"))
        for group in root.iter():
            boxes = [part for part in group if part.get("class") == "box"]
            for text in group if boxes else ():
                if not text.tag.endswith("}text"):
                    continue
                kind = text.get("class") or ""
                size = 14 if kind == "title" else 12
                bold = kind in ("title", "value", "gradient", "strange")
                width = text_width(text.text or "", size, bold=bold)
                x0 = (
                    float(text.get("x", ""))
                    - {"start": 0, "middle": width / 2, "end": width}[text.get("text-anchor", "")]
                )
                left = float(boxes[0].get("x", ""))
                assert left <= x0
                assert x0 + width <= left + float(boxes[0].get("width", ""))


def test_dot_source() -> None:
    dot = simple().to_dot()
    assert dot.startswith("digraph computation {\n")
    assert dot.count("v1 -> v2 [") == 2
    assert dot.count("v2 -> v3 [") == 1
    assert ">+1.5<" in dot


def test_products_on_edges_get_the_digits_that_fit() -> None:
    x, y = leaf(1 / 3), leaf(2 / 3)
    graph = viz.trace((x * y).tanh(), names={"x": x})
    label = tag(graph, graph.uses("x")[0])
    factors = [number(each, digits=4) for each in (1 - math.tanh(2 / 9) ** 2, 2 / 3)]
    assert label.product == f"{factors[0]} \N{MULTIPLICATION SIGN} {factors[1]} ="
    assert "x 0.666667 = +" in label.hint
    v = leaf([1 / 3] * 6)
    graph = viz.trace((v * v).sum(), names={"v": v})
    label = tag(graph, graph.uses("v")[0])
    assert (label.product, label.contribution) == ("", f"[{', '.join(['+0.333'] * 6)}]")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.5"),
        (-2.0, "-2"),
        (8**0.5, "2.82843"),
        (1e-7, "1e-07"),
        (-0.0, "0"),
        (7, "7"),
        (True, "True"),
        (10**12, "1e+12"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
    ],
)
def test_numbers(value: Any, text: str) -> None:
    assert number(value) == text


def test_signs_on_contributions() -> None:
    assert [number(x, signed=True) for x in (0.5, -0.5, 0.0, float("nan"), float("inf"))] == [
        "+0.5",
        "-0.5",
        "0",
        "nan",
        "+inf",
    ]


def test_arrays_in_words() -> None:
    def of(array: Any) -> viz.Values:
        return viz.Values.of(np.array(array))

    assert brief(of([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])) == "[[1, 2, 3], [4, 5, 6]]"
    assert brief(of([[[1.0]], [[2.0]]])) == "[[[1]], [[2]]]"
    assert brief(of(np.zeros((0, 3)))) == "[]"
    assert brief(of([np.nan] * 7)) == "7 nan"
    assert terse(of([3.0, 4.0, *[np.nan, np.inf] * 3])) == "norm 5, 3 nan, 3 inf"


class TestSaving:
    @pytest.mark.parametrize("suffix", ["svg", "SVG", "dot", "gv", "txt"])
    def test_by_suffix(self, suffix: str, tmp_path: Path) -> None:
        path = tmp_path / f"a name with spaces.{suffix}"
        simple().save(path)
        simple().save(str(path))
        expected = viz.render(simple(), suffix)
        assert path.read_text("utf-8").strip() == str(expected).strip()
        assert path.read_bytes().endswith(b"\n")
        assert os.listdir(tmp_path) == [path.name]

    def test_permissions_are_the_usual_ones(self, tmp_path: Path) -> None:
        (tmp_path / "usual").touch()
        simple().save(tmp_path / "x.svg")
        modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("usual", "x.svg")]
        assert modes[0] == modes[1]

    def test_an_old_file_survives_a_failure(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "x.svg"
        path.write_text("old")

        def fail(*args: Any) -> None:
            raise OSError("disk full")

        monkeypatch.setattr(os, "replace", fail)
        with pytest.raises(OSError, match="disk full"):
            simple().save(path)
        assert path.read_text() == "old"
        assert os.listdir(tmp_path) == ["x.svg"]

    def test_a_link_goes_on_leading_to_the_file(self, tmp_path: Path) -> None:
        (tmp_path / "link.svg").symlink_to(tmp_path / "there.svg")
        simple().save(tmp_path / "link.svg", engine="builtin")
        assert (tmp_path / "link.svg").is_symlink()
        assert (tmp_path / "there.svg").read_text().startswith("<svg")

    def test_errors(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match=r"\.svg"):
            simple().save(tmp_path / "picture")
        with pytest.raises(ValueError, match="there are svg, html, dot"):
            simple().save(tmp_path / "x.jpeg")
        with pytest.raises(ValueError, match="auto, dot, pygraphviz, builtin"):
            simple().to_svg("neato")
        with pytest.raises(FileNotFoundError, match=r"there is no folder .* make it first"):
            simple().save(tmp_path / "nowhere" / "x.svg")


class TestFormats:
    def test_a_new_one_is_a_function_of_the_graph(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(RENDERERS, "ids", lambda graph: " ".join(v.id for v in graph.vertices))
        simple().save(tmp_path / "x.ids")
        assert (tmp_path / "x.ids").read_text() == "v1 v2 v3\n"
        with pytest.raises(ValueError, match=r"there are .*, ids"):
            viz.render(simple(), "jpeg")


def test_a_graph_too_large_to_draw() -> None:
    y = leaf(1.0)
    for _ in range(6000):
        y = y * 1.0
    with pytest.raises(viz.RenderError, match="6001 vertices"):
        to_svg(viz.trace(y))
    assert "400 of 6,001 vertices are shown" in " ".join(viz.trace(y).to_svg("builtin").split())
