"""Joining and splitting tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.arguments import a_tensor, not_a_tensor, operands
from autograd.broadcasting import axis
from autograd.graph import Node
from autograd.operator import Op, apply
from autograd.ops.indexing import read
from autograd.registry import METHODS, alias, public
from autograd.tensor import Tensor
from autograd.views import view as take_view

__all__ = [
    "cat",
    "chunk",
    "concat",
    "concatenate",
    "split",
    "stack",
    "unbind",
]

_split = Op(
    "split",
    lambda x, ends, dim: tuple(np.split(x, ends, dim)),
    "x",
    params="ends dim",
    outputs=True,
    x=lambda gs, dim: np.concatenate(gs, dim),
)
_unbind = Op(
    "unbind",
    lambda x, dim: tuple(np.moveaxis(x, dim, 0)[i, ...] for i in range(x.shape[dim])),
    "x",
    params="dim",
    outputs=True,
    x=lambda gs, dim: np.stack(gs, dim),
)


def _cat_rule(node: Node, g: Any, needs: Sequence[bool]) -> list[Any]:
    """Each tensor's own stretch of the gradient."""
    dim, ends = node.params
    before = (slice(None),) * dim
    return [
        read(g, (*before, slice(start, end))) if need else None
        for start, end, need in zip((0, *ends), ends, needs, strict=False)
    ]


def _stack_rule(node: Node, g: Any, needs: Sequence[bool]) -> list[Any]:
    (dim,) = node.params
    before = (slice(None),) * dim
    return [read(g, (*before, i)) if need else None for i, need in enumerate(needs)]


_cat = Op("cat", lambda *args: np.concatenate(args[:-2], args[-2]), "", joint=_cat_rule)
_stack = Op("stack", lambda *args: np.stack(args[:-1], args[-1]), "", joint=_stack_rule)


def _sequence(name: str, tensors: Any) -> list[Tensor]:
    if isinstance(tensors, Tensor):
        raise TypeError(f"{name}(): argument 'tensors' must be tuple of Tensors, not Tensor")
    given = list(tensors)
    if not given:
        raise ValueError(f"{name}(): expected a non-empty list of Tensors")
    for each in given:
        if not isinstance(each, (Tensor, np.ndarray)):
            raise not_a_tensor(name, each)
    return operands(name, *given)


@public(method=False, numpy=(np.concatenate,))
def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """The tensors one after the other along ``dim`` (`torch.cat`).

    All other dimensions must be the same; raises RuntimeError where they are not.

    >>> cat([tensor([1, 2]), tensor([3])])
    tensor([1, 2, 3])
    """
    given = _sequence("cat", tensors)
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

    >>> stack([tensor([1, 2]), tensor([3, 4])])
    tensor([[1, 2],
            [3, 4]])
    """
    if isinstance(tensors, (list, tuple)) and not tensors:
        raise RuntimeError("stack expects a non-empty list of Tensors")
    given = _sequence("stack", tensors)
    if any(each.shape != given[0].shape for each in given):
        raise RuntimeError(
            f"stack expects each tensor to be equal size, but got {[each.shape for each in given]}"
        )
    joined: Tensor = apply(_stack, given, (axis(dim, given[0].ndim + 1),))
    return joined


@public()
def split(tensor: Tensor, split_size_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of consecutive parts: of one size (the last may be smaller), or of given sizes.

    Source: `torch.split`.

    >>> split(tensor([1, 2, 3, 4, 5]), 2)
    (tensor([1, 2]), tensor([3, 4]), tensor([5]))
    """
    if not a_tensor("split", tensor).ndim:
        raise RuntimeError("split expects at least a 1-dimensional tensor, this one is 0-d")
    along = axis(dim, tensor.ndim)
    length = tensor.shape[along]
    if isinstance(split_size_or_sections, int):
        size = split_size_or_sections
        if size < 0 or (size == 0 and length):
            raise RuntimeError(
                f"split expects split_size be non-negative, but got split_size={size}"
            )
        ends = list(range(size, length, size)) if size else []
    else:
        sections = list(split_size_or_sections)
        if sum(sections) != length or any(n < 0 for n in sections):
            raise RuntimeError(
                f"split_with_sizes expects split_sizes to sum exactly to {length} (input tensor's "
                f"size at dimension {along}), but got split_sizes={sections}"
            )
        ends = np.cumsum(sections)[:-1].tolist()
    parts: tuple[Tensor, ...] = take_view(_split, tensor, tuple(ends), along)
    return parts


@public()
def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most ``chunks`` parts of equal length, the last maybe shorter (`torch.chunk`).

    >>> chunk(tensor([1, 2, 3, 4, 5]), 2)
    (tensor([1, 2, 3]), tensor([4, 5]))
    """
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    if not a_tensor("chunk", input).ndim:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor, this one is 0-d")
    length = input.shape[axis(dim, input.ndim)]
    return split(input, -(-length // chunks) if length else [0] * chunks, dim)


@public()
def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of the parts along ``dim``, without that dimension (`torch.unbind`).

    >>> unbind(tensor([[1, 2], [3, 4]]))
    (tensor([1, 2]), tensor([3, 4]))
    """
    parts: tuple[Tensor, ...] = take_view(_unbind, input, axis(dim, a_tensor("unbind", input).ndim))
    return parts


def _iterate(self: Tensor) -> Any:
    if not self.ndim:
        raise TypeError("iteration over a 0-d tensor")
    return iter(unbind(self))


METHODS["__iter__"] = _iterate
