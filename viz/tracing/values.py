"""Where the values of a graph's vertices can be found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from autograd.graph import Leaf, Node, Output, Vertex as Recorded
from autograd.tensor import Tensor
from viz.model import Values
from viz.tracing.names import Names, has_results


def find_values(order: Sequence[Recorded], known: Names) -> dict[Recorded, Values]:
    """The value of every vertex that somebody still holds, in this order of preference.

    The vertex itself (leaves, and small results), a named tensor or output, what the
    operation keeps of its result, what those that use it keep of their inputs.
    """
    found: dict[Recorded, Values] = {}
    single = [vertex for vertex in order if not has_results(vertex)]
    for vertex in single:
        named = known.tensors.get(vertex)
        if named is not None and _has_changed(named, vertex):
            named = None
            if vertex.value is known.tensors[vertex]._array:
                continue
        if vertex.value is not None:
            found[vertex] = Values.of(vertex.value)
        elif named is not None:
            found[vertex] = Values.of(named._array)
    waiting = {vertex for vertex in single if vertex not in found}
    if waiting:
        for vertex in order:
            if isinstance(vertex, Node):
                for owner, array in _kept(vertex):
                    if owner in waiting:
                        waiting.discard(owner)
                        found[owner] = Values.of(array)
                for source in vertex.edges:
                    if isinstance(source, Output) and source in waiting:
                        _result_from_node(source, waiting, found)
    return found


def _has_changed(tensor: Tensor, since: Recorded) -> bool:
    """Whether its memory was written to, unrecorded, after this operation."""
    cell = tensor._cell
    return cell is not None and isinstance(since, Node) and cell[1] > since.tick


def changed_leaves(order: Sequence[Recorded]) -> list[Leaf]:
    """The leaves that were written to after an operation used them, as by an optimiser's step.

    >>> x = tensor(3.0, requires_grad=True)
    >>> y = x * 2
    >>> with no_grad():
    ...     x -= 1
    >>> changed_leaves([x._node, y.grad_fn]) == [x._node]
    True
    """
    found: dict[Leaf, None] = {}
    for vertex in order:
        for source in vertex.edges:
            if not isinstance(source, Leaf):
                continue
            tensor = source.variable
            if tensor is not None and _has_changed(tensor, vertex):
                found[source] = None
    return list(found)


def _result_from_node(
    output: Output, waiting: set[Recorded], found: dict[Recorded, Values]
) -> None:
    """One of several results, where its operation keeps it."""
    for owner, array in _kept(output.node):
        if owner is output.node and isinstance(array, tuple) and array[output.index] is not None:
            waiting.discard(output)
            found[output] = Values.of(array[output.index])


def _kept(node: Node) -> Iterator[tuple[Recorded, Any]]:
    """What a node keeps for its derivative, with the vertex whose value that is."""
    saved = node.saved
    if saved is None or any(cell[1] > node.tick for cell in node.cells):
        return  # freed, or changed in place since
    count = len(node.op.inputs)
    for plan, args in zip(node.op.plans, saved, strict=False):
        for source, value in zip(plan.sources, args or (), strict=False):
            if source < count:
                owner = node.edges[source]
                if owner is not None and hasattr(value, "shape"):
                    yield owner, value
            elif source == count and value is not None:
                yield node, value


def constant_at(node: Node, port: int) -> Any:
    """The constant that stood at this input, None where no one kept it."""
    if not node.op.params and node.op.joint is None and port < len(node.params):
        given = node.params[port]
        if given is not None:
            return given
    for plan, args in zip(node.op.plans, node.saved or (), strict=False):
        for source, value in zip(plan.sources, args or (), strict=False):
            if source == port:
                return value
    return None


def is_absent(node: Node, port: int) -> bool:
    """Whether this input was left out, as a layer's bias may be, and is known to be."""
    return any(
        source == port and value is None
        for plan, args in zip(node.op.plans, node.saved or (), strict=False)
        for source, value in zip(plan.sources, args or (), strict=False)
    )
