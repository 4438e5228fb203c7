"""A result that is still to be differentiated: its derivative is recorded, and done again, too.

The plan of such a call has two parts, in the same memory: the call, and its derivative, which runs
when backward comes to the result. Until then no other call may use that memory.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.backward import grad
from autograd.capture.entry import Entry
from autograd.capture.recorder import Recording
from autograd.capture.roots import Place
from autograd.capture.slots import array_of
from autograd.function import once_differentiable
from autograd.function_node import FunctionOp
from autograd.grad_mode import recording
from autograd.graph import CLOCK, SMALL, Leaf, Node, Raw, vertices
from autograd.operator import Op
from autograd.scopes import scope
from autograd.tensor import Tensor, wrap

if TYPE_CHECKING:
    from autograd.capture.plan import Plan


class _Ctx:
    """What `once_differentiable` asks of a context."""

    def __init__(self, node: Node) -> None:
        self._node: Callable[[], Node] = lambda: node


def _parts(ctx: _Ctx, g: Tensor) -> tuple[Tensor | None, ...]:
    node: Node = ctx._node()
    parts = node.params[0].gradients(g._array)
    return tuple(None if part is None else wrap(np.copy(part)) for part in parts)


_once: Any = once_differentiable(_parts)


def _derivative(node: Node, g: Any, needs: Sequence[bool]) -> Sequence[Any]:
    """The gradient of every target: the joint rule of a captured call."""
    if isinstance(g, Tensor):
        with recording(grad=True):
            found: Sequence[Any] = _once(_Ctx(node), g)
        return found
    parts = node.params[0].gradients(g)
    pairs = zip(parts, node.edges, strict=True)
    return [
        part.copy("K") if type(part) is np.ndarray and type(edge) is not Leaf else part
        for part, edge in pairs  # of leaves the engine makes copies
    ]


def _no_kernel(*args: Any) -> Any:
    raise NotImplementedError("a captured call runs by its plan")


_OP: Any = Op("captured", _no_kernel, "", joint=_derivative)
_OP.keeps = True  # so that its memory is free again when backward has passed
_OP.nones = False


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
        self._op = _OP.named(_OP.name, result._node.name())  # type: ignore[union-attr]  # it has one
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
            values.append(traced.root.place(traced.plain))
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

    def attach(self, array: Raw) -> Tensor:
        """The result of the call that has run, with its place in the graph."""
        node = Node()
        node.op = self._op
        node.edges = tuple([each._node for each in _tensors(self._targets, self.given)])
        node.params = (self,)
        node.saved = ()
        node.cells = tuple([each._guard() for each in _tensors(self._read, self.given)])
        node.tick = CLOCK[0]
        node.shape, node.dtype = array.shape, array.dtype
        node.value = array if array.size <= SMALL else None
        node.extra = None
        node.scope = scope()
        self._last = weakref.ref(node)
        self.given = []
        return wrap(array, node)

    def gradients(self, g: Raw) -> list[Raw | None]:
        """The gradient of every target, for that of the result, in the plan's own memory."""
        with np.errstate(all="ignore"):
            self.plan.differentiate(g)
        found = self.plan.values
        return [
            None if place is None else found[place[0]][()] if place[1] else found[place[0]]
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
    return not any(
        vertex.extra is not None or (type(vertex) is Node and isinstance(vertex.op, FunctionOp))
        for vertex in vertices(node, arguments - {None})
    )
