"""Functions that run before and after a module's forward and backward, and what they may change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd.hooks import Hooks, RemovableHandle, add_hook
from nn.backward_hooks import BackwardHooks

if TYPE_CHECKING:
    from nn.module import Module

Hook = Callable[..., Any]


class ModuleHooks(Hooks):
    """Hooks in the order in which they run.

    ``keyword`` are those that want the keywords, ``always`` those that run after an error, too.
    """

    def __init__(self) -> None:
        super().__init__()
        self.keyword: set[int] = set()
        self.always: set[int] = set()

    def add(
        self,
        hook: Hook,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Put ``hook`` behind the others, or before them; its handle removes it."""
        handle = add_hook(self, hook)
        if with_kwargs:
            self.keyword.add(handle.id)
        if always_call:
            self.always.add(handle.id)
        if prepend:
            for number in [each for each in self if each != handle.id]:
                self[number] = self.pop(number)
        return handle


class Everywhere(NamedTuple):
    """The hooks of all modules, which run before a module's own."""

    forward_pre: ModuleHooks
    forward: ModuleHooks
    backward_pre: ModuleHooks
    backward: ModuleHooks


EVERYWHERE = Everywhere(ModuleHooks(), ModuleHooks(), ModuleHooks(), ModuleHooks())


def before(module: Module, args: Any, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Run the pre-hooks; returns the arguments that they leave for forward."""
    both = EVERYWHERE.forward_pre, module._forward_pre_hooks
    for number, hook, hooks in [(n, each, kind) for kind in both for n, each in kind.items()]:
        if number in hooks.keyword:
            result = hook(module, args, kwargs)
            if result is None:
                continue
            if not (isinstance(result, tuple) and len(result) == 2):
                raise RuntimeError(
                    "a forward pre-hook with kwargs returns None or (new_args, new_kwargs), "
                    f"but this one returned {result!r}"
                )
            args, kwargs = result
        else:
            result = hook(module, args)
            if result is not None:
                args = result if isinstance(result, tuple) else (result,)
    return args, kwargs


def after(
    module: Module, args: Any, kwargs: dict[str, Any], output: Any, failed: bool = False
) -> Any:
    """Run the forward hooks; returns the output, or what a hook put in its place."""
    both = EVERYWHERE.forward, module._forward_hooks
    for number, hook, hooks in [(n, each, kind) for kind in both for n, each in kind.items()]:
        if failed and number not in hooks.always:
            continue
        if number in hooks.keyword:
            result = hook(module, args, kwargs, output)
        else:
            result = hook(module, args, output)
        if result is not None:
            output = result
    return output


def call(module: Module, args: Any, kwargs: dict[str, Any]) -> Any:
    """What ``forward`` returns, with all hooks around it."""
    args, kwargs = before(module, args, kwargs)
    backward = None
    hooks = [*EVERYWHERE.backward.values(), *module._backward_hooks.values()]
    pre_hooks = [*EVERYWHERE.backward_pre.values(), *module._backward_pre_hooks.values()]
    if hooks or pre_hooks:
        backward = BackwardHooks(module, hooks, pre_hooks)
        args = backward.enter(args)
    try:
        output = module.forward(*args, **kwargs)
    except BaseException:
        if module._forward_hooks.always or EVERYWHERE.forward.always:
            after(module, args, kwargs, None, failed=True)
        raise
    output = after(module, args, kwargs, output)
    return output if backward is None else backward.leave(output)
