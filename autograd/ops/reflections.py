"""Products of Householder's reflections, as LAPACK writes an orthogonal matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import return_types
from autograd.arguments import a_tensor, same_dtype
from autograd.matrices import by, matrices, of_one_dtype, transposed
from autograd.operator import Op, apply, no_derivative
from autograd.ops.triangles import tril, triu
from autograd.ops.triangular import triangular_op
from autograd.registry import alias, public
from autograd.tensor import Tensor, wrap

__all__ = [
    "geqrf",
    "orgqr",
    "ormqr",
]


def _reflections(name: str, input: Any, tau: Any) -> tuple[Tensor, Tensor]:
    """V and T with Q = 1 - V T V^T: the vectors under a diagonal of ones, and a triangle.

    Q is the product of 1 - tau_i v_i v_i^T. With D = diag(tau) and S the strict upper part of
    V^T V it is T = (1 + D S)^-1 D, which holds for tau = 0, too.
    """
    a, scales = matrices(name, input), a_tensor(name, tau)
    same_dtype(name, a, scales, "tau")
    if a.ndim != scales.ndim + 1 or a.shape[:-2] != scales.shape[:-1]:
        raise RuntimeError(
            f"{name}: Expected tau to have one dimension less than input, and its batch, but got "
            f"shapes {scales.shape} and {a.shape}"
        )
    count = scales.shape[-1]
    if a.shape[-1] < count:
        raise RuntimeError(
            f"{name}: input.shape[-1] must be greater than or equal to tau.shape[-1], but they "
            f"are {a.shape[-1]} and {count}"
        )
    rows = a.shape[-2]
    vectors = tril(a[..., :count], -1) + wrap(np.eye(rows, count, dtype=a.dtype))
    column = scales.unsqueeze(-1)
    inner = column * triu(transposed(vectors) @ vectors, 1)
    scaled = column * wrap(np.eye(count, dtype=a.dtype))
    return vectors, apply(triangular_op, (inner, scaled), (True, True))


@public(name="linalg.householder_product", method=False)
def householder_product(input: Tensor, tau: Tensor) -> Tensor:
    """The first n columns of the product of the reflections 1 - tau_i v_i v_i^T.

    ``input`` is (..., m, n) with m >= n, ``tau`` (..., k) with k <= n: v_i is column i, from a
    1 in row i on; what stands above is not read. Source: `torch.linalg.householder_product`.
    Raises RuntimeError for more columns than rows, and where ``tau`` does not fit.

    >>> autograd.linalg.householder_product(zeros(2, 2), tensor([2.0, 0.0]))
    tensor([[-1.,  0.],
            [ 0.,  1.]])
    """
    name = "linalg.householder_product"
    rows, columns = matrices(name, input).shape[-2:]
    if rows < columns:
        raise RuntimeError(
            f"{name}: input.shape[-2] must be greater than or equal to input.shape[-1], but the "
            f"matrices are {by(input)}"
        )
    vectors, triangle = _reflections(name, input, tau)
    eye = wrap(np.eye(rows, columns, dtype=input.dtype))
    product: Tensor = eye - vectors @ (triangle @ transposed(vectors[..., :columns, :]))
    return product


orgqr = alias("orgqr", householder_product)


@public()
def ormqr(
    input: Tensor, tau: Tensor, other: Tensor, left: bool = True, transpose: bool = False
) -> Tensor:
    """Q @ other, with the whole m by m product Q of `linalg.householder_product`.

    other @ Q with ``left=False``; Q^T in the place of Q with ``transpose``.
    Raises RuntimeError where the shapes do not fit.
    Source: `torch.ormqr`.

    >>> ormqr(zeros(2, 2), tensor([2.0, 0.0]), ones(2, 1))
    tensor([[-1.],
            [ 1.]])
    """
    b = matrices("ormqr", other)
    vectors, triangle = _reflections("ormqr", input, tau)
    of_one_dtype("ormqr", vectors, b)
    dim = -2 if left else -1
    if b.shape[dim] != vectors.shape[-2] or b.shape[:-2] != vectors.shape[:-2]:
        raise RuntimeError(
            f"ormqr: other.shape[{dim}] must be equal to input.shape[-2], and the batches too, but "
            f"the shapes are {b.shape} and {input.shape}"
        )
    if tau.shape[-1] != min(b.shape[dim], input.shape[-1]):
        raise RuntimeError(
            f"ormqr: tau.shape[-1] must be equal to min(other.shape[{dim}], input.shape[-1]), but "
            f"it is {tau.shape[-1]}, and the shapes are {b.shape} and {input.shape}"
        )
    if transpose:
        triangle = transposed(triangle)
    turned = transposed(vectors)
    product: Tensor = (
        b - vectors @ (triangle @ (turned @ b)) if left else b - ((b @ vectors) @ triangle) @ turned
    )
    return product


def _geqrf_kernel(a: Any) -> tuple[Any, Any]:
    factored, scales = np.linalg.qr(a, "raw")
    return transposed(factored).copy(), scales


_geqrf = Op(
    "geqrf",
    _geqrf_kernel,
    "a",
    outputs=True,
    a=no_derivative("geqrf", "write linalg.qr, which has one"),
)


@public()
def geqrf(input: Tensor) -> Any:
    """R, and under it the vectors of the reflections whose product is Q; and their tau.

    They are what `linalg.householder_product` takes. There is no derivative.
    Source: `torch.geqrf`.

    >>> geqrf(tensor([[3.0], [4.0]])).a
    tensor([[-5.0000],
            [ 0.5000]])
    """
    return return_types.geqrf(*apply(_geqrf, (matrices("geqrf", input),)))
