"""The hooks of optimisers: around a step, around saving, around loading."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from autograd.capture import host
from autograd.hooks import RemovableHandle
from nn.hooks import ModuleHooks
from nn.optim.prepared import Prepared

S = TypeVar("S", bound=Callable[..., Any])

KINDS = (
    "_step_pre_hooks",
    "_step_post_hooks",
    "_state_dict_pre_hooks",
    "_state_dict_post_hooks",
    "_load_state_dict_pre_hooks",
    "_load_state_dict_post_hooks",
)
"""The attributes of an optimiser that hold its hooks."""


def hooked(step: S) -> S:
    """``step`` with the optimiser's hooks before and after it.

    As in torch, the arguments that a hook sees begin with the optimiser itself.
    """

    @functools.wraps(step)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        recording = host.RECORDING
        if recording is not None and recording.listens():
            if len(args) == 1 and not kwargs:  # no closure
                return recording.host_call(Prepared(wrapper, args[0]), (), {})
            return recording.host_call(wrapper, args, kwargs)
        optimizer = args[0]
        for hook in list(optimizer._step_pre_hooks.values()) if optimizer._step_pre_hooks else ():
            result = hook(optimizer, args, kwargs)
            if result is not None:
                if not (isinstance(result, tuple) and len(result) == 2):
                    raise RuntimeError(
                        "a step pre-hook returns None or (new_args, new_kwargs), but this one "
                        f"returned {result!r}"
                    )
                args, kwargs = result
        out = step(*args, **kwargs)
        for hook in list(optimizer._step_post_hooks.values()) if optimizer._step_post_hooks else ():
            hook(optimizer, args, kwargs)
        return out

    return wrapper  # type: ignore[return-value]  # the same arguments, the same result


class Hooked:
    """What can be hung on an optimiser; every method returns the handle that removes it."""

    _step_pre_hooks: ModuleHooks
    _step_post_hooks: ModuleHooks
    _state_dict_pre_hooks: ModuleHooks
    _state_dict_post_hooks: ModuleHooks
    _load_state_dict_pre_hooks: ModuleHooks
    _load_state_dict_post_hooks: ModuleHooks

    def _begin_hooks(self) -> None:
        """No hooks yet; those that are there stay."""
        for kind in KINDS:
            vars(self).setdefault(kind, ModuleHooks())

    def register_step_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(optimizer, args, kwargs)`` before every step; it may return new ones.

        ``args`` begin with the optimiser itself.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))])
        >>> handle = optimizer.register_step_pre_hook(lambda *_: print("about to step"))
        >>> optimizer.step()
        about to step
        """
        return self._step_pre_hooks.add(hook)

    def register_step_post_hook(self, hook: Callable[..., None]) -> RemovableHandle:
        """Call ``hook(optimizer, args, kwargs)`` after every step.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))])
        >>> handle = optimizer.register_step_post_hook(lambda *_: print("stepped"))
        >>> optimizer.step()
        stepped
        """
        return self._step_post_hooks.add(hook)

    def register_state_dict_pre_hook(
        self, hook: Callable[[Any], None], prepend: bool = False
    ) -> RemovableHandle:
        """Call ``hook(optimizer)`` before a state is saved; first of all with ``prepend``.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))])
        >>> handle = optimizer.register_state_dict_pre_hook(lambda optimizer: print("saving"))
        >>> state = optimizer.state_dict()
        saving
        """
        return self._state_dict_pre_hooks.add(hook, prepend)

    def register_state_dict_post_hook(
        self, hook: Callable[[Any, dict[str, Any]], Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call ``hook(optimizer, state_dict)`` with what is saved; it may return another one.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))])
        >>> handle = optimizer.register_state_dict_post_hook(
        ...     lambda optimizer, state: {**state, "version": 2})
        >>> optimizer.state_dict()["version"]
        2
        """
        return self._state_dict_post_hooks.add(hook, prepend)

    def register_load_state_dict_pre_hook(
        self, hook: Callable[[Any, dict[str, Any]], Any], prepend: bool = False
    ) -> RemovableHandle:
        """Call ``hook(optimizer, state_dict)`` before loading; it may return another state.

        The place to bring the parameters of a state into this optimiser's order, by the
        "param_names" of its groups; loading itself goes by place alone.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))])
        >>> handle = optimizer.register_load_state_dict_pre_hook(lambda *_: print("loading"))
        >>> optimizer.load_state_dict(optimizer.state_dict())
        loading
        """
        return self._load_state_dict_pre_hooks.add(hook, prepend)

    def register_load_state_dict_post_hook(
        self, hook: Callable[[Any], None], prepend: bool = False
    ) -> RemovableHandle:
        """Call ``hook(optimizer)`` after a state has been loaded.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))])
        >>> handle = optimizer.register_load_state_dict_post_hook(lambda *_: print("loaded"))
        >>> optimizer.load_state_dict(optimizer.state_dict())
        loaded
        """
        return self._load_state_dict_post_hooks.add(hook, prepend)
