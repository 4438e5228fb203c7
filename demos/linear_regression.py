"""Linear regression: solved and learnt, with losses for wild noise, and two laws of physics.

Run it with ``python -m demos.linear_regression``; ``--help`` lists what can be chosen.

1. Least squares. The loss |X w - y|^2 / n has the gradient 2 X^T (X w - y) / n, which is 0 where
   X^T X w = X^T y: the closed form. Gradient descent on small batches comes to the same weights.

2. Noise and loss belong together. Maximum likelihood minimises the sum of -ln p(y - X w). Gauss's
   p ~ exp(-r^2 / 2s^2) makes squares of it, Laplace's p ~ exp(-|r| / s) makes absolute values:
   the L1 loss. For many samples its weights then have half the variance of least squares. Huber's
   loss and smooth L1 are squares near 0 and straight lines further out.

3. Ohm's law U = R I, the resistance from readings of voltage and current: a line through 0, whose
   slope is sum(U I) / sum(I^2) by the closed form.

4. Planck's law, intensity ~ 1 / (L^5 (exp(c / (L T)) - 1)) at the wavelength L, is not linear in
   the temperature T, and there is no closed form; the engine's gradient and L-BFGS find it.

The readings in 3 and 4 are simulated, so that the right answer is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import autograd
import nn
import nn.functional as F
from autograd import Tensor, float64
from demos.common import parser, run, table
from demos.plots import Panel, plot
from nn import optim
from nn.data import DataLoader, TensorDataset

# -------------------------------------------------------------------------- least squares

WEIGHTS, BIAS, NOISE = (2.0, -3.4, 0.7), 4.2, 0.1


def samples(n: int, seed: int) -> TensorDataset:
    """Inputs and targets y = x . WEIGHTS + BIAS + noise."""
    autograd.manual_seed(seed)
    x = autograd.randn(n, len(WEIGHTS), dtype=float64)
    noise = NOISE * autograd.randn(n, dtype=float64)
    return TensorDataset(x, x @ autograd.tensor(WEIGHTS, dtype=float64) + BIAS + noise)


def closed_form(x: Tensor, y: Tensor) -> Tensor:
    """The weights, and the bias behind them: the solution of X^T X w = X^T y.

    >>> from demos.linear_regression import closed_form
    >>> closed_form(tensor([[0.0], [1.0], [2.0]]), tensor([1.0, 3.0, 5.0]))
    tensor([2., 1.])
    """
    ones = autograd.ones(len(x), 1, dtype=x.dtype)  # the bias is the weight of an input of 1
    x = autograd.cat([x, ones], dim=1)
    return autograd.linalg.solve(x.T @ x, x.T @ y)


def descend(
    data: TensorDataset, epochs: int, lr: float, batch_size: int, seed: int, verbose: bool = True
) -> tuple[Tensor, list[float]]:
    """The same by gradient descent on batches, and the loss after each epoch."""
    autograd.manual_seed(seed)
    model = nn.Linear(len(WEIGHTS), 1).double()
    optimizer = optim.SGD(model.parameters(), lr=lr)
    scheduler = optim.lr_scheduler.ExponentialLR(optimizer, 0.7)
    x, y = data.tensors
    losses = []
    for epoch in range(1, epochs + 1):
        for inputs, targets in DataLoader(data, batch_size, shuffle=True):
            loss = F.mse_loss(model(inputs).squeeze(1), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        scheduler.step()
        losses.append(F.mse_loss(model(x).squeeze(1), y).item())
        if verbose:
            print(f"epoch {epoch:3d}  loss {losses[-1]:.8f}")
    return nn.utils.parameters_to_vector(model.parameters()).detach(), losses


# --------------------------------------------------------------------------- wild noise

LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "squares": lambda p, y: F.mse_loss(p, y, reduction="none"),
    "L1": lambda p, y: F.l1_loss(p, y, reduction="none"),
    "Huber, delta 0.5": lambda p, y: F.huber_loss(p, y, reduction="none", delta=0.5),
    "smooth L1, beta 0.1": lambda p, y: F.smooth_l1_loss(p, y, reduction="none", beta=0.1),
}
SLOPE, INTERCEPT = 1.5, -0.5


def laplace(*size: int) -> Tensor:
    """Laplace noise of scale 1: the logarithm of a uniform number, with a random sign."""
    u = autograd.rand(*size, dtype=float64) - 0.5
    return -u.sign() * autograd.log1p(-2 * u.abs())


def robust(steps: int, seed: int, sets: int = 300, n: int = 200) -> dict[str, list[float]]:
    """The root mean square error of the slope after each step of descent, for each loss.

    All data sets learn at once: each is a row, with a slope and an intercept of its own. A row's
    loss depends on that row's parameters alone, so the gradient of the sum is each row's own.
    """
    autograd.manual_seed(seed)
    x = 2 * autograd.rand(sets, n, dtype=float64) - 1
    y = SLOPE * x + INTERCEPT + laplace(sets, n)
    errors: dict[str, list[float]] = {}
    for name, loss in LOSSES.items():
        slope = autograd.zeros(sets, 1, dtype=float64, requires_grad=True)
        intercept = autograd.zeros(sets, 1, dtype=float64, requires_grad=True)
        optimizer = optim.SGD([slope, intercept], lr=0.5)
        scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
        errors[name] = []
        for _ in range(steps):
            optimizer.zero_grad()
            loss(slope * x + intercept, y).mean(dim=1).sum().backward()
            optimizer.step()
            scheduler.step()
            errors[name].append(((slope.detach() - SLOPE) ** 2).mean().sqrt().item())
    return errors


# ------------------------------------------------------------------------ laws of physics

RESISTANCE, TEMPERATURE = 47.0, 5772.0  # ohms; kelvins, of the sun's surface
C2 = 14.387769  # h c / k in micrometres x 1000 kelvins


def ohm(seed: int, n: int = 20) -> tuple[Tensor, Tensor]:
    """Currents in amperes up to 0.1, and voltages read with an error of 20 millivolts."""
    autograd.manual_seed(seed)
    current = autograd.linspace(0.005, 0.1, n, dtype=float64)
    return current, RESISTANCE * current + 0.02 * autograd.randn(n, dtype=float64)


def resistance(current: Tensor, voltage: Tensor, steps: int = 50) -> tuple[float, float, float]:
    """By the closed form, its standard error, and by gradient descent.

    >>> from demos.linear_regression import resistance
    >>> [round(ohms, 4) for ohms in resistance(tensor([0.1, 0.2]), tensor([1.0, 2.0]))]
    [10.0, 0.0, 10.0]
    """
    power = (current**2).sum()
    closed = (voltage * current).sum() / power
    spread = ((voltage - closed * current) ** 2).sum() / (len(current) - 1)
    slope = autograd.zeros((), dtype=current.dtype, requires_grad=True)
    # The second derivative of the loss is 2 power / n: this rate goes half the way at each step.
    optimizer = optim.SGD([slope], lr=len(current) / (4 * power.item()))
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(slope * current, voltage).backward()
        optimizer.step()
    return closed.item(), (spread / power).sqrt().item(), slope.item()


def planck(wavelength: Tensor, temperature: Tensor | float) -> Tensor:
    """Intensity at a wavelength in micrometres, for a temperature in 1000 kelvins, up to a factor.

    >>> from demos.linear_regression import planck
    >>> waves = linspace(0.2, 2.0, 1801)
    >>> round(waves[planck(waves, 5.0).argmax()].item(), 2)  # Wien: 2.898 / T
    0.58
    """
    return 1 / (wavelength**5 * autograd.expm1(C2 / (wavelength * temperature)))


def spectrum(seed: int, noise: float = 0.02, n: int = 60) -> tuple[Tensor, Tensor]:
    """Wavelengths from 0.2 to 2.5 micrometres, and intensities in units of the highest, read."""
    autograd.manual_seed(seed)
    wavelength = autograd.linspace(0.2, 2.5, n, dtype=float64)
    exact = planck(wavelength, TEMPERATURE / 1000)
    return wavelength, exact / exact.max() + noise * autograd.randn(n, dtype=float64)


def temperature(wavelength: Tensor, intensity: Tensor, start: float = 3.0) -> tuple[float, float]:
    """The temperature in kelvins, and the mean squared error that is left, by L-BFGS.

    The brightness is unknown too. For each temperature the best factor is that of a line through
    0, a closed form as in Ohm's law, and the engine differentiates through it.
    """
    t = autograd.tensor(start, dtype=float64, requires_grad=True)
    optimizer = optim.LBFGS(
        [t],
        max_iter=100,
        tolerance_grad=1e-12,
        tolerance_change=1e-15,
        line_search_fn="strong_wolfe",
    )

    def misfit() -> Tensor:
        shape = planck(wavelength, t)
        factor = (shape * intensity).sum() / (shape**2).sum()
        return F.mse_loss(factor * shape, intensity)

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = misfit()
        loss.backward()
        return loss

    optimizer.step(closure)
    return 1000 * t.item(), misfit().item()


# ------------------------------------------------------------------------------- running


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status."""
    choices = parser(
        "linear_regression",
        "Least squares in closed form and by gradient descent; L1, Huber and smooth L1 under "
        "Laplace noise; Ohm's law and Planck's law fitted.",
        epochs=15,
        batch_size=10,
        lr=0.05,
    )
    options = choices.parse_args(arguments)
    seed = options.seed

    print("1. Least squares: 1000 samples, 3 weights and a bias")
    data = samples(1000, seed)
    solved = closed_form(*data.tensors)
    learnt, losses = descend(data, options.epochs, options.lr, options.batch_size, seed)
    rows = zip((*WEIGHTS, BIAS), solved.tolist(), learnt.tolist(), strict=True)
    print(
        table(
            ["true", "closed form", "descent"],
            [[true, f"{a:.6f}", f"{b:.6f}"] for true, a, b in rows],
        )
    )

    print("\n2. Laplace noise: the slope of 300 data sets of 200 samples")
    errors = robust(300, seed)
    print(
        table(
            ["loss", "error of the slope", "relative to squares"],
            [[name, each[-1], each[-1] / errors["squares"][-1]] for name, each in errors.items()],
        )
    )

    current, voltage = ohm(seed)
    closed, error, descended = resistance(current, voltage)
    print(f"\n3. Ohm's law: {closed:.4f} +- {error:.4f} ohms by the closed form,")
    print(f"   {descended:.4f} by gradient descent; the readings were made with {RESISTANCE:g}")

    wavelength, intensity = spectrum(seed)
    kelvins, left = temperature(wavelength, intensity)
    print(f"\n4. Planck's law: {kelvins:.0f} kelvins; made with {TEMPERATURE:g}")
    print(f"   root mean square of what is left: {left**0.5:.4f}; made with 0.02")

    best = F.mse_loss(data.tensors[0] @ solved[:-1] + solved[-1], data.tensors[1]).item()
    fitted = planck(wavelength, kelvins / 1000)
    fitted = fitted * (fitted * intensity).sum() / (fitted**2).sum()
    curves: dict[str, Any] = {
        "readings": (wavelength, intensity),
        f"{kelvins:.0f} K": (wavelength, fitted),
    }
    plot(
        options.out / "linear_regression.png",
        Panel(
            "Least squares",
            {"descent": losses, "closed form": [best] * len(losses)},
            "mean squared error",
            log=True,
        ),
        Panel("Laplace noise", errors, "error of the slope", "step", log=True),
        Panel(
            "Ohm's law",
            {"readings": (current, voltage), f"{closed:.2f} ohms": (current, closed * current)},
            "voltage (V)",
            "current (A)",
            points={"readings"},
        ),
        Panel("Planck's law", curves, "intensity", "wavelength (um)", points={"readings"}),
    )
    return 0


if __name__ == "__main__":
    run(main)
