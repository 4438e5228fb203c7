"""A formula on fixed arrays as a straight line of calls, such as an optimiser's step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.capture.plan import Plan
from autograd.capture.tape import Tape
from autograd.graph import Raw


def straight(
    formula: Callable[..., Any], arrays: Sequence[Raw]
) -> tuple[list[Callable[[], Any]], Raw] | None:
    """The calls that ``formula`` makes on the arrays, and where what it returns will be.

    It is run once to see them; the arrays are left as they were. None where that is not enough
    to know them: it looks at values.

    >>> from autograd.capture.straight import straight
    >>> x = np.array([1.0, 2.0])
    >>> steps, out = straight(lambda x: (x + 1) * x, [x])
    >>> x[:] = 3.0
    >>> for step in steps:
    ...     _ = step()
    >>> out
    array([12., 12.])
    """
    before = [array.copy() for array in arrays]
    tape = Tape()
    out = formula(*(tape.lift(array, "outside") for array in arrays))
    for array, values in zip(arrays, before, strict=True):
        array[...] = values
    if tape.reason:
        return None
    plan = Plan(tape, [out.root.place(out.plain)], [])
    return plan.steps, plan.values[0]
