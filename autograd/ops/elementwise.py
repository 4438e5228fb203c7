"""Functions of one tensor, element by element: ``x`` is the input, ``y`` the result."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import dtypes
from autograd.arguments import cannot_broadcast, not_a_tensor, operands
from autograd.families import unary
from autograd.operator import Op, apply
from autograd.registry import METHODS, alias, public
from autograd.tensor import Tensor, wrap

__all__ = [
    "abs",
    "absolute",
    "clamp",
    "clip",
    "cos",
    "exp",
    "log",
    "relu",
    "sigmoid",
    "sign",
    "sin",
    "sqrt",
    "square",
    "tanh",
    "where",
]

exp = unary(
    "exp",
    np.exp,
    lambda g, y: g * y,
    """e**x, elementwise (`torch.exp`).

    >>> exp(tensor([0.0, 1.0]))
    tensor([1.0000, 2.7183])
    """,
)
log = unary(
    "log",
    np.log,
    lambda g, x: g / x,
    """The natural logarithm, elementwise (`torch.log`); its derivative is 1/x.

    >>> log(tensor([1.0, 2.0]))
    tensor([0.0000, 0.6931])
    """,
)
sqrt = unary(
    "sqrt",
    np.sqrt,
    lambda g, y: g / (2 * y),
    """The square root, elementwise (`torch.sqrt`); its derivative is 1/(2 sqrt(x)).

    >>> sqrt(tensor([4.0, 9.0]))
    tensor([2., 3.])
    """,
)


def _square(x: Any) -> Any:
    return np.square(x, dtype=np.int64) if x.dtype.kind == "b" else np.square(x)


square = unary(
    "square",
    _square,
    lambda g, x: g * (2 * x),
    """x * x, elementwise (`torch.square`).

    >>> square(tensor([1.0, -3.0]))
    tensor([1., 9.])
    """,
    backward="PowBackward0",
    floats=False,
    numpy=(np.square,),
)


def _sign(x: Any) -> Any:
    """As np.sign, but 0 for nan, and for bools, too: torch's."""
    positive = x > 0
    return positive if x.dtype.kind == "b" else np.subtract(positive, x < 0, dtype=x.dtype)


sign = unary(
    "sign",
    _sign,
    lambda g: np.zeros_like(g),
    """-1, 0 or 1 as x is negative, zero or positive (`torch.sign`); its derivative is 0.

    >>> sign(tensor([2.0, 0.0, -3.0]))
    tensor([ 1.,  0., -1.])
    """,
    floats=False,
    numpy=(np.sign,),
)
abs = unary(
    "abs",
    np.absolute,
    lambda g, x: g * sign.op(x),
    """|x|, elementwise; the derivative at 0 is 0 (`torch.abs`).

    >>> abs(tensor([1.0, -3.0]))
    tensor([1., 3.])
    """,
    floats=False,
    bools=False,
)


sin = unary(
    "sin",
    np.sin,
    lambda g, x: g * np.cos(x),
    """sin(x), elementwise, x in radians (`torch.sin`).

    >>> sin(tensor([0.0, 1.0]))
    tensor([0.0000, 0.8415])
    """,
)
cos = unary(
    "cos",
    np.cos,
    lambda g, x: g * -np.sin(x),
    """cos(x), elementwise, x in radians (`torch.cos`).

    >>> cos(tensor([0.0, 1.0]))
    tensor([1.0000, 0.5403])
    """,
)
tanh = unary(
    "tanh",
    np.tanh,
    lambda g, y: g * (1 - y * y),
    """The hyperbolic tangent, elementwise (`torch.tanh`); its derivative is 1 - y**2.

    >>> tanh(tensor([0.0, 1.0]))
    tensor([0.0000, 0.7616])
    """,
)


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


sigmoid = unary(
    "sigmoid",
    _sigmoid,
    lambda g, y: g * (1 - y) * y,
    """1/(1 + exp(-x)), elementwise (`torch.sigmoid`); its derivative is y (1 - y).

    >>> sigmoid(tensor([0.0, 2.0]))
    tensor([0.5000, 0.8808])
    """,
)


def _relu(x: Any) -> Any:
    if x.dtype.kind == "b":
        raise RuntimeError("Boolean inputs not supported for relu; write x.float()")
    return np.maximum(x, x.dtype.type(0))


relu = unary(
    "relu",
    _relu,
    lambda g, y: np.where(y <= 0, 0, g),
    """max(x, 0), elementwise; the derivative at 0 is 0 (`torch.relu`).

    >>> relu(tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """,
    floats=False,
)
absolute = alias("absolute", abs, inplace=True)
METHODS["__abs__"] = abs


def _clamp(x: Any, low: Any, high: Any) -> Any:
    if low is not None:
        x = np.maximum(x, low)
    return x if high is None else np.minimum(x, high)


def _inside(x: Any, low: Any, high: Any) -> Any:
    above = True if low is None else x >= low
    return above if high is None else above & (x <= high)


def _below(x: Any, low: Any, high: Any) -> Any:
    return x < low if high is None else (x < low) & (low < high)


def _above(x: Any, low: Any, high: Any) -> Any:
    return x > high if low is None else (x > high) | (high < low)


_clamped = Op(
    "clamp",
    _clamp,
    "x low high",
    backward=lambda node: f"ClampBackward{1 if node.params else 0}",
    x=lambda g, x, low, high: np.where(_inside(x, low, high), g, 0),
    low=lambda g, x, low, high: np.where(_below(x, low, high), g, 0),
    high=lambda g, x, low, high: np.where(_above(x, low, high), g, 0),
)


@public(numpy=(np.clip,), inplace=True)
def clamp(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """``input`` limited to [min, max]; numbers, tensors that broadcast, or None.

    The gradient flows where the input lies inside, ends included (`torch.clamp`). Raises
    RuntimeError where both limits are None.

    >>> clamp(tensor([-1.0, 0.5, 3.0]), 0, 1)
    tensor([0.0000, 0.5000, 1.0000])
    """
    if min is None and max is None:
        raise RuntimeError("clamp: At least one of 'min' or 'max' must not be None")
    given = operands("clamp", *(each for each in (input, min, max) if each is not None))
    limits = iter(given[1:])
    low = None if min is None else next(limits)
    high = None if max is None else next(limits)
    try:
        clamped: Tensor = apply(_clamped, (given[0], low, high))
    except ValueError as error:
        raise cannot_broadcast("clamp", given[0], given[-1], error) from None
    except OverflowError as error:
        raise RuntimeError(f"clamp() of a {given[0].dtype} tensor: {error}") from None
    return clamped


clip = alias("clip", clamp, inplace=True)

_where = Op(
    "where",
    np.where,
    "condition a b",
    a=lambda g, condition: np.where(condition, g, 0),
    b=lambda g, condition: np.where(condition, 0, g),
)


@public(method=False, numpy=(np.where,))
def where(condition: Tensor, input: Any = None, other: Any = None) -> Any:
    """``input`` where ``condition`` is true, ``other`` elsewhere, all broadcast.

    With the condition alone, the coordinates of its true entries, a tensor for each
    dimension (`torch.where`).

    >>> x = tensor([-1.0, 2.0])
    >>> where(x > 0, x, 0.0)
    tensor([0., 2.])
    """
    if not isinstance(condition, (Tensor, np.ndarray, np.generic)):
        raise not_a_tensor("where", condition)
    if input is None and other is None:
        return tuple(map(wrap, np.nonzero(np.atleast_1d(getattr(condition, "_array", condition)))))
    mask = _mask(condition)
    if isinstance(input, (int, float)) and isinstance(other, (int, float)):
        kind = dtypes.common([input, other])
        input, other = wrap(kind.type(input)), wrap(kind.type(other))
    a, b = operands("where", input, other)
    try:
        return apply(_where, (mask, a, b))
    except ValueError as error:
        raise cannot_broadcast("where", a, b, error) from None


def _where_method(self: Tensor, condition: Tensor, other: Any) -> Tensor:
    """This tensor where ``condition`` is true, ``other`` elsewhere (`torch.Tensor.where`).

    >>> tensor([1.0, 2.0]).where(tensor([True, False]), 0.0)
    tensor([1., 0.])
    """
    chosen: Tensor = where(condition, self, other)
    return chosen


METHODS["where"] = _where_method


def _mask(condition: Any) -> Tensor:
    """The condition as a bool tensor, whose changes backward must notice."""
    mask = condition if isinstance(condition, Tensor) else wrap(np.array(condition))
    if mask.dtype.kind not in "bu":
        raise RuntimeError(
            f"where expected condition to be a boolean tensor, but got a tensor of {mask.dtype}; "
            "write x > 0 or x.bool()"
        )
    return mask
