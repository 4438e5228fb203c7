"""The step that most optimisers share: a count, running averages, one formula for every entry."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd import Tensor, full_like, tensor
from autograd.graph import Raw
from autograd.side_by_side import apart
from nn.optim.joined import SMALL, Found, Joined
from nn.optim.optimizer import Optimizer
from nn.optim.stepping import Group, descent, in_pieces, with_gradient

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
        """The change in step ``t``, which begins at 1: x -= `_step`, where there is such a one."""
        numbers = self._coefficients(group, t)

        def change(x: Any, g: Any, *arrays: Any) -> None:
            x -= self._step(group, numbers, g, *arrays)

        return change

    _counts = True

    def _takes(self, group: Group) -> tuple[str, ...] | None:
        of_settings = type(self)._formula is Elementwise._formula and not self._numbers(group)
        return tuple(self._arrays(group)) if of_settings else None

    def _update(self, group: Group) -> None:
        found = self._stepped(group, with_gradient(group))
        if not found:
            return
        names = tuple(self._arrays(group))
        joined = self._joined.get(found[0][0])
        if joined is not None and joined.holds(found, names, self.state):
            self._together(group, joined.count(), joined, found)
            return
        alike = not self._numbers(group)
        small: dict[Any, list[Found]] = {}  # of one dtype and count: one formula for all
        for parameter, values, grad in found:
            state = self.state[parameter] or self._begin(parameter, group)
            count = state["step"]._memory()
            count += 1
            if alike and values.size <= SMALL:
                key = values.dtype, count.dtype, count.item()
                small.setdefault(key, []).append((parameter, values, grad))
            else:
                self._alone(group, names, (parameter, values, grad))
        for (_, _, t), some in small.items():
            first = some[0][0]
            joined = self._joined.get(first)
            if joined is None or not joined.holds(some, names, self.state):
                if not apart([values for _, values, _ in some]):
                    for each in some:
                        self._alone(group, names, each)
                    continue
                joined = self._joined[first] = Joined(some, names, self.state)
            self._together(group, t, joined, some)

    def _alone(self, group: Group, names: Sequence[str], found: Found) -> None:
        """Do the step of one parameter, which is counted already."""
        parameter, values, grad = found
        state = self.state[parameter]
        arrays = [state[name]._memory() for name in names]
        self._change(group, state["step"].item(), state, values, grad, arrays)

    def _together(self, group: Group, t: float, joined: Joined, found: list[Found]) -> None:
        """Do step ``t`` of small parameters, whose state lies side by side."""
        values, grad = joined.gather(found)
        self._change(group, t, joined.entries[0][1], values, grad, list(joined.state.values()))
        joined.scatter(found)

    def _change(
        self, group: Group, t: float, state: dict[str, Any], values: Raw, grad: Raw, own: list[Raw]
    ) -> None:
        """Do step ``t``: on arrays of one shape, in place."""
        climb, decay = group["maximize"], float(group.get("weight_decay", 0))
        shrink = 1.0
        if decay and group.get("decoupled_weight_decay"):
            shrink, decay = 1 - float(group["lr"]) * decay, 0.0
        change = self._formula(group, t, state)

        def work(x: Raw, g: Raw, *arrays: Raw) -> None:
            if shrink != 1:
                x *= shrink
            change(x, descent(x, g, decay, climb), *arrays)

        in_pieces(work, values, grad, *own)

    @functools.cached_property
    def _joined(self) -> dict[Tensor, Joined]:
        return {}

    def _begin(self, parameter: Tensor, group: Group) -> dict[str, Any]:
        """The state before the first step, under torch's names."""
        state = self.state[parameter]
        for name, value in {"step": 0.0, **self._numbers(group)}.items():
            state[name] = tensor(float(value))
        for name, value in self._arrays(group).items():
            state[name] = full_like(parameter, value)
        return state
