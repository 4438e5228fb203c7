"""What the vertices are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from autograd.graph import Leaf, Node, Output, Vertex as Recorded
from autograd.tensor import Tensor


class Names:
    """The tensors that have a name: those the user gave, and those that bear one themselves.

    ``given`` maps names to tensors and, as ``locals()`` does, to other things, which are
    passed over. Of several names for one tensor the first counts, and one that begins
    with ``_`` (a notebook's ``_``, ``__``) only where there is no other.
    """

    def __init__(self, given: Any, outputs: Sequence[Tensor]) -> None:
        if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
            raise TypeError(
                'names must map names to tensors, {"x": x} or locals(), '
                f"but it is a {type(given).__name__} of something else"
            )
        self.by_vertex: dict[Recorded, str] = {}
        self.tensors: dict[Recorded, Tensor] = {}
        self._by_memory: dict[int, str] = {}
        named = [(name, value) for name, value in list(given.items()) if isinstance(value, Tensor)]
        named.sort(key=lambda pair: pair[0].startswith("_"))
        named += [(output.name, output) for output in outputs if output.name]
        for name, tensor in named:
            if tensor._node is None:
                self._by_memory.setdefault(id(tensor._array), name)
            else:
                self.by_vertex.setdefault(tensor._node, name)
        self.modules: dict[int, str] = {}
        """The user's names of modules, and of whatever else has modules inside, by id."""
        for name, value in sorted(given.items(), key=lambda pair: pair[0].startswith("_")):
            if callable(getattr(type(value), "named_modules", None)):
                self.modules.setdefault(id(value), name)
        for tensor in (*outputs, *(tensor for _, tensor in named)):
            if tensor._node is not None:
                self.tensors.setdefault(tensor._node, tensor)

    def constant(self, array: Any) -> str | None:
        """The name of the tensor without a gradient that stands on this very array."""
        return self._by_memory.get(id(array))

    def constants(self) -> set[str]:
        """The names of all tensors without a gradient."""
        return set(self._by_memory.values())

    def titles(
        self, order: Sequence[Recorded], parameters: Mapping[Recorded, str]
    ) -> dict[Recorded, str]:
        """A name for every vertex, no two the same: the given one, the tensor's own, or a made one.

        Parameters are named by their paths, ``parameters``. Other leaves are counted, ``leaf
        1``; operations are called by their operator. Of several with one name each but the
        first, and several of one operator all, have a number behind, ``mul#2``.
        """
        titles = dict.fromkeys(order, "")
        taken: set[str] = set()
        times: Counter[str] = Counter()
        for naming in (self.by_vertex.get, _own, parameters.get):
            for vertex in order:
                name = None if titles[vertex] else naming(vertex)
                if not name:
                    continue
                title = name
                while title in taken:
                    times[name] += 1
                    title = f"{name}#{times[name] + 1}"
                titles[vertex] = title
                taken.add(title)
        unnamed = [vertex for vertex, name in titles.items() if not name]
        total = Counter(operator_of(vertex) for vertex in unnamed)
        count: Counter[str] = Counter()
        for vertex in unnamed:
            word = operator_of(vertex)
            while True:
                count[word] += 1
                if isinstance(vertex, Leaf):
                    title = f"leaf {count[word]}"
                else:
                    title = (
                        word if total[word] == 1 and count[word] == 1 else f"{word}#{count[word]}"
                    )
                if title not in taken:
                    break
            titles[vertex] = title
        return titles


def has_results(vertex: Recorded) -> bool:
    """Whether it is an operation with several results, which are vertices of their own.

    >>> first, second = tensor([1.0, 2.0], requires_grad=True).split(1)
    >>> has_results(first.grad_fn), has_results((first + second).grad_fn)
    (True, False)
    """
    return isinstance(vertex, Node) and vertex.op.outputs


def tensor_of(vertex: Recorded) -> Tensor | None:
    """The vertex's tensor, where somebody holds it: a leaf's, or one with ``retain_grad()``.

    >>> y = tensor(3.0, requires_grad=True) * 2
    >>> y.retain_grad()
    >>> tensor_of(y.grad_fn) is y
    True
    """
    if isinstance(vertex, Leaf):
        return vertex.variable
    if vertex.extra is not None and vertex.extra.retain is not None:
        return vertex.extra.retain()
    return None


def _own(vertex: Recorded) -> str | None:
    """The name that the vertex's tensor bears."""
    tensor = tensor_of(vertex)
    return None if tensor is None else tensor.name


def operator_of(vertex: Recorded) -> str:
    """``leaf``, the user's name of the operator, or that of one of its results, ``split[1]``.

    >>> operator_of((tensor(3.0, requires_grad=True) * 2).grad_fn)
    'mul'
    """
    if isinstance(vertex, Leaf):
        return "leaf"
    if isinstance(vertex, Output):
        return f"{operator_of(vertex.node)}[{vertex.index}]"
    name = vertex.op.name
    if name == "convolution" and vertex.op.inputs:  # a Function may bear the same name
        kind = "conv" if vertex.op.inputs[0] == "x" else "conv_transpose"
        return f"{kind}{len(vertex.shape) - 2}d"
    return name.removeprefix("native_").removesuffix("_with_indices")
