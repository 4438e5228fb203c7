"""How a program runs: threads, determinism, compilation. Asked and set; little depends on it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = [
    "are_deterministic_algorithms_enabled",
    "compile",
    "get_float32_matmul_precision",
    "get_num_threads",
    "set_float32_matmul_precision",
    "set_num_threads",
    "use_deterministic_algorithms",
]

M = TypeVar("M")
_threads = [os.cpu_count() or 1]
_deterministic = [False]
_precision = ["highest"]


def get_num_threads() -> int:
    """How many threads were asked for, at first one for each core (`torch.get_num_threads`).

    >>> autograd.get_num_threads() > 0
    True
    """
    return _threads[0]


def set_num_threads(int: int) -> None:
    """Note how many threads are wanted (`torch.set_num_threads`).

    It is noted only: NumPy's products take as many as ``OPENBLAS_NUM_THREADS`` says before
    Python starts. Raises RuntimeError for less than one.

    >>> autograd.set_num_threads(autograd.get_num_threads())
    """
    if int < 1:
        raise RuntimeError(f"set_num_threads expects a positive integer, got {int}")
    _threads[0] = int


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Ask for the same numbers from the same program, which is always so here.

    Source: `torch.use_deterministic_algorithms`.

    >>> autograd.use_deterministic_algorithms(False)
    """
    _deterministic[0] = bool(mode)


def are_deterministic_algorithms_enabled() -> bool:
    """Whether that was asked for (`torch.are_deterministic_algorithms_enabled`).

    >>> autograd.are_deterministic_algorithms_enabled()
    False
    """
    return _deterministic[0]


def set_float32_matmul_precision(precision: str) -> None:
    """Allow products of less precision, which are never made here.

    Source: `torch.set_float32_matmul_precision`. Raises RuntimeError for a name that is none.

    >>> autograd.set_float32_matmul_precision("highest")
    """
    names = ("highest", "high", "medium")
    if precision not in names:
        raise RuntimeError(f"{precision!r} is not one of {names}")
    _precision[0] = precision


def get_float32_matmul_precision() -> str:
    """What was allowed last (`torch.get_float32_matmul_precision`).

    >>> autograd.get_float32_matmul_precision()
    'highest'
    """
    return _precision[0]


def compile(model: M | None = None, **options: Any) -> M | Callable[[M], M]:
    """The module or function itself: there is nothing to compile (`torch.compile`).

    Also a decorator; the options are taken and change nothing.

    >>> f = autograd.compile(lambda x: x + 1)
    >>> f(1)
    2
    """
    if model is None:
        return lambda given: given
    return model
