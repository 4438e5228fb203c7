"""Which call of a module, or which derivative, an operation is recorded in; for pictures.

`nn.Module.__call__` opens a scope for each call, and the engine one for each operation
that it differentiates under ``create_graph``; every recorded node notes the scope that is
open. As the mode, it is per thread. A scope holds no tensor and no module, so a graph
keeps none alive by it.

>>> import nn
>>> owner, kind, parent = nn.Linear(2, 1)(ones(2)).grad_fn.scope
>>> kind, parent
(<class 'nn.linear.Linear'>, None)
"""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any, TypeAlias
from weakref import ref

from autograd.graph import Node

Scope: TypeAlias = "tuple[ref[Any], type | int, Scope | None]"
"""The module that was called, its class, and the scope that was open then. Of a derivative:
the node that is differentiated, the order, and the scope of that node. A plain tuple, because
one is made for every call of every module, and new for each of them, to tell them apart."""

_current: ContextVar[Scope | None] = ContextVar("autograd_scope", default=None)
scope = _current.get
"""The scope that is open in the running thread, None outside all of them."""

enter = _current.set
"""Open a scope, or go back to the one before."""


def differentiate(node: Node, order: int) -> None:
    """Open the scope of what the rules of ``node`` record, in a run of this order."""
    enter((ref(node), order, node.scope))


def order_of_run(vertices: Iterable[Any]) -> int:
    """The order of what backward through these records: one more than the highest among them.

    So what a second backward computes is of second order on its way through the computation, too.
    """
    order = 0
    for vertex in vertices:
        if vertex.__class__ is Node and vertex.scope is not None:
            order = max(order, order_of(vertex.scope))
    return order + 1


def order_of(inside: Scope | None) -> int:
    """0 for the computation itself, 1 for what backward of it records, 2 for backward of that.

    >>> x = tensor(3.0, requires_grad=True)
    >>> (slope,) = grad(x**3, x, create_graph=True)
    >>> order_of(slope.grad_fn.scope)
    1
    """
    while inside is not None:
        _, kind, inside = inside
        if kind.__class__ is int:
            return kind
    return 0
