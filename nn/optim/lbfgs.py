"""LBFGS: Newton's method with a Hessian that is told from the last few gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from autograd import Tensor, cat, enable_grad, no_grad, zeros_like
from nn.optim.optimizer import Optimizer
from nn.optim.stepping import Group, checked
from nn.optim.wolfe import Trial, strong_wolfe

CURVED = 1e-10
"""A pair of steps enters the history where the gradient grew along the step by more than this."""


class LBFGS(Optimizer):
    """The limited-memory method of Broyden, Fletcher, Goldfarb, Shanno (`torch.optim.LBFGS`).

    Each of ``max_iter`` iterations goes along -H g, where H, an estimate of the inverse
    Hessian, is told from the last ``history_size`` changes of x and of the gradient g. The
    length of the step is ``lr``, or with ``line_search_fn="strong_wolfe"`` what a line search
    finds. An iteration is the last one where the largest entry of g is at most
    ``tolerance_grad``, where x or the loss changes by no more than ``tolerance_change``, or
    after ``max_eval`` calls of the closure (max_iter * 5 // 4 for None). After Nocedal,
    "Updating quasi-Newton matrices with limited storage" (1980).

    ``step`` needs the closure, and there is one parameter group. Raises ValueError for a
    negative ``lr`` and for several groups, RuntimeError for another line search.

    >>> w = nn.Parameter(tensor([3.0, 4.0]))
    >>> optimizer = nn.optim.LBFGS([w], line_search_fn="strong_wolfe")
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = ((w - tensor([1.0, 2.0])) ** 2 * tensor([1.0, 10.0])).sum()
    ...     loss.backward()
    ...     return loss
    >>> optimizer.step(closure).item()  # the loss before the step
    44.0
    >>> [round(value, 4) for value in w.tolist()]
    [1.0, 2.0]
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        settings = checked(
            lr=lr,
            max_iter=max_iter,
            max_eval=max_iter * 5 // 4 if max_eval is None else max_eval,
            tolerance_grad=tolerance_grad,
            tolerance_change=tolerance_change,
            history_size=history_size,
            line_search_fn=line_search_fn,
        )
        super().__init__(params, settings)
        if len(self.param_groups) != 1:
            raise ValueError(
                "LBFGS doesn't support per-parameter options (parameter groups): its estimate of "
                f"the Hessian is one for all parameters, and there are {len(self.param_groups)} "
                "groups"
            )

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Go up to ``max_iter`` iterations; returns the loss that the first call returned.

        Raises TypeError without a ``closure``, which clears the gradients, computes the loss,
        calls backward on it, and is called several times.

        >>> optimizer = nn.optim.LBFGS([nn.Parameter(ones(1))])
        >>> optimizer.step()
        Traceback (most recent call last):
        ...
        TypeError: LBFGS.step needs a closure that computes the loss again: step(closure)
        """
        if closure is None:
            raise TypeError(
                "LBFGS.step needs a closure that computes the loss again: step(closure)"
            )
        with no_grad():
            return self._iterate(enable_grad()(closure), self.param_groups[0])

    def _iterate(self, closure: Callable[[], Any], group: Group) -> Any:
        params = group["params"]
        state = self.state[params[0]]
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)
        first = closure()
        loss, evaluations = float(first), 1
        state["func_evals"] += 1
        gradient = _gradient(params)
        if _largest(gradient) <= group["tolerance_grad"]:
            return first
        for iteration in range(1, group["max_iter"] + 1):
            state["n_iter"] += 1
            lr = float(group["lr"])
            if state["n_iter"] == 1:
                direction, t = gradient.neg(), min(1.0, 1.0 / gradient.abs().sum()) * lr
                state.update(old_dirs=[], old_stps=[], ro=[], H_diag=1)
            else:
                _remember(state, gradient, group["history_size"])
                direction, t = _newton(state, gradient, group["history_size"]), lr
            previous = loss
            state.update(d=direction, t=t, prev_flat_grad=gradient.clone(), prev_loss=loss)
            slope = gradient.dot(direction)
            if slope > -group["tolerance_change"]:
                break

            calls = 0
            if group["line_search_fn"] is not None:
                if group["line_search_fn"] != "strong_wolfe":
                    raise RuntimeError(
                        "only 'strong_wolfe' is supported as line_search_fn, and None; got "
                        f"{group['line_search_fn']!r}"
                    )
                found, calls = strong_wolfe(
                    _along(closure, params, direction),
                    Trial(0, loss, gradient, slope),
                    t,
                    _largest(direction),
                    group["max_eval"] - evaluations,
                )
                t, loss, gradient = found.t, found.loss, found.gradient
                state["t"] = t
                _move(params, t, direction)
            else:
                _move(params, t, direction)
                if iteration != group["max_iter"]:  # after the last one it is not needed
                    loss, gradient, calls = float(closure()), _gradient(params), 1
            evaluations += calls
            state["func_evals"] += calls
            if (
                evaluations >= group["max_eval"]
                or _largest(gradient) <= group["tolerance_grad"]
                or _largest(direction * t) <= group["tolerance_change"]
                or abs(loss - previous) < group["tolerance_change"]
            ):
                break
        return first


def _gradient(params: list[Tensor]) -> Tensor:
    """The gradients of all parameters in one row, zeros where there is none."""
    grads = [zeros_like(each) if each.grad is None else each.grad.detach() for each in params]
    return cat([grad.reshape(-1) for grad in grads])


def _largest(values: Tensor) -> Any:
    return values.abs().max()


def _move(params: list[Tensor], t: Any, direction: Tensor) -> None:
    """x += t * direction."""
    start = 0
    for each in params:
        stop = start + each.numel()
        each.add_(direction[start:stop].view_as(each), alpha=t)
        start = stop


def _along(
    closure: Callable[[], Any], params: list[Tensor], direction: Tensor
) -> Callable[[Any], Trial]:
    """The loss as a function of the step along ``direction``; the parameters stay as they are."""
    start = [each.clone() for each in params]

    def evaluate(t: Any) -> Trial:
        _move(params, t, direction)
        loss, gradient = float(closure()), _gradient(params)
        for each, values in zip(params, start, strict=True):
            each.copy_(values)
        return Trial(t, loss, gradient, gradient.dot(direction))

    return evaluate


def _remember(state: dict[str, Any], gradient: Tensor, size: int) -> None:
    """Let the last step and what it changed in the gradient enter the history."""
    change = gradient - state["prev_flat_grad"]
    step = state["d"] * state["t"]
    curvature = change.dot(step)
    if curvature > CURVED:
        history = (state["old_dirs"], state["old_stps"], state["ro"])
        if len(state["old_dirs"]) == size:
            for each in history:
                each.pop(0)
        for each, value in zip(history, (change, step, 1.0 / curvature), strict=True):
            each.append(value)
        state["H_diag"] = curvature / change.dot(change)


def _newton(state: dict[str, Any], gradient: Tensor, size: int) -> Tensor:
    """-H times the gradient, by two loops through the history (Nocedal's recursion)."""
    history = list(zip(state["old_dirs"], state["old_stps"], state["ro"], strict=True))
    shares = state.setdefault("al", [None] * size)
    row: Tensor = gradient.neg()
    for i, (change, step, weight) in reversed(list(enumerate(history))):
        shares[i] = step.dot(row) * weight
        row.sub_(change * shares[i])
    row = row * state["H_diag"]
    for i, (change, step, weight) in enumerate(history):
        row.add_(step * (shares[i] - change.dot(row) * weight))
    return row
