"""One pass over the data by worker threads, which make batches ahead of the one who asks.

Each batch is given to a worker by turns, and its result is taken in the same turn, so the order
is that of the sampler. NumPy lets other threads run while it copies and computes, and so do
files; a data set of pure Python gains nothing from several threads.
"""

from __future__ import annotations

import contextvars
import copy
import queue
import threading
import weakref
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd.random import own_generator
from nn.data.batches import END, Batches, Fetching

if TYPE_CHECKING:
    from nn.data.loader import DataLoader

_PATIENCE = 5.0
"""Seconds after which it is looked whether a worker that does not answer is still there."""


class WorkerInfo(NamedTuple):
    """What `get_worker_info` says: the worker's number, of how many, its seed, its data set."""

    id: int
    num_workers: int
    seed: int
    dataset: Any


_info: contextvars.ContextVar[WorkerInfo | None] = contextvars.ContextVar(
    "nn_data_worker", default=None
)


def get_worker_info() -> WorkerInfo | None:
    """In a worker's thread, which worker it is; None elsewhere.

    Each worker has a shallow copy of the data set, whose attributes ``worker_init_fn`` may set,
    and a default generator of its own, seeded with ``seed``
    (`torch.utils.data.get_worker_info`).

    >>> nn.data.get_worker_info() is None
    True
    """
    return _info.get()


class _Failure(NamedTuple):
    """What a worker answers instead of a batch where an exception was raised."""

    error: BaseException


class _Task(NamedTuple):
    index: Any


_AGAIN = _Task(None)  # go through the data set from the beginning


class _Line:
    """The tasks that wait for one worker; it holds nothing of who gives them."""

    def __init__(self) -> None:
        self.tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self.closed = False

    def close(self) -> None:
        self.closed = True
        self.tasks.put(None)


def _close_all(lines: list[_Line]) -> None:
    for line in lines:
        line.close()


def _work(
    info: WorkerInfo,
    fetching: Fetching,
    prepare: Callable[[int], Any] | None,
    line: _Line,
    results: queue.SimpleQueue[Any],
) -> None:
    """What a worker's thread does: answer every task, until its line is closed."""
    _info.set(info)
    own_generator(info.seed)
    fetch: Callable[[Any], Any] | None = None
    failure: _Failure | None = None
    task: _Task | None = _AGAIN
    while task is not None and not line.closed:
        if task is _AGAIN:
            try:
                if prepare is not None:
                    prepare(info.id)
                    prepare = None
                fetch, failure = fetching.begin(info.dataset), None
            except BaseException as error:
                fetch, failure = None, _Failure(error)
        else:
            results.put((info.id, _answer(info.id, fetch, failure, task.index)))
            # Once it is raised, its traceback holds the pass that this thread must not keep.
            failure = None
        del task  # nor is a batch kept by the worker that made it
        task = line.tasks.get()


def _answer(
    worker: int, fetch: Callable[[Any], Any] | None, failure: _Failure | None, index: Any
) -> Any:
    if failure is not None:
        return failure
    try:
        if fetch is None:
            raise RuntimeError(f"DataLoader worker {worker} could not begin, as it said before")
        return fetch(index)
    except BaseException as error:
        return _Failure(error)


class BatchesAhead(Batches):
    """Batches that worker threads make before they are asked for.

    The threads hold nothing of this object: they end when it is closed or garbage.
    """

    def __init__(self, loader: DataLoader[Any]) -> None:
        super().__init__(loader)
        count = loader.num_workers
        self._ahead = count * (loader.prefetch_factor or 1)
        self._timeout = loader.timeout
        self._in_order = loader.in_order
        self._persistent = loader.persistent_workers
        self._pending: deque[int] = deque()
        self._lines = [_Line() for _ in range(count)]
        shared: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._results = [queue.SimpleQueue() if self._in_order else shared for _ in range(count)]
        self._close_lines = weakref.finalize(self, _close_all, self._lines)
        self._threads = []
        dataset = self._fetching.dataset
        for number, (line, results) in enumerate(zip(self._lines, self._results, strict=True)):
            info = WorkerInfo(number, count, self._base_seed + number, _own(dataset))
            thread = threading.Thread(
                target=contextvars.copy_context().run,
                args=(_work, info, self._fetching, loader.worker_init_fn, line, results),
                name=f"DataLoader worker {number}",
                daemon=True,
            )
            thread.start()
            self._threads.append(thread)
        self._start()

    def again(self) -> None:
        """Begin another pass with the same threads."""
        while self._pending:
            self._answer()
        for line in self._lines:
            line.tasks.put(_AGAIN)
        self._start()

    def _start(self) -> None:
        self._indices = iter(self._sampler)  # a second time in the first pass, as in torch
        self._active = [True] * len(self._lines)
        self._given = 0
        self._turn = 0
        for _ in range(self._ahead):
            self._send(None)

    def _send(self, worker: int | None) -> None:
        """Give the next task, where there is one, to ``worker`` or to the one whose turn it is."""
        try:
            task = _Task(next(self._indices))
        except StopIteration:
            return
        if worker is None or not self._active[worker]:
            count = len(self._lines)
            turns = ((self._turn + step) % count for step in range(count))
            worker = next((turn for turn in turns if self._active[turn]), None)
            if worker is None:
                return
            self._turn = worker + 1
        self._pending.append(worker)
        self._lines[worker].tasks.put(task)

    def _answer(self) -> tuple[int, Any]:
        """Wait for the batch whose turn it is; with the number of the worker that made it."""
        worker = self._pending[0]
        while True:
            try:
                found: tuple[int, Any] = self._results[worker].get(
                    timeout=self._timeout or _PATIENCE
                )
            except queue.Empty:
                if self._timeout:
                    raise RuntimeError(
                        f"DataLoader timed out after {self._timeout} seconds: the workers have "
                        "made no batch meanwhile"
                    ) from None
                if not self._threads[worker].is_alive():
                    raise RuntimeError(
                        f"DataLoader worker {worker} exited unexpectedly; threads do not survive "
                        "os.fork()"
                    ) from None
            else:
                self._pending.popleft()
                return found

    def _next(self) -> Any:
        while self._pending:
            worker, answer = self._answer()
            if answer is END:
                self._active[worker] = False
            self._send(None if self._in_order else worker)
            if type(answer) is _Failure:
                try:
                    raised_by(worker, answer.error)
                finally:
                    del answer  # the traceback of its error holds this frame, and so this object
            if answer is not END:
                return answer
        if not self._persistent:
            self.close()
        raise StopIteration

    @property
    def closed(self) -> bool:
        """Whether the threads were told to end."""
        return not self._close_lines.alive

    def close(self) -> None:
        """End the pass; the threads end when they have finished what they are at."""
        super().close()
        self._pending.clear()
        self._close_lines()


def raised_by(worker: int, error: BaseException) -> None:
    """Raise what a worker raised, with its traceback, and a note of where that was."""
    note = f"(raised in DataLoader worker thread {worker})"
    if note not in getattr(error, "__notes__", ()):
        error.add_note(note)
    try:
        raise error
    finally:
        del error  # its traceback holds this frame


def _own(dataset: Any) -> Any:
    """A shallow copy for one worker; the data set itself where it cannot be copied."""
    try:
        return copy.copy(dataset)
    except Exception:
        return dataset
