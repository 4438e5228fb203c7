"""Activation modules that are bounded, shrink, or are made of such: sigmoid, tanh and relatives."""

from __future__ import annotations

import warnings
from dataclasses import InitVar

from nn import functional
from nn.activation import Activation
from nn.calling import arguments

__all__ = [
    "Hardshrink",
    "Hardsigmoid",
    "Hardtanh",
    "LogSigmoid",
    "ReLU6",
    "Sigmoid",
    "Softshrink",
    "Softsign",
    "Tanh",
    "Tanhshrink",
]


class Sigmoid(Activation):
    """y = 1/(1 + exp(-x)) (`torch.nn.Sigmoid`).

    >>> nn.Sigmoid()(tensor([0.0]))
    tensor([0.5000])
    """

    function = staticmethod(functional.sigmoid)


class LogSigmoid(Activation):
    """y = log(1/(1 + exp(-x))), exact for every x (`torch.nn.LogSigmoid`).

    >>> nn.LogSigmoid()(tensor([0.0, -10.0]))
    tensor([ -0.6931, -10.0000])
    """

    function = staticmethod(functional.logsigmoid)


@arguments
class Hardsigmoid(Activation):
    """y = x/6 + 1/2 limited to [0, 1] (`torch.nn.Hardsigmoid`).

    >>> nn.Hardsigmoid()(tensor([-4.0, 0.0, 3.0]))
    tensor([0.0000, 0.5000, 1.0000])
    """

    inplace: bool = False

    function = staticmethod(functional.hardsigmoid)

    def extra_repr(self) -> str:
        """Nothing, as in torch."""
        return ""


class Tanh(Activation):
    """y = tanh(x) (`torch.nn.Tanh`).

    >>> nn.Tanh()(tensor([0.0]))
    tensor([0.])
    """

    function = staticmethod(functional.tanh)


class Tanhshrink(Activation):
    """y = x - tanh(x) (`torch.nn.Tanhshrink`).

    >>> nn.Tanhshrink()(tensor([0.0, 1.0]))
    tensor([0.0000, 0.2384])
    """

    function = staticmethod(functional.tanhshrink)


class Softsign(Activation):
    """y = x / (1 + |x|) (`torch.nn.Softsign`).

    >>> nn.Softsign()(tensor([-1.0, 3.0]))
    tensor([-0.5000,  0.7500])
    """

    function = staticmethod(functional.softsign)


@arguments
class Softshrink(Activation):
    """y = x moved towards 0 by lambd, and 0 where |x| <= lambd (`torch.nn.Softshrink`).

    >>> nn.Softshrink()(tensor([-1.0, 0.2, 1.0]))
    tensor([-0.5000,  0.0000,  0.5000])
    """

    lambd: float = 0.5

    function = staticmethod(functional.softshrink)

    def extra_repr(self) -> str:
        """How far."""
        return f"{self.lambd}"


@arguments
class Hardshrink(Activation):
    """y = x, and 0 where |x| <= lambd (`torch.nn.Hardshrink`).

    >>> nn.Hardshrink()(tensor([-1.0, 0.2, 1.0]))
    tensor([-1.,  0.,  1.])
    """

    lambd: float = 0.5

    function = staticmethod(functional.hardshrink)

    def extra_repr(self) -> str:
        """How far."""
        return f"{self.lambd}"


@arguments
class Hardtanh(Activation):
    """x limited to [min_val, max_val] (`torch.nn.Hardtanh`).

    ``min_value`` and ``max_value`` are older names. Raises AssertionError where ``max_val`` is
    not above ``min_val``.

    >>> nn.Hardtanh()(tensor([-2.0, 0.5, 2.0]))
    tensor([-1.0000,  0.5000,  1.0000])
    """

    min_val: float = -1.0
    max_val: float = 1.0
    inplace: bool = False
    min_value: InitVar[float | None] = None
    max_value: InitVar[float | None] = None

    function = staticmethod(functional.hardtanh)

    def __post_init__(self, min_value: float | None, max_value: float | None) -> None:
        super().__post_init__()
        for old, value in (("min_value", min_value), ("max_value", max_value)):
            if value is not None:
                new = old.removesuffix("ue")
                warnings.warn(f"{old} is deprecated: write {new}", FutureWarning, stacklevel=3)
                setattr(self, new, value)
        if not self.max_val > self.min_val:
            raise AssertionError(
                f"max_val ({self.max_val}) must be greater than min_val ({self.min_val})"
            )


class ReLU6(Hardtanh):
    """y = min(max(x, 0), 6) (`torch.nn.ReLU6`).

    >>> nn.ReLU6()(tensor([-1.0, 2.0, 7.0]))
    tensor([0., 2., 6.])
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(0.0, 6.0, inplace)

    def extra_repr(self) -> str:
        """``inplace=True`` where it is."""
        return "inplace=True" if self.inplace else ""
