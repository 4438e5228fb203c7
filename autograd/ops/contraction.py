"""Products of several matrices, and over several dimensions; what is made of products."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import dtypes
from autograd.arguments import a_tensor, operands, refused_bools
from autograd.dimensions import axis
from autograd.operator import Op, apply
from autograd.ops.products import matmul, two_factors
from autograd.ops.rearranging import flip
from autograd.ops.slicing import diagonal
from autograd.registry import public
from autograd.tensor import Tensor

__all__ = ["bilinear", "chain_matmul", "cross", "tensordot", "trace", "vander"]

linalg_matmul = public(name="linalg.matmul", method=False)(matmul)


@public(method=False, numpy=(np.tensordot,))
def tensordot(a: Tensor, b: Tensor, dims: Any = 2, axes: Any = None) -> Tensor:
    """The sum of products over several dimensions of both (`torch.tensordot`).

    ``dims``: how many, the last of ``a`` with the first of ``b``; or two lists of dimensions.
    Raises RuntimeError where they do not fit.

    >>> tensordot(ones(2, 3, 4), ones(4, 3, 5), dims=([1, 2], [1, 0])).shape
    (2, 5)
    """
    a, b = two_factors(a, b, "tensordot")
    dims = dims if axes is None else axes
    if isinstance(dims, (list, tuple)):
        first, second = ([each] if isinstance(each, int) else list(each) for each in dims)
    elif isinstance(dims, Tensor) and dims.numel() > 1:
        first, second = dims.tolist()
    else:
        count = int(dims)
        if count < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={count}")
        if count > min(a.ndim, b.ndim):
            raise RuntimeError(
                f"tensordot expects dims < ndim_a or ndim_b, but got dims={count} for shapes "
                f"{a.shape} and {b.shape}"
            )
        first, second = list(range(a.ndim - count, a.ndim)), list(range(count))
    if len(first) != len(second):
        raise RuntimeError(
            f"both dimension lists should have the same length, but tensordot got {first} and "
            f"{second}"
        )
    first, second = [axis(d, a.ndim) for d in first], [axis(d, b.ndim) for d in second]
    for d, e in zip(first, second, strict=True):
        if a.shape[d] == b.shape[e]:
            continue
        if a.shape[d] == 1:  # torch lets a length of 1 broadcast
            b = b.sum(e, keepdim=True, dtype=b.dtype)
        elif b.shape[e] == 1:
            a = a.sum(d, keepdim=True, dtype=a.dtype)
        else:
            raise RuntimeError(
                f"contracted dimensions need to match, but dim {d} of the first has size "
                f"{a.shape[d]} and dim {e} of the second has {b.shape[e]}"
            )
    free_a = [d for d in range(a.ndim) if d not in first]
    free_b = [d for d in range(b.ndim) if d not in second]
    left, right = [a.shape[d] for d in free_a], [b.shape[d] for d in free_b]
    inner = math.prod(a.shape[d] for d in first)
    rows = a.permute(free_a + first).reshape(math.prod(left), inner)
    columns = b.permute(second + free_b).reshape(inner, math.prod(right))
    result: Tensor = matmul(rows, columns).reshape(left + right)
    return result


@public(name="linalg.multi_dot", method=False)
def multi_dot(tensors: Sequence[Tensor]) -> Tensor:
    """The product of two or more matrices, in the order of fewest multiplications.

    The first may be a row, the last a column, given as vectors. Raises RuntimeError for fewer
    than two and for other ranks between. Source: `torch.linalg.multi_dot`; the order is that of
    Cormen et al., Introduction to Algorithms, section 15.2.

    >>> linalg.multi_dot([ones(10, 100), ones(100, 5), ones(5, 50)]).shape
    (10, 50)
    """
    given = list(tensors)
    if len(given) < 2:
        raise RuntimeError(f"multi_dot(): expected at least 2 tensors but got {len(given)}")
    ends = {0, len(given) - 1}
    for place, each in enumerate(given):
        if a_tensor("multi_dot", each).ndim != 2 and not (place in ends and each.ndim == 1):
            raise RuntimeError(
                f"multi_dot(): tensor {place} must be 2D (the first and the last may be 1D), but "
                f"it has shape {each.shape}"
            )
        if each.dtype != given[0].dtype:
            raise RuntimeError(
                f"multi_dot(): all tensors must have the same dtype, but got {given[0].dtype} and "
                f"{each.dtype}"
            )
    row, column = given[0].ndim == 1, given[-1].ndim == 1
    given[0] = given[0].unsqueeze(0) if row else given[0]
    given[-1] = given[-1].unsqueeze(1) if column else given[-1]
    for one, two in itertools.pairwise(given):
        if one.shape[1] != two.shape[0]:
            raise RuntimeError(
                f"multi_dot(): shapes {[each.shape for each in given]} cannot be multiplied: "
                f"{one.shape} meets {two.shape}"
            )
    product = _multiplied(given, _splits([given[0].shape[0], *(x.shape[1] for x in given)]))
    if row:
        product = product.squeeze(0)
    return product.squeeze(-1) if column else product


def _splits(sizes: Sequence[int]) -> dict[tuple[int, int], int]:
    """For matrices i to j, behind which of them the cheapest order puts the last product."""
    count = len(sizes) - 1
    cost: dict[tuple[int, int], float] = {(i, i): 0 for i in range(count)}
    best = {}
    for length in range(1, count):
        for i in range(count - length):
            j = i + length
            at = range(i, j)
            costs = [
                cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1] for k in at
            ]
            cost[i, j] = min(costs)
            best[i, j] = at[costs.index(cost[i, j])]
    return best


def _multiplied(given: Sequence[Tensor], best: dict[tuple[int, int], int]) -> Tensor:
    """The product in that order; by a stack, since the order may be as deep as the list is long."""
    done: list[Tensor] = []
    todo: list[tuple[int, int] | None] = [(0, len(given) - 1)]
    while todo:
        span = todo.pop()
        if span is None:
            right, left = done.pop(), done.pop()
            done.append(matmul(left, right))
        elif span[0] == span[1]:
            done.append(given[span[0]])
        else:
            k = best[span]
            todo += [None, (k + 1, span[1]), (span[0], k)]
    return done[0]


@public(method=False)
def chain_matmul(*matrices: Tensor) -> Tensor:
    """The product of matrices, in the cheapest order (`torch.chain_matmul`); see `multi_dot`.

    Raises RuntimeError for no matrix, and for a tensor of another rank than 2.

    >>> chain_matmul(ones(2, 3), ones(3, 4), ones(4, 5)).shape
    (2, 5)
    """
    if not matrices:
        raise RuntimeError("chain_matmul(): expected at least one matrix")
    for each in matrices:
        if a_tensor("chain_matmul", each).ndim != 2:
            raise RuntimeError(
                f"chain_matmul(): expected 2-D tensors, but got one of shape {each.shape}; write "
                "linalg.multi_dot(tensors) where the ends are vectors"
            )
    product: Tensor = matrices[0].clone() if len(matrices) == 1 else multi_dot(matrices)
    return product


@public(name="linalg.vecdot", method=False)
def vecdot(x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
    """The dot product along ``dim``, the other dimensions broadcast (`torch.linalg.vecdot`).

    Raises RuntimeError for two dtypes and for integers.

    >>> linalg.vecdot(tensor([[1.0, 2.0], [3.0, 4.0]]), tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    if x.dtype != y.dtype or x.dtype.kind != "f":
        raise RuntimeError(
            f"linalg.vecdot: expected floating point tensors of one dtype, but got {x.dtype} and "
            f"{y.dtype}; write x.float()"
        )
    found: Tensor = (x * y).sum(dim)
    return found


@public(method=False, name="bilinear")
def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """y = x1^T A x2 + b, a matrix A for every output (`torch.nn.functional.bilinear`).

    Shapes (..., in1), (..., in2), weight (out, in1, in2), bias (out,); output (..., out).
    Raises RuntimeError where the shapes do not fit.

    >>> bilinear(tensor([[1.0, 2.0]]), tensor([[3.0]]), ones(4, 2, 1)).shape
    (1, 4)
    """
    x1, x2 = a_tensor("bilinear", input1), a_tensor("bilinear", input2)
    if (
        a_tensor("bilinear", weight).ndim != 3
        or x1.shape[:-1] != x2.shape[:-1]
        or not x1.ndim
        or (x1.shape[-1], x2.shape[-1]) != tuple(weight.shape[1:])
        or (bias is not None and tuple(bias.shape) != (weight.shape[0],))
    ):
        raise RuntimeError(
            "bilinear(): expected inputs (..., in1) and (..., in2), a weight (out, in1, in2) and a "
            f"bias (out,), but got {x1.shape}, {x2.shape}, {weight.shape} and "
            f"{None if bias is None else bias.shape}"
        )
    count = math.prod(x1.shape[:-1])
    out, n, m = weight.shape
    # (count, n) @ (n, out m) leaves one row x1^T A for each output, to be dotted with x2.
    rows = matmul(x1.reshape(count, n), weight.swapaxes(0, 1).reshape(n, out * m))
    y = matmul(rows.reshape(count, out, m), x2.reshape(count, m, 1)).reshape(*x1.shape[:-1], out)
    return y if bias is None else y + bias


_cross_op: Op = Op(
    "linalg_cross",
    lambda a, b, dim: np.cross(a, b, axis=dim),
    "a b",
    params="dim",
    a=lambda g, b, dim: _cross_op(b, g, dim),
    b=lambda g, a, dim: _cross_op(g, a, dim),
)


@public(name="linalg.cross", method=False)
def linalg_cross(input: Tensor, other: Tensor, *, dim: int = -1) -> Tensor:
    """The cross product of vectors of three entries along ``dim`` (`torch.linalg.cross`).

    Both have the same number of dimensions, which broadcast. Raises RuntimeError where ``dim``
    is not of length 3 in both.

    >>> linalg.cross(tensor([1.0, 0.0, 0.0]), tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    a, b = operands("linalg.cross", input, other, no_bools="any")
    if a.ndim != b.ndim:
        raise RuntimeError(
            "linalg.cross: inputs must have the same number of dimensions, but got shapes "
            f"{a.shape} and {b.shape}"
        )
    along = axis(dim, a.ndim)
    if a.shape[along : along + 1] != (3,) or b.shape[along] != 3:
        raise RuntimeError(
            f"linalg.cross: inputs dimension {dim} must have length 3, but the shapes are "
            f"{a.shape} and {b.shape}"
        )
    shape = np.broadcast_shapes(a.shape, b.shape)
    result: Tensor = apply(_cross_op, (a.expand(shape), b.expand(shape)), (along,))
    return result


@public()
def cross(input: Tensor, other: Tensor, dim: int | None = None) -> Tensor:
    """The cross product along ``dim``, else along the first dimension of length 3 (`torch.cross`).

    Raises RuntimeError where there is no such dimension.

    >>> cross(tensor([1.0, 0.0, 0.0]), tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    if dim is None:
        threes = [d for d, n in enumerate(a_tensor("cross", input).shape) if n == 3]
        if not threes:
            raise RuntimeError(f"cross(): no dimension of size 3 in input of shape {input.shape}")
        dim = threes[0]
    return linalg_cross(input, other, dim=dim)


@public(numpy=(np.trace,))
def trace(input: Tensor) -> Tensor:
    """The sum of a matrix's diagonal (`torch.trace`).

    Raises RuntimeError for other than two dimensions.

    >>> trace(tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(5.)
    """
    if a_tensor("trace", input).ndim != 2:
        raise RuntimeError(f"trace: expected a matrix, but got a tensor of shape {input.shape}")
    if input.dtype == dtypes.bool_:
        raise refused_bools("trace")
    total: Tensor = diagonal(input).sum()
    return total


def _powers(x: Tensor, count: int) -> Tensor:
    """x**0 to x**(count - 1) along a new last dimension."""
    kind = x.dtype if x.dtype.kind == "f" else dtypes.int64
    return x.unsqueeze(-1) ** np.arange(count).astype(kind)


@public(name="linalg.vander", method=False)
def linalg_vander(x: Tensor, *, N: int | None = None) -> Tensor:  # noqa: N803 - torch's name
    """The Vandermonde matrix: row i is 1, x_i, x_i**2, ... x_i**(N - 1) (`torch.linalg.vander`).

    Shape (..., n) gives (..., n, N); N is n where it is left out.
    Raises RuntimeError for ``N`` below 2, bools and float16.

    >>> linalg.vander(tensor([2, 3]), N=3)
    tensor([[1, 2, 4],
            [1, 3, 9]])
    """
    if a_tensor("linalg.vander", x).dtype in (dtypes.bool_, dtypes.float16):
        raise RuntimeError(f"linalg.vander supports float32, float64 and integers, not {x.dtype}")
    x = x if x.ndim else x.unsqueeze(0)
    if N is not None and N < 2:
        raise RuntimeError(f"linalg.vander: N must be greater than 1, but got {N}")
    return _powers(x, x.shape[-1] if N is None else N)


@public(method=False, numpy=(np.vander,))
def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Tensor:  # noqa: N803
    """The Vandermonde matrix of a vector, powers falling from the left (`torch.vander`).

    Raises RuntimeError for what is no vector and for a negative ``N``.

    >>> vander(tensor([2, 3]), 3)
    tensor([[4, 2, 1],
            [9, 3, 1]])
    """
    if a_tensor("vander", x).ndim != 1:
        raise RuntimeError(f"x must be a one-dimensional tensor, but vander() got {x.shape}")
    count = len(x) if N is None else N
    if count < 0:
        raise RuntimeError(f"N must be non-negative, but vander() got {N}")
    powers = _powers(x, count)
    return powers if increasing else flip(powers, (1,))
