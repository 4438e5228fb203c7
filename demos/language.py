"""What the language models share: the text as numbers, samples, and how good those are.

A language model says how likely each letter is to come next. The loss is the mean of
-log p(the letter that came), in nats: log of the number of letters for a model that knows
nothing, and less the better it foresees the text.
"""

from __future__ import annotations

import argparse
import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from time import perf_counter
from typing import Any, NamedTuple

import autograd
import nn.functional as F
from autograd import Tensor
from demos import common, plots, rhymes

HELD_OUT = 0.1
"""The share of the text, its end, that no model learns from."""


class Text(NamedTuple):
    """A text as numbers, (n,) of int64, and the letter of each number."""

    letters: str
    train: Tensor
    test: Tensor

    def encode(self, text: str) -> Tensor:
        """Letters to numbers; ValueError for a letter that is not in the text."""
        return autograd.tensor([self.letters.index(letter) for letter in text])

    def decode(self, numbers: Sequence[int]) -> str:
        """Numbers to letters."""
        return "".join(self.letters[number] for number in numbers)


def read(most: int | None = None) -> Text:
    """The rhymes of this folder, or their first ``most`` letters."""
    text = rhymes.FILE.read_text("utf-8")[:most]
    letters = "".join(sorted(set(text)))
    number = {letter: i for i, letter in enumerate(letters)}
    numbers = autograd.tensor([number[letter] for letter in text])
    end = round(len(text) * (1 - HELD_OUT))
    return Text(letters, numbers[:end], numbers[end:])


def loss_of(logits: Tensor, targets: Tensor) -> Tensor:
    """The mean cross-entropy of logits (..., letters) at the letters that came (...)."""
    return F.cross_entropy(logits.reshape(-1, logits.shape[-1]), targets.reshape(-1))


def draw(logits: Tensor, temperature: float) -> int:
    """One letter by the probabilities softmax(logits / temperature)."""
    return int(autograd.multinomial(F.softmax(logits / temperature, dim=-1), 1).item())


class Quality(NamedTuple):
    """Shares of a sample that are as in the text; nan where there is nothing to judge."""

    words: float
    """Words that occur in the text; the last one may be cut off and is not counted."""
    rhymes: float
    """Line pairs "..., / and ...." that rhyme."""
    countdowns: float
    """Line pairs "Five ..., / one ... four." whose second number is one less than the first."""

    def __str__(self) -> str:
        titles = ("known words", "rhymes", "countdowns")
        return ", ".join(
            f"{title} {share:.0%}" if math.isfinite(share) else f"{title} -"
            for title, share in zip(titles, self, strict=True)
        )


def quality(sample: str) -> Quality:
    r"""What of a sample is as in the text.

    >>> from demos.language import quality
    >>> print(quality("The hare ran to the moon,\nand sqz at the spoon.\n"))
    known words 90%, rhymes 100%, countdowns -
    """
    known = set(rhymes.FILE.read_text("utf-8").split())
    pairs = [
        (first[:-1].split(), second[:-1].split())
        for first, second in itertools.pairwise(sample.split("\n"))
        if first.endswith(",") and second.endswith(".") and first[:-1].split() and second[:-1]
    ]
    return Quality(
        _share(word in known for word in sample.split()[:-1]),
        _share(_rhyme(first[-1], second[-1]) for first, second in pairs if second[0] == "and"),
        _share(_follow(second[-1], first[0]) for first, second in pairs if second[0] == "one"),
    )


def _share(judged: Iterable[bool]) -> float:
    found = list(judged)
    return sum(found) / len(found) if found else math.nan


def _rhyme(first: str, second: str) -> bool:
    return any({first, second} <= {*group} for group in rhymes.RHYMES)


def _follow(lower: str, higher: str) -> bool:
    return (lower, higher.lower()) in itertools.pairwise(rhymes.NUMBERS)


# ----------------------------------------------------------------- what both programs do


def parser(name: str, description: str, **defaults: Any) -> argparse.ArgumentParser:
    """The options of a language model: `common.parser`'s, and how much it reads and writes."""
    made = common.parser(name, description, **defaults)
    add = made.add_argument
    add("--length", type=common.count, default=600, metavar="N", help="letters of a sample")
    add("--letters", type=common.count, default=None, metavar="N", help="use the first N letters")
    return made


def read_enough(parser: argparse.ArgumentParser, most: int | None, train: int, test: int) -> Text:
    """`read`, or an error of the options where a part has fewer letters than the model needs."""
    text = read(most)
    for part, have, need in (("train", len(text.train), train), ("test", len(text.test), test)):
        if have < need:
            parser.error(f"too few letters to {part} on: {have}, and one batch takes {need}")
    return text


class Epoch(NamedTuple):
    """What one pass over the text led to."""

    train: float
    test: float
    quality: Quality
    sample: str
    norms: list[float]
    """The gradient's norm before clipping, at each step."""


def learn(
    epochs: int,
    train: Callable[[str], tuple[list[float], list[float]]],
    test: Callable[[], float],
    write: Callable[[], str],
    clip: float,
    verbose: bool = True,
) -> list[Epoch]:
    """Train for some epochs, and print a line and the beginning of a sample of each.

    ``train`` passes over the text once, under a title, and gives the loss and the norm of each
    step; ``test`` gives the loss on the text that is held out, ``write`` a sample.
    """
    history = []
    for number in range(1, epochs + 1):
        began = perf_counter()
        losses, norms = train(f"epoch {number}")
        tested, sample = test(), write()
        epoch = Epoch(sum(losses) / len(losses), tested, quality(sample), sample, norms)
        history.append(epoch)
        if verbose:
            seconds = perf_counter() - began
            print(
                f"epoch {number:3d}  train loss {epoch.train:.4f}  test loss {tested:.4f} "
                f"(perplexity {math.exp(tested):.2f})  sample: {epoch.quality}  {seconds:.1f} s"
            )
            clipped = sum(norm > clip for norm in norms) / len(norms)
            print(f"           gradient norm at most {max(norms):.2f}, clipped in {clipped:.0%}")
            beginning = sample[:160].strip("\n").split("\n")
            print("\n".join(f"    | {each}" for each in beginning), flush=True)
    return history


def report(history: Sequence[Epoch], title: str, path: Any) -> None:
    """Print the last sample, and draw the losses, the samples' quality and the gradient's norms."""
    print("\nThe last sample:\n")
    print(history[-1].sample)
    plots.plot(
        path,
        plots.Panel(
            f"{title}: loss",
            {"train": [each.train for each in history], "test": [each.test for each in history]},
            "nats per letter",
        ),
        plots.Panel(
            f"{title}: samples",
            {
                "known words": [each.quality.words for each in history],
                "rhyming couplets": [each.quality.rhymes for each in history],
                "countdowns": [each.quality.countdowns for each in history],
            },
            "share",
        ),
        plots.Panel(
            f"{title}: gradient norm before clipping",
            {"norm": [norm for each in history for norm in each.norms]},
            xlabel="step",
            log=True,
        ),
    )
