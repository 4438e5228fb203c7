"""Where arrays lie in memory, and whose it is."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.graph import Raw


def bounds(array: Raw) -> tuple[int, int]:
    """Where an array begins in memory, and where it ends."""
    low, high = np.lib.array_utils.byte_bounds(array)
    return int(low), int(high)


def whole(array: Raw) -> Raw:
    """The array that owns the memory, where it is one."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def owner(array: Any) -> Any:
    """What an array's memory belongs to."""
    base = getattr(array, "base", None)
    while base is not None:
        array = base
        base = getattr(array, "base", None)
    return array
