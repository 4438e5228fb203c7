"""Determinants, with derivatives that hold for singular matrices, too."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import return_types
from autograd.matrices import expanded, square, transposed
from autograd.operator import Op, apply
from autograd.ops.elementwise import where
from autograd.ops.solving import inv_op
from autograd.registry import alias, public
from autograd.tensor import Tensor

__all__ = [
    "det",
    "logdet",
    "slogdet",
]


def _determinants(a: Any) -> Any:
    with np.errstate(all="ignore"):  # it overflows and underflows where the result does
        return np.linalg.det(a)


def _inverse_of_regular(a: Any) -> Any:
    """The inverses where they lose less than half of the digits, else None."""
    try:
        inverse = np.linalg.inv(a)
    except np.linalg.LinAlgError:
        return None
    condition = np.linalg.norm(a, axis=(-2, -1)) * np.linalg.norm(inverse, axis=(-2, -1))
    return None if (condition > np.finfo(a.dtype).eps ** -0.5).any() else inverse


def _products_without(s: Any, count: int) -> Any:
    """The products of all but 1 or 2 of the entries of a vector, for each choice of those."""
    left_out = np.eye(s.shape[-1], dtype=bool)
    if count == 2:
        left_out = left_out[:, None] | left_out
    factors = np.expand_dims(s, tuple(range(-1 - count, -1)))
    return np.where(left_out, s.dtype.type(1), factors).prod(-1)


def _cofactors_of(a: Any) -> Any:
    """The cofactors, det A times A^-T, by the singular values where A has no inverse."""
    inverse = _inverse_of_regular(a)
    if inverse is not None:
        return expanded(np.linalg.det(a)) * transposed(inverse)
    u, s, vh = np.linalg.svd(a)
    sign = expanded(np.linalg.det(u) * np.linalg.det(vh))
    return sign * (u * _products_without(s, 1)[..., None, :]) @ vh


def _change_of_cofactors(a: Any, g: Any) -> Any:
    """The derivative of the cofactors along ``g``, by the singular values.

    In the basis of the singular vectors A is diagonal: there entry (i, j) of g meets (j, i),
    and entry (i, i) each (k, k), with the product of the values that both leave out.
    """
    u, s, vh = np.linalg.svd(a)
    sign = expanded(np.linalg.det(u) * np.linalg.det(vh))
    eye = np.eye(s.shape[-1], dtype=s.dtype)
    products = _products_without(s, 2) * (1 - eye)
    turned = transposed(u) @ g @ transposed(vh)
    met = products @ np.diagonal(turned, axis1=-2, axis2=-1)[..., None]
    return sign * (u @ (met * eye - products * transposed(turned)) @ vh)


def _rule_of_change(h: Any, a: Any, g: Any) -> Any:
    """The third derivative of det along ``g`` and ``h``.

    The change of the cofactors is a polynomial in A of degree n - 2, so its slope along g is
    a sum of its values at n - 1 places, those of Chebyshev: no division, whatever A's rank.
    """
    count = max(a.shape[-1] - 1, 1)
    angles = (2 * np.arange(count) + 1) * np.pi / (2 * count)
    degrees = np.arange(count)
    slopes = 2 / count * np.cos(np.outer(angles, degrees)) @ (degrees * np.sin(degrees * np.pi / 2))
    size_a, size_g = (np.linalg.norm(getattr(x, "_array", x), axis=(-2, -1)) for x in (a, g))
    step = expanded(np.where((size_a > 0) & (size_g > 0), size_a / size_g, size_a.dtype.type(1)))
    total = 0 * h
    for place, slope in zip(np.cos(angles).tolist(), slopes.tolist(), strict=True):
        total = total + _change(a + place * step * g, h) * (slope / step)
    return total


_change: Op = Op(
    "change_of_cofactors",
    _change_of_cofactors,
    "a g",
    a=_rule_of_change,
    g=lambda h, a: _change(a, h),
)


def _rule_of_cofactors(g: Any, a: Any) -> Any:
    """With B = A^-T it is det A (tr(B^T g) B - B g^T B); see `_change_of_cofactors`."""
    if _inverse_of_regular(getattr(a, "_array", a)) is None:
        return _change(a, g)
    b = transposed(inv_op(a, ""))
    along = np.sum(b * g, axis=(-2, -1), keepdims=True) * b - b @ transposed(g) @ b
    return expanded(_det(a)) * along


_cofactors = Op("cofactors", _cofactors_of, "a", a=_rule_of_cofactors)
_det = Op("linalg_det", _determinants, "a", a=lambda g, a: expanded(g) * _cofactors(a))


def _rule_of_logarithm(gs: Any, a: Any) -> Any:
    """The sign is constant where it is not 0."""
    return None if gs[1] is None else expanded(gs[1]) * transposed(inv_op(a, ""))


_slogdet = Op(
    "linalg_slogdet",
    lambda a: tuple(np.linalg.slogdet(a)),
    "a",
    outputs=True,
    a=_rule_of_logarithm,
)
_slogdet.nones = True


@public(name="linalg.det", method=False, numpy=(np.linalg.det,))
def det(A: Tensor) -> Tensor:  # noqa: N803 - torch's name
    """The determinants of square matrices (..., n, n).

    The gradient, the matrix of cofactors, is right for singular matrices, too, as are the
    derivatives of higher order (`torch.linalg.det`, whose gradient is 0 there).

    >>> det(tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(-2.)
    """
    result: Tensor = apply(_det, (square("linalg.det", A),))
    return result


alias("det", det)


@public(name="linalg.slogdet", method=False, numpy=(np.linalg.slogdet,))
def linalg_slogdet(A: Tensor) -> Any:  # noqa: N803
    """The sign of the determinant, and the logarithm of its absolute value.

    It neither overflows nor underflows. A singular matrix has sign 0 and logarithm -inf.
    Source: `torch.linalg.slogdet`.

    >>> autograd.linalg.slogdet(tensor([[0.0, 2.0], [2.0, 0.0]]))
    autograd.return_types.linalg_slogdet(
    sign=tensor(-1.),
    logabsdet=tensor(1.3863))
    """
    return return_types.linalg_slogdet(*apply(_slogdet, (square("linalg.slogdet", A),)))


@public()
def slogdet(input: Tensor) -> Any:
    """`linalg.slogdet` (`torch.slogdet`).

    >>> slogdet(eye(3)).sign
    tensor(1.)
    """
    return return_types.slogdet(*apply(_slogdet, (square("slogdet", input),)))


@public()
def logdet(input: Tensor) -> Tensor:
    """The logarithm of the determinant; nan where that is negative (`torch.logdet`).

    >>> logdet(tensor([[2.0, 0.0], [0.0, 2.0]]))
    tensor(1.3863)
    """
    sign, logarithm = apply(_slogdet, (square("logdet", input),))
    result: Tensor = where(sign < 0, float("nan"), logarithm)
    return result
