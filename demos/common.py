"""What the demos share: their options, a training loop, tables; `demos.plots` draws.

A demo stays as short as the idea it shows: it says which network learns what from which data,
and `fit` runs the epochs, prints a line for each, and returns the numbers for `plot_history`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple, TypeVar

import autograd
import nn
import nn.functional as F
from autograd import Tensor

T = TypeVar("T")

# ------------------------------------------------------------------------------ options


def parser(name: str, description: str, **defaults: Any) -> argparse.ArgumentParser:
    """The options of ``python -m demos.<name>``: always ``--seed`` and ``--out``.

    ``defaults`` names others that the demo has, with their defaults: ``epochs``, ``batch_size``,
    ``lr``, ``subset``, ``data``. What only one demo has it adds itself.

    >>> from demos.common import parser
    >>> options = parser("mnist", "Train.", epochs=3, lr=0.1).parse_args(["--epochs", "5"])
    >>> options.epochs, options.lr, options.seed
    (5, 0.1, 0)
    """
    made = argparse.ArgumentParser(
        prog=f"python -m demos.{name}",
        description=description,
        formatter_class=_Help,
    )
    add = made.add_argument
    for option, default in ({"seed": 0} | defaults | {"out": "."}).items():
        kind, metavar, says = _OPTIONS[option]
        add(f"--{option.replace('_', '-')}", type=kind, default=default, metavar=metavar, help=says)
    return made


class _Help(argparse.ArgumentDefaultsHelpFormatter):
    """Tells the defaults that tell something."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        told = action.default is not None and action.default is not False
        return super()._get_help_string(action) if told else action.help


def count(text: str) -> int:
    """A whole number from the command line, 1 or more.

    >>> from demos.common import count
    >>> count("12")
    12
    """
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is too few: 1 or more")
    return number


def folder(text: str) -> Path:
    """A folder to write into, from the command line; it is made now, before the work begins.

    >>> from demos.common import folder
    >>> folder(".") .is_dir()
    True
    """
    path = Path(text)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} cannot be made a folder: {error.strerror}"
        ) from None
    if not os.access(path, os.W_OK):
        raise argparse.ArgumentTypeError(f"nothing can be written into {text!r}")
    return path


def rate(text: str) -> float:
    """A finite number above 0 from the command line.

    >>> from demos.common import rate
    >>> rate("1e-3")
    0.001
    """
    try:
        number = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and finite")
    return number


_OPTIONS: dict[str, tuple[Callable[[str], Any], str, str]] = {
    "seed": (int, "N", "seed of every random number: the same seed gives the same run"),
    "epochs": (count, "N", "times that the training data are gone through"),
    "batch_size": (count, "N", "samples in one step"),
    "lr": (rate, "X", "learning rate"),
    "subset": (count, "N", "train on the first N samples only"),
    "data": (Path, "DIR", "the folder with the data set's files"),
    "out": (folder, "DIR", "the folder for what is written, made where it is missing"),
}


def run(main: Callable[[], int | None]) -> None:
    """Run a demo's ``main`` as a program: messages instead of tracebacks where files are missing.

    Raises SystemExit with the exit status.
    """
    try:
        status = main() or 0
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except OSError as error:
        print(error, file=sys.stderr)
        status = 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        status = 130
    sys.exit(status)


# ----------------------------------------------------------------------------- training


class Score(NamedTuple):
    """The mean loss over some samples, and the share of them that is classified rightly."""

    loss: float
    accuracy: float


class Epoch(NamedTuple):
    """What one pass over the training data led to."""

    number: int
    train: Score
    test: Score
    seconds: float

    def __str__(self) -> str:
        return (
            f"epoch {self.number:3d}  train loss {self.train.loss:.4f} "
            f"accuracy {self.train.accuracy:7.2%}  test loss {self.test.loss:.4f} "
            f"accuracy {self.test.accuracy:7.2%}  {self.seconds:.1f} s"
        )


def fit(
    model: nn.Module,
    optimizer: nn.optim.Optimizer,
    train: Iterable[Any],
    test: Iterable[Any],
    epochs: int | range,
    criterion: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
    *,
    each_step: Callable[[], object] | None = None,
    each_epoch: Callable[[Epoch], object] | None = None,
    verbose: bool = True,
) -> list[Epoch]:
    """Train a classifier for some epochs, one printed line for each, and return their numbers.

    ``train`` and ``test`` give batches of inputs and classes, as a DataLoader does. ``epochs``
    is a number, or the range of those that are left. ``each_step`` is called after every step of
    the optimiser, ``each_epoch`` after every line: the place for a learning-rate scheduler.

    >>> from demos.common import fit
    >>> model, data = nn.Linear(2, 3), [(zeros(4, 2), tensor([0, 1, 2, 0]))]
    >>> optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    >>> history = fit(model, optimizer, data, data, 2, verbose=False)
    >>> [epoch.number for epoch in history]
    [1, 2]
    """
    history = []
    for number in range(1, epochs + 1) if isinstance(epochs, int) else epochs:
        began = perf_counter()
        batches = progress(train, f"epoch {number}") if verbose else train
        learnt = train_epoch(model, optimizer, batches, criterion, each_step)
        epoch = Epoch(number, learnt, evaluate(model, test, criterion), perf_counter() - began)
        history.append(epoch)
        if verbose:
            print(epoch, flush=True)
        if each_epoch is not None:
            each_epoch(epoch)
    return history


def train_epoch(
    model: nn.Module,
    optimizer: nn.optim.Optimizer,
    batches: Iterable[Any],
    criterion: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
    each_step: Callable[[], object] | None = None,
) -> Score:
    """One pass over the batches, a step for each; the score is of the outputs on the way."""
    model.train()
    total = _Total()
    for inputs, targets in batches:
        outputs = model(inputs)
        loss = criterion(outputs, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if each_step is not None:
            each_step()
        total.add(outputs, targets, loss)
    return total.score()


def evaluate(
    model: nn.Module,
    batches: Iterable[Any],
    criterion: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
) -> Score:
    """The score on some batches, nothing learnt; the model is then in the mode that it was in.

    >>> from demos.common import evaluate
    >>> evaluate(nn.Identity(), [(tensor([[0.0, 9.0], [0.0, 9.0]]), tensor([1, 0]))]).accuracy
    0.5
    """
    training = model.training
    model.eval()
    total = _Total()
    with autograd.no_grad():
        for inputs, targets in batches:
            outputs = model(inputs)
            total.add(outputs, targets, criterion(outputs, targets))
    model.train(training)
    return total.score()


def accuracy(outputs: Tensor, targets: Tensor) -> float:
    """The share of rows whose largest output is that of the target's class.

    Targets are classes, or rows with a 1 in the place of the class.

    >>> from demos.common import accuracy
    >>> accuracy(tensor([[0.1, 0.9], [0.8, 0.2]]), tensor([1, 1]))
    0.5
    """
    classes = targets if targets.dim() < outputs.dim() else targets.argmax(1)
    return float((outputs.argmax(1) == classes).sum().item()) / len(targets)


class _Total:
    """Losses and right answers added up over batches of different sizes."""

    def __init__(self) -> None:
        self.samples, self.loss, self.right = 0, 0.0, 0.0

    def add(self, outputs: Tensor, targets: Tensor, loss: Tensor) -> None:
        self.samples += len(targets)
        self.loss += loss.item() * len(targets)
        self.right += accuracy(outputs.detach(), targets) * len(targets)

    def score(self) -> Score:
        if not self.samples:
            return Score(float("nan"), float("nan"))
        return Score(self.loss / self.samples, self.right / self.samples)


def progress(steps: Iterable[T], title: str = "", total: int | None = None) -> Iterator[T]:
    """The same items, with a bar on a terminal that has tqdm, and silently elsewhere.

    >>> from demos.common import progress
    >>> list(progress(range(3), "counting"))
    [0, 1, 2]
    """
    try:
        from tqdm import tqdm
    except ImportError:
        yield from steps
    else:  # disable=None: where the output is no terminal
        yield from tqdm(steps, title, total, leave=False, disable=None)


# ----------------------------------------------------------------------------- tables


def table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """Columns of text under their heads: words to the left, numbers to the right.

    >>> from demos.common import table
    >>> print(table(["layer", "parameters"], [["C1", 156], ["C3", 2416]]))
    layer  parameters
    -----  ----------
    C1            156
    C3          2,416
    """
    values = [list(row) for row in rows]
    cells = [[str(title) for title in head], *([_cell(value) for value in row] for row in values)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    number = [
        all(isinstance(value, int | float) for value in column)
        for column in zip(*values, strict=True)
    ] or [False] * len(head)
    cells.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, number, strict=True)
        ).rstrip()
        for row in cells
    )


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
