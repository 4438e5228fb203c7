"""The largest entries of windows."""

from __future__ import annotations

from typing import Any

from autograd.arguments import not_implemented
from autograd.grad_mode import mode
from autograd.operator import Op, apply
from autograd.ops.window_arguments import images_of, pool_windows
from autograd.ops.windowing import Windows
from autograd.ops.winners import Winners
from autograd.registry import public
from autograd.tensor import Tensor

__all__ = [
    "max_pool1d",
    "max_pool1d_with_indices",
    "max_pool2d",
    "max_pool3d",
]


def _pooling(name: str, kernel: Any) -> Op:
    """An operator that picks what `Winners` found: linear, once it is found."""
    return Op(name, kernel, "x", params="winners", x=lambda g, winners: _spread(g, winners))


_pick = _pooling("max_pool_pick", lambda x, winners: winners.pick(x))
_pool = _pooling("max_pool", lambda x, winners: winners.search(x))
_spread: Op = Op(
    "max_pool_backward",
    lambda g, winners: winners.spread(g),
    "g",
    params="winners",
    g=lambda h, winners: _pick(h, winners),
)
_places = Op("max_pool_places", lambda x, winners: winners.indices(), "x", params="winners")
_POOLS = {
    rank: _pool.named(
        f"max_pool{rank}d_with_indices", f"MaxPool{max(rank, 2)}DWithIndicesBackward0"
    )
    for rank in (1, 2, 3)
}


def pooled(rank: int, images: Tensor, windows: Windows, indices: bool) -> Any:
    """The largest entries of windows of (batch, channels, ...), with their places if asked."""
    tracked = indices or (images.requires_grad and mode().grad)
    winners = Winners(windows, tracked)
    values: Tensor = apply(_POOLS[rank], (images,), (winners,))
    return (values, apply(_places, (images.detach(),), (winners,))) if indices else values


def _max_pool(
    rank: int,
    input: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
    return_indices: bool,
) -> Any:
    name = f"max_pool{rank}d"
    images, batched = images_of(name, input, rank)
    size = images.shape[2:]
    windows = pool_windows(name, size, kernel_size, stride, padding, dilation, bool(ceil_mode))
    if input.dtype.kind == "b" or (rank == 1 and input.dtype.kind != "f" and not return_indices):
        raise not_implemented(name, input.dtype)
    found = pooled(rank, images, windows, bool(return_indices))
    if batched:
        return found
    return tuple(each.squeeze(0) for each in found) if return_indices else found.squeeze(0)


@public(method=False)
def max_pool1d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest entries of windows along the last dimension; `max_pool2d` says how.

    Input (batch, channels, length) or (channels, length). Source:
    `torch.nn.functional.max_pool1d`.

    >>> max_pool1d(tensor([[1.0, 3.0, 7.0, 5.0]]), 2)
    tensor([[3., 7.]])
    """
    return _max_pool(1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


@public(method=False)
def max_pool2d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest entries of windows of images; with ``return_indices`` also where they stand.

    Input (batch, channels, height, width), or without a batch. Windows lie side by side unless
    ``stride`` says how far apart; ``padding`` never wins; ``ceil_mode`` lets the last window
    reach over the edge. The gradient goes to the first of equals. An index counts the entries of
    a channel row by row. Raises RuntimeError where no window fits. Source:
    `torch.nn.functional.max_pool2d`.

    >>> max_pool2d(tensor([[[1.0, 2.0], [4.0, 3.0]]]), 2, return_indices=True)
    (tensor([[[4.]]]), tensor([[[2]]]))
    """
    return _max_pool(2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


@public(method=False)
def max_pool3d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest entries of windows of volumes; `max_pool2d` says how.

    Input (batch, channels, depth, height, width), or without a batch. Source:
    `torch.nn.functional.max_pool3d`.

    >>> max_pool3d(ones(1, 2, 2, 2), 2)
    tensor([[[[1.]]]])
    """
    return _max_pool(3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


@public(method=False)
def max_pool1d_with_indices(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = True,
) -> Any:
    """`max_pool1d` with the places of the largest (`torch.max_pool1d_with_indices`).

    >>> max_pool1d_with_indices(tensor([[1.0, 3.0, 7.0, 5.0]]), 2)
    (tensor([[3., 7.]]), tensor([[1, 2]]))
    """
    return _max_pool(1, input, kernel_size, stride, padding, dilation, ceil_mode, True)


def max_pool2d_with_indices(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = True,
) -> Any:
    """`max_pool2d` with the places of the largest.

    Source: `torch.nn.functional.max_pool2d_with_indices`.

    >>> max_pool2d_with_indices(tensor([[[1.0, 2.0], [4.0, 3.0]]]), 2)
    (tensor([[[4.]]]), tensor([[[2]]]))
    """
    return _max_pool(2, input, kernel_size, stride, padding, dilation, ceil_mode, True)


def max_pool3d_with_indices(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = True,
) -> Any:
    """`max_pool3d` with the places of the largest.

    Source: `torch.nn.functional.max_pool3d_with_indices`.

    >>> max_pool3d_with_indices(ones(1, 1, 1, 2), (1, 1, 2))
    (tensor([[[[1.]]]]), tensor([[[[0]]]]))
    """
    return _max_pool(3, input, kernel_size, stride, padding, dilation, ceil_mode, True)
