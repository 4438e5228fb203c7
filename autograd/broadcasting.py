"""Undoing broadcasting, in one place for every rule."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ops.reducing import sum_dim
from autograd.sums import total


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
        axes = tuple(range(extra))
        return total(array, axes) if isinstance(array, np.ndarray) else sum_dim(array, axes, False)
    axes = tuple(range(extra)) + tuple(
        extra + i for i, length in enumerate(shape) if length == 1 and given[extra + i] != 1
    )
    if extra < 0 or any(length not in (1, given[extra + i]) for i, length in enumerate(shape)):
        raise ValueError(f"shape {given} is not a broadcast of {shape}")
    if not extra:
        return sum_dim(array, axes, True)
    return sum_dim(array, axes, False).reshape(shape)
