"""Bessel and Airy functions, computed by SciPy.

The derivative of a Bessel function is a sum of its neighbours in order, so one operator for each
kind, of any whole order, serves every order of derivative, at 0 too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.families import Unary, unary
from autograd.operator import Op, Rule
from autograd.ops.elementwise import sign
from autograd.optional import scipy
from autograd.registry import alias

__all__ = ["i0"]


def _kind(name: str, scipys: str, rule: Rule, far: int = 0) -> Op:
    """A kind of Bessel function of whole order n; ``scipys``: SciPy's of orders 0, 1 and n.

    That of order n gives nan for large x: beyond 1000 the recurrence
    C[n + 1] = 2 n / x C[n] - C[n - 1] stands in, for modified ones with other signs: ``far``.
    """
    zeroth, first, general = scipys.split()

    def kernel(x: Any, n: int) -> Any:
        functions = scipy("special", needed_by=f"{name}{n}")
        if n < 2:
            out = getattr(functions, first if n else zeroth)(x)
        else:
            big = np.abs(x) > 1000
            near = np.where(big, 1, x)
            out = getattr(functions, general)(n, near)
            if np.any(big):
                out = np.where(big, upwards(x, n), out)
        return out.astype(x.dtype, copy=False)

    def upwards(x: Any, n: int) -> Any:
        before, here = kernel(x, 0), kernel(x, 1)
        for k in range(1, n):
            step = 2 * k / x * here
            before, here = here, (step - before if not far else before + far * step)
        return here

    return Op(name, kernel, "x", params="n", x=rule)


def _grown(x: Any, n: int) -> Any:
    """The modified function of the first kind: the scaled one times exp(abs(x)), in two steps."""
    if n < 2:
        functions = scipy("special", needed_by=f"modified_bessel_i{n}")
        return (functions.i1 if n else functions.i0)(x).astype(x.dtype, copy=False)
    x = np.clip(x, -1000, 1000)
    half = np.exp(np.abs(x) / 2)
    return _ie.kernel(x, n) * half * half


def _of_order(name: str, kind: Op, n: int, doc: str, backward: str | None = None) -> Unary:
    """The public function of one order, with the kernel and the rule of its kind."""
    (rule,) = kind.rules
    assert rule is not None
    derivative: Rule = lambda g, x: rule(g, x, n)  # noqa: E731 - rules are lambdas everywhere
    if kind.plans[0].output:
        derivative = lambda g, x, y: rule(g, x, y, n)  # noqa: E731
    return unary(name, lambda x: kind.kernel(x, n), derivative, doc, backward=backward)


def _difference(kind: Op, x: Any, n: int) -> Any:
    """(C[n - 1] - C[n + 1]) / 2, where C[-1] = -C[1]: the derivative of J and of Y."""
    return -kind(x, 1) if n == 0 else (kind(x, n - 1) - kind(x, n + 1)) / 2


def _mean(kind: Op, x: Any, n: int) -> Any:
    """(C[n - 1] + C[n + 1]) / 2, where C[-1] = C[1]: the derivative of I, and of -K."""
    return kind(x, 1) if n == 0 else (kind(x, n - 1) + kind(x, n + 1)) / 2


_j: Op = _kind("bessel_j", "j0 j1 jv", lambda g, x, n: g * _difference(_j, x, n))
_y: Op = _kind("bessel_y", "y0 y1 yv", lambda g, x, n: g * _difference(_y, x, n))
_i: Op = Op("modified_bessel_i", _grown, "x", params="n", x=lambda g, x, n: g * _mean(_i, x, n))
_k: Op = _kind("modified_bessel_k", "k0 k1 kv", lambda g, x, n: g * -_mean(_k, x, n), far=1)
_ie: Op = _kind(
    "scaled_modified_bessel_i",
    "i0e i1e ive",
    lambda g, x, y, n: g * (_mean(_ie, x, n) - sign.op(x) * y),
    far=-1,
)
_ke: Op = _kind(
    "scaled_modified_bessel_k",
    "k0e k1e kve",
    lambda g, x, y, n: g * (y - _mean(_ke, x, n)),
    far=1,
)

i0 = _of_order(
    "i0",
    _i,
    0,
    """The modified Bessel function of the first kind of order 0 (`torch.i0`); by SciPy.

    >>> i0(tensor([0.0, 1.0]))
    tensor([1.0000, 1.2661])
    """,
)
alias("special.i0", i0, method=False)
i1 = _of_order(
    "special.i1",
    _i,
    1,
    """The modified Bessel function of the first kind of order 1 (`torch.special.i1`); by SciPy.

    >>> special.i1(tensor([0.0, 1.0]))
    tensor([0.0000, 0.5652])
    """,
)
i0e = _of_order(
    "special.i0e",
    _ie,
    0,
    """exp(-abs(x)) i0(x), which does not overflow (`torch.special.i0e`); by SciPy.

    >>> special.i0e(tensor([0.0, 1.0]))
    tensor([1.0000, 0.4658])
    """,
    backward="SpecialI0EBackward0",
)
i1e = _of_order(
    "special.i1e",
    _ie,
    1,
    """exp(-abs(x)) i1(x), which does not overflow (`torch.special.i1e`); by SciPy.

    >>> special.i1e(tensor([0.0, 1.0]))
    tensor([0.0000, 0.2079])
    """,
    backward="SpecialI1EBackward0",
)
bessel_j0 = _of_order(
    "special.bessel_j0",
    _j,
    0,
    """The Bessel function of the first kind of order 0 (`torch.special.bessel_j0`); by SciPy.

    >>> special.bessel_j0(tensor([0.0, 1.0]))
    tensor([1.0000, 0.7652])
    """,
)
bessel_j1 = _of_order(
    "special.bessel_j1",
    _j,
    1,
    """The Bessel function of the first kind of order 1 (`torch.special.bessel_j1`); by SciPy.

    >>> special.bessel_j1(tensor([0.0, 1.0]))
    tensor([0.0000, 0.4401])
    """,
)
bessel_y0 = _of_order(
    "special.bessel_y0",
    _y,
    0,
    """The Bessel function of the second kind of order 0 (`torch.special.bessel_y0`); by SciPy.

    >>> special.bessel_y0(tensor([1.0, 2.0]))
    tensor([0.0883, 0.5104])
    """,
)
bessel_y1 = _of_order(
    "special.bessel_y1",
    _y,
    1,
    """The Bessel function of the second kind of order 1 (`torch.special.bessel_y1`); by SciPy.

    >>> special.bessel_y1(tensor([1.0, 2.0]))
    tensor([-0.7812, -0.1070])
    """,
)
modified_bessel_i0 = _of_order(
    "special.modified_bessel_i0",
    _i,
    0,
    """`i0` under the name `torch.special.modified_bessel_i0`; by SciPy.

    >>> special.modified_bessel_i0(tensor([0.0, 1.0]))
    tensor([1.0000, 1.2661])
    """,
)
modified_bessel_i1 = _of_order(
    "special.modified_bessel_i1",
    _i,
    1,
    """`special.i1` under the name `torch.special.modified_bessel_i1`; by SciPy.

    >>> special.modified_bessel_i1(tensor([0.0, 1.0]))
    tensor([0.0000, 0.5652])
    """,
)
modified_bessel_k0 = _of_order(
    "special.modified_bessel_k0",
    _k,
    0,
    """The modified Bessel function of the second kind of order 0; by SciPy.

    Source: `torch.special.modified_bessel_k0`.

    >>> special.modified_bessel_k0(tensor([1.0, 2.0]))
    tensor([0.4210, 0.1139])
    """,
)
modified_bessel_k1 = _of_order(
    "special.modified_bessel_k1",
    _k,
    1,
    """The modified Bessel function of the second kind of order 1; by SciPy.

    Source: `torch.special.modified_bessel_k1`.

    >>> special.modified_bessel_k1(tensor([1.0, 2.0]))
    tensor([0.6019, 0.1399])
    """,
)
scaled_modified_bessel_k0 = _of_order(
    "special.scaled_modified_bessel_k0",
    _ke,
    0,
    """exp(x) modified_bessel_k0(x), which does not underflow; by SciPy.

    Source: `torch.special.scaled_modified_bessel_k0`.

    >>> special.scaled_modified_bessel_k0(tensor([1.0, 2.0]))
    tensor([1.1445, 0.8416])
    """,
)
scaled_modified_bessel_k1 = _of_order(
    "special.scaled_modified_bessel_k1",
    _ke,
    1,
    """exp(x) modified_bessel_k1(x), which does not underflow; by SciPy.

    Source: `torch.special.scaled_modified_bessel_k1`.

    >>> special.scaled_modified_bessel_k1(tensor([1.0, 2.0]))
    tensor([1.6362, 1.0335])
    """,
)


def _spherical_kernel(x: Any, n: int) -> Any:
    if n == 0:
        quotient = np.sin(x) / x
        return np.where(x == 0, x.dtype.type(1), np.where(np.isinf(x), x.dtype.type(0), quotient))
    functions = scipy("special", needed_by="spherical_bessel_j0")
    plain = np.where(np.abs(x) < 1e-300, 0, x)  # SciPy gives nan for subnormal numbers
    return functions.spherical_jn(n, plain).astype(x.dtype)


def _spherical_rule(g: Any, x: Any, n: int) -> Any:
    if n == 0:
        return g * -_spherical(x, 1)
    return g * ((n * _spherical(x, n - 1) - (n + 1) * _spherical(x, n + 1)) / (2 * n + 1))


_spherical = Op("spherical_bessel_j", _spherical_kernel, "x", params="n", x=_spherical_rule)
spherical_bessel_j0 = _of_order(
    "special.spherical_bessel_j0",
    _spherical,
    0,
    """sin(x) / x, and 1 at 0 (`torch.special.spherical_bessel_j0`); SciPy for its derivatives.

    >>> special.spherical_bessel_j0(tensor([0.0, 1.0]))
    tensor([1.0000, 0.8415])
    """,
)


def _airy(x: Any, which: int) -> Any:
    near = np.where(np.isinf(x), x, np.minimum(x, 200))  # SciPy gives nan for large numbers
    return scipy("special", needed_by="airy_ai").airy(near)[which].astype(x.dtype)


_airy_slope = Op(
    "airy_ai_slope",
    lambda x: _airy(x, 1),
    "x",
    x=lambda g, x: g * (x * airy_ai.op(x)),
)
airy_ai: Unary = unary(
    "special.airy_ai",
    lambda x: _airy(x, 0),
    lambda g, x: g * _airy_slope(x),
    """The Airy function Ai, a solution of y'' = x y (`torch.special.airy_ai`); by SciPy.

    >>> special.airy_ai(tensor([0.0, 1.0]))
    tensor([0.3550, 0.1353])
    """,
)
