"""Graphviz where it is there and where it is not: dot, pygraphviz in its worker, DOT, doctor."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import viz
from autograd import float64, tensor
from viz import dot, program, worker
from viz.svg.picture import to_svg

HAS_PACKAGE = importlib.util.find_spec("graphviz") is not None
needs_package = pytest.mark.skipif(not HAS_PACKAGE, reason="needs the graphviz package")
needs_dot = pytest.mark.skipif(
    shutil.which("dot") is None or not HAS_PACKAGE,
    reason="needs the dot program and the graphviz package",
)
needs_pygraphviz = pytest.mark.skipif(
    worker.place() is None, reason="needs the pygraphviz package: the 'png' extra"
)
BOTH = [pytest.param("dot", marks=needs_dot), pytest.param("pygraphviz", marks=needs_pygraphviz)]

MAGIC = {"png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-"}


@pytest.fixture
def no_dot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))


@pytest.fixture
def no_pygraphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)


def simple() -> viz.Graph:
    x = tensor(3.0, dtype=float64, requires_grad=True)
    y = x * x
    return viz.trace(y / 2, names={"x": x, "square": y})


def grouped() -> viz.Graph:
    """``Net`` around ``Net.fc`` around the square; one vertex stands for a whole group."""
    graph = simple()
    net = viz.Group("g1", "Net", "Net", "Net")
    fc = viz.Group(
        "g2", "Net.fc", "fc", 'Lin"ear', parent="g1", parameters=1234, shape=(), norm=0.5
    )
    other = viz.Group("g3", "gradient 1", "gradient 1", "derivative", order=1)
    empty = viz.Group("g4", "Net.empty", "empty", "Linear", parent="g1")
    x, square, div = graph.vertices
    return replace(
        graph,
        vertices=(
            replace(x, group="g1"),
            replace(square, group="g2"),
            replace(div, group="g3", kind="group", summary=fc),
        ),
        groups=(net, fc, other, empty),
    )


def fake_dot(folder: Path, script: str) -> None:
    path = folder / "bin" / "dot"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def fake_pygraphviz(folder: Path, monkeypatch: pytest.MonkeyPatch, draw: str) -> None:
    """A package of that name whose ``draw`` runs these lines."""
    package = folder / "site packages" / "pygraphviz"
    package.mkdir(parents=True)
    lines = "\n".join(f"        {line}" for line in draw.splitlines())
    (package / "__init__.py").write_text(
        "import os, sys, time\n"
        "__version__ = __graphviz_version__ = '0'\n"
        "class AGraph:\n"
        "    def __init__(self, string): self.string = string\n"
        f"    def draw(self, format, prog):\n{lines}\n"
    )
    monkeypatch.syspath_prepend(package.parent)


class TestNeither:
    pytestmark = pytest.mark.usefixtures("no_dot", "no_pygraphviz")

    @pytest.mark.parametrize("format", MAGIC)
    def test_one_typed_error_names_both_ways(self, format: str, tmp_path: Path) -> None:
        with pytest.raises(viz.GraphvizMissingError, match="in one of two ways") as caught:
            simple().save(tmp_path / f"x.{format}")
        assert isinstance(caught.value, viz.RenderError)
        for way in ("apt install graphviz", "brew install graphviz", "pip install .[png]"):
            assert way in str(caught.value)
        assert list(tmp_path.glob("*x.*")) == []

    def test_svg_is_always_there(self) -> None:
        assert simple().to_svg() == simple().to_svg("builtin") == to_svg(simple())

    def test_what_was_asked_for_is_named(self) -> None:
        with pytest.raises(viz.GraphvizMissingError, match="not on the PATH"):
            simple().to_svg("dot")
        with pytest.raises(viz.GraphvizMissingError, match=r"pip install \.\[png\]"):
            simple().to_svg("pygraphviz")

    def test_doctor(self) -> None:
        found = viz.doctor()
        assert (found.dot, found.pygraphviz) == (None, None)
        assert found.formats["svg"] == "the builtin layout"
        assert found.formats["png"] is None
        assert "pip install .[png]" in str(found)
        assert "apt install graphviz" in str(found)


@pytest.mark.usefixtures("no_pygraphviz")
def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(viz.GraphvizMissingError, match=r"pip install \.\[viz\]"):
        viz.render(simple(), "png")
    with pytest.raises(viz.GraphvizMissingError, match=r"pip install \.\[viz\]"):
        simple().to_graphviz()


def test_png_and_pdf_are_not_made_by_the_builtin_layout() -> None:
    with pytest.raises(ValueError, match="svg only"):
        viz.render(simple(), "png", "builtin")


@pytest.mark.parametrize("way", BOTH)
class TestEach:
    @pytest.mark.parametrize("format", MAGIC)
    def test_png_and_pdf(self, way: str, format: str) -> None:
        picture = viz.render(grouped(), format, way)
        assert isinstance(picture, bytes)
        assert picture.startswith(MAGIC[format])

    def test_one_that_takes_too_long(self, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(program, "SECONDS", 1e-6)
        with pytest.raises(viz.RenderError, match=f"{way} took more than 1e-06 s"):
            simple().to_svg(way)

    def test_a_source_that_it_cannot_read(self, way: str) -> None:
        with pytest.raises(viz.RenderError, match=f"{way} could not draw"):
            program.run(way, "digraph { v1 -> ", "svg", 20.0)


@needs_dot
def test_a_large_picture_stays_within_bounds() -> None:
    y = tensor(1.0, dtype=float64, requires_grad=True)
    for _ in range(60):
        y = y + y
    picture = bytes(viz.render(viz.trace(y), "png"))
    width, height = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
    assert 100 < width < height <= 48 * 144 + 1


@needs_dot
def test_svg_comes_from_dot() -> None:
    assert "Generated by graphviz" in simple().to_svg()


@needs_pygraphviz
@pytest.mark.usefixtures("no_dot")
def test_pygraphviz_where_there_is_no_dot() -> None:
    assert program.ways() == ["pygraphviz"]
    assert bytes(viz.render(simple(), "png"))[:4] == b"\x89PNG"
    assert simple().to_svg() == to_svg(simple())
    assert "pygraphviz" not in sys.modules  # it never enters this process
    found = viz.doctor()
    assert found.dot is None
    assert found.pygraphviz is not None
    assert found.formats["png"] == found.formats["pdf"] == "pygraphviz"
    assert ["apt install graphviz" in each for each in found.advice] == [True]


@pytest.mark.usefixtures("no_dot")
class TestWorker:
    @pytest.mark.parametrize(
        ("draw", "words"),
        [
            ("os.kill(os.getpid(), 11)", r"crashed \(SIGSEGV\)"),
            ("os.abort()", r"crashed \(SIGABRT\)"),
            ("raise ValueError('no such font')", "ValueError: no such font"),
            ("sys.exit(3)", "ended with code 3"),
            ("return b'digraph {}'", "what it wrote is no png"),
            ("return b''", "what it wrote is no png"),
        ],
    )
    def test_one_that_fails(
        self, draw: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fake_pygraphviz(tmp_path, monkeypatch, draw)
        with pytest.raises(
            viz.RenderError, match=f"pygraphviz could not draw the graph: .*{words}"
        ):
            viz.render(simple(), "png")

    def test_one_that_hangs(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        fake_pygraphviz(tmp_path, monkeypatch, "while True: time.sleep(60)")
        monkeypatch.setattr(program, "SECONDS", 0.5)
        with pytest.raises(viz.RenderError, match=r"pygraphviz took more than 0\.5 s"):
            viz.render(simple(), "pdf")

    def test_what_it_is_given(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        fake_pygraphviz(
            tmp_path, monkeypatch, "return b'\\x89PNG\\r\\n' + self.string.encode() + prog.encode()"
        )
        picture = bytes(viz.render(simple(), "png"))
        assert b'digraph computation {\n  dpi=144; size="48,48"\n' in picture
        assert picture.endswith(b"}\ndot")
        assert "pygraphviz" not in sys.modules


@needs_package
@pytest.mark.usefixtures("no_dot", "no_pygraphviz")
class TestBrokenDot:
    def test_one_that_fails(self, tmp_path: Path) -> None:
        fake_dot(tmp_path, "echo 'no such font' >&2; exit 1")
        assert simple().to_svg() == simple().to_svg("builtin")
        with pytest.raises(viz.RenderError, match="dot could not draw the graph: no such font"):
            simple().to_svg("dot")
        found = viz.doctor()
        assert found.formats["svg"] == "the builtin layout"
        assert found.formats["png"] is None
        assert "no such font" in str(found)

    def test_one_that_hangs(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert program.PATIENCE == 5 < program.SECONDS
        fake_dot(tmp_path, "exec sleep 60")
        monkeypatch.setattr(program, "PATIENCE", 0.2)
        assert simple().to_svg() == simple().to_svg("builtin")

    def test_one_that_writes_something_else(self, tmp_path: Path) -> None:
        fake_dot(tmp_path, "echo hello")
        assert simple().to_svg() == simple().to_svg("builtin")
        with pytest.raises(viz.RenderError, match="no pdf"):
            viz.render(simple(), "pdf")

    def test_the_other_way_is_tried(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        fake_dot(tmp_path, "exit 1")
        monkeypatch.delitem(sys.modules, "pygraphviz")
        fake_pygraphviz(tmp_path, monkeypatch, "return b'\\x89PNG\\r\\n'")
        assert viz.render(simple(), "png") == b"\x89PNG\r\n"


class TestSource:
    def test_groups_are_clusters(self) -> None:
        source = grouped().to_dot()
        lines = [line.strip().split(" [")[0] for line in source.splitlines()]
        steps = [line for line in lines if line[0] in "sv}"]
        assert steps == [
            "subgraph cluster_g1 {",
            "v1",
            "subgraph cluster_g2 {",
            "v2",
            "}",
            "}",
            "subgraph cluster_g3 {",
            "v3",
            "}",
            "v1 -> v2",
            "v1 -> v2",
            "v2 -> v3",
            "}",
        ]
        assert "fc \N{MIDDLE DOT} Lin&quot;ear" in source
        assert 'style="rounded,dashed"' in source  # the derivative's
        assert 'shape="box3d"' in source
        assert ">1,234<" in source

    @needs_dot
    def test_dot_itself_accepts_it(self) -> None:
        done = subprocess.run(
            ["dot", "-Tplain"], input=grouped().to_dot().encode(), capture_output=True, check=True
        )
        assert done.stderr == b""
        assert [
            line.split()[1] for line in done.stdout.decode().splitlines() if "node" in line
        ] == [
            "v1",
            "v2",
            "v3",
        ]


@needs_package
class TestDigraph:
    @needs_dot
    def test_it_is_the_same_graph(self) -> None:
        import graphviz

        digraph = grouped().to_graphviz()
        assert isinstance(digraph, graphviz.Digraph)

        def canonical(source: str) -> bytes:
            return subprocess.run(
                ["dot", "-Tcanon"], input=source.encode(), capture_output=True, check=True
            ).stdout

        assert canonical(digraph.source) == canonical(grouped().to_dot())

    def test_it_can_be_gone_on_with(self) -> None:
        digraph = simple().to_graphviz()
        digraph.node("loss")
        digraph.edge("v3", "loss")
        digraph.graph_attr["rankdir"] = "LR"
        digraph.node_attr.update(color="red")
        assert "v3 -> loss" in digraph.source
        assert "rankdir=LR" in digraph.source
        assert dot.ATTRIBUTES["graph"]["rankdir"] == "TB"


@needs_dot
def test_doctor_with_dot() -> None:
    found: Any = viz.doctor()
    assert "version" in found.dot
    assert found.formats["svg"] == found.formats["png"] == "dot"
    assert repr(found) == str(found)
