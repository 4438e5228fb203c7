"""The line search of LBFGS: a step that satisfies the strong Wolfe conditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from autograd import Tensor

ENOUGH_DECREASE, ENOUGH_FLATTER = 1e-4, 0.9
"""The constants of the two conditions, c1 and c2 of Nocedal and Wright."""

NARROW = 1e-9
"""A bracket that moves no entry farther than this is not searched any more."""


class Trial(NamedTuple):
    """The loss along a line at one step ``t``, its gradient, and its slope along the line."""

    t: Any
    loss: float
    gradient: Tensor
    slope: Any


def strong_wolfe(
    evaluate: Callable[[Any], Trial], start: Trial, t: Any, longest: Any, most: int
) -> tuple[Trial, int]:
    """Search from ``start`` for a step at which the loss fell enough and flattened enough.

    loss(t) <= loss(0) + c1 * t * slope(0) and abs(slope(t)) <= -c2 * slope(0): the step is
    made longer until such a point lies between two trials, and the bracket is narrowed then.
    ``t`` is tried first, ``longest`` is the largest entry of the direction, and after ``most``
    trials beyond the first the better end is taken. Returns the trial and the number of all
    evaluations. After Nocedal and Wright, "Numerical optimization" (2006), algorithms 3.5, 3.6.

    >>> from nn.optim.wolfe import Trial, strong_wolfe
    >>> def parabola(t):
    ...     return Trial(t, (t - 3.0) ** 2, tensor([2.0 * (t - 3.0)]), tensor(2.0 * (t - 3.0)))
    >>> found, evaluations = strong_wolfe(parabola, parabola(0.0), 0.1, 1.0, 20)
    >>> round(float(found.t), 4), evaluations
    (1.0, 2)
    """
    before, now = start, evaluate(t)
    trials = 0
    while trials < most:
        if _too_high(now, start) or (trials > 1 and now.loss >= before.loss):
            break
        if _flat(now, start):
            return now, trials + 1
        if now.slope >= 0:
            break
        farther = (now.t + 0.01 * (now.t - before.t), now.t * 10)
        t = lowest_of_cubic(before, now, farther)
        before, now = now, evaluate(t)
        trials += 1
    else:
        before = start
    found, trials = _narrowed(evaluate, start, [before, now], longest, trials, most)
    return found, trials + 1


def _too_high(trial: Trial, start: Trial) -> bool:
    return bool(trial.loss > start.loss + ENOUGH_DECREASE * trial.t * start.slope)


def _flat(trial: Trial, start: Trial) -> bool:
    return bool(abs(trial.slope) <= -ENOUGH_FLATTER * start.slope)


def _narrowed(
    evaluate: Callable[[Any], Trial],
    start: Trial,
    ends: list[Trial],
    longest: Any,
    trials: int,
    most: int,
) -> tuple[Trial, int]:
    """Narrow the bracket between two trials down to a point that satisfies both conditions."""
    low, high = (0, 1) if ends[0].loss <= ends[1].loss else (1, 0)
    hesitated = False
    while trials < most:
        if abs(ends[1].t - ends[0].t) * longest < NARROW:
            break
        t = lowest_of_cubic(ends[0], ends[1])
        # Close to an end twice running, or outside: a tenth of the bracket away from it.
        left, right = sorted(end.t for end in ends)
        margin = 0.1 * (right - left)
        close = min(right - t, t - left) < margin
        if close and (hesitated or t >= right or t <= left):
            t = right - margin if abs(t - right) < abs(t - left) else left + margin
            close = False
        hesitated = close
        trial = evaluate(t)
        trials += 1
        if _too_high(trial, start) or trial.loss >= ends[low].loss:
            ends[high] = trial
            low, high = (0, 1) if ends[0].loss <= ends[1].loss else (1, 0)
            continue
        if _flat(trial, start):
            return trial, trials
        if trial.slope * (ends[high].t - ends[low].t) >= 0:
            ends[high] = ends[low]
        ends[low] = trial
    return ends[low], trials


def lowest_of_cubic(a: Trial, b: Trial, bounds: tuple[Any, Any] | None = None) -> Any:
    """Where the cubic through two trials with their slopes is lowest, within ``bounds``.

    Without ``bounds`` it is sought between the trials, and in the middle where the cubic has
    no minimum. After Nocedal and Wright, "Numerical optimization" (2006), equation 3.59.

    >>> from nn.optim.wolfe import Trial, lowest_of_cubic
    >>> a = Trial(0.0, 1.0, ones(1), tensor(-2.0))
    >>> lowest_of_cubic(a, Trial(2.0, 1.0, ones(1), tensor(2.0)))
    tensor(1.)
    """
    if a.t > b.t:
        a, b = b, a
    left, right = bounds or (a.t, b.t)
    middle = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.t - b.t)
    square = middle**2 - a.slope * b.slope
    if not square >= 0:
        return (left + right) / 2.0
    root = square.sqrt()
    t = b.t - (b.t - a.t) * ((b.slope + root - middle) / (b.slope - a.slope + 2 * root))
    return min(max(t, left), right)
