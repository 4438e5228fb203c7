"""Entries that a mask picks: filled or selected."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.arguments import a_tensor, broadcast, cannot_broadcast, same_dtype
from autograd.blocks import by_rows
from autograd.dtypes import fitting
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.ops.indexing import pick, setitem
from autograd.registry import public
from autograd.tensor import Tensor

__all__ = ["masked_fill", "masked_scatter", "masked_select"]


def _masked_fill(x: Raw, mask: Raw, value: Raw) -> Raw:
    return by_rows(np.where(mask, np.asarray(value).astype(x.dtype), x))


fill_op: Op = Op(
    "masked_fill",
    _masked_fill,
    "x mask value",
    x=lambda g, mask: np.where(mask, 0, g),
    value=lambda g, mask: np.where(mask, g, 0),
)


@public(inplace=True)
def masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """``value``, a number or a 0-d tensor, where ``mask`` is true, the input elsewhere.

    The mask is a bool tensor that broadcasts with the input (`torch.masked_fill`).

    >>> masked_fill(tensor([1.0, 2.0]), tensor([True, False]), 0.0)
    tensor([0., 2.])
    """
    mask_tensor("masked_fill", a_tensor("masked_fill", input), mask)
    return broadcast(fill_op, (input, mask, filling("masked_fill", input, value)))


def filling(name: str, input: Tensor, value: Any) -> Any:
    """A number that the input's dtype can hold, or a 0-d tensor; raises for anything else."""
    if isinstance(value, (int, float, np.generic)):
        return fitting(value, input.dtype)
    if a_tensor(name, value).ndim:
        raise RuntimeError(
            f"{name} only supports a 0-dimensional value tensor, but got tensor with "
            f"{value.ndim} dimension(s); write where(mask, value, input)"
        )
    return value


_masked_select = pick.named("masked_select")


@public()
def masked_select(input: Tensor, mask: Tensor) -> Tensor:
    """The entries where ``mask`` is true, in row-major order; both broadcast.

    Source: `torch.masked_select`.

    >>> masked_select(tensor([1.0, 2.0, 3.0]), tensor([True, False, True]))
    tensor([1., 3.])
    """
    mask_tensor("masked_select", a_tensor("masked_select", input), mask)
    input, where = _broadcast("masked_select", input, mask)
    selected: Tensor = apply(_masked_select, (input,), (where,))
    return selected


_masked_scatter = setitem.named("masked_scatter")


@public(inplace=True)
def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """The entries of ``source``, in order, where ``mask`` is true, the input elsewhere.

    Raises RuntimeError where there are too few of them, or of another dtype
    (`torch.masked_scatter`).

    >>> masked_scatter(zeros(3), tensor([True, False, True]), tensor([1.0, 2.0, 3.0]))
    tensor([1., 0., 2.])
    """
    mask_tensor("masked_scatter", a_tensor("masked_scatter", input), mask)
    same_dtype("masked_scatter", input, a_tensor("masked_scatter", source), "source")
    input, where = _broadcast("masked_scatter", input, mask)
    count = int(np.count_nonzero(where))
    if source.numel() < count:
        raise RuntimeError(
            f"masked_scatter(): Number of elements of source < number of ones in mask: "
            f"{source.numel()} and {count}"
        )
    written: Tensor = apply(_masked_scatter, (input, source.reshape(-1)[:count]), (where,))
    return written


def _broadcast(name: str, input: Tensor, mask: Tensor) -> tuple[Tensor, Raw]:
    """Both in their common shape, the mask as an array that nobody else can change."""
    try:
        shape = np.broadcast_shapes(input.shape, mask.shape)
    except ValueError as error:
        raise cannot_broadcast(name, error, input, mask) from None
    where = np.copy(np.broadcast_to(mask._array, shape))
    return input if input.shape == shape else input.expand(shape), where


def mask_tensor(name: str, input: Tensor, mask: Any) -> None:
    """Raise TypeError where ``mask`` is no tensor, RuntimeError where it is not of bools."""
    if a_tensor(name, mask).dtype != np.bool_:
        raise RuntimeError(
            f"{name}() only supports boolean masks, but got mask with dtype {mask.dtype}; "
            "write mask.bool()"
        )
