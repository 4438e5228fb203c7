"""Transposing: views with the dimensions in another order."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.arguments import a_tensor
from autograd.dimensions import axis
from autograd.operator import Op
from autograd.ops.shape import sizes
from autograd.registry import METHODS, alias, public
from autograd.tensor import Tensor
from autograd.views import view as take_view

__all__ = [
    "adjoint",
    "moveaxis",
    "movedim",
    "permute",
    "swapaxes",
    "swapdims",
    "t",
    "transpose",
]

_transpose = Op(
    "transpose",
    lambda x, dim0, dim1: x.swapaxes(dim0, dim1),
    "x",
    params="dim0 dim1",
    x=lambda g, dim0, dim1: g.swapaxes(dim0, dim1),
)
_t = _transpose.named("t", "TBackward0")
_permute = Op(
    "permute",
    lambda x, dims: x.transpose(dims),
    "x",
    params="dims",
    x=lambda g, dims: np.transpose(g, tuple(np.argsort(dims).tolist())),
)


@public(numpy=(np.swapaxes,), keywords={"axis0": "dim0", "axis1": "dim1"})
def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """A view with two dimensions swapped (`torch.transpose`).

    >>> transpose(zeros(2, 3), 0, 1).shape
    (3, 2)
    """
    count = a_tensor("transpose", input).ndim
    dims = axis(dim0, count), axis(dim1, count)
    result: Tensor = take_view(_transpose, input, *dims) if count else _same(input)
    return result


def _same(input: Tensor) -> Tensor:
    """A view with the dimensions as they are."""
    result: Tensor = take_view(_permute, input, tuple(range(input.ndim)))
    return result


swapaxes = alias("swapaxes", transpose)
swapdims = alias("swapdims", transpose)


@public()
def t(input: Tensor) -> Tensor:
    """The transpose of a matrix; a vector stays as it is (`torch.t`).

    Raises RuntimeError for more than two dimensions.

    >>> t(zeros(2, 3)).shape
    (3, 2)
    """
    if a_tensor("t", input).ndim > 2:
        raise RuntimeError(
            f"t() expects a tensor with <= 2 dimensions, but self is {input.ndim}D; "
            "write x.transpose(-2, -1)"
        )
    result: Tensor = take_view(_t, input, 0, 1) if input.ndim == 2 else _same(input)
    return result


@public(numpy=())
def permute(input: Tensor, *order: Any, dims: Any = None) -> Tensor:
    """A view with the dimensions in another order (`torch.permute`).

    Raises RuntimeError where that is no order of all dimensions.

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


def _transposed(self: Tensor) -> Tensor:
    """The view with all dimensions reversed (`torch.Tensor.T`).

    >>> zeros(2, 3).T.shape
    (3, 2)
    """
    result: Tensor = take_view(_permute, self, tuple(range(self.ndim))[::-1])
    return result


def _matrix_transposed(self: Tensor) -> Tensor:
    """The view with the last two dimensions swapped (`torch.Tensor.mT`).

    >>> zeros(5, 2, 3).mT.shape
    (5, 3, 2)
    """
    if self.ndim == 1:
        raise RuntimeError(f"tensor.mT is only supported on matrices, this one is {self.ndim}-D")
    return transpose(self, -2, -1) if self.ndim else self


def _matrix_adjoint(self: Tensor) -> Tensor:
    """`mT`, as a real matrix is its own conjugate (`torch.Tensor.mH`).

    >>> zeros(5, 2, 3).mH.shape
    (5, 3, 2)
    """
    if self.ndim == 1:
        raise RuntimeError(f"tensor.mH is only supported on matrices, this one is {self.ndim}-D")
    return transpose(self, -2, -1) if self.ndim else self


def _adjoint_of_matrix(self: Tensor) -> Tensor:
    """The transpose of a matrix, real, so its own conjugate (`torch.Tensor.H`).

    >>> zeros(2, 3).H.shape
    (3, 2)
    """
    if self.ndim not in (0, 2):
        raise RuntimeError(
            f"tensor.H is only supported on matrices (2-D tensors), this one is {self.ndim}-D; "
            "write x.mH for a batch of them"
        )
    return transpose(self, 0, -1) if self.ndim else self


METHODS.update(
    T=property(_transposed),
    mT=property(_matrix_transposed),
    H=property(_adjoint_of_matrix),
    mH=property(_matrix_adjoint),
)


@public()
def adjoint(input: Tensor) -> Tensor:
    """The last two dimensions swapped: the adjoint of real matrices (`torch.adjoint`).

    Raises RuntimeError for a vector.

    >>> adjoint(zeros(5, 2, 3)).shape
    (5, 3, 2)
    """
    if a_tensor("adjoint", input).ndim == 1:
        raise RuntimeError("adjoint() expects matrices, this tensor is 1-D")
    return transpose(input, -2, -1) if input.ndim else input


@public(numpy=(np.moveaxis,))
def movedim(input: Tensor, source: Any, destination: Any) -> Tensor:
    """A view with the dimensions ``source`` at the places ``destination`` (`torch.movedim`).

    The others keep their order. Raises RuntimeError where one is named twice.

    >>> movedim(zeros(2, 3, 4), 0, -1).shape
    (3, 4, 2)
    """
    count = a_tensor("movedim", input).ndim
    places = [
        [axis(dim, count) for dim in (given if isinstance(given, (tuple, list)) else (given,))]
        for given in (source, destination)
    ]
    taken, put = places
    if len(taken) != len(put) or any(len(set(dims)) < len(dims) for dims in places):
        raise RuntimeError(
            f"movedim() moves as many dimensions as there are places, each once: source {source}, "
            f"destination {destination}"
        )
    if not count:
        return _same(input)
    order = [dim for dim in range(count) if dim not in taken]
    for place, dim in sorted(zip(put, taken, strict=True)):
        order.insert(place, dim)
    return permute(input, order)


moveaxis = alias("moveaxis", movedim)
