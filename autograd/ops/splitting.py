"""Cutting a tensor into views."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from autograd import dtypes
from autograd.arguments import a_tensor
from autograd.dimensions import axis
from autograd.operator import Op
from autograd.ops.shape import sizes
from autograd.ops.slicing import narrow
from autograd.readout import as_number
from autograd.registry import METHODS, public
from autograd.tensor import Tensor
from autograd.views import view as take_view

__all__ = [
    "chunk",
    "dsplit",
    "hsplit",
    "split",
    "split_with_sizes",
    "tensor_split",
    "unbind",
    "unsafe_chunk",
    "unsafe_split",
    "unsafe_split_with_sizes",
    "vsplit",
]

_split = Op(
    "split",
    lambda x, ends, dim: tuple(np.split(x, ends, dim)),
    "x",
    params="ends dim",
    outputs=True,
    x=lambda gs, dim: np.concatenate(gs, dim),
)
_split_with_sizes = _split.named("split_with_sizes")
_unbind = Op(
    "unbind",
    lambda x, dim: tuple(np.moveaxis(x, dim, 0)[i, ...] for i in range(x.shape[dim])),
    "x",
    params="dim",
    outputs=True,
    x=lambda gs, dim: np.stack(gs, dim),
)


_EITHER = {"indices": "indices_or_sections", "sections": "indices_or_sections"}


@public(keywords={"split_size": "split_size_or_sections"})
def split(tensor: Tensor, split_size_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of consecutive parts: of one size (the last may be smaller), or of given sizes.

    Source: `torch.split`.

    >>> split(tensor([1, 2, 3, 4, 5]), 2)
    (tensor([1, 2]), tensor([3, 4]), tensor([5]))
    """
    size = as_number(split_size_or_sections)
    if not isinstance(size, int):
        return split_with_sizes(tensor, size, dim)
    parts: tuple[Tensor, ...] = take_view(_split, tensor, *_equal("split", tensor, size, dim))
    return parts


def _equal(name: str, input: Tensor, size: int, dim: int) -> tuple[tuple[int, ...], int]:
    """Where parts of one size end, but for the last one, and the dimension from 0 on."""
    along = _dim(name, input, dim)
    length = input.shape[along]
    if size < 0 or (size == 0 and length):
        raise RuntimeError(
            f"{name} expects split_size be non-negative, and 0 only for a dimension of size 0, "
            f"but got split_size={size} for size {length}"
        )
    return tuple(range(size, length, size)) if size else (), along


def _sized(name: str, input: Tensor, sections: Any, dim: int) -> tuple[tuple[int, ...], int]:
    """The same for parts of given sizes, which must fill the dimension."""
    along = _dim(name, input, dim)
    lengths = sizes((tuple(sections),))
    if sum(lengths) != input.shape[along] or any(n < 0 for n in lengths):
        raise RuntimeError(
            f"{name} expects split_sizes to sum exactly to {input.shape[along]} (input tensor's "
            f"size at dimension {along}), but got split_sizes={list(lengths)}"
        )
    return tuple(accumulate(lengths))[:-1], along


def _dim(name: str, input: Tensor, dim: int) -> int:
    if not a_tensor(name, input).ndim:
        raise RuntimeError(f"{name} expects at least a 1-dimensional tensor, this one is 0-d")
    return axis(dim, input.ndim)


@public()
def split_with_sizes(input: Tensor, split_sizes: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of consecutive parts of given sizes (`torch.split_with_sizes`).

    >>> split_with_sizes(tensor([1, 2, 3]), [1, 2])
    (tensor([1]), tensor([2, 3]))
    """
    ends = _sized("split_with_sizes", input, split_sizes, dim)
    parts: tuple[Tensor, ...] = take_view(_split_with_sizes, input, *ends)
    return parts


@public()
def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most ``chunks`` parts of equal length, the last maybe shorter (`torch.chunk`).

    >>> chunk(tensor([1, 2, 3, 4, 5]), 2)
    (tensor([1, 2, 3]), tensor([4, 5]))
    """
    size = _chunk_size("chunk", input, chunks, dim)
    return split(input, size, dim)


def _chunk_size(name: str, input: Tensor, chunks: int, dim: int) -> Any:
    if chunks <= 0:
        raise RuntimeError(f"{name} expects `chunks` to be greater than 0, got: {chunks}")
    length = input.shape[_dim(name, input, dim)]
    return -(-length // chunks) if length else [0] * chunks


def _parts(input: Tensor, ends: Sequence[int], dim: int) -> tuple[Tensor, ...]:
    """One view each, which may also be changed in place, of what lies between the ends."""
    length = input.shape[dim]
    stops = [slice(None, end).indices(length)[1] for end in (*ends, length)]
    return tuple(
        narrow(input, dim, start, max(stop - start, 0))
        for start, stop in zip((0, *stops), stops, strict=False)
    )


@public()
def unsafe_split(tensor: Tensor, split_size: int, dim: int = 0) -> tuple[Tensor, ...]:
    """`split` into parts that may be changed in place (`torch.unsafe_split`).

    Here each part is a view of its own, so its gradient stays right.

    >>> unsafe_split(tensor([1, 2, 3]), 2)
    (tensor([1, 2]), tensor([3]))
    """
    return _parts(tensor, *_equal("unsafe_split", tensor, split_size, dim))


@public()
def unsafe_split_with_sizes(input: Tensor, split_sizes: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """`split_with_sizes` into parts that may be changed in place.

    Source: `torch.unsafe_split_with_sizes`.

    >>> unsafe_split_with_sizes(tensor([1, 2, 3]), [1, 2])
    (tensor([1]), tensor([2, 3]))
    """
    return _parts(input, *_sized("unsafe_split_with_sizes", input, split_sizes, dim))


@public()
def unsafe_chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """`chunk` into parts that may be changed in place (`torch.unsafe_chunk`).

    >>> unsafe_chunk(tensor([1, 2, 3]), 2)
    (tensor([1, 2]), tensor([3]))
    """
    size = _chunk_size("unsafe_chunk", input, chunks, dim)
    split = unsafe_split if isinstance(size, int) else unsafe_split_with_sizes
    return split(input, size, dim)


@public(keywords=_EITHER)
def tensor_split(input: Tensor, indices_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of so many parts of nearly equal length, or of what lies between given indices.

    Raises RuntimeError for a number of sections below 1.
    Source: `torch.tensor_split`.

    >>> tensor_split(tensor([1, 2, 3, 4, 5]), 3)
    (tensor([1, 2]), tensor([3, 4]), tensor([5]))
    >>> tensor_split(tensor([1, 2, 3, 4, 5]), (1, 4))
    (tensor([1]), tensor([2, 3, 4]), tensor([5]))
    """
    along = _dim("tensor_split", input, dim)
    given = indices_or_sections
    if isinstance(given, Tensor):
        if given.dtype != dtypes.int64 or given.ndim > 1:
            raise RuntimeError(
                "tensor_split expected tensor_indices_or_sections to have dtype of long and at "
                f"most one dimension, but got {given.dtype} of shape {given.shape}"
            )
        given = given.tolist()
    if not isinstance(given, int):
        return _parts(input, sizes((tuple(given),)), along)
    if given <= 0:
        raise RuntimeError(f"number of sections must be larger than 0, got {given}")
    each, more = divmod(input.shape[along], given)
    ends = accumulate(each + (i < more) for i in range(given - 1))
    return _parts(input, tuple(ends), along)


def _split_along(
    name: str, input: Tensor, indices_or_sections: Any, least: int, dim: int
) -> tuple[Tensor, ...]:
    """`tensor_split` along one dimension, where sections must be equal."""
    if a_tensor(name, input).ndim < least:
        raise RuntimeError(
            f"{name} requires a tensor with at least {least} dimensions, this one has {input.ndim}"
        )
    parts, length = indices_or_sections, input.shape[dim]
    if isinstance(parts, int) and (parts <= 0 or length % parts):
        raise RuntimeError(
            f"{name} attempted to split along dimension {dim}, but the size of the dimension "
            f"{length} is not divisible by the split_size {parts}"
        )
    return tensor_split(input, parts, dim)


@public(keywords=_EITHER)
def hsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """Equal parts, or those between indices, along dimension 1, of a vector along 0.

    Source: `torch.hsplit`; raises RuntimeError where they cannot be equal.

    >>> hsplit(tensor([[1, 2], [3, 4]]), 2)[0]
    tensor([[1],
            [3]])
    """
    dim = 0 if a_tensor("hsplit", input).ndim == 1 else 1
    return _split_along("hsplit", input, indices_or_sections, 1, dim)


@public(keywords=_EITHER)
def vsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """Equal parts, or those between indices, along dimension 0 (`torch.vsplit`).

    >>> vsplit(tensor([[1, 2], [3, 4]]), 2)[0]
    tensor([[1, 2]])
    """
    return _split_along("vsplit", input, indices_or_sections, 2, 0)


@public(keywords=_EITHER)
def dsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """Equal parts, or those between indices, along dimension 2 (`torch.dsplit`).

    >>> dsplit(zeros(2, 3, 4), 2)[0].shape
    (2, 3, 2)
    """
    return _split_along("dsplit", input, indices_or_sections, 3, 2)


@public()
def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of the parts along ``dim``, without that dimension (`torch.unbind`).

    >>> unbind(tensor([[1, 2], [3, 4]]))
    (tensor([1, 2]), tensor([3, 4]))
    """
    parts: tuple[Tensor, ...] = take_view(_unbind, input, axis(dim, a_tensor("unbind", input).ndim))
    return parts


def _iterate(self: Tensor) -> Any:
    if not self.ndim:
        raise TypeError("iteration over a 0-d tensor")
    return iter(unbind(self))


METHODS["__iter__"] = _iterate
