"""Rprop: steps from the gradient's sign alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from autograd import Tensor, mul
from autograd.ops.elementwise import sign
from autograd.registry import UFUNCS
from nn.optim.elementwise import Elementwise, Formula
from nn.optim.stepping import Group, checked

_times = UFUNCS[mul]


class Rprop(Elementwise):
    """x -= s * sign(g), with a step size s of its own for every entry (`torch.optim.Rprop`).

    s begins at ``lr``. Where g has kept its sign it grows by ``etas[1]``, where g has changed
    it, s shrinks by ``etas[0]`` and this step is left out; it stays between the
    ``step_sizes``. Made for whole batches: noise turns signs. After Riedmiller and Braun, "A
    direct adaptive method for faster backpropagation learning: the RPROP algorithm" (1993).

    Raises ValueError for a negative ``lr`` and unless 0 < etas[0] < 1 < etas[1].

    >>> w = nn.Parameter(tensor([1.0]))
    >>> optimizer = nn.optim.Rprop([w], lr=0.1)
    >>> for _ in range(2):
    ...     optimizer.zero_grad()
    ...     (w * w).sum().backward()
    ...     optimizer.step()
    >>> w.data
    tensor([0.7800])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        if not 0.0 < etas[0] < 1.0 < etas[1]:
            raise ValueError(
                f"Invalid eta values: {etas[0]}, {etas[1]}; the first lies in (0, 1), the second "
                "above 1"
            )
        settings = checked(
            lr=lr,
            etas=etas,
            step_sizes=step_sizes,
            foreach=foreach,
            maximize=maximize,
            differentiable=differentiable,
            capturable=capturable,
        )
        super().__init__(params, settings)

    def _arrays(self, group: Group) -> Mapping[str, float]:
        return {"prev": 0.0, "step_size": float(group["lr"])}

    def _formula(self, group: Group, t: float, state: dict[str, Any]) -> Formula:
        shrink, grow = map(float, group["etas"])
        least, most = map(float, group["step_sizes"])

        def change(x: Any, g: Any, before: Any, size: Any) -> None:
            turn = g * before
            turned = turn < 0
            _times(size, grow, out=size, where=turn > 0)
            _times(size, shrink, out=size, where=turned)
            size.clip(least, most, out=size)
            before[...] = g
            before[turned] = 0
            x -= sign.op(before) * size

        return change
