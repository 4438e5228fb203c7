"""Layers that are a matrix or a stack of them, and those that only pass on or reshape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograd import Tensor, flatten
from nn import functional, init
from nn.module import Module
from nn.parameter import Parameter, fresh

__all__ = ["Bilinear", "Flatten", "Identity", "Linear", "Unflatten"]


class Linear(Module):
    """y = x W^T + b (`torch.nn.Linear`).

    Input (..., in_features), output (..., out_features); ``weight`` has the shape
    (out_features, in_features), ``bias`` (out_features,) or is None. Both are drawn from
    the uniform distribution on (-1/sqrt(in_features), 1/sqrt(in_features)).

    >>> layer = nn.Linear(3, 2)
    >>> layer(zeros(5, 3)).shape
    (5, 2)
    """

    in_features: int
    out_features: int
    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weight = fresh(out_features, in_features, device=device, dtype=dtype)
        self.register_parameter(
            "bias", fresh(out_features, device=device, dtype=dtype) if bias else None
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weight, then the bias, anew from the default generator.

        >>> layer = nn.Linear(3, 2)
        >>> nn.init.zeros_(layer.weight).any()
        tensor(False)
        >>> layer.reset_parameters()
        >>> layer.weight.any()
        tensor(True)
        """
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features) if self.in_features > 0 else 0
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Tensor) -> Tensor:
        """The product with the weight, plus the bias."""
        return functional.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        """The sizes, and whether there is a bias."""
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


class Bilinear(Module):
    """y[o] = x1^T weight[o] x2 + bias[o] (`torch.nn.Bilinear`).

    Inputs (..., in1_features) and (..., in2_features), output (..., out_features); ``weight``
    has the shape (out_features, in1_features, in2_features). It and the bias are drawn from the
    uniform distribution on (-1/sqrt(in1_features), 1/sqrt(in1_features)). Raises ValueError
    where in1_features is not positive.

    >>> nn.Bilinear(2, 3, 4)(zeros(5, 2), zeros(5, 3)).shape
    (5, 4)
    """

    in1_features: int
    in2_features: int
    out_features: int
    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if in1_features <= 0:
            raise ValueError(f"in1_features must be > 0, but got {in1_features}")
        self.in1_features = in1_features
        self.in2_features = in2_features
        self.out_features = out_features
        self.weight = fresh(out_features, in1_features, in2_features, device=device, dtype=dtype)
        self.register_parameter(
            "bias", fresh(out_features, device=device, dtype=dtype) if bias else None
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weight, then the bias, anew from the default generator.

        >>> layer = nn.Bilinear(4, 1, 1)
        >>> layer.reset_parameters()
        >>> bool((layer.weight.abs() <= 0.5).all())
        True
        """
        bound = 1 / math.sqrt(self.in1_features)
        init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input1: Tensor, input2: Tensor) -> Tensor:
        """The products of both with each matrix of the weight, plus the bias."""
        output: Tensor = functional.bilinear(input1, input2, self.weight, self.bias)
        return output

    def extra_repr(self) -> str:
        """The sizes, and whether there is a bias."""
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )


class Identity(Module):
    """y = x, whatever arguments it is made with (`torch.nn.Identity`).

    >>> nn.Identity(54, unused=True)(ones(2))
    tensor([1., 1.])
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Any) -> Any:
        """The input itself."""
        return input


class Flatten(Module):
    """The dimensions from ``start_dim`` to ``end_dim`` as one (`torch.nn.Flatten`).

    >>> nn.Flatten()(zeros(5, 2, 3)).shape
    (5, 6)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input: Tensor) -> Tensor:
        """The same elements, a view where that is possible."""
        return flatten(input, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        """Which dimensions."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """Dimension ``dim`` as several of these sizes, of which one may be -1 (`torch.nn.Unflatten`).

    Raises TypeError where ``unflattened_size`` is not a sequence of ints.

    >>> nn.Unflatten(1, (2, -1))(zeros(5, 6)).shape
    (5, 2, 3)
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        super().__init__()
        if not isinstance(unflattened_size, (tuple, list)):
            raise TypeError(
                "unflattened_size must be a tuple of ints, but found type "
                f"{type(unflattened_size).__name__}"
            )
        for place, size in enumerate(unflattened_size):
            if not isinstance(size, int):
                raise TypeError(
                    "unflattened_size must be tuple of ints, but found element of type "
                    f"{type(size).__name__} at pos {place}"
                )
        self.dim = dim
        self.unflattened_size = unflattened_size

    def forward(self, input: Tensor) -> Tensor:
        """The same elements, a view where that is possible."""
        return input.unflatten(self.dim, self.unflattened_size)

    def extra_repr(self) -> str:
        """Which dimension, and its sizes."""
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
