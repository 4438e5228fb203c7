"""Losses as modules."""

from __future__ import annotations

from collections.abc import Callable

from autograd import Tensor
from nn import functional
from nn.module import Module


class Loss(Module):
    """A loss of an input and a target; a subclass names the function.

    ``reduction`` is "mean", "sum" or "none".

    >>> nn.MSELoss(reduction="sum").reduction
    'sum'
    """

    function: Callable[..., Tensor]

    def __init__(self, *, reduction: str = "mean") -> None:
        super().__init__()
        self.reduction = reduction

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss; 0-dimensional, or of the shape of the input for "none"."""
        return self.function(input, target, reduction=self.reduction)


class MSELoss(Loss):
    """(x - t)**2 (`torch.nn.MSELoss`).

    >>> nn.MSELoss()(tensor([1.0, 2.0]), tensor([1.0, 4.0]))
    tensor(2.)
    """

    function = staticmethod(functional.mse_loss)


class L1Loss(Loss):
    """|x - t| (`torch.nn.L1Loss`).

    >>> nn.L1Loss()(tensor([1.0, 2.0]), tensor([1.0, 4.0]))
    tensor(1.)
    """

    function = staticmethod(functional.l1_loss)
