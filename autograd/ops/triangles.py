"""Triangles and diagonals of matrices."""

from __future__ import annotations

from collections.abc import Callable
from operator import index
from typing import Any

import numpy as np

from autograd import dtypes
from autograd.arguments import a_tensor
from autograd.inplace import in_place_method
from autograd.operator import Op, apply
from autograd.ops.masking import masked_fill
from autograd.ops.shape import clone
from autograd.ops.slicing import diagonal, on_diagonal, two_axes
from autograd.readout import as_number
from autograd.registry import described, public
from autograd.tensor import Tensor, wrap

__all__ = [
    "diag",
    "diag_embed",
    "diagflat",
    "tril",
    "tril_indices",
    "triu",
    "triu_indices",
]


def _triangle(
    name: str, part: Callable[..., Any], meaning: str, example: str
) -> Callable[..., Tensor]:
    """The operator that keeps one triangle, which keeps the same of the gradient."""
    op = Op(name, part, "x", params="diagonal", x=lambda g, diagonal: part(g, diagonal))

    def keep(input: Tensor, diagonal: int = 0) -> Tensor:
        if a_tensor(name, input).ndim < 2:
            raise RuntimeError(
                f"{name}: input tensor must have at least 2 dimensions, this one has {input.ndim}"
            )
        kept: Tensor = apply(op, (input,), (index(as_number(diagonal)),))
        return kept

    doc = f"""Matrices with zeros {meaning} the ``diagonal``-th diagonal (`torch.{name}`).

    >>> {name}(tensor([[1, 2], [3, 4]]))
    {example}
    """
    return public(inplace=True, numpy=(part,))(described(keep, name, doc))


tril = _triangle("tril", np.tril, "above", "tensor([[1, 0],\n            [3, 4]])")
triu = _triangle("triu", np.triu, "below", "tensor([[1, 2],\n            [0, 4]])")


@public()
def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Matrices, in the dimensions ``dim1`` and ``dim2``, with the last dimension on a diagonal.

    Raises RuntimeError where both dimensions are the same.
    Source: `torch.diag_embed`; `diagonal` is the way back.

    >>> diag_embed(tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    """
    count = a_tensor("diag_embed", input).ndim + 1
    first, second = two_axes(dim1, dim2, count)
    if count < 2:
        raise IndexError(
            "diag_embed() puts the last dimension on a diagonal: a 0-d tensor has none"
        )
    length = input.shape[-1] + abs(offset)
    shape = list(input.shape[:-1])
    for dim in sorted((first, second)):
        shape.insert(dim, length)
    made: Tensor = apply(on_diagonal, (input,), (offset, first, second, tuple(shape)))
    return made


@public()
def diag(input: Tensor, diagonal: int = 0) -> Tensor:
    """The matrix with a vector on its diagonal, or a copy of a matrix's diagonal (`torch.diag`).

    Raises RuntimeError for another rank than 1 and 2.

    >>> diag(tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    if a_tensor("diag", input).ndim not in (1, 2):
        raise RuntimeError(
            f"diag(): Supports 1D or 2D tensors. Got {input.ndim}D; write diagonal() or "
            "diag_embed() for batches"
        )
    return diag_embed(input, diagonal) if input.ndim == 1 else clone(_diagonal(input, diagonal))


_diagonal = diagonal  # `diag` has an argument of this name


@public()
def diagflat(input: Tensor, offset: int = 0) -> Tensor:
    """The matrix with all elements on its diagonal (`torch.diagflat`).

    >>> diagflat(tensor([[1, 2]]))
    tensor([[1, 0],
            [0, 2]])
    """
    return diag_embed(a_tensor("diagflat", input).reshape(-1), offset)


@in_place_method
def fill_diagonal_(self: Tensor, fill_value: float, wrap: bool = False) -> Tensor:
    """Set the main diagonal to a number; of a tall matrix again below it, with ``wrap``.

    Source: `torch.Tensor.fill_diagonal_`. Raises RuntimeError for a vector, and where more than
    two dimensions are not of one length.

    >>> zeros(2, 2).fill_diagonal_(3)
    tensor([[3., 0.],
            [0., 3.]])
    """
    if self.ndim < 2 or (self.ndim > 2 and len(set(self.shape)) > 1):
        raise RuntimeError(
            "fill_diagonal_(): a matrix, or more dimensions of one length, has a diagonal to fill, "
            f"not a tensor of shape {self.shape}"
        )
    on_it = np.zeros(self.shape, bool)
    np.fill_diagonal(on_it, True, wrap)
    filled: Tensor = masked_fill(self, as_mask(on_it), fill_value)
    return filled


as_mask = wrap  # `fill_diagonal_` has an argument of this name


def _indices(name: str, find: Callable[..., Any], of: str, example: str) -> Callable[..., Tensor]:
    """The function that gives the places of one triangle."""

    def indices(row: int, col: int, offset: int = 0, *, dtype: Any = None) -> Tensor:
        if row < 0 or col < 0:
            raise RuntimeError(f"{name}(): row and col must be non-negative, got {row} and {col}")
        kind = dtypes.int64 if dtype is None else dtypes.checked(dtype)
        if kind not in (dtypes.int32, dtypes.int64):
            raise NotImplementedError(f"{name}() gives int32 or int64, not {kind}")
        return wrap(np.stack(find(row, offset, col)).astype(kind))

    doc = f"""Rows and columns of the {of} triangle of a row x col matrix.

    Source: `torch.{name}`.

    >>> {name}(2, 2)
    {example}
    """
    return public(method=False)(described(indices, name, doc))


tril_indices = _indices(
    "tril_indices", np.tril_indices, "lower", "tensor([[0, 1, 1],\n            [0, 0, 1]])"
)
triu_indices = _indices(
    "triu_indices", np.triu_indices, "upper", "tensor([[0, 0, 1],\n            [0, 1, 1]])"
)
