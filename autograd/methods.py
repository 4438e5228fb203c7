"""Joining to the Tensor class what can be done with a tensor, from the registry's tables."""

from __future__ import annotations

import functools

from autograd import conversion, protocols  # noqa: F401 - they register themselves
from autograd.backward import backward  # noqa: F401 - so does its method
from autograd.inplace import in_place
from autograd.registry import FUNCTIONS, INPLACE, METHODS, UFUNCS
from autograd.tensor import Tensor

_OPERATORS = {"add": "add", "sub": "sub", "mul": "mul", "truediv": "div", "pow": "pow"}
_OPERATORS |= {"mod": "remainder", "floordiv": "floor_divide"}
_OPERATORS |= {"and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor"}
_OPERATORS |= {"lshift": "bitwise_left_shift", "rshift": "bitwise_right_shift"}


def join() -> None:
    """Make every registered method, and every in-place form, a method of `Tensor`."""
    for name, target in INPLACE.items():
        function = FUNCTIONS[target]
        method = functools.wraps(function)(in_place(function, UFUNCS.get(function)))
        method.__name__ = method.__qualname__ = name
        method.__doc__ = f"`{target}`, written over this tensor (`torch.Tensor.{name}`)."
        METHODS.setdefault(name, method)
    for python, target in _OPERATORS.items():
        METHODS[f"__i{python}__"] = METHODS[f"{target}_"]
    for name, function in METHODS.items():
        setattr(Tensor, name, function)
