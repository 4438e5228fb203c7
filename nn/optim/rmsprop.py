"""Steps divided by the root of collected squares: RMSprop, Adagrad, Adadelta."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from autograd import Tensor
from nn.optim.elementwise import Elementwise, Formula
from nn.optim.stepping import Group, checked


def _collect(v: Any, g: Any, keep: float) -> None:
    """v = keep * v + (1 - keep) * g**2, in place."""
    square = g * g
    square *= 1 - keep
    v *= keep
    v += square


class RMSprop(Elementwise):
    """x -= lr * g / (sqrt(v) + eps), where v is a running mean of g**2 (`torch.optim.RMSprop`).

    v = alpha * v + (1 - alpha) * g**2. ``centered`` takes the square of g's own running mean
    from v, which leaves its variance. With ``momentum``, b = momentum * b + g / (sqrt(v) + eps)
    and x -= lr * b. g includes ``weight_decay`` * x. After Hinton, Srivastava and Swersky,
    "Neural networks for machine learning", lecture 6e (2012); centred as in Graves,
    "Generating sequences with recurrent neural networks" (2013).

    Raises ValueError for negative settings.

    >>> w = nn.Parameter(tensor([1.0]))
    >>> optimizer = nn.optim.RMSprop([w], lr=0.1, alpha=0.75)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data
    tensor([0.8000])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        settings = checked(
            lr=lr,
            momentum=momentum,
            alpha=alpha,
            eps=eps,
            centered=centered,
            weight_decay=weight_decay,
            capturable=capturable,
            foreach=foreach,
            maximize=maximize,
            differentiable=differentiable,
        )
        super().__init__(params, settings)

    def _arrays(self, group: Group) -> Mapping[str, float]:
        wanted = {
            "square_avg": True,
            "momentum_buffer": group["momentum"] > 0,
            "grad_avg": group["centered"],
        }
        return {name: 0.0 for name, is_wanted in wanted.items() if is_wanted}

    def _formula(self, group: Group, t: float, state: dict[str, Any]) -> Formula:
        lr, eps, alpha = float(group["lr"]), float(group["eps"]), float(group["alpha"])
        momentum, centered = float(group["momentum"]), group["centered"]

        def change(x: Any, g: Any, v: Any, *others: Any) -> None:
            _collect(v, g, alpha)
            if centered:
                mean = others[-1]
                mean *= alpha
                mean += (1 - alpha) * g
                scale = (v - mean * mean) ** 0.5
            else:
                scale = v**0.5
            scale += eps
            step = g / scale
            if momentum > 0:
                b = others[0]
                b *= momentum
                b += step
                x -= lr * b
            else:
                step *= lr
                x -= step

        return change


class Adagrad(Elementwise):
    """x -= lr / (1 + (t - 1) * lr_decay) * g / (sqrt(s) + eps) (`torch.optim.Adagrad`).

    s is the sum of all g**2 so far, which begins at ``initial_accumulator_value``; t counts
    the steps; g includes ``weight_decay`` * x. After Duchi, Hazan and Singer, "Adaptive
    subgradient methods for online learning and stochastic optimization" (2011).

    Raises ValueError for negative settings.

    >>> w = nn.Parameter(tensor([1.0]))
    >>> optimizer = nn.optim.Adagrad([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data
    tensor([0.9000])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        settings = checked(
            lr=lr,
            lr_decay=lr_decay,
            eps=eps,
            weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value,
            foreach=foreach,
            maximize=maximize,
            differentiable=differentiable,
            fused=fused,
        )
        super().__init__(params, settings)
        for group in self.param_groups:
            for parameter in group["params"]:
                self._begin(parameter, group)

    def _arrays(self, group: Group) -> Mapping[str, float]:
        return {"sum": float(self.defaults["initial_accumulator_value"])}

    def _formula(self, group: Group, t: float, state: dict[str, Any]) -> Formula:
        rate = float(group["lr"]) / (1 + (t - 1) * float(group["lr_decay"]))
        eps = float(group["eps"])

        def change(x: Any, g: Any, s: Any) -> None:
            s += g * g
            scale = s**0.5
            scale += eps
            step = g / scale
            step *= rate
            x -= step

        return change


class Adadelta(Elementwise):
    """x -= lr * d, where d = g * sqrt(u + eps) / sqrt(v + eps) (`torch.optim.Adadelta`).

    v and u are running means of g**2 and of d**2: v = rho * v + (1 - rho) * g**2 before the
    step, u = rho * u + (1 - rho) * d**2 after it. g includes ``weight_decay`` * x. After
    Zeiler, "ADADELTA: an adaptive learning rate method" (2012).

    Raises ValueError for negative settings, and for ``rho`` above 1.

    >>> w = nn.Parameter(tensor([1.0]))
    >>> optimizer = nn.optim.Adadelta([w], eps=0.01)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data
    tensor([0.6877])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        if not 0.0 <= rho <= 1.0:
            raise ValueError(f"Invalid rho value: {rho}, it lies in [0, 1]")
        settings = checked(
            lr=lr,
            rho=rho,
            eps=eps,
            weight_decay=weight_decay,
            maximize=maximize,
            capturable=capturable,
            foreach=foreach,
            differentiable=differentiable,
        )
        super().__init__(params, settings)

    def _arrays(self, group: Group) -> Mapping[str, float]:
        return {"square_avg": 0.0, "acc_delta": 0.0}

    def _formula(self, group: Group, t: float, state: dict[str, Any]) -> Formula:
        lr, rho, eps = float(group["lr"]), float(group["rho"]), float(group["eps"])

        def change(x: Any, g: Any, v: Any, u: Any) -> None:
            _collect(v, g, rho)
            delta = (u + eps) ** 0.5
            delta /= (v + eps) ** 0.5
            delta *= g
            _collect(u, delta, rho)
            delta *= lr
            x -= delta

        return change
