"""Matrix products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import dtypes
from autograd.arguments import not_a_tensor, operands, refused_bools
from autograd.families import reflected
from autograd.operator import Op, apply
from autograd.registry import METHODS, public
from autograd.tensor import Tensor

__all__ = [
    "matmul",
]


def _left(g: Any, a_shape: tuple[int, ...], b: Any) -> Any:
    """g @ b^T, with vectors taken as a row (left) or a column (right)."""
    if b.ndim == 1:
        return np.expand_dims(g, -1) * b
    transposed = np.swapaxes(b, -1, -2)
    if len(a_shape) == 1:
        return np.squeeze(np.matmul(np.expand_dims(g, -2), transposed), -2)
    return np.matmul(g, transposed)


def _right(g: Any, a: Any, b_shape: tuple[int, ...]) -> Any:
    """a^T @ g, with vectors taken as a row (left) or a column (right)."""
    if a.ndim == 1:
        if len(b_shape) == 1:
            return g * a
        return np.expand_dims(a, -1) * np.expand_dims(g, -2)
    if len(b_shape) == 1:
        return np.squeeze(np.matmul(np.swapaxes(a, -1, -2), np.expand_dims(g, -1)), -1)
    if len(b_shape) == 2 and a.ndim > 2:  # one product over the whole batch, no sum after
        rows = np.reshape(a, (-1, a.shape[-1]))
        return np.matmul(np.swapaxes(rows, 0, 1), np.reshape(g, (-1, g.shape[-1])))
    return np.matmul(np.swapaxes(a, -1, -2), g)


_mm = Op("mm", np.matmul, "a b", a=_left, b=_right)
_BY_RANKS = {(1, 1): _mm.named("dot"), (2, 1): _mm.named("mv"), (2, 2): _mm, (1, 2): _mm}
"""torch's names for the products of vectors and matrices; any other is a batch, bmm."""
_bmm = _mm.named("bmm")


@public(numpy=(np.matmul,))
def matmul(input: Tensor, other: Tensor) -> Tensor:
    """The matrix product; vectors and stacks of matrices as in `torch.matmul`.

    Shapes (..., n, m) @ (..., m, p) give (..., n, p), the dimensions in front broadcast;
    a vector on the left is a row, on the right a column, and its dimension goes. Raises
    RuntimeError where the inner lengths differ.

    >>> matmul(tensor([[1.0, 2.0], [3.0, 4.0]]), tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    a, b = _of_one_dtype(input, other)
    if not a.ndim or not b.ndim:
        raise RuntimeError(
            f"both arguments to matmul need to be at least 1D, but they are {a.ndim}D and {b.ndim}D"
        )
    try:
        product: Tensor = apply(_BY_RANKS.get((a.ndim, b.ndim), _bmm), (a, b))
    except ValueError:
        raise RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied ({_by(a)} and {_by(b)}): the rows of the "
            f"first have {a.shape[-1]} entries, the columns of the second "
            f"{b.shape[-2] if b.ndim > 1 else b.shape[0]}; transpose one, or reshape it"
        ) from None
    return product


def _of_one_dtype(a: Any, b: Any) -> Sequence[Tensor]:
    if isinstance(a, Tensor) and isinstance(b, Tensor) and a.dtype is b.dtype:
        if a.dtype == dtypes.bool_:
            raise refused_bools("matmul")
        return a, b
    for each in (a, b):
        if not isinstance(each, (Tensor, np.ndarray)):
            raise not_a_tensor("matmul", each)
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"expected m1 and m2 to have the same dtype, but got: {a.dtype} != {b.dtype}; "
            "write x.to(other.dtype)"
        )
    return operands("matmul", a, b, no_bools="all")


def _by(x: Tensor) -> str:
    return "x".join(map(str, x.shape))


METHODS.update(__matmul__=matmul, __rmatmul__=reflected(matmul))
