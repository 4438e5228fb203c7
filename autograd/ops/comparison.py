"""Comparisons, bits, and what a number is: results of bools or integers, without gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.families import Binary, comparison, reflected, unary
from autograd.registry import METHODS, NUMPY, alias
from autograd.tensor import Tensor

__all__ = [
    "bitwise_and",
    "bitwise_left_shift",
    "bitwise_not",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "eq",
    "ge",
    "greater",
    "greater_equal",
    "gt",
    "isfinite",
    "isinf",
    "isnan",
    "le",
    "less",
    "less_equal",
    "lt",
    "ne",
    "not_equal",
]


def _compare(name: str, kernel: Callable[..., Any], sign: str, result: str) -> Binary:
    return comparison(
        name,
        kernel,
        f"""input {sign} other, elementwise, as a bool tensor (`torch.{name}`).

    >>> {name}(tensor([1, 2, 3]), 2)
    tensor([{result}])
    """,
        inplace=True,
    )


eq = _compare("eq", np.equal, "==", "False,  True, False")
ne = _compare("ne", np.not_equal, "!=", " True, False,  True")
lt = _compare("lt", np.less, "<", " True, False, False")
le = _compare("le", np.less_equal, "<=", " True,  True, False")
gt = _compare("gt", np.greater, ">", "False, False,  True")
ge = _compare("ge", np.greater_equal, ">=", "False,  True,  True")
not_equal = alias("not_equal", ne, inplace=True)
less = alias("less", lt, inplace=True)
less_equal = alias("less_equal", le, inplace=True)
greater = alias("greater", gt, inplace=True)
greater_equal = alias("greater_equal", ge, inplace=True)


def _whole(ufunc: Any) -> Callable[..., Any]:
    """The kernel that refuses floats as torch does."""

    def kernel(*arrays: Any) -> Any:
        try:
            return ufunc(*arrays)
        except TypeError:
            raise NotImplementedError(
                f"{ufunc.__name__} is implemented for integers and bools only; write x.long()"
            ) from None

    return kernel


def _bitwise(name: str, ufunc: Any, sign: str, result: str) -> Binary:
    return comparison(
        name,
        _whole(ufunc),
        f"""input {sign} other on integers, or logically on bools (`torch.{name}`).

    >>> {name}(tensor([6, 5]), 3)
    tensor([{result}])
    """,
        inplace=True,
    )


bitwise_and = _bitwise("bitwise_and", np.bitwise_and, "&", "2, 1")
bitwise_or = _bitwise("bitwise_or", np.bitwise_or, "|", "7, 7")
bitwise_xor = _bitwise("bitwise_xor", np.bitwise_xor, "^", "5, 6")
bitwise_left_shift = _bitwise("bitwise_left_shift", np.left_shift, "<<", "48, 40")
bitwise_right_shift = _bitwise("bitwise_right_shift", np.right_shift, ">>", "0, 0")
bitwise_not = unary(
    "bitwise_not",
    _whole(np.invert),
    None,
    """~input: every bit flipped, or logically not on bools (`torch.bitwise_not`).

    >>> bitwise_not(tensor([True, False]))
    tensor([False,  True])
    """,
    floats=False,
    inplace=True,
)


def unary_test(
    name: str,
    kernel: Callable[..., Any],
    meaning: str,
    result: str,
    *,
    inplace: bool = False,
    numpy: tuple[Any, ...] | None = None,
) -> Any:
    """A function that tells of each entry whether it has a property."""
    return unary(
        name,
        kernel,
        None,
        f"""Whether x is {meaning}, elementwise, as a bool tensor (`torch.{name}`).

    >>> {name}(tensor([-0.0, -float("inf"), float("nan")]))
    tensor([{result}])
    """,
        floats=False,
        inplace=inplace,
        numpy=numpy,
    )


NUMPY.update(
    {
        np.bitwise_and: bitwise_and,
        np.bitwise_or: bitwise_or,
        np.bitwise_xor: bitwise_xor,
        np.left_shift: bitwise_left_shift,
        np.right_shift: bitwise_right_shift,
        np.invert: bitwise_not,
    }
)

isnan = unary_test("isnan", np.isnan, "not a number", "False, False,  True")
isinf = unary_test("isinf", np.isinf, "infinite", "False,  True, False")
isfinite = unary_test("isfinite", np.isfinite, "a finite number", " True, False, False")


def _or_not_implemented(function: Binary) -> Callable[[Tensor, Any], Any]:
    """For == and !=: an operand of a foreign type is left to Python."""

    def compare(self: Tensor, other: Any) -> Any:
        if isinstance(other, (Tensor, int, float, np.ndarray, np.generic)):
            return function(self, other)
        return NotImplemented

    return compare


def _inverted(self: Tensor) -> Tensor:
    """Python's ``~x``: `bitwise_not`, but TypeError for floats."""
    if self.is_floating_point():
        raise TypeError("~x is implemented for integers and bools only; write ~x.bool(), or -x")
    return bitwise_not(self)


METHODS.update(
    __eq__=_or_not_implemented(eq),
    __ne__=_or_not_implemented(ne),
    __lt__=lt,
    __le__=le,
    __gt__=gt,
    __ge__=ge,
    __and__=bitwise_and,
    __rand__=bitwise_and,
    __or__=bitwise_or,
    __ror__=bitwise_or,
    __xor__=bitwise_xor,
    __rxor__=bitwise_xor,
    __lshift__=bitwise_left_shift,
    __rlshift__=reflected(bitwise_left_shift),
    __rshift__=bitwise_right_shift,
    __rrshift__=reflected(bitwise_right_shift),
    __invert__=_inverted,
)
