"""While a call is recorded: which code runs that nobody followed, and what it asks of the world."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

import numpy as np

from autograd import engine
from autograd.capture import lines
from autograd.capture.tape import Tape

_ENGINE = engine.run.__code__
_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_RANDOM = {os.path.join(_HERE, name) for name in ("random.py", "mersenne.py")}
_OUTSIDE = frozenset(
    """
    print input open exec eval compile __import__ next setattr delattr globals locals vars dir id
    hash breakpoint
    """.split()  # noqa: SIM905 - a list of words
)
_MODULES = frozenset({"builtins", "math", "cmath", "_operator", "_functools", "_collections"})
_OF_DATA = (list, dict, set, frozenset, tuple, str, bytes, int, float, complex)
_OF_ARRAYS = (np.ndarray, np.generic, np.dtype, np.ufunc)
_MAKING = frozenset({object, type, *_OF_DATA})


@contextmanager
def watching(tape: Tape, codes: set[CodeType]) -> Iterator[None]:
    """Refuse to record what depends on, or changes, what a recording does not know of."""

    def look(frame: FrameType, event: str, given: Any) -> None:
        if not tape.live or tape.drawing:
            return
        if event == "call":
            code = frame.f_code
            if code is _ENGINE and tape.historic:
                tape.kill("backward is called, and an argument has a history")
            elif code.co_filename in _RANDOM:
                tape.kill(
                    f"{code.co_name} is called, which reads or sets a stream of random numbers"
                )
            elif code not in codes and not lines.is_ours(code) and not _generated(frame):
                tape.kill(f"{code.co_name} is called, whose code is found only as it runs")
        elif event == "c_call" and not lines.is_ours(frame.f_code):
            what = _impure(given)
            if what:
                tape.kill(f"{what} is called")

    collects = gc.isenabled()
    gc.disable()  # what the collector calls would be taken for a part of the call
    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(None)
        if collects:
            gc.enable()


def _impure(function: Any) -> str:
    """The name of a builtin that may do or ask something outside the program; else empty."""
    name: str = getattr(function, "__name__", str(function))
    owner = getattr(function, "__self__", None)
    if name in _OUTSIDE:
        return name
    if isinstance(owner, (*_OF_DATA, *_OF_ARRAYS)) or hasattr(type(owner), "requires_grad_"):
        return ""
    module = getattr(function, "__module__", None)
    if module in _MODULES or str(module).startswith("numpy._core"):
        return ""
    if module is None:
        known = owner is None or (isinstance(owner, type) and owner in _MAKING)
        return "" if known else f"{getattr(owner, '__name__', type(owner).__name__)}.{name}"
    return f"{module}.{name}" if module else name


def _generated(frame: FrameType) -> bool:
    """Whether the code was made for a named tuple or a dataclass of this library."""
    module = str(frame.f_globals.get("__name__"))
    return module.startswith(("namedtuple_", "autograd.", "nn."))
