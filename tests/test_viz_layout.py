"""viz.layout: nothing overlaps, wires go down, few cross, and it does not take long."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st

from viz.layout import nesting
from viz.layout.cells import Link
from viz.layout.layered import Layout, lay_out
from viz.layout.nesting import Frame
from viz.layout.ordering import crossings
from viz.layout.routing import spread

Boxes = list[tuple[float, float]]


def graphs(seed: int, count: int, reach: int) -> tuple[Boxes, list[Link]]:
    chance = random.Random(seed)
    boxes = [(chance.uniform(30, 150), chance.uniform(20, 90)) for _ in range(count)]
    links = [
        Link(chance.randrange(max(0, target - reach), target), target, (chance.uniform(10, 90), 18))
        for target in range(1, count)
        for _ in range(chance.choice((0, 1, 1, 2)))
    ]
    return boxes, links


Sides = tuple[float, float, float, float]


def apart(a: Sides, b: Sides) -> bool:
    return a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def within(a: Sides, b: Sides) -> bool:
    return b[0] < a[0] and a[2] < b[2] and b[1] < a[1] and a[3] < b[3]


def check(boxes: Boxes, links: list[Link], layout: Layout) -> None:
    """Boxes and labels are disjoint and inside; wires run down from box to box."""
    places = [*zip(layout.boxes, boxes, strict=True)]
    places += [(centre, link.label) for centre, link in zip(layout.labels, links, strict=True)]
    edges = [(x - w / 2, y - h / 2, x + w / 2, y + h / 2) for (x, y), (w, h) in places]
    for left, top, right, bottom in edges:
        assert left >= 0
        assert top >= 0
        assert right <= layout.width
        assert bottom <= layout.height
    for i, a in enumerate(edges):
        for b in edges[:i]:
            assert apart(a, b), (a, b)
    for own, (link, wire) in enumerate(zip(links, layout.wires, strict=True)):
        ys = [y for _, y in wire]
        assert ys == sorted(ys)
        for (x, y), box, end in ((wire[0], link.source, 1), (wire[-1], link.target, -1)):
            assert abs(x - layout.boxes[box][0]) <= boxes[box][0] / 2
            assert y == pytest.approx(layout.boxes[box][1] + end * boxes[box][1] / 2)
        for number, sides in enumerate(edges):  # the straight parts pass beside all else
            if number not in (link.source, link.target, len(boxes) + own):
                for (x, top), (_, bottom) in zip(wire[::2], wire[1::2], strict=True):
                    assert apart((x, top, x, bottom), sides), (link, number)


def check_frames(
    boxes: Boxes,
    links: list[Link],
    layout: Layout,
    frames: list[Frame],
    inside: list[int | None],
) -> None:
    """Frames hold exactly what is theirs: their boxes, labels between these, inner frames."""
    paths: list[list[int]] = []
    for number, frame in enumerate(frames):
        paths.append([*([] if frame.parent is None else paths[frame.parent]), number])
    around = [set() if each is None else set(paths[each]) for each in inside]
    rectangles = {
        number: (x, y, x + width, y + height)
        for number, each in enumerate(layout.frames)
        if each is not None
        for x, y, width, height in [each]
    }
    assert set(rectangles) == set().union(*around)
    for number, sides in rectangles.items():
        assert sides[0] > 0
        assert sides[1] > 0
        assert sides[2] < layout.width
        assert sides[3] < layout.height
        assert sides[2] - sides[0] >= frames[number].width - 1e-9
        for other in rectangles:
            if other in paths[number][:-1]:
                assert within(sides, rectangles[other])
            elif number not in paths[other]:
                assert apart(sides, rectangles[other])
    for (x, y), (w, h), mine in zip(layout.boxes, boxes, around, strict=True):
        box = (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        for number, sides in rectangles.items():
            assert within(box, sides) if number in mine else apart(box, sides)
    for (x, y), link in zip(layout.labels, links, strict=True):
        w, h = link.label
        label = (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        for number, sides in rectangles.items():
            if number in around[link.source] & around[link.target]:
                assert within(label, sides)
            else:  # on a wire that leaves or enters, a label may stand within
                assert within(label, sides) or apart(label, sides)


def framed(seed: int, count: int, reach: int) -> tuple[list[Frame], list[int | None]]:
    """Frames up to four deep; most boxes stand in the same one as the box before."""
    chance = random.Random(seed + 1)
    frames: list[Frame] = []
    depths: list[int] = []
    for number in range(chance.randrange(1, 2 + count // 3)):
        parent = chance.choice([None, *range(number)])
        if parent is not None and depths[parent] == 3:
            parent = None
        depths.append(0 if parent is None else depths[parent] + 1)
        frames.append(Frame(parent, chance.choice((0.0, 60.0, 400.0))))
    inside: list[int | None] = []
    for _ in range(count):
        if inside and chance.random() < 0.7:
            inside.append(inside[-1])
        else:
            inside.append(chance.choice([None, *range(len(frames))]))
    return frames, inside


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 40), st.integers(1, 12))
def test_frames_hold_what_is_theirs(seed: int, count: int, reach: int) -> None:
    boxes, links = graphs(seed, count, reach)
    frames, inside = framed(seed, count, reach)
    layout = lay_out(boxes, links, frames, inside)
    check(boxes, links, layout)
    check_frames(boxes, links, layout, frames, inside)
    assert layout == lay_out(boxes, links, frames, inside)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 40), st.integers(1, 12))
def test_nothing_overlaps(seed: int, count: int, reach: int) -> None:
    boxes, links = graphs(seed, count, reach)
    layout = lay_out(boxes, links)
    check(boxes, links, layout)
    assert layout == lay_out(boxes, links)


def test_nothing_at_all() -> None:
    assert lay_out([], []).boxes == ()


def test_links_between_the_same_boxes_keep_apart() -> None:
    boxes = [(60.0, 30.0), (60.0, 30.0)]
    links = [Link(0, 1, (50, 18))] * 3
    layout = lay_out(boxes, links)
    check(boxes, links, layout)
    assert len({x for x, _ in layout.labels}) == 3


def test_long_wires_are_straight() -> None:
    boxes = [(60.0, 30.0)] * 8
    links = [Link(i, i + 1) for i in range(7)] + [Link(0, 7)]
    wire = lay_out(boxes, links).wires[-1]
    assert len({round(x, 6) for x, _ in wire[2:-2]}) == 1


def test_crossings_that_can_be_avoided_are() -> None:
    # The graph of the standard deviation can be drawn without any.
    pairs = [(0, 2), (1, 2), (2, 3), (0, 4), (3, 4), (4, 5), (1, 6), (3, 6), (6, 7), (5, 8), (7, 8)]
    boxes = [(60.0, 30.0)] * 9
    layout = lay_out(boxes, [Link(*pair) for pair in pairs])
    assert layout.boxes[0][0] < layout.boxes[1][0]  # and the first input comes first
    heights = sorted({y for wire in layout.wires for _, y in wire})
    for upper, lower in pairwise(heights):
        spans = []
        for wire in layout.wires:
            xs = [_at(wire, y) for y in (upper, lower)]
            if None not in xs:
                spans.append(xs)
        assert not any(
            (a[0] - b[0]) * (a[1] - b[1]) < -1e-6 for i, a in enumerate(spans) for b in spans[:i]
        )


def _at(wire: tuple[tuple[float, float], ...], y: float) -> float | None:
    for (x0, y0), (x1, y1) in pairwise(wire):
        if y0 <= y <= y1:
            return x0 if y1 == y0 else x0 + (x1 - x0) * (y - y0) / (y1 - y0)
    return None


def test_crossings_are_counted() -> None:
    layers = [[0, 1, 2], [3, 4, 5]]
    assert crossings(layers, [[3], [4], [5], [], [], []]) == 0
    assert crossings(layers, [[5], [4], [3], [], [], []]) == 3
    assert crossings(layers, [[3, 5], [4], [4], [], [], []]) == 2


def chain(count: int) -> list[Link]:
    return [Link(i, i + 1, (60, 18)) for i in range(count - 1)]


def wide(count: int) -> list[Link]:
    middle = range(1, count - 1)
    return [Link(*ends, (60, 18)) for i in middle for ends in ((0, i), (i, count - 1))]


def dense(count: int) -> list[Link]:
    """Thirty boxes, each of which feeds all after it, and a chain."""
    knot = [Link(i, j, (60, 18)) for j in range(30) for i in range(j)]
    return knot + [Link(i, i + 1, (60, 18)) for i in range(29, count - 1)]


def residual(count: int) -> list[Link]:
    """Blocks of five: what comes in, a weight, a product, a sum with what came in."""
    return [
        Link(start + a, start + b, (60, 18))
        for start in range(0, count - 5, 5)
        for a, b in ((0, 2), (1, 2), (2, 3), (3, 4), (0, 4), (4, 5))
    ]


def diamonds(count: int) -> list[Link]:
    return [
        Link(start + a, start + b, (60, 18))
        for start in range(0, count - 3, 3)
        for a, b in ((0, 1), (0, 2), (1, 3), (2, 3))
    ]


def near(count: int) -> list[Link]:
    return graphs(0, count, 8)[1]


def far(count: int) -> list[Link]:
    return graphs(0, count, count)[1]


KINDS = [chain, wide, dense, residual, diamonds, near, far]


def four_deep(count: int) -> tuple[list[Frame], list[int | None]]:
    """Frames of 5 boxes in frames of 15 in frames of 60 in frames of 240."""
    frames: list[Frame] = []
    inside: list[int | None] = []
    open_frames: list[int] = []
    for box in range(count):
        for depth, size in enumerate((240, 60, 15, 5)):
            if box % size == 0:
                del open_frames[depth:]
                frames.append(Frame(open_frames[-1] if depth else None, 80.0))
                open_frames.append(len(frames) - 1)
        inside.append(open_frames[-1])
    return frames, inside


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("deep", [False, True], ids=["bare", "framed"])
def test_many_kinds(kind: Callable[[int], list[Link]], deep: bool) -> None:
    boxes, links = [(100.0, 60.0)] * 120, kind(120)
    frames, inside = four_deep(120) if deep else ([], [None] * 120)
    layout = lay_out(boxes, links, frames, inside)
    check(boxes, links, layout)
    check_frames(boxes, links, layout, frames, inside)


@pytest.mark.parametrize("kind", [wide, dense, residual, far])
def test_a_thousand_boxes(kind: Callable[[int], list[Link]]) -> None:
    layout = lay_out([(100.0, 60.0)] * 1000, kind(1000), *four_deep(1000))
    assert len(set(layout.boxes)) == 1000


def test_five_thousand_boxes() -> None:
    boxes, links = [(100.0, 60.0)] * 5000, residual(5000)
    frames, inside = four_deep(5000)
    layout = lay_out(boxes, links, frames, inside)
    assert len(set(layout.boxes)) == 5000


def test_without_time_the_picture_is_plainer_and_there() -> None:
    boxes, links = graphs(3, 150, 40)
    frames, inside = framed(3, 150, 40)
    layout = lay_out(boxes, links, frames, inside, seconds=0.0)
    check(boxes, links, layout)
    check_frames(boxes, links, layout, frames, inside)
    assert layout != lay_out(boxes, links, frames, inside)


class TestFrames:
    boxes: Boxes = [(100.0, 30.0)] * 6

    def test_those_that_feed_one_another_stand_one_below_the_other(self) -> None:
        # x -> a, with the weight 1; a -> b, with the weight 3.
        links = [Link(0, 2), Link(1, 2), Link(2, 4), Link(3, 4), Link(4, 5)]
        frames = [Frame(), Frame()]
        layout = lay_out(self.boxes, links, frames, [None, 0, 0, 1, 1, None])
        first, second = layout.frames
        assert first is not None
        assert second is not None
        assert first[1] > layout.boxes[0][1] + 15
        assert second[1] > first[1] + first[3]
        # What comes in, goes straight down, and the weights stand beside it.
        assert len({round(layout.boxes[box][0], 3) for box in (0, 2, 4, 5)}) == 1
        assert all(len({round(x, 3) for x, _ in layout.wires[i]}) == 1 for i in (0, 2, 4))

    def test_one_that_feeds_what_feeds_it_is_there_too(self) -> None:
        links = [Link(i, i + 1) for i in range(5)]
        inside = [0, 1, 0, 1, 0, None]
        frames = [Frame(), Frame()]
        layout = lay_out(self.boxes, links, frames, inside)
        check(self.boxes, links, layout)
        check_frames(self.boxes, links, layout, frames, inside)

    def test_an_empty_one_is_not_drawn(self) -> None:
        layout = lay_out(self.boxes, [], [Frame(), Frame()], [1] * 6)
        assert layout.frames[0] is None
        assert layout.frames[1] is not None

    def test_the_tallest_are_left_out_where_they_would_take_too_long(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        links = [Link(i, i + 1) for i in range(5)]
        frames, inside = [Frame(), Frame(0), Frame(1)], [0, 1, 2, 2, 1, 0]
        assert None not in lay_out(self.boxes, links, frames, inside).frames
        monkeypatch.setattr(nesting, "REACHED", 10)  # ranks of boxes and of labels: 10 + 6 + 2
        layout = lay_out(self.boxes, links, frames, inside)
        assert [frame is None for frame in layout.frames] == [True, False, False]

    def test_titles_stand_beside_the_wires_that_come_in(self) -> None:
        boxes = [(60.0, 30.0), (300.0, 30.0)]
        layout = lay_out(boxes, [Link(0, 1)], [Frame(title=70.0)], [None, 0])
        wire = layout.wires[0][-1][0]
        (left,) = layout.titles
        assert left + 70 < wire or wire < left

    def test_wires_pass_beside_frames(self) -> None:
        links = [Link(0, 1), Link(1, 2), Link(2, 5), Link(0, 5)]
        layout = lay_out(self.boxes, links, [Frame()], [None, 0, 0, None, None, None])
        (frame,) = layout.frames
        assert frame is not None
        for x, y in layout.wires[3][1:-1]:
            if frame[1] < y < frame[1] + frame[3]:
                assert not frame[0] < x < frame[0] + frame[2]


@pytest.mark.parametrize(
    ("wanted", "reach", "places"),
    [
        ([0.0], 50.0, [0.0]),
        ([-100.0, 100.0], 50.0, [-50.0, 50.0]),
        ([0.0, 0.0], 50.0, [-13.0, 13.0]),
        ([0.0, 1.0, 200.0], 50.0, [-12.5, 13.5, 50.0]),
        ([5.0, 5.0, 5.0], 10.0, [-10.0, 0.0, 10.0]),
    ],
)
def test_wires_meet_a_box_apart(wanted: list[float], reach: float, places: list[float]) -> None:
    assert spread(wanted, reach) == pytest.approx(places)


def test_one_input_used_along_a_long_chain() -> None:
    boxes = [(60.0, 30.0)] * 1001
    links = [Link(max(0, i - 1), i) for i in range(1, 1001)] + [Link(0, i) for i in range(2, 1001)]
    layout = lay_out(boxes, links)
    assert len(layout.wires) == len(links)
