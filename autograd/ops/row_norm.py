"""Normalisation of rows, as in a layer norm: kernels that go through a block of rows in the cache.

Sums over rows and columns are products with vectors. The formulas are those of
`autograd.ops.normalization`; mean and variance here are vectors, one number for each row.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import threads
from autograd.blocks import share_rows
from autograd.graph import Raw
from autograd.sums import inner

NEAR = 4
"""Where no mean squared is above so many variances, sums of g x do without g (x - mean)."""


def normalized(
    x: Raw, weight: Raw | None, bias: Raw | None, eps: float, width: int
) -> tuple[Raw, Raw, Raw]:
    """(x - mean) / sqrt(var + eps) * weight + bias of rows, the means and the variances.

    ``x``, of any shape, lies row by row; ``weight`` and ``bias`` have ``width`` numbers.

    >>> from autograd.ops import row_norm
    >>> row_norm.normalized(np.array([[1.0, 3.0], [2.0, 6.0]]), None, None, 0.0, 2)[0]
    array([[-1.,  1.],
           [-1.,  1.]])
    """
    result = np.empty(x.shape, x.dtype)
    x, out = x.reshape(-1, width), result.reshape(-1, width)
    weight, bias = (None if each is None else each.reshape(-1) for each in (weight, bias))
    count = len(x)
    mean, var = (np.empty((count, 1), x.dtype) for _ in range(2))
    ones = np.ones((width, 1), x.dtype)

    def work(number: int, rows: slice) -> None:
        part, into, center, square = x[rows], out[rows], mean[rows], var[rows]
        np.divide(part.dot(ones), width, out=center)
        np.subtract(part, center, out=into)
        np.divide(inner(into, into, (1,)), width, out=square)
        into *= 1 / np.sqrt(square + eps)
        if weight is not None:
            into *= weight
        if bias is not None:
            into += bias

    share_rows(work, count, width)
    return result, mean, var


def pulled(
    g: Raw,
    needs: tuple[bool, bool, bool],
    x: Raw,
    weight: Raw | None,
    mean: Raw,
    var: Raw,
    eps: float,
    of_mean: Any,
    of_var: Any,
    width: int,
) -> tuple[Raw | None, Raw | None, Raw | None]:
    """The gradients by the rows, the weight and the bias; ``of_*``: what reaches mean and var."""
    by_x, by_weight, by_bias = needs
    result = np.empty(x.shape, x.dtype) if by_x else None
    out = None if result is None else result.reshape(-1, width)
    g, x = g.reshape(-1, width), x.reshape(-1, width)
    mean, var, of_mean, of_var = (each.reshape(-1, 1) for each in (mean, var, of_mean, of_var))
    scale = 1 / np.sqrt(var + eps)
    factor = np.ones(width, x.dtype) if weight is None else weight.reshape(-1)
    near = bool((mean * mean <= NEAR * var).all())
    offset = mean if near else np.zeros_like(mean)  # that of what stands in for x - mean
    of_square = 2 * of_var / scale
    weights, biases = {}, {}

    def work(number: int, rows: slice) -> None:
        given, apart, line, center = g[rows], x[rows], scale[rows], offset[rows]
        if not near:
            room = threads.scratch("apart", apart.shape, apart.dtype)
            apart = np.subtract(apart, mean[rows], out=room)
        product = threads.scratch("product", apart.shape, apart.dtype)
        np.multiply(given, apart, out=product)
        if by_weight:
            found = line[:, 0].dot(product)
            weights[number] = found - (line * center)[:, 0].dot(given) if near else found
        if by_bias:
            biases[number] = np.ones(len(given), x.dtype).dot(given)
        if out is None:
            return
        whole = given.dot(factor)[:, np.newaxis]
        along = (product.dot(factor)[:, np.newaxis] - center * whole) * (line * line)
        second = (along - of_square[rows]) * (line / width)
        first = (whole * line - of_mean[rows]) / width - center * second
        into = given if weight is None else np.multiply(given, factor, out=out[rows])
        into = np.multiply(into, line, out=out[rows])
        into -= np.multiply(apart, second, out=product)
        into -= first

    share_rows(work, len(x), width)
    return result, _added(weights) if by_weight else None, _added(biases) if by_bias else None


def _added(parts: dict[int, Raw]) -> Raw:
    """The sum of what the parts found, in their order."""
    found = [parts[number] for number in sorted(parts)]
    total: Raw = np.add.reduce(found, 0, np.float64).astype(found[0].dtype)
    return total
