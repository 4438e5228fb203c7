"""Backward: carry gradients from the outputs of a graph to what they were computed from.

Every vertex waits until all its consumers have sent their part; then its rules run. One
loop serves all orders of derivative: an ordinary backward hands the rules raw arrays,
and under ``create_graph`` tensors, so that what the rules do is recorded in turn.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from autograd.accumulation import Gradient, accumulate, add, hooked
from autograd.asides import FEWEST, Asides
from autograd.broadcasting import sum_to
from autograd.graph import CLOCK, Leaf, Node, Output, Vertex
from autograd.lifting import lifted
from autograd.operator import Op
from autograd.ops.cast import cast
from autograd.scopes import differentiate, order_of_run
from autograd.tensor import Tensor


def run(
    roots: Sequence[tuple[Vertex, Gradient]],
    *,
    keep: bool,
    create_graph: bool = False,
    wanted: Iterable[Vertex] | None = None,
    observe: Callable[[Vertex, Gradient], None] | None = None,
    sink: Callable[[Leaf, Gradient], None] | None = None,
    watch: Callable[[Op, Any], Any] | None = None,
) -> dict[Vertex, Gradient]:
    """Run backward from ``roots``, pairs of a vertex and the gradient that it starts with.

    Without ``wanted`` every leaf's gradient goes to ``sink``, by default into its tensor's
    ``.grad``. With ``wanted`` only the paths that lead there run, and their gradients are
    returned. ``keep`` leaves what the nodes saved for another run. ``observe`` is called
    with every vertex and its whole gradient before its rules run; then hooks do not.
    ``watch(op, saved)`` gives the operator that runs in an operator's place.

    Raises RuntimeError for a graph that was freed, and for a saved array that was modified
    in place since.
    """
    start, seed = _start(roots)
    captured = None if wanted is None else dict.fromkeys(wanted)
    pending = _consumers(start, captured)
    special = create_graph or watch is not None
    asides: Asides | None = None
    may_hand_over = sink is None and wanted is None and observe is None and not special
    if sink is None:
        sink = accumulate
    first: dict[Vertex, Gradient] = {}  # one part has come; it may be somebody else's array
    sums: dict[Vertex, Gradient] = {}  # several parts have come; the array is ours
    ready: list[tuple[Any, Gradient]] = []
    follow: Any = start  # what became ready last comes next, with its gradient `flow`
    flow = seed
    waiting = pending.get
    ndarray = np.ndarray
    order = order_of_run([start, *pending]) if create_graph else 0
    while True:
        if follow is not None:
            node, g = follow, flow
            follow = flow = None
        elif ready:
            node, g = ready.pop()
        else:
            if asides is not None:
                asides.deliver(accumulate, fit)
            return captured or {}
        if observe is not None:
            observe(node, g)
        elif node.extra is not None and g is not None:
            if asides is not None:
                asides.deliver(accumulate, fit)  # a hook may look at it, or change what it reads
            if create_graph and node.__class__ is Node:
                differentiate(node, order)
            g = hooked(node, g, create_graph)
        if captured is not None and node in captured:
            captured[node] = g
            if pending.keys().isdisjoint(node.edges):
                continue
        if node.__class__ is not Node:
            if node.__class__ is Leaf:
                if captured is None and g is not None:
                    sink(node, g)
            else:
                _deliver(node, g, first, pending, ready)
            continue
        op = node.op
        saved: Any = node.saved
        if saved is None:
            raise freed(node)
        if node.tick != CLOCK[0]:
            _check_versions(node)
        if special:
            if create_graph:
                saved = lifted(node, pending)
                if op.__class__ is not _Start:
                    differentiate(node, order)
            if watch is not None and op.__class__ is not _Start:
                op = watch(op, saved)
        rules: Any = op.rules
        if not op.plain:
            if op.joint is not None:
                if asides is not None and op.together is None:
                    asides.deliver(accumulate, fit)  # the user's own rule may do so, too
                rules, saved = _joint(op, node, saved, g, pending)
                g = saved
            elif node.edges[0] is node.edges[1]:  # it commutes, and both gradients are the same
                rules = (functools.partial(_twice, rules[0]),)
                pending[node.edges[0]] -= 1
        if not keep and op.keeps:
            node.saved = None
        edges: Sequence[Any] = node.edges
        if may_hand_over and op.aside and g.__class__ is ndarray and g.size >= FEWEST:
            if asides is None:
                asides = Asides()
                may_hand_over = asides.may
            if may_hand_over:
                edges, rules, saved = asides.relieve(node, g, saved, pending, (first, sums), ready)
        for target, rule, args in zip(edges, rules, saved):  # noqa: B905 - of one length by construction; strict costs time
            n = waiting(target)
            if n is None:
                continue
            d: Any = rule(g, *args) if g is not None else None
            kind = d.__class__
            if kind is ndarray:
                if d.shape != target.shape or d.dtype is not target.dtype:
                    d = fit(d, target, op)
                if d is g and target.__class__ is Leaf:
                    d = d.copy()
            elif kind is Tensor:
                raw = d._array
                if raw.shape != target.shape or raw.dtype is not target.dtype:
                    d = fit(d, target, op)
            elif kind is not g.__class__:
                d = fit(d, target, op)
            if n == 1:
                if first and target in first:
                    known = first.pop(target)
                    d = known if d is None else known + d
                elif sums and target in sums:
                    d = add(sums.pop(target), d)
                if follow is not None:
                    ready.append((follow, flow))
                follow = target
                flow = d
                continue
            pending[target] = n - 1
            if d is None:
                continue
            if target in sums:
                sums[target] = add(sums[target], d)
            elif target in first:
                sums[target] = first.pop(target) + d
            else:
                first[target] = d


class _Start(Op):
    """The operator of the vertex in front of the roots: it hands each its first gradient."""

    __slots__ = ()

    def __init__(self, count: int) -> None:
        super().__init__("start", _seed, "")
        self.rules = (_seed,) * count


_start_op = functools.cache(_Start)


def _start(roots: Sequence[tuple[Vertex, Gradient]]) -> tuple[Vertex, Gradient]:
    """Where to begin, and with what: the root, or a vertex in front of several."""
    if len(roots) == 1:
        ((vertex, seed),) = roots
        if vertex.__class__ is Leaf:
            seed = _own(vertex, seed)
        if seed.shape != vertex.shape or seed.dtype is not vertex.dtype:
            seed = fit(seed, vertex, _start_op(1))
        return vertex, seed
    start = Node()
    start.op = _start_op(len(roots))
    start.edges = tuple(vertex for vertex, _ in roots)
    start.saved = tuple((_own(vertex, seed),) for vertex, seed in roots)
    start.tick = CLOCK[0]
    start.cells = ()
    start.extra = None
    start.scope = None
    return start, 1.0


def _seed(g: Gradient, seed: Gradient) -> Gradient:
    return seed


def _twice(rule: Callable[..., Gradient], g: Gradient, *args: Any) -> Gradient:
    """The gradient of an operand on both sides of an operator that commutes."""
    d = rule(g, *args)
    return d + d


def _own(vertex: Vertex, seed: Gradient) -> Gradient:
    """A leaf keeps what it gets, so the caller's array must not become its gradient."""
    return seed.copy() if type(vertex) is Leaf and type(seed) is np.ndarray else seed


def _consumers(start: Vertex, wanted: dict[Vertex, Gradient] | None) -> dict[Vertex | None, int]:
    """How many parts each vertex will get; only of vertices that lead to the wanted ones."""
    pending: dict[Any, int] = {}
    stack: list[Any] = [start]
    while stack:
        for target in stack.pop().edges:
            if target in pending:
                pending[target] += 1
            elif target is not None:
                pending[target] = 1
                stack.append(target)
    if wanted is None:
        return pending
    for vertex in pending:
        if vertex.__class__ is Leaf and vertex not in wanted:
            break
    else:
        return pending  # every path ends in what is wanted
    consumers: dict[Any, list[Any]] = {vertex: [] for vertex in pending}
    for vertex in (start, *pending):
        for target in vertex.edges:
            if target is not None:
                consumers[target].append(vertex)
    needed: dict[Vertex | None, int] = {}
    stack = [vertex for vertex in wanted if vertex in pending]
    while stack:  # whatever consumes a vertex that is needed is needed, too
        vertex = stack.pop()
        if vertex not in needed and vertex is not start:
            needed[vertex] = pending[vertex]
            stack += consumers[vertex]
    return needed


def _deliver(
    output: Output,
    g: Gradient,
    first: dict[Vertex, Gradient],
    pending: dict[Vertex | None, int],
    ready: list[tuple[Any, Gradient]],
) -> None:
    """Lay one result's gradient beside those of the operation's other results."""
    node = output.node
    if node not in pending:
        return
    parts = first.setdefault(node, [None] * len(node.shape))
    known = parts[output.index]
    parts[output.index] = g if known is None else known if g is None else known + g
    pending[node] -= 1
    if not pending[node]:
        del first[node]
        if node.op.nones:
            ready.append((node, parts))
            return
        if all(part is None for part in parts):
            ready.append((node, None))
            return
        filled = [
            np.zeros(shape, kind) if part is None else part
            for part, shape, kind in zip(parts, node.shape, node.dtype, strict=True)
        ]
        ready.append((node, filled))


def _title(op: Op) -> str:
    return op.backward_name if isinstance(op.backward_name, str) else op.name


def fit(d: Gradient, target: Vertex, op: Op) -> Gradient:
    """Give a rule's result the shape and dtype of what it is the gradient of."""
    if d is None:
        return None
    if d.shape != target.shape:
        try:
            d = sum_to(d, target.shape)
        except ValueError:
            raise RuntimeError(
                f"Function {_title(op)} returned an invalid gradient - got "
                f"{list(d.shape)} but expected shape compatible with {list(target.shape)}"
            ) from None
    if d.dtype != target.dtype:
        d = cast(d, target.dtype)
    return d


def contributions(node: Node, g: Gradient) -> list[Gradient]:
    """What flows back over each edge of ``node`` when its gradient is ``g``; frees nothing.

    None for an edge without a vertex. Raises as `run` does.
    """
    if node.saved is None:
        raise freed(node)
    _check_versions(node)
    needs = [target is not None for target in node.edges]
    found = parts(node.op, node, node.saved, g, needs)
    return [part if need else None for part, need in zip(found, needs, strict=True)]


def parts(op: Op, node: Node, saved: Any, g: Gradient, needs: Sequence[bool]) -> list[Gradient]:
    """The gradients that the rules give for the inputs that need one, one after the other.

    The loop in `run` does the same without a list in between.
    """
    if op.joint is not None:
        return list(_all_at_once(op, node, saved, g, needs))
    every = zip(node.edges, op.rules, saved, needs, strict=True)
    return [
        fit(rule(g, *args), target, op) if need and target is not None and rule else None
        for target, rule, args, need in every
    ]


def _all_at_once(
    op: Op, node: Node, saved: Any, g: Gradient, needs: Sequence[bool]
) -> Sequence[Gradient]:
    """What the one rule of an operator gives for all inputs."""
    if op.together is not None:
        return op.together(g, needs, *next(args for args in saved if args))
    assert op.joint is not None
    return op.joint(node, g, needs)


def _joint(
    op: Op, node: Node, saved: Any, g: Gradient, pending: dict[Any, int]
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Rules that hand out what one joint rule computed for all inputs."""
    count = len(node.edges)
    if g is None and not op.nones:
        return (_seed,) * count, ((None,),) * count
    needs = tuple(target in pending for target in node.edges)
    parts = _all_at_once(op, node, saved, g, needs)
    # A joint rule is the user's: it may return one array twice, or one that it kept.
    own = [
        part.copy() if type(part) is np.ndarray and type(target) is Leaf else part
        for part, target in zip(parts, node.edges, strict=True)
    ]
    return (_seed,) * count, tuple((part,) for part in own)


def _check_versions(node: Node) -> None:
    for cell in node.cells:
        if cell[1] > node.tick:
            raise RuntimeError(
                "one of the variables needed for gradient computation has been modified by an "
                f"inplace operation: {node.op.name} (result of shape {node.shape}) kept a tensor "
                f"for its gradient that is now at version {cell[0]}. Write y = y + x where the "
                "program has y += x, or change a clone(); autograd.set_detect_anomaly(True) "
                "shows the line that recorded the operation." + _traced(node)
            )


def freed(node: Node) -> RuntimeError:
    """The error for a second run through a graph that has let go of what it kept."""
    return RuntimeError(
        "Trying to backward through the graph a second time (or directly access saved tensors "
        f"after they have already been freed): {node.op.name} has let go of what it kept when "
        "backward() passed. Specify retain_graph=True in the first backward() or grad() if you "
        "need to go through the graph again." + _traced(node)
    )


def _traced(node: Node) -> str:
    if node.extra is None or node.extra.trace is None:
        return ""
    return f"\nThe operation was recorded here:\n{node.extra.trace}"
