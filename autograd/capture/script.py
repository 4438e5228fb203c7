"""Calls and questions as Python's own code, made for the objects that they are about.

A loop over small calls costs about as much as they do, and a function that compares objects one
by one more than they do. Straight code asks the interpreter for nothing else than the next call.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any

Step = Callable[[], Any]

_FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "<captured>")
"""Where a traceback says that the code is: it is the library's."""

_SINGLE = (bool, type(None), type(...))
"""Types of which every object is known by what is written."""


class Script:
    """Code in the making: its objects have names, by which it keeps them alive.

    >>> from autograd.capture.script import Script
    >>> script, found = Script(), []
    >>> add = script.function([f"{script.name(found)}.append(1)"])
    >>> add()
    >>> found
    [1]
    """

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._space: dict[str, Any] = {}

    def name(self, value: Any) -> str:
        """How the code calls an object."""
        if type(value) in _SINGLE:
            return repr(value)
        name = self._names.setdefault(id(value), f"_{len(self._names)}")
        self._space[name] = value
        return name

    def text(self, value: Any) -> str:
        """An object, or what is equal to it and is written."""
        return repr(value) if type(value) in (int, str) else self.name(value)

    def call(self, step: Step) -> str:
        """The code of a call without arguments; of a partial one, what it calls."""
        if type(step) is not functools.partial:
            return f"{self.name(step)}()"
        named = [f"{name}={self.text(value)}" for name, value in step.keywords.items()]
        return f"{self.name(step.func)}({', '.join([*map(self.text, step.args), *named])})"

    def function(self, lines: Sequence[str]) -> Callable[[], Any]:
        """A function without arguments that has these lines, the first in line 2."""
        code = "\n    ".join(["def line():", *lines])
        exec(compile(code, _FILE, "exec"), self._space)
        made: Callable[[], Any] = self._space.pop("line")
        return made

    def question(self, lines: Sequence[str]) -> Callable[[], Any]:
        """A function that asks whether all of these are true, up to the first that is not."""
        return self.function(["return (", " and\n".join(lines) or "True", ")"])


class Line:
    """Steps one after the other, as one function: ``run``.

    >>> from autograd.capture.script import Line
    >>> found = []
    >>> line = Line([functools.partial(found.append, 1), found.clear])
    >>> line.run()
    >>> found
    []
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = list(steps)
        script = Script()
        self.run: Any = script.function([script.call(step) for step in steps] or ["pass"])

    def left(self, error: BaseException) -> Sequence[Step]:
        """The steps that are not done, as ``error`` came out of `run`."""
        code: CodeType = self.run.__code__
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code is code:
                return self.steps[max(trace.tb_lineno - 2, 0) :]
            trace = trace.tb_next
        return self.steps
