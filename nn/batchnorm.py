"""Normalisation of each channel by mean and variance: over a batch, or within one entry of it."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

from autograd import Tensor, ones, tensor, zeros
from nn import functional, init
from nn.module import Module
from nn.parameter import Parameter, fresh

__all__ = [
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
    "SyncBatchNorm",
]


class _Norm(Module):
    """Weight and bias for each channel, and running statistics, where they are wanted."""

    _version = 2
    num_features: int
    eps: float
    momentum: float | None
    affine: bool
    track_running_stats: bool
    weight: Parameter | None
    bias: Parameter | None
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None
    dimensions: ClassVar[tuple[int, ...]]
    """The numbers of dimensions that an input may have."""

    def _set_up(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        device: Any,
        dtype: Any,
        bias: bool,
    ) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        for name, wanted in (("weight", affine), ("bias", affine and bias)):
            parameter = fresh(num_features, device=device, dtype=dtype) if wanted else None
            self.register_parameter(name, parameter)
        mean, var, count = (
            zeros(num_features, dtype=dtype),
            ones(num_features, dtype=dtype),
            tensor(0),
        )
        for name, buffer in (
            ("running_mean", mean),
            ("running_var", var),
            ("num_batches_tracked", count),
        ):
            self.register_buffer(name, buffer if track_running_stats else None)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """Forget what was seen: mean 0, variance 1.

        >>> layer = nn.BatchNorm1d(1)
        >>> layer(tensor([[1.0], [3.0]])).shape, layer.running_mean
        ((2, 1), tensor([0.2000]))
        >>> layer.reset_running_stats()
        >>> layer.running_mean
        tensor([0.])
        """
        for buffer, value in (
            (self.running_mean, 0),
            (self.running_var, 1),
            (self.num_batches_tracked, 0),
        ):
            if buffer is not None:
                buffer.fill_(value)

    def reset_parameters(self) -> None:
        """Set the weight to 1, the bias to 0, and forget what was seen.

        >>> layer = nn.BatchNorm1d(2)
        >>> layer.reset_parameters()
        >>> layer.weight.tolist(), layer.bias.tolist()
        ([1.0, 1.0], [0.0, 0.0])
        """
        self.reset_running_stats()
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def _check_input_dim(self, input: Tensor) -> None:
        if input.ndim not in self.dimensions:
            wanted = " or ".join(f"{n}D" for n in self.dimensions)
            raise ValueError(
                f"expected {wanted} input (got {input.ndim}D input): {type(self).__name__} of "
                f"shape {input.shape}"
            )

    def _channels(self, input: Tensor) -> int:
        """The dimension of the channels."""
        return 1

    def extra_repr(self) -> str:
        """The arguments."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.affine}, bias={self.bias is not None}, "
            f"track_running_stats={self.track_running_stats}"
        )


class _BatchNorm(_Norm):
    _optional_state = frozenset({"num_batches_tracked"})  # older states are without it

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        self._set_up(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias)

    def forward(self, input: Tensor) -> Tensor:
        """Normalised by the batch's statistics in training, else by the running ones."""
        self._check_input_dim(input)
        momentum = self.momentum or 0.0
        mean, var = self.running_mean, self.running_var
        if self.training and self.track_running_stats:
            if self.num_batches_tracked is not None:
                self.num_batches_tracked.add_(1)
                if self.momentum is None:  # the mean of all batches
                    momentum = 1.0 / float(self.num_batches_tracked)
        elif self.training:
            mean = var = None
        by_batch = self.training or (mean is None and var is None)
        return functional.batch_norm(
            input, mean, var, self.weight, self.bias, by_batch, momentum, self.eps
        )


class BatchNorm1d(_BatchNorm):
    """y = (x - mean) / sqrt(var + eps) * weight + bias for each channel (`torch.nn.BatchNorm1d`).

    Input (N, C) or (N, C, L), C = ``num_features``. In training, mean and variance are those of
    the batch, and `running_mean` and `running_var` (the variance without bias) move towards
    them: running = (1 - momentum) running + momentum new, or the mean of all where ``momentum``
    is None. In evaluation the running ones are used, or again the batch's without
    ``track_running_stats``. Raises ValueError for other shapes, and for one value in training.

    >>> layer = nn.BatchNorm1d(1, affine=False)
    >>> layer(tensor([[1.0], [3.0]]))
    tensor([[-1.0000],
            [ 1.0000]])
    >>> layer.eval()(tensor([[0.2]]))
    tensor([[0.]])
    """

    dimensions = (2, 3)


class BatchNorm2d(_BatchNorm):
    """`BatchNorm1d` of images, input (N, C, H, W) (`torch.nn.BatchNorm2d`).

    >>> nn.BatchNorm2d(3)(zeros(2, 3, 4, 4)).shape
    (2, 3, 4, 4)
    """

    dimensions = (4,)


class BatchNorm3d(_BatchNorm):
    """`BatchNorm1d` of volumes, input (N, C, D, H, W) (`torch.nn.BatchNorm3d`).

    >>> nn.BatchNorm3d(3)(zeros(2, 3, 4, 4, 1)).shape
    (2, 3, 4, 4, 1)
    """

    dimensions = (5,)


class SyncBatchNorm(_BatchNorm):
    """`BatchNorm1d` of input (N, C, ...), over all processes that train together.

    There is one, so it does what BatchNorm does. Source: `torch.nn.SyncBatchNorm`.

    >>> nn.SyncBatchNorm(3)(zeros(2, 3, 4)).shape
    (2, 3, 4)
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        process_group: Any = None,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(
            num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias
        )
        self.process_group = process_group

    def _check_input_dim(self, input: Tensor) -> None:
        if input.ndim < 2:
            raise ValueError(f"expected at least 2D input (got {input.ndim}D input)")

    @classmethod
    def convert_sync_batchnorm(cls, module: Module, process_group: Any = None) -> Module:
        """The module with a SyncBatchNorm, on the same tensors, for every BatchNorm inside it.

        >>> nn.SyncBatchNorm.convert_sync_batchnorm(nn.Sequential(nn.BatchNorm1d(2)))[0].eps
        1e-05
        """
        new: Module = module
        if isinstance(module, _BatchNorm):
            new = cls(
                module.num_features,
                module.eps,
                module.momentum,
                module.affine,
                module.track_running_stats,
                process_group,
                bias=module.bias is not None,
            )
            for name in ("weight", "bias", "running_mean", "running_var", "num_batches_tracked"):
                setattr(new, name, getattr(module, name))
            new.training = module.training
        for name, child in module.named_children():
            new.add_module(name, cls.convert_sync_batchnorm(child, process_group))
        return new


class _InstanceNorm(_Norm):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        self._set_up(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias)

    def _channels(self, input: Tensor) -> int:
        return 1 if input.ndim == self.dimensions[-1] else 0

    def forward(self, input: Tensor) -> Tensor:
        """Normalised by its own statistics, or in evaluation by the running ones, if any."""
        self._check_input_dim(input)
        batched = self._channels(input) == 1
        channels = input.shape[int(batched)]
        if channels != self.num_features:
            text = (
                f"input's size at dim={int(batched)} to match num_features "
                f"({self.num_features}), but got: {channels}."
            )
            if self.affine:
                raise ValueError(f"expected {text}")
            warnings.warn(f"expected {text} Without affine it is not used.", stacklevel=3)
        output = functional.instance_norm(
            input if batched else input.unsqueeze(0),
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            self.momentum or 0.0,
            self.eps,
        )
        return output if batched else output.squeeze(0)


class InstanceNorm1d(_InstanceNorm):
    """y = (x - mean) / sqrt(var + eps) * weight + bias, for each entry and channel by itself.

    Input (N, C, L) or (C, L), mean and variance over L. Weight and bias are there with
    ``affine``, running statistics with ``track_running_stats`` (used in evaluation). Raises
    ValueError for other shapes. Source: `torch.nn.InstanceNorm1d`.

    >>> nn.InstanceNorm1d(1)(tensor([[[1.0, 3.0]], [[10.0, 30.0]]])).reshape(2, 2)
    tensor([[-1.0000,  1.0000],
            [-1.0000,  1.0000]])
    """

    dimensions = (2, 3)


class InstanceNorm2d(_InstanceNorm):
    """`InstanceNorm1d` of images, input (N, C, H, W) or (C, H, W) (`torch.nn.InstanceNorm2d`).

    >>> nn.InstanceNorm2d(3)(zeros(2, 3, 4, 4)).shape
    (2, 3, 4, 4)
    """

    dimensions = (3, 4)


class InstanceNorm3d(_InstanceNorm):
    """`InstanceNorm1d` of volumes, input (N, C, D, H, W) or without N (`torch.nn.InstanceNorm3d`).

    >>> nn.InstanceNorm3d(3)(zeros(3, 4, 4, 2)).shape
    (3, 4, 4, 2)
    """

    dimensions = (4, 5)
