"""Putting entries by index along a dimension, or at flat places: written over, added, reduced."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import dtypes
from autograd.add_at import add_along, places_along
from autograd.arguments import a_tensor, not_a_tensor, same_dtype
from autograd.dimensions import axis
from autograd.dtypes import fitting
from autograd.graph import Raw
from autograd.index_arguments import in_dimension, in_range, index_tensor, no_larger
from autograd.inplace_memory import owned, writing
from autograd.operator import Op, apply
from autograd.ops.gathering import gather_op
from autograd.ops.indexing import read
from autograd.ops.reducing_at import added, placed, reduced_at
from autograd.registry import public
from autograd.tensor import Tensor

__all__ = ["put", "scatter", "scatter_add", "scatter_reduce"]


scatter_add_op: Op = Op(
    "scatter_add",
    lambda x, index, src, dim: add_along(owned(x), index, dim, src),
    "x index src",
    params="dim",
    x=lambda g: g,
    src=lambda g, index, dim: gather_op(g, index, dim),
)
"""``x`` with ``src``, of the index's shape, added where ``index`` points along ``dim``."""


@writing
@public(inplace=True)
def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """The input with ``src`` added where ``index`` points along ``dim``; places may repeat.

    ``y[i, index[i, j]] += src[i, j]`` for ``dim`` 1. Of a larger ``src`` the part of the
    index's shape counts. Raises RuntimeError for an index that is out of range, for other
    dtypes than int32 and int64, and where ``src`` has another dtype than the input
    (`torch.scatter_add`).

    >>> scatter_add(zeros(3), 0, tensor([2, 2, 0]), tensor([1.0, 2.0, 3.0]))
    tensor([3., 0., 3.])
    """
    src, along = _scattered("scatter_add", input, dim, index, src)
    result: Tensor = apply(scatter_add_op, (input, index, src), (along,))
    return result


_scatter = placed.named("scatter")


@writing
@public(inplace=True)
def scatter(
    input: Tensor,
    dim: int,
    index: Tensor,
    src: Any = None,
    *,
    value: Any = None,
    reduce: str | None = None,
) -> Tensor:
    """The input with ``src``, a tensor or a number, written where ``index`` points along ``dim``.

    ``y[i, index[i, j]] = src[i, j]`` for ``dim`` 1; ``reduce`` "add" or "multiply" combines
    with what is there. Where places repeat the last one is written, and the gradient goes
    to all of them, as in torch. Checks as in `scatter_add` (`torch.scatter`).
    Raises RuntimeError for an index out of range or larger than ``src``, and for two dtypes.

    >>> scatter(zeros(3), 0, tensor([2, 0]), tensor([1.0, 2.0]))
    tensor([2., 0., 1.])
    """
    if reduce not in (None, "add", "multiply"):
        raise RuntimeError(f"scatter(): reduce must be either add or multiply, not {reduce!r}")
    given = value if src is None else src
    if isinstance(given, Tensor) and src is None and not given.ndim:
        given = given.item()
    if isinstance(given, (int, float, np.generic)):
        along = _checked("scatter", input, dim, index)
        given = np.asarray(fitting(given, input.dtype)).astype(input.dtype)
        if reduce is not None:
            given = np.broadcast_to(given, index.shape)
    elif isinstance(given, Tensor):
        given, along = _scattered("scatter", input, dim, index, given)
    else:
        raise not_a_tensor("scatter", given)
    places = _places(input, index, along)
    if reduce is None:
        result: Tensor = apply(_scatter, (input, given), (places,))
        return result
    if reduce == "add":
        result = apply(added, (input, given), (places,))
        return result
    return reduced_at(input, places, given, "prod", True)


@public(inplace=True)
def scatter_reduce(
    input: Tensor,
    dim: int,
    index: Tensor,
    src: Tensor,
    reduce: str,
    *,
    include_self: bool = True,
) -> Tensor:
    """What ``src`` brings to each place along ``dim``, reduced, with what is there.

    ``reduce`` is "sum", "prod", "mean", "amax" or "amin"; without ``include_self`` the input
    counts only where nothing is brought. Extremes share the gradient at ties; as in torch, an input
    that does not count has a share, too, and it is lost. Checks as in `scatter_add`
    (`torch.scatter_reduce`).
    Raises RuntimeError for an index out of range or larger than ``src``, and for another
    ``reduce``.

    >>> scatter_reduce(ones(2), 0, tensor([0, 0]), tensor([2.0, 4.0]), "mean", include_self=False)
    tensor([3., 1.])
    """
    src, along = _scattered("scatter_reduce", input, dim, index, src)
    known = {"add": "sum", "multiply": "prod", "max": "amax", "min": "amin"}
    how = known.get(reduce, reduce)
    if how not in ("sum", "prod", "mean", "amax", "amin"):
        raise RuntimeError(
            f"scatter_reduce(): reduce must be sum, prod, mean, amax or amin, not {reduce!r}"
        )
    if how == "mean" and input.dtype == dtypes.bool_:
        raise NotImplementedError("scatter_reduce(): no mean of bools; write input.float()")
    return reduced_at(input, _places(input, index, along), src, how, include_self)


def _checked(name: str, input: Tensor, dim: int, index: Any, src: Tensor | None = None) -> int:
    along = axis(dim, a_tensor(name, input).ndim)
    index_tensor(name, index)
    no_larger(name, index, input, along, src)
    in_dimension(name, index, input, along)
    return along


def _scattered(name: str, input: Tensor, dim: int, index: Any, src: Any) -> tuple[Tensor, int]:
    """The part of ``src`` that the index covers, and the dimension; everything checked."""
    same_dtype(name, a_tensor(name, input), a_tensor(name, src), "src")
    along = _checked(name, input, dim, index, src)
    shape = index.shape
    if src.shape == shape:
        return src, along
    if not index.numel():
        return src.reshape(-1)[:0].reshape(shape), along
    part = read(src, tuple(slice(n) for n in shape)) if shape and src.ndim else src
    return part.reshape(shape), along


def _places(input: Tensor, index: Tensor, dim: int) -> Raw:
    """The flat places that ``index`` names, in its shape, which nobody else can change."""
    if not index.numel():
        return np.zeros(index.shape, np.int64)
    found = places_along(input.shape or (1,), np.atleast_1d(index._array), dim)
    return found.reshape(index.shape).astype(np.int64)


@writing
@public(inplace=True)
def put(input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    """The input with ``source`` written, or added, at flat places (`torch.put`).

    Negative places count from the end. Where places repeat and nothing accumulates, the last
    one is written, and the gradient goes to all of them. Raises IndexError for a place out
    of range, RuntimeError for another dtype than int64 or than the input's.

    >>> put(zeros(2, 2), tensor([1, -1]), tensor([5.0, 6.0]))
    tensor([[0., 5.],
            [0., 6.]])
    """
    index_tensor("put", index, ("int64",))
    same_dtype("put", a_tensor("put", input), a_tensor("put", source), "source")
    if source.numel() != index.numel():
        raise IndexError(
            "put(): Expected source and index to have the same number of elements, but got "
            f"{source.numel()} and {index.numel()}"
        )
    count = input.numel()
    in_range("put", index, count, "a tensor", error=IndexError, negative=True)
    places = np.where(index._array < 0, index._array + count, index._array)
    source = source.reshape(index.shape)
    result: Tensor = apply(_put_added if accumulate else placed, (input, source), (places,))
    return result


_put_added = added.named("put")
