"""The two libraries that one program runs on, by name."""

from __future__ import annotations

import importlib
from typing import Any

OURS, TORCH = "autograd", "torch"

_NAMES = {
    OURS: ("autograd", "nn", "nn.functional", "nn.optim"),
    TORCH: ("torch", "torch.nn", "torch.nn.functional", "torch.optim"),
}


def library(name: str) -> tuple[Any, ...]:
    """What a program calls ``torch, nn, F, optim``."""
    return tuple(importlib.import_module(each) for each in _NAMES[name])


def limit_threads(name: str, threads: int) -> None:
    """Tell a library that has a function for it how many threads to use."""
    limit = getattr(importlib.import_module(_NAMES[name][0]), "set_num_threads", None)
    if limit is not None:
        limit(threads)
