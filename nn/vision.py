"""Images at other sizes, shuffled pixels and channels, windows as columns, as modules."""

from __future__ import annotations

from typing import Any

from nn import functional
from nn.calling import Calling, arguments

__all__ = [
    "ChannelShuffle",
    "Fold",
    "PixelShuffle",
    "PixelUnshuffle",
    "Unfold",
    "Upsample",
    "UpsamplingBilinear2d",
    "UpsamplingNearest2d",
]


@arguments
class Upsample(Calling):
    """Signals (N, C, W), images (N, C, H, W) or volumes at another size (`torch.nn.Upsample`).

    Either ``size`` or ``scale_factor``, one number or one for each dimension; ``mode`` is
    "nearest", "linear" (signals), "bilinear", "bicubic" (images) or "trilinear" (volumes).
    ``align_corners`` puts the outermost entries in the same places.

    >>> nn.Upsample(scale_factor=2, mode="linear")(tensor([[[1.0, 2.0]]]))
    tensor([[[1.0000, 1.2500, 1.7500, 2.0000]]])
    """

    size: Any = None
    scale_factor: Any = None
    mode: str = "nearest"
    align_corners: bool | None = None
    recompute_scale_factor: bool | None = None

    function = staticmethod(functional.interpolate)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.name = type(self).__name__
        if isinstance(self.scale_factor, tuple):
            self.scale_factor = tuple(float(each) for each in self.scale_factor)
        elif self.scale_factor:
            self.scale_factor = float(self.scale_factor)

    def extra_repr(self) -> str:
        """The size or the factor, and the mode."""
        name = "size" if self.scale_factor is None else "scale_factor"
        return f"{name}={getattr(self, name)!r}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """`Upsample` of images with mode "nearest" (`torch.nn.UpsamplingNearest2d`).

    >>> nn.UpsamplingNearest2d((1, 4))(tensor([[[[1.0, 2.0]]]]))
    tensor([[[[1., 1., 2., 2.]]]])
    """

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, "nearest")


class UpsamplingBilinear2d(Upsample):
    """`Upsample` of images with mode "bilinear" and aligned corners.

    Source: `torch.nn.UpsamplingBilinear2d`.

    >>> nn.UpsamplingBilinear2d((1, 3))(tensor([[[[1.0, 2.0]]]]))
    tensor([[[[1.0000, 1.5000, 2.0000]]]])
    """

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, "bilinear", True)


@arguments
class PixelShuffle(Calling):
    """(..., C r**2, H, W) to (..., C, H r, W r), r = ``upscale_factor`` (`torch.nn.PixelShuffle`).

    >>> nn.PixelShuffle(2)(arange(4.0).reshape(4, 1, 1))
    tensor([[[0., 1.],
             [2., 3.]]])
    """

    upscale_factor: int

    function = staticmethod(functional.pixel_shuffle)
    shown = ("upscale_factor",)


@arguments
class PixelUnshuffle(Calling):
    """The inverse of `PixelShuffle` (`torch.nn.PixelUnshuffle`).

    >>> nn.PixelUnshuffle(2)(arange(4.0).reshape(1, 2, 2)).flatten()
    tensor([0., 1., 2., 3.])
    """

    downscale_factor: int

    function = staticmethod(functional.pixel_unshuffle)
    shown = ("downscale_factor",)


@arguments
class ChannelShuffle(Calling):
    """Channels dealt out to ``groups`` in turn, input (N, C, ...) (`torch.nn.ChannelShuffle`).

    >>> nn.ChannelShuffle(2)(arange(4.0).reshape(1, 4, 1)).flatten()
    tensor([0., 2., 1., 3.])
    """

    groups: int

    function = staticmethod(functional.channel_shuffle)
    shown = ("groups",)


@arguments
class Fold(Calling):
    """Columns (N, C kernel, L) added up where their windows lay: (N, C, *output_size).

    The transposed linear map of `Unfold`. Source: `torch.nn.Fold`.

    >>> nn.Fold((1, 3), (1, 2))(tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    tensor([[[[1., 5., 4.]]]])
    """

    output_size: Any
    kernel_size: Any
    dilation: Any = 1
    padding: Any = 0
    stride: Any = 1

    function = staticmethod(functional.fold)
    shown = ("output_size", "kernel_size", "dilation", "padding", "stride")


@arguments
class Unfold(Calling):
    """The windows of images as columns: (N, C, H, W) to (N, C kernel, L) (`torch.nn.Unfold`).

    >>> nn.Unfold((1, 2))(tensor([[[[1.0, 2.0, 3.0]]]]))
    tensor([[[1., 2.],
             [2., 3.]]])
    """

    kernel_size: Any
    dilation: Any = 1
    padding: Any = 0
    stride: Any = 1

    function = staticmethod(functional.unfold)
    shown = ("kernel_size", "dilation", "padding", "stride")
