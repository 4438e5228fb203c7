"""The arithmetic of torch's random numbers: fused steps and Box-Muller in its very roundings.

Sources: G. Box and M. Muller, Annals of Mathematical Statistics 29 (1958); S. Moshier's
Cephes library for the float32 polynomials; S. Boldo and G. Melquiond, "Emulation of FMA and
correctly rounded sums", IEEE Transactions on Computers 57 (2008).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

CHUNK = 1 << 15
"""Numbers a pass where one number takes many steps: the temporaries stay in the cache."""


def fused(a: Array, b: np.floating[Any], c: np.floating[Any]) -> Array:
    """`a * b + c` of a row of numbers written over ``a``, with one rounding."""
    if b == 1.0 or c == 0.0:
        a *= b
        a += c
        return a
    step = _fused32 if a.dtype == np.float32 else _fused64
    for i in range(0, a.size, CHUNK):
        a[i : i + CHUNK] = step(a[i : i + CHUNK], b, c)
    return a


def _fused32(a: Any, b: Any, c: Any) -> Array:
    """The same for float32, in float64: the product is exact there and the sum nearly is."""
    total = np.multiply(a, b, dtype=np.float64)
    total += c
    # Only a sum that sits midway between two float32 can be rounded wrongly the second time.
    midway = (total.view(np.uint64) & np.uint64(0x1FFFFFFF)) == np.uint64(0x10000000)
    if midway.any():
        lost = _two_sum(np.multiply(a, b, dtype=np.float64), np.asarray(c, np.float64))[1]
        away = np.nextafter(total, np.copysign(np.inf, lost))
        total = np.where(midway & (lost != 0), away, total)
    return np.asarray(total.astype(np.float32))


def _fused64(a: Array, b: np.floating[Any], c: np.floating[Any]) -> Array:
    """The same for float64: exact product, then a sum rounded once (Boldo and Melquiond)."""
    with np.errstate(over="ignore", invalid="ignore"):
        product = a * b
        a_high, b_high = _high_half(a), _high_half(b)
        a_low, b_low = a - a_high, b - b_high
        rest = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
        total, lost = _two_sum(c, rest)
        total, carried = _two_sum(product, total)
        tail, hidden = _two_sum(carried, lost)
        # Rounding the tail to an odd last bit keeps the final rounding from seeing a false tie.
        even = (tail.view(np.uint64) & np.uint64(1)) == 0
        odd = np.nextafter(tail, np.copysign(np.inf, hidden))
        fused = total + np.where(even & (hidden != 0), odd, tail)
        return np.asarray(np.where(np.isfinite(fused), fused, product + c))


def _high_half(x: Any) -> Any:
    scaled = x * np.float64((1 << 27) + 1)
    return scaled - (scaled - x)


def _two_sum(a: Any, b: Any) -> tuple[Any, Any]:
    """The rounded sum and exactly what the rounding lost."""
    total = a + b
    shadow = total - a
    return total, (a - (total - shadow)) + (b - shadow)


def libm(function: Callable[[float], float], x: Array) -> Array:
    """The C library's function of each float64: NumPy's own vector loops differ in a last bit."""
    return np.fromiter(map(function, x.ravel().tolist()), np.float64, x.size).reshape(x.shape)


def box_muller64(blocks: Array) -> None:
    """Turn uniform pairs, (n, 2, 8) float64, into normal pairs, in place."""
    radius = np.sqrt(-2.0 * libm(math.log, 1.0 - blocks[:, 0]))
    angle = 2.0 * math.pi * blocks[:, 1]
    np.multiply(radius, libm(math.cos, angle), out=blocks[:, 0])
    np.multiply(radius, libm(math.sin, angle), out=blocks[:, 1])


def box_muller32(blocks: Array) -> None:
    """The same in float32, where torch uses the Cephes polynomials with fused steps."""
    radius = np.sqrt(np.float32(-2.0) * _log32(np.float32(1.0) - blocks[:, 0]))
    sine, cosine = _sin_cos32(np.float32(2.0 * math.pi) * blocks[:, 1])
    np.multiply(radius, cosine, out=blocks[:, 0])
    np.multiply(radius, sine, out=blocks[:, 1])


def _constants(*values: float) -> list[np.float32]:
    return [np.float32(value) for value in values]


_LN = _constants(
    7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
    -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
)  # fmt: skip
_LN2_LOW, _LN2_HIGH, _SQRT_HALF = _constants(-2.12194440e-4, 0.693359375, math.sqrt(0.5))
_SIN = _constants(-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
_COS = _constants(2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
_QUARTER_PI = _constants(-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8)


def _polynomial32(terms: Sequence[np.float32], x: Array) -> Array:
    value: Any = terms[0]
    for term in terms[1:]:
        value = _fused32(value, x, term)
    return np.asarray(value)


def _log32(x: Array) -> Array:
    """The logarithm of float32 numbers in (0, 1], as Cephes's logf."""
    bits = x.view(np.int32)
    mantissa = ((bits & 0x007FFFFF) | 0x3F000000).view(np.float32)
    small = mantissa < _SQRT_HALF
    exponent = ((bits >> 23) - 126 - small).astype(np.float32)
    x = mantissa - np.float32(1.0) + np.where(small, mantissa, np.float32(0.0))
    square = x * x
    value = _fused32(_polynomial32(_LN, x) * x, square, exponent * _LN2_LOW)
    value = x + (value - np.float32(0.5) * square)
    return np.asarray(value + exponent * _LN2_HIGH)


def _sin_cos32(x: Array) -> tuple[Array, Array]:
    """Sine and cosine of float32 angles in [0, 2 pi], as Cephes's sinf and cosf."""
    octant = ((x * np.float32(4.0 / math.pi)).astype(np.int32) + 1) & ~1
    turns = octant.astype(np.float32)
    for part in _QUARTER_PI:
        x = _fused32(turns, part, x)
    square = x * x
    cosine = _fused32(_polynomial32(_COS, square) * square, square, np.float32(-0.5) * square)
    cosine = cosine + np.float32(1.0)
    sine = _fused32(_polynomial32(_SIN, square) * square, x, x)
    straight = (octant & 2) == 0
    first, second = np.where(straight, sine, cosine), np.where(straight, cosine, sine)
    return (
        np.where((octant & 4) != 0, -first, first),
        np.where(((octant - 2) & 4) == 0, -second, second),
    )
