"""Constructors with names of their own: ``FloatTensor([1, 2])``, ``LongTensor(2, 3)``."""

from __future__ import annotations

from typing import Any, ClassVar

from autograd import dtypes
from autograd.arguments import a_tensor
from autograd.creation import empty, tensor
from autograd.tensor import Tensor

__all__ = [
    "BoolTensor",
    "ByteTensor",
    "CharTensor",
    "DoubleTensor",
    "FloatTensor",
    "HalfTensor",
    "IntTensor",
    "LongTensor",
    "ShortTensor",
    "Variable",
]


class _AnyTensor(type):
    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor)

    def __call__(cls, data: Tensor, requires_grad: bool = False) -> Tensor:
        made: Tensor = a_tensor("Variable", data).detach()
        return made.requires_grad_() if requires_grad else made


class Variable(metaclass=_AnyTensor):
    """What tensors were called that can require grad (`torch.autograd.Variable`).

    ``Variable(x, requires_grad=True)`` is a new leaf on the memory of ``x``; every tensor is
    an instance.

    >>> autograd.Variable(ones(2), requires_grad=True)
    tensor([1., 1.], requires_grad=True)
    """


class _OfDtype(type):
    """What these names are: a call makes a tensor, and tensors of the dtype are instances."""

    dtype: dtypes.DType

    def __call__(cls, *data: Any) -> Tensor:
        if len(data) == 1 and not isinstance(data[0], int):
            source = data[0]
            if isinstance(source, Tensor) and source.dtype != cls.dtype:
                raise TypeError(
                    f"{cls.__name__} takes numbers, or a tensor of dtype {cls.dtype}, got one of "
                    f"{source.dtype}: write x.to({cls.dtype})"
                )
            return source if isinstance(source, Tensor) else tensor(source, dtype=cls.dtype)
        return empty(*(data or (0,)), dtype=cls.dtype)

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor) and instance.dtype == cls.dtype


class FloatTensor(metaclass=_OfDtype):
    """A float32 tensor of the given numbers, or uninitialised of given sizes.

    `torch.FloatTensor`, and so the others for their dtype; `tensor` says the same with
    ``dtype=``. Raises TypeError for a tensor of another dtype.

    >>> autograd.FloatTensor([1, 2])
    tensor([1., 2.])
    >>> isinstance(ones(2), autograd.FloatTensor)
    True
    """

    dtype: ClassVar[dtypes.DType] = dtypes.float32


class DoubleTensor(metaclass=_OfDtype):
    """float64; see `FloatTensor`."""

    dtype: ClassVar[dtypes.DType] = dtypes.float64


class HalfTensor(metaclass=_OfDtype):
    """float16; see `FloatTensor`."""

    dtype: ClassVar[dtypes.DType] = dtypes.float16


class CharTensor(metaclass=_OfDtype):
    """int8; see `FloatTensor`."""

    dtype: ClassVar[dtypes.DType] = dtypes.int8


class ShortTensor(metaclass=_OfDtype):
    """int16; see `FloatTensor`."""

    dtype: ClassVar[dtypes.DType] = dtypes.int16


class IntTensor(metaclass=_OfDtype):
    """int32; see `FloatTensor`."""

    dtype: ClassVar[dtypes.DType] = dtypes.int32


class LongTensor(metaclass=_OfDtype):
    """int64; see `FloatTensor`."""

    dtype: ClassVar[dtypes.DType] = dtypes.int64


class ByteTensor(metaclass=_OfDtype):
    """uint8; see `FloatTensor`."""

    dtype: ClassVar[dtypes.DType] = dtypes.uint8


class BoolTensor(metaclass=_OfDtype):
    """Truth values; see `FloatTensor`."""

    dtype: ClassVar[dtypes.DType] = dtypes.bool_
