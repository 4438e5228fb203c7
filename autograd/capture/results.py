"""What a captured call takes and gives: arguments as a key, results as new tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.capture.differentiable import Live
from autograd.capture.kinds import SIMPLE
from autograd.capture.recorder import Recording
from autograd.capture.roots import Place
from autograd.capture.slots import array_of
from autograd.graph import Leaf, Node, vertices
from autograd.tensor import Tensor, wrap

Make = Callable[[list[Any]], Any]
"""What gives a result of the call from the values that the plan computed."""


def signature(args: Any, kwargs: Any) -> tuple[Any, list[Tensor], list[Any]]:
    """What tells calls apart; the tensors among the arguments; and what else there is."""
    if not args and not kwargs:
        return (), [], []
    tensors: list[Tensor] = []
    others: list[Any] = []
    return (_key(args, tensors, others), _key(kwargs, tensors, others)), tensors, others


def _key(tree: Any, tensors: list[Tensor], others: list[Any]) -> Any:
    kind = type(tree)
    if isinstance(tree, Tensor):
        for place, each in enumerate(tensors):
            if each is tree:
                return ("again", place)
        tensors.append(tree)
        array = array_of(tree)
        strides = array.strides if type(array) is np.ndarray else None
        return (kind, array.shape, array.dtype.char, strides, tree._node is None)
    if isinstance(tree, SIMPLE):
        # 0.0 equals -0.0, and is another number.
        return (kind, tree) if tree else (kind, tree, repr(tree))
    if kind is tuple or kind is list:
        return (kind, *[_key(each, tensors, others) for each in tree])
    if kind is dict:
        return tuple((name, _key(each, tensors, others)) for name, each in tree.items())
    others.append(tree)
    return (kind, id(tree))


class UnreturnableError(Exception):
    """A result that a later call cannot make."""


def maker(
    tape: Recording, result: Any, values: list[Place], arguments: list[Tensor]
) -> tuple[Make, Live | None, list[int | None]]:
    """How later calls make what this one returned; ``values`` takes up what they need.

    Beside it the result that is still to be differentiated, and which value each of the
    `tensors_of` a result is, None of those that are handed on. Raises `UnreturnableError`.
    """
    tensors: list[Tensor] = []
    form = _formed(result, tensors)
    open_ones = [each for each in tensors if tape.is_made(each) and _open(each._node)]
    if len(open_ones) > 1:
        raise UnreturnableError("several results that are still to be differentiated are returned")
    live = Live(tape, open_ones[0], arguments) if open_ones else None
    made: list[Make] = []
    places: list[int | None] = []
    for each in tensors:
        count = len(values)
        made.append(_tensor(tape, each, values, live))
        places.append(count if len(values) > count else None)
    if len({place.root.number for place in values}) < len(values):
        raise UnreturnableError("results that share memory are returned")
    if live is not None:
        live.record(values)
    return (lambda found: form([make(found) for make in made])), live, places


def tensors_of(result: Any) -> list[Tensor]:
    """The tensors of a result, each once; none of one that no recording can return."""
    found: list[Tensor] = []
    try:
        _formed(result, found)
    except UnreturnableError:
        return []
    return found


def _open(node: Any) -> bool:
    return type(node) is not Leaf and node is not None and not _freed(node)


def _formed(result: Any, tensors: list[Tensor]) -> Make:
    """How the result is put together from its tensors, which are noted, each once."""
    if isinstance(result, Tensor):
        known = [place for place, each in enumerate(tensors) if each is result]
        if not known:
            tensors.append(result)
        place = known[0] if known else len(tensors) - 1
        return lambda found: found[place]
    if result is None or isinstance(result, SIMPLE):
        return lambda found: result
    kind = type(result)
    if kind in (tuple, list) or hasattr(result, "_fields"):
        parts = [_formed(each, tensors) for each in result]
        if hasattr(result, "_fields"):
            return lambda found: kind(*[part(found) for part in parts])
        return lambda found: kind([part(found) for part in parts])
    if kind is dict:
        named = {name: _formed(each, tensors) for name, each in result.items()}
        return lambda found: {name: part(found) for name, part in named.items()}
    raise UnreturnableError(f"a {kind.__name__} is returned")


def _tensor(tape: Recording, result: Tensor, values: list[Place], live: Live | None) -> Make:
    for tensor, value in tape.grads.values():
        if value is result:
            return lambda found: tensor.grad
    if not tape.is_made(result):
        if id(result) in tape.inputs:
            raise UnreturnableError("an argument itself is returned")
        return lambda found: result
    node = result._node
    if type(node) is Leaf:
        raise UnreturnableError("a tensor is returned that backward has its gradient for")
    value = tape.get_array(result)
    root = value.root
    if type(result) is not Tensor:
        raise UnreturnableError(f"a {type(result).__name__} is returned")
    if np.copy(value.plain).strides != value.strides:
        raise UnreturnableError("a view with gaps in memory is returned")
    if root.kind == "outside" or root.kind == "input":
        raise UnreturnableError("a tensor that shares memory with one from outside is returned")
    number = len(values)
    values.append(root.place(value.plain))
    scalar = value.scalar
    if live is not None and live.result is result:
        return lambda found: live.attach(found[number][()] if scalar else found[number].copy("K"))
    if node is None:
        return lambda found: wrap(found[number][()] if scalar else found[number].copy("K"))
    stand_in = _stand_in(node)

    def make(found: list[Any]) -> Tensor:
        array = found[number]
        return wrap(array[()] if scalar else array.copy("K"), stand_in())

    return make


def _freed(node: Any) -> bool:
    """Whether backward has been through the graph, so that it cannot go again."""
    freed = False
    for vertex in vertices(node):
        if type(vertex) is Node:
            if vertex.saved is None:
                freed = True
            elif vertex.op.keeps:
                return False
    return freed


def _stand_in(node: Any) -> Callable[[], Any]:
    """A vertex as `_freed` ones are: it has a name, and says that it was freed."""
    if type(node) is not Node:
        raise UnreturnableError("one of several results of an operation is returned with its graph")
    op, shape, kind = node.op, node.shape, node.dtype

    def make() -> Node:
        made = Node()
        made.op = op
        made.edges = made.cells = made.params = ()
        made.saved = made.value = made.extra = made.scope = None
        made.shape, made.dtype, made.tick = shape, kind, 0
        return made

    return make
