"""The step that most optimisers share: a count, running averages, one formula for every entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from autograd import Tensor, full_like, tensor
from nn.optim.optimizer import Optimizer
from nn.optim.stepping import Group, descent, pieces, with_gradient

Formula = Callable[..., None]
"""(x, g, *state arrays): changes x, and the state, in place; g is read only."""


class Elementwise(Optimizer):
    """An optimiser that changes every entry by one formula, from its gradient and its state.

    Each parameter has a "step", which counts, perhaps other `_numbers`, and `_arrays` of its
    own shape. A subclass gives the formula of a step. Shared are what a group may say:
    ``maximize`` climbs; ``weight_decay`` * x is added to the gradient or, with
    ``decoupled_weight_decay``, lr * ``weight_decay`` * x is taken from x before the step.
    """

    def _numbers(self, group: Group) -> Mapping[str, float]:
        """The first values of the numbers in the state, beside "step"."""
        return {}

    def _arrays(self, group: Group) -> Mapping[str, float]:
        """The first values of the arrays in the state, in the order that the formula takes."""
        raise NotImplementedError

    def _formula(self, group: Group, t: float, state: dict[str, Any]) -> Formula:
        """The change in step ``t``, which begins at 1."""
        raise NotImplementedError

    def _update(self, group: Group) -> None:
        names = tuple(self._arrays(group))
        climb, decay = group["maximize"], float(group.get("weight_decay", 0))
        shrink = 1.0
        if decay and group.get("decoupled_weight_decay"):
            shrink, decay = 1 - float(group["lr"]) * decay, 0.0
        for parameter, values, grad in with_gradient(group):
            state = self.state[parameter] or self._begin(parameter, group)
            count = state["step"]._memory()
            count += 1
            change = self._formula(group, count.item(), state)
            arrays = [state[name]._memory() for name in names]
            for x, g, *own in pieces(values, grad, *arrays):
                if shrink != 1:
                    x *= shrink
                change(x, descent(x, g, decay, climb), *own)

    def _begin(self, parameter: Tensor, group: Group) -> dict[str, Any]:
        """The state before the first step, under torch's names."""
        state = self.state[parameter]
        for name, value in {"step": 0.0, **self._numbers(group)}.items():
            state[name] = tensor(float(value))
        for name, value in self._arrays(group).items():
            state[name] = full_like(parameter, value)
        return state
