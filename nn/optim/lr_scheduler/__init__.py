"""Schedulers: how the learning rate goes on from epoch to epoch (`torch.optim.lr_scheduler`).

>>> optimizer = nn.optim.SGD([nn.Parameter(ones(1))], lr=0.1)
>>> scheduler = nn.optim.lr_scheduler.StepLR(optimizer, step_size=30)
>>> for epoch in range(90):
...     optimizer.step()  # for every batch
...     scheduler.step()
"""

from nn.optim.lr_scheduler.base import LRScheduler
from nn.optim.lr_scheduler.composite import ChainedScheduler, SequentialLR
from nn.optim.lr_scheduler.cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts
from nn.optim.lr_scheduler.cycle import CyclicLR, OneCycleLR
from nn.optim.lr_scheduler.factors import (
    ExponentialLR,
    LambdaLR,
    MultiplicativeLR,
    MultiStepLR,
    StepLR,
)
from nn.optim.lr_scheduler.plateau import ReduceLROnPlateau
from nn.optim.lr_scheduler.ramps import ConstantLR, LinearLR, PolynomialLR


class _LRScheduler(LRScheduler):
    """The name that `LRScheduler` had before it was public; older programs subclass it."""


__all__ = [
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "OneCycleLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
]
