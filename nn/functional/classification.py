"""Losses of a choice among classes."""

from __future__ import annotations

import warnings
from typing import Any

import autograd
from autograd import Tensor
from autograd.arguments import a_tensor, constants, of_floats, same_dtype
from autograd.dimensions import upright
from autograd.operator import apply
from autograd.ops import class_losses as ops, elementwise_losses
from autograd.ops.activations import activation, logsigmoid
from autograd.ops.cross_entropy import cross_entropy as of_scores
from nn.functional.reducing import named, reduced, weighted_mean

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "kl_div",
    "linear_cross_entropy",
    "multilabel_soft_margin_loss",
    "nll_loss",
]


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """-x at the target's class, of logarithms of probabilities x (`torch.nn.functional.nll_loss`).

    Input (N, C, ...) or (C,), target of classes (N, ...) or (); ``weight`` (C,) of each class; the
    mean is that of the weights. Targets equal to ``ignore_index`` do not count. Raises IndexError
    for a class that is not there, ValueError or RuntimeError for shapes that do not fit.

    >>> nn.functional.nll_loss(tensor([[-0.5, -1.0], [-0.2, -2.0]]), tensor([0, 1]))
    tensor(1.2500)
    """
    reduction = named(reduction, size_average, reduce)
    at = ops.places(a_tensor("nll_loss", input), a_tensor("nll_loss", target), weight, ignore_index)
    return _of_targets(ops.nll(input, at), at, reduction)


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """-log softmax(x) at the target's class, or its mean under the target's probabilities.

    Input (N, C, ...) or (C,); target of classes (N, ...) or (), or of probabilities of the
    shape of the input; ``label_smoothing`` mixes it with the uniform distribution. Raises as
    `nll_loss` does (`torch.nn.functional.cross_entropy`).

    >>> nn.functional.cross_entropy(tensor([[0.0, 0.0], [0.0, 2.0]]), tensor([0, 1]))
    tensor(0.4100)
    """
    reduction = named(reduction, size_average, reduce)
    a_tensor("cross_entropy", input)
    if not 0.0 <= label_smoothing <= 1.0:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}")
    if a_tensor("cross_entropy", target)._array.shape == input._array.shape:
        return _of_probabilities(input, target, weight, ignore_index, reduction, label_smoothing)
    if label_smoothing:
        at = ops.places(input, target, weight, ignore_index)
        return _smoothed(input, at, weight, reduction, label_smoothing)
    return of_scores(input, target, weight, ignore_index, reduction)


def _of_targets(loss: Tensor, at: ops.Places, reduction: str) -> Tensor:
    if reduction == "mean" and (at.scale is not None or at.ignored is not None):
        return weighted_mean(loss, at.total)
    return reduced(loss, reduction)


def _smoothed(
    input: Tensor, at: ops.Places, weight: Tensor | None, reduction: str, smoothing: float
) -> Tensor:
    """The loss against the target mixed with the uniform distribution."""
    logs = autograd.log_softmax(input, at.dim)
    each = logs if weight is None else logs * _along(weight, logs, at.dim)
    uniform = -each.sum(at.dim)
    if at.ignored is not None:
        uniform = autograd.where(autograd.from_numpy(at.ignored), 0.0, uniform)
    loss = ops.nll(logs, at) * (1 - smoothing) + uniform * (smoothing / input.shape[at.dim])
    return _of_targets(loss, at, reduction)


def _of_probabilities(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None,
    ignore_index: int,
    reduction: str,
    smoothing: float,
) -> Tensor:
    if target.dtype.kind != "f":
        raise RuntimeError(
            "Expected floating point type for target with class probabilities, got "
            f"{target.dtype}: a target of the input's shape, {input.shape}, holds probabilities; "
            "one of classes has no dimension for them"
        )
    if ignore_index >= 0:
        raise RuntimeError(
            f"ignore_index is not supported for floating point target, but it is {ignore_index}"
        )
    dim = 1 if input.ndim > 1 else 0
    if weight is not None and weight.shape != (input.shape[dim],):
        raise RuntimeError(
            "cross_entropy: weight tensor should be defined either for all "
            f"{input.shape[dim]} classes or no classes but got weight tensor of shape: "
            f"{list(weight.shape)}"
        )
    if smoothing:
        target = target * (1 - smoothing) + smoothing / input.shape[dim]
    each = autograd.log_softmax(input, dim) * target
    if weight is not None:
        each = each * _along(weight, each, dim)
    if reduction == "none":
        return -each.sum(dim)
    total = -each.sum()
    if reduction == "sum":
        return total
    places = input.numel() // max(input.shape[dim], 1)
    return total / (places or float("nan")) if input.numel() else total / float("nan")


def _along(weight: Tensor, each: Tensor, dim: int) -> Tensor:
    """A weight for each class, to be multiplied with a tensor that has them along ``dim``."""
    return upright(weight, each.ndim - dim - 1)  # type: ignore[no-any-return]  # a Tensor


def linear_cross_entropy(
    input: Tensor,
    linear_weight: Tensor,
    target: Tensor,
    *,
    linear_bias: Tensor | None = None,
    weight: Tensor | None = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    options: Any = None,
) -> Tensor:
    """`cross_entropy` of `linear`: of input (in,) or (N, in) and linear_weight (C, ..., in).

    ``options`` say in torch how to save memory, and nothing here. Raises RuntimeError for
    shapes that do not fit (`torch.nn.functional.linear_cross_entropy`).

    >>> nn.functional.linear_cross_entropy(tensor([1.0]), tensor([[0.0], [0.0]]), tensor(1))
    tensor(0.6931)
    """
    if input.ndim not in (1, 2):
        raise RuntimeError(f"expected input with dimensionality 1 or 2, got {input.ndim}")
    if linear_weight.ndim < 2:
        raise RuntimeError(
            f"expected linear_weight with dimensionality at least 2, got {linear_weight.ndim}"
        )
    out, length = linear_weight.shape[:-1], linear_weight.shape[-1]
    if input.shape[-1] != length:
        raise RuntimeError(
            "expected equal input and linear_weight last dimensions (in_features), got "
            f"{input.shape[-1]} and {length}, respectively"
        )
    if linear_bias is not None and linear_bias.shape != out:
        raise RuntimeError(f"expected linear_bias shape {out}, got {linear_bias.shape}")
    if len(out) > 1 and input.ndim == 1:
        raise RuntimeError(
            f"K-dimensional loss defined by linear_weight shape {linear_weight.shape} requires "
            f"batched input, (N, {length}), got unbatched input with shape {input.shape}"
        )
    shape = (*input.shape[:-1], *out)
    if target.shape == shape and ignore_index is not None:
        raise RuntimeError("ignore_index cannot be specified when target contains probabilities")
    scores = autograd.matmul(input, linear_weight.reshape(-1, length).t()).reshape(shape)
    if linear_bias is not None:
        scores = scores + linear_bias
    return cross_entropy(
        scores,
        target,
        weight,
        ignore_index=-100 if ignore_index is None else ignore_index,
        reduction=reduction,
        label_smoothing=label_smoothing,
    )


def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """-t log(x) - (1 - t) log(1 - x), of probabilities x; logarithms are at least -100.

    ``weight`` broadcasts. Raises ValueError for two shapes, RuntimeError for two dtypes and for
    numbers outside [0, 1] (`torch.nn.functional.binary_cross_entropy`).

    >>> nn.functional.binary_cross_entropy(tensor([0.5, 0.5]), tensor([0.0, 1.0]))
    tensor(0.6931)
    """
    reduction = named(reduction, size_average, reduce)
    if target.shape != input.shape:
        raise ValueError(
            f"Using a target size ({target.shape}) that is different to the input size "
            f"({input.shape}) is deprecated. Please ensure they have the same size."
        )
    of_floats("binary_cross_entropy", input)
    same_dtype("binary_cross_entropy", input, target, "target")
    constants("binary_cross_entropy", weight=weight)
    loss = apply(elementwise_losses.binary_cross_entropy, (input, target))
    return reduced(loss if weight is None else loss * weight.to(loss.dtype), reduction)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """`binary_cross_entropy` of sigmoid(x), without overflow.

    ``weight`` broadcasts, and so does ``pos_weight``, with which the losses of t = 1 are
    multiplied. Raises ValueError for two shapes
    (`torch.nn.functional.binary_cross_entropy_with_logits`).

    >>> nn.functional.binary_cross_entropy_with_logits(tensor([0.0, 1000.0]), tensor([0.0, 1.0]))
    tensor(0.3466)
    """
    reduction = named(reduction, size_average, reduce)
    if target.shape != input.shape:
        raise ValueError(
            f"Target size ({target.shape}) must be the same as input size ({input.shape})"
        )
    if input.dtype.kind != "f" or target.dtype.kind != "f":
        raise NotImplementedError(
            f"binary_cross_entropy_with_logits of {input.dtype} and {target.dtype} is not "
            "implemented: write x.float() and target.float()"
        )
    constants("binary_cross_entropy_with_logits", weight=weight, pos_weight=pos_weight)
    if pos_weight is None:
        loss = apply(elementwise_losses.with_logits, (input, target))
    else:
        each = (pos_weight - 1) * target + 1
        loss = (1 - target) * input - each * activation(logsigmoid, input)
    return reduced(loss if weight is None else loss * weight, reduction)


def kl_div(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """t (log(t) - x), of logarithms of probabilities x; t is a logarithm too with ``log_target``.

    ``reduction="batchmean"`` divides the sum by the length of dimension 0, as the
    divergence's definition does (`torch.nn.functional.kl_div`).
    Raises RuntimeError for integers.

    >>> nn.functional.kl_div(tensor([[-1.0, -1.0]]), tensor([[0.5, 0.5]]), reduction="batchmean")
    tensor(0.3069)
    """
    batch = reduction == "batchmean" and size_average is None and reduce is None
    if reduction == "mean" and size_average is None and reduce is None:
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support "
            "size. 'batchmean' divides only by the batch size, and aligns with the KL div math "
            "definition.",
            stacklevel=2,
        )
    name = named("sum" if batch else reduction, size_average, reduce)
    for each in (input, target):
        a_tensor("kl_div", each)
    if input.dtype.kind != "f" or target.dtype.kind != "f":
        raise RuntimeError("kl_div: Integral inputs not supported: write x.float()")
    if log_target:
        loss = autograd.exp(target) * (target - input)
    else:
        logs = target * autograd.log(target)
        loss = autograd.where(target == 0, 0.0, logs) - target * input
    out = reduced(loss, name)
    return out / input.shape[0] if batch and input.ndim else out


def multilabel_soft_margin_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The mean over the last dimension of `binary_cross_entropy_with_logits`.

    Input (..., C), targets of 0 and 1 and ``weight`` broadcast with it
    (`torch.nn.functional.multilabel_soft_margin_loss`).
    Raises IndexError for a 0-d input, RuntimeError for a target of bools.

    >>> nn.functional.multilabel_soft_margin_loss(zeros(1, 3), ones(1, 3))
    tensor(0.6931)
    """
    reduction = named(reduction, size_average, reduce)
    for each in (input, target):
        a_tensor("multilabel_soft_margin_loss", each)
    if not input.ndim:
        raise IndexError("Dimension specified as -1 but tensor has no dimensions")
    if target.dtype.kind == "b":
        raise RuntimeError(
            "multilabel_soft_margin_loss does no arithmetic on bools: write target.float()"
        )
    logs = activation(logsigmoid, input)
    loss = -(target * logs + (1 - target) * activation(logsigmoid, -input))
    if weight is not None:
        loss = loss * weight
    return reduced(loss.sum(-1) / input.shape[-1], reduction)
