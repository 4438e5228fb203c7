"""The `DataLoader`: a data set in batches, in the order that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, Protocol, TypeVar, cast

from autograd import Generator
from nn.data.batches import Batches, BatchesHere, Fetching
from nn.data.collate import default_collate, default_convert
from nn.data.dataset import IterableDataset
from nn.data.sampler import BatchSampler, Endless, RandomSampler, SequentialSampler
from nn.data.workers import BatchesAhead

T_co = TypeVar("T_co", covariant=True)


class Samples(Protocol[T_co]):
    """What has samples by number: a `Dataset`, a list, a tensor, a dict of numbers, ..."""

    def __getitem__(self, index: Any, /) -> T_co: ...  # a sample, or several


_FIXED = frozenset(
    ("batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers")
)


class DataLoader(Generic[T_co]):
    """Batches of a data set, once through for each ``for`` (`torch.utils.data.DataLoader`).

    ``dataset`` has ``__getitem__`` and ``__len__``, or is an `IterableDataset`. ``shuffle``
    draws a new order for each pass, from ``generator`` or from the default one: for the same
    seed it is torch's. ``sampler`` gives indices, ``batch_sampler`` lists of them instead.
    ``batch_size=None`` gives single samples. ``collate_fn`` makes a batch of a list of samples,
    `default_collate` where none is given.

    ``num_workers`` threads make batches ahead, ``prefetch_factor`` each (2); the order stays
    (``in_order=False``: whichever is ready). Each has a shallow copy of the data set and a
    default generator of its own, for which ``worker_init_fn(number)`` is called first. After
    ``timeout`` seconds without a batch, RuntimeError. ``persistent_workers`` keep their
    threads for the next pass. An exception in a worker is raised where the batch is asked for.
    NumPy's and Python's global random numbers are one stream for all threads: draw autograd's.

    ``pin_memory``, ``pin_memory_device`` and ``multiprocessing_context`` change nothing here.
    Raises ValueError for arguments that exclude each other.

    >>> loader = nn.data.DataLoader(range(5), batch_size=2, shuffle=True)
    >>> len(loader), sorted(i for batch in loader for i in batch.tolist())
    (3, [0, 1, 2, 3, 4])
    """

    def __init__(
        self,
        dataset: Samples[T_co],
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Iterable[Any] | None = None,
        batch_sampler: Iterable[Any] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[Any], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], Any] | None = None,
        multiprocessing_context: Any = None,
        generator: Generator | None = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        _check_workers(num_workers, timeout, prefetch_factor, persistent_workers)
        if multiprocessing_context is not None and not num_workers:
            raise ValueError(
                "multiprocessing_context can only be used with workers: let num_workers > 0 (they "
                "are threads here, whatever it says), or leave it out"
            )
        self.dataset = cast(Any, dataset)
        streaming = isinstance(dataset, IterableDataset)
        if streaming:
            _check_stream(shuffle, sampler, batch_sampler)
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None:
            if batch_size != 1 or shuffle or sampler is not None or drop_last:
                raise ValueError(
                    "batch_sampler option is mutually exclusive with batch_size, shuffle, "
                    "sampler, and drop_last: the batch sampler decides on all of them"
                )
            batch_size = None
        elif batch_size is None and drop_last:
            raise ValueError(
                "batch_size=None option disables auto-batching and is mutually exclusive with "
                "drop_last"
            )
        if sampler is None:
            if streaming:
                sampler = Endless()
            elif shuffle:
                sampler = RandomSampler(self.dataset, generator=generator)
            else:
                sampler = SequentialSampler(self.dataset)
        if batch_size is not None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        batched = batch_sampler is not None

        self.batch_size = batch_size
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.num_workers = num_workers
        self.collate_fn = collate_fn or (default_collate if batched else default_convert)
        self.pin_memory = pin_memory
        self.drop_last = drop_last
        self.timeout = timeout
        self.worker_init_fn = worker_init_fn
        self.multiprocessing_context = multiprocessing_context
        self.generator = generator
        self.prefetch_factor = 2 if num_workers and prefetch_factor is None else prefetch_factor
        self.persistent_workers = persistent_workers
        self.pin_memory_device = pin_memory_device
        self.in_order = in_order
        self._streaming = streaming
        self._expected: int | None = None  # how many batches a stream's length lets expect
        self._kept: BatchesAhead | None = None
        self._complete = True

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute; ValueError for those that the samplers were made from."""
        if name in _FIXED and hasattr(self, "_complete"):
            raise ValueError(
                f"{name} attribute should not be set after DataLoader is initialized: make "
                "another DataLoader"
            )
        super().__setattr__(name, value)

    @property
    def _index_sampler(self) -> Any:
        return self.sampler if self.batch_sampler is None else self.batch_sampler

    @property
    def _fetching(self) -> Fetching:
        batched = self.batch_sampler is not None
        return Fetching(self.dataset, self.collate_fn, batched, self.drop_last, self._streaming)

    def __iter__(self) -> Batches:
        if not self.num_workers:
            return BatchesHere(self)
        if not self.persistent_workers:
            return BatchesAhead(self)
        if self._kept is None or self._kept.closed:
            self._kept = BatchesAhead(self)
        else:
            self._kept.again()
        return self._kept

    def __len__(self) -> int:
        """How many batches a pass has; of a stream, what its ``__len__`` lets expect."""
        if not self._streaming:
            return len(self._index_sampler)
        count = len(self.dataset)
        if self.batch_size is not None:
            count = count // self.batch_size if self.drop_last else -(-count // self.batch_size)
        self._expected = count
        return count


def _check_workers(
    num_workers: int, timeout: float, prefetch_factor: int | None, persistent_workers: bool
) -> None:
    if num_workers < 0:
        raise ValueError(
            f"num_workers option should be non-negative, got {num_workers}; use num_workers=0 to "
            "load in the main thread"
        )
    if timeout < 0:
        raise ValueError(f"timeout option should be non-negative, got {timeout}")
    if prefetch_factor is not None and not num_workers:
        raise ValueError(
            "prefetch_factor option could only be specified with workers: let num_workers > 0, or "
            "leave it out"
        )
    if prefetch_factor is not None and prefetch_factor < 1:
        raise ValueError(f"prefetch_factor option should be positive, got {prefetch_factor}")
    if persistent_workers and not num_workers:
        raise ValueError("persistent_workers option needs num_workers > 0")


def _check_stream(shuffle: Any, sampler: Any, batch_sampler: Any) -> None:
    given = {"shuffle": shuffle or None, "sampler": sampler, "batch_sampler": batch_sampler}
    for name, value in given.items():
        if value is not None:
            raise ValueError(
                f"DataLoader with IterableDataset: expected unspecified {name} option, but got "
                f"{name}={value}; a stream comes in its own order"
            )
