"""Who hears of what a thread does while it is recorded.

Nothing of this costs an ordinary program anything. `Tensor` keeps its memory in slots; for the
length of a recorded call their descriptors are exchanged for properties that hand out the tape's
arrays (in the recording thread alone), and so are those of an operator's kernel and rules.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from autograd.capture import host
from autograd.capture.recorder import Recording
from autograd.capture.slots import ARRAY, GRAD, KERNEL, RULES, TOGETHER
from autograd.operator import Op
from autograd.random import Generator
from autograd.tensor import Tensor

_NAMES = """
    bernoulli cauchy exponential geometric integers log_normal normal permutation poisson uniform
    upwards whole
    """
DRAWS: dict[str, Callable[..., Any]] = {name: getattr(Generator, name) for name in _NAMES.split()}
"""A generator's methods that draw random numbers."""

_lock = threading.RLock()


@contextmanager
def recording_of(tape: Recording) -> Iterator[None]:
    """Let ``tape`` hear of everything that the running thread does."""
    with _lock:
        _exchange(tape)
        host.RECORDING = tape
        try:
            yield
        finally:
            try:
                tape.close()
            finally:
                host.RECORDING = None
                _restore()


def _exchange(tape: Recording) -> None:
    owner: Any = Tensor
    owner._array = property(tape.get_array, tape.set_array)
    owner._grad = property(tape.get_grad, tape.set_grad)
    owner._memory = tape_method(tape.memory)

    def kernel(op: Op) -> Any:
        return functools.partial(tape.run_kernel, op, KERNEL.__get__(op))

    def rules(op: Op) -> Any:
        known = RULES.__get__(op)
        return tuple(
            None if rule is None else functools.partial(tape.run_rule, op, rule) for rule in known
        )

    def together(op: Op) -> Any:
        rule = TOGETHER.__get__(op)
        return None if rule is None else functools.partial(tape.run_rule, op, rule)

    for name, draw in DRAWS.items():
        setattr(Generator, name, drawing(tape, draw))
    operators: Any = Op
    operators.together = property(together, lambda op, value: TOGETHER.__set__(op, _bare(value)))
    operators.kernel = property(kernel, lambda op, value: KERNEL.__set__(op, _bare(value)))
    operators.rules = property(rules, lambda op, value: RULES.__set__(op, tuple(map(_bare, value))))


def _bare(function: Any) -> Any:
    """A kernel or a rule itself, without the recording around it."""
    while isinstance(function, functools.partial) and isinstance(
        getattr(function.func, "__self__", None), Recording
    ):
        function = function.args[1]
    return function


def drawing(tape: Recording, draw: Callable[..., Any]) -> Any:
    """A method that draws random numbers, and lets the tape hear of it."""

    @functools.wraps(draw)
    def method(generator: Generator, *args: Any, **kwargs: Any) -> Any:
        if tape.listens():
            return tape.draw(draw, (generator, *args), kwargs)
        return draw(generator, *args, **kwargs)

    return method


def tape_method(function: Callable[[Tensor], Any]) -> Any:
    """A function of a tensor as a method of the class."""
    return lambda self: function(self)


def _restore() -> None:
    owner: Any = Tensor
    owner._array = ARRAY
    owner._grad = GRAD
    del owner._memory
    for name, draw in DRAWS.items():
        if draw.__qualname__.startswith("Generator."):
            setattr(Generator, name, draw)
        else:
            delattr(Generator, name)
    operators: Any = Op
    operators.kernel, operators.rules, operators.together = KERNEL, RULES, TOGETHER
