"""Data sets: samples by number or one after another, and what is made of other data sets."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from autograd import Tensor, tensor

T_co = TypeVar("T_co", covariant=True)


class Dataset(Generic[T_co]):
    """The base of data sets whose samples have numbers (`torch.utils.data.Dataset`).

    A subclass says in ``__getitem__`` what sample ``index`` is and in ``__len__`` how many there
    are. It may have ``__getitems__``, which takes a list of numbers and returns a list of samples.

    >>> from nn.data import Dataset
    >>> class Squares(Dataset[int]):
    ...     def __getitem__(self, index):
    ...         return index**2
    ...
    ...     def __len__(self):
    ...         return 5
    >>> (Squares() + Squares())[8]
    9
    """

    def __getitem__(self, index: Any) -> T_co:
        raise NotImplementedError(
            f"{type(self).__name__} does not say what its samples are: define "
            "__getitem__(self, index)"
        )

    def __add__(self, other: Dataset[Any]) -> ConcatDataset[Any]:
        return ConcatDataset([self, other])


class IterableDataset(Dataset[T_co], Iterable[T_co]):
    """The base of data sets that come as a stream (`torch.utils.data.IterableDataset`).

    A subclass has ``__iter__``. Every worker of a `DataLoader` goes through the whole stream,
    unless ``__iter__`` asks `get_worker_info` which part is its own.

    >>> from nn.data import DataLoader, IterableDataset
    >>> class Countdown(IterableDataset[int]):
    ...     def __iter__(self):
    ...         return iter([3, 2, 1])
    >>> [batch.tolist() for batch in DataLoader(Countdown(), batch_size=2)]
    [[3, 2], [1]]
    """

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError(
            f"{type(self).__name__} does not say what its stream is: define __iter__(self)"
        )

    def __add__(self, other: Dataset[Any]) -> ChainDataset[Any]:  # type: ignore[override]  # torch's: streams are chained
        return ChainDataset([self, other])


class TensorDataset(Dataset[tuple[Tensor, ...]]):
    """Tensors of one length; sample ``i`` is the tuple of their entries ``i``.

    Raises AssertionError where lengths differ, TypeError for what is no tensor. A `DataLoader`
    takes a whole batch by one indexing of each tensor (`torch.utils.data.TensorDataset`).

    >>> data = nn.data.TensorDataset(tensor([[1.0, 2.0], [3.0, 4.0]]), tensor([0, 1]))
    >>> data[1]
    (tensor([3., 4.]), tensor(1))
    """

    def __init__(self, *tensors: Tensor) -> None:
        for each in tensors:
            if not isinstance(each, Tensor):
                raise TypeError(
                    f"TensorDataset takes tensors, got {type(each).__name__}: write "
                    "autograd.tensor(data) or autograd.from_numpy(array)"
                )
        lengths = [len(each) for each in tensors]
        if len(set(lengths)) > 1:
            raise AssertionError(
                f"Size mismatch between tensors: their lengths are {lengths}, which must be one"
            )
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Tensor, ...]:
        return tuple(each[index] for each in self.tensors)

    def __len__(self) -> int:
        return len(self.tensors[0])

    def _collated(self, indices: list[int]) -> Any:
        where = tensor(indices)
        return [each[where] for each in self.tensors]


class Subset(Dataset[T_co]):
    """The samples of ``dataset`` that have the numbers ``indices`` (`torch.utils.data.Subset`).

    Whoever overrides ``__getitem__`` must override ``__getitems__``, too, which a `DataLoader`
    calls; NotImplementedError says so.

    >>> list(nn.data.Subset("abcdef", [5, 0]))
    ['f', 'a']
    """

    def __init__(self, dataset: Any, indices: Sequence[int]) -> None:
        own = type(self)
        if own.__getitem__ is not Subset.__getitem__ and own.__getitems__ is Subset.__getitems__:
            raise NotImplementedError(
                f"{own.__name__} overrides __getitem__ but not __getitems__, which a DataLoader "
                "calls; add: def __getitems__(self, indices): return [self[i] for i in indices]"
            )
        self.dataset = dataset
        self.indices = indices

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, list):
            return self.dataset[[self.indices[i] for i in index]]
        return self.dataset[self.indices[index]]

    def __getitems__(self, indices: list[int]) -> list[Any]:
        return samples_of(self.dataset, [self.indices[i] for i in indices])

    def __len__(self) -> int:
        return len(self.indices)

    def _collated(self, indices: list[int]) -> Any:
        return collated(self.dataset, [self.indices[i] for i in indices])


class StackDataset(Dataset[Any]):
    """Data sets side by side: sample ``i`` is the tuple, or the dict, of their samples ``i``.

    Raises ValueError where lengths differ, and where there are none or both kinds of arguments
    (`torch.utils.data.StackDataset`).

    >>> nn.data.StackDataset(letter="ab", number=range(2))[1]
    {'letter': 'b', 'number': 1}
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args and kwargs:
            raise ValueError(
                "StackDataset makes tuples of its positional or dicts of its keyword arguments, "
                "and cannot do both"
            )
        if not args and not kwargs:
            raise ValueError("StackDataset takes at least one dataset")
        self.datasets: Any = args or kwargs
        lengths = [len(each) for each in self._parts()]
        if len(set(lengths)) > 1:
            raise ValueError(
                f"Size mismatch between datasets: their lengths are {lengths}, which must be one"
            )
        self._length = lengths[0]

    def _parts(self) -> list[Any]:
        named = isinstance(self.datasets, dict)
        return list(self.datasets.values() if named else self.datasets)

    def _joined(self, parts: Iterable[Any]) -> Any:
        if isinstance(self.datasets, dict):
            return dict(zip(self.datasets, parts, strict=True))
        return tuple(parts)

    def __getitem__(self, index: Any) -> Any:
        return self._joined(each[index] for each in self._parts())

    def __getitems__(self, indices: list[int]) -> list[Any]:
        columns = []
        for each in self._parts():
            columns.append(samples_of(each, indices))
            if len(columns[-1]) != len(indices):
                raise ValueError(
                    f"Nested dataset's output size mismatch: {type(each).__name__}.__getitems__ "
                    f"gave {len(columns[-1])} samples for {len(indices)} numbers"
                )
        return [self._joined(samples) for samples in zip(*columns, strict=True)]

    def __len__(self) -> int:
        return self._length

    def _collated(self, indices: list[int]) -> Any:
        columns = []
        for each in self._parts():
            columns.append(collated(each, indices))
            if columns[-1] is None:
                return None
        joined = self._joined(columns)
        return joined if isinstance(joined, dict) else list(joined)


class ConcatDataset(Dataset[T_co]):
    """Data sets one behind the other (`torch.utils.data.ConcatDataset`).

    Raises AssertionError where there are none, and for streams, which have no numbers.

    >>> data = nn.data.ConcatDataset(["abc", "de"])
    >>> data[3], data[-1], len(data)
    ('d', 'e', 5)
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise AssertionError("datasets should not be an empty iterable")
        if any(isinstance(each, IterableDataset) for each in self.datasets):
            raise AssertionError(
                "ConcatDataset does not support IterableDataset: write ChainDataset(datasets)"
            )
        self.cumulative_sizes = list(itertools.accumulate(map(len, self.datasets)))

    def __getitem__(self, index: Any) -> Any:
        if index < 0:
            if -index > len(self):
                raise ValueError(
                    "absolute value of index should not exceed dataset length: "
                    f"{index} and {len(self)}"
                )
            index += len(self)
        which = bisect.bisect_right(self.cumulative_sizes, index)
        return self.datasets[which][index - (self.cumulative_sizes[which - 1] if which else 0)]

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]


class ChainDataset(IterableDataset[T_co]):
    """Streams one behind the other (`torch.utils.data.ChainDataset`).

    Raises AssertionError, while it runs, for what is no `IterableDataset`.

    >>> class Letters(nn.data.IterableDataset[str]):
    ...     def __iter__(self):
    ...         return iter("ab")
    >>> list(Letters() + Letters())
    ['a', 'b', 'a', 'b']
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = datasets

    def _streams(self) -> Iterator[Any]:
        for each in self.datasets:
            if not isinstance(each, IterableDataset):
                raise AssertionError(
                    f"ChainDataset only supports IterableDataset, got {type(each).__name__}: "
                    "write ConcatDataset(datasets)"
                )
            yield each

    def __iter__(self) -> Iterator[T_co]:
        return itertools.chain.from_iterable(self._streams())

    def __len__(self) -> int:
        return sum(map(len, self._streams()))


def samples_of(dataset: Any, indices: Any) -> list[Any]:
    """The samples with these numbers, by the data set's own ``__getitems__`` where it has one.

    >>> from nn.data.dataset import samples_of
    >>> samples_of("abc", [2, 1])
    ['c', 'b']
    """
    many = getattr(dataset, "__getitems__", None)
    if callable(many):
        found: list[Any] = many(indices)
        return found
    return [dataset[index] for index in indices]


_AT_ONCE = (TensorDataset, Subset, StackDataset)


def collated(dataset: Any, indices: Any) -> Any:
    """What `default_collate` makes of these samples, without making the samples first.

    None where that cannot be done: for data sets of other kinds, for subclasses that define
    samples of their own, and for indices that are not all integers.

    >>> from nn.data.dataset import collated
    >>> collated(nn.data.TensorDataset(tensor([5, 6, 7])), [2, 0])
    [tensor([7, 5])]
    """
    for base in _AT_ONCE:
        if isinstance(dataset, base):
            for name in ("__getitem__", "__getitems__"):
                if getattr(type(dataset), name, None) is not getattr(base, name, None):
                    return None
            whole = all(type(index) is int for index in indices)
            return dataset._collated(indices) if whole and indices else None
    return None
