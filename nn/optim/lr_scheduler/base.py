"""What every scheduler of learning rates shares: counting, writing rates, saving, warnings."""

from __future__ import annotations

import functools
import types
import warnings
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from autograd import Tensor
from autograd.capture.host import hosted
from nn.optim.optimizer import Optimizer
from nn.optim.stepping import Group

EPOCH_WARNING = (
    "The epoch parameter in `scheduler.step()` was not necessary and is being deprecated: write "
    "`scheduler.step()`. With it, the rate is computed in closed form where there is one"
)


class LRScheduler:
    """The base of the schedulers (`torch.optim.lr_scheduler.LRScheduler`).

    A subclass has ``get_lr``, which returns a learning rate for each parameter group, from
    ``last_epoch``, ``base_lrs`` and ``optimizer.param_groups``. ``step`` is called once per
    epoch, after the optimiser's steps, and writes these rates; the first is written at once.
    With ``last_epoch`` of 0 or more it goes on from there, with the "initial_lr" of the groups.

    Raises TypeError where ``optimizer`` is none, KeyError where "initial_lr" is missing.

    >>> class Halving(nn.optim.lr_scheduler.LRScheduler):
    ...     def get_lr(self):
    ...         return [base / 2**self.last_epoch for base in self.base_lrs]
    >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=0.4)
    >>> scheduler = Halving(optimizer)
    >>> optimizer.step()
    >>> scheduler.step()
    >>> scheduler.get_last_lr()
    [0.2]
    """

    optimizer: Optimizer
    base_lrs: list[Any]
    last_epoch: int
    _last_lr: list[Any]
    _step_count: int
    _get_lr_called_within_step: bool = False
    _is_initial: bool = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """A subclass's own ``step`` is called by captured steps as it is, too."""
        super().__init_subclass__(**kwargs)
        if "step" in vars(cls):
            cls.step = hosted(cls.step)  # type: ignore[method-assign]

    def _captured_parts(self) -> list[Any]:
        """What a captured call relies on: nothing, it calls ``step`` as it is."""
        return []

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        self.optimizer = checked(optimizer)
        for number, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", own(group["lr"]))
            elif "initial_lr" not in group:
                raise KeyError(
                    f"param 'initial_lr' is not specified in param_groups[{number}] when resuming "
                    f"scheduler with last_epoch={last_epoch}: load the optimizer's state first, or "
                    "leave last_epoch out to begin anew"
                )
        self.base_lrs = rates(optimizer, "initial_lr")
        self.last_epoch = last_epoch
        _watch(optimizer)
        self._initial_step()

    def _initial_step(self) -> None:
        """Write the first rates."""
        self._step_count = 0
        self._is_initial = True
        try:
            self.step()
        finally:
            self._is_initial = False

    def get_last_lr(self) -> list[Any]:
        """The learning rate of each parameter group that the last step wrote.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=0.5)
        >>> nn.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5).get_last_lr()
        [0.5]
        """
        return self._last_lr

    def get_lr(self) -> list[Any]:
        """The learning rate of each parameter group in this epoch; for ``step`` to call."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say how it schedules: define get_lr(self), which "
            "returns a rate for each of self.optimizer.param_groups"
        )

    @hosted
    def step(self, epoch: int | None = None) -> None:
        """Count one epoch and write its rates; call it after the optimiser's steps.

        ``epoch``, which torch is about to drop, says which epoch it is.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=0.5)
        >>> scheduler = nn.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
        >>> optimizer.step()
        >>> scheduler.step()
        >>> optimizer.param_groups[0]["lr"]
        0.25
        """
        if self._step_count == 1:
            self._check_order()
        self._step_count += 1
        if epoch is not None:
            warnings.warn(EPOCH_WARNING, UserWarning, stacklevel=3)
        self._update_lr(epoch)

    def _check_order(self) -> None:
        """Warn where the first rate has been skipped, because no step was made with it."""
        if not hasattr(self.optimizer.step, "_wrapped_by_lr_sched"):
            warnings.warn(
                "Seems like `optimizer.step()` has been overridden after learning rate scheduler "
                "initialization: the scheduler cannot see whether it is called first, as it must",
                UserWarning,
                stacklevel=4,
            )
        elif not getattr(self.optimizer, "_opt_called", False):
            warnings.warn(
                "Detected call of `lr_scheduler.step()` before `optimizer.step()`. Call them in "
                "the opposite order: as it is, the first value of the schedule is never used",
                UserWarning,
                stacklevel=4,
            )

    def _update_lr(self, epoch: int | None = None) -> None:
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        closed = None if epoch is None else getattr(self, "_get_closed_form_lr", None)
        with self._stepping():
            values = self.get_lr() if closed is None else closed()
        self._write(values)

    @contextmanager
    def _stepping(self) -> Iterator[None]:
        self._get_lr_called_within_step = True
        try:
            yield
        finally:
            self._get_lr_called_within_step = False

    def _write(self, values: list[Any]) -> None:
        for group, value in zip(self.optimizer.param_groups, values, strict=True):
            write(group, "lr", value)
        self._last_lr = rates(self.optimizer)

    def _warn_outside_step(self) -> None:
        if not self._get_lr_called_within_step:
            warnings.warn(
                "To get the last learning rate computed by the scheduler, please use "
                "`get_last_lr()`: get_lr() goes on from it",
                UserWarning,
                stacklevel=3,
            )

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimiser, under torch's names.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=0.5)
        >>> nn.optim.lr_scheduler.StepLR(optimizer, step_size=3).state_dict()["last_epoch"]
        0
        """
        return {key: value for key, value in vars(self).items() if key != "optimizer"}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from where another scheduler was; the optimiser is loaded by itself.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=0.5)
        >>> scheduler = nn.optim.lr_scheduler.StepLR(optimizer, step_size=3)
        >>> scheduler.load_state_dict({**scheduler.state_dict(), "last_epoch": 2})
        >>> scheduler.last_epoch
        2
        """
        vars(self).update(state_dict)


def checked(optimizer: Any) -> Optimizer:
    """The optimiser; raises TypeError for anything else.

    >>> from nn.optim.lr_scheduler.base import checked
    >>> checked(3)
    Traceback (most recent call last):
    ...
    TypeError: int is not an Optimizer
    """
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
    return optimizer


def own(value: Any) -> Any:
    """A rate that stays as it is when the group's, a tensor perhaps, is written.

    >>> from nn.optim.lr_scheduler.base import own
    >>> own(0.5)
    0.5
    """
    return value.clone() if isinstance(value, Tensor) else value


def rates(optimizer: Optimizer, key: str = "lr") -> list[Any]:
    """This setting of every group, as it is now.

    >>> from nn.optim.lr_scheduler.base import rates
    >>> rates(nn.optim.SGD([nn.Parameter(ones(1))], lr=0.5))
    [0.5]
    """
    return [own(group[key]) for group in optimizer.param_groups]


def write(group: Group, key: str, value: Any) -> None:
    """Set a group's ``key``; a tensor is filled, so that whoever holds it sees the value.

    >>> from nn.optim.lr_scheduler.base import write
    >>> group = {"lr": tensor(0.5)}
    >>> write(group, "lr", 0.25)
    >>> group["lr"]
    tensor(0.2500)
    """
    if isinstance(group[key], Tensor):
        group[key].fill_(float(value))
    else:
        group[key] = value


def one_each(name: str, optimizer: Optimizer, value: Any) -> list[Any]:
    """One value for each parameter group; a single one is for all of them.

    Raises ValueError for a list of another length.

    >>> from nn.optim.lr_scheduler.base import one_each
    >>> one_each("max_lr", nn.optim.SGD([nn.Parameter(ones(1))]), 0.5)
    [0.5]
    """
    groups = len(optimizer.param_groups)
    if not isinstance(value, list | tuple):
        value = [value] * groups
    if len(value) != groups:
        raise ValueError(
            f"{name} must have the same length as optimizer.param_groups: it has {len(value)} "
            f"values for {groups} groups"
        )
    return [own(each) for each in value]


def saved_function(function: Any) -> Any:
    """What a state keeps of a function: of an object that can be called, its attributes.

    >>> from nn.optim.lr_scheduler.base import saved_function
    >>> saved_function(lambda epoch: 0.5) is None
    True
    """
    if function is None or isinstance(function, types.FunctionType):
        return None
    return dict(vars(function))


def _watch(optimizer: Optimizer) -> None:
    """Let the optimiser note that it has made a step, once for all its schedulers."""
    if hasattr(optimizer.step, "_wrapped_by_lr_sched"):
        return
    function: Callable[..., Any] = optimizer.step.__func__  # type: ignore[attr-defined]
    here = weakref.ref(optimizer)

    @functools.wraps(function)
    def step(*args: Any, **kwargs: Any) -> Any:
        optimizer: Any = here()
        optimizer._opt_called = True
        return function(optimizer, *args, **kwargs)

    step._wrapped_by_lr_sched = True  # type: ignore[attr-defined]
    optimizer.step = step  # type: ignore[method-assign]
