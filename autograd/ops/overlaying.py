"""A copy of a tensor with one of its views replaced: an entry, a slice, a diagonal, any strides."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.arguments import a_tensor
from autograd.operator import Op, apply
from autograd.ops.cast import cast
from autograd.ops.indexing import select as part_op
from autograd.ops.reducing_at import placed
from autograd.ops.slicing import diagonal_op, entry, stretch, two_axes
from autograd.registry import public
from autograd.strided import Layout
from autograd.tensor import Tensor
from autograd.views import overlay

__all__ = ["as_strided_scatter", "diagonal_scatter", "select_scatter", "slice_scatter"]

_select = overlay.named("select_scatter", "SelectScatterBackward0")
_slice = overlay.named("slice_scatter", "SliceScatterBackward0")
_diagonal = overlay.named("diagonal_scatter", "DiagonalScatterBackward0")


def _replaced(op: Op, input: Tensor, src: Tensor, view: Op, *params: Any) -> Tensor:
    """``input`` with ``src`` in the place of its view, whose shape it must have."""
    shape = view.kernel(input._array, *params).shape
    if a_tensor(op.name, src).shape != shape:
        raise RuntimeError(
            f"{op.name}(): expected src to have a size equal to the slice of self. src size = "
            f"{list(src.shape)}, slice size = {list(shape)}"
        )
    if src.dtype != input.dtype:
        src = cast(src, input.dtype)
    result: Tensor = apply(op, (input, src), (((view, params, None),),))
    return result


@public()
def select_scatter(input: Tensor, src: Tensor, dim: int, index: Any) -> Tensor:
    """The input with ``src`` in the place of ``select(input, dim, index)``.

    Source: `torch.select_scatter`.

    >>> select_scatter(zeros(2, 2), ones(2), 0, 1)
    tensor([[0., 0.],
            [1., 1.]])
    """
    return _replaced(_select, input, src, part_op, entry("select_scatter", input, dim, index))


@public()
def slice_scatter(
    input: Tensor,
    src: Tensor,
    dim: int = 0,
    start: int | None = None,
    end: int | None = None,
    step: int = 1,
) -> Tensor:
    """The input with ``src`` in the place of its slice ``start:end:step`` along ``dim``.

    Source: `torch.slice_scatter`.

    >>> slice_scatter(zeros(4), ones(2), 0, 1, 3)
    tensor([0., 1., 1., 0.])
    """
    index = stretch("slice_scatter", input, dim, start, end, step)
    return _replaced(_slice, input, src, part_op, index)


@public()
def diagonal_scatter(
    input: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1
) -> Tensor:
    """The input with ``src`` in the place of ``diagonal(input, offset, dim1, dim2)``.

    Source: `torch.diagonal_scatter`.

    >>> diagonal_scatter(zeros(2, 2), ones(2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    dims = two_axes(dim1, dim2, a_tensor("diagonal_scatter", input).ndim)
    return _replaced(_diagonal, input, src, diagonal_op, offset, *dims)


@public()
def as_strided_scatter(
    input: Tensor, src: Tensor, size: Any, stride: Any, storage_offset: int | None = None
) -> Tensor:
    """The input with ``src`` in the places that ``size``, ``stride`` and an offset name.

    They count in the tensor's memory, which must be dense (`torch.as_strided_scatter`).
    Raises RuntimeError for places outside of the tensor and for another shape of ``src``.

    >>> as_strided_scatter(zeros(4), ones(2), (2,), (2,), 1)
    tensor([0., 1., 0., 1.])
    """
    a_tensor("as_strided_scatter", input)
    size, stride, start = tuple(size), tuple(stride), storage_offset or 0
    if len(size) != len(stride):
        raise RuntimeError(
            f"as_strided_scatter(): mismatch in length of strides {stride} and size {size}"
        )
    if any(n < 0 for n in stride) or start < 0:
        raise RuntimeError(f"as_strided_scatter(): strides are not negative, got {stride}")
    places = Layout(size, stride, start)
    if places.reach[1] > input.numel():
        raise RuntimeError(
            f"as_strided_scatter(): sizes {size}, strides {stride} and offset {start} reach beyond "
            f"the {input.numel()} entries of the tensor"
        )
    if a_tensor("as_strided_scatter", src).shape != size:
        raise RuntimeError(
            "as_strided_scatter(): expected src to have a size equal to the slice of self. src "
            f"size = {list(src.shape)}, slice size = {list(size)}"
        )
    if src.dtype != input.dtype:
        src = cast(src, input.dtype)
    order = sorted(range(input.ndim), key=lambda d: -input._memory().strides[d])
    turned = input.permute(order) if input.ndim > 1 else input
    written: Tensor = apply(_strided, (turned, src), (places.cells.reshape(size),))
    return written.permute(np.argsort(order).tolist()) if input.ndim > 1 else written


_strided = placed.named("as_strided_scatter")
