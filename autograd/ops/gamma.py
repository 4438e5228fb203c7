"""The gamma function's logarithm and its derivatives, incomplete gamma and zeta, by SciPy."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.arguments import (
    a_tensor,
    an_integer,
    broadcast,
    not_implemented,
    operands,
)
from autograd.families import Binary, Unary, binary, number_first, unary
from autograd.inplace import in_place_method
from autograd.operator import Op, apply, no_derivative
from autograd.optional import scipy
from autograd.registry import METHODS, alias, public
from autograd.tensor import Tensor

__all__ = ["digamma", "igamma", "igammac", "lgamma", "mvlgamma", "polygamma"]


def _scipys(function: str, name: str) -> Callable[..., Any]:
    """The kernel that is SciPy's ``function``, for torch's ``name``, in the inputs' dtype."""

    def kernel(*args: Any) -> Any:
        out = getattr(scipy("special", needed_by=name), function)(*args)
        kind = next(each.dtype for each in args if hasattr(each, "dtype"))
        return out if out.dtype == kind else out.astype(kind)

    return kernel


def _lgamma(x: Any) -> Any:
    return _gammaln(np.where(x == -np.inf, np.inf, x).astype(x.dtype, copy=False))


_gammaln = _scipys("gammaln", "lgamma")

lgamma = unary(
    "lgamma",
    _lgamma,
    lambda g, x: g * digamma.op(x),
    """log(abs(gamma(x))), elementwise (`torch.lgamma`); by SciPy. Its derivative is `digamma`.

    >>> lgamma(tensor([0.5, 4.0]))
    tensor([0.5724, 1.7918])
    """,
)


def _polygamma(x: Any, n: int) -> Any:
    functions = scipy("special", needed_by="polygamma" if n else "digamma")
    out = functions.polygamma(n, x) if n else functions.psi(x)
    return out if out.dtype == x.dtype else np.asarray(out).astype(x.dtype)[()]


_polygammas: Op = Op(
    "polygamma", _polygamma, "x", params="n", x=lambda g, x, n: g * _polygammas(x, n + 1)
)
digamma: Unary = unary(
    "digamma",
    lambda x: _polygamma(x, 0),
    lambda g, x: g * _polygammas(x, 1),
    """The derivative of `lgamma` (`torch.digamma`); by SciPy. Its own is ``polygamma(1, x)``.

    >>> digamma(tensor([1.0, 2.0]))
    tensor([-0.5772,  0.4228])
    """,
)
alias("special.gammaln", lgamma, method=False)
alias("special.digamma", digamma, method=False)
alias("special.psi", digamma, method=False)


@public(method=False)
def polygamma(n: int, input: Tensor) -> Tensor:
    """The derivative of `digamma` of order ``n``, elementwise (`torch.polygamma`); by SciPy.

    As a method the tensor comes first: ``x.polygamma(n)``. Raises RuntimeError for a negative n.

    >>> polygamma(1, tensor([1.0, 2.0]))
    tensor([1.6449, 0.6449])
    """
    n = an_integer("polygamma", "n", n)
    (x,) = operands("polygamma", a_tensor("polygamma", input), floats=True)
    if n < 0:
        raise RuntimeError(f"polygamma(n, x) does not support negative n, but n is {n}")
    found: Tensor = apply(_polygammas, (x,), (n,))
    return found


def _polygamma_method(self: Tensor, n: int) -> Tensor:
    """The derivative of `digamma` of order ``n``, elementwise (`torch.Tensor.polygamma`).

    >>> tensor([1.0, 2.0]).polygamma(1)
    tensor([1.6449, 0.6449])
    """
    return polygamma(n, self)


@in_place_method
def polygamma_(self: Tensor, n: int) -> Tensor:
    """`polygamma`, written over this tensor (`torch.Tensor.polygamma_`).

    >>> tensor([1.0, 2.0]).polygamma_(1)
    tensor([1.6449, 0.6449])
    """
    return polygamma(n, self)


METHODS["polygamma"] = _polygamma_method
alias("special.polygamma", polygamma, method=False)


def _several(x: Any, p: int) -> Any:
    total = sum(_lgamma(x - j / 2) for j in range(p))
    return total + p * (p - 1) / 4 * math.log(math.pi)


_mvlgamma = Op(
    "mvlgamma",
    _several,
    "x",
    params="p",
    x=lambda g, x, p: g * sum(digamma.op(x - j / 2) for j in range(p)),
)


@public(inplace=True)
def mvlgamma(input: Tensor, p: int) -> Tensor:
    """The logarithm of the multivariate gamma function of dimension ``p``, elementwise.

    p (p - 1) / 4 log(pi) plus the sum of lgamma(x - j / 2) over j from 0 to p - 1. Raises
    RuntimeError for p below 1 (`torch.mvlgamma`); by SciPy.

    >>> mvlgamma(tensor([2.0, 3.0]), 2)
    tensor([0.4516, 1.5502])
    """
    p = an_integer("mvlgamma", "p", p)
    (x,) = operands("mvlgamma", a_tensor("mvlgamma", input), floats=True, no_bools="any")
    if p < 1:
        raise RuntimeError(f"mvlgamma: p has to be greater than or equal to 1, but it is {p}")
    total: Tensor = apply(_mvlgamma, (x,), (p,))
    return total


alias("special.multigammaln", mvlgamma, method=False)


def _incomplete(name: str, function: str, sign: int) -> Op:
    def rule(g: Any, a: Any, b: Any) -> Any:
        return g * (sign * np.exp((a - 1) * np.log(b) - b - lgamma.op(a)))

    none = no_derivative(f"{name} by its first argument", "it has no closed form; detach() that")
    return Op(name, _scipys(function, name), "a b", a=none, b=rule)


_lower = _incomplete("igamma", "gammainc", 1)
_upper = _incomplete("igammac", "gammaincc", -1)


def _of_floats(op: Op, input: Tensor, other: Tensor) -> Tensor:
    a, b = operands(op.name, a_tensor(op.name, input), a_tensor(op.name, other))
    if a.dtype.kind != "f":
        raise not_implemented(op.name, a.dtype)
    return broadcast(op, (a, b))


@public(inplace=True)
def igamma(input: Tensor, other: Tensor) -> Tensor:
    """The regularized lower incomplete gamma function P(input, other) (`torch.igamma`); by SciPy.

    1 / gamma(a) times the integral of t**(a - 1) exp(-t) from 0 to ``other``, where a is
    ``input``; by ``input`` it has no derivative, and backward raises NotImplementedError.

    >>> igamma(tensor([1.0, 2.0]), tensor([1.0, 1.0]))
    tensor([0.6321, 0.2642])
    """
    return _of_floats(_lower, input, other)


@public(inplace=True)
def igammac(input: Tensor, other: Tensor) -> Tensor:
    """The regularized upper incomplete gamma function, 1 - `igamma` (`torch.igammac`); by SciPy.

    >>> igammac(tensor([1.0, 2.0]), tensor([1.0, 1.0]))
    tensor([0.3679, 0.7358])
    """
    return _of_floats(_upper, input, other)


alias("special.gammainc", igamma, method=False)
alias("special.gammaincc", igammac, method=False)


_zeta = _scipys("zeta", "zeta")

zeta: Binary = binary(
    "special.zeta",
    _zeta,
    no_derivative("special.zeta by its first argument", "it has no closed form; detach() that"),
    lambda g, a, b: g * (-a * zeta.op(a + 1, b)),
    """The Hurwitz zeta function, the sum of (k + other)**-input over k >= 0; by SciPy.

    By ``input`` it has no derivative, and backward raises NotImplementedError.
    Source: `torch.special.zeta`.

    >>> special.zeta(tensor([2.0, 4.0]), 1.0)
    tensor([1.6449, 1.0823])
    """,
    floats=True,
    backward=lambda node: (
        f"SpecialZetaBackward{1 if number_first(node) else 2 if node.params else 0}"
    ),
)
