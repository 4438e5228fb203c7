"""The number of threads for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from autograd import get_num_threads, set_num_threads


@contextmanager
def on_threads(count: int) -> Iterator[int]:
    """Run a block on so many threads; afterwards there are as many as before."""
    before = get_num_threads()
    set_num_threads(count)
    try:
        yield count
    finally:
        set_num_threads(before)
