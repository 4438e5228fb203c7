"""NumPy's own OpenBLAS, where it brings one along: its threads, and its small products."""

from __future__ import annotations

import contextlib
import ctypes
import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

SMALL_PRODUCT = 1_000_000
"""Up to this many multiplications OpenBLAS takes a kernel that packs nothing, which is faster."""

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


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Products of matrices on the calling thread alone; afterwards as before.

    >>> from autograd.blas import one_thread
    >>> with one_thread():
    ...     np.eye(2) @ np.ones(2)
    array([1., 1.])
    """
    setting = _setting()
    before = setting[0]() if setting else 1
    if setting is None or before == 1:
        yield
        return
    setting[1](1)
    try:
        yield
    finally:
        setting[1](before)
