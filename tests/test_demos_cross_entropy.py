"""The cross-entropy of three samples: the numbers that the program prints, and torch's."""

from __future__ import annotations

import math

import pytest

import autograd
from demos import cross_entropy
from demos.cross_entropy import OUTPUTS, TARGETS, by_hand, by_the_library
from tests.oracle import torch

EXACT = {
    True: [
        math.log(sum(math.exp(value) for value in row)) - row[i] for i, row in enumerate(OUTPUTS)
    ],
    False: [-math.log(0.65), -math.log(0.51), -math.log(0.72)],
}


@pytest.mark.parametrize("softmax", [True, False])
def test_by_hand_by_the_engine_and_by_torch(softmax: bool) -> None:
    outputs = autograd.tensor(OUTPUTS, dtype=autograd.float64)
    targets = autograd.tensor(TARGETS, dtype=autograd.float64)
    hand = by_hand(outputs, targets, softmax)
    loss, gradient = by_the_library(outputs, targets, softmax)

    o = torch.tensor(OUTPUTS, dtype=torch.float64, requires_grad=True)
    classes = torch.arange(3)
    functional = torch.nn.functional
    theirs = (
        functional.cross_entropy(o, classes) if softmax else functional.nll_loss(o.log(), classes)
    )
    theirs.backward()

    assert hand.losses.tolist() == pytest.approx(EXACT[softmax], rel=1e-14)
    for value in (hand.loss, loss):
        assert value.item() == pytest.approx(theirs.item(), rel=1e-14)
    for found in (hand.gradient, gradient):
        assert found.tolist() == [pytest.approx(row, rel=1e-13) for row in o.grad.tolist()]
    assert hand.probabilities.sum(dim=1).tolist() == pytest.approx(
        [1.0] * 3 if softmax else [1.19, 0.74, 1.26]
    )


def test_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cross_entropy.main([]) == 0
    printed = capsys.readouterr().out
    assert "(0.869311 + 0.854504 + 0.823101) / 3 = 0.848972" in printed
    assert "(0.430783 + 0.673345 + 0.328504) / 3 = 0.477544" in printed
    assert "sample 3: ln(e^0.33 + e^0.21 + e^0.72) - 0.72 = 0.823101" in printed
    assert "-0.000000" not in printed
