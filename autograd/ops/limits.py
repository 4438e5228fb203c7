"""The larger and the smaller of two, elementwise, and values kept within limits."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import dtypes
from autograd.arguments import broadcast, not_a_tensor, not_implemented, operands
from autograd.blocks import in_line
from autograd.families import binary, unary
from autograd.graph import Node
from autograd.operator import Op
from autograd.ops.by_mask import choose, keep
from autograd.registry import alias, public
from autograd.tensor import Tensor

__all__ = [
    "clamp",
    "clamp_max",
    "clamp_min",
    "clip",
    "fmax",
    "fmin",
    "maximum",
    "minimum",
    "relu",
]


def _shared(g: Any, a: Any, b: Any, wins: Any) -> Any:
    """The gradient of what wins, half of it where both are equal."""
    return keep(wins, choose(a == b, g / 2, g))


maximum = binary(
    "maximum",
    np.maximum,
    lambda g, a, b: _shared(g, a, b, ~(a < b)),
    lambda g, a, b: _shared(g, a, b, ~(a > b)),
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
    lambda g, a, b: _shared(g, a, b, ~(a > b)),
    lambda g, a, b: _shared(g, a, b, ~(a < b)),
    """The smaller of the two, elementwise; at ties each gets half the gradient.

    Source: `torch.minimum`.

    >>> minimum(tensor([1.0, 5.0]), tensor([3.0, 2.0]))
    tensor([1., 2.])
    """,
    inplace=False,
)
fmax = binary(
    "fmax",
    lambda a, b: np.fmax(b, a),  # of two zeros torch takes the first, NumPy the second
    lambda g, a, b: keep((a >= b) | np.isnan(b), g),
    lambda g, a, b: keep(~((a >= b) | np.isnan(b)), g),
    """The larger of the two, elementwise, a number rather than nan.

    At ties the first gets the gradient (`torch.fmax`).

    >>> fmax(tensor([1.0, float("nan")]), tensor([3.0, 2.0]))
    tensor([3., 2.])
    """,
    inplace=False,
    numpy=(np.fmax,),
)
fmin = binary(
    "fmin",
    lambda a, b: np.fmin(b, a),  # of two zeros torch takes the first, NumPy the second
    lambda g, a, b: keep((a <= b) | np.isnan(b), g),
    lambda g, a, b: keep(~((a <= b) | np.isnan(b)), g),
    """The smaller of the two, elementwise, a number rather than nan.

    At ties the first gets the gradient (`torch.fmin`).

    >>> fmin(tensor([1.0, float("nan")]), tensor([3.0, 2.0]))
    tensor([1., 2.])
    """,
    inplace=False,
    numpy=(np.fmin,),
)


def _relu(x: Any) -> Any:
    if x.dtype.kind == "b":
        raise RuntimeError("Boolean inputs not supported for relu; write x.float()")
    zeros = _ZEROS.get(x.dtype)
    if zeros is None:
        return np.maximum(x.dtype.type(0), x)
    if x.size <= zeros.size:
        return np.maximum(_ZERO[x.dtype], x)
    out = np.empty_like(x)  # where x lies densely, in its order
    lines = in_line(out, x)
    if lines is None:
        return np.maximum(x.dtype.type(0), x)
    whole = x.size - x.size % zeros.size
    target, source = (each[:whole].reshape(-1, zeros.size) for each in lines)
    np.maximum(zeros, source, out=target)
    target, source = (each[whole:] for each in lines)
    np.maximum(zeros[: source.size], source, out=target)
    return out


_ZEROS = {np.dtype(kind): np.zeros(1 << 14, kind) for kind in (np.float32, np.float64)}
"""With an array of zeros NumPy's maximum takes a third of the time that it takes with a number."""
_ZERO = {kind: zeros[0].reshape(()) for kind, zeros in _ZEROS.items()}
"""An array without dimensions takes two thirds of a number's time, where there is little to do."""

relu = unary(
    "relu",
    _relu,
    lambda g, y: keep(y != 0, g),  # y is above 0, or nan, which lets the gradient pass
    """max(x, 0), elementwise; the derivative at 0 is 0 (`torch.relu`).

    >>> relu(tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """,
    floats=False,
)


LARGE = 4096
"""From so many numbers on `numpy.clip` pays, which is slow to call."""


def _clamp(x: Any, low: Any, high: Any) -> Any:
    if x.size >= LARGE and x.dtype.kind == "f" and {type(low), type(high)} <= {float, int}:
        return np.clip(x, low, high)  # a fifth of the time of two passes with a number
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


def _clamp_op(name: str) -> Op:
    def backward(node: Node) -> str:
        words = "".join(word.capitalize() for word in name.split("_"))
        return f"{words}Backward{int(bool(node.params) == (name == 'clamp'))}"

    return Op(
        name,
        _clamp,
        "x low high",
        backward=backward,
        x=lambda g, x, low, high: keep(_inside(x, low, high), g),
        low=lambda g, x, low, high: keep(_below(x, low, high), g),
        high=lambda g, x, low, high: keep(_above(x, low, high), g),
    )


_CLAMPED, _CLAMPED_MIN, _CLAMPED_MAX = map(_clamp_op, ("clamp", "clamp_min", "clamp_max"))


def _limited(op: Op, input: Tensor, min: Any, max: Any) -> Tensor:
    given = operands(op.name, *(each for each in (input, min, max) if each is not None))
    if given[0].dtype == dtypes.bool_ and not all(isinstance(each, Tensor) for each in given):
        raise not_implemented(op.name, dtypes.bool_, "x.int()")
    limits = iter(given[1:])
    low = None if min is None else next(limits)
    high = None if max is None else next(limits)
    try:
        return broadcast(op, (given[0], low, high))
    except OverflowError as error:
        raise RuntimeError(f"{op.name}() of a {given[0].dtype} tensor: {error}") from None


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
    return _limited(_CLAMPED, input, min, max)


@public(inplace=True)
def clamp_min(input: Tensor, min: Any) -> Tensor:
    """``input``, at least ``min``, a number or a tensor (`torch.clamp_min`).

    >>> clamp_min(tensor([-1.0, 0.5]), 0)
    tensor([0.0000, 0.5000])
    """
    if min is None:
        raise not_a_tensor("clamp_min", min)
    return _limited(_CLAMPED_MIN, input, min, None)


@public(inplace=True)
def clamp_max(input: Tensor, max: Any) -> Tensor:
    """``input``, at most ``max``, a number or a tensor (`torch.clamp_max`).

    >>> clamp_max(tensor([0.5, 3.0]), 1)
    tensor([0.5000, 1.0000])
    """
    if max is None:
        raise not_a_tensor("clamp_max", max)
    return _limited(_CLAMPED_MAX, input, None, max)


clip = alias("clip", clamp, inplace=True)
