"""Four activation functions in the same network, learning to tell iris flowers apart.

Run it with ``python -m demos.activations``; ``--help`` lists what can be chosen.

The network has three layers: 4 inputs, 40 hidden units, 3 outputs. Of the 150 flowers, shuffled
with a seed, the first 80 % train it, and the rest test it. Each network starts from the same
seed, so that only the activation differs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import autograd
import nn
from autograd import Generator
from demos.common import Epoch, fit, parser, run, table
from demos.data import iris
from demos.plots import Panel, plot
from nn import optim
from nn.data import DataLoader, TensorDataset

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "ReLU": nn.ReLU,
    "Sigmoid": nn.Sigmoid,
    "Tanh": nn.Tanh,
    "PReLU": nn.PReLU,
}


class Split(NamedTuple):
    """Flowers to train on, and flowers to test on."""

    train: TensorDataset
    test: TensorDataset


def split(seed: int, share: float = 0.8, dtype: Any = autograd.float32) -> Split:
    """The first ``share`` of the shuffled flowers, and the rest, both standardised.

    The mean and the standard deviation are those of the training flowers alone: what is tested
    on must not be looked at before.

    >>> from demos.activations import split
    >>> len(split(0).train), len(split(0).test)
    (120, 30)
    """
    flowers = iris()
    order = autograd.randperm(150, generator=Generator().manual_seed(seed))
    features, species = flowers.features[order].to(dtype), flowers.species[order]
    count = round(150 * share)
    features = (features - features[:count].mean(0)) / features[:count].std(0)
    return Split(
        TensorDataset(features[:count], species[:count]),
        TensorDataset(features[count:], species[count:]),
    )


def network(activation: Callable[[], nn.Module], hidden: int = 40) -> nn.Sequential:
    """Inputs, hidden units with the activation, and a score for each species.

    >>> from demos.activations import network
    >>> network(nn.PReLU)
    Sequential(
      (0): Linear(in_features=4, out_features=40, bias=True)
      (1): PReLU(num_parameters=1)
      (2): Linear(in_features=40, out_features=3, bias=True)
    )
    """
    return nn.Sequential(nn.Linear(4, hidden), activation(), nn.Linear(hidden, 3))


def train(
    name: str, data: Split, epochs: int, lr: float, batch_size: int, seed: int, verbose: bool = True
) -> list[Epoch]:
    """The network with one activation, from the same seed as those with others."""
    autograd.manual_seed(seed)
    model = network(ACTIVATIONS[name])
    optimizer = optim.Adam(model.parameters(), lr=lr)
    return fit(
        model,
        optimizer,
        DataLoader(data.train, batch_size, shuffle=True),
        DataLoader(data.test, len(data.test)),
        epochs,
        verbose=verbose,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status."""
    options = parser(
        "activations",
        "Train the same network with ReLU, Sigmoid, Tanh and PReLU on iris, and compare.",
        epochs=60,
        batch_size=16,
        lr=0.01,
    ).parse_args(arguments)
    data = split(options.seed)
    histories = {}
    for name in ACTIVATIONS:
        print(name)
        histories[name] = train(
            name, data, options.epochs, options.lr, options.batch_size, options.seed
        )
    print()
    print(
        table(
            ["activation", "train loss", "test loss", "wrong of 30", "test error %"],
            [
                [
                    name,
                    history[-1].train.loss,
                    history[-1].test.loss,
                    round(len(data.test) * (1 - history[-1].test.accuracy)),
                    100 * (1 - history[-1].test.accuracy),
                ]
                for name, history in histories.items()
            ],
        )
    )
    plot(
        options.out / "activations.png",
        Panel(
            "Training loss",
            {name: [e.train.loss for e in history] for name, history in histories.items()},
            "cross-entropy",
            log=True,
        ),
        Panel(
            "Test error",
            {name: [1 - e.test.accuracy for e in history] for name, history in histories.items()},
            "share of flowers taken for others",
        ),
    )
    return 0


if __name__ == "__main__":
    run(main)
