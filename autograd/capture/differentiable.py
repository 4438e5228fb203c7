"""A result that is still to be differentiated: its derivative is recorded, and done again, too.

The plan of such a call has two parts, in the same memory: the call, and its derivative, which runs
when backward comes to the result. Until then no other call may use that memory.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.backward import grad
from autograd.capture.recorder import Recording
from autograd.capture.slots import array_of
from autograd.capture.tape import Entry, Place
from autograd.function import Function, once_differentiable
from autograd.function_node import FunctionOp
from autograd.graph import Leaf, Node, Raw
from autograd.tensor import Tensor, wrap

if TYPE_CHECKING:
    from autograd.capture.plan import Plan


class Captured(Function):
    """The operation that a captured call is in the graph."""

    @staticmethod
    def forward(ctx: Any, live: Live, value: Raw, *targets: Tensor) -> Tensor:
        """The result, which is known already."""
        ctx.live = live
        ctx.save_for_backward(*live.needed(), wrap(np.zeros(())))  # one: so it is freed
        return wrap(value)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, g: Tensor) -> Any:
        """The gradient of every target; raises where what they depend on has changed since."""
        _ = ctx.saved_tensors
        return None, None, *ctx.live.gradients(g)


class Live:
    """The one result of a call that is still to be differentiated, and its derivative."""

    def __init__(self, tape: Recording, result: Tensor, arguments: list[Tensor]) -> None:
        self.tape: Any = tape
        self.result: Any = result
        self.given: list[Tensor] = []
        """The arguments of the call that runs."""
        self._targets: list[int | Tensor] = [
            place for place, each in enumerate(arguments) if each._node is not None
        ]
        self._targets += [each for each, _, node in tape.outside.values() if type(node) is Leaf]
        self._arguments = arguments
        self._read: list[int | Tensor] = []
        self._places: list[tuple[int, bool] | None] = []
        self._last: Callable[[], Node | None] = lambda: None
        self._name: str = result._node.name()  # type: ignore[union-attr]  # it has a graph
        self._op: Any = None
        self.plan: Plan

    def record(self, values: list[Place]) -> None:
        """Record the derivative; ``values`` takes up the gradients. It may kill the tape."""
        tape, result = self.tape, self.result
        arguments = {each._node for each in self._arguments}
        if not _plain(result._node, arguments):
            tape.kill("the graph of a result has hooks, or a Function of the program's own")
            return
        if not self._targets:
            tape.kill(
                "a result is returned that is still to be differentiated by what was made here"
            )
            return
        tape.hand_out_grads()
        mark = len(tape.entries)
        tape.entries.append(Entry("mark", None))
        seed = wrap(np.ones(result.shape, result.dtype))
        tape.inputs[id(seed)] = value = tape.lift(array_of(seed), "input")
        tape.seed = value.root
        targets = _tensors(self._targets, self._arguments)
        try:
            with _apart(arguments):
                found = grad(result, targets, seed, retain_graph=True, allow_unused=True)
        except RuntimeError as error:
            tape.kill(f"the derivative of a result raises {error}")
            return
        late = tape.entries[mark + 1 :]
        read = {place.root.number for entry in late for place in entry.reads()}
        self._read = [
            place
            for place, each in enumerate(self._arguments)
            if tape.inputs[id(each)].root.number in read
        ]
        for tensor, array, _ in tape.outside.values():
            root = tape.known(array)
            if root is not None and root.number in read:
                self._read.append(tensor)
        for each in found:
            if each is None:
                self._places.append(None)
                continue
            traced = tape.get_array(each)
            self._places.append((len(values), traced.scalar))
            values.append(Place(traced.plain, traced.root))
        if any(entry.how in ("grad", "host", "draw") or _outside(entry) for entry in late):
            tape.kill("the derivative of a result changes what a program can see")

    def settle(self, plan: Plan) -> None:
        """Do without the recording from here on."""
        self.plan = plan
        self.tape = self.result = None
        self._arguments = []

    def busy(self) -> bool:
        """Whether a result is alive that backward may still come to."""
        node = self._last()
        return node is not None and node.saved is not None

    def needed(self) -> list[Tensor]:
        """The tensors that the derivative reads where they lie, or has read."""
        return _tensors(self._read, self.given)

    def attach(self, array: Raw) -> Tensor:
        """The result of the call that has run, with its place in the graph."""
        targets = _tensors(self._targets, self.given)
        made: Tensor = Captured.apply(self, array, *targets)
        node: Any = made._node
        if self._op is None:
            self._op = node.op.named(node.op.name, self._name)
        node.op = self._op
        self._last = weakref.ref(node)
        self.given = []
        return made

    def gradients(self, g: Tensor) -> list[Tensor | None]:
        """The gradient of every target, for that of the result."""
        with np.errstate(all="ignore"):
            self.plan.differentiate(array_of(g))
        found = self.plan.values
        return [
            None
            if place is None
            else wrap(found[place[0]][()] if place[1] else found[place[0]].copy("K"))
            for place in self._places
        ]


def _tensors(which: list[int | Tensor], arguments: list[Tensor]) -> list[Tensor]:
    """Arguments by their places, and other tensors as they are."""
    return [arguments[each] if isinstance(each, int) else each for each in which]


def _outside(entry: Entry) -> bool:
    return any(place.root.kind == "outside" for place in entry.out)


@contextmanager
def _apart(vertices: set[Any]) -> Iterator[None]:
    """Let a graph end at these vertices: what they come from is no part of the call."""
    kept = [(each, each.edges) for each in vertices if each is not None and each.edges]
    for vertex, _ in kept:
        vertex.edges = ()
    try:
        yield
    finally:
        for vertex, edges in kept:
            vertex.edges = edges


def _plain(node: Any, arguments: set[Any]) -> bool:
    """Whether a graph, down to the arguments, has no hooks and no derivatives of the program."""
    stack, seen = [node], set(arguments)
    while stack:
        vertex = stack.pop()
        if vertex is None or vertex in seen:
            continue
        seen.add(vertex)
        stack += vertex.edges
        if vertex.extra is not None or (type(vertex) is Node and isinstance(vertex.op, FunctionOp)):
            return False
    return True
