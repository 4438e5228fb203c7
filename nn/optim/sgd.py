"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd import Tensor, from_numpy
from nn.optim.optimizer import Optimizer
from nn.optim.stepping import Group, Numbers, checked, descent, in_pieces, with_gradient


class SGD(Optimizer):
    """x -= lr * b, where b = momentum * b + (1 - dampening) * g (`torch.optim.SGD`).

    g is the gradient plus ``weight_decay`` * x. The first b is g; with ``nesterov`` the
    step goes along g + momentum * b. ``maximize`` climbs. After Sutskever and others, "On the
    importance of initialization and momentum in deep learning" (2013).

    Raises ValueError for negative settings, and for ``nesterov`` with dampening or without
    momentum.

    >>> w = nn.Parameter(tensor([1.0]))
    >>> optimizer = nn.optim.SGD([w], lr=0.1, momentum=0.9)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data
    tensor([0.8000])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        settings = checked(
            lr=lr,
            momentum=momentum,
            dampening=dampening,
            weight_decay=weight_decay,
            nesterov=nesterov,
            maximize=maximize,
            foreach=foreach,
            differentiable=differentiable,
            fused=fused,
        )
        super().__init__(params, settings)

    def _takes(self, group: Group) -> tuple[str, ...] | None:
        return ("momentum_buffer",) if group["momentum"] else ()

    def _coefficients(self, group: Group, t: float) -> Numbers:
        return float(group["lr"]), float(group["momentum"]), 1 - float(group["dampening"])

    def _step(self, group: Group, numbers: Numbers, g: Any, *arrays: Any) -> Any:
        lr, momentum, new = numbers
        if not arrays:
            return lr * g
        (b,) = arrays
        b *= momentum
        b += new * g if group["dampening"] else g
        return lr * (_ahead(g, b, momentum) if group["nesterov"] else b)

    def _update(self, group: Group) -> None:
        numbers = self._coefficients(group, 0.0)
        decay, climb = float(group["weight_decay"]), group["maximize"]

        def plain(x: Any, g: Any) -> None:
            x -= self._step(group, numbers, descent(x, g, decay, climb))

        def first(x: Any, g: Any, b: Any) -> None:
            b[...] = descent(x, g, decay, climb)
            x -= numbers[0] * (_ahead(b, b, numbers[1]) if group["nesterov"] else b)

        def rolling(x: Any, g: Any, b: Any) -> None:
            x -= self._step(group, numbers, descent(x, g, decay, climb), b)

        for parameter, values, grad in self._stepped(group, with_gradient(group)):
            if not group["momentum"]:
                in_pieces(plain, values, grad)
                continue
            state = self.state[parameter]
            known = state.get("momentum_buffer")
            if known is None:
                buffer = values.copy()
                state["momentum_buffer"] = from_numpy(buffer)
                in_pieces(first, values, grad, buffer)
            else:
                in_pieces(rolling, values, grad, known._memory())


def _ahead(g: Any, b: Any, momentum: Any) -> Any:
    """Nesterov's direction: the gradient, and where the momentum leads after it."""
    step = momentum * b
    step += g
    return step
