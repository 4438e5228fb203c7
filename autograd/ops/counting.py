"""Counts: of what is not zero, of integers, of values by bins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import dtypes, return_types
from autograd.arguments import a_tensor, of_floats, same_dtype
from autograd.creation import linspace
from autograd.graph import Raw
from autograd.operator import apply
from autograd.ops.reducing import prepared, reduction
from autograd.ops.reduction import sum
from autograd.ops.scattering import scatter_add_op
from autograd.ops.shape import reshape
from autograd.registry import public
from autograd.tensor import Tensor, wrap

__all__ = [
    "bincount",
    "count_nonzero",
    "histc",
    "histogram",
    "histogramdd",
]


@reduction(np.count_nonzero)
def count_nonzero(input: Tensor, dim: Any = None) -> Tensor:
    """How many entries are not 0, over ``dim`` (`torch.count_nonzero`); an int64 tensor.

    >>> count_nonzero(tensor([[0, 1, 2], [0, 0, 3]]), 1)
    tensor([2, 1])
    """
    input, axes = prepared("count_nonzero", input, dim)
    return wrap(np.asarray(np.count_nonzero(input._array, axes), np.int64)[()])


def _counted(places: Raw, weights: Tensor | None, size: int, kind: dtypes.DType) -> Tensor:
    """How often each of ``size`` places is named, or the sum of the weights there."""
    if weights is None:
        return wrap(np.bincount(places, minlength=size).astype(kind, copy=False))
    counts: Tensor = apply(scatter_add_op, (np.zeros(size, kind), places, weights.to(kind)), (0,))
    return counts


@public()
def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each number from 0 on occurs in a vector of integers (`torch.bincount`).

    With ``weights``, a number for each entry, their sums: the gradient flows to them. Raises
    RuntimeError for negative entries.

    >>> bincount(tensor([1, 3, 1]))
    tensor([0, 2, 0, 1])
    """
    if a_tensor("bincount", input).dtype.kind not in "iu":
        raise NotImplementedError(
            f"bincount() is implemented for integers, not for {input.dtype}; write x.long()"
        )
    numbers = input._array
    if minlength < 0:
        raise RuntimeError(f"minlength should be >= 0, got {minlength}")
    if numbers.ndim != 1 or (numbers.size and np.min(numbers) < 0):
        raise RuntimeError(
            "bincount only supports 1-d non-negative integral inputs, this one has shape "
            f"{input.shape}"
        )
    if weights is not None and a_tensor("bincount", weights).shape != input.shape:
        raise RuntimeError(
            "weights should be 1-d and have the same length as input: "
            f"{weights.shape} and {input.shape}"
        )
    if not numbers.size:
        return wrap(np.zeros(minlength, np.int64))
    size = max(int(np.max(numbers)) + 1, minlength)
    kind: dtypes.DType = dtypes.int64 if weights is None else dtypes.float64
    if weights is not None and weights.dtype == dtypes.float32:
        kind = dtypes.float32
    return _counted(numbers.astype(np.int64, copy=False), weights, size, kind)


@public()
def histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """How many entries lie in each of ``bins`` equal parts of [min, max] (`torch.histc`).

    Where both ends are equal they are the input's smallest and largest entry. Entries
    outside are not counted. Floats only; no gradient.
    Raises RuntimeError for a range that is not finite or upside down, or for no bins.

    >>> histc(tensor([1.0, 2.0, 1.0]), bins=4, min=0, max=3)
    tensor([0., 2., 1., 0.])
    """
    of_floats("histc", a_tensor("histc", input))
    x = input._array.ravel()
    low, high = float(min), float(max)
    if low == high and x.size:
        low, high = float(np.min(x)), float(np.max(x))
    if low == high:
        low, high = low - 1, high + 1
    if not np.isfinite([low, high]).all():
        raise RuntimeError(f"torch.histc: range of [{low}, {high}] is not finite")
    if low > high:
        raise RuntimeError(f"torch.histc: max must be larger than min, got [{low}, {high}]")
    _positive(bins, 0)
    kind = x.dtype.type
    x = x[(x >= kind(low)) & (x <= kind(high))]
    places = ((x - kind(low)) * kind(bins) / (kind(high) - kind(low))).astype(np.int64)
    return _counted(np.minimum(places, bins - 1), None, bins, input.dtype)


def _positive(bins: int, dim: int) -> None:
    if bins <= 0:
        raise RuntimeError(
            f"torch.histogram(): bins must be > 0, but got {bins} for dimension {dim}"
        )


def _edges(x: Raw, bins: Any, ends: Sequence[float] | None, dim: int) -> Raw:
    """The edges of the bins for one coordinate: given, or evenly spaced."""
    if isinstance(bins, Tensor):
        if bins.ndim != 1:
            raise RuntimeError(
                "torch.histogramdd: bins tensor should have one dimension, but got "
                f"{bins.ndim} dimensions in the bins tensor for dimension {dim}"
            )
        if bins.dtype != x.dtype:
            raise RuntimeError(
                "torch.histogramdd: bins tensor and input tensor should have the same dtype, but "
                f"got input with dtype {x.dtype} and bins for dimension {dim} with {bins.dtype}"
            )
        return bins._array
    _positive(bins, dim)
    if ends is not None:
        low, high = map(float, ends)
    elif x.size:
        low, high = float(np.min(x)), float(np.max(x))
    else:
        low, high = 0.0, 1.0
    if not np.isfinite([low, high]).all():
        raise RuntimeError(f"torch.histogramdd: dimension {dim}'s range is not finite")
    if low > high:
        raise RuntimeError(
            f"torch.histogramdd: min should not exceed max, but got min {low} max {high} for "
            f"dimension {dim}"
        )
    if low == high:
        low, high = low - 0.5, high + 0.5
    return linspace(low, high, bins + 1, dtype=x.dtype)._array


def _histogram(
    points: Tensor, bins: Sequence[Any], ends: Any, weight: Tensor | None, density: bool
) -> tuple[Tensor, list[Tensor]]:
    """The counts of ``points``, a row for each, and the edges of the bins of each column."""
    if points.dtype not in (dtypes.float32, dtypes.float64):
        raise NotImplementedError(
            f"histogram is implemented for float32 and float64, not for {points.dtype}"
        )
    x = points._array
    edges = [_edges(x[:, d], each, ends and ends[d], d) for d, each in enumerate(bins)]
    shape = tuple(len(each) - 1 for each in edges)
    place = np.zeros(len(x), np.int64)
    inside = np.ones(len(x), np.bool_)
    for column, line, length in zip(x.T, edges, shape, strict=True):
        inside &= (column >= line[0]) & (column <= line[-1])
        nearest = np.searchsorted(line, column, side="right") - 1
        place = place * length + np.clip(nearest, 0, length - 1)
    counted = weight
    if weight is not None:
        same_dtype("histogramdd", points, weight, "weight")
        counted = reshape(weight, (-1,))[np.flatnonzero(inside)]
    size = int(np.prod(shape))
    counts = reshape(_counted(place[inside], counted, size, points.dtype), shape)
    if density:
        volume: Any = points.dtype.type(1)
        for line in edges:
            volume = np.multiply.outer(volume, np.diff(line))
        counts = counts / sum(counts) / wrap(volume)
    return counts, [wrap(each) for each in edges]


@public()
def histogram(
    input: Tensor,
    bins: Any = 100,
    *,
    range: Any = None,
    weight: Tensor | None = None,
    density: bool = False,
) -> Any:
    """How many entries lie in each bin, or the sum of their weights, and the bins' edges.

    ``bins`` is a number of equal bins over ``range``, by default from the smallest to the
    largest entry, or a tensor of edges. The last bin includes its end. ``density`` makes the
    integral 1 (`torch.histogram`). The gradient flows to the weights.

    >>> histogram(tensor([1.0, 2.0, 1.0]), bins=4, range=(0.0, 3.0)).hist
    tensor([0., 2., 1., 0.])
    """
    flat = reshape(a_tensor("histogram", input), (-1, 1))
    _same_shape(weight, input.shape)
    counts, (edges,) = _histogram(flat, [bins], range and [range], weight, density)
    return return_types.histogram(counts, edges)


@public(method=False)
def histogramdd(
    input: Tensor,
    bins: Any,
    range: Any = None,
    weight: Tensor | None = None,
    density: bool = False,
) -> Any:
    """`histogram` of points, rows of the last dimension, over bins in all their coordinates.

    ``bins`` is a number, a number for each coordinate, or the edges for each; ``range`` the
    ends for each, one after the other (`torch.histogramdd`).
    Raises RuntimeError where ``bins``, ``range`` or ``weight`` do not fit the points.

    >>> histogramdd(tensor([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), bins=[2, 2]).hist
    tensor([[0., 1.],
            [1., 1.]])
    """
    if a_tensor("histogramdd", input).ndim < 2:
        raise RuntimeError(
            f"torch.histogramdd: input tensor should have at least 2 dimensions, got {input.ndim}"
        )
    width = input.shape[-1]
    each = [bins] * width if isinstance(bins, int) else list(bins)
    if len(each) != width:
        raise RuntimeError(
            "histogramdd: The size of bins must be equal to the innermost dimension of the input: "
            f"{len(each)} and {width}"
        )
    if range is not None and len(range) != 2 * width:
        raise RuntimeError(
            f"torch.histogramdd: for a {width}-dimensional histogram range should have "
            f"{2 * width} elements, but got {len(range)}"
        )
    ends = range and [range[i : i + 2] for i in np.arange(0, 2 * width, 2).tolist()]
    _same_shape(weight, input.shape[:-1])
    points = reshape(input, (-1, width))
    counts, edges = _histogram(points, each, ends, weight, density)
    return return_types.histogramdd(counts, tuple(edges))


def _same_shape(weight: Tensor | None, shape: tuple[int, ...]) -> None:
    if weight is not None and a_tensor("histogram", weight).shape != shape:
        raise RuntimeError(
            "torch.histogramdd: if weight tensor is provided it should have the same shape as the "
            f"input tensor excluding its innermost dimension: {weight.shape} and {shape}"
        )
