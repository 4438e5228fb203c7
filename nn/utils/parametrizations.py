"""Ready-made parametrisations: orthogonal weights, weight and spectral normalisation."""

from __future__ import annotations

from typing import TypeVar

from autograd import Tensor, no_grad
from nn.functional import normalize
from nn.module import Module
from nn.utils.orthogonal import orthogonal
from nn.utils.parametrize import register_parametrization
from nn.utils.spectral_norm import SpectralNorm, outputs_of
from nn.utils.weight_norm import WeightNorm

M = TypeVar("M", bound=Module)

__all__ = ["orthogonal", "spectral_norm", "weight_norm"]


class _WeightNorm(Module):
    """g * v / |v|, from g and v."""

    def __init__(self, dim: int | None) -> None:
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g: Tensor, weight_v: Tensor) -> Tensor:
        return WeightNorm("", self.dim).weight(weight_g, weight_v)

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        return WeightNorm("", self.dim).length(weight), weight


class _SpectralNorm(Module):
    """The weight over its largest singular value, by power iterations in training mode."""

    _u: Tensor
    _v: Tensor

    def __init__(self, weight: Tensor, n_power_iterations: int, dim: int, eps: float) -> None:
        super().__init__()
        if not -weight.ndim <= dim < weight.ndim:
            raise IndexError(
                f"Dimension out of range (expected to be in range of [{-weight.ndim}, "
                f"{weight.ndim - 1}] but got {dim})"
            )
        self.method = SpectralNorm("", n_power_iterations, dim % weight.ndim, eps)
        if weight.ndim > 1:
            with no_grad():
                matrix = self.method.matrix(weight)
                for name, size in zip(("_u", "_v"), matrix.shape, strict=True):
                    self.register_buffer(name, self.method.direction(size, weight))
                self._iterate(matrix, 15)

    def _iterate(self, matrix: Tensor, times: int) -> None:
        for _ in range(times):
            self._u.copy_(normalize(matrix.mv(self._v), dim=0, eps=self.method.eps))
            self._v.copy_(normalize(matrix.t().mv(self._u), dim=0, eps=self.method.eps))

    def forward(self, weight: Tensor) -> Tensor:
        if weight.ndim == 1:
            return normalize(weight, dim=0, eps=self.method.eps)
        matrix = self.method.matrix(weight)
        if self.training:
            with no_grad():
                self._iterate(matrix, self.method.n_power_iterations)
        return weight / self._u.clone().dot(matrix.mv(self._v.clone()))

    def right_inverse(self, value: Tensor) -> Tensor:
        return value


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """Let a weight be g * v / |v|, its length and its direction learnt apart.

    `torch.nn.utils.parametrizations.weight_norm`: |v| is taken for each index of ``dim`` by
    itself, or with None for the whole. Returns the module. After Salimans and Kingma, "Weight
    normalization" (2016).

    >>> layer = nn.utils.parametrizations.weight_norm(nn.Linear(3, 2, bias=False))
    >>> [(name, p.shape) for name, p in layer.parametrizations.weight.named_parameters()]
    [('original0', (2, 1)), ('original1', (2, 3))]
    """
    return register_parametrization(module, name, _WeightNorm(dim), unsafe=True)


def spectral_norm(
    module: M,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> M:
    """Let a weight be divided by its largest singular value, which makes it 1-Lipschitz.

    `torch.nn.utils.parametrizations.spectral_norm`: in training mode every reading makes
    ``n_power_iterations``. ``dim`` is that of the outputs: 0, and 1 for transposed
    convolutions. A vector is divided by its norm. Returns the module. After Miyato and others,
    "Spectral normalization for generative adversarial networks" (2018).

    Raises ValueError where there is no such tensor.

    >>> layer = nn.utils.parametrizations.spectral_norm(nn.Linear(3, 2))
    >>> round(linalg.matrix_norm(layer.weight, 2).item(), 2)
    1.0
    """
    weight = getattr(module, name, None)
    if not isinstance(weight, Tensor):
        raise ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    dim = outputs_of(module) if dim is None else dim
    return register_parametrization(
        module, name, _SpectralNorm(weight, n_power_iterations, dim, eps)
    )
