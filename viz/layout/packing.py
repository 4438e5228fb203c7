"""Blocks of cells, and the sides of frames, packed as close as their widths allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from viz.layout.nesting import APART, PAD, Nesting, shared

GAP_BOXES = 26.0
GAP_WIRES = 14.0

_SIDE, _WIRE, _BOX = range(3)
_GAPS = {(_SIDE, _SIDE): APART, (_BOX, _BOX): GAP_BOXES}
_GAPS |= {(_SIDE, kind): PAD for kind in (_WIRE, _BOX)}
_GAPS |= {(kind, _SIDE): PAD for kind in (_WIRE, _BOX)}
_GAPS |= {(_WIRE, _WIRE): GAP_WIRES, (_WIRE, _BOX): GAP_WIRES, (_BOX, _WIRE): GAP_WIRES}


def packed(
    layers: Sequence[Sequence[int]],
    roots: Sequence[int],
    widths: Sequence[float],
    boxes: int,
    nesting: Nesting,
    leftward: bool,
) -> list[float]:
    """Blocks as far left as their neighbours allow, then closed up to the right.

    ``roots`` names the block of every cell; cells before number ``boxes`` are boxes. Layers
    that are written from the right to the left are ``leftward``. The places of all cells come
    first, then those of the left and the right side of each frame.
    """
    packing = _Packing(roots, widths, boxes, nesting, leftward)
    for layer in layers:
        packing.add(layer)
    xs = packing.places()
    sides = range(len(roots), len(roots) + 2 * len(nesting.frames))
    return [xs[root] for root in roots] + [xs[side] for side in sides]


class _Packing:
    """Which blocks stand to the right of which, and how far at least."""

    def __init__(
        self,
        roots: Sequence[int],
        widths: Sequence[float],
        boxes: int,
        nesting: Nesting,
        leftward: bool,
    ) -> None:
        self.roots, self.widths, self.boxes = roots, widths, boxes
        self.nesting, self.leftward = nesting, leftward
        frames = range(len(nesting.frames))
        self.starts = [self._side(frame, second=False) for frame in frames]
        self.ends = [self._side(frame, second=True) for frame in frames]
        sides = range(len(roots), len(roots) + 2 * len(frames))
        self.after: dict[int, dict[int, float]] = {block: {} for block in (*roots, *sides)}
        for start, end, frame in zip(self.starts, self.ends, nesting.frames, strict=True):
            self.after[start][end] = frame.width

    def _side(self, frame: int, *, second: bool) -> int:
        """The number of the side of a frame that is met first or second; they follow the cells."""
        return len(self.roots) + 2 * frame + (second != self.leftward)

    def add(self, layer: Sequence[int]) -> None:
        """Keep all in this layer in its order, and apart."""
        for (a, half_a, kind_a), (b, half_b, kind_b) in pairwise(self._met(layer)):
            room = half_a + _GAPS[kind_a, kind_b] + half_b
            self.after[a][b] = max(room, self.after[a].get(b, 0.0))

    def _met(self, layer: Sequence[int]) -> Iterator[tuple[int, float, int]]:
        """The blocks of the layer's cells and the sides between them: half widths and kinds."""
        path: tuple[int, ...] = ()
        for cell in layer:
            entered = self.nesting.around(cell)
            if entered != path:
                common = shared(path, entered)
                for frame in reversed(path[common:]):
                    yield self.ends[frame], 0.0, _SIDE
                for frame in entered[common:]:
                    yield self.starts[frame], 0.0, _SIDE
                path = entered
            yield self.roots[cell], self.widths[cell] / 2, _BOX if cell < self.boxes else _WIRE
        for frame in reversed(path):
            yield self.ends[frame], 0.0, _SIDE

    def places(self) -> dict[int, float]:
        """The place of every block."""
        waiting = dict.fromkeys(self.after, 0)
        for rooms in self.after.values():
            for block in rooms:
                waiting[block] += 1
        order = [block for block, number in waiting.items() if not number]
        xs = dict.fromkeys(self.after, 0.0)
        for block in order:  # grows while it is read
            for right, room in self.after[block].items():
                xs[right] = max(xs[right], xs[block] + room)
                waiting[right] -= 1
                if not waiting[right]:
                    order.append(right)
        ends = set(self.ends)
        for block in reversed(order):
            rooms = self.after[block]
            # A frame's end attracts nothing, or what it holds would come away from the rest.
            if not rooms.keys() <= ends:
                closest = min(xs[right] - room for right, room in rooms.items())
                xs[block] = max(xs[block], closest)
        return xs
