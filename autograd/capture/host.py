"""What is being recorded, for the few places that must know."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Protocol, TypeVar


class Recorder(Protocol):
    """What a host call needs of a recording."""

    def listens(self) -> bool:
        """Whether the running thread is being recorded."""
        ...

    def whole(self, function: Callable[..., Any], args: Any, name: str) -> Any:
        """Note a kernel that does not speak NumPy's protocols as one call."""
        ...

    def host_call(self, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """Run Python that is called again as it is, in every call."""
        ...


RECORDING: Recorder | None = None
"""The recording of a call that runs now, in whichever thread."""

F = TypeVar("F", bound=Callable[..., Any])


def hosted(method: F) -> F:
    """A method that a recording calls again as it is, in every call: one of Python's own state.

    What the recording relies on beside, the object says by ``_captured_parts``: lists of dicts
    with "params".
    """

    @functools.wraps(method)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if RECORDING is not None and RECORDING.listens():
            return RECORDING.host_call(wrapper, args, kwargs)
        return method(*args, **kwargs)

    return wrapper  # type: ignore[return-value]  # it takes what the method takes
