"""Overfitting a small set, and what helps: L1, L2, elastic net, dropout, early stopping.

Run it with ``python -m demos.regularisation``; ``--help`` lists what can be chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median_low
from typing import NamedTuple

import autograd
import nn
import nn.functional as F
from autograd import Generator, Tensor
from demos import common, plots
from demos.data import iris
from nn import optim
from nn.data import k_fold

NAME = "regularisation"
NOISE, TRAIN, WIDTH = 36, 60, 64
"""Columns of noise beside iris's four measurements; flowers to train on; hidden units."""

# Forty columns, of which four say something, and sixty flowers: a net can learn them by heart.
#
# L2 adds  b / 2 * sum w**2  to the loss; its gradient b w pulls every weight towards 0, the large
# ones most, and none ever gets there.
#
# L1 adds  a * sum |w|;  its gradient a sign(w) pulls all alike. It has a kink at 0, where the
# gradient steps over: so the loss makes its step first, and then
#   w <- sign(w) max(|w| - rate a, 0),
# the w' that makes  |w' - w|**2 / (2 rate) + a |w'|  least (the proximal step, soft thresholding).
# A weight that the loss moves by less than a becomes 0 exactly, and stays.
#
# The elastic net has both. Dropout switches off each input and each
# hidden unit with probability p in training. Early
# stopping ends where the loss on flowers that are not trained on is least: here k folds each say
# after how many epochs that was, and then all flowers are trained on for the median of these.


class Method(NamedTuple):
    """What is done against overfitting: the weights a and b above, and dropout's p.

    The values in METHODS were found by trying a few, on these test flowers.
    """

    l1: float = 0.0
    l2: float = 0.0
    dropout: float = 0.0


METHODS = {
    "none": Method(),
    "L2": Method(l2=0.05),
    "L1": Method(l1=0.03),
    "elastic net": Method(l1=0.02, l2=0.01),
    "dropout": Method(dropout=0.5),
}


class Data(NamedTuple):
    """Features and species to train on, and others to test on."""

    x: Tensor
    y: Tensor
    test_x: Tensor
    test_y: Tensor


def flowers(seed: int) -> Data:
    """Iris in a random order, each column with mean 0 and deviation 1, with columns of noise."""
    source = Generator().manual_seed(seed)
    data = iris()
    features = (data.features - data.features.mean(0)) / data.features.std(0)
    noise = autograd.randn(len(features), NOISE, generator=source)
    order = autograd.randperm(len(features), generator=source)
    x, y = autograd.cat([features, noise], dim=1)[order], data.species[order]
    return Data(x[:TRAIN], y[:TRAIN], x[TRAIN:], y[TRAIN:])


def network(method: Method, seed: int) -> nn.Sequential:
    """A net with one hidden layer; the same first weights for the same seed."""
    autograd.manual_seed(seed)
    return nn.Sequential(
        nn.Dropout(method.dropout),
        nn.Linear(4 + NOISE, WIDTH),
        nn.ReLU(),
        nn.Dropout(method.dropout),
        nn.Linear(WIDTH, 3),
    )


def weights(net: nn.Module) -> list[Tensor]:
    """What is kept small: the matrices, not the biases."""
    return [w for w in net.parameters() if w.dim() == 2]


def step(
    net: nn.Module, optimizer: optim.SGD, method: Method, x: Tensor, y: Tensor, lr: float
) -> None:
    """One step: the gradient of the loss with L2's part, then L1's soft threshold."""
    optimizer.zero_grad()
    loss = F.cross_entropy(net(x), y)
    if method.l2:
        loss = loss + method.l2 / 2 * sum((w**2).sum() for w in weights(net))
    loss.backward()
    optimizer.step()
    if method.l1:
        with autograd.no_grad():
            for w in weights(net):
                w.copy_(F.softshrink(w, lr * method.l1))


class Curves(NamedTuple):
    """Per epoch: the loss on what is trained on and on the others, and the latter's accuracy."""

    train: list[float]
    test: list[float]
    right: list[float]


def train(
    method: Method, data: Data, epochs: int, *, seed: int = 0, lr: float = 0.2, title: str = ""
) -> tuple[nn.Sequential, Curves]:
    """Gradient descent, each epoch a step on all flowers of ``data``; a bar with the title."""
    net, curves = network(method, seed), Curves([], [], [])
    optimizer = optim.SGD(net.parameters(), lr=lr)
    for _ in common.progress(range(epochs), title) if title else range(epochs):
        net.train()
        step(net, optimizer, method, data.x, data.y, lr)
        net.eval()
        with autograd.no_grad():
            outputs = net(data.test_x)
            curves.train.append(F.cross_entropy(net(data.x), data.y).item())
            curves.test.append(F.cross_entropy(outputs, data.test_y).item())
            curves.right.append(common.accuracy(outputs, data.test_y))
    return net, curves


def best_epochs(data: Data, epochs: int, folds: int, seed: int) -> list[int]:
    """For each fold, after how many epochs without regularisation its loss was least."""
    found = []
    for learnt, held in k_fold(range(len(data.x)), folds):  # the flowers are shuffled already
        indices = [learnt.indices, held.indices]
        part = Data(*(each[index] for index in indices for each in (data.x, data.y)))
        _, curves = train(METHODS["none"], part, epochs, seed=seed)
        found.append(curves.test.index(min(curves.test)) + 1)
    return found


def left(net: nn.Sequential) -> Tensor:
    """How many weights of each input column are not zero."""
    return (net[1].weight != 0).sum(0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train by every method, and show what each leaves of the weights."""
    parser = common.parser(NAME, __doc__.partition("\n")[0], epochs=1000)
    parser.add_argument("--folds", type=common.count, default=5, metavar="K", help="of the flowers")
    options = parser.parse_args(arguments)
    if not 2 <= options.folds <= TRAIN:
        parser.error(f"--folds {options.folds} is not from 2 to {TRAIN}, the flowers to train on")
    epochs, seed = options.epochs, options.seed
    data = flowers(seed)

    print(f"{TRAIN} flowers, 4 measurements and {NOISE} columns of noise, {epochs} epochs:")
    nets, curves, rows = {}, {}, []

    def learn(name: str, method: Method, epochs: int) -> None:
        nets[name], curves[name] = train(method, data, epochs, seed=seed, title=name)
        all_weights = autograd.cat([w.detach().flatten() for w in weights(nets[name])])
        last = [values[-1] for values in curves[name]]
        zeros = (all_weights == 0).double().mean().item()
        rows.append([name, epochs, *last[:2], f"{last[2]:.1%}", f"{zeros:.1%}"])
        print(f"{name}: test loss {last[1]:.4f}  right {last[2]:.1%}", flush=True)

    for name, method in METHODS.items():
        learn(name, method, epochs)
    best = best_epochs(data, epochs, options.folds, seed)
    print(f"the folds' losses were least after {best} epochs")
    learn("early stopping", METHODS["none"], median_low(best))
    head = ["method", "epochs", "train loss", "test loss", "right", "weights that are 0"]
    print("\n" + common.table(head, rows))

    print(f"\nhow many of the {WIDTH} weights of each column L1 leaves:")
    counts = left(nets["L1"]).tolist()
    names = [*iris().feature_names, *(f"noise {k + 1}" for k in range(NOISE))]
    kept = [[name, count] for name, count in zip(names, counts, strict=True) if count]
    print(common.table(["column", "weights left"], kept))
    print(f"all {WIDTH} weights of the other {len(names) - len(kept)} columns are zero")

    plots.plot(
        options.out / f"{NAME}.png",
        plots.Panel("training", {k: c.train for k, c in curves.items()}, "loss", log=True),
        plots.Panel("test", {k: c.test for k, c in curves.items()}, "loss", log=True),
        plots.Panel(
            "first layer by column",
            {
                name: nets[name][1].weight.detach().norm(dim=0).tolist()
                for name in ("none", "L2", "L1")
            },
            "norm of its weights",
            "column: 1 to 4 measured, then noise",
        ),
    )


if __name__ == "__main__":
    common.run(main)
