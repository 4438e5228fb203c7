"""What a custom `Function` keeps from its forward for its backward: the ``ctx`` of both."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.engine import freed
from autograd.graph import Cell, Leaf, Node, Output, Vertex, touch
from autograd.tensor import Tensor, wrap


def _nothing() -> None:
    return None


class FunctionCtx:
    """The first argument of `Function.forward` and `Function.backward`.

    Set any attribute on it to keep what is not a tensor. Tensors belong into
    `save_for_backward`: kept as attributes, a result makes a reference cycle with its graph,
    and a change in place goes unnoticed.

    >>> class Scale(Function):
    ...     @staticmethod
    ...     def forward(ctx, x, factor):
    ...         ctx.factor = factor
    ...         return x * factor
    ...     @staticmethod
    ...     def backward(ctx, g):
    ...         return g * ctx.factor, None
    >>> Scale.apply(tensor(2.0, requires_grad=True), 3)
    tensor(6., grad_fn=<ScaleBackward>)
    """

    needs_input_grad: tuple[bool, ...] = ()
    """For each argument of ``apply``, whether it is a tensor that requires grad."""

    # The node is held weakly: it holds this object. An origin is where a saved tensor
    # stands in the graph, or the number of the result that it is.
    _node: weakref.ref[Node] | None = None
    _given: tuple[Tensor | None, ...] = ()
    _origins: tuple[Vertex | int | None, ...] = ()
    _versions: tuple[tuple[Cell, int] | None, ...] = ()
    _dirty: tuple[Tensor, ...] = ()
    _constant: tuple[Tensor, ...] = ()
    _materialize: bool = True
    _results: tuple[Callable[[], Node | Output | None], ...] = ()
    _places: tuple[int | None, ...] = ()

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep tensors for `saved_tensors`; call it at most once, in forward.

        Inputs and outputs keep their place in the graph, so that backward can be
        differentiated again. Raises TypeError for what is neither a tensor nor None
        (`torch.autograd.function.FunctionCtx.save_for_backward`).
        """
        for number, tensor in enumerate(tensors):
            if tensor is not None and not isinstance(tensor, Tensor):
                raise TypeError(
                    f"save_for_backward can only save variables, but argument {number} is of "
                    f"type {type(tensor).__name__}; keep other values as attributes: ctx.n = n"
                )
        self._given = tensors

    def mark_dirty(self, *tensors: Tensor) -> None:
        """Say which inputs forward changes in place; each must be one of its results.

        Counts as a change of the memory, so that who saved it before is told.
        """
        self._dirty = tensors
        for tensor in tensors:
            touch(tensor._guard())

    def mark_non_differentiable(self, *tensors: Tensor) -> None:
        """Say which results have no gradient, such as those of a sign or a mask."""
        self._constant = tensors

    def set_materialize_grads(self, value: bool) -> None:
        """Whether backward gets zeros (the default) or None for a result nothing flowed to."""
        self._materialize = value

    @property
    def saved_tensors(self) -> tuple[Tensor | None, ...]:
        """What `save_for_backward` kept, in its order, standing in the graph as it did.

        Raises RuntimeError where one was modified in place since, and once the graph was
        freed.
        """
        if self._node is None or not self._origins:
            return ()
        node = self._node()
        if node is None:
            raise RuntimeError(
                "Trying to directly access saved tensors after they have already been freed: the "
                "graph that they belong to is gone; keep its result, or the tensors themselves"
            )
        if node.saved is None:
            raise freed(node)
        (arrays,) = node.saved
        assert arrays is not None
        kept = zip(arrays, self._origins, self._versions, strict=True)
        return tuple(self._again(node, number, *each) for number, each in enumerate(kept))

    def _keep(
        self,
        node: Node,
        outputs: tuple[Any, ...],
        vertices: Sequence[Node | Output | None],
        entered: dict[int, Vertex],
    ) -> None:
        """Forward has ended: turn the tensors to save into raw arrays in ``node`` and origins.

        ``vertices`` are those of the outputs, ``entered`` those of the inputs by identity.
        """
        self._node = weakref.ref(node)
        self._results = tuple(_nothing if each is None else weakref.ref(each) for each in vertices)
        given, self._given = self._given, ()
        numbers = {id(each): i for i, each in enumerate(outputs) if isinstance(each, Tensor)}
        origins: list[Vertex | int | None] = []
        versions: list[tuple[Cell, int] | None] = []
        for tensor in given:
            if tensor is None:
                origins.append(None)
                versions.append(None)
                continue
            number = numbers.get(id(tensor))
            if number is not None and (tensor.grad_fn is node or tensor in self._dirty):
                origins.append(number)
            else:
                origins.append(entered.get(id(tensor), tensor._node))
            cell = tensor._guard()
            versions.append((cell, cell[0]))
        self._origins = tuple(origins)
        self._versions = tuple(versions)
        if given:
            node.saved = (tuple(None if each is None else each._array for each in given),)

    def _again(
        self,
        node: Node,
        number: int,
        array: Any,
        origin: Vertex | int | None,
        version: tuple[Cell, int] | None,
    ) -> Tensor | None:
        if version is None:
            return None
        cell, then = version
        if cell[0] != then:
            raise RuntimeError(
                "one of the variables needed for gradient computation has been modified by an "
                f"inplace operation: saved_tensors[{number}] of {node.name()}, of shape "
                f"{np.shape(array)}, is at version {cell[0]}; expected version {then} instead. "
                "Write y = y + x where the program has y += x, or change a clone(); "
                "autograd.set_detect_anomaly(True) shows the line that recorded the operation."
            )
        if isinstance(origin, Leaf):
            leaf = origin.variable
            if leaf is not None and leaf._array is array and leaf._node is origin:
                return leaf
        if isinstance(origin, int):
            # The very vertex, while it lives: a gradient can be asked for at no other.
            origin = self._results[origin]() or Output(node, origin, array)
        tensor = wrap(array, origin)
        tensor._cell = cell
        return tensor
