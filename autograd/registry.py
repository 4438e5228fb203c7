"""The tables of what users can call: functions, tensor methods, NumPy's own functions."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

FUNCTIONS: dict[str, Callable[..., Any]] = {}
"""Every public operator function, by torch's name."""

METHODS: dict[str, Any] = {}
"""Those that are tensor methods too, and properties."""

NUMPY: dict[Any, Callable[..., Any]] = {}
"""What ``np.f(tensor)`` calls, for ufuncs and for functions."""

INPLACE: dict[str, str] = {}
"""In-place methods (``add_``) and the function that each applies."""

KEYWORDS = {
    "axis": "dim",
    "keepdims": "keepdim",
    "a_min": "min",
    "a_max": "max",
    "k": "diagonal",
    "axis1": "dim1",
    "axis2": "dim2",
}
"""torch's names for NumPy's keywords."""

UFUNCS: dict[Callable[..., Any], Any] = {}
"""The ufunc that does a function's whole work, where there is one; in-place forms use it."""

F = TypeVar("F", bound=Callable[..., Any])


_SECOND_NAMES = {"axis": "dim", "keepdims": "keepdim"}
"""Keywords that torch takes beside those in its documentation."""

_MATRIX = ("A", "x")
"""What the documentation of `torch.linalg` calls the argument that torch knows as ``input``."""


def second_names(function: F, keywords: Mapping[str, str] | None = None) -> F:
    """``function``, taking ``axis`` for ``dim`` as torch does, and ``keywords`` for others.

    An integer for ``keepdim`` is refused, as it is one of several dimensions, by mistake.
    """
    known = list(inspect.signature(function).parameters)
    names = {**_SECOND_NAMES, **(keywords or {})}
    if known and known[0] in _MATRIX:
        names["input"] = known[0]
    names = {new: old for new, old in names.items() if old in known and new not in known}
    if not names:
        return function
    place = known.index("keepdim") if "keepdim" in known else len(known)

    @functools.wraps(function)
    def call(*args: Any, **options: Any) -> Any:
        if len(args) == 1 and not options:
            return function(*args)
        if options:
            for new, old in names.items():
                if new in options and old not in options:
                    options[old] = options.pop(new)
        if len(args) > place and type(args[place]) is int:
            raise TypeError(
                f"{function.__name__}(): argument 'keepdim' must be bool, not int; several "
                "dimensions are a tuple: dim=(0, 1)"
            )
        return function(*args, **options)

    return call  # type: ignore[return-value]  # the same call signature, and more names


def described(function: F, name: str, doc: str) -> F:
    """A function that was made, with its name and docstring."""
    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return function


def public(
    *,
    name: str | None = None,
    method: bool = True,
    numpy: tuple[Any, ...] = (),
    inplace: bool = False,
    keywords: Mapping[str, str] | None = None,
) -> Callable[[F], F]:
    """Register a function under its name: as a function, as a method, for NumPy's protocols.

    ``keywords``: other names that torch takes, and the parameters that they are.
    """

    def register(function: F) -> F:
        key = name or function.__name__
        function = second_names(function, keywords)
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
