"""Schedulers that lead the learning rate to its end in a given number of epochs."""

from __future__ import annotations

from nn.optim.lr_scheduler.factors import _ByFormula
from nn.optim.optimizer import Optimizer


class ConstantLR(_ByFormula):
    """lr = factor * initial lr for ``total_iters`` epochs, then the initial lr.

    `torch.optim.lr_scheduler.ConstantLR`. Raises ValueError for a ``factor`` outside [0, 1].

    >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=0.5)
    >>> scheduler = nn.optim.lr_scheduler.ConstantLR(optimizer, factor=0.5, total_iters=1)
    >>> scheduler.get_last_lr()
    [0.25]
    >>> optimizer.step()
    >>> scheduler.step()
    >>> scheduler.get_last_lr()
    [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        factor: float = 1.0 / 3,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if factor > 1.0 or factor < 0:
            raise ValueError(
                f"Constant multiplicative factor expected to be between 0 and 1, got {factor}"
            )
        self.factor = factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def _factor(self) -> float:
        if self.last_epoch == 0:
            return self.factor
        return 1.0 / self.factor if self.last_epoch == self.total_iters else 1.0

    def _product(self) -> float:
        return self.factor + (self.last_epoch >= self.total_iters) * (1 - self.factor)


class LinearLR(_ByFormula):
    """lr goes from start_factor to end_factor times the initial lr, evenly.

    `torch.optim.lr_scheduler.LinearLR`, in ``total_iters`` epochs; often a warm-up. Raises
    ValueError for a ``start_factor`` outside (0, 1] and an ``end_factor`` outside [0, 1].

    >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=1.0)
    >>> scheduler = nn.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.5, total_iters=2)
    >>> for _ in range(2):
    ...     optimizer.step()
    ...     scheduler.step()
    ...     print(scheduler.get_last_lr())
    [0.75]
    [1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1.0 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if start_factor > 1.0 or start_factor <= 0:
            raise ValueError(
                "Starting multiplicative factor expected to be greater than 0 and less or equal to "
                f"1, got {start_factor}"
            )
        if end_factor > 1.0 or end_factor < 0:
            raise ValueError(
                f"Ending multiplicative factor expected to be between 0 and 1, got {end_factor}"
            )
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def _factor(self) -> float:
        if self.last_epoch == 0:
            return self.start_factor
        if self._is_initial or self.last_epoch > self.total_iters:
            return 1.0
        rise = self.end_factor - self.start_factor
        return 1.0 + rise / (self.total_iters * self.start_factor + (self.last_epoch - 1) * rise)

    def _product(self) -> float:
        passed = min(self.total_iters, self.last_epoch)
        rise = self.end_factor - self.start_factor
        return self.start_factor + rise * passed / self.total_iters


class PolynomialLR(_ByFormula):
    """lr = initial lr * (1 - epoch / total_iters) ** power, and 0 afterwards.

    `torch.optim.lr_scheduler.PolynomialLR`.

    >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=1.0)
    >>> scheduler = nn.optim.lr_scheduler.PolynomialLR(optimizer, total_iters=2, power=2.0)
    >>> optimizer.step()
    >>> scheduler.step()
    >>> scheduler.get_last_lr()
    [0.25]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        total_iters: int = 5,
        power: float = 1.0,
        last_epoch: int = -1,
    ) -> None:
        self.total_iters = total_iters
        self.power = power
        super().__init__(optimizer, last_epoch)

    def _factor(self) -> float:
        if self._is_initial or self.last_epoch > self.total_iters:
            return 1.0
        now, before = (
            1.0 - epoch / self.total_iters for epoch in (self.last_epoch, self.last_epoch - 1)
        )
        return float((now / before) ** self.power)

    def _product(self) -> float:
        passed = min(self.total_iters, self.last_epoch)
        return float((1.0 - passed / self.total_iters) ** self.power)
