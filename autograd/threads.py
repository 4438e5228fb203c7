"""Threads for kernels over large arrays: one pool, and NumPy's BLAS kept out of its way.

A kernel cuts its work into parts and hands them to `run`. The thread that calls takes part;
the others sleep in between. While they work, NumPy's OpenBLAS is told to use one thread for
each product, because its own threads would fight with ours, and afterwards what it was told
before.
"""

from __future__ import annotations

import itertools
import math
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd import blas

__all__ = ["get_num_threads", "set_num_threads"]

Work = Callable[[int], None]


def _default() -> int:
    """As many as the process may use, or as ``OMP_NUM_THREADS`` says, which torch heeds too."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    if asked.isdecimal() and int(asked):
        return int(asked)
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


class Pool:
    """Threads that wait for parts of a kernel's work."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._started: list[threading.Semaphore] = []
        self._done = threading.Semaphore(0)
        self._busy = threading.Lock()
        self._parts: Iterator[int] = iter(())
        self._work: Work = lambda number: None
        self._total = 0
        self._errors: list[BaseException] = []

    def run(self, work: Work, total: int) -> None:
        """Call ``work`` with 0 to ``total - 1``, each once; the first error is raised at the end.

        What comes while the pool is at work, from inside a part or from another thread of the
        user's, is done at once by the thread that asks.
        """
        helpers = min(self.count, total) - 1
        if helpers < 1 or not self._busy.acquire(blocking=False):
            for number in range(total):
                work(number)
            return
        try:
            while len(self._started) < helpers:
                self._start()
            self._parts, self._work, self._total = itertools.count(), work, total
            self._errors.clear()
            with blas.one_thread():
                for started in self._started[:helpers]:
                    started.release()
                self._take()
                for _ in range(helpers):
                    self._done.acquire()
            if self._errors:
                raise self._errors[0]
        finally:
            self._work = lambda number: None  # keeps no array alive
            self._errors.clear()
            self._busy.release()

    def _start(self) -> None:
        started = threading.Semaphore(0)
        self._started.append(started)
        name = f"autograd-{len(self._started)}"
        threading.Thread(target=self._serve, args=(started,), name=name, daemon=True).start()

    def _serve(self, started: threading.Semaphore) -> None:
        with np.errstate(all="ignore"):  # what is defined to be nan or infinite is no error
            while True:
                started.acquire()
                self._take()
                self._done.release()

    def _take(self) -> None:
        """Do one part after the other until none is left."""
        try:
            for number in self._parts:
                if number >= self._total or self._errors:
                    return
                self._work(number)
        except BaseException as error:
            self._errors.append(error)


_pool = Pool(_default())


def run(work: Work, total: int) -> None:
    """Call ``work(0)``, ..., ``work(total - 1)``, in any order, on the pool's threads.

    The parts must not depend on one another. One that takes less than some 0.3 ms in all is
    done sooner by the thread itself.

    >>> from autograd.threads import run
    >>> found = [0, 0, 0]
    >>> run(lambda i: found.__setitem__(i, i * i), 3)
    >>> found
    [0, 1, 4]
    """
    _pool.run(work, total)


def get_num_threads() -> int:
    """How many threads a kernel over a large array may use (`torch.get_num_threads`).

    At first as many as the process has cores, or as the environment's ``OMP_NUM_THREADS`` says.

    >>> get_num_threads() >= 1
    True
    """
    return _pool.count


def set_num_threads(num: int) -> None:
    """Say how many threads a kernel may use from now on (`torch.set_num_threads`).

    Plain products of matrices are NumPy's, whose BLAS has a setting of its own, such as the
    environment's ``OPENBLAS_NUM_THREADS``; it is left as it is. For the same number of threads
    all results are the same to the last bit. Raises RuntimeError for a number below 1.

    >>> before = get_num_threads()
    >>> set_num_threads(1)
    >>> set_num_threads(before)
    """
    if type(num) is not int:
        raise TypeError(f"set_num_threads expects an int, but got {type(num).__name__}")
    if num < 1:
        raise RuntimeError(f"set_num_threads expects a positive integer, but got {num}")
    global _pool
    _pool = Pool(num)


def _forked() -> None:
    """In a child process the threads are gone: it gets a pool of its own."""
    global _pool, _scratch
    _pool, _scratch = Pool(_pool.count), threading.local()


os.register_at_fork(after_in_child=_forked)

LINE = 64
"""Bytes of a line of the cache, and of the widest registers: kernels are faster from there."""

_scratch = threading.local()


def scratch(name: str, shape: tuple[int, ...], dtype: Any) -> Any:
    """An array to work in, not cleared, which this thread gets again under the same name.

    Whoever asks for the same name next writes over it, so it must not be handed on.

    >>> from autograd.threads import scratch
    >>> scratch("example", (2, 3), np.float32).shape
    (2, 3)
    """
    kept: dict[str, Any] = _scratch.__dict__
    kind = np.dtype(dtype)
    size = math.prod(shape) * kind.itemsize
    memory = kept.get(name)
    if memory is None or len(memory) < size:
        whole = np.empty(size + LINE, np.uint8)
        start = -whole.ctypes.data % LINE
        memory = kept[name] = whole[start : start + size]
    return memory[:size].view(kind).reshape(shape)
