"""Sums, differences and products; `division` and `powers` are files of their own."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import dtypes
from autograd.arguments import a_tensor, refused_bools
from autograd.blocks import is_one_place
from autograd.families import binary, number_first, reflected, unary
from autograd.registry import METHODS, UFUNCS, alias, public
from autograd.tensor import Tensor

__all__ = [
    "add",
    "mul",
    "multiply",
    "neg",
    "negative",
    "positive",
    "rsub",
    "sub",
    "subtract",
]


plus = binary(
    "add",
    np.add,
    lambda g: g,
    lambda g: g,
    "input + other",
    bare=True,
    commutes=True,
)
MANY = 4096
"""From so many numbers on it pays to see whether they are one, as in the gradient of a mean."""


def _negated(g: Any) -> Any:
    if isinstance(g, np.ndarray) and g.size >= MANY and is_one_place(g):
        return np.broadcast_to(-g[(0,) * g.ndim], g.shape)
    return -g


minus = binary(
    "sub",
    np.subtract,
    lambda g: g,
    _negated,
    "input - other",
    backward=lambda node: "RsubBackward1" if number_first(node) else "SubBackward0",
    bare=True,
    no_bools="any",
)
mul = binary(
    "mul",
    np.multiply,
    lambda g, b: g * b,
    lambda g, a: g * a,
    """input * other, elementwise with broadcasting (`torch.mul`).

    >>> mul(tensor([1.0, 2.0]), 3)
    tensor([3., 6.])
    """,
    commutes=True,
)


def _scaled(name: str, input: Any, other: Any, alpha: Any) -> Any:
    """``other * alpha``; torch refuses a fractional ``alpha`` where both are integers."""
    if alpha == 1:
        return other
    if isinstance(alpha, float) and dtypes.result_type(input, other).kind != "f":
        raise RuntimeError(
            f"{name}(): For integral input tensors, argument alpha must not be a floating point "
            f"number, but it is {alpha}; write x.float() first"
        )
    if not isinstance(other, Tensor):
        return other * alpha
    kind = dtypes.result_type(input, other)
    return (other.to(kind) * alpha).to(kind)


def add(input: Any, other: Any, *, alpha: Any = 1) -> Tensor:
    """input + alpha * other, elementwise with broadcasting (`torch.add`).

    >>> add(tensor([1.0, 2.0]), 3)
    tensor([4., 5.])
    """
    return plus(input, _scaled("add", input, other, alpha))


def sub(input: Any, other: Any, *, alpha: Any = 1) -> Tensor:
    """input - alpha * other, elementwise with broadcasting (`torch.sub`).

    >>> sub(tensor([1.0, 2.0]), 3)
    tensor([-2., -1.])
    """
    if alpha != 1 and getattr(other, "dtype", None) == dtypes.bool_:
        raise refused_bools("sub")
    return minus(input, _scaled("sub", input, other, alpha))


neg = unary(
    "neg",
    np.negative,
    lambda g: -g,
    """-x, elementwise (`torch.neg`).

    >>> neg(tensor([1.0, -2.0]))
    tensor([-1.,  2.])
    """,
    floats=False,
    bools=False,
)


@public(method=False)
def rsub(input: Any, other: Any, *, alpha: Any = 1) -> Tensor:
    """other - alpha * input, elementwise with broadcasting (`torch.rsub`).

    >>> rsub(tensor([1.0, 2.0]), 3)
    tensor([2., 1.])
    """
    return minus(other, _scaled("rsub", other, input, alpha))


@public(numpy=(np.positive,))
def positive(input: Tensor) -> Tensor:
    """The input itself; bools raise RuntimeError (`torch.positive`).

    >>> positive(tensor([1.0, -2.0]))
    tensor([ 1., -2.])
    """
    if a_tensor("positive", input).dtype.kind == "b":
        raise refused_bools("positive")
    return input


UFUNCS.update({add: np.add, sub: np.subtract})
public(numpy=(np.add,), inplace=True)(add)
public(numpy=(np.subtract,), inplace=True)(sub)
multiply = alias("multiply", mul, inplace=True)
subtract = alias("subtract", sub, inplace=True)
negative = alias("negative", neg, inplace=True)

METHODS.update(
    __add__=plus,
    __radd__=plus,
    __sub__=minus,
    __rsub__=reflected(minus),
    __mul__=mul,
    __rmul__=mul,
    __neg__=neg,
    __pos__=positive,
)
