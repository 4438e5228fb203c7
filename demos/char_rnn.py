"""A recurrent network that learns to write, letter by letter: an LSTM.

The text is cut into ``--batch-size`` streams that are read side by side, ``--steps`` letters at
a time. After each piece the states are carried on, but cut off from the graph, so that the
gradient flows back over one piece and not to the beginning of the text (truncated
backpropagation through time).

What keeps this training together:

* **Clipping.** Through an LSTM's steps the gradient is multiplied again and again, and it may
  explode. `clip_grad_norm_` scales all gradients by min(1, c / norm), where the norm is that of
  all of them together: the direction stays, the length is at most c.
* **Variational dropout.** Ordinary dropout draws new zeros at each time step, which a recurrent
  network feels as noise on everything that it wants to remember. Here one mask is drawn for a
  sequence and is the same at all of its steps (Gal and Ghahramani, 2016), on the inputs and the
  outputs of each layer.

Run it with ``python -m demos.char_rnn``; ``--help`` lists what can be chosen.
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

CLIP = 0.25
TEST_STREAMS = 8
START = "\n"


class VariationalDropout(nn.Module):
    """Dropout whose mask is the same at every step: x is (steps, batch, features)."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        """x times one mask of 0 and 1 / (1 - p) for each sequence and feature."""
        if not self.training or self.p == 0:
            return x
        return x * F.dropout(autograd.ones(1, *x.shape[1:], dtype=x.dtype), self.p)


class CharRNN(nn.Module):
    """Letters (steps, batch) to logits (steps, batch, letters) of the next ones, and states."""

    def __init__(self, letters: int, hidden: int = 128, layers: int = 2, p: float = 0.1) -> None:
        super().__init__()
        self.embedding = nn.Embedding(letters, hidden)
        self.layers = nn.ModuleList([nn.LSTM(hidden, hidden) for _ in range(layers)])
        self.dropout = VariationalDropout(p)
        self.output = nn.Linear(hidden, letters)

    def forward(self, letters: Tensor, states: Any = None) -> tuple[Tensor, Any]:
        """Go on from ``states``, a pair (h, c) for each layer, or from zeros."""
        x = self.dropout(self.embedding(letters))
        ends = []
        for i, layer in enumerate(self.layers):
            x, end = layer(x, None if states is None else states[i])
            x = self.dropout(x)
            ends.append(end)
        return self.output(x), ends


def detached(states: Any) -> Any:
    """The same states, without the graph that they come from."""
    return [tuple(each.detach() for each in pair) for pair in states]


def pieces(numbers: Tensor, batch: int, steps: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Inputs and targets (steps, batch): side by side streams of the text, in order.

    >>> from demos.char_rnn import pieces
    >>> x, y = next(pieces(arange(9), batch=2, steps=2))
    >>> x.tolist(), y.tolist()
    ([[0, 4], [1, 5]], [[1, 5], [2, 6]])
    """
    length = (len(numbers) - 1) // batch
    streams = numbers[: batch * length].reshape(batch, length).t()
    following = numbers[1 : batch * length + 1].reshape(batch, length).t()
    for start in range(0, length - steps + 1, steps):
        yield streams[start : start + steps], following[start : start + steps]


def train_epoch(model: nn.Module, optimizer: Any, batches: Any) -> tuple[list[float], list[float]]:
    """One pass over the text: the loss and the gradient's norm before clipping, at each step."""
    model.train()
    losses, norms = [], []
    states = None
    for inputs, targets in batches:
        logits, states = model(inputs, states)
        states = detached(states)
        loss = language.loss_of(logits, targets)
        optimizer.zero_grad()
        loss.backward()
        norms.append(nn.utils.clip_grad_norm_(model.parameters(), CLIP).item())
        optimizer.step()
        losses.append(loss.item())
    return losses, norms


def evaluate(model: nn.Module, batches: Any) -> float:
    """The mean loss, states carried on, without dropout."""
    model.eval()
    losses: list[float] = []
    states = None
    with autograd.no_grad():
        for inputs, targets in batches:
            logits, states = model(inputs, states)
            losses.append(language.loss_of(logits, targets).item())
    return sum(losses) / len(losses)


def sample(model: nn.Module, text: language.Text, length: int, temperature: float = 0.7) -> str:
    """Let the model write: each letter that it draws is its next input."""
    model.eval()
    found = text.encode(START).tolist()
    states = None
    with autograd.no_grad():
        for _ in range(length):
            logits, states = model(autograd.tensor([[found[-1]]]), states)
            found.append(language.draw(logits[0, 0], temperature))
    return text.decode(found[1:])


def learn(text: language.Text, options: Any, verbose: bool = True) -> list[language.Epoch]:
    """Adam, whose rate falls along a cosine from epoch to epoch."""
    autograd.manual_seed(options.seed)
    model = CharRNN(len(text.letters), options.hidden)
    optimizer = optim.Adam(model.parameters(), lr=options.lr)
    decay = optim.lr_scheduler.CosineAnnealingLR(optimizer, options.epochs)

    def train(title: str) -> tuple[list[float], list[float]]:
        batches = list(pieces(text.train, options.batch_size, options.steps))
        found = train_epoch(model, optimizer, progress(batches, title) if verbose else batches)
        decay.step()
        return found

    return language.learn(
        options.epochs,
        train,
        lambda: evaluate(model, pieces(text.test, TEST_STREAMS, options.steps)),
        lambda: sample(model, text, options.length),
        CLIP,
        verbose,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status."""
    parser = language.parser(
        "char_rnn",
        "Train an LSTM on nursery rhymes, letter by letter, and let it write some of its own.",
        epochs=20,
        batch_size=16,
        lr=4e-3,
    )
    add = parser.add_argument
    add("--hidden", type=count, default=128, metavar="N", help="units of each layer")
    add("--steps", type=count, default=128, metavar="N", help="letters in one piece")
    options = parser.parse_args(arguments)
    text = language.read_enough(
        parser,
        options.letters,
        train=options.batch_size * options.steps + 1,
        test=TEST_STREAMS * options.steps + 1,
    )
    history = learn(text, options)
    language.report(history, "LSTM", options.out / "char_rnn.png")
    return 0


if __name__ == "__main__":
    run(main)
