"""Weight normalisation: the length and the direction of a weight as two parameters."""

from __future__ import annotations

from typing import Any, TypeVar

from autograd import Tensor, linalg, no_grad
from nn.module import Module
from nn.parameter import Parameter

M = TypeVar("M", bound=Module)


class WeightNorm:
    """The hook that computes ``name`` from ``name_g`` and ``name_v`` before every forward.

    >>> layer = nn.utils.weight_norm(nn.Linear(3, 2))
    >>> next(iter(layer._forward_pre_hooks.values())).dim
    0
    """

    def __init__(self, name: str, dim: int | None) -> None:
        self.name = name
        self.dim = -1 if dim is None else dim

    def length(self, v: Tensor) -> Tensor:
        """The norm of ``v`` over all dimensions but one, or over all.

        >>> from nn.utils.weight_norm import WeightNorm
        >>> WeightNorm("weight", 0).length(tensor([[3.0, 4.0], [0.0, 1.0]]))
        tensor([[5.],
                [1.]])
        """
        if self.dim == -1:
            return linalg.vector_norm(v)
        others = [dim for dim in range(v.ndim) if dim != self.dim]
        return linalg.vector_norm(v, 2, others, keepdim=True) if others else v.abs()

    def weight(self, g: Tensor, v: Tensor) -> Tensor:
        """g * v / |v|.

        >>> from nn.utils.weight_norm import WeightNorm
        >>> WeightNorm("weight", 0).weight(tensor([[10.0]]), tensor([[3.0, 4.0]]))
        tensor([[6., 8.]])
        """
        return v * (g / self.length(v))

    def compute_weight(self, module: Module) -> Any:
        """The weight from the module's two parameters, recorded.

        >>> layer = nn.utils.weight_norm(nn.Linear(3, 2))
        >>> hook = next(iter(layer._forward_pre_hooks.values()))
        >>> hook.compute_weight(layer).shape
        (2, 3)
        """
        return self.weight(getattr(module, f"{self.name}_g"), getattr(module, f"{self.name}_v"))

    def __call__(self, module: Module, args: Any) -> None:
        """Put the computed weight where forward looks for it."""
        setattr(module, self.name, self.compute_weight(module))


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """Replace a weight by g * v / |v|, its length and its direction learnt apart.

    `torch.nn.utils.weight_norm`: the parameters are then ``name_g`` and ``name_v``, and the
    weight is computed before every forward. |v| is taken for each index of ``dim`` by itself,
    or with None for the whole. Returns the module. After Salimans and Kingma, "Weight
    normalization" (2016).

    Raises RuntimeError where the weight is normalised already.

    >>> layer = nn.utils.weight_norm(nn.Linear(3, 2))
    >>> [(name, p.shape) for name, p in layer.named_parameters()]
    [('bias', (2,)), ('weight_g', (2, 1)), ('weight_v', (2, 3))]
    """
    if _hook_of(module, name) is not None:
        raise RuntimeError(f"Cannot register two weight_norm hooks on the same parameter {name}")
    hook = WeightNorm(name, dim)
    weight = getattr(module, name)
    delattr(module, name)
    with no_grad():
        module.register_parameter(f"{name}_g", Parameter(hook.length(weight)))
    module.register_parameter(f"{name}_v", Parameter(weight.data))
    hook(module, ())
    module.register_forward_pre_hook(hook)
    return module


def remove_weight_norm(module: M, name: str = "weight") -> M:
    """Make the weight one parameter again, with its present value.

    `torch.nn.utils.remove_weight_norm`. Raises ValueError where it is not normalised.

    >>> layer = nn.utils.remove_weight_norm(nn.utils.weight_norm(nn.Linear(3, 2)))
    >>> [name for name, _ in layer.named_parameters()]
    ['bias', 'weight']
    """
    number = _hook_of(module, name)
    if number is None:
        raise ValueError(f"weight_norm of '{name}' not found in {module}")
    hook: Any = module._forward_pre_hooks.pop(number)
    weight = hook.compute_weight(module)
    for end in ("", "_g", "_v"):
        delattr(module, name + end)
    setattr(module, name, Parameter(weight.detach()))
    return module


def _hook_of(module: Module, name: str) -> int | None:
    for number, hook in module._forward_pre_hooks.items():
        if isinstance(hook, WeightNorm) and hook.name == name:
            return number
    return None
