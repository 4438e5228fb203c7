"""Normalisation by the statistics of each entry of a batch: layers, groups, neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import Tensor, arange, einsum
from nn import functional, init
from nn.calling import Calling, arguments
from nn.module import Module
from nn.parameter import Parameter, fresh

__all__ = ["CrossMapLRN2d", "GroupNorm", "LayerNorm", "LocalResponseNorm", "RMSNorm"]


class _Affine(Module):
    """A weight of ones and a bias of zeros, each where it is wanted."""

    weight: Parameter | None
    bias: Parameter | None

    def reset_parameters(self) -> None:
        """Set the weight to 1 and the bias to 0.

        >>> layer = nn.LayerNorm(2)
        >>> layer.reset_parameters()
        >>> layer.weight.tolist(), layer.bias.tolist()
        ([1.0, 1.0], [0.0, 0.0])
        """
        if self.weight is not None:
            init.ones_(self.weight)
        bias = self._parameters.get("bias")  # RMSNorm has none
        if bias is not None:
            init.zeros_(bias)


def _shape(normalized_shape: int | Sequence[int]) -> tuple[int, ...]:
    return (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)


class LayerNorm(_Affine):
    """y = (x - mean) / sqrt(var + eps) * weight + bias over the last dimensions.

    ``normalized_shape`` are their lengths, and the shape of ``weight`` and ``bias``, which are
    there with ``elementwise_affine``. Source: `torch.nn.LayerNorm`.

    >>> nn.LayerNorm(2, elementwise_affine=False)(tensor([[1.0, 3.0], [10.0, 30.0]]))
    tensor([[-1.0000,  1.0000],
            [-1.0000,  1.0000]])
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = _shape(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        for name, wanted in (("weight", True), ("bias", bias)):
            there = wanted and elementwise_affine
            parameter = fresh(*self.normalized_shape, device=device, dtype=dtype) if there else None
            self.register_parameter(name, parameter)
        self.reset_parameters()

    def forward(self, input: Tensor) -> Tensor:
        """Normalised over the last dimensions."""
        return functional.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """The arguments."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, "
            f"elementwise_affine={self.elementwise_affine}, bias={self.bias is not None}"
        )


class GroupNorm(_Affine):
    """y = (x - mean) / sqrt(var + eps) * weight + bias over groups of channels of each entry.

    Input (N, C, ...), C = ``num_channels`` a multiple of ``num_groups``, else ValueError;
    ``weight`` and ``bias``, there with ``affine``, have the shape (C,). Source:
    `torch.nn.GroupNorm`.

    >>> nn.GroupNorm(2, 4, affine=False)(tensor([[1.0, 3.0, 10.0, 30.0]]))
    tensor([[-1.0000,  1.0000, -1.0000,  1.0000]])
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if num_channels % num_groups:
            raise ValueError(
                f"num_channels ({num_channels}) must be divisible by num_groups ({num_groups})"
            )
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.affine = affine
        for name, wanted in (("weight", affine), ("bias", affine and bias)):
            parameter = fresh(num_channels, device=device, dtype=dtype) if wanted else None
            self.register_parameter(name, parameter)
        self.reset_parameters()

    def forward(self, input: Tensor) -> Tensor:
        """Normalised over each group."""
        return functional.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """The arguments."""
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )


class RMSNorm(_Affine):
    """y = x / sqrt(mean(x**2) + eps) * weight over the last dimensions (`torch.nn.RMSNorm`).

    ``normalized_shape`` are their lengths, and the shape of ``weight``, which is there with
    ``elementwise_affine``. ``eps`` is that of the dtype where it is None.

    >>> nn.RMSNorm(2, elementwise_affine=False)(tensor([1.0, 7.0]))
    tensor([0.2000, 1.4000])
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = _shape(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        wanted = elementwise_affine
        self.register_parameter(
            "weight", fresh(*self.normalized_shape, device=device, dtype=dtype) if wanted else None
        )
        self.reset_parameters()

    def forward(self, x: Tensor) -> Tensor:
        """Divided by the root of the mean square."""
        return functional.rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        """The arguments."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
        )


@arguments
class LocalResponseNorm(Calling):
    """y = x / (k + alpha m)**beta, m the mean of x**2 over ``size`` neighbouring channels.

    Input (N, C, ...) of at least 3 dimensions; channels beyond the ends count as 0. Source:
    `torch.nn.LocalResponseNorm`.

    >>> nn.LocalResponseNorm(2, 1.0, 1.0, 0.0)(tensor([[[2.0], [2.0]]])).tolist()
    [[[1.0], [0.5]]]
    """

    size: int
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0

    function = staticmethod(functional.local_response_norm)

    def extra_repr(self) -> str:
        """The arguments."""
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"


class CrossMapLRN2d(Module):
    """`LocalResponseNorm` of images as the first networks had it (`torch.nn.CrossMapLRN2d`).

    Input (N, C, H, W), else ValueError. The sum of squares that is divided by ``size`` runs over
    (size - 1) // 2 channels on both sides; as in torch, the first channel stays in the sums of
    all channels behind it. The gradient is that of this output, which torch's is not for odd
    sizes.

    >>> nn.CrossMapLRN2d(1, 1.0, 1.0, 0.0)(tensor([[[[2.0]]]])).item()
    0.5
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1) -> None:
        super().__init__()
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def forward(self, input: Tensor) -> Tensor:
        """Divided by what the neighbouring channels say."""
        if input.ndim != 4:
            raise ValueError(f"CrossMapLRN2d: Expected input to be 4D, got {input.ndim}D instead.")
        channels, reach = input.shape[1], int((self.size - 1) / 2 + 1)
        place = arange(channels)
        apart = place.unsqueeze(1) - place
        near = (apart.abs() < reach) | ((apart >= reach) & (place == 0))
        sums = einsum("ij,njhw->nihw", near.to(input.dtype), input * input)
        return input * (sums * (self.alpha / self.size) + self.k) ** -self.beta

    def extra_repr(self) -> str:
        """The arguments."""
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
