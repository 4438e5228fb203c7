"""Random fillings, from a `Generator` whose numbers are torch's for the same seed.

Numbers are drawn in the order in which the tensor lies in memory, as torch draws them. By what
was there before, and by a distribution's parameters, the derivative is 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import random as streams
from autograd.inplace import in_place_method
from autograd.operator import Op, apply
from autograd.random import Generator
from autograd.random_arithmetic import Array
from autograd.readout import as_number
from autograd.tensor import Tensor

__all__: list[str] = []


def stream(generator: Generator | None) -> Generator:
    """The generator that was given, or the default one; TypeError for what is none."""
    if generator is None:
        return streams.current_generator()
    if not isinstance(generator, Generator):
        raise TypeError(
            f"generator must be an autograd.Generator, got {type(generator).__name__}: write "
            "Generator().manual_seed(seed)"
        )
    return generator


def memory_order(x: Array) -> list[int]:
    """The axes as they lie in memory, outermost first, with torch's ways at equal strides.

    Insertion sort, in which an axis of stride 0 compares as equal to any other.
    """
    inner = list(range(x.ndim))[::-1]
    for i in range(1, x.ndim):
        place = i
        for before in range(i - 1, -1, -1):
            a, b = inner[before], inner[place]
            first, second = abs(x.strides[a]), abs(x.strides[b])
            if not first or not second:
                continue
            if first > second or (first == second and x.shape[a] > x.shape[b]):
                inner[before], inner[place] = b, a
                place = before
            elif first < second:
                break
    return inner[::-1]


def in_memory_order(x: Array, draw: Callable[[tuple[int, ...]], Array]) -> Array:
    """``draw(shape)``, with the axes in the order in which they lie in ``x``'s memory."""
    if x.flags.c_contiguous:
        return draw(x.shape)
    order = memory_order(x)
    return draw(tuple(x.shape[dim] for dim in order)).transpose(np.argsort(order))


def pattern(x: Array, kind: np.dtype[Any]) -> Array:
    """An array that is not yet filled, dense, of the shape and memory order of ``x``."""
    return in_memory_order(x, lambda shape: np.empty(shape, kind))


def filled(x: Array, source: Generator, distribution: str, *parameters: float) -> Array:
    """Numbers from one of the generator's distributions, for the array ``x``."""
    options = {}
    if distribution == "normal":  # what is not contiguous, torch fills by pairs
        options["pairs"] = not x.flags.c_contiguous
    method = getattr(source, distribution)
    return in_memory_order(x, lambda shape: method(shape, *parameters, dtype=x.dtype, **options))


def integers_for(x: Array, source: Generator, low: int, high: int | None) -> Array:
    """Integers from ``low`` up to ``high``, left out, or to the largest, for the array ``x``."""
    kind = x.dtype
    if high is None and kind == np.int64:
        return in_memory_order(x, lambda shape: source.upwards(low, shape))
    if high is None:
        high = 1 + (
            1 << np.finfo(kind).nmant + 1
            if kind.kind == "f"
            else 1
            if kind.kind == "b"
            else int(np.iinfo(kind).max)
        )
    return in_memory_order(x, lambda shape: source.integers(low, high, shape, kind))


def tossed(x: Array, p: Any, source: Generator) -> Array:
    """Ones with the chances ``p``, which expand to ``x``'s shape, for the array ``x``."""
    try:
        fits = np.broadcast_shapes(p.shape, x.shape) == x.shape
    except ValueError:
        fits = False
    if not fits:
        raise RuntimeError(f"the chances, of shape {p.shape}, do not expand to shape {x.shape}")
    if not p.ndim or x.flags.c_contiguous:
        spread = p
    else:
        spread = np.broadcast_to(p, x.shape).transpose(memory_order(x))
    return in_memory_order(x, lambda shape: source.bernoulli(spread, shape, x.dtype))


def _redrawn(name: str, number: int = 0) -> Op:
    """The operator that replaces its input by ``draw(input)``."""
    return Op(
        name,
        lambda x, draw: draw(np.asarray(x)),
        "x",
        params="draw",
        x=lambda g: np.zeros_like(g),
        backward=f"{name.title().replace('_', '')}Backward{number}",
    )


_OPS = {
    name: _redrawn(name)
    for name in ("uniform", "normal", "exponential", "cauchy", "log_normal", "geometric")
}
_random = [_redrawn("random", number) for number in range(3)]
_bernoulli = _redrawn("bernoulli", 2)


def _fill(x: Tensor, generator: Generator | None, distribution: str, *parameters: float) -> Tensor:
    source = stream(generator)
    numbers = [_number(distribution, each) for each in parameters]
    return _applied(
        _OPS[distribution], (x,), lambda array: filled(array, source, distribution, *numbers)
    )


def _number(name: str, value: Any) -> float:
    number = as_number(value)
    if not isinstance(number, (int, float)):
        raise TypeError(f"{name}_() takes numbers, not {type(value).__name__}")
    return float(number)


def _applied(op: Op, inputs: tuple[Tensor, ...], how: Any) -> Tensor:
    drawn: Tensor = apply(op, inputs, (how,))
    return drawn


@in_place_method
def uniform_(
    self: Tensor, from_: float = 0.0, to: float = 1.0, *, generator: Generator | None = None
) -> Tensor:
    """Fill with uniform numbers of [from_, to) (`torch.Tensor.uniform_`).

    Raises RuntimeError for bounds in the wrong order, NotImplementedError for integers.

    >>> bool((zeros(9).uniform_(2, 3) >= 2).all())
    True
    """
    return _fill(self, generator, "uniform", from_, to)


@in_place_method
def normal_(
    self: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None
) -> Tensor:
    """Fill with normal numbers (`torch.Tensor.normal_`).

    Raises RuntimeError for a negative ``std``, NotImplementedError for integers.

    >>> zeros(2).normal_(5, 0)
    tensor([5., 5.])
    """
    return _fill(self, generator, "normal", mean, std)


@in_place_method
def exponential_(self: Tensor, lambd: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Fill with exponential numbers of rate ``lambd`` (`torch.Tensor.exponential_`).

    >>> bool((zeros(9).exponential_() >= 0).all())
    True
    """
    return _fill(self, generator, "exponential", lambd)


@in_place_method
def cauchy_(
    self: Tensor, median: float = 0.0, sigma: float = 1.0, *, generator: Generator | None = None
) -> Tensor:
    """Fill with numbers from the Cauchy distribution (`torch.Tensor.cauchy_`).

    >>> zeros(2, 3).cauchy_().shape
    (2, 3)
    """
    return _fill(self, generator, "cauchy", median, sigma)


@in_place_method
def log_normal_(
    self: Tensor, mean: float = 1.0, std: float = 2.0, *, generator: Generator | None = None
) -> Tensor:
    """Fill with exp of normal numbers (`torch.Tensor.log_normal_`).

    >>> bool((zeros(9).log_normal_() > 0).all())
    True
    """
    return _fill(self, generator, "log_normal", mean, std)


@in_place_method
def geometric_(self: Tensor, p: float, *, generator: Generator | None = None) -> Tensor:
    """Fill with the trials up to a first success of chance ``p`` (`torch.Tensor.geometric_`).

    Raises RuntimeError unless 0 < p < 1.

    >>> bool((zeros(9).geometric_(0.5) >= 1).all())
    True
    """
    return _fill(self, generator, "geometric", p)


_LEFT_OUT: Any = object()


@in_place_method
def random_(
    self: Tensor,
    from_: int | None = None,
    to: int | None = _LEFT_OUT,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Fill with integers: ``random_()``, ``random_(to)`` or ``random_(from_, to)``.

    From 0, or ``from_``, up to ``to``, which is left out; without it, or where it is None, to
    the largest of the dtype, for floats to the last before which none is skipped. Raises
    RuntimeError for an empty range, or one that the dtype cannot hold (`torch.Tensor.random_`).

    >>> zeros(3).random_(7, 8)
    tensor([7., 7., 7.])
    """
    source = stream(generator)
    if from_ is None:
        op, draw = _random[2], lambda x: filled(x, source, "whole")
    elif to is _LEFT_OUT:
        op, draw = _random[1], lambda x: integers_for(x, source, 0, from_)
    else:
        op, draw = _random[0], lambda x: integers_for(x, source, from_, to)
    return _applied(op, (self,), draw)


_bernoulli_by = Op(
    "bernoulli",
    lambda x, p, source: tossed(np.asarray(x), np.asarray(p), source),
    "x p",
    params="source",
    x=lambda g: np.zeros_like(g),
    p=lambda g: np.zeros_like(g),
    backward="BernoulliBackward1",
)


@in_place_method
def bernoulli_(self: Tensor, p: Any = 0.5, *, generator: Generator | None = None) -> Tensor:
    """Fill with ones, with chance ``p``, and zeros (`torch.Tensor.bernoulli_`).

    ``p``: a number, or a tensor of floats that expands to this shape. Raises RuntimeError for
    a chance outside [0, 1].

    >>> zeros(2).bernoulli_(1.0)
    tensor([1., 1.])
    """
    source = stream(generator)
    if isinstance(p, Tensor):
        return _applied(_bernoulli_by, (self, p), source)
    chance = np.float64(as_number(p))
    return _applied(_bernoulli, (self,), lambda x: tossed(x, chance, source))
