"""Entries in another order, and repeated."""

from __future__ import annotations

from functools import reduce
from operator import add, index
from typing import Any

import numpy as np

from autograd.arguments import a_tensor
from autograd.dimensions import axis, index_along, reduced_axes
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.ops.indexing import read
from autograd.ops.shape import reshape, sizes
from autograd.registry import METHODS, public
from autograd.tensor import Tensor, wrap

__all__ = [
    "flip",
    "fliplr",
    "flipud",
    "repeat_interleave",
    "roll",
    "rot90",
    "tile",
]

_flip = Op(
    "flip",
    lambda x, dims: np.array(np.flip(x, dims)),
    "x",
    params="dims",
    x=lambda g, dims: np.flip(g, dims),
)
_roll: Op = Op(
    "roll",
    lambda x, shifts, dims: np.roll(x, shifts, dims),
    "x",
    params="shifts dims",
    x=lambda g, shifts, dims: _roll(g, tuple(-n for n in shifts), dims),
)


@public()
def flip(input: Tensor, *order: Any, dims: Any = None) -> Tensor:
    """A copy with the entries along ``dims`` in reversed order (`torch.flip`).

    >>> flip(tensor([[1, 2], [3, 4]]), (0, 1))
    tensor([[4, 3],
            [2, 1]])
    """
    given = sizes(order if dims is None else (dims,))
    axes = reduced_axes(a_tensor("flip", input).shape, given)
    flipped: Tensor = apply(_flip, (input,), (axes if input.ndim else (),))
    return flipped


@public(method=False, name="_flipped", numpy=(np.flip,))
def _numpy_flip(input: Tensor, axis: Any = None) -> Tensor:
    """`np.flip`: along all dimensions where none is named."""
    return flip(input, reduced_axes(input.shape, axis))


@public(numpy=(np.fliplr,))
def fliplr(input: Tensor) -> Tensor:
    """`flip` of dimension 1, left to right (`torch.fliplr`).

    Raises RuntimeError for less than two dimensions.

    >>> fliplr(tensor([[1, 2], [3, 4]]))
    tensor([[2, 1],
            [4, 3]])
    """
    if a_tensor("fliplr", input).ndim < 2:
        raise RuntimeError(f"fliplr(): Input must be >= 2-d, this one has shape {input.shape}")
    return flip(input, (1,))


@public(numpy=(np.flipud,))
def flipud(input: Tensor) -> Tensor:
    """`flip` of dimension 0, upside down (`torch.flipud`).

    Raises RuntimeError for a 0-d tensor.

    >>> flipud(tensor([[1, 2], [3, 4]]))
    tensor([[3, 4],
            [1, 2]])
    """
    if not a_tensor("flipud", input).ndim:
        raise RuntimeError("flipud(): Input must be >= 1-d, this one is 0-d")
    return flip(input, (0,))


_rot90: Op = Op(
    "rot90",
    lambda x, k, dims: np.array(np.rot90(x, k, dims)),
    "x",
    params="k dims",
    x=lambda g, k, dims: _rot90(g, -k, dims),
)


@public(numpy=(np.rot90,))
def rot90(input: Tensor, k: int = 1, dims: Any = (0, 1)) -> Tensor:
    """A copy turned ``k`` times by 90 degrees, from the first of two ``dims`` to the second.

    Raises RuntimeError where these are not two dimensions.
    Source: `torch.rot90`.

    >>> rot90(tensor([[1, 2], [3, 4]]))
    tensor([[2, 4],
            [1, 3]])
    """
    count = a_tensor("rot90", input).ndim
    if len(dims) != 2 or count < 2:
        raise RuntimeError(
            f"rot90() turns in two dimensions of at least two: dims {tuple(dims)} of a tensor of "
            f"shape {input.shape}"
        )
    first, second = (axis(dim, count) for dim in dims)
    if first == second:
        raise RuntimeError(f"rot90(): expected rotation dims to be different, got {tuple(dims)}")
    turned: Tensor = apply(_rot90, (input,), (index(k), (first, second)))
    return turned


def _several(numbers: Any) -> tuple[int, ...]:
    """A number, or a sequence of them, as a tuple of ints."""
    return sizes((tuple(numbers),) if isinstance(numbers, (tuple, list)) else (numbers,))


@public()
def roll(input: Tensor, shifts: Any, dims: Any = ()) -> Tensor:
    """The entries moved along ``dims``, those beyond the end to the start (`torch.roll`).

    Without ``dims``, all elements are moved as if in one dimension.
    Raises RuntimeError where there are not as many shifts as dimensions.

    >>> roll(tensor([1, 2, 3]), 1)
    tensor([3, 1, 2])
    """
    moves, given = _several(shifts), _several(dims)
    count = a_tensor("roll", input).ndim
    axes = tuple(axis(dim, count) for dim in given)
    if not moves:
        raise RuntimeError("`shifts` required")
    if len(moves) != len(axes) and (axes or len(moves) > 1):
        raise RuntimeError(
            f"shifts and dimensions must align. shifts: {len(moves)}, dims:{len(axes)}"
        )
    if axes and not count:
        raise IndexError(f"roll(): Dimension specified as {dims} but tensor has no dimensions")
    rolled: Tensor = apply(_roll, (input,), (moves, axes or None))
    return rolled


@public(method=False, name="_rolled", numpy=(np.roll,))
def _numpy_roll(input: Tensor, shift: Any, axis: Any = ()) -> Tensor:
    """`np.roll`."""
    return roll(input, shift, axis)


def _summed(g: Any, counts: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    """The sum over all copies: the adjoint of repeating."""
    full = (1,) * (len(counts) - len(shape)) + shape
    apart = [each for pair in zip(counts, full, strict=True) for each in pair]
    folded = np.sum(np.reshape(g, tuple(apart)), axis=tuple(range(0, len(apart), 2)))
    return np.reshape(folded, shape)


def _repeated(x: Raw, counts: tuple[int, ...]) -> Raw:
    x = np.reshape(x, (1,) * (len(counts) - x.ndim) + x.shape)
    apart = tuple(each for n in x.shape for each in (1, n))
    full = tuple(each for pair in zip(counts, x.shape, strict=True) for each in pair)
    out = np.empty(full, x.dtype)
    out[...] = x.reshape(apart)
    return out.reshape(tuple(n * count for n, count in zip(x.shape, counts, strict=True)))


_repeat = Op(
    "repeat",
    _repeated,
    "x",
    params="counts",
    x=lambda g, counts, x_shape: _summed(g, counts, x_shape),
)


def repeat(self: Tensor, *repeats: Any) -> Tensor:
    """The tensor ``repeats[i]`` times along dimension i, new dimensions in front.

    Source: `torch.Tensor.repeat`. Raises RuntimeError where there are fewer numbers than
    dimensions, or a negative one.

    >>> tensor([1, 2]).repeat(2, 2)
    tensor([[1, 2, 1, 2],
            [1, 2, 1, 2]])
    """
    counts = sizes(repeats)
    if len(counts) < self.ndim:
        raise RuntimeError(
            "Number of dimensions of repeat dims can not be smaller than number of dimensions of "
            f"tensor: {len(counts)} numbers for shape {self.shape}"
        )
    if any(n < 0 for n in counts):
        raise RuntimeError(f"Trying to create tensor with negative dimension: repeats {counts}")
    made: Tensor = apply(_repeat, (self,), (counts,))
    return made


METHODS["repeat"] = repeat


@public(numpy=(np.tile,))
def tile(input: Tensor, *repeats: Any, dims: Any = None) -> Tensor:
    """`Tensor.repeat` that takes fewer numbers than dimensions, for the last ones (`torch.tile`).

    >>> tile(tensor([[1, 2]]), (2,))
    tensor([[1, 2, 1, 2]])
    """
    counts = sizes(repeats if dims is None else (dims,))
    return repeat(input, (1,) * (a_tensor("tile", input).ndim - len(counts)) + counts)


def _added_up(g: Any, count: int, dim: int, shape: tuple[int, ...]) -> Any:
    """The sums over stretches of ``count`` entries along ``dim``."""
    if 0 < count <= 8:  # so short a sum is slow in NumPy
        parts = (read(g, index_along(dim, slice(i, None, count))) for i in range(count))
        return reduce(add, parts)
    return np.sum(np.reshape(g, (*shape[: dim + 1], count, *shape[dim + 1 :])), axis=dim + 1)


_repeat_each = Op(
    "repeat_interleave",
    lambda x, count, dim: np.repeat(x, count, dim),
    "x",
    params="count dim",
    x=lambda g, count, dim, x_shape: _added_up(g, count, dim, x_shape),
)


@public(numpy=(np.repeat,))
def repeat_interleave(
    input: Tensor, repeats: Any = None, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """Every entry along ``dim`` several times in a row, of all elements in a row by default.

    ``repeats`` is one number, or a tensor with one for each entry; given alone, it is the
    indices of that (`torch.repeat_interleave`). Raises RuntimeError for a negative number.

    >>> repeat_interleave(tensor([1, 2]), 2)
    tensor([1, 1, 2, 2])
    >>> repeat_interleave(tensor([[1, 2], [3, 4]]), tensor([2, 0]), 1)
    tensor([[1, 1],
            [3, 3]])
    """
    a_tensor("repeat_interleave", input)
    if repeats is None:
        return repeat_interleave(wrap(np.arange(input.numel())), input, 0, output_size=output_size)
    if dim is None:
        input, dim = reshape(input, -1), 0
    elif not input.ndim:
        raise IndexError("repeat_interleave(): a 0-d tensor has no dimension to repeat along")
    dim = axis(dim, input.ndim)
    counts = repeats._array if isinstance(repeats, Tensor) else np.asarray(index(repeats))
    if counts.dtype.kind != "i" or counts.dtype.itemsize < 4:
        raise NotImplementedError(
            f"repeat_interleave(): repeats are int32 or int64, not {counts.dtype}"
        )
    length = input.shape[dim]
    if counts.ndim > 1 or counts.size not in (1, length):
        raise RuntimeError(
            "repeats must have the same size as input along dim, or be one number: shape "
            f"{counts.shape} for {length} entries along dim {dim}"
        )
    if counts.min(initial=0) < 0:
        raise RuntimeError(f"repeats can not be negative: {counts.min()}")
    total = int(np.broadcast_to(counts, (length,)).sum())
    if output_size not in (None, total):
        raise RuntimeError(f"Invalid output_size, expected {total} but got {output_size}")
    if counts.ndim == 0:
        made: Tensor = apply(_repeat_each, (input,), (int(counts), dim))
        return made
    places = np.repeat(np.arange(length), counts)
    taken: Tensor = read(input, index_along(dim, places))
    return taken
