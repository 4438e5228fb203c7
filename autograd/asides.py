"""Gradients of parameters that another thread computes while backward goes on.

Backward's path leads from result to input; what a layer's weight gets lies beside it, and
nothing waits for it. Operators name such inputs (``aside``, see `autograd.operator.Op`). Where
one is a leaf that gets a single, large gradient, its rule is handed to the pool, and the result
is delivered at the end, or before a hook or a rule of the user's runs: these may look at it, or
change what it is computed from. The rule runs with the same arrays as it would have, so the
numbers are the same.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd import threads
from autograd.capture import host
from autograd.graph import Leaf, Node

LEAST = 16_000_000
"""Multiplications from which on a gradient is worth another thread: some 0.15 ms of a plain
product, and 0.4 ms of a convolution."""

FEWEST = 1000
"""Gradients of fewer entries are not looked at: it takes longer than to compute what they lead to,
but for weights with rows of some ten thousand."""

PASS = 8
"""What reading an entry of the gradient costs at least, in multiplications."""

MOST = 2
"""So many gradients may wait for a thread; the next one is computed at once, as arrays that
are waited for are memory."""


def pays(g: Any, parameter: Any) -> bool:
    """Whether a gradient ``g`` and a parameter, or its gradient, are so large.

    >>> from autograd.asides import pays
    >>> pays(np.zeros((128, 512)), np.zeros((512, 1024)))
    True
    """
    row = parameter.size // max(len(parameter), 1)
    return bool(g.size * max(row, PASS) >= LEAST)


class Asides:
    """The gradients that one run of backward has handed over."""

    def __init__(self) -> None:
        self._given: list[tuple[Leaf, Callable[[Any], Any], threads.Errand]] = []
        self.may = threads.get_num_threads() > 1 and host.RECORDING is None

    def relieve(
        self,
        node: Node,
        g: Any,
        saved: Sequence[Any],
        pending: Mapping[Any, int],
        known: Sequence[Mapping[Any, Any]],
        ready: Sequence[Any],
    ) -> tuple[Sequence[Any], ...]:
        """Hand over what can be of a node; returns the edges, rules and arguments that are left.

        ``pending`` tells of a target how many gradients are still to reach it; ``known`` are those
        that have reached one, ``ready`` what is to come after this node.
        """
        rules: tuple[Any, ...] = node.op.rules
        every: tuple[Sequence[Any], ...] = (node.edges, rules, saved)
        handed = []
        for i in node.op.aside:
            target = node.edges[i]
            if type(target) is not Leaf or target.extra is not None:
                continue
            if pending.get(target) != 1 or not pays(g, target.value):
                continue
            if any(target in some for some in known):  # it gets several
                continue
            if not ready and not any(
                each and each in pending and each.edges for each in node.edges
            ):
                break  # nothing is left to be done meanwhile
            if sum(errand.waits() for *_, errand in self._given) >= MOST:
                break
            errand = threads.beside(functools.partial(rules[i], g, *saved[i]))
            self._given.append((target, node.op, errand))
            handed.append(i)
        if not handed:
            return every
        left = [i for i in range(len(rules)) if i not in handed]
        return tuple([each[i] for i in left] for each in every)

    def deliver(self, sink: Callable[[Leaf, Any], None], fit: Callable[..., Any]) -> None:
        """Wait for what was handed over, and give it to its leaves."""
        given, self._given = self._given, []
        for target, op, errand in given:
            sink(target, fit(errand.result(), target, op))
