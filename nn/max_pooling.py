"""Pooling that takes the largest of each window, and putting them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import InitVar
from typing import Any, ClassVar

from autograd import Tensor
from nn import functional
from nn.calling import Calling, arguments
from nn.convolution import repeated

__all__ = [
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
    "FractionalMaxPool2d",
    "FractionalMaxPool3d",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "MaxUnpool1d",
    "MaxUnpool2d",
    "MaxUnpool3d",
]


@arguments
class _MaxPool(Calling):
    kernel_size: Any
    stride: Any = None
    padding: Any = 0
    dilation: Any = 1
    return_indices: bool = False
    ceil_mode: bool = False

    shown = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.stride is None:
            self.stride = self.kernel_size


class MaxPool1d(_MaxPool):
    """The largest entry of each window along a signal (`torch.nn.MaxPool1d`).

    Input (N, C, L) or (C, L). ``stride`` is the window's size where it is None; ``padding`` adds
    -inf; ``return_indices`` gives their places, too, for `MaxUnpool1d`; ``ceil_mode`` lets the
    last window reach over the end.

    >>> nn.MaxPool1d(2)(tensor([[1.0, 3.0, 9.0, 5.0]]))
    tensor([[3., 9.]])
    """

    function = staticmethod(functional.max_pool1d)


class MaxPool2d(_MaxPool):
    """The largest entry of each window of images (`torch.nn.MaxPool2d`), as in `MaxPool1d`.

    Input (N, C, H, W) or (C, H, W).

    >>> nn.MaxPool2d(2)(tensor([[[1.0, 3.0], [9.0, 5.0]]]))
    tensor([[[9.]]])
    """

    function = staticmethod(functional.max_pool2d)


class MaxPool3d(_MaxPool):
    """The largest entry of each window of volumes (`torch.nn.MaxPool3d`), as in `MaxPool1d`.

    Input (N, C, D, H, W) or (C, D, H, W).

    >>> nn.MaxPool3d(2)(ones(1, 2, 4, 6)).shape
    (1, 1, 2, 3)
    """

    function = staticmethod(functional.max_pool3d)


@arguments
class _MaxUnpool(Calling):
    kernel_size: Any
    stride: Any = None
    padding: Any = 0

    dimensions: ClassVar[int]
    shown = ("kernel_size", "stride", "padding")

    def __post_init__(self) -> None:
        super().__post_init__()
        stride = self.kernel_size if self.stride is None else self.stride
        self.kernel_size = repeated(self.kernel_size, self.dimensions)
        self.stride = repeated(stride, self.dimensions)
        self.padding = repeated(self.padding, self.dimensions)

    def forward(
        self, input: Tensor, indices: Tensor, output_size: Sequence[int] | None = None
    ) -> Tensor:
        """The entries of the input at ``indices``, zeros elsewhere, in the pooled input's size.

        ``output_size`` says which where several sizes are pooled to that of the input.

        >>> pool, unpool = nn.MaxPool1d(2, return_indices=True), nn.MaxUnpool1d(2)
        >>> unpool(*pool(tensor([[1.0, 3.0, 9.0, 5.0]])))
        tensor([[0., 3., 9., 0.]])
        """
        output: Tensor = self.function(input, indices, **self.options(), output_size=output_size)
        return output


class MaxUnpool1d(_MaxUnpool):
    """The largest entries where `MaxPool1d` found them, zeros elsewhere (`torch.nn.MaxUnpool1d`).

    >>> nn.MaxUnpool1d(2)(tensor([[3.0, 9.0]]), tensor([[1, 2]]))
    tensor([[0., 3., 9., 0.]])
    """

    dimensions = 1
    function = staticmethod(functional.max_unpool1d)


class MaxUnpool2d(_MaxUnpool):
    """The largest entries where `MaxPool2d` found them, zeros elsewhere (`torch.nn.MaxUnpool2d`).

    >>> nn.MaxUnpool2d(2)(tensor([[[3.0]]]), tensor([[[2]]]))
    tensor([[[0., 0.],
             [3., 0.]]])
    """

    dimensions = 2
    function = staticmethod(functional.max_unpool2d)


class MaxUnpool3d(_MaxUnpool):
    """The largest entries where `MaxPool3d` found them, zeros elsewhere (`torch.nn.MaxUnpool3d`).

    >>> nn.MaxUnpool3d((1, 1, 2))(tensor([[[[3.0]]]]), tensor([[[[1]]]]))
    tensor([[[[0., 3.]]]])
    """

    dimensions = 3
    function = staticmethod(functional.max_unpool3d)


@arguments
class _FractionalMaxPool(Calling):
    kernel_size: Any
    output_size: Any = None
    output_ratio: Any = None
    return_indices: bool = False
    _random_samples: InitVar[Tensor | None] = None

    dimensions: ClassVar[int]

    def __post_init__(self, _random_samples: Tensor | None) -> None:
        super().__post_init__()
        name = type(self).__name__
        self.kernel_size = repeated(self.kernel_size, self.dimensions)
        self.register_buffer("_random_samples", _random_samples)
        if self.output_size is None and self.output_ratio is None:
            raise ValueError(
                f"{name} requires specifying either an output size, or a pooling ratio"
            )
        if self.output_size is not None and self.output_ratio is not None:
            raise ValueError("only one of output_size and output_ratio may be specified")
        if self.output_size is not None:
            self.output_size = repeated(self.output_size, self.dimensions)
            return
        self.output_ratio = repeated(self.output_ratio, self.dimensions)
        if not all(0 < ratio < 1 for ratio in self.output_ratio):
            raise ValueError(f"output_ratio must be between 0 and 1 (got {self.output_ratio})")

    def options(self) -> dict[str, Any]:
        """The arguments, and the places of the windows where they are given."""
        return {**super().options(), "_random_samples": self._random_samples}


class FractionalMaxPool2d(_FractionalMaxPool):
    """The largest entries of windows that lie by chance, after Graham (2014).

    Input (N, C, H, W) or (C, H, W). The output has ``output_size``, or ``output_ratio`` times
    the input's. Source: `torch.nn.FractionalMaxPool2d`; raises ValueError unless one of them is
    given.

    >>> nn.FractionalMaxPool2d(2, output_size=3)(ones(1, 5, 5)).shape
    (1, 3, 3)
    """

    dimensions = 2
    function = staticmethod(functional.fractional_max_pool2d)


class FractionalMaxPool3d(_FractionalMaxPool):
    """`FractionalMaxPool2d` of volumes (`torch.nn.FractionalMaxPool3d`).

    Input (N, C, D, H, W) or (C, D, H, W).

    >>> nn.FractionalMaxPool3d(2, output_ratio=0.5)(ones(1, 4, 4, 6)).shape
    (1, 2, 2, 3)
    """

    dimensions = 3
    function = staticmethod(functional.fractional_max_pool3d)


@arguments
class _AdaptiveMaxPool(Calling):
    output_size: Any
    return_indices: bool = False

    shown = ("output_size",)


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """The largest entries of ``output_size`` windows along a signal.

    Input (N, C, L) or (C, L); window i of m reaches from floor(i L / m) to ceil((i + 1) L / m).
    Source: `torch.nn.AdaptiveMaxPool1d`.

    >>> nn.AdaptiveMaxPool1d(2)(tensor([[1.0, 3.0, 7.0, 5.0]]))
    tensor([[3., 7.]])
    """

    function = staticmethod(functional.adaptive_max_pool1d)


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """The largest entries of ``output_size`` windows of images (`torch.nn.AdaptiveMaxPool2d`).

    Input (N, C, H, W) or (C, H, W). None keeps the input's size in a dimension.

    >>> nn.AdaptiveMaxPool2d((1, None))(ones(2, 4, 6)).shape
    (2, 1, 6)
    """

    function = staticmethod(functional.adaptive_max_pool2d)


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """The largest entries of ``output_size`` windows of volumes (`torch.nn.AdaptiveMaxPool3d`).

    Input (N, C, D, H, W) or (C, D, H, W).

    >>> nn.AdaptiveMaxPool3d(1)(ones(2, 3, 4, 6)).shape
    (2, 1, 1, 1)
    """

    function = staticmethod(functional.adaptive_max_pool3d)
