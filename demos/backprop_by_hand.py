"""Backpropagation written out in NumPy, beside the engine's, step by step on iris.

Run it with ``python -m demos.backprop_by_hand``; ``--help`` lists what can be chosen.

The network has three layers, with n flowers as the rows of X and their species as one-hot rows
of Y (k = 3 columns):

    Z = X W1 + b1,   H = sigmoid(Z),   O = H W2 + b2,   P = sigmoid(O),
    L = sum (P - Y)^2 / (n k).

Backward, each line is the chain rule applied to the line of the forward pass that it undoes.
The derivative of s = sigmoid(z) is s (1 - s), and * is entry by entry:

    dL/dP  = 2 (P - Y) / (n k)
    dL/dO  = dL/dP * P * (1 - P)
    dL/dW2 = H^T dL/dO,        dL/db2 = the sum of the rows of dL/dO
    dL/dH  = dL/dO W2^T
    dL/dZ  = dL/dH * H * (1 - H)
    dL/dW1 = X^T dL/dZ,        dL/db1 = the sum of the rows of dL/dZ

Two networks start from the same numbers. One learns by these lines, the other by the engine, and
at every step the gradients are compared.

The second part does the same for softmax cross-entropy of one sample, with x, h, o, y as columns:

    z = W1^T x,   h = sigmoid(z),   o = W2^T h,   p = softmax(o),   l = - sum_j y_j ln p_j.

Since ln p_j = o_j - ln sum_k e^(o_k) and the y_j add up to 1, l = ln sum_k e^(o_k) - sum_j y_j o_j
and so

    dl/do  = p - y                          (the derivative of ln sum e^(o_k) is softmax)
    dl/dW2 = h (p - y)^T                    (for a single layer o = W^T x:  dl/dW = x (p - y)^T)
    dl/dz  = h * (1 - h) * W2 (p - y)
    dl/dW1 = x (dl/dz)^T
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

import autograd
import nn.functional as F
from autograd import Tensor, float64
from demos.activations import split
from demos.common import count, parser, progress, run, table
from demos.plots import Panel, plot
from nn import optim

Array = npt.NDArray[Any]
FORMULAS = {
    "dl/dW": "x (p - y)^T",
    "dl/do": "p - y",
    "dl/dW2": "h (p - y)^T",
    "dl/dz": "h * (1 - h) * W2 (p - y)",
    "dl/dW1": "x (dl/dz)^T",
}


# ------------------------------------------------------------------- sigmoid and squares


def sigmoid(z: Array) -> Array:
    """1 / (1 + e^-z), entry by entry.

    >>> from demos.backprop_by_hand import sigmoid
    >>> sigmoid(np.array([0.0]))
    array([0.5])
    """
    return np.asarray(1 / (1 + np.exp(-z)))


def by_hand(parameters: Sequence[Array], x: Array, y: Array) -> tuple[float, list[Array]]:
    """The loss and its gradients for W1, b1, W2, b2: the lines above, in NumPy."""
    w1, b1, w2, b2 = parameters
    h = sigmoid(x @ w1 + b1)
    p = sigmoid(h @ w2 + b2)
    loss = ((p - y) ** 2).mean()

    dp = 2 * (p - y) / y.size
    do = dp * p * (1 - p)
    dw2, db2 = h.T @ do, do.sum(axis=0)
    dh = do @ w2.T
    dz = dh * h * (1 - h)
    dw1, db1 = x.T @ dz, dz.sum(axis=0)
    return float(loss), [dw1, db1, dw2, db2]


def by_the_engine(parameters: Sequence[Tensor], x: Tensor, y: Tensor) -> float:
    """The loss; ``backward`` puts the gradients into ``.grad``."""
    w1, b1, w2, b2 = parameters
    h = autograd.sigmoid(x @ w1 + b1)
    p = autograd.sigmoid(h @ w2 + b2)
    loss = F.mse_loss(p, y)
    loss.backward()
    return float(loss.item())


class Curves(NamedTuple):
    """The two losses, and the largest difference of any gradient, at every step."""

    by_hand: list[float]
    by_the_engine: list[float]
    difference: list[float]
    accuracy: float
    """The share of test flowers that the network trained by hand classifies correctly."""


def train(steps: int, hidden: int, batch_size: int, lr: float, seed: int) -> Curves:
    """Both networks, trained beside each other on the same batches."""
    data = split(seed, dtype=float64)
    x, y = _arrays(*data.train.tensors)
    autograd.manual_seed(seed)
    theirs = [
        (autograd.randn(*shape, dtype=float64) / shape[0] ** 0.5).requires_grad_()
        for shape in ((4, hidden), (hidden,), (hidden, 3), (3,))
    ]
    ours = [parameter.detach().numpy().copy() for parameter in theirs]
    optimizer = optim.SGD(theirs, lr=lr)
    curves = Curves([], [], [], 0.0)
    for _ in progress(range(steps), "steps"):
        batch = autograd.randperm(len(x))[:batch_size].numpy()
        loss, gradients = by_hand(ours, x[batch], y[batch])
        optimizer.zero_grad()
        engines = by_the_engine(
            theirs, autograd.from_numpy(x[batch]), autograd.from_numpy(y[batch])
        )
        curves.by_hand.append(loss)
        curves.by_the_engine.append(engines)
        curves.difference.append(
            max(
                float(np.abs(gradient - _grad(parameter)).max())
                for gradient, parameter in zip(gradients, theirs, strict=True)
            )
        )
        optimizer.step()
        for parameter, gradient in zip(ours, gradients, strict=True):
            parameter -= lr * gradient
    x, y = _arrays(*data.test.tensors)
    w1, b1, w2, b2 = ours
    outputs = sigmoid(sigmoid(x @ w1 + b1) @ w2 + b2)
    return curves._replace(accuracy=float((outputs.argmax(1) == y.argmax(1)).mean()))


def _arrays(features: Tensor, species: Tensor) -> tuple[Array, Array]:
    return features.numpy(), F.one_hot(species, 3).to(float64).numpy()


def _grad(parameter: Tensor) -> Array:
    assert parameter.grad is not None
    return parameter.grad.numpy()


# ----------------------------------------------------------------- softmax cross-entropy


def softmax_cross_entropy(hidden: int, seed: int) -> dict[str, tuple[Array, Array]]:
    """The derivatives of the second part: each by hand and by the engine, for one flower.

    >>> from demos.backprop_by_hand import softmax_cross_entropy
    >>> list(softmax_cross_entropy(hidden=5, seed=0))
    ['dl/dW', 'dl/do', 'dl/dW2', 'dl/dz', 'dl/dW1']
    """
    autograd.manual_seed(seed)
    x, species = split(seed, dtype=float64).train[0]
    y = F.one_hot(species, 3).to(float64)
    w, w1, w2 = (
        (autograd.randn(*shape, dtype=float64) / shape[0] ** 0.5).requires_grad_()
        for shape in ((4, 3), (4, hidden), (hidden, 3))
    )

    o = w.T @ x  # a single layer
    F.cross_entropy(o, y).backward()
    single = np.outer(x.numpy(), _softmax(o.detach().numpy()) - y.numpy())

    z = w1.T @ x  # two
    h = autograd.sigmoid(z)
    o = w2.T @ h
    z.retain_grad()
    o.retain_grad()
    F.cross_entropy(o, y).backward()

    hidden_units = h.detach().numpy()
    error = _softmax(o.detach().numpy()) - y.numpy()
    dz = hidden_units * (1 - hidden_units) * (w2.detach().numpy() @ error)
    return {
        "dl/dW": (single, _grad(w)),
        "dl/do": (error, _grad(o)),
        "dl/dW2": (np.outer(hidden_units, error), _grad(w2)),
        "dl/dz": (dz, _grad(z)),
        "dl/dW1": (np.outer(x.numpy(), dz), _grad(w1)),
    }


def _softmax(o: Array) -> Array:
    powers = np.exp(o - o.max())
    return np.asarray(powers / powers.sum())


# ------------------------------------------------------------------------------- running


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status, 1 where the two differ."""
    choices = parser(
        "backprop_by_hand",
        "Train a sigmoid network with mean squared error on iris twice, by a backward pass "
        "written out in NumPy and by the engine, and compare every gradient.",
        batch_size=120,
        lr=2.0,
    )
    choices.add_argument(
        "--steps", type=count, default=1000, metavar="N", help="steps of gradient descent"
    )
    choices.add_argument("--hidden", type=count, default=40, metavar="N", help="hidden units")
    options = choices.parse_args(arguments)

    print("Sigmoid network, mean squared error:")
    curves = train(options.steps, options.hidden, options.batch_size, options.lr, options.seed)
    shown = sorted({0, *range(options.steps // 10 - 1, options.steps, options.steps // 10 or 1)})
    print(
        table(
            ["step", "loss by hand", "loss by the engine", "largest difference of a gradient"],
            [
                [
                    step + 1,
                    f"{curves.by_hand[step]:.12f}",
                    f"{curves.by_the_engine[step]:.12f}",
                    f"{curves.difference[step]:.1e}",
                ]
                for step in shown
                if 0 <= step < options.steps
            ],
        )
    )
    worst = max(curves.difference, default=0.0)
    print(f"Over all {options.steps} steps the gradients differ by {worst:.1e} at most.")
    print(f"Of the test flowers, {curves.accuracy:.1%} are classified correctly.")

    print("\nSoftmax cross-entropy of one flower:")
    derivatives = softmax_cross_entropy(options.hidden, options.seed)
    differences = {name: float(np.abs(a - b).max()) for name, (a, b) in derivatives.items()}
    print(
        table(
            ["derivative", "formula", "largest difference"],
            [[name, FORMULAS[name], f"{value:.1e}"] for name, value in differences.items()],
        )
    )
    few = np.arange(0, options.steps, max(1, options.steps // 40))  # so that the line is seen
    plot(
        Path(options.out, "backprop_by_hand.png"),
        Panel(
            "Mean squared error",
            {
                "by the engine": curves.by_the_engine,
                "by hand": (few + 1, np.array(curves.by_hand)[few]),
            },
            "loss",
            "step",
            points={"by hand"},
        ),
        Panel(
            "Largest difference of a gradient",
            {"all parameters": [max(value, 1e-20) for value in curves.difference]},
            xlabel="step",
            log=True,
        ),
    )
    return int(max(worst, *differences.values()) > 1e-12)


if __name__ == "__main__":
    run(main)
