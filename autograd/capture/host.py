"""What is being recorded, for the few places that must know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Recorder(Protocol):
    """What a host call needs of a recording."""

    def listens(self) -> bool:
        """Whether the running thread is being recorded."""
        ...

    def host_call(self, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """Run Python that is called again as it is, in every call."""
        ...


RECORDING: Recorder | None = None
"""The recording of a call that runs now, in whichever thread."""
