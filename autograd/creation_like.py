"""Making tensors like a given one: `zeros_like(x)`, `x.new_zeros(2, 3)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.creation import empty, empty_strided, full, ones, tensor, zeros
from autograd.devices import making
from autograd.registry import METHODS, described
from autograd.tensor import Tensor


def like(make: Callable[..., Tensor], name: str, meaning: str) -> Callable[..., Tensor]:
    """The ``_like`` form of ``make``."""

    @making
    def same(
        input: Tensor,
        *,
        dtype: Any = None,
        requires_grad: bool = False,
        **options: Any,
    ) -> Tensor:
        kind = input.dtype if dtype is None else dtype
        return make(input.shape, dtype=kind, requires_grad=requires_grad, **options)

    doc = f"""{meaning}, of the shape and dtype of ``input`` (`torch.{name}`).

    >>> {name}(ones(2, 3)).shape
    (2, 3)
    """
    return described(same, name, doc)


empty_like = like(empty, "empty_like", "Uninitialised")
zeros_like = like(zeros, "zeros_like", "All zeros")
ones_like = like(ones, "ones_like", "All ones")


@making
def full_like(
    input: Tensor,
    fill_value: Any,
    *,
    dtype: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """``fill_value`` everywhere, of the shape and dtype of ``input`` (`torch.full_like`).

    >>> full_like(zeros(2), 7)
    tensor([7., 7.])
    """
    kind = input.dtype if dtype is None else dtype
    return full(input.shape, fill_value, dtype=kind, requires_grad=requires_grad)


def _new(name: str, make: Callable[..., Tensor], meaning: str) -> None:
    """Register the method ``new_...`` that makes what ``make`` does, in this tensor's dtype."""

    @making
    def made(
        self: Tensor,
        *size: Any,
        dtype: Any = None,
        requires_grad: bool = False,
    ) -> Tensor:
        kind = self.dtype if dtype is None else dtype
        if not size:
            raise TypeError(f"{name}(): the sizes are missing: write x.{name}(2, 3)")
        return make(*size, dtype=kind, requires_grad=requires_grad)

    doc = f"""{meaning}, of this tensor's dtype (`torch.Tensor.{name}`).

    >>> zeros(2, dtype=float64).{name}(2, 3).dtype
    dtype('float64')
    """
    described(made, name, doc)
    METHODS[name] = made


_new("new_empty", empty, "An uninitialised tensor")
_new("new_zeros", zeros, "All zeros")
_new("new_ones", ones, "All ones")


@making
def new_full(
    self: Tensor,
    size: Any,
    fill_value: Any,
    *,
    dtype: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """``fill_value`` everywhere, of this tensor's dtype (`torch.Tensor.new_full`).

    >>> zeros(2).new_full((2,), 7)
    tensor([7., 7.])
    """
    kind = self.dtype if dtype is None else dtype
    return full(size, fill_value, dtype=kind, requires_grad=requires_grad)


@making
def new_empty_strided(
    self: Tensor,
    size: Any,
    stride: Any,
    *,
    dtype: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """An uninitialised tensor with these strides, of this tensor's dtype.

    >>> zeros(2).new_empty_strided((2, 3), (1, 2)).stride()
    (1, 2)
    """
    kind = self.dtype if dtype is None else dtype
    return empty_strided(size, stride, dtype=kind, requires_grad=requires_grad)


@making
def new_tensor(
    self: Tensor, data: Any, *, dtype: Any = None, requires_grad: bool = False
) -> Tensor:
    """A leaf with a copy of ``data``, of this tensor's dtype (`torch.Tensor.new_tensor`).

    >>> zeros(2).new_tensor([1, 2])
    tensor([1., 2.])
    """
    kind = self.dtype if dtype is None else dtype
    return tensor(data, dtype=kind, requires_grad=requires_grad)


METHODS.update(new_full=new_full, new_empty_strided=new_empty_strided, new_tensor=new_tensor)
