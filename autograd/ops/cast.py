"""Changing the dtype."""

from __future__ import annotations

from autograd.blocks import order_of
from autograd.operator import Op

cast: Op = Op(
    "to",
    lambda x, dtype: x.astype(dtype, order_of(x)),
    "x",
    params="dtype",
    backward="ToCopyBackward0",
    x=lambda g, x_dtype: cast(g, x_dtype),
)
"""A raw array or a tensor in another dtype; its gradient comes back in its own."""
