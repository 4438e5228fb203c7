"""Shape: other views of the same memory."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.arguments import a_tensor
from autograd.blocks import order_of
from autograd.conversion import reread
from autograd.dimensions import axis, index_along, reduced_axes
from autograd.operator import Op, apply
from autograd.registry import METHODS, described, public
from autograd.tensor import Tensor
from autograd.views import view as take_view

__all__ = [
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "clone",
    "flatten",
    "ravel",
    "reshape",
    "squeeze",
    "unflatten",
    "unsqueeze",
]


def _reshaping(
    name: str, kernel: Callable[..., Any], params: str, backward: str | None = None
) -> Op:
    """An operator that gives the same elements in another shape, and back."""
    rule = lambda g, x_shape: np.reshape(g, x_shape)  # noqa: E731 - rules are lambdas everywhere
    return Op(name, kernel, "x", params=params, backward=backward, x=rule)


_reshape = _reshaping("reshape", lambda x, shape: x.reshape(shape), "shape", "ViewBackward0")
_view = _reshaping("view", lambda x, shape: x.reshape(shape), "shape")
_squeeze = _reshaping("squeeze", lambda x, dims: x.squeeze(dims), "dims")
_squeeze_dim = _squeeze.named("squeeze", "SqueezeBackward1")
_unsqueeze = _reshaping("unsqueeze", lambda x, dim: x[index_along(dim, None)], "dim")


clone_op = Op(
    "clone",
    lambda x, order: np.array(x, order=order_of(x) if order == "K" else order),
    "x",
    params="order",
    x=lambda g: g,
)


def sizes(given: tuple[Any, ...]) -> tuple[int, ...]:
    """Sizes given one by one or as one sequence, as a tuple of ints."""
    if len(given) == 1 and isinstance(given[0], (tuple, list)):
        given = tuple(given[0])
    elif not given:
        raise TypeError("the sizes are missing: write x.reshape(2, 3) or x.reshape((2, 3))")
    try:
        return tuple(each.__index__() for each in given)
    except AttributeError:
        raise TypeError(f"sizes and dimensions are integers, got {given}") from None


def _reshaped(op: Op, input: Tensor, shape: tuple[int, ...]) -> Tensor:
    a_tensor(op.name, input)
    for place, length in enumerate(shape):
        if length < -1:
            raise RuntimeError(
                f"invalid shape dimension {length} at index {place} of shape {list(shape)}"
            )
    try:
        if op is _view:
            input._memory().reshape(shape, copy=False)
        result: Tensor = take_view(op, input, shape)
    except ValueError:
        if op is _view and np.prod([n for n in shape if n >= 0]) in (0, input.numel()):
            raise RuntimeError(
                "view size is not compatible with input tensor's size and stride (at least one "
                "dimension spans across two contiguous subspaces). Use .reshape(...) instead."
            ) from None
        raise RuntimeError(
            f"shape '{list(shape)}' is invalid for input of size {input.numel()}: the tensor has "
            f"shape {tuple(input.shape)}; one -1 stands for what is left"
        ) from None
    return result


@public(numpy=(np.reshape,))
def reshape(input: Tensor, *sizes_: Any, shape: Any = None) -> Tensor:
    """The same elements in another shape, a view where that is possible (`torch.reshape`).

    One -1 stands for what is left. Raises RuntimeError where the sizes do not match.

    >>> reshape(tensor([1, 2, 3, 4]), (2, -1))
    tensor([[1, 2],
            [3, 4]])
    """
    return _reshaped(_reshape, input, sizes(sizes_ if shape is None else (shape,)))


def view(self: Tensor, *shape: Any, size: Any = None, dtype: Any = None) -> Tensor:
    """`reshape` that never copies: RuntimeError where it would have to (`torch.Tensor.view`).

    ``x.view(dtype)`` has the same bytes as elements of that dtype, outside the graph.

    >>> tensor([1, 2, 3, 4]).view(2, 2)
    tensor([[1, 2],
            [3, 4]])
    """
    if dtype is not None or (len(shape) == 1 and isinstance(shape[0], np.dtype)):
        return reread(self, dtype or shape[0])
    return _reshaped(_view, self, sizes(shape if size is None else (*shape, size)))


METHODS["view"] = view


def view_as(self: Tensor, other: Tensor) -> Tensor:
    """`view` in the shape of ``other``.

    >>> tensor([1, 2, 3, 4]).view_as(zeros(2, 2)).shape
    (2, 2)
    """
    return _reshaped(_view, self, other.shape)


METHODS["view_as"] = view_as


def reshape_as(self: Tensor, other: Tensor) -> Tensor:
    """`reshape` to the shape of ``other``.

    >>> tensor([1, 2, 3, 4]).reshape_as(zeros(2, 2)).shape
    (2, 2)
    """
    return _reshaped(_reshape, self, other.shape)


METHODS["reshape_as"] = reshape_as


@public(numpy=(np.squeeze,))
def squeeze(input: Tensor, dim: Any = None) -> Tensor:
    """A view without the dimensions of length 1, or without ``dim`` if that is one.

    Source: `torch.squeeze`.

    >>> squeeze(zeros(1, 3, 1)).shape
    (3,)
    """
    axes = reduced_axes(a_tensor("squeeze", input).shape, dim)
    gone = tuple(d for d in axes if input.ndim and input.shape[d] == 1)
    result: Tensor = take_view(_squeeze if dim is None else _squeeze_dim, input, gone)
    return result


@public()
def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """A view with a new dimension of length 1 at ``dim`` (`torch.unsqueeze`).

    >>> unsqueeze(zeros(3), 0).shape
    (1, 3)
    """
    count = a_tensor("unsqueeze", input).ndim + 1
    result: Tensor = take_view(_unsqueeze, input, axis(dim, count))
    return result


@public(method=False, name="_expanded", numpy=(np.expand_dims,))
def _numpy_expand_dims(input: Tensor, axis: Any) -> Tensor:
    """`np.expand_dims`: `unsqueeze` at one or several dimensions of the result."""
    count = input.ndim + (len(axis) if isinstance(axis, (tuple, list)) else 1)
    for dim in reduced_axes((1,) * count, axis):
        input = unsqueeze(input, dim)
    return input


def _ranked(
    name: str, rank: Callable[[Tensor], Tensor], numpy: Any, dims: str, shape: str
) -> Callable[..., Any]:
    """One of `atleast_1d`, `atleast_2d`, `atleast_3d`."""

    def grown(*tensors: Any) -> Any:
        if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
            return tuple(rank(a_tensor(name, each)) for each in tensors[0])
        grown = tuple(rank(a_tensor(name, each)) for each in tensors)
        return grown[0] if len(grown) == 1 else grown

    doc = f"""A view with {dims} at least; of several tensors a tuple (`torch.{name}`).

    >>> {name}(zeros(4)).shape
    {shape}
    """
    return public(method=False, numpy=(numpy,))(described(grown, name, doc))


def _cube(input: Tensor) -> Tensor:
    if input.ndim == 2:
        return unsqueeze(input, -1)
    return reshape(input, (1, -1, 1)) if input.ndim < 2 else input


atleast_1d = _ranked(
    "atleast_1d",
    lambda x: x if x.ndim else reshape(x, 1),
    np.atleast_1d,
    "one dimension",
    "(4,)",
)
atleast_2d = _ranked(
    "atleast_2d",
    lambda x: x if x.ndim > 1 else reshape(x, (1, -1)),
    np.atleast_2d,
    "two dimensions",
    "(1, 4)",
)
atleast_3d = _ranked("atleast_3d", _cube, np.atleast_3d, "three dimensions", "(1, 4, 1)")


@public()
def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The dimensions from ``start_dim`` to ``end_dim`` as one (`torch.flatten`).

    Raises RuntimeError where ``start_dim`` comes after ``end_dim``.

    >>> flatten(zeros(2, 3, 4), 1).shape
    (2, 12)
    """
    shape = a_tensor("flatten", input).shape or (1,)
    start, end = axis(start_dim, len(shape)), axis(end_dim, len(shape))
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if start == end and input.ndim:
        return input
    merged = int(np.prod(shape[start : end + 1]))
    return reshape(input, (*shape[:start], merged, *shape[end + 1 :]))


@public()
def unflatten(input: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    """The dimension ``dim`` as several, of the given sizes; one may be -1 (`torch.unflatten`).

    Raises RuntimeError where the sizes do not multiply to the length.

    >>> unflatten(zeros(2, 6), 1, (2, -1)).shape
    (2, 2, 3)
    """
    parts = _sizes((tuple(sizes),))
    if not a_tensor("unflatten", input).ndim or not parts:
        raise RuntimeError(
            f"unflatten() makes a dimension into one or more: sizes {parts}, a tensor of shape "
            f"{input.shape}"
        )
    place = axis(dim, input.ndim)
    length = input.shape[place]
    known = math.prod(n for n in parts if n != -1)
    if parts.count(-1) > 1 or (known != length if -1 not in parts else not known or length % known):
        raise RuntimeError(
            f"unflatten: Provided sizes {list(parts)} don't multiply up to the size of dim {place} "
            f"({length}) in the input tensor"
        )
    parts = tuple(length // known if n == -1 else n for n in parts)
    return reshape(input, (*input.shape[:place], *parts, *input.shape[place + 1 :]))


_sizes = sizes  # `unflatten` has an argument of this name


@public(numpy=(np.ravel,))
def ravel(input: Tensor) -> Tensor:
    """All elements in one dimension (`torch.ravel`).

    >>> ravel(tensor([[1, 2], [3, 4]]))
    tensor([1, 2, 3, 4])
    """
    return reshape(contiguous(a_tensor("ravel", input)), (-1,))


@public(numpy=(np.copy,))
def clone(input: Tensor, *, memory_format: Any = None) -> Tensor:
    """A copy with memory of its own, through which the gradient flows (`torch.clone`).

    ``memory_format`` is torch's and changes nothing here.

    >>> clone(tensor([1.0, 2.0]))
    tensor([1., 2.])
    """
    copied: Tensor = apply(clone_op, (a_tensor("clone", input),), ("K",))
    return copied


def contiguous(self: Tensor, memory_format: Any = None) -> Tensor:
    """Itself where the memory is in row-major order, else a copy that is.

    ``memory_format`` is torch's and changes nothing here.

    >>> zeros(2, 3).t().contiguous().is_contiguous()
    True
    """
    if self.is_contiguous():
        return self
    copied: Tensor = apply(clone_op, (self,), ("C",))
    return copied


METHODS["contiguous"] = contiguous
