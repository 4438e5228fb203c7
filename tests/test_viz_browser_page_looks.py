"""The page in a browser: it can be read at any size, light and dark, whatever the names are."""

from __future__ import annotations

import math

import numpy as np
import pytest

import viz
from autograd import float64, tensor
from tests.pages import (
    Show,
    net_graph,
    place,
    slide,
    std_graph,
)
from tests.test_viz_hostile import HOSTILE
from tests.test_viz_page import in_random_groups
from viz.card import card

MEASURE = """() => {
  const of = (each) => {
    const { left, top, right, bottom } = each.getBoundingClientRect();
    return [left, top, right, bottom];
  };
  const nodes = [...document.querySelectorAll(".node")];
  return {
    boxes: nodes.map((node) => of(node.querySelector(".box"))),
    tags: [...document.querySelectorAll(".tag text")].map(of),
    texts: nodes.map((node) => [...node.querySelectorAll("text:not(.big)")].map(of)),
    frames: [...document.querySelectorAll(".frame rect")].map(of),
  };
}"""
"""The rectangles of boxes, of labels, of the texts in each box, and of frames."""


def apart(a: list[float], b: list[float]) -> bool:
    return min(a[2], b[2]) - max(a[0], b[0]) < 1 or min(a[3], b[3]) - max(a[1], b[1]) < 1


def inside(outer: list[float], inner: list[float]) -> bool:
    low = all(a <= b + 0.5 for a, b in zip(outer[:2], inner[:2], strict=True))
    return low and all(b <= a + 0.5 for a, b in zip(outer[2:], inner[2:], strict=True))


@pytest.mark.parametrize("name", ["std", "net", "circles"])
def test_nothing_covers_anything(show: Show, name: str) -> None:
    graph = {"std": std_graph, "net": net_graph, "circles": lambda: in_random_groups(3)}[name]()
    page = show(graph)
    for _ in range(2):
        page.keyboard.press("0")
        while "far" in (page.locator("#picture").get_attribute("class") or ""):
            page.keyboard.press("+")
        found = page.evaluate(MEASURE)
        assert len(found["boxes"]) == len(graph.vertices)
        everything = found["boxes"] + found["tags"]
        for i, a in enumerate(everything):
            assert all(apart(a, b) for b in everything[:i])
            assert all(inside(frame, a) or apart(frame, a) for frame in found["frames"])
        for outer, texts in zip(found["boxes"], found["texts"], strict=True):
            assert all(inside(outer, text) for text in texts)
        page.keyboard.press("r")  # and the same when it runs the other way


def test_pan_and_zoom(show: Show) -> None:
    page = show(std_graph())
    before = place(page, "#v1 .box")
    page.locator("#stage").focus()
    page.keyboard.press("ArrowRight")
    assert place(page, "#v1 .box")["x"] == pytest.approx(before["x"] - 60)
    page.keyboard.press("0")
    assert place(page, "#v1 .box") == pytest.approx(before)
    page.keyboard.press("+")
    assert place(page, "#v1 .box")["width"] == pytest.approx(1.25 * before["width"])
    page.click("#out")
    page.click("#fit")
    page.mouse.move(640, 200)
    page.mouse.down()
    page.mouse.move(700, 230, steps=3)
    page.mouse.up()
    moved = place(page, "#v1 .box")
    assert (moved["x"], moved["y"]) == pytest.approx((before["x"] + 60, before["y"] + 30))
    page.mouse.wheel(0, -200)
    assert place(page, "#v1 .box")["width"] == pytest.approx(moved["width"] * math.exp(0.3))
    page.keyboard.press("r")
    top, bottom = place(page, "#v1 .box"), place(page, "#v11 .box")
    assert top["y"] + top["height"] < bottom["y"]


COLOURS = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (text) => {
    const behind = text.closest(".node, .tag")?.querySelector("rect.box, rect.ground");
    if (behind) return getComputedStyle(behind).fill;
    for (let at = text; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (rgb(colour)[3] !== 0) return colour;
    }
  };
  const kinds = "text:not(.big), tspan, p, h1, h2, dt, dd, button, label, small, output, #count";
  return [...document.querySelectorAll(kinds)]
    .filter((each) => each.textContent.trim())
    .filter((each) => each.checkVisibility({ visibilityProperty: true }))
    .map((each) => [
      each.textContent.slice(0, 40),
      rgb(getComputedStyle(each)[each instanceof SVGElement ? "fill" : "color"]).slice(0, 3),
      rgb(ground(each)).slice(0, 3),
    ]);
}"""
"""All texts that can be seen, with their colours and those of what they stand on."""

NAMELESS = """() => {
  const name = (each) =>
    each.getAttribute("aria-label") ?? each.labels?.[0]?.textContent ?? each.textContent;
  const kinds = "button, input, select, [role]:not([role=listbox], [role=status]), [tabindex='0']";
  return [...document.querySelectorAll(kinds)]
    .filter((each) => each.id !== "picture" && !name(each).trim())
    .map((each) => each.outerHTML.slice(0, 80));
}"""
"""What can be used and has no name for those who cannot see it."""

BROKEN = """() => [...document.querySelectorAll("[d], [transform]")]
  .filter((each) => /NaN|undefined/.test(each.outerHTML)).length"""
"""How many elements of the picture stand nowhere."""


def luminance(colour: list[float]) -> float:
    parts = np.asarray(colour) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_light_and_dark_can_both_be_read(show: Show) -> None:
    page = show(std_graph())
    background = "() => getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    page.click("#v4")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = page.evaluate(COLOURS)
        assert len(found) > 80
        for text, colour, ground in found:
            high, low = sorted((luminance(colour), luminance(ground)), reverse=True)
            assert (high + 0.05) / (low + 0.05) >= 4.5, (scheme, text, colour, ground)
    dark = page.evaluate(background)
    page.click("#theme")
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    page.click("#theme")
    assert page.evaluate(background) == dark != "rgb(255, 255, 255)"


def test_a_narrow_window(show: Show) -> None:
    page = show(std_graph(), width=360, height=640)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    for button in ("#play", "#next", "#theme", "#fit", "#help", "#search", "#slider"):
        box = place(page, button)
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    assert place(page, "#stage")["height"] > 250
    page.click("#v9")
    card_box, chosen = place(page, "#panel"), place(page, "#v9 .box")
    assert chosen["y"] + chosen["height"] <= card_box["y"] + 1  # the card does not cover it
    page.click("#close")
    assert not page.locator("#panel").is_visible()


def test_screen_readers_are_told(show: Show) -> None:
    page = show(net_graph())
    assert page.evaluate(NAMELESS) == []
    label = page.locator("#boxes .node").first.get_attribute("aria-label") or ""
    assert label.startswith("leaf: ")
    assert page.locator("output").get_attribute("aria-live") == "polite"


def test_hostile_names_run_nowhere(show: Show) -> None:
    x = tensor(3.0, dtype=float64, requires_grad=True)
    values = [x]
    for _ in HOSTILE[1:]:
        values.append(values[-1] * 1.5)
    named = dict(zip(HOSTILE, values, strict=True))
    page = show(viz.trace(values[-1], names=named))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    titles = page.locator(".node .title").evaluate_all("all => all.map((each) => each.textContent)")
    graph = viz.trace(values[-1], names=named)
    assert titles == [card(vertex).title for vertex in graph.vertices]
    for vertex in graph.vertices:
        page.locator(f"#{vertex.id}").focus()
        page.keyboard.press("Enter")
    assert page.locator("script").count() == 2


def test_the_smallest_graphs(show: Show) -> None:
    assert show(viz.Graph((), ())).locator("#boxes .node").count() == 0
    x = tensor(3.0, dtype=float64, requires_grad=True)
    page = show(viz.trace(x, names={"x": x}))
    assert page.locator("#boxes .node").count() == 1
    slide(page, 1)
    assert page.locator("#sentence").text_content() == "x = 3 is given"


def test_ids_of_a_saved_graph_may_be_those_of_the_page(show: Show) -> None:
    ids = ["slider", "fit", "card", "world", "arrow", "data", "panel", "stage", "search", "close"]
    text = std_graph().to_json()
    for vertex, id in zip(std_graph().vertices, ids, strict=False):
        text = text.replace(f'"{vertex.id}"', f'"{id}"')
    page = show(viz.Graph.from_json(text))
    assert page.locator("#boxes .node").count() == 11
    page.click("button#fit")
    page.click("[data-id=world]")
    assert page.locator("aside h2").text_content() == "mean"
    page.locator("input#slider").fill("4")
    assert page.locator("#sentence").text_content() == "mean = sum / 2 = 2 / 2 = 1"


def test_two_fingers_zoom(show: Show) -> None:
    page = show(std_graph())
    before = place(page, "#v1 .box")["width"]
    device = page.context.new_cdp_session(page)
    for kind, spread in (("touchStart", 100), ("touchMove", 150), ("touchMove", 200)):
        points = [{"x": 640 - spread, "y": 300, "id": 0}, {"x": 640 + spread, "y": 300, "id": 1}]
        device.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    device.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert place(page, "#v1 .box")["width"] == pytest.approx(2 * before, rel=0.1)


@pytest.mark.parametrize("seed", range(2))
def test_groups_in_circles_can_be_drawn(show: Show, seed: int) -> None:
    graph = in_random_groups(seed)
    page = show(graph)
    for depth in ("0", "1", "2", "3"):
        page.locator("#depth").select_option(depth)
        assert page.evaluate(BROKEN) == 0
        drawn = page.evaluate("() => document.querySelectorAll('#boxes .node').length")
        assert 0 < drawn <= len(graph.vertices)
