"""Whether operations are recorded, per thread: ``no_grad``, ``enable_grad`` and their kin.

The mode is a `contextvars.ContextVar`: every thread starts in the default mode, and a
read costs less than that of a ``threading.local``.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Generator
from contextvars import ContextVar
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, eq=False)
class Mode:
    """What one thread does with the operations that it runs."""

    grad: bool = True
    inference: bool = False
    anomaly: bool = False
    check_nan: bool = True


GRAD = Mode()
"""The mode that every thread starts in; compared by identity on the path of an operation."""

_NO_GRAD = Mode(grad=False)
_ONLY_GRAD = frozenset({"grad"})
_current: ContextVar[Mode] = ContextVar("autograd_mode", default=GRAD)
mode = _current.get
"""The mode of the running thread."""


def switched(**changes: bool) -> Mode:
    """The running thread's mode with ``changes``; the two common modes are shared objects."""
    before = mode()
    if changes.keys() == _ONLY_GRAD and (before is GRAD or before is _NO_GRAD):
        return GRAD if changes["grad"] else _NO_GRAD  # replace() is ten times slower
    changed = replace(before, **changes)
    if not (changed.inference or changed.anomaly):
        return GRAD if changed.grad else _NO_GRAD
    return changed


class ModeSwitch:
    """A context manager and decorator that changes the mode of the running thread.

    The mode before is restored on the way out, also when an exception passes. As a
    decorator it works on functions and on generator functions, whose body runs in the
    mode while the code between its steps does not.
    """

    def __init__(self) -> None:
        self._before: list[Mode] = []

    def _changes(self) -> dict[str, bool]:
        raise TypeError(f"{type(self).__name__} does not say which mode it switches to")

    def _copy(self) -> ModeSwitch:
        return type(self)()

    def __enter__(self) -> None:
        """Switch, and remember the mode before."""
        self._before.append(mode())
        _current.set(switched(**self._changes()))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Restore the mode before."""
        _current.set(self._before.pop())

    def __call__(self, function: F) -> F:
        """Run ``function`` in this mode, each time it is called."""
        if inspect.isgeneratorfunction(function):
            return _switched_generator(function, self._copy)  # type: ignore[return-value]  # same call signature, kept by wraps

        @functools.wraps(function)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            with self._copy():
                return function(*args, **kwargs)

        return wrapped  # type: ignore[return-value]  # same call signature, kept by wraps


def _switched_generator(
    function: Callable[..., Generator[Any, Any, Any]], switch: Callable[[], ModeSwitch]
) -> Callable[..., Generator[Any, Any, Any]]:
    """Enter the mode for each step of the generator and leave it at each yield."""

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        steps = function(*args, **kwargs)
        advance: Callable[[], Any] = functools.partial(next, steps)
        while True:
            try:
                with switch():
                    value = advance()
            except StopIteration as stop:
                return stop.value
            try:
                sent = yield value
            except GeneratorExit:
                with switch():
                    steps.close()
                raise
            except BaseException as error:
                advance = functools.partial(steps.throw, error)
            else:
                advance = functools.partial(steps.send, sent)

    return wrapped


class _BareDecorator(ModeSwitch):
    """A switch that also works as a decorator without its parentheses: ``@no_grad``."""

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        switch = super().__new__(cls)
        if function is None:
            return switch
        switch.__init__()  # type: ignore[misc]  # __call__ below needs the instance ready
        return switch(function)

    def __init__(self, function: Callable[..., Any] | None = None) -> None:
        super().__init__()


class no_grad(_BareDecorator):  # noqa: N801 - torch's name
    """Record nothing: results do not require grad (`torch.no_grad`).

    >>> x = tensor(3.0, requires_grad=True)
    >>> with no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """

    def _changes(self) -> dict[str, bool]:
        return {"grad": False}


class enable_grad(_BareDecorator):  # noqa: N801 - torch's name
    """Record again, inside `no_grad` (`torch.enable_grad`).

    >>> x = tensor(3.0, requires_grad=True)
    >>> with no_grad(), enable_grad():
    ...     y = x * x
    >>> y.requires_grad
    True
    """

    def _changes(self) -> dict[str, bool]:
        return {"grad": True}


class inference_mode(ModeSwitch):  # noqa: N801 - torch's name
    """As `no_grad` (`torch.inference_mode`); its results stay ordinary tensors.

    torch forbids the later use of such results in recorded operations; here they are
    plain tensors without a graph, which is never wrong.

    >>> with inference_mode():
    ...     is_inference_mode_enabled()
    True
    """

    def __new__(cls, mode: bool | Callable[..., Any] = True) -> Any:
        """The switch, or the decorated function for ``@inference_mode`` without parentheses."""
        switch = super().__new__(cls)
        if isinstance(mode, bool):
            return switch
        switch.__init__()  # type: ignore[misc]  # __call__ below needs the instance ready
        return switch(mode)

    def __init__(self, mode: bool = True) -> None:
        super().__init__()
        self.mode = mode

    def _changes(self) -> dict[str, bool]:
        return {"grad": not self.mode, "inference": self.mode}

    def _copy(self) -> ModeSwitch:
        copy: ModeSwitch = type(self)(self.mode)
        return copy


class ImmediateSwitch(ModeSwitch):
    """A switch that acts when it is made, and for a block, after which the mode before is back."""

    def __init__(self, mode: bool) -> None:
        super().__init__()
        name = type(self).__name__
        if not isinstance(mode, bool):
            raise TypeError(
                f"{name}() takes True or False, got {type(mode).__name__}: "
                f"write {name}(True) or @{name}(False)"
            )
        self.mode = mode
        self._outside = _current.get()
        self._act()

    def _copy(self) -> ModeSwitch:
        return type(self)(self.mode)

    def _act(self) -> None:
        _current.set(switched(**self._changes()))

    def __enter__(self) -> None:
        """Switch; on the way out the mode before the construction comes back."""
        self._before.append(self._outside)
        self._act()

    def __call__(self, function: F) -> F:
        """Run ``function`` in this mode; the decorated module's own mode is left alone."""
        _current.set(self._outside)
        return super().__call__(function)


class set_grad_enabled(ImmediateSwitch):  # noqa: N801 - torch's name
    """Switch recording on or off, at once or for a block (`torch.set_grad_enabled`).

    >>> with set_grad_enabled(False):
    ...     is_grad_enabled()
    False
    >>> is_grad_enabled()
    True
    """

    def _changes(self) -> dict[str, bool]:
        return {"grad": self.mode}


def recorded(now: Mode, grad: bool) -> Mode:
    """The mode ``now``, in which operations are recorded or not."""
    if now is GRAD or now is _NO_GRAD:
        return GRAD if grad else _NO_GRAD
    return switched(grad=grad)


enter = _current.set
"""Go into a mode, or back to the one before: for the engine, which does so for each backward."""


class recording:  # noqa: N801 - reads as no_grad does
    """Record or not for a block, at less cost than the switches for users."""

    __slots__ = ("_grad", "_token")

    def __init__(self, grad: bool) -> None:
        self._grad = grad

    def __enter__(self) -> None:
        self._token = _current.set(recorded(mode(), self._grad))

    def __exit__(self, *error: object) -> None:
        _current.reset(self._token)


def is_grad_enabled() -> bool:
    """Whether the running thread records operations (`torch.is_grad_enabled`).

    >>> is_grad_enabled()
    True
    """
    return mode().grad


def is_inference_mode_enabled() -> bool:
    """Whether the running thread is in `inference_mode`.

    >>> is_inference_mode_enabled()
    False
    """
    return mode().inference
