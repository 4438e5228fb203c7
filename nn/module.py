"""The `Module`: a function with parameters, made of other modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import ref

from autograd.hooks import RemovableHandle
from autograd.scopes import enter, scope
from nn import hooks
from nn.parameter import clear_gradients
from nn.stateful import Stateful

M = TypeVar("M", bound="Module")


class Module(Stateful):
    """The base of all layers and models (`torch.nn.Module`).

    A subclass calls ``super().__init__()``, assigns parameters and modules to attributes,
    which registers them, and says in ``forward`` what it computes.

    >>> class Doubled(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.linear = nn.Linear(3, 2)
    ...
    ...     def forward(self, x):
    ...         return 2 * self.linear(x)
    >>> model = Doubled()
    >>> model
    Doubled(
      (linear): Linear(in_features=3, out_features=2, bias=True)
    )
    >>> [name for name, _ in model.named_parameters()]
    ['linear.weight', 'linear.bias']
    >>> model(zeros(5, 3)).shape
    (5, 2)
    """

    training: bool
    _forward_hooks: hooks.ModuleHooks
    _forward_pre_hooks: hooks.ModuleHooks
    _backward_hooks: hooks.ModuleHooks
    _backward_pre_hooks: hooks.ModuleHooks
    _hooked: bool = False
    """Whether there ever was a hook, of this module or of all (then the class says so): one
    question for a call instead of eight."""

    def __init__(self) -> None:
        super().__init__()
        self.training = True
        self._forward_hooks = hooks.ModuleHooks()
        self._forward_pre_hooks = hooks.ModuleHooks()
        self._backward_hooks = hooks.ModuleHooks()
        self._backward_pre_hooks = hooks.ModuleHooks()

    # -- calling -----------------------------------------------------------------------

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes; every subclass that is called has its own."""
        self._forward_hooks  # noqa: B018 - says so where super().__init__() was not called
        raise NotImplementedError(
            f'Module [{type(self).__name__}] is missing the required "forward" function: '
            "write def forward(self, x): ..."
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What ``forward`` returns, with the hooks around it, recorded in a scope of its own."""
        outside = scope()
        enter((ref(self), type(self), outside))
        try:
            if self._hooked:
                return hooks.call(self, args, kwargs)
            if kwargs:
                return self.forward(*args, **kwargs)
            return self.forward(*args)  # an empty dictionary of keywords costs its making
        finally:
            enter(outside)

    def register_forward_hook(
        self,
        hook: hooks.Hook,
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Call ``hook(module, args, output)`` after every forward; it may return another output.

        With ``with_kwargs`` it is ``hook(module, args, kwargs, output)``; with ``always_call`` it
        is called where forward raises an error, too, ``output`` then being None.

        >>> layer = nn.Identity()
        >>> handle = layer.register_forward_hook(lambda module, args, output: output + 1)
        >>> layer(zeros(2))
        tensor([1., 1.])
        """
        self._hooked = True
        return self._forward_hooks.add(hook, prepend, with_kwargs, always_call)

    def register_forward_pre_hook(
        self, hook: hooks.Hook, *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, args)`` before every forward; it may return other arguments.

        With ``with_kwargs`` it is ``hook(module, args, kwargs)``, which returns both or None.

        >>> layer = nn.Identity()
        >>> handle = layer.register_forward_pre_hook(lambda module, args: args[0] + 1)
        >>> layer(zeros(2))
        tensor([1., 1.])
        """
        self._hooked = True
        return self._forward_pre_hooks.add(hook, prepend, with_kwargs)

    def register_full_backward_hook(
        self, hook: hooks.Hook, prepend: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, grad_input, grad_output)`` in backward, when both are known.

        They are tuples with the gradient for each positional argument and each result, None for
        what is not a tensor. It may return another ``grad_input``. Keyword arguments are not
        seen; the results must be a tensor or a tuple.

        >>> layer = nn.Tanh()
        >>> handle = layer.register_full_backward_hook(lambda module, gi, go: print(gi, go))
        >>> layer(tensor(0.0, requires_grad=True)).backward()
        (tensor(1.),) (tensor(1.),)
        """
        self._hooked = True
        return self._backward_hooks.add(hook, prepend)

    def register_full_backward_pre_hook(
        self, hook: hooks.Hook, prepend: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, grad_output)`` in backward, before the module's own.

        It may return another ``grad_output``.

        >>> layer, x = nn.Tanh(), tensor(0.0, requires_grad=True)
        >>> handle = layer.register_full_backward_pre_hook(lambda module, go: (go[0] * 3,))
        >>> layer(x).backward()
        >>> x.grad
        tensor(3.)
        """
        self._hooked = True
        return self._backward_pre_hooks.add(hook, prepend)

    # -- changing all of them ----------------------------------------------------------

    def apply(self: M, fn: Callable[[Module], Any]) -> M:
        """Call ``fn`` with every module inside it and then with itself; returns itself.

        >>> def still(module):
        ...     if isinstance(module, nn.Linear):
        ...         nn.init.zeros_(module.bias)
        >>> nn.Sequential(nn.Linear(3, 2)).apply(still)[0].bias.tolist()
        [0.0, 0.0]
        """
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def train(self: M, mode: bool = True) -> M:
        """Set ``training``, which some layers read, here and inside; returns itself.

        >>> nn.Identity().train(False).training
        False
        """
        if not isinstance(mode, bool):
            raise ValueError(f"training mode is expected to be boolean, got {mode!r}")
        self.training = mode
        for child in self.children():
            child.train(mode)
        return self

    def eval(self: M) -> M:
        """Leave training: ``train(False)``.

        >>> nn.Identity().eval().training
        False
        """
        return self.train(False)

    def requires_grad_(self: M, requires_grad: bool = True) -> M:
        """Let all parameters require grad, or none, as frozen layers do; returns itself.

        >>> nn.Linear(2, 1).requires_grad_(False).weight.requires_grad
        False
        """
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or set them to zero.

        >>> layer = nn.Linear(2, 1)
        >>> layer(ones(2)).backward()
        >>> layer.zero_grad()
        >>> layer.weight.grad is None
        True
        """
        clear_gradients(self.parameters(), set_to_none)

    # -- text --------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """What stands in the parentheses of the repr; subclasses give their arguments.

        >>> nn.Flatten().extra_repr()
        'start_dim=1, end_dim=-1'
        """
        return ""

    def _get_name(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        """As torch prints it: one line for each module inside, indented by its depth."""
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        inside = [f"({name}): {child!r}" for name, child in self._modules.items()]
        return framed(self._get_name(), lines, inside)


def framed(name: str, extra: list[str], inside: list[str]) -> str:
    """``name(...)`` around lines about the module and the texts of those inside it.

    >>> from nn.module import framed
    >>> print(framed("Net", [], ["(0): Identity()"]))
    Net(
      (0): Identity()
    )
    """
    if not inside and len(extra) <= 1:
        return f"{name}({''.join(extra)})"
    lines = extra + [text.replace("\n", "\n  ") for text in inside]
    return "\n  ".join([f"{name}(", *lines]) + "\n)"
