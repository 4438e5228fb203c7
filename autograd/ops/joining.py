"""Joining tensors."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.arguments import a_tensor, operands, tensor_or_array
from autograd.creation import zeros
from autograd.dimensions import axis, index_along, upright
from autograd.dtypes import native
from autograd.graph import Node, Raw
from autograd.operator import Op, apply
from autograd.ops.arithmetic import mul
from autograd.ops.expanding import expand
from autograd.ops.indexing import read
from autograd.ops.shape import atleast_1d, atleast_2d, atleast_3d, flatten, reshape, view
from autograd.ops.transposing import transpose
from autograd.registry import alias, described, public
from autograd.tensor import Tensor, wrap

__all__ = [
    "block_diag",
    "cartesian_prod",
    "cat",
    "column_stack",
    "combinations",
    "concat",
    "concatenate",
    "dstack",
    "hstack",
    "kron",
    "meshgrid",
    "row_stack",
    "stack",
    "vstack",
]


def _cat_rule(node: Node, g: Any, needs: Sequence[bool]) -> list[Any]:
    """Each tensor's own stretch of the gradient."""
    dim, ends = node.params
    return [
        read(g, index_along(dim, slice(start, end))) if need else None
        for start, end, need in zip((0, *ends), ends, needs, strict=False)
    ]


def _stacked(*args: Any) -> Raw:
    arrays, dim = args[:-1], args[-1]
    if dim:
        return np.stack(arrays, dim)
    if not arrays[0].ndim:
        return np.array(arrays)
    # Many small arrays, as in a batch, in a fraction of the time that np.stack takes.
    return np.concatenate(arrays).reshape(len(arrays), *arrays[0].shape)


def _stack_rule(node: Node, g: Any, needs: Sequence[bool]) -> list[Any]:
    (dim,) = node.params
    return [read(g, index_along(dim, i)) if need else None for i, need in enumerate(needs)]


def _blocks(*args: Any) -> Raw:
    arrays, ends = args[:-1], args[-1]
    out = np.zeros(ends[-1], arrays[0].dtype)
    for array, (bottom, right) in zip(arrays, ends, strict=True):
        out[bottom - array.shape[0] : bottom, right - array.shape[1] : right] = array
    return out


def _blocks_rule(node: Node, g: Any, needs: Sequence[bool]) -> list[Any]:
    (ends,) = node.params
    starts = ((0, 0), *ends)
    return [
        read(g, tuple(map(slice, start, end))) if need else None
        for start, end, need in zip(starts, ends, needs, strict=False)
    ]


_cat = Op("cat", lambda *args: np.concatenate(args[:-2], args[-2]), "", joint=_cat_rule)
_block_diag = Op("block_diag", _blocks, "", joint=_blocks_rule)
_stack = Op("stack", _stacked, "", joint=_stack_rule)


def _sequence(name: str, tensors: Any) -> list[Any]:
    if isinstance(tensors, Tensor):
        raise TypeError(f"{name}(): argument 'tensors' must be tuple of Tensors, not Tensor")
    given = list(tensors)
    if not given:
        raise ValueError(f"{name}(): expected a non-empty list of Tensors")
    for each in given:
        tensor_or_array(name, each)
    return given


def _alike(name: str, tensors: Any) -> list[Tensor]:
    """The tensors in their common dtype, in which those of no dimensions hardly count."""
    given = _sequence(name, tensors)
    kind = given[0].dtype
    if all(isinstance(each, Tensor) and each.dtype is kind for each in given):
        return given  # as in most batches, which are long
    return operands(name, *given)


@public(method=False, numpy=(np.concatenate,))
def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """The tensors one after the other along ``dim`` (`torch.cat`).

    All other dimensions must be the same; raises RuntimeError where they are not.

    >>> cat([tensor([1, 2]), tensor([3])])
    tensor([1, 2, 3])
    """
    given = _alike("cat", tensors)
    # torch lets an empty vector stand beside tensors of any rank.
    kept = [each for each in given if each.shape != (0,)] or given[:1]
    flat = next((i for i, each in enumerate(given) if not each.ndim), None)
    if flat is not None:
        raise RuntimeError(
            f"zero-dimensional tensor (at position {flat}) cannot be concatenated: write "
            "stack(tensors), or x.reshape(1)"
        )
    along = axis(dim, kept[0].ndim)
    try:
        ends = tuple(np.cumsum([each.shape[along] for each in kept]).tolist())
        joined: Tensor = apply(_cat, kept, (along, ends))
    except (ValueError, IndexError):
        raise RuntimeError(
            "Sizes of tensors must match except in dimension "
            f"{along}: cat got {[each.shape for each in kept]}; choose another dim, or reshape"
        ) from None
    return joined


concat = alias("concat", cat, method=False)
concatenate = alias("concatenate", cat, method=False)


@public(method=False, numpy=(np.stack,))
def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """The tensors, all of one shape, along a new dimension ``dim`` (`torch.stack`).

    Raises RuntimeError for no tensors or two shapes.

    >>> stack([tensor([1, 2]), tensor([3, 4])])
    tensor([[1, 2],
            [3, 4]])
    """
    if isinstance(tensors, (list, tuple)) and not tensors:
        raise RuntimeError("stack expects a non-empty list of Tensors")
    given = _alike("stack", tensors)
    shape = given[0].shape
    if any(each.shape != shape for each in given):
        raise RuntimeError(
            f"stack expects each tensor to be equal size, but got {[each.shape for each in given]}"
        )
    joined: Tensor = apply(_stack, given, (axis(dim, given[0].ndim + 1),))
    return joined


def _stacking(
    name: str, ranked: Callable[[Tensor], Tensor], numpy: Any, meaning: str, example: str
) -> Callable[..., Tensor]:
    """A function that gives all tensors as many dimensions and joins them along one."""

    def joined(tensors: Any) -> Tensor:
        if isinstance(tensors, (list, tuple)) and not tensors:
            raise RuntimeError(f"{name} expects a non-empty TensorList")
        given = [
            ranked(each if isinstance(each, Tensor) else wrap(native(each)))
            for each in _sequence(name, tensors)
        ]
        dim = {"hstack": min(given[0].ndim - 1, 1), "vstack": 0, "dstack": 2}.get(name, 1)
        return cat(given, dim)

    doc = f"""{meaning} (`torch.{name}`).

    >>> {name}([tensor([1, 2]), tensor([3, 4])])
    {example}
    """
    return public(method=False, numpy=(numpy,))(described(joined, name, doc))


def _as_column(input: Tensor) -> Tensor:
    return reshape(input, (-1, 1)) if input.ndim < 2 else input


hstack = _stacking(
    "hstack",
    atleast_1d,
    np.hstack,
    "The tensors side by side: along dimension 1, vectors along 0",
    "tensor([1, 2, 3, 4])",
)
vstack = _stacking(
    "vstack",
    atleast_2d,
    np.vstack,
    "The tensors one below the other, vectors as rows",
    "tensor([[1, 2],\n            [3, 4]])",
)
row_stack = alias("row_stack", vstack, method=False)
dstack = _stacking(
    "dstack",
    atleast_3d,
    np.dstack,
    "The tensors one behind the other, along dimension 2",
    "tensor([[[1, 3],\n             [2, 4]]])",
)
column_stack = _stacking(
    "column_stack",
    _as_column,
    np.column_stack,
    "The tensors side by side, vectors as columns",
    "tensor([[1, 3],\n            [2, 4]])",
)


@public(method=False)
def block_diag(*tensors: Any) -> Tensor:
    """The matrix with the given ones along its diagonal, zeros elsewhere (`torch.block_diag`).

    A vector is one row. Raises RuntimeError for more than two dimensions.

    >>> block_diag(tensor([[1]]), tensor([2, 3]))
    tensor([[1, 0, 0],
            [0, 2, 3]])
    """
    if not tensors:
        return zeros(1, 0)
    for number, each in enumerate(tensors):
        if isinstance(each, Tensor) and each.ndim > 2:
            raise RuntimeError(
                "block_diag(): Input tensors must have 2 or fewer dimensions. "
                f"Input {number} has shape {each.shape}"
            )
    given = [atleast_2d(each) for each in _alike("block_diag", tensors)]
    shapes = np.cumsum([each.shape for each in given], axis=0).tolist()
    joined: Tensor = apply(_block_diag, given, (tuple(map(tuple, shapes)),))
    return joined


@public(method=False)
def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    """The coordinates of every point of a grid: each vector, expanded over all the others.

    ``indexing="xy"`` swaps the first two dimensions of the results (`torch.meshgrid`).
    Raises RuntimeError for tensors of two dimensions or more, and for two dtypes.

    >>> meshgrid(tensor([1, 2]), tensor([3, 4, 5]), indexing="ij")[0]
    tensor([[1, 1, 1],
            [2, 2, 2]])
    """
    if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
        tensors = tuple(tensors[0])
    if not tensors:
        raise RuntimeError("meshgrid expects a non-empty TensorList")
    if indexing not in ("ij", "xy"):
        raise RuntimeError(f'meshgrid(): indexing must be one of "xy" or "ij", not {indexing!r}')
    given = [atleast_1d(a_tensor("meshgrid", each)) for each in tensors]
    if any(each.ndim > 1 for each in given):
        raise RuntimeError(
            f"meshgrid(): Expected 0D or 1D tensors, got {[each.shape for each in given]}"
        )
    if len({each.dtype for each in given}) > 1:
        raise RuntimeError(
            "meshgrid expects all tensors to have the same dtype, got "
            f"{[each.dtype.name for each in given]}"
        )
    shape = tuple(each.numel() for each in given)
    grids = tuple(expand(upright(each, len(given) - 1 - i), shape) for i, each in enumerate(given))
    if indexing == "ij" or len(given) < 2:
        return grids
    return tuple(transpose(each, 0, 1) for each in grids)


@public(method=False)
def cartesian_prod(*tensors: Tensor) -> Tensor:
    """All combinations of one element of each vector, as rows (`torch.cartesian_prod`).

    Raises RuntimeError for what is no vector.

    >>> cartesian_prod(tensor([1, 2]), tensor([3, 4]))
    tensor([[1, 3],
            [1, 4],
            [2, 3],
            [2, 4]])
    """
    for each in tensors:
        if a_tensor("cartesian_prod", each).ndim != 1:
            raise RuntimeError(f"Expect a 1D vector, but got shape {list(each.shape)}")
    if len(tensors) == 1:
        return view(tensors[0], -1)
    return stack([flatten(each) for each in meshgrid(*tensors)], 1)


@public(method=False)
def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """All ways to take ``r`` elements of a vector in their order, as rows.

    Raises RuntimeError for what is no vector, and for a negative ``r``.
    Source: `torch.combinations`; ``with_replacement`` takes an element more than once, too.

    >>> combinations(tensor([1, 2, 3]))
    tensor([[1, 2],
            [1, 3],
            [2, 3]])
    """
    if a_tensor("combinations", input).ndim != 1:
        raise RuntimeError(f"Expect a 1D vector, but got shape {list(input.shape)}")
    if r < 0:
        raise RuntimeError(f"Expect a non-negative number, but got {r}")
    if not r:
        return wrap(np.empty(0, input.dtype))
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    flat = itertools.chain.from_iterable(choose(range(input.numel()), r))
    places = np.fromiter(flat, np.int64).reshape(-1, r)
    chosen: Tensor = read(input, places)
    return chosen


@public(numpy=(np.kron,))
def kron(input: Tensor, other: Tensor) -> Tensor:
    """Kronecker's product: every entry of ``input`` times the whole of ``other`` (`torch.kron`).

    >>> kron(tensor([1, 10]), tensor([[1, 2]]))
    tensor([[ 1,  2, 10, 20]])
    """
    count = max(a_tensor("kron", input).ndim, a_tensor("kron", other).ndim)
    a, b = ((1,) * (count - each.ndim) + each.shape for each in (input, other))
    product = mul(
        reshape(input, tuple(n for length in a for n in (length, 1))),
        reshape(other, tuple(n for length in b for n in (1, length))),
    )
    return reshape(product, tuple(n * m for n, m in zip(a, b, strict=True)))
