"""The linear map of a layer, y = x W^T + b, as one operator.

Its derivatives are two more products of the same three kinds, so that the three are each other's
rules and no transpose is ever recorded::

    project(x, w) = x W^T      of rows x (..., in), w (out, in)
    pull(g, w)    = g W        of rows g (..., out)
    gathered(g, x) = g^T x     summed over all rows: (out, in)
"""

from __future__ import annotations

import math
from typing import Any

from autograd.graph import Node, Raw
from autograd.operator import Op, apply
from autograd.ops.products import matmul
from autograd.ops.transposing import t
from autograd.tensor import Tensor

__all__: list[str] = []


def _rows(x: Raw) -> Raw:
    """All dimensions but the last as one."""
    return x if x.ndim == 2 else x.reshape(math.prod(x.shape[:-1]), x.shape[-1])


def _times(x: Raw, matrix: Raw) -> Raw:
    """Rows times a matrix: one product, whatever dimensions the rows have."""
    if x.ndim <= 2:
        return x.dot(matrix)  # half of matmul's time where the matrix is small
    return _rows(x).dot(matrix).reshape(*x.shape[:-1], matrix.shape[1])


def _project(x: Raw, w: Raw) -> Raw:
    return _times(x, w.T)


def _affine(x: Raw, w: Raw, b: Raw) -> Raw:
    out = _times(x, w.T)
    out += b
    return out


def _gathered(g: Raw, x: Raw) -> Raw:
    return _rows(g).T.dot(_rows(x))


def _name(node: Node) -> str:
    """torch's, where it has one operation, too."""
    if len(node.shape) != 2:
        return "LinearBackward0"
    return "MmBackward0" if len(node.edges) == 2 else "AddmmBackward0"


project: Op = Op(
    "linear",
    _project,
    "x w",
    x=lambda g, w: pull(g, w),
    w=lambda g, x: gathered(g, x),
    backward=_name,
)
affine: Op = Op(
    "linear",
    _affine,
    "x w b",
    x=lambda g, w: pull(g, w),
    w=lambda g, x: gathered(g, x),
    b=lambda g: g,
    backward=_name,
)
pull: Op = Op(
    "mm",
    _times,
    "g w",
    g=lambda h, w: project(h, w),
    w=lambda h, g: gathered(g, h),
)
gathered: Op = Op(
    "mm",
    _gathered,
    "g x",
    g=lambda h, x: project(x, h),
    x=lambda h, g: pull(g, h),
)


def linear(input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """`nn.functional.linear`; what is no ordinary layer is a product and a sum, with their errors.

    >>> from autograd.ops.linear import linear
    >>> linear(tensor([1.0, 2.0]), tensor([[3.0, 4.0]]), tensor([10.0]))
    tensor([21.])
    """
    if not _ordinary(input, weight, bias):
        output = matmul(input, t(weight))
        return output if bias is None else output + bias
    result: Tensor
    if bias is None:
        result = apply(project, (input, weight))
    else:
        result = apply(affine, (input, weight, bias))
    return result


def _ordinary(input: Any, weight: Any, bias: Any) -> bool:
    """Whether these are tensors of one float dtype, and of shapes that a layer has."""
    try:
        x, w = input._array, weight._array
        b = w if bias is None else bias._array
    except AttributeError:
        return False
    if x.dtype is not w.dtype or b.dtype is not w.dtype or w.dtype.kind != "f" or w.ndim != 2:
        return False
    if bias is not None and b.shape != w.shape[:1]:
        return False
    return bool(x.ndim and x.shape[-1] == w.shape[1])
