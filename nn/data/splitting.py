"""Splitting a data set: at random into parts, and into folds for cross-validation."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Sequence
from typing import Any

from autograd import Generator, randperm
from nn.data.dataset import Subset


def random_split(
    dataset: Any, lengths: Sequence[int | float], generator: Generator | None = None
) -> list[Subset[Any]]:
    """Parts of these lengths, or of these fractions of 1, drawn without replacement.

    What rounding down leaves of fractions goes to the first parts, one sample each. Raises
    ValueError where the lengths do not add up to the data set's (`torch.utils.data.random_split`).

    >>> parts = nn.data.random_split(range(10), [0.8, 0.2], Generator().manual_seed(0))
    >>> [list(part) for part in parts]
    [[4, 1, 7, 5, 3, 9, 0, 8], [6, 2]]
    """
    count, total = len(dataset), sum(lengths)
    sizes: list[Any] = list(lengths)
    if math.isclose(total, 1) and total <= 1:
        for i, fraction in enumerate(lengths):
            if not 0 <= fraction <= 1:
                raise ValueError(f"Fraction at index {i} is not between 0 and 1: {fraction}")
        sizes = [math.floor(count * fraction) for fraction in lengths]
        for i in range(count - sum(sizes)):
            sizes[i % len(sizes)] += 1
        for i, size in enumerate(sizes):
            if not size:
                warnings.warn(
                    f"Length of split at index {i} is 0. This might result in an empty dataset.",
                    stacklevel=2,
                )
    elif total != count:
        raise ValueError(
            "Sum of input lengths does not equal the length of the input dataset! "
            f"{list(lengths)} add up to {total}, the dataset has {count}"
        )
    order = randperm(count, generator=generator).tolist()
    ends = itertools.accumulate(sizes)
    return [Subset(dataset, order[end - size : end]) for end, size in zip(ends, sizes, strict=True)]


def k_fold(
    dataset: Any, k: int, shuffle: bool = False, generator: Generator | None = None
) -> list[tuple[Subset[Any], Subset[Any]]]:
    """``k`` pairs of data to train on and data to validate on, for cross-validation.

    Every sample is in one validation part; these have the same length, or the first ones one
    sample more. They are stretches of the data as it lies, or of one random order with
    ``shuffle``. Raises ValueError unless k is from 2 to the number of samples.

    >>> folds = nn.data.k_fold(range(5), 2)
    >>> [(list(train), list(validation)) for train, validation in folds]
    [([3, 4], [0, 1, 2]), ([0, 1, 2], [3, 4])]
    """
    count = len(dataset)
    if not 2 <= k <= count:
        raise ValueError(
            f"k_fold splits into k parts with a sample or more in each: k={k} is not from 2 to "
            f"{count}, the number of samples"
        )
    if generator is not None and not shuffle:
        raise ValueError("k_fold draws from a generator only with shuffle=True")
    order = randperm(count, generator=generator).tolist() if shuffle else list(range(count))
    folds: list[tuple[Subset[Any], Subset[Any]]] = []
    start = 0
    for i in range(k):
        end = start + count // k + (i < count % k)
        folds.append(
            (Subset(dataset, order[:start] + order[end:]), Subset(dataset, order[start:end]))
        )
        start = end
    return folds
