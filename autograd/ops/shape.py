"""Shape: other views of the same memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.arguments import a_tensor
from autograd.broadcasting import axis, reduced_axes, sum_to
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.registry import METHODS, alias, public
from autograd.tensor import Tensor
from autograd.views import view as take_view

__all__ = [
    "broadcast_to",
    "clone",
    "flatten",
    "permute",
    "ravel",
    "reshape",
    "squeeze",
    "swapaxes",
    "swapdims",
    "t",
    "transpose",
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
_transpose = Op(
    "transpose",
    lambda x, dim0, dim1: x.swapaxes(dim0, dim1),
    "x",
    params="dim0 dim1",
    x=lambda g, dim0, dim1: np.swapaxes(g, dim0, dim1),
)
_t = _transpose.named("t", "TBackward0")
_permute = Op(
    "permute",
    lambda x, dims: x.transpose(dims),
    "x",
    params="dims",
    x=lambda g, dims: np.transpose(g, tuple(np.argsort(dims).tolist())),
)
_squeeze = _reshaping("squeeze", lambda x, dims: x.squeeze(dims), "dims")
_squeeze_dim = _squeeze.named("squeeze", "SqueezeBackward1")
_unsqueeze = _reshaping("unsqueeze", np.expand_dims, "dim")


def _expanded(x: Raw, shape: tuple[int, ...]) -> Raw:
    out = np.broadcast_to(x, shape)
    if isinstance(x, np.ndarray) and x.flags.writeable:
        out.flags.writeable = True  # its rows may be written to; the whole overlaps itself
    return out


_expand = Op(
    "expand",
    _expanded,
    "x",
    params="shape",
    x=lambda g, x_shape: sum_to(g, x_shape),
)
_clone = Op("clone", lambda x, order: np.array(x, order=order), "x", params="order", x=lambda g: g)


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


def view(self: Tensor, *shape: Any) -> Tensor:
    """`reshape` that never copies: RuntimeError where it would have to (`torch.Tensor.view`).

    >>> tensor([1, 2, 3, 4]).view(2, 2)
    tensor([[1, 2],
            [3, 4]])
    """
    return _reshaped(_view, self, sizes(shape))


METHODS["view"] = view


def view_as(self: Tensor, other: Tensor) -> Tensor:
    """`view` in the shape of ``other``.

    >>> tensor([1, 2, 3, 4]).view_as(zeros(2, 2)).shape
    (2, 2)
    """
    return _reshaped(_view, self, other.shape)


METHODS["view_as"] = view_as


@public(numpy=(np.swapaxes,))
def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """A view with two dimensions swapped (`torch.transpose`).

    >>> transpose(zeros(2, 3), 0, 1).shape
    (3, 2)
    """
    count = a_tensor("transpose", input).ndim
    dims = axis(dim0, count), axis(dim1, count)
    result: Tensor = take_view(_transpose, input, *dims) if count else input
    return result


swapaxes = alias("swapaxes", transpose)
swapdims = alias("swapdims", transpose)


@public()
def t(input: Tensor) -> Tensor:
    """The transpose of a matrix; a vector stays as it is (`torch.t`).

    >>> t(zeros(2, 3)).shape
    (3, 2)
    """
    if a_tensor("t", input).ndim > 2:
        raise RuntimeError(
            f"t() expects a tensor with <= 2 dimensions, but self is {input.ndim}D; "
            "write x.transpose(-2, -1)"
        )
    result: Tensor = take_view(_t, input, 0, 1) if input.ndim == 2 else input
    return result


@public(numpy=())
def permute(input: Tensor, *order: Any, dims: Any = None) -> Tensor:
    """A view with the dimensions in another order (`torch.permute`).

    >>> permute(zeros(2, 3, 4), (2, 0, 1)).shape
    (4, 2, 3)
    """
    given = sizes(order if dims is None else (dims,))
    fits = len(given) == a_tensor("permute", input).ndim
    axes = tuple(axis(dim, input.ndim) for dim in given) if fits else ()
    if sorted(axes) != list(range(input.ndim)):
        raise RuntimeError(
            f"permute(dims): {given} is not an order of the {input.ndim} dimensions of a tensor "
            f"of shape {input.shape}"
        )
    result: Tensor = take_view(_permute, input, axes)
    return result


@public(method=False, name="_transposed", numpy=(np.transpose,))
def _numpy_transpose(input: Tensor, axes: Any = None) -> Tensor:
    """`np.transpose`: all dimensions reversed, or in the order of ``axes``."""
    return permute(input, tuple(range(input.ndim))[::-1] if axes is None else axes)


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


def expand(self: Tensor, *shape: Any) -> Tensor:
    """A view in which dimensions of length 1 repeat; -1 keeps one (`torch.Tensor.expand`).

    >>> tensor([[1], [2]]).expand(2, 3)
    tensor([[1, 1, 1],
            [2, 2, 2]])
    """
    wanted = sizes(shape)
    offset = len(wanted) - self.ndim
    full = tuple(
        self.shape[i - offset] if n == -1 and i >= offset else n for i, n in enumerate(wanted)
    )
    try:
        result: Tensor = take_view(_expand, self, full)
    except ValueError:
        raise RuntimeError(
            f"The expanded size of the tensor {full} must match the existing size {self.shape}: "
            "only dimensions of length 1 can repeat, and new ones come in front"
        ) from None
    return result


METHODS["expand"] = expand


def expand_as(self: Tensor, other: Tensor) -> Tensor:
    """`expand` to the shape of ``other``.

    >>> tensor([[1], [2]]).expand_as(zeros(2, 3)).shape
    (2, 3)
    """
    return expand(self, other.shape)


METHODS["expand_as"] = expand_as


@public(numpy=(np.broadcast_to,))
def broadcast_to(input: Tensor, size: Sequence[int]) -> Tensor:
    """A view broadcast to ``size`` (`torch.broadcast_to`).

    >>> broadcast_to(tensor([1, 2]), (2, 2))
    tensor([[1, 2],
            [1, 2]])
    """
    return expand(input, size)


@public()
def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The dimensions from ``start_dim`` to ``end_dim`` as one (`torch.flatten`).

    >>> flatten(zeros(2, 3, 4), 1).shape
    (2, 12)
    """
    shape = a_tensor("flatten", input).shape or (1,)
    start, end = axis(start_dim, len(shape)), axis(end_dim, len(shape))
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    merged = int(np.prod(shape[start : end + 1]))
    return reshape(input, (*shape[:start], merged, *shape[end + 1 :]))


@public(numpy=(np.ravel,))
def ravel(input: Tensor) -> Tensor:
    """All elements in one dimension (`torch.ravel`).

    >>> ravel(tensor([[1, 2], [3, 4]]))
    tensor([1, 2, 3, 4])
    """
    return reshape(contiguous(a_tensor("ravel", input)), (-1,))


@public(numpy=(np.copy,))
def clone(input: Tensor) -> Tensor:
    """A copy with memory of its own, through which the gradient flows (`torch.clone`).

    >>> clone(tensor([1.0, 2.0]))
    tensor([1., 2.])
    """
    copied: Tensor = apply(_clone, (a_tensor("clone", input),), ("K",))
    return copied


def contiguous(self: Tensor) -> Tensor:
    """Itself where the memory is in row-major order, else a copy that is.

    >>> zeros(2, 3).t().contiguous().is_contiguous()
    True
    """
    if self.is_contiguous():
        return self
    copied: Tensor = apply(_clone, (self,), ("C",))
    return copied


METHODS["contiguous"] = contiguous
