"""Dimensions by number: which one is meant, and the index along it."""

from __future__ import annotations

from typing import Any


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


def index_along(dim: int, part: Any) -> tuple[Any, ...]:
    """The index that takes ``part`` along ``dim`` and all of the dimensions before it."""
    return (*(slice(None),) * dim, part)


def upright(x: Any, after: int) -> Any:
    """A vector with ``after`` dimensions of length 1 behind it, to broadcast along the one before.

    A raw array or a tensor.
    """
    return x.reshape((-1, *(1,) * after))
