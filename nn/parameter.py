"""The `Parameter`: a tensor that a module owns and an optimiser changes."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Any

from autograd import Tensor, empty
from autograd.devices import check_device


class Parameter(Tensor):
    """A tensor that is registered where it is assigned to a module (`torch.nn.Parameter`).

    ``data``, a tensor of any shape, shares its memory with the parameter, which is a leaf
    of its own outside the graph of ``data``. It requires grad unless ``requires_grad`` is
    False, and then ``data`` may have an integer dtype, too.

    Raises TypeError where ``data`` is not a tensor.

    >>> nn.Parameter(tensor([1.0, 2.0]))
    Parameter containing:
    tensor([1., 2.], requires_grad=True)
    """

    def __init__(self, data: Tensor | None = None, requires_grad: bool = True) -> None:
        if data is None:
            data = empty(0)
        if not isinstance(data, Tensor):
            raise TypeError(
                f"a Parameter is made from a Tensor, got {type(data).__name__}: "
                "write Parameter(tensor(data))"
            )
        self._array = data._memory()
        self._node = None
        self._cell = data._guard()  # a change of either is a change of the other
        self._view = None
        if requires_grad:
            self.requires_grad_()

    def __repr__(self) -> str:
        """As torch prints it: what it is, then the tensor."""
        return f"Parameter containing:\n{super().__repr__()}"

    def __deepcopy__(self, memo: dict[int, Any]) -> Parameter:
        """A parameter with its own memory and, as in torch, without the gradient."""
        known: Parameter | None = memo.get(id(self))
        if known is None:
            known = type(self)(self.detach().clone(), self.requires_grad)
            memo[id(self)] = known
        return known


class Buffer(Tensor):
    """A tensor that is registered as a buffer where it is assigned to a module.

    `torch.nn.Buffer`; it shares the memory of ``data``. ``persistent=False`` leaves it out of
    the state dict.

    >>> module = nn.Module()
    >>> module.count = nn.Buffer(zeros(2))
    >>> list(module.state_dict())
    ['count']
    """

    def __init__(self, data: Tensor | None = None, *, persistent: bool = True) -> None:
        if data is None:
            data = empty(0)
        self._array = data._memory()
        self._node = data._node
        self._cell = data._guard()
        self._view = None
        self.persistent = persistent


def fresh(*shape: int, device: Any = None, dtype: Any = None) -> Parameter:
    """An uninitialised parameter, for `reset_parameters` to fill.

    Raises RuntimeError for a ``device`` other than the CPU.

    >>> from nn.parameter import fresh
    >>> fresh(2, 3).shape
    (2, 3)
    """
    if device is not None:
        check_device(device)
    return Parameter(empty(*shape, dtype=dtype))


def clear_gradients(parameters: Iterable[Tensor], set_to_none: bool = True) -> None:
    """Forget the gradients of ``parameters``, or set them to zero in their own memory.

    >>> from nn.parameter import clear_gradients
    >>> w = nn.Parameter(ones(2))
    >>> w.sum().backward()
    >>> clear_gradients([w], set_to_none=False)
    >>> w.grad
    tensor([0., 0.])
    """
    for parameter in parameters:
        if set_to_none:
            parameter.grad = None
        elif parameter.grad is not None:
            # Under create_graph the gradient has a history, which zeros do not.
            if parameter.grad.grad_fn is None:
                parameter.grad.requires_grad_(False)
            else:
                parameter.grad.detach_()
            parameter.grad.zero_()


def __getattr__(name: str) -> Any:
    if name in ("UninitializedBuffer", "UninitializedParameter"):  # where torch has them, too
        return getattr(importlib.import_module("nn.uninitialized"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
