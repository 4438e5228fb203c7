"""Exponentials and logarithms, elementwise: ``x`` is the input, ``y`` the result."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.arguments import a_number, a_tensor, operands
from autograd.families import binary, floats_only, number_first, unary
from autograd.graph import Node
from autograd.operator import Op, apply
from autograd.ops import activation_kernels as kernels
from autograd.registry import alias, public
from autograd.tensor import Tensor

__all__ = [
    "exp",
    "exp2",
    "expm1",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logaddexp2",
    "logit",
    "sigmoid",
    "xlogy",
]

LOG_2 = math.log(2)
LOG_10 = math.log(10)

exp = unary(
    "exp",
    np.exp,
    lambda g, y: g * y,
    """e**x, elementwise (`torch.exp`).

    >>> exp(tensor([0.0, 1.0]))
    tensor([1.0000, 2.7183])
    """,
)
exp2 = unary(
    "exp2",
    np.exp2,
    lambda g, y: g * y * LOG_2,
    """2**x, elementwise (`torch.exp2`).

    >>> exp2(tensor([0.0, 3.0]))
    tensor([1., 8.])
    """,
)
expm1 = unary(
    "expm1",
    np.expm1,
    lambda g, y: g * (y + 1),
    """e**x - 1, exact for small x, too, elementwise (`torch.expm1`).

    >>> expm1(tensor([0.0, 1.0]))
    tensor([0.0000, 1.7183])
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
log1p = unary(
    "log1p",
    np.log1p,
    lambda g, x: g / (x + 1),
    """log(1 + x), exact for small x, too, elementwise (`torch.log1p`).

    >>> log1p(tensor([0.0, 1.0]))
    tensor([0.0000, 0.6931])
    """,
)
log2 = unary(
    "log2",
    np.log2,
    lambda g, x: g / (x * LOG_2),
    """The logarithm to base 2, elementwise (`torch.log2`).

    >>> log2(tensor([1.0, 8.0]))
    tensor([0., 3.])
    """,
)
log10 = unary(
    "log10",
    np.log10,
    lambda g, x: g / (x * LOG_10),
    """The logarithm to base 10, elementwise (`torch.log10`).

    >>> log10(tensor([1.0, 0.1]))
    tensor([ 0., -1.])
    """,
)


def _adding(power: np.ufunc, unit: float) -> Any:
    """The logarithm of a sum of powers; in NumPy's vectors, which its own logaddexp is not."""

    def added(a: Any, b: Any) -> Any:
        larger = np.maximum(a, b)
        total = larger + np.log1p(power(-np.abs(a - b))) / unit
        infinite = np.isinf(larger)
        return np.where(infinite, larger, total) if infinite.any() else total

    return added


logaddexp = binary(
    "logaddexp",
    floats_only(_adding(np.exp, 1.0), "logaddexp"),
    lambda g, a, b: g / (1 + np.exp(b - a)),
    lambda g, a, b: g / (1 + np.exp(a - b)),
    """log(exp(input) + exp(other)), without overflow (`torch.logaddexp`).

    >>> logaddexp(tensor([0.0, 1000.0]), tensor([0.0, 1000.0]))
    tensor([6.9315e-01, 1.0007e+03])
    """,
    inplace=False,
    numpy=(np.logaddexp,),
)
logaddexp2 = binary(
    "logaddexp2",
    floats_only(_adding(np.exp2, LOG_2), "logaddexp2"),
    lambda g, a, b: g / (1 + np.exp2(b - a)),
    lambda g, a, b: g / (1 + np.exp2(a - b)),
    """log2(2**input + 2**other), without overflow (`torch.logaddexp2`).

    >>> logaddexp2(tensor([0.0, 1000.0]), tensor([0.0, 1000.0]))
    tensor([1.0000e+00, 1.0010e+03])
    """,
    inplace=False,
    numpy=(np.logaddexp2,),
)


def _sigmoid(x: Any) -> Any:
    if kernels.plainly(x):
        return kernels.filled(kernels.sigmoid, x)
    if x.dtype == np.float16:  # where exp overflows from 11 on
        return (1 / kernels.one_more(x.astype(np.float32), -1)).astype(np.float16)
    return 1 / kernels.one_more(x, -1)


def _sigmoid_rule(g: Any, y: Any) -> Any:
    if kernels.plainly(g, y):
        return kernels.filled(kernels.sigmoid_pulled, g, y)
    return g * (1 - y) * y


sigmoid = unary(
    "sigmoid",
    _sigmoid,
    _sigmoid_rule,
    """1/(1 + exp(-x)), elementwise (`torch.sigmoid`); its derivative is y (1 - y).

    >>> sigmoid(tensor([0.0, 2.0]))
    tensor([0.5000, 0.8808])
    """,
)


def _logit(x: Any, eps: float | None) -> Any:
    if eps is not None:
        x = np.where(x < eps, eps, np.where(x > 1 - eps, 1 - eps, x))
    return np.log(x / (1 - x))


def _logit_rule(g: Any, x: Any, eps: float | None) -> Any:
    """1/(x (1 - x)); outside [0, 1] nan, outside the limits that ``eps`` sets 0."""
    outside = (x < (eps or 0)) | (x > 1 - (eps or 0))
    return np.where(outside, np.nan if eps is None else 0, g / (x * (1 - x)))


_logit_op = Op("logit", _logit, "x", params="eps", x=_logit_rule)


@public(inplace=True)
def logit(input: Tensor, eps: float | None = None) -> Tensor:
    """log(x / (1 - x)), the inverse of `sigmoid`, elementwise (`torch.logit`).

    With ``eps``, x is first limited to [eps, 1 - eps]; without it, or where it is negative, the
    result is nan outside [0, 1].

    >>> logit(tensor([0.5, 0.75]))
    tensor([0.0000, 1.0986])
    """
    (x,) = operands("logit", a_tensor("logit", input), floats=True)
    a_number("logit", "eps", eps)
    if eps is not None and eps < 0:
        eps = None
    result: Tensor = apply(_logit_op, (x,), (eps,))
    return result


alias("special.exp2", exp2, method=False)
alias("special.expit", sigmoid, method=False)
alias("special.expm1", expm1, method=False)
alias("special.log1p", log1p, method=False)
alias("special.logit", logit, method=False)


def _number(y: Any) -> Any:
    """``y``, as a float where it is Python's: of True, NumPy takes logarithms in float16."""
    return float(y) if isinstance(y, (int, float)) else y


def _times_log(logarithm: np.ufunc) -> Callable[[Any, Any], Any]:
    """The kernel of x times the logarithm of y, but 0 where x is 0 and y is no nan."""

    def kernel(x: Any, y: Any) -> Any:
        if isinstance(y, (int, float)):
            y = x.dtype.type(y)
        product = x * logarithm(y)
        return np.where((x == 0) & (y == y), product.dtype.type(0), product)

    return kernel


def _numbered(name: str) -> Any:
    """torch's name of the derivative, which says whether an operand was a number."""

    def backward(node: Node) -> str:
        return f"{name}Backward{1 if number_first(node) else 2 if node.params else 0}"

    return backward


xlogy = binary(
    "xlogy",
    _times_log(np.log),
    lambda g, a, b: np.where((a == 0) & (b <= 0), 0, g * np.log(_number(b))),
    lambda g, a, b: g * (a / b),
    """input * log(other), and 0 where ``input`` is 0 (`torch.xlogy`).

    >>> xlogy(tensor([0.0, 2.0]), tensor([0.0, 3.0]))
    tensor([0.0000, 2.1972])
    """,
    floats=True,
    backward=_numbered("Xlogy"),
)
alias("special.xlogy", xlogy, method=False)
xlog1py = binary(
    "special.xlog1py",
    _times_log(np.log1p),
    lambda g, a, b: np.where((a == 0) & (b <= -1), 0, g * np.log1p(_number(b))),
    lambda g, a, b: g * (a / (b + 1)),
    """input * log(1 + other), and 0 where ``input`` is 0 (`torch.special.xlog1py`).

    >>> special.xlog1py(tensor([0.0, 2.0]), tensor([-1.0, 3.0]))
    tensor([0.0000, 2.7726])
    """,
    floats=True,
    backward=_numbered("SpecialXlog1Py"),
)


def _entr(x: Any) -> Any:
    zero = x.dtype.type(0)
    return np.where(x == 0, zero, np.where(x < 0, x.dtype.type(-np.inf), -x * np.log(x)))


entr = unary(
    "special.entr",
    _entr,
    lambda g, x: g * (-np.log(x) - 1),
    """-x log(x), 0 at 0 and -inf below (`torch.special.entr`).

    >>> special.entr(tensor([0.0, 0.5]))
    tensor([0.0000, 0.3466])
    """,
)
