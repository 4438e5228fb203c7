"""Every scheduler of nn.optim.lr_scheduler: settings to run with, and settings that are refused.

A setting is a function of the library's module of schedulers and an optimiser of two groups.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

Make = Callable[..., Any]


def of(kind: str, **settings: Any) -> Make:
    """How to make a scheduler from its settings; ``more`` is added to them."""

    def make(library: Any, optimizer: Any, **more: Any) -> Any:
        return getattr(library, kind)(optimizer, **settings, **more)

    make.__name__ = f"{kind}{settings}"
    return make


def sequence(milestones: list[int], *makes: Make) -> Make:
    """How to make one that runs these after each other."""

    def make(library: Any, optimizer: Any) -> Any:
        parts = [each(library, optimizer) for each in makes]
        with warnings.catch_warnings():
            # Of composites within it, it makes a step before the optimiser's, in torch too.
            warnings.filterwarnings("ignore", "Detected call of")
            return library.SequentialLR(optimizer, parts, milestones)

    make.__name__ = f"sequence{milestones}{[each.__name__ for each in makes]}"
    return make


def chain(*makes: Make) -> Make:
    """How to make one that runs all these at once."""

    def make(library: Any, optimizer: Any) -> Any:
        return library.ChainedScheduler([each(library, optimizer) for each in makes])

    make.__name__ = f"chain{[each.__name__ for each in makes]}"
    return make


class Halving:
    """A function with something to save in it."""

    def __init__(self) -> None:
        self.share = 0.5

    def __call__(self, epoch: float) -> float:
        return float(self.share ** (epoch / 10))


def calling(kind: str, **settings: Any) -> Make:
    """As `of`, with an object of its own as the function."""
    name = "scale_fn" if kind == "CyclicLR" else "lr_lambda"

    def make(library: Any, optimizer: Any, **more: Any) -> Any:
        return getattr(library, kind)(optimizer, **{name: Halving()}, **settings, **more)

    make.__name__ = f"{kind}(object)"
    return make


class Row(NamedTuple):
    """``refused`` holds settings, the error's type, and what it says."""

    settings: tuple[Make, ...]
    refused: tuple[tuple[Make, type[Exception], str], ...] = ()


CYCLE = {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 4}
step, constant, linear, exponential, cosine = (
    of("StepLR", step_size=7, gamma=0.5),
    of("ConstantLR", factor=0.3, total_iters=6),
    of("LinearLR", start_factor=0.2, total_iters=8),
    of("ExponentialLR", gamma=0.95),
    of("CosineAnnealingLR", T_max=12),
)

ROWS: dict[str, Row] = {
    "LRScheduler": Row((), ((of("StepLR", step_size=1, last_epoch=3), KeyError, "initial_lr"),)),
    "LambdaLR": Row(
        (
            of("LambdaLR", lr_lambda=lambda epoch: 0.9**epoch),
            of("LambdaLR", lr_lambda=[lambda epoch: 0.9**epoch, lambda epoch: 1 / (1 + epoch)]),
            calling("LambdaLR"),
        ),
        (
            (
                of("LambdaLR", lr_lambda=[lambda epoch: 1.0]),
                ValueError,
                "Expected 2 lr_lambdas, but got 1",
            ),
        ),
    ),
    "MultiplicativeLR": Row(
        (
            of("MultiplicativeLR", lr_lambda=lambda epoch: 0.9),
            of("MultiplicativeLR", lr_lambda=[lambda epoch: 0.95, lambda epoch: 1 - 0.01 * epoch]),
            calling("MultiplicativeLR"),
        ),
        (
            (
                of("MultiplicativeLR", lr_lambda=[lambda epoch: 1.0]),
                ValueError,
                "Expected 2 lr_lambdas, but got 1",
            ),
            (of("MultiplicativeLR", lr_lambda=0.5), TypeError, "should be a function"),
        ),
    ),
    "StepLR": Row((of("StepLR", step_size=1), step)),
    "MultiStepLR": Row(
        (
            of("MultiStepLR", milestones=[3, 10, 30]),
            of("MultiStepLR", milestones=(30, 5, 5, 12), gamma=0.7),
        )
    ),
    "ConstantLR": Row(
        (of("ConstantLR"), constant, of("ConstantLR", factor=1, total_iters=0)),
        (
            (of("ConstantLR", factor=1.5), ValueError, "between 0 and 1"),
            (of("ConstantLR", factor=-1), ValueError, "between 0 and 1"),
        ),
    ),
    "LinearLR": Row(
        (
            of("LinearLR"),
            linear,
            of("LinearLR", start_factor=1.0, end_factor=0.1, total_iters=30),
        ),
        (
            (of("LinearLR", start_factor=0), ValueError, "greater than 0"),
            (of("LinearLR", end_factor=1.5), ValueError, "between 0 and 1"),
        ),
    ),
    "ExponentialLR": Row((of("ExponentialLR", gamma=0.5), exponential)),
    "PolynomialLR": Row((of("PolynomialLR"), of("PolynomialLR", total_iters=40, power=2.5))),
    "CosineAnnealingLR": Row(
        (
            cosine,
            of("CosineAnnealingLR", T_max=50, eta_min=0.01),
            of("CosineAnnealingLR", T_max=1, eta_min=0.02),
        )
    ),
    "CosineAnnealingWarmRestarts": Row(
        (
            of("CosineAnnealingWarmRestarts", T_0=7),
            of("CosineAnnealingWarmRestarts", T_0=3, T_mult=2, eta_min=0.01),
        ),
        (
            (of("CosineAnnealingWarmRestarts", T_0=0), ValueError, "positive integer T_0"),
            (of("CosineAnnealingWarmRestarts", T_0=2.5), ValueError, "positive integer T_0"),
            (of("CosineAnnealingWarmRestarts", T_0=2, T_mult=0), ValueError, "T_mult >= 1"),
            (of("CosineAnnealingWarmRestarts", T_0=2, eta_min="0"), ValueError, "eta_min"),
        ),
    ),
    "CyclicLR": Row(
        (
            of("CyclicLR", **CYCLE),
            of("CyclicLR", **CYCLE, step_size_down=7, mode="triangular2"),
            of("CyclicLR", **CYCLE, mode="exp_range", gamma=0.97, cycle_momentum=False),
            of(
                "CyclicLR",
                base_lr=[0.01, 0.02],
                max_lr=[0.1, 0.3],
                step_size_up=5,
                base_momentum=[0.5, 0.6],
                max_momentum=0.95,
            ),
            of("CyclicLR", **CYCLE, scale_fn=lambda step: 0.99**step, scale_mode="iterations"),
            calling("CyclicLR", **CYCLE),
        ),
        (
            (of("CyclicLR", **CYCLE, mode="square"), ValueError, "mode is invalid"),
            (of("CyclicLR", base_lr=[0.1], max_lr=1), ValueError, "must have the same length"),
            (of("CyclicLR", base_lr=0.1, max_lr=[1] * 3), ValueError, "must have the same length"),
        ),
    ),
    "OneCycleLR": Row(
        (
            of("OneCycleLR", max_lr=0.1, total_steps=50),
            of("OneCycleLR", max_lr=[0.1, 0.3], epochs=11, steps_per_epoch=5, three_phase=True),
            of(
                "OneCycleLR",
                max_lr=0.1,
                total_steps=50,
                pct_start=0.4,
                anneal_strategy="linear",
                base_momentum=0.6,
                max_momentum=0.9,
                div_factor=10,
                final_div_factor=100,
            ),
            of("OneCycleLR", max_lr=0.1, total_steps=60, cycle_momentum=False),
        ),
        (
            (of("OneCycleLR", max_lr=1), ValueError, "You must define either total_steps OR"),
            (of("OneCycleLR", max_lr=1, total_steps=0), ValueError, "positive integer total_steps"),
            (
                of("OneCycleLR", max_lr=1, epochs=-1, steps_per_epoch=3),
                ValueError,
                "positive integer epochs",
            ),
            (
                of("OneCycleLR", max_lr=1, epochs=3, steps_per_epoch=0.5),
                ValueError,
                "positive integer steps_per_epoch",
            ),
            (
                of("OneCycleLR", max_lr=1, total_steps=9, pct_start=2.0),
                ValueError,
                "between 0 and 1 pct_start",
            ),
            (
                of("OneCycleLR", max_lr=1, total_steps=9, anneal_strategy="sin"),
                ValueError,
                "'cos' or 'linear'",
            ),
            (of("OneCycleLR", max_lr=[1], total_steps=9), ValueError, "must have the same length"),
        ),
    ),
    "ReduceLROnPlateau": Row(
        (
            of("ReduceLROnPlateau"),
            of("ReduceLROnPlateau", factor=0.5, patience=2, cooldown=3, min_lr=0.01),
            of("ReduceLROnPlateau", mode="max", patience=1, threshold=0.01, min_lr=[0.02, 0.001]),
            of("ReduceLROnPlateau", patience=1, threshold=0.05, threshold_mode="abs", eps=0.1),
            of("ReduceLROnPlateau", mode="max", patience=2, threshold_mode="abs"),
        ),
        (
            (of("ReduceLROnPlateau", factor=1.0), ValueError, "Factor should be < 1.0"),
            (of("ReduceLROnPlateau", mode="best"), ValueError, "mode best is unknown"),
            (
                of("ReduceLROnPlateau", threshold_mode="none"),
                ValueError,
                "threshold mode none is unknown",
            ),
            (of("ReduceLROnPlateau", min_lr=[0.1]), ValueError, "expected 2 min_lrs, got 1"),
        ),
    ),
    "SequentialLR": Row(
        (
            sequence([5], linear, exponential),
            sequence([3, 20], constant, cosine, step),
            sequence([4], linear, of("CosineAnnealingWarmRestarts", T_0=5, T_mult=2)),
            sequence([10, 25], sequence([4], constant, linear), cosine, exponential),
            sequence([6], chain(linear, exponential), of("PolynomialLR", total_iters=20)),
        ),
        (
            (sequence([]), ValueError, "at least one scheduler"),
            (sequence([3, 4], step, cosine), ValueError, "one more than"),
            (sequence([3], step, of("ReduceLROnPlateau")), ValueError, "ReduceLROnPlateau"),
            (sequence([3], step, lambda library, optimizer: 3), TypeError, "`optimizer`"),
        ),
    ),
    "ChainedScheduler": Row(
        (
            chain(constant, exponential),
            chain(linear, cosine, step),
            chain(of("PolynomialLR", total_iters=40), of("MultiStepLR", milestones=[5, 9])),
            chain(of("MultiplicativeLR", lr_lambda=lambda epoch: 0.97), chain(step, linear)),
        ),
        (
            (chain(step, of("ReduceLROnPlateau")), ValueError, "ReduceLROnPlateau"),
            (chain(step, lambda library, optimizer: 3), TypeError, "`optimizer`"),
        ),
    ),
}
