"""Activation modules that keep what is positive: rectifiers and their smooth relatives."""

from __future__ import annotations

from dataclasses import InitVar
from typing import Any

from autograd import Tensor
from nn import functional, init
from nn.calling import Calling, arguments
from nn.parameter import fresh

__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "SELU",
    "Hardswish",
    "LeakyReLU",
    "Mish",
    "PReLU",
    "RReLU",
    "ReLU",
    "SiLU",
    "Softplus",
    "Threshold",
]


class Activation(Calling):
    """A function of every element; the repr shows all arguments, ``inplace`` where it is True.

    >>> nn.ELU(0.5, inplace=True)
    ELU(alpha=0.5, inplace=True)
    """

    def forward(self, input: Tensor) -> Tensor:
        """The function of every element; output of the shape of the input."""
        output: Tensor = (
            self.function(input, **self.options()) if self.names else self.function(input)
        )
        return output

    def extra_repr(self) -> str:
        """The arguments; ``inplace=True`` where it is."""
        shown = self.options()
        if not shown.get("inplace", True):
            del shown["inplace"]
        return ", ".join(f"{name}={value}" for name, value in shown.items())


@arguments
class ReLU(Activation):
    """y = max(x, 0) (`torch.nn.ReLU`); ``inplace`` writes it over x.

    >>> nn.ReLU()(tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """

    inplace: bool = False

    function = staticmethod(functional.relu)


@arguments
class LeakyReLU(Activation):
    """y = x above 0, negative_slope * x below (`torch.nn.LeakyReLU`).

    >>> nn.LeakyReLU(0.5)(tensor([-1.0, 2.0]))
    tensor([-0.5000,  2.0000])
    """

    negative_slope: float = 1e-2
    inplace: bool = False

    function = staticmethod(functional.leaky_relu)


@arguments
class PReLU(Activation):
    """y = x above 0, a x below, with a learnt (`torch.nn.PReLU`).

    ``weight`` holds a: one number, or one for each of ``num_parameters`` channels, which are
    the second dimension of the input. It begins as ``init``.

    >>> nn.PReLU()(tensor([-1.0, 2.0]))
    tensor([-0.2500,  2.0000], grad_fn=<PreluKernelBackward0>)
    """

    num_parameters: int = 1
    init: float = 0.25
    device: InitVar[Any] = None
    dtype: InitVar[Any] = None

    function = staticmethod(functional.prelu)

    def __post_init__(self, device: Any, dtype: Any) -> None:
        super().__post_init__()
        self.weight = fresh(self.num_parameters, device=device, dtype=dtype)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the slopes to ``init``.

        >>> nn.PReLU(2).weight.tolist()
        [0.25, 0.25]
        """
        init.constant_(self.weight, self.init)

    def forward(self, input: Tensor) -> Tensor:
        """x above 0, the channel's slope times x below."""
        return functional.prelu(input, self.weight)

    def extra_repr(self) -> str:
        """How many slopes there are."""
        return f"num_parameters={self.num_parameters}"


@arguments
class RReLU(Activation):
    """y = x above 0, a x below, with a drawn anew from [lower, upper) (`torch.nn.RReLU`).

    Outside training a is the middle of the two.

    >>> nn.RReLU(0.1, 0.3).eval()(tensor([-1.0, 2.0]))
    tensor([-0.2000,  2.0000])
    """

    lower: float = 1 / 8
    upper: float = 1 / 3
    inplace: bool = False

    def forward(self, input: Tensor) -> Tensor:
        """x above 0, a slope of its own times x below."""
        return functional.rrelu(input, self.lower, self.upper, self.training, self.inplace)


@arguments
class ELU(Activation):
    """y = x above 0, alpha (exp(x) - 1) below (`torch.nn.ELU`).

    >>> nn.ELU()(tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.0000])
    """

    alpha: float = 1.0
    inplace: bool = False

    function = staticmethod(functional.elu)


@arguments
class SELU(Activation):
    """y = scale x above 0, scale alpha (exp(x) - 1) below (`torch.nn.SELU`).

    scale = 1.0507... and alpha = 1.6732... keep mean 0 and variance 1 from layer to layer.

    >>> nn.SELU()(tensor([0.0, 1.0]))
    tensor([0.0000, 1.0507])
    """

    inplace: bool = False

    function = staticmethod(functional.selu)


@arguments
class CELU(Activation):
    """y = x above 0, alpha (exp(x / alpha) - 1) below (`torch.nn.CELU`).

    >>> nn.CELU(2.0)(tensor([-1.0, 1.0]))
    tensor([-0.7869,  1.0000])
    """

    alpha: float = 1.0
    inplace: bool = False

    function = staticmethod(functional.celu)


@arguments
class GELU(Activation):
    """y = x times the share of a standard normal distribution below x (`torch.nn.GELU`).

    ``approximate="tanh"`` is an older, cheaper form.

    >>> nn.GELU()(tensor([-1.0, 0.0, 1.0]))
    tensor([-0.1587,  0.0000,  0.8413])
    """

    approximate: str = "none"

    function = staticmethod(functional.gelu)

    def extra_repr(self) -> str:
        """The form."""
        return f"approximate={self.approximate!r}"


@arguments
class SiLU(Activation):
    """y = x sigmoid(x), also called swish (`torch.nn.SiLU`).

    >>> nn.SiLU()(tensor([0.0, 1.0]))
    tensor([0.0000, 0.7311])
    """

    inplace: bool = False

    function = staticmethod(functional.silu)


@arguments
class Hardswish(Activation):
    """y = x min(max(x/6 + 1/2, 0), 1), nearly `SiLU` (`torch.nn.Hardswish`).

    >>> nn.Hardswish()(tensor([-4.0, 0.0, 3.0]))
    tensor([-0., 0., 3.])
    """

    inplace: bool = False

    function = staticmethod(functional.hardswish)

    def extra_repr(self) -> str:
        """Nothing, as in torch."""
        return ""


@arguments
class Mish(Activation):
    """y = x tanh(log(1 + exp(x))) (`torch.nn.Mish`).

    >>> nn.Mish()(tensor([0.0, 1.0]))
    tensor([0.0000, 0.8651])
    """

    inplace: bool = False

    function = staticmethod(functional.mish)


@arguments
class Softplus(Activation):
    """y = log(1 + exp(beta x)) / beta, x where beta x is above ``threshold``.

    Source: `torch.nn.Softplus`.

    >>> nn.Softplus()(tensor([0.0, 100.0]))
    tensor([  0.6931, 100.0000])
    """

    beta: float = 1.0
    threshold: float = 20.0

    function = staticmethod(functional.softplus)


@arguments
class Threshold(Activation):
    """y = x above ``threshold``, ``value`` elsewhere (`torch.nn.Threshold`).

    >>> nn.Threshold(0.5, 9.0)(tensor([-1.0, 0.2, 1.0]))
    tensor([9., 9., 1.])
    """

    threshold: float
    value: float
    inplace: bool = False

    function = staticmethod(functional.threshold)
