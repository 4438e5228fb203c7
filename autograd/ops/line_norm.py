"""Normalisation of rows made of lines with a weight each, as in a group norm: a line is a channel.

Kernels that go through a block of rows in the cache, as those of `autograd.ops.row_norm`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import threads
from autograd.blocks import share_rows
from autograd.graph import Raw
from autograd.sums import inner

_add: Any = np.add.reduce


def normalized(x: Raw, weight: Raw | None, bias: Raw | None, eps: float) -> tuple[Raw, Raw, Raw]:
    """(x - mean) / sqrt(var + eps) * weight + bias, the means and the variances of the rows.

    ``x`` (batch, groups, lines, length), row by row; a row is a group's lines of one sample.
    ``weight`` and ``bias`` have a number for each line of each group.

    >>> from autograd.ops import line_norm
    >>> x, weight = np.array([1.0, 3.0]).reshape(1, 1, 2, 1), np.array([1.0, 2.0])
    >>> line_norm.normalized(x, weight, None, 0.0)[0].reshape(2)
    array([-1.,  2.])
    """
    batch, groups, per, length = x.shape
    result = np.empty(x.shape, x.dtype)
    rows, out = (each.reshape(batch * groups, per * length) for each in (x, result))
    mean, var = (np.empty((len(rows), 1), x.dtype) for _ in range(2))
    ones = np.ones((per * length, 1), x.dtype)
    factors, offsets = (
        None if each is None else np.tile(each.reshape(-1), batch) for each in (weight, bias)
    )

    def work(number: int, part: slice) -> None:
        into, center, square = out[part], mean[part], var[part]
        np.divide(rows[part].dot(ones), per * length, out=center)
        np.subtract(rows[part], center, out=into)
        np.divide(inner(into, into, (1,)), per * length, out=square)
        scale, lines = 1 / np.sqrt(square + eps), slice(part.start * per, part.stop * per)
        if factors is None:
            into *= scale
        else:
            by_line = into.reshape(-1, length)
            by_line *= (np.repeat(scale, per) * factors[lines])[:, np.newaxis]
        if offsets is not None:
            by_line = into.reshape(-1, length)
            by_line += offsets[lines, np.newaxis]

    share_rows(work, *rows.shape)
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
) -> tuple[Raw | None, Raw | None, Raw | None]:
    """The gradients by ``x``, the weight and the bias; ``of_*``: what reaches mean and var."""
    batch, groups, per, length = x.shape
    width = per * length
    result = np.empty(x.shape, x.dtype) if needs[0] else None
    rows, given = (each.reshape(batch * groups, width) for each in (x, g))
    out = None if result is None else result.reshape(rows.shape)
    mean, var, of_mean, of_var = (each.reshape(-1, 1) for each in (mean, var, of_mean, of_var))
    scale = 1 / np.sqrt(var + eps)
    of_square = 2 * of_var / scale
    factors = np.ones(len(rows) * per, x.dtype)
    if weight is not None:
        factors = np.tile(weight.reshape(-1), batch)
    wholes, products = np.empty((2, len(rows) * per), x.dtype)
    ones = np.ones(length, x.dtype)

    def work(number: int, part: slice) -> None:
        lines, line, there = slice(part.start * per, part.stop * per), scale[part], given[part]
        apart, product = threads.scratch("lines", (2, *there.shape), x.dtype)
        np.subtract(rows[part], mean[part], out=apart)
        np.multiply(there, apart, out=product)
        whole = there.reshape(-1, length).dot(ones)
        along = product.reshape(-1, length).dot(ones) * np.repeat(line, per)
        wholes[lines], products[lines] = whole, along
        if out is None:
            return
        factor = factors[lines]
        whole, along = (
            _add((factor * each).reshape(-1, per), 1, keepdims=True) * line
            for each in (whole, along)
        )
        into = out[part]
        by_line = into.reshape(-1, length)
        by_row = (factor * np.repeat(line, per))[:, np.newaxis]
        np.multiply(there.reshape(-1, length), by_row, out=by_line)
        apart *= (along - of_square[part]) / width * line
        into -= apart
        into -= (whole - of_mean[part]) / width

    share_rows(work, *rows.shape)
    by_weight, by_bias = (_add(each.reshape(batch, -1), 0) for each in (products, wholes))
    return result, by_weight if needs[1] else None, by_bias if needs[2] else None
