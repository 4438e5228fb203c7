"""Samplers: in which order samples are taken, and how many make a batch.

For the same seed the order is torch's.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence, Sized
from typing import Any, Generic, TypeVar

from autograd import Generator, as_tensor, empty, float64, int64, multinomial, randint, randperm

T_co = TypeVar("T_co", covariant=True)


def drawn_seed(generator: Generator | None) -> int:
    """A seed of 63 bits from ``generator``, or from the default one.

    >>> from nn.data.sampler import drawn_seed
    >>> drawn_seed(Generator().manual_seed(0))
    900450186894289455
    """
    return int(empty((), dtype=int64).random_(generator=generator).item())


class Sampler(Generic[T_co]):
    """The base of samplers (`torch.utils.data.Sampler`): ``__iter__`` gives indices.

    >>> class Backwards(nn.data.Sampler[int]):
    ...     def __iter__(self):
    ...         return iter([2, 1, 0])
    >>> list(nn.data.DataLoader("abc", sampler=Backwards()))
    [['c'], ['b'], ['a']]
    """

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError(
            f"{type(self).__name__} does not say what it samples: define __iter__(self)"
        )


class SequentialSampler(Sampler[int]):
    """0, 1, 2, ... (`torch.utils.data.SequentialSampler`).

    >>> list(nn.data.SequentialSampler("abc"))
    [0, 1, 2]
    """

    def __init__(self, data_source: Sized) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler[int]):
    """All indices in random order, or ``num_samples`` drawn with ``replacement``.

    Without ``generator``, each pass draws a seed from the default one. Without replacement,
    ``num_samples`` beyond the length go on with another order, and so on. Raises ValueError
    unless ``num_samples`` is a positive integer (`torch.utils.data.RandomSampler`).

    >>> list(nn.data.RandomSampler(range(5), generator=Generator().manual_seed(0)))
    [4, 0, 1, 3, 2]
    """

    def __init__(
        self,
        data_source: Sized,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Generator | None = None,
    ) -> None:
        if not isinstance(replacement, bool):
            raise TypeError(f"replacement should be a boolean value, but got {replacement!r}")
        self.data_source = data_source
        self.replacement = replacement
        self.generator = generator
        self._num_samples = num_samples
        _positive("num_samples", self.num_samples)

    @property
    def num_samples(self) -> int:
        """How many indices a pass gives: the length of the data, unless it was said."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        n, left = len(self.data_source), self.num_samples
        generator = self.generator
        if generator is None:
            generator = Generator().manual_seed(drawn_seed(None))
        # In torch's portions, with one for the rest of none: others draw from the generator, too.
        portion = 32 if self.replacement else n
        while left > 0 or (left == 0 and generator is self.generator):
            if self.replacement:
                drawn = randint(n, (min(left, portion),), generator=generator)
            else:
                drawn = randperm(n, generator=generator)
            yield from drawn[:left].tolist()
            left -= portion

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler[Any]):
    """These ``indices`` in random order (`torch.utils.data.SubsetRandomSampler`).

    >>> sampler = nn.data.SubsetRandomSampler([3, 5, 7], generator=Generator().manual_seed(0))
    >>> list(sampler)
    [7, 3, 5]
    """

    def __init__(self, indices: Sequence[Any], generator: Generator | None = None) -> None:
        self.indices = indices
        self.generator = generator

    def __iter__(self) -> Iterator[Any]:
        for i in randperm(len(self.indices), generator=self.generator).tolist():
            yield self.indices[i]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler[int]):
    """Indices drawn with chances in proportion to ``weights``, for classes of unequal size.

    Raises ValueError unless ``num_samples`` is a positive integer and the weights are a row
    (`torch.utils.data.WeightedRandomSampler`).

    >>> list(nn.data.WeightedRandomSampler([0.0, 1.0, 0.0], 3))
    [1, 1, 1]
    """

    def __init__(
        self,
        weights: Any,
        num_samples: int,
        replacement: bool = True,
        generator: Generator | None = None,
    ) -> None:
        _positive("num_samples", num_samples)
        if not isinstance(replacement, bool):
            raise ValueError(f"replacement should be a boolean value, but got {replacement!r}")
        self.weights = as_tensor(weights, dtype=float64)
        if self.weights.ndim != 1:
            raise ValueError(
                f"weights should be a 1d sequence but given weights have shape {self.weights.shape}"
            )
        self.num_samples = num_samples
        self.replacement = replacement
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        drawn = multinomial(
            self.weights, self.num_samples, self.replacement, generator=self.generator
        )
        yield from drawn.tolist()

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler[list[Any]]):
    """The indices of ``sampler`` in lists of ``batch_size`` (`torch.utils.data.BatchSampler`).

    The last list is shorter, or left out with ``drop_last``. Raises ValueError for a
    ``batch_size`` that is no positive integer.

    >>> list(nn.data.BatchSampler(range(5), 2, drop_last=False))
    [[0, 1], [2, 3], [4]]
    """

    def __init__(self, sampler: Iterable[Any], batch_size: int, drop_last: bool) -> None:
        _positive("batch_size", batch_size)
        if not isinstance(drop_last, bool):
            raise ValueError(f"drop_last should be a boolean value, but got {drop_last!r}")
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __iter__(self) -> Iterator[list[Any]]:
        indices = iter(self.sampler)
        while batch := list(itertools.islice(indices, self.batch_size)):
            if self.drop_last and len(batch) < self.batch_size:
                return
            yield batch

    def __len__(self) -> int:
        count = len(self.sampler)  # type: ignore[arg-type]  # TypeError, as Python says it
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)


class Endless(Sampler[None]):
    """None again and again: what samples a stream, which knows its end itself.

    >>> from nn.data.sampler import Endless
    >>> next(iter(Endless())) is None
    True
    """

    def __iter__(self) -> Iterator[None]:
        return itertools.repeat(None)


def _positive(name: str, value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise ValueError(f"{name} should be a positive integer value, but got {name}={value!r}")
