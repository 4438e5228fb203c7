"""A small causal transformer that learns to write, letter by letter, as GPT does.

All positions of a piece of text learn at once: position t sees the letters 0 to t, and foresees
letter t + 1. Each block adds to the stream of vectors, one for each position, what two parts
find in it:

* **attention**, where positions look at each other. From its vector each position makes a query
  q, a key k and a value v; it receives the mean of the values, weighted by how well their keys
  answer its query,

      weights = softmax(q k^T / sqrt(size of q)), and 0 where the key's position is later,

  in several heads, each with its own queries. The division keeps the scores' variance at 1, so
  that the softmax starts neither flat nor as a hard choice.
* **a network of two layers**, on each position by itself.

Both read the stream through a LayerNorm, and write to it by addition, so that the gradient
reaches the first block as directly as the last.

Run it with ``python -m demos.gpt``; ``--help`` lists what can be chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import autograd
import nn
import nn.functional as F
from autograd import Tensor
from demos import language
from demos.common import count, progress, run
from nn import optim

CLIP = 1.0
HEADS = 4
WARMUP = 0.1
START = "\n"


class CausalSelfAttention(nn.Module):
    """Each position attends to itself and to those before it: (batch, time, features)."""

    def __init__(self, features: int, heads: int, p: float) -> None:
        super().__init__()
        self.heads, self.p = heads, p
        self.attend = nn.Linear(features, 3 * features)
        self.project = nn.Linear(features, features)
        self.dropout = nn.Dropout(p)

    def forward(self, x: Tensor) -> Tensor:
        """The values that each position gathers, all heads side by side, projected."""
        batch, time, features = x.shape
        q, k, v = (
            each.view(batch, time, self.heads, features // self.heads).transpose(1, 2)
            for each in self.attend(x).split(features, dim=2)
        )  # (batch, heads, time, features of a head)
        p = self.p if self.training else 0.0
        y = F.scaled_dot_product_attention(q, k, v, dropout_p=p, is_causal=True)
        y = y.transpose(1, 2).reshape(batch, time, features)
        return self.dropout(self.project(y))


class Block(nn.Module):
    """Attention, then a network on each position; both are added to what came in."""

    def __init__(self, features: int, heads: int, p: float) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(features)
        self.attention = CausalSelfAttention(features, heads, p)
        self.norm2 = nn.LayerNorm(features)
        self.network = nn.Sequential(
            nn.Linear(features, 4 * features),
            nn.GELU(),
            nn.Linear(4 * features, features),
            nn.Dropout(p),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(batch, time, features) to the same shape."""
        x = x + self.attention(self.norm1(x))
        return x + self.network(self.norm2(x))


class GPT(nn.Module):
    """Letters (batch, time) to logits (batch, time, letters) of the next ones."""

    def __init__(
        self,
        letters: int,
        context: int = 64,
        features: int = 96,
        heads: int = HEADS,
        blocks: int = 3,
        p: float = 0.1,
    ) -> None:
        super().__init__()
        self.context = context
        self.letter = nn.Embedding(letters, features)
        self.place = nn.Embedding(context, features)
        self.dropout = nn.Dropout(p)
        self.blocks = nn.Sequential(*(Block(features, heads, p) for _ in range(blocks)))
        self.norm = nn.LayerNorm(features)
        self.output = nn.Linear(features, letters, bias=False)
        self.apply(initialise)

    def forward(self, letters: Tensor) -> Tensor:
        """At most ``context`` letters at a time."""
        places = autograd.arange(letters.shape[1])
        x = self.dropout(self.letter(letters) + self.place(places))
        return self.output(self.norm(self.blocks(x)))


def initialise(module: nn.Module) -> None:
    """Small normal weights, so that the first outputs are close to "all letters equally"."""
    if isinstance(module, (nn.Linear, nn.Embedding)):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)


def windows(numbers: Tensor, starts: Tensor, length: int) -> tuple[Tensor, Tensor]:
    """Inputs and targets (batch, length) from some places in the text.

    >>> from demos.gpt import windows
    >>> x, y = windows(arange(9), tensor([0, 5]), length=3)
    >>> x.tolist(), y.tolist()
    ([[0, 1, 2], [5, 6, 7]], [[1, 2, 3], [6, 7, 8]])
    """
    places = starts[:, None] + autograd.arange(length)
    return numbers[places], numbers[places + 1]


def steps_of(numbers: Tensor, batch: int, length: int) -> int:
    """How many batches show about as many letters as the text has."""
    return max(len(numbers) // (batch * length), 1)


def batches(numbers: Tensor, batch: int, length: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Windows at random places of the text, `steps_of` them."""
    for _ in range(steps_of(numbers, batch, length)):
        starts = autograd.randint(len(numbers) - length, (batch,))
        yield windows(numbers, starts, length)


def train_epoch(
    model: nn.Module, optimizer: Any, schedule: Any, batches: Any
) -> tuple[list[float], list[float]]:
    """The loss and the gradient's norm before clipping, at each step."""
    model.train()
    losses, norms = [], []
    for inputs, targets in batches:
        loss = language.loss_of(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        norms.append(nn.utils.clip_grad_norm_(model.parameters(), CLIP).item())
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return losses, norms


def evaluate(model: nn.Module, numbers: Tensor, length: int) -> float:
    """The mean loss on the windows that lie one after the other."""
    model.eval()
    starts = autograd.arange(0, len(numbers) - length, length)
    with autograd.no_grad():
        inputs, targets = windows(numbers, starts, length)
        return float(language.loss_of(model(inputs), targets).item())


def sample(model: Any, text: language.Text, length: int, temperature: float = 0.7) -> str:
    """Let the model write: it sees the last ``context`` letters and draws the next one."""
    model.eval()
    found = text.encode(START).tolist()
    with autograd.no_grad():
        for _ in range(length):
            logits = model(autograd.tensor([found[-model.context :]]))
            found.append(language.draw(logits[0, -1], temperature))
    return text.decode(found[1:])


def learn(text: language.Text, options: Any, verbose: bool = True) -> list[language.Epoch]:
    """AdamW, whose rate warms up and then falls along a cosine, from step to step."""
    autograd.manual_seed(options.seed)
    model = GPT(len(text.letters), options.context, options.features, blocks=options.blocks)
    if verbose:
        print(f"{sum(each.numel() for each in model.parameters()):,} parameters")
    optimizer = optim.AdamW(model.parameters(), lr=options.lr, weight_decay=0.01)
    steps = steps_of(text.train, options.batch_size, options.context)
    schedule = optim.lr_scheduler.OneCycleLR(
        optimizer, options.lr, total_steps=options.epochs * steps, pct_start=WARMUP
    )

    def train(title: str) -> tuple[list[float], list[float]]:
        drawn = batches(text.train, options.batch_size, options.context)
        shown = progress(drawn, title, steps) if verbose else drawn
        return train_epoch(model, optimizer, schedule, shown)

    return language.learn(
        options.epochs,
        train,
        lambda: evaluate(model, text.test, options.context),
        lambda: sample(model, text, options.length),
        CLIP,
        verbose,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status."""
    parser = language.parser(
        "gpt",
        "Train a causal transformer on nursery rhymes, letter by letter, and let it write some.",
        epochs=20,
        batch_size=8,
        lr=3e-3,
    )
    add = parser.add_argument
    add("--context", type=count, default=128, metavar="N", help="letters it sees at most")
    add("--features", type=count, default=96, metavar="N", help=f"a multiple of {HEADS}, the heads")
    add("--blocks", type=count, default=3, metavar="N", help="blocks, one on another")
    options = parser.parse_args(arguments)
    if options.features % HEADS:
        parser.error(f"--features {options.features} is no multiple of the {HEADS} heads")
    least = options.context + 1
    text = language.read_enough(parser, options.letters, train=least, test=least)
    history = learn(text, options)
    language.report(history, "GPT", options.out / "gpt.png")
    return 0


if __name__ == "__main__":
    run(main)
