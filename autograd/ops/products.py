"""Products of vectors and matrices, under all of their names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.arguments import a_tensor, by, operands, refused_bools, same_dtype, tensor_or_array
from autograd.families import reflected
from autograd.gemm import products
from autograd.operator import Op, apply
from autograd.ops.row_products import crossprod, project, pull
from autograd.registry import METHODS, alias, public
from autograd.tensor import Tensor

__all__ = [
    "addbmm",
    "addmm",
    "addmv",
    "addr",
    "baddbmm",
    "bmm",
    "dot",
    "ger",
    "inner",
    "matmul",
    "mm",
    "mv",
    "outer",
    "vdot",
]


def _left(g: Any, a_shape: tuple[int, ...], b: Any) -> Any:
    """g @ b^T, with vectors taken as a row (left) or a column (right)."""
    if b.ndim == 1:
        return np.expand_dims(g, -1) * b
    if b.ndim == 2:
        return project(g, b)
    transposed = b.swapaxes(-1, -2)
    if len(a_shape) == 1:
        return np.squeeze(_bmm(np.expand_dims(g, -2), transposed), -2)
    return _bmm(g, transposed)


def _right(g: Any, a: Any, b_shape: tuple[int, ...]) -> Any:
    """a^T @ g, with vectors taken as a row (left) or a column (right)."""
    if a.ndim == 1:
        return np.expand_dims(a, -1) * np.expand_dims(g, -2)
    if len(b_shape) == 2:
        return crossprod(a, g)  # one product over the whole batch, no sum after
    if len(b_shape) == 1:
        return np.squeeze(_bmm(a.swapaxes(-1, -2), np.expand_dims(g, -1)), -1)
    return _bmm(a.swapaxes(-1, -2), g)


_bmm: Op = Op("bmm", products, "a b", a=_left, b=_right)
_dot = Op("dot", lambda a, b: a.dot(b), "a b", a=lambda g, b: g * b, b=lambda g, a: g * a)
_mv = Op(
    "mv",
    lambda a, b: a.dot(b),
    "a b",
    a=lambda g, b: crossprod(g, b),
    b=lambda g, a: pull(g, a),
)
_BY_RANKS = {(1, 1): _dot, (2, 1): _mv, (2, 2): pull, (1, 2): pull}
"""torch's names for the products of vectors and matrices; any other is a batch, bmm."""
_rows = pull.named("bmm")
"""A stack of matrices times one matrix."""


def _product(left: int, right: int) -> Op:
    """The operator for factors of so many dimensions."""
    return _BY_RANKS.get((left, right)) or (_rows if right == 2 else _bmm)


@public(numpy=(np.matmul,))
def matmul(input: Tensor, other: Tensor) -> Tensor:
    """The matrix product; vectors and stacks of matrices as in `torch.matmul`.

    Shapes (..., n, m) @ (..., m, p) give (..., n, p), the dimensions in front broadcast;
    a vector on the left is a row, on the right a column, and its dimension goes. Raises
    RuntimeError where the inner lengths differ.

    >>> matmul(tensor([[1.0, 2.0], [3.0, 4.0]]), tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    a, b = two_factors(input, other)
    left, right = a._array.ndim, b._array.ndim
    if not left or not right:
        raise RuntimeError(
            f"both arguments to matmul need to be at least 1D, but they are {left}D and {right}D"
        )
    try:
        product: Tensor = apply(_product(left, right), (a, b))
    except ValueError:
        raise RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied ({by(a.shape)} and {by(b.shape)}): the "
            f"rows of the first have {a.shape[-1]} entries, the columns of the second "
            f"{b.shape[-2] if b.ndim > 1 else b.shape[0]}; transpose one, or reshape it"
        ) from None
    return product


def two_factors(a: Any, b: Any, name: str = "matmul") -> Sequence[Tensor]:
    """Both as tensors; RuntimeError for two dtypes and for bools, TypeError for other things.

    Like torch, a product of empty matrices does not mind bools.
    """
    if isinstance(a, Tensor) and isinstance(b, Tensor) and a._array.dtype is b._array.dtype:
        if a._array.dtype.kind == "b" and (a.ndim == b.ndim == 1 or (a.numel() and b.numel())):
            raise refused_bools(name)
        return a, b
    for each in (a, b):
        tensor_or_array(name, each)
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"{name}: expected m1 and m2 to have the same dtype, but got: {a.dtype} != {b.dtype}; "
            "write x.to(other.dtype)"
        )
    return operands(name, a, b, no_bools="all")


METHODS.update(__matmul__=matmul, __rmatmul__=reflected(matmul))


def _ranked(name: str, a: Any, b: Any, ranks: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Both tensors, where they have these ranks and fit, else torch's error."""
    for each in (a, b):
        a_tensor(name, each)
    fits = (a.ndim, b.ndim) == ranks
    if fits and ranks == (3, 3):
        fits = a.shape[0] == b.shape[0]
    if not fits or a.shape[-1] != b.shape[-2 if ranks[1] > 1 else 0]:
        kinds = " and ".join(("", "a vector", "a matrix", "a stack of matrices")[n] for n in ranks)
        raise RuntimeError(
            f"{name}() takes {kinds} whose lengths meet, but got shapes {a.shape} and {b.shape}; "
            "matmul() takes any ranks and broadcasts"
        )
    return a, b


@public()
def mm(input: Tensor, mat2: Tensor) -> Tensor:
    """The product of two matrices, (n, m) @ (m, p) (`torch.mm`); `matmul` takes any ranks.

    >>> mm(tensor([[1.0, 2.0]]), tensor([[3.0], [4.0]]))
    tensor([[11.]])
    """
    product: Tensor = matmul(*_ranked("mm", input, mat2, (2, 2)))
    return product


@public()
def bmm(input: Tensor, mat2: Tensor) -> Tensor:
    """The products of two stacks of matrices, (b, n, m) @ (b, m, p) (`torch.bmm`).

    >>> bmm(ones(5, 2, 3), ones(5, 3, 4)).shape
    (5, 2, 4)
    """
    product: Tensor = matmul(*_ranked("bmm", input, mat2, (3, 3)))
    return product


@public()
def mv(input: Tensor, vec: Tensor) -> Tensor:
    """A matrix times a vector, (n, m) @ (m,) (`torch.mv`).

    >>> mv(tensor([[1.0, 2.0], [3.0, 4.0]]), tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    product: Tensor = matmul(*_ranked("mv", input, vec, (2, 1)))
    return product


@public()
def dot(input: Tensor, tensor: Tensor) -> Tensor:
    """The sum of the products of two vectors of one length (`torch.dot`).

    >>> dot(tensor([1.0, 2.0]), tensor([3.0, 4.0]))
    tensor(11.)
    """
    product: Tensor = matmul(*_ranked("dot", input, tensor, (1, 1)))
    return product


@public()
def vdot(input: Tensor, other: Tensor) -> Tensor:
    """`dot`; of complex vectors the first would be conjugated (`torch.vdot`).

    >>> vdot(tensor([1.0, 2.0]), tensor([3.0, 4.0]))
    tensor(11.)
    """
    product: Tensor = matmul(*_ranked("vdot", input, other, (1, 1)))
    return product


@public(numpy=(np.inner,))
def inner(input: Tensor, other: Tensor) -> Tensor:
    """Sums of products over the last dimension of both (`torch.inner`).

    Shapes (..., n) and (***, n) give (..., ***); a number multiplies.
    Raises RuntimeError where the last dimensions differ.

    >>> inner(tensor([[1.0, 2.0], [3.0, 4.0]]), tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    if not input.ndim or not other.ndim:
        return input * other
    input, other = two_factors(input, other, "inner")
    if input.shape[-1] != other.shape[-1]:
        raise RuntimeError(
            "inner() the last dimension must match on both input tensors but got shapes "
            f"{input.shape} and {other.shape}"
        )
    rows = other.reshape(math.prod(other.shape[:-1]), other.shape[-1])
    return matmul(input, rows.t()).reshape((*input.shape[:-1], *other.shape[:-1]))


@public(numpy=(np.outer,))
def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """All products of an entry of one vector with one of the other: (n,), (m,) give (n, m).

    Raises RuntimeError for what is no vector.
    Source: `torch.outer`.

    >>> outer(tensor([1.0, 2.0]), tensor([10.0, 100.0]))
    tensor([[ 10., 100.],
            [ 20., 200.]])
    """
    for each in (input, vec2):
        tensor_or_array("outer", each)
        if each.ndim != 1:
            raise RuntimeError(
                f"outer: Expected 1-D arguments, but got shapes {input.shape} and {vec2.shape}"
            )
    return input[:, None] * vec2


ger = alias("ger", outer)


def _added(name: str, input: Any, product: Tensor, beta: Any, alpha: Any) -> Tensor:
    """beta * input + alpha * product, of the product's shape; with beta 0 without the input."""
    same_dtype(name, product, a_tensor(name, input), "input")
    whole = product.dtype.kind != "f"
    if whole and any(isinstance(each, float) for each in (beta, alpha)):
        raise RuntimeError(
            f"For integral input tensors, arguments beta and alpha of {name}() must not be "
            "floating point numbers; write x.float() first"
        )
    try:
        base: Tensor = input.expand(product.shape)
    except RuntimeError:
        raise RuntimeError(
            f"{name}(): the input of shape {input.shape} cannot be expanded to the product's shape "
            f"{product.shape}"
        ) from None
    if alpha != 1:
        product = product * alpha
    if beta == 0:
        return product
    return (base if beta == 1 else base * beta) + product


@public(inplace=True)
def addmm(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """beta * input + alpha * (mat1 @ mat2), the input broadcast to the product's shape.

    With ``beta`` 0 the input is left out, nan and all. Source: `torch.addmm`.

    >>> addmm(tensor([1.0, 2.0]), tensor([[1.0]]), tensor([[10.0, 20.0]]))
    tensor([[11., 22.]])
    """
    return _added("addmm", input, mm(mat1, mat2), beta, alpha)


@public(inplace=True)
def addmv(input: Tensor, mat: Tensor, vec: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """beta * input + alpha * (mat @ vec) (`torch.addmv`); see `addmm`.

    >>> addmv(tensor([1.0]), tensor([[1.0, 2.0]]), tensor([10.0, 20.0]))
    tensor([51.])
    """
    return _added("addmv", input, mv(mat, vec), beta, alpha)


@public(inplace=True)
def addr(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """beta * input + alpha * (vec1 outer vec2) (`torch.addr`); see `addmm`.

    >>> addr(tensor([1.0]), tensor([1.0, 2.0]), tensor([10.0]))
    tensor([[11.],
            [21.]])
    """
    return _added("addr", input, outer(vec1, vec2), beta, alpha)


@public(inplace=True)
def addbmm(
    input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Any = 1, alpha: Any = 1
) -> Tensor:
    """beta * input + alpha * (sum over b of batch1[b] @ batch2[b]) (`torch.addbmm`).

    >>> addbmm(tensor([1.0]), ones(5, 1, 2), ones(5, 2, 1))
    tensor([[11.]])
    """
    left, right = _ranked("addbmm", batch1, batch2, (3, 3))
    b, n, m = left.shape  # one product of (n, b m) and (b m, p) instead of b of them and a sum
    rows, columns = left.swapaxes(0, 1).reshape(n, b * m), right.reshape(b * m, right.shape[-1])
    return _added("addbmm", input, mm(rows, columns), beta, alpha)


@public(inplace=True)
def baddbmm(
    input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Any = 1, alpha: Any = 1
) -> Tensor:
    """beta * input + alpha * (batch1[b] @ batch2[b]), for each b (`torch.baddbmm`).

    >>> baddbmm(tensor([1.0]), ones(2, 1, 3), ones(2, 3, 1)).shape
    (2, 1, 1)
    """
    return _added("baddbmm", input, bmm(batch1, batch2), beta, alpha)
