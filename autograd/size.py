"""The shape of a tensor, a tuple that can be counted, and sizes as users give them."""

from __future__ import annotations

import math
from typing import Any

__all__ = ["Size", "shape_of"]


class Size(tuple[int, ...]):
    """The lengths of all dimensions, a tuple (`torch.Size`); it also prints as a tuple.

    >>> zeros(2, 3).shape
    (2, 3)
    >>> zeros(2, 3).shape.numel(), zeros(2, 3).size()[1:].numel()
    (6, 3)
    """

    __slots__ = ()

    def numel(self) -> int:
        """How many elements there are.

        >>> autograd.Size([2, 3]).numel()
        6
        """
        return math.prod(self)

    def __getitem__(self, index: Any) -> Any:
        found = tuple.__getitem__(self, index)
        return found if found.__class__ is int else Size(found)

    def __add__(self, other: Any) -> Any:
        return Size(tuple.__add__(self, other))

    def __mul__(self, times: Any) -> Any:
        return Size(tuple.__mul__(self, times))


def shape_of(size: tuple[Any, ...]) -> tuple[int, ...]:
    """Sizes given one by one or as one sequence; raises RuntimeError for negative ones."""
    if len(size) == 1 and isinstance(size[0], (tuple, list)):
        size = tuple(size[0])
    try:
        shape: tuple[int, ...] | None = tuple(each.__index__() for each in size)
    except AttributeError:
        shape = None
    if shape is None or any(each is True or each is False for each in size):
        raise TypeError(
            f"sizes are integers, one by one or as a tuple, as in zeros(2, 3); got {size}"
        )
    if any(length < 0 for length in shape):
        raise RuntimeError(f"cannot make a tensor of negative dimension: {shape}")
    return shape
