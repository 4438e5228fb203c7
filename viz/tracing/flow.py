"""Where backward starts, and what it would carry over every edge: it runs, and leaves no mark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import engine, no_grad
from autograd.graph import Leaf, Node, Vertex as Recorded
from autograd.tensor import Tensor
from viz.parts import Values
from viz.tracing.local import local_derivatives
from viz.tracing.names import tensor_of

Parts = dict[Recorded, tuple[list[Values | None], list[Values | None]]]
"""For each operation, what flows back over its edges, and the local derivatives there."""


def find_roots(outputs: Sequence[Tensor]) -> dict[Recorded, Tensor]:
    """The outputs by their vertices, in order; raises for what has none."""
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


def find_seeds(
    roots: dict[Recorded, Tensor], gradient: Any
) -> tuple[dict[Recorded, Any], list[str]]:
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


def look_on(
    order: Sequence[Recorded], seeds: dict[Recorded, Any]
) -> tuple[dict[Recorded, Values | None], Parts, list[str]]:
    """Run backward and look on: gradients, contributions, and a note on what stopped it.

    Where it was stopped, gradients that somebody keeps stand for those not computed.
    """
    known = set(order)
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
        except Exception as error:  # a rule may be the user's own, and raise what it likes
            note = _lost(order, gradients, error)
            for recorded in order:
                if recorded not in gradients:
                    gradients[recorded] = _kept_gradient(recorded)
            return gradients, parts, [note]
    return gradients, parts, []


def _nowhere(leaf: Leaf, g: Any) -> None:
    """Where the leaves' gradients go: tracing changes no ``.grad``."""


def _kept_gradient(recorded: Recorded) -> Values | None:
    """What a leaf's ``.grad`` holds, or that of a result with ``retain_grad()``."""
    tensor = tensor_of(recorded)
    if tensor is None or tensor.grad is None:
        return None
    return Values.of(tensor.grad._array)


def _lost(
    order: Sequence[Recorded], gradients: dict[Recorded, Values | None], problem: Exception
) -> str:
    """The note on gradients that could not be computed."""
    missing = sum(vertex not in gradients for vertex in order)
    start = f"Gradients of {missing} of {len(order)} vertices could not be computed"
    if any(isinstance(vertex, Node) and vertex.saved is None for vertex in order):
        return (
            f"{start}: backward() has freed what the operations had kept. Trace before "
            "backward(), or call backward(retain_graph=True). Leaves show what .grad holds."
        )
    kind = "" if isinstance(problem, RuntimeError) else f"{type(problem).__name__}: "
    return f"{start}: {kind}{problem} Leaves show what .grad holds."
