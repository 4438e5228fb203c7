"""Hooks that run around the forward and backward of every module, before the module's own.

Source: `torch.nn.modules.module`.

>>> from nn.modules.module import register_module_forward_hook
>>> def show(module, args, output):
...     print(type(module).__name__, output.shape)
>>> with register_module_forward_hook(show):
...     _ = nn.Sequential(nn.Linear(3, 2), nn.Tanh())(zeros(5, 3))
Linear (5, 2)
Tanh (5, 2)
Sequential (5, 2)
"""

from __future__ import annotations

from autograd.hooks import RemovableHandle
from nn.hooks import EVERYWHERE, Hook, ModuleHooks
from nn.module import Module

__all__ = [
    "register_module_forward_hook",
    "register_module_forward_pre_hook",
    "register_module_full_backward_hook",
    "register_module_full_backward_pre_hook",
]


def _register(
    hooks: ModuleHooks, hook: Hook, with_kwargs: bool = False, always_call: bool = False
) -> RemovableHandle:
    Module._hooked = True
    return hooks.add(hook, with_kwargs=with_kwargs, always_call=always_call)


def register_module_forward_hook(
    hook: Hook, *, with_kwargs: bool = False, always_call: bool = False
) -> RemovableHandle:
    """Call ``hook`` after every forward, as `Module.register_forward_hook` does for one module.

    >>> from nn.modules.module import register_module_forward_hook
    >>> with register_module_forward_hook(lambda module, args, output: output + 1):
    ...     nn.Identity()(zeros(2))
    tensor([1., 1.])
    """
    return _register(EVERYWHERE.forward, hook, with_kwargs, always_call)


def register_module_forward_pre_hook(hook: Hook) -> RemovableHandle:
    """Call ``hook`` before every forward, as `Module.register_forward_pre_hook` does.

    >>> from nn.modules.module import register_module_forward_pre_hook
    >>> with register_module_forward_pre_hook(lambda module, args: args[0] + 1):
    ...     nn.Identity()(zeros(2))
    tensor([1., 1.])
    """
    return _register(EVERYWHERE.forward_pre, hook)


def register_module_full_backward_hook(hook: Hook) -> RemovableHandle:
    """Call ``hook`` in every backward, as `Module.register_full_backward_hook` does.

    >>> from nn.modules.module import register_module_full_backward_hook
    >>> with register_module_full_backward_hook(lambda module, gi, go: print(gi, go)):
    ...     nn.Tanh()(tensor(0.0, requires_grad=True)).backward()
    (tensor(1.),) (tensor(1.),)
    """
    return _register(EVERYWHERE.backward, hook)


def register_module_full_backward_pre_hook(hook: Hook) -> RemovableHandle:
    """Call ``hook`` before every backward, as `Module.register_full_backward_pre_hook` does.

    >>> from nn.modules.module import register_module_full_backward_pre_hook
    >>> x = tensor(0.0, requires_grad=True)
    >>> with register_module_full_backward_pre_hook(lambda module, go: (go[0] * 3,)):
    ...     nn.Tanh()(x).backward()
    >>> x.grad
    tensor(3.)
    """
    return _register(EVERYWHERE.backward_pre, hook)
