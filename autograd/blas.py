"""NumPy's own OpenBLAS, where it brings one along: its threads, and its small products."""

from __future__ import annotations

import ctypes
import functools
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

SMALL_PRODUCT = 1_000_000
"""Up to this many multiplications OpenBLAS takes a kernel that packs nothing, which is faster."""

NARROW = 64
"""Rows or columns that a thread's share of a product has at least: narrower ones are slow."""

Setting = tuple[Callable[[], int], Callable[[int], None]]


@functools.cache
def _setting() -> Setting | None:
    """How to read and how to change it; None where NumPy is built with another BLAS."""
    folder = Path(np.__file__).parent
    for place in (folder.parent / "numpy.libs", folder / ".dylibs", folder / ".libs"):
        for path in sorted(place.glob("*openblas*")):
            try:
                library = ctypes.CDLL(str(path))  # the one that is loaded already
            except OSError:
                continue
            for prefix in ("scipy_", ""):
                for suffix in ("64_", ""):
                    get = getattr(library, f"{prefix}openblas_get_num_threads{suffix}", None)
                    put = getattr(library, f"{prefix}openblas_set_num_threads{suffix}", None)
                    if get is not None and put is not None:
                        put.restype = None
                        return get, put
    return None


class OneThread:
    """A context in which products of matrices stay on the thread that asks for them.

    It may be entered by several threads, one inside the other or side by side: whoever leaves
    last puts the number of threads back that the first one found. ``inside``: how often it is
    entered.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.inside = 0
        self._before = 1

    def __enter__(self) -> None:
        setting = _setting()
        if setting is None:
            return
        with self._lock:
            if not self.inside:
                self._before = setting[0]()
                if self._before > 1:
                    setting[1](1)
            self.inside += 1

    def __exit__(self, *error: object) -> None:
        setting = _setting()
        if setting is None:
            return
        with self._lock:
            self.inside -= 1
            if not self.inside and self._before > 1:
                setting[1](self._before)

    def forked(self) -> None:
        """In a child process nobody else is inside."""
        setting = _setting()
        if setting is not None and self.inside and self._before > 1:
            setting[1](self._before)
        self.__init__()  # type: ignore[misc]  # as new: the lock may have been held


one_thread = OneThread()
"""Products of matrices on the calling thread alone; afterwards as before.

>>> from autograd.blas import one_thread
>>> with one_thread:
...     np.eye(2) @ np.ones(2)
array([1., 1.])
"""


def alone(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with its products of matrices on the thread that calls it."""

    @functools.wraps(function)
    def call(*args: Any) -> Any:
        with one_thread:
            return function(*args)

    return call


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=one_thread.forked)
