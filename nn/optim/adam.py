"""Adam and its kin: running means of the gradient and of its square."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from autograd import Tensor, absolute, maximum, sqrt
from autograd.registry import UFUNCS
from nn.optim.elementwise import Elementwise
from nn.optim.stepping import Group, Numbers, checked

_larger, _size, _root = UFUNCS[maximum], UFUNCS[absolute], UFUNCS[sqrt]


class Adam(Elementwise):
    """x -= lr * m / (1 - beta1**t) / (sqrt(v / (1 - beta2**t)) + eps) (`torch.optim.Adam`).

    m and v are running means of the gradient and of its square, forgotten at the rates
    ``betas``; t counts the steps; the gradient includes ``weight_decay`` * x, or x shrinks by
    it beforehand with ``decoupled_weight_decay``. ``amsgrad`` takes the largest v so far,
    ``maximize`` climbs. After Kingma and Ba, "Adam: a method for stochastic optimization"
    (2015), and Reddi, Kale and Kumar, "On the convergence of Adam and beyond" (2018).

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
        lr: float | Tensor = 1e-3,
        betas: tuple[float | Tensor, float | Tensor] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        settings = checked(
            lr=lr,
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            amsgrad=amsgrad,
            maximize=maximize,
            foreach=foreach,
            capturable=capturable,
            differentiable=differentiable,
            fused=fused,
            decoupled_weight_decay=decoupled_weight_decay,
        )
        super().__init__(params, settings)

    def _arrays(self, group: Group) -> Mapping[str, float]:
        means = {"exp_avg": 0.0, "exp_avg_sq": 0.0}
        return {**means, "max_exp_avg_sq": 0.0} if group["amsgrad"] else means

    def _coefficients(self, group: Group, t: float) -> Numbers:
        beta1, beta2 = map(float, group["betas"])
        # The formula with both fractions multiplied by this root: two passes fewer.
        root = (1 - beta2**t) ** 0.5
        rate, small = float(group["lr"]) * root / (1 - beta1**t), float(group["eps"]) * root
        return beta1, 1 - beta1, beta2, 1 - beta2, rate, small

    def _step(self, group: Group, numbers: Numbers, g: Any, *arrays: Any) -> Any:
        m, v, *most = arrays
        *keep, rate, small = numbers
        forget_moments(g, m, v, *keep)
        if most:
            v = _larger(most[0], v, out=most[0])
        scale = _root(v)
        scale += small
        step = m / scale
        step *= rate
        return step


class AdamW(Adam):
    """`Adam` whose weight decay leaves the means alone (`torch.optim.AdamW`).

    x *= 1 - lr * weight_decay before Adam's step, in place of the gradient's part. After
    Loshchilov and Hutter, "Decoupled weight decay regularization" (2019).

    >>> w = nn.Parameter(tensor([1.0]))
    >>> optimizer = nn.optim.AdamW([w], lr=0.1, weight_decay=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data
    tensor([0.8500])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-3,
        betas: tuple[float | Tensor, float | Tensor] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            foreach=foreach,
            maximize=maximize,
            capturable=capturable,
            differentiable=differentiable,
            fused=fused,
            decoupled_weight_decay=True,
        )

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from another optimiser's state; the weight decay stays decoupled.

        >>> w = nn.Parameter(ones(1))
        >>> optimizer = nn.optim.AdamW([w])
        >>> optimizer.load_state_dict(nn.optim.Adam([w]).state_dict())
        >>> optimizer.param_groups[0]["decoupled_weight_decay"]
        True
        """
        super().load_state_dict(state_dict)
        for group in self.param_groups:
            group["decoupled_weight_decay"] = True


class Adamax(Elementwise):
    """x -= lr * m / (1 - beta1**t) / u, where u = max(beta2 * u, |g| + eps).

    `torch.optim.Adamax`: `Adam` with a running maximum in place of the root of the mean
    square. m is the running mean of the gradient g, which includes ``weight_decay`` * x. After
    Kingma and Ba, "Adam: a method for stochastic optimization" (2015), section 7.

    Raises ValueError for negative settings, and for betas outside [0, 1).

    >>> w = nn.Parameter(tensor([1.0]))
    >>> optimizer = nn.optim.Adamax([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data
    tensor([0.9000])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        settings = checked(
            lr=lr,
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            foreach=foreach,
            maximize=maximize,
            differentiable=differentiable,
            capturable=capturable,
        )
        super().__init__(params, settings)

    def _arrays(self, group: Group) -> Mapping[str, float]:
        return {"exp_avg": 0.0, "exp_inf": 0.0}

    def _coefficients(self, group: Group, t: float) -> Numbers:
        beta1, beta2 = map(float, group["betas"])
        rate = float(group["lr"]) / (1 - beta1**t)
        return beta1, 1 - beta1, beta2, float(group["eps"]), rate

    def _step(self, group: Group, numbers: Numbers, g: Any, *arrays: Any) -> Any:
        m, u = arrays
        beta1, new, beta2, eps, rate = numbers
        m *= beta1
        m += new * g
        u *= beta2
        size = _size(g)
        size += eps
        _larger(u, size, out=u)
        step = m / u
        step *= rate
        return step


def forget_moments(g: Any, m: Any, v: Any, *keep: Any) -> None:
    """Let the running means ``m`` of g and ``v`` of its square take in ``g``, in place.

    ``keep`` are the share of the old mean in the new one and that of ``g``, of m and then of v.

    >>> from nn.optim.adam import forget_moments
    >>> m, v = np.zeros(1), np.zeros(1)
    >>> forget_moments(np.array([2.0]), m, v, 0.5, 0.5, 0.75, 0.25)
    >>> m, v
    (array([1.]), array([1.]))
    """
    beta1, new1, beta2, new2 = keep
    m *= beta1
    m += new1 * g
    square = g * g
    square *= new2
    v *= beta2
    v += square
