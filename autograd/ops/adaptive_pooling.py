"""Averages and largest entries over as many windows as are asked for.

Of an input of length n, window i of m reaches from floor(i n / m) to ceil((i + 1) n / m).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.arguments import a_tensor
from autograd.dimensions import index_along, upright
from autograd.dtypes import wide
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.ops.gathering import gather_op
from autograd.ops.max_pooling import pooled
from autograd.ops.window_arguments import images_of, not_whole, sizes_of
from autograd.ops.windowing import Sizes, Windows, even_parts
from autograd.ops.winners import flat
from autograd.registry import public
from autograd.tensor import Tensor, wrap

__all__ = ["adaptive_avg_pool1d", "adaptive_max_pool1d"]


def _parts(length: int, count: int) -> Iterator[slice]:
    """The windows of one dimension."""
    return map(slice, *(end.tolist() for end in even_parts(length, count)))


def _resized(x: Raw, number: int, length: int) -> Sizes:
    """The shape of ``x`` with another length in one dimension."""
    shape: Sizes = x.shape
    return (*shape[: number + 2], length, *shape[number + 3 :])


def _counts(size: Sizes, output: Sizes, dtype: Any) -> Raw:
    """How many entries each window has."""
    total: Raw = np.ones((), dtype)
    for n, m in zip(size, output, strict=True):
        start, stop = even_parts(n, m)
        total = np.multiply.outer(total, stop - start)
    return total.astype(dtype)


def _members(n: int, m: int, dtype: Any) -> Raw:
    """The matrix (n, m) that has a 1 where an entry is in a window."""
    entry = np.arange(n)[:, np.newaxis]
    start, stop = even_parts(n, m)
    return ((start <= entry) & (entry < stop)).astype(dtype)


def _averages(x: Raw, size: Sizes, output: Sizes) -> Raw:
    """Sums along one dimension after the other, as products, divided."""
    total = wide(x)
    if set(output) == {1}:
        total = flat(total) @ np.ones(math.prod(size), total.dtype)
        total = total.reshape(*x.shape[:2], *output)
    else:
        for number in reversed(range(len(size))):
            matrix = _members(size[number], output[number], total.dtype)
            total = _product(total, matrix, number)
        if not np.isfinite(total).all():  # infinities reach windows that they are not in
            total = _sums(x, size, output)
    return (total / _counts(size, output, total.dtype)).astype(x.dtype, copy=False)


def _product(x: Raw, matrix: Raw, number: int) -> Raw:
    """``x`` with a matrix applied along one dimension after batch and channels."""
    rank = x.ndim - 2
    if number == rank - 1:
        return x @ matrix
    rest = math.prod(x.shape[number + 3 :])
    rows = x.reshape(math.prod(x.shape[: number + 2]), x.shape[number + 2], rest)
    return (matrix.T @ rows).reshape(_resized(x, number, matrix.shape[1]))


def _sums(x: Raw, size: Sizes, output: Sizes) -> Raw:
    """The same sums, window by window."""
    total = wide(x)
    for number, (n, m) in enumerate(zip(size, output, strict=True)):
        sums = np.empty(_resized(total, number, m), total.dtype)
        for i, part in enumerate(_parts(n, m)):
            sums[index_along(number + 2, i)] = np.add.reduce(
                total[index_along(number + 2, part)], number + 2
            )
        total = sums
    return total


def _averages_back(g: Raw, size: Sizes, output: Sizes) -> Raw:
    total = wide(g)
    total = total / _counts(size, output, total.dtype)
    if set(output) == {1}:
        total = np.broadcast_to(total, (*g.shape[:2], *size)).copy()
    elif np.isfinite(g).all():
        for number in range(len(size)):
            matrix = _members(size[number], output[number], total.dtype)
            total = _product(total, matrix.T, number)
    else:
        total = _spread(total, size, output)
    return total.astype(g.dtype, copy=False)


def _spread(g: Raw, size: Sizes, output: Sizes) -> Raw:
    """Each number added to all entries of its window, window by window."""
    for number, (n, m) in enumerate(zip(size, output, strict=True)):
        spread = np.zeros(_resized(g, number, n), g.dtype)
        for i, part in enumerate(_parts(n, m)):
            spread[index_along(number + 2, part)] += g[index_along(number + 2, slice(i, i + 1))]
        g = spread
    return g


# Linear, so each is the derivative of the other.
_average: Op = Op(
    "adaptive_avg_pool",
    _averages,
    "x",
    params="size output",
    x=lambda g, size, output: _average_back(g, size, output),
    blas=True,
)
_average_back: Op = Op(
    "adaptive_avg_pool_backward",
    _averages_back,
    "g",
    params="size output",
    g=lambda h, size, output: _average(h, size, output),
    blas=True,
)
_AVERAGES = {
    rank: _average.named(f"adaptive_avg_pool{rank}d", f"AdaptiveAvgPool{max(rank, 2)}DBackward0")
    for rank in (1, 2, 3)
}


def _largest(x: Raw, output: Sizes) -> Raw:
    """The places of the largest entries, counted row by row: along one dimension, then the next.

    Of equals the first, and of several nan the last.
    """
    size = x.shape[2:]
    nan = bool(np.isnan(x).any())
    if set(output) == {1} and not nan:
        return np.argmax(flat(x), 2).reshape(*x.shape[:2], *output)
    values, places = x, np.broadcast_to(np.zeros((), np.int64), x.shape)
    for number in reversed(range(len(size))):
        start, stop = even_parts(size[number], output[number])
        best = values.take(start, number + 2)
        won = np.zeros(best.shape, np.int32)
        for step in range(1, int((stop - start).max(initial=0))):
            # A shorter window meets its last entry again, which changes nothing.
            found = values.take(np.minimum(start + step, stop - 1), number + 2)
            more = found > best
            if nan:
                more |= np.isnan(found)
            best = np.maximum(found, best)
            np.maximum(won, np.multiply(more, step, dtype=won.dtype), out=won)
        start, stop = (upright(end, len(size) - number - 1) for end in (start, stop))
        place = np.minimum(won + start, stop - 1)
        places = np.take_along_axis(places, place, number + 2)
        places = places + place * math.prod(size[number + 1 :])
        values = best
    return places


def _output_of(name: str, input: Any, output_size: Any, rank: int, nones: bool) -> Sizes:
    """The output's sizes; with ``nones``, None stands for the input's own."""
    shape = a_tensor(name, input).shape
    if nones and isinstance(output_size, (tuple, list)):
        if len(output_size) >= len(shape):
            raise ValueError(
                f"{name}: Input dimension should be at least {len(output_size) + 1}: input "
                f"{list(shape)}, output_size {output_size}"
            )
        own = shape[len(shape) - len(output_size) :]
        output_size = [n if m is None else m for n, m in zip(own, output_size, strict=True)]
    return sizes_of(name, "output_size", output_size, rank, least=0, one=rank == 1)


def _adaptive_average(rank: int, input: Any, output_size: Any) -> Tensor:
    name = f"adaptive_avg_pool{rank}d"
    output = _output_of(name, input, output_size, rank, rank > 1)
    images, batched = images_of(name, input, rank, empty=2)
    if rank == 3 or (images.numel() and all(output)):
        not_whole(name, input)
    result: Tensor = apply(_AVERAGES[rank], (images,), (images.shape[2:], output))
    return result if batched else result.squeeze(0)


def _adaptive_max(rank: int, input: Any, output_size: Any, return_indices: bool = True) -> Any:
    name = f"adaptive_max_pool{rank}d"
    output = _output_of(name, input, output_size, rank, rank > 1)
    images, batched = images_of(name, input, rank)
    not_whole(name, input)
    size = images.shape[2:]
    kernel = tuple(n // max(m, 1) for n, m in zip(size, output, strict=True))
    even = all(m and n % m == 0 for n, m in zip(size, output, strict=True))
    if even and math.prod(kernel) <= 16:
        none = (0,) * rank
        windows = Windows(size, kernel, output, kernel, (1,) * rank, none)
        values, indices = pooled(rank, images, windows, True)
    else:
        values, indices = picked(images, _largest(images._array, output))
    if not batched:
        values, indices = values.squeeze(0), indices.squeeze(0)
    return (values, indices) if return_indices else values


def picked(images: Tensor, places: Raw) -> tuple[Tensor, Tensor]:
    """The entries of each channel at ``places``, counted row by row, and the places."""
    values: Tensor = apply(gather_op, (flat(images), wrap(flat(places))), (2,))
    return values.reshape(places.shape), wrap(places)


@public(method=False)
def adaptive_avg_pool1d(input: Tensor, output_size: Any) -> Tensor:
    """Averages over ``output_size`` windows along the last dimension.

    Input (batch, channels, length) or (channels, length). Window i of m reaches from
    floor(i n / m) to ceil((i + 1) n / m). Raises RuntimeError for another number of dimensions.
    Source: `torch.nn.functional.adaptive_avg_pool1d`.

    >>> adaptive_avg_pool1d(tensor([[1.0, 3.0, 5.0, 7.0]]), 2)
    tensor([[2., 6.]])
    """
    return _adaptive_average(1, input, output_size)


def adaptive_avg_pool2d(input: Tensor, output_size: Any) -> Tensor:
    """Averages over ``output_size`` windows of images, each None keeping the input's own size.

    Input (batch, channels, height, width), or without a batch; windows as in
    `adaptive_avg_pool1d`. Source: `torch.nn.functional.adaptive_avg_pool2d`.

    >>> adaptive_avg_pool2d(tensor([[[1.0, 2.0], [3.0, 6.0]]]), (1, None))
    tensor([[[2., 4.]]])
    """
    return _adaptive_average(2, input, output_size)


def adaptive_avg_pool3d(input: Tensor, output_size: Any) -> Tensor:
    """Averages over ``output_size`` windows of volumes, each None keeping the input's own size.

    Input (batch, channels, depth, height, width), or without a batch; windows as in
    `adaptive_avg_pool1d`. Source: `torch.nn.functional.adaptive_avg_pool3d`.

    >>> adaptive_avg_pool3d(ones(1, 2, 2, 2), 1)
    tensor([[[[1.]]]])
    """
    return _adaptive_average(3, input, output_size)


@public(method=False, name="adaptive_max_pool1d")
def adaptive_max_pool1d(input: Tensor, output_size: Any) -> Any:
    """The largest entries of ``output_size`` windows along the last dimension, and their places.

    Windows as in `adaptive_avg_pool1d`. Source: `torch.adaptive_max_pool1d`.

    >>> adaptive_max_pool1d(tensor([[1.0, 3.0, 7.0, 5.0]]), 2)
    (tensor([[3., 7.]]), tensor([[1, 2]]))
    """
    return _adaptive_max(1, input, output_size)


def adaptive_max_pool2d(input: Tensor, output_size: Any) -> Any:
    """`adaptive_max_pool1d` over images, each None keeping the input's own size."""
    return _adaptive_max(2, input, output_size)


def adaptive_max_pool3d(input: Tensor, output_size: Any) -> Any:
    """`adaptive_max_pool1d` over volumes, each None keeping the input's own size."""
    return _adaptive_max(3, input, output_size)
