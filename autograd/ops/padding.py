"""Padding: constant, reflect, replicate, circular."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.arguments import a_tensor, not_implemented
from autograd.dtypes import fitting
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.ops.shape import sizes
from autograd.readout import as_number
from autograd.registry import public
from autograd.taps import Taps, taps, through
from autograd.tensor import Tensor

__all__ = ["constant_pad_nd"]

Pads = tuple[tuple[int, int], ...]
"""How many entries are added before and after, by dimension; negative ones are cut off."""


def _padded(x: Raw, pads: Pads, value: Any) -> Raw:
    x = np.asarray(x)
    kept = tuple(
        slice(max(-before, 0), n - max(-after, 0))
        for n, (before, after) in zip(x.shape, pads, strict=True)
    )
    part = x[kept]
    added = [(max(before, 0), max(after, 0)) for before, after in pads]
    out = np.full([n + a + b for n, (a, b) in zip(part.shape, added, strict=True)], value, x.dtype)
    out[tuple(slice(a, a + n) for n, (a, _) in zip(part.shape, added, strict=True))] = part
    return out


_constant: Op = Op(
    "constant_pad_nd",
    _padded,
    "x",
    params="pads value",
    x=lambda g, pads: _constant(g, tuple((-a, -b) for a, b in pads), 0),
)


def _pairs(input: Tensor, pad: Any) -> list[tuple[int, int]]:
    """Pairs of numbers, for the last dimension first."""
    given = sizes((pad,))
    if len(given) % 2:
        raise RuntimeError(f"Padding length must be divisible by 2, but {given} has {len(given)}")
    if len(given) > 2 * input.ndim:
        raise RuntimeError(
            "Padding length should be less than or equal to two times the input dimension but got "
            f"padding length {len(given)} and input of dimension {input.ndim}"
        )
    return list(zip(given[::2], given[1::2], strict=True))


@public(method=False)
def constant_pad_nd(input: Tensor, pad: Sequence[int], value: Any = 0) -> Tensor:
    """``value`` added around the last dimensions, a pair of numbers for each, the last first.

    Negative numbers cut off (`torch.constant_pad_nd`).
    Raises RuntimeError for an odd count of numbers, and where more is cut off than there is.

    >>> constant_pad_nd(tensor([1, 2]), (1, 2), 7)
    tensor([7, 1, 2, 7, 7])
    """
    pairs = _pairs(a_tensor("constant_pad_nd", input), pad)
    pads = ((0, 0),) * (input.ndim - len(pairs)) + tuple(pairs[::-1])
    for n, (before, after) in zip(input.shape, pads, strict=True):
        if n + min(before, 0) + min(after, 0) < 0:
            raise RuntimeError(
                f"constant_pad_nd(): pad {tuple(pad)} cuts off more than a tensor of shape "
                f"{input.shape} has"
            )
    filling = fitting(as_number(value), input.dtype)
    padded: Tensor = apply(_constant, (input,), (pads, filling))
    return padded


def _reflected(length: int, before: int, after: int) -> Any:
    places = np.abs(np.arange(-before, length + after))
    return np.where(places < length, places, 2 * (length - 1) - places)


def _replicated(length: int, before: int, after: int) -> Any:
    return np.clip(np.arange(-before, length + after), 0, length - 1)


def _circular(length: int, before: int, after: int) -> Any:
    """What is cut off is cut off first; the rest goes round."""
    kept = np.arange(length)[max(-before, 0) : length - max(-after, 0)]
    return kept[np.arange(-max(before, 0), len(kept) + max(after, 0)) % max(len(kept), 1)]


_MODES: dict[str, tuple[Callable[[int, int, int], Any], str]] = {
    "reflect": (_reflected, "reflection_pad{}d"),
    "replicate": (_replicated, "replication_pad{}d"),
    "circular": (_circular, "pad_circular"),
}
"""Where an entry beyond the end comes from, and torch's name for the operator."""


@functools.lru_cache(maxsize=64)
def _taps(
    find: Callable[[int, int, int], Any], length: int, before: int, after: int
) -> tuple[Taps, Taps]:
    return taps(find(length, before, after), None, length)


def pad(
    input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None
) -> Tensor:
    """Entries added around the last dimensions, a pair of numbers for each, the last first.

    ``mode`` says which: ``value`` ("constant", 0 by default), those beside the end mirrored
    ("reflect"), the end itself ("replicate"), those at the other end ("circular"). All but
    "constant" pad the last one to three dimensions of one or two more. Negative numbers cut
    off. Source: `torch.nn.functional.pad`.

    >>> pad(tensor([[1.0, 2.0, 3.0]]), (2, 1), mode="reflect")
    tensor([[3., 2., 1., 2., 3., 2.]])
    """
    if mode == "constant":
        if value is not None and not isinstance(value, (int, float)):
            raise TypeError(f"pad(): 'value' must be a number, not {type(value).__name__}")
        return constant_pad_nd(input, pad, 0 if value is None else value)
    if mode not in _MODES:
        raise NotImplementedError(
            f"Unrecognised padding mode {mode}: there are constant, {', '.join(_MODES)}"
        )
    if value:
        raise RuntimeError(f'Padding mode "{mode}" doesn\'t take in value argument, got {value}')
    pairs = _pairs(a_tensor("pad", input), pad)
    if len(pairs) not in (1, 2, 3) or input.ndim - len(pairs) not in (1, 2):
        raise NotImplementedError(
            f"Padding size {2 * len(pairs)} is not supported for {input.ndim}D input tensor: mode "
            f"{mode} pads the last one, two or three dimensions of one or two more"
        )
    if input.dtype == np.bool_ and mode != "circular":
        raise not_implemented(f"pad, {mode}", input.dtype)
    find, name = _MODES[mode]
    maps = {}
    for number, (before, after) in enumerate(pairs):
        dim = input.ndim - 1 - number
        length = input.shape[dim]
        _check_reach(input, mode, dim, before, after)
        maps[dim] = _taps(find, length, before, after)
    return through(name.format(len(pairs)), input, maps)


def _check_reach(input: Tensor, mode: str, dim: int, before: int, after: int) -> None:
    """Raise torch's RuntimeError where there is nothing to take the new entries from."""
    length = input.shape[dim]
    where = f"pad ({before}, {after}) of dimension {dim} of a tensor of shape {input.shape}"
    if mode == "reflect" and max(before, after) >= length:
        raise RuntimeError(
            f"Padding size should be less than the corresponding input dimension: {where}"
        )
    if mode == "circular" and max(before, after) > length:
        raise RuntimeError(f"Padding value causes wrapping around more than once: {where}")
    least = 0 if mode == "circular" else 1
    if length + before + after < least or (least and 0 in input.shape[1:]):
        raise RuntimeError(f"Padding leaves nothing, or starts from nothing: {where}")
