"""Connectionist temporal classification: the loss of a label sequence that no one has aligned.

Between labels, before and after them, there may be blanks, and each may be repeated. The
probability of all such paths is summed by a recursion over time: `_alphas` from the front,
`_betas` from the end, for all sequences and places at once, in logarithms.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.add_at import add_at
from autograd.arguments import a_tensor, not_implemented
from autograd.graph import Raw
from autograd.operator import Op, apply, no_derivative
from autograd.tensor import Tensor

__all__: list[str] = []


class Paths(NamedTuple):
    """What is to be read: blank, label, blank, ..., blank for each sequence, and the lengths."""

    labels: Raw
    times: Raw
    lengths: Raw
    skips: Raw
    """Where a path may leave out the blank in front: at a label that is not the last one again."""


def _sum(parts: Raw) -> Raw:
    """log(sum(exp)) over axis 0, where -inf is the logarithm of nothing."""
    top = np.maximum.reduce(parts)
    top[top == -np.inf] = 0
    return np.log(np.add.reduce(np.exp(parts - top))) + top


def _scores(x: Raw, paths: Paths) -> Raw:
    """The logarithm of the probability of each place's label, (times, batch, places)."""
    return x[:, np.arange(x.shape[1])[:, None], paths.labels]


def _alphas(scores: Raw, skips: Raw) -> Raw:
    """log P(the paths that are at a place at a time, up to that time)."""
    out = np.full(scores.shape, -np.inf, scores.dtype)
    out[0, :, :2] = scores[0, :, :2]
    parts = np.full((3, *scores.shape[1:]), -np.inf, scores.dtype)
    for time in range(1, len(scores)):
        before = out[time - 1]
        parts[0] = before
        parts[1, :, 1:] = before[:, :-1]
        parts[2, :, 2:] = np.where(skips[:, 2:], before[:, :-2], -np.inf)
        out[time] = _sum(parts) + scores[time]
    return out


def _betas(scores: Raw, paths: Paths) -> Raw:
    """log P(the paths that are at a place at a time, from that time on)."""
    out = np.full(scores.shape, -np.inf, scores.dtype)
    places = np.arange(scores.shape[2])
    last = 2 * paths.lengths[:, None]
    ends = (places == last) | ((places == last - 1) & (last > 0))
    parts = np.full((3, *scores.shape[1:]), -np.inf, scores.dtype)
    for time in range(len(scores) - 1, -1, -1):
        if time + 1 < len(scores):
            after = out[time + 1]
            parts[0] = after
            parts[1, :, :-1] = after[:, 1:]
            parts[2, :, :-2] = np.where(paths.skips[:, 2:], after[:, 2:], -np.inf)
            out[time] = _sum(parts) + scores[time]
        begins = ends & (paths.times[:, None] == time + 1)
        out[time][begins] = scores[time][begins]
    return out


def _total(alphas: Raw, paths: Paths) -> Raw:
    """log P of each sequence: of the paths that end at the last label, or at the blank after it."""
    rows, last = np.arange(alphas.shape[1]), 2 * paths.lengths
    final = alphas[np.maximum(paths.times - 1, 0), rows]
    ends = np.stack((final[rows, last], np.where(last > 0, final[rows, last - 1], -np.inf)))
    return np.where(paths.times == 0, np.where(last == 0, 0, -np.inf), _sum(ends))


def _ctc(x: Raw, paths: Paths, zero_infinity: bool) -> tuple[Raw, Raw]:
    """-log P for each sequence, and the alphas."""
    alphas = _alphas(_scores(x, paths), paths.skips)
    loss = -_total(alphas, paths)
    if zero_infinity:
        loss[loss == np.inf] = 0
    return loss.astype(x.dtype, copy=False), alphas


def _pulled(g: Raw, x: Raw, loss: Raw, alphas: Raw, paths: Paths, zero_infinity: bool) -> Raw:
    """torch's gradient, that of a log_softmax: exp(x) less the share of the paths."""
    scores = _scores(x, paths)
    shares = alphas + _betas(scores, paths) - scores + loss[:, None]
    shares = np.exp(np.where(np.isneginf(scores), -np.inf, shares))
    times, count, classes = x.shape
    places = np.arange(times * count).reshape(times, count, 1) * classes + paths.labels
    out = add_at(np.exp(x).ravel(), places.ravel(), -shares.ravel()).reshape(x.shape)
    out *= g[:, None]
    lost = np.isneginf(_total(alphas, paths))
    if lost.any():
        out[:, lost] = 0 if zero_infinity else np.nan
    out[np.arange(times)[:, None] >= paths.times] = 0
    return out


_NO_MORE = no_derivative(
    "ctc_loss, a second one,", "its gradient is that of logarithms from log_softmax, as in torch"
)
_pulled_op = Op(
    "_ctc_loss_backward",
    _pulled,
    "g x loss alphas",
    params="paths zero_infinity",
    g=_NO_MORE,
    x=_NO_MORE,
    loss=_NO_MORE,
    alphas=_NO_MORE,
)
_ctc_op = Op(
    "ctc_loss",
    _ctc,
    "x",
    params="paths zero_infinity",
    outputs=True,
    x=lambda g, x, y, paths, zero_infinity: _pulled_op(g[0], x, *y, paths, zero_infinity),
)


def ctc(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Any,
    target_lengths: Any,
    blank: int,
    zero_infinity: bool,
) -> tuple[Tensor, Raw]:
    """-log P(targets) for each sequence of ``log_probs`` (T, N, C), and their lengths.

    ``targets`` (N, S), or all in one dimension. Raises RuntimeError for what does not fit.
    """
    x = a_tensor("ctc_loss", log_probs)
    if x.dtype not in (np.float32, np.float64):
        raise not_implemented("ctc_loss", x.dtype)
    if not x.numel():
        raise RuntimeError(f"log_probs tensor must not be empty, its shape is {x.shape}")
    if x.ndim != 3:
        raise RuntimeError(
            f"Expected 3-dimensional tensor, but got {x.ndim}-dimensional tensor for argument #1 "
            "'log_probs': write it of shape (times, batch, classes)"
        )
    times, count, classes = x.shape
    if not 0 <= blank < classes:
        raise RuntimeError(f"blank must be in label range: {blank} with {classes} classes")
    steps = _lengths("input_lengths", input_lengths, count, times)
    lengths = _lengths("target_lengths", target_lengths, count)
    rows = _padded(a_tensor("ctc_loss", targets)._array, lengths, count)
    inside = np.arange(rows.shape[1]) < lengths[:, None]
    if (inside & ((rows < 0) | (rows >= classes))).any():
        raise RuntimeError(f"ctc_loss: a target is a class from 0 to {classes - 1}")
    labels = np.full((count, 2 * rows.shape[1] + 1), blank, np.int64)
    labels[:, 1::2] = np.where(inside, rows, blank)
    skips = np.zeros(labels.shape, np.bool_)
    skips[:, 3::2] = rows[:, 1:] != rows[:, :-1]
    paths = Paths(labels, steps, lengths, skips)
    return apply(_ctc_op, (x,), (paths, zero_infinity))[0], lengths


def _lengths(name: str, given: Any, count: int, most: int | None = None) -> Raw:
    array = np.atleast_1d(np.array(getattr(given, "_array", given)))
    if array.dtype.kind not in "iu":
        raise RuntimeError(f"{name} must be integral, got {array.dtype}")
    if array.shape != (count,):
        raise RuntimeError(
            f"{name} must be of size batch_size: {count} of them, got shape {array.shape}"
        )
    if array.min() < 0 or (most is not None and array.max() > most):
        limits = "at least 0" if most is None else f"from 0 to {most}"
        raise RuntimeError(f"Expected {name} to have values {limits}, but got {array.tolist()}")
    return array.astype(np.int64)


def _padded(targets: Raw, lengths: Raw, count: int) -> Raw:
    """The targets as rows of equal length, whatever stands behind each one's end."""
    most = int(lengths.max())
    if targets.ndim == 2:
        if targets.shape[0] != count or targets.shape[1] < most:
            raise RuntimeError(
                f"Expected targets of shape ({count}, {most} or more), one row for each sequence, "
                f"but got {targets.shape}"
            )
        return targets[:, :most].astype(np.int64)
    if targets.shape != (int(lengths.sum()),):
        raise RuntimeError(
            f"Expected tensor to have size {int(lengths.sum())} at dimension 0, the sum of "
            f"target_lengths, but got shape {targets.shape} for argument #2 'targets'"
        )
    rows = np.zeros((count, most), np.int64)
    rows[np.arange(most) < lengths[:, None]] = targets
    return rows
