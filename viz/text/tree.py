"""The graph as an indented tree for terminals: outputs first, what each came from under it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from viz.card import facts
from viz.fitting import visible
from viz.model import Edge, Graph, Group, Vertex
from viz.text.terminal import A_LOT, Line, aligned, spelled_out, stacked
from viz.words import FLOW, LONGEST, NOT_COMPUTED, Writer, brief, clean, flow, norm, terse, wrapped

WIDTH = 100
"""Lines are at most this long where they can be broken and nobody says otherwise."""

GLYPHS = {
    "ascii": ("|- ", "`- ", "|  "),
    "unicode": (
        "\N{BOX DRAWINGS LIGHT VERTICAL AND RIGHT}\N{BOX DRAWINGS LIGHT HORIZONTAL} ",
        "\N{BOX DRAWINGS LIGHT UP AND RIGHT}\N{BOX DRAWINGS LIGHT HORIZONTAL} ",
        "\N{BOX DRAWINGS LIGHT VERTICAL}  ",
    ),
}
"""What stands before a branch, before the last branch, and before what is beside a branch."""

BLANK = "   "

SHORT = 24
"""Where there is little room, what stands for a vertex is cut to this many characters."""

NORMS = "note: |5| is an array of norm 5{}; to_text(width=None) writes all that is known."


@dataclass(frozen=True, slots=True)
class _Place:
    """A vertex where it is met, over ``edge``: what stands before its line and what is under it.

    ``over`` is the group of the line that it hangs under.
    """

    vertex: str
    edge: Edge | None = None
    before: str = ""
    under: str = ""
    over: str | None = None
    how: Literal["shown", "above", "below"] = "shown"


def for_terminal(graph: Graph) -> str:
    """The tree as wide as the terminal, and in ASCII where that can show no more.

    >>> x = tensor(3.0, requires_grad=True)
    >>> for_terminal(viz.trace(x * 2)) == viz.trace(x * 2).to_text()
    True
    """
    graph, screen = visible(graph), sys.stdout
    width = shutil.get_terminal_size().columns if screen and screen.isatty() else WIDTH
    try:
        "".join(GLYPHS["unicode"]).encode(getattr(screen, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return tree(graph, width, ascii=True)
    return tree(graph, width)


def tree(graph: Graph, width: int | None = WIDTH, *, ascii: bool = False) -> str:
    """A line for every vertex, at its first use; at later uses it is only named, ``(above)``.

    Each line ends in what flows back over the edge to the line that it hangs under. Lines stay
    within ``width`` (None: as long as they are): cells are broken, then arrays are written by
    their norms, and in a narrow terminal the cells stand under each other. In a deep graph what
    is the only input of a vertex stands straight under it, and what would be too far to the
    right starts anew, ``(below)``.

    >>> x = tensor(3.0, requires_grad=True)
    >>> print(tree(viz.trace(x * x / 2, names={"x": x}), ascii=True))
    node             value  gradient  upstream x local = contribution
    div 2              4.5         1
    `- mul               9       0.5  1 x 0.5 = +0.5
       |- x (leaf)       3         3  0.5 x 3 = +1.5
       `- x (above)                   0.5 x 3 = +1.5
    """
    glyphs = GLYPHS["ascii" if ascii else "unicode"]
    places = _hung(graph, glyphs, width or WIDTH)
    notes = [f"note: {clean(note, 1000)}" for note in graph.notes]
    lines = _lines(graph, places, glyphs[2], terse, 3 * LONGEST)
    text = aligned([line.ascii() for line in lines] if ascii else lines, width)
    if text is None:
        short = _lines(graph, places, glyphs[2], norm, SHORT)
        text = aligned([line.ascii() for line in short] if ascii else short, width, A_LOT)
        root = _root(graph)
        within = "" if root is None else f", and what begins with a dot is in {clean(root.path)}"
        notes += [NORMS.format(within)] * (text is not None)
    if text is None:
        text = stacked([line.ascii() for line in lines] if ascii else lines, width or WIDTH)
    if ascii:
        notes = [*map(spelled_out, notes)]
    return "\n".join([*text, *(part for note in notes for part in wrapped(note, width or 10**6))])


def _hung(graph: Graph, glyphs: tuple[str, str, str], width: int) -> list[_Place]:
    """The lines in order; folded where they would reach too far to the right."""
    places = []
    for place in _places(graph, glyphs):
        if len(place.before) > width // 4:  # stop here: a deep graph would fill the memory
            return list(_places(graph, glyphs, width * 2 // 5))
        places.append(place)
    return places


def _places(
    graph: Graph, glyphs: tuple[str, str, str], room: int | None = None
) -> Iterator[_Place]:
    """The lines in order, without recursion; folded to that much room where it is given."""
    branch, last, beside = glyphs
    waiting = [vertex.id for vertex in graph.vertices]
    waiting += reversed([vertex.id for vertex in graph.vertices if vertex.output])
    shown: set[str] = set()
    while waiting:
        root = waiting.pop()
        stack = [] if root in shown else [_Place(root)]
        while stack:
            place = stack.pop()
            if place.vertex in shown:
                yield _hanging(place, "above")
                continue
            inputs = graph.inputs(place.vertex)
            if inputs and room is not None and len(place.before) > room:
                waiting.append(place.vertex)
                yield _hanging(place, "below")
                continue
            shown.add(place.vertex)
            yield place
            over = graph[place.vertex].group
            for number, edge in enumerate(reversed(inputs)):
                before, under = branch if number else last, beside if number else BLANK
                if room is not None and len(inputs) == 1:
                    before = under = ""
                stack.append(
                    _Place(edge.source, edge, place.under + before, place.under + under, over)
                )


def _hanging(place: _Place, how: Literal["above", "below"]) -> _Place:
    return _Place(place.vertex, place.edge, place.before, place.under, place.over, how)


def _lines(
    graph: Graph, places: Sequence[_Place], beside: str, write: Writer, longest: int
) -> list[Line]:
    """A line for each place under the heads, its arrays written by ``write``."""
    shaped = any(vertex.shape != () for vertex in graph.vertices)
    ends = ["memory"] if graph.view == "plan" else ["value", "gradient", FLOW]
    head = ["in"] * bool(graph.groups) + ["shape"] * shaped + ends
    several = "" if graph.view == "plan" else "several"
    flowing = any(edge.contribution is not None for edge in graph.edges)
    paths = _paths(graph, short=write is norm)
    lines = [Line("", "", "node", head)]
    for place in places:
        vertex = graph[place.vertex]
        flows = [flow(place.edge, write)] if flowing and place.edge is not None else []
        if place.how != "shown":
            node = f"{clean(vertex.name, longest - 8)} ({place.how})"
            cells = [""] * (len(head) - 1) + (flows or [""])
            lines.append(Line(place.before, place.under + BLANK, node, cells))
            continue
        if vertex.seed is not None and brief(vertex.seed) != "1":
            flows.append(f"backward starts here with {write(vertex.seed)}")
        if vertex.summary is not None:
            flows.append(", ".join(facts(vertex.summary)[1:]))
        value = brief(vertex.value) if write is terse else write(vertex.value)
        known = {
            "in": "" if vertex.group == place.over else paths.get(vertex.group or "", NOT_COMPUTED),
            "shape": str(vertex.shape) if vertex.shape is not None else several,
            "value": f"{vertex.results} results" if vertex.results else value,
            "gradient": "" if vertex.results else write(vertex.gradient),
            "memory": clean(vertex.memory or ""),
            FLOW: "; ".join(filter(None, flows)),
        }
        under = place.under + (beside if graph.inputs(vertex.id) else BLANK)
        node = clean(label(vertex), longest)
        lines.append(Line(place.before, under, node, [known[name] for name in head]))
    return lines


def _paths(graph: Graph, *, short: bool) -> dict[str, str]:
    """What stands for each group; ``short``: with a dot for the module that all others are in."""
    root = _root(graph) if short else None
    return {
        group.id: clean(group.path if root is None else group.path[len(root.path) :] or ".", 60)
        for group in graph.groups
    }


def _root(graph: Graph) -> Group | None:
    """The group that all others are in, where there is one."""
    roots = [group for group in graph.groups if group.parent is None]
    alone = len(roots) == 1 and all(each.path.startswith(roots[0].path) for each in graph.groups)
    return roots[0] if alone else None


def label(vertex: Vertex) -> str:
    """A vertex in a few words: its name and what computed it, neither twice.

    >>> label(viz.trace(tensor(3.0, requires_grad=True) * 2).vertices[1])
    'mul 2'
    """
    name, operation = clean(vertex.name), clean(vertex.operation)
    if vertex.kind == "leaf":
        return name if name.startswith(operation) else f"{name} ({operation})"
    if operation == name or operation.startswith((f"{name} ", f"{name}(")):
        return operation
    return name if name.startswith(f"{operation}#") else f"{name} = {operation}"
