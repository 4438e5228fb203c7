"""Tables of NumPy's functions and methods by what they look at and what they change."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.graph import Raw

_PURE = """
    amax amin argmax argmin argsort around astype atleast_1d atleast_2d broadcast_to clip
    concatenate copy cumprod cumsum diagonal diff dot einsum empty_like expand_dims flip full_like
    inner kron max mean min moveaxis nan_to_num nanmax nanmean nanmin nansum ones_like outer pad
    prod ravel repeat reshape roll rollaxis rot90 round sort squeeze stack std sum swapaxes take
    take_along_axis tensordot tile trace transpose tril triu var vdot vecdot vstack where
    zeros_like
"""
PURE = {getattr(np, name) for name in _PURE.split()}
"""Functions whose result depends on their arguments alone, and its shape on their shapes."""
PURE |= {np.lib.stride_tricks.sliding_window_view, np.linalg.norm}

WRITING = {np.copyto, np.put_along_axis, np.put, np.place, np.putmask, np.fill_diagonal}
"""Functions that write into their first argument."""

STATIC: set[Callable[..., Any]] = {
    np.shape,
    np.ndim,
    np.size,
    np.result_type,
    np.can_cast,
    np.iscomplexobj,
    np.isrealobj,
    np.shares_memory,
    np.may_share_memory,
}
"""Functions of shapes, dtypes and memory alone."""

_METHODS = """
    all any argmax argmin argsort astype clip conj conjugate copy cumprod cumsum diagonal dot
    flatten max mean min prod ravel repeat reshape round searchsorted squeeze std sum swapaxes
    take trace transpose var view
"""
METHODS = frozenset(_METHODS.split())
"""Methods of arrays that are as `PURE`."""


def multiplies(function: Any) -> bool:
    """Whether it may be a product that BLAS computes."""
    return function in (np.matmul, np.dot) or getattr(function, "args", None) == ("dot",)


def method(name: str, array: Raw, *args: Any, **kwargs: Any) -> Any:
    """The method of that name."""
    return getattr(array, name)(*args, **kwargs)


def power(a: Any, b: Any) -> Any:
    """``a ** b`` with Python's operator, whose short cuts round otherwise than `numpy.power`."""
    return operator.pow(a, b)


def scalar_power(a: Any, b: Any) -> Any:
    """`power` of NumPy's scalars, which takes no short cuts."""
    return operator.pow(*(each[()] if isinstance(each, np.ndarray) else each for each in (a, b)))


scalar_power.__name__ = "power"  # as plans name it


def by_mask(index: Any) -> bool:
    """Whether an index picks as many places as its values say."""
    parts = index if isinstance(index, tuple) else (index,)
    return any(getattr(part, "dtype", None) == np.bool_ for part in parts)


def plain(tree: Any) -> Any:
    """Arguments with the arrays themselves where recorded ones stand."""
    from autograd.capture.traced import Traced

    if isinstance(tree, Traced):
        return tree.plain[()] if tree.scalar and not tree.tape.live else tree.plain
    return mapped(plain, tree)


def mapped(change: Callable[[Any], Any], tree: Any) -> Any:
    """``change`` of every item of a tuple, a list or a dict; anything else as it is."""
    kind = type(tree)
    if kind is tuple or kind is list:
        return kind([change(each) for each in tree])
    if kind is dict:
        return {key: change(each) for key, each in tree.items()}
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return kind(*map(change, tree))
    if kind is slice:
        return slice(change(tree.start), change(tree.stop), change(tree.step))
    return tree


def leaves(tree: Any) -> list[Any]:
    """The items of nested tuples, lists and dicts."""
    found: list[Any] = []

    def look(each: Any) -> Any:
        if isinstance(each, (tuple, list, dict, slice)):
            mapped(look, each)
        else:
            found.append(each)
        return each

    look(tree)
    return found
