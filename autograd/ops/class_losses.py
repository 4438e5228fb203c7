"""The loss of a choice among classes, of logarithms of probabilities; and checks of targets.

The class is a place along dimension ``dim``, so a value is picked and its gradient is put
back there: no matrix of zeros and ones is made.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.arguments import constants, of_floats, same_dtype
from autograd.graph import Raw
from autograd.operator import Op, apply
from autograd.ops.indexing import gather_one, put_one
from autograd.tensor import Tensor

__all__: list[str] = []


class Places(NamedTuple):
    """The targets: places along ``dim``, what each one's loss is multiplied with, and the sum.

    ``index`` has length 1 along ``dim``; ``scale`` is None where it is 1, and ``ignored`` where
    no target is left out.
    """

    index: Raw
    scale: Raw | None
    ignored: Raw | None
    total: Any
    dim: int


def places(input: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int) -> Places:
    """The targets of a loss of ``input``, classes along dimension 1, or 0 of a vector.

    Raises torch's errors: ValueError for a batch of another length, RuntimeError for other
    shapes and dtypes, IndexError for a class that is not there.
    """
    dim, wanted = check_targets(input, target)
    classes = input.shape[dim]
    index = target._array.astype(np.int64).reshape(wanted)
    ignored = None
    low, high = (index.min(), index.max()) if index.size else (0, -1)
    if low <= ignore_index and high >= ignore_index:
        ignored = index == ignore_index
        if not ignored.any():
            ignored = None
        else:
            index = np.where(ignored, 0, index)
            low, high = index.min(), index.max()
    if low < 0 or high >= max(classes, ignored is not None):
        raise wrong_class(index, input.shape, classes, ignore_index)
    scale: Any = None
    if weight is not None:
        scale = weights_of(input, weight, classes)[index]
        total = np.sum(scale if ignored is None else scale[~ignored], dtype=scale.dtype)
    else:
        total = float(index.size if ignored is None else np.count_nonzero(~ignored))
    return Places(np.expand_dims(index, dim), scale, ignored, total, dim)


def wrong_class(index: Raw, shape: tuple[int, ...], classes: int, ignore_index: int) -> IndexError:
    """The error of a target that names no class."""
    wrong = index[(index < 0) | (index >= classes)]
    return IndexError(
        f"Target {wrong.flat[0]} is out of bounds: there are {classes} classes, dimension "
        f"{min(1, len(shape) - 1)} of the input of shape {shape}; a target is at least 0 and below "
        f"that, or ignore_index ({ignore_index})"
    )


def check_targets(input: Tensor, target: Tensor) -> tuple[int, tuple[int, ...]]:
    """The dimension of the classes, and the shape that a target has; raises as `places`."""
    expected = _expected(input, target)
    if target._array.dtype not in _OF_CLASSES:
        raise RuntimeError(
            f"expected target dtype to be Long or Byte, but got {target.dtype}: a target of "
            "classes holds integers, write target.long()"
        )
    return expected


_OF_CLASSES = (np.dtype(np.int64), np.dtype(np.uint8))


def _expected(input: Tensor, target: Tensor) -> tuple[int, tuple[int, ...]]:
    """The dimension of the classes, and the shape that a target has."""
    shape: tuple[int, ...] = input._array.shape
    if len(shape) == 2 and target._array.shape == shape[:1]:
        return 1, shape[:1]
    if not shape:
        raise ValueError("Expected 1 or more dimensions (got 0): the classes need one")
    if len(shape) == 1:
        if target.shape not in ((), (1,)):
            raise ValueError(
                "For 1D input, 1D target must have size 1, but got target size: "
                f"{target.shape}; write input of shape (batch, classes) for more than one"
            )
        return 0, ()
    first = target.shape[0] if target.ndim else 0
    if first != shape[0]:
        raise ValueError(
            f"Expected input batch_size ({shape[0]}) to match target batch_size ({first}): input "
            f"of shape {shape}, target {target.shape}"
        )
    wanted = (shape[0], *shape[2:])
    if target.shape != wanted:
        raise RuntimeError(
            f"Expected target size {list(wanted)}, got {list(target.shape)}: a class for each "
            f"place of the input of shape {shape}, which has them along dimension 1"
        )
    return 1, wanted


def weights_of(input: Tensor, weight: Tensor, classes: int) -> Raw:
    """A weight for each class, as a vector; raises RuntimeError where that is none."""
    if weight.numel() != classes or (weight.ndim != 1 and input.ndim <= 2):
        raise RuntimeError(
            f"weight tensor should be defined either for all {classes} classes or no classes but "
            f"got weight tensor of shape: {list(weight.shape)}"
        )
    same_dtype("nll_loss", input, weight, "weight")
    constants("nll_loss", weight=weight)
    return weight._array.reshape(-1)


def _scaled(loss: Any, scale: Raw | None, ignored: Raw | None) -> Any:
    """``loss`` of each target times its weight; 0 where it is ignored, whatever stands there."""
    if scale is not None:
        loss = loss * scale
    return loss if ignored is None else np.where(ignored, 0, loss)


def _nll(x: Raw, at: Places) -> Raw:
    out = -gather_one(x, at.index, at.dim).squeeze(at.dim)
    return np.asarray(_scaled(out, at.scale, at.ignored))


def _nll_rule(g: Any, at: Places, x_shape: tuple[int, ...]) -> Any:
    g = np.expand_dims(_scaled(-g, at.scale, at.ignored), at.dim)
    return put_one(g, at.index, at.dim, x_shape)


_nll_op = Op("nll_loss", _nll, "x", params="at", x=_nll_rule)


def nll(input: Tensor, at: Places) -> Tensor:
    """-x at each target, times its weight: of the shape of the targets."""
    of_floats("nll_loss", input)
    result: Tensor = apply(_nll_op, (input,), (at,))
    return result
