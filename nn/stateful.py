"""The side of `Module` that gives its state by name, takes it back, and calls hooks around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from autograd import no_grad
from autograd.hooks import RemovableHandle, add_hook
from nn import state
from nn.dtypes import Convertible

F = TypeVar("F", bound=Callable[..., Any])


def by_default(method: F) -> F:
    """Mark a method that does what a module without one of its own does."""
    method.by_default = True  # type: ignore[attr-defined]  # a mark on the function
    return method


class Stateful(Convertible):
    """Members whose parameters and persistent buffers can be saved and loaded.

    >>> layer = nn.Linear(2, 1)
    >>> layer.load_state_dict(nn.Linear(2, 1).state_dict())
    <All keys matched successfully>
    """

    _version: int = 1
    """Written beside the state; a class counts it up when the meaning of its state changes."""
    _state_hooks: state.StateHooks | None = None

    @by_default
    def state_dict(
        self, *args: Any, destination: Any = None, prefix: str = "", keep_vars: bool = False
    ) -> Any:
        """All parameters and persistent buffers by name, on the memory of the module.

        ``keep_vars`` gives the parameters themselves, not detached tensors; ``destination``, a
        dict, is added to, and ``prefix`` stands before all names. A module with a
        `get_extra_state` has what it returns under ``_extra_state``.

        >>> list(nn.Linear(2, 1).state_dict())
        ['weight', 'bias']
        """
        given = dict(zip(("destination", "prefix", "keep_vars"), args, strict=False))
        return state.save(
            self,
            given.get("destination", destination),
            given.get("prefix", prefix),
            given.get("keep_vars", keep_vars),
        )

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> state.IncompatibleKeys:
        """Copy the tensors of ``state_dict`` into those of the same names.

        With ``assign`` the module takes the tensors themselves, with their dtypes; an optimiser
        must then be made after it. Raises RuntimeError for shapes that differ and, where
        ``strict``, for names that only one side has; the module then is as it was.

        >>> layer = nn.Linear(2, 1)
        >>> layer.load_state_dict({"weight": ones(1, 2), "bias": zeros(1)})
        <All keys matched successfully>
        """
        return state.load(self, state_dict, strict, assign)

    # -- what subclasses may have of their own -----------------------------------------

    @by_default
    def get_extra_state(self) -> Any:
        """What belongs to the state beside tensors; a subclass that has such has this method.

        And `set_extra_state`, which gets it back. Raises RuntimeError without one.

        >>> class Counting(nn.Identity):
        ...     calls = 3
        ...     def get_extra_state(self):
        ...         return self.calls
        ...     def set_extra_state(self, state):
        ...         self.calls = state
        >>> dict(Counting().state_dict())
        {'_extra_state': 3}
        """
        raise _no_extra_state(self)

    @by_default
    def set_extra_state(self, state: Any) -> None:
        """Take back what `get_extra_state` returned."""
        raise _no_extra_state(self)

    @by_default
    def _save_to_state_dict(self, destination: Any, prefix: str, keep_vars: bool) -> None:
        """Put the module's own entries into ``destination``, not those of modules inside it."""
        state.save_own(self, destination, prefix, keep_vars)

    @by_default
    def _load_from_state_dict(
        self,
        state_dict: dict[str, Any],
        prefix: str,
        local_metadata: dict[str, Any],
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        """Load the module's own entries, and put what does not fit into the three lists."""
        copies = state.planned(
            self,
            state_dict,
            prefix,
            local_metadata,
            strict,
            missing_keys,
            unexpected_keys,
            error_msgs,
        )
        with no_grad():
            for each in copies:
                each.carry_out(local_metadata.get("assign_to_params_buffers", False))

    # -- hooks -------------------------------------------------------------------------

    def _hooks_of_state(self) -> state.StateHooks:
        if self._state_hooks is None:
            self._state_hooks = state.StateHooks()
        return self._state_hooks

    def register_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(module, prefix, keep_vars)`` before this module's state is taken.

        >>> layer = nn.Identity()
        >>> handle = layer.register_state_dict_pre_hook(lambda module, *_: print("now"))
        >>> len(layer.state_dict())
        now
        0
        """
        return add_hook(self._hooks_of_state().before_save, hook)

    def register_state_dict_post_hook(self, hook: Callable[..., None]) -> RemovableHandle:
        """Call ``hook(module, state_dict, prefix, local_metadata)`` when the state is in the dict.

        It changes the dict in place, and returns None.

        >>> layer = nn.Identity()
        >>> handle = layer.register_state_dict_post_hook(lambda m, state, *_: state.update(a=1))
        >>> layer.state_dict()["a"]
        1
        """
        hooks = self._hooks_of_state()
        handle = add_hook(hooks.after_save, hook)
        hooks.silent.add(handle.id)
        return handle

    def _register_state_dict_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """As `register_state_dict_post_hook`; what the hook returns takes the dict's place."""
        return add_hook(self._hooks_of_state().after_save, hook)

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook`` before this module takes its part of a state, which it may change.

        It gets ``(module, state_dict, prefix, local_metadata, strict, missing_keys,
        unexpected_keys, error_msgs)``.

        >>> layer = nn.Linear(2, 1, bias=False)
        >>> def renamed(module, state, prefix, *_):
        ...     state[prefix + "weight"] = state.pop(prefix + "w")
        >>> handle = layer.register_load_state_dict_pre_hook(renamed)
        >>> layer.load_state_dict({"w": ones(1, 2)})
        <All keys matched successfully>
        """
        return add_hook(self._hooks_of_state().before_load, hook)

    def _register_load_state_dict_pre_hook(
        self, hook: Callable[..., Any], with_module: bool = False
    ) -> RemovableHandle:
        """As `register_load_state_dict_pre_hook`, without the module unless ``with_module``."""
        chosen = hook if with_module else _WithoutModule(hook)
        return self.register_load_state_dict_pre_hook(chosen)

    def register_load_state_dict_post_hook(self, hook: Callable[..., None]) -> RemovableHandle:
        """Call ``hook(module, incompatible_keys)`` when all is loaded.

        It may change the lists ``missing_keys`` and ``unexpected_keys`` in place, which are
        then raised for or returned.

        >>> layer = nn.Linear(2, 1)
        >>> handle = layer.register_load_state_dict_post_hook(
        ...     lambda module, keys: keys.missing_keys.clear())
        >>> layer.load_state_dict({"weight": ones(1, 2)})
        <All keys matched successfully>
        """
        return add_hook(self._hooks_of_state().after_load, hook)


class _WithoutModule:
    """A hook that is not told whose it is; a class, so that it can be pickled."""

    def __init__(self, hook: Callable[..., Any]) -> None:
        self.hook = hook

    def __call__(self, module: Any, *args: Any) -> Any:
        return self.hook(*args)


def _no_extra_state(module: Stateful) -> RuntimeError:
    return RuntimeError(
        f"{type(module).__name__} has no extra state: give it get_extra_state and set_extra_state, "
        "both"
    )
