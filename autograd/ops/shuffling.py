"""Pixels and channels in another order."""

from __future__ import annotations

from autograd.arguments import a_tensor
from autograd.ops.shape import clone, reshape
from autograd.ops.transposing import permute
from autograd.registry import alias, public
from autograd.tensor import Tensor

__all__ = [
    "channel_shuffle",
    "native_channel_shuffle",
    "pixel_shuffle",
    "pixel_unshuffle",
]


def _image(name: str, input: Tensor, factor: int) -> tuple[int, ...]:
    """The shape of a tensor of images, whose last three dimensions are C, H and W."""
    if a_tensor(name, input).ndim < 3:
        raise RuntimeError(
            f"{name} expects input to have at least 3 dimensions, this one has shape {input.shape}"
        )
    if factor <= 0:
        raise RuntimeError(f"{name} expects a positive factor, but got {factor}")
    return input.shape


@public(method=False)
def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """Channels made into pixels: (*, C r², H, W) becomes (*, C, H r, W r).

    Source: `torch.nn.functional.pixel_shuffle`; raises RuntimeError where the channels are no
    multiple of r².

    >>> pixel_shuffle(tensor([[[1]], [[2]], [[3]], [[4]]]), 2)
    tensor([[[1, 2],
             [3, 4]]])
    """
    r = upscale_factor
    *batch, channels, height, width = _image("pixel_shuffle", input, r)
    if channels % (r * r):
        raise RuntimeError(
            "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square "
            f"of upscale_factor, but {channels} is not divisible by {r * r}"
        )
    apart = reshape(input, (*batch, channels // (r * r), r, r, height, width))
    n = len(batch)
    turned = permute(apart, (*range(n + 1), n + 3, n + 1, n + 4, n + 2))
    return reshape(clone(turned), (*batch, channels // (r * r), height * r, width * r))


@public(method=False)
def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """Pixels made into channels: (*, C, H r, W r) becomes (*, C r², H, W).

    Raises RuntimeError where H or W is no multiple of r.
    Source: `torch.nn.functional.pixel_unshuffle`; the way back from `pixel_shuffle`.

    >>> pixel_unshuffle(tensor([[[1, 2], [3, 4]]]), 2).shape
    (4, 1, 1)
    """
    r = downscale_factor
    *batch, channels, height, width = _image("pixel_unshuffle", input, r)
    if height % r or width % r:
        raise RuntimeError(
            "pixel_unshuffle expects height and width to be divisible by downscale_factor, but "
            f"{height} x {width} is not divisible by {r}"
        )
    apart = reshape(input, (*batch, channels, height // r, r, width // r, r))
    n = len(batch)
    turned = permute(apart, (*range(n + 1), n + 2, n + 4, n + 1, n + 3))
    return reshape(clone(turned), (*batch, channels * r * r, height // r, width // r))


@public(method=False)
def channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """The channels, dimension 1, of ``groups`` groups in turn: one of each, then the next.

    Raises RuntimeError where the channels do not fall into equal groups.
    Source: `torch.nn.functional.channel_shuffle`.

    >>> channel_shuffle(tensor([[[1], [2], [3], [4]]]), 2).reshape(-1)
    tensor([1, 3, 2, 4])
    """
    if a_tensor("channel_shuffle", input).ndim < 3:
        raise RuntimeError(
            f"channel_shuffle expects input with > 2 dims, but got one of shape {input.shape}"
        )
    batch, channels, *rest = input.shape
    if groups <= 0 or channels % groups:
        raise RuntimeError(
            "channel_shuffle(): Number of channels must be divisible by groups, a positive number. "
            f"Got {channels} channels and {groups} groups."
        )
    apart = reshape(input, (batch, groups, channels // groups, *rest))
    order = (0, 2, 1, *range(3, apart.ndim))
    return reshape(clone(permute(apart, order)), input.shape)


native_channel_shuffle = alias("native_channel_shuffle", channel_shuffle, method=False)
