"""ASGD: gradient descent whose iterates are averaged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from autograd import Tensor, tensor
from nn.optim.elementwise import Elementwise, Formula
from nn.optim.stepping import Group, checked


class ASGD(Elementwise):
    """x = (1 - lambd * eta) * x - eta * g, and the average of x beside it (`torch.optim.ASGD`).

    eta = lr / (1 + lambd * lr * t)**alpha after step t. The average is ``state[x]["ax"]``:
    from step ``t0`` on it is the mean of all x, before that x itself. g includes
    ``weight_decay`` * x. After Polyak and Juditsky, "Acceleration of stochastic approximation
    by averaging" (1992).

    Raises ValueError for a negative ``lr`` or ``weight_decay``.

    >>> w = nn.Parameter(tensor([1.0]))
    >>> optimizer = nn.optim.ASGD([w], lr=0.1, t0=0)
    >>> for _ in range(2):
    ...     optimizer.zero_grad()
    ...     (w * w).sum().backward()
    ...     optimizer.step()
    >>> w.data, optimizer.state[w]["ax"]
    (tensor([0.6400]), tensor([0.6400]))
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        settings = checked(
            lr=lr,
            lambd=lambd,
            t0=t0,
            weight_decay=weight_decay,
            foreach=foreach,
            maximize=maximize,
            differentiable=differentiable,
            capturable=capturable,
        )
        super().__init__(params, settings | {"alpha": alpha})  # a power, of either sign

    def _numbers(self, group: Group) -> Mapping[str, float]:
        return {"eta": float(group["lr"]), "mu": 1.0}

    def _arrays(self, group: Group) -> Mapping[str, float]:
        return {"ax": 0.0}

    def _formula(self, group: Group, t: float, state: dict[str, Any]) -> Formula:
        lr, lambd = float(group["lr"]), float(group["lambd"])
        eta, mu = state["eta"].item(), state["mu"].item()
        # These of the next step, as numbers of the default dtype, which torch keeps them in.
        following = {
            "eta": lr / (1 + lambd * lr * t) ** float(group["alpha"]),
            "mu": 1 / max(1.0, t - float(group["t0"])),
        }
        for name, value in following.items():
            state[name]._memory()[...] = tensor(value)._array

        def change(x: Any, g: Any, average: Any) -> None:
            x *= 1 - lambd * eta
            x -= eta * g
            if mu == 1:
                average[...] = x
            else:
                average += mu * (x - average)

        return change
