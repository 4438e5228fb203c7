"""Elementwise operators: one line in a table makes the operator and its public function.

These functions are the path of one small operation, so they do without the generality of
`autograd.operator.apply`: exact type checks, slots filled directly, nothing built that is
not used.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Protocol, cast as typed

import numpy as np

from autograd import dtypes
from autograd.arguments import (
    NoBools,
    cannot_broadcast,
    not_a_tensor,
    operands,
    refused_bools,
)
from autograd.grad_mode import GRAD, mode
from autograd.graph import CLOCK, SMALL, STILL, Node
from autograd.operator import IEEE, Op, Plan, Rule, apply, silently
from autograd.registry import UFUNCS, described, public
from autograd.scopes import scope
from autograd.tensor import Tensor, wrap
from autograd.trace import user_line

_new = object.__new__

QUICK: dict[Any, Callable[..., Any]] = {
    np.add: operator.add,
    np.subtract: operator.sub,
    np.multiply: operator.mul,
    np.true_divide: operator.truediv,
    np.negative: operator.neg,
}
"""Python's operators that do a ufunc's work; on NumPy scalars several times faster."""


class Unary(Protocol):
    """A function of one tensor."""

    __name__: str
    op: Op

    def __call__(self, input: Tensor, /) -> Tensor:
        """The result, a new tensor."""
        ...


class Binary(Protocol):
    """A function of two tensors, or of a tensor and a number."""

    __name__: str
    op: Op

    def __call__(self, input: Any, other: Any, /) -> Tensor:
        """The result, a new tensor."""
        ...


def unary(
    name: str,
    kernel: Callable[..., Any],
    rule: Rule | None,
    doc: str,
    *,
    floats: bool = True,
    bools: bool = True,
    backward: str | None = None,
    inplace: bool = True,
    numpy: tuple[Any, ...] | None = None,
) -> Unary:
    """An elementwise function of one tensor: ``rule(g, x and/or y)`` is its derivative.

    ``floats``: integers become the default float type first, as torch does for exp;
    ``bools``: bools are accepted, else they raise RuntimeError. A name in a namespace, as
    ``special.ndtr``, is no method.
    """
    op = Op(name.replace(".", "_"), kernel, "x", x=rule, backward=backward)
    kernel = QUICK.get(kernel, kernel)
    plan = op.plans[0]
    gather, keeps_x, keeps_y = plan.gather, bool(plan.inputs), plan.output
    only_y = plan.sources == (1,)
    recorded = rule is not None
    choosy = floats or not bools

    def call(input: Tensor) -> Tensor:
        try:
            x = input._array
            edge = input._node
        except AttributeError:
            raise not_a_tensor(name, input) from None
        if edge is None and choosy and x.dtype.kind != "f":
            if not bools and x.dtype.kind == "b":
                raise refused_bools(name)
            if floats:
                x = x.astype(dtypes.get_default_dtype())
        try:
            out = kernel(x)
        except IEEE:
            out = silently(kernel, x)
        if edge is None or not recorded:
            return wrap(out)
        tensor: Tensor = _new(Tensor)
        tensor._array = out
        tensor._cell = None
        tensor._view = None
        now = mode()
        if now is not GRAD and not now.grad:
            tensor._node = None
            return tensor
        tensor._node = node = Node()
        node.op = op
        node.edges = (edge,)
        node.params = ()
        node.saved = ((out,),) if only_y else (gather((x, out)),)
        if keeps_y:
            tensor._cell = [0, 0]
            node.cells = (input._guard(), tensor._cell) if keeps_x else (tensor._cell,)
        else:
            node.cells = (input._guard(),) if keeps_x else ()
        node.tick = CLOCK[0]
        node.shape = out.shape
        node.dtype = out.dtype
        node.value = out if out.size <= SMALL else None
        node.extra = None if now is GRAD else user_line(now)
        node.scope = scope()
        return tensor

    call.op = op  # type: ignore[attr-defined]  # what stands in other operators' rules
    return typed(Unary, publish(call, name, doc, kernel=op.kernel, inplace=inplace, numpy=numpy))


def binary(
    name: str,
    kernel: Callable[..., Any],
    a: Rule | None,
    b: Rule | None,
    doc: str,
    *,
    floats: bool = False,
    no_bools: NoBools = "",
    inplace: bool = True,
    bare: bool = False,
    commutes: bool = False,
    backward: Callable[[Node], str] | None = None,
    numpy: tuple[Any, ...] | None = None,
) -> Binary:
    """An elementwise function of two tensors, which broadcast; a rule for each.

    ``floats``: two integer tensors become the default float type first, as torch does
    for division; ``no_bools``: which bools raise RuntimeError; ``bare``: not registered, for
    Python's operator and a public function with more arguments; ``commutes``: see `Op`.
    """
    op = Op(name.replace(".", "_"), kernel, "a b", a=a, b=b, backward=backward, commutes=commutes)
    fast = QUICK.get(kernel, kernel)
    plan_a, plan_b = op.plans
    gather_a, gather_b = plan_a.gather, plan_b.gather
    op_plans = (plan_a, plan_b)
    kept_a = plan_a.kept
    keeps = op.keeps
    # Each rule keeps the other operand and nothing else, as those of a product do.
    crossed = plan_a.sources == (1,) and plan_b.sources == (0,)
    recorded = a is not None or b is not None
    choosy = floats or no_bools
    ndarray = np.ndarray

    def call(input: Any, other: Any) -> Tensor:
        kind = other.__class__
        try:
            x = input._array
            edge_x = input._node
        except AttributeError:
            x = input
            edge_x = None
        if x is input:
            if x.__class__ is not float and x.__class__ is not int:
                return general(input, other)
            try:
                y = other._array
                edge_y = other._node
            except AttributeError:
                return general(input, other)
            if edge_y is None and y.dtype.kind != "f":
                return general(input, other)
        elif kind is float or kind is int:
            if edge_x is None and x.dtype.kind != "f":
                return general(input, other)
            y = other
            edge_y = None
        else:
            try:
                y = other._array
                edge_y = other._node
            except AttributeError:
                return general(input, other)
            if x.__class__ is ndarray or y.__class__ is ndarray:
                if x.dtype is not y.dtype:
                    return general(input, other)
            elif x.__class__ is not y.__class__:
                return general(input, other)
            if choosy and edge_x is None and edge_y is None and x.dtype.kind != "f":
                return general(input, other)
        try:
            out = fast(x, y)
        except ValueError as error:
            raise cannot_broadcast(name, error, x, y) from None
        except IEEE:
            out = silently(fast, x, y)
        tensor: Tensor = _new(Tensor)
        tensor._array = out
        tensor._cell = None
        tensor._view = None
        now = mode()
        if (
            (edge_x is None and edge_y is None)
            or not recorded
            or (now is not GRAD and not now.grad)
        ):
            tensor._node = None
            return tensor
        tensor._node = node = Node()
        node.op = op
        node.edges = (edge_x, edge_y)
        node.params = ()
        if not keeps:
            node.saved = _NOTHING
            node.cells = ()
        elif crossed:
            if edge_y is None:
                node.saved = ((y,), None)
                node.cells = _STILL if y is other else (other._cell or other._guard(),)
            elif edge_x is None:
                node.saved = (None, (x,))
                node.cells = _STILL if x is input else (input._cell or input._guard(),)
            else:
                node.saved = ((y,), (x,))
                node.cells = (other._cell or other._guard(), input._cell or input._guard())
        elif y is other and edge_x is not None:
            node.saved = (gather_a((x, y, out)), None)
            if kept_a == (1,):
                node.cells = _STILL
            elif kept_a == (0, 1):
                node.cells = (input._guard(), STILL)
            else:
                node.cells = _cells((plan_a,), (edge_x,), (input, other), tensor)
        else:
            space = (x, y, out)
            node.saved = (
                None if edge_x is None else gather_a(space),
                None if edge_y is None else gather_b(space),
            )
            node.cells = _cells(op_plans, (edge_x, edge_y), (input, other), tensor)
        if y is other:
            node.params = (None, y)
        elif x is input:
            node.params = (x, None)
        node.tick = CLOCK[0]
        node.shape = out.shape
        node.dtype = out.dtype
        node.value = out if out.size <= SMALL else None
        node.extra = None if now is GRAD else user_line(now)
        node.scope = scope()
        return tensor

    def general(input: Any, other: Any) -> Tensor:
        x, y = operands(name, input, other, floats=floats, no_bools=no_bools)
        try:
            result: Tensor = apply(op, (x, y))
        except OverflowError:  # an integer that the tensor's dtype cannot hold wraps, as in torch
            kind = (x if isinstance(x, Tensor) else y).dtype
            result = apply(op, [_wrapped(each, kind) for each in (x, y)])
        except ValueError as error:
            raise cannot_broadcast(name, error, x, y) from None
        return result

    call.op = op  # type: ignore[attr-defined]  # what stands in other operators' rules
    if not bare:
        publish(call, name, doc, kernel=kernel, inplace=inplace, numpy=numpy)
    return typed(Binary, call)


def _wrapped(value: Any, kind: dtypes.DType) -> Any:
    """A Python integer as the integer dtype ``kind`` holds it."""
    return value if isinstance(value, Tensor) else np.int64(value).astype(kind)


def floats_only(kernel: Callable[..., Any], name: str = "") -> Callable[..., Any]:
    """The kernel that refuses integers and bools, as torch does for hypot."""
    name = name or kernel.__name__

    def checked(*arrays: Any) -> Any:
        if all(getattr(each, "dtype", dtypes.bool_).kind != "f" for each in arrays):
            raise NotImplementedError(f"{name} is implemented for floats only; write x.float()")
        return kernel(*arrays)

    return checked


def number_first(node: Node) -> bool:
    """Whether the first operand was a Python number."""
    return bool(node.params) and node.params[0] is not None


def reflected(function: Callable[[Any, Any], Tensor]) -> Callable[[Any, Any], Tensor]:
    """The method for a tensor on the right of Python's operator: ``1 - x``."""
    return lambda self, other: function(other, self)


_NOTHING: tuple[tuple[()], tuple[()]] = ((), ())
_STILL = (STILL,)


def _cells(
    plans: tuple[Plan, ...],
    edges: tuple[Any, ...],
    given: tuple[Any, Any],
    result: Tensor,
) -> tuple[list[int], ...]:
    """The version cells of the tensors whose memory a binary operation's rules keep."""
    space = (*given, result)
    cells = []
    for plan, edge in zip(plans, edges):  # noqa: B905 - two of each; strict costs time
        if edge is not None:
            for i in plan.kept:
                each = space[i]
                cells.append(each._guard() if isinstance(each, Tensor) else STILL)
    return tuple(cells)


def comparison(name: str, kernel: Callable[..., Any], doc: str, *, inplace: bool = False) -> Binary:
    """An elementwise comparison: a bool tensor, never recorded."""

    def call(input: Any, other: Any) -> Tensor:
        x, y = operands(name, input, other)
        raws = [getattr(each, "_array", each) for each in (x, y)]
        try:
            return wrap(kernel(*raws))
        except ValueError as error:
            raise cannot_broadcast(name, error, x, y) from None
        except IEEE:
            return wrap(silently(kernel, *raws))

    return typed(Binary, publish(call, name, doc, kernel=kernel, inplace=inplace))


def publish(
    call: Callable[..., Any],
    name: str,
    doc: str,
    *,
    kernel: Any,
    inplace: bool,
    numpy: tuple[Any, ...] | None = None,
) -> Callable[..., Any]:
    """Give a made function its name and docstring, and register it.

    A name in a namespace, as ``special.ndtr``, is no method.
    """
    namespace, _, short = name.rpartition(".")
    described(call, short, doc)
    if numpy is None:
        numpy = (kernel,) if isinstance(kernel, np.ufunc) else ()
    if isinstance(kernel, np.ufunc):
        UFUNCS[call] = kernel
    own = not namespace
    return public(name=name, method=own, inplace=own and inplace, numpy=numpy)(call)
