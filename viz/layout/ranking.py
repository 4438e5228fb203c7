"""The rank of every box: each below all that feeds it, frames below all that feeds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from viz.layout.nesting import Frame, paths_of, shared

SHORT = 2
"""A weight and its transpose are boxes of this number."""


class Arrow(Protocol):
    """A link as far as ranks go."""

    @property
    def source(self) -> int:
        """The box it leaves."""

    @property
    def target(self) -> int:
        """The box it enters, of a higher number."""


def ranks_of(
    count: int,
    links: Sequence[Arrow],
    frames: Sequence[Frame] = (),
    inside: Sequence[int | None] = (),
) -> list[int]:
    """The rank of each of ``count`` boxes: the longest path to it, then pulled down again.

    A frame begins below all the boxes outside that feed it, so that frames which feed one
    another stand one below the other. Where that cannot be had, because a frame feeds what
    feeds it, that frame begins where its first box does.

    >>> from viz.layout.cells import Link
    >>> from viz.layout.ranking import ranks_of
    >>> ranks_of(4, [Link(0, 3), Link(1, 2), Link(2, 3)])
    [1, 0, 1, 2]
    """
    paths = paths_of(frames)
    within = [() if each is None else paths[each] for each in inside] or [()] * count
    # After the boxes, every frame has a place of its own: the rank at which it may begin.
    feeds: list[dict[int, int]] = [{} for _ in range(count + len(frames))]
    limits: list[list[int]] = [[] for _ in range(count)]
    for link in links:
        feeds[link.source][link.target] = 1
        start, end = within[link.source], within[link.target]
        entered = end[shared(start, end) :]
        if entered:
            feeds[link.source][count + entered[0]] = 1
            limits[link.source].append(count + entered[0])
        limits[link.source].append(link.target)
    for number, each in enumerate(frames):
        if each.parent is not None:
            feeds[count + each.parent][count + number] = 0
    for box, around in enumerate(within):
        if around:
            feeds[count + around[-1]][box] = 0
    ranks = _longest(feeds, count)
    return _pulled_down(count, links, limits, ranks)


def _longest(feeds: Sequence[dict[int, int]], count: int) -> list[int]:
    """The longest way to each place; a frame that would wait for itself does not wait."""
    fed: list[list[int]] = [[] for _ in feeds]
    for source, targets in enumerate(feeds):
        for target in targets:
            fed[target].append(source)
    waiting = [len(sources) for sources in fed]
    ranks = [0] * len(feeds)
    done = [False] * len(feeds)
    ready = [place for place, number in enumerate(waiting) if not number]
    left = 0  # all places before this one are done
    while True:
        while ready:
            place = ready.pop()
            if done[place]:
                continue
            done[place] = True
            for target, length in feeds[place].items():
                if not done[target]:
                    ranks[target] = max(ranks[target], ranks[place] + length)
                waiting[target] -= 1
                if not waiting[target]:
                    ready.append(target)
        while left < len(feeds) and done[left]:
            left += 1
        if left == len(feeds):
            return ranks
        ready.append(_outermost(_circle(left, fed, done), count))


def _circle(place: int, fed: Sequence[Sequence[int]], done: Sequence[bool]) -> list[int]:
    """Places that wait for one another, found by going back from one that waits."""
    met: dict[int, int] = {}
    way: list[int] = []
    while place not in met:
        met[place] = len(way)
        way.append(place)
        place = next(source for source in fed[place] if not done[source])
    return way[met[place] :]


def _outermost(circle: Sequence[int], count: int) -> int:
    """The frame on a circle that comes first; boxes alone make none."""
    return min(place for place in circle if place >= count)


def side_inputs(count: int, links: Sequence[Arrow], inside: Sequence[int | None]) -> Iterator[int]:
    """The links in frames over which something comes in from the side: a weight, a bias.

    They end a chain of up to `SHORT` boxes that feed nothing else, and the box that they enter
    has an input that is much more than that, or comes from outside: that goes straight down.
    """
    entering: list[list[int]] = [[] for _ in range(count)]
    uses = [0] * count
    for number, link in enumerate(links):
        entering[link.target].append(number)
        uses[link.source] += 1
    deep = [0] * count  # boxes on the way to each that feed nothing else; 0 where some do
    for box, numbers in enumerate(entering):
        sources = [links[number].source for number in numbers]
        # What feeds others too, or is fed by such, is more than any chain of one's own.
        sizes = [deep[source] or count + 1 for source in sources]
        most = max(sizes, default=0)
        if uses[box] == 1 and most <= count:
            deep[box] = most + 1
        if inside[box] is None:
            continue
        if any(inside[source] != inside[box] for source in sources):
            most = count + 1
        for number, source, size in zip(numbers, sources, sizes, strict=True):
            if inside[source] == inside[box] and size <= SHORT and size + SHORT <= most:
                yield number


def _pulled_down(
    count: int, links: Sequence[Arrow], limits: Sequence[Sequence[int]], ranks: list[int]
) -> list[int]:
    """Boxes come down to those they feed, where that makes no wire longer."""
    feeds: list[list[int]] = [[] for _ in range(count)]
    fed: list[list[int]] = [[] for _ in range(count)]
    for link in links:
        feeds[link.source].append(link.target)
        fed[link.target].append(link.source)
    for box in reversed(range(count)):
        # Inputs that feed only this box, and have none of their own, will come along.
        held = sum(len(feeds[source]) > 1 or bool(fed[source]) for source in fed[box])
        if feeds[box] and len(feeds[box]) >= held:
            ranks[box] = max(ranks[box], min(ranks[limit] for limit in limits[box]) - 1)
    return ranks[:count]
