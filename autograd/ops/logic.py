"""Logic, and comparisons with a tolerance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import dtypes
from autograd.arguments import a_tensor, cannot_broadcast, same_dtype
from autograd.families import Binary, comparison
from autograd.ops.comparison import unary_test
from autograd.registry import NUMPY, public
from autograd.tensor import Tensor, wrap

__all__ = [
    "allclose",
    "equal",
    "isclose",
    "isneginf",
    "isposinf",
    "isreal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "signbit",
]


def _logical(name: str, ufunc: np.ufunc, meaning: str, result: str) -> Binary:
    function = comparison(
        name,
        ufunc,
        f"""Whether {meaning}, elementwise; any number but 0 is true (`torch.{name}`).

    >>> {name}(tensor([0, 1, 2]), tensor([1, 0, 1]))
    tensor([{result}])
    """,
        inplace=True,
    )
    NUMPY[ufunc] = function
    return function


logical_and = _logical("logical_and", np.logical_and, "both are true", "False, False,  True")
logical_or = _logical("logical_or", np.logical_or, "one of them is true", "True, True, True")
logical_xor = _logical(
    "logical_xor", np.logical_xor, "just one of them is true", " True,  True, False"
)


def _infinite(sign: int) -> Callable[[Any], Any]:
    return lambda x: x == sign * np.inf


logical_not = unary_test("logical_not", np.logical_not, "0", " True, False, False", inplace=True)
isposinf = unary_test("isposinf", _infinite(1), "+inf", "False, False, False", numpy=(np.isposinf,))
isneginf = unary_test(
    "isneginf", _infinite(-1), "-inf", "False,  True, False", numpy=(np.isneginf,)
)
isreal = unary_test(
    "isreal",
    lambda x: np.ones(np.shape(x), np.bool_),
    "a real number, as all numbers here are",
    "True, True, True",
    numpy=(np.isreal,),
)
signbit = unary_test(
    "signbit",
    lambda x: np.signbit(x) if x.dtype.kind == "f" else np.less(x, 0),
    "negative by its sign bit, as -0.0 is, too",
    " True,  True, False",
    numpy=(np.signbit,),
)


@public(numpy=(np.isclose,))
def isclose(
    input: Tensor,
    other: Tensor,
    rtol: float = 1e-05,
    atol: float = 1e-08,
    equal_nan: bool = False,
) -> Tensor:
    """Whether |input - other| <= atol + rtol * |other|, elementwise with broadcasting.

    Equal infinities are close; nan is close to nan with ``equal_nan`` (`torch.isclose`). Raises
    RuntimeError for tensors of different dtypes and for negative tolerances.

    >>> isclose(tensor([1.0, 2.0]), tensor([1.000001, 2.1]))
    tensor([ True, False])
    """
    x, y = _array("isclose", input), _array("isclose", other)
    same_dtype("isclose", x, y, "other")
    for name, tolerance in (("rtol", rtol), ("atol", atol)):
        if not tolerance >= 0:
            raise RuntimeError(f"{name} must be greater than or equal to zero, but got {tolerance}")
    try:
        close = x == y
    except ValueError as error:
        raise cannot_broadcast("isclose", error, x, y) from None
    if equal_nan and x.dtype.kind == "f":
        close = close | (np.isnan(x) & np.isnan(y))
    if rtol == 0 and atol == 0:
        return wrap(close)
    if x.dtype.kind != "f":
        kind = dtypes.get_default_dtype()
        x, y = x.astype(kind), y.astype(kind)
    with np.errstate(all="ignore"):
        apart = np.abs(x - y)
        return wrap(close | (np.isfinite(apart) & (apart <= atol + np.abs(rtol * y))))


def _array(name: str, value: Any) -> Any:
    """The raw array of a tensor; NumPy's own are taken for NumPy's own function."""
    if isinstance(value, np.ndarray):
        return value
    return a_tensor(name, value)._array


@public()
def allclose(
    input: Tensor,
    other: Tensor,
    rtol: float = 1e-05,
    atol: float = 1e-08,
    equal_nan: bool = False,
) -> bool:
    """Whether all entries are close, as `isclose` says (`torch.allclose`).

    >>> allclose(tensor([1.0, 2.0]), tensor([1.000001, 2.000001]))
    True
    """
    return bool(isclose(input, other, rtol, atol, equal_nan)._array.all())


@public()
def equal(input: Tensor, other: Tensor) -> bool:
    """Whether both have the same shape and the same entries; nan is not nan (`torch.equal`).

    >>> equal(tensor([1, 2]), tensor([1, 2]))
    True
    """
    x, y = _array("equal", input), _array("equal", other)
    return bool(np.array_equal(x, y))
