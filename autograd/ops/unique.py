"""Distinct values, of all entries or of slices, and of neighbours."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from autograd.arguments import a_tensor
from autograd.dimensions import axis
from autograd.graph import Raw
from autograd.operator import Op, apply, no_derivative
from autograd.registry import public
from autograd.tensor import Tensor, wrap

__all__ = ["unique", "unique_consecutive"]


_unique = Op(
    "unique",
    lambda x, values: values,
    "x",
    params="values",
    x=no_derivative(
        "unique",
        "which of equal entries should get the gradient is not said; index with what "
        "return_inverse or sort gives, or detach()",
    ),
)
_unique_consecutive = _unique.named("unique_consecutive")


@public()
def unique(
    input: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """The distinct entries, or the distinct slices along ``dim``, in ascending order.

    ``return_inverse`` adds where each entry stands among them, ``return_counts`` how often each
    occurs. nan is not equal to itself. There is no derivative (`torch.unique`).

    >>> unique(tensor([3, 1, 3]), return_counts=True)
    (tensor([1, 3]), tensor([1, 2]))
    """
    x = _memory("unique", input, dim)
    if dim is None:
        values, inverse, counts = np.unique(
            x, return_inverse=True, return_counts=True, equal_nan=False
        )
        inverse = np.reshape(inverse, x.shape)
    else:
        along = axis(dim, x.ndim)
        rows = _rows("unique", x, along)
        order = np.lexsort(rows.T[::-1])
        fresh, counts = _runs(rows[order])
        inverse = np.empty(len(rows), np.int64)
        inverse[order] = np.cumsum(fresh) - 1
        values = np.take(x, order[fresh], along)
    results = (return_inverse, inverse), (return_counts, counts)
    return _given(_unique, input, values, results)


@public()
def unique_consecutive(
    input: Tensor,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """The entries without those that repeat their neighbour; along ``dim``, the slices.

    Further results as in `unique`; there is no derivative (`torch.unique_consecutive`).

    >>> unique_consecutive(tensor([1, 1, 2, 1]))
    tensor([1, 2, 1])
    """
    x = _memory("unique_consecutive", input, dim)
    along = 0 if dim is None else axis(dim, x.ndim)
    whole = x.reshape(-1) if dim is None else x
    rows = whole.reshape(-1, 1) if dim is None else _rows("unique_consecutive", x, along)
    fresh, counts = _runs(rows)
    inverse = np.cumsum(fresh) - 1
    if dim is None:
        inverse = inverse.reshape(x.shape)
    values = np.take(whole, np.flatnonzero(fresh), along)
    results = (return_inverse, inverse), (return_counts, counts)
    return _given(_unique_consecutive, input, values, results)


def _memory(name: str, input: Any, dim: int | None) -> Raw:
    x = a_tensor(name, input)._memory()
    if dim is not None and not x.ndim:
        raise IndexError(f"{name}(): dim {dim}, but the tensor has no dimensions")
    return x


def _rows(name: str, x: Raw, along: int) -> Raw:
    """The slices along a dimension as the rows of a matrix."""
    length, width = x.shape[along], prod(x.shape[:along] + x.shape[along + 1 :])
    if not width:
        raise RuntimeError(
            f"{name}(): There are 0 sized dimensions in shape {x.shape}, and they aren't selected, "
            "so unique cannot be applied"
        )
    return np.moveaxis(x, along, 0).reshape(length, width)


def _runs(rows: Raw) -> tuple[Raw, Raw]:
    """Which rows differ from the one before, and the lengths of the runs that they start."""
    fresh = np.ones(len(rows), np.bool_)
    fresh[1:] = (rows[1:] != rows[:-1]).any(1)
    return fresh, np.diff(np.append(np.flatnonzero(fresh), len(rows)))


def _given(op: Op, input: Tensor, values: Raw, more: tuple[tuple[bool, Raw], ...]) -> Any:
    """The values, with those further results that were asked for."""
    first: Tensor = apply(op, (input,), (np.ascontiguousarray(values),))
    asked = tuple(wrap(np.asarray(each, np.int64)) for wanted, each in more if wanted)
    return (first, *asked) if asked else first
