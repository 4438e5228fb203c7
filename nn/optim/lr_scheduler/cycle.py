"""Schedulers that raise the learning rate, lower it, and move the momentum against it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from nn.optim.lr_scheduler.base import LRScheduler, checked, one_each, saved_function, write
from nn.optim.optimizer import Optimizer
from nn.optim.stepping import Group


class _WithMomentum(LRScheduler):
    """Schedulers that move the momentum, too, or of Adam and its kin the first beta."""

    use_beta1: bool

    def _begin_momentum(self, base: Any, most: Any, first: bool) -> tuple[list[Any], list[Any]]:
        """The lowest and highest momentum of every group; the highest is where it begins."""
        optimizer = self.optimizer
        if "momentum" not in optimizer.defaults and "betas" not in optimizer.defaults:
            raise ValueError(
                "optimizer must support momentum or beta1 with `cycle_momentum` option enabled: "
                f"{type(optimizer).__name__} has neither, so pass cycle_momentum=False"
            )
        self.use_beta1 = "betas" in optimizer.defaults
        highest = one_each("max_momentum", optimizer, most)
        lowest = one_each("base_momentum", optimizer, base)
        if first:
            for group, low, high in zip(optimizer.param_groups, lowest, highest, strict=True):
                self._write_momentum(group, high)
                group.update(max_momentum=high, base_momentum=low)
        return lowest, highest

    def _write_momentum(self, group: Group, value: Any) -> None:
        if self.use_beta1:
            group["betas"] = (value, *group["betas"][1:])
        else:
            group["momentum"] = value


MODES: dict[str, tuple[str, Callable[[float, float], float]]] = {
    "triangular": ("cycle", lambda gamma, cycle: 1.0),
    "triangular2": ("cycle", lambda gamma, cycle: 1 / 2.0 ** (cycle - 1)),
    "exp_range": ("iterations", lambda gamma, step: gamma**step),
}
"""What scales the height of a cycle, by mode: a function of its number, or of the step's."""


class CyclicLR(_WithMomentum):
    """lr goes up from base_lr to max_lr and down again, over and over, in straight lines.

    `torch.optim.lr_scheduler.CyclicLR`: ``step_size_up`` steps up, ``step_size_down`` (as
    many, for None) down; ``step`` is called after every batch. The height stays the same
    ("triangular"), is halved every cycle ("triangular2") or is multiplied by ``gamma`` every
    step ("exp_range"); or ``scale_fn`` tells it of the cycle's number or, with
    ``scale_mode="iterations"``, of the step's. With ``cycle_momentum`` the momentum goes down
    while lr goes up. After Smith, "Cyclical learning rates for training neural networks" (2017).

    Raises ValueError for an unknown ``mode``, a list of another length than the groups, and
    ``cycle_momentum`` where the optimiser has no momentum.

    >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=1.0, momentum=0.9)
    >>> scheduler = nn.optim.lr_scheduler.CyclicLR(optimizer, 1.0, 2.0, step_size_up=2)
    >>> for _ in range(4):
    ...     optimizer.step()
    ...     scheduler.step()
    ...     print(scheduler.get_last_lr())
    [1.5]
    [2.0]
    [1.5]
    [1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | list[float],
        max_lr: float | list[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.8,
        max_momentum: float | list[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        self.optimizer = checked(optimizer)
        base_lrs = one_each("base_lr", optimizer, base_lr)
        if last_epoch == -1:
            for base, group in zip(base_lrs, optimizer.param_groups, strict=True):
                write(group, "lr", base)
        self.max_lrs = one_each("max_lr", optimizer, max_lr)
        up = float(step_size_up)
        self.total_size = up + (up if step_size_down is None else float(step_size_down))
        self.step_ratio = up / self.total_size
        if mode not in MODES and scale_fn is None:
            raise ValueError(
                f"mode is invalid and scale_fn is None: {mode!r} is none of {[*MODES]}"
            )
        self.mode = mode
        self.gamma = gamma
        self._scale_fn_custom = scale_fn
        self.scale_mode = scale_mode if scale_fn is not None else MODES[mode][0]
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self.base_momentums, self.max_momentums = self._begin_momentum(
                base_momentum, max_momentum, last_epoch == -1
            )
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def scale_fn(self, x: float) -> float:
        """The height of a cycle, as a share of the full one.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=1.0, momentum=0.9)
        >>> scheduler = nn.optim.lr_scheduler.CyclicLR(optimizer, 1.0, 2.0, mode="triangular2")
        >>> scheduler.scale_fn(3)
        0.25
        """
        if self._scale_fn_custom is not None:
            return self._scale_fn_custom(x)
        return MODES[self.mode][1](self.gamma, x)

    def get_lr(self) -> list[Any]:
        """The rates of this step; the momenta are written on the way."""
        self._warn_outside_step()
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1.0 + self.last_epoch / self.total_size - cycle
        rising = x <= self.step_ratio
        share = x / self.step_ratio if rising else (x - 1) / (self.step_ratio - 1)
        scale = self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            for group, low, high in zip(
                self.optimizer.param_groups, self.base_momentums, self.max_momentums, strict=True
            ):
                self._write_momentum(group, high - (high - low) * share * scale)
        return [
            low + (high - low) * share * scale
            for low, high in zip(self.base_lrs, self.max_lrs, strict=True)
        ]

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimiser and ``scale_fn``; of an object its attributes are kept.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=1.0, momentum=0.9)
        >>> nn.optim.lr_scheduler.CyclicLR(optimizer, 1.0, 2.0).state_dict()["step_ratio"]
        0.5
        """
        saved = saved_function(self._scale_fn_custom)
        return {**super().state_dict(), "_scale_fn_custom": saved}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from where another scheduler was; ``scale_fn`` stays this one's.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=1.0, momentum=0.9)
        >>> scheduler = nn.optim.lr_scheduler.CyclicLR(optimizer, 1.0, 2.0)
        >>> scheduler.load_state_dict({**scheduler.state_dict(), "last_epoch": 2})
        """
        rest = {key: value for key, value in state_dict.items() if key != "_scale_fn_custom"}
        super().load_state_dict(rest)
        if state_dict["_scale_fn_custom"] is not None:
            vars(self._scale_fn_custom).update(state_dict["_scale_fn_custom"])


class OneCycleLR(_WithMomentum):
    """lr goes up to max_lr once and then down to nearly nothing.

    `torch.optim.lr_scheduler.OneCycleLR`: from max_lr / div_factor up during the share
    ``pct_start`` of all steps, then down to max_lr / div_factor / final_div_factor; with
    ``three_phase`` down to the first rate in as many steps as up, and to the last one in the
    rest. Along a cosine, or straight (``anneal_strategy`` "linear"); ``step`` is called after
    every batch, ``total_steps`` (or ``epochs`` * ``steps_per_epoch``) times at most. With
    ``cycle_momentum`` the momentum moves the other way. After Smith and Topin,
    "Super-convergence: very fast training of neural networks using large learning rates" (2019).

    Raises ValueError for wrong settings, and when it is called too often.

    >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=1.0, momentum=0.9)
    >>> scheduler = nn.optim.lr_scheduler.OneCycleLR(
    ...     optimizer, 1.0, total_steps=5, pct_start=0.4, anneal_strategy="linear", div_factor=2.0)
    >>> for _ in range(4):
    ...     optimizer.step()
    ...     scheduler.step()
    ...     print([round(lr, 2) for lr in scheduler.get_last_lr()])
    [1.0]
    [0.67]
    [0.33]
    [0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.85,
        max_momentum: float | list[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        self.optimizer = checked(optimizer)
        if total_steps is not None:
            self.total_steps = _positive("total_steps", total_steps)
        elif epochs is not None and steps_per_epoch is not None:
            self.total_steps = _positive("epochs", epochs)
            self.total_steps *= _positive("steps_per_epoch", steps_per_epoch)
        else:
            raise ValueError("You must define either total_steps OR (epochs AND steps_per_epoch)")
        up = _share("pct_start", pct_start) * self.total_steps
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}"
            )
        self._schedule_phases = _phases(up, self.total_steps, three_phase)
        self._anneal_func_type = anneal_strategy
        highest = one_each("max_lr", optimizer, max_lr)
        if last_epoch == -1:
            for group, high in zip(optimizer.param_groups, highest, strict=True):
                first = high / div_factor
                group.update(initial_lr=first, max_lr=high, min_lr=first / final_div_factor)
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._begin_momentum(base_momentum, max_momentum, last_epoch == -1)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[Any]:
        """The rates of this step; the momenta are written on the way."""
        self._warn_outside_step()
        step = self.last_epoch
        if step > self.total_steps:
            raise ValueError(
                f"Tried to step {step} times. The specified number of total steps is "
                f"{self.total_steps}"
            )
        start: float = 0.0
        for phase in self._schedule_phases:
            if step <= phase["end_step"] or phase is self._schedule_phases[-1]:
                break
            start = phase["end_step"]
        share = (step - start) / (phase["end_step"] - start)
        anneal = _cosine if self._anneal_func_type == "cos" else _line
        values = []
        for group in self.optimizer.param_groups:
            values.append(anneal(group[phase["start_lr"]], group[phase["end_lr"]], share))
            if self.cycle_momentum:
                ends = group[phase["start_momentum"]], group[phase["end_momentum"]]
                self._write_momentum(group, anneal(*ends, share))
        return values


def _positive(name: str, value: Any) -> int:
    if not isinstance(value, int) or value <= 0:
        raise ValueError(f"Expected positive integer {name}, but got {value}")
    return value


def _share(name: str, value: Any) -> float:
    if not isinstance(value, float) or not 0 <= value <= 1:
        raise ValueError(f"Expected float between 0 and 1 {name}, but got {value}")
    return value


def _phases(up: float, total: int, three: bool) -> list[dict[str, Any]]:
    """The phases as torch's state has them: where each ends, and which keys hold its ends."""
    rates = ["initial_lr", "max_lr", *["initial_lr"] * three, "min_lr"]
    momenta = ["max_momentum", "base_momentum", "max_momentum", *["max_momentum"] * three]
    ends: list[float] = [float(up) - 1, *[float(2 * up) - 2] * three, total - 1]
    return [
        {
            "end_step": end,
            "start_lr": rates[i],
            "end_lr": rates[i + 1],
            "start_momentum": momenta[i],
            "end_momentum": momenta[i + 1],
        }
        for i, end in enumerate(ends)
    ]


def _cosine(start: Any, end: Any, share: float) -> Any:
    return end + (start - end) / 2.0 * (math.cos(math.pi * share) + 1)


def _line(start: Any, end: Any, share: float) -> Any:
    return (end - start) * share + start
