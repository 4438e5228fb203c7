"""Powers and the exponential of square matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.arguments import a_tensor, an_integer
from autograd.matrices import by, square, transposed
from autograd.operator import Op, apply
from autograd.ops.elementwise import where
from autograd.ops.shape import clone
from autograd.ops.solving import inv
from autograd.registry import alias, public
from autograd.tensor import Tensor, wrap

__all__ = [
    "matrix_exp",
    "matrix_power",
]

PADE = (
    *(1.0, 182.0, 16380.0, 960960.0, 40840800.0, 1323241920.0, 33522128640.0),
    *(670442572800.0, 10559470521600.0, 129060195264000.0, 1187353796428800.0),
    *(7771770303897600.0, 32382376266240000.0, 64764752532480000.0),
)
"""The coefficients of the rational approximation of degree 13, of the highest power first."""

LIMIT = 5.37
"""Up to this norm the approximation is exact to float64 (Higham 2005)."""


def _exponential(a: Any) -> Any:
    """exp A = (exp A/2^s)^(2^s), the inner one by a rational approximation of degree 13."""
    if not a.size:
        return a.copy()
    if a.dtype == np.float16:
        return _exponential(a.astype(np.float32)).astype(np.float16)
    norms = np.abs(a).sum(-2).max(-1)[..., None, None]
    usable = np.isfinite(norms) & (norms > LIMIT)
    halvings = np.ceil(np.log2(np.where(usable, norms, LIMIT) / LIMIT))
    a = a * np.exp2(-halvings)
    eye = np.eye(a.shape[-1], dtype=a.dtype)
    a2 = a @ a
    a4 = a2 @ a2
    a6 = a4 @ a2
    c = [number / PADE[-1] for number in reversed(PADE)]
    odd = a6 @ (c[13] * a6 + c[11] * a4 + c[9] * a2) + c[7] * a6 + c[5] * a4 + c[3] * a2
    odd = a @ (odd + c[1] * eye)
    even = a6 @ (c[12] * a6 + c[10] * a4 + c[8] * a2) + c[6] * a6 + c[4] * a4 + c[2] * a2
    even += c[0] * eye
    result = np.linalg.solve(even - odd, even + odd)
    for step in range(int(halvings.max())):
        result = np.where(halvings > step, result @ result, result)
    return result


def _exponential_rule(g: Any, a: Any) -> Any:
    """The corner of exp [[A^T, g], [0, A^T]]: an exponential again."""
    turned = transposed(a)
    count = a.shape[-1]
    above = np.concatenate([turned, g], -1)
    below = np.concatenate([np.zeros_like(turned), turned], -1)
    return _exp(np.concatenate([above, below], -2))[..., :count, count:]


_exp: Op = Op("linalg_matrix_exp", _exponential, "a", a=_exponential_rule)


@public(name="linalg.matrix_exp", method=False)
def matrix_exp(A: Tensor) -> Tensor:  # noqa: N803 - torch's name
    """The exponential of square matrices, 1 + A + A^2/2 + A^3/6 + ...

    Source: `torch.linalg.matrix_exp`.

    >>> matrix_exp(tensor([[0.0, 1.0], [0.0, 0.0]]))
    tensor([[1., 1.],
            [0., 1.]])
    """
    result: Tensor = apply(_exp, (square("linalg.matrix_exp", A, half=True),))
    return result


alias("matrix_exp", matrix_exp)


@public(name="linalg.matrix_power", method=False, numpy=(np.linalg.matrix_power,))
def matrix_power(A: Tensor, n: int) -> Tensor:  # noqa: N803
    """The product of ``n`` times a square matrix; of its inverse where ``n`` is negative.

    Raises RuntimeError for other shapes, TypeError where ``n`` is no integer.
    Source: `torch.linalg.matrix_power`.

    >>> matrix_power(tensor([[1.0, 1.0], [0.0, 1.0]]), 3)
    tensor([[1., 3.],
            [0., 1.]])
    """
    name = "linalg.matrix_power"
    base = a_tensor(name, A)
    if base.ndim < 2 or base.shape[-1] != base.shape[-2]:
        size = f"{by(base)} matrices" if base.ndim > 1 else f"of shape {base.shape}"
        raise RuntimeError(f"{name}: A must be batches of square matrices, but they are {size}")
    n = an_integer(name, "n", n)
    if n == 0:
        whole = wrap(np.ones(base.shape, np.bool_))  # the identity, of which A is an input
        eye: Tensor = where(whole, wrap(np.eye(base.shape[-1], dtype=base.dtype)), base)
        return eye
    if n < 0:
        base, n = inv(base), -n
    result = None
    while True:  # n in binary: the squares of squares
        if n & 1:
            result = base if result is None else result @ base
        n >>= 1
        if not n:
            break
        base = base @ base
    assert result is not None
    return clone(result) if result is A else result


alias("matrix_power", matrix_power)
