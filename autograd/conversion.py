"""Tensor methods that change the dtype or leave the graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import dtypes
from autograd.devices import CPU, check_device, device as place
from autograd.graph import Leaf
from autograd.ops.cast import cast
from autograd.registry import METHODS, described, public
from autograd.tensor import Tensor, wrap


def wanted_dtype(*given: Any) -> Any:
    """The dtype that the arguments of a ``to`` ask for, or None.

    They are dtypes, tensors that have the dtype, the device "cpu", where all tensors are,
    and flags, which change nothing here. Raises RuntimeError for another device.

    >>> from autograd.conversion import wanted_dtype
    >>> wanted_dtype("cpu", float64, True)
    dtype('float64')
    """
    dtype = None
    for each in given:
        if isinstance(each, Tensor):
            dtype = each.dtype
        elif isinstance(each, place) or (isinstance(each, str) and each not in dtypes.NAMES):
            check_device(each)
        elif each is not None and not isinstance(each, bool):
            dtype = each
    return dtype


def to(
    self: Tensor,
    *args: Any,
    dtype: Any = None,
    device: Any = None,
    non_blocking: bool = False,
    copy: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """This tensor in another dtype, or in that of another tensor; itself where it has it.

    A device is accepted where it is the CPU, any order of memory (`torch.Tensor.to`).

    >>> tensor([1, 2]).to(float32)
    tensor([1., 2.])
    """
    dtype = wanted_dtype(*args, device, dtype)
    if dtype is not None and dtypes.checked(dtype) != self.dtype:
        converted: Tensor = cast(self, dtypes.checked(dtype))
        return converted
    if copy:
        copied: Tensor = self.clone()
        return copied
    return self


def type_as(self: Tensor, other: Tensor) -> Tensor:
    """This tensor in the dtype of ``other``.

    >>> tensor([1, 2]).type_as(zeros(1)).dtype
    dtype('float32')
    """
    return to(self, other.dtype)


def cpu(self: Tensor) -> Tensor:
    """This tensor itself, which is in main memory (`torch.Tensor.cpu`).

    >>> x = zeros(2)
    >>> x.cpu() is x
    True
    """
    return self


def _get_device(self: Tensor) -> place:
    """Where it is: in main memory (`torch.Tensor.device`).

    >>> zeros(2).device
    device(type='cpu')
    """
    return CPU


def as_type(self: Tensor, dtype: Any, non_blocking: bool = False) -> Tensor:
    """This tensor as ``dtype`` (`torch.Tensor.type`).

    >>> tensor([1, 2]).type(float64).dtype
    dtype('float64')
    """
    return to(self, dtype)


def _converter(name: str, kind: dtypes.DType) -> Callable[[Tensor], Tensor]:
    def convert(self: Tensor) -> Tensor:
        return to(self, kind)

    doc = f"""This tensor as {kind} (`torch.Tensor.{name}`).

    >>> tensor([1, 0]).{name}().dtype
    dtype('{kind}')
    """
    return described(convert, name, doc)


for _name, _kind in (
    ("half", dtypes.float16),
    ("float", dtypes.float32),
    ("double", dtypes.float64),
    ("char", dtypes.int8),
    ("short", dtypes.int16),
    ("int", dtypes.int32),
    ("long", dtypes.int64),
    ("byte", dtypes.uint8),
    ("bool", dtypes.bool_),
):
    METHODS[_name] = _converter(_name, _kind)


def _shared(source: Tensor) -> Tensor:
    return wrap(source._memory())


@public()
def detach(input: Tensor) -> Tensor:
    """The same memory outside the graph (`torch.Tensor.detach`).

    Both see what is written to either, and backward notices it.

    >>> tensor(1.0, requires_grad=True).detach().requires_grad
    False
    """
    outside = _shared(input)
    outside._cell = input._guard()
    return outside


def detach_(self: Tensor) -> Tensor:
    """Cut this tensor from the graph that made it; it becomes a leaf.

    >>> x = tensor(1.0, requires_grad=True)
    >>> (x * 2).detach_().is_leaf
    True
    """
    if self._view is not None and self._node is not None:
        raise RuntimeError("Can't detach views in-place. Use detach() instead.")
    self._node = None
    return self


def _get_data(self: Tensor) -> Tensor:
    """The same memory outside the graph, and without a watch on changes (`torch`'s ``.data``).

    A change through it is not noticed by backward; `detach` is safer.

    >>> x = tensor([1.0, 2.0], requires_grad=True)
    >>> x.data[0] = 5.0
    >>> x
    tensor([5., 2.], requires_grad=True)
    """
    return _shared(self)


def _set_data(self: Tensor, value: Tensor) -> None:
    if not isinstance(value, Tensor):
        raise TypeError(f"Variable data has to be a tensor, but got {type(value).__name__}")
    if type(self._node) is Leaf and not value.is_floating_point():
        raise RuntimeError(
            "data set to a tensor that requires gradients must be floating point, "
            f"not {value.dtype}"
        )
    self._hold(value._memory())


def reread(self: Tensor, dtype: Any) -> Tensor:
    """The same bytes as elements of ``dtype``, outside the graph: what ``x.view(dtype)`` is.

    Raises RuntimeError where the last dimension does not hold whole elements.

    >>> from autograd.conversion import reread
    >>> reread(tensor([1.0]), int32)
    tensor([1065353216], dtype=autograd.int32)
    """
    outside = detach(self)
    try:
        outside._array = self._memory().view(dtypes.checked(dtype))
    except ValueError as error:
        raise RuntimeError(
            f"x.view({dtype}) of shape {self.shape}, strides {self.stride()} and dtype "
            f"{self.dtype}: the last dimension, of stride 1, must hold whole elements ({error})"
        ) from None
    return outside


METHODS.update(
    to=to,
    cpu=cpu,
    device=property(_get_device),
    type=as_type,
    type_as=type_as,
    detach_=detach_,
    data=property(_get_data, _set_data),
)
