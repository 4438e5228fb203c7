"""Powers and roots, elementwise. ``y`` in a rule is the result."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import dtypes
from autograd.arguments import a_tensor, not_a_tensor
from autograd.families import binary, floats_only, number_first, reflected, unary
from autograd.ops.cast import cast
from autograd.registry import METHODS, UFUNCS, public
from autograd.tensor import Tensor

__all__ = [
    "float_power",
    "hypot",
    "ldexp",
    "pow",
    "reciprocal",
    "rsqrt",
    "sqrt",
    "square",
]

sqrt = unary(
    "sqrt",
    np.sqrt,
    lambda g, y: g / (2 * y),
    """The square root, elementwise (`torch.sqrt`); its derivative is 1/(2 sqrt(x)).

    >>> sqrt(tensor([4.0, 9.0]))
    tensor([2., 3.])
    """,
)
rsqrt = unary(
    "rsqrt",
    lambda x: 1 / np.sqrt(x),
    lambda g, y: g * (y * y * y) * -0.5,
    """1/sqrt(x), elementwise (`torch.rsqrt`).

    >>> rsqrt(tensor([4.0, 0.25]))
    tensor([0.5000, 2.0000])
    """,
)
reciprocal = unary(
    "reciprocal",
    np.reciprocal,
    lambda g, y: -g * (y * y),
    """1/x, elementwise; integers give floats (`torch.reciprocal`).

    >>> reciprocal(tensor([4.0, 0.5]))
    tensor([0.2500, 2.0000])
    """,
    numpy=(),
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


def _power(a: Any, b: Any) -> Any:
    """a ** b; of one half the root, as in torch: IEEE's pow differs at -0.0 and -inf.

    Cubes are products, as in torch: pow takes fifty times as long.
    """
    if b.__class__ is int and b == 3 and a.dtype.kind != "b":
        return a * a * a
    if b.__class__ is float and (b == 0.5 or b == -0.5):
        return np.sqrt(a) if b > 0 else 1 / np.sqrt(a)
    try:
        return a**b
    except ValueError:
        if getattr(b, "dtype", dtypes.bool_).kind != "i":
            raise  # of a number -1 torch refuses it, too
        return _whole_power(a, b)


def _whole_power(a: Any, b: Any) -> Any:
    """Powers of integers, some of them negative, which NumPy refuses: 1/a without its fraction."""
    whole = a ** np.where(b < 0, 0, b).astype(b.dtype)
    unit = np.where(a == 1, 1, np.where(a == -1, 1 - 2 * (b % 2), 0))
    return np.where(b < 0, unit, whole).astype(whole.dtype)[()]


def _power_into(a: Any, b: Any, *, out: Any) -> None:
    if b.__class__ is float and (b == 0.5 or b == -0.5):
        np.sqrt(a, out=out)
        if b < 0:
            np.true_divide(1, out, out=out)
    elif b.__class__ is int and b == 3:
        out[...] = a * a * a
    else:
        np.power(a, b, out=out)


def _power_base(g: Any, a: Any, b: Any) -> Any:
    """b * a**(b - 1), and 0 where the exponent is 0, whatever the base."""
    if isinstance(b, (int, float)):
        if b == 2 and not isinstance(a, Tensor):  # of a tensor, a**1 stands in the graph, too
            return g * (2 * a)
        return np.zeros_like(g) if b == 0 else g * (b * power.op(a, b - 1))
    return np.where(b == 0, 0, g * (b * a ** (b - 1)))


def _power_exponent(g: Any, a: Any, b: Any, y: Any) -> Any:
    """a**b * log(a), and 0 where 0 is raised to a power that is not negative."""
    return np.where((a == 0) & (b >= 0), 0, g * (y * np.log(a)))


power = binary(
    "pow",
    _power,
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


UFUNCS[pow] = _power_into
public(numpy=(np.power,), inplace=True)(pow)
METHODS.update(__pow__=power, __rpow__=reflected(power))


@public(numpy=(np.float_power,), inplace=True)
def float_power(input: Any, exponent: Any) -> Tensor:
    """input ** exponent, computed in float64 and given as float64 (`torch.float_power`).

    >>> float_power(tensor([2, 4]), -1)
    tensor([0.5000, 0.2500], dtype=autograd.float64)
    """
    if not isinstance(input, Tensor) and not isinstance(exponent, Tensor):
        raise not_a_tensor("float_power", input)
    return power(*(_double(each) for each in (input, exponent)))


def _float_power_(self: Tensor, exponent: Any) -> Tensor:
    """`float_power`, written over this tensor, which is in float64 (`torch.Tensor.float_power_`).

    Raises RuntimeError where it is of another dtype.

    >>> tensor([3.0], dtype=float64).float_power_(2)
    tensor([9.], dtype=autograd.float64)
    """
    if self.dtype != dtypes.float64:
        raise RuntimeError(
            f"the base given to float_power_ has dtype {self.dtype} but the operation's result "
            "requires dtype float64: write x = float_power(x, exponent)"
        )
    raised: Tensor = METHODS["pow_"](self, _double(exponent))
    return raised


METHODS["float_power_"] = _float_power_


def _double(value: Any) -> Any:
    """A tensor or array in float64, a number as a float."""
    if isinstance(value, Tensor):
        return value if value.dtype == dtypes.float64 else cast(value, dtypes.float64)
    if isinstance(value, np.ndarray):
        return value.astype(np.float64)
    return float(value) if isinstance(value, (bool, int)) else value


hypot = binary(
    "hypot",
    floats_only(np.hypot),
    lambda g, a, y: g * (a / y),
    lambda g, b, y: g * (b / y),
    """sqrt(input**2 + other**2), without overflow; the derivative at (0, 0) is nan.

    Source: `torch.hypot`.

    >>> hypot(tensor([3.0]), tensor([4.0]))
    tensor([5.])
    """,
    numpy=(np.hypot,),
)


@public(inplace=True)
def ldexp(input: Tensor, other: Tensor) -> Tensor:
    """input * 2**other, elementwise; a fractional ``other`` is allowed (`torch.ldexp`).

    >>> ldexp(tensor([1.0, 3.0]), tensor([4, -1]))
    tensor([16.0000,  1.5000])
    """
    product: Tensor = METHODS["__mul__"](input, power(2.0, a_tensor("ldexp", other)))
    return product
