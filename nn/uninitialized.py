"""Parameters and buffers whose shape is not known yet: those of lazy modules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, NoReturn

from autograd import Tensor, empty
from autograd.devices import check_device
from nn.parameter import Parameter

__all__ = ["UninitializedBuffer", "UninitializedParameter"]


def _no_shape(self: Any) -> NoReturn:
    raise RuntimeError(
        "Can't access the shape of an uninitialized parameter or buffer: call the module once "
        "with an input, which tells it"
    )


def _no_array(self: Any) -> NoReturn:
    raise ValueError(
        "Attempted to use an uninitialized parameter or buffer: call the lazy module once with an "
        "input, which tells it the sizes"
    )


class Uninitialized:
    """A tensor without a shape; `materialize` makes it an ordinary one, in place."""

    __slots__ = ()
    becomes: ClassVar[type[Tensor]]

    shape = property(_no_shape)
    _array = property(_no_array)

    @contextmanager
    def _opened(self: Any) -> Iterator[Any]:
        """Itself as an ordinary, empty tensor."""
        kind = type(self)
        self.__class__ = kind.becomes
        try:
            yield self
        finally:
            self.__class__ = kind

    @property
    def dtype(self) -> Any:
        """The dtype that it will have."""
        with self._opened() as opened:
            return opened.dtype

    def materialize(self: Any, shape: Sequence[int], device: Any = None, dtype: Any = None) -> None:
        """Make it an uninitialised tensor of this shape.

        >>> weight = nn.UninitializedParameter()
        >>> weight.materialize((2, 3))
        >>> type(weight).__name__, weight.shape
        ('Parameter', (2, 3))
        """
        if device is not None:
            check_device(device)
        dtype = self.dtype if dtype is None else dtype
        self.__class__ = type(self).becomes
        self.data = empty(*shape, dtype=dtype)

    def convert(self, dtype: Any) -> None:
        """Let it have this dtype when it has a shape."""
        with self._opened() as opened:
            opened.data = empty(0, dtype=dtype)

    def requires_grad_(self, requires_grad: bool = True) -> NoReturn:
        """Raises ValueError: freeze the layer when it has its parameters."""
        _no_array(self)

    def detach(self) -> Any:
        """Itself: there is nothing to share."""
        return self

    def __deepcopy__(self: Any, memo: dict[int, Any]) -> Any:
        if id(self) not in memo:
            memo[id(self)] = type(self)(self.requires_grad, None, self.dtype)
        return memo[id(self)]

    def __reduce_ex__(self: Any, protocol: Any) -> Any:
        return type(self), (self.requires_grad, None, self.dtype)

    def __repr__(self) -> str:
        """As torch prints it."""
        return f"<{type(self).__name__}>"


class UninitializedParameter(Uninitialized, Parameter):
    """A parameter without a shape (`torch.nn.UninitializedParameter`).

    >>> nn.LazyLinear(2).weight
    <UninitializedParameter>
    """

    __slots__ = ()
    becomes = Parameter

    def __init__(self, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> None:
        if device is not None:
            check_device(device)
        with self._opened():
            Parameter.__init__(self, empty(0, dtype=dtype), requires_grad)


class UninitializedBuffer(Uninitialized, Tensor):
    """A buffer without a shape (`torch.nn.UninitializedBuffer`).

    >>> nn.LazyBatchNorm1d().running_mean
    <UninitializedBuffer>
    """

    __slots__ = ()
    becomes = Tensor

    def __init__(self, requires_grad: bool = False, device: Any = None, dtype: Any = None) -> None:
        if device is not None:
            check_device(device)
        with self._opened():
            Tensor.__init__(self, requires_grad=requires_grad)
            self.data = empty(0, dtype=dtype)
