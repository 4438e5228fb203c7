"""Questions about tensors that have a plain answer, as functions (`torch.is_tensor`, ...)."""

from __future__ import annotations

from typing import Any

from autograd.arguments import a_tensor
from autograd.registry import METHODS
from autograd.tensor import Tensor

__all__ = [
    "is_floating_point",
    "is_nonzero",
    "is_same_size",
    "is_signed",
    "is_tensor",
    "numel",
]


def is_tensor(obj: Any) -> bool:
    """Whether ``obj`` is a tensor (`torch.is_tensor`).

    >>> is_tensor(tensor(1.0)), is_tensor(1.0)
    (True, False)
    """
    return isinstance(obj, Tensor)


def is_floating_point(input: Tensor) -> bool:
    """Whether the dtype is a float, so that gradients can flow (`torch.is_floating_point`).

    >>> is_floating_point(tensor([1.0])), is_floating_point(tensor([1]))
    (True, False)
    """
    return a_tensor("is_floating_point", input).is_floating_point()


def numel(input: Tensor) -> int:
    """The number of elements (`torch.numel`).

    >>> numel(zeros(2, 3))
    6
    """
    return a_tensor("numel", input).numel()


def is_nonzero(input: Tensor) -> bool:
    """Whether the only element is not 0 (`torch.is_nonzero`).

    Raises RuntimeError where there are more or fewer than one.

    >>> is_nonzero(tensor([2.0]))
    True
    """
    return bool(a_tensor("is_nonzero", input))


def is_same_size(input: Tensor, other: Tensor) -> bool:
    """Whether both have the same shape (`torch.is_same_size`).

    >>> is_same_size(zeros(2, 3), ones(2, 3))
    True
    """
    return a_tensor("is_same_size", input).shape == a_tensor("is_same_size", other).shape


def is_signed(input: Tensor) -> bool:
    """Whether the dtype holds negative numbers (`torch.is_signed`).

    >>> is_signed(tensor([1])), is_signed(tensor([True]))
    (True, False)
    """
    return a_tensor("is_signed", input).dtype.kind in "if"


METHODS.update(is_nonzero=is_nonzero, is_same_size=is_same_size, is_signed=is_signed)
