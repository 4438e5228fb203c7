"""One pass over the data, in the thread that asks for it."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from nn.data.collate import default_collate
from nn.data.dataset import collated, samples_of
from nn.data.sampler import drawn_seed

if TYPE_CHECKING:
    from nn.data.loader import DataLoader

END: Any = object()
"""What stands for a batch where a stream has ended."""


class Fetching(NamedTuple):
    """How a batch is made of a data set, given its indices or, for a stream, their number."""

    dataset: Any
    collate_fn: Callable[[Any], Any]
    batched: bool
    drop_last: bool
    streaming: bool

    def begin(self, dataset: Any) -> Callable[[Any], Any]:
        """The function from indices to a batch, for one pass over ``dataset``."""
        return self._stream(dataset) if self.streaming else self._numbered(dataset)

    def _numbered(self, dataset: Any) -> Callable[[Any], Any]:
        def fetch(index: Any) -> Any:
            try:
                if not self.batched:
                    return self.collate_fn(dataset[index])
                if self.collate_fn is default_collate:
                    batch = collated(dataset, index)
                    if batch is not None:
                        return batch
                return self.collate_fn(samples_of(dataset, index))
            except StopIteration as error:  # which would end the loop as if all were done
                raise RuntimeError(
                    f"{type(dataset).__name__} raised StopIteration for index {index}; a data "
                    "set that ends by itself is an IterableDataset"
                ) from error

        return fetch

    def _stream(self, dataset: Any) -> Callable[[Any], Any]:
        samples = iter(dataset)
        ended = False

        def fetch(index: Any) -> Any:
            nonlocal ended
            if ended:
                return END
            batch = list(itertools.islice(samples, len(index) if self.batched else 1))
            ended = len(batch) < (len(index) if self.batched else 1)
            if not batch or (ended and self.drop_last):
                return END
            return self.collate_fn(batch if self.batched else batch[0])

        return fetch


class Batches(Iterator[Any]):
    """What ``iter(loader)`` gives: one pass over the data, a batch at a time.

    >>> batches = iter(nn.data.DataLoader(range(4), batch_size=3))
    >>> next(batches), len(batches)
    (tensor([0, 1, 2]), 2)
    """

    def __init__(self, loader: DataLoader[Any]) -> None:
        self._sampler = loader._index_sampler
        self._fetching = loader._fetching
        self._indices = iter(self._sampler)
        self._base_seed = drawn_seed(loader.generator)  # even where nobody needs it, as in torch
        self._expected = loader._expected
        self._given = 0

    def __iter__(self) -> Batches:
        return self

    def __len__(self) -> int:
        return len(self._sampler)

    def __next__(self) -> Any:
        batch = self._next()
        self._given += 1
        if self._expected is not None and self._given > self._expected:
            warnings.warn(
                f"the stream's length, when it was asked for, made {self._expected} batches, and "
                f"this is number {self._given}. Where its workers do not share it out by "
                "get_worker_info(), each of them goes through all of it",
                stacklevel=2,
            )
        return batch

    def _next(self) -> Any:
        raise NotImplementedError

    def close(self) -> None:
        """End the pass, and the threads that work for it, before the data are through."""
        self._indices = iter(())


class BatchesHere(Batches):
    """Batches that are made when they are asked for, by whoever asks."""

    def __init__(self, loader: DataLoader[Any]) -> None:
        if loader.timeout:
            raise AssertionError(
                f"timeout={loader.timeout} is for batches that workers make: let num_workers > 0, "
                "or leave it out"
            )
        super().__init__(loader)
        self._fetch = self._fetching.begin(self._fetching.dataset)

    def _next(self) -> Any:
        batch = self._fetch(next(self._indices))
        if batch is END:
            self.close()
            raise StopIteration
        return batch
