"""Writing slices by an index of one dimension, and entries by one index for every dimension."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.add_at import add_select
from autograd.arguments import a_tensor, same_dtype
from autograd.dimensions import axis, index_along, upright
from autograd.graph import Raw
from autograd.index_arguments import in_dimension, index_tensor, vector
from autograd.inplace_memory import owned, writing
from autograd.operator import Op, apply
from autograd.ops.gathering import select_op
from autograd.ops.indexing import add_index, raw_index, read, setitem, written
from autograd.ops.masking import fill_op, filling
from autograd.ops.reducing_at import reduced_at
from autograd.registry import public
from autograd.tensor import Tensor

__all__ = ["index_add", "index_copy", "index_fill", "index_put", "index_reduce"]


index_add_op: Op = Op(
    "index_add",
    lambda x, index, source, dim: add_select(owned(x), index, dim, source),
    "x index source",
    params="dim",
    x=lambda g: g,
    source=lambda g, index, dim: select_op(g, index, dim),
)
"""``x`` with the slices of ``source`` added at ``index`` along ``dim``."""


def _slices(
    name: str,
    input: Tensor,
    dim: int,
    index: Any,
    source: Any,
    kinds: tuple[str, ...] = ("int32", "int64"),
) -> int:
    """The dimension, where the slices of ``source`` fit ``index`` and ``input``."""
    along = axis(dim, a_tensor(name, input).ndim)
    index_tensor(name, index, kinds)
    vector(name, index)
    same_dtype(name, input, a_tensor(name, source), "source")
    return along


def _same_slices(name: str, input: Tensor, along: int, index: Tensor, source: Tensor) -> None:
    wanted = tuple(index.numel() if d == along else n for d, n in enumerate(input.shape))
    if source.shape != wanted or (not input.ndim and index.numel() != 1):
        raise RuntimeError(
            f"{name}(): source tensor shape must match self tensor shape, excluding the specified "
            f"dimension, and have as many slices as there are indices: {wanted}, not {source.shape}"
        )


@writing
@public(inplace=True)
def index_add(
    input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1
) -> Tensor:
    """The input with the slices of ``alpha * source`` added at ``index`` along ``dim``.

    Indices may repeat. Raises RuntimeError where shapes or dtypes do not fit, and for an
    index that is out of range (`torch.index_add`).

    >>> index_add(zeros(3), 0, tensor([2, 2]), tensor([1.0, 5.0]))
    tensor([0., 0., 6.])
    """
    along = _slices("index_add", input, dim, index, source)
    _same_slices("index_add", input, along, index, source)
    error = IndexError if input.ndim <= 1 else RuntimeError  # as torch has it
    in_dimension("index_add", index, input, along, error=error)
    if alpha != 1:
        whole = input.dtype.kind in "iu"
        source = (
            source & bool(alpha)
            if input.dtype == np.bool_
            else source * (int(alpha) if whole else alpha)
        )
    result: Tensor = apply(index_add_op, (input, index, source), (along,))
    return result


_index_copy = setitem.named("index_copy")


@writing
@public(inplace=True)
def index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """The input with its slices at ``index`` along ``dim`` replaced by those of ``source``.

    Where indices repeat the last slice is written, and the gradient goes to all of them.
    Raises IndexError or RuntimeError where shapes or dtypes do not fit (`torch.index_copy`).

    >>> index_copy(zeros(3), 0, tensor([2, 0]), tensor([1.0, 5.0]))
    tensor([5., 0., 1.])
    """
    along = _slices("index_copy", input, dim, index, source, ("int64",))
    if source.ndim != input.ndim and source.ndim and input.ndim:
        raise IndexError(
            "index_copy(): When source and destination are not scalars, their dimensionality must "
            f"match: {source.shape} and {input.shape}"
        )
    a, b = input.shape or (1,), source.shape or (1,)
    if len(a) != len(b) or any(d != along and n != b[d] for d, n in enumerate(a)):
        raise RuntimeError(
            "index_copy(): Source/destination tensor must have same slice shapes, apart from "
            f"dimension {along}: {source.shape} and {input.shape}"
        )
    if b[along] != index.numel():
        raise IndexError(
            f"index_copy(): Number of indices ({index.numel()}) should be equal to "
            f"source.size(dim) ({b[along]})"
        )
    in_dimension("index_copy", index, input, along, error=IndexError)
    place: Any = index_along(along, _copied(index)) if input.ndim else ()
    if source.shape != (*a[:along], index.numel(), *a[along + 1 :]) or not input.ndim:
        source = source.reshape(input.shape if not input.ndim else b)
    result: Tensor = apply(_index_copy, (input, source), (place,))
    return result


def _copied(index: Tensor) -> Raw:
    """The indices as a vector that nobody else can change."""
    return index._array.astype(np.int64).reshape(-1)


_index_fill = fill_op.named("index_fill")


@public(inplace=True)
def index_fill(input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """The input with its slices at ``index`` along ``dim`` filled with a number or 0-d tensor.

    Negative indices count from the end. Raises IndexError for an index that is out of range
    or not of int64 (`torch.index_fill`).

    >>> index_fill(zeros(3), 0, tensor([0, -1]), 2.0)
    tensor([2., 0., 2.])
    """
    along = axis(dim, a_tensor("index_fill", input).ndim)
    index_tensor("index_fill", index, ("int64",), IndexError)
    if index.ndim > 1:
        raise RuntimeError(f"index_fill(): Index has to be a vector or scalar, not {index.shape}")
    in_dimension("index_fill", index, input, along, error=IndexError, negative=True)
    value = filling("index_fill", input, value)
    line = np.zeros((input.shape or (1,))[along], np.bool_)
    line[index._array] = True
    mask = upright(line, input.ndim - along - 1) if input.ndim else line[0]
    result: Tensor = apply(_index_fill, (input, mask, value))
    return result


_index_put = setitem.named("index_put")
_index_put_added = Op(
    "index_put",
    lambda x, values, index: add_index(owned(x), index, values),
    "x values",
    params="index",
    x=lambda g: g,
    values=lambda g, index, values_shape: written(read(g, index), values_shape),
)


@writing
@public(inplace=True)
def index_put(input: Tensor, indices: Any, values: Tensor, accumulate: bool = False) -> Tensor:
    """The input with ``values`` written, or added, at ``input[indices]`` (`torch.index_put`).

    ``indices`` is a tuple of integer or bool tensors. Where places repeat and nothing
    accumulates, the last value is written, and the gradient goes to all of them. Raises
    IndexError for an index out of range, RuntimeError where shapes or dtypes do not fit.

    >>> index_put(zeros(3), (tensor([0, 0]),), tensor([1.0, 2.0]), accumulate=True)
    tensor([3., 0., 0.])
    """
    a_tensor("index_put", input)
    a_tensor("index_put", values)
    if not isinstance(indices, (tuple, list)):
        raise TypeError("index_put(): indices must be a tuple of tensors, one for each dimension")
    for each in indices:
        a_tensor("index_put", each)
    same_dtype("index_put", input, values, "values")
    if not indices:
        raise RuntimeError("index_put(): indices must hold at least one tensor")
    where = tuple(raw_index(each) for each in indices)
    shape = input._memory()[where].shape
    try:
        if np.broadcast_shapes(values.shape, shape) != shape:
            raise ValueError
    except ValueError:
        raise RuntimeError(
            f"shape mismatch: value tensor of shape {values.shape} cannot be broadcast to "
            f"indexing result of shape {shape}"
        ) from None
    op = _index_put_added if accumulate else _index_put
    result: Tensor = apply(op, (input, values), (where,))
    return result


@public(inplace=True)
def index_reduce(
    input: Tensor,
    dim: int,
    index: Tensor,
    source: Tensor,
    reduce: str,
    *,
    include_self: bool = True,
) -> Tensor:
    """The slices of ``source`` reduced into those at ``index`` along ``dim``.

    ``reduce`` is "prod", "mean", "amax" or "amin"; without ``include_self`` the input counts
    only where nothing is brought. Derivatives as in `scatter_reduce` (`torch.index_reduce`).
    Raises RuntimeError for shapes that do not fit, IndexError for an index out of range.

    >>> index_reduce(ones(2), 0, tensor([0, 0]), tensor([2.0, 4.0]), "prod")
    tensor([8., 1.])
    """
    along = _slices("index_reduce", input, dim, index, source)
    if reduce not in ("prod", "mean", "amax", "amin"):
        raise RuntimeError(
            f"index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got "
            f"{reduce}."
        )
    _same_slices("index_reduce", input, along, index, source)
    if input.dtype == np.bool_ and reduce == "mean":
        raise NotImplementedError("index_reduce(): no mean of bools; write input.float()")
    in_dimension("index_reduce", index, input, along, error=IndexError)
    every = np.arange(input.numel()).reshape(input.shape or (1,))
    places = np.take(every, np.atleast_1d(index._array), along).reshape(source.shape)
    return reduced_at(input, places, source, reduce, include_self)
