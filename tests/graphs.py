"""What the tests of `viz.trace` have in common: leaves, and reading numbers off a graph."""

from __future__ import annotations

from typing import Any

import viz
from autograd import Tensor, float64, tensor


def leaf(data: Any, **options: Any) -> Tensor:
    return tensor(data, dtype=float64, requires_grad=True, **options)


def number(values: viz.Values | None) -> Any:
    assert values is not None
    assert values.entries is not None
    (entry,) = values.entries
    return entry


def flows(graph: viz.Graph, name: str) -> list[tuple[Any, Any, Any]]:
    return [
        (number(edge.upstream), number(edge.local), number(edge.contribution))
        for edge in graph.inputs(name)
    ]
