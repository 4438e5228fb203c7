"""The error function and its kin, on NumPy alone; `autograd.error_function` computes them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import error_function
from autograd.families import unary
from autograd.registry import alias

__all__ = ["erf", "erfc", "erfinv"]

_SLOPE = 2 / math.sqrt(math.pi)
"""The derivative of erf at 0."""

_PEAK = 1 / math.sqrt(2 * math.pi)


def density(x: Any) -> Any:
    """The density of the standard normal distribution, the derivative of `ndtr`."""
    return np.exp(x * x / -2) * _PEAK


erf = unary(
    "erf",
    error_function.erf,
    lambda g, x: g * (_SLOPE * np.exp(-(x * x))),
    """The error function, 2/sqrt(pi) times the integral of exp(-t**2) from 0 to x (`torch.erf`).

    >>> erf(tensor([0.0, 1.0]))
    tensor([0.0000, 0.8427])
    """,
)
erfc = unary(
    "erfc",
    error_function.erfc,
    lambda g, x: g * (-_SLOPE * np.exp(-(x * x))),
    """1 - erf(x), accurate also where it is tiny (`torch.erfc`).

    >>> erfc(tensor([0.0, 1.0]))
    tensor([1.0000, 0.1573])
    """,
)
erfinv = unary(
    "erfinv",
    error_function.erfinv,
    lambda g, y: g * (np.exp(y * y) / _SLOPE),
    """The y with erf(y) = x; infinite at -1 and 1, nan outside (`torch.erfinv`).

    >>> erfinv(tensor([0.0, 0.5]))
    tensor([0.0000, 0.4769])
    """,
)
for _function in (erf, erfc, erfinv):
    alias(f"special.{_function.__name__}", _function, method=False)

erfcx = unary(
    "special.erfcx",
    error_function.erfcx,
    lambda g, x, y: g * (2 * x * y - _SLOPE),
    """exp(x**2) erfc(x), which does not underflow (`torch.special.erfcx`).

    >>> special.erfcx(tensor([0.0, 100.0]))
    tensor([1.0000, 0.0056])
    """,
)
ndtr = unary(
    "special.ndtr",
    error_function.ndtr,
    lambda g, x: g * density(x),
    """The share of a standard normal distribution below x (`torch.special.ndtr`).

    >>> special.ndtr(tensor([0.0, 1.0]))
    tensor([0.5000, 0.8413])
    """,
)
log_ndtr = unary(
    "special.log_ndtr",
    error_function.log_ndtr,
    lambda g, x: g / (erfcx.op(x * -math.sqrt(0.5)) * math.sqrt(math.pi / 2)),
    """log(ndtr(x)), which does not underflow (`torch.special.log_ndtr`).

    >>> special.log_ndtr(tensor([0.0, -100.0]))
    tensor([-6.9315e-01, -5.0055e+03])
    """,
)
ndtri = unary(
    "special.ndtri",
    error_function.ndtri,
    lambda g, y: g * (np.exp(y * y / 2) * math.sqrt(2 * math.pi)),
    """The y with ndtr(y) = x; infinite at 0 and 1, nan outside (`torch.special.ndtri`).

    >>> special.ndtri(tensor([0.5, 0.975]))
    tensor([0.0000, 1.9600])
    """,
)
