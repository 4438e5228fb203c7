"""A Wasserstein GAN with gradient penalty on two moons: a gradient inside a loss.

Run it with ``python -m demos.gradient_penalty``; ``--help`` lists what can be chosen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import autograd
import nn
from autograd import Generator, Tensor
from demos import common, plots
from nn import optim

NAME = "gradient_penalty"
PENALTY = 0.1
"""The weight of the penalty; 10, as in the paper, suits images rather than two dimensions."""

# The critic D gives real points high numbers and made ones low numbers. If its slope is nowhere
# more than 1, the greatest difference  mean D(real) - mean D(made)  is the Wasserstein distance:
# how far the made points have to be carried, on average, to become the real ones. The generator
# makes it small. Gulrajani et al., "Improved training of Wasserstein GANs" (2017), keep the slope
# near 1 by a penalty in the critic's loss, at points x between real and made ones:
#   loss = mean D(made) - mean D(real) + PENALTY * mean (|dD/dx| - 1)**2.
# The loss contains a gradient. Its own gradient, with respect to the critic's weights, is a second
# derivative: d/dw of dD/dx. ``create_graph=True`` records dD/dx so that it can be differentiated.


def two_moons(count: int, source: Generator, noise: float = 0.08) -> Tensor:
    """Points (count, 2) on two half circles that reach into each other, with some noise."""
    angle = math.pi * autograd.rand(count, generator=source)
    lower = autograd.rand(count, generator=source) < 0.5
    x = autograd.where(lower, 1 - angle.cos(), angle.cos()) - 0.5
    y = autograd.where(lower, 0.5 - angle.sin(), angle.sin()) - 0.25
    return autograd.stack([x, y], dim=1) + noise * autograd.randn(count, 2, generator=source)


def network(inputs: int, outputs: int, width: int) -> nn.Sequential:
    """Two hidden layers of leaky ReLU: piecewise linear in x, but not in the weights."""
    return nn.Sequential(
        nn.Linear(inputs, width),
        nn.LeakyReLU(0.2),
        nn.Linear(width, width),
        nn.LeakyReLU(0.2),
        nn.Linear(width, outputs),
    )


def slopes(critic: nn.Module, points: Tensor) -> Tensor:
    """The length of the critic's gradient at each point, as a part of the graph."""
    points = points.detach().requires_grad_()
    # Each output depends on its own point only, so the sum's gradient has every point's own.
    (gradient,) = autograd.grad(critic(points).sum(), points, create_graph=True)
    return gradient.norm(dim=1)


class CriticLoss(NamedTuple):
    """``distance`` is mean D(real) - mean D(made); ``penalty`` has no weight yet."""

    distance: Tensor
    penalty: Tensor

    def total(self) -> Tensor:
        """What the critic's step makes small."""
        return PENALTY * self.penalty - self.distance


def critic_loss(critic: nn.Module, real: Tensor, made: Tensor, share: Tensor) -> CriticLoss:
    """The parts of the critic's loss.

    Slopes are taken between pairs of a real and a made point, at the ``share`` (n, 1) from the
    made one.
    """
    between = share * real + (1 - share) * made
    return CriticLoss(
        critic(real).mean() - critic(made).mean(),
        ((slopes(critic, between) - 1) ** 2).mean(),
    )


class Gan:
    """A generator of points from noise, its critic, and an optimiser for each."""

    def __init__(self, seed: int = 0, width: int = 32, batch: int = 256, lr: float = 2e-3):
        autograd.manual_seed(seed)
        self.source = Generator().manual_seed(seed)
        self.batch = batch
        self.generator, self.critic = network(2, 2, width), network(2, 1, width)
        self.makes = optim.Adam(self.generator.parameters(), lr=lr, betas=(0.5, 0.9))
        self.judges = optim.Adam(self.critic.parameters(), lr=lr, betas=(0.5, 0.9))

    def noise(self, count: int) -> Tensor:
        """What the generator makes ``count`` points of."""
        return autograd.randn(count, 2, generator=self.source)

    def critic_step(self) -> CriticLoss:
        """One step of the critic against the generator as it is."""
        real = two_moons(self.batch, self.source)
        made = self.generator(self.noise(self.batch)).detach()
        share = autograd.rand(self.batch, 1, generator=self.source)
        loss = critic_loss(self.critic, real, made, share)
        self.judges.zero_grad()
        loss.total().backward()
        self.judges.step()
        return loss

    def generator_step(self) -> None:
        """One step of the generator: its points are to be judged higher."""
        self.makes.zero_grad()
        (-self.critic(self.generator(self.noise(self.batch))).mean()).backward()
        self.makes.step()


def far(points: Tensor) -> Tensor:
    """How far each point (n, 2) lies from the nearer of the two half circles, without noise."""
    x, y = points[:, 0] + 0.5, points[:, 1] + 0.25
    apart = []
    for along, up in ((x, y), (1 - x, 0.5 - y)):  # the lower moon is the upper one turned
        around = ((along**2 + up**2).sqrt() - 1).abs()
        ends = ((along.abs() - 1) ** 2 + up**2).sqrt()
        apart.append(autograd.where(up >= 0, around, ends))
    return autograd.minimum(*apart)


def energy_distance(a: Tensor, b: Tensor) -> Tensor:
    """2 E|a - b| - E|a - a'| - E|b - b'|: 0 for points of the same distribution, and else more."""

    def mean(x: Tensor, y: Tensor) -> Tensor:
        return autograd.cdist(x, y).mean()

    return 2 * mean(a, b) - mean(a, a) - mean(b, b)


class Epoch(NamedTuple):
    """What is measured after some of the generator's steps."""

    distance: float
    slope: float
    energy: float
    far: float


def train(
    gan: Gan, epochs: int, *, steps: int = 50, critics: int = 5, verbose: bool = True
) -> list[Epoch]:
    """Some epochs, each of ``steps`` of the generator, with ``critics`` of the critic before each.

    The generator's rate falls to zero, so that it comes to rest.
    """
    slower = optim.lr_scheduler.LinearLR(gan.makes, 1.0, 0.0, total_iters=epochs)
    history = []
    for number in range(1, epochs + 1):
        for _ in common.progress(range(steps), f"epoch {number}") if verbose else range(steps):
            for _ in range(critics):
                loss = gan.critic_step()
            gan.generator_step()
        slower.step()
        real = two_moons(1000, gan.source)
        made = gan.generator(gan.noise(1000)).detach()
        epoch = Epoch(
            loss.distance.item(),
            slopes(gan.critic, made).mean().item(),
            energy_distance(real, made).item(),
            far(made).mean().item(),
        )
        history.append(epoch)
        if verbose:
            print(
                f"epoch {number:3d}  critic sees a distance of {epoch.distance:7.4f}  slope "
                f"{epoch.slope:.3f}  energy distance {epoch.energy:.4f}  far from the moons "
                f"{epoch.far:.3f}",
                flush=True,
            )
    return history


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, and draw the points."""
    options = common.parser(
        NAME, __doc__.partition("\n")[0], epochs=16, batch_size=256, lr=2e-3
    ).parse_args(arguments)
    gan = Gan(options.seed, batch=options.batch_size, lr=options.lr)
    source = Generator().manual_seed(options.seed + 1)
    begin = gan.generator(gan.noise(1000)).detach()
    real = two_moons(1000, source)
    print(f"real points lie {far(real).mean().item():.3f} from the moons without noise")
    history = train(gan, options.epochs)
    made = gan.generator(gan.noise(1000)).detach()

    def cloud(points: Tensor) -> tuple[Tensor, Tensor]:
        return points[:, 0], points[:, 1]

    plots.plot(
        options.out / f"{NAME}.png",
        plots.Panel(
            "points",
            {"real": cloud(real), "made": cloud(made), "made before training": cloud(begin)},
            "y",
            "x",
            points={"real", "made", "made before training"},
        ),
        plots.Panel(
            "training",
            {
                "energy distance": [epoch.energy for epoch in history],
                "far from the moons": [epoch.far for epoch in history],
                "slope of the critic": [epoch.slope for epoch in history],
            },
            log=True,
        ),
    )


if __name__ == "__main__":
    common.run(main)
