"""A tensor filled, copied over or resized in place."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.arguments import a_tensor
from autograd.dtypes import fitting
from autograd.graph import Raw, touch
from autograd.inplace import in_place_method
from autograd.inplace_memory import blank, writing
from autograd.operator import Op, apply
from autograd.ops.cast import cast
from autograd.readout import as_number
from autograd.registry import METHODS, public
from autograd.size import shape_of
from autograd.tensor import Tensor, wrap


def _replaced(x: Raw, source: Raw) -> Raw:
    out = blank(x)
    out[...] = source
    return out


_copy = Op(
    "copy",
    _replaced,
    "x source",
    x=lambda g: np.zeros_like(g),
    source=lambda g: g,
)


_filling = _copy.named("fill")
_zeroing = _copy.named("zero")


@public(method=False)
def fill(input: Tensor, value: Any) -> Tensor:
    """A tensor like ``input`` with ``value`` everywhere, a number or a 0-d tensor.

    Source: `torch.fill`.

    >>> fill(zeros(2), 3)
    tensor([3., 3.])
    """
    if not isinstance(value, (Tensor, int, float, np.generic)):
        raise TypeError(f"fill() takes a number or a 0-d tensor, not {type(value).__name__}")
    if isinstance(value, Tensor) and value.ndim:
        raise RuntimeError(
            f"fill only supports 0-dimension value tensor but got tensor with {value.ndim} "
            "dimensions; write x.copy_(value)"
        )
    kind = a_tensor("fill", input).dtype
    number = value if isinstance(value, Tensor) else fitting(as_number(value), kind)
    filled: Tensor = apply(_filling, (input, number))
    return filled


@in_place_method
@writing
def fill_(self: Tensor, value: Any) -> Tensor:
    """Set every entry to ``value``, a number or a 0-d tensor (`torch.Tensor.fill_`).

    >>> zeros(2).fill_(3)
    tensor([3., 3.])
    """
    return fill(self, value)


@in_place_method
@writing
def zero_(self: Tensor) -> Tensor:
    """Set every entry to 0 (`torch.Tensor.zero_`).

    >>> ones(2).zero_()
    tensor([0., 0.])
    """
    zeroed: Tensor = apply(_zeroing, (self, 0))
    return zeroed


@in_place_method
@writing
def copy_(self: Tensor, other: Any, non_blocking: bool = False) -> Tensor:
    """Take over the values of ``other``, broadcast and cast (`torch.Tensor.copy_`).

    >>> zeros(2).copy_(tensor([1, 2]))
    tensor([1., 2.])
    """
    if isinstance(other, (int, float)):
        other = wrap(np.asarray(fitting(other, self.dtype)))
    if a_tensor("copy_", other).dtype != self.dtype:
        other = cast(other, self.dtype)
    try:
        copied: Tensor = apply(_copy, (self, other))
    except ValueError:
        raise RuntimeError(
            f"output with shape {list(self.shape)} doesn't match the broadcast shape of the "
            f"source, {list(other.shape)}"
        ) from None
    return copied


def resize_(self: Tensor, *size: Any) -> Tensor:
    """Take another shape, of as many of the elements in memory as it holds.

    Further ones are uninitialised (`torch.Tensor.resize_`). Raises RuntimeError for a tensor
    that requires grad, and here also for a view and for one that has views.

    >>> tensor([1, 2, 3]).resize_(2)
    tensor([1, 2])
    """
    shape = shape_of(size)
    if self.requires_grad:
        raise RuntimeError("cannot resize variables that require grad: write x.reshape(...)")
    if self._view is not None or any(ref() is not None for ref in getattr(self, "_views", ())):
        raise RuntimeError("resize_() of a tensor that shares its memory: clone() it first")
    old = self._memory().ravel("K")
    count = math.prod(shape)
    new = old[:count] if count <= old.size else np.empty(count, old.dtype)
    if count > old.size:
        new[: old.size] = old
    self._hold(new.reshape(shape))
    touch(self._guard())
    return self


def resize_as_(self: Tensor, the_template: Tensor) -> Tensor:
    """`resize_` to the shape of another tensor.

    >>> tensor([1, 2, 3]).resize_as_(zeros(2))
    tensor([1, 2])
    """
    return resize_(self, the_template.shape)


METHODS.update(resize_=resize_, resize_as_=resize_as_)
