"""Rows of a table by number: embeddings, their sums, means and extremes over bags, one-hot."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.arguments import a_tensor, same_dtype
from autograd.graph import Raw, touch
from autograd.index_arguments import in_range, index_tensor
from autograd.operator import Op, apply
from autograd.ops.elementwise import where
from autograd.ops.gathering import gather_op, selected
from autograd.ops.indexing import read
from autograd.sums import total
from autograd.tensor import Tensor, wrap

__all__: list[str] = []  # what is public here is in torch.nn.functional alone


def _shares(g: Any, index: Any, padding: int | None, by_frequency: bool) -> Any:
    """The rows of the gradient, weighed: none for the padding, less for frequent indices."""
    index = np.asarray(getattr(index, "_array", index)).reshape(-1)
    rows = np.reshape(g, (index.size, g.shape[-1]))
    if padding is None and not by_frequency:
        return rows
    if by_frequency and index.size:
        rows = rows / np.bincount(index)[index, None].astype(g.dtype)
    return rows if padding is None else np.where(index[:, None] == padding, 0, rows)


_embedding: Op = Op(
    "embedding",
    lambda weight, index, padding, by_frequency: np.take(weight, index, 0),
    "weight index",
    params="padding by_frequency",
    weight=lambda g, index, padding, by_frequency, weight_shape: selected(
        _shares(g, index, padding, by_frequency), np.reshape(index, -1), 0, weight_shape
    ),
)


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """The rows of ``weight`` that ``input``, integers of any shape, names.

    weight (rows, width); the output has the input's shape and the width. ``padding_idx``: a
    row that gets no gradient. ``max_norm``: rows of a larger ``norm_type``-norm are first
    scaled down to it, in place. ``scale_grad_by_freq`` divides a row's gradient by how often
    it is named. The gradient is dense, also with ``sparse``. Raises IndexError for a row that
    is not there
    (`torch.nn.functional.embedding`).

    >>> embedding(tensor([1, 1]), tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[3., 4.],
            [3., 4.]])
    """
    name = "embedding"
    index_tensor(name, input)
    if a_tensor(name, weight).ndim != 2:
        raise RuntimeError(f"{name}(): 'weight' must be 2-D, this one has shape {weight.shape}")
    padding = _padding_row(padding_idx, weight.shape[0])
    in_range(name, input, weight.shape[0], "a table", error=IndexError)
    if max_norm is not None:
        _renormalize(weight, input, max_norm, norm_type)
    rows: Tensor = apply(_embedding, (weight, input), (padding, scale_grad_by_freq))
    return rows


def _padding_row(padding_idx: int | None, count: int) -> int | None:
    """``padding_idx`` counted from the start; torch's AssertionError where there is no such row."""
    if padding_idx is None:
        return None
    if not -count <= padding_idx < count:
        raise AssertionError(
            f"padding_idx must be within num_embeddings: {padding_idx}, and there are {count} rows"
        )
    return padding_idx % count


def _renormalize(weight: Tensor, index: Tensor, max_norm: float, norm_type: float) -> None:
    """Shrink, in place and unrecorded, the rows that ``index`` names to norm ``max_norm``."""
    table = weight._memory()
    used = np.unique(index._array)
    rows = table[used]
    norms = np.linalg.norm(rows, norm_type, 1)
    long = norms > max_norm
    if long.any():
        scale = max_norm / (norms[long] + 1e-7)
        table[used[long]] = rows[long] * scale[:, None].astype(table.dtype)
        touch(weight._guard())


def embedding_bag(
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """The sum, mean or maximum of rows of ``weight``, bag by bag; (bags, width).

    A matrix ``input`` has a bag in each row; a vector has them one after the other, starting
    at ``offsets`` (with ``include_last_offset`` the last one says where they end).
    ``per_sample_weights``, of the input's shape, weigh the rows of a sum. Rows numbered
    ``padding_idx`` do not count; an empty bag is 0. The other arguments as in `embedding`
    (`torch.nn.functional.embedding_bag`).

    >>> table = tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> embedding_bag(tensor([0, 1, 2]), table, tensor([0, 2]), mode="sum")
    tensor([[4., 6.],
            [5., 6.]])
    """
    name, weights = "embedding_bag", per_sample_weights
    index_tensor(name, input)
    if mode not in ("sum", "mean", "max"):
        raise ValueError(f"mode has to be one of sum, mean or max, not {mode!r}")
    if weights is not None and weights.shape != input.shape:
        raise ValueError(
            f"{name}(): per_sample_weights must have the same shape as the input, {input.shape}, "
            f"not {weights.shape}"
        )
    starts = _starts(input, offsets, include_last_offset)
    if a_tensor(name, weight).ndim != 2:
        raise RuntimeError(f"{name}(): 'weight' must be 2-D, this one has shape {weight.shape}")
    if weights is not None and mode != "sum":
        raise NotImplementedError(
            f"{name}(): per_sample_weights is only supported for mode='sum', not {mode!r}"
        )
    if weights is not None:
        same_dtype(name, weight, weights, "per_sample_weights")
    if mode == "max" and scale_grad_by_freq:
        raise RuntimeError(f"{name}(): scale_grad_by_freq is not supported for mode='max'")
    padding = _padding_row(padding_idx, weight.shape[0])
    in_range(name, input, weight.shape[0], "a table")
    if max_norm is not None:
        _renormalize(weight, input, max_norm, norm_type)
    index = np.copy(input._array).reshape(-1)
    count = len(starts)
    bags = np.repeat(np.arange(count), np.diff(np.append(starts, index.size)))
    if weights is not None:
        weights = weights.reshape(-1)
    if padding is not None:
        counted = np.flatnonzero(index != padding)
        index, bags = index[counted], bags[counted]
        weights = None if weights is None else read(weights, counted)
    if mode == "max":
        return _largest(weight, index, bags, count)
    rows: Any = apply(_embedding, (weight, index), (None, scale_grad_by_freq))
    if weights is not None:
        rows = rows * weights.unsqueeze(1)
    sums: Tensor
    if input.ndim == 2 and padding is None and index.size:
        sums = apply(_summed, (rows,), (input.shape[1],))
    else:
        sums = apply(_bagged, (rows, bags), (0, (count, weight.shape[1])))
    if mode == "sum":
        return sums
    lengths = np.maximum(np.bincount(bags, minlength=count), 1).astype(weight.dtype)
    return sums / wrap(lengths[:, None])


_bagged = selected.named("embedding_bag")
_summed: Op = Op(
    "embedding_bag",
    lambda rows, length: total(rows.reshape(-1, length, rows.shape[1]), (1,)),
    "rows",
    params="length",
    rows=lambda g, length: _repeated(g, length),
)
"""Sums of ``length`` rows each, one after the other: bags of equal length."""
_repeated: Op = Op(
    "embedding_bag_backward",
    lambda g, length: np.repeat(g, length, 0),
    "g",
    params="length",
    g=lambda h, length: _summed(h, length),
)
"""Each row ``length`` times."""


def _starts(input: Tensor, offsets: Tensor | None, include_last: bool) -> Raw:
    """Where each bag starts in the flat input."""
    if input.ndim == 2:
        if offsets is not None:
            raise ValueError(
                "if input is 2D, then offsets has to be None, as input is treated as a mini-batch "
                f"of fixed length sequences; offsets has shape {offsets.shape}"
            )
        count, length = input.shape
        return np.arange(count) * length
    if input.ndim != 1:
        raise ValueError(f"input has to be 1D or 2D, this one has {input.ndim} dimensions")
    if not isinstance(offsets, Tensor) or offsets.ndim != 1:
        raise ValueError("offsets has to be a 1D Tensor where input is one")
    starts = index_tensor("embedding_bag", offsets)._array
    if include_last and not starts.size:
        raise RuntimeError("embedding_bag(): include_last_offset: number of offset should be >= 1")
    if starts.size and starts[0] != 0:
        raise RuntimeError(
            f"embedding_bag(): offsets[0] has to be 0, i.e. the first bag starts the input; got "
            f"{starts[0]}"
        )
    if starts.size and (starts[-1] > input.numel() or (np.diff(starts) < 0).any()):
        raise RuntimeError(
            f"embedding_bag(): offsets ascend and can not be greater than the input's length "
            f"{input.numel()}, got {starts.tolist()}"
        )
    return starts[:-1] if include_last else starts


def _largest(weight: Tensor, index: Raw, bags: Raw, count: int) -> Tensor:
    """The largest entry of each column by bag, 0 of an empty one; the first gets the gradient."""
    places = np.zeros((count, weight.shape[1]), np.int64)
    full = np.bincount(bags, minlength=count) > 0
    if bags.size:
        rows = weight._memory()[index]
        fresh = np.append(True, bags[1:] != bags[:-1])
        starts = np.flatnonzero(fresh)
        top = np.maximum.reduceat(rows, starts, axis=0)
        hit = (rows == top[np.cumsum(fresh) - 1]) | (rows != rows)
        entry = np.where(hit, np.arange(len(rows))[:, None], len(rows))
        places[full] = index[np.minimum.reduceat(entry, starts, axis=0)]
    picked: Tensor = apply(_bag_of_largest, (weight, places), (0,))
    if not full.all():
        picked = where(wrap(full[:, None]), picked, 0.0)
    return picked


_bag_of_largest = gather_op.named("embedding_bag")


def one_hot(input: Tensor, num_classes: int = -1) -> Tensor:
    """A 1 at each index, in a new last dimension of length ``num_classes``, 0 elsewhere.

    Without ``num_classes`` it is the largest index plus 1. Raises RuntimeError for an index
    that is out of range or not of int64 (`torch.nn.functional.one_hot`).

    >>> one_hot(tensor([1, 0]), 3)
    tensor([[0, 1, 0],
            [1, 0, 0]])
    """
    index = index_tensor("one_hot", input, ("int64",))._array
    if num_classes == -1:
        if not index.size:
            raise RuntimeError(
                "one_hot(): no classes to count in an empty tensor; give num_classes"
            )
        num_classes = int(index.max()) + 1
    if index.size and index.min() < 0:
        raise RuntimeError("one_hot(): Class values must be non-negative.")
    if num_classes < 1 or (index.size and index.max() >= num_classes):
        raise RuntimeError(
            f"one_hot(): Class values must be smaller than num_classes, which is {num_classes}."
        )
    hot: Tensor = apply(_one_hot, (input,), (num_classes,))
    return hot


def _ones_at(index: Raw, classes: int) -> Raw:
    out = np.zeros((index.size, classes), np.int64)
    out[np.arange(index.size), np.ravel(index)] = 1
    return out.reshape(*np.shape(index), classes)


_one_hot = Op("one_hot", _ones_at, "index", params="classes")
