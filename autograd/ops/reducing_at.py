"""Writing, adding and reducing at flat places, which may repeat: what scatter and put share."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.add_at import add_at
from autograd.grad_mode import mode
from autograd.graph import Raw
from autograd.inplace_memory import owned
from autograd.operator import Op, apply
from autograd.ops.division import floor_divide
from autograd.ops.gathering import take_op
from autograd.tensor import Tensor, wrap


def _placed(x: Raw, src: Raw, places: Raw) -> Raw:
    out = owned(x)
    out.reshape(-1)[places] = src
    return out


placed: Op = Op(
    "put",
    _placed,
    "x src",
    params="places",
    x=lambda g, places: placed(g, 0, places),
    src=lambda g, places: take_op(g, places),
)
"""``x`` with ``src``, a number or of the shape of ``places``, written at these flat places.

torch's convention where they repeat: the gradient goes to every entry of ``src``.
"""


def _added(x: Raw, src: Raw, places: Raw) -> Raw:
    return add_at(owned(x), places, np.asarray(src))


added: Op = Op(
    "scatter_reduce",
    _added,
    "x src",
    params="places",
    x=lambda g: g,
    src=lambda g, places: take_op(g, places),
)
"""``x`` with ``src`` added at flat places."""


def _extreme(x: Raw, src: Raw, places: Raw, ufunc: Any, include_self: bool) -> Raw:
    out = np.array(x, order="C")  # the rules keep the input
    flat = out.reshape(-1)
    if not include_self:
        flat[places] = src
    ufunc.at(flat, places.reshape(-1), np.reshape(src, -1))
    return out


def _shares(x: Any, src: Any, y: Any, places: Raw, include_self: bool) -> tuple[Raw, Raw]:
    """Which part of a place's gradient its input and its sources get: equal ones at ties.

    torch counts the input among these also where it is not included, and its part is lost then.
    """
    x, src, y = (np.asarray(getattr(each, "_array", each)) for each in (x, src, y))
    own = (x == y).astype(y.dtype)
    hit = (src == np.take(y, places)).astype(y.dtype)
    number = _added(own, hit, places)
    share = own / number
    if not include_self:
        share.reshape(-1)[places] = 0
    return share, hit / np.take(number, places)


def _part(g: Any, share: Raw) -> Any:
    """``g * share``, and 0 where the share is, also of an infinite gradient."""
    return np.where(share == 0, 0, g * share)


extreme: Op = Op(
    "scatter_reduce",
    _extreme,
    "x src",
    params="places ufunc include_self",
    x=lambda g, x, src, y, places, include_self: _part(
        g, _shares(x, src, y, places, include_self)[0]
    ),
    src=lambda g, x, src, y, places, include_self: _part(
        take_op(g, places), _shares(x, src, y, places, include_self)[1]
    ),
)
"""The largest or smallest at every place, of the input and the sources."""


def reduced_at(input: Tensor, places: Raw, src: Any, reduce: str, include_self: bool) -> Tensor:
    """``input`` with ``src``, of the shape of ``places``, reduced into these flat places."""
    if not places.size:
        result: Tensor = apply(added, (input, src), (places,))
        return result
    if reduce in ("amax", "amin"):
        ufunc = np.maximum if reduce == "amax" else np.minimum
        result = apply(extreme, (input, src), (places, ufunc, include_self))
        return result
    if reduce == "prod":
        return _product(input, places, src, include_self)
    base = input if include_self else apply(placed, (input, 0), (places,))
    total: Tensor = apply(added, (base, src), (places,))
    if reduce == "sum":
        return total
    counts = np.bincount(places.reshape(-1), minlength=input.numel()) + include_self
    number = wrap(np.maximum(counts, 1).astype(input.dtype).reshape(input.shape))
    return total / number if input.dtype.kind == "f" else floor_divide(total, number)


def _product(input: Tensor, places: Raw, src: Any, include_self: bool) -> Tensor:
    """The product at every place, by pairs: right where entries are 0, for any derivative."""
    base = input if include_self else apply(placed, (input, 1), (places,))
    if not mode().grad or (input._node is None and getattr(src, "_node", None) is None):
        out = owned(base._array)
        factors = np.reshape(getattr(src, "_array", src), -1)
        np.multiply.at(out.reshape(-1), places.reshape(-1), factors)
        return wrap(out)
    order = np.argsort(places.reshape(-1))
    where = places.reshape(-1)[order]
    values: Any = apply(take_op, (src, order))
    while True:
        fresh = np.append(True, where[1:] != where[:-1])
        if fresh.all():
            break
        starts = np.flatnonzero(fresh)
        rank = np.arange(where.size) - np.repeat(starts, np.diff(np.append(starts, where.size)))
        left = np.flatnonzero(rank % 2 == 0)
        right = np.minimum(left + 1, where.size - 1)
        paired = (right > left) & (where[left] == where[right])
        single = np.ones((), values.dtype)
        other = np.where(paired, apply(take_op, (values, right)), wrap(single))
        values = apply(take_op, (values, left)) * other
        where = where[left]
    product: Tensor = apply(placed, (base, apply(take_op, (base, where)) * values), (where,))
    return product
