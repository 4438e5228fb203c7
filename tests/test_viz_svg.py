"""The SVG: frames, closed groups, what is strange, and by whom it can be read."""

from __future__ import annotations

import random
from xml.etree import ElementTree

import numpy as np
import pytest

import autograd
import nn
import viz
from autograd import float64, tensor
from viz.layout import nesting
from viz.svg import picture as svg
from viz.svg.style import STYLE

Element = ElementTree.Element


def drawn(graph: viz.Graph) -> tuple[Element, dict[str, Element]]:
    """The picture, and its elements by id."""
    root = ElementTree.fromstring(graph.to_svg("builtin"))
    return root, {each.get("id", ""): each for each in root.iter() if each.get("id")}


def words(element: Element) -> list[str]:
    return ["".join(each.itertext()) for each in element.iter() if each.tag.endswith("}text")]


def classes(element: Element) -> list[str]:
    return [each.get("class", "") for each in element.iter() if each.get("class")]


def block() -> viz.Graph:
    return viz.Graph(
        (
            viz.Vertex("v1", "leaf", "x", "leaf", (4, 3), "float32", None, None),
            viz.Vertex(
                *("g1", "group", "blocks", "Block x 12", (4, 10), "float32"),
                viz.Values.of(np.arange(40.0).reshape(4, 10)),
                viz.Values.of(np.ones((4, 10))),
                summary=viz.Group(
                    *("g1", "Net.blocks", "blocks", "Block"),
                    repeats=12,
                    parameters=30840,
                    shape=(4, 10),
                    norm=0.25,
                ),
            ),
        ),
        (viz.Edge("e1", "v1", "g1", 0, "0", None, None, None),),
    )


def test_modules_are_frames_around_what_they_computed() -> None:
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
    graph = viz.trace(model(autograd.randn(1, 2)).sum())
    root, found = drawn(graph)
    assert {group.id for group in graph.groups} <= set(found)
    titles = [
        "".join(each.itertext()) for each in root.iter() if each.get("class", "")[:7] == "heading"
    ]
    dot = "\N{MIDDLE DOT}"
    assert titles == ["Sequential", f"0 {dot} Linear", f"1 {dot} Tanh"]
    hint = found[graph.groups[1].id].find("{*}title")
    assert hint is not None
    assert (hint.text or "").startswith("Sequential.0, 9 parameters, their gradient has norm ")

    def sides(element: Element) -> list[float]:
        (box,) = (each for each in element if {"frame", "box"} & {*each.get("class", "").split()})
        x, y, width, height = (float(box.get(each, "")) for each in ("x", "y", "width", "height"))
        return [x, y, x + width, y + height]

    parents = {group.id: group.parent for group in graph.groups}
    inside = {vertex.id: vertex.group for vertex in graph.vertices if not vertex.output}
    for id, parent in (parents | inside).items():
        if parent is not None:
            inner, outer = sides(found[id]), sides(found[parent])
            assert inner[0] > outer[0]
            assert inner[1] > outer[1]
            assert inner[2] < outer[2]
            assert inner[3] < outer[3]


def test_a_derivatives_operations_stand_in_frames_by_order() -> None:
    x = tensor(2.0, requires_grad=True)
    (first,) = autograd.grad(x.sin() * x, x, create_graph=True)
    (second,) = autograd.grad(first, x, create_graph=True)
    graph = viz.trace(second, names={"x": x})
    frames = [
        each.get("class", "").split()
        for each in drawn(graph)[0].iter()
        if "frame" in each.get("class", "").split()
    ]
    assert frames == [["frame", "derivative", f"order{group.order}"] for group in graph.groups]
    assert {group.order for group in graph.groups} == {1, 2}


def test_a_closed_group_is_a_pile_that_says_what_is_in_it() -> None:
    _, found = drawn(block())
    group = found["g1"]
    assert [each.get("class") for each in group if each.tag.endswith("rect")] == ["box"] * 3
    assert words(group)[:2] == ["blocks", "Block x 12"]
    rows = words(group)[2:]
    assert rows[:2] == ["shape", "(4, 10) float32"]
    assert rows[-4:] == ["parameters", "30,840", "gradient norm", "0.25"]


def test_what_is_strange_is_marked_and_what_is_not_known_is_not_zero() -> None:
    x = tensor([float("nan"), 1.0], dtype=float64, requires_grad=True)
    y = tensor(2.0, dtype=float64, requires_grad=True)
    graph = viz.trace(x.sum() + y * 0.0, names={"x": x, "y": y})
    _, found = drawn(graph)
    assert "alarm" in classes(found[graph["x"].id])
    assert "alarm" not in classes(found[graph["y"].id])
    assert words(found[graph["y"].id])[-1] == "0"
    assert words(drawn(block())[1]["v1"])[-1] == "-"
    assert "unknown" in classes(drawn(block())[1]["v1"])


@pytest.mark.parametrize("view", ["forward", "backward"])
def test_views_without_gradients_have_no_row_for_them(view: viz.parts.View) -> None:
    x = tensor(3.0, requires_grad=True)
    root, _ = drawn(viz.trace(x * x, names={"x": x}, view=view))
    assert "gradient" not in words(root)
    assert not any("Gradients flow up" in line for line in words(root))


def test_it_asks_for_nothing_and_every_part_has_a_title() -> None:
    source = viz.trace(tensor(3.0, requires_grad=True) * 2).to_svg("builtin")
    for word in ("http:", "https:", "@import", "@font-face", "<script", "href"):
        assert word not in source.replace("http://www.w3.org/2000/svg", "")
    assert source.count("url(") == source.count("url(#computation-arrow)")
    root = ElementTree.fromstring(source)
    assert root.get("role") == "graphics-document document"
    for each in (root, *(part for part in root.iter() if part.get("id", "")[:1] in ("v", "e"))):
        title = each.find("{*}title")
        assert title is not None
        assert title.text


def test_the_style_holds_in_the_picture_only() -> None:
    rules = [line for line in STYLE.splitlines() if line and line[0] not in "@}"]
    for rule in rules:
        selectors = rule.partition(" {")[0]
        assert all(each.startswith(".computation ") for each in selectors.split(", "))


def test_too_many_to_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(svg, "LARGEST", 2)
    with pytest.raises(viz.RenderError, match="3 vertices is too large"):
        svg.to_svg(viz.trace(tensor(3.0, requires_grad=True) * 2 + 1))


def test_frames_that_are_left_out_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
    graph = viz.trace(model(autograd.ones(1, 2)).sum())
    assert not any("left out" in line for line in words(drawn(graph)[0]))
    monkeypatch.setattr(nesting, "REACHED", 0)
    assert words(drawn(graph)[0])[-1].endswith("would take too long: 1.")


def test_a_thousand_vertices_are_drawn() -> None:
    chance = random.Random(0)
    values = [tensor(1.0, requires_grad=True)]
    for _ in range(600):
        values.append(values[-1] + chance.choice(values[-9:]) * 0.5)
    graph = viz.trace(values[-1])
    assert len(graph) > 1000
    source = svg.to_svg(graph)
    assert source.count('<g id="v') == len(graph)
