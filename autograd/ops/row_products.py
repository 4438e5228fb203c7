"""Three products of rows and matrices that are each other's derivatives.

Rows x (..., in) and g (..., out) of any number of dimensions, a matrix w (out, in)::

    project(x, w)   = x w^T    (..., out)
    pull(g, w)      = g w      (..., in), which is also how users multiply: its inputs are a and b
    crossprod(g, x) = g^T x    (out, in), summed over all rows; R's name for it

No transpose is ever recorded, and many rows are one product.
"""

from __future__ import annotations

import math

from autograd.gemm import product
from autograd.graph import Raw
from autograd.operator import Op

__all__: list[str] = []


def rows(x: Raw) -> Raw:
    """All dimensions but the last as one."""
    return x if x.ndim == 2 else x.reshape(math.prod(x.shape[:-1]), x.shape[-1])


def times(x: Raw, matrix: Raw) -> Raw:
    """Rows times a matrix."""
    if x.ndim <= 2:
        return product(x, matrix)
    return product(rows(x), matrix).reshape(*x.shape[:-1], matrix.shape[1])


project: Op = Op(
    "linear",
    lambda x, w: times(x, w.T),
    "x w",
    x=lambda g, w: pull(g, w),
    w=lambda g, x: crossprod(g, x),
    aside="w",
)
pull: Op = Op(
    "mm",
    times,
    "a b",
    a=lambda g, b: project(g, b),
    b=lambda g, a: crossprod(a, g),
    aside="b",
)
crossprod: Op = Op(
    "crossprod",
    lambda a, b: product(rows(a).T, rows(b)),
    "a b",
    a=lambda g, b: project(b, g),
    b=lambda g, a: pull(a, g),
    backward="MmBackward0",
)
