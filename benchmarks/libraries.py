"""What one program runs on: the two libraries, and the peers, by name."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.loads import PROGRAMS
from benchmarks.peers import PEERS

OURS, TORCH = "autograd", "torch"

_NAMES = {
    OURS: ("autograd", "nn", "nn.functional", "nn.optim"),
    TORCH: ("torch", "torch.nn", "torch.nn.functional", "torch.optim"),
}


class Library:
    """One of them, imported."""

    def __init__(self, name: str) -> None:
        names = _NAMES.get(name) or (PEERS[name],)
        self.peer = name in PEERS
        self.modules = tuple(importlib.import_module(each) for each in names)

    def program(self, name: str) -> Callable[..., Any] | None:
        """The function that makes a program's step; None where a peer cannot do it."""
        if self.peer:
            return getattr(self.modules[0], name, None)
        return partial(PROGRAMS[name], *self.modules)

    def limit_threads(self, threads: int) -> None:
        """Say how many to use, where the library has a function for it."""
        limit = getattr(self.modules[0], "set_num_threads", None)
        if limit is not None:
            limit(threads)

    def captured(self, step: Callable[[], Any]) -> Callable[[], Any]:
        """The step as the library replays it."""
        compiled: Callable[[], Any] = self.modules[0].compile(step)
        return compiled
