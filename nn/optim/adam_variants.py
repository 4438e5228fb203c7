"""NAdam and RAdam: Adam with Nesterov's momentum, and with a rectified variance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from autograd import Tensor, sqrt
from autograd.registry import UFUNCS
from nn.optim.adam import forget_moments
from nn.optim.elementwise import Elementwise, Formula
from nn.optim.stepping import Group, Numbers, checked

_root = UFUNCS[sqrt]

_MEANS = {"exp_avg": 0.0, "exp_avg_sq": 0.0}


class NAdam(Elementwise):
    """`Adam` that looks ahead along its momentum, as Nesterov's does (`torch.optim.NAdam`).

    mu[t] = beta1 * (1 - 0.96**(t * momentum_decay) / 2), M = mu[1] * ... * mu[t] and
    s = sqrt(v / (1 - beta2**t)) + eps; then
    x -= lr * ((1 - mu[t]) / (1 - M) * g + mu[t + 1] / (1 - M * mu[t + 1]) * m) / s.
    m and v are running means of the gradient g and of its square; g includes
    ``weight_decay`` * x, or x shrinks by it beforehand with ``decoupled_weight_decay``. After
    Dozat, "Incorporating Nesterov momentum into Adam" (2016).

    Raises ValueError for negative settings, and for betas outside [0, 1).

    >>> w = nn.Parameter(tensor([1.0]))
    >>> optimizer = nn.optim.NAdam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data
    tensor([0.8944])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        settings = checked(
            lr=lr,
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            momentum_decay=momentum_decay,
            decoupled_weight_decay=decoupled_weight_decay,
            maximize=maximize,
            foreach=foreach,
            capturable=capturable,
            differentiable=differentiable,
        )
        super().__init__(params, settings)

    def _numbers(self, group: Group) -> Mapping[str, float]:
        return {"mu_product": 1.0}

    def _arrays(self, group: Group) -> Mapping[str, float]:
        return _MEANS

    def _formula(self, group: Group, t: float, state: dict[str, Any]) -> Formula:
        beta1, beta2 = map(float, group["betas"])
        lr, eps, decay = float(group["lr"]), float(group["eps"]), float(group["momentum_decay"])
        now, following = (beta1 * (1.0 - 0.5 * 0.96 ** (step * decay)) for step in (t, t + 1))
        memory = state["mu_product"]._memory()
        memory *= now
        product = memory.item()
        along_gradient = lr * (1 - now) / (1 - product)
        along_mean = lr * following / (1 - product * following)
        unbiased = 1 - beta2**t

        def change(x: Any, g: Any, m: Any, v: Any) -> None:
            forget_moments(g, m, v, beta1, 1 - beta1, beta2, 1 - beta2)
            scale = (v / unbiased) ** 0.5
            scale += eps
            step = along_gradient * g
            step += along_mean * m
            step /= scale
            x -= step

        return change


class RAdam(Elementwise):
    """`Adam` whose scale waits until the variance is known well enough (`torch.optim.RAdam`).

    r = 2 / (1 - beta2) - 1 and r[t] = r - 2 * t * beta2**t / (1 - beta2**t), the number of
    squares that v rests on. Where r[t] > 5, the step is that of `Adam`, with eps beside
    sqrt(v), times sqrt((r[t] - 4) (r[t] - 2) r / ((r - 4) (r - 2) r[t])); before that it is
    x -= lr * m / (1 - beta1**t). The gradient includes ``weight_decay`` * x, or x shrinks by it
    beforehand with ``decoupled_weight_decay``. After Liu and others, "On the variance of the
    adaptive learning rate and beyond" (2020).

    Raises ValueError for negative settings, and for betas outside [0, 1).

    >>> w = nn.Parameter(tensor([1.0]))
    >>> optimizer = nn.optim.RAdam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data
    tensor([0.8000])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        settings = checked(
            lr=lr,
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            maximize=maximize,
            foreach=foreach,
            capturable=capturable,
            decoupled_weight_decay=decoupled_weight_decay,
            differentiable=differentiable,
        )
        super().__init__(params, settings)

    def _arrays(self, group: Group) -> Mapping[str, float]:
        return _MEANS

    _varies = True

    def _coefficients(self, group: Group, t: float) -> Numbers:
        beta1, beta2 = map(float, group["betas"])
        rate = float(group["lr"]) / (1 - beta1**t)
        unbiased = 1 - beta2**t
        most = 2 / (1 - beta2) - 1
        known = most - 2 * t * beta2**t / unbiased
        keep = beta1, 1 - beta1, beta2, 1 - beta2
        if known <= 5.0:
            return (*keep, rate)
        share = (known - 4) * (known - 2) * most / ((most - 4) * (most - 2) * known)
        return (*keep, rate * (unbiased * share) ** 0.5, float(group["eps"]))

    def _step(self, group: Group, numbers: Numbers, g: Any, *arrays: Any) -> Any:
        m, v = arrays
        *keep, rate = numbers[:5]
        forget_moments(g, m, v, *keep)
        step = rate * m
        for eps in numbers[5:]:  # where the variance is known well enough
            scale = _root(v)
            scale += eps
            step /= scale
        return step
