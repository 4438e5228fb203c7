"""Arithmetic: the four operations, powers and their kin. ``y`` in a rule is the result."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import dtypes
from autograd.families import binary, reflected, unary
from autograd.graph import Node
from autograd.registry import METHODS, UFUNCS, alias, public
from autograd.tensor import Tensor

__all__ = [
    "add",
    "div",
    "divide",
    "floor_divide",
    "maximum",
    "minimum",
    "mul",
    "multiply",
    "neg",
    "negative",
    "pow",
    "remainder",
    "sub",
    "subtract",
    "true_divide",
]


def number_first(node: Node) -> bool:
    """Whether the first operand was a Python number."""
    return bool(node.params) and node.params[0] is not None


plus = binary(
    "add",
    np.add,
    lambda g: g,
    lambda g: g,
    "input + other",
    bare=True,
)
minus = binary(
    "sub",
    np.subtract,
    lambda g: g,
    lambda g: -g,
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
)
div = binary(
    "div",
    np.true_divide,
    lambda g, b: g / b,
    lambda g, a, b: -g * (a / b) / b,
    """input / other, elementwise with broadcasting; integers give floats (`torch.div`).

    >>> div(tensor([1.0, 2.0]), 4)
    tensor([0.2500, 0.5000])
    """,
    floats=True,
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
    return minus(input, _scaled("sub", input, other, alpha))


def _power_base(g: Any, a: Any, b: Any) -> Any:
    """b * a**(b - 1), and 0 where the exponent is 0, whatever the base."""
    if isinstance(b, (int, float)):
        return np.zeros_like(g) if b == 0 else g * (b * a ** (b - 1))
    return np.where(b == 0, 0, g * (b * a ** (b - 1)))


def _power_exponent(g: Any, a: Any, b: Any, y: Any) -> Any:
    """a**b * log(a), and 0 where 0 is raised to a power that is not negative."""
    return np.where((a == 0) & (b >= 0), 0, g * (y * np.log(a)))


power = binary(
    "pow",
    np.power,
    _power_base,
    _power_exponent,
    "input ** exponent",
    backward=lambda node: f"PowBackward{2 if number_first(node) else 0 if node.params else 1}",
    bare=True,
    no_bools="all",
)


def pow(input: Any, exponent: Any) -> Tensor:
    """input ** exponent, elementwise with broadcasting (`torch.pow`).

    >>> pow(tensor([1.0, 2.0]), 3)
    tensor([1., 8.])
    """
    return power(input, exponent)


def _dividing(ufunc: np.ufunc) -> Any:
    """The kernel that refuses what torch refuses: bools, and integers divided by zero."""

    def divide(a: Any, b: Any) -> Any:
        result = ufunc(a, b)
        if result.dtype.kind != "f":
            if not np.all(b):
                raise RuntimeError(f"ZeroDivisionError: {ufunc.__name__} of integers by zero")
            if np.result_type(a, b) == np.bool_:
                raise NotImplementedError(
                    f"{ufunc.__name__} is not implemented for bools; write x.int()"
                )
        return result

    return divide


remainder = binary(
    "remainder",
    _dividing(np.remainder),
    lambda g: g,
    lambda g, a, b: -g * np.floor_divide(a, b),
    """input - other * floor(input / other): Python's %, elementwise (`torch.remainder`).

    >>> remainder(tensor([-3.0, 4.0]), 3)
    tensor([0., 1.])
    """,
    numpy=(np.remainder,),
)
floor_divide = binary(
    "floor_divide",
    _dividing(np.floor_divide),
    None,
    None,
    """floor(input / other): Python's //, elementwise (`torch.floor_divide`); no gradient.

    >>> floor_divide(tensor([7.0, -7.0]), 2)
    tensor([ 3., -4.])
    """,
    numpy=(np.floor_divide,),
)
maximum = binary(
    "maximum",
    np.maximum,
    lambda g, a, b: np.where(a < b, 0, np.where(a == b, g / 2, g)),
    lambda g, a, b: np.where(a > b, 0, np.where(a == b, g / 2, g)),
    """The larger of the two, elementwise; at ties each gets half the gradient.

    Source: `torch.maximum`.

    >>> maximum(tensor([1.0, 5.0]), tensor([3.0, 2.0]))
    tensor([3., 5.])
    """,
    inplace=False,
)
minimum = binary(
    "minimum",
    np.minimum,
    lambda g, a, b: np.where(a > b, 0, np.where(a == b, g / 2, g)),
    lambda g, a, b: np.where(a < b, 0, np.where(a == b, g / 2, g)),
    """The smaller of the two, elementwise; at ties each gets half the gradient.

    Source: `torch.minimum`.

    >>> minimum(tensor([1.0, 5.0]), tensor([3.0, 2.0]))
    tensor([1., 2.])
    """,
    inplace=False,
)
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


UFUNCS.update({add: np.add, sub: np.subtract, pow: np.power})
public(numpy=(np.power,), inplace=True)(pow)
public(numpy=(np.add,), inplace=True)(add)
public(numpy=(np.subtract,), inplace=True)(sub)
multiply = alias("multiply", mul, inplace=True)
divide = alias("divide", div, inplace=True)
true_divide = alias("true_divide", div, inplace=True)
subtract = alias("subtract", sub, inplace=True)
negative = alias("negative", neg, inplace=True)

METHODS.update(
    __add__=plus,
    __radd__=plus,
    __sub__=minus,
    __rsub__=reflected(minus),
    __mul__=mul,
    __rmul__=mul,
    __truediv__=div,
    __rtruediv__=reflected(div),
    __pow__=power,
    __rpow__=reflected(power),
    __mod__=remainder,
    __rmod__=reflected(remainder),
    __floordiv__=floor_divide,
    __rfloordiv__=reflected(floor_divide),
    __neg__=neg,
    __pos__=lambda self: self,
)
