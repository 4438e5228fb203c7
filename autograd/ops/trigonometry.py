"""Trigonometric and hyperbolic functions, elementwise: ``x`` is the input, ``y`` the result."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.arguments import a_tensor, operands
from autograd.families import binary, unary
from autograd.operator import Op, apply
from autograd.ops import activation_kernels as kernels
from autograd.registry import alias, public
from autograd.tensor import Tensor

__all__ = [
    "acos",
    "acosh",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cos",
    "cosh",
    "deg2rad",
    "rad2deg",
    "sin",
    "sinc",
    "sinh",
    "tan",
    "tanh",
]

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
tan = unary(
    "tan",
    np.tan,
    lambda g, y: g * (1 + y * y),
    """tan(x), elementwise, x in radians (`torch.tan`); its derivative is 1 + y**2.

    >>> tan(tensor([0.0, 1.0]))
    tensor([0.0000, 1.5574])
    """,
)
asin = unary(
    "asin",
    np.arcsin,
    lambda g, x: g / np.sqrt(1 - x * x),
    """The inverse of the sine, in radians; nan outside [-1, 1] (`torch.asin`).

    >>> asin(tensor([0.0, 1.0]))
    tensor([0.0000, 1.5708])
    """,
)
acos = unary(
    "acos",
    np.arccos,
    lambda g, x: -g / np.sqrt(1 - x * x),
    """The inverse of the cosine, in radians; nan outside [-1, 1] (`torch.acos`).

    >>> acos(tensor([0.0, 1.0]))
    tensor([1.5708, 0.0000])
    """,
)
atan = unary(
    "atan",
    np.arctan,
    lambda g, x: g / (x * x + 1),
    """The inverse of the tangent, in radians (`torch.atan`).

    >>> atan(tensor([0.0, 1.0]))
    tensor([0.0000, 0.7854])
    """,
)
sinh = unary(
    "sinh",
    np.sinh,
    lambda g, x: g * np.cosh(x),
    """The hyperbolic sine, elementwise (`torch.sinh`).

    >>> sinh(tensor([0.0, 1.0]))
    tensor([0.0000, 1.1752])
    """,
)
cosh = unary(
    "cosh",
    np.cosh,
    lambda g, x: g * np.sinh(x),
    """The hyperbolic cosine, elementwise (`torch.cosh`).

    >>> cosh(tensor([0.0, 1.0]))
    tensor([1.0000, 1.5431])
    """,
)


def _tanh_pulled(flow: Any, t: Any) -> Any:
    if kernels.plainly(flow, t):
        return kernels.filled(kernels.tanh_pulled, flow, t)
    return flow * (1 - t * t)


_tanh_backward: Op = Op(
    "tanh_backward",
    _tanh_pulled,
    "flow t",
    flow=lambda g, t: _tanh_backward(g, t),
    t=lambda g, flow, t: g * (flow * (-2 * t)),
)
tanh = unary(
    "tanh",
    np.tanh,
    lambda g, y: _tanh_backward(g, y),
    """The hyperbolic tangent, elementwise (`torch.tanh`); its derivative is 1 - y**2.

    >>> tanh(tensor([0.0, 1.0]))
    tensor([0.0000, 0.7616])
    """,
)
asinh = unary(
    "asinh",
    np.arcsinh,
    lambda g, x: g / np.sqrt(x * x + 1),
    """The inverse of the hyperbolic sine, elementwise (`torch.asinh`).

    >>> asinh(tensor([0.0, 1.0]))
    tensor([0.0000, 0.8814])
    """,
)
acosh = unary(
    "acosh",
    np.arccosh,
    lambda g, x: g / np.sqrt(x * x - 1),
    """The inverse of the hyperbolic cosine; nan below 1 (`torch.acosh`).

    >>> acosh(tensor([1.0, 2.0]))
    tensor([0.0000, 1.3170])
    """,
)
atanh = unary(
    "atanh",
    np.arctanh,
    lambda g, x: g / (1 - x * x),
    """The inverse of the hyperbolic tangent; nan outside [-1, 1] (`torch.atanh`).

    >>> atanh(tensor([0.0, 0.5]))
    tensor([0.0000, 0.5493])
    """,
)


def _turned(g: Any, step: Any, a: Any, b: Any) -> Any:
    """How far a step across turns the point (a, b), times ``g``."""
    if a.dtype == np.float32 and kernels.plainly(g, step, a, b):
        return kernels.filled(kernels.turned, g, step, a, b)
    far = np.hypot(a, b)
    origin = far == 0
    far = np.where(origin, 1, far)
    return g * np.where(origin, 0, step / far / far)


atan2 = binary(
    "atan2",
    np.arctan2,
    lambda g, a, b: _turned(g, b, a, b),
    lambda g, a, b: _turned(-g, a, a, b),
    """The angle of the point (other, input), in radians from -pi to pi.

    The derivative at (0, 0) is 0 (`torch.atan2`).

    >>> atan2(tensor([1.0, -1.0]), tensor([0.0, -1.0]))
    tensor([ 1.5708, -2.3562])
    """,
    floats=True,
)


def _sinc(x: Any, order: int) -> Any:
    """A derivative of sin(z)/z, z = pi x, by x.

    z f = sin z, differentiated n times, gives a recurrence: each step loses digits where z is
    less than the order, and there the power series has few terms.
    """
    if order == 0:
        return np.sinc(x)
    z = np.asarray(math.pi * x)
    small = np.abs(z) < order + 1
    safe = np.where(small, order + 1, z)
    result = np.sin(safe) / safe
    for n in range(1, order + 1):
        result = (np.sin(safe + n * (math.pi / 2)) - n * result) / safe
    if small.any():
        result = np.asarray(result)
        result[small] = _sinc_series(z[small], order)
    return math.pi**order * result


def _sinc_series(z: Any, order: int) -> Any:
    """The sum over k of (-1)**k z**(2k - n) / ((2k + 1) (2k - n)!), n the order."""
    square = z * z
    first = (order + 1) // 2
    total = np.zeros_like(z)
    for k in reversed(range(first, first + 12 + 2 * order)):
        total = total * square + (-1.0) ** k / ((2 * k + 1) * math.factorial(2 * k - order))
    return total * z if order % 2 else total


_sinc_op: Op = Op(
    "sinc",
    _sinc,
    "x",
    params="order",
    x=lambda g, x, order: g * _sinc_op(x, order + 1),
)


@public(numpy=(np.sinc,), inplace=True)
def sinc(input: Tensor) -> Tensor:
    """sin(pi x)/(pi x), elementwise, and 1 at 0 (`torch.sinc`).

    >>> sinc(tensor([0.0, 0.5, 1.5]))
    tensor([ 1.0000,  0.6366, -0.2122])
    """
    (x,) = operands("sinc", a_tensor("sinc", input), floats=True)
    result: Tensor = apply(_sinc_op, (x,), (0,))
    return result


DEGREE = math.pi / 180

deg2rad = unary(
    "deg2rad",
    np.deg2rad,
    lambda g: g * DEGREE,
    """Degrees as radians, elementwise (`torch.deg2rad`).

    >>> deg2rad(tensor([180.0, 90.0]))
    tensor([3.1416, 1.5708])
    """,
)
rad2deg = unary(
    "rad2deg",
    np.rad2deg,
    lambda g: g * (180 / math.pi),
    """Radians as degrees, elementwise (`torch.rad2deg`).

    >>> rad2deg(tensor([0.0, 3.14159265]))
    tensor([  0., 180.])
    """,
)

arcsin = alias("arcsin", asin, inplace=True)
arccos = alias("arccos", acos, inplace=True)
arctan = alias("arctan", atan, inplace=True)
arcsinh = alias("arcsinh", asinh, inplace=True)
arccosh = alias("arccosh", acosh, inplace=True)
arctanh = alias("arctanh", atanh, inplace=True)
arctan2 = alias("arctan2", atan2, inplace=True)
alias("special.sinc", sinc, method=False)
