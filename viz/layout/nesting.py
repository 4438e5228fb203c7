"""Frames around boxes: which cells each of them holds, rank by rank, and their rectangles.

A frame is a set of boxes drawn inside one rectangle; frames nest. It reaches from the first
to the last rank of its boxes, and has at least one cell in each rank between. A wire that
leaves a frame runs inside it down to its last rank, and one that enters comes in through
its first, so that wires cross the upper and lower sides only, where that can be had.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Rectangle = tuple[float, float, float, float]
"""Left, top, width and height."""

PAD = 14.0
"""Between a frame's side and what it holds ..."""

HEAD = 26.0
"""... but at the top, where the title stands."""

APART = 12.0
"""Between the sides of two frames, one within the other or beside it."""


CLEAR = 8.0
"""Between a title and a wire."""


REACHED = 100_000
"""Frames are left out, the tallest first, where all together reach over more ranks than this."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle within frame ``parent`` (a lower number, or None), over a title this wide."""

    parent: int | None = None
    title: float = 0.0

    @property
    def width(self) -> float:
        """The least width."""
        return self.title + 2 * PAD


def paths_of(frames: Sequence[Frame]) -> list[tuple[int, ...]]:
    """For each frame, those around it from the outermost on, and itself last.

    >>> from viz.layout.nesting import Frame, paths_of
    >>> paths_of([Frame(), Frame(parent=0)])
    [(0,), (0, 1)]
    """
    paths: list[tuple[int, ...]] = []
    for number, frame in enumerate(frames):
        outer = () if frame.parent is None else paths[frame.parent]
        paths.append((*outer, number))
    return paths


def bearable(
    frames: Sequence[Frame], inside: Sequence[int | None], ranks: Sequence[int]
) -> tuple[Sequence[Frame], Sequence[int | None]]:
    """The frames, and the frame of each box, without those that would take too long.

    What stood in one that is left out, stands in the frame around that.
    """
    nesting = Nesting(frames, inside, ranks)
    heights = [
        0 if first is None else last - first
        for first, last in zip(nesting.first, nesting.last, strict=True)
    ]
    left = sum(heights)
    if left <= REACHED:
        return frames, inside
    gone: set[int] = set()
    for frame in sorted(range(len(frames)), key=heights.__getitem__, reverse=True):
        if left <= REACHED:
            break
        gone.add(frame)
        left -= heights[frame]
    around = [
        next((each for each in reversed(path) if each not in gone), None) for path in nesting.paths
    ]
    kept = [
        Frame(None if frame.parent is None else around[frame.parent], frame.title)
        for frame in frames
    ]
    return kept, [None if each is None else around[each] for each in inside]


class Nesting:
    """The frames of a layout, and the innermost one of every cell (None outside of all)."""

    def __init__(
        self, frames: Sequence[Frame], inside: Sequence[int | None], ranks: Sequence[int]
    ) -> None:
        """``inside`` and ``ranks``: the frame and the rank of each box."""
        self.frames = frames
        self.inside = list(inside)
        self.paths = paths_of(frames)
        self.first: list[int | None] = [None] * len(frames)
        self.last = [-1] * len(frames)
        for frame_number, rank in zip(inside, ranks, strict=True):
            for each in self.path(frame_number):
                first = self.first[each]
                self.first[each] = rank if first is None else min(first, rank)
                self.last[each] = max(self.last[each], rank)

    def path(self, frame: int | None) -> tuple[int, ...]:
        """The frames around, the outermost first, ``frame`` itself last."""
        return () if frame is None else self.paths[frame]

    def around(self, cell: int) -> tuple[int, ...]:
        """The frames around a cell, the outermost first."""
        inside = self.inside[cell]
        return () if inside is None else self.paths[inside]

    def spans(self, frame: int, rank: int) -> bool:
        """Whether the frame reaches over this rank."""
        first = self.first[frame]
        return first is not None and first <= rank <= self.last[frame]

    def home(self, source: int | None, target: int | None, rank: int) -> int | None:
        """The frame in which a wire from frame ``source`` to frame ``target`` passes a rank."""
        if source == target and (source is None or self.spans(source, rank)):
            return source
        start, end = self.path(source), self.path(target)
        common = shared(start, end)
        # Where the two stand side by side, it is soon in the one that it enters.
        for path in (end, start):
            passed = [each for each in path[common:] if self.spans(each, rank)]
            if passed:
                return passed[-1]
        return start[common - 1] if common else None

    def empty(self, ranks: Sequence[int]) -> list[tuple[int, int]]:
        """The ranks within a frame that hold none of its cells, as frame and rank.

        The innermost come first; a cell put there fills the frames around it, too.
        """
        held: list[set[int]] = [set() for _ in self.frames]
        for cell, inside in enumerate(self.inside):
            if inside is not None:
                held[inside].add(ranks[cell])
        missing = []
        for number in reversed(range(len(self.frames))):
            first, parent = self.first[number], self.frames[number].parent
            if first is None:
                continue
            for rank in range(first, self.last[number] + 1):
                if rank not in held[number]:
                    missing.append((number, rank))
                    held[number].add(rank)
            if parent is not None:
                held[parent] |= held[number]
        return missing

    def insets(self, *, below: bool) -> list[float]:
        """How far each frame reaches above its first rank, or below its last."""
        insets = [PAD if below else HEAD + PAD / 2] * len(self.frames)
        ends = self.last if below else self.first
        for number in reversed(range(len(self.frames))):
            parent = self.frames[number].parent
            if parent is not None and ends[parent] == ends[number] is not None:
                room = insets[number] + (APART if below else HEAD + APART / 4)
                insets[parent] = max(insets[parent], room)
        return insets

    def rectangles(
        self,
        sides: Sequence[tuple[float, float]],
        limits: Sequence[tuple[float, float]],
        rows: Sequence[tuple[float, float]],
    ) -> list[Rectangle | None]:
        """The frames: as narrow as what they hold and their own width allow.

        ``sides``: left and right of every cell; ``limits``: how far each frame may reach;
        ``rows``: top and bottom of every rank. None for a frame without any box.
        """
        lefts = [float("inf")] * len(self.frames)
        rights = [float("-inf")] * len(self.frames)
        for (left, right), inside in zip(sides, self.inside, strict=True):
            if inside is not None:
                lefts[inside] = min(lefts[inside], left - PAD)
                rights[inside] = max(rights[inside], right + PAD)
        rectangles: list[Rectangle | None] = [None] * len(self.frames)
        above, below = self.insets(below=False), self.insets(below=True)
        for number in reversed(range(len(self.frames))):
            first, frame = self.first[number], self.frames[number]
            if first is None:
                continue
            left, right = lefts[number], rights[number]
            if right - left < frame.width:  # wider to the right first, under the title's end
                right = max(right, min(left + frame.width, limits[number][1]))
                left = min(left, right - frame.width)
            if frame.parent is not None:
                lefts[frame.parent] = min(lefts[frame.parent], left - APART)
                rights[frame.parent] = max(rights[frame.parent], right + APART)
            top = rows[first][0] - above[number]
            bottom = rows[self.last[number]][1] + below[number]
            rectangles[number] = (left, top, right - left, bottom - top)
        return rectangles


def title_place(rectangle: Rectangle, title: float, wires: Sequence[float]) -> float:
    """The left end of a title: as far left as it can stand between the wires that come in.

    Where it can stand nowhere, it is at the left, and over a wire.

    >>> from viz.layout.nesting import title_place
    >>> title_place((0, 0, 200, 50), 60, [50])
    58.0
    """
    left, _, width, _ = rectangle
    start = left + PAD
    for x in sorted(wires):
        if start <= x + CLEAR and x - CLEAR < start + title:
            start = x + CLEAR
    return start if start + title <= left + width - PAD else left + PAD


def shared(a: tuple[int, ...], b: tuple[int, ...]) -> int:
    """How many frames two paths have in common, from the outermost on.

    >>> from viz.layout.nesting import shared
    >>> shared((0, 1, 2), (0, 3))
    1
    """
    count = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        count += 1
    return count
