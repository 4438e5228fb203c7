"""Averages of a model's weights along its training (`torch.optim.swa_utils`)."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable
from typing import Any

from autograd import Tensor, int64, no_grad, tensor
from nn.module import Module
from nn.optim.lr_scheduler.base import LRScheduler, one_each
from nn.optim.optimizer import Optimizer

Average = Callable[[Tensor, Tensor, Tensor], Tensor]
"""The new average, from the one so far, the model's value, and the number of averaged models."""

Averages = Callable[[list[Tensor], list[Tensor], Tensor], None]
"""The same for a list of tensors of one dtype, in place."""

__all__ = [
    "SWALR",
    "AveragedModel",
    "get_ema_avg_fn",
    "get_ema_multi_avg_fn",
    "get_swa_avg_fn",
    "get_swa_multi_avg_fn",
    "update_bn",
]


def get_swa_avg_fn() -> Average:
    """The mean of all models: average + (value - average) / (number + 1).

    >>> average = nn.optim.swa_utils.get_swa_avg_fn()
    >>> average(tensor([1.0]), tensor([4.0]), tensor(2))
    tensor([2.])
    """

    def average(averaged: Tensor, value: Tensor, number: Tensor) -> Tensor:
        with no_grad():
            return averaged + (value - averaged) / (number + 1)

    return average


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """The exponential moving average: decay * average + (1 - decay) * value.

    Raises ValueError for a ``decay`` outside [0, 1].

    >>> average = nn.optim.swa_utils.get_ema_avg_fn(0.5)
    >>> average(tensor([1.0]), tensor([4.0]), tensor(2))
    tensor([2.5000])
    """
    if decay < 0.0 or decay > 1.0:
        raise ValueError(f"Invalid decay value {decay} provided: it lies in [0, 1]")

    def average(averaged: Tensor, value: Tensor, number: Tensor) -> Tensor:
        with no_grad():
            return decay * averaged + (1 - decay) * value

    return average


def get_swa_multi_avg_fn() -> Averages:
    """`get_swa_avg_fn` for lists of tensors, in place.

    >>> averaged = [tensor([1.0])]
    >>> nn.optim.swa_utils.get_swa_multi_avg_fn()(averaged, [tensor([4.0])], tensor(2))
    >>> averaged
    [tensor([2.])]
    """
    return _in_place(get_swa_avg_fn())


def get_ema_multi_avg_fn(decay: float = 0.999) -> Averages:
    """`get_ema_avg_fn` for lists of tensors, in place.

    >>> averaged = [tensor([1.0])]
    >>> nn.optim.swa_utils.get_ema_multi_avg_fn(0.5)(averaged, [tensor([4.0])], tensor(2))
    >>> averaged
    [tensor([2.5000])]
    """
    return _in_place(get_ema_avg_fn(decay))


def _in_place(average: Average) -> Averages:
    def update(averaged: list[Tensor], values: list[Tensor], number: Tensor) -> None:
        with no_grad():
            for mean, value in zip(averaged, values, strict=True):
                mean.copy_(average(mean, value, number))

    return update


class AveragedModel(Module):
    """A copy of a model whose parameters are averages (`torch.optim.swa_utils.AveragedModel`).

    ``update_parameters(model)`` takes in the model as it is: the mean of all of them, or what
    ``avg_fn`` makes of the average so far, the new value and their number ``n_averaged``;
    ``multi_avg_fn`` does so for lists, in place. Buffers are averaged with ``use_buffers``,
    and copied otherwise. After Izmailov and others, "Averaging weights leads to wider optima
    and better generalization" (2018).

    >>> model = nn.Linear(1, 1, bias=False)
    >>> averaged = nn.optim.swa_utils.AveragedModel(model)
    >>> for value in (1.0, 3.0):
    ...     nn.utils.vector_to_parameters(tensor([value]), model.parameters())
    ...     averaged.update_parameters(model)
    >>> averaged(tensor([1.0])).item()
    2.0
    """

    n_averaged: Tensor

    def __init__(
        self,
        model: Module,
        device: Any = None,
        avg_fn: Average | None = None,
        multi_avg_fn: Averages | None = None,
        use_buffers: bool = False,
    ) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("Only one of avg_fn and multi_avg_fn should be provided")
        self.module = copy.deepcopy(model)
        if device is not None:
            self.module = self.module.to(device)
        self.register_buffer("n_averaged", tensor(0, dtype=int64))
        self.avg_fn = avg_fn
        self.multi_avg_fn = multi_avg_fn
        self.use_buffers = use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the averaged model makes of the arguments."""
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Let the averages take in the ``model`` as it is now.

        Raises ValueError for a model of other shapes.

        >>> model = nn.Linear(1, 1)
        >>> averaged = nn.optim.swa_utils.AveragedModel(model)
        >>> averaged.update_parameters(model)
        >>> averaged.n_averaged
        tensor(1)
        """
        means, values = (self._averaged(each) for each in (self.module, model))
        shapes = [[each.shape for each in tensors] for tensors in (means, values)]
        if shapes[0] != shapes[1]:
            raise ValueError(
                f"the averages are of tensors of shapes {shapes[0]}, this model has {shapes[1]}: "
                "update_parameters takes the model that was copied, further trained"
            )
        with no_grad():
            if self.n_averaged == 0:
                for mean, value in zip(means, values, strict=True):
                    mean.copy_(value)
            else:
                update = self.multi_avg_fn or _in_place(self.avg_fn or get_swa_avg_fn())
                for dtype in dict.fromkeys(mean.dtype for mean in means):
                    pairs = [
                        (mean, value)
                        for mean, value in zip(means, values, strict=True)
                        if mean.dtype == dtype
                    ]
                    update(
                        [mean for mean, _ in pairs], [value for _, value in pairs], self.n_averaged
                    )
            if not self.use_buffers:
                for mean, value in zip(self.module.buffers(), model.buffers(), strict=True):
                    mean.copy_(value)
            self.n_averaged += 1

    def _averaged(self, module: Module) -> list[Tensor]:
        buffers = module.buffers() if self.use_buffers else ()
        return [each.detach() for each in (*module.parameters(), *buffers)]


def update_bn(loader: Iterable[Any], model: Module, device: Any = None) -> None:
    """Compute the running statistics of batch norms anew (`torch.optim.swa_utils.update_bn`).

    Averaged weights have other activations than those the statistics were taken from. Each of
    the ``loader``'s batches, or its first part where it is a list or tuple, goes through the
    model once in training mode.

    >>> model = nn.Linear(3, 1)
    >>> nn.optim.swa_utils.update_bn([ones(5, 3)], model)  # nothing to do: there is no batch norm
    """
    norms = {
        module: module.momentum
        for module in model.modules()
        if hasattr(module, "running_mean") and hasattr(module, "num_batches_tracked")
    }
    if not norms:
        return
    was_training = model.training
    model.train()
    for module in norms:
        module.reset_running_stats()
        module.momentum = None  # the mean of all batches
    try:
        with no_grad():
            for batch in loader:
                first = batch[0] if isinstance(batch, list | tuple) else batch
                model(first if device is None else first.to(device))
    finally:
        for module, momentum in norms.items():
            module.momentum = momentum
        model.train(was_training)


class SWALR(LRScheduler):
    """lr goes from what it is to ``swa_lr`` in ``anneal_epochs`` and stays there.

    `torch.optim.swa_utils.SWALR`: along a cosine, or straight (``anneal_strategy`` "linear");
    for the part of the training whose weights are averaged.

    Raises ValueError for another strategy, and for negative or fractional ``anneal_epochs``.

    >>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=1.0)
    >>> scheduler = nn.optim.swa_utils.SWALR(optimizer, 0.5, 2, "linear")
    >>> for _ in range(3):
    ...     optimizer.step()
    ...     scheduler.step()
    ...     print(scheduler.get_last_lr())
    [0.75]
    [0.5]
    [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: float,
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}"
            )
        if anneal_epochs < 0 or not isinstance(anneal_epochs, int):
            raise ValueError(
                f"anneal_epochs must be equal or greater than 0, and an int, got {anneal_epochs}"
            )
        for group, rate in zip(
            optimizer.param_groups, one_each("swa_lr", optimizer, swa_lr), strict=True
        ):
            group["swa_lr"] = rate
        self._anneal_strategy = anneal_strategy
        self.anneal_epochs = anneal_epochs
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[Any]:
        """The rates of this epoch, from those of the epoch before."""
        self._warn_outside_step()
        epoch = self._step_count - 1
        if self.anneal_epochs == 0:
            epoch = max(1, epoch)
        before, now = self._share(epoch - 1), self._share(epoch)
        values = []
        for group in self.optimizer.param_groups:
            end = group["swa_lr"]
            start = end if before == 1 else (group["lr"] - before * end) / (1 - before)
            values.append(end * now + start * (1 - now))
        return values

    def _share(self, epoch: int) -> float:
        """How much of the way has been gone after an epoch."""
        t = max(0.0, min(1.0, epoch / max(1, self.anneal_epochs)))
        return (1 - math.cos(math.pi * t)) / 2 if self._anneal_strategy == "cos" else t
