"""The way back from a pool of the largest: each at its place, zeros elsewhere."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.arguments import a_tensor, by
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.ops.gathering import gather_op
from autograd.ops.window_arguments import not_whole, refused_sizes, sizes_of
from autograd.ops.windowing import Sizes
from autograd.tensor import Tensor

__all__: list[str] = []


def _placed(x: Raw, index: Raw, length: int) -> Raw:
    out = np.zeros((*x.shape[:2], length), x.dtype)
    np.put_along_axis(out, index, x, 2)
    return out


_place = Op(
    "max_unpool",
    _placed,
    "x index",
    params="length",
    x=lambda g, index: gather_op(g, index, 2),
)
_PLACES = {
    rank: _place.named(f"max_unpool{rank}d", f"MaxUnpool{max(rank, 2)}DBackward0")
    for rank in (1, 2, 3)
}


def _size(name: str, given: Any, default: Sizes, stride: Sizes) -> Sizes:
    """The output's sizes: the given ones where they are near what the pool implies."""
    if given is None:
        return default
    rank = len(default)
    wanted = tuple(given)[2:] if len(given) == rank + 2 else tuple(given)
    if len(wanted) != rank:
        raise ValueError(
            f"{name}: output_size should be a sequence containing {rank} or {rank + 2} elements, "
            f"but it has a length of {len(given)}"
        )
    for dim, (n, usual, s) in enumerate(zip(wanted, default, stride, strict=True)):
        if not usual - s < n < usual + s:
            raise ValueError(
                f"{name}: invalid output_size {wanted} (dim {dim} must be between {usual - s} and "
                f"{usual + s})"
            )
    return wanted


def _unpooled(
    rank: int,
    input: Any,
    indices: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    output_size: Any,
) -> Tensor:
    name = f"max_unpool{rank}d"
    shape = a_tensor(name, input).shape
    a_tensor(name, indices)
    if len(shape) not in (rank + 1, rank + 2):
        raise RuntimeError(
            f"Input to {name} should be a {rank + 1}d or {rank + 2}d Tensor, but got a tensor with "
            f"{len(shape)} dimensions"
        )
    kernel = sizes_of(name, "kernel_size", kernel_size, rank, least=1, one=rank == 1)
    least = 1 if rank == 3 else 0
    strides = kernel if stride is None else sizes_of(name, "stride", stride, rank, least=least)
    pads = sizes_of(name, "padding", padding, rank, least=0)
    default = tuple(
        (n - 1) * s + k - 2 * p
        for n, s, k, p in zip(shape[-rank:], strides, kernel, pads, strict=True)
    )
    size = _size(name, output_size, default, strides)
    if indices.dtype != np.int64:
        raise RuntimeError(
            f"{name}: elements in indices should be type int64 but got: {indices.dtype}; write "
            "indices.long()"
        )
    if indices.shape != shape:
        raise RuntimeError(
            f"{name}: Expected shape of indices to be same as that of the input tensor "
            f"({list(shape)}) but got indices tensor with shape: {list(indices.shape)}"
        )
    refused_sizes(name, shape if len(shape) == rank + 2 else (1, *shape), allowed=1)
    if input.numel():
        not_whole(name, input)
    length = math.prod(size)
    places = indices._array
    if places.size and not 0 <= places.min() <= places.max() < length:
        wrong = places.max() if places.max() >= length else places.min()
        raise RuntimeError(
            f"{name}: Found an invalid max index: {wrong} (output volumes are of size {by(size)})"
        )
    rows = (math.prod(shape[: -rank - 1]), shape[-rank - 1], math.prod(shape[-rank:]))
    given = input.reshape(rows), indices.reshape(rows)
    spread: Tensor = apply(_PLACES[rank], given, (length,))
    return spread.reshape(*shape[:-rank], *size)


def max_unpool1d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    output_size: Any = None,
) -> Tensor:
    """The entries of a `max_pool1d` at their places again; `max_unpool2d` says how.

    Source: `torch.nn.functional.max_unpool1d`.

    >>> max_unpool1d(tensor([[3.0, 7.0]]), tensor([[1, 2]]), 2)
    tensor([[0., 3., 7., 0.]])
    """
    return _unpooled(1, input, indices, kernel_size, stride, padding, output_size)


def max_unpool2d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    output_size: Any = None,
) -> Tensor:
    """The entries of a `max_pool2d` at the places that it returned, zeros elsewhere.

    The sizes that a pool of this kernel, stride and padding was given are not unique:
    ``output_size`` says which. Raises ValueError for one that cannot be, RuntimeError for an
    index outside. Source: `torch.nn.functional.max_unpool2d`.

    >>> max_unpool2d(tensor([[[4.0]]]), tensor([[[2]]]), 2)
    tensor([[[0., 0.],
             [4., 0.]]])
    """
    return _unpooled(2, input, indices, kernel_size, stride, padding, output_size)


def max_unpool3d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    output_size: Any = None,
) -> Tensor:
    """The entries of a `max_pool3d` at their places again; `max_unpool2d` says how.

    Source: `torch.nn.functional.max_unpool3d`.

    >>> max_unpool3d(tensor([[[[4.0]]]]), tensor([[[[1]]]]), (1, 1, 2))
    tensor([[[[0., 4.]]]])
    """
    return _unpooled(3, input, indices, kernel_size, stride, padding, output_size)
