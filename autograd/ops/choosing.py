"""Choices by chance, from a `Generator` whose numbers are torch's for the same seed."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.arguments import a_tensor, an_integer
from autograd.operator import Op, apply, no_derivative
from autograd.ops.drawing import filled, stream
from autograd.ops.searching import searched
from autograd.random import Generator
from autograd.random_arithmetic import Array
from autograd.readout import as_number
from autograd.registry import public
from autograd.tensor import Tensor, wrap

__all__ = ["bernoulli", "multinomial", "poisson"]

_by_itself = Op(
    "bernoulli",
    lambda p, source: source.bernoulli(np.asarray(p)),
    "p",
    params="source",
    p=lambda g: np.zeros_like(g),
)


_tossed = Op(
    "bernoulli",
    lambda x, p, source: source.bernoulli(np.float64(p), x.shape, x.dtype),
    "x",
    params="p source",
    x=no_derivative("bernoulli(input, p)", "write input.clone().bernoulli_(p)"),
    backward="NotImplemented",
)


@public()
def bernoulli(input: Tensor, p: Any = None, *, generator: Generator | None = None) -> Tensor:
    """Ones with the chances ``input``, zeros else; with ``p``, with that chance everywhere.

    The gradient by ``input`` is 0. Raises RuntimeError for a chance outside [0, 1],
    NotImplementedError for chances that are not floats (`torch.bernoulli`).

    >>> bernoulli(tensor([0.0, 1.0]))
    tensor([0., 1.])
    """
    x, source = a_tensor("bernoulli", input), stream(generator)
    if p is None:
        by_itself: Tensor = apply(_by_itself, (x,), (source,))
        return by_itself
    tossed: Tensor = apply(_tossed, (x,), (float(as_number(p)), source))
    return tossed


_counted = Op(
    "poisson",
    lambda rates, source: source.poisson(rates),
    "rates",
    params="source",
    rates=lambda g: np.zeros_like(g),
)


@public(method=False)
def poisson(input: Tensor, generator: Generator | None = None) -> Tensor:
    """Counts of events with the rates ``input``, in its dtype; the gradient is 0.

    Raises RuntimeError for negative rates, NotImplementedError for integers (`torch.poisson`).

    >>> poisson(zeros(2))
    tensor([0., 0.])
    """
    counted: Tensor = apply(_counted, (a_tensor("poisson", input),), (stream(generator),))
    return counted


@public()
def multinomial(
    input: Tensor,
    num_samples: int,
    replacement: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Indices drawn with chances in proportion to ``input``, a row of weights or several.

    Shape (num_samples,), or (rows, num_samples); int64. Without ``replacement`` no index is
    drawn twice. Raises RuntimeError for weights that are negative, not finite, or all 0, and
    for more samples than there are without replacement (`torch.multinomial`).

    >>> multinomial(tensor([0.0, 3.0, 0.0]), 1)
    tensor([1])
    """
    weights = a_tensor("multinomial", input)._memory()
    count = an_integer("multinomial", "num_samples", num_samples)
    _check_weights(weights, count, replacement)
    source = stream(generator)
    rows = np.atleast_2d(weights)
    with np.errstate(all="ignore"):
        if replacement and count > 1:
            found = _with_replacement(rows, count, source)
        else:  # the least of exponential numbers of these rates: the race's winners
            keys = rows / filled(rows, source, "exponential")
            found = np.argsort(-keys, axis=1, kind="stable")[:, :count]
    return wrap(found.astype(np.int64).reshape(*weights.shape[:-1], count))


def _check_weights(weights: Array, count: int, replacement: bool) -> None:
    if weights.dtype.kind != "f":
        raise RuntimeError(
            f"multinomial only supports floating-point weights, got {weights.dtype}: x.float()"
        )
    if weights.ndim not in (1, 2):
        raise RuntimeError(f"multinomial: weights must be 1 or 2 dim, but are {weights.ndim}-d")
    if count <= 0:
        raise RuntimeError(f"multinomial cannot sample n_sample <= 0 samples, but got {count}")
    if not replacement and count > weights.shape[-1]:
        raise RuntimeError(
            f"multinomial cannot sample {count} of {weights.shape[-1]} without replacement"
        )
    if not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise RuntimeError("multinomial: the weights contain inf, nan or a negative one")
    if (weights.sum(axis=-1, dtype=np.float64) == 0).any():
        raise RuntimeError("invalid multinomial distribution (sum of weights <= 0)")


def _with_replacement(rows: Array, count: int, source: Generator) -> Array:
    """The places of uniform numbers among the sums of the weights, row by row."""
    sums = np.add.accumulate(rows, axis=1, dtype=rows.dtype)
    sums /= sums[:, -1:]
    sums[:, -1] = 1
    return np.asarray(
        searched(sums, source.uniform((len(rows), count), dtype=np.float64), right=False)
    )
