"""Cross-entropy of three samples by hand, in numbers, and the same from the library.

Run it with ``python -m demos.cross_entropy``.

A sample's class as a one-hot row y, and a row q of probabilities that a model gives, differ by

    H(y, q) = - sum over classes j of y_j ln q_j = - ln q_c        (c the sample's class),

because y_c = 1 and all other y_j are 0. The loss is the mean of H over the samples.

What a network puts out is a row o of any numbers. There are two ways to read it:

1. o holds scores. Softmax makes probabilities of them, q_j = exp(o_j) / sum_k exp(o_k), so

       H = - ln q_c = ln sum_k exp(o_k) - o_c,         dH/do_j = q_j - y_j.

   This is what ``F.cross_entropy`` does, in one step so that nothing overflows.

2. o holds probabilities already, q = o. Then

       H = - ln o_c,                                    dH/do_j = - y_j / o_j.

   The rows here do not add up to 1, and nobody notices: only o_c counts. This is what
   ``F.nll_loss`` makes of logarithms.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NamedTuple

import autograd
import nn.functional as F
from autograd import Tensor, float64
from demos.common import run, table

OUTPUTS = ((0.65, 0.43, 0.11), (0.05, 0.51, 0.18), (0.33, 0.21, 0.72))
TARGETS = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


class Result(NamedTuple):
    """One way to read the outputs: probabilities, each sample's loss, their mean, the gradient."""

    probabilities: Tensor
    losses: Tensor
    loss: Tensor
    gradient: Tensor


def by_hand(outputs: Tensor, targets: Tensor, softmax: bool) -> Result:
    """The formulas above, term by term; the loss is a mean, so the gradient is divided by n.

    >>> from demos.cross_entropy import by_hand
    >>> by_hand(tensor([[0.5, 0.25]]), tensor([[1.0, 0.0]]), softmax=False).loss
    tensor(0.6931)
    """
    n = len(outputs)
    if softmax:
        powers = outputs.exp()
        probabilities = powers / powers.sum(dim=1, keepdim=True)
        gradient = (probabilities - targets) / n
    else:
        probabilities = outputs
        gradient = -targets / outputs / n
    losses = -(targets * probabilities.log()).sum(dim=1)
    return Result(probabilities, losses, losses.mean(), gradient)


def by_the_library(outputs: Tensor, targets: Tensor, softmax: bool) -> tuple[Tensor, Tensor]:
    """The loss and its gradient, which the engine finds.

    >>> from demos.cross_entropy import by_the_library
    >>> by_the_library(tensor([[0.5, 0.25]]), tensor([[1.0, 0.0]]), softmax=False)
    (tensor(0.6931), tensor([[-2.,  0.]]))
    """
    o = outputs.detach().requires_grad_()
    classes = targets.argmax(dim=1)
    loss = F.cross_entropy(o, classes) if softmax else F.nll_loss(o.log(), classes)
    loss.backward()
    assert o.grad is not None
    return loss.detach(), o.grad


def report(outputs: Tensor, targets: Tensor, softmax: bool) -> str:
    """One way to read the outputs, every number of it."""
    hand = by_hand(outputs, targets, softmax)
    loss, gradient = by_the_library(outputs, targets, softmax)
    terms = [
        _softmax_terms(*each) if softmax else _plain_terms(*each)
        for each in zip(outputs.tolist(), targets.argmax(dim=1).tolist(), strict=True)
    ]
    losses = hand.losses.tolist()
    title = "1. As scores: softmax cross-entropy" if softmax else "2. As probabilities: -ln o_c"
    return "\n".join(
        [
            title,
            "",
            *(
                f"  sample {i}: {term} = {value:.6f}"
                for i, (term, value) in enumerate(zip(terms, losses, strict=True), 1)
            ),
            f"  loss = ({' + '.join(f'{value:.6f}' for value in losses)}) / {len(losses)} "
            f"= {hand.loss.item():.6f}",
            "",
            f"  by the library: {loss.item():.6f}, a difference of "
            f"{(hand.loss - loss).abs().item():.0e}",
            "",
            _indented(
                table(
                    ["sample", "probabilities q", "gradient by hand", "by the engine"],
                    [
                        [i, *map(_row, rows)]
                        for i, rows in enumerate(
                            zip(
                                hand.probabilities.tolist(),
                                hand.gradient.tolist(),
                                gradient.tolist(),
                                strict=True,
                            ),
                            1,
                        )
                    ],
                )
            ),
        ]
    )


def _softmax_terms(outputs: Sequence[float], c: int) -> str:
    powers = " + ".join(f"e^{value:g}" for value in outputs)
    return f"ln({powers}) - {outputs[c]:g}"


def _plain_terms(outputs: Sequence[float], c: int) -> str:
    return f"-ln {outputs[c]:g}"


def _row(values: Sequence[float]) -> str:
    return " ".join(f"{value + 0.0:9.6f}" for value in values)  # + 0.0 turns -0.0 into 0.0


def _indented(text: str) -> str:
    return "\n".join("  " + line for line in text.splitlines())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status."""
    argparse.ArgumentParser(
        prog="python -m demos.cross_entropy",
        description="Cross-entropy of three samples: its derivation in numbers, with softmax "
        "and without, beside the library's loss and gradient.",
    ).parse_args(arguments)
    outputs = autograd.tensor(OUTPUTS, dtype=float64)
    targets = autograd.tensor(TARGETS, dtype=float64)
    print(
        table(
            ["sample", "output o", "one-hot y"],
            [[i, *map(_row, rows)] for i, rows in enumerate(zip(OUTPUTS, TARGETS, strict=True), 1)],
        )
    )
    for softmax in (True, False):
        print()
        print(report(outputs, targets, softmax))
    return 0


if __name__ == "__main__":
    run(main)
