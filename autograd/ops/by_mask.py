"""Choosing by a mask, elementwise: what many a derivative is made of.

`numpy.where` guesses at each element, and is wrong half of the time where the mask is as good as
random: twenty times the time of a product. Many numbers are therefore chosen as integers of
their own bits times the mask, which is exact for every number, inf, nan and -0.0 among them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.graph import Raw
from autograd.operator import Op

__all__: list[str] = []

FEW = 2048
"""Up to so many numbers, `numpy.where` is as fast."""

_BITS: dict[int, Any] = {2: np.int16, 4: np.int32, 8: np.int64}


def _kept(mask: Raw, x: Raw) -> Raw:
    if mask.size < FEW or x.shape != mask.shape or x.dtype.kind != "f" or mask.dtype != np.bool_:
        return np.where(mask, x, np.zeros((), x.dtype))
    bits = _BITS[x.itemsize]
    out = mask.astype(bits)
    np.multiply(out, x.view(bits), out=out)
    return out.view(x.dtype)


def chosen(mask: Raw, a: Any, b: Any) -> Raw:
    """`numpy.where` of a mask and two arrays or numbers."""
    if mask.size < FEW or mask.dtype != np.bool_ or not _alike(mask, a, b):
        return np.where(mask, a, b)
    bits = _BITS[a.itemsize]
    other = b.view(bits)
    out = np.subtract(a.view(bits), other)
    out *= mask
    out += other
    return out.view(a.dtype)


def _alike(mask: Raw, a: Any, b: Any) -> bool:
    """Whether these are arrays of floats of one dtype, and of the mask's shape."""
    for each in (a, b):
        if type(each) is not np.ndarray or each.shape != mask.shape or each.dtype.kind != "f":
            return False
    return bool(a.dtype == b.dtype)


keep: Op = Op("where", _kept, "mask x", x=lambda g, mask: keep(mask, g))
"""``x`` where ``mask`` is true, 0 elsewhere."""
choose: Op = Op(
    "where",
    chosen,
    "mask a b",
    a=lambda g, mask: keep(mask, g),
    b=lambda g, mask: keep(~mask, g),
)
"""``a`` where ``mask`` is true, ``b`` elsewhere; three arrays."""
