"""Orthogonal polynomials, by their recurrences, on NumPy alone (`torch.special`).

Differentiating a recurrence with respect to x gives one for the derivatives, so one kernel finds
the derivative of any order, at the ends of the interval too. By the degree there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.arguments import broadcast, operands
from autograd.operator import Op
from autograd.registry import described, public
from autograd.tensor import Tensor

__all__: list[str] = []

Step = Callable[[int], tuple[float, float, float]]
"""a, b and c of p[k + 1] = (a x + b) p[k] - c p[k - 1], for k >= 1."""


def _values(x: Any, n: Any, order: int, first: tuple[float, float], step: Step) -> Any:
    """The derivative of the given order of the polynomial of degree n, 0 for a negative n.

    p[0] = 1 and p[1] = a x + b, with (a, b) = ``first``.
    """
    shape = np.broadcast_shapes(np.shape(x), np.shape(n))
    x = np.asarray(x, np.float64)
    degree = np.broadcast_to(np.asarray(n).astype(np.int64), shape)
    result = np.zeros(shape)
    nothing = np.zeros(x.shape)
    before = [nothing] * (order + 1)
    here = [np.ones(x.shape), *before[1:]]
    np.copyto(result, here[order], where=degree == 0)
    for k in range(int(degree.max(initial=0))):
        a, b, c = (*first, 0.0) if k == 0 else step(k)
        slope = a * x + b
        after = [slope * here[j] - c * before[j] for j in range(order + 1)]
        for j in range(1, order + 1):
            after[j] += (j * a) * here[j - 1]
        before, here = here, after
        np.copyto(result, here[order], where=degree == k + 1)
    return result


def _polynomial(
    name: str, first: tuple[float, float], step: Step, text: str, example: str
) -> Callable[[Any, Any], Tensor]:
    """The public function for one family of polynomials."""

    def kernel(x: Any, n: Any, order: int) -> Any:
        kind = next(each.dtype for each in (x, n) if hasattr(each, "dtype"))
        return _values(x, n, order, first, step).astype(kind)[()]

    op = Op(
        f"special_{name}",
        kernel,
        "x n",
        params="order",
        x=lambda g, x, n, order: g * op(x, n, order + 1),
    )

    def call(input: Any, n: Any) -> Tensor:
        return broadcast(op, operands(name, input, n, floats=True), (0,))

    doc = f"""{text}.

    ``input`` and ``n``, the degree, are tensors or numbers, which broadcast; the degree's
    fraction is dropped, and below 0 the result is 0. By the degree there is no gradient.
    Source: `torch.special.{name}`; torch has no derivatives of it.

    >>> special.{name}(tensor([0.0, 0.5, 1.0]), 2)
    tensor({example})
    """
    return public(name=f"special.{name}", method=False)(described(call, name, doc))


def _chebyshev(kind: str, b: float, a: float, example: str, shifted: str) -> tuple[Any, Any]:
    """The polynomials of one kind, p[1] = a x + b, and those shifted to [0, 1]."""
    text = f"The Chebyshev polynomial {kind.upper()} of degree n"
    return (
        _polynomial(
            f"chebyshev_polynomial_{kind}", (a, b), lambda k: (2.0, 0.0, 1.0), text, example
        ),
        _polynomial(
            f"shifted_chebyshev_polynomial_{kind}",
            (2 * a, b - a),
            lambda k: (4.0, -2.0, 1.0),
            f"{text} at 2 input - 1",
            shifted,
        ),
    )


chebyshev_polynomial_t, shifted_chebyshev_polynomial_t = _chebyshev(
    "t", 0.0, 1.0, "[-1.0000, -0.5000,  1.0000]", "[ 1., -1.,  1.]"
)
chebyshev_polynomial_u, shifted_chebyshev_polynomial_u = _chebyshev(
    "u", 0.0, 2.0, "[-1.,  0.,  3.]", "[ 3., -1.,  3.]"
)
chebyshev_polynomial_v, shifted_chebyshev_polynomial_v = _chebyshev(
    "v", -1.0, 2.0, "[-1., -1.,  1.]", "[ 5., -1.,  1.]"
)
chebyshev_polynomial_w, shifted_chebyshev_polynomial_w = _chebyshev(
    "w", 1.0, 2.0, "[-1.,  1.,  5.]", "[ 1., -1.,  5.]"
)
hermite_polynomial_h = _polynomial(
    "hermite_polynomial_h",
    (2.0, 0.0),
    lambda k: (2.0, 0.0, 2.0 * k),
    "The physicist's Hermite polynomial of degree n",
    "[-2., -1.,  2.]",
)
hermite_polynomial_he = _polynomial(
    "hermite_polynomial_he",
    (1.0, 0.0),
    lambda k: (1.0, 0.0, k),
    "The probabilist's Hermite polynomial of degree n",
    "[-1.0000, -0.7500,  0.0000]",
)
laguerre_polynomial_l = _polynomial(
    "laguerre_polynomial_l",
    (-1.0, 1.0),
    lambda k: (-1 / (k + 1), (2 * k + 1) / (k + 1), k / (k + 1)),
    "The Laguerre polynomial of degree n",
    "[ 1.0000,  0.1250, -0.5000]",
)
legendre_polynomial_p = _polynomial(
    "legendre_polynomial_p",
    (1.0, 0.0),
    lambda k: ((2 * k + 1) / (k + 1), 0.0, k / (k + 1)),
    "The Legendre polynomial of degree n",
    "[-0.5000, -0.1250,  1.0000]",
)
