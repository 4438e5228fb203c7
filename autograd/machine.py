"""How a program runs: determinism, precision. Asked and set; little depends on it."""

from __future__ import annotations

from typing import Any

from autograd.devices import CPU, check_device, device

__all__ = [
    "are_deterministic_algorithms_enabled",
    "get_default_device",
    "get_float32_matmul_precision",
    "set_default_device",
    "set_float32_matmul_precision",
    "use_deterministic_algorithms",
]

_deterministic = [False]
_precision = ["highest"]


def get_default_device() -> device:
    """Where new tensors are made: on the CPU (`torch.get_default_device`).

    >>> autograd.get_default_device()
    device(type='cpu')
    """
    return CPU


def set_default_device(device: Any) -> None:
    """Nothing, for the CPU; RuntimeError for another device (`torch.set_default_device`).

    >>> autograd.set_default_device("cpu")
    """
    if device is not None:
        check_device(device)


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
