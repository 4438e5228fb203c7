"""Functions of one tensor, element by element: ``x`` is the input, ``y`` the result."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import dtypes, return_types
from autograd.arguments import (
    a_number,
    a_tensor,
    broadcast,
    not_a_tensor,
    of_floats,
    operands,
    same_dtype,
)
from autograd.families import binary, floats_only, unary
from autograd.operator import Op, apply
from autograd.ops.by_mask import chosen, keep
from autograd.registry import METHODS, alias, public
from autograd.tensor import Tensor, wrap

__all__ = [
    "abs",
    "absolute",
    "copysign",
    "frexp",
    "heaviside",
    "nan_to_num",
    "nextafter",
    "sgn",
    "sign",
    "where",
]


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


sgn = unary(
    "sgn",
    _sign,
    lambda g: np.zeros_like(g),
    """`sign` under the name that it shares with complex numbers (`torch.sgn`).

    >>> sgn(tensor([2.0, 0.0, -3.0]))
    tensor([ 1.,  0., -1.])
    """,
    floats=False,
    numpy=(),
)
copysign = binary(
    "copysign",
    np.copysign,
    lambda g, a, y: g * np.where(a == 0, 0, y / a),
    lambda g: np.zeros_like(g),
    """The magnitude of input with the sign of other; the derivative at 0 is 0.

    Source: `torch.copysign`.

    >>> copysign(tensor([1.0, -2.0]), -1)
    tensor([-1., -2.])
    """,
    floats=True,
    backward=lambda node: f"CopysignBackward{1 if node.params else 0}",
)
nextafter = binary(
    "nextafter",
    floats_only(np.nextafter),
    lambda g, a, b: np.where(a == b, 0, g),
    lambda g: np.zeros_like(g),
    """The next number from input towards other that the dtype holds (`torch.nextafter`).

    >>> nextafter(tensor([1.0]), tensor([2.0])) - 1
    tensor([1.1921e-07])
    """,
    numpy=(np.nextafter,),
)


def _heaviside(x: Any, values: Any) -> Any:
    return np.where(x == 0, values, (x > 0).astype(x.dtype))


_stepped = Op(
    "heaviside",
    _heaviside,
    "x values",
    x=lambda g: np.zeros_like(g),
    values=lambda g, x: np.where(x == 0, g, 0),
)


@public(numpy=(np.heaviside,), inplace=True)
def heaviside(input: Any, values: Any) -> Tensor:
    """0 where the input is negative, 1 where it is positive, ``values`` where it is 0.

    Raises RuntimeError for tensors of different dtypes (`torch.heaviside`).

    >>> heaviside(tensor([-1.5, 0.0, 2.0]), tensor([0.5]))
    tensor([0.0000, 0.5000, 1.0000])
    """
    x, y = (wrap(v) if isinstance(v, np.ndarray) else v for v in (input, values))
    same_dtype("heaviside", a_tensor("heaviside", x), a_tensor("heaviside", y), "values")
    return broadcast(_stepped, (x, y))


def _nan_to_num(x: Any, nan: Any, posinf: Any, neginf: Any) -> Any:
    if x.dtype.kind != "f" or np.isfinite(x).all():
        return x.copy("K")
    largest = np.finfo(x.dtype).max
    high = largest if posinf is None else posinf
    low = -largest if neginf is None else neginf
    finite = np.where(x == np.inf, high, np.where(x == -np.inf, low, x))
    return np.where(np.isnan(x), 0.0 if nan is None else nan, finite).astype(x.dtype, copy=False)


_numbered = Op(
    "nan_to_num",
    _nan_to_num,
    "x",
    params="nan posinf neginf",
    x=lambda g, x: np.where(np.isfinite(x), g, 0),
)


@public(numpy=(np.nan_to_num,), inplace=True)
def nan_to_num(
    input: Tensor,
    nan: float | None = None,
    posinf: float | None = None,
    neginf: float | None = None,
) -> Tensor:
    """Numbers in the place of nan (0) and the infinities (the dtype's largest numbers).

    The derivative is 0 there (`torch.nan_to_num`).

    >>> nan_to_num(tensor([float("nan"), float("inf"), 3.0]), posinf=9.0)
    tensor([0., 9., 3.])
    """
    for argument, value in (("nan", nan), ("posinf", posinf), ("neginf", neginf)):
        a_number("nan_to_num", argument, value)
    result: Tensor = apply(_numbered, (a_tensor("nan_to_num", input),), (nan, posinf, neginf))
    return result


_shift: Op = Op(
    "frexp",
    np.ldexp,
    "x",
    params="exponent",
    x=lambda g, exponent: _shift(g, exponent),
)


@public()
def frexp(input: Tensor) -> Any:
    """Mantissas in [0.5, 1) and integer exponents: input = mantissa * 2**exponent.

    Raises RuntimeError for integers (`torch.frexp`).

    >>> mantissa, exponent = frexp(tensor([3.0, 0.5]))
    >>> mantissa, exponent
    (tensor([0.7500, 0.5000]), tensor([2, 0], dtype=autograd.int32))
    """
    of_floats("frexp", a_tensor("frexp", input))
    raw = input._array
    exponent = np.where(np.isfinite(raw), np.frexp(raw)[1], np.int32(0))
    return return_types.frexp(apply(_shift, (input,), (-exponent,)), wrap(exponent))


absolute = alias("absolute", abs, inplace=True)
METHODS["__abs__"] = abs


_where = Op(
    "where",
    chosen,
    "condition a b",
    a=lambda g, condition: keep(condition, g),
    b=lambda g, condition: keep(condition == 0, g),
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
    return broadcast(_where, (mask, a, b))


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
