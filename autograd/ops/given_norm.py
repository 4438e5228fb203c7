"""Normalisation by statistics that are given, as batch norm in evaluation does: one operation.

The mean is taken away first: of x * scale + shift few digits are left where it is far from 0.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import pixels, threads
from autograd.blocks import share_rows
from autograd.dtypes import wide
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.ops import channels
from autograd.ops.normalization import apart_op, over_rest, scale_of
from autograd.sums import LARGE, total
from autograd.tensor import Tensor

__all__: list[str] = []

SHORT = 128
"""Up to so many numbers of a channel that lie side by side its mean is repeated beside them."""


class _Lines:
    """Arrays (batch, channels, ...) by lines, beside which a number for each channel is laid."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        batch, self.channels = shape[:2]
        self.length = math.prod(shape[2:])
        self.short = self.length <= SHORT
        each = (1, self.channels * self.length) if self.short else (self.channels, self.length)
        self.shape = (batch, *each)

    def beside(self, each: Raw) -> Raw:
        """A number for each channel, to meet the lines."""
        return np.repeat(each, self.length)[np.newaxis] if self.short else each[:, np.newaxis]

    def sums(self, x: Raw) -> Raw:
        """The sum of some of the lines over each channel."""
        columns = total(x, (0,) if self.short else (0, 2))
        found: Raw = np.add.reduce(columns.reshape(self.channels, -1), 1)
        return found


def _is_large(*given: Any) -> bool:
    """Whether these are arrays, not of half precision, that are worth a kernel's calls."""
    return all(isinstance(x, np.ndarray) and x.size >= LARGE and x.itemsize >= 4 for x in given)


def _normalized(
    x: Raw, weight: Raw | None, bias: Raw | None, mean: Raw, var: Raw, eps: float, shape: Any
) -> Raw:
    """(x - mean) / sqrt(var + eps) * weight + bias."""
    scale = scale_of(wide(var), eps)
    if weight is not None:
        scale = scale * weight
    if _is_large(x) and pixels.is_hidden(x):
        return channels.moved(x, mean, scale, bias)
    if _is_large(x) and x.flags.c_contiguous:
        return _by_lines(x, mean, scale, bias)
    out = apart_op.kernel(wide(x), mean.reshape(shape), scale.reshape(shape))
    if bias is not None:
        out = out + bias.reshape(shape)
    found: Raw = out.astype(x.dtype, copy=False)
    return found


def _by_lines(x: Raw, mean: Raw, scale: Raw, bias: Raw | None) -> Raw:
    """(x - mean) * scale + bias."""
    lines = _Lines(x.shape)
    result = np.empty(x.shape, x.dtype)
    out, x = result.reshape(lines.shape), x.reshape(lines.shape)
    center, factor = lines.beside(mean), lines.beside(scale)
    offset = None if bias is None else lines.beside(bias)

    def work(number: int, rows: slice) -> None:
        into = out[rows]
        np.subtract(x[rows], center, out=into)
        into *= factor
        if offset is not None:
            into += offset

    share_rows(work, len(x), x[0].size)
    return result


def _rule(
    g: Any,
    needs: Any,
    x: Any,
    weight: Any,
    mean: Any,
    var: Any,
    eps: float,
    shape: Any,
    weight_shape: Any,
    bias_shape: Any,
) -> Any:
    """The gradients of the input, the weight and the bias."""
    by_x, by_weight, by_bias, *_ = needs
    scale = scale_of(var, eps)
    factor = scale if weight is None else scale * weight
    dw = db = None
    if _is_large(g, x):
        pulled = _images_pulled if pixels.is_hidden(x) else _lines_pulled
        dx, dw, db = pulled(g, x, mean, factor, by_x, by_weight, by_bias)
        dw = None if dw is None else dw * scale
    else:
        dx = g * np.reshape(factor, shape) if by_x else None
        if by_weight:
            apart = apart_op(x, np.reshape(mean, shape), np.reshape(scale, shape))
            dw = over_rest(g * apart, shape)
        if by_bias:
            db = over_rest(g, shape)
    dw = None if dw is None else np.reshape(dw, weight_shape)
    return dx, dw, None if db is None else np.reshape(db, bias_shape), None, None


def _images_pulled(
    g: Raw, x: Raw, mean: Raw, factor: Raw, by_x: bool, by_weight: bool, by_bias: bool
) -> tuple[Raw | None, Raw | None, Raw | None]:
    """g * factor, and over each channel the sums of g * (x - mean) and of g."""
    dx = channels.moved(g, None, factor, None) if by_x else None
    if by_weight:
        whole, product = channels.products(g, x, mean)
        return dx, product, whole
    return dx, None, channels.totals(g) if by_bias else None


def _lines_pulled(
    g: Raw, x: Raw, mean: Raw, factor: Raw, by_x: bool, by_weight: bool, by_bias: bool
) -> tuple[Raw | None, Raw | None, Raw | None]:
    """As `_images_pulled`, of what does not lie pixel by pixel."""
    lines = _Lines(x.shape)
    result = np.empty(x.shape, g.dtype) if by_x else None
    out = None if result is None else result.reshape(lines.shape)
    g, x = g.reshape(lines.shape), x.reshape(lines.shape)
    center, factor = lines.beside(mean), lines.beside(factor)
    weights, biases = {}, {}

    def work(number: int, rows: slice) -> None:
        given = g[rows]
        if out is not None:
            np.multiply(given, factor, out=out[rows])
        if by_bias:
            biases[number] = lines.sums(given)
        if by_weight:
            room = threads.scratch("apart", given.shape, given.dtype)
            np.subtract(x[rows], center, out=room)
            room *= given
            weights[number] = lines.sums(room)

    share_rows(work, len(x), x[0].size)
    return result, _added(weights), _added(biases)


def _added(parts: dict[int, Raw]) -> Raw | None:
    """The sum of what the parts found, in their order; None of nothing."""
    found = [parts[number] for number in sorted(parts)]
    return np.add.reduce(found, 0, np.float64) if found else None


_op = Op(
    "native_batch_norm", _normalized, "x weight bias mean var", params="eps shape", together=_rule
)


def by_given(
    input: Tensor,
    mean: Tensor,
    var: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    eps: float,
    shape: tuple[int, ...],
) -> Tensor:
    """(x - mean) / sqrt(var + eps) * weight + bias, of x's dtype, for any order of derivative.

    All but ``input`` are reshaped to ``shape``; ``mean`` and ``var`` get no gradient.
    """
    out: Tensor = apply(_op, (input, weight, bias, mean, var), (float(eps), shape))
    return out
