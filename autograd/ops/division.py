"""Division: quotients, remainders, common divisors."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.arguments import not_implemented
from autograd.families import binary, publish, reflected
from autograd.registry import METHODS, UFUNCS, alias, public
from autograd.tensor import Tensor

__all__ = [
    "div",
    "divide",
    "floor_divide",
    "fmod",
    "gcd",
    "lcm",
    "remainder",
    "true_divide",
]

true_divide = binary(
    "div",
    np.true_divide,
    lambda g, b: g / b,
    lambda g, a, b: -g * (a / b) / b,
    "input / other",
    floats=True,
    bare=True,
)
publish(
    true_divide,
    "true_divide",
    """input / other, elementwise with broadcasting; integers give floats (`torch.true_divide`).

    >>> true_divide(tensor([1.0, 2.0]), 4)
    tensor([0.2500, 0.5000])
    """,
    kernel=np.true_divide,
    inplace=True,
    numpy=(),
)


def _dividing(kernel: Any, name: str = "") -> Any:
    """The kernel that refuses what torch refuses: bools, and integers divided by zero."""
    name = name or kernel.__name__

    def divide(a: Any, b: Any) -> Any:
        result = kernel(a, b)
        if result.dtype.kind != "f":
            if not np.all(b):
                raise RuntimeError(f"ZeroDivisionError: {name} of integers by zero")
            if np.result_type(a, b) == np.bool_:
                raise not_implemented(name, np.result_type(a, b), "x.int()")
        return result

    return divide


def _truncated(a: Any, b: Any) -> Any:
    """a / b rounded towards zero, of integers without leaving them."""
    if np.result_type(a, b).kind == "f":
        return np.trunc(np.true_divide(a, b))
    return np.floor_divide(a, b) + ((np.remainder(a, b) != 0) & ((a < 0) != (b < 0)))


def _quotient(kernel: Any, mode: str) -> Any:
    """Division with rounding: a step, whose derivative is 0."""
    divide: Any = binary(
        "div",
        _dividing(kernel, "div"),
        lambda g: np.zeros_like(g),
        lambda g: np.zeros_like(g),
        "input / other, rounded",
        backward=lambda node: "DivBackward2",
        bare=True,
    )
    divide.op.name = f"div_{mode}"  # errors say div, as torch's do; graphs tell the two apart
    return divide


_QUOTIENTS = {
    None: true_divide,
    "floor": _quotient(np.floor_divide, "floor"),
    "trunc": _quotient(_truncated, "trunc"),
}


@public(numpy=(np.true_divide,), inplace=True)
def div(input: Any, other: Any, *, rounding_mode: str | None = None) -> Tensor:
    """input / other, elementwise with broadcasting; integers give floats (`torch.div`).

    ``rounding_mode`` "floor" rounds down, "trunc" towards zero: integers then stay integers,
    and the derivative is 0. Raises RuntimeError for other modes and for integers divided by 0
    with rounding.

    >>> div(tensor([1.0, 2.0]), 4)
    tensor([0.2500, 0.5000])
    >>> div(tensor([7, -7]), 2, rounding_mode="trunc")
    tensor([ 3, -3])
    """
    divide = _QUOTIENTS.get(rounding_mode)
    if divide is None:
        raise RuntimeError(
            "div expected rounding_mode to be one of None, 'trunc', or 'floor' but found "
            f"{rounding_mode!r}"
        )
    quotient: Tensor = divide(input, other)
    return quotient


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
fmod = binary(
    "fmod",
    _dividing(np.fmod),
    lambda g: g,
    lambda g, a, b: -g * np.trunc(a / b),
    """input - other * trunc(input / other): the remainder with the input's sign (`torch.fmod`).

    >>> fmod(tensor([-3.5, 4.0]), 3)
    tensor([-0.5000,  1.0000])
    """,
    numpy=(np.fmod,),
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


def _whole(ufunc: np.ufunc) -> Any:
    """The kernel that refuses floats and bools."""

    def kernel(a: Any, b: Any) -> Any:
        if np.result_type(a, b).kind not in "iu":
            raise NotImplementedError(
                f"{ufunc.__name__} is implemented for integers only; write x.long()"
            )
        return ufunc(a, b)

    return kernel


gcd = binary(
    "gcd",
    _whole(np.gcd),
    None,
    None,
    """The greatest common divisor of integers, elementwise (`torch.gcd`).

    >>> gcd(tensor([12, 7]), tensor([18, 0]))
    tensor([6, 7])
    """,
    numpy=(np.gcd,),
)
lcm = binary(
    "lcm",
    _whole(np.lcm),
    None,
    None,
    """The least common multiple of integers, elementwise (`torch.lcm`).

    >>> lcm(tensor([12, 7]), tensor([18, 0]))
    tensor([36,  0])
    """,
    numpy=(np.lcm,),
)


UFUNCS[div] = np.true_divide
divide = alias("divide", div, inplace=True)

METHODS.update(
    __truediv__=true_divide,
    __rtruediv__=reflected(true_divide),
    __rdiv__=reflected(true_divide),
    __mod__=remainder,
    __rmod__=reflected(remainder),
    __floordiv__=floor_divide,
    __rfloordiv__=reflected(floor_divide),
)
