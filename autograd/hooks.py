"""Functions that the user hangs on a tensor or module, and the handle that removes them."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import Any

_ids = itertools.count()


class Hooks(dict[int, Callable[..., Any]]):
    """Hooks by number, in the order in which they were added."""


class RemovableHandle:
    """What registering a hook returns; ``remove()`` takes the hook away.

    >>> x = tensor(1.0, requires_grad=True)
    >>> handle = x.register_hook(lambda grad: grad * 2)
    >>> handle.remove()
    """

    def __init__(self, hooks: dict[int, Callable[..., Any]], number: int) -> None:
        self._hooks = weakref.ref(hooks)
        self.id = number

    def remove(self) -> None:
        """Take the hook away; a second call does nothing."""
        hooks = self._hooks()
        if hooks is not None:
            hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()


def add_hook(hooks: dict[int, Callable[..., Any]], hook: Callable[..., Any]) -> RemovableHandle:
    """Put ``hook`` behind the others and return its handle; ``hooks`` is a `Hooks`."""
    if not callable(hook):
        raise TypeError(f"a hook is a function, got {type(hook).__name__}")
    number = next(_ids)
    hooks[number] = hook
    return RemovableHandle(hooks, number)
