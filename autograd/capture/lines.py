"""Which line of the user's program is at work."""

from __future__ import annotations

import dis
import functools
import inspect
import linecache
import os
import sys
from types import CodeType, FrameType
from typing import Any

import numpy as np

_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_OURS = tuple(
    os.path.join(each, "")
    for each in (
        _HERE,
        os.path.join(os.path.dirname(_HERE), "nn"),
        os.path.dirname(os.path.abspath(np.__file__)),
    )
)
_TRUSTED = """
    abc collections contextlib copy copyreg dataclasses enum functools importlib inspect numbers
    operator re types typing warnings weakref
    """
_STANDARD = {sys.modules[name].__file__ for name in _TRUSTED.split() if name in sys.modules}
"""Parts of Python's library that look at nothing but what they are given."""


@functools.cache
def is_ours(code: CodeType) -> bool:
    """Whether code belongs to this library or to NumPy, rather than to the user."""
    name = code.co_filename
    if name in _STANDARD or name.startswith("<frozen"):
        return True
    return os.path.abspath(name).startswith(_OURS)


def user_frame() -> FrameType | None:
    """The innermost frame of the user's program."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and is_ours(frame.f_code):
        frame = frame.f_back
    return frame


def user_line() -> str:
    """Where the user's program is, as ``file:line: text``."""
    frame = user_frame()
    if frame is None:
        return "in the library"
    name, number = frame.f_code.co_filename, frame.f_lineno
    text = linecache.getline(name, number, frame.f_globals).strip()
    return f"{name}:{number}: {text}" if text else f"{name}:{number}"


def definition(function: Any) -> str:
    """Where a function, or a module's ``forward``, is written, as ``file:line: text``."""
    function = inspect.unwrap(function)
    while isinstance(function, functools.partial):
        function = inspect.unwrap(function.func)
    code = getattr(getattr(function, "forward", function), "__code__", None)
    if code is None:
        return user_line()
    name, number = code.co_filename, code.co_firstlineno
    return f"{name}:{number}: {linecache.getline(name, number).strip()}"


_GLOBAL = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "STORE_GLOBAL", "DELETE_GLOBAL"})


def globals_of(code: CodeType) -> tuple[set[str], set[str]]:
    """The names that code looks up in its module, and the modules that it imports itself."""
    steps = list(dis.get_instructions(code))
    names = {str(each.argval) for each in steps if each.opname in _GLOBAL}
    return names, {str(each.argval) for each in steps if each.opname == "IMPORT_NAME"}


_READOUT = os.path.join(_HERE, "readout.py")
_CAPTURE = os.path.join(_HERE, "capture", "")


def asked_by_user() -> bool:
    """Whether it is the user's own code that reads a value, through the tensor's methods."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if not (name == _READOUT or name.startswith(_CAPTURE)):
            return not is_ours(frame.f_code)
        frame = frame.f_back
    return True


_LIBRARIES = ("autograd", "nn", "numpy", "builtins", *sys.stdlib_module_names)


def is_library(module: str) -> bool:
    """Whether a module, by its name, is not the user's own."""
    return module.partition(".")[0] in _LIBRARIES and module != "__main__"


def depth() -> int:
    """How many frames of this library lie between the caller and the user's program."""
    count = 0
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and is_ours(frame.f_code):
        frame = frame.f_back
        count += 1
    return max(count - 1, 0)
