"""The loss of a sequence of labels against a longer one of scores."""

from __future__ import annotations

from typing import Any

from autograd import Tensor
from autograd.arguments import a_tensor
from autograd.ops.ctc import ctc
from nn.functional.reducing import named, reduced

__all__ = ["ctc_loss"]


def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """-log P(targets), summed over all alignments with blanks and repetitions.

    ``log_probs`` (T, N, C) or (T, C) from log_softmax: the gradient is that of its input, and
    it has no derivative. ``targets`` (N, S), or all in one dimension; the lengths are tensors,
    or sequences, of N integers. The mean is that of the losses divided by ``target_lengths``.
    ``zero_infinity`` makes a loss without any alignment 0. Raises RuntimeError for shapes,
    lengths and labels that do not fit (`torch.nn.functional.ctc_loss`).

    >>> log_probs = nn.functional.log_softmax(zeros(2, 1, 3), 2)
    >>> nn.functional.ctc_loss(log_probs, tensor([[1]]), [2], [1])
    tensor(1.0986)
    """
    reduction = named(reduction)
    single = a_tensor("ctc_loss", log_probs).ndim == 2
    if single:
        log_probs = log_probs.unsqueeze(1)
    loss, lengths = ctc(log_probs, targets, input_lengths, target_lengths, blank, zero_infinity)
    if reduction == "mean":
        loss = loss / lengths.clip(1).astype(loss.dtype)
    return reduced(loss.squeeze(0) if single and reduction == "none" else loss, reduction)
