"""Model-agnostic meta-learning on sine waves: initial values from which a few steps are enough.

Run it with ``python -m demos.maml``; ``--help`` lists what can be chosen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import autograd
import nn.functional as F
from autograd import Generator, Tensor
from demos import common, plots
from nn import optim

NAME = "maml"
SHOTS = 10

# Each task is a sine wave with its own amplitude and phase, of which ten points are known. From
# ten points alone, a net cannot be trained; from initial values that have seen many other waves it
# can, in one step. C. Finn, P. Abbeel and S. Levine (2017) learn these values w: with the loss L on
# a task's ten points and the loss M on others of its points, an inner step and an outer loss are
#   v = w - a dL(w)/dw,     outer(w) = M(v),
#   d outer/dw = (I - a d2L/dw2) dM/dv.
# The outer gradient has a second derivative in it. ``create_graph=True`` records the inner step, so
# that backward goes through it.
#
# All tasks of a step are worked on at once: the weights have a first dimension of tasks, and
# baddbmm multiplies each task's points by its own.


class Waves(NamedTuple):
    """Points x and y (tasks, points, 1): known ones to learn from, others to be judged by."""

    known_x: Tensor
    known_y: Tensor
    other_x: Tensor
    other_y: Tensor


def waves(tasks: int, source: Generator) -> Waves:
    """Sine waves with amplitudes from 0.1 to 5 and any phase, at points from -5 to 5."""

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * autograd.rand(*shape, generator=source)

    amplitude, phase = uniform(0.1, 5, tasks, 1, 1), uniform(0, math.pi, tasks, 1, 1)
    known, other = (uniform(-5, 5, tasks, points, 1) for points in (SHOTS, 4 * SHOTS))
    return Waves(known, amplitude * (known - phase).sin(), other, amplitude * (other - phase).sin())


def initial(seed: int, width: int = 40) -> list[Tensor]:
    """Weights and biases of a net with two hidden layers: what is learnt."""
    source = Generator().manual_seed(seed)
    made = []
    for inputs, outputs in ((1, width), (width, width), (width, 1)):
        for rows in (inputs, 1):  # weight and bias, drawn as nn.Linear draws them
            drawn = 2 * autograd.rand(1, rows, outputs, generator=source) - 1
            made.append(drawn / math.sqrt(inputs))
    return [w.requires_grad_() for w in made]


def net(x: Tensor, weights: Sequence[Tensor]) -> Tensor:
    """Outputs (tasks, points, 1) for x of this shape, with each task's own weights."""
    tasks = len(x)
    for k in range(0, len(weights), 2):
        w, b = weights[k].expand(tasks, -1, -1), weights[k + 1].expand(tasks, -1, -1)
        x = autograd.baddbmm(b, F.relu(x) if k else x, w)
    return x


def errors(x: Tensor, y: Tensor, weights: Sequence[Tensor]) -> Tensor:
    """Each task's mean squared error (tasks,)."""
    return ((net(x, weights) - y) ** 2).mean(dim=(1, 2))


def adapted(
    weights: Sequence[Tensor], task: Waves, steps: int, rate: float, second_order: bool = True
) -> list[Tensor]:
    """The weights after inner steps on the known points, recorded for the outer gradient.

    Without ``second_order`` the inner gradient counts as a constant, and I - a d2L/dw2 as I.
    """
    tasks = len(task.known_x)
    own = [w.expand(tasks, *w.shape[1:]) for w in weights]
    for _ in range(steps):
        # A task's error depends on its own weights only: the sum's gradient has every task's own.
        loss = errors(task.known_x, task.known_y, own).sum()
        gradients = autograd.grad(loss, own, create_graph=second_order)
        own = [w - rate * g for w, g in zip(own, gradients, strict=True)]
    return own


def meta_loss(
    weights: Sequence[Tensor], task: Waves, steps: int, rate: float, second_order: bool = True
) -> Tensor:
    """The mean error on the other points after ``steps`` inner steps: what is made small."""
    own = adapted(weights, task, steps, rate, second_order)
    return errors(task.other_x, task.other_y, own).mean()


def curve(weights: Sequence[Tensor], task: Waves, steps: int, rate: float) -> list[float]:
    """The mean error on the other points after 0, 1, ..., ``steps`` inner steps."""
    own, losses = list(weights), []
    for step in range(steps + 1):
        if step:
            own = [w.detach().requires_grad_() for w in adapted(own, task, 1, rate, False)]
        with autograd.no_grad():
            losses.append(errors(task.other_x, task.other_y, own).mean().item())
    return losses


METHODS = {"MAML": (1, True), "first order": (1, False), "all waves at once": (0, False)}
"""Inner steps in training, and whether the second derivative is taken."""


def learn(
    method: str,
    steps: int,
    *,
    seed: int = 0,
    tasks: int = 16,
    lr: float = 2e-3,
    inner: float = 0.01,
    epoch: int = 500,
    verbose: bool = True,
) -> tuple[list[Tensor], list[float]]:
    """Adam on the outer loss, new tasks in each step: the weights, and the loss of each step.

    "all waves at once" learns without inner steps, and so learns the mean of all waves.
    """
    source, weights, losses = Generator().manual_seed(seed + 1), initial(seed), []
    optimizer = optim.Adam(weights, lr=lr)
    inner_steps, second_order = METHODS[method]
    for start in range(0, steps, epoch):
        part = range(start, min(start + epoch, steps))
        for _ in common.progress(part, method) if verbose else part:
            optimizer.zero_grad()
            loss = meta_loss(weights, waves(tasks, source), inner_steps, inner, second_order)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        if verbose:
            mean = sum(losses[start:]) / len(part)
            print(f"{method}: step {part.stop}  outer loss {mean:.4f}", flush=True)
    return weights, losses


def main(arguments: Sequence[str] | None = None) -> None:
    """Train by each method, and compare what a few steps on ten points of new waves make of it."""
    parser = common.parser(NAME, __doc__.partition("\n")[0], lr=2e-3)
    add = parser.add_argument
    add("--steps", type=common.count, default=4000, metavar="N", help="outer steps")
    add("--tasks", type=common.count, default=16, metavar="N", help="waves in each of them")
    add("--inner", type=common.rate, default=0.01, metavar="X", help="rate of the inner steps")
    options = parser.parse_args(arguments)

    new = waves(200, Generator().manual_seed(options.seed + 1000))
    curves, fits = {}, {}
    for method in METHODS:
        weights, _ = learn(
            method,
            options.steps,
            seed=options.seed,
            tasks=options.tasks,
            lr=options.lr,
            inner=options.inner,
        )
        curves[method] = curve(weights, new, 10, options.inner)
        fits[method] = adapted(weights, new, 10, options.inner, False)

    print("\nmean squared error on 200 new waves after steps on ten points of each:")
    shown = (0, 1, 2, 5, 10)
    rows = ([method, *(errors_[step] for step in shown)] for method, errors_ in curves.items())
    print(common.table(["method", *(f"after {step}" for step in shown)], rows))

    x = autograd.linspace(-5, 5, 200).reshape(1, -1, 1)
    order = new.other_x[0, :, 0].argsort()
    lines = {"true wave": (new.other_x[0, order, 0], new.other_y[0, order, 0])}
    lines["the ten points"] = (new.known_x[0, :, 0], new.known_y[0, :, 0])
    for method, own in fits.items():
        lines[method] = (x[0, :, 0], net(x, [w[:1] for w in own])[0, :, 0].detach())
    steps = list(range(11))
    plots.plot(
        options.out / f"{NAME}.png",
        plots.Panel(
            "200 new waves",
            {method: (steps, errors_) for method, errors_ in curves.items()},
            "mean squared error",
            "inner steps",
        ),
        plots.Panel("one of them, 10 steps", lines, "y", "x", points={"the ten points"}),
    )


if __name__ == "__main__":
    common.run(main)
