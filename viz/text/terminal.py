"""Lines of cells for terminals: in columns, or under each other where there is no room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from viz.words import columns, wrapped

Narrowing = Sequence[tuple[int, int]]
"""Which columns give way where there is little room, in order, and down to which width."""

A_LITTLE: Narrowing = ((-1, 28), (-3, 20), (-2, 20))
A_LOT: Narrowing = ((-1, 16), (-3, 15), (-2, 14))


@dataclass(frozen=True, slots=True)
class Line:
    """A line whose cells are not yet aligned: what stands before the first, and them all.

    ``under`` stands before what of it has to go into a line of its own. The last three cells
    may be broken, and the two before the last are numbers, flush right.
    """

    before: str
    under: str
    node: str
    cells: Sequence[str]

    def ascii(self) -> Line:
        """The same in ASCII: all other characters are spelled out."""
        return Line(
            self.before, self.under, spelled_out(self.node), [*map(spelled_out, self.cells)]
        )


def spelled_out(text: str) -> str:
    r"""A text in ASCII, with the numbers of all other characters.

    >>> print(spelled_out("x\N{GREEK SMALL LETTER ALPHA}"))
    x\u03b1
    """
    text = text.replace("\N{HORIZONTAL ELLIPSIS}", "...")
    return text.encode("ascii", "backslashreplace").decode("ascii")


def aligned(
    lines: Sequence[Line], width: int | None, narrowing: Narrowing = A_LITTLE
) -> list[str] | None:
    """The lines in columns, None where the width does not allow it.

    >>> aligned([Line("", "", "x", ["1", "2", "3"])], 10)
    ['x  1  2  3']
    """
    table = [[[line.before + line.node], *([cell] for cell in line.cells)] for line in lines]
    widths = _widths(table)
    if width is not None and sum(widths) + 2 * len(widths) - 2 > width:
        for column, least in narrowing:
            excess = sum(widths) + 2 * len(widths) - 2 - width
            widths[column] = min(widths[column], max(least, widths[column] - excess))
        for row in table:
            for column, _ in narrowing:
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
            fitted = [
                padded(cell, size, flush_right=i in numbers and line is not lines[0])
                for i, (cell, size) in enumerate(zip(cells, widths, strict=True))
            ]
            written.append("  ".join(fitted).rstrip())
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


def padded(cell: str, width: int, *, flush_right: bool) -> str:
    """A cell with spaces up to this width.

    >>> padded("x", 3, flush_right=True)
    '  x'
    """
    room = " " * (width - columns(cell))
    return room + cell if flush_right else cell + room


def stacked(lines: Sequence[Line], width: int) -> list[str]:
    """Each line's cells under it, with the names of the columns, which the first line has."""
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
