"""Winograd's transforms in the memory of a thread: the views of a part's steps, made once.

A part takes some twenty views of its thread's memory. To make them takes as long as a call or two
of NumPy, and in the meantime no other thread gets a turn at the interpreter.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd import threads
from autograd.graph import Raw
from autograd.ops.tiling import Layout, Step, Sum, View


class Within(NamedTuple):
    """A `Step` or a `Sum` from one place of the memory to another."""

    kind: type[Step | Sum]
    matrix: Raw
    source: Raw
    to: Raw

    def do(self) -> None:
        """Multiply."""
        if self.kind is Step:
            np.matmul(self.matrix, self.source, out=self.to)
        else:
            _add(self.matrix, self.source, self.to)


def _add(matrix: Raw, source: Raw, to: Raw) -> None:
    found = threads.scratch("winograd sum", to.shape, to.dtype)
    np.matmul(matrix, source, out=found)
    to += found


class Placed:
    """A `Layout` in a memory without gaps."""

    def __init__(self, layout: Layout, memory: Raw) -> None:
        self.layout, self._memory = layout, memory

    def _within(self, step: Step | Sum) -> Within:
        source, to = (each.of(self._memory) for each in (step.source, step.to))
        return Within(type(step), step.matrix, source, to)

    @functools.cached_property
    def inputs(self) -> Raw:
        """The transformed inputs: (places, tiles and images, channels)."""
        return self.layout.x.of(self._memory)

    @functools.cached_property
    def outputs(self) -> Raw:
        """The transformed outputs: (places, tiles and images, filters)."""
        return self.layout.y.of(self._memory)

    @functools.cached_property
    def _read(self) -> tuple[list[Raw], list[tuple[Raw, View, Raw]], Within]:
        clear, read, turn = self.layout.read
        return [each.of(self._memory) for each in clear], self._from(read), self._within(turn)

    def _from(self, steps: Sequence[Step | Sum]) -> list[tuple[Raw, View, Raw]]:
        return [(each.matrix, each.source, each.to.of(self._memory)) for each in steps]

    def read(self, x: Raw) -> None:
        """Transform inputs."""
        clear, steps, turn = self._read
        for each in clear:
            each.fill(0)
        for matrix, source, to in steps:
            np.matmul(matrix, source.of(x), out=to)
        turn.do()

    @functools.cached_property
    def _read_back(self) -> tuple[list[tuple[Raw, View, Raw]], list[Within]]:
        read, turn = self.layout.read_back
        return self._from(read), [self._within(each) for each in turn]

    def read_back(self, g: Raw) -> None:
        """Transform gradients of outputs."""
        steps, turn = self._read_back
        for matrix, source, to in steps:
            np.matmul(matrix, source.of(g), out=to)
        for step in turn:
            step.do()

    @functools.cached_property
    def _write(self) -> tuple[Within, list[tuple[Raw, Raw, View]], View]:
        within, write, where = self.layout.write
        steps = [(each.matrix, each.source.of(self._memory), each.to) for each in write]
        return self._within(within), steps, where

    def write(self, y: Raw) -> Raw:
        """Transform back into outputs; returns where in these."""
        within, steps, where = self._write
        within.do()
        for matrix, source, to in steps:
            np.matmul(matrix, source, out=to.of(y))
        return where.of(y)

    @functools.cached_property
    def _write_back(self) -> tuple[list[Within], list[tuple[bool, Raw, Raw, View]]]:
        across, down = self.layout.write_back
        steps = [
            (type(each) is Step, each.matrix, each.source.of(self._memory), each.to)
            for each in down
        ]
        return [self._within(each) for each in across], steps

    def write_back(self, x: Raw) -> None:
        """Add tiles up into gradients of inputs."""
        across, down = self._write_back
        for step in across:
            step.do()
        for first, matrix, source, to in down:
            if first:
                np.matmul(matrix, source, out=to.of(x))
            else:
                _add(matrix, source, to.of(x))


MANY = 1 << 10
"""So many layouts a thread keeps in its memory."""

_own = threading.local()


def placed(layout: Layout, dtype: Any) -> Placed:
    """The layout in this thread's memory: made again where that has been replaced by a larger one.

    The next one asked for lies over it.
    """
    memory = threads.scratch("winograd", (layout.total,), dtype)
    own: dict[str, Any] = _own.__dict__
    whole = memory.base
    if whole is None or own.get("whole") is not whole or len(own["made"]) >= MANY:
        own["whole"], own["made"] = whole, {}
    found: Placed | None = own["made"].get(layout)
    if found is None:
        found = own["made"][layout] = Placed(layout, memory)
    return found
