"""Second derivatives: of x cubed, of softmax cross-entropy, and Newton's method that uses them.

Run it with ``python -m demos.second_derivative``; ``--help`` lists what can be chosen.
"""

from __future__ import annotations

from collections.abc import Sequence

import autograd
import nn.functional as F
from autograd import Tensor
from demos import common, plots
from demos.data import iris

NAME = "second_derivative"


def cube(at: float) -> list[float]:
    """y = x**3 and its first three derivatives: x**3, 3x**2, 6x, 6.

    ``create_graph=True`` records the computation of a gradient as well, so that the gradient can
    be differentiated in turn.

    >>> from demos.second_derivative import cube
    >>> cube(2.0)
    [8.0, 12.0, 12.0, 6.0]
    """
    x = autograd.tensor(at, dtype=autograd.float64, requires_grad=True)
    y = x * x * x
    values = [y.item()]
    for _ in range(3):
        (y,) = autograd.grad(y, x, create_graph=True)
        values.append(y.item())
    return values


# ------------------------------------------------------- the Hessian of softmax cross-entropy
#
# The loss of outputs o with the true class c is  l = -o_c + log sum_k exp(o_k).
#   first derivative    dl/do_i = p_i - [i = c],    where p = softmax(o)
#   second derivative   d2l/do_i do_j = dp_i/do_j = p_i [i = j] - p_i p_j
# The true class has gone from it. Let y be the one-hot vector of a class that is drawn with the
# probabilities p. Then E[y] = p and E[y y^T] = diag(p), so its covariance is
#   Cov[y] = E[y y^T] - E[y] E[y]^T = diag(p) - p p^T:
# the same matrix. A covariance is positive semidefinite, so the loss is convex in o.


def hessian(outputs: Tensor, true_class: int) -> Tensor:
    """The Hessian of softmax cross-entropy, row by row: the gradient of each gradient's entry."""
    o = outputs.detach().requires_grad_()
    loss = F.cross_entropy(o, autograd.tensor(true_class))
    (gradient,) = autograd.grad(loss, o, create_graph=True)
    rows = [autograd.grad(entry, o, retain_graph=True)[0] for entry in gradient]
    return autograd.stack(rows)


def covariance(outputs: Tensor) -> Tensor:
    """The covariance of the one-hot vector of a class that is drawn with softmax(outputs)."""
    p = F.softmax(outputs, dim=0)
    return autograd.diag(p) - autograd.outer(p, p)


# ---------------------------------------------------------------------------- Newton's method
#
# Near w, a function is about  f(w + d) = f + g^T d + d^T H d / 2, which is least where
# g + H d = 0. Gradient descent steps against g; Newton's method steps to that point,
# d = -H^-1 g. Close to the minimum, each step squares the distance: the number of right digits
# doubles, where gradient descent gains about the same number of digits in every step.


def flowers() -> tuple[Tensor, Tensor]:
    """Petal length and width of versicolor and virginica with a 1 for the bias, and 0 or 1."""
    data = iris()
    chosen = data.species > 0
    petals = data.features[chosen][:, 2:].double()
    petals = (petals - petals.mean(0)) / petals.std(0)
    x = autograd.cat([petals, autograd.ones(len(petals), 1, dtype=petals.dtype)], dim=1)
    return x, (data.species[chosen] - 1).double()


def logistic_loss(w: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Binary cross-entropy of the classes y, given w^T x, with a little of |w|**2."""
    return F.binary_cross_entropy_with_logits(x @ w, y) + 1e-3 * (w * w).sum()


def newton(x: Tensor, y: Tensor, steps: int) -> tuple[Tensor, list[float]]:
    """Newton's method from w = 0: the last w, and the norm of the gradient before each step."""
    w = autograd.zeros(x.shape[1], dtype=x.dtype, requires_grad=True)
    norms = []
    for _ in range(steps):
        loss = logistic_loss(w, x, y)
        (g,) = autograd.grad(loss, w, create_graph=True)
        rows = [autograd.grad(entry, w, retain_graph=True)[0] for entry in g]
        norms.append(g.norm().item())
        with autograd.no_grad():
            w -= autograd.linalg.solve(autograd.stack(rows), g)
    return w.detach(), norms


def gradient_descent(
    x: Tensor, y: Tensor, steps: int, rate: float = 2.0
) -> tuple[Tensor, list[float]]:
    """Gradient descent from w = 0: the last w, and the norm of the gradient before each step."""
    w = autograd.zeros(x.shape[1], dtype=x.dtype, requires_grad=True)
    norms = []
    for _ in range(steps):
        (g,) = autograd.grad(logistic_loss(w, x, y), w)
        norms.append(g.norm().item())
        with autograd.no_grad():
            w -= rate * g
    return w.detach(), norms


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the three parts, and draw Newton's method beside gradient descent."""
    parser = common.parser(NAME, __doc__.partition("\n")[0])
    parser.add_argument(
        "--outputs",
        type=float,
        nargs="+",
        default=[0.65, 0.43, 0.11],
        metavar="O",
        help="outputs whose softmax cross-entropy is looked at",
    )
    parser.add_argument("--steps", type=common.count, default=8, metavar="N", help="Newton's steps")
    options = parser.parse_args(arguments)

    print("y = x**3 at x = 3, and one derivative after the other through create_graph:")
    formulas = ("x**3", "3x**2", "6x", "6")
    print(
        common.table(
            ["derivative", "formula", "value"], zip(range(4), formulas, cube(3.0), strict=True)
        )
    )

    o = autograd.tensor(options.outputs, dtype=autograd.float64)
    second, covariances = hessian(o, 0), covariance(o)
    print(f"\nThe Hessian of softmax cross-entropy at the outputs {options.outputs}:\n{second}")
    print(f"The covariance of the class that softmax draws:\n{covariances}")
    print(f"largest difference {(second - covariances).abs().max().item():.1e}")
    eigenvalues = autograd.linalg.eigvalsh(second)
    print(f"eigenvalues, none below zero but for rounding: {eigenvalues}")

    x, y = flowers()
    w, fast = newton(x, y, options.steps)
    slow_w, slow = gradient_descent(x, y, 25 * options.steps)
    print("\nLogistic regression, versicolor or virginica: |gradient| before each step")
    rows = ([k + 1, fast[k], slow[k]] for k in range(options.steps))
    print(common.table(["step", "Newton", "gradient descent"], rows))
    print(f"after {len(slow)} steps gradient descent has {slow[-1]:.1e}")
    print(f"w by Newton           {w}\nw by gradient descent {slow_w}")
    plots.plot(
        options.out / f"{NAME}.png",
        plots.Panel(
            "Newton's method beside gradient descent",
            {"Newton": fast, "gradient descent": slow[: 5 * options.steps]},
            "norm of the gradient",
            "step",
            log=True,
        ),
    )


if __name__ == "__main__":
    common.run(main)
