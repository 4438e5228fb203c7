"""Softmax and the loss of a choice among classes in one operator, of scores x and targets t.

    loss = log sum_c exp(x_c) - x_t,    d loss / d x_c = softmax(x)_c - [c = t]

The derivative is an operator, too, which has no memory of its own: it computes the softmax anew,
in one pass over x. Targets are an operand, so that a step which is run again looks at them again.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.arguments import of_floats
from autograd.dtypes import wide
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.ops.class_losses import check_targets, weights_of, wrong_class
from autograd.ops.indexing import gather_one
from autograd.ops.reducing import added, largest
from autograd.ops.row_softmax import is_of_rows, losses, losses_pulled
from autograd.ops.softmax import softmax_op
from autograd.sums import total as summed
from autograd.tensor import Tensor

__all__: list[str] = []


class Found(NamedTuple):
    """The class of each target, what its loss is multiplied with, and which do not count.

    ``share`` is None where all count as one, ``ignored`` where none is left out; ``total`` is what
    the sum is divided by.
    """

    index: Raw
    share: Raw | None
    ignored: Raw | None
    total: Any

    def each(self, g: Any) -> Any:
        """The gradient of each target's loss: a number where it is one for all.

        0 where the target does not count; where none does, the mean is nan.
        """
        each = g if self.ignored is not None and not self.total else g / self.total
        if self.share is not None:
            each = each * self.share
        return each if self.ignored is None else each * ~self.ignored


def _found(x: Raw, target: Raw, weight: Raw | None, ignore: int, reduction: str) -> Found:
    """Raises IndexError for a class that is not there."""
    classes = x.shape[_axis(x)]
    index = target.astype(np.int64, copy=False)
    if x.ndim == 1:
        index = index.reshape(())
    ignored = None
    if index.size and largest(index.view(np.uint64), None) >= classes:  # or below 0
        ignored = _ignored(index, ignore)
        known = index if ignored is None else np.where(ignored, 0, index)
        if largest(known.view(np.uint64), None) >= (classes if ignored is None else classes or 1):
            raise wrong_class(known, x.shape, classes, ignore)
        index = known
    elif 0 <= ignore < classes:
        ignored = _ignored(index, ignore)
    share = None if weight is None else weight.reshape(-1)[index]
    total: Any = 1
    if reduction == "mean":
        if share is None:
            total = index.size if ignored is None else np.count_nonzero(~ignored)
        else:
            total = added(share if ignored is None else share[~ignored], None)
        total = (x.dtype.type if x.dtype.itemsize > 2 else np.float32)(total)  # as `wide`
    return Found(index, share, ignored, total)


def _axis(x: Any) -> int:
    """The dimension of the classes."""
    return 1 if x.ndim > 1 else 0


def _ignored(index: Raw, ignore: int) -> Raw | None:
    found = np.equal(index, ignore)
    return found if found.any() else None


def _apart(x: Raw, axis: int) -> Raw:
    """x - top, where the largest entry is 0; a new array."""
    x = wide(x)
    return np.subtract(x, largest(x, axis, None, None, True)) if x.shape[axis] else np.array(x)


def _loss(x: Raw, target: Raw, weight: Raw | None, ignore: int, reduction: str) -> Raw:
    axis = _axis(x)
    index, share, ignored, total = _found(x, target, weight, ignore, reduction)
    rows = x.ndim == 2 and is_of_rows(x, axis)
    out = losses(x, index) if rows else _by_class(x, index, axis)
    if share is not None:
        out = out * share
    if ignored is not None:
        out = np.where(ignored, 0, out)
    if reduction != "none":
        out = added(out, None) / total
    return out.astype(x.dtype, copy=False)


def _by_class(x: Raw, index: Raw, axis: int) -> Raw:
    """The loss of each target."""
    apart = _apart(x, axis)
    if x.ndim == 2:
        picked = apart[np.arange(len(index)), index]  # a fifth of the time of what follows
    else:
        picked = np.take_along_axis(apart, np.expand_dims(index, axis), axis).squeeze(axis)
    out: Raw = np.log(summed(np.exp(apart, out=apart), (axis,))) - picked
    return out


def _residual(g: Raw, x: Raw, target: Raw, weight: Raw | None, ignore: int, reduction: str) -> Raw:
    axis = _axis(x)
    found = _found(x, target, weight, ignore, reduction)
    index, each = found.index, found.each(g)
    if x.ndim == 2 and is_of_rows(x, axis):
        return losses_pulled(each, x, index)
    out = _apart(x, axis)
    np.exp(out, out=out)
    out *= _along(each, axis) / summed(out, (axis,), True)
    if x.ndim == 2:
        out[np.arange(len(index)), index] -= each
    else:
        at = np.expand_dims(index, axis)
        np.put_along_axis(out, at, np.take_along_axis(out, at, axis) - _along(each, axis), axis)
    return out.astype(x.dtype, copy=False)


def _along(each: Any, axis: int) -> Any:
    return np.expand_dims(each, axis) if each.ndim else each


def _raw(given: Any) -> Any:
    return getattr(given, "_array", given)


def _by_g(h: Any, x: Any, target: Any, weight: Any, ignore: int, reduction: str) -> Any:
    """In the direction ``h``: <h, softmax(x)> - h_t of each target, as it counts."""
    axis = _axis(x)
    found = _found(_raw(x), _raw(target), _raw(weight), ignore, reduction)
    p = softmax_op(x, axis)
    picked = np.squeeze(gather_one(h, np.expand_dims(found.index, axis), axis), axis)
    out = found.each(np.sum(h * p, axis=axis) - picked)
    return out if reduction == "none" else np.sum(out)


def _by_x(h: Any, g: Any, x: Any, target: Any, weight: Any, ignore: int, reduction: str) -> Any:
    """In the direction ``h``: g p (h - <h, p>), where p is softmax(x)."""
    axis = _axis(x)
    found = _found(_raw(x), _raw(target), _raw(weight), ignore, reduction)
    p = softmax_op(x, axis)
    out = p * (h - np.sum(h * p, axis=axis, keepdims=True))
    return _along(found.each(g), axis) * out


residual: Op = Op(
    "cross_entropy_backward",
    _residual,
    "g x target weight",
    params="ignore reduction",
    g=_by_g,
    x=_by_x,
)
loss: Op = Op(
    "cross_entropy_loss",
    _loss,
    "x target weight",
    params="ignore reduction",
    backward="NllLossBackward0",
    x=lambda g, x, target, weight, ignore, reduction: residual(
        g, x, target, weight, ignore, reduction
    ),
)


def cross_entropy(
    input: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int, reduction: str
) -> Tensor:
    """-log softmax(x) at each target, times its weight; their mean, their sum, or all of them.

    Raises as `nn.functional.cross_entropy`.
    """
    check_targets(input, target)
    of_floats("cross_entropy", input)
    if weight is not None:
        weights_of(input, weight, input.shape[min(1, input.ndim - 1)])
    result: Tensor = apply(loss, (input, target, weight), (ignore_index, reduction))
    return result
