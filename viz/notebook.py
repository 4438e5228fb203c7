"""What a notebook shows of a graph: its picture and its text, or the page in a frame."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from viz.model import Graph

HEIGHT = 640
"""Of the page's frame, in pixels."""


def bundle(graph: Graph) -> dict[str, str]:
    """The graph in every form that a cell can show, by MIME type; it never raises.

    >>> x = tensor(3.0, requires_grad=True)
    >>> sorted(bundle(viz.trace(x * 2)))
    ['image/svg+xml', 'text/plain']
    """
    forms = {"text/plain": repr(graph)}
    try:
        forms["text/plain"] = graph.to_text()
        forms["image/svg+xml"] = graph.to_svg()
    except Exception:  # a cell must show something, whatever went wrong here
        pass
    return forms


@dataclass(frozen=True)
class Frame:
    """The page in a frame in which its scripts run and can reach nothing outside of it.

    >>> x = tensor(3.0, requires_grad=True)
    >>> viz.trace(x * 2).interactive()
    Graph(2 vertices, 1 edges), to be shown by a notebook; elsewhere graph.save("graph.html")
    """

    page: str = field(repr=False)
    title: str
    height: int = HEIGHT

    def _repr_html_(self) -> str:
        return (
            f'<iframe sandbox="allow-scripts" srcdoc="{escape(self.page)}" '
            f'title="{escape(self.title)}" width="100%" height="{self.height:d}" '
            'style="border: 0" loading="lazy"></iframe>'
        )

    def __repr__(self) -> str:
        return f'{self.title}, to be shown by a notebook; elsewhere graph.save("graph.html")'


def frame(graph: Graph, height: int = HEIGHT) -> Frame:
    """The page of `Graph.to_html` in a sandboxed frame, ``height`` pixels high.

    Raises ValueError where that is no whole number of pixels.
    """
    if type(height) is not int or height < 1:
        raise ValueError(f"interactive(): height is a number of pixels, 1 or more, not {height!r}")
    return Frame(graph.to_html(), repr(graph), height)
