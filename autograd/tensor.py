"""The `Tensor`: an array, the vertex of the graph that made it, and a gradient.

Here stands what a tensor is. What can be done with it, the operators and `backward`, is
joined to the class in `autograd.methods`.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from autograd import dtypes
from autograd.graph import Cell, Leaf, Node, Output, Raw, Vertex, extra_of
from autograd.hooks import RemovableHandle, add_hook
from autograd.lent_gradient import LentGradient
from autograd.printing import format_tensor
from autograd.readout import Readout

if TYPE_CHECKING:
    from autograd.views import View


class Tensor(Readout):
    """An array of one dtype whose operations are recorded (`torch.Tensor`).

    ``Tensor(data)`` copies ``data`` into the default dtype, ``Tensor(2, 3)`` is an
    uninitialised 2 x 3 array; `autograd.tensor` is what you usually want.

    >>> x = tensor([1.0, 2.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([2., 4.])
    """

    __slots__ = (
        "__weakref__",
        "_array",
        "_cell",
        "_grad",
        "_leaf",
        "_name",
        "_node",
        "_view",
        "_views",
    )
    _array: Raw
    _node: Vertex | None
    _cell: Cell | None
    _grad: Raw | Tensor | LentGradient | None
    _leaf: Leaf
    _name: str
    _view: View | None
    _views: list[weakref.ref[Tensor]]

    def __init__(self, *data: Any, requires_grad: bool = False) -> None:
        if len(data) == 1 and not isinstance(data[0], int):
            source = data[0]
            array = np.array(getattr(source, "_array", source), dtype=dtypes.get_default_dtype())
        else:
            array = np.empty(data or 0, dtype=dtypes.get_default_dtype())
        self._array = array
        self._node = None
        self._cell = None
        self._view = None
        if requires_grad:
            self.requires_grad_()

    # -- the graph ---------------------------------------------------------------------

    @property
    def requires_grad(self) -> bool:
        """Whether operations on this tensor are recorded.

        >>> tensor(1.0, requires_grad=True).requires_grad
        True
        """
        return self._node is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        self.requires_grad_(value)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Start (or stop) recording operations on this leaf; returns it.

        Raises RuntimeError for integer and bool tensors, and where a result of recorded
        operations is to stop.

        >>> tensor(1.0).requires_grad_()
        tensor(1., requires_grad=True)
        """
        if not requires_grad and not self.is_leaf:
            raise RuntimeError(
                "you can only change requires_grad flags of leaf variables. If you want to use "
                "a computed variable in a subgraph that doesn't require differentiation use "
                "var_no_grad = var.detach()."
            )
        if not requires_grad:
            if type(self._node) is Leaf:
                self._leaf = self._node  # recorded operations lead there; it may come back
            self._node = None
        elif self._node is None:
            if not self.is_floating_point():
                raise RuntimeError(
                    "only Tensors of floating point dtype can require gradients, this one has "
                    f"dtype {self.dtype}; write x.float() or tensor(data, dtype=float32)"
                )
            self._node = leaf = getattr(self, "_leaf", None) or Leaf(self)
            leaf.hold(self._array)
        return self

    @property
    def is_leaf(self) -> bool:
        """Whether the user made this tensor, rather than a recorded operation."""
        return self._node is None or type(self._node) is Leaf

    @property
    def grad_fn(self) -> Node | None:
        """The recorded operation that made this tensor, None for leaves."""
        node = self._node
        if type(node) is Output:
            return node.node
        return node if type(node) is Node else None

    @property
    def output_nr(self) -> int:
        """Which of its operation's results this is."""
        return self._node.index if type(self._node) is Output else 0

    @property
    def _version(self) -> int:
        """How often the memory was changed in place (also through views)."""
        return 0 if self._cell is None else self._cell[0]

    def _guard(self) -> Cell:
        """The version cell, made on first use: from here on somebody watches for changes."""
        cell = self._cell
        if cell is None:
            cell = self._cell = [0, 0]
        return cell

    @property
    def grad(self) -> Tensor | None:
        """The gradient that `backward` accumulated; None before.

        >>> x = tensor(3.0, requires_grad=True)
        >>> (x * x).backward()
        >>> x.grad
        tensor(6.)
        """
        try:
            grad = self._grad
        except AttributeError:
            return None
        if grad is not None and not isinstance(grad, Tensor):
            grad = self._grad = wrap(grad.array.copy() if type(grad) is LentGradient else grad)
        return grad

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is not None:
            if not isinstance(value, Tensor):
                raise TypeError(
                    f"assigned grad expected to be a Tensor or None but got {type(value).__name__}"
                )
            if value is self:
                raise RuntimeError("can't assign Variable as its own grad")
            if value.shape != self.shape:
                raise RuntimeError(
                    f"attempting to assign a gradient of size '{list(value.shape)}' to a tensor of "
                    f"size '{list(self.shape)}': they must be the same"
                )
            if value.dtype != self.dtype:
                raise RuntimeError(
                    f"attempting to assign a gradient with dtype '{value.dtype}' to a tensor with "
                    f"dtype '{self.dtype}': write grad.to(x.dtype)"
                )
        self._grad = value

    @grad.deleter
    def grad(self) -> None:
        self._grad = None

    @property
    def name(self) -> str | None:
        """A name for pictures of the graph; yours to set."""
        return getattr(self, "_name", None)

    @name.setter
    def name(self, value: str) -> None:
        self._name = value

    def _follow(self, node: Vertex | None) -> None:
        """Stand at another vertex after an in-place change; what retains a gradient goes along."""
        retained = self.retains_grad
        if retained:
            extra_of(self._node).retain = None  # type: ignore[arg-type]  # retained, so there is one
        self._node = node
        if retained and node is not None:
            self.retain_grad()

    def retain_grad(self) -> None:
        """Keep this result's gradient in ``.grad`` as if it were a leaf.

        >>> x = tensor(3.0, requires_grad=True)
        >>> y = x * x
        >>> y.retain_grad()
        >>> (2 * y).backward()
        >>> y.grad
        tensor(2.)
        """
        if self._node is None:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        if type(self._node) is not Leaf:
            extra_of(self._node).retain = weakref.ref(self)

    @property
    def retains_grad(self) -> bool:
        """Whether `retain_grad` was called on this result."""
        extra = None if self._node is None else self._node.extra
        return extra is not None and extra.retain is not None and extra.retain() is self

    def register_hook(self, hook: Callable[[Tensor], Tensor | None]) -> RemovableHandle:
        """Call ``hook(grad)`` when this tensor's gradient is known; it may return another.

        >>> x = tensor(3.0, requires_grad=True)
        >>> handle = x.register_hook(lambda grad: grad * 10)
        >>> (x * x).backward()
        >>> x.grad
        tensor(60.)
        """
        if self._node is None:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        return add_hook(extra_of(self._node).hooks, hook)

    def register_post_accumulate_grad_hook(self, hook: Callable[[Tensor], None]) -> RemovableHandle:
        """Call ``hook(x)`` of this leaf ``x`` when backward has added to its ``.grad``.

        An optimiser can then step, and forget the gradient, while backward goes on. Raises
        RuntimeError where this is no leaf that requires grad.

        >>> x = tensor(3.0, requires_grad=True)
        >>> handle = x.register_post_accumulate_grad_hook(lambda x: print(x.grad))
        >>> (x * x).backward()
        tensor(6.)
        """
        if self._node is None:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        if type(self._node) is not Leaf:
            raise RuntimeError(
                "post accumulate grad hooks cannot be registered on non-leaf tensors: write "
                "y.register_hook(hook)"
            )
        return add_hook(extra_of(self._node).after, hook)

    # -- Python ------------------------------------------------------------------------

    def __repr__(self) -> str:
        """As torch prints it, with ``autograd.`` before dtypes."""
        suffixes = []
        node = self.grad_fn
        if node is not None:
            suffixes.append(f"grad_fn=<{node.name()}>")
        elif self.requires_grad:
            suffixes.append("requires_grad=True")
        return format_tensor(
            self._array, suffixes=suffixes, default_dtype=dtypes.get_default_dtype()
        )

    __hash__ = object.__hash__  # of the object itself, though == compares entries

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[Tensor]: ...

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Pickle a leaf: its array and requires_grad; no gradient and no graph are written."""
        if not self.is_leaf:
            raise RuntimeError(
                "a result of recorded operations cannot be pickled, its graph would be lost; "
                "pickle y.detach()"
            )
        return _rebuild, (type(self), self._memory(), self.requires_grad, self._state())

    def _state(self) -> dict[str, Any]:
        state = {} if self.name is None else {"_name": self.name}
        return state | getattr(self, "__dict__", {})

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        """A leaf with its own memory and its own copy of the gradient."""
        if id(self) in memo:
            known: Tensor = memo[id(self)]
            return known
        if not self.is_leaf:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy "
                "protocol at the moment; write y.detach().clone()"
            )
        copy = _rebuild(type(self), self._memory().copy(), self.requires_grad, self._state())
        memo[id(self)] = copy
        if self.grad is not None:
            copy.grad = wrap(np.array(self.grad._array))
        return copy


_new = object.__new__


def wrap(array: Raw, node: Vertex | None = None, cell: Cell | None = None) -> Tensor:
    """A tensor on ``array`` as it is, with the vertex that made it, and its version cell."""
    tensor: Tensor = _new(Tensor)
    tensor._array = array
    tensor._node = node
    tensor._cell = cell
    tensor._view = None
    return tensor


def _rebuild(
    kind: type[Tensor], array: npt.NDArray[Any], requires_grad: bool, state: dict[str, Any]
) -> Tensor:
    tensor: Tensor = _new(kind)
    tensor._array = dtypes.native(array)
    tensor._node = None
    tensor._cell = None
    tensor._view = None
    for name, value in state.items():
        setattr(tensor, name, value)
    if requires_grad:
        tensor.requires_grad_()
    return tensor
