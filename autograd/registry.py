"""The tables of what users can call: functions, tensor methods, NumPy's own functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

FUNCTIONS: dict[str, Callable[..., Any]] = {}
"""Every public operator function, by torch's name."""

METHODS: dict[str, Any] = {}
"""Those that are tensor methods too, and properties."""

NUMPY: dict[Any, Callable[..., Any]] = {}
"""What ``np.f(tensor)`` calls, for ufuncs and for functions."""

INPLACE: dict[str, str] = {}
"""In-place methods (``add_``) and the function that each applies."""

KEYWORDS = {"axis": "dim", "keepdims": "keepdim", "a_min": "min", "a_max": "max"}
"""torch's names for NumPy's keywords."""

UFUNCS: dict[Callable[..., Any], Any] = {}
"""The ufunc that does a function's whole work, where there is one; in-place forms use it."""

F = TypeVar("F", bound=Callable[..., Any])


def public(
    *,
    name: str | None = None,
    method: bool = True,
    numpy: tuple[Any, ...] = (),
    inplace: bool = False,
) -> Callable[[F], F]:
    """Register a function under its name: as a function, as a method, for NumPy's protocols."""

    def register(function: F) -> F:
        key = name or function.__name__
        FUNCTIONS[key] = function
        if method:
            METHODS[key] = function
        for each in numpy:
            NUMPY[each] = function
        if inplace:
            INPLACE[f"{key}_"] = key
        return function

    return register


def alias(new: str, function: F, *, method: bool = True, inplace: bool = False) -> F:
    """Register ``function`` under a second name of torch's."""
    FUNCTIONS[new] = function
    if method:
        METHODS[new] = function
    if inplace:
        INPLACE[f"{new}_"] = new
    return function
