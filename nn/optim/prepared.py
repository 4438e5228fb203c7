"""An optimiser's step within a captured call: small parameters all at once, by prepared calls.

The gradients that a captured call lends lie side by side, and so does the state; what a formula
does with them is known beforehand, but for a few numbers. Whatever is not as it was when the calls
were prepared is noticed, and then the optimiser steps as it would without.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.capture.script import Line, Script
from autograd.capture.slots import grad_of
from nn.optim.side import TRIES, Side, side_of


class Prepared:
    """An optimiser's ``step``: as it is, or by prepared calls that do the same."""

    __name__ = "step"

    def __init__(self, step: Callable[[Any], Any], optimizer: Any) -> None:
        self._optimizer = optimizer
        self._step = step
        self._sides: list[Side] = []
        self._tries = 0

    def __call__(self) -> Any:
        """Do the step."""
        if not (self._sides and self._holds()):
            self._sides = []
            if self._tries < TRIES:
                self._tries += 1
                self._prepare()
            if not self._sides:
                return self._step(self._optimizer)
        else:
            self._tries = 0
        return self._run()

    def _holds(self) -> bool:
        """Whether everything is still where it was."""
        try:
            return bool(self._same())
        except (AttributeError, LookupError):  # a slot without a gradient, an entry that is gone
            return False

    def _prepare(self) -> None:
        """Make the calls for every group; none at all where one of them needs more than that."""
        optimizer = self._optimizer
        if optimizer._step_pre_hooks or optimizer._step_post_hooks:
            return
        sides = []
        for group in optimizer.param_groups:
            parameters = [each for each in group["params"] if grad_of(each) is not None]
            if parameters:
                side = side_of(optimizer, group, parameters, lent=True)
                if side is None:
                    return
                sides.append(side)
        self._sides = sides
        self._same = self._question()
        self._run = Line([call for side in sides for call in side.calls]).run

    def _question(self) -> Callable[[], Any]:
        """Asks whether all objects are the very ones that the calls are about."""
        optimizer, script = self._optimizer, Script()
        name = script.name
        own = name(optimizer)
        lines = [f"not {own}.{hooks}" for hooks in ("_step_pre_hooks", "_step_post_hooks")]
        lines.append(f"len({own}.state) == {len(optimizer.state)}")
        every = [each for group in optimizer.param_groups for each in group["params"]]
        without = [each for each in every if grad_of(each) is None]
        lines += [f"{name(grad_of)}({name(each)}) is None" for each in without]
        for side in self._sides:
            lines += side.questions(script)
        lines += [f"{name(side.ready)}()" for side in self._sides]
        return script.question(lines)
