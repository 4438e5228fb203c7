"""Losses that ask for a margin: between scores, between distances."""

from __future__ import annotations

from collections.abc import Callable

import autograd
from autograd import Tensor
from autograd.arguments import a_tensor, not_implemented, same_dtype
from autograd.ops.activations import activation, logsigmoid
from nn.functional.distance import pairwise_distance
from nn.functional.reducing import named, reduced

__all__ = [
    "cosine_embedding_loss",
    "hinge_embedding_loss",
    "margin_ranking_loss",
    "multi_margin_loss",
    "multilabel_margin_loss",
    "soft_margin_loss",
    "triplet_margin_loss",
    "triplet_margin_with_distance_loss",
]


def hinge_embedding_loss(
    input: Tensor,
    target: Tensor,
    margin: float = 1.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """x where the target is 1, max(0, margin - x) where it is -1.

    Source: `torch.nn.functional.hinge_embedding_loss`.

    >>> nn.functional.hinge_embedding_loss(tensor([3.0, 0.5]), tensor([1, -1]), reduction="none")
    tensor([3.0000, 0.5000])
    """
    reduction = named(reduction, size_average, reduce)
    apart = autograd.where(target != 1, (margin - input).clamp(0), 0.0)
    return reduced(apart + autograd.where(target != -1, input, 0.0), reduction)


def cosine_embedding_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """1 - cos where the target is 1, max(0, cos - margin) where it is -1.

    Inputs (N, D) and target (N,), or (D,) and (). Raises RuntimeError for other shapes
    (`torch.nn.functional.cosine_embedding_loss`).

    >>> x = tensor([[1.0, 0.0]])
    >>> nn.functional.cosine_embedding_loss(x, x, tensor([-1]))
    tensor(1.)
    """
    reduction = named(reduction, size_average, reduce)
    for each in (input1, input2, target):
        a_tensor("cosine_embedding_loss", each)
    wanted = target.ndim + 1
    if target.ndim > 1 or input1.ndim != wanted or input2.ndim != wanted:
        raise RuntimeError(
            f"{target.ndim}D target tensor expects {wanted}D input tensors, but found inputs with "
            f"sizes {list(input1.shape)} and {list(input2.shape)}: inputs (N, D) and target (N,), "
            "or (D,) and ()"
        )
    eps = 1e-12
    first, second = (input1 * input1).sum(-1) + eps, (input2 * input2).sum(-1) + eps
    cos = (input1 * input2).sum(-1) / autograd.sqrt(first * second)
    near = autograd.where(target == 1, 1 - cos, 0.0)
    return reduced(near + autograd.where(target == -1, (cos - margin).clamp(0), 0.0), reduction)


def margin_ranking_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """max(0, margin - t (x1 - x2)): for t = 1, x1 is to be above x2 by the margin.

    Raises RuntimeError where the numbers of dimensions are not the same
    (`torch.nn.functional.margin_ranking_loss`).

    >>> nn.functional.margin_ranking_loss(tensor([1.0]), tensor([3.0]), tensor([1.0]))
    tensor(2.)
    """
    reduction = named(reduction, size_average, reduce)
    if not input1.ndim == input2.ndim == target.ndim:
        raise RuntimeError(
            "margin_ranking_loss : All input tensors should have same dimension but got sizes: "
            f"input1: {input1.shape}, input2: {input2.shape}, target: {target.shape}"
        )
    return reduced((-target * (input1 - input2) + margin).clamp(0), reduction)


def soft_margin_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """log(1 + exp(-t x)), finite for every x (`torch.nn.functional.soft_margin_loss`).

    >>> nn.functional.soft_margin_loss(tensor([0.0]), tensor([1.0]))
    tensor(0.6931)
    """
    reduction = named(reduction, size_average, reduce)
    return reduced(0 - activation(logsigmoid, target * input), reduction)


def _check_rows(name: str, input: Tensor) -> None:
    """A vector of scores, or a batch of them, in a dtype that torch's kernels have."""
    if input.ndim > 2 or (input.ndim and not input.shape[-1]):
        raise RuntimeError(
            "Expected non-empty vector or matrix with optional 0-dim batch size, but got: "
            f"{list(input.shape)}"
        )
    if input.dtype not in (autograd.float32, autograd.float64):
        raise not_implemented(name, input.dtype)


def _check_target(target: Tensor) -> None:
    if a_tensor("margin loss", target).dtype != autograd.int64:
        raise RuntimeError(
            f"expected scalar type Long but found {target.dtype}: write target.long()"
        )


def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The mean over the classes i but t of max(0, margin - x[t] + x[i])**p, times weight[t].

    Input (N, C) or (C,), target of classes (N,) or (), ``weight`` (C,), ``p`` 1 or 2. Raises
    ValueError or RuntimeError for others (`torch.nn.functional.multi_margin_loss`).

    >>> nn.functional.multi_margin_loss(tensor([[0.0, 2.0]]), tensor([0]))
    tensor(1.5000)
    """
    reduction = named(reduction, size_average, reduce)
    if p not in (1, 2):
        raise ValueError(f"only p == 1 and p == 2 supported, not {p}")
    if weight is not None and weight.ndim != 1:
        raise ValueError("weight must be one-dimensional")
    _check_target(target)
    rows = a_tensor("multi_margin_loss", input)
    rows = rows.reshape(1, -1) if rows.ndim < 2 else rows
    count = rows.shape[-1]
    if target.ndim > 1 or target.numel() != rows.shape[0]:
        raise RuntimeError(
            "multi_margin_loss: target tensor should be 1-D with size equal to the number of "
            f"input samples (batch size). Expected target size [{rows.shape[0]}], but got "
            f"{list(target.shape)}. Input has shape {list(input.shape)}."
        )
    if weight is not None and weight.numel() != count:
        raise RuntimeError(
            f"inconsistent weight size, expected {count} but got {list(weight.shape)}"
        )
    if ((target < 0) | (target >= count)).any():
        raise RuntimeError(f"target out of range: there are {count} classes")
    _check_rows("multi_margin_loss", input)
    place = target.reshape(-1, 1)
    apart = autograd.relu(rows - rows.gather(1, place) + margin)
    is_target = autograd.zeros_like(rows, dtype=autograd.bool).scatter(1, place, True)
    each = autograd.where(is_target, 0.0, apart * apart if p == 2 else apart)
    loss = each.sum(1) / count
    if weight is not None:
        same_dtype("multi_margin_loss", input, weight, "weight")
        loss = loss * weight.detach()[target.reshape(-1)]
    return reduced(loss if target.ndim else loss.reshape(()), reduction)


def multilabel_margin_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The sum over a row's labels t and the other classes i of max(0, 1 - x[t] + x[i]), over C.

    Input (N, C) or (C,); target of the same shape: labels in front, then -1. Raises
    RuntimeError for other shapes (`torch.nn.functional.multilabel_margin_loss`).

    >>> nn.functional.multilabel_margin_loss(tensor([[0.0, 2.0, 0.0]]), tensor([[1, -1, -1]]))
    tensor(0.)
    """
    reduction = named(reduction, size_average, reduce)
    scores = a_tensor("multilabel_margin_loss", input)
    _check_target(target)
    if (target.shape or (1,)) != (scores.shape or (1,)):
        raise RuntimeError(
            f"inconsistent target size: {list(target.shape)} for input of size: "
            f"{list(scores.shape)}"
        )
    _check_rows("multilabel_margin_loss", scores)
    count = scores.shape[-1] if scores.ndim else 1
    if ((target < -1) | (target >= count)).any():
        raise RuntimeError(f"argument #2 'target' is out of range: there are {count} classes")
    rows, labels = scores.reshape(-1, count), target.reshape(-1, count)
    valid = (labels < 0).cumsum(1) == 0
    most = int(valid.sum(1).max()) if valid.numel() else 0
    labels, valid = labels[:, :most], valid[:, :most]
    marked = autograd.zeros(rows.shape[0], count + 1, dtype=autograd.bool)
    marked = marked.scatter(1, autograd.where(valid, labels, count), True)[:, :count]
    wanted = rows.gather(1, autograd.where(valid, labels, 0))
    apart = autograd.relu(1 - wanted.unsqueeze(2) + rows.unsqueeze(1))
    counts = valid.unsqueeze(2) & ~marked.unsqueeze(1)
    loss = autograd.where(counts, apart, 0.0).sum((1, 2)) / count
    return reduced(loss if scores.ndim == 2 else loss.reshape(()), reduction)


def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """max(0, margin + d(anchor, positive) - d(anchor, negative)), d `pairwise_distance`.

    ``swap`` takes the distance of positive and negative where that is smaller. Raises
    ValueError where ``margin`` is not positive (`torch.nn.functional.triplet_margin_loss`).

    >>> x = tensor([[0.0, 0.0]])
    >>> nn.functional.triplet_margin_loss(x, x + 1, x + 1, 2.0)
    tensor(2.)
    """
    for each in (anchor, positive, negative):
        a_tensor("triplet_margin_loss", each)
    return triplet_margin_with_distance_loss(
        anchor,
        positive,
        negative,
        distance_function=lambda a, b: pairwise_distance(a, b, p, eps),
        margin=margin,
        swap=swap,
        reduction=named(reduction, size_average, reduce),
    )


def triplet_margin_with_distance_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """`triplet_margin_loss` with any distance, `pairwise_distance` where None is given.

    Raises ValueError for a margin that is not positive, RuntimeError for different ranks.
    Source: `torch.nn.functional.triplet_margin_with_distance_loss`.

    >>> far = lambda a, b: (a - b).abs().sum(-1)
    >>> x = tensor([[0.0, 0.0]])
    >>> F = nn.functional
    >>> F.triplet_margin_with_distance_loss(x, x + 1, x + 3, distance_function=far, margin=5.0)
    tensor(1.)
    """
    reduction = named(reduction)
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    if not anchor.ndim == positive.ndim == negative.ndim:
        raise RuntimeError(
            "The anchor, positive, and negative tensors are expected to have the same number of "
            f"dimensions, but got: anchor {anchor.ndim}D, positive {positive.ndim}D, and negative "
            f"{negative.ndim}D inputs"
        )
    distance = pairwise_distance if distance_function is None else distance_function
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = autograd.minimum(far, distance(positive, negative))
    return reduced((margin + near - far).clamp(0), reduction)
