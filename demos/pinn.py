"""A physics-informed net: a second-order differential equation solved by training, without data.

Run it with ``python -m demos.pinn``; ``--help`` lists what can be chosen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import autograd
import nn
from autograd import Tensor
from demos import common, plots
from nn import optim

NAME = "pinn"
DAMPING, STIFFNESS, END = 0.4, 4.0, 6.0

# A mass on a spring with friction:
#   u'' + DAMPING u' + STIFFNESS u = 0,    u(0) = 1,  u'(0) = 0,    for t from 0 to END.
# The exact solution, with d = DAMPING / 2 and the angular frequency f = sqrt(STIFFNESS - d**2), is
#   u(t) = exp(-d t) (cos(f t) + d / f sin(f t)).
# The net N gives
#   u(t) = 1 + (t / END)**2 N(t),
# which has u(0) = 1 and u'(0) = 0 whatever N is. Nothing else is known of u: the loss is the mean
# of (u'' + DAMPING u' + STIFFNESS u)**2 at many t. Two derivatives with respect to t are in the
# loss, and a third one, with respect to the weights, makes the step.


def exact(t: Tensor) -> Tensor:
    """The solution in closed form."""
    d = DAMPING / 2
    f = math.sqrt(STIFFNESS - d**2)
    return (-d * t).exp() * ((f * t).cos() + d / f * (f * t).sin())


class Solution(nn.Module):
    """u(t) = 1 + (t / END)**2 N(t), N a net of tanh, which has all derivatives."""

    def __init__(self, width: int = 24) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(1, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1)
        )
        self.double()

    def forward(self, t: Tensor) -> Tensor:
        """u at t, both (n, 1)."""
        return 1 + (t / END) ** 2 * self.net(2 * t / END - 1)


def derivatives(u: nn.Module, t: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """u, u' and u'' at t (n, 1), recorded for derivatives with respect to the weights."""
    t = t.detach().requires_grad_()
    value = u(t)
    # Each u(t) depends on its own t only, so the gradient of the sum has every t's own.
    (first,) = autograd.grad(value.sum(), t, create_graph=True)
    (second,) = autograd.grad(first.sum(), t, create_graph=True)
    return value, first, second


def residual(u: nn.Module, t: Tensor) -> Tensor:
    """By how much u misses the equation at each t."""
    value, first, second = derivatives(u, t)
    return second + DAMPING * first + STIFFNESS * value


def times(points: int) -> Tensor:
    """``points`` times from 0 to END, as a column."""
    return autograd.linspace(0, END, points, dtype=autograd.float64).reshape(-1, 1)


def error(u: nn.Module) -> float:
    """The largest distance from the exact solution at 301 times."""
    t = times(301)
    with autograd.no_grad():
        return float((u(t) - exact(t)).abs().max())


def train(
    epochs: int, *, seed: int = 0, points: int = 64, verbose: bool = True
) -> tuple[Solution, list[float], list[float]]:
    """L-BFGS on the mean squared residual, 20 iterations in an epoch, 5 in a step.

    Returns the solution, and the loss and the error after each epoch.
    """
    autograd.manual_seed(seed)
    u, t = Solution(), times(points)
    optimizer = optim.LBFGS(
        u.parameters(),
        max_iter=5,
        history_size=50,
        tolerance_change=1e-14,
        line_search_fn="strong_wolfe",
    )

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = (residual(u, t) ** 2).mean()
        loss.backward()
        return loss

    losses, errors = [], []
    for epoch in range(1, epochs + 1):
        for _ in common.progress(range(4), f"epoch {epoch}") if verbose else range(4):
            optimizer.step(closure)
        losses.append(closure().item())
        errors.append(error(u))
        if verbose:
            print(
                f"epoch {epoch:3d}  mean squared residual {losses[-1]:.2e}  "
                f"largest error of u {errors[-1]:.2e}",
                flush=True,
            )
    return u, losses, errors


def main(arguments: Sequence[str] | None = None) -> None:
    """Train the net, and compare it with the exact solution."""
    parser = common.parser(NAME, __doc__.partition("\n")[0], epochs=40)
    parser.add_argument(
        "--points", type=common.count, default=64, metavar="N", help="times that are trained on"
    )
    options = parser.parse_args(arguments)
    print(f"u'' + {DAMPING:g} u' + {STIFFNESS:g} u = 0,  u(0) = 1,  u'(0) = 0,  t <= {END:g}")
    u, losses, errors = train(options.epochs, seed=options.seed, points=options.points)

    t = times(301)
    value, first, second = (each.detach() for each in derivatives(u, t))
    chosen = range(0, 301, 50)
    rows = [[t[k].item(), value[k].item(), exact(t[k]).item()] for k in chosen]
    print(common.table(["t", "u", "exact"], rows))
    across = t[:, 0]
    plots.plot(
        options.out / f"{NAME}.png",
        plots.Panel(
            "solution",
            {
                "u": (across, value[:, 0]),
                "u'": (across, first[:, 0]),
                "u''": (across, second[:, 0]),
                "exact u": (across[::10], exact(across)[::10]),
            },
            xlabel="t",
            points={"exact u"},
        ),
        plots.Panel(
            "training", {"mean squared residual": losses, "largest error": errors}, log=True
        ),
    )


if __name__ == "__main__":
    common.run(main)
