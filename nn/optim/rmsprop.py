"""Steps divided by the root of collected squares: RMSprop, Adagrad, Adadelta."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from autograd import Tensor, sqrt
from autograd.registry import UFUNCS
from nn.optim.elementwise import Elementwise
from nn.optim.stepping import Group, Numbers, checked

_root = UFUNCS[sqrt]


def _collect(v: Any, g: Any, keep: Any, new: Any) -> None:
    """v = keep * v + new * g**2, in place."""
    square = g * g
    square *= new
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

    def _coefficients(self, group: Group, t: float) -> Numbers:
        alpha = float(group["alpha"])
        return float(group["lr"]), float(group["eps"]), alpha, 1 - alpha, float(group["momentum"])

    def _step(self, group: Group, numbers: Numbers, g: Any, *arrays: Any) -> Any:
        lr, eps, alpha, new, momentum = numbers
        v, *others = arrays
        _collect(v, g, alpha, new)
        if group["centered"]:
            mean = others[-1]
            mean *= alpha
            mean += new * g
            scale = _root(v - mean * mean)
        else:
            scale = _root(v)
        scale += eps
        step = g / scale
        if group["momentum"] > 0:
            b = others[0]
            b *= momentum
            b += step
            return lr * b
        step *= lr
        return step


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

    def _coefficients(self, group: Group, t: float) -> Numbers:
        rate = float(group["lr"]) / (1 + (t - 1) * float(group["lr_decay"]))
        return rate, float(group["eps"])

    def _step(self, group: Group, numbers: Numbers, g: Any, *arrays: Any) -> Any:
        rate, eps = numbers
        (s,) = arrays
        s += g * g
        scale = _root(s)
        scale += eps
        step = g / scale
        step *= rate
        return step


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

    def _coefficients(self, group: Group, t: float) -> Numbers:
        rho = float(group["rho"])
        return float(group["lr"]), float(group["eps"]), rho, 1 - rho

    def _step(self, group: Group, numbers: Numbers, g: Any, *arrays: Any) -> Any:
        lr, eps, *keep = numbers
        v, u = arrays
        _collect(v, g, *keep)
        delta = _root(u + eps)
        delta /= _root(v + eps)
        delta *= g
        _collect(u, delta, *keep)
        delta *= lr
        return delta
