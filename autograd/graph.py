"""The recorded graph: what an operation leaves behind for backward, for pictures, for debugging.

A graph is made of vertices. A `Node` is an operation that ran; a `Leaf` is where a
tensor that requires grad enters; an `Output` is one result of an operation that has
several. Edges point from a vertex to those it was computed from. Vertices hold raw
arrays and edges, never tensors, so a graph has no reference cycles.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from autograd.hooks import Hooks

if TYPE_CHECKING:
    from autograd.operator import Op
    from autograd.scopes import Scope
    from autograd.tensor import Tensor

Raw: TypeAlias = Any
"""What a kernel works on: an ``np.ndarray``, a NumPy scalar (0-d results) or a number."""

SMALL = 6
"""Results of up to this many entries stay in their node, so that a picture can show them."""

CLOCK = [0]
"""The number of in-place changes so far, in the whole process."""

_clock_lock = threading.Lock()

Cell: TypeAlias = list[int]
"""[version, time of the last change by `CLOCK`], shared by a tensor, its views and nodes
that saved it. A tensor has none until somebody needs to be told of its changes."""

STILL: Cell = [0, 0]
"""The cell of what no tensor holds, such as a number: it never changes."""


def touch(*cells: Cell) -> None:
    """Note in-place changes of the memory that ``cells`` stand for."""
    with _clock_lock:
        CLOCK[0] += 1
        for cell in cells:
            cell[0] += 1
            cell[1] = CLOCK[0]


class Extra:
    """What few vertices have: hooks, a tensor that retains its gradient, the user's line.

    ``hooks`` get a gradient before it goes on, ``after`` the tensor when it is in its ``.grad``.
    """

    __slots__ = ("after", "hooks", "retain", "trace")

    def __init__(self) -> None:
        self.hooks = Hooks()
        self.after = Hooks()
        self.retain: weakref.ref[Tensor] | None = None
        self.trace: str | None = None


class Node:
    """One recorded operation; a tensor's ``grad_fn``.

    ``saved[i]`` holds what the derivative for input ``i`` asked to keep, ``cells`` the
    version cells of the tensors whose memory that is, in the same order, each rule's inputs
    before the result; ``tick`` is the clock when it was saved. ``value`` is the result
    where it is small (see `SMALL`). ``outputs``, of an operation that keeps its several
    results, are their vertices, while somebody holds them. ``scope`` says in which call of a
    module, or in which derivative, it was recorded.

    >>> x = tensor(3.0, requires_grad=True)
    >>> (x * x).grad_fn
    <MulBackward0>
    """

    __slots__ = (
        "__weakref__",
        "cells",
        "dtype",
        "edges",
        "extra",
        "op",
        "outputs",
        "params",
        "saved",
        "scope",
        "shape",
        "tick",
        "value",
    )
    op: Op
    outputs: tuple[weakref.ref[Output] | None, ...]
    edges: tuple[Vertex | None, ...]
    saved: tuple[tuple[Any, ...] | None, ...] | None
    cells: tuple[Cell, ...]
    tick: int
    params: tuple[Any, ...]
    shape: tuple[Any, ...]
    dtype: Any
    value: Raw | None
    extra: Extra | None
    scope: Scope | None

    def name(self) -> str:
        """torch's name for the derivative of this operation.

        >>> (tensor(1.0, requires_grad=True) * 2).grad_fn.name()
        'MulBackward0'
        """
        name = self.op.backward_name
        return name if isinstance(name, str) else name(self)

    @property
    def next_functions(self) -> tuple[tuple[Node | Leaf | None, int], ...]:
        """The vertices this one was computed from, each with the number of its output."""
        return tuple(_function_of(target) for target in self.edges)

    def __repr__(self) -> str:
        return f"<{self.name()}>"


class Output:
    """One of the results of an operation that has several; an edge leads to its node."""

    __slots__ = ("__weakref__", "dtype", "edges", "extra", "index", "shape", "value")

    def __init__(self, node: Node, index: int, out: Raw) -> None:
        self.edges: tuple[Node] = (node,)
        self.index = index
        self.shape: tuple[int, ...] = out.shape
        self.dtype: np.dtype[Any] = out.dtype
        self.value: Raw | None = out if out.size <= SMALL else None
        self.extra: Extra | None = None

    @property
    def node(self) -> Node:
        """The operation that this is a result of."""
        return self.edges[0]


class Leaf:
    """Where a tensor that requires grad enters the graph: torch's ``AccumulateGrad``.

    The tensor owns its leaf; the leaf knows the tensor weakly, and its memory strongly,
    so that a picture can show a leaf whose tensor the user no longer holds.
    """

    __slots__ = ("__weakref__", "dtype", "extra", "ref", "shape", "value")
    edges: tuple[()] = ()

    def __init__(self, tensor: Tensor) -> None:
        self.ref = weakref.ref(tensor)
        self.extra: Extra | None = None
        self.hold(tensor._array)

    def hold(self, array: Raw) -> None:
        """Follow the tensor to new memory."""
        self.value = array
        self.shape: tuple[int, ...] = array.shape
        self.dtype: np.dtype[Any] = array.dtype

    @property
    def variable(self) -> Tensor | None:
        """The tensor, while somebody holds it."""
        return self.ref()

    def name(self) -> str:
        """torch's name for this vertex."""
        return "torch::autograd::AccumulateGrad"

    @property
    def next_functions(self) -> tuple[()]:
        """A leaf is computed from nothing."""
        return ()

    def __repr__(self) -> str:
        return "<AccumulateGrad>"


Vertex: TypeAlias = Node | Output | Leaf


def vertices(start: Vertex | None, without: Iterable[Vertex] = ()) -> Iterator[Vertex]:
    """Every vertex that can be reached, each once and before its edges are followed.

    Not through those ``without``.

    >>> from autograd.graph import vertices
    >>> y = ones(2, requires_grad=True).exp().sum()
    >>> [type(vertex).__name__ for vertex in vertices(y.grad_fn)]
    ['Node', 'Node', 'Leaf']
    """
    stack, seen = [start], set(without)
    while stack:
        vertex = stack.pop()
        if vertex is not None and vertex not in seen:
            seen.add(vertex)
            yield vertex
            stack += vertex.edges


def _function_of(target: Vertex | None) -> tuple[Node | Leaf | None, int]:
    if type(target) is Output:
        return target.node, target.index
    return target, 0  # type: ignore[return-value]  # the check above leaves Node, Leaf, None


def extra_of(vertex: Vertex) -> Extra:
    """The vertex's `Extra`, made on first use."""
    if vertex.extra is None:
        vertex.extra = Extra()
    return vertex.extra
