"""The error function and its kin, computed by NumPy alone: arrays in, arrays of that dtype out.

Method: erf(x) = -expm1(-x Q(x)) for x >= 0, where Q(x) = -log(erfc(x)) / x is smooth, so one
rational function serves the whole line and expm1 does not magnify its error. In float32 it is
tanh(x R(x**2)), because NumPy's tanh takes a tenth of the time of its expm1. The tail is
erfc(x) = exp(-x**2) erfcx(x), with erfcx(x) (x + 3.75) a polynomial in (x - 3.75) / (x + 3.75)
(M. Shepherd and J. Laframboise, Mathematics of Computation 36, 1981); x**2 is split into a part
that is exact and a small rest. The inverse is y times a rational function of -log(1 - y**2)
and, where y is near 1, one step of Newton's method on log(erfc). The coefficients are our own:
weighted least squares at Chebyshev nodes, in 60 digits, reweighted towards the minimax error
(Lawson), which is below 3e-17 everywhere.

Measured against 40 digits, the largest error in units of the last place: erf 2.7, erfinv 2.8,
erfcx 3.3, erfc 5.3 (their means 0.3 to 1); in float32, erf 4.3 and the others, computed in
float64, 0.5. Few numbers are left to the C library's erf and erfc, which cost less there.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd.blocks import order_of, share_rows
from autograd.capture import host

Array = npt.NDArray[Any]

FEW = 24
"""Up to so many numbers, a call of the C library for each costs less than NumPy's passes."""

BLOCK = 1 << 15
"""Numbers in a pass of one thread, twice as many of float32: temporaries stay in the cache."""

SHARE = 1 << 17
"""The same of several threads, which lose time where passes are short."""

ALONE = 1 << 16
"""Up to so many numbers, twice as many of float32, one thread is sooner done."""

SQRT_PI = math.sqrt(math.pi)
_SQRT_HALF = math.sqrt(0.5)

# -log(erfc(x)) / x on [0, 6], as tops and bottoms of fractions, lowest power first.
_RATE = (
    (
        1.1283791670955126,
        2.5200794046479316,
        2.664277310553753,
        1.7094089568076993,
        0.7178343483672802,
        0.1990586031446836,
        0.03481333392203039,
        0.0033527559870975138,
        0.00011792359847221523,
    ),
    (
        1.0,
        1.6691726391301964,
        1.3283446251004007,
        0.6304101974037376,
        0.18798928410537158,
        0.03425635426010023,
        0.003350316076639062,
        0.00011794469591146107,
    ),
)
# atanh(erf(x)) / x in x**2, to float32's accuracy, on [0, 4.1].
_RISE32 = (
    (
        1.1283791787838118,
        0.2508818481832315,
        0.03532728430598177,
        0.0013874434539565368,
        -1.5216470279727522e-05,
    ),
    (1.0, 0.13125874059535408, 0.019536759860990866),
)
# erfcx(x) (x + 3.75) in u = (x - 3.75) / (x + 3.75), for x in [0.5, 28].
_SCALED = (
    1.091922909562789,
    -0.9587415766529093,
    0.7363189252217573,
    -0.4904702912077135,
    0.27906204903344767,
    -0.13195540117714444,
    0.04911877862298302,
    -0.012535880065996858,
    0.000986337990270863,
    0.0007948233433841516,
    -0.00034864626202619846,
    1.0592565941822317e-05,
    3.746933144473032e-05,
    -8.898749841871493e-06,
    -3.283523267979503e-06,
    1.644092932929947e-06,
    2.708463491026895e-07,
    -2.467151403652651e-07,
    -1.909149131067322e-08,
    2.6405687148141815e-08,
)
# erfinv(y) / y in w = -log(1 - y**2), for w in [0, 6.25].
_INVERSE = (
    (
        0.886226925452758,
        0.3135619036828143,
        0.08102417128793538,
        0.01487733664672472,
        0.0020258639631597296,
        0.00020985841180176895,
        1.603152814864489e-05,
        8.290412535967153e-07,
        2.3794648873465745e-08,
        1.7571377144208825e-10,
    ),
    (
        1.0,
        0.09201733191134717,
        0.05430386880155204,
        0.004006263902509592,
        0.000916351247544009,
        4.847347743012052e-05,
        4.740317865708011e-06,
        1.327324147128196e-07,
        3.1743281917485185e-09,
    ),
)
# erfinv(y) t in t = 1 / sqrt(w), for w in [6.25, 745], to 1e-9: a step of Newton's follows.
_INVERSE_TAIL = (
    (
        1.000012267442258,
        29.571447972034804,
        6.567662142274297,
        -350.4034495472929,
        954.6350181908683,
        -1055.3348443609705,
        1354.4574973324504,
    ),
    (
        1.0,
        29.57621536223979,
        8.825625551553237,
        -320.02370465499854,
        817.6897696291378,
        -873.3948806545867,
        1377.1762439911693,
    ),
)
# erfcx(x) x sqrt(pi) in 1 / x**2, for x beyond 28: the asymptotic series.
_ASYMPTOTIC = (1.0, -0.5, 0.75, -1.875, 6.5625, -29.53125, 162.421875)


def _fraction(x: Array, parts: tuple[Sequence[float], Sequence[float]]) -> Array:
    """A rational function of ``x``, by Horner's rule."""
    top, bottom = (_polynomial(x, part) for part in parts)
    top /= bottom
    return top


def _polynomial(x: Array, coefficients: Sequence[float]) -> Array:
    total = x * coefficients[-1]
    total += coefficients[-2]
    for each in coefficients[-3::-1]:
        total *= x
        total += each
    return total


def _by_blocks(kernel: Callable[[Array], Array], x: Any, one: Any = None) -> Any:
    """``kernel`` on a row of float64 (or, where it has a form for them, float32) at a time.

    ``one``: the C library's function of one number, for the case of few.
    """
    recording = host.RECORDING
    if recording is not None and isinstance(x, np.ndarray) and type(x) is not np.ndarray:
        return recording.whole(_by_blocks, (kernel, x, one), kernel.__name__.strip("_"))
    order = order_of(x)
    result = np.empty_like(x, order=order)
    if one is not None and x.size <= FEW:
        result[...] = np.array([one(each) for each in np.ravel(x).tolist()]).reshape(x.shape)
        return result[()]
    source, target = np.ravel(x, order), np.ravel(result, order)
    single = x.dtype != np.float64 and kernel in _IN_SINGLES
    wide, times = (np.float32, 2) if single else (np.float64, 1)

    def work(number: int, part: slice) -> None:
        target[part] = kernel(source[part].astype(wide, copy=False))

    with np.errstate(all="ignore"):
        if x.size <= BLOCK:
            work(0, slice(None))
        else:
            share_rows(work, x.size, 1, times * BLOCK, times * SHARE, times * ALONE)
    return result[()]


def _erf(x: Array) -> Array:
    if x.dtype == np.float32:
        return _erf_of_singles(x)
    y = np.abs(x)
    np.minimum(y, 6, out=y)
    y *= _fraction(y, _RATE)
    np.negative(y, out=y)
    np.expm1(y, out=y)
    return np.copysign(y, x, out=y)


def _erf_of_singles(x: Array) -> Array:
    square = x * x
    np.minimum(square, _far()[: x.size], out=square)
    y = _fraction(square, _RISE32)
    y *= x
    return np.tanh(y, out=y)


@functools.cache
def _far() -> Array:
    """Where erf is 1 in float32, squared; NumPy is faster with an array than with a number."""
    return np.full(2 * SHARE, 4.1**2, np.float32)


def _share(x: Array) -> Array:
    """The share of the standard normal distribution below x, of float32."""
    share = _erf_of_singles(x * np.float32(_SQRT_HALF))
    share *= 0.5
    share += 0.5
    return share


def _ndtr(x: Array) -> Array:
    share = _erfc(x * -_SQRT_HALF)
    share /= 2
    return share


def _gelu(x: Array) -> Array:
    share = _share(x) if x.dtype == np.float32 else _ndtr(x)
    share *= x
    return share


def _gelu_slope(x: Array) -> Array:
    slope = x * x
    if x.dtype == np.float32:
        slope *= -0.5 / math.log(2)
        np.exp2(slope, out=slope)  # in half the time of exp
    else:
        slope *= -0.5
        np.exp(slope, out=slope)
    slope *= x
    slope *= 1 / math.sqrt(2 * math.pi)
    slope += _share(x) if x.dtype == np.float32 else _ndtr(x)
    return slope


_IN_SINGLES = {_erf, _gelu, _gelu_slope}
"""What is computed in float32 where that is asked for."""


def _tail(x: Array) -> Array:
    """erfcx(x) for x in [0.5, 28]."""
    place = x + 3.75
    result = _polynomial((x - 3.75) / place, _SCALED)
    result /= place
    return result


def _gauss(x: Array, sign: float) -> Array:
    """exp(sign * x**2), the square in two parts: one of few digits, exact, and a small rest."""
    high = (x.view(np.uint64) & np.uint64(0xFFFFFFFFF8000000)).view(np.float64)
    rest = (x - high) * (x + high)
    rest *= sign
    high *= high
    high *= sign
    np.exp(high, out=high)
    high *= np.exp(rest, out=rest)
    return high


def _erfc(x: Array) -> Array:
    result = np.empty_like(x)
    small = np.abs(x) < 0.5
    near = np.flatnonzero(small)
    result[near] = 1 - _erf(x[near])
    far = np.flatnonzero(~small)
    given = x[far]
    size = np.minimum(np.abs(given), 28)
    tail = _tail(size)
    tail *= _gauss(size, -1.0)
    result[far] = np.where(given < 0, 2 - tail, tail)
    return result


def _erfcx(x: Array) -> Array:
    size = np.abs(x)
    result = _tail(np.clip(size, 0.5, 28))
    far = size > 28
    if far.any():
        big = np.where(far, size, np.inf)
        series = _polynomial(1 / (big * big), _ASYMPTOTIC)
        np.copyto(result, series / (big * SQRT_PI), where=far)
    near = x < 0.5
    if near.any():
        low = np.clip(x, -27, 0.5)
        grown = _gauss(low, 1.0)
        within = np.where(low < -0.5, 2 * grown - result, grown * (1 - _erf(low)))
        np.copyto(result, np.where(x < -27, np.inf, within), where=near)
    return result


def _log_erfc(x: Array) -> Array:
    """log(erfc(x)) for x in [0.5, 28], whose small numbers do not underflow."""
    logarithm: Array = np.log(_tail(x)) - x * x
    return logarithm


def _inverse(y: Array, w: Array, small: Array) -> Array:
    """erfinv(y); ``w`` is -log(1 - y**2), and ``small`` is 1 - abs(y), however small."""
    result = _fraction(np.minimum(w, 6.25), _INVERSE)
    result *= y
    places = np.flatnonzero(w > 6.25)
    if places.size:
        goal = small[places]
        t = 1 / np.sqrt(np.minimum(w[places], 745))
        x = _fraction(t, _INVERSE_TAIL) / t
        x += (_log_erfc(x) - np.log(goal)) * _tail(x) * (SQRT_PI / 2)
        x[goal == 0] = np.inf
        result[places] = np.copysign(x, y[places])
    return result


def _erfinv(y: Array) -> Array:
    small = 1 - np.abs(y)
    return _inverse(y, -np.log(small * (1 + np.abs(y))), small)


def erf(x: Any) -> Any:
    """2 / sqrt(pi) times the integral of exp(-t**2) from 0 to x."""
    return _by_blocks(_erf, x, math.erf)


def gelu(x: Any) -> Any:
    """x times the share of the standard normal distribution below x."""
    return _by_blocks(_gelu, x)


def gelu_slope(x: Any) -> Any:
    """The derivative of `gelu`: that share, plus x times the density."""
    return _by_blocks(_gelu_slope, x)


def erfc(x: Any) -> Any:
    """1 - erf(x), without cancellation."""
    return _by_blocks(_erfc, x, math.erfc)


def erfcx(x: Any) -> Any:
    """exp(x**2) erfc(x), without overflow where erfc vanishes."""
    return _by_blocks(_erfcx, x)


def erfinv(x: Any) -> Any:
    """The y with erf(y) = x; infinite at -1 and 1, nan outside."""
    return _by_blocks(_erfinv, x)


def ndtr(x: Any) -> Any:
    """The share of a standard normal distribution below x."""
    return _by_blocks(_ndtr, x)


def _log_ndtr(x: Array) -> Array:
    t = x * -_SQRT_HALF
    below = np.log(_erfcx(np.maximum(t, 0)) / 2) - t * t
    return np.where(x < -1, below, np.log1p(_erfc(-t) / -2))


def log_ndtr(x: Any) -> Any:
    """log(ndtr(x)), without underflow."""
    return _by_blocks(_log_ndtr, x)


def _ndtri(p: Array) -> Array:
    return _inverse(2 * p - 1, -np.log(4 * p * (1 - p)), 2 * np.minimum(p, 1 - p)) / _SQRT_HALF


def ndtri(x: Any) -> Any:
    """The y with ndtr(y) = x; infinite at 0 and 1, nan outside."""
    return _by_blocks(_ndtri, x)
