"""The shape of a tensor: a tuple that can be counted."""

from __future__ import annotations

import math
from typing import Any

__all__ = ["Size"]


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
