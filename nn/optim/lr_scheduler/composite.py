"""Schedulers made of schedulers: all at once, or one after the other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from nn.optim.lr_scheduler.base import LRScheduler, rates, write
from nn.optim.lr_scheduler.plateau import ReduceLROnPlateau
from nn.optim.optimizer import Optimizer


class _Composite(LRScheduler):
    """Schedulers that hold others, and keep the states of these in their own."""

    _schedulers: Sequence[Any]

    def _check(self, schedulers: Sequence[Any], optimizer: Optimizer | None) -> Optimizer:
        """The one optimiser of all; raises where there is none, or another one."""
        name = type(self).__name__
        if len(schedulers) < 1:
            raise ValueError(f"{name} expects at least one scheduler, but got no scheduler")
        for number, scheduler in enumerate(schedulers):
            theirs = getattr(scheduler, "optimizer", None)
            if theirs is None:
                raise TypeError(
                    f"{name} at index {number} should have `optimizer` as its attribute, and "
                    f"{type(scheduler).__name__} has none"
                )
            if isinstance(scheduler, ReduceLROnPlateau):
                raise ValueError(
                    f"{name} does not support `ReduceLROnPlateau`, whose `step` wants a metric: "
                    f"there is one at index {number}; step it by itself"
                )
            optimizer = optimizer or theirs
            if theirs is not optimizer:
                raise ValueError(
                    f"{name} expects all schedulers to belong to the same optimizer, but "
                    f"{type(scheduler).__name__} at index {number} has another "
                    f"{type(theirs).__name__}"
                )
        assert optimizer is not None
        return optimizer

    def get_lr(self) -> list[Any]:
        """Refused: the rates are those that the schedulers within write.

        SequentialLR asks for them where a composite's turn comes at a milestone.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no rates of its own, so it can only be the first within a "
            "SequentialLR, which begins the others anew: use `step` and `get_last_lr()`, and put "
            "the schedulers within it into the sequence one by one"
        )

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimiser, with the states of the schedulers in it.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=0.5)
        >>> parts = [nn.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)]
        >>> state = nn.optim.lr_scheduler.ChainedScheduler(parts).state_dict()
        >>> state["_schedulers"][0]["gamma"]
        0.5
        """
        states = [scheduler.state_dict() for scheduler in self._schedulers]
        return {**super().state_dict(), "_schedulers": states}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from where others were, each scheduler from its own.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=0.5)
        >>> parts = [nn.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)]
        >>> scheduler = nn.optim.lr_scheduler.ChainedScheduler(parts)
        >>> scheduler.load_state_dict(scheduler.state_dict())
        """
        rest = {key: value for key, value in state_dict.items() if key != "_schedulers"}
        super().load_state_dict(rest)
        for scheduler, state in zip(self._schedulers, state_dict["_schedulers"], strict=True):
            scheduler.load_state_dict(state)


class SequentialLR(_Composite):
    """One scheduler after the other (`torch.optim.lr_scheduler.SequentialLR`).

    At each of the ``milestones`` the next one begins, at its own epoch 0 and from the initial
    learning rate. Raises ValueError unless there is one milestone fewer than schedulers, and
    where these belong to several optimisers or want a metric.

    >>> from nn.optim import lr_scheduler
    >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=1.0)
    >>> warm = lr_scheduler.ConstantLR(optimizer, factor=0.1, total_iters=9)
    >>> decay = lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    >>> scheduler = lr_scheduler.SequentialLR(optimizer, [warm, decay], milestones=[2])
    >>> for _ in range(4):
    ...     print(scheduler.get_last_lr())
    ...     optimizer.step()
    ...     scheduler.step()
    [0.1]
    [0.1]
    [1.0]
    [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: list[LRScheduler],
        milestones: list[int],
        last_epoch: int = -1,
    ) -> None:
        self._check(schedulers, optimizer)
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                "Sequential Schedulers expects number of schedulers provided to be one more than "
                f"the number of milestone points: {len(schedulers)} schedulers and "
                f"{len(milestones)} milestones"
            )
        self._schedulers = schedulers
        self._milestones = milestones
        self.last_epoch = last_epoch + 1
        self.optimizer = optimizer
        # What the schedulers wrote and counted when they were made is undone.
        for group in optimizer.param_groups:
            write(group, "lr", group["initial_lr"])
        _count_back(self)
        first = schedulers[bisect_right(milestones, 0)]
        first._initial_step()
        self._last_lr = first.get_last_lr()

    def step(self) -> None:  # type: ignore[override]  # no epoch: it would be whose?
        """Count one epoch, of the scheduler whose turn it is.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=1.0)
        >>> parts = [nn.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)]
        >>> scheduler = nn.optim.lr_scheduler.SequentialLR(optimizer, parts, [])
        >>> optimizer.step()
        >>> scheduler.step()
        >>> scheduler.get_last_lr()
        [0.5]
        """
        self.last_epoch += 1
        number = bisect_right(self._milestones, self.last_epoch)
        scheduler = self._schedulers[number]
        if number > 0 and self._milestones[number - 1] == self.last_epoch:
            scheduler._update_lr(0)
        else:
            scheduler.step()
        self._last_lr = scheduler.get_last_lr()


class ChainedScheduler(_Composite):
    """Several schedulers at once, each from what the one before it wrote.

    `torch.optim.lr_scheduler.ChainedScheduler`. Raises ValueError without a scheduler, and
    where they belong to several optimisers or want a metric.

    >>> from nn.optim import lr_scheduler
    >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=1.0)
    >>> constant = lr_scheduler.ConstantLR(optimizer, factor=0.5, total_iters=2)
    >>> decay = lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    >>> scheduler = lr_scheduler.ChainedScheduler([constant, decay])
    >>> for _ in range(3):
    ...     print(scheduler.get_last_lr())
    ...     optimizer.step()
    ...     scheduler.step()
    [0.5]
    [0.25]
    [0.25]
    """

    def __init__(
        self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None
    ) -> None:
        self.optimizer = self._check(schedulers, optimizer)
        self._schedulers = schedulers
        self._last_lr = rates(self.optimizer)

    def step(self) -> None:  # type: ignore[override]  # no epoch: it would be whose?
        """Count one epoch of every scheduler.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=1.0)
        >>> parts = [nn.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)]
        >>> scheduler = nn.optim.lr_scheduler.ChainedScheduler(parts)
        >>> optimizer.step()
        >>> scheduler.step()
        >>> scheduler.get_last_lr()
        [0.5]
        """
        for scheduler in self._schedulers:
            scheduler.step()
        self._last_lr = rates(self.optimizer)


def _count_back(scheduler: Any) -> None:
    """Take back the epoch that every scheduler within this one counted when it was made."""
    waiting = [scheduler]
    while waiting:
        each = waiting.pop()
        if hasattr(each, "_schedulers"):
            waiting.extend(each._schedulers)
        elif hasattr(each, "last_epoch"):
            each.last_epoch -= 1
