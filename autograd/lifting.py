"""What a node saved, as tensors again: for a backward that is recorded itself."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

import numpy as np

from autograd.graph import Node, Output
from autograd.tensor import wrap


def lifted(node: Node, targets: Container[Any]) -> Sequence[Sequence[Any] | None]:
    """What the node saved, as tensors that stand in the graph where the arrays came from.

    An input is re-made through its edge, a result with this node as its ``grad_fn``; each
    under the version cell of the tensor it was, so that what is recorded now is watched too.
    Only for the rules that lead to ``targets``, where each edge has a rule of its own.
    """
    saved = node.saved
    assert saved is not None
    op = node.op
    if not op.keeps or not op.plans:
        return saved
    edges, cells = node.edges, node.cells
    every = op.joint is not None
    at = 0
    found: list[Any] = []
    for plan, args, target in zip(op.plans, saved, edges):  # noqa: B905 - of one length by construction; strict costs time
        if args is None or not plan.values:
            found.append(args)
            continue
        if target not in targets and not every:
            at += len(plan.places)
            found.append(args)
            continue
        again = list(args)
        for place, source in plan.places:
            value = again[place]
            if source is None:
                if op.outputs:
                    again[place] = tuple(
                        _result(node, i, each, cells[at]) for i, each in enumerate(value)
                    )
                else:
                    again[place] = wrap(value, node, cells[at])
            elif isinstance(value, _ARRAYS):
                again[place] = wrap(value, edges[source], cells[at])
            at += 1
        found.append(again)
    return found


_ARRAYS = (np.ndarray, np.generic)


def _result(node: Node, index: int, value: Any, cell: Any) -> Any:
    """One of several results again, at the vertex where it already stands in the graph."""
    if value is None:  # no rule reads it
        return None
    ref = node.outputs[index]
    return wrap(value, None if ref is None else ref() or Output(node, index, value), cell)
