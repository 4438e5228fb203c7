"""Spectral normalisation: a weight divided by its largest singular value."""

from __future__ import annotations

from typing import Any, TypeVar

from autograd import Tensor, empty, no_grad
from nn.functional import normalize
from nn.module import Module
from nn.parameter import Parameter

M = TypeVar("M", bound=Module)


class SpectralNorm:
    """The hook that divides ``name_orig`` by its largest singular value before every forward.

    >>> layer = nn.utils.spectral_norm(nn.Linear(3, 2))
    >>> next(iter(layer._forward_pre_hooks.values())).n_power_iterations
    1
    """

    def __init__(self, name: str, n_power_iterations: int, dim: int, eps: float) -> None:
        if n_power_iterations <= 0:
            raise ValueError(
                "Expected n_power_iterations to be positive, but got "
                f"n_power_iterations={n_power_iterations}"
            )
        self.name = name
        self.dim = dim
        self.n_power_iterations = n_power_iterations
        self.eps = eps

    def matrix(self, weight: Tensor) -> Tensor:
        """The weight with the outputs as rows and all else in columns.

        >>> from nn.utils.spectral_norm import SpectralNorm
        >>> SpectralNorm("weight", 1, 1, 1e-12).matrix(ones(2, 3, 4)).shape
        (3, 8)
        """
        return weight.movedim(self.dim, 0).reshape(weight.shape[self.dim], -1)

    def direction(self, size: int, weight: Tensor) -> Tensor:
        """A random first guess of a singular vector.

        >>> from nn.utils.spectral_norm import SpectralNorm
        >>> SpectralNorm("weight", 1, 0, 1e-12).direction(5, ones(2)).norm().round(decimals=3)
        tensor(1.)
        """
        drawn = empty(size, dtype=weight.dtype).normal_(0, 1)
        return normalize(drawn, dim=0, eps=self.eps)

    def compute_weight(self, module: Module, do_power_iteration: bool) -> Any:
        """The weight over u . W v, where u and v come nearer to the singular vectors first.

        >>> layer = nn.utils.spectral_norm(nn.Linear(3, 2), n_power_iterations=100)
        >>> hook = next(iter(layer._forward_pre_hooks.values()))
        >>> round(linalg.matrix_norm(hook.compute_weight(layer, True), 2).item(), 4)
        1.0
        """
        weight, u, v = (getattr(module, self.name + end) for end in ("_orig", "_u", "_v"))
        matrix = self.matrix(weight)
        if do_power_iteration:
            with no_grad():
                for _ in range(self.n_power_iterations):
                    v.copy_(normalize(matrix.t().mv(u), dim=0, eps=self.eps))
                    u.copy_(normalize(matrix.mv(v), dim=0, eps=self.eps))
                # The next forward changes the buffers; what this one saves of them stays.
                u, v = u.clone(), v.clone()
        return weight / u.dot(matrix.mv(v))

    def __call__(self, module: Module, args: Any) -> None:
        """Put the computed weight where forward looks for it."""
        setattr(module, self.name, self.compute_weight(module, module.training))


def spectral_norm(
    module: M,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> M:
    """Divide a weight by its largest singular value, which makes the layer 1-Lipschitz.

    `torch.nn.utils.spectral_norm`: the parameter is then ``name_orig``, and before every
    forward in training mode ``n_power_iterations`` bring the buffers ``name_u`` and ``name_v``
    nearer to the singular vectors. ``dim`` is that of the outputs: 0, and 1 for transposed
    convolutions. Returns the module. After Miyato and others, "Spectral normalization for
    generative adversarial networks" (2018).

    Raises RuntimeError where the weight is normalised already, ValueError where it is None or
    ``n_power_iterations`` is not positive.

    >>> layer = nn.utils.spectral_norm(nn.Linear(3, 2))
    >>> [(name, value.shape) for name, value in layer.state_dict().items()]
    [('bias', (2,)), ('weight_orig', (2, 3)), ('weight_u', (2,)), ('weight_v', (3,))]
    """
    dim = outputs_of(module) if dim is None else dim
    if _hook_of(module, name) is not None:
        raise RuntimeError(f"Cannot register two spectral_norm hooks on the same parameter {name}")
    hook = SpectralNorm(name, n_power_iterations, dim, eps)
    weight = module._parameters[name]
    if weight is None:
        raise ValueError(f"`SpectralNorm` cannot be applied as parameter `{name}` is None")
    with no_grad():
        rows, columns = hook.matrix(weight).shape
        u, v = hook.direction(rows, weight), hook.direction(columns, weight)
    delattr(module, name)
    module.register_parameter(f"{name}_orig", weight)
    setattr(module, name, weight.data)
    module.register_buffer(f"{name}_u", u)
    module.register_buffer(f"{name}_v", v)
    module.register_forward_pre_hook(hook)
    return module


def remove_spectral_norm(module: M, name: str = "weight") -> M:
    """Make the divided weight a parameter, with its present value.

    `torch.nn.utils.remove_spectral_norm`. Raises ValueError where it is not normalised.

    >>> layer = nn.utils.remove_spectral_norm(nn.utils.spectral_norm(nn.Linear(3, 2)))
    >>> [name for name, _ in layer.named_parameters()]
    ['bias', 'weight']
    """
    number = _hook_of(module, name)
    if number is None:
        raise ValueError(f"spectral_norm of '{name}' not found in {module}")
    hook: Any = module._forward_pre_hooks.pop(number)
    with no_grad():
        weight = hook.compute_weight(module, do_power_iteration=False)
    for end in ("", "_u", "_v", "_orig"):
        delattr(module, name + end)
    module.register_parameter(name, Parameter(weight.detach()))
    return module


def outputs_of(module: Module) -> int:
    """The dimension of a weight that counts the outputs.

    >>> from nn.utils.spectral_norm import outputs_of
    >>> outputs_of(nn.Linear(3, 2))
    0
    """
    kinds = (kind.__name__ for kind in type(module).__mro__)
    return int(any(kind.startswith("ConvTranspose") for kind in kinds))


def _hook_of(module: Module, name: str) -> int | None:
    for number, hook in module._forward_pre_hooks.items():
        if isinstance(hook, SpectralNorm) and hook.name == name:
            return number
    return None
