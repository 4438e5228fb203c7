"""Calls on small arrays in the cheapest way: what NumPy does before and after costs most of them.

An operand that is broadcast is copied to the full shape first: two calls without broadcasting take
half the time of one with. A reduction is a product with ones, or a few columns with each other,
where that rounds the same: which is tried with many numbers in the very memory that is used, as
the order of additions depends on shapes and memory alone. (Only a sum of nothing but negative
zeros may be a zero of the other sign.)
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd.capture.entry import Entry
from autograd.capture.roots import Place
from autograd.graph import Raw

Step = Callable[[], Any]

SMALL = 2048
"""Entries up to which a call costs more than its work."""

FEW = 4
"""Columns that are added one by one."""

ONLY_BY_NAME = {np.maximum, np.minimum}
"""Ufuncs whose third argument in place, as ``out``, NumPy warns of."""


def copying(source: Raw, to: Raw) -> Step:
    """What copies an array into another one, in half the time of ``np.copyto``."""
    return functools.partial(to.__setitem__, ..., source)


def spread(args: Any, out: Raw) -> tuple[list[Step], Any]:
    """The copies that make every operand of a ufunc as large as its result, and the operands."""
    if out.size > SMALL or not out.flags.c_contiguous:
        return [], args
    steps: list[Step] = []
    found = []
    for each in args:
        if isinstance(each, np.ndarray) and each.ndim and each.shape != out.shape:
            if each.size == 1:
                each = each.reshape(())
            else:
                room = np.empty(out.shape, each.dtype)
                steps.append(copying(each, room))
                each = room
        found.append(each)
    return steps, found


def masked(mask: Raw, x: Raw, out: Raw) -> list[Step]:
    """``np.where(mask, x, 0)``: the bits of ``x``, taken for an integer, times 0 or 1."""
    whole = f"i{x.itemsize}"
    times = np.zeros(x.shape, whole)
    ones = times.view(np.bool_)[..., :: x.itemsize]  # the lowest byte of each
    bits, result = x.view(whole), out.view(whole)
    return [
        copying(mask, ones),
        functools.partial(np.multiply, bits, times, result),
    ]


def is_masking(mask: Any, x: Any, other: Any, out: Raw) -> bool:
    """Whether `masked` can do it."""
    if not (isinstance(mask, np.ndarray) and isinstance(x, np.ndarray)) or out.size > SMALL:
        return False
    if other is None:
        return False
    if mask.dtype != np.bool_ or x.dtype != out.dtype or x.dtype.char not in "fd" or not x.ndim:
        return False
    if not (mask.shape == x.shape == out.shape) or sys.byteorder != "little":
        return False
    return bool(
        other == 0 and not np.signbit(other) and x.flags.c_contiguous and out.flags.c_contiguous
    )


def reduction(entry: Entry, args: Any, kwargs: Any, out: Raw) -> list[Step] | None:
    """The cheapest calls that reduce a small array as ``entry`` does; None where it is no such."""
    ufunc, first = getattr(entry.function, "__self__", None), entry.args[0]
    x, *rest = args
    kwargs = {name: value for name, value in kwargs.items() if value is not None or name == "axis"}
    if ufunc not in (np.add, np.maximum, np.minimum) or x.size > SMALL or x.dtype != out.dtype:
        return None
    if x.dtype.char not in "fd" or not kwargs.keys() <= {"axis", "keepdims"}:
        return None
    if any(each is not None for each in rest[1:3]) or len(rest) > 4:
        return None  # a dtype, an ``out``, a first value
    if (
        type(first) is not Place
        or first.root.kind != "own"
        or not x.flags.c_contiguous
        or not x.size
    ):
        return None
    axis = kwargs.get("axis", rest[0] if rest else 0)
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(sorted(each % x.ndim for each in axes)) if x.ndim else ()
    target = out.reshape([n for i, n in enumerate(x.shape) if i not in axes])
    plain = [_plainly(ufunc, x, axes, out)]
    for steps in _candidates(ufunc, x, axes, target):
        if _same(plain, steps, x, out):
            return steps
    return plain


def _plainly(ufunc: Any, x: Raw, axes: tuple[int, ...], out: Raw) -> Step:
    """The reduction itself, without names of arguments."""
    axis = axes[0] if len(axes) == 1 else axes
    return functools.partial(ufunc.reduce, x, axis, None, out, out.ndim == x.ndim)


def _candidates(ufunc: Any, x: Raw, axes: tuple[int, ...], out: Raw) -> Iterator[list[Step]]:
    """Other ways to reduce, the cheapest first."""
    if not axes or not out.flags.c_contiguous:
        return
    if axes == tuple(range(x.ndim)):
        lines, columns = x.reshape(1, -1), True
    elif axes == tuple(range(x.ndim - len(axes), x.ndim)):
        lines, columns = x.reshape(out.size, -1), True
    elif axes == tuple(range(len(axes))):
        lines, columns = x.reshape(-1, out.size), False
    else:
        return
    to = out.reshape(-1)
    ones = np.ones(lines.shape[1 if columns else 0], x.dtype)
    if ufunc is np.add:
        if out.ndim == 0:
            yield [functools.partial(lines[0].dot, ones, out)]
            yield [functools.partial(lines.dot, ones, to)]
            yield [functools.partial(ones.dot, lines.reshape(-1, 1), to)]
            yield [functools.partial(lines.dot, ones.reshape(-1, 1), to.reshape(1, 1))]
        elif columns:
            yield [functools.partial(lines.dot, ones, to)]
        else:
            yield [functools.partial(ones.dot, lines, to)]
    parts = list(lines.T if columns else lines)
    if 1 < len(parts) <= FEW:
        yield _in_turn(ufunc, parts, to)
        yield _in_turn(ufunc, [*parts[1:], parts[0]], to)


def _in_turn(ufunc: Any, parts: list[Raw], out: Raw) -> list[Step]:
    first, second, *others = parts
    pairs = [(first, second), *((out, each) for each in others)]
    if ufunc in ONLY_BY_NAME:
        return [functools.partial(ufunc, a, b, out=out) for a, b in pairs]
    return [functools.partial(ufunc, a, b, out) for a, b in pairs]


def _same(one: list[Step], other: list[Step], x: Raw, out: Raw) -> bool:
    """Whether both ways give the same numbers."""
    draw = np.random.default_rng(0)
    kept = x.copy()
    special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0], x.dtype)
    try:
        for trial in range(max(32, 512 // x.size)):
            x[...] = draw.normal(size=x.shape)
            if trial % 2:  # else of one size: there the order of additions shows
                x *= 10 ** draw.uniform(-4, 4, x.shape)
            if trial % 4 == 3:
                place = draw.uniform(size=x.shape) < 0.3
                x[place] = draw.choice(special, x.shape)[place]
            found = []
            for steps in (one, other):
                out[...] = np.nan
                with np.errstate(all="ignore"):
                    for step in steps:
                        step()
                found.append(out.copy())
            if not np.array_equal(found[0], found[1], equal_nan=True):
                return False
    finally:
        x[...] = kept
    return True
