"""From samples to a batch: tensors with one more dimension, in the structure of a sample."""

from __future__ import annotations

import copy
from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any

from autograd import Tensor, as_tensor, float64, stack, tensor


def default_collate(batch: Sequence[Any]) -> Any:
    """A batch of samples that are alike (`torch.utils.data.default_collate`).

    Tensors and arrays are stacked, numbers become a tensor (floats one of float64), strings and
    bytes stay a list. Mappings, namedtuples and sequences keep their structure, with a batch for
    each entry; a tuple becomes a list. Raises TypeError for other samples, RuntimeError for
    tensors of different shapes and sequences of different lengths.

    >>> default_collate = nn.data.default_collate
    >>> default_collate([(tensor([1.0, 2.0]), 0), (tensor([3.0, 4.0]), 1)])
    [tensor([[1., 2.],
            [3., 4.]]), tensor([0, 1])]
    >>> default_collate([{"name": "a", "size": 1.5}, {"name": "b", "size": 2.5}])
    {'name': ['a', 'b'], 'size': tensor([1.5000, 2.5000], dtype=autograd.float64)}
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return stack(batch)
    if isinstance(first, (str, bytes)):
        return batch
    if _is_array(first):
        if first.dtype.kind in "SUO":
            raise TypeError(_unknown(f"an array of {first.dtype}"))
        kind, shape = first.dtype, first.shape
        if all(_is_array(each) and each.dtype is kind and each.shape == shape for each in batch):
            return as_tensor(batch)
        return stack([as_tensor(each) for each in batch])
    if isinstance(first, float):
        return tensor(batch, dtype=float64)
    if isinstance(first, int):
        return tensor(batch)
    if isinstance(first, Mapping):
        return _mapped(
            first, {key: default_collate([each[key] for each in batch]) for key in first}
        )
    if isinstance(first, Sequence):
        if any(len(each) != len(first) for each in batch):
            raise RuntimeError(
                "each element in list of batch should be of equal size, but their lengths are "
                f"{sorted({len(each) for each in batch})}: give the DataLoader a collate_fn that "
                "pads them"
            )
        columns = [default_collate(column) for column in zip(*batch, strict=True)]
        return columns if _is_plain_tuple(first) else _sequence(first, columns)
    raise TypeError(_unknown(type(first).__name__))


def default_convert(data: Any) -> Any:
    """A sample by itself, with tensors for its arrays (`torch.utils.data.default_convert`).

    >>> nn.data.default_convert({"x": np.zeros(2), "name": "a"})
    {'x': tensor([0., 0.], dtype=autograd.float64), 'name': 'a'}
    """
    if isinstance(data, (Tensor, str, bytes)):
        return data
    if _is_array(data):
        return data if data.dtype.kind in "SUO" else as_tensor(data)
    if isinstance(data, Mapping):
        return _mapped(data, {key: default_convert(data[key]) for key in data})
    if isinstance(data, Sequence):
        parts = [default_convert(each) for each in data]
        return parts if _is_plain_tuple(data) else _sequence(data, parts)
    return data


def _is_array(value: Any) -> bool:
    """Whether it is a NumPy array or number; NumPy itself is not imported here."""
    return hasattr(value, "dtype") and hasattr(value, "__array__")


def _is_plain_tuple(value: Any) -> bool:
    return isinstance(value, tuple) and not hasattr(value, "_fields")


def _mapped(like: Mapping[Any, Any], values: dict[Any, Any]) -> Any:
    """A mapping of the kind of ``like``; a dict where its kind cannot be made of values."""
    try:
        if isinstance(like, MutableMapping):
            made = copy.copy(like)
            made.update(values)
            return made
        return type(like)(values)  # type: ignore[call-arg]  # most mappings can be made of a dict
    except TypeError:
        return values


def _sequence(like: Sequence[Any], values: list[Any]) -> Any:
    """A sequence of the kind of ``like``; a list where its kind cannot be made of values."""
    try:
        if hasattr(like, "_fields"):
            return type(like)(*values)
        if isinstance(like, MutableSequence):
            made = copy.copy(like)
            for i, each in enumerate(values):
                made[i] = each
            return made
        return type(like)(values)  # type: ignore[call-arg]  # most sequences can be made of a list
    except TypeError:
        return values


def _unknown(what: str) -> str:
    return (
        "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; "
        f"found {what}. Give the DataLoader a collate_fn that makes a batch of a list of samples"
    )
