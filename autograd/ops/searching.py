"""Where entries are: coordinates of true entries, places among sorted values, membership."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.arguments import a_tensor, not_a_tensor, tensor_or_array
from autograd.graph import Raw
from autograd.readout import as_number
from autograd.registry import public
from autograd.tensor import Tensor, wrap

__all__ = [
    "argwhere",
    "bucketize",
    "isin",
    "nonzero",
    "nonzero_static",
    "searchsorted",
    "unravel_index",
]


def _coordinates(name: str, input: Any) -> Raw:
    x = a_tensor(name, input)._memory()
    return np.argwhere(x) if x.ndim else np.zeros((int(bool(x)), 0), np.int64)


@public()
def nonzero(input: Tensor, *, as_tuple: bool = False) -> Any:
    """The coordinates of the entries that are not 0: a row each, or a tensor for each dimension.

    Source: `torch.nonzero`.

    >>> nonzero(tensor([[0, 1], [2, 0]]))
    tensor([[0, 1],
            [1, 0]])
    """
    if as_tuple:
        return tuple(map(wrap, np.nonzero(np.atleast_1d(a_tensor("nonzero", input)._array))))
    return wrap(_coordinates("nonzero", input))


@public(method=False, name="_nonzero", numpy=(np.nonzero,))
def _numpy_nonzero(input: Tensor) -> Any:
    """`np.nonzero`: a tensor of coordinates for each dimension."""
    return nonzero(input, as_tuple=True)


@public(numpy=(np.argwhere,))
def argwhere(input: Tensor) -> Tensor:
    """The coordinates of the entries that are not 0, a row each (`torch.argwhere`).

    >>> argwhere(tensor([0, 1, 2]))
    tensor([[1],
            [2]])
    """
    return wrap(_coordinates("argwhere", input))


@public()
def nonzero_static(input: Tensor, *, size: int, fill_value: int = -1) -> Tensor:
    """`nonzero` with ``size`` rows: cut off, or filled up (`torch.nonzero_static`).

    Raises RuntimeError for a negative ``size``.

    >>> nonzero_static(tensor([0, 1, 2]), size=3)
    tensor([[ 1],
            [ 2],
            [-1]])
    """
    found = _coordinates("nonzero_static", input)[: max(size, 0)]
    if size < 0:
        raise RuntimeError(f"nonzero_static(): 'size' must be a non-negative integer, not {size}")
    out = np.full((size, found.shape[1]), fill_value, np.int64)
    out[: len(found)] = found
    return wrap(out)


@public(method=False, numpy=(np.searchsorted,))
def searchsorted(
    sorted_sequence: Tensor,
    input: Any,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Tensor | None = None,
) -> Tensor:
    """Where to insert each value of ``input`` so that the last dimension stays sorted.

    Of equal entries before the first, or with ``right`` after the last. Sequences of several
    dimensions have the input's others; ``sorter`` says how to sort them
    (`torch.searchsorted`).
    Raises RuntimeError where the shapes in front of the last dimension differ.

    >>> searchsorted(tensor([1.0, 3.0, 5.0]), tensor([3.0, 9.0]))
    tensor([1, 3])
    """
    name = "searchsorted"
    if side not in (None, "left", "right"):
        raise RuntimeError(f"{name}(): side can only be 'left' or 'right' but got {side}")
    if side == "left" and right:
        raise RuntimeError(
            f"{name}(): side and right can't be set to opposites, got side of left while right "
            "was True"
        )
    tensor_or_array(name, sorted_sequence)
    sequence = _values(name, sorted_sequence)
    values = _values(name, input)
    if not sequence.ndim:
        raise RuntimeError(f"{name}(): boundaries tensor should have positive dimension, not 0")
    if not values.ndim and sequence.ndim > 1:
        raise RuntimeError(
            f"{name}(): input value can be a scalar only when boundaries tensor dimension is 1, "
            f"not {sequence.ndim}"
        )
    if sequence.ndim > 1 and sequence.shape[:-1] != values.shape[:-1]:
        raise RuntimeError(
            f"{name}(): boundaries tensor should be 1 dimension or the first N-1 dimensions of "
            f"boundaries tensor and input value tensor must match: {sequence.shape} and "
            f"{values.shape}"
        )
    if sorter is not None:
        sequence = np.take_along_axis(sequence, _sorter(name, sequence, sorter), -1)
    found = searched(sequence, values, right or side == "right")
    return wrap(found.astype(np.int32 if out_int32 else np.int64))


def _values(name: str, input: Any) -> Raw:
    if isinstance(input, Tensor):
        return input._memory()
    if isinstance(input, (int, float, np.generic, np.ndarray)):
        return np.asarray(input)
    raise not_a_tensor(name, input)


def _sorter(name: str, sequence: Raw, sorter: Any) -> Raw:
    order = a_tensor(name, sorter)._memory()
    if order.dtype != np.int64:
        raise RuntimeError(f"{name}(): sorter must be a tensor of int64, not {order.dtype}")
    if order.shape != sequence.shape:
        raise RuntimeError(
            f"{name}(): boundary and sorter must have the same size, but got {sequence.shape} and "
            f"{order.shape}"
        )
    if order.size and (order.min() < 0 or order.max() >= order.shape[-1]):
        raise RuntimeError(f"{name}(): sorter index out of range")
    return order


def searched(sequence: Raw, values: Raw, right: bool) -> Raw:
    """`np.searchsorted` for every line of the last dimension at once, by bisection."""
    if sequence.ndim == 1:
        return np.searchsorted(sequence, values, "right" if right else "left")
    low = np.zeros(values.shape, np.int64)
    length = sequence.shape[-1]
    high = np.full(values.shape, length)
    for _ in range(length.bit_length() if values.size and length else 0):
        middle = (low + high) // 2
        entry = np.take_along_axis(sequence, np.minimum(middle, length - 1), -1)
        # nan is the largest: whatever is not known to come before it comes after.
        beyond = (entry <= values) | (values != values) if right else ~(entry >= values)
        beyond &= middle < high
        low = np.where(beyond, middle + 1, low)
        high = np.where(beyond, high, middle)
    return low


@public(method=False)
def bucketize(
    input: Any, boundaries: Tensor, *, out_int32: bool = False, right: bool = False
) -> Tensor:
    """Which of the intervals between sorted ``boundaries`` each value lies in.

    `searchsorted` with its arguments turned round (`torch.bucketize`).
    Raises RuntimeError where the boundaries are no vector.

    >>> bucketize(tensor([0.5, 2.0, 9.0]), tensor([1.0, 2.0, 3.0]))
    tensor([0, 1, 3])
    """
    if a_tensor("bucketize", boundaries).ndim != 1:
        raise RuntimeError(
            f"bucketize(): boundaries tensor must be 1 dimension, but got shape {boundaries.shape}"
        )
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)


@public(method=False)
def isin(
    elements: Any, test_elements: Any, *, assume_unique: bool = False, invert: bool = False
) -> Tensor:
    """Whether each element is one of ``test_elements``; with ``invert``, none (`torch.isin`).

    Raises RuntimeError for bools, TypeError where neither is a tensor.

    >>> isin(tensor([1, 2, 3]), tensor([3, 1]))
    tensor([ True, False,  True])
    """
    given = (elements, test_elements)
    if not any(isinstance(each, Tensor) for each in given):
        raise not_a_tensor("isin", elements)
    x, tests = (_values("isin", each) for each in given)
    if np.bool_ in (x.dtype, tests.dtype):
        raise RuntimeError("isin(): bool tensors are not supported; write x.int()")
    return wrap(np.isin(x, tests, invert=invert))


@public(method=False)
def unravel_index(indices: Tensor, shape: Any) -> tuple[Tensor, ...]:
    """The coordinates of flat places in a tensor of ``shape``, a tensor for each dimension.

    Raises TypeError for places that are not integers, ValueError for a negative length
    (`torch.unravel_index`).

    >>> unravel_index(tensor([1, 5]), (2, 3))
    (tensor([0, 1]), tensor([1, 2]))
    """
    if a_tensor("unravel_index", indices).dtype.kind not in "iu":
        raise TypeError(f"expected 'indices' to be integer dtype, but got {indices.dtype}")
    if isinstance(shape, int):
        shape = (shape,)
    if not isinstance(shape, (tuple, list)) or any(not hasattr(n, "__index__") for n in shape):
        raise TypeError(
            f"expected 'shape' to be int or sequence of ints, but got {type(shape).__name__}"
        )
    lengths = [int(as_number(n)) for n in shape]
    if any(n < 0 for n in lengths):
        raise ValueError(f"'shape' cannot have negative values, but got {tuple(shape)}")
    rest = indices._array.astype(np.int64)
    found = []
    for length in reversed(lengths):
        found.append(wrap(rest % length))
        rest = rest // length
    return tuple(reversed(found))
