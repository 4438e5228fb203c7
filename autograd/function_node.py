"""A user's `Function` in the graph: recording its results, and running its backward."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.function_context import FunctionCtx
from autograd.grad_mode import GRAD, mode, no_grad, recording
from autograd.graph import CLOCK, SMALL, Node, Output, Vertex
from autograd.inplace import check_allowed, rebase
from autograd.operator import Op
from autograd.scopes import scope
from autograd.tensor import Tensor, wrap
from autograd.trace import user_line
from autograd.views import View, custom_view, view


class FunctionOp(Op):
    """The operator of a `Function`, as it stands in nodes.

    ``function`` is the user's class; ``many``: its forward had several results, or none;
    ``keeps``: it saved tensors.
    """

    __slots__ = ("function",)

    def __init__(
        self,
        name: str,
        function: Any,
        *,
        many: bool = False,
        keeps: bool = False,
        joint: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(name, _not_alone, "", outputs=many, joint=joint or gradients)
        self.function = function
        self.backward_name = f"{name}Backward"
        self.keeps = keeps
        self.nones = True


def _not_alone(*args: Any) -> Any:
    raise NotImplementedError("the forward of a Function runs with its ctx: write F.apply(...)")


def check_dirty(ctx: FunctionCtx, outputs: tuple[Any, ...]) -> None:
    """Raise where an input that forward changes is not among its results."""
    for tensor in ctx._dirty:
        if not _among(tensor, outputs):
            raise RuntimeError(
                "Some elements marked as dirty during the forward method were not returned as "
                "output. The inputs that are modified inplace must all be outputs of the Function."
            )


def _among(tensor: Tensor, others: Sequence[Any]) -> bool:
    return any(each is tensor for each in others)


def unrecorded(ctx: FunctionCtx, output: Any, inputs: Sequence[Tensor]) -> Any:
    """An output without history; an input that was returned as it is gets its own tensor."""
    if isinstance(output, Tensor) and _among(output, inputs) and not _among(output, ctx._dirty):
        with no_grad():
            return output.view_as(output)
    return output


def recorded(
    op: FunctionOp,
    ctx: FunctionCtx,
    inputs: Sequence[Tensor],
    edges: tuple[Vertex | None, ...],
    outputs: tuple[Any, ...],
) -> tuple[Any, ...]:
    """Give the outputs their history: one node that holds ``ctx``."""
    node = Node()
    node.op = op
    node.edges = edges
    node.saved = ()
    node.cells = ()
    node.params = (ctx,)
    arrays = [each._array if isinstance(each, Tensor) else None for each in outputs]
    node.value = None
    if op.outputs:
        node.shape = tuple(None if array is None else array.shape for array in arrays)
        node.dtype = tuple(None if array is None else array.dtype for array in arrays)
    elif arrays[0] is not None:
        node.shape, node.dtype = arrays[0].shape, arrays[0].dtype
        node.value = arrays[0] if arrays[0].size <= SMALL else None
    now = mode()
    node.extra = None if now is GRAD else user_line(now)
    node.scope = scope()
    node.tick = CLOCK[0]
    vertices: list[Node | Output | None] = []
    results = []
    for index, (output, array) in enumerate(zip(outputs, arrays, strict=True)):
        if array is None or array.dtype.kind not in "fc" or _among(output, ctx._constant):
            vertices.append(None)
            results.append(unrecorded(ctx, output, inputs))
            continue
        vertex = Output(node, index, array) if op.outputs else node
        vertices.append(vertex)
        results.append(_entered(op.name, ctx, output, vertex, inputs, len(outputs)))
    entered = {
        id(tensor): edge for tensor, edge in zip(inputs, edges, strict=True) if edge is not None
    }
    ctx._keep(node, outputs, vertices, entered)
    ctx._dirty = ctx._constant = ()
    return tuple(results)


def _entered(
    name: str,
    ctx: FunctionCtx,
    output: Tensor,
    vertex: Node | Output,
    inputs: Sequence[Tensor],
    count: int,
) -> Tensor:
    """An output with its history."""
    if _among(output, ctx._dirty):
        check_allowed(output)
        if output._view is not None and count > 1:
            raise RuntimeError(
                "If your Function modifies inplace an input that is a view of another Tensor, your "
                "Function cannot return more than one Tensor. Pass a clone(), or split it into two "
                "Functions: one that does the inplace, and one for the other results."
            )
        rebase(output, vertex)
        return output
    if _among(output, inputs) or (output._node is not None and output.is_leaf):
        # A view of its own, so that the input keeps its place in the graph.
        with no_grad():
            alias: Tensor = view(custom_view, output, name)
        alias._node = vertex
        return alias
    known = output._view
    if known is not None:
        step = (custom_view, (name,), None)
        output._view = View(known.base, (*known.steps, step), known.recorded)
    output._node = vertex
    return output


def gradients(node: Node, g: Any, needs: Sequence[bool]) -> list[Any]:
    """Run the user's backward: the joint rule of every `FunctionOp`."""
    ctx: FunctionCtx = node.params[0]
    op = node.op
    assert isinstance(op, FunctionOp)
    parts = g if op.outputs else [g]
    create = any(isinstance(part, Tensor) for part in parts)
    shapes, kinds = (node.shape, node.dtype) if op.outputs else ((node.shape,), (node.dtype,))
    grads = [_gradient(ctx, *each) for each in zip(parts, shapes, kinds, strict=True)]
    if mode().grad == create:
        results = op.function.backward(ctx, *grads)
    else:
        with recording(grad=create):
            results = op.function.backward(ctx, *grads)
    checked = _checked(node, results, ctx._places, needs)
    return [part if part is None or create else part._array for part in checked]


def _gradient(ctx: FunctionCtx, part: Any, shape: Any, kind: Any) -> Tensor | None:
    """One argument of the user's backward."""
    if part is None:
        if shape is None or not ctx._materialize:
            return None
        return wrap(np.zeros(shape, kind))
    return part if isinstance(part, Tensor) else wrap(part)


def _checked(
    node: Node, results: Any, places: tuple[int | None, ...], needs: Sequence[bool]
) -> list[Tensor | None]:
    """The gradients for the tensors among the arguments; raises where they cannot be that."""
    name = node.name()
    given = results if isinstance(results, tuple) else (results,)
    count = len(places)
    extra, given = given[count:], given[:count]
    if len(given) < count or any(each is not None for each in extra):
        raise RuntimeError(
            f"function {name} returned an incorrect number of gradients (expected {count}, got "
            f"{len(given) + len(extra)}): backward returns a tuple with one for each argument of "
            "forward, None for those that have none"
        )
    checked: list[Tensor | None] = []
    for position, (place, part) in enumerate(zip(places, given, strict=True)):
        if place is None:
            if part is not None:
                raise RuntimeError(
                    f"function {name} returned a gradient different than None at position "
                    f"{position + 1}, but the corresponding forward input was not a Variable; "
                    "return None there"
                )
            continue
        if part is not None and not isinstance(part, Tensor):
            raise RuntimeError(
                f"expected Variable or None (got {type(part).__name__}): function {name} returned "
                f"it as gradient {position}; gradients are tensors, several of them in a tuple"
            )
        if part is None or not needs[place]:
            checked.append(None)
            continue
        target = node.edges[place]
        assert target is not None
        if part.shape != target.shape and not _expands(target.shape, part.shape):
            raise RuntimeError(
                f"Function {name} returned an invalid gradient at index {place} - got "
                f"{list(part.shape)} but expected shape compatible with {list(target.shape)}"
            )
        checked.append(part)
    return checked


def _expands(shape: tuple[int, ...], to: tuple[int, ...]) -> bool:
    """Whether an array of ``shape`` broadcasts to exactly the shape ``to``."""
    return len(shape) <= len(to) and all(
        length in (1, wanted) for length, wanted in zip(shape[::-1], to[::-1], strict=False)
    )
