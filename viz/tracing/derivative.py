"""The derivative's own operations, for ``view="backward"``: backward runs and is recorded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from autograd import enable_grad, engine, set_detect_anomaly
from autograd.graph import Leaf, Output, Vertex as Recorded
from autograd.scopes import enter, scope
from autograd.tensor import Tensor, wrap


def recorded_backward(
    seeds: Mapping[Recorded, Any],
) -> tuple[dict[Recorded, Tensor], dict[Leaf, Tensor]]:
    """What backward starts with at each output, and what comes of it at each leaf, recorded.

    No hook runs, and no ``.grad`` changes. Raises as `autograd.backward` does.

    >>> x = tensor(3.0, requires_grad=True)
    >>> y = x.exp()
    >>> starts, ends = recorded_backward({y.grad_fn: np.float32(1)})
    >>> ends[x._node].grad_fn, x.grad
    (<MulBackward0>, None)
    """
    starts = {vertex: wrap(seed).requires_grad_() for vertex, seed in seeds.items()}
    ends: dict[Leaf, Tensor] = {}
    outside = scope()
    try:
        with set_detect_anomaly(False), enable_grad(), np.errstate(all="ignore"):
            engine.run(
                list(starts.items()),
                keep=True,
                create_graph=True,
                observe=_only_look,
                sink=ends.__setitem__,
            )
    finally:
        enter(outside)
    return starts, ends


def _only_look(vertex: Recorded, g: Any) -> None:
    """With an observer the engine runs no hooks."""


def is_outside(vertex: Recorded, computation: Collection[Recorded]) -> bool:
    """Whether a vertex belongs to the computation that was differentiated."""
    node = vertex.node if isinstance(vertex, Output) else vertex
    return vertex in computation or node in computation


def gradient_names(
    titles: Mapping[Recorded, str],
    starts: Mapping[Recorded, Tensor],
    ends: Mapping[Leaf, Tensor],
) -> tuple[dict[Recorded, str], dict[Recorded, Tensor], list[str]]:
    """The gradients' vertices with their names, ``x.grad``, the results among them, and notes.

    One vertex may be the gradient of several: ``a.grad = b.grad``.
    """
    named: dict[Recorded, list[str]] = {}
    results: dict[Recorded, Tensor] = {}
    constant = []
    for vertex, start in starts.items():
        assert start._node is not None
        named[start._node] = [f"{titles[vertex]}.grad"]
    for leaf in titles:  # in the order of the computation
        end = ends.get(leaf) if isinstance(leaf, Leaf) else None
        if end is None:
            continue
        if end._node is None:
            constant.append(titles[leaf])
            continue
        name = f"{titles[leaf]}.grad"
        names = named.setdefault(end._node, [])
        if name not in names:  # where an output is itself a leaf
            names.append(name)
        results[end._node] = end
    notes = []
    if constant:
        notes.append(
            f"The gradients of {', '.join(constant)} are not shown: nothing was recorded of "
            "them, as of what a backward computes without autograd's operators."
        )
    return {vertex: " = ".join(names) for vertex, names in named.items()}, results, notes
