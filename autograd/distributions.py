"""Distributions that torch draws one number at a time, in float64, by formulas of its own.

`autograd.random.Generator` adds those of which torch has faster kernels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd.mersenne import Mersenne
from autograd.random_arithmetic import Array, fused, libm

Shape = int | Sequence[int]

_FLOAT64 = np.dtype(np.float64)


class Distributions(Mersenne):
    """Arrays of exponential, Cauchy, log-normal and geometric numbers, and plain integers."""

    def exponential(
        self, shape: Shape, lambd: float = 1.0, dtype: npt.DTypeLike = np.float32
    ) -> Array:
        """Return numbers from the exponential distribution of rate lambd, as exponential_ does.

        float16, float32 or float64. NotImplementedError for another dtype, RuntimeError unless
        lambd > 0. Source: torch.Tensor.exponential_.

        >>> Generator().manual_seed(0).exponential(2, dtype=np.float64)
        array([3.50832619, 1.23038476])
        """
        kind = floating(dtype, "exponential")
        if not lambd > 0.0:
            raise RuntimeError(f"exponential needs lambd > 0, but got lambd={lambd}")
        return self._made(shape, kind, lambda unit: -1.0 / lambd * libm(math.log1p, -unit))

    def cauchy(
        self,
        shape: Shape,
        median: float = 0.0,
        sigma: float = 1.0,
        dtype: npt.DTypeLike = np.float32,
    ) -> Array:
        """Return numbers from the Cauchy distribution, as cauchy_ does.

        float16, float32 or float64. NotImplementedError for another dtype, RuntimeError unless
        sigma > 0. Source: torch.Tensor.cauchy_.

        >>> Generator().manual_seed(0).cauchy(2, dtype=np.float64)
        array([10.59772933,  0.76476726])
        """
        kind = floating(dtype, "cauchy")
        if not sigma > 0.0:
            raise RuntimeError(f"cauchy needs sigma > 0, but got sigma={sigma}")

        def formula(unit: Array) -> Array:
            slopes = libm(math.tan, math.pi * (unit - 0.5))
            return fused(slopes, np.float64(sigma), np.float64(median))

        return self._made(shape, kind, formula)

    def log_normal(
        self, shape: Shape, mean: float = 1.0, std: float = 2.0, dtype: npt.DTypeLike = np.float32
    ) -> Array:
        """Return exp of normal numbers, as log_normal_ does.

        float16, float32 or float64. NotImplementedError for another dtype, RuntimeError unless
        std > 0. Source: torch.Tensor.log_normal_.

        >>> Generator().manual_seed(0).log_normal(2, dtype=np.float64)
        array([59.26341788,  1.51155994])
        """
        kind = floating(dtype, "log_normal")
        if not std > 0.0:
            raise RuntimeError(f"log_normal needs std > 0, but got std={std}")

        def formula(standard: Array) -> Array:
            power = fused(standard, np.float64(std), np.float64(mean))
            values = libm(math.exp, np.minimum(power, 709.0))
            return np.where(power > 709.0, np.exp(power), values)

        return self._made(shape, kind, formula, self._pairs)

    def geometric(self, shape: Shape, p: float, dtype: npt.DTypeLike = np.float32) -> Array:
        """Return the trials up to the first success, each of chance p, as geometric_ does.

        Any dtype of numbers. NotImplementedError for bool, RuntimeError unless 0 < p < 1.
        Source: torch.Tensor.geometric_.

        >>> Generator().manual_seed(0).geometric(3, 0.5)
        array([1., 1., 2.], dtype=float32)
        """
        kind = np.dtype(dtype)
        if kind.kind not in "iuf":
            raise NotImplementedError(f"geometric is not implemented for {kind}")
        if not 0.0 < p < 1.0:
            raise RuntimeError(f"geometric needs p in (0, 1), but got p={p}")

        def formula(unit: Array) -> Array:
            return np.ceil(libm(math.log, np.maximum(unit, 5e-324)) / math.log1p(-p))

        return self._made(shape, kind, formula)

    def poisson(self, rates: npt.ArrayLike) -> Array:
        """Return counts of events with the given rates, as torch.poisson does.

        The result has the rates' dtype. Each number takes its own steps, a microsecond and more.
        NotImplementedError for rates that are not floats, RuntimeError for negative ones.
        Source: torch.poisson; for rates of 10 and more W. Hoermann, "The transformed rejection
        method for generating Poisson random variables", Insurance 12 (1993).

        >>> Generator().manual_seed(0).poisson(np.array([0.5, 100.0]))
        array([  2., 117.])
        """
        given = np.asarray(rates)
        kind = floating(given.dtype, "poisson")
        if not (given >= 0).all():
            raise RuntimeError("invalid Poisson rate, expected rate to be non-negative")

        def uniform() -> float:
            return float(self._unit(1, _FLOAT64)[0])

        with self._lock:
            counts = [
                _rejected(rate, uniform) if rate >= 10 else _multiplied(rate, uniform)
                for rate in given.ravel().astype(np.float64).tolist()
            ]
        return narrow(np.array(counts, np.float64), kind).reshape(given.shape)

    def whole(self, shape: Shape, dtype: npt.DTypeLike = np.int64) -> Array:
        """Return integers from 0 to the dtype's largest, as random_ without bounds does.

        In a float dtype, those up to the last before which none is skipped.
        Source: torch.Tensor.random_.

        >>> Generator().manual_seed(0).whole(2, np.int8)
        array([44, 47], dtype=int8)
        """
        kind = np.dtype(dtype)
        top = 1 << digits(kind) if kind.kind == "f" else 1
        if kind.kind in "iu":
            top = int(np.iinfo(kind).max)
        size, count = sized(shape)
        with self._lock:
            draws = self._draw(count, kind in (np.float64, np.int64))
        return narrow((draws % np.uint64(top + 1)).view(np.int64), kind).reshape(size)

    def upwards(self, low: int, shape: Shape) -> Array:
        """Return int64 from ``low`` to the largest, as random_(low, None) does.

        >>> Generator().manual_seed(0).upwards(2**63 - 2, 3)
        array([9223372036854775806, 9223372036854775807, 9223372036854775807])
        """
        size, count = sized(shape)
        span = (1 << 63) - low
        with self._lock:
            draws = self._draw(count, span >= 1 << 28)
        if span < 1 << 64:
            draws %= np.uint64(span)
            draws += np.uint64(low % (1 << 64))
        return draws.view(np.int64).reshape(size)

    def _made(
        self,
        shape: Shape,
        kind: np.dtype[Any],
        formula: Callable[[Array], Array],
        draw: Callable[[int], Array] | None = None,
    ) -> Array:
        """What ``formula`` makes of uniform numbers in [0, 1), or of those that ``draw`` gives."""
        size, count = sized(shape)
        with self._lock:
            drawn = self._unit(count, _FLOAT64) if draw is None else draw(count)
        with np.errstate(over="ignore", invalid="ignore"):
            return narrow(formula(drawn), kind).reshape(size)

    def _pairs(self, count: int) -> Array:
        """Standard normal numbers, made in pairs; the second of the last pair waits."""
        waiting = [] if self._next_normal is None or not count else [self._next_normal]
        pairs = (count - len(waiting) + 1) // 2
        unit = self._unit(2 * pairs, _FLOAT64)
        angle = 2.0 * math.pi * unit[0::2]
        radius = np.sqrt(-2.0 * libm(math.log1p, -unit[1::2]))
        values = np.empty(len(waiting) + 2 * pairs)
        values[: len(waiting)] = waiting
        values[len(waiting) :: 2] = radius * libm(math.cos, angle)
        values[len(waiting) + 1 :: 2] = radius * libm(math.sin, angle)
        if count:
            self._next_normal = float(values[-1]) if values.size > count else None
        return values[:count]


def _multiplied(rate: float, uniform: Callable[[], float]) -> int:
    """A Poisson number: how many uniform ones can be multiplied before exp(-rate) is reached."""
    if rate == 0:
        return 0
    bound, product, count = math.exp(-rate), uniform(), 0
    while product > bound:
        product *= uniform()
        count += 1
    return count


def _rejected(rate: float, uniform: Callable[[], float]) -> int:
    """A Poisson number by transformed rejection (Hoermann's PTRS)."""
    log_rate = math.log(rate)
    b = 0.931 + 2.53 * math.sqrt(rate)
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    while True:
        u, v = uniform() - 0.5, uniform()
        side = 0.5 - abs(u)
        if side == 0.0:
            continue
        count = math.floor((2 * a / side + b) * u + rate + 0.43)
        if side >= 0.07 and v <= 0.9277 - 3.6224 / (b - 2):
            return count
        if count < 0 or (side < 0.013 and v > side) or v == 0.0:
            continue
        chance = math.log(v) + math.log(inverse_alpha) - math.log(a / (side * side) + b)
        if chance <= count * log_rate - rate - math.lgamma(count + 1):
            return count


# -------------------------------------------------------------------- arguments


def sized(shape: Shape) -> tuple[tuple[int, ...], int]:
    """``shape`` as a tuple, and the number of its elements."""
    size = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
    if any(n < 0 for n in size):
        raise RuntimeError(f"Trying to create tensor with negative dimension: {list(size)}")
    return size, math.prod(size)


def floating(dtype: npt.DTypeLike, name: str) -> np.dtype[Any]:
    """The dtype, or NotImplementedError where it is not one of floats."""
    kind = np.dtype(dtype)
    if kind.type not in (np.float16, np.float32, np.float64):
        raise NotImplementedError(f"{name} is not implemented for {kind}, only for floats")
    return kind


def digits(kind: np.dtype[Any]) -> int:
    """The bits of a float's fraction, the first one included."""
    return int(np.finfo(kind).nmant) + 1


def narrow(values: Array, kind: np.dtype[Any]) -> Array:
    """``values`` in another dtype; wider numbers reach float16 in two steps, as in torch."""
    if kind == np.float16:
        values = values.astype(np.float32)
    return values.astype(kind, copy=False)
