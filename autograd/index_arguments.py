"""What is asked of the indices that operators are given as tensors: dtype, shape, range."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.arguments import a_tensor
from autograd.tensor import Tensor


def index_tensor(
    name: str,
    index: Any,
    kinds: tuple[str, ...] = ("int32", "int64"),
    error: type[Exception] = RuntimeError,
) -> Tensor:
    """``index``, a tensor of one of the dtypes ``kinds``; TypeError or ``error`` otherwise.

    An empty one may be of any integers.
    """
    whole = a_tensor(name, index).dtype.kind in "iu" and not index.numel()
    if not whole and index.dtype.name not in kinds:
        raise error(
            f"{name}(): Expected dtype {' or '.join(kinds)} for index, "
            f"this one has {index.dtype}; write index.long()"
        )
    return index  # type: ignore[no-any-return]  # a_tensor has looked


def in_range(
    name: str,
    index: Tensor,
    length: int,
    where: str,
    *,
    error: type[Exception] = RuntimeError,
    negative: bool = False,
) -> None:
    """Raise ``error`` where an index does not name one of ``length`` entries of ``where``.

    ``negative``: indices from ``-length`` on count from the end.
    """
    array = index._array
    if not array.size:
        return
    least = -length if negative else 0
    plain = type(array) is np.ndarray and array.dtype.kind == "i"
    if plain and not negative and _largest(array) < length:
        return
    if array.min() < least or array.max() >= length:
        low, high = int(array.min()), int(array.max())
        raise error(
            f"{name}(): index {low if low < least else high} is out of bounds for {where} with "
            f"size {length}; indices go from {least} to {length - 1}"
        )


def _largest(array: Any) -> Any:
    """The largest of signed integers, negative ones taken for very large: one look at each."""
    return np.maximum.reduce(array.view(f"u{array.itemsize}"), None)


def in_dimension(
    name: str,
    index: Tensor,
    input: Tensor,
    dim: int,
    *,
    error: type[Exception] = RuntimeError,
    negative: bool = False,
) -> None:
    """`in_range` for the entries of ``input`` along ``dim``; a 0-d tensor has one."""
    length = _at_least_1d(input.shape)[dim]
    in_range(name, index, length, f"dimension {dim}", error=error, negative=negative)


def no_larger(name: str, index: Tensor, input: Tensor, dim: int, src: Tensor | None = None) -> None:
    """Raise RuntimeError where an index of entries is larger than what they are taken from.

    The three have the same number of dimensions; along ``dim`` only ``src`` counts.
    """
    a, b = _at_least_1d(input.shape), _at_least_1d(index.shape)
    c = b if src is None else _at_least_1d(src.shape)
    if not len(a) == len(b) == len(c) and index.numel():
        raise RuntimeError(
            f"{name}(): Index tensor must have the same number of dimensions as input tensor"
            f"{'' if src is None else ' and src'}: input {input.shape}, index {index.shape}"
            f"{'' if src is None else f', src {src.shape}'}"
        )
    fits = all(
        (d == dim or n <= a[d]) and n <= c[d] for d, n in enumerate(b if index.numel() else ())
    )
    if not fits:
        raise RuntimeError(
            f"{name}(): Expected index {index.shape} to be no larger than self {input.shape} apart "
            f"from dimension {dim}"
            + ("" if src is None else f" and to be no larger than src {src.shape}")
        )


def _at_least_1d(shape: tuple[int, ...]) -> tuple[int, ...]:
    return shape or (1,)


def vector(name: str, index: Tensor) -> None:
    """Raise IndexError where ``index`` is no vector; a 0-d tensor is one of length 1."""
    if index.ndim > 1:
        raise IndexError(
            f"{name}(): Index is supposed to be a vector, this one has shape {index.shape}"
        )
