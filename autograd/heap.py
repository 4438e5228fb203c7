"""Memory that arrays let go of stays with the process, for the arrays that come next.

A step of training frees what it allocates, and the next one allocates it again. As it comes, the
C library hands large blocks back to the system each time, and the system clears every page that
it gives out: an elementwise pass over a million numbers then takes several times as long as its
arithmetic. With glibc the thresholds for that are raised; other C libraries are left as they are.
"""

from __future__ import annotations

import ctypes
import os
import sys

KEPT = 1 << 30
"""Bytes: larger blocks, and what is free beyond this, are handed back to the system."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h


def keep_freed() -> bool:
    """Raise glibc's thresholds; whether it was done. What the user has set stays.

    The user does so by ``MALLOC_TRIM_THRESHOLD_``, ``MALLOC_MMAP_THRESHOLD_`` or
    ``GLIBC_TUNABLES`` in the environment.

    >>> from autograd.heap import keep_freed
    >>> keep_freed() in (True, False)
    True
    """
    own = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_")
    asked = "malloc." in os.environ.get("GLIBC_TUNABLES", "")
    if sys.platform != "linux" or asked or any(name in os.environ for name in own):
        return False
    option = getattr(ctypes.CDLL(None), "mallopt", None)
    if option is None:
        return False
    return bool(option(_MMAP_THRESHOLD, KEPT) and option(_TRIM_THRESHOLD, KEPT))
