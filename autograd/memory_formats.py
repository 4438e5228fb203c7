"""The orders in which memory can hold images: names that programs give, and that change nothing.

Tensors made here are in row-major order, which torch calls ``contiguous_format``. Where a
program asks for another it gets the same numbers, which is all that the name is about.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "channels_last",
    "channels_last_3d",
    "contiguous_format",
    "memory_format",
    "preserve_format",
]


class memory_format:  # noqa: N801 - torch's name
    """An order of memory (`torch.memory_format`).

    >>> zeros(1, 2, 3, 3).contiguous(memory_format=autograd.channels_last).shape
    (1, 2, 3, 3)
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return f"autograd.{self._name}"

    def __reduce__(self) -> str:
        return self._name


contiguous_format = memory_format("contiguous_format")
preserve_format = memory_format("preserve_format")
channels_last = memory_format("channels_last")
channels_last_3d = memory_format("channels_last_3d")

_RANKS = {channels_last: 4, channels_last_3d: 5}


def in_this_order(array: Any, wanted: memory_format) -> bool:
    """Whether the memory of ``array`` is in this order without gaps.

    >>> from autograd.memory_formats import in_this_order
    >>> in_this_order(np.zeros((1, 3, 3, 2)).transpose(0, 3, 1, 2), autograd.channels_last)
    True
    """
    if wanted in _RANKS:
        if array.ndim != _RANKS[wanted]:
            return False
        order = (0, *range(2, array.ndim), 1)
        return bool(array.transpose(order).flags.c_contiguous)
    return bool(array.flags.c_contiguous)
