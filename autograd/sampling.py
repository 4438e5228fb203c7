"""Random tensors, drawn from a `Generator` whose numbers are torch's for the same seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from autograd import dtypes, random as streams
from autograd.creation import finish, kind_of, like, shape_of
from autograd.random import Generator
from autograd.tensor import Tensor, wrap


def _stream(generator: Generator | None) -> Generator:
    return streams.default_generator if generator is None else generator


def rand(
    *size: Any,
    generator: Generator | None = None,
    dtype: npt.DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """Uniform on [0, 1) (`torch.rand`).

    >>> rand(2, 3).shape
    (2, 3)
    """
    drawn = _stream(generator).uniform(shape_of(size), 0.0, 1.0, kind_of(dtype))
    return finish(drawn, requires_grad)


def randn(
    *size: Any,
    generator: Generator | None = None,
    dtype: npt.DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """Normal with mean 0 and standard deviation 1 (`torch.randn`).

    >>> randn(2, 3).shape
    (2, 3)
    """
    drawn = _stream(generator).normal(shape_of(size), 0.0, 1.0, kind_of(dtype))
    return finish(drawn, requires_grad)


def randint(
    low: int,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: npt.DTypeLike = dtypes.int64,
    requires_grad: bool = False,
) -> Tensor:
    """Integers from ``low`` (0 where left out) up to ``high``, which is left out.

    >>> randint(5, (3,)).shape
    (3,)
    """
    if size is None:
        low, high, size = 0, low, high
    if not isinstance(size, (tuple, list)):
        raise TypeError("randint() needs a size, a tuple: write randint(high, (2, 3))")
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got {low} >= {high}")
    drawn = _stream(generator).integers(low, high, shape_of((size,)), dtypes.checked(dtype))
    return finish(drawn, requires_grad)


def randperm(
    n: int, *, generator: Generator | None = None, dtype: npt.DTypeLike = dtypes.int64
) -> Tensor:
    """The numbers 0 to ``n - 1`` in random order (`torch.randperm`).

    >>> randperm(4).sum()
    tensor(6)
    """
    return wrap(_stream(generator).permutation(n).astype(dtypes.checked(dtype)))


def normal(
    mean: Any,
    std: Any = 1.0,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: npt.DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """Normal with the given means and standard deviations, numbers or tensors.

    With two numbers ``size`` says how many. Raises RuntimeError for a negative ``std``
    (`torch.normal`).

    >>> normal(0.0, 1.0, (2, 2)).shape
    (2, 2)
    """
    stream = _stream(generator)
    means, spread = getattr(mean, "_array", mean), getattr(std, "_array", std)
    if np.any(np.asarray(spread) < 0):
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std}")
    if size is not None:
        drawn = stream.normal(shape_of((size,)), float(means), float(spread), kind_of(dtype))
        return finish(drawn, requires_grad)
    arrays = [each for each in (means, spread) if not isinstance(each, (int, float))]
    if not arrays:
        raise TypeError("normal() of two numbers needs a size: write normal(0.0, 1.0, (2, 3))")
    shape = np.broadcast_shapes(*(each.shape for each in arrays))
    drawn = stream.normal(shape, 0.0, 1.0, arrays[0].dtype)
    return wrap((drawn * spread + means).astype(arrays[0].dtype))


rand_like = like(rand, "rand_like", "Uniform on [0, 1)")
randn_like = like(randn, "randn_like", "Normal with mean 0 and standard deviation 1")
