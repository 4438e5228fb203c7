"""The SVG in a browser: what is measured there, with the fonts that there are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import autograd
import viz
from autograd import float64, tensor
from demos import lenet, resnet, std_graph
from tests.conftest import Window
from tests.test_viz_hostile import HOSTILE
from viz.words import clean

# All boxes, labels, titles and texts, with where they stand on the screen.
MEASURE = """() => {
    const sides = (element) => {
        const {left, top, right, bottom} = element.getBoundingClientRect();
        return [left, top, right, bottom];
    };
    const named = (elements) => elements.map((each) => [each.textContent, sides(each)]);
    const all = (root, what) => Array.from(root.querySelectorAll(what));
    return {
        boxes: all(document, 'g[id^="v"]').map((box) => ({
            id: box.id,
            outside: all(box, 'rect').map(sides),
            inside: sides(all(box, '.box').at(-1)),
            texts: named(all(box, 'text')),
        })),
        frames: all(document, '.frame').map(sides),
        labels: named(all(document, '.edge text')),
        headings: named(all(document, '.heading')),
        legend: named(all(document, '.legend')),
        picture: sides(document.documentElement),
    };
}"""

SLACK = 0.5
"""Pixels: coordinates are written to a tenth of one."""

Sides = list[float]


def std() -> viz.Graph:
    return std_graph.report(-1.0, 3.0)[1]


def small_lenet() -> viz.Graph:
    autograd.manual_seed(0)
    model = lenet.lenet()
    return viz.trace(model(autograd.randn(2, 1, 28, 28)).sum())


def residual_block() -> viz.Graph:
    autograd.manual_seed(0)
    x = autograd.randn(1, 4, 6, 6, requires_grad=True)
    block = resnet.Residual(4, 8, 2)
    return viz.trace(block(x).sum(), names={"x": x})


def strange() -> viz.Graph:
    x = tensor([float("nan"), float("-inf"), 0.0], dtype=float64, requires_grad=True)
    y = tensor(0.0, dtype=float64, requires_grad=True)
    names = {"W" * 60: x, "标准差" * 12: y}
    return viz.trace(x.sum() * y.sqrt(), names=names)


def apart(a: Sides, b: Sides) -> bool:
    return (
        a[2] <= b[0] + SLACK or b[2] <= a[0] + SLACK or a[3] <= b[1] + SLACK or b[3] <= a[1] + SLACK
    )


def within(a: Sides, b: Sides) -> bool:
    return (
        b[0] <= a[0] + SLACK
        and a[2] <= b[2] + SLACK
        and b[1] <= a[1] + SLACK
        and a[3] <= b[3] + SLACK
    )


def show(window: Window, graph: viz.Graph, folder: Path) -> Any:
    path = folder / "picture.svg"
    graph.save(path, engine="builtin")
    window.open(path)
    return window.page.evaluate(MEASURE)


@pytest.mark.parametrize("make", [std, small_lenet, residual_block, strange])
def test_all_stands_in_its_place(
    make: Callable[[], viz.Graph], window: Window, tmp_path: Path
) -> None:
    graph = make()
    seen = show(window, graph, tmp_path)
    assert {box["id"] for box in seen["boxes"]} == {vertex.id for vertex in graph.vertices}
    for box in seen["boxes"]:
        assert len(box["texts"]) >= 4
        for text, sides in box["texts"]:
            assert within(sides, box["inside"]), text
    rectangles = [each for box in seen["boxes"] for each in box["outside"]]
    owners = [box["id"] for box in seen["boxes"] for _ in box["outside"]]
    for i, a in enumerate(rectangles):
        assert within(a, seen["picture"])
        for j in range(i):
            assert owners[i] == owners[j] or apart(a, rectangles[j])
    flat = [*seen["labels"], *seen["headings"]]
    assert len(seen["labels"]) == len(graph.edges)
    for i, (text, sides) in enumerate(flat):
        assert all(apart(sides, box) for box in rectangles), text
        assert all(apart(sides, other) for _, other in flat[:i]), text
    for text, sides in seen["headings"]:
        assert any(within(sides, frame) for frame in seen["frames"]), text
    for text, sides in seen["legend"]:
        assert within(sides, seen["picture"]), text
    assert window.requests == window.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_day_and_night(scheme: str, window: Window, tmp_path: Path) -> None:
    window.page.emulate_media(color_scheme=scheme)
    show(window, std(), tmp_path)
    colours = [
        window.page.evaluate(f"getComputedStyle(document.querySelector('{what}')).fill")
        for what in (".ground", ".title", ".leaf .box")
    ]
    expected = {
        "light": ["rgb(255, 255, 255)", "rgb(31, 41, 51)", "rgb(230, 244, 234)"],
        "dark": ["rgb(18, 22, 28)", "rgb(231, 236, 242)", "rgb(22, 48, 31)"],
    }
    assert colours == expected[scheme]


def test_hostile_names_are_shown_and_do_nothing(window: Window, tmp_path: Path) -> None:
    leaves = [tensor(float(i), requires_grad=True) for i in range(len(HOSTILE))]
    graph = viz.trace(sum(leaves[1:], leaves[0]), names=dict(zip(HOSTILE, leaves, strict=True)))
    seen = show(window, graph, tmp_path)
    shown = {" ".join(text.split()) for box in seen["boxes"] for text, _ in box["texts"]}
    assert {" ".join(clean(name).split()) for name in HOSTILE} <= shown
    for box in seen["boxes"]:
        for text, sides in box["texts"]:
            assert within(sides, box["inside"]) or text == " ", text
    assert window.requests == window.errors == []
