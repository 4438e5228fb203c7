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

import weakref
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from autograd.graph import Node

Scope: TypeAlias = "tuple[weakref.ref[Any], type | None, Scope | None]"
"""The module that was called, its class, and the scope that was open then. Of a derivative:
the node that is differentiated, None, and the scope of that node. A plain tuple, because one is
made for every call of every module, and new for each of them, so that they can be told apart."""

_current: ContextVar[Scope | None] = ContextVar("autograd_scope", default=None)
scope = _current.get
"""The scope that is open in the running thread, None outside all of them."""

enter = _current.set
"""Open a scope, or go back to the one before."""


def differentiate(node: Node) -> None:
    """Open the scope of what the rules of ``node`` record."""
    enter((weakref.ref(node), None, node.scope))


def order_of(inside: Scope | None) -> int:
    """0 for the computation itself, 1 for what backward of it records, 2 for backward of that.

    >>> x = tensor(3.0, requires_grad=True)
    >>> (slope,) = grad(x**3, x, create_graph=True)
    >>> order_of(slope.grad_fn.scope)
    1
    """
    order = 0
    while inside is not None:
        _, kind, inside = inside
        order += kind is None
    return order
