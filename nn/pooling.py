"""Pooling by means and norms; that by the largest is in `max_pooling`."""

from __future__ import annotations

from typing import Any

from nn import functional
from nn.calling import Calling, arguments
from nn.convolution import repeated

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "LPPool1d",
    "LPPool2d",
    "LPPool3d",
]


@arguments
class AvgPool1d(Calling):
    """The mean of each window along a signal (`torch.nn.AvgPool1d`).

    Input (N, C, L) or (C, L). ``stride`` is the window's size where it is None;
    ``count_include_pad`` counts the zeros of ``padding``, ``ceil_mode`` lets the last window
    reach over the end.

    >>> nn.AvgPool1d(2)(tensor([[1.0, 3.0, 5.0, 9.0]]))
    tensor([[2., 7.]])
    """

    kernel_size: Any
    stride: Any = None
    padding: Any = 0
    ceil_mode: bool = False
    count_include_pad: bool = True

    function = staticmethod(functional.avg_pool1d)
    shown = ("kernel_size", "stride", "padding")

    def __post_init__(self) -> None:
        super().__post_init__()
        self.stride = repeated(self.kernel_size if self.stride is None else self.stride, 1)
        self.kernel_size = repeated(self.kernel_size, 1)
        self.padding = repeated(self.padding, 1)


@arguments
class AvgPool2d(Calling):
    """The mean of each window of images (`torch.nn.AvgPool2d`), as in `AvgPool1d`.

    Input (N, C, H, W) or (C, H, W). ``divisor_override`` divides the sums in place of the
    number of entries.

    >>> nn.AvgPool2d(2)(ones(1, 4, 6)).shape
    (1, 2, 3)
    """

    kernel_size: Any
    stride: Any = None
    padding: Any = 0
    ceil_mode: bool = False
    count_include_pad: bool = True
    divisor_override: int | None = None

    function = staticmethod(functional.avg_pool2d)
    shown = ("kernel_size", "stride", "padding")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.stride is None:
            self.stride = self.kernel_size


class AvgPool3d(AvgPool2d):
    """The mean of each window of volumes (`torch.nn.AvgPool3d`), as in `AvgPool2d`.

    Input (N, C, D, H, W) or (C, D, H, W).

    >>> nn.AvgPool3d(2)(ones(1, 2, 4, 6)).shape
    (1, 1, 2, 3)
    """

    function = staticmethod(functional.avg_pool3d)


@arguments
class _LPPool(Calling):
    norm_type: float
    kernel_size: Any
    stride: Any = None
    ceil_mode: bool = False

    shown = ("norm_type", "kernel_size", "stride", "ceil_mode")


class LPPool1d(_LPPool):
    """(sum of x**p)**(1/p) over each window along a signal (`torch.nn.LPPool1d`).

    Input (N, C, L) or (C, L); ``norm_type`` is p.

    >>> nn.LPPool1d(2, 2)(tensor([[3.0, 4.0, 0.0, 2.0]]))
    tensor([[5., 2.]])
    """

    function = staticmethod(functional.lp_pool1d)


class LPPool2d(_LPPool):
    """(sum of x**p)**(1/p) over each window of images (`torch.nn.LPPool2d`).

    Input (N, C, H, W) or (C, H, W).

    >>> nn.LPPool2d(1, 2)(ones(1, 2, 2))
    tensor([[[4.]]])
    """

    function = staticmethod(functional.lp_pool2d)


class LPPool3d(_LPPool):
    """(sum of x**p)**(1/p) over each window of volumes (`torch.nn.LPPool3d`).

    Input (N, C, D, H, W) or (C, D, H, W).

    >>> nn.LPPool3d(1, 2)(ones(1, 2, 2, 2))
    tensor([[[[8.]]]])
    """

    function = staticmethod(functional.lp_pool3d)


@arguments
class _AdaptiveAvgPool(Calling):
    output_size: Any

    shown = ("output_size",)


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """The means of ``output_size`` windows along a signal (`torch.nn.AdaptiveAvgPool1d`).

    Input (N, C, L) or (C, L); window i of m reaches from floor(i L / m) to ceil((i + 1) L / m).

    >>> nn.AdaptiveAvgPool1d(2)(tensor([[1.0, 3.0, 5.0, 9.0]]))
    tensor([[2., 7.]])
    """

    function = staticmethod(functional.adaptive_avg_pool1d)


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """The means of ``output_size`` windows of images (`torch.nn.AdaptiveAvgPool2d`).

    Input (N, C, H, W) or (C, H, W). None keeps the input's size in a dimension.

    >>> nn.AdaptiveAvgPool2d((1, None))(ones(2, 4, 6)).shape
    (2, 1, 6)
    """

    function = staticmethod(functional.adaptive_avg_pool2d)


class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """The means of ``output_size`` windows of volumes (`torch.nn.AdaptiveAvgPool3d`).

    Input (N, C, D, H, W) or (C, D, H, W).

    >>> nn.AdaptiveAvgPool3d(1)(ones(2, 3, 4, 6)).shape
    (2, 1, 1, 1)
    """

    function = staticmethod(functional.adaptive_avg_pool3d)
