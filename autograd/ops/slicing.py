"""Views of a part: narrow, select, diagonal, windows, any strides."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.arguments import a_tensor
from autograd.dimensions import axis, index_along
from autograd.graph import Raw
from autograd.operator import Op
from autograd.ops.indexing import read
from autograd.ops.shape import sizes
from autograd.readout import as_number
from autograd.registry import METHODS, public
from autograd.strided import Layout, as_strided as strided_op, layout
from autograd.tensor import Tensor
from autograd.views import view as take_view

__all__ = [
    "as_strided",
    "diagonal",
    "narrow",
    "select",
]


@public()
def narrow(input: Tensor, dim: int, start: Any, length: int) -> Tensor:
    """A view of ``length`` entries along ``dim``, from ``start`` on (`torch.narrow`).

    Raises IndexError where ``start`` is out of range, RuntimeError where the end is.

    >>> narrow(tensor([1, 2, 3, 4]), 0, 1, 2)
    tensor([2, 3])
    """
    if not a_tensor("narrow", input).ndim:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    dim = axis(dim, input.ndim)
    size = input.shape[dim]
    begin = int(as_number(start))
    if length < 0:
        raise RuntimeError(f"narrow(): length must be non-negative, got {length}")
    if not -size <= begin <= size:
        raise IndexError(
            f"start out of range (expected to be in range of [-{size}, {size}], but got {begin})"
        )
    begin += size if begin < 0 else 0
    if begin + length > size:
        raise RuntimeError(
            f"start ({begin}) + length ({length}) exceeds dimension size ({size}) of dim {dim}"
        )
    part: Tensor = read(input, index_along(dim, slice(begin, begin + length)))
    return part


@public()
def select(input: Tensor, dim: int, index: Any) -> Tensor:
    """A view of the entry ``index`` along ``dim``, without that dimension (`torch.select`).

    >>> select(tensor([[1, 2], [3, 4]]), 1, 0)
    tensor([1, 3])
    """
    part: Tensor = read(input, entry("select", input, dim, index))
    return part


def entry(name: str, input: Tensor, dim: int, index: Any) -> tuple[Any, ...]:
    """The index of one entry along ``dim``; IndexError where there is none."""
    if not a_tensor(name, input).ndim:
        raise IndexError(f"{name}() cannot be applied to a 0-dim tensor.")
    dim = axis(dim, input.ndim)
    number, size = int(as_number(index)), input.shape[dim]
    if not -size <= number < size:
        raise IndexError(
            f"{name}(): index {number} out of range for tensor of size {list(input.shape)} at "
            f"dimension {dim}"
        )
    return index_along(dim, number)


def stretch(
    name: str, input: Tensor, dim: int, start: int | None, end: int | None, step: int
) -> tuple[Any, ...]:
    """The index of every ``step``-th entry along ``dim`` from ``start`` up to ``end``."""
    if not a_tensor(name, input).ndim:
        raise IndexError(f"{name}() cannot be applied to a 0-dim tensor.")
    if step <= 0:
        raise RuntimeError(f"{name}(): slice step must be positive, not {step}")
    return index_along(axis(dim, input.ndim), slice(start, end, step))


def _diagonal(x: Raw, offset: int, dim1: int, dim2: int) -> Raw:
    out = np.diagonal(x, offset, dim1, dim2)
    if x.flags.writeable:
        out.flags.writeable = True  # NumPy's own is read-only by convention
    return out


def _on_diagonal(g: Raw, offset: int, dim1: int, dim2: int, shape: tuple[int, ...]) -> Raw:
    out = np.zeros(shape, g.dtype)
    _diagonal(out, offset, dim1, dim2)[...] = g
    return out


diagonal_op: Op = Op(
    "diagonal",
    _diagonal,
    "x",
    params="offset dim1 dim2",
    x=lambda g, offset, dim1, dim2, x_shape: on_diagonal(g, offset, dim1, dim2, x_shape),
)
on_diagonal: Op = Op(
    "diag_embed",
    _on_diagonal,
    "g",
    params="offset dim1 dim2 shape",
    g=lambda g, offset, dim1, dim2: diagonal_op(g, offset, dim1, dim2),
)
"""Zeros of a shape with the input on one diagonal: the adjoint of reading that."""


def two_axes(dim1: Any, dim2: Any, count: int) -> tuple[int, int]:
    """The dimensions of a diagonal from 0 on; RuntimeError where they are the same."""
    first, second = axis(dim1, count), axis(dim2, count)
    if first == second:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return first, second


@public(numpy=(np.diagonal,))
def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A view of the diagonals of the matrices in two dimensions, as a last one.

    ``offset`` counts diagonals upwards from the main one (`torch.diagonal`).

    >>> diagonal(tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    dims = two_axes(dim1, dim2, a_tensor("diagonal", input).ndim)
    part: Tensor = take_view(diagonal_op, input, offset, *dims)
    return part


@public(name="linalg.diagonal", method=False)
def diagonal_of_matrices(
    A: Tensor,  # noqa: N803 - torch's name
    *,
    offset: int = 0,
    dim1: int = -2,
    dim2: int = -1,
) -> Tensor:
    """`diagonal` of the matrices in the last two dimensions (`torch.linalg.diagonal`).

    >>> autograd.linalg.diagonal(tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    return diagonal(A, offset, dim1, dim2)


def _windows(x: Raw, dim: int, size: int, step: int) -> Raw:
    x = np.asarray(x)
    if not x.ndim:
        x = x.reshape(1)
        return x[:size] if size else x[:0]
    count = (x.shape[dim] - size) // step + 1
    shape = (*x.shape[:dim], count, *x.shape[dim + 1 :], size)
    strides = (*x.strides[:dim], step * x.strides[dim], *x.strides[dim + 1 :], x.strides[dim])
    return np.lib.stride_tricks.as_strided(x, shape, strides, writeable=x.flags.writeable)


def _unwindowed(g: Raw, dim: int, size: int, step: int, shape: tuple[int, ...]) -> Raw:
    """Every window's entries added where they came from, over the shorter of the two counts."""
    g = np.asarray(g)
    out = np.zeros(shape or (1,), g.dtype)
    count = g.shape[dim] if shape else 1
    rows, windows = np.moveaxis(out, dim, 0), np.moveaxis(g if shape else g[None], dim, 0)
    if size <= count:
        for i in range(size):
            rows[i : i + step * (count - 1) + 1 : step] += windows[..., i]
    else:
        for i in range(count):
            rows[i * step : i * step + size] += np.moveaxis(windows[i], -1, 0)
    return out.reshape(shape)


_unfold: Op = Op(
    "unfold",
    _windows,
    "x",
    params="dim size step",
    x=lambda g, dim, size, step, x_shape: _fold(g, dim, size, step, x_shape),
)
_fold: Op = Op(
    "unfold_backward",
    _unwindowed,
    "g",
    params="dim size step shape",
    g=lambda g, dim, size, step: _unfold(g, dim, size, step),
)


def unfold(self: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """A view of all windows of ``size`` entries along ``dimension``, ``step`` apart.

    The windows' entries are a last dimension (`torch.Tensor.unfold`). Raises RuntimeError
    where a window is longer than the dimension.

    >>> tensor([1, 2, 3, 4]).unfold(0, 2, 1)
    tensor([[1, 2],
            [2, 3],
            [3, 4]])
    """
    dim = axis(dimension, self.ndim)
    length = self.shape[dim] if self.ndim else 1
    if size < 0:
        raise RuntimeError(f"size is {size} but must be >= 0")
    if size > length:
        raise RuntimeError(
            f"maximum size for tensor at dimension {dim} is {length} but size is {size}"
        )
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")
    windows: Tensor = take_view(_unfold, self, dim, size, step)
    return windows


METHODS["unfold"] = unfold


@public()
def as_strided(input: Tensor, size: Any, stride: Any, storage_offset: int | None = None) -> Tensor:
    """A view of ``input``'s memory in any shape and strides, counted in elements.

    The offset counts from the start of the memory, by default where ``input`` starts. Where
    elements share a place, their gradients are added; where those of ``input`` do, they share
    the gradient (`torch.as_strided`). Raises RuntimeError outside the memory.

    >>> as_strided(tensor([1, 2, 3, 4]), (2, 3), (1, 1))
    tensor([[1, 2, 3],
            [2, 3, 4]])
    """
    shape, strides = sizes((size,)), sizes((stride,))
    view = a_tensor("as_strided", input)._view
    memory = input if view is None or view.custom else view.base
    own = whole = layout(input._memory(), memory._memory())
    if memory is not input:
        whole = layout(memory._memory(), memory._memory())
    if own is None or whole is None:
        raise RuntimeError(
            f"as_strided(): the array under this tensor has steps of {input._memory().strides} "
            f"bytes, which are no multiples of its elements' {input.itemsize}; clone() it first"
        )
    if len(shape) != len(strides):
        raise RuntimeError(f"mismatch in length of strides and shape: {shape} and {strides}")
    if min(strides, default=0) < 0 or min(shape, default=0) < 0:
        raise RuntimeError(
            f"as_strided: Negative strides and sizes are not supported, got {shape} and {strides}"
        )
    to = Layout(shape, strides, own.offset if storage_offset is None else storage_offset)
    end = whole.reach[1]
    if to.offset < 0 or to.reach[1] > end:
        raise RuntimeError(
            f"as_strided(): sizes {list(shape)}, strides {list(strides)}, storage offset "
            f"{to.offset} reach outside the memory of {end} elements"
        )
    # What lies outside of this tensor has its gradient through the whole, where that has one.
    source, lies = input, own
    apart = memory is not input and memory._node is not None
    if apart and not np.isin(to.cells, own.cells).all():
        source, lies = memory, whole
    strided: Tensor = take_view(strided_op, source, to, lies)
    return strided
