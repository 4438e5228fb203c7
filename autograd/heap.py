"""Memory that arrays let go of stays with the process, for the arrays that come next.

A step of training frees what it allocates, and the next one allocates it again. As it comes, the
C library hands large blocks back to the system each time, and the system clears every page that
it gives out: an elementwise pass over a million numbers then takes several times as long as its
arithmetic. With glibc the thresholds for that are raised, and all threads share one heap: those
that others have of their own are handed back, whatever the thresholds, once a gradient is let go of
that a thread of the pool has made. Other C libraries are left as they are.
"""

from __future__ import annotations

import ctypes
import os
import sys

KEPT = 1 << 30
"""Bytes: larger blocks, and what is free beyond this, are handed back to the system."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # of glibc's malloc.h


def keep_freed() -> bool:
    """Raise glibc's thresholds, with one heap for all threads; whether it was done.

    What the user has set stays: by ``MALLOC_TRIM_THRESHOLD_``, ``MALLOC_MMAP_THRESHOLD_`` or
    ``GLIBC_TUNABLES`` in the environment, and ``MALLOC_ARENA_MAX`` for the number of heaps.

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
    if "MALLOC_ARENA_MAX" not in os.environ:
        option(_ARENA_MAX, 1)
    return bool(option(_MMAP_THRESHOLD, KEPT) and option(_TRIM_THRESHOLD, KEPT))
