"""Memory lent to the kernel of an in-place operation, which then changes the places it must.

A kernel that changes some places of its input takes `owned` of it: a copy, as a rule, because the
input is somebody else's. Where the operation is to be written over the input anyhow, the input
itself is lent, and the cost goes with the places instead of with the tensor.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])

WRITING: set[Any] = set()
"""The functions that `writing` named."""


def writing(function: F) -> F:
    """Say that the function changes nothing but `owned` or `blank` of its first argument.

    No rule of the operators that it applies keeps the argument, so that it may be written over.
    """
    WRITING.add(function)
    return function


class _Lent(threading.local):
    """The array that may be written over, and the operands, which must not lie in it."""

    array: Any = None
    operands: Sequence[Any] = ()


_lent = _Lent()


@contextmanager
def lending(array: Any, operands: Sequence[Any]) -> Iterator[None]:
    """Let the kernels that run meanwhile write into ``array``.

    A kernel must not run twice over it, as it would for the sake of an overflow.
    """
    before = _lent.array, _lent.operands
    if type(array) is np.ndarray and array.flags.writeable:
        _lent.array, _lent.operands = array, operands
    try:
        with np.errstate(all="ignore"):
            yield
    finally:
        _lent.array, _lent.operands = before


def _is_lent(x: Any, order: str) -> bool:
    if x is not _lent.array or not (order == "K" or x.flags.c_contiguous):
        return False
    return not any(np.may_share_memory(x, each) for each in _lent.operands)


def owned(x: Any, order: Any = "C") -> Any:
    """``x`` to write into: a copy in row-major order (``order``), or itself where it is lent.

    >>> from autograd.inplace_memory import lending, owned
    >>> x = np.zeros(2)
    >>> owned(x) is x
    False
    >>> with lending(x, ()):
    ...     owned(x) is x
    True
    """
    return x if _is_lent(x, order) else np.array(x, order=order)


def blank(x: Any) -> Any:
    """As `owned`, where every entry will be written: it is not copied.

    >>> from autograd.inplace_memory import blank
    >>> blank(np.zeros(2, np.float32)).dtype
    dtype('float32')
    """
    return x if _is_lent(x, "K") else np.empty(np.shape(x), x.dtype)
