"""The record of an operator, and what every operator shares: calling it and recording it.

An operator is a NumPy kernel and, for each input, one rule: the derivative written in
NumPy, once. A rule's argument names say what it needs, so they are also what is kept::

    Op("mul", np.multiply, "a b", a=lambda g, b: g * b, b=lambda g, a: g * a)

``g`` is the gradient that arrives; the other names are an input, ``y`` (the result), a
parameter of the kernel, or an input's shape or dtype (``x_shape``, ``x_dtype``). An
ordinary backward calls the rule with raw arrays; under ``create_graph`` the same rule
gets tensors, and because a Tensor takes part in NumPy's protocols, the same expression
records itself.

What a rule returns is its own: a new array, ``g`` itself, or a view of either, never an
array that it was given to keep. It need not undo broadcasting or care for dtypes: the
engine does that for all rules.
"""

from __future__ import annotations

import copy
import inspect
import operator
import weakref
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any, TypeAlias

import numpy as np

from autograd.blas import alone
from autograd.grad_mode import GRAD, Mode, mode
from autograd.graph import CLOCK, SMALL, STILL, Cell, Node, Output, Raw, Vertex
from autograd.scopes import scope
from autograd.tensor import Tensor, wrap
from autograd.trace import user_line

Rule: TypeAlias = Callable[..., Any]


class Op:
    """A row of the operator table.

    ``kernel(*inputs, *params)`` computes the result; ``rules`` holds a derivative for
    each input, or None where there is none; ``outputs`` says that the kernel returns a
    tuple. ``joint(node, g, needs)``, instead of rules, returns the gradients of all inputs,
    however many. ``together(g, needs, ...)``, instead of rules, does so too, and is given what
    its further argument names say, as a rule is. ``nones``: it runs even where nothing flowed,
    and gets None there instead of zeros. ``backward``: torch's name for the derivative, or a
    function of the node that gives it, where it is not the usual one. ``unkept``: which of several
    results no rule reads, so that the user may change them in place; in ``y`` they are None.
    ``blas``: the kernel and the rules call BLAS for large products; they keep it on one thread.
    ``commutes``: the operands may be exchanged, so that of one that stands on both sides the two
    gradients are the same; ``plain`` is what neither commutes nor has one rule for all inputs.
    ``aside``: inputs, usually parameters, whose gradients another thread may compute while backward
    goes on (see `autograd.asides`).
    """

    __slots__ = (
        "aside",
        "backward_name",
        "differentiable",
        "inputs",
        "joint",
        "keeps",
        "kernel",
        "name",
        "nones",
        "outputs",
        "params",
        "plain",
        "plans",
        "rules",
        "shapes",
        "together",
        "unkept",
    )

    def __init__(
        self,
        name: str,
        kernel: Callable[..., Any],
        inputs: str,
        *,
        params: str = "",
        outputs: bool = False,
        joint: Callable[..., Sequence[Any]] | None = None,
        together: Callable[..., Sequence[Any]] | None = None,
        backward: str | Callable[[Node], str] | None = None,
        unkept: tuple[int, ...] = (),
        commutes: bool = False,
        aside: str = "",
        blas: bool = False,
        **rules: Rule | None,
    ) -> None:
        self.name = name
        self.kernel = kernel
        self.inputs = tuple(inputs.split())
        self.params = tuple(params.split())
        self.outputs = outputs
        self.joint = joint or together
        self.together = together
        self.nones = False
        self.unkept = unkept
        self.plain = self.joint is None and not commutes
        self.aside = tuple(self.inputs.index(name) for name in aside.split())
        self.backward_name = backward or _backward_name(name)
        unknown = set(rules) - set(self.inputs)
        if unknown:
            raise TypeError(f"operator {name}: a rule for {unknown}, inputs are {self.inputs}")
        self.rules = tuple(rules.get(each) for each in self.inputs)
        if together is None:
            self.plans = tuple(Plan(self, rule) for rule in self.rules)
        else:
            self.plans = (Plan(self, together, 2),) * len(self.inputs)
        self.keeps = any(plan.values for plan in self.plans)
        self.shapes = any(plan.shapes for plan in self.plans)
        self.differentiable = self.joint is not None or any(rule is not None for rule in self.rules)
        if self.differentiable:
            pairs = zip(self.inputs, self.rules, strict=True)
            self.rules = tuple(
                rule or no_derivative(f"{name} by its argument {each!r}", "detach() it")
                for each, rule in pairs
            )
        if blas:
            self.kernel = alone(kernel)
            self.rules = tuple(None if rule is None else alone(rule) for rule in self.rules)
            if self.joint is not None:
                self.joint = alone(self.joint)
                self.together = None if together is None else self.joint

    def __call__(self, *args: Any) -> Any:
        """Apply to raw arrays, giving raw arrays, or to tensors, giving a recorded tensor.

        This is the form in which one operator stands in another's rule.
        """
        operands, params = args, ()
        if self.params:
            count = len(self.inputs)
            operands, params = args[:count], args[count:]
        for operand in operands:
            if isinstance(operand, Tensor):
                return apply(self, operands, params)
        return self.kernel(*args)

    def named(self, name: str, backward: str | None = None) -> Op:
        """The same operator where torch has another name for this use of it."""
        twin = copy.copy(self)
        twin.name = name
        twin.backward_name = backward or _backward_name(name)
        return twin

    def __repr__(self) -> str:
        return f"Op({self.name})"


def no_derivative(what: str, instead: str) -> Rule:
    """The rule of an input that has none: an error, where a gradient is asked for."""

    def rule(g: Any) -> Any:
        raise NotImplementedError(f"the derivative of {what} is not implemented: {instead}")

    return rule


def _backward_name(name: str) -> str:
    """torch's usual name for the derivative of an operator: MulBackward0."""
    return "".join(part.capitalize() for part in name.split("_")) + "Backward0"


class Plan:
    """What one rule keeps, resolved from its argument names after the first ``given``.

    Sources are numbers into (inputs, result, params, shapes, dtypes of the inputs), in order.
    ``places`` says where among them the inputs stand, each with its number, and at last the
    result, with None: what is made a tensor again when the rule is recorded. ``only`` is the input
    that is all it keeps, as for a product; None for any other rule.
    """

    __slots__ = (
        "gather",
        "inputs",
        "kept",
        "only",
        "output",
        "places",
        "shapes",
        "sources",
        "values",
    )

    def __init__(self, op: Op, rule: Rule | None, given: int = 1) -> None:
        names: Sequence[str] = ()
        rule = rule and inspect.unwrap(rule)  # what works block by block
        if isinstance(rule, FunctionType):
            names = rule.__code__.co_varnames[given : rule.__code__.co_argcount]
        space = [*op.inputs, "y", *op.params, *(f"{name}_shape" for name in op.inputs)]
        space += [f"{name}_dtype" for name in op.inputs]
        for name in names:
            if name not in space:
                raise TypeError(f"operator {op.name}: its rule asks for {name!r}; there is {space}")
        self.sources = tuple(space.index(name) for name in names)
        count = len(op.inputs)
        self.inputs = tuple(i for i in self.sources if i < count)
        self.output = count in self.sources
        self.kept = (*self.inputs, count) if self.output else self.inputs
        self.values = bool(self.kept)
        self.only = self.inputs[0] if len(self.sources) == 1 and self.inputs else None
        self.places: tuple[tuple[int, int | None], ...] = tuple(
            (self.sources.index(i), i if i < count else None) for i in self.kept
        )
        self.shapes = any(i > count + len(op.params) for i in self.sources)
        self.gather = _gatherer(self.sources)


def _gatherer(sources: tuple[int, ...]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """A function that picks ``sources`` from a tuple, as a tuple."""
    if not sources:
        return lambda space: ()
    if len(sources) == 1:
        (only,) = sources
        return lambda space: (space[only],)
    return operator.itemgetter(*sources)


def apply(op: Op, operands: Sequence[Any], params: tuple[Any, ...] = ()) -> Any:
    """Run ``op`` on tensors, raw arrays, numbers or None, and record it where that is due.

    Returns a tensor, or a tuple of them for an operator with several results.
    """
    raws = []
    edges: list[Vertex | None] = []
    live = False
    for operand in operands:
        if isinstance(operand, Tensor):
            raws.append(operand._array)
            node = operand._node
            if node is not None:
                live = True
            edges.append(node)
        else:
            raws.append(operand)
            edges.append(None)
    try:
        out = op.kernel(*raws, *params)
    except IEEE:
        out = silently(op.kernel, *raws, *params)
    now = mode()
    if not (live and now.grad and op.differentiable):
        return tuple(map(wrap, out)) if op.outputs else wrap(out)
    if op.outputs:
        cell: Cell = [0, 0]  # one for all results: the rules keep them together
        node = record(op, operands, edges, raws, out, params, now, cell)
        found = [
            Output(node, i, each) if each.dtype.kind in "fc" else None for i, each in enumerate(out)
        ]
        results = tuple(map(wrap, out, found))
        if any(plan.output for plan in op.plans):
            for i, each in enumerate(results):
                if i not in op.unkept:
                    each._cell = cell
            node.outputs = tuple(None if each is None else weakref.ref(each) for each in found)
        return results
    if out.dtype.kind not in "fc":
        return wrap(out)
    tensor = wrap(out)
    tensor._node = record(op, operands, edges, raws, out, params, now, tensor)
    return tensor


IEEE = (RuntimeWarning, FloatingPointError)
"""What NumPy raises for 1/0, log 0 or overflow where the user's settings ask for an error."""


@np.errstate(all="ignore")  # around a function it takes half the time of a with
def silently(function: Callable[..., Any], *args: Any) -> Any:
    """Run what is no error, as in torch, where it does what `IEEE` arithmetic defines.

    A kernel runs so again that raised one of these: entering ``np.errstate`` costs as much as an
    operation, so it is left to this rare case.
    """
    return function(*args)


def record(
    op: Op,
    operands: Sequence[Any],
    edges: Sequence[Vertex | None],
    raws: Sequence[Raw],
    out: Any,
    params: tuple[Any, ...],
    now: Mode,
    result: Tensor | Cell,
) -> Node:
    """The node of an operation that ran; ``result`` is the tensor that holds ``out``.

    Of an operation with several results it is the version cell that they share.
    """
    node = Node()
    node.op = op
    node.edges = tuple(edges)
    node.params = params
    if not params and None in node.edges:
        for raw in raws:
            if raw.__class__ is float or raw.__class__ is int:
                node.params = tuple(each if type(each) in (int, float) else None for each in raws)
                break
    space: tuple[Any, ...] = ()
    saved: list[tuple[Any, ...] | None] = []
    cells: list[Cell] = []
    for edge, plan in zip(edges, op.plans):  # noqa: B905 - of one length, or no plans of a joint rule; strict costs time
        if edge is None:
            saved.append(None)
            continue
        only = plan.only
        if only is not None:
            saved.append((raws[only],))
            operand = operands[only]
            if isinstance(operand, Tensor):
                cells.append(operand._cell or operand._guard())
            else:
                cells.append(STILL)
            continue
        if not plan.sources:
            saved.append(())
            continue
        if not space:
            space = _space(op, raws, out, params)
        saved.append(plan.gather(space))
        if plan.values:
            for i in plan.inputs:
                operand = operands[i]
                cells.append(operand._guard() if isinstance(operand, Tensor) else STILL)
            if plan.output:
                cells.append(result._guard() if isinstance(result, Tensor) else result)
    node.saved = tuple(saved)
    node.cells = tuple(cells)
    node.tick = CLOCK[0]
    if op.outputs:
        node.shape = tuple(each.shape for each in out)
        node.dtype = tuple(each.dtype for each in out)
        node.value = None
    else:
        node.shape = out.shape
        node.dtype = out.dtype
        node.value = out if out.size <= SMALL else None
    node.extra = None if now is GRAD else user_line(now)
    node.scope = scope()
    return node


def _space(op: Op, raws: Sequence[Raw], out: Any, params: tuple[Any, ...]) -> tuple[Any, ...]:
    """All that a rule may ask for, in the order of `Plan`'s numbers."""
    if op.unkept:
        out = tuple(None if i in op.unkept else each for i, each in enumerate(out))
    if not op.shapes:
        return (*raws, out, *params)
    if len(raws) == 1:
        return (raws[0], out, *params, raws[0].shape, raws[0].dtype)
    shapes = [getattr(raw, "shape", ()) for raw in raws]
    return (*raws, out, *params, *shapes, *[getattr(raw, "dtype", None) for raw in raws])
