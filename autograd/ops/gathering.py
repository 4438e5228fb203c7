"""Picking entries by index along a dimension, or from all entries in order."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.add_at import (
    add_along,
    add_at,
    add_select,
    at_places_along,
    line_of,
    places_along,
)
from autograd.arguments import a_tensor
from autograd.blocks import is_one_place, share_rows
from autograd.dimensions import axis, axis as axis_number, index_along
from autograd.graph import Raw
from autograd.index_arguments import in_dimension, in_range, index_tensor, no_larger, vector
from autograd.operator import Op, apply
from autograd.ops.indexing import raw_index, read
from autograd.registry import public
from autograd.tensor import Tensor, wrap

__all__ = [
    "gather",
    "index_select",
    "take",
    "take_along_dim",
]


def _gather(x: Raw, index: Raw, dim: int) -> Raw:
    x, places = np.atleast_1d(x), np.atleast_1d(index)
    if x.ndim > 1 and places.size:
        line = line_of(places, x.shape, dim)
        if line is not None:
            return np.take(x, line, dim)
        if places.size >= MANY and x.flags.c_contiguous:
            return _gathered_by_blocks(x, places, dim)
        places = places_along(x.shape, places, dim)
    return np.take(x, places.reshape(np.shape(index)))


MANY = 1 << 15
"""From so many entries on their places are computed block by block."""


def _gathered_by_blocks(x: Raw, index: Raw, dim: int) -> Raw:
    out = np.empty(index.shape, x.dtype)

    def work(lines: Any, part: Any, places: Raw) -> None:
        np.take(x[part].reshape(-1), places, out=out[lines], mode="wrap")  # "raise" would copy

    at_places_along(x.shape, index, dim, work)
    return out


ROW = 256
"""Bytes of a row that is sooner copied whole, zeros and all, than one entry of it written."""


def _one_for_all(g: Raw, index: Raw, dim: int, shape: tuple[int, ...]) -> bool:
    """Whether each short row gets the same number, as from a mean, at one place."""
    if not isinstance(g, np.ndarray) or g.size < MANY or not is_one_place(g):
        return False
    row = shape[-1] * g.itemsize
    last = dim == len(shape) - 1 and index.shape == (*shape[:-1], 1)
    return last and row <= ROW


def _one_each(g: Raw, index: Raw, shape: tuple[int, ...]) -> Raw:
    """Rows of zeros with ``g`` at one place: copies of the few that there are."""
    known = np.zeros((shape[-1], shape[-1]), g.dtype)
    np.fill_diagonal(known, g[(0,) * g.ndim])
    out, whole = np.empty(shape, g.dtype), np.dtype((np.void, known[0].nbytes))
    rows, lines = (each.view(whole).reshape(-1) for each in (known, out))
    places = index.reshape(-1)

    def work(number: int, part: slice) -> None:
        np.take(rows, places[part], out=lines[part], mode="wrap")

    share_rows(work, len(lines), shape[-1])
    return out


def _gathered(g: Raw, index: Raw, dim: int, shape: tuple[int, ...]) -> Raw:
    if shape and _one_for_all(g, index, dim, shape):
        return _one_each(g, index, shape)
    out = np.zeros(shape, g.dtype)
    if shape and index.ndim and index.shape[dim] == 1:  # every place once

        def work(lines: Any, part: Any, places: Raw) -> None:
            out[part].reshape(-1)[places.reshape(-1)] = g[lines].reshape(-1)

        at_places_along(shape, index, dim, work)
        return out
    return np.asarray(add_along(out, index, dim, g))


gather_op: Op = Op(
    "gather",
    _gather,
    "x index",
    params="dim",
    x=lambda g, index, dim, x_shape: gathered(g, index, dim, x_shape),
)
"""Entries along ``dim``, as many as ``index`` has, which may repeat; see `gather`."""
gathered: Op = Op(
    "gather_backward",
    _gathered,
    "g index",
    params="dim shape",
    g=lambda g, index, dim: gather_op(g, index, dim),
)
"""Zeros of ``shape`` with ``g`` added where ``index`` points along ``dim``."""


@public()
def gather(input: Tensor, dim: int, index: Tensor, *, sparse_grad: bool = False) -> Tensor:
    """Entries picked along ``dim``: ``y[i, j] = x[i, index[i, j]]`` for ``dim`` 1.

    ``index`` has as many dimensions as the input, is no longer than it in the others, and
    gives the result's shape. Raises RuntimeError for an index that is out of range
    (negative ones are) or not of int32 or int64 (`torch.gather`). The gradient is dense,
    also with ``sparse_grad``.

    >>> gather(tensor([[1.0, 2.0], [3.0, 4.0]]), 1, tensor([[0, 0], [1, 0]]))
    tensor([[1., 1.],
            [4., 3.]])
    """
    along = axis(dim, a_tensor("gather", input).ndim)
    index_tensor("gather", index)
    no_larger("gather", index, input, along)
    in_dimension("gather", index, input, along)
    picked: Tensor = apply(gather_op, (input, index), (along,))
    return picked


select_op: Op = Op(
    "index_select",
    lambda x, index, dim: np.take(x, np.atleast_1d(index), dim) if np.ndim(x) else np.array(x),
    "x index",
    params="dim",
    x=lambda g, index, dim, x_shape: selected(g, index, dim, x_shape),
)
"""The slices that ``index``, a vector, names along ``dim``."""
selected: Op = Op(
    "index_select_backward",
    lambda g, index, dim, shape: add_select(np.zeros(shape, g.dtype), index, dim, g),
    "g index",
    params="dim shape",
    g=lambda g, index, dim: select_op(g, index, dim),
)
"""Zeros of ``shape`` with the slices of ``g`` added at ``index``."""


@public()
def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """The slices that ``index``, a vector, names along ``dim``, in its order.

    Raises IndexError for an index that is out of range (negative ones are), RuntimeError
    for one that is not of int32 or int64 (`torch.index_select`).

    >>> index_select(tensor([[1.0, 2.0], [3.0, 4.0]]), 0, tensor([1, 1]))
    tensor([[3., 4.],
            [3., 4.]])
    """
    along = axis(dim, a_tensor("index_select", input).ndim)
    index_tensor("index_select", index)
    vector("index_select", index)
    if not input.ndim and index.numel() != 1:
        raise RuntimeError(
            f"index_select(): Index to scalar can have only 1 value, got {index.numel()} value(s)"
        )
    in_dimension("index_select", index, input, along, error=IndexError)
    picked: Tensor = apply(select_op, (input, index), (along,))
    return picked


def _taken_back(g: Raw, index: Raw, shape: tuple[int, ...]) -> Raw:
    zeros = np.zeros(int(np.prod(shape)), g.dtype)
    return add_at(zeros, np.ravel(index), np.ravel(g)).reshape(shape)


take_op: Op = Op(
    "take",
    lambda x, index: np.take(x, index),
    "x index",
    x=lambda g, index, x_shape: taken(g, index, x_shape),
)
"""The entries at flat places."""
taken: Op = Op(
    "take_backward",
    _taken_back,
    "g index",
    params="shape",
    g=lambda g, index: take_op(g, index),
)
"""Zeros of ``shape`` with ``g`` added at flat places."""


@public()
def take(input: Tensor, index: Tensor) -> Tensor:
    """The entries at flat places, in the shape of ``index``; negative ones count from the end.

    Raises IndexError for a place that is out of range, RuntimeError where ``index`` is not of
    int64 (`torch.take`).

    >>> take(tensor([[1.0, 2.0], [3.0, 4.0]]), tensor([0, -1]))
    tensor([1., 4.])
    """
    count = a_tensor("take", input).numel()
    index_tensor("take", index, ("int64",))
    in_range("take", index, count, "a tensor", error=IndexError, negative=True)
    picked: Tensor = apply(take_op, (input, index))
    return picked


@public(method=False, name="_taken", numpy=(np.take,))
def _numpy_take(input: Tensor, indices: Any, axis: int | None = None) -> Tensor:
    """`np.take`: the slices along a dimension, or the entries, that integers name."""
    flat = input.reshape(-1) if axis is None else input
    index = raw_index(indices)
    along = 0 if axis is None else axis_number(axis, input.ndim)
    part: Tensor = read(flat, index_along(along, index))
    return part


@public(numpy=(np.take_along_axis,))
def take_along_dim(input: Tensor, indices: Any, dim: int | None = None) -> Tensor:
    """Entries picked along ``dim``, the other dimensions broadcast; without it from all entries.

    Negative indices count from the end where there is a ``dim``. With what ``argsort`` or
    ``argmax(keepdim=True)`` returns these are the sorted or largest entries
    (`torch.take_along_dim`).
    Raises RuntimeError where the shapes do not broadcast or an index is out of range.

    >>> x = tensor([[3.0, 1.0], [2.0, 4.0]])
    >>> take_along_dim(x, x.argmax(1, keepdim=True), 1)
    tensor([[3.],
            [4.]])
    """
    a_tensor("take_along_dim", input)
    if isinstance(indices, np.ndarray):
        indices = wrap(indices)
    index_tensor("take_along_dim", indices, ("int64",))
    if dim is None:
        return gather(input.reshape(-1), 0, indices.reshape(-1))
    if not input.ndim:
        raise IndexError(f"take_along_dim(): dim {dim}, but the tensor has no dimensions")
    along = axis(dim, input.ndim)
    if indices.ndim != input.ndim:
        raise RuntimeError(
            "take_along_dim(): input and indices should have the same number of dimensions, but "
            f"got {input.ndim} dimensions for input, and {indices.ndim} dimensions for indices"
        )
    in_dimension("take_along_dim", indices, input, along, negative=True)
    others = [
        tuple(1 if d == along else n for d, n in enumerate(each.shape)) for each in (input, indices)
    ]
    try:
        common = np.broadcast_shapes(*others)
    except ValueError:
        raise RuntimeError(
            f"take_along_dim(): input of shape {input.shape} and indices of shape "
            f"{indices.shape} must broadcast in every dimension but {along}"
        ) from None

    def full(each: Any) -> tuple[int, ...]:
        return tuple(each.shape[d] if d == along else n for d, n in enumerate(common))

    index = indices.expand(full(indices))
    if (indices._array < 0).any():
        index = index + (index < 0) * input.shape[along]
    picked: Tensor = apply(gather_op, (input.expand(full(input)), index), (along,))
    return picked
