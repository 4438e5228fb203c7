"""The largest entries of windows."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.arguments import not_implemented
from autograd.dimensions import upright
from autograd.grad_mode import mode
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.ops.window_arguments import images_of, pool_windows
from autograd.ops.windowing import Sizes, Windows
from autograd.registry import public
from autograd.tensor import Tensor, wrap

__all__ = [
    "max_pool1d",
    "max_pool1d_with_indices",
    "max_pool2d",
    "max_pool3d",
]

CHUNK = 1 << 15
"""About how many windows are searched at a time: their tensors should stay in the cache."""


def flat(images: Any) -> Any:
    """Images (batch, channels, ...), an array or a tensor, as (batch, channels, entries)."""
    return images.reshape((*images.shape[:2], math.prod(images.shape[2:])))


class Winners:
    """By which tap each window has its largest entry: the first, or the last nan.

    ``tracked``: False where only the entries themselves are wanted.
    """

    def __init__(self, windows: Windows, tracked: bool) -> None:
        self.windows = windows
        self.taps = windows.taps()
        self.dtype = np.dtype(np.uint8 if windows.tap_count <= 1 << 8 else np.uint32)
        self.tracked = tracked
        self.won: Raw = None

    def search(self, x: Raw) -> Raw:
        """The largest entries of the windows of (batch, channels, ...)."""
        shape = (*x.shape[:2], *self.windows.output)
        largest = np.empty(shape, x.dtype)
        largest[...] = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
        if self.tracked:
            self.won = np.empty(shape, self.dtype)
            self.won[...] = _first_taps(self.windows)
        for part in self._parts(shape):
            self._search(x[part], largest[part], self.won[part] if self.tracked else None)
        return largest

    def _search(self, x: Raw, largest: Raw, won: Raw) -> None:
        for tap, places, entries in self.taps:
            best = largest[(..., *places)]
            found = np.ascontiguousarray(x[(..., *entries)])
            if won is not None:
                more = (found > best).view(np.uint8)
                who = won[(..., *places)]
                # A later tap has a larger number, so the largest is the last that had more.
                np.maximum(who, np.multiply(more, self.dtype.type(tap), dtype=self.dtype), out=who)
            np.maximum(found, best, out=best)  # in this order -0.0 stays before 0.0
        if won is not None and x.dtype.kind == "f" and np.isnan(largest).any():
            for tap, places, entries in self.taps:
                won[(..., *places)][np.isnan(x[(..., *entries)])] = tap

    @staticmethod
    def _parts(shape: Sizes) -> Iterator[slice]:
        """Parts of the batch whose arrays stay in the cache."""
        step = max(1, CHUNK // max(math.prod(shape[1:]), 1))
        for start in range(0, shape[0], step):
            yield slice(start, start + step)

    def spread(self, g: Raw) -> Raw:
        """Zeros in the shape of the input, with ``g`` added where the winners stand."""
        windows = self.windows
        x: Raw = np.zeros((*g.shape[:2], *windows.input), g.dtype)
        apart = all(s > d * (k - 1) for _, k, _, s, d, _ in zip(*windows, strict=True))
        bits = np.dtype(f"i{g.dtype.itemsize}")
        for part in self._parts(g.shape):
            given: Raw = g[part].view(bits)
            to, won = x[part], self.won[part]
            for tap, places, entries in self.taps:
                # All bits or none: a product with 0 or 1 would make nan of infinities.
                mask = -(won[(..., *places)] == tap).view(np.int8)
                share = (given[(..., *places)] & mask).view(g.dtype)
                if apart:
                    to[(..., *entries)] = share
                else:
                    to[(..., *entries)] += share
        return x

    def pick(self, x: Raw) -> Raw:
        """The entries where the winners stand."""
        places = np.take_along_axis(flat(x), flat(self.indices()), 2)
        return places.reshape(self.won.shape)

    def indices(self) -> Raw:
        """The places of the winners in a channel's entries, counted row by row."""
        windows, place, left = self.windows, np.zeros((), np.int64), self.won
        pitch = 1
        for number in reversed(range(len(windows.kernel))):
            n, k, o, s, d, p = (each[number] for each in windows)
            left, tap = np.divmod(left, self.dtype.type(k))
            start = upright(np.arange(o) * s - p, len(windows.kernel) - number - 1)
            place = place + pitch * (start + d * tap.astype(np.int64))
            pitch *= n
        return place


@functools.lru_cache(256)
def _first_taps(windows: Windows) -> Raw:
    """The first tap of each position that meets the input."""
    first: Raw = 0
    for number, (k, o, s, d, p) in enumerate(zip(*windows[1:], strict=True)):
        side = np.maximum(0, -((np.arange(o) * s - p) // d))
        first = first * k + upright(side, len(windows.kernel) - number - 1)
    return first


def _pooling(name: str, kernel: Any) -> Op:
    """An operator that picks what `Winners` found: linear, once it is found."""
    return Op(name, kernel, "x", params="winners", x=lambda g, winners: _spread(g, winners))


_pick = _pooling("max_pool_pick", lambda x, winners: winners.pick(x))
_pool = _pooling("max_pool", lambda x, winners: winners.search(x))
_spread: Op = Op(
    "max_pool_backward",
    lambda g, winners: winners.spread(g),
    "g",
    params="winners",
    g=lambda h, winners: _pick(h, winners),
)
_POOLS = {
    rank: _pool.named(
        f"max_pool{rank}d_with_indices", f"MaxPool{max(rank, 2)}DWithIndicesBackward0"
    )
    for rank in (1, 2, 3)
}


def pooled(rank: int, images: Tensor, windows: Windows, indices: bool) -> Any:
    """The largest entries of windows of (batch, channels, ...), with their places if asked."""
    tracked = indices or (images.requires_grad and mode().grad)
    winners = Winners(windows, tracked)
    values: Tensor = apply(_POOLS[rank], (images,), (winners,))
    return (values, wrap(winners.indices())) if indices else values


def _max_pool(
    rank: int,
    input: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
    return_indices: bool,
) -> Any:
    name = f"max_pool{rank}d"
    images, batched = images_of(name, input, rank)
    size = images.shape[2:]
    windows = pool_windows(name, size, kernel_size, stride, padding, dilation, bool(ceil_mode))
    if input.dtype.kind == "b" or (rank == 1 and input.dtype.kind != "f" and not return_indices):
        raise not_implemented(name, input.dtype)
    found = pooled(rank, images, windows, bool(return_indices))
    if batched:
        return found
    return tuple(each.squeeze(0) for each in found) if return_indices else found.squeeze(0)


@public(method=False)
def max_pool1d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest entries of windows along the last dimension; `max_pool2d` says how.

    Input (batch, channels, length) or (channels, length). Source:
    `torch.nn.functional.max_pool1d`.

    >>> max_pool1d(tensor([[1.0, 3.0, 7.0, 5.0]]), 2)
    tensor([[3., 7.]])
    """
    return _max_pool(1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


@public(method=False)
def max_pool2d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest entries of windows of images; with ``return_indices`` also where they stand.

    Input (batch, channels, height, width), or without a batch. Windows lie side by side unless
    ``stride`` says how far apart; ``padding`` never wins; ``ceil_mode`` lets the last window
    reach over the edge. The gradient goes to the first of equals. An index counts the entries of
    a channel row by row. Raises RuntimeError where no window fits. Source:
    `torch.nn.functional.max_pool2d`.

    >>> max_pool2d(tensor([[[1.0, 2.0], [4.0, 3.0]]]), 2, return_indices=True)
    (tensor([[[4.]]]), tensor([[[2]]]))
    """
    return _max_pool(2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


@public(method=False)
def max_pool3d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest entries of windows of volumes; `max_pool2d` says how.

    Input (batch, channels, depth, height, width), or without a batch. Source:
    `torch.nn.functional.max_pool3d`.

    >>> max_pool3d(ones(1, 2, 2, 2), 2)
    tensor([[[[1.]]]])
    """
    return _max_pool(3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


@public(method=False)
def max_pool1d_with_indices(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = True,
) -> Any:
    """`max_pool1d` with the places of the largest (`torch.max_pool1d_with_indices`).

    >>> max_pool1d_with_indices(tensor([[1.0, 3.0, 7.0, 5.0]]), 2)
    (tensor([[3., 7.]]), tensor([[1, 2]]))
    """
    return _max_pool(1, input, kernel_size, stride, padding, dilation, ceil_mode, True)


def max_pool2d_with_indices(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = True,
) -> Any:
    """`max_pool2d` with the places of the largest.

    Source: `torch.nn.functional.max_pool2d_with_indices`.

    >>> max_pool2d_with_indices(tensor([[[1.0, 2.0], [4.0, 3.0]]]), 2)
    (tensor([[[4.]]]), tensor([[[2]]]))
    """
    return _max_pool(2, input, kernel_size, stride, padding, dilation, ceil_mode, True)


def max_pool3d_with_indices(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = True,
) -> Any:
    """`max_pool3d` with the places of the largest.

    Source: `torch.nn.functional.max_pool3d_with_indices`.

    >>> max_pool3d_with_indices(ones(1, 1, 1, 2), (1, 1, 2))
    (tensor([[[[1.]]]]), tensor([[[[0]]]]))
    """
    return _max_pool(3, input, kernel_size, stride, padding, dilation, ceil_mode, True)
