"""Layers that learn the size of their input from the first one that they get."""

from __future__ import annotations

from typing import Any, ClassVar

from autograd import Tensor, tensor
from nn.batchnorm import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
)
from nn.convolution import (
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
)
from nn.linear import Linear
from nn.module import Module
from nn.uninitialized import Uninitialized, UninitializedBuffer, UninitializedParameter

__all__ = [
    "LazyBatchNorm1d",
    "LazyBatchNorm2d",
    "LazyBatchNorm3d",
    "LazyConv1d",
    "LazyConv2d",
    "LazyConv3d",
    "LazyConvTranspose1d",
    "LazyConvTranspose2d",
    "LazyConvTranspose3d",
    "LazyInstanceNorm1d",
    "LazyInstanceNorm2d",
    "LazyInstanceNorm3d",
    "LazyLinear",
]


class _Lazy(Module):
    """A layer before its first input; with it, it becomes an ordinary one, in place."""

    becomes: ClassVar[type[Module]]
    size: ClassVar[str]
    """The attribute that the input tells; 0 before."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Take the size from the input, become the ordinary layer, and be called as such."""
        self.initialize_parameters(*args, **kwargs)
        self.__class__ = self.becomes  # type: ignore[assignment]  # as torch does
        return self(*args, **kwargs)

    def has_uninitialized_params(self) -> bool:
        """Whether some parameter or buffer has no shape yet.

        >>> nn.LazyLinear(2).has_uninitialized_params()
        True
        """
        members = (*self._parameters.values(), *self._buffers.values())
        return any(isinstance(each, Uninitialized) for each in members)

    def initialize_parameters(self, input: Tensor) -> None:
        """Give all parameters and buffers the shapes that this input asks for, and first values.

        >>> layer = nn.LazyLinear(2)
        >>> layer.initialize_parameters(zeros(5, 3))
        >>> layer.weight.shape
        (2, 3)
        """
        if not getattr(self, self.size):
            setattr(self, self.size, self._length(input))
        if self.has_uninitialized_params():
            members: dict[str, Any] = {**self._parameters, **self._buffers}
            for name, member in members.items():
                if isinstance(member, Uninitialized):
                    member.materialize(self._shape(name))
            self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the first values anew, once the size is known."""
        if getattr(self, self.size) and not self.has_uninitialized_params():
            super().reset_parameters()  # type: ignore[misc]  # that of the layer that it will be

    def _length(self, input: Tensor) -> int:
        raise NotImplementedError

    def _shape(self, name: str) -> tuple[int, ...]:
        raise NotImplementedError


class LazyLinear(_Lazy, Linear):
    """`Linear` that takes ``in_features`` from its first input (`torch.nn.LazyLinear`).

    >>> layer = nn.LazyLinear(2)
    >>> layer(zeros(5, 3)).shape
    (5, 2)
    >>> layer
    Linear(in_features=3, out_features=2, bias=True)
    """

    becomes = Linear
    size = "in_features"

    def __init__(
        self, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(0, 0, False)
        self.out_features = out_features
        self.weight = UninitializedParameter(True, device, dtype)
        if bias:
            self.bias = UninitializedParameter(True, device, dtype)

    def _length(self, input: Tensor) -> int:
        length: int = input.shape[-1]
        return length

    def _shape(self, name: str) -> tuple[int, ...]:
        outer = (self.out_features,)
        return outer if name == "bias" else (*outer, self.in_features)


class _LazyConvolution(_Lazy):
    size = "in_channels"

    def _begin(self, out_channels: int, bias: bool, device: Any, dtype: Any) -> None:
        """What the layer's own constructor could not know with 0 channels."""
        layer: Any = self
        if out_channels % layer.groups:
            raise ValueError(
                f"out_channels must be divisible by groups: {out_channels} and {layer.groups}"
            )
        layer.out_channels = out_channels
        layer.weight = UninitializedParameter(True, device, dtype)
        if bias:
            layer.bias = UninitializedParameter(True, device, dtype)

    def _length(self: Any, input: Tensor) -> int:
        count = self.dimensions
        if input.ndim not in (count + 1, count + 2):
            raise RuntimeError(
                f"Expected {count + 1}D (unbatched) or {count + 2}D (batched) input to "
                f"{type(self).__name__}, but got input of size: {list(input.shape)}"
            )
        length: int = input.shape[-count - 1]
        if length % self.groups:
            raise ValueError(f"in_channels must be divisible by groups: {length} and {self.groups}")
        return length

    def _shape(self: Any, name: str) -> tuple[int, ...]:
        if name == "bias":
            return (self.out_channels,)
        outer, inner = self.out_channels, self.in_channels
        if self.transposed:
            outer, inner = inner, outer
        return (outer, inner // self.groups, *self.kernel_size)


class _LazyConv(_LazyConvolution):
    def __init__(
        self,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        plain: Any = super().__init__
        plain(0, 0, kernel_size, stride, padding, dilation, groups, False, padding_mode)
        self._begin(out_channels, bias, device, dtype)


class LazyConv1d(_LazyConv, Conv1d):
    """`Conv1d` that takes ``in_channels`` from its first input (`torch.nn.LazyConv1d`).

    >>> nn.LazyConv1d(4, 3)(zeros(1, 2, 9)).shape
    (1, 4, 7)
    """

    becomes = Conv1d


class LazyConv2d(_LazyConv, Conv2d):
    """`Conv2d` that takes ``in_channels`` from its first input (`torch.nn.LazyConv2d`).

    >>> layer = nn.LazyConv2d(6, 5, padding=2)
    >>> layer(zeros(1, 3, 8, 8)).shape, layer.weight.shape
    ((1, 6, 8, 8), (6, 3, 5, 5))
    """

    becomes = Conv2d


class LazyConv3d(_LazyConv, Conv3d):
    """`Conv3d` that takes ``in_channels`` from its first input (`torch.nn.LazyConv3d`).

    >>> nn.LazyConv3d(4, 1)(zeros(1, 2, 1, 1, 1)).shape
    (1, 4, 1, 1, 1)
    """

    becomes = Conv3d


class _LazyConvTranspose(_LazyConvolution):
    def __init__(
        self,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        plain: Any = super().__init__
        plain(
            0, 0, kernel_size, stride, padding, output_padding, groups, False, dilation,
            padding_mode,
        )  # fmt: skip
        self._begin(out_channels, bias, device, dtype)


class LazyConvTranspose1d(_LazyConvTranspose, ConvTranspose1d):
    """`ConvTranspose1d` that takes ``in_channels`` from its first input.

    Source: `torch.nn.LazyConvTranspose1d`.

    >>> nn.LazyConvTranspose1d(4, 3)(zeros(1, 2, 7)).shape
    (1, 4, 9)
    """

    becomes = ConvTranspose1d


class LazyConvTranspose2d(_LazyConvTranspose, ConvTranspose2d):
    """`ConvTranspose2d` that takes ``in_channels`` from its first input.

    Source: `torch.nn.LazyConvTranspose2d`.

    >>> nn.LazyConvTranspose2d(4, 2, stride=2)(zeros(1, 2, 4, 4)).shape
    (1, 4, 8, 8)
    """

    becomes = ConvTranspose2d


class LazyConvTranspose3d(_LazyConvTranspose, ConvTranspose3d):
    """`ConvTranspose3d` that takes ``in_channels`` from its first input.

    Source: `torch.nn.LazyConvTranspose3d`.

    >>> nn.LazyConvTranspose3d(4, 1)(zeros(1, 2, 1, 1, 1)).shape
    (1, 4, 1, 1, 1)
    """

    becomes = ConvTranspose3d


class _LazyNorm(_Lazy):
    size = "num_features"

    def __init__(
        self,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        plain: Any = super().__init__
        plain(0, eps, momentum, False, False)
        layer: Any = self
        layer.affine = affine
        layer.track_running_stats = track_running_stats
        if affine:
            layer.weight = UninitializedParameter(True, device, dtype)
            if bias:
                layer.bias = UninitializedParameter(True, device, dtype)
        if track_running_stats:
            layer.running_mean = UninitializedBuffer(False, device, dtype)
            layer.running_var = UninitializedBuffer(False, device, dtype)
            layer.num_batches_tracked = tensor(0)

    def _length(self: Any, input: Tensor) -> int:
        self._check_input_dim(input)
        length: int = input.shape[self._channels(input)]
        return length

    def _shape(self: Any, name: str) -> tuple[int, ...]:
        return (self.num_features,)


class LazyBatchNorm1d(_LazyNorm, BatchNorm1d):
    """`BatchNorm1d` that takes ``num_features`` from its first input.

    Source: `torch.nn.LazyBatchNorm1d`.

    >>> layer = nn.LazyBatchNorm1d()
    >>> layer(zeros(5, 3)).shape, layer.num_features
    ((5, 3), 3)
    """

    becomes = BatchNorm1d


class LazyBatchNorm2d(_LazyNorm, BatchNorm2d):
    """`BatchNorm2d` that takes ``num_features`` from its first input.

    Source: `torch.nn.LazyBatchNorm2d`.

    >>> nn.LazyBatchNorm2d()(zeros(2, 3, 4, 4)).shape
    (2, 3, 4, 4)
    """

    becomes = BatchNorm2d


class LazyBatchNorm3d(_LazyNorm, BatchNorm3d):
    """`BatchNorm3d` that takes ``num_features`` from its first input.

    Source: `torch.nn.LazyBatchNorm3d`.

    >>> nn.LazyBatchNorm3d()(zeros(2, 3, 4, 4, 1)).shape
    (2, 3, 4, 4, 1)
    """

    becomes = BatchNorm3d


class LazyInstanceNorm1d(_LazyNorm, InstanceNorm1d):
    """`InstanceNorm1d` that takes ``num_features`` from its first input.

    Source: `torch.nn.LazyInstanceNorm1d`.

    >>> nn.LazyInstanceNorm1d()(zeros(2, 3, 4)).shape
    (2, 3, 4)
    """

    becomes = InstanceNorm1d


class LazyInstanceNorm2d(_LazyNorm, InstanceNorm2d):
    """`InstanceNorm2d` that takes ``num_features`` from its first input.

    Source: `torch.nn.LazyInstanceNorm2d`.

    >>> nn.LazyInstanceNorm2d()(zeros(2, 3, 4, 4)).shape
    (2, 3, 4, 4)
    """

    becomes = InstanceNorm2d


class LazyInstanceNorm3d(_LazyNorm, InstanceNorm3d):
    """`InstanceNorm3d` that takes ``num_features`` from its first input.

    Source: `torch.nn.LazyInstanceNorm3d`.

    >>> nn.LazyInstanceNorm3d()(zeros(2, 3, 4, 4, 2)).shape
    (2, 3, 4, 4, 2)
    """

    becomes = InstanceNorm3d
