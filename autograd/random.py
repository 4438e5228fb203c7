"""Random numbers: the streams of torch's CPU generator, made from NumPy's raw MT19937 words.

One `Generator` turns 32-bit words into uniform, normal, integer, Bernoulli and exponential
numbers and into permutations, by torch's own recipes and drawing as many words as torch does, so
that the same seed gives the same numbers in any order of calls. Every method returns a NumPy
array; this module knows nothing of tensors.

Every method equals torch's to the last bit, with these limits:

- the reference is torch on x86-64 with AVX2 or more, where `a * b + c` is rounded once; where
  torch rounds it twice (older or other processors), `uniform` with bounds of its own and
  `normal` differ from it by a few units in the last place;
- float64 logarithms, sines and cosines come from the C library through `math`, as torch's do,
  so both must use one C library;
- a torch that was linked with MKL's random streams takes `exponential_` and `bernoulli_(number)`
  from those, which are not reproduced (the wheels of torch 2.13 are not linked so).
"""

from __future__ import annotations

import operator
from contextvars import ContextVar
from typing import Any, SupportsIndex

import numpy as np
import numpy.typing as npt

from autograd.distributions import Distributions, Shape, digits, floating, narrow, sized
from autograd.random_arithmetic import CHUNK, Array, box_muller32, box_muller64, fused

__all__ = ["Generator", "default_generator", "initial_seed", "manual_seed", "seed"]

_WIDE_SPAN = 1 << 28  # integers over a span this long are made from 64-bit draws


class Generator(Distributions):
    """A seeded source of random arrays that reproduces torch's CPU generator.

    Safe to share between threads: each call draws its words under one lock. Generators can be
    copied and pickled. A new one starts from torch's default seed.

    Source: torch.Generator.

    >>> Generator().manual_seed(0).uniform(2)
    array([0.4962566, 0.7682218], dtype=float32)
    """

    def uniform(
        self, shape: Shape, low: float = 0.0, high: float = 1.0, dtype: npt.DTypeLike = np.float32
    ) -> Array:
        """Return numbers spread evenly over [low, high), as torch.rand and uniform_ do.

        float16, float32 or float64. NotImplementedError for another dtype, RuntimeError for
        bounds in the wrong order or too far apart. Source: torch.Tensor.uniform_.

        >>> Generator().manual_seed(0).uniform((1, 2), -1, 1)
        array([[-0.00748682,  0.5364436 ]], dtype=float32)
        """
        kind = floating(dtype, "uniform")
        largest = float(np.finfo(kind).max)
        if not (abs(low) <= largest and abs(high) <= largest):
            raise RuntimeError(f"uniform got bounds {low} and {high} out of range for {kind}")
        if low > high:
            raise RuntimeError(f"uniform needs low <= high, but got low={low} and high={high}")
        if high - low > largest:
            raise RuntimeError(f"uniform: {high} - {low} is more than {kind} can hold")
        size, count = sized(shape)
        with self._lock:
            unit = self._unit(count, kind)
        start, stop = unit.dtype.type(low), unit.dtype.type(high)
        values = fused(unit, stop - start, start).astype(kind, copy=False)
        # Rounding may reach the bound that the half-open range leaves out.
        values[values == kind.type(stop)] = kind.type(start)
        return values.reshape(size)

    def normal(
        self,
        shape: Shape,
        mean: float = 0.0,
        std: float = 1.0,
        dtype: npt.DTypeLike = np.float32,
        *,
        pairs: bool = False,
    ) -> Array:
        """Return numbers from the normal distribution, as torch.randn and normal_ do.

        Fewer than 16 numbers are made one pair at a time in float64, and the second of a pair
        waits for the next such call; 16 and more are made in blocks of 16, the last block over
        the final 16 places; ``pairs``: in pairs, however many, as torch fills what is not
        contiguous. float16, float32 or float64, which costs some 0.1 microseconds a
        number, because the C library is asked for each. NotImplementedError for another dtype,
        RuntimeError for a negative std. Source: torch.Tensor.normal_.

        >>> Generator().manual_seed(0).normal(2)
        array([ 1.5409961, -0.2934289], dtype=float32)
        """
        kind = floating(dtype, "normal")
        if not std >= 0.0:
            raise RuntimeError(f"normal needs std >= 0, but got std={std}")
        size, count = sized(shape)
        with self._lock:
            standard = self._pairs(count) if pairs or count < 16 else self._blocks(count, kind)
        scalar = standard.dtype.type
        with np.errstate(over="ignore", invalid="ignore"):
            values = fused(standard, scalar(std), scalar(mean))
            return narrow(values, kind).reshape(size)

    def _blocks(self, count: int, kind: np.dtype[Any]) -> Array:
        whole, ragged = count - count % 16, count % 16 != 0
        # float16 draws no words for the ragged end that its last block replaces anyway.
        first = whole if kind == np.float16 else count
        unit = self._unit(first + 16 * ragged, kind)
        if ragged:
            unit[whole : whole + 16] = unit[-16:]
            unit = unit[: whole + 16]
        pairs = box_muller64 if kind == np.float64 else box_muller32
        for i in range(0, unit.size, CHUNK):
            pairs(unit[i : i + CHUNK].reshape(-1, 2, 8))
        if ragged:
            unit[count - 16 : count] = unit[whole:].copy()
        return unit[:count]

    def integers(
        self, low: SupportsIndex, high: SupportsIndex, shape: Shape, dtype: npt.DTypeLike = np.int64
    ) -> Array:
        """Return whole numbers of [low, high), as torch.randint does.

        A span below 2**28 takes one 32-bit word a number, a longer one takes two. The dtype is
        whole, float or bool. TypeError for bounds that are no integers, ValueError for bounds
        beyond int64, RuntimeError for an empty range, bounds that the dtype cannot hold or a
        dtype of another kind. Source: torch.randint.

        >>> Generator().manual_seed(0).integers(0, 10, 3)
        array([4, 9, 3])
        """
        kind = np.dtype(dtype)
        start, stop = _whole_bounds(operator.index(low), operator.index(high), kind)
        size, count = sized(shape)
        with self._lock:
            draws = self._draw(count, stop - start >= _WIDE_SPAN)
        draws %= np.uint64(stop - start)
        values = draws.view(np.int64)
        values += np.int64(start)
        return narrow(values, kind).reshape(size)

    def permutation(self, n: SupportsIndex, dtype: npt.DTypeLike = np.int64) -> Array:
        """Return the numbers 0 .. n-1 in random order, shape (n,), as torch.randperm does.

        As torch's for n below 214,748,364, where torch turns to 64-bit draws and this does not.
        Each swap rests on the one before it, so this is a Python loop, some 0.15 microseconds a
        number. RuntimeError for a negative n or one too great for the dtype,
        NotImplementedError for bool. Source: torch.randperm; the Fisher-Yates shuffle.

        >>> Generator().manual_seed(0).permutation(4)
        array([0, 1, 3, 2])
        """
        kind, length = np.dtype(dtype), operator.index(n)
        if length < 0:
            raise RuntimeError(f"permutation needs n >= 0, but got n={length}")
        if kind.kind not in "iuf":
            raise NotImplementedError(f"permutation is not implemented for {kind}")
        most = (1 << digits(kind)) + 1 if kind.kind == "f" else int(np.iinfo(kind).max)
        if length > most:
            raise RuntimeError(f"permutation: {kind} cannot count to n={length}, at most {most}")
        places = np.arange(max(length - 1, 0), dtype=np.uint64)
        with self._lock:
            draws = self._draw(places.size, wide=False)
        order = list(range(length))
        partners = draws % (np.uint64(length) - places) + places
        for i, j in enumerate(partners.tolist()):
            order[i], order[j] = order[j], order[i]
        return narrow(np.array(order, np.int64), kind)

    def bernoulli(
        self,
        p: npt.ArrayLike,
        shape: Shape | None = None,
        dtype: npt.DTypeLike | None = None,
    ) -> Array:
        """Return ones with probability p and zeros else, as torch.bernoulli and bernoulli_ do.

        `p` is an array of floats, broadcast to `shape` when one is given; the result has p's
        dtype unless `dtype` names another. A float64 p is compared with 53 random bits and any
        other with 24, and a Python float counts as float64, as in torch's bernoulli_(number).
        NotImplementedError for a p that is not of floats, RuntimeError for one outside [0, 1].
        Source: torch.bernoulli, torch.Tensor.bernoulli_.

        >>> Generator().manual_seed(0).bernoulli(np.array([0.5, 1.0, 0.0]))
        array([0., 1., 0.])
        """
        chance = np.asarray(p)
        compared = floating(chance.dtype, "bernoulli")
        if not ((chance >= 0) & (chance <= 1)).all():
            raise RuntimeError("bernoulli needs every p in [0, 1], but got one outside")
        size, count = sized(chance.shape if shape is None else shape)
        if np.broadcast_shapes(chance.shape, size) != size:
            raise RuntimeError(f"bernoulli cannot broadcast p of shape {chance.shape} to {size}")
        with self._lock:
            unit = self._unit(count, compared)
        hits = np.empty(size, np.bool_)
        np.less(unit.reshape(size), chance, out=hits)
        return hits.astype(compared if dtype is None else dtype)


# -------------------------------------------------------------------- arguments


def _whole_bounds(low: int, high: int, kind: np.dtype[Any]) -> tuple[int, int]:
    """Check the bounds of `integers`; for floats, move them to numbers that the dtype holds."""
    if not (-(1 << 63) <= low < 1 << 63 and -(1 << 63) <= high < 1 << 63):
        raise ValueError(f"integers got bounds beyond int64: low={low}, high={high}")
    if low >= high:
        raise RuntimeError(f"integers needs low < high, but got low={low} and high={high}")
    if kind.kind == "f":
        least, most = -int(np.finfo(kind).max), int(np.finfo(kind).max)
    elif kind.kind in "iu":
        least, most = int(np.iinfo(kind).min), int(np.iinfo(kind).max)
    elif kind.kind == "b":
        least, most = 0, 1
    else:
        raise RuntimeError(f"integers handles whole, float and bool dtypes, but got {kind}")
    if low < least or high - 1 > most:
        raise RuntimeError(f"integers got low={low}, high={high}: out of bounds for {kind}")
    if kind.kind == "f":
        above, below = int(kind.type(low + 1)), int(kind.type(high - 1))
        if above < low:
            low = above + (1 << (abs(low + 1).bit_length() - digits(kind)))
        if below >= high:
            high = below - (1 << (abs(high - 1).bit_length() - digits(kind)))
    return low, high


# -------------------------------------------------------------------- the default generator

default_generator = Generator()
default_generator.seed()
_own: ContextVar[Generator] = ContextVar("autograd_generator", default=default_generator)
current_generator = _own.get
"""The generator that draws where none is given: the default one, or that of a worker's thread."""


def own_generator(seed: SupportsIndex) -> Generator:
    """Give the running thread a default generator of its own, which `manual_seed` then restarts.

    For threads that load data: their draws follow from their seed, and leave the others' alone.

    >>> import contextvars
    >>> contextvars.Context().run(own_generator, 3).initial_seed()
    3
    """
    generator = Generator().manual_seed(seed)
    _own.set(generator)
    return generator


def manual_seed(seed: SupportsIndex) -> Generator:
    """Restart the default generator from `seed` (anything that `int` accepts) and return it.

    ValueError for a seed outside [-2**63, 2**64). Source: torch.manual_seed.

    >>> manual_seed(3).initial_seed()
    3
    """
    return current_generator().manual_seed(int(seed))


def initial_seed() -> int:
    """Return the seed that the default generator last started from. Source: torch.initial_seed.

    >>> _ = manual_seed(3); initial_seed()
    3
    """
    return current_generator().initial_seed()


def seed() -> int:
    """Restart the default generator from the system's entropy; return the seed it now has.

    Source: torch.seed.

    >>> seed() == initial_seed()
    True
    """
    return current_generator().seed()
