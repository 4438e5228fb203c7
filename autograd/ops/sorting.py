"""Order: sorted values and their places, the k largest, the k-th smallest."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import return_types
from autograd.arguments import a_tensor, an_integer, not_implemented, refused_bools
from autograd.dimensions import axis, index_along
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.ops.indexing import gather_one
from autograd.registry import public
from autograd.tensor import Tensor, wrap

__all__ = ["argsort", "kthvalue", "msort", "sort", "topk"]

_sort = gather_one.named("sort")
_topk = gather_one.named("topk")
_kthvalue = gather_one.named("kthvalue")

LONG = 4096
"""From this length on, NumPy's quicksort is tried before the stable sort, several times slower."""


def order(x: Raw, dim: int, descending: bool = False) -> Raw:
    """Where the sorted entries along ``dim`` stand; equal ones in their order, nan the largest.

    >>> from autograd.ops.sorting import order
    >>> order(np.array([2.0, 1.0, 2.0]), 0, descending=True)
    array([0, 2, 1])
    """
    if not np.ndim(x):
        return np.zeros((), np.int64)
    if descending:
        places: Raw = np.flip(order(np.flip(x, dim), dim), dim)
        return x.shape[dim] - 1 - places
    if x.shape[dim] >= LONG and x.dtype.kind == "f" and x.itemsize > 2:
        places = np.argsort(x, dim)
        line = np.moveaxis(np.take_along_axis(x, places, dim), dim, 0)
        if not (line[1:] == line[:-1]).any() and not np.isnan(line[-1]).any():
            return places
    return np.argsort(x, dim, kind="stable")


def _at(op: Op, input: Tensor, places: Raw, dim: int) -> Any:
    """The values at ``places`` along ``dim``, and the places, as ``op`` names them."""
    if not input.ndim:
        values = apply(op, (input.reshape(1),), (np.zeros(1, np.int64), 0)).reshape(())
    else:
        values = apply(op, (input,), (places, dim))
    return getattr(return_types, op.name)(values, wrap(places.astype(np.int64)))


@public()
def sort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    """The entries along ``dim`` in ascending order, and where each stood (`torch.sort`).

    Equal entries keep their order, with ``stable`` or without; nan is the largest.

    >>> sort(tensor([3.0, 1.0, 2.0])).indices
    tensor([1, 2, 0])
    """
    along = axis(dim, a_tensor("sort", input).ndim)
    return _at(_sort, input, order(input._array, along, descending), along)


@public(numpy=(np.argsort,))
def argsort(
    input: Tensor, dim: int = -1, descending: bool = False, *, stable: bool = False
) -> Tensor:
    """Where the entries along ``dim`` stand in sorted order, as in `sort` (`torch.argsort`).

    >>> argsort(tensor([3.0, 1.0, 2.0]), descending=True)
    tensor([0, 2, 1])
    """
    along = axis(dim, a_tensor("argsort", input).ndim)
    return wrap(order(input._array, along, descending))


@public(method=False, name="_sorted", numpy=(np.sort,))
def _numpy_sort(input: Tensor, axis: int | None = -1, *, stable: bool = True) -> Tensor:
    """`np.sort`: the values alone, along one dimension or of all entries."""
    if axis is None:
        return sort(input.reshape(-1)).values  # type: ignore[no-any-return]  # a named tuple
    return sort(input, axis).values  # type: ignore[no-any-return]  # a named tuple


@public()
def msort(input: Tensor) -> Tensor:
    """The entries along the first dimension in ascending order (`torch.msort`).

    >>> msort(tensor([[3.0, 1.0], [2.0, 4.0]]))
    tensor([[2., 1.],
            [3., 4.]])
    """
    values: Tensor = sort(a_tensor("msort", input), 0).values
    return values


@public()
def topk(input: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    """The ``k`` largest (or smallest) entries along ``dim``, and where they stand.

    They come in order, with ``sorted`` or without; nan is the largest. Which of equal
    entries are taken is not said, as in torch (`torch.topk`).

    >>> topk(tensor([3.0, 1.0, 2.0]), 2)
    autograd.return_types.topk(
    values=tensor([3., 2.]),
    indices=tensor([0, 2]))
    """
    along = axis(dim, a_tensor("topk", input).ndim)
    k, length = an_integer("topk", "k", k), (input.shape or (1,))[along]
    if not 0 <= k <= length:
        raise RuntimeError(f"topk(): selected index k out of range: {k} of {length} entries")
    if input.dtype == np.bool_:
        raise refused_bools("topk")
    x = input._array
    if not input.ndim:
        return _at(_topk, input, np.zeros((), np.int64), 0)
    if length < 64 or 4 * k > length:
        found = _first(order(x, along, largest), k, along)
    elif k == 0:
        found = np.zeros((*x.shape[:along], 0, *x.shape[along + 1 :]), np.int64)
    else:
        kth = length - k if largest else k - 1
        parted = np.argpartition(x, kth, along)
        near = np.sort(_first(parted, k, along, last=largest), along)
        picked = order(np.take_along_axis(x, near, along), along, largest)
        found = np.take_along_axis(near, picked, along)
    return _at(_topk, input, found, along)


def _first(places: Raw, count: int, dim: int, last: bool = False) -> Raw:
    part = slice(places.shape[dim] - count, None) if last else slice(count)
    return places[index_along(dim, part)]


@public()
def kthvalue(input: Tensor, k: int, dim: int = -1, keepdim: bool = False) -> Any:
    """The ``k``-th smallest entry along ``dim``, counted from 1, and where it stands.

    Raises RuntimeError where there is no such entry.
    Source: `torch.kthvalue`.

    >>> kthvalue(tensor([3.0, 1.0, 2.0]), 2).values
    tensor(2.)
    """
    along = axis(dim, a_tensor("kthvalue", input).ndim)
    k, length = an_integer("kthvalue", "k", k), (input.shape or (1,))[along]
    if not length:
        raise IndexError(f"kthvalue(): Expected reduction dim {along} to have non-zero size.")
    if not 1 <= k <= length:
        raise RuntimeError(
            f"kthvalue(): selected number k out of range for dimension {along}: {k} of {length}"
        )
    if input.dtype == np.bool_:
        raise not_implemented("kthvalue", input.dtype, "x.int()")
    if not input.ndim:
        return _at(_kthvalue, input, np.zeros((), np.int64), 0)
    x = input._array
    places = order(x, along) if length < LONG else np.argpartition(x, k - 1, along)
    found = places[index_along(along, slice(k - 1, k))]
    values, indices = _at(_kthvalue, input, found, along)
    if not keepdim:
        values, indices = values.squeeze(along), indices.squeeze(along)
    return return_types.kthvalue(values, indices)
