"""Losses of numbers, as modules; those of classes and of margins are in files of their own."""

from __future__ import annotations

from dataclasses import KW_ONLY, InitVar
from typing import Any, ClassVar

from autograd import Tensor
from nn import functional
from nn.calling import Calling, arguments
from nn.functional.reducing import named

__all__ = [
    "GaussianNLLLoss",
    "HuberLoss",
    "L1Loss",
    "MSELoss",
    "PoissonNLLLoss",
    "SmoothL1Loss",
]


class Loss(Calling):
    """A loss of an input and a target.

    ``reduction`` is "mean", "sum" or "none"; ``size_average`` and ``reduce`` are older ways to
    say that, with a warning.

    >>> nn.MSELoss(reduction="sum").reduction
    'sum'
    """

    reduction: str
    tensors: ClassVar[tuple[str, ...]] = ()
    """Arguments that are buffers."""

    def __post_init__(self, size_average: bool | None = None, reduce: bool | None = None) -> None:
        given = {name: self.__dict__.pop(name) for name in self.tensors}
        super().__post_init__()
        for name, tensor in given.items():
            self.register_buffer(name, tensor)
        if size_average is not None or reduce is not None:
            self.reduction = named(self.reduction, size_average, reduce, stacklevel=5)

    def __setattr__(self, name: str, value: Any) -> None:
        if "_parameters" in self.__dict__:
            super().__setattr__(name, value)
        else:  # arguments come before the tables; a weight may be a Parameter
            self.__dict__[name] = value

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss; 0-dimensional, or all of it for "none"."""
        return self._loss(input, target)

    def _loss(self, *inputs: Any) -> Tensor:
        loss: Tensor = self.function(*inputs, **self.options())
        return loss


@arguments
class L1Loss(Loss):
    """|x - t| (`torch.nn.L1Loss`).

    >>> nn.L1Loss()(tensor([1.0, 2.0]), tensor([1.0, 4.0]))
    tensor(1.)
    """

    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"

    function = staticmethod(functional.l1_loss)


@arguments
class MSELoss(Loss):
    """(x - t)**2 (`torch.nn.MSELoss`).

    >>> nn.MSELoss()(tensor([1.0, 2.0]), tensor([1.0, 4.0]))
    tensor(2.)
    """

    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"

    function = staticmethod(functional.mse_loss)


@arguments
class SmoothL1Loss(Loss):
    """d**2 / (2 beta) where d = |x - t| < beta, else d - beta/2 (`torch.nn.SmoothL1Loss`).

    >>> nn.SmoothL1Loss(reduction="none")(tensor([1.0, 2.0]), tensor([1.5, 4.0]))
    tensor([0.1250, 1.5000])
    """

    size_average: InitVar[bool | None] = None
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"
    beta: float = 1.0

    function = staticmethod(functional.smooth_l1_loss)


@arguments
class HuberLoss(Loss):
    """d**2 / 2 where d = |x - t| < delta, else delta (d - delta/2) (`torch.nn.HuberLoss`).

    >>> nn.HuberLoss("none", 2.0)(tensor([1.0, 2.0]), tensor([2.0, 5.0]))
    tensor([0.5000, 4.0000])
    """

    reduction: str = "mean"
    delta: float = 1.0

    function = staticmethod(functional.huber_loss)


@arguments
class PoissonNLLLoss(Loss):
    """exp(x) - t x, or x - t log(x + eps) without ``log_input`` (`torch.nn.PoissonNLLLoss`).

    ``full`` adds Stirling's approximation of log(t!).

    >>> nn.PoissonNLLLoss()(tensor([0.0, 1.0]), tensor([1.0, 2.0]))
    tensor(0.8591)
    """

    log_input: bool = True
    full: bool = False
    size_average: InitVar[bool | None] = None
    eps: float = 1e-8
    reduce: InitVar[bool | None] = None
    reduction: str = "mean"

    function = staticmethod(functional.poisson_nll_loss)

    def forward(self, log_input: Tensor, target: Tensor) -> Tensor:
        """The loss of rates, or of their logarithms."""
        return self._loss(log_input, target)


@arguments
class GaussianNLLLoss(Loss):
    """(log(v) + (x - t)**2 / v) / 2, v = max(var, eps) (`torch.nn.GaussianNLLLoss`).

    ``full`` adds log(2 pi) / 2.

    >>> nn.GaussianNLLLoss()(tensor([1.0, 2.0]), tensor([1.0, 4.0]), ones(2))
    tensor(1.)
    """

    _: KW_ONLY
    full: bool = False
    eps: float = 1e-6
    reduction: str = "mean"

    function = staticmethod(functional.gaussian_nll_loss)

    def forward(  # type: ignore[override]  # as torch, it takes the variance, too
        self, input: Tensor, target: Tensor, var: Tensor | float
    ) -> Tensor:
        """The loss of means and variances."""
        return self._loss(input, target, var)
