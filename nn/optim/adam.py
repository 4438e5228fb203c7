"""Adam: steps that are scaled by how much each gradient varies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd import Tensor, maximum, tensor, zeros_like
from autograd.registry import UFUNCS
from nn.optim.optimizer import Group, Optimizer, at_least_zero, descent, pieces, with_gradient

_larger = UFUNCS[maximum]
_MEANS = ("exp_avg", "exp_avg_sq")


class Adam(Optimizer):
    """x -= lr * m / (1 - beta1**t) / (sqrt(v / (1 - beta2**t)) + eps) (`torch.optim.Adam`).

    m and v are running means of the gradient and of its square, forgotten at the rates
    ``betas``; t counts the steps; the gradient includes ``weight_decay`` * x. ``amsgrad``
    takes the largest v so far, ``maximize`` climbs. After Kingma and Ba (2015).

    Raises ValueError for negative settings, and for betas outside [0, 1).

    >>> w = nn.Parameter(tensor([1.0]))
    >>> optimizer = nn.optim.Adam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data
    tensor([0.9000])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        at_least_zero(lr=lr, epsilon=eps, weight_decay=weight_decay)
        for index, beta in enumerate(betas):
            if not 0.0 <= beta < 1.0:
                raise ValueError(
                    f"Invalid beta parameter at index {index}: {beta}, it lies in [0, 1)"
                )
        settings = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
            "maximize": maximize,
        }
        super().__init__(params, settings)

    def _update(self, group: Group) -> None:
        beta1, beta2 = map(float, group["betas"])
        lr, eps = float(group["lr"]), float(group["eps"])
        decay, climb = float(group["weight_decay"]), group["maximize"]
        names = (*_MEANS, "max_exp_avg_sq") if group["amsgrad"] else _MEANS
        for parameter, values, grad in with_gradient(group):
            state = self.state[parameter] or self._begin(parameter, names)
            state["step"] += 1
            t = state["step"].item()
            # The formula with both fractions multiplied by this root: two passes fewer.
            root = (1 - beta2**t) ** 0.5
            rate, small = lr * root / (1 - beta1**t), eps * root
            arrays = [state[name]._memory() for name in names]
            for x, g, m, v, *most in pieces(values, grad, *arrays):
                g = descent(x, g, decay, climb)
                m *= beta1
                m += (1 - beta1) * g
                square = g * g
                square *= 1 - beta2
                v *= beta2
                v += square
                if most:
                    v = _larger(most[0], v, out=most[0])
                scale = v**0.5
                scale += small
                step = m / scale
                step *= rate
                x -= step

    def _begin(self, parameter: Tensor, names: Iterable[str]) -> dict[str, Any]:
        """The state before the first step, under torch's names."""
        state = self.state[parameter]
        state["step"] = tensor(0.0)
        state.update((name, zeros_like(parameter)) for name in names)
        return state
