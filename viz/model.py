"""The neutral graph that every renderer draws: frozen, plain data, no tensor in sight.

An edge points forward, from an input (``source``) to what was computed from it
(``target``); a contribution flows back over it, from ``target`` to ``source``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from viz import interchange
from viz.parts import WHOLE, Edge, Group, Kind, Values, Vertex, View

__all__ = ["WHOLE", "Edge", "Graph", "Group", "Kind", "Values", "Vertex", "View"]


@dataclass(frozen=True)
class Graph:
    """A traced computation: vertices in topological order, inputs first, and its edges.

    ``notes`` are sentences on what could not be shown and how to get it. ``groups`` are the
    modules and derivatives that vertices stand in, each after the one that it stands in.
    ``view`` says what was traced: "forward", "both" or "backward"; "plan" is a captured step's.

    >>> x = tensor(3.0, requires_grad=True)
    >>> graph = viz.trace(x * x, names={"x": x})
    >>> graph["x"].gradient.entries
    (6.0,)
    >>> [edge.contribution.entries for edge in graph.uses("x")]
    [(3.0,), (3.0,)]
    """

    vertices: tuple[Vertex, ...]
    edges: tuple[Edge, ...]
    notes: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    view: View = "both"

    @cached_property
    def _known(self) -> dict[str, Vertex]:
        """Vertices by name, the first of a name, closed groups by path, and by id, which wins."""
        known: dict[str, Vertex] = {}
        for vertex in self.vertices:
            known.setdefault(vertex.name, vertex)
        for vertex in self.vertices:
            if vertex.summary is not None:
                known.setdefault(vertex.summary.path, vertex)
        return known | {vertex.id: vertex for vertex in self.vertices}

    @cached_property
    def _inputs(self) -> dict[str, list[Edge]]:
        return _grouped((edge.target, edge) for edge in self.edges)

    @cached_property
    def _uses(self) -> dict[str, list[Edge]]:
        return _grouped((edge.source, edge) for edge in self.edges)

    def __getitem__(self, name: str) -> Vertex:
        """The vertex of this id or name; raises KeyError with the names that there are."""
        try:
            return self._known[name]
        except KeyError:
            names = ", ".join(vertex.name for vertex in self.vertices[:20])
            more = ", ..." if len(self.vertices) > 20 else ""
            raise KeyError(f"no vertex {name!r}; there are {names}{more}") from None

    def __len__(self) -> int:
        return len(self.vertices)

    def inputs(self, name: str) -> tuple[Edge, ...]:
        """The edges over which the vertex gets its inputs, by port.

        >>> graph = viz.trace(tensor(3.0, requires_grad=True) / 2)
        >>> [edge.port_name for edge in graph.inputs("div")]
        ['a']
        """
        return tuple(self._inputs.get(self[name].id, ()))

    def uses(self, name: str) -> tuple[Edge, ...]:
        """The edges over which the vertex is used; its contributions come back over them.

        >>> len(viz.trace(tensor(3.0, requires_grad=True) / 2).uses("leaf 1"))
        1
        """
        return tuple(self._uses.get(self[name].id, ()))

    def collapsed(
        self,
        depth: int | None = None,
        paths: str | Iterable[str] | None = None,
        when: Callable[[Group], bool] | None = None,
        fold: bool = True,
    ) -> Graph:
        """The graph with groups closed, each one vertex: see `viz.collapse.collapsed`.

        >>> import nn
        >>> layer = nn.Linear(2, 1)
        >>> graph = viz.trace(layer(ones(2)).exp())
        >>> [vertex.name for vertex in graph.collapsed(depth=0).vertices]
        ['Linear', 'exp']
        """
        from viz.collapse import collapsed  # it reads this module

        return collapsed(self, depth, paths, when, fold)

    def to_svg(self, engine: str = "auto") -> str:
        """The picture as SVG; always there, with no program installed.

        ``engine``: "dot" lays out with Graphviz and raises `GraphvizMissingError` without it,
        "pygraphviz" with the Graphviz that this package carries, "builtin" with our own layout,
        "auto" with dot where it is there.

        >>> x = tensor(3.0, requires_grad=True)
        >>> viz.trace(x * 2).to_svg(engine="builtin").startswith("<svg")
        True
        """
        return str(self._render("svg", engine))

    def to_dot(self) -> str:
        """The picture in Graphviz's language.

        >>> x = tensor(3.0, requires_grad=True)
        >>> viz.trace(x * 2).to_dot().splitlines()[0]
        'digraph computation {'
        """
        return str(self._render("dot", "auto"))

    def to_text(
        self,
        style: Literal["tree", "table"] = "tree",
        width: int | None = 100,
        *,
        ascii: bool = False,
    ) -> str:
        """A tree for terminals, from the outputs down, or a table in topological order.

        Lines of the tree are broken to stay within ``width`` columns, None for as long as they
        are; ``ascii`` uses no other characters.

        >>> x = tensor(3.0, requires_grad=True)
        >>> print(viz.trace(x * 2, names={"x": x}).to_text("table"))
        node  operation  value  gradient  upstream x local = contribution
        x     leaf           3         2
        mul   mul 2          6         1  x: 1 x 2 = +2
        """
        from viz.text.forms import to_text  # renderers read this module

        return to_text(self, style, width, ascii=ascii)

    def to_html(self) -> str:
        """One page that works without a network: pan, zoom, search, a card for every vertex."""
        return str(self._render("html", "auto"))

    def to_mermaid(self) -> str:
        """The picture in Mermaid's language, a flowchart; collapsed to stay within its limits.

        Raises RenderError where that is not enough.

        >>> x = tensor(3.0, requires_grad=True)
        >>> viz.trace(x * 2).to_mermaid().splitlines()[1]
        'flowchart TB'
        """
        return str(self._render("mmd", "auto"))

    def to_graphviz(self) -> Any:
        """The picture as a ``graphviz.Digraph``, to change and to go on with.

        Raises `GraphvizMissingError` where the package graphviz is not installed.
        """
        from viz.dot import to_digraph  # renderers read this module

        return to_digraph(self)

    def to_json(self) -> str:
        """All of it as JSON, for `from_json` and for other programs.

        >>> graph = viz.trace(tensor(3.0, requires_grad=True) ** 2)
        >>> viz.Graph.from_json(graph.to_json()) == graph
        True
        """
        return interchange.written(self.vertices, self.edges, self.groups, self.notes, self.view)

    @classmethod
    def from_json(cls, text: str | bytes) -> Graph:
        """The graph that `to_json` wrote; nothing in the text is run.

        Raises ValueError, saying where, for what is no such graph, and for another version.

        >>> viz.Graph.from_json('{"format": "viz.Graph", "version": 99}')
        Traceback (most recent call last):
        ValueError: this graph is written in version 99 of the format, and this viz reads ...
        """
        return cls(**interchange.read(text))

    def save(self, path: str | os.PathLike[str], engine: str = "auto") -> None:
        """Write the picture in the format that the suffix names, one of `viz.registry.RENDERERS`.

        The file is there whole or not at all. Raises ValueError for an unknown suffix, and
        `GraphvizMissingError` where the format needs Graphviz and there is no way to it.

        >>> viz.trace(tensor(3.0, requires_grad=True) * 2).save("loss.jpeg")
        Traceback (most recent call last):
        ValueError: no format 'jpeg'; there are svg, ...
        """
        from viz.registry import save

        save(self, path, engine)

    def _render(self, format: str, engine: str) -> str | bytes:
        from viz.registry import render  # renderers read this module

        return render(self, format, engine)

    def __str__(self) -> str:
        from viz.text.tree import for_terminal

        return for_terminal(self)

    def __repr__(self) -> str:
        return f"Graph({len(self.vertices)} vertices, {len(self.edges)} edges)"

    def interactive(self, height: int = 640) -> Any:
        """The page of `to_html`, to be shown by a notebook in a frame that keeps it apart.

        ``height`` is the frame's, in pixels, else ValueError; it is as wide as the cell.
        """
        from viz.notebook import frame

        return frame(self, height)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """All that a notebook may choose from; never raises."""
        from viz.notebook import bundle

        return bundle(self)


def _grouped(pairs: Iterator[tuple[str, Edge]]) -> dict[str, list[Edge]]:
    grouped: dict[str, list[Edge]] = {}
    for key, edge in pairs:
        grouped.setdefault(key, []).append(edge)
    return grouped
