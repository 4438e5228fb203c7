"""NumPy's own functions on tensors: ``np.sin(t)`` records itself (NEP 13 and NEP 18).

The tables are filled where the operators are declared. What is not in them raises, so
that nothing is ever silently detached.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.creation_like import ones_like, zeros_like
from autograd.registry import KEYWORDS, METHODS, NUMPY
from autograd.tensor import Tensor

_REDUCED: dict[Any, Any] = {
    np.add: np.sum,
    np.multiply: np.prod,
    np.maximum: np.amax,
    np.minimum: np.amin,
}
"""The function that a ufunc's ``reduce`` is."""


def array_ufunc(self: Tensor, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
    """Run ``ufunc`` as the operator of this library that has its meaning."""
    if options.pop("out", None) is not None:
        raise TypeError(
            f"np.{ufunc.__name__} cannot write into or from a Tensor through out=: the operation "
            "would not be recorded; use the result"
        )
    key: Any = ufunc if method == "__call__" else _REDUCED.get(ufunc)
    function = NUMPY.get(key)
    if function is None or method not in ("__call__", "reduce"):
        raise TypeError(
            f"np.{ufunc.__name__}{'' if method == '__call__' else '.' + method} is not supported "
            "on Tensors; use the autograd function, or x.detach().numpy() for plain NumPy (in the "
            "rule of an operator: define the operator that it needs first)"
        )
    if method == "reduce" and "axis" not in options and len(inputs) == 1:
        options["axis"] = 0
    return _call(function, inputs, options)


def array_function(
    self: Tensor, function: Callable[..., Any], types: Any, args: Any, kwargs: Any
) -> Any:
    """Run a NumPy function as the operator of this library that has its meaning."""
    ours = NUMPY.get(function)
    if ours is None:
        raise TypeError(
            f"{function.__module__}.{function.__name__} is not supported on Tensors; use the "
            "autograd function, or x.detach().numpy() for plain NumPy"
        )
    if function in _REDUCTIONS and kwargs.get("axis", args[1] if len(args) > 1 else None) == ():
        # To torch no axes are all of them, to NumPy none: the same as over one of length 1.
        args, kwargs = (args[0].unsqueeze(0),), {**kwargs, "axis": 0, "keepdims": False}
    return _call(ours, args, kwargs)


_REDUCTIONS = {np.sum, np.prod, np.mean, np.amax, np.amin, np.max, np.min}


def _call(function: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    if not kwargs:
        return function(*args)
    options = {}
    for name, value in kwargs.items():
        known = _renamed(function, name)
        if value is None and known not in _parameters(function):
            continue
        if name == "casting" and value == "same_kind":
            continue
        options[known] = value
    return function(*args, **options)


@functools.cache
def _renamed(function: Callable[..., Any], name: str) -> str:
    """torch's keyword for NumPy's, where the function goes by torch's."""
    return name if name in _parameters(function) else KEYWORDS.get(name, name)


@functools.cache
def _parameters(function: Callable[..., Any]) -> frozenset[str]:
    return frozenset(inspect.signature(function).parameters)


NUMPY[np.zeros_like] = zeros_like
NUMPY[np.ones_like] = ones_like
METHODS["__array_ufunc__"] = array_ufunc
METHODS["__array_function__"] = array_function
