"""Random tensors, drawn from a `Generator` whose numbers are torch's for the same seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from autograd import dtypes
from autograd.arguments import a_tensor, broadcast
from autograd.creation import finish, kind_of
from autograd.devices import making
from autograd.operator import Op
from autograd.ops.drawing import filled, integers_for, pattern, stream
from autograd.random import Generator, current_generator
from autograd.readout import as_number
from autograd.size import shape_of
from autograd.tensor import Tensor, wrap


@making
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
    drawn = stream(generator).uniform(shape_of(size), 0.0, 1.0, kind_of(dtype))
    return finish(drawn, requires_grad)


@making
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
    drawn = stream(generator).normal(shape_of(size), 0.0, 1.0, kind_of(dtype))
    return finish(drawn, requires_grad)


@making
def randint(
    low: int = 0,
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
    if size is None:  # randint(high, size)
        low, high, size = 0, low, high
    elif high is None:
        low, high = 0, low
    if not isinstance(size, (tuple, list)):
        raise TypeError("randint() needs a size, a tuple: write randint(high, (2, 3))")
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got {low} >= {high}")
    drawn = stream(generator).integers(low, high, shape_of((size,)), dtypes.checked(dtype))
    return finish(drawn, requires_grad)


@making
def randperm(
    n: int, *, generator: Generator | None = None, dtype: npt.DTypeLike = dtypes.int64
) -> Tensor:
    """The numbers 0 to ``n - 1`` in random order (`torch.randperm`).

    >>> randperm(4).sum()
    tensor(6)
    """
    return wrap(stream(generator).permutation(n).astype(dtypes.checked(dtype)))


def _around(mean: Any, std: Any, source: Generator) -> Any:
    """The kernel of `normal` where one of the two, or both, are arrays."""
    arrays = [each for each in (mean, std) if isinstance(each, (np.ndarray, np.generic))]
    shape = np.broadcast_shapes(*(each.shape for each in arrays))
    kind = arrays[0].dtype
    if len(arrays) == 1 and arrays[0] is mean:
        return source.normal(shape, 0.0, std, kind) + mean
    return (source.normal(shape, 0.0, 1.0, kind) * std + mean).astype(kind, copy=False)


_BOTH = Op(
    "normal",
    _around,
    "mean std",
    params="source",
    mean=lambda g: np.zeros_like(g),
    std=lambda g: np.zeros_like(g),
    backward="NormalBackward3",
)
_MEANS = _BOTH.named("normal", "NormalBackward1")
_SPREADS = _BOTH.named("normal", "NormalBackward2")


@making
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

    With two numbers ``size`` says how many; tensors broadcast, and their gradient is 0. Raises
    RuntimeError for a negative ``std`` (`torch.normal`).

    >>> normal(0.0, 1.0, (2, 2)).shape
    (2, 2)
    """
    source = stream(generator)
    if np.less(getattr(std, "_array", std), 0).any():
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std}")
    if size is not None:
        if not isinstance(size, (tuple, list)):
            raise TypeError("normal() needs a size, a tuple: write normal(0.0, 1.0, (2, 3))")
        drawn = source.normal(shape_of((size,)), float(mean), float(std), kind_of(dtype))
        return finish(drawn, requires_grad)
    several = isinstance(mean, Tensor), isinstance(std, Tensor)
    if not any(several):
        raise TypeError("normal() of two numbers needs a size: write normal(0.0, 1.0, (2, 3))")
    op = _BOTH if all(several) else _MEANS if several[0] else _SPREADS
    return broadcast(op, (mean, std), (source,), "normal")


def _pattern(input: Tensor, dtype: npt.DTypeLike | None) -> npt.NDArray[Any]:
    return pattern(input._memory(), input.dtype if dtype is None else dtypes.checked(dtype))


@making
def rand_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: npt.DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """Uniform on [0, 1), of the shape and dtype of ``input`` (`torch.rand_like`).

    >>> rand_like(ones(2, 3)).shape
    (2, 3)
    """
    place = _pattern(a_tensor("rand_like", input), dtype)
    return finish(filled(place, stream(generator), "uniform"), requires_grad)


@making
def randn_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: npt.DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """Normal with mean 0 and standard deviation 1, of the shape and dtype of ``input``.

    Source: `torch.randn_like`.

    >>> randn_like(ones(2, 3)).shape
    (2, 3)
    """
    place = _pattern(a_tensor("randn_like", input), dtype)
    return finish(filled(place, stream(generator), "normal"), requires_grad)


@making
def randint_like(
    input: Tensor,
    low: Any,
    high: Any = None,
    *,
    generator: Generator | None = None,
    dtype: npt.DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """Integers from ``low`` (0 where left out) up to ``high``, left out, shaped as ``input``.

    Source: `torch.randint_like`.

    >>> randint_like(ones(2, 3), 5).shape
    (2, 3)
    """
    low, high = (0, low) if high is None else (low, high)
    first, last = int(as_number(low)), int(as_number(high))
    place = _pattern(a_tensor("randint_like", input), dtype)
    return finish(integers_for(place, stream(generator), first, last), requires_grad)


def get_rng_state() -> Tensor:
    """Where the default generator's stream stands, as uint8 (`torch.get_rng_state`).

    >>> state = autograd.get_rng_state()
    >>> first = rand(3)
    >>> autograd.set_rng_state(state)
    >>> equal(rand(3), first)
    True
    """
    return wrap(current_generator().get_state())


def set_rng_state(new_state: Tensor) -> None:
    """Continue from a state that `get_rng_state` returned (`torch.set_rng_state`).

    Raises TypeError for what is no tensor of uint8, RuntimeError for another size or content.

    >>> state = autograd.get_rng_state()
    >>> autograd.set_rng_state(state)
    >>> equal(autograd.get_rng_state(), state)
    True
    """
    if not isinstance(new_state, Tensor):
        raise TypeError(
            f"set_rng_state() takes the tensor of uint8 that get_rng_state() returned, not "
            f"{type(new_state).__name__}"
        )
    current_generator().set_state(new_state.numpy())
