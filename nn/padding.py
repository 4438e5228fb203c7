"""Padding: constants, mirrored, repeated and continued edges."""

from __future__ import annotations

from typing import Any, ClassVar

from autograd import Tensor
from nn import functional
from nn.calling import Calling, arguments
from nn.convolution import repeated

__all__ = [
    "CircularPad1d",
    "CircularPad2d",
    "CircularPad3d",
    "ConstantPad1d",
    "ConstantPad2d",
    "ConstantPad3d",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "ReflectionPad3d",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "ReplicationPad3d",
    "ZeroPad1d",
    "ZeroPad2d",
    "ZeroPad3d",
]


@arguments
class _Pad(Calling):
    padding: Any

    dimensions: ClassVar[int]
    mode: ClassVar[str]

    def __post_init__(self) -> None:
        super().__post_init__()
        self.padding = repeated(self.padding, 2 * self.dimensions)

    def forward(self, input: Tensor) -> Tensor:
        """The input with more around it."""
        return functional.pad(input, self.padding, self.mode)

    def extra_repr(self) -> str:
        """How much on each side, the last dimension first."""
        return f"{self.padding}"


@arguments
class _ConstantPad(_Pad):
    value: float

    mode = "constant"

    def forward(self, input: Tensor) -> Tensor:
        """The input with the value around it."""
        return functional.pad(input, self.padding, self.mode, self.value)

    def extra_repr(self) -> str:
        """How much of what."""
        return f"padding={self.padding}, value={self.value}"


class ConstantPad1d(_ConstantPad):
    """``value`` before and after the last dimension (`torch.nn.ConstantPad1d`).

    ``padding`` is one number or (left, right); negative ones take away.

    >>> nn.ConstantPad1d((1, 2), 9.0)(tensor([1.0, 2.0]))
    tensor([9., 1., 2., 9., 9.])
    """

    dimensions = 1


class ConstantPad2d(_ConstantPad):
    """``value`` around the last two dimensions (`torch.nn.ConstantPad2d`).

    ``padding`` is one number or (left, right, top, bottom).

    >>> nn.ConstantPad2d((1, 0, 0, 1), 9.0)(tensor([[1.0, 2.0]]))
    tensor([[9., 1., 2.],
            [9., 9., 9.]])
    """

    dimensions = 2


class ConstantPad3d(_ConstantPad):
    """``value`` around the last three dimensions (`torch.nn.ConstantPad3d`).

    ``padding`` is one number or (left, right, top, bottom, front, back).

    >>> nn.ConstantPad3d(1, 9.0)(ones(1, 1, 2)).shape
    (3, 3, 4)
    """

    dimensions = 3


class _ZeroPad(_ConstantPad):
    def __init__(self, padding: Any) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        """How much on each side, the last dimension first."""
        return f"{self.padding}"


class ZeroPad1d(_ZeroPad, ConstantPad1d):
    """Zeros before and after the last dimension (`torch.nn.ZeroPad1d`).

    >>> nn.ZeroPad1d((1, 2))(tensor([1.0, 2.0]))
    tensor([0., 1., 2., 0., 0.])
    """


class ZeroPad2d(_ZeroPad, ConstantPad2d):
    """Zeros around the last two dimensions (`torch.nn.ZeroPad2d`).

    >>> nn.ZeroPad2d((1, 0, 0, 1))(tensor([[1.0, 2.0]]))
    tensor([[0., 1., 2.],
            [0., 0., 0.]])
    """


class ZeroPad3d(_ZeroPad, ConstantPad3d):
    """Zeros around the last three dimensions (`torch.nn.ZeroPad3d`).

    >>> nn.ZeroPad3d(1)(ones(1, 1, 2)).shape
    (3, 3, 4)
    """


class _ReflectionPad(_Pad):
    mode = "reflect"


class ReflectionPad1d(_ReflectionPad):
    """The last dimension mirrored at its ends (`torch.nn.ReflectionPad1d`).

    Input (N, C, L) or (C, L).

    >>> nn.ReflectionPad1d(2)(tensor([[1.0, 2.0, 3.0]]))
    tensor([[3., 2., 1., 2., 3., 2., 1.]])
    """

    dimensions = 1


class ReflectionPad2d(_ReflectionPad):
    """Images mirrored at their edges, input (N, C, H, W) or (C, H, W).

    Source: `torch.nn.ReflectionPad2d`.

    >>> nn.ReflectionPad2d((1, 0, 0, 0))(tensor([[[1.0, 2.0, 3.0]]]))
    tensor([[[2., 1., 2., 3.]]])
    """

    dimensions = 2


class ReflectionPad3d(_ReflectionPad):
    """Volumes mirrored at their faces, input (N, C, D, H, W) or (C, D, H, W).

    Source: `torch.nn.ReflectionPad3d`.

    >>> nn.ReflectionPad3d(1)(ones(1, 2, 2, 2)).shape
    (1, 4, 4, 4)
    """

    dimensions = 3


class _ReplicationPad(_Pad):
    mode = "replicate"


class ReplicationPad1d(_ReplicationPad):
    """The ends repeated, input (N, C, L) or (C, L) (`torch.nn.ReplicationPad1d`).

    >>> nn.ReplicationPad1d(2)(tensor([[1.0, 2.0]]))
    tensor([[1., 1., 1., 2., 2., 2.]])
    """

    dimensions = 1


class ReplicationPad2d(_ReplicationPad):
    """The edges repeated, input (N, C, H, W) or (C, H, W) (`torch.nn.ReplicationPad2d`).

    >>> nn.ReplicationPad2d((1, 0, 0, 0))(tensor([[[1.0, 2.0]]]))
    tensor([[[1., 1., 2.]]])
    """

    dimensions = 2


class ReplicationPad3d(_ReplicationPad):
    """The faces repeated, input (N, C, D, H, W) or (C, D, H, W) (`torch.nn.ReplicationPad3d`).

    >>> nn.ReplicationPad3d(1)(ones(1, 1, 1, 1)).shape
    (1, 3, 3, 3)
    """

    dimensions = 3


class _CircularPad(_Pad):
    mode = "circular"

    def forward(self, input: Tensor) -> Tensor:
        """The input continued around itself; raises ValueError for other shapes."""
        low, high = self.dimensions + 1, self.dimensions + 2
        if input.ndim not in (low, high):
            raise ValueError(f"expected {low}D or {high}D input (got {input.ndim}D input)")
        return super().forward(input)


class CircularPad1d(_CircularPad):
    """What is at the other end, input (N, C, L) or (C, L) (`torch.nn.CircularPad1d`).

    >>> nn.CircularPad1d(1)(tensor([[1.0, 2.0, 3.0]]))
    tensor([[3., 1., 2., 3., 1.]])
    """

    dimensions = 1


class CircularPad2d(_CircularPad):
    """What is at the opposite edge, input (N, C, H, W) or (C, H, W) (`torch.nn.CircularPad2d`).

    >>> nn.CircularPad2d((1, 0, 0, 0))(tensor([[[1.0, 2.0]]]))
    tensor([[[2., 1., 2.]]])
    """

    dimensions = 2


class CircularPad3d(_CircularPad):
    """What is at the opposite face, input (N, C, D, H, W) or (C, D, H, W).

    Source: `torch.nn.CircularPad3d`.

    >>> nn.CircularPad3d(1)(ones(1, 1, 1, 1)).shape
    (1, 3, 3, 3)
    """

    dimensions = 3
