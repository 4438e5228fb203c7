"""Schedulers that multiply the learning rate: by a function's value, or by a formula."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from nn.optim.lr_scheduler.base import LRScheduler, checked, rates, saved_function
from nn.optim.optimizer import Optimizer

Factor = Callable[[int], float]


class _ByFunction(LRScheduler):
    """Schedulers that ask a function of the epoch, one for all groups or one for each."""

    def __init__(
        self, optimizer: Optimizer, lr_lambda: Factor | Sequence[Factor], last_epoch: int = -1
    ) -> None:
        groups = len(checked(optimizer).param_groups)
        several = isinstance(lr_lambda, list | tuple)
        given: Any = list(lr_lambda) if several else [lr_lambda] * groups  # type: ignore[arg-type]
        if len(given) != groups:
            raise ValueError(f"Expected {groups} lr_lambdas, but got {len(given)}")
        for function in given:
            if not callable(function):
                raise TypeError(
                    f"lr_lambda should be a function, but got {type(function).__name__}"
                )
        self.lr_lambdas: list[Factor] = given
        super().__init__(optimizer, last_epoch)

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimiser and the functions; of objects their attributes are kept.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=0.5)
        >>> scheduler = nn.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 0.9**epoch)
        >>> scheduler.state_dict()["lr_lambdas"]
        [None]
        """
        return {**super().state_dict(), "lr_lambdas": [*map(saved_function, self.lr_lambdas)]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from where another scheduler was; functions stay this one's.

        >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=0.5)
        >>> scheduler = nn.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 0.9**epoch)
        >>> scheduler.load_state_dict({**scheduler.state_dict(), "last_epoch": 2})
        """
        rest = {key: value for key, value in state_dict.items() if key != "lr_lambdas"}
        super().load_state_dict(rest)
        for function, saved in zip(self.lr_lambdas, state_dict["lr_lambdas"], strict=True):
            if saved is not None:
                vars(function).update(saved)


class LambdaLR(_ByFunction):
    """lr = initial lr * lr_lambda(epoch) (`torch.optim.lr_scheduler.LambdaLR`).

    ``lr_lambda`` is one function, or a list of one for each parameter group.

    >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=0.5)
    >>> scheduler = nn.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 1 / (1 + epoch))
    >>> optimizer.step()
    >>> scheduler.step()
    >>> scheduler.get_last_lr()
    [0.25]
    """

    def get_lr(self) -> list[Any]:
        """The first rate of each group times its function of the epoch."""
        self._warn_outside_step()
        return [
            base * function(self.last_epoch)
            for function, base in zip(self.lr_lambdas, self.base_lrs, strict=True)
        ]


class MultiplicativeLR(_ByFunction):
    """lr *= lr_lambda(epoch), from the second epoch on.

    `torch.optim.lr_scheduler.MultiplicativeLR`; ``lr_lambda`` is one function, or a list of
    one for each parameter group.

    >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=0.5)
    >>> scheduler = nn.optim.lr_scheduler.MultiplicativeLR(optimizer, lambda epoch: 0.5)
    >>> optimizer.step()
    >>> scheduler.step()
    >>> scheduler.get_last_lr()
    [0.25]
    """

    def get_lr(self) -> list[Any]:
        """The rate of each group times its function of the epoch."""
        self._warn_outside_step()
        if self._is_initial:
            return rates(self.optimizer)
        return [
            group["lr"] * function(self.last_epoch)
            for function, group in zip(self.lr_lambdas, self.optimizer.param_groups, strict=True)
        ]


class _ByFormula(LRScheduler):
    """Schedulers whose epoch multiplies all rates by one factor, and that know its product.

    The factor is applied to the rate as it stands, so that schedulers can be combined; the
    product to the first rate, where an epoch is named.
    """

    def _factor(self) -> float:
        """What this epoch multiplies the rate by."""
        raise NotImplementedError

    def _product(self) -> float:
        """What the epochs up to this one have multiplied the first rate by."""
        raise NotImplementedError

    def get_lr(self) -> list[Any]:
        """The rate of each group times this epoch's factor."""
        self._warn_outside_step()
        factor = self._factor()
        return [group["lr"] * factor for group in self.optimizer.param_groups]

    def _get_closed_form_lr(self) -> list[Any]:
        product = self._product()
        return [base * product for base in self.base_lrs]


class StepLR(_ByFormula):
    """lr *= gamma every ``step_size`` epochs (`torch.optim.lr_scheduler.StepLR`).

    In closed form: initial lr * gamma ** (epoch // step_size).

    >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=0.5)
    >>> scheduler = nn.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    >>> for _ in range(4):
    ...     optimizer.step()
    ...     scheduler.step()
    >>> scheduler.get_last_lr()
    [0.125]
    """

    def __init__(
        self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def _factor(self) -> float:
        waits = self.last_epoch == 0 or self.last_epoch % self.step_size != 0
        return 1.0 if waits else self.gamma

    def _product(self) -> float:
        return float(self.gamma ** (self.last_epoch // self.step_size))


class MultiStepLR(_ByFormula):
    """lr *= gamma at every milestone (`torch.optim.lr_scheduler.MultiStepLR`).

    ``milestones`` are epochs; one that is named twice counts twice.

    >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=0.5)
    >>> scheduler = nn.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[1, 3], gamma=0.5)
    >>> for _ in range(4):
    ...     optimizer.step()
    ...     scheduler.step()
    >>> scheduler.get_last_lr()
    [0.125]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        milestones: Iterable[int],
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        self.milestones = Counter(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def _factor(self) -> float:
        return float(self.gamma ** self.milestones[self.last_epoch])

    def _product(self) -> float:
        passed = bisect_right(sorted(self.milestones.elements()), self.last_epoch)
        return float(self.gamma**passed)


class ExponentialLR(_ByFormula):
    """lr *= gamma every epoch (`torch.optim.lr_scheduler.ExponentialLR`).

    In closed form: initial lr * gamma ** epoch.

    >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=0.5)
    >>> scheduler = nn.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    >>> optimizer.step()
    >>> scheduler.step()
    >>> scheduler.get_last_lr()
    [0.25]
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def _factor(self) -> float:
        return 1.0 if self._is_initial else self.gamma

    def _product(self) -> float:
        return float(self.gamma**self.last_epoch)
