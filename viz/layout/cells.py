"""Boxes and the small dummies by which a wire passes a rank, with who is next to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from viz.layout.nesting import Frame, Nesting, bearable
from viz.layout.ranking import ranks_of, side_inputs

Size = tuple[float, float]

DUMMIES = 20_000
"""Wires over many ranks go straight where all together would need more dummies than this."""

BEND = (8.0, 0.0)
"""The size of a dummy that only guides a wire."""


@dataclass(frozen=True, slots=True)
class Link:
    """A wire from box ``source`` to a later box ``target``, with the size of its label."""

    source: int
    target: int
    label: Size = (0.0, 0.0)


class Cells:
    """Boxes and dummies: boxes stand in even ranks, labels in odd ones, dummies in both.

    Every cell has a number: boxes their own, dummies those after them. ``ranks``, ``widths``
    and ``heights`` say where and how large each is, ``above`` and ``below`` who its neighbours
    are; ``chains`` are the dummies of each link from top to bottom, the first for its label.
    ``aside`` are the neighbours in frames over which something comes in from the side.
    """

    def __init__(
        self,
        boxes: Sequence[Size],
        links: Sequence[Link],
        frames: Sequence[Frame],
        inside: Sequence[int | None],
    ) -> None:
        ranks = ranks_of(len(boxes), links, frames, inside)
        self.ranks = [2 * rank for rank in ranks]
        frames, inside = bearable(frames, inside, self.ranks)
        self.nesting = Nesting(frames, inside, self.ranks)
        self.widths = [width for width, _ in boxes]
        self.heights = [height for _, height in boxes]
        self.chains: list[list[int]] = []
        longest = _longest_routed(links, ranks)
        for link in links:
            start, end = 2 * ranks[link.source] + 1, 2 * ranks[link.target]
            passed = range(start, end if end - start <= longest else start + 1)
            source, target = inside[link.source], inside[link.target]
            self.chains.append(
                [
                    self._add(
                        rank,
                        link.label if rank == start else BEND,
                        self.nesting.home(source, target, rank),
                    )
                    for rank in passed
                ]
            )
        for frame, rank in self.nesting.empty(self.ranks):
            self._add(rank, BEND, frame)
        self.above: list[list[int]] = [[] for _ in self.ranks]
        self.below: list[list[int]] = [[] for _ in self.ranks]
        sideways = {*side_inputs(len(boxes), links, inside)}
        self.aside: set[tuple[int, int]] = set()
        for number, (link, chain) in enumerate(zip(links, self.chains, strict=True)):
            path = [link.source, *chain]
            if self.ranks[path[-1]] == self.ranks[link.target] - 1:
                path.append(link.target)
            for upper, lower in pairwise(path):
                self.below[upper].append(lower)
                self.above[lower].append(upper)
            if number in sideways:
                self.aside.add((chain[-1], link.target))

    def _add(self, rank: int, size: Size, frame: int | None) -> int:
        self.ranks.append(rank)
        self.nesting.inside.append(frame)
        self.widths.append(size[0])
        self.heights.append(size[1])
        return len(self.ranks) - 1


def _longest_routed(links: Sequence[Link], ranks: list[int]) -> int:
    """The longest way for which there are enough dummies when all shorter ones have theirs."""
    lengths = sorted(2 * (ranks[link.target] - ranks[link.source]) - 1 for link in links)
    left = DUMMIES
    for length in lengths:
        left -= length
        if left < 0:
            return length - 1
    return lengths[-1] if lengths else 0
