"""How an entry is called: with its memory bound, and in the cheapest way that rounds the same."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.capture import functions
from autograd.capture.entry import Entry
from autograd.capture.indexed import take
from autograd.capture.roots import Place
from autograd.capture.small import ONLY_BY_NAME, copying, is_masking, masked, reduction, spread
from autograd.graph import Raw

Step = Callable[[], Any]

_OF_ONE_KIND = {np.add, np.subtract, np.multiply, np.true_divide, np.maximum, np.minimum}
_OF_ONE_KIND |= {np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal}
"""Ufuncs of two numbers of the same dtype."""


class StaleError(Exception):
    """A promise is not kept in this call; nothing that a program can see has changed yet."""


def bound(entry: Entry, args: Any, kwargs: Any, out: tuple[Raw, ...]) -> list[Step]:
    """The calls of an entry, on these arrays."""
    function = entry.function
    if entry.how == "out":
        args = numbers(function, args, kwargs)
        if isinstance(function, np.ufunc) and function.signature is None:
            steps, args = spread(args, out[0])
            return [*steps, *_into(function, args, kwargs, out[0])]
        if not isinstance(function, np.ufunc):
            cheaper = reduction(entry, args, kwargs, out[0])
            if cheaper is not None:
                return cheaper
        return _into(function, args, kwargs, out[0])
    if entry.how == "write":
        if "out" in kwargs:
            kwargs["out"] = out[0]
            if isinstance(function, np.ufunc):
                args = numbers(function, args, {})
                if len(kwargs) == 1 and function not in ONLY_BY_NAME:
                    return [functools.partial(function, *args, out[0])]
        if function is operator.setitem:
            return [functools.partial(args[0].__setitem__, *args[1:])]
        return [functools.partial(function, *args, **kwargs)]
    if entry.how in ("copy", "draw"):
        return _copying(entry, args, kwargs, out)
    if entry.how == "guard":
        return [functools.partial(_promised, args[0], entry.result)]
    return [functools.partial(function, *args, **kwargs)]


def _into(function: Any, args: Any, kwargs: Any, out: Raw) -> list[Step]:
    if isinstance(function, np.ufunc) and not kwargs and function not in ONLY_BY_NAME:
        return [functools.partial(function, *args, out)]
    return [functools.partial(function, *args, out=out, **kwargs)]


def numbers(function: Any, args: Any, kwargs: Any) -> Any:
    """Python's numbers beside arrays of one float dtype as arrays, which NumPy takes sooner."""
    kinds = {each.dtype for each in args if isinstance(each, np.ndarray)}
    if function not in _OF_ONE_KIND or kwargs or len(kinds) != 1:
        return args
    (kind,) = kinds
    if kind.kind != "f" or not all(
        type(each) in (int, float, np.ndarray, kind.type) for each in args
    ):
        return args
    if not all(type(each) not in (int, float) or -1e4 < each < 1e4 for each in args):
        return args  # a number that the dtype cannot hold may raise
    return [each if type(each) is np.ndarray else np.array(each, kind) for each in args]


def _copying(entry: Entry, args: Any, kwargs: Any, out: tuple[Raw, ...]) -> list[Step]:
    """A function that makes its own memory: written at once into ours where that is the same."""
    function = entry.function
    if not kwargs and len(out) == 1:
        method = _method(function)
        if method == "dot" and len(args) == 2 and out[0].flags.c_contiguous:
            return [functools.partial(args[0].dot, args[1], out[0])]
        if method == "copy":
            return [copying(args[0], out[0])]
        if function is np.where and len(args) == 3 and args[0].dtype == np.bool_:
            other = _number(entry.args[2])
            if is_masking(args[0], args[1], other, out[0]):
                return masked(args[0], args[1], out[0])
            fill = copying(args[2], out[0])
            if other is not None:
                fill = functools.partial(out[0].fill, other)
            return [
                fill,
                functools.partial(np.copyto, out[0], args[1], where=args[0]),
            ]
        if function is take:
            return [functools.partial(args[0].take, args[1], None, out[0], "clip")]
        if entry.result == [True]:
            return [functools.partial(_copied_one, function, args, out[0])]
    return [functools.partial(_copied, function, args, kwargs, out, entry.result)]


def _number(given: Any) -> Any:
    """The number that an argument is in every call; None where it is more, or may change."""
    if type(given) is Place:
        constant = given.root.kind == "constant" and given.root.start is None
        given = given.array if constant else None
    if isinstance(given, np.ndarray):
        return given[()] if given.ndim == 0 else None
    return given if isinstance(given, (int, float, np.generic)) else None


def _method(function: Any) -> str:
    """The name of the array's method that a function calls; empty where it calls another."""
    if isinstance(function, functools.partial) and function.func is functions.method:
        return str(function.args[0])
    return ""


def _copied_one(function: Callable[..., Any], args: Any, out: Raw) -> None:
    found = function(*args)
    if np.shape(found) != out.shape:
        raise RuntimeError(
            f"a captured call gave shape {np.shape(found)}, recorded was {out.shape}"
        )
    np.copyto(out, found)


def _copied(
    function: Callable[..., Any], args: Any, kwargs: Any, out: tuple[Raw, ...], wanted: list[bool]
) -> None:
    """Call a function that makes its own memory, and keep what it gives."""
    found = function(*args, **kwargs)
    if len(wanted) == 1 and not isinstance(found, (tuple, list)):
        found = (found,)
    fresh = [each for each, keep in zip(found, wanted, strict=True) if keep]
    for target, each in zip(out, fresh, strict=True):
        if np.shape(each) != target.shape:
            raise RuntimeError(
                f"a captured call gave shape {np.shape(each)}, recorded was {target.shape}"
            )
        np.copyto(target, each)


def _promised(array: Raw, truth: bool) -> None:
    if bool(array) is not truth:
        raise StaleError
