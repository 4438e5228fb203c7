"""Threads for kernels over large arrays: one pool, and NumPy's BLAS kept out of its way.

A kernel cuts its work into parts and hands them to `run`; `beside` hands over a whole piece of
work, whose result is asked for later. The thread that calls takes part; the others sleep in
between. While they work, NumPy's OpenBLAS is told to use one thread for each product, because its
own threads would fight with ours, and afterwards what it was told before.
"""

from __future__ import annotations

import itertools
import math
import os
import threading
from collections.abc import Callable
from queue import SimpleQueue
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


def _pass(done: threading.Lock) -> None:
    """Wait until a lock is free; it stays so, even where Ctrl+C comes meanwhile."""
    with done:
        pass


class Parts:
    """A piece of work in parts; who calls `take` does one after the other until none is left."""

    def __init__(self, work: Work, total: int) -> None:
        self.work: Work | None = work
        self.total = total
        self.errors: list[BaseException] = []
        self._numbers = itertools.count()
        self._finished = itertools.count(1)
        self._done = threading.Lock()
        self._done.acquire()

    def take(self) -> None:
        """Do parts that nobody else does; after an error the rest is passed over."""
        for number in self._numbers:
            work = self.work
            if number >= self.total or work is None:
                return
            if not self.errors:
                try:
                    work(number)
                except BaseException as error:
                    self.errors.append(error)
            if next(self._finished) == self.total:
                self._done.release()

    def finish(self) -> None:
        """Wait for the parts that others have begun; raises the first error."""
        try:
            _pass(self._done)
        except BaseException:  # as by Ctrl+C: nobody may go on while others still write
            _pass(self._done)
            raise
        self.work = None  # keeps no array alive, however long it stands in a queue
        if self.errors:
            raise self.errors.pop()


class Errand:
    """Work that a helper does beside the main path, unless `result` is asked for before."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work: Callable[[], Any] | None = work
        self._claim = threading.Lock()
        self._done = threading.Lock()
        self._done.acquire()
        self._found: Any = None
        self._error: BaseException | None = None

    def waits(self) -> bool:
        """Whether nobody has begun."""
        return not self._claim.locked()

    def take(self) -> None:
        """Do the work, if nobody has begun."""
        if not self._claim.acquire(blocking=False):
            return
        try:
            self._found = self._work() if self._work else None
        except BaseException as error:
            self._error = error
        self._work = None
        self._done.release()

    def wait(self) -> None:
        """Go on when the work is done, however it ended."""
        self.take()
        _pass(self._done)

    def result(self) -> Any:
        """What the work returned; raises what it raised."""
        self.wait()
        if self._error is not None:
            raise self._error
        return self._found


class Pool:
    """Threads that wait for work."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._started = 0
        self._starting = threading.Lock()

    def run(self, work: Work, total: int) -> None:
        """Call ``work`` with 0 to ``total - 1``, each once; the first error is raised at the end.

        The threads that are at work elsewhere come when they are done, or not at all.
        """
        helpers = min(self.count, total) - 1
        if helpers < 1:
            with blas.one_thread:
                for number in range(total):
                    work(number)
            return
        parts = Parts(work, total)
        with blas.one_thread:
            self._put(parts.take, helpers)
            parts.take()
            parts.finish()

    def beside(self, work: Callable[[], Any]) -> Errand:
        """Hand over a piece of work."""
        errand = Errand(work)
        if self.count > 1:
            self._put(errand.take, 1)
        return errand

    def _put(self, take: Callable[[], None], times: int) -> None:
        self.start()
        for _ in range(times):
            self._queue.put(take)

    def start(self) -> None:
        """Start the threads, where they are not there yet."""
        if self._started < self.count - 1:
            with self._starting:
                while self._started < self.count - 1:
                    self._started += 1
                    name = f"autograd-{self._started}"
                    threading.Thread(target=self._serve, name=name, daemon=True).start()

    def _serve(self) -> None:
        with np.errstate(all="ignore"):  # what is defined to be nan or infinite is no error
            while True:
                take = self._queue.get()
                if take is None:
                    return
                take()
                del take  # and with it the arrays of the work

    def close(self) -> None:
        """Let the threads end when they have done what was handed over."""
        for _ in range(self._started):
            self._queue.put(None)


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


def beside(work: Callable[[], Any]) -> Errand:
    """Have ``work()`` done by another thread of the pool, if one is free before it is asked for.

    `Errand.result` gives what it returns, and does the work itself where nobody has begun.
    Products of matrices are for the caller to keep on one thread meanwhile
    (`autograd.blas.one_thread`).

    >>> from autograd.threads import beside
    >>> beside(lambda: 6 * 7).result()
    42
    """
    return _pool.beside(work)


def hands(most: int) -> int:
    """Among how many threads work is shared that has ``most`` parts at most.

    >>> from autograd.threads import hands
    >>> hands(1)
    1
    """
    return max(1, min(_pool.count, most))


def share(count: int, number: int, total: int) -> slice:
    """Which of ``count`` things are the share of this number among a ``total`` of even ones.

    >>> from autograd.threads import share
    >>> [share(5, number, 2) for number in range(2)]
    [slice(0, 2, None), slice(2, 5, None)]
    """
    return slice(count * number // total, count * (number + 1) // total)


def start() -> None:
    """Start the pool's threads now instead of with the first work.

    >>> from autograd.threads import start
    >>> start()
    """
    _pool.start()


def get_num_threads() -> int:
    """How many threads a kernel over a large array may use (`torch.get_num_threads`).

    At first as many as the process has cores, or as the environment's ``OMP_NUM_THREADS`` says.

    >>> get_num_threads() >= 1
    True
    """
    return _pool.count


def set_num_threads(num: int) -> None:
    """Say how many threads a kernel may use from now on (`torch.set_num_threads`).

    Large products of matrices are shared over them, too; the setting of NumPy's BLAS, such as
    the environment's ``OPENBLAS_NUM_THREADS``, is left as it is for NumPy's own. For the same
    number of threads all results are the same to the last bit. Raises RuntimeError for a
    number below 1.

    >>> before = get_num_threads()
    >>> set_num_threads(1)
    >>> set_num_threads(before)
    """
    if type(num) is not int:
        raise TypeError(f"set_num_threads expects an int, but got {type(num).__name__}")
    if num < 1:
        raise RuntimeError(f"set_num_threads expects a positive integer, but got {num}")
    global _pool
    before, _pool = _pool, Pool(num)
    before.close()


def _forked() -> None:
    """In a child process the threads are gone: it gets a pool of its own."""
    global _pool, _scratch
    _pool, _scratch = Pool(_pool.count), threading.local()


if hasattr(os, "register_at_fork"):  # where there are forks
    os.register_at_fork(after_in_child=_forked)

LINE = 64
"""Bytes of a line of the cache, and of the widest registers: kernels are faster from there."""

_scratch = threading.local()


def aligned(size: int) -> Any:
    """New memory of so many bytes that begins with a line of the cache; it is not cleared.

    >>> from autograd.threads import aligned
    >>> aligned(3).shape
    (3,)
    """
    whole = np.empty(size + LINE, np.uint8)
    start = -whole.ctypes.data % LINE
    return whole[start : start + size]


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
        memory = kept[name] = aligned(size)
    return memory[:size].view(kind).reshape(shape)
