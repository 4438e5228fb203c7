"""The graph as an indented tree for terminals: outputs first, what each came from under it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from viz.model import Edge, Graph, Vertex
from viz.words import FLOW, NOT_COMPUTED, brief, clean, columns, flow, terse, wrapped

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

NARROWER = ((-1, 30), (-3, 15), (-2, 14), (-1, 16))
"""Which columns give way where there is little room, in order, and down to which width."""


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


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the tree, its cells not yet aligned; ``under`` is for what is broken."""

    before: str
    under: str
    node: str
    cells: Sequence[str]


def for_terminal(graph: Graph) -> str:
    """The tree as wide as the terminal, and in ASCII where that can show no more.

    >>> x = tensor(3.0, requires_grad=True)
    >>> for_terminal(viz.trace(x * 2)) == viz.trace(x * 2).to_text()
    True
    """
    screen = sys.stdout
    width = shutil.get_terminal_size().columns if screen and screen.isatty() else WIDTH
    try:
        "".join(GLYPHS["unicode"]).encode(getattr(screen, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return tree(graph, width, ascii=True)
    return tree(graph, width)


def tree(graph: Graph, width: int | None = WIDTH, *, ascii: bool = False) -> str:
    """A line for every vertex, at its first use; at later uses it is only named, ``(above)``.

    Each line ends in what flows back over the edge to the line that it hangs under. Cells are
    broken so that lines stay within ``width``, None for as long as they are; in a narrow
    terminal they stand under each other. Where a graph is deep, what is the only input of a
    vertex stands straight under it, and what is too far to the right starts anew, ``(below)``.

    >>> x = tensor(3.0, requires_grad=True)
    >>> print(tree(viz.trace(x * x / 2, names={"x": x}), ascii=True))
    node             value  gradient  upstream x local = contribution
    div 2              4.5         1
    `- mul               9       0.5  1 x 0.5 = +0.5
       |- x (leaf)       3         3  0.5 x 3 = +1.5
       `- x (above)                   0.5 x 3 = +1.5
    """
    room = (width or 1000) * 2 // 5
    glyphs = GLYPHS["ascii" if ascii else "unicode"]
    places = []
    for place in _places(graph, glyphs):
        if len(place.before) > room:  # at the first: deep graphs would fill the memory with indents
            places = list(_places(graph, glyphs, room))
            break
        places.append(place)
    shaped = any(vertex.shape != () for vertex in graph.vertices)
    head = ["node", *["in"] * bool(graph.groups), *["shape"] * shaped, "value", "gradient", FLOW]
    lines = [_Line("", "", head[0], head[1:])]
    paths = {group.id: clean(group.path, 60) for group in graph.groups}
    lines += [_line(graph, place, paths, glyphs[2], head) for place in places]
    notes = [f"note: {clean(note, 1000)}" for note in graph.notes]
    if ascii:
        notes = [_ascii(note) for note in notes]
        lines = [
            _Line(line.before, line.under, _ascii(line.node), [*map(_ascii, line.cells)])
            for line in lines
        ]
    return "\n".join([*(_aligned(lines, width) or _stacked(lines, width or WIDTH)), *notes])


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


def _line(
    graph: Graph, place: _Place, paths: dict[str, str], beside: str, head: Sequence[str]
) -> _Line:
    vertex = graph[place.vertex]
    flows = [] if place.edge is None else [flow(place.edge)]
    if place.how != "shown":
        node = f"{clean(vertex.name)} ({place.how})"
        return _Line(place.before, place.under + BLANK, node, [""] * (len(head) - 2) + flows)
    if vertex.seed is not None and brief(vertex.seed) != "1":
        flows.append(f"backward starts here with {terse(vertex.seed)}")
    cells = {
        "in": "" if vertex.group == place.over else paths.get(vertex.group or "", NOT_COMPUTED),
        "shape": str(vertex.shape) if vertex.shape is not None else "several",
        "value": f"{vertex.results} results" if vertex.results else brief(vertex.value),
        "gradient": "" if vertex.results else terse(vertex.gradient),
        FLOW: "; ".join(flows),
    }
    under = place.under + (beside if graph.inputs(vertex.id) else BLANK)
    return _Line(place.before, under, label(vertex), [cells[name] for name in head[1:]])


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


def _ascii(text: str) -> str:
    text = text.replace("\N{HORIZONTAL ELLIPSIS}", "...")
    return text.encode("ascii", "backslashreplace").decode("ascii")


def _aligned(lines: Sequence[_Line], width: int | None) -> list[str] | None:
    """The lines in columns, None where the width does not allow it."""
    table = [[[line.before + line.node], *([cell] for cell in line.cells)] for line in lines]
    widths = _widths(table)
    if width is not None and sum(widths) + 2 * len(widths) - 2 > width:
        for column, least in NARROWER:
            excess = sum(widths) + 2 * len(widths) - 2 - width
            widths[column] = min(widths[column], max(least, widths[column] - excess))
        for row in table:
            for column, _ in NARROWER[:3]:
                row[column] = _broken(row[column][0], widths[column])
        widths = _widths(table)
        if sum(widths) + 2 * len(widths) - 2 > width:
            return None
    numbers = range(len(widths) - 3, len(widths) - 1)  # flush right, but for their heads
    written = []
    for line, row in zip(lines, table, strict=True):
        for k in range(max(map(len, row))):
            cells = [cell[k] if k < len(cell) else "" for cell in row]
            cells[0] = cells[0] if k == 0 else line.under
            padded = [
                _padded(cell, size, flush_right=i in numbers and line is not lines[0])
                for i, (cell, size) in enumerate(zip(cells, widths, strict=True))
            ]
            written.append("  ".join(padded).rstrip())
    return written


def _widths(table: list[list[list[str]]]) -> list[int]:
    return [
        max(max(map(columns, cell), default=0) for cell in column)
        for column in zip(*table, strict=True)
    ]


def _broken(text: str, width: int) -> list[str]:
    """In lines of that width, broken after commas first and then after spaces."""
    if columns(text) <= width:
        return [text]
    return [piece for part in wrapped(text, width - 1, ", ") for piece in wrapped(part, width)]


def _padded(cell: str, width: int, *, flush_right: bool) -> str:
    room = " " * (width - columns(cell))
    return room + cell if flush_right else cell + room


def _stacked(lines: Sequence[_Line], width: int) -> list[str]:
    """Each line's cells under it, with the names of the columns."""
    head, *rest = lines
    written = []
    for line in rest:
        written.append(line.before + line.node)
        words = [
            cell if name == head.cells[-1] else f"{name} {cell}"
            for name, cell in zip(head.cells, line.cells, strict=True)
            if cell
        ]
        room = width - len(line.under)
        for part in wrapped("; ".join(words), room - 1, "; ") if words else ():
            written += [line.under + piece for piece in _broken(part, room)]
    return written
