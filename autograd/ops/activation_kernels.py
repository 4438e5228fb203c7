"""Activations of large arrays: every pass over a block in the cache, blocks shared over threads.

A kernel here fills an array block by block and makes no other; `plainly` says for which operands
it may. Elsewhere, of few numbers, of tensors and in a recorded call, the formulas of
`autograd.ops.activations`, `piecewise`, `exponential` and `trigonometry` stand.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import pixels, threads
from autograd.blocks import share_rows
from autograd.graph import Raw

MANY = 1 << 15
"""From so many numbers on blocks are worth their Python."""

BLOCK = 1 << 17
"""Numbers in a block where one thread works."""

_PER_LOG = 1 / math.log(2)


def plainly(*arrays: Any, recorded: bool = False) -> bool:
    """Whether these are large arrays of one shape, dtype and dense layout.

    ``recorded``: or the arrays of a recorded call, for which the kernel is then one step; row by
    row. It is for kernels that do not give the bits of the formula.
    """
    first = arrays[0]
    if not isinstance(first, np.ndarray) or first.size < MANY or first.dtype.char not in "fd":
        return False
    for each in arrays:
        if not isinstance(each, np.ndarray) or each.shape != first.shape:
            return False
        if each.dtype != first.dtype or (type(each) is not np.ndarray and not recorded):
            return False
    if all(each.flags.c_contiguous for each in arrays):
        return True
    if recorded:
        return False
    return all(each.strides == first.strides and _line(each) is not None for each in arrays)


def _line(x: Raw) -> Raw | None:
    """All numbers in one row, as they lie in memory; None where that would copy."""
    if x.flags.c_contiguous:
        return x.reshape(-1)
    if not pixels.is_hidden(x):
        return None
    turned = pixels.laid_out(x)
    return turned.reshape(-1) if turned.flags.c_contiguous else None


def filled(fill: Callable[..., None], *arrays: Raw, params: tuple[Any, ...] = ()) -> Raw:
    """A new array, in the arrays' layout; ``fill(out, *arrays, *params)`` writes each block.

    >>> from autograd.ops.activation_kernels import filled, sigmoid
    >>> filled(sigmoid, np.zeros(2))
    array([0.5, 0.5])
    """
    first = arrays[0]
    rows = first.flags.c_contiguous
    out = np.empty(first.shape, first.dtype) if rows else np.empty_like(first)
    lines: Any = [_line(each) for each in (out, *arrays)]

    def work(number: int, part: slice) -> None:
        fill(*(line[part] for line in lines), *params)

    share_rows(work, first.size, 1, BLOCK)
    return out


def exponential(x: Any, sign: int = 1, out: Raw | None = None) -> Any:
    """exp(sign * x); of float32 as 2**(sign * x / log 2), in half the time.

    x / log 2 is rounded, so that is off by up to some |x| / 2 units in the last place.
    """
    if x.dtype == np.float32:
        scaled = np.multiply(x, sign * _PER_LOG, out=out)
        return np.exp2(scaled, out=out)
    return np.exp(x if sign == 1 else np.negative(x, out=out), out=out)


def one_more(x: Any, sign: int = 1, out: Raw | None = None) -> Any:
    """1 + exp(sign * x), to a unit or two in the last place."""
    given = x if sign == 1 else np.negative(x, out=out)
    if x.dtype == np.float32:  # faster than exp
        return np.add(np.expm1(given, out=out), 2, out=out)
    return np.add(np.exp(given, out=out), 1, out=out)


def _room(x: Raw) -> Raw:
    return threads.scratch("activation", x.shape, x.dtype)


def sigmoid(out: Raw, x: Raw) -> None:
    """1 / (1 + exp(-x))."""
    one_more(x, -1, out)
    np.divide(1, out, out=out)


def sigmoid_pulled(out: Raw, g: Raw, y: Raw) -> None:
    """g (1 - y) y."""
    np.subtract(1, y, out=out)
    out *= g
    out *= y


def silu(out: Raw, x: Raw) -> None:
    """x / (1 + exp(-x))."""
    one_more(x, -1, out)
    np.divide(x, out, out=out)


def silu_pulled(out: Raw, g: Raw, x: Raw) -> None:
    """g s (1 + x (1 - s)), where s is sigmoid(x)."""
    s = _room(x)
    sigmoid(s, x)
    np.subtract(1, s, out=out)
    out *= x
    out += 1
    out *= s
    out *= g


def softplus_pulled(out: Raw, g: Raw, x: Raw) -> None:
    """g sigmoid(x)."""
    sigmoid(out, x)
    out *= g


def log_sigmoid_pulled(out: Raw, g: Raw, x: Raw) -> None:
    """g sigmoid(-x)."""
    one_more(x, 1, out)
    np.divide(1, out, out=out)
    out *= g


def elu(out: Raw, x: Raw, alpha: float, scale: float, input_scale: float) -> None:
    """alpha scale (exp(input_scale x) - 1) where x <= 0, and scale x elsewhere."""
    above = np.clip(x, 0, np.inf, out=_room(x))
    np.clip(x, -np.inf, 0, out=out)
    for factor, change in ((input_scale, None), (None, np.expm1), (alpha * scale, None)):
        if change is not None:
            change(out, out=out)
        elif factor != 1:
            out *= factor
    if scale != 1:
        above *= scale
    out += above


def elu_pulled(out: Raw, g: Raw, x: Raw, alpha: float, scale: float, input_scale: float) -> None:
    """g alpha scale input_scale exp(input_scale x) where x <= 0, and g scale elsewhere."""
    np.clip(x, -np.inf, 0, out=out)
    if input_scale != 1:
        out *= input_scale
    exponential(out, 1, out)
    slope = alpha * scale * input_scale
    if slope != scale:
        out *= slope  # what is to be scale is slope now, exactly: its bits are moved
        bits = out.view(f"i{out.itemsize}")
        ends = np.array([slope, scale], x.dtype).view(bits.dtype)
        moves = _room(bits)
        np.copyto(moves, np.greater(x, 0, out=_mask(x)))
        moves *= ends[1:] - ends[:1]
        bits += moves
    elif scale != 1:
        out *= scale
    out *= g


def _mask(x: Raw, name: str = "mask") -> Raw:
    return threads.scratch(name, x.shape, np.bool_)


def _keep(out: Raw, mask: Raw, g: Raw) -> None:
    """``g`` where the mask is true, 0 elsewhere: a product of its bits, exact for inf and nan."""
    bits = out.view(f"i{out.itemsize}")
    np.copyto(bits, mask)
    bits *= g.view(bits.dtype)


def within_pulled(out: Raw, g: Raw, x: Raw, low: float, high: float, divisor: float = 1) -> None:
    """g / divisor where x lies between the limits."""
    mask = np.greater(x, low, out=_mask(x))
    mask &= np.less(x, high, out=_mask(x, "other mask"))
    _keep(out, mask, g)
    if divisor != 1:
        out /= divisor


def beyond_pulled(out: Raw, g: Raw, x: Raw, limit: float) -> None:
    """g where x < -limit or x > limit."""
    mask = np.less(x, -limit, out=_mask(x))
    mask |= np.greater(x, limit, out=_mask(x, "other mask"))
    _keep(out, mask, g)


def leaky(out: Raw, x: Raw, slope: float) -> None:
    """The larger of x and slope x."""
    np.multiply(x, slope, out=out)
    np.maximum(x, out, out=out)


def leaky_pulled(out: Raw, g: Raw, x: Raw, slope: float) -> None:
    """g where x > 0, slope g elsewhere; ``slope`` in [0, 1]."""
    np.copyto(out, np.greater(x, 0, out=_mask(x)))
    np.clip(out, slope, 1, out=out)
    out *= g


def hardsigmoid(out: Raw, x: Raw) -> None:
    """x + 3, limited to [0, 6], / 6."""
    np.add(x, 3, out=out)
    np.clip(out, 0, 6, out=out)
    out /= 6


def hardswish(out: Raw, x: Raw) -> None:
    """x times x + 3, limited to [0, 6], / 6."""
    np.add(x, 3, out=out)
    np.clip(out, 0, 6, out=out)
    out *= x
    out /= 6


def hardswish_pulled(out: Raw, g: Raw, x: Raw) -> None:
    """g (x / 3 + 1/2) where |x| < 3, g above and 0 below."""
    slope = np.clip(x, -np.inf, 3, out=_room(x))
    slope /= 3
    slope += 0.5  # 3/2 from 3 on
    np.copyto(out, np.greater_equal(x, 3, out=_mask(x)))
    out *= 0.5
    slope -= out
    slope *= g
    _keep(out, np.logical_not(np.less_equal(x, -3, out=_mask(x)), out=_mask(x)), slope)


def tanh_pulled(out: Raw, g: Raw, y: Raw) -> None:
    """g (1 - y y)."""
    np.multiply(y, y, out=out)
    np.subtract(1, out, out=out)
    out *= g


def turned(out: Raw, g: Raw, step: Raw, a: Raw, b: Raw) -> None:
    """g step / (a a + b b), and 0 at the origin; float32 through float64, without overflow."""
    square, other = threads.scratch("squares", (2, *a.shape), np.float64)
    for each, room in ((a, square), (b, other)):
        np.copyto(room, each)
        room *= room
    square += other
    if not np.minimum.reduce(square, None) > 0:
        square[square == 0] = np.inf
    np.copyto(other, step)
    other /= square
    np.copyto(out, other, casting="same_kind")
    out *= g


def smooth(out: Raw, x: Raw, beta: float, scale: float) -> None:
    """x**2 / (2 beta) where |x| < beta, |x| - beta / 2 elsewhere, times ``scale``."""
    away = np.absolute(x, out=_room(x))
    np.clip(away, 0, beta, out=out)
    half = np.multiply(out, 0.5, out=threads.scratch("half", x.shape, x.dtype))
    away -= half
    out *= away
    out *= scale / beta
