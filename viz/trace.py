"""`trace`: from a recorded graph to the neutral `Graph`, without leaving a mark on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd import engine, no_grad
from autograd.graph import Leaf, Node, Output, Vertex as Recorded
from autograd.tensor import Tensor
from viz.labels import operation_of
from viz.local import local_derivatives
from viz.model import Edge, Graph, Kind, Values, Vertex
from viz.names import Names, tensor_of
from viz.values import find_values

Parts = dict[Recorded, tuple[list[Values | None], list[Values | None]]]
"""For each operation, what flows back over its edges, and the local derivatives there."""


def trace(
    *outputs: Tensor,
    names: Mapping[str, Any] | None = None,
    gradient: Any = None,
) -> Graph:
    """The computation that led to ``outputs``, with values, gradients and contributions.

    ``names`` maps names to tensors; other values in it are passed over, so ``locals()``
    will do. Backward starts with 1 at every output of one entry, or with ``gradient``: an
    array, tensor or number for each output (without a list where there is one output).
    Without it, an output of several entries gets no gradients. No ``.grad`` changes, no
    hook runs, and no tensor is kept alive.

    Raises TypeError for what is not a tensor, RuntimeError for an output of which nothing
    was recorded, ValueError where ``gradient`` does not fit.

    >>> x1, x2 = tensor(-1.0, requires_grad=True), tensor(3.0, requires_grad=True)
    >>> mean = (x1 + x2) / 2
    >>> print(viz.trace(mean, names={"x1": x1, "x2": x2, "mean": mean}))
    node  operation  value  gradient  upstream x local = contribution
    x1    leaf          -1       0.5
    x2    leaf           3       0.5
    add   add            2       0.5  x1: 0.5 x 1 = +0.5
                                      x2: 0.5 x 1 = +0.5
    mean  div 2          1         1  add: 1 x 0.5 = +0.5
    """
    roots = _roots(outputs)
    known = Names(names or {}, outputs)
    order = in_order(*roots)
    seeds, notes = _seeds(roots, gradient)
    gradients, parts, problem = _backward(seeds, set(order))
    if problem is not None:
        notes.append(_lost(order, gradients, problem))
        for recorded in order:
            if recorded not in gradients:
                gradients[recorded] = _kept_gradient(recorded)
    values = find_values(order, known)
    titles = known.titles(order)
    ids = {recorded: f"v{i}" for i, recorded in enumerate(order, 1)}
    vertices = tuple(
        Vertex(
            id=ids[recorded],
            kind=_kind(recorded),
            name=titles[recorded],
            operation=operation_of(recorded, known),
            shape=None if _several(recorded) else tuple(recorded.shape),
            dtype=None if _several(recorded) else str(recorded.dtype),
            value=values.get(recorded),
            gradient=gradients.get(recorded),
            seed=_seed_of(recorded, seeds),
            output=recorded in roots,
            results=len(recorded.shape) if _several(recorded) else 0,
        )
        for recorded in order
    )
    return Graph(vertices, tuple(_edges(order, ids, gradients, parts)), tuple(notes))


def in_order(*roots: Recorded) -> list[Recorded]:
    """All vertices, each after its inputs and otherwise as the formula reads; no recursion.

    Counting consumers, as backward does, would not keep the order in which the formula reads.

    >>> in_order((tensor(3.0, requires_grad=True) * 2).grad_fn)
    [<AccumulateGrad>, <MulBackward0>]
    """
    order: list[Recorded] = []
    seen: set[Recorded] = set()
    for root in roots:
        stack: list[tuple[Recorded, bool]] = [(root, False)]
        while stack:
            vertex, done = stack.pop()
            if done:
                order.append(vertex)
            elif vertex not in seen:
                seen.add(vertex)
                stack.append((vertex, True))
                stack += [
                    (target, False)
                    for target in reversed(vertex.edges)
                    if target is not None and target not in seen
                ]
    return order


def _roots(outputs: Sequence[Tensor]) -> dict[Recorded, Tensor]:
    """The outputs by their vertices, in order."""
    if not outputs:
        raise TypeError("trace() needs at least one tensor to start from: trace(loss)")
    roots: dict[Recorded, Tensor] = {}
    for number, output in enumerate(outputs):
        if not isinstance(output, Tensor):
            raise TypeError(
                f"trace(): output {number} is of type {type(output).__name__}, not a Tensor; "
                "pass several outputs as trace(a, b), not as a list"
            )
        if output._node is None:
            raise RuntimeError(
                f"trace(): output {number}, of shape {output.shape}, does not require grad, so "
                "nothing was recorded that could be drawn. Give an input requires_grad=True, and "
                "compute the output outside no_grad()."
            )
        roots.setdefault(output._node, output)
    return roots


def _seeds(roots: dict[Recorded, Tensor], gradient: Any) -> tuple[dict[Recorded, Any], list[str]]:
    """The gradient that backward starts with at each output, and what there is to say."""
    if gradient is None:
        given = [1 if output.numel() == 1 else None for output in roots.values()]
    else:
        given = list(gradient) if isinstance(gradient, (list, tuple)) else [gradient]
        if len(roots) == 1 and len(given) != 1:
            given = [gradient]
        if len(given) != len(roots):
            raise ValueError(
                f"trace(): got {len(given)} gradients for {len(roots)} outputs; give a list "
                "with one for each output"
            )
    seeds: dict[Recorded, Any] = {}
    notes = []
    for (vertex, output), seed in zip(roots.items(), given, strict=True):
        if seed is None:
            notes.append(
                f"No gradients from the output of shape {output.shape}. Trace y.sum(), or pass "
                "gradient= with a weight for each entry."
            )
            continue
        raw = np.asarray(getattr(seed, "_array", seed), dtype=output.dtype)
        if raw.shape != output.shape and raw.size != 1:
            raise ValueError(
                f"trace(): the gradient has shape {raw.shape} and the output {output.shape}; "
                "they must be the same"
            )
        if raw.size == 1:
            raw = raw.reshape(())
        seeds[vertex] = np.broadcast_to(raw, output.shape).copy()[()]
    return seeds, notes


def _seed_of(recorded: Recorded, seeds: dict[Recorded, Any]) -> Values | None:
    return Values.of(seeds[recorded]) if recorded in seeds else None


def _backward(
    seeds: dict[Recorded, Any], known: set[Recorded]
) -> tuple[dict[Recorded, Values | None], Parts, RuntimeError | None]:
    """Run backward and look on: gradients, contributions, and the error that stopped it."""
    gradients: dict[Recorded, Values | None] = {}
    parts: Parts = {}

    def observe(vertex: Recorded, g: Any) -> None:
        if vertex not in known:
            return  # the engine's own vertex, in front of the outputs
        if g is None or not isinstance(vertex, Node):
            gradients[vertex] = None if g is None else Values.of(g)
            return
        gradients[vertex] = None if vertex.op.outputs else Values.of(g)
        flow = engine.contributions(vertex, g)
        parts[vertex] = (
            [None if d is None else Values.of(d) for d in flow],
            local_derivatives(vertex),
        )

    with no_grad(), np.errstate(all="ignore"):
        try:
            engine.run(list(seeds.items()), keep=True, observe=observe, sink=_nowhere)
        except RuntimeError as error:
            return gradients, parts, error
    return gradients, parts, None


def _nowhere(leaf: Leaf, g: Any) -> None:
    """Where the leaves' gradients go: tracing changes no ``.grad``."""


def _kept_gradient(recorded: Recorded) -> Values | None:
    """What a leaf's ``.grad`` holds, or that of a result with ``retain_grad()``."""
    tensor = tensor_of(recorded)
    if tensor is None or tensor.grad is None:
        return None
    return Values.of(tensor.grad._array)


def _lost(
    order: list[Recorded], gradients: dict[Recorded, Values | None], problem: RuntimeError
) -> str:
    """The note on gradients that could not be computed."""
    missing = sum(vertex not in gradients for vertex in order)
    start = f"Gradients of {missing} of {len(order)} vertices could not be computed"
    if any(isinstance(vertex, Node) and vertex.saved is None for vertex in order):
        return (
            f"{start}: backward() has freed what the operations had kept. Trace before "
            "backward(), or call backward(retain_graph=True). Leaves show what .grad holds."
        )
    return f"{start}: {problem} Leaves show what .grad holds."


def _several(recorded: Recorded) -> bool:
    return isinstance(recorded, Node) and recorded.op.outputs


def _kind(recorded: Recorded) -> Kind:
    if isinstance(recorded, Leaf):
        return "leaf"
    return "result" if isinstance(recorded, Output) else "operation"


def _edges(
    order: list[Recorded],
    ids: dict[Recorded, str],
    gradients: dict[Recorded, Values | None],
    parts: Parts,
) -> list[Edge]:
    """The edges, by consumer and port."""
    edges: list[Edge] = []
    for recorded in order:
        flow, local = parts.get(recorded, (None, None))
        upstream = gradients.get(recorded)
        for port, source in enumerate(recorded.edges):
            if source is None:
                continue
            if isinstance(recorded, Output):  # a result hands its gradient on as it is
                number, name, contribution = recorded.index, f"[{recorded.index}]", upstream
            else:
                number, name = port, _port_name(recorded, port)
                contribution = None if flow is None else flow[port]
            edges.append(
                Edge(
                    id=f"e{len(edges) + 1}",
                    source=ids[source],
                    target=ids[recorded],
                    port=number,
                    port_name=name,
                    upstream=upstream,
                    local=None if local is None else local[port],
                    contribution=contribution,
                )
            )
    return edges


def _port_name(node: Any, port: int) -> str:
    inputs = node.op.inputs
    return str(inputs[port]) if port < len(inputs) else str(port)
