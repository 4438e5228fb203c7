"""Dropout: numbers or channels set to 0 by chance in training."""

from __future__ import annotations

from autograd import Tensor
from nn import functional
from nn.calling import Calling, arguments

__all__ = [
    "AlphaDropout",
    "Dropout",
    "Dropout1d",
    "Dropout2d",
    "Dropout3d",
    "FeatureAlphaDropout",
]


@arguments
class _Dropout(Calling):
    p: float = 0.5
    inplace: bool = False

    shown = ("p", "inplace")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.p <= 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {self.p}")

    def forward(self, input: Tensor) -> Tensor:
        """Some of it in training, the input itself in evaluation."""
        output: Tensor = self.function(input, self.p, self.training, self.inplace)
        return output


class Dropout(_Dropout):
    """Each number 0 by chance ``p``, the others times 1/(1 - p) (`torch.nn.Dropout`).

    In evaluation it is the input itself; ``inplace`` writes over it. Raises ValueError for a
    chance outside [0, 1], as all of them do.

    >>> nn.Dropout(0.2).eval()(ones(4))
    tensor([1., 1., 1., 1.])
    """

    function = staticmethod(functional.dropout)


class Dropout1d(_Dropout):
    """`Dropout` of whole channels, input (N, C, L) or (C, L) (`torch.nn.Dropout1d`).

    >>> nn.Dropout1d(0.2).eval()(ones(1, 2))
    tensor([[1., 1.]])
    """

    function = staticmethod(functional.dropout1d)


class Dropout2d(_Dropout):
    """`Dropout` of whole channels, input (N, C, H, W) (`torch.nn.Dropout2d`).

    >>> nn.Dropout2d(0.2).eval()(ones(1, 1, 1, 2))
    tensor([[[[1., 1.]]]])
    """

    function = staticmethod(functional.dropout2d)


class Dropout3d(_Dropout):
    """`Dropout` of whole channels, input (N, C, D, H, W) or without N (`torch.nn.Dropout3d`).

    >>> nn.Dropout3d(0.2).eval()(ones(1, 1, 1, 2))
    tensor([[[[1., 1.]]]])
    """

    function = staticmethod(functional.dropout3d)


class AlphaDropout(_Dropout):
    """Dropout to selu's lower bound, so that mean 0 and variance 1 stay (`torch.nn.AlphaDropout`).

    >>> nn.AlphaDropout(0.2).eval()(ones(2))
    tensor([1., 1.])
    """

    function = staticmethod(functional.alpha_dropout)


class FeatureAlphaDropout(_Dropout):
    """`AlphaDropout` of whole channels, input (N, C, ...) (`torch.nn.FeatureAlphaDropout`).

    >>> nn.FeatureAlphaDropout(0.2).eval()(ones(1, 2))
    tensor([[1., 1.]])
    """

    function = staticmethod(functional.feature_alpha_dropout)
