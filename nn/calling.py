"""Modules that call a function with their attributes: said as data, made by `arguments`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeVar, dataclass_transform

from nn.module import Module

C = TypeVar("C", bound="Calling")


class Calling(Module):
    """A module whose forward is one function, called with the module's arguments by name.

    A subclass names the function and, under `arguments`, what its constructor takes.

    >>> from nn.calling import Calling, arguments
    >>> @arguments
    ... class Power(Calling):
    ...     exponent: float = 2.0
    ...     function = staticmethod(autograd.pow)
    ...     shown = ("exponent",)
    >>> Power(exponent=3.0)
    Power(exponent=3.0)
    >>> Power()(tensor([3.0]))
    tensor([9.])
    """

    function: ClassVar[Callable[..., Any]]
    names: ClassVar[tuple[str, ...]] = ()
    """The arguments: attributes by these names, and the function's keywords."""
    shown: ClassVar[tuple[str, ...]] = ()
    """Those that the repr shows."""

    def __post_init__(self) -> None:
        """Called when the arguments are attributes; subclasses check and change them here."""
        super().__init__()

    def options(self) -> dict[str, Any]:
        """The arguments by name, as the function takes them.

        >>> nn.LeakyReLU(0.5).options()
        {'negative_slope': 0.5, 'inplace': False}
        """
        return {name: getattr(self, name) for name in self.names}

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The function of the inputs."""
        return self.function(*args, **kwargs, **self.options())

    def extra_repr(self) -> str:
        """The arguments that are to be seen."""
        return ", ".join(f"{name}={getattr(self, name)}" for name in self.shown)


@dataclass_transform(eq_default=False)
def arguments(cls: type[C]) -> type[C]:
    """Make the annotated names of a class the arguments of its constructor, and attributes.

    It is a dataclass without comparison and repr, whose defaults are no attributes of the
    class: there they would hide parameters and buffers of the same name.

    >>> nn.LeakyReLU(inplace=True).inplace
    True
    """
    made = dataclass(eq=False, repr=False)(cls)
    for name in inspect.signature(made).parameters:
        if name in made.__dict__:
            delattr(made, name)
    made.names = tuple(each.name for each in fields(made))  # type: ignore[arg-type]
    return made
