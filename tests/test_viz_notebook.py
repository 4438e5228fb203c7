"""Graphs in notebooks: what a cell shows, and the page in its frame."""

from __future__ import annotations

import html.parser
from typing import Any

import pytest

import viz
from autograd import float64, tensor

CELLS = (
    "from autograd import tensor\n"
    "import viz\n"
    "x = tensor(3.0, requires_grad=True)\n"
    "graph = viz.trace(x * x, names={'x': x})",
    "graph",
    "graph.interactive(height=300)",
    "print(graph)",
    "viz.doctor()",
)


def simple() -> viz.Graph:
    x = tensor(3.0, dtype=float64, requires_grad=True)
    return viz.trace(x * x, names={"x": x})


def test_the_bundle() -> None:
    bundle = simple()._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "image/svg+xml"}
    assert bundle["text/plain"] == simple().to_text()
    assert bundle["image/svg+xml"] == simple().to_svg()


def test_it_never_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> str:
        raise ValueError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(viz.Graph, "to_svg", fail)
        assert simple()._repr_mimebundle_() == {"text/plain": simple().to_text()}
    monkeypatch.setattr(viz.Graph, "to_text", fail)
    assert simple()._repr_mimebundle_() == {"text/plain": "Graph(2 vertices, 2 edges)"}


def test_a_large_graph_is_made_small() -> None:
    y = tensor(1.0, dtype=float64, requires_grad=True)
    for _ in range(3000):
        y = y * 1.0
    bundle = viz.trace(y)._repr_mimebundle_()
    assert "400 of 3,001 vertices are shown" in bundle["text/plain"]
    assert "400 of 3,001 vertices are shown" in " ".join(bundle["image/svg+xml"].split())


class Frames(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_height_is_a_number_of_pixels() -> None:
    graph = viz.trace(tensor(2.0, requires_grad=True) * 3)
    for height in (0, -5, 1.5, '1"'):
        with pytest.raises(ValueError, match="height is a number of pixels, 1 or more, not "):
            graph.interactive(height)  # type: ignore[arg-type]  # that is the mistake


def test_the_frame_holds_the_page_and_keeps_it_apart() -> None:
    x = tensor(3.0, dtype=float64, requires_grad=True)
    graph = viz.trace(x * x, names={'"></iframe><script>alert(1)</script>': x})
    frame = graph.interactive(height=300)
    reader = Frames()
    reader.feed(frame._repr_html_())
    ((tag, attributes),) = reader.found
    assert tag == "iframe"
    assert attributes["sandbox"] == "allow-scripts"  # no origin, no forms, no windows, no top
    assert attributes["srcdoc"] == graph.to_html()
    assert attributes["height"] == "300"
    assert "graph.save" in repr(frame)
    assert len(repr(frame)) < 100


def test_in_a_kernel() -> None:
    """One kernel runs all cells."""
    nbformat = pytest.importorskip("nbformat", reason="needs nbclient: the 'notebook' extra")
    nbclient = pytest.importorskip("nbclient", reason="needs nbclient: the 'notebook' extra")
    pytest.importorskip("ipykernel", reason="needs ipykernel: the 'notebook' extra")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    client = nbclient.NotebookClient(book, timeout=60, kernel_name="python3")
    client.execute()
    _, graph, page, printed, doctor = [cell.outputs for cell in book.cells]
    (shown,) = graph
    assert set(shown.data) == {"text/plain", "image/svg+xml"}
    assert "<svg" in shown.data["image/svg+xml"]
    assert "└─ x (above)" in shown.data["text/plain"]
    (framed,) = page
    assert set(framed.data) == {"text/plain", "text/html"}
    assert framed.data["text/html"].startswith('<iframe sandbox="allow-scripts"')
    assert printed[0].text.strip() == shown.data["text/plain"]
    assert "package graphviz" in doctor[0].data["text/plain"]
