"""Differences of neighbours, slopes by differences, and areas by the trapezoidal rule."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import dtypes
from autograd.arguments import a_tensor
from autograd.dimensions import axis, index_along, reduced_axes, upright
from autograd.ops.indexing import read
from autograd.ops.joining import cat
from autograd.ops.reducing import reduction
from autograd.ops.reduction import sum
from autograd.ops.scans import cumsum
from autograd.ops.shape import clone
from autograd.registry import alias
from autograd.tensor import Tensor, wrap

__all__ = [
    "cumulative_trapezoid",
    "diff",
    "gradient",
    "trapezoid",
    "trapz",
]


def _part(x: Tensor, dim: int, start: int | None, stop: int | None) -> Any:
    """The entries from ``start`` to ``stop`` along ``dim``."""
    return read(x, index_along(dim, slice(start, stop)))


@reduction(np.diff)
def diff(
    input: Tensor,
    n: int = 1,
    dim: int = -1,
    prepend: Tensor | None = None,
    append: Tensor | None = None,
) -> Tensor:
    """Each entry's difference from the one before along ``dim``, taken ``n`` times.

    ``prepend`` and ``append`` are joined to the input first; of bools the difference is
    whether they differ (`torch.diff`).
    Raises RuntimeError for a 0-d tensor, a negative ``n``, and other ranks to put beside it.

    >>> diff(tensor([1.0, 4.0, 9.0]))
    tensor([3., 5.])
    """
    if not a_tensor("diff", input).ndim:
        raise RuntimeError("diff expects input to be at least one-dimensional, this one is 0-d")
    if n < 0:
        raise RuntimeError(f"diff(): order must be non-negative but got {n}")
    along = axis(dim, input.ndim)
    if not n:
        return clone(input)
    parts = [each for each in (prepend, input, append) if each is not None]
    for each in parts:
        if a_tensor("diff", each).ndim != input.ndim:
            raise RuntimeError(
                "diff expects prepend or append to be the same dimension as input: "
                f"{each.ndim} and {input.ndim}"
            )
    result = cat(parts, along) if len(parts) > 1 else input
    for _ in range(min(n, result.shape[along])):
        later, earlier = _part(result, along, 1, None), _part(result, along, 0, -1)
        result = later != earlier if result.dtype == dtypes.bool_ else later - earlier
    return result


def _steps(name: str, y: Any, x: Any, dx: Any, dim: Any) -> tuple[Any, int]:
    """Twice the area over each step along ``dim``, and that dimension."""
    if a_tensor(name, y).dtype == dtypes.bool_:
        raise RuntimeError(f"{name}: received a bool input for `y`, but bool is not supported")
    if not y.ndim:
        raise IndexError(f"{name}(): a 0-d tensor has no dimension to go along")
    along = axis(dim, y.ndim)
    width: Any = 1 if dx is None else dx
    if x is not None:
        if dx is not None:
            raise TypeError(f"{name}() takes x, the places, or dx, the step, not both")
        width = _widths(name, y, a_tensor(name, x), along)
    return (_part(y, along, 1, None) + _part(y, along, 0, -1)) * width, along


def _widths(name: str, y: Tensor, x: Tensor, dim: int) -> Any:
    """The steps between the places ``x``, in a shape that fits ``y``."""
    if x.dtype == dtypes.bool_:
        raise RuntimeError(f"{name}: received a bool input for `x`, but bool is not supported")
    if not x.ndim:
        return 0.0  # one place for all: torch takes every step for 0
    if x.ndim == 1:
        if x.shape[0] != y.shape[dim]:
            raise RuntimeError(
                f"{name}: There must be one `x` value for each sample point: {x.shape[0]} places "
                f"for {y.shape[dim]} entries along dimension {dim}"
            )
        x = upright(x, y.ndim - dim - 1)
    along = dim - y.ndim + x.ndim
    if not 0 <= along <= dim:
        raise RuntimeError(
            f"{name}: the places x, of shape {x.shape}, must have dimension {dim} of the values' "
            f"shape {y.shape}, and no more dimensions"
        )
    return _part(x, along, 1, None) - _part(x, along, 0, -1)


@reduction(np.trapezoid, method=False)
def trapezoid(y: Tensor, x: Tensor | None = None, *, dx: Any = None, dim: int = -1) -> Tensor:
    """The area under ``y`` along ``dim`` by the trapezoidal rule (`torch.trapezoid`).

    ``x`` are the places of the entries; without them they are ``dx`` apart, by default 1.

    >>> trapezoid(tensor([1.0, 5.0, 10.0]))
    tensor(10.5000)
    """
    steps, along = _steps("trapezoid", y, x, dx, dim)
    if not y.shape[along]:
        return wrap(np.zeros(y.shape[:along] + y.shape[along + 1 :], y.dtype))
    return sum(steps, along) / 2.0


@reduction(method=False)
def cumulative_trapezoid(
    y: Tensor, x: Tensor | None = None, *, dx: Any = None, dim: int = -1
) -> Tensor:
    """The area under ``y`` up to each entry but the first, as `trapezoid` computes it.

    Source: `torch.cumulative_trapezoid`.

    >>> cumulative_trapezoid(tensor([1.0, 5.0, 10.0]))
    tensor([ 3.0000, 10.5000])
    """
    steps, along = _steps("cumulative_trapezoid", y, x, dx, dim)
    return cumsum(steps, along) / 2.0


trapz = alias("trapz", trapezoid, method=False)


def _spacings(input: Tensor, spacing: Any, dim: Any) -> list[Any]:
    """The spacing along each dimension: a number, or the places as a vector."""
    count = input.ndim if dim is None else len(dim) if isinstance(dim, (tuple, list)) else 1
    if isinstance(spacing, (int, float)) or (isinstance(spacing, Tensor) and not spacing.ndim):
        return [spacing] * count
    if not isinstance(spacing, (tuple, list)):
        raise TypeError(
            "gradient(): argument 'spacing' must be a number or a tuple of numbers or tensors, not "
            f"{type(spacing).__name__}"
        )
    if len(spacing) != count:
        raise RuntimeError(
            "torch.gradient expected spacing to be unspecified, a scalar, or a list with an entry "
            f"for each of the {count} dimensions, got {len(spacing)}"
        )
    return list(spacing)


@reduction(method=False)
def gradient(
    input: Tensor, *, spacing: Any = None, dim: Any = None, edge_order: int = 1
) -> tuple[Tensor, ...]:
    """The slopes of sampled values along each dimension, by central differences.

    ``spacing`` is the distance of neighbours (1), one number or one for each dimension, or the
    places, a vector for each. At both ends the differences are one-sided, of ``edge_order`` 1
    or 2 (`torch.gradient`).
    Raises RuntimeError where a dimension is too short for ``edge_order``, and where the spacings do
    not fit.

    >>> gradient(tensor([1.0, 2.0, 4.0]))
    (tensor([1.0000, 1.5000, 2.0000]),)
    """
    steps = _spacings(a_tensor("gradient", input), 1 if spacing is None else spacing, dim)
    if not input.ndim:
        return ()
    dims = range(input.ndim) if dim is None else dim if isinstance(dim, (tuple, list)) else (dim,)
    axes = [axis(d, input.ndim) for d in dims]
    reduced_axes(input.shape, tuple(axes))  # refuses what is named twice
    if edge_order not in (1, 2):
        raise RuntimeError("torch.gradient only supports edge_order=1 and edge_order=2.")
    if any(input.shape[d] < edge_order + 1 for d in axes):
        raise RuntimeError(
            "torch.gradient expected each dimension size to be at least edge_order+1 = "
            f"{edge_order + 1}, but the tensor has shape {input.shape}"
        )
    if input.dtype in (dtypes.bool_, dtypes.uint8):
        raise RuntimeError(f"torch.gradient does not support {input.dtype} input; write x.float()")
    return tuple(_slopes(input, d, step, edge_order) for d, step in zip(axes, steps, strict=True))


def _parabola(p: Any, q: Any, r: Any, a: Any, b: Any, place: int) -> Any:
    """The slope at place -1, 0 or 1 of the parabola through p, q, r, which are a and b apart."""
    left, right = (q - p) / a, (r - q) / b
    if place == 0:
        return (left * b + right * a) / (a + b)
    return (
        (left - (right - left) * a / (a + b)) if place < 0 else right + (right - left) * b / (a + b)
    )


def _slopes(x: Tensor, dim: int, step: Any, edge_order: int) -> Tensor:
    """The derivatives of the parabolas through each three neighbours; at the ends, of lines."""
    if isinstance(step, Tensor) and step.ndim:
        if step.shape != (x.shape[dim],):
            raise RuntimeError(
                f"gradient(): the places along dimension {dim} are a vector of {x.shape[dim]}, "
                f"not of shape {step.shape}"
            )
        places = upright(step, x.ndim - dim - 1)
        gaps = _part(places, 0, 1, None) - _part(places, 0, 0, -1)
        before, after = _part(gaps, 0, 0, -1), _part(gaps, 0, 1, None)
        first, last = _part(gaps, 0, 0, 1), _part(gaps, 0, -1, None)
        ends = [_part(gaps, 0, 0, 1), _part(gaps, 0, 1, 2), _part(gaps, 0, -2, -1), last]
    else:
        before = after = first = last = step
        ends = [step] * 4

    def at(start: int, stop: int | None) -> Any:
        return _part(x, dim, start, stop)

    if isinstance(before, Tensor):
        inside = _parabola(at(0, -2), at(1, -1), at(2, None), before, after, 0)
    else:
        inside = (at(2, None) - at(0, -2)) / (2 * step)
    if edge_order == 1:
        low, high = (at(1, 2) - at(0, 1)) / first, (at(-1, None) - at(-2, -1)) / last
    else:
        low = _parabola(at(0, 1), at(1, 2), at(2, 3), ends[0], ends[1], -1)
        high = _parabola(at(-3, -2), at(-2, -1), at(-1, None), ends[2], ends[3], 1)
    return cat([low, inside, high], dim)
