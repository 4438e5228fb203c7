"""Norms of vectors, distances, and slices of limited norm."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import dtypes
from autograd.arguments import a_tensor
from autograd.dimensions import axis
from autograd.dtypes import wide
from autograd.gemm import product
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.ops.by_mask import keep
from autograd.ops.elementwise import sign, where
from autograd.ops.reducing import (
    Axes,
    added,
    count,
    kept,
    largest,
    prepared,
    reduction,
    smallest,
)
from autograd.registry import public
from autograd.tensor import Tensor

__all__ = [
    "dist",
    "renorm",
]


def _norm(x: Raw, p: float, axes: Axes, keepdim: bool) -> Raw:
    out = _of_order(wide(x), p, axes, keepdim)
    return out.astype(x.dtype, copy=False)


def _of_order(x: Raw, p: float, axes: Axes, keepdim: bool) -> Raw:
    if p == 2:
        if len(axes) == x.ndim and x.ndim and not keepdim and x.flags.c_contiguous:
            flat = x.reshape(-1)
            return np.sqrt(product(flat, flat))
        return np.sqrt(added(x * x, axes, keepdims=keepdim))
    if p == 0:
        return added(x != 0, axes, x.dtype, keepdims=keepdim)
    size = np.absolute(x)
    if p == 1:
        return added(size, axes, keepdims=keepdim)
    if math.isinf(p):
        if p > 0:
            return largest(size, axes, keepdims=keepdim, initial=0)
        return smallest(size, axes, keepdims=keepdim)
    return added(size**p, axes, keepdims=keepdim) ** (1 / p)


def _norm_rule(g: Any, x: Any, y: Any, p: float, axes: Axes, keepdim: bool) -> Any:
    """torch's subgradients: 0 where the norm is 0, the largest entries' equal parts at ties."""
    if p == 2:
        return x * kept(g * keep(y != 0, 1 / y), axes, keepdim)
    g, y = kept(g, axes, keepdim), kept(y, axes, keepdim)
    if p == 0:
        return np.zeros_like(x)
    if p == 1:
        return g * sign.op(x)
    if math.isinf(p):
        size = np.absolute(x)
        ties = (size == y) | (x != x)
        number = np.sum(ties, axis=axes, keepdims=True, dtype=x.dtype)
        return sign.op(x) * np.where(ties, g / number, 0)
    if p < 1:
        slope = np.where(x == 0, 0, sign.op(x) * np.absolute(x) ** (p - 1))
        return slope * g * y ** (1 - p)
    slope = sign.op(x) * np.absolute(x) ** (p - 1) if p < 2 else x * np.absolute(x) ** (p - 2)
    return slope * np.where(y == 0, 0, g / y ** (p - 1))


_norm_op = Op("linalg_vector_norm", _norm, "x", params="p axes keepdim", x=_norm_rule)


def _order(name: str, ord: Any) -> float:
    if isinstance(ord, (int, float)):
        return float(ord)
    raise TypeError(
        f"{name}(): the order of a norm of vectors is a number, inf or -inf, not {ord!r}"
    )


def norm_input(name: str, input: Any, dim: Any, dtype: Any) -> tuple[Tensor, Axes]:
    """The tensor in the dtype to compute in, and the axes."""
    input, axes = prepared(name, input, dim)
    if input.dtype.kind != "f":
        raise RuntimeError(
            f"{name}(): Expected a floating point tensor as input. Got {input.dtype}; "
            "write x.float()"
        )
    if dtype is not None:
        kind = dtypes.checked(dtype)
        if kind.kind != "f" or kind.itemsize < input.dtype.itemsize:
            raise RuntimeError(
                f"{name}(): the dtype of the input ({input.dtype}) should be convertible without "
                f"narrowing to the specified dtype ({kind})"
            )
        input = input.to(kind)
    return input, axes


def _not_of_nothing(name: str, input: Tensor, p: float, axes: Axes, whole: bool) -> None:
    """Raise RuntimeError for a norm of no entries where it is not 0."""
    if count(input.shape, axes) or not (p < 0 or p == math.inf):
        return
    if not whole and count(input.shape, tuple(set(range(input.ndim)) - set(axes))) == 0:
        return
    raise RuntimeError(
        f"{name} cannot compute the {p} norm on an empty tensor, or over a dimension of length 0, "
        f"because the operation does not have an identity: the tensor has shape {input.shape}"
    )


@reduction(name="linalg.vector_norm", method=False)
def vector_norm(
    x: Tensor,
    ord: Any = 2,
    dim: Any = None,
    keepdim: bool = False,
    *,
    dtype: Any = None,
) -> Tensor:
    """sum(abs(x)**ord)**(1/ord) over ``dim`` (`torch.linalg.vector_norm`).

    ``ord`` inf and -inf are the largest and smallest absolute value, 0 the number of entries
    that are not 0. Where the norm is 0 the gradient is 0.

    >>> linalg.vector_norm(tensor([3.0, -4.0]))
    tensor(5.)
    """
    p = _order("linalg.vector_norm", ord)
    input, axes = norm_input("linalg.vector_norm", x, dim, dtype)
    _not_of_nothing("linalg.vector_norm", input, p, axes, dim is None)
    result: Tensor = apply(_norm_op, (input,), (p, axes, keepdim))
    return result


@public()
def dist(input: Tensor, other: Tensor, p: float = 2) -> Tensor:
    """The p-norm of ``input - other``, which broadcast (`torch.dist`).

    >>> dist(tensor([1.0, 2.0]), tensor([4.0, -2.0]))
    tensor(5.)
    """
    difference = a_tensor("dist", input) - a_tensor("dist", other)
    result: Tensor = vector_norm(difference, p)
    return result


@public(inplace=True)
def renorm(input: Tensor, p: float, dim: int, maxnorm: float) -> Tensor:
    """The slices along ``dim``, those scaled down whose p-norm is above ``maxnorm``.

    The norm is taken over all other dimensions (`torch.renorm`). Raises RuntimeError for a
    ``p`` that is not positive.

    >>> renorm(tensor([[3.0, 4.0], [0.3, 0.4]]), 2, 0, 1)
    tensor([[0.6000, 0.8000],
            [0.3000, 0.4000]])
    """
    along = axis(dim, a_tensor("renorm", input).ndim)
    if not p > 0:
        raise RuntimeError(f"renorm(): non-positive-norm not supported, p is {p}")
    if maxnorm < 0:
        raise RuntimeError(f"renorm(): expected maxnorm to be >= 0 but got {maxnorm}")
    if input.ndim < 2:
        raise RuntimeError(
            f"renorm(): input needs at least 2 dimensions, got {input.ndim}: write "
            "x.unsqueeze(0) for one slice of a vector"
        )
    others = tuple(i for i in range(input.ndim) if i != along)
    kind = dtypes.float32 if input.dtype == dtypes.float16 else None
    size = vector_norm(input, p, others, True, dtype=kind)
    factor: Tensor = where(size > maxnorm, maxnorm / (size + 1e-7), 1.0)
    return (input * factor).to(input.dtype)
