"""The steps in which the page plays a computation, as one does it by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from viz.model import Graph

Phase = Literal["forward", "backward"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is about, the id of a vertex or of an edge."""

    phase: Phase
    about: str


def steps(graph: Graph) -> list[Step]:
    """Every vertex forward; then backward, from the last, each gradient and what it sends on.

    >>> x = tensor(3.0, requires_grad=True)
    >>> for step in steps(viz.trace(x * 2, names={"x": x})):
    ...     print(step.phase, step.about)
    forward v1
    forward v2
    backward v2
    backward e1
    backward v1
    """
    found = [Step("forward", vertex.id) for vertex in graph.vertices]
    if all(edge.contribution is None for edge in graph.edges):
        return found
    for vertex in reversed(graph.vertices):
        if vertex.gradient is None and not vertex.results:
            continue
        found.append(Step("backward", vertex.id))
        found += [
            Step("backward", edge.id)
            for edge in graph.inputs(vertex.id)
            if edge.contribution is not None
        ]
    return found
