"""The accelerator that is not there: what programs ask about it before they take the CPU.

>>> autograd.device("cuda" if autograd.cuda.is_available() else "cpu")
device(type='cpu')
"""

from __future__ import annotations

from autograd import amp

__all__ = [
    "amp",
    "device_count",
    "empty_cache",
    "is_available",
    "manual_seed",
    "manual_seed_all",
    "synchronize",
]


def is_available() -> bool:
    """False: tensors live in main memory (`torch.cuda.is_available`).

    >>> autograd.cuda.is_available()
    False
    """
    return False


def device_count() -> int:
    """None at all (`torch.cuda.device_count`).

    >>> autograd.cuda.device_count()
    0
    """
    return 0


def manual_seed(seed: int) -> None:
    """Nothing: there is no generator of an accelerator (`torch.cuda.manual_seed`).

    >>> autograd.cuda.manual_seed(0)
    """


def manual_seed_all(seed: int) -> None:
    """Nothing: there is no generator of an accelerator (`torch.cuda.manual_seed_all`).

    >>> autograd.cuda.manual_seed_all(0)
    """


def empty_cache() -> None:
    """Nothing: there is no cache (`torch.cuda.empty_cache`).

    >>> autograd.cuda.empty_cache()
    """


def synchronize() -> None:
    """Nothing: every operation is done when it returns.

    Unlike torch, which raises an error without an accelerator.

    >>> autograd.cuda.synchronize()
    """
