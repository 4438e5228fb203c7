"""Undoing broadcasting, in one place for every rule."""

from __future__ import annotations

from typing import Any

import numpy as np


def sum_to(array: Any, shape: tuple[int, ...]) -> Any:
    """Sum ``array`` over the axes along which ``shape`` was broadcast: the adjoint of it.

    ``array`` is a raw array or a tensor, whose shape is a broadcast of ``shape``; raises
    ValueError where it is not.

    >>> sum_to(np.ones((2, 3)), (3,))
    array([2., 2., 2.])
    """
    given = array.shape
    if given == shape:
        return array
    extra = len(given) - len(shape)
    if extra > 0 and given[extra:] == shape:
        return np.add.reduce(array, axis=0 if extra == 1 else tuple(range(extra)))
    axes = tuple(range(extra)) + tuple(
        extra + i for i, length in enumerate(shape) if length == 1 and given[extra + i] != 1
    )
    if extra < 0 or any(length not in (1, given[extra + i]) for i, length in enumerate(shape)):
        raise ValueError(f"shape {given} is not a broadcast of {shape}")
    return np.sum(array, axis=axes).reshape(shape)


def reduced_axes(shape: tuple[int, ...], dim: Any) -> tuple[int, ...]:
    """``dim`` (None, a number or a sequence of them) as sorted axes of ``shape``.

    Raises IndexError for a dimension that is not there, RuntimeError for one named twice.

    >>> reduced_axes((2, 3, 4), (-1, 0))
    (0, 2)
    """
    count = len(shape)
    if dim is None:
        return tuple(range(count))
    dims = tuple(dim) if isinstance(dim, (tuple, list)) else (dim,)
    axes = tuple(sorted(axis(d, count) for d in dims))
    if len(set(axes)) < len(axes):
        raise RuntimeError(f"dim {dims} names a dimension of shape {shape} more than once")
    return axes


def axis(dim: Any, count: int) -> int:
    """``dim`` as a number from 0 to ``count - 1``, negative ones counted from the end.

    Raises IndexError where it is out of range; a 0-d tensor has a dimension 0 and -1.

    >>> axis(-1, 3)
    2
    """
    try:
        number = int(dim.__index__())
    except AttributeError:
        raise TypeError(f"a dimension is an integer, got {type(dim).__name__}") from None
    limit = max(count, 1)
    if not -limit <= number < limit:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-limit}, {limit - 1}], "
            f"but got {number}): the tensor has {count} dimensions"
        )
    return number % limit if count else 0
