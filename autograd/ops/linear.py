"""The linear map of a layer, y = x W^T + b, as one operator."""

from __future__ import annotations

from typing import Any

from autograd.graph import Node, Raw
from autograd.operator import Op, apply
from autograd.ops.products import matmul
from autograd.ops.row_products import crossprod, project, pull, times
from autograd.ops.transposing import t
from autograd.tensor import Tensor

__all__: list[str] = []


def _affine(x: Raw, w: Raw, b: Raw) -> Raw:
    out = times(x, w.T)
    out += b
    return out


def _name(node: Node) -> str:
    """torch's, where it has one operation, too."""
    if len(node.shape) != 2:
        return "LinearBackward0"
    return "MmBackward0" if len(node.edges) == 2 else "AddmmBackward0"


_linear = project.named("linear")
_linear.backward_name = _name
_affine_op = Op(
    "linear",
    _affine,
    "x w b",
    x=lambda g, w: pull(g, w),
    w=lambda g, x: crossprod(g, x),
    b=lambda g: g,
    backward=_name,
    aside="w",
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
        result = apply(_linear, (input, weight))
    else:
        result = apply(_affine_op, (input, weight, bias))
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
