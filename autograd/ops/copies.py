"""Copies where the function of the name without ``_copy`` gives a view."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from autograd.operator import apply
from autograd.ops.expanding import expand
from autograd.ops.indexing import read
from autograd.ops.shape import clone_op, squeeze, unsqueeze, view
from autograd.ops.slicing import as_strided, diagonal, narrow, select, stretch, unfold
from autograd.ops.splitting import split, split_with_sizes, unbind
from autograd.ops.transposing import permute, t, transpose
from autograd.registry import described, public
from autograd.tensor import Tensor, wrap

__all__ = [
    "alias_copy",
    "as_strided_copy",
    "detach_copy",
    "diagonal_copy",
    "expand_copy",
    "narrow_copy",
    "permute_copy",
    "select_copy",
    "slice_copy",
    "split_copy",
    "split_with_sizes_copy",
    "squeeze_copy",
    "t_copy",
    "transpose_copy",
    "unbind_copy",
    "unfold_copy",
    "unsqueeze_copy",
    "view_copy",
]


def _alias(input: Tensor) -> Tensor:
    """The tensor itself."""
    return input


def _detached(input: Tensor) -> Tensor:
    """The tensor outside of the graph."""
    return wrap(input._memory())


def _slice(
    input: Tensor, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Tensor:
    """``input[start:end:step]`` along ``dim``."""
    part: Tensor = read(input, stretch("slice_copy", input, dim, start, end, step))
    return part


def _copying(take: Callable[..., Any], name: str, *example: Any, method: bool = False) -> Any:
    """The function that copies what ``take`` gives, out of the memory it shares."""

    def copied(each: Tensor) -> Tensor:
        made: Tensor = apply(clone_op, (each,), ("C",))
        return made

    @functools.wraps(take)
    def copy(*args: Any, **options: Any) -> Any:
        found = take(*args, **options)
        return tuple(map(copied, found)) if isinstance(found, tuple) else copied(found)

    given = "".join(f", {each!r}" for each in example)
    doc = f"""`{name.removesuffix("_copy")}`, as a copy with its own memory.

    Source: `torch.{name}`.

    >>> x = zeros(2, 2)
    >>> found = {name}(x{given})
    >>> x.fill_(1)[0], found[0].any()
    (tensor([1., 1.]), tensor(False))
    """
    return public(method=method)(described(copy, name, doc))


alias_copy = _copying(_alias, "alias_copy")
as_strided_copy = _copying(as_strided, "as_strided_copy", (2,), (1,))
detach_copy = _copying(_detached, "detach_copy")
diagonal_copy = _copying(diagonal, "diagonal_copy")
expand_copy = _copying(expand, "expand_copy", (3, 2, 2))
narrow_copy = _copying(narrow, "narrow_copy", 0, 0, 1, method=True)
permute_copy = _copying(permute, "permute_copy", (1, 0))
select_copy = _copying(select, "select_copy", 0, 0)
slice_copy = _copying(_slice, "slice_copy", 0, 0, 1)
split_copy = _copying(split, "split_copy", 1)
split_with_sizes_copy = _copying(split_with_sizes, "split_with_sizes_copy", (1, 1))
squeeze_copy = _copying(squeeze, "squeeze_copy")
t_copy = _copying(t, "t_copy")
transpose_copy = _copying(transpose, "transpose_copy", 0, 1)
unbind_copy = _copying(unbind, "unbind_copy")
unfold_copy = _copying(unfold, "unfold_copy", 0, 1, 1)
unsqueeze_copy = _copying(unsqueeze, "unsqueeze_copy", 0)
view_copy = _copying(view, "view_copy", (4,))
