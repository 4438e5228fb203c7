"""Names that are meant to break something, in every format: they are shown, and do nothing."""

from __future__ import annotations

import html.parser
import importlib.util
import json
import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import viz
from autograd import float64, tensor
from tests.mermaid import parse
from viz import program
from viz.registry import RENDERERS
from viz.words import clean

HAS_DOT = shutil.which("dot") is not None and importlib.util.find_spec("graphviz") is not None
needs_dot = pytest.mark.skipif(not HAS_DOT, reason="needs the dot program and the graphviz package")

HOSTILE = [
    "\"quoted\" and 'single'",
    "back\\slash \\N \\G \\l \\",
    "<b>bold</b> & &lt; &amp; &#65;",
    "</script><script>alert(1)</script>",
    "]]> <!-- -->",
    "a|b {c} [d] ;",
    "end",
    "digraph",
    "two\nlines\r\n\ttab",
    "nul \x00 bell \x07 escape \x1b[31m",
    "\ud800 alone, \ufffe \uffff never",
    "\u202egnol \u2028 separator",
    "\N{PARTY POPPER} \N{WOMAN}\u200d\N{PERSONAL COMPUTER}",
    "标准差",
    "x" * 5000,
    " ",
    "%%{init: {'x': 1}}%%",
    "1. first *b* _i_ `code` $$x$$ fa:fa-car",
    "[x](javascript:alert(1)) {{y}} ${z}",
    "\u05d0\u05d1\u05d2 \u0627\u0628",
]

SCRIPT = "</script><img src=x onerror=alert(1)>"


def hostile(name: str) -> viz.Graph:
    """Two vertices, one use, a frame, an operation, a line and a note, all with this name."""
    x = tensor(2.0, dtype=float64, requires_grad=True)
    graph = viz.trace(x.exp(), names={name: x})
    leaf, exp = graph.vertices
    return replace(
        graph,
        vertices=(
            replace(leaf, group="g1", where=name),
            replace(exp, operation=name, where=name),
        ),
        edges=tuple(replace(edge, port_name=name) for edge in graph.edges),
        groups=(viz.Group("g1", f"{name}.{name}", name, name, parameters=1, shape=(), norm=0.5),),
        notes=(name,),
    )


def shown(name: str) -> str:
    """As it is to be read, spaces aside."""
    return " ".join(clean(name).split())


def plain(text: str | None) -> str:
    return " ".join((text or "").replace("\u200b", "").split())


def check_svg(svg: str, name: str) -> None:
    root = ElementTree.fromstring(svg)
    texts = [plain("".join(each.itertext())) for each in root.iter() if each.tag.endswith("}text")]
    assert shown(name) in texts
    tags = {str(each.tag).split("}")[1] for each in root.iter()}
    assert tags <= {
        "svg",
        "g",
        "title",
        "desc",
        "style",
        "defs",
        "marker",
        "path",
        "polygon",
        "polyline",
        "ellipse",
        "rect",
        "text",
        "tspan",
        "a",
        "pattern",
    }
    for each in root.iter():
        assert not any(
            key.lower().startswith("on") or key.split("}")[-1].lower() == "href"
            for key in each.attrib
        )


class Page(html.parser.HTMLParser):
    """The elements of a page, their attributes, and the text outside and inside of scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))


def check_html(page: str, name: str) -> None:
    """The same elements as for a harmless name: the name has added none."""

    def elements(text: str) -> list[tuple[str, list[str]]]:
        parser = Page()
        parser.feed(text)
        parser.close()
        return [(tag, [key for key, _ in attrs]) for tag, attrs in parser.tags]

    assert elements(page) == elements(hostile("x").to_html())
    assert SCRIPT not in page


def check_dot(source: str, name: str) -> None:
    assert source.isprintable() or "\n" in source
    if not HAS_DOT:
        return
    done = subprocess.run(
        ["dot", "-Tjson0"], input=source.encode("utf-8"), capture_output=True, check=True
    )
    assert done.stderr == b""
    read = json.loads(done.stdout)
    assert [each["name"] for each in read["objects"]] == ["cluster_g1", "v2", "v1"]
    assert len(read["edges"]) == 1
    label = ElementTree.fromstring("<x>" + read["objects"][2]["label"] + "</x>")
    assert shown(name) == plain("".join(next(label.iter("B")).itertext()))


def check_mermaid(source: str, name: str) -> None:
    chart = parse(source)
    assert {*chart.vertices} == {"v1", "v2", "_1"}
    assert chart.inside == {"v1": "g1"}
    assert chart.edges == [("v1", "v2", chart.edges[0][2])]
    assert plain(chart.vertices["v1"][0]) == shown(name)
    assert plain(chart.frames["g1"]) == shown(name)


def check_text(text: str, name: str) -> None:
    lines = text.splitlines()
    assert len(lines) == len(text.split("\n"))
    for line in lines:
        for c in line:
            assert unicodedata.category(c) not in {"Cc", "Cs", "Cn", "Co", "Zl", "Zp"}
    assert shown(name) in plain(hostile(name).to_text(width=None))


def check_json(text: str, name: str) -> None:
    assert json.loads(text)["vertices"][0]["name"] == name
    assert viz.Graph.from_json(text) == hostile(name)


CHECKS: dict[str, Callable[[Any, str], None]] = {
    "svg": check_svg,
    "html": check_html,
    "dot": check_dot,
    "gv": check_dot,
    "mmd": check_mermaid,
    "txt": check_text,
    "json": check_json,
}
"""What is asked of every text format; pictures are asked to be there."""


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("format", [name for name in RENDERERS if name != "pdf"])
def test_in_every_format(name: str, format: str) -> None:
    if format == "png":  # the same source as for pdf, by the same program
        if not program.ways():
            pytest.skip("needs dot or pygraphviz")
        assert bytes(viz.render(hostile(name), format)).startswith(b"\x89PNG")
        return
    text = viz.render(hostile(name), format, "builtin" if format == "svg" else "auto")
    assert isinstance(text, str)
    text.encode("utf-8")
    CHECKS[format](text, name)
    assert text == viz.render(hostile(name), format, "builtin" if format == "svg" else "auto")


@pytest.mark.parametrize("id", ['v1"><script>', "v1 [label=x]", "v1\n", "1", "", "v1;end"])
@pytest.mark.parametrize("kind", ["vertices", "edges", "groups"])
def test_ids_in_files_are_only_ids(id: str, kind: str) -> None:
    """They are written as they are, in every format."""
    data = json.loads(hostile("x").to_json())
    data[kind][0]["id"] = id
    with pytest.raises(ValueError, match=rf"{kind}\[0\]\.id should be an id"):
        viz.Graph.from_json(json.dumps(data))


@needs_dot
@pytest.mark.parametrize("name", HOSTILE)
def test_svg_by_dot(name: str) -> None:
    check_svg(hostile(name).to_svg("dot"), name)


@pytest.mark.parametrize("name", HOSTILE)
def test_in_ascii_and_in_tables(name: str) -> None:
    graph = hostile(name)
    assert graph.to_text(ascii=True).isascii()
    assert graph.to_text("table").count("\n") == 3
    assert graph.to_text(width=20)


@pytest.mark.parametrize(
    "name", ["a b.svg", "-x.svg", "'\".svg", "$(touch y).svg", ";ls.svg", "标.svg"]
)
def test_file_names(name: str, tmp_path: Path) -> None:
    for suffix in (".svg", ".png") if program.ways() else (".svg",):
        path = tmp_path / name.replace(".svg", suffix)
        hostile("x").save(path)
        assert path.stat().st_size > 100
    assert all(each.name.startswith(name[:-4]) for each in tmp_path.iterdir())
