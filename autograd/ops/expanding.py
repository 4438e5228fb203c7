"""Expanding: views in which dimensions of length 1 repeat, and shapes that broadcast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.arguments import a_tensor
from autograd.broadcasting import sum_to
from autograd.graph import Raw
from autograd.operator import Op
from autograd.ops.shape import sizes
from autograd.registry import METHODS, public
from autograd.tensor import Tensor
from autograd.views import view as take_view

__all__ = [
    "broadcast_shapes",
    "broadcast_tensors",
    "broadcast_to",
]


def _expanded(x: Raw, shape: tuple[int, ...]) -> Raw:
    out = np.broadcast_to(x, shape)
    if isinstance(x, np.ndarray) and x.flags.writeable:
        out.flags.writeable = True  # its rows may be written to; the whole overlaps itself
    return out


_expand = Op(
    "expand",
    _expanded,
    "x",
    params="shape",
    x=lambda g, x_shape: sum_to(g, x_shape),
)


def expand(self: Tensor, *shape: Any, size: Any = None) -> Tensor:
    """A view in which dimensions of length 1 repeat; -1 keeps one (`torch.Tensor.expand`).

    >>> tensor([[1], [2]]).expand(2, 3)
    tensor([[1, 1, 1],
            [2, 2, 2]])
    """
    wanted = sizes(shape if size is None else (*shape, size))
    offset = len(wanted) - self.ndim
    full = tuple(
        self.shape[i - offset] if n == -1 and i >= offset else n for i, n in enumerate(wanted)
    )
    try:
        result: Tensor = take_view(_expand, self, full)
    except ValueError:
        raise RuntimeError(
            f"The expanded size of the tensor {full} must match the existing size {self.shape}: "
            "only dimensions of length 1 can repeat, and new ones come in front"
        ) from None
    return result


METHODS["expand"] = expand


def expand_as(self: Tensor, other: Tensor) -> Tensor:
    """`expand` to the shape of ``other``.

    >>> tensor([[1], [2]]).expand_as(zeros(2, 3)).shape
    (2, 3)
    """
    return expand(self, other.shape)


METHODS["expand_as"] = expand_as


@public(numpy=(np.broadcast_to,))
def broadcast_to(input: Tensor, size: Sequence[int]) -> Tensor:
    """A view broadcast to ``size`` (`torch.broadcast_to`).

    >>> broadcast_to(tensor([1, 2]), (2, 2))
    tensor([[1, 2],
            [1, 2]])
    """
    return expand(input, size)


@public(method=False)
def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """Views of the tensors, all broadcast to one shape (`torch.broadcast_tensors`).

    >>> [each.shape for each in broadcast_tensors(zeros(2, 1), zeros(3))]
    [(2, 3), (2, 3)]
    """
    shape = broadcast_shapes(*(a_tensor("broadcast_tensors", each).shape for each in tensors))
    return tuple(expand(each, shape) for each in tensors)


def broadcast_shapes(*shapes: Any) -> tuple[int, ...]:
    """The shape that tensors of these shapes broadcast to (`torch.broadcast_shapes`).

    Raises RuntimeError where they do not, ValueError for a negative length.

    >>> broadcast_shapes((2, 1), 3)
    (2, 3)
    """
    given = [sizes((each,)) for each in shapes]
    if any(n < 0 for shape in given for n in shape):
        raise ValueError(f"broadcast_shapes(): a length is negative in {given}")
    try:
        return np.broadcast_shapes(*given)
    except ValueError:
        raise RuntimeError(
            f"broadcast_shapes(): the shapes {given} do not broadcast: counted from the last "
            "dimension, lengths must be the same, or 1"
        ) from None
