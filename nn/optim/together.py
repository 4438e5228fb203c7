"""An optimiser's small parameters stepped by prepared calls, in an ordinary program."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from autograd import Tensor
from autograd.capture import host
from autograd.capture.script import Line, Script
from nn.optim.joined import SMALL, Found
from nn.optim.side import TRIES, Side, side_of
from nn.optim.stepping import Group

PATIENCE = 3
"""So many steps of the same parameters in a row are worth the preparation."""


class Together:
    """The small parameters of a group, all by the same calls when they come again and again."""

    def __init__(self, optimizer: Any, group: Group) -> None:
        self.group = group
        self._optimizer = optimizer
        self._parameters: list[Tensor] = []
        self._seen = self._tries = 0
        self._side: Side | None = None
        self._same: Callable[[], Any] = list
        self._run: Callable[[], Any] = list

    def step(self, found: list[Found]) -> list[Found]:
        """Step what it can; returns the others."""
        small = [each for each in found if each[1].size <= SMALL]
        parameters = [parameter for parameter, _, _ in small]
        grads = [grad for _, _, grad in small]
        if self._holds(parameters):
            self._tries = 0
        elif not self._prepared(parameters):
            return found
        side = self._side
        if side is None or any([grad.dtype is not side.gradient.dtype for grad in grads]):  # noqa: C419 - sooner
            return found
        side.places.joined(grads, side.gradient)
        self._run()
        return found if not small else [each for each in found if each[1].size > SMALL]

    def _holds(self, parameters: list[Tensor]) -> bool:
        """Whether everything is where it was when the calls were prepared."""
        if self._side is None or len(parameters) != len(self._parameters):
            return False
        if not all(map(operator.is_, parameters, self._parameters)):
            return False
        try:
            return bool(self._same())
        except (AttributeError, LookupError):  # an entry of the state that is gone
            return False

    def _prepared(self, parameters: list[Tensor]) -> bool:
        """Prepare the calls, when it is time."""
        self._side = None
        alike = len(parameters) == len(self._parameters)
        if not (alike and all(map(operator.is_, parameters, self._parameters))):
            self._parameters, self._seen = parameters, 0
        self._seen += 1
        if self._seen < PATIENCE or self._tries >= TRIES or not parameters:
            return False
        if host.RECORDING is not None:
            return False
        self._tries += 1
        self._side = side = side_of(self._optimizer, self.group, parameters, lent=False)
        if side is None:
            return False
        script = Script()
        self._same = script.question([*side.questions(script), f"{script.name(side.ready)}()"])
        self._run = Line(side.calls).run
        return True
