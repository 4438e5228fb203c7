"""The largest entries of windows that lie at random distances (Graham, arXiv:1412.6071)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import random as streams
from autograd.arguments import a_tensor, constants
from autograd.graph import Raw
from autograd.ops.adaptive_pooling import picked
from autograd.ops.window_arguments import images_of, not_whole, sizes_of
from autograd.ops.windowing import Sizes
from autograd.ops.winners import flat
from autograd.tensor import Tensor

__all__: list[str] = []


def _starts(samples: Raw, length: int, output: int, kernel: int) -> Raw:
    """Where the windows of one dimension start, for each sample: the last ends at the end."""
    if output < 2:
        return np.full((*samples.shape, output), length - kernel, np.int64)
    kind = samples.dtype.type
    step = kind(length - kernel) / kind(output - 1)
    u = samples[..., np.newaxis]
    starts = ((np.arange(output, dtype=kind) + u) * step).astype(np.int64)
    starts -= (u * step).astype(np.int64)
    starts[..., -1] = length - kernel
    return starts


def _largest(x: Raw, samples: Raw, kernel: Sizes, output: Sizes) -> Raw:
    """The places of the largest entries, counted row by row: the first, or the last nan."""
    size = x.shape[2:]
    rank = len(size)
    # torch takes the first sample for the last dimension of images, for the first of volumes.
    order = range(rank) if rank == 3 else reversed(range(rank))
    corner: Raw = np.zeros((), np.int64)
    for number, which in enumerate(order):
        starts = _starts(samples[..., which], size[number], output[number], kernel[number])
        shape = [1] * rank
        shape[number] = output[number]
        starts = starts.reshape(*x.shape[:2], *shape)
        corner = corner + starts * math.prod(size[number + 1 :])
    entries, corner = flat(x), flat(corner)
    best, places = np.full(corner.shape, -np.inf, x.dtype), corner
    for tap in np.ndindex(*kernel):
        here = corner + int(np.ravel_multi_index(tap, size))
        found = np.take_along_axis(entries, here, 2)
        more = (found > best) | np.isnan(found)
        best, places = np.where(more, found, best), np.where(more, here, places)
    return places.reshape(*x.shape[:2], *output)


def _fractional(
    rank: int,
    input: Any,
    kernel_size: Any,
    output_size: Any,
    output_ratio: Any,
    random_samples: Any,
) -> tuple[Tensor, Tensor]:
    name = f"fractional_max_pool{rank}d"
    a_tensor(name, input)
    if output_size is None and output_ratio is None:
        raise ValueError(f"{name} requires specifying either an output_size or an output_ratio")
    kernel = sizes_of(name, "kernel_size", kernel_size, rank, least=1, one=False)
    images, batched = images_of(name, input, rank)
    if output_size is None:
        if len(output_ratio) > rank:
            raise ValueError(f"{name} requires output_ratio to be a tuple of {rank} numbers")
        output_size = [int(n * r) for n, r in zip(images.shape[2:], output_ratio, strict=True)]
    output = sizes_of(name, "output_size", output_size, rank, least=0, one=False)
    for n, k, m in zip(images.shape[2:], kernel, output, strict=True):
        if m + k - 1 > n - (rank == 3):  # torch wants one more entry of volumes
            raise RuntimeError(
                f"{name}: pool {k} too large relative to input {n} for an output of {m}: input "
                f"{list(input.shape)}, kernel_size {kernel}, output_size {output}"
            )
    not_whole(name, input)
    wanted = (*images.shape[:2], rank)
    if random_samples is None:
        samples = streams.current_generator().uniform(wanted, 0.0, 1.0, input.dtype)
    else:
        samples = a_tensor(name, random_samples)._array
        constants(name, random_samples=random_samples)
        if samples.shape != wanted or samples.dtype != input.dtype:
            raise RuntimeError(
                f"{name}: Expect _random_samples of size {list(wanted)} and of the input's dtype "
                f"{input.dtype}; got {list(samples.shape)} of {samples.dtype}"
            )
    places = _largest(images._array, samples, kernel, output)
    values, indices = picked(images, places)
    return (values, indices) if batched else (values.squeeze(0), indices.squeeze(0))


def fractional_max_pool2d_with_indices(
    input: Tensor,
    kernel_size: Any,
    output_size: Any = None,
    output_ratio: Any = None,
    return_indices: bool = True,
    _random_samples: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """`fractional_max_pool2d` with the places of the largest.

    Source: `torch.nn.functional.fractional_max_pool2d_with_indices`.

    >>> fractional_max_pool2d_with_indices(ones(1, 2, 2), 2, 1)
    (tensor([[[1.]]]), tensor([[[0]]]))
    """
    return _fractional(2, input, kernel_size, output_size, output_ratio, _random_samples)


def fractional_max_pool3d_with_indices(
    input: Tensor,
    kernel_size: Any,
    output_size: Any = None,
    output_ratio: Any = None,
    return_indices: bool = True,
    _random_samples: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """`fractional_max_pool3d` with the places of the largest.

    Source: `torch.nn.functional.fractional_max_pool3d_with_indices`.

    >>> fractional_max_pool3d_with_indices(ones(1, 3, 3, 3), 2, 1)
    (tensor([[[[1.]]]]), tensor([[[[13]]]]))
    """
    return _fractional(3, input, kernel_size, output_size, output_ratio, _random_samples)


def fractional_max_pool2d(
    input: Tensor,
    kernel_size: Any,
    output_size: Any = None,
    output_ratio: Any = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> Any:
    """The largest entries of windows of images that lie at random distances.

    Input (batch, channels, height, width), or without a batch; either the output's size or,
    as a tuple, its ratio to the input's. The distances follow from two numbers in [0, 1) for each
    image and channel, drawn from the default generator unless ``_random_samples`` has them.
    Source: `torch.nn.functional.fractional_max_pool2d`.

    >>> fractional_max_pool2d(ones(1, 4, 4), 2, output_size=3).shape
    (1, 3, 3)
    """
    found = _fractional(2, input, kernel_size, output_size, output_ratio, _random_samples)
    return found if return_indices else found[0]


def fractional_max_pool3d(
    input: Tensor,
    kernel_size: Any,
    output_size: Any = None,
    output_ratio: Any = None,
    return_indices: bool = False,
    _random_samples: Tensor | None = None,
) -> Any:
    """The largest entries of windows of volumes that lie at random distances.

    `fractional_max_pool2d` says how, with three numbers for each. Source:
    `torch.nn.functional.fractional_max_pool3d`.

    >>> fractional_max_pool3d(ones(1, 5, 5, 5), 2, output_size=3).shape
    (1, 3, 3, 3)
    """
    found = _fractional(3, input, kernel_size, output_size, output_ratio, _random_samples)
    return found if return_indices else found[0]
