"""Convolutions and their transposes, with one, two or three spatial dimensions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from autograd import Tensor
from nn import functional, init
from nn.module import Module
from nn.parameter import Parameter, fresh

__all__ = [
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
]

_MODES = {
    "zeros": "constant",
    "reflect": "reflect",
    "replicate": "replicate",
    "circular": "circular",
}


def repeated(value: Any, count: int) -> tuple[Any, ...]:
    """``value`` as a tuple: of as many entries as there are dimensions where it is one number.

    >>> from nn.convolution import repeated
    >>> repeated(3, 2), repeated([1, 2], 2)
    ((3, 3), (1, 2))
    """
    return tuple(value) if isinstance(value, Sequence) else (value,) * count


class Convolution(Module):
    """What all convolutions share: the arguments, the parameters and their first values.

    >>> nn.Conv2d(1, 6, 5, padding=2)
    Conv2d(1, 6, kernel_size=(5, 5), stride=(1, 1), padding=(2, 2))
    """

    dimensions: ClassVar[int]
    function: ClassVar[Callable[..., Tensor]]
    transposed: ClassVar[bool] = False

    weight: Parameter
    bias: Parameter | None

    def _set_up(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any,
        padding: Any,
        output_padding: Any,
        dilation: Any,
        groups: int,
        bias: bool,
        padding_mode: str,
        device: Any,
        dtype: Any,
    ) -> None:
        if groups <= 0:
            raise ValueError(f"groups must be a positive integer, got {groups}")
        for name, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
            if channels % groups:
                raise ValueError(f"{name} must be divisible by groups: {channels} and {groups}")
        if padding_mode not in _MODES:
            raise ValueError(
                f"padding_mode must be one of {sorted(_MODES)}, but got {padding_mode!r}"
            )
        count = self.dimensions
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = repeated(kernel_size, count)
        self.stride = repeated(stride, count)
        self.padding = padding if isinstance(padding, str) else repeated(padding, count)
        self.dilation = repeated(dilation, count)
        self.output_padding = repeated(output_padding, count)
        self.groups = groups
        self.padding_mode = padding_mode
        if isinstance(padding, str):
            if padding not in ("same", "valid"):
                raise ValueError(f"Invalid padding string {padding!r}, should be same or valid")
            if padding == "same" and any(step != 1 for step in self.stride):
                raise ValueError(
                    f"padding='same' is not supported for strided convolutions: stride {stride}"
                )
        outer, inner = out_channels, in_channels
        if self.transposed:
            outer, inner = inner, outer
        self.weight = fresh(outer, inner // groups, *self.kernel_size, device=device, dtype=dtype)
        self.register_parameter(
            "bias", fresh(out_channels, device=device, dtype=dtype) if bias else None
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weight, then the bias, anew from the default generator.

        Both are uniform on (-1/sqrt(n), 1/sqrt(n)), n the numbers that an entry of the result
        depends on.

        >>> layer = nn.Conv1d(1, 1, 2)
        >>> layer.reset_parameters()
        >>> bool((layer.weight.abs() <= 0.7072).all())
        True
        """
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            count = math.prod(self.weight.shape[1:])
            if count:
                init.uniform_(self.bias, -1 / math.sqrt(count), 1 / math.sqrt(count))

    def extra_repr(self) -> str:
        """The sizes, and what is not as it is by default."""
        default = (0,) * self.dimensions
        text = (
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}"
        )
        for name, usual in (
            ("padding", default),
            ("dilation", (1,) * self.dimensions),
            ("output_padding", default),
            ("groups", 1),
        ):
            if getattr(self, name) != usual:
                text += f", {name}={getattr(self, name)}"
        if self.bias is None:
            text += ", bias=False"
        if self.padding_mode != "zeros":
            text += f", padding_mode={self.padding_mode}"
        return text


class _Conv(Convolution):
    def __init__(
        self,
        in_channels: int,
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
        super().__init__()
        self._set_up(
            in_channels, out_channels, kernel_size, stride, padding, 0, dilation, groups, bias,
            padding_mode, device, dtype,
        )  # fmt: skip

    def _margins(self) -> list[int]:
        """The padding on both sides of each dimension, the last first, as `pad` takes it."""
        if self.padding == "valid":
            return [0] * (2 * self.dimensions)
        found = []
        for place in reversed(range(self.dimensions)):
            if self.padding == "same":
                total = self.dilation[place] * (self.kernel_size[place] - 1)
                found += [total // 2, total - total // 2]
            else:
                found += [self.padding[place]] * 2
        return found

    def forward(self, input: Tensor) -> Tensor:
        """The kernels slid over the input."""
        return self._conv_forward(input, self.weight, self.bias)

    def _conv_forward(self, input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        """With kernels that a subclass may make of its own: standardised, masked, ..."""
        padding: Any = self.padding
        if self.padding_mode != "zeros":
            input = functional.pad(input, self._margins(), _MODES[self.padding_mode])
            padding = 0
        return self.function(input, weight, bias, self.stride, padding, self.dilation, self.groups)


class Conv1d(_Conv):
    """Kernels slid along a signal (`torch.nn.Conv1d`).

    y[n, o, t] = bias[o] + sum over i, k of weight[o, i, k] x[n, i, t stride + k dilation].
    Input (N, in_channels, L) or (in_channels, L); ``weight`` has the shape
    (out_channels, in_channels / groups, kernel_size). ``padding`` is a number, "same" or "valid";
    ``padding_mode`` "zeros", "reflect", "replicate" or "circular". Raises ValueError for what
    does not go together.

    >>> nn.Conv1d(2, 4, 3, stride=2)(zeros(1, 2, 9)).shape
    (1, 4, 4)
    """

    dimensions = 1
    function = staticmethod(functional.conv1d)


class Conv2d(_Conv):
    """Kernels slid over images (`torch.nn.Conv2d`), as in `Conv1d`.

    Input (N, in_channels, H, W) or without N; ``weight`` has the shape
    (out_channels, in_channels / groups, height, width). Sizes, strides and so on are one
    number or a pair.

    >>> nn.Conv2d(3, 6, 5, padding=2)(zeros(1, 3, 8, 8)).shape
    (1, 6, 8, 8)
    """

    dimensions = 2
    function = staticmethod(functional.conv2d)


class Conv3d(_Conv):
    """Kernels slid through volumes (`torch.nn.Conv3d`), as in `Conv1d`.

    Input (N, in_channels, D, H, W) or without N.

    >>> nn.Conv3d(1, 2, (1, 2, 2))(zeros(1, 1, 3, 3, 3)).shape
    (1, 2, 3, 2, 2)
    """

    dimensions = 3
    function = staticmethod(functional.conv3d)


class _ConvTranspose(Convolution):
    transposed = True

    def __init__(
        self,
        in_channels: int,
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
        super().__init__()
        if padding_mode != "zeros":
            raise ValueError(
                f'Only "zeros" padding mode is supported for {type(self).__name__}, '
                f"not {padding_mode!r}"
            )
        self._set_up(
            in_channels, out_channels, kernel_size, stride, padding, output_padding, dilation,
            groups, bias, padding_mode, device, dtype,
        )  # fmt: skip

    def forward(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """The kernels put down at every entry of the input, and added up.

        ``output_size`` chooses one of the sizes that ``stride`` leaves open, in place of
        ``output_padding``. Raises ValueError for one that is not among them.

        >>> layer = nn.ConvTranspose1d(1, 1, 3, stride=2)
        >>> layer(zeros(1, 1, 4)).shape, layer(zeros(1, 1, 4), output_size=[10]).shape
        ((1, 1, 9), (1, 1, 10))
        """
        extra = self.output_padding
        if output_size is not None:
            extra = self._output_padding(input, output_size)
        return self.function(
            input, self.weight, self.bias, self.stride, self.padding, extra, self.groups,
            self.dilation,
        )  # fmt: skip

    def _output_padding(self, input: Tensor, output_size: Sequence[int]) -> tuple[int, ...]:
        count = self.dimensions
        wanted = tuple(output_size)
        if len(wanted) == input.ndim:
            wanted = wanted[-count:]
        if len(wanted) != count:
            raise ValueError(
                f"{type(self).__name__}: for a {input.ndim}D input, output_size must have {count} "
                f"or {input.ndim} elements (got {len(wanted)})"
            )
        extra = []
        for place, size in enumerate(wanted):
            step, length = self.stride[place], input.shape[place - count]
            least = (length - 1) * step - 2 * self.padding[place]
            least += self.dilation[place] * (self.kernel_size[place] - 1) + 1
            if not least <= size < least + step:
                raise ValueError(
                    f"requested an output size of {wanted}, but dimension {place - count} of an "
                    f"input of size {input.shape[-count:]} can be from {least} to "
                    f"{least + step - 1}"
                )
            extra.append(size - least)
        return tuple(extra)


class ConvTranspose1d(_ConvTranspose):
    """The transposed linear map of `Conv1d`, which makes signals longer.

    y[n, o, t stride + k dilation] is a sum of weight[i, o, k] x[n, i, t]. Input
    (N, in_channels, L) or (in_channels, L); ``weight`` has the shape
    (in_channels, out_channels / groups, kernel_size). ``output_padding`` adds entries at the end.
    Source: `torch.nn.ConvTranspose1d`.

    >>> nn.ConvTranspose1d(2, 4, 3, stride=2)(zeros(1, 2, 4)).shape
    (1, 4, 9)
    """

    dimensions = 1
    function = staticmethod(functional.conv_transpose1d)


class ConvTranspose2d(_ConvTranspose):
    """The transposed linear map of `Conv2d` (`torch.nn.ConvTranspose2d`).

    >>> nn.ConvTranspose2d(2, 4, 2, stride=2)(zeros(1, 2, 4, 4)).shape
    (1, 4, 8, 8)
    """

    dimensions = 2
    function = staticmethod(functional.conv_transpose2d)


class ConvTranspose3d(_ConvTranspose):
    """The transposed linear map of `Conv3d` (`torch.nn.ConvTranspose3d`).

    >>> nn.ConvTranspose3d(2, 4, 2)(zeros(1, 2, 1, 2, 3)).shape
    (1, 4, 2, 3, 4)
    """

    dimensions = 3
    function = staticmethod(functional.conv_transpose3d)
