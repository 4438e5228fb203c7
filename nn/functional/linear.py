"""Linear and bilinear maps."""

from __future__ import annotations

from autograd import Tensor, bilinear
from autograd.ops import linear as ops

__all__ = ["bilinear", "linear"]


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """y = x W^T + b (`torch.nn.functional.linear`).

    Input (..., in), weight (out, in), bias (out,), all of one dtype; output (..., out).
    Raises RuntimeError where the lengths do not meet.

    >>> nn.functional.linear(tensor([1.0, 2.0]), tensor([[3.0, 4.0]]), tensor([10.0]))
    tensor([21.])
    """
    return ops.linear(input, weight, bias)
