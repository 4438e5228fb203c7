"""viz.layout: nothing overlaps, wires go down, few cross, and it does not take long."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st

from viz.layout import Layout, Link, lay_out
from viz.ordering import crossings

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
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, (a, b)
    for link, wire in zip(links, layout.wires, strict=True):
        ys = [y for _, y in wire]
        assert ys == sorted(ys)
        for (x, y), box, end in ((wire[0], link.source, 1), (wire[-1], link.target, -1)):
            assert abs(x - layout.boxes[box][0]) <= boxes[box][0] / 2
            assert y == pytest.approx(layout.boxes[box][1] + end * boxes[box][1] / 2)


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
    assert len({round(x, 6) for x, _ in wire[1:-1]}) == 1


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


@pytest.mark.parametrize("reach", [3, 30, 1000])
def test_a_thousand_boxes(reach: int) -> None:
    boxes, links = graphs(0, 1000, reach)
    start = time.perf_counter()
    lay_out(boxes, links)
    assert time.perf_counter() - start < 2


def test_one_input_used_along_a_long_chain() -> None:
    boxes = [(60.0, 30.0)] * 1001
    links = [Link(max(0, i - 1), i) for i in range(1, 1001)] + [Link(0, i) for i in range(2, 1001)]
    start = time.perf_counter()
    layout = lay_out(boxes, links)
    assert time.perf_counter() - start < 5
    assert len(layout.wires) == len(links)
