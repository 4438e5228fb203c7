"""Activation modules that mix the entries along a dimension."""

from __future__ import annotations

from autograd import Tensor
from nn import functional
from nn.calling import Calling, arguments

__all__ = [
    "GLU",
    "LogSoftmax",
    "Softmax",
    "Softmax2d",
    "Softmin",
]


@arguments
class Softmax(Calling):
    """exp(x) / sum(exp(x)) along ``dim``: positive, with sum 1 (`torch.nn.Softmax`).

    >>> nn.Softmax(dim=0)(tensor([0.0, 0.0, 1000.0]))
    tensor([0., 0., 1.])
    """

    dim: int | None = None

    function = staticmethod(functional.softmax)
    shown = ("dim",)


@arguments
class Softmin(Calling):
    """`Softmax` of -x (`torch.nn.Softmin`).

    >>> nn.Softmin(dim=0)(tensor([0.0, 0.0, 1000.0]))
    tensor([0.5000, 0.5000, 0.0000])
    """

    dim: int | None = None

    function = staticmethod(functional.softmin)
    shown = ("dim",)


@arguments
class LogSoftmax(Calling):
    """log(softmax(x)) along ``dim``, finite where softmax is 0 (`torch.nn.LogSoftmax`).

    >>> nn.LogSoftmax(dim=0)(tensor([0.0, 1000.0]))
    tensor([-1000.,     0.])
    """

    dim: int | None = None

    function = staticmethod(functional.log_softmax)
    shown = ("dim",)


class Softmax2d(Calling):
    """`Softmax` over the channels of (N, C, H, W) or (C, H, W) (`torch.nn.Softmax2d`).

    Raises ValueError for other shapes.

    >>> nn.Softmax2d()(zeros(2, 1, 1))
    tensor([[[0.5000]],
    <BLANKLINE>
            [[0.5000]]])
    """

    def forward(self, input: Tensor) -> Tensor:
        """At each pixel the share of each channel."""
        if input.ndim not in (3, 4):
            raise ValueError(
                f"Softmax2d: expected input to be 3D or 4D, got a {input.ndim}D input of shape "
                f"{input.shape}; Softmax(dim) takes any"
            )
        return functional.softmax(input, -3)


@arguments
class GLU(Calling):
    """a sigmoid(b), where a and b are the halves of the input along ``dim`` (`torch.nn.GLU`).

    >>> nn.GLU()(tensor([3.0, 0.0]))
    tensor([1.5000])
    """

    dim: int = -1

    function = staticmethod(functional.glu)
    shown = ("dim",)
