"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd import Tensor, from_numpy
from autograd.graph import Raw
from nn.optim.optimizer import Optimizer
from nn.optim.stepping import Group, checked, descent, in_pieces, with_gradient


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

    def _update(self, group: Group) -> None:
        lr, momentum = float(group["lr"]), float(group["momentum"])
        decay, climb = float(group["weight_decay"]), group["maximize"]
        new, nesterov = 1 - float(group["dampening"]), group["nesterov"]

        def plain(x: Raw, g: Raw) -> None:
            x -= lr * descent(x, g, decay, climb)

        def first(x: Raw, g: Raw, b: Raw) -> None:
            b[...] = descent(x, g, decay, climb)
            x -= lr * (_ahead(b, b, momentum) if nesterov else b)

        def rolling(x: Raw, g: Raw, b: Raw) -> None:
            g = descent(x, g, decay, climb)
            b *= momentum
            b += g if new == 1 else new * g
            x -= lr * (_ahead(g, b, momentum) if nesterov else b)

        for parameter, values, grad in with_gradient(group):
            if not momentum:
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


def _ahead(g: Raw, b: Raw, momentum: float) -> Raw:
    """Nesterov's direction: the gradient, and where the momentum leads after it."""
    step = momentum * b
    step += g
    return step
