"""A network after VGG's pattern on handwritten digits, to 99.3 % and more.

Run it with ``python -m demos.mnist``; ``--help`` lists what can be chosen. After each epoch
everything that the next one depends on goes into a checkpoint, and ``--resume`` goes on from
there as if nothing had happened: parameters, the optimiser's moments, the place in the
learning-rate schedule, and the state of the random numbers that shuffle the images.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import autograd
import nn
from demos.common import Epoch, Score, count, fit, parser, run
from demos.data import Labelled, UnusableFile, mnist
from demos.lenet import MEAN, STD
from demos.plots import plot_history
from nn import optim
from nn.data import DataLoader


def convolution(channels: int, filters: int, padding: int = 0) -> list[nn.Module]:
    """Filters of 3 x 3, normalised over the batch, then ReLU.

    The normalisation subtracts the mean, so that a bias before it would change nothing; torch's
    default keeps it, and so do we.
    """
    return [
        nn.Conv2d(channels, filters, kernel_size=3, padding=padding),
        nn.BatchNorm2d(filters),
        nn.ReLU(),
    ]


def network() -> nn.Sequential:
    """Images of 28 x 28 become 16 channels of 12 x 12, then 64 of 4 x 4, then ten scores.

    >>> from demos.mnist import network
    >>> network().eval()(zeros(2, 1, 28, 28)).shape
    (2, 10)
    """
    return nn.Sequential(
        *convolution(1, 16),  # 26 x 26
        *convolution(16, 16),  # 24 x 24
        nn.MaxPool2d(2),  # 12 x 12
        *convolution(16, 64),  # 10 x 10
        *convolution(64, 64),  # 8 x 8
        *convolution(64, 64, padding=1),  # 8 x 8
        nn.MaxPool2d(2),  # 4 x 4
        nn.Flatten(),  # 1024
        nn.Linear(1024, 128),
        nn.ReLU(),
        nn.Linear(128, 128),
        nn.ReLU(),
        nn.Linear(128, 10),
    )


class Training:
    """The network, Adam and the schedule: learning rates rise for a while, then fall to 0.

    ``settings`` are ``epochs``, ``batch_size``, ``lr`` (the highest rate) and ``seed``.
    """

    def __init__(self, data: tuple[Labelled, Labelled], settings: dict[str, Any]) -> None:
        autograd.manual_seed(settings["seed"])
        self.settings = settings
        self.model = network()
        train_set, test_set = (part.dataset(MEAN, STD) for part in data)
        self.batches = DataLoader(train_set, settings["batch_size"], shuffle=True)
        self.test_batches = DataLoader(test_set, 500)
        self.optimizer = optim.Adam(self.model.parameters(), lr=settings["lr"])
        self.scheduler = optim.lr_scheduler.OneCycleLR(
            self.optimizer, settings["lr"], settings["epochs"] * len(self.batches)
        )
        self.history: list[Epoch] = []

    def run(self, checkpoint: Path | None, stop: int | None = None, verbose: bool = True) -> None:
        """The epochs that are left, up to number ``stop``; each ends with a checkpoint."""

        def keep(epoch: Epoch) -> None:
            self.history.append(epoch)
            if checkpoint is not None:
                self.save(checkpoint)

        last = min(self.settings["epochs"], stop or self.settings["epochs"])
        fit(
            self.model,
            self.optimizer,
            self.batches,
            self.test_batches,
            range(len(self.history) + 1, last + 1),
            each_step=self.scheduler.step,
            each_epoch=keep,
            verbose=verbose,
        )

    def save(self, checkpoint: Path) -> None:
        """Write the checkpoint, whole or not at all."""
        checkpoint.parent.mkdir(parents=True, exist_ok=True)
        autograd.save(
            {
                "settings": self.settings,
                "model": self.model.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "scheduler": self.scheduler.state_dict(),
                "random numbers": autograd.get_rng_state(),
                "history": [
                    [epoch.number, *epoch.train, *epoch.test, epoch.seconds]
                    for epoch in self.history
                ],
            },
            checkpoint,
        )

    def load(self, state: dict[str, Any]) -> None:
        """Put everything where it was when the checkpoint was written."""
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.scheduler.load_state_dict(state["scheduler"])
        autograd.set_rng_state(state["random numbers"])
        self.history = [
            Epoch(number, Score(*scores[:2]), Score(*scores[2:]), seconds)
            for number, *scores, seconds in state["history"]
        ]


def opened(checkpoint: Path) -> dict[str, Any]:
    """What `Training.save` wrote; raises FileNotFoundError and UnusableFile, saying what to do."""
    try:
        state: dict[str, Any] = autograd.load(checkpoint)
        if "settings" not in state:
            raise ValueError(f"{checkpoint} is no checkpoint of this program")
    except FileNotFoundError:
        raise FileNotFoundError(
            f"there is no checkpoint {checkpoint}: leave out --resume to begin"
        ) from None
    except (ValueError, TypeError) as error:
        raise UnusableFile(f"{error}: leave out --resume to begin anew") from error
    return state


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status.

    Raises FileNotFoundError where MNIST, or the checkpoint to go on from, is not to be found.
    """
    choices = parser(
        "mnist",
        "Train a network after VGG's pattern on MNIST.",
        epochs=5,
        batch_size=128,
        lr=3e-3,
        subset=None,
        data=None,
    )
    choices.add_argument("--stop", type=count, metavar="N", help="stop after epoch N of them")
    choices.add_argument(
        "--resume",
        action="store_true",
        help="go on from the checkpoint OUT/mnist.npz, with the settings that it was started with",
    )
    options = choices.parse_args(arguments)
    checkpoint = options.out / "mnist.npz"
    settings = {name: getattr(options, name) for name in ("epochs", "batch_size", "lr", "seed")}
    settings["subset"] = options.subset
    state = opened(checkpoint) if options.resume else None
    if state is not None:
        settings = state["settings"]
    training, test = mnist(options.data)
    work = Training((training.first(settings["subset"]), test), settings)
    if state is not None:
        work.load(state)
        for epoch in work.history:
            print(epoch)
        print(f"going on from {checkpoint}")
    try:
        work.run(checkpoint, options.stop)
    except KeyboardInterrupt:
        if work.history:
            print(f"--resume goes on after epoch {len(work.history)}", file=sys.stderr)
        raise
    print(f"test accuracy {work.history[-1].test.accuracy:.2%}, checkpoint {checkpoint}")
    plot_history(options.out / "mnist.png", work.history, "VGG-like network on MNIST")
    return 0


if __name__ == "__main__":
    run(main)
