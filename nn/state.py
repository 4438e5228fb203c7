"""Parameters and buffers by name, out of a module and back into it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd import Tensor, no_grad
from autograd.hooks import Hooks
from nn.parameter import Parameter
from nn.uninitialized import Uninitialized

if TYPE_CHECKING:
    from nn.stateful import Stateful

EXTRA = "_extra_state"
"""The name under which a module puts what is neither parameter nor buffer."""


class IncompatibleKeys(NamedTuple):
    """What `load_state_dict` returns: names that one side has and the other has not."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return (
            f"{type(self).__name__}(missing_keys={self.missing_keys!r}, "
            f"unexpected_keys={self.unexpected_keys!r})"
        )


class StateHooks:
    """What a module calls around saving and loading, in the order of adding.

    ``silent`` are the numbers of hooks that must return None.
    """

    def __init__(self) -> None:
        self.before_save, self.after_save = Hooks(), Hooks()
        self.before_load, self.after_load = Hooks(), Hooks()
        self.silent: set[int] = set()


class Copy(NamedTuple):
    """One tensor, or one extra state, to be loaded into a module under this name of its own."""

    module: Stateful
    name: str
    target: Tensor | None
    source: Any

    def carry_out(self, assign: bool) -> None:
        """Load it."""
        target, source = self.target, self.source
        if target is None:
            self.module.set_extra_state(source)
        elif not assign:
            if isinstance(target, Uninitialized):
                target.materialize(source.shape)
            target.copy_(source)
        else:
            if isinstance(target, Parameter):
                if isinstance(source, Parameter):
                    source.requires_grad_(target.requires_grad)
                else:
                    source = Parameter(source, target.requires_grad)
            setattr(self.module, self.name, source)


def entries(module: Stateful) -> Iterator[tuple[str, Tensor]]:
    """The module's own parameters and persistent buffers, not those of modules inside it.

    >>> from nn.state import entries
    >>> [name for name, _ in entries(nn.Linear(2, 1))]
    ['weight', 'bias']
    """
    for name, parameter in module._parameters.items():
        if parameter is not None:
            yield name, parameter
    for name, buffer in module._buffers.items():
        if buffer is not None and name not in module._non_persistent_buffers_set:
            yield name, buffer


def overrides(module: Stateful, name: str) -> bool:
    """Whether the module's class has a method of its own by this name of `Stateful`.

    >>> from nn.state import overrides
    >>> overrides(nn.Linear(2, 1), "get_extra_state")
    False
    """
    return not getattr(getattr(type(module), name), "by_default", False)


# -- saving ----------------------------------------------------------------------------


def save(module: Stateful, destination: Any, prefix: str, keep_vars: bool) -> Any:
    """Put the state of ``module`` into ``destination``, a new OrderedDict for None."""
    if destination is None:
        destination = OrderedDict()
        destination._metadata = OrderedDict()
    waiting: list[tuple[Any, str, bool]] = [(module, prefix, False)]
    while waiting:
        each, start, done = waiting.pop()
        if done:
            destination = _after_saving(each, destination, start)
            continue
        if each is not module and overrides(each, "state_dict"):
            each.state_dict(destination=destination, prefix=start, keep_vars=keep_vars)
            continue
        if hasattr(destination, "_metadata"):
            destination._metadata[start[:-1]] = {"version": each._version}
        if each._state_hooks is not None:
            for hook in list(each._state_hooks.before_save.values()):
                hook(each, start, keep_vars)
            waiting.append((each, start, True))
        each._save_to_state_dict(destination, start, keep_vars)
        waiting += [
            (child, f"{start}{name}.", False)
            for name, child in reversed(each._modules.items())
            if child is not None
        ]
    return destination


def _after_saving(module: Stateful, destination: Any, prefix: str) -> Any:
    """Run the hooks behind saving; returns the state, or what a hook put in its place."""
    hooks = module._state_hooks
    assert hooks is not None
    for number, hook in list(hooks.after_save.items()):
        result = hook(module, destination, prefix, {"version": module._version})
        if result is None:
            continue
        if number in hooks.silent:
            raise RuntimeError(
                "state_dict post-hook must return None: change the given state in place"
            )
        destination = result
    return destination


def save_own(module: Stateful, destination: Any, prefix: str, keep_vars: bool) -> None:
    """Put the module's own entries, and its extra state, into ``destination``."""
    for name, value in entries(module):
        destination[prefix + name] = value if keep_vars else value.detach()
    if overrides(module, "get_extra_state"):
        destination[prefix + EXTRA] = module.get_extra_state()


# -- loading ---------------------------------------------------------------------------


class Loading:
    """What is found while a state is compared with a module, and what is then to be done."""

    def __init__(self, assign: bool, versions: Mapping[str, Any]) -> None:
        self.assign = assign
        self.versions = versions
        self.missing: list[str] = []
        self.unexpected: list[str] = []
        self.problems: list[str] = []
        self.copies: list[Copy] = []
        self.after: list[tuple[Any, Any]] = []

    def visit(self, module: Stateful, state: dict[str, Any]) -> None:
        """Compare the state with ``module`` and those inside it."""
        waiting: list[tuple[Any, dict[str, Any], str | None]] = [(module, state, "")]
        while waiting:
            each, part, prefix = waiting.pop()
            if prefix is None:
                self.after += [(each, hook) for hook in each._state_hooks.after_load.values()]
                continue
            metadata = dict(self.versions.get(prefix[:-1], {}))
            if self.assign:
                metadata["assign_to_params_buffers"] = True
            given = (part, prefix, metadata, True, self.missing, self.unexpected, self.problems)
            if overrides(each, "_load_from_state_dict"):
                each._load_from_state_dict(*given)
            else:
                self.copies += planned(each, *given)
            if each._state_hooks is not None:
                waiting.append((each, {}, None))
            inside: dict[str, dict[str, Any]] = {}
            for key, value in part.items():
                name, dot, _ = key.removeprefix(prefix).partition(".")
                if dot:
                    inside.setdefault(name, {})[key] = value
            waiting += [
                (child, inside.get(name, {}), f"{prefix}{name}.")
                for name, child in reversed(each._modules.items())
                if child is not None
            ]

    def check(self, module: Stateful, strict: bool) -> None:
        """Raise RuntimeError for what does not fit."""
        problems = list(self.problems)
        if strict and self.missing:
            problems.insert(0, f"Missing key(s) in state_dict: {_listed(self.missing)}.")
        if strict and self.unexpected:
            problems.insert(0, f"Unexpected key(s) in state_dict: {_listed(self.unexpected)}.")
        if problems:
            lines = "\n\t".join(problems)
            raise RuntimeError(
                f"Error(s) in loading state_dict for {type(module).__name__}:\n\t{lines}"
                + ("\nstrict=False loads the names that match." if strict else "")
            )


def load(
    module: Stateful, state: Mapping[str, Any], strict: bool, assign: bool = False
) -> IncompatibleKeys:
    """Copy ``state`` into the parameters and buffers of the same names, or put it in their place.

    All is checked before anything is copied, so that an error leaves the module as it was;
    not so where a module has a `_load_from_state_dict` of its own, or a hook behind loading
    that changes what is missing.
    """
    if not isinstance(state, Mapping):
        raise TypeError(
            f"load_state_dict takes a dict of tensors by name, got {type(state).__name__}: "
            "write model.load_state_dict(other.state_dict())"
        )
    loading = Loading(assign, getattr(state, "_metadata", {}))
    loading.visit(module, dict(state))
    loading.check(module, strict and not loading.after)
    with no_grad():
        for each in loading.copies:
            each.carry_out(assign)
    keys = IncompatibleKeys(loading.missing, loading.unexpected)
    for owner, hook in loading.after:
        if hook(owner, keys) is not None:
            raise AssertionError(
                "a hook behind load_state_dict must return None: change the two lists in place"
            )
    loading.check(module, strict)
    return keys


def planned(
    module: Stateful,
    state: dict[str, Any],
    prefix: str,
    metadata: dict[str, Any],
    strict: bool,
    missing: list[str],
    unexpected: list[str],
    problems: list[str],
) -> list[Copy]:
    """What to copy into the module itself; what does not fit goes into the lists."""
    if module._state_hooks is not None:
        for hook in list(module._state_hooks.before_load.values()):
            hook(module, state, prefix, metadata, strict, missing, unexpected, problems)
    copies, known = [], set()
    for name, target in entries(module):
        known.add(name)
        key = prefix + name
        if key not in state:
            if strict and name not in module._optional_state:
                missing.append(key)
            continue
        source, lazy = state[key], isinstance(target, Uninitialized)
        if not isinstance(source, Tensor):
            problems.append(
                f"{key} must be a Tensor, but it is {type(source).__name__}: "
                "write tensor(value) or from_numpy(array)."
            )
        elif lazy and isinstance(source, Uninitialized):
            continue
        elif not lazy and source.shape != target.shape:
            problems.append(
                f"size mismatch for {key}: copying a param with shape {source.shape} from "
                f"checkpoint, the shape in current model is {target.shape}."
            )
        else:
            copies.append(Copy(module, name, target, source))
    if overrides(module, "set_extra_state"):
        known.add(EXTRA)
        if prefix + EXTRA in state:
            copies.append(Copy(module, EXTRA, None, state[prefix + EXTRA]))
        elif strict:
            missing.append(prefix + EXTRA)
    for key in state if strict else ():
        if key.startswith(prefix):
            name, inside, _ = key.removeprefix(prefix).partition(".")
            if name not in (module._modules if inside else known):
                unexpected.append(key)
    return copies


def _listed(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
