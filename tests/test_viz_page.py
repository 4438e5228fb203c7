"""The page as a file: its policy, its data, its steps and layers. What it does in a browser is
in test_viz_browser_page.py."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

import viz
from autograd import float64, tensor
from demos.std_graph import report
from tests.test_viz_hostile import HOSTILE
from viz.card import card, tags
from viz.page.content import content
from viz.page.html import SCRIPTS, STYLES, asset
from viz.page.layers import layers
from viz.page.steps import steps
from viz.words import clean

ROOT = Path(__file__).parents[1]
FORBIDDEN = (
    "innerHTML",
    "outerHTML",
    "insertAdjacent",
    r"document\.write",
    r"\beval\b",
    "new Function",
    "javascript:",
    r"\bfetch\b",
    "XMLHttp",
    "WebSocket",
    "EventSource",
    "sendBeacon",
    r"\bimport\b",
    r"Storage\b",
    "cookie",
)
"""What would read data as code, ask a network, or keep something about the reader."""

ASSETS = ROOT / "viz" / "page" / "assets"


class Parts(HTMLParser):
    """The elements of a page, and the text of its scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {"script": [], "style": [], "title": [], "strong": []}
        self._open: str | None = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in self.texts:
            self.texts[tag].append("")
            self._open = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self.texts[self._open][-1] += data

    def attribute(self, name: str) -> list[str]:
        return [attrs[name] or "" for _, attrs in self.elements if name in attrs]


@cache
def std_graph() -> viz.Graph:
    return report(-1.0, 3.0)[1]


def data_of(page: str) -> Any:
    return json.loads(Parts(page).texts["script"][0])


def test_the_policy_lets_run_what_is_in_the_page_and_nothing_else() -> None:
    parts = Parts(std_graph().to_html())
    [policy] = [
        attrs["content"] or ""
        for tag, attrs in parts.elements
        if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    [style] = parts.texts["style"]
    _, script = parts.texts["script"]

    def allowed(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    assert rules == {
        "default-src": "'none'",
        "script-src": allowed(script),
        "style-src": allowed(style),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
    }
    assert not [name for _, attrs in parts.elements for name in attrs if name.startswith("on")]
    assert not parts.attribute("style")


def test_the_page_names_nothing_to_fetch() -> None:
    page = std_graph().to_html()
    parts = Parts(page)
    assert parts.attribute("src") == []
    assert sorted(set(parts.attribute("href"))) == ["#player", "data:,"]
    assert set(re.findall(r"\w+://[^\s\"'`]*", page)) == {"http://www.w3.org/2000/svg"}
    assert set(re.findall(r"url\([^)]*\)", page)) == {"url(#arrow)", "url(#back)"}
    assert "@import" not in page


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_are_small_and_never_read_data_as_code(name: str) -> None:
    text = asset(name)
    assert text.startswith("// "), "the first line says what is in it"
    assert len(text.splitlines()) <= 250
    for word in FORBIDDEN:
        assert not re.search(word, text), f"{name} has {word}"


def test_every_asset_is_in_the_page() -> None:
    assert sorted(path.name for path in ASSETS.iterdir()) == sorted(
        [*STYLES, *SCRIPTS, "page.html"]
    )


def test_it_is_small() -> None:
    assert len(std_graph().to_html().encode()) < 120_000  # the limit is 200,000


def test_the_data_are_the_graphs() -> None:
    graph = std_graph()
    data = data_of(graph.to_html())
    assert data == json.loads(json.dumps(content(graph)))
    assert data["title"] == "std"
    for vertex, shown in zip(graph.vertices, data["vertices"], strict=True):
        words = card(vertex)
        assert (shown["id"], shown["kind"], shown["name"]) == (vertex.id, vertex.kind, vertex.name)
        assert (shown["title"], shown["what"]) == (words.title, words.operation)
        assert shown["rows"] == [[row.label, row.text, row.tone] for row in words.rows]
    for edge, tag, shown in zip(graph.edges, tags(graph), data["edges"], strict=True):
        assert (shown["id"], shown["source"], shown["target"]) == (
            edge.id,
            edge.source,
            edge.target,
        )
        assert tag is not None
        assert shown["tag"][:2] == [tag.product, tag.contribution]


def test_what_is_said_of_each_step() -> None:
    graph = std_graph()
    data = data_of(graph.to_html())
    by_name = {each["name"]: each for each in data["vertices"]}
    assert by_name["x1"]["how"] == "x1 = -1 is given"
    assert by_name["mean"]["how"] == "mean = sum / 2 = 2 / 2 = 1"
    assert by_name["std"]["sum"] == "d std / d std = 1: here backward starts"
    assert by_name["mean"]["sum"] == "d std / d mean = +0.5 - 0.5 = 0"
    assert by_name["x1"]["sum"] == "d std / d x1 = 0 - 0.5 = -0.5"
    between = {
        (graph[each["source"]].name, graph[each["target"]].name): each for each in data["edges"]
    }
    edge = between["deviation 1", "square 1"]
    assert edge["flow"].replace("\N{MULTIPLICATION SIGN}", "x") == (
        "deviation 1 receives d std / d square 1 x d square 1 / d deviation 1 = 0.125 x -4 = -0.5"
    )
    assert edge["local"].startswith("d square 1 / d deviation 1 = 2")
    assert edge["local"].endswith("= -4")
    assert "std" in between["variance", "std"]["local"]


def test_operands_that_need_no_gradient_have_their_names() -> None:
    w = tensor([0.5, -1.0], dtype=float64, requires_grad=True)
    x = tensor([1.0, 2.0], dtype=float64)
    z = (x - w * x).sum()
    data = data_of(viz.trace(z, names={"w": w, "x": x, "z": z}).to_html())
    said = [vertex["how"].replace("\N{MULTIPLICATION SIGN}", "*") for vertex in data["vertices"]]
    assert said == [
        "w = [0.5, -1] is given",
        "mul = w * x = [0.5, -2]",
        "sub = constant - mul = [0.5, 4]",  # the rule of sub keeps neither operand
        "z = sum(sub) = 4.5",
    ]
    assert data["edges"][0]["local"] == "d mul / d w = x = [1, 2]"


def test_constants_without_a_name_are_written_out() -> None:
    x = tensor([3.0, 1.0], dtype=float64, requires_grad=True)
    weight = tensor([[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]], dtype=float64)
    y = x * tensor([1.0, 2.0], dtype=float64)
    z = (y.view(1, 2) @ weight).sum()
    graph = viz.trace(z, names={"x": x, "y": y})
    assert (graph["y"].operation, graph["y"].constants) == ("mul [1, 2]", (("b", "[1, 2]"),))
    assert graph["mm"].constants == (("b", "constant (2, 4)"),)
    data = data_of(graph.to_html())
    said = [vertex["how"].replace("\N{MULTIPLICATION SIGN}", "*") for vertex in data["vertices"]]
    assert said[1] == "y = x * [1, 2] = [3, 2]"
    assert said[3].startswith("mm = view @ constant (2, 4)")
    # Read from what was traced, not out of the label.
    vertices = [replace(each, operation="mul") for each in graph.vertices]
    again = data_of(replace(graph, vertices=tuple(vertices)).to_html())
    assert [each["how"] for each in again["vertices"]][1] == data["vertices"][1]["how"]


def test_steps_go_forward_once_and_back_once() -> None:
    graph = std_graph()
    found = [(step.phase, step.about) for step in steps(graph)]
    order = [vertex.id for vertex in graph.vertices]
    assert found[: len(order)] == [("forward", id) for id in order]
    back = found[len(order) :]
    assert [about for _, about in back if about in order] == order[::-1]
    assert sorted(about for _, about in back if about not in order) == sorted(
        edge.id for edge in graph.edges
    )
    done = set()
    for _, about in back:  # a gradient stands when all that it is the sum of has come
        if about in order:
            assert {edge.id for edge in graph.uses(about)} <= done
        done.add(about)


def test_nothing_flows_back_where_nothing_is_known() -> None:
    x = tensor([1.0, 2.0], requires_grad=True)
    graph = viz.trace(x.exp())
    assert {step.phase for step in steps(graph)} == {"forward"}
    assert data_of(graph.to_html())["edges"][0]["tag"] is None


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_texts(name: str) -> None:
    x = tensor(3.0, dtype=float64, requires_grad=True)
    y = x * 2
    graph = viz.trace(y, names={name: x, name + " ": y})
    graph = replace(graph, notes=(name,), groups=(viz.Group("g1", name, name, name),))
    graph = replace(graph, vertices=tuple(replace(v, group="g1") for v in graph.vertices))
    page = graph.to_html()
    page.encode("utf-8")
    plain, parts = Parts(viz.trace(x * 2).to_html()), Parts(page)
    assert [tag for tag, _ in parts.elements] == [tag for tag, _ in plain.elements]
    data = data_of(page)
    assert data["vertices"][0]["title"] == clean(graph.vertices[0].name)
    assert parts.texts["strong"] == [data["title"]]
    assert data["groups"][0]["name"] == clean(name, 1000)


def test_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    program = (
        "from demos.std_graph import report; import sys; "
        "sys.stdout.buffer.write(report(-1.0, 3.0)[1].to_html().encode())"
    )
    pages = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert pages == {std_graph().to_html().encode()}


def in_random_groups(seed: int) -> viz.Graph:
    """A computation of some forty steps whose vertices stand in groups at random, in circles."""
    chance = Random(seed)
    values = [tensor(1.0 + i / 8, dtype=float64, requires_grad=True) for i in range(4)]
    for _ in range(40):
        values.append(chance.choice(values) * chance.choice(values[-4:]))
    graph = viz.trace(values[-1])
    groups = tuple(
        viz.Group(f"g{i}", f"m{i}", f"m{i}", "Module", parent=f"g{i // 2}" if i > 1 else None)
        for i in range(1, 8)
    )
    homes = [None, *(group.id for group in groups)]
    vertices = tuple(replace(vertex, group=chance.choice(homes)) for vertex in graph.vertices)
    return replace(graph, vertices=vertices, groups=groups)


@pytest.mark.parametrize("seed", range(12))
def test_layers_hold_everything_once_and_edges_lead_on(seed: int) -> None:
    graph = in_random_groups(seed)
    found, turned = layers(graph)
    parents: dict[str, str] = {vertex.id: vertex.group or "" for vertex in graph.vertices}
    parents |= {group.id: group.parent or "" for group in graph.groups}
    for vertex in graph.vertices:
        at = vertex.id
        while at:
            places = [cell for layer in found[parents[at]] for cell in layer]
            assert places.count(at) == 1
            at = parents[at]
    where = {
        group: {cell: i for i, layer in enumerate(inside) for cell in layer if cell[0] != "e"}
        for group, inside in found.items()
    }
    for edge in graph.edges:
        upper, lower = edge.source, edge.target
        if edge.id in turned:
            upper, lower = lower, upper
        for group, inside in found.items():
            rows = [i for i, layer in enumerate(inside) if edge.id in layer]
            assert rows == list(range(rows[0], rows[-1] + 1)) if rows else True
            if not rows:
                continue
            start, end = (_member(group, each, parents) for each in (upper, lower))
            assert rows[0] == (0 if start is None else where[group][start] + 1)
            assert rows[-1] == (len(inside) - 1 if end is None else where[group][end] - 1)


def _member(group: str, vertex: str, parents: dict[str, str]) -> str | None:
    at = vertex
    while at:
        if parents[at] == group:
            return at
        at = parents[at]
    return None


def test_a_group_shows_what_leaves_it_last() -> None:
    graph = std_graph()
    inside = {"sum", "mean", "deviation 1"}
    vertices = tuple(
        replace(vertex, group="g1" if vertex.name in inside else None) for vertex in graph.vertices
    )
    module = viz.Group("g1", "Net.centre", "centre", "Centre", parameters=12, norm=0.5)
    data = content(replace(graph, vertices=vertices, groups=(module,)))
    [group] = data["groups"]
    assert group["last"] == graph["deviation 1"].id
    assert ["value", "-2", "value"] in group["rows"]
    assert ["parameters", "12", "plain"] in group["rows"]
    assert ("module", "Net.centre") in group["facts"]


def test_a_saved_graph_may_say_anything() -> None:
    graph = std_graph()
    for words in ("__import__('os').system('ls')", "a +", "((((", "</script>", "", "lambda: 0"):
        said = replace(
            graph,
            vertices=tuple(replace(vertex, expression=words) for vertex in graph.vertices),
            edges=tuple(replace(edge, formula=words) for edge in graph.edges),
        )
        data = data_of(said.to_html())
        assert data["vertices"][2]["how"] == f"sum = {clean(words)} = 2"


def test_nan_and_infinity_are_words_in_the_data() -> None:
    x = tensor(0.0, dtype=float64, requires_grad=True)
    with np.errstate(all="ignore"):
        page = viz.trace(x.sqrt() / x).to_html()
    rows = [row for vertex in data_of(page)["vertices"] for row in vertex["rows"]]
    assert ["value", "nan", "strange"] in rows
    assert "NaN" not in Parts(page).texts["script"][0]
