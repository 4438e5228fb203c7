"""The graph as text: an indented tree, or a table."""

from __future__ import annotations

from typing import Literal

from viz.card import facts
from viz.fitting import visible
from viz.model import Graph, Vertex
from viz.text.terminal import padded
from viz.text.tree import WIDTH, tree
from viz.words import FLOW, brief, clean, columns, flow, terse

Style = Literal["tree", "table"]


def to_text(
    graph: Graph, style: Style = "tree", width: int | None = WIDTH, *, ascii: bool = False
) -> str:
    """The graph as a tree within ``width`` columns (see `viz.text.tree`), or as a table.

    ``ascii`` draws the tree with nothing else. A large graph is made small first, see
    `viz.fitting.visible`. Raises ValueError for another style.

    >>> x = tensor(3.0, requires_grad=True)
    >>> print(to_text(viz.trace(x * 2, names={"x": x}), ascii=True))
    node         value  gradient  upstream x local = contribution
    mul 2            6         1
    `- x (leaf)      3         2  1 x 2 = +2
    """
    graph = visible(graph)
    if style == "tree":
        return tree(graph, width, ascii=ascii)
    if style == "table":
        return table(graph)
    raise ValueError(f"no style {style!r}; there are tree, table")


def table(graph: Graph) -> str:
    """A row for each vertex in topological order, and a line for each of its inputs.

    Where the local derivative is not a factor for each entry, the line leaves it out:
    ``x: upstream -> contribution``.

    >>> x = tensor([1.0, 2.0], requires_grad=True)
    >>> print(table(viz.trace(x.sum(), names={"x": x})))
    node  operation  shape  value   gradient  upstream x local = contribution
    x     leaf       (2,)   [1, 2]    [1, 1]
    sum   sum        ()          3         1  x: 1 x [1, 1] = [+1, +1]
    """
    shapes = any(vertex.shape != () for vertex in graph.vertices)
    planned = graph.view == "plan"
    ends = ["memory", ""] if planned else ["value", "gradient", FLOW]
    head = ["node", "operation", *(["shape"] if shapes else []), *ends]
    left = len(head) - (0 if planned else 3)  # these are set flush left, the numbers flush right
    names = {vertex.id: clean(vertex.name) for vertex in graph.vertices}
    rows: list[list[str]] = []
    for vertex in graph.vertices:
        cells = [names[vertex.id], clean(vertex.operation)]
        if shapes:
            unknown = "" if planned else "several"
            cells.append(str(vertex.shape) if vertex.shape is not None else unknown)
        if planned:
            rows.append([*cells, clean(vertex.memory or ""), ""])
            continue
        cells += [_value(vertex), _gradient(vertex)]
        flows = [f"{names[edge.source]}: {flow(edge)}" for edge in graph.inputs(vertex.id)]
        if vertex.seed is not None and brief(vertex.seed) != "1":
            flows.insert(0, f"backward starts here with {terse(vertex.seed)}")
        if vertex.summary is not None:
            flows += filter(None, [", ".join(facts(vertex.summary)[1:])])
        rows.append([*cells, flows[0] if flows else ""])
        rows += [["" for _ in cells] + [line] for line in flows[1:]]
    widths = [max(map(columns, column)) for column in zip(head, *rows, strict=True)]
    lines = [
        "  ".join(
            padded(cell, width, flush_right=row is not head and left <= i < len(row) - 1)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in [head, *rows]
    ]
    return "\n".join([*lines, *(f"note: {clean(note, 1000)}" for note in graph.notes)])


def _value(vertex: Vertex) -> str:
    return f"{vertex.results} results" if vertex.results else brief(vertex.value)


def _gradient(vertex: Vertex) -> str:
    return "" if vertex.results else terse(vertex.gradient)
