"""Activation modules: a table of functions, each a class with torch's name and arguments."""

from __future__ import annotations

from collections.abc import Callable

from autograd import Tensor
from nn import functional
from nn.module import Module


class Activation(Module):
    """A function as a module; a subclass names it, and the attributes to call it with.

    >>> from nn.activation import Activation
    >>> class Sine(Activation):
    ...     function = staticmethod(autograd.sin)
    >>> Sine()(zeros(1))
    tensor([0.])
    """

    function: Callable[..., Tensor]
    arguments: tuple[str, ...] = ()

    def forward(self, input: Tensor) -> Tensor:
        """The function of every element; output of the shape of the input."""
        return self.function(input, *(getattr(self, name) for name in self.arguments))


class ReLU(Activation):
    """y = max(x, 0) (`torch.nn.ReLU`); ``inplace`` writes it over x.

    >>> nn.ReLU()(tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """

    function = staticmethod(functional.relu)
    arguments = ("inplace",)

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def extra_repr(self) -> str:
        """``inplace=True`` where it is."""
        return "inplace=True" if self.inplace else ""


class Sigmoid(Activation):
    """y = 1/(1 + exp(-x)) (`torch.nn.Sigmoid`).

    >>> nn.Sigmoid()(tensor([0.0]))
    tensor([0.5000])
    """

    function = staticmethod(functional.sigmoid)


class Tanh(Activation):
    """y = tanh(x) (`torch.nn.Tanh`).

    >>> nn.Tanh()(tensor([0.0]))
    tensor([0.])
    """

    function = staticmethod(functional.tanh)
