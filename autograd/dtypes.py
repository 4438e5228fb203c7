"""The element types, the default one, and torch's rules for mixing them.

A dtype here is NumPy's own object, under torch's names: ``autograd.float32`` is
``np.dtype("float32")``.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

DType: TypeAlias = np.dtype[Any]

float16 = np.dtype(np.float16)
float32 = np.dtype(np.float32)
float64 = np.dtype(np.float64)
int8 = np.dtype(np.int8)
int16 = np.dtype(np.int16)
int32 = np.dtype(np.int32)
int64 = np.dtype(np.int64)
uint8 = np.dtype(np.uint8)
bool_ = np.dtype(np.bool_)

NAMES = {
    str(kind): kind for kind in (float16, float32, float64, int8, int16, int32, int64, uint8, bool_)
}
"""Every dtype a tensor can have, by name."""

_RANK = {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}
_default: list[DType] = [float32]


def get_default_dtype() -> DType:
    """The dtype of new float tensors (`torch.get_default_dtype`).

    >>> get_default_dtype()
    dtype('float32')
    """
    return _default[0]


def set_default_dtype(dtype: npt.DTypeLike) -> None:
    """Make ``dtype``, a floating-point type, that of new float tensors.

    Raises TypeError for anything else (`torch.set_default_dtype`).

    >>> set_default_dtype(float64)
    >>> tensor(1.5).dtype
    dtype('float64')
    >>> set_default_dtype(float32)
    """
    kind = np.dtype(dtype)
    if kind.kind != "f":
        raise TypeError(
            f"set_default_dtype: only floating-point types can be the default, got {kind}; "
            "write set_default_dtype(autograd.float32) or autograd.float64"
        )
    _default[0] = kind


def checked(dtype: npt.DTypeLike) -> DType:
    """NumPy's dtype for ``dtype``; Python's ``float`` means the default one.

    Raises TypeError where no tensor can have it.
    """
    if dtype is float:
        return _default[0]
    try:
        name = np.dtype(dtype).name
    except TypeError:
        name = repr(dtype)
    if name not in NAMES:
        raise TypeError(
            f"a tensor cannot have dtype {name}: it holds dense real numbers; "
            f"use one of {', '.join(NAMES)}"
        )
    return NAMES[name]


def native(array: Any) -> Any:
    """``array`` itself, checked, with NumPy's own dtype object (an unpickled array has another).

    Operations compare dtypes by identity. Raises TypeError where no tensor can have the
    dtype, ValueError for a foreign byte order.
    """
    kind = checked(array.dtype)
    if not array.dtype.isnative:
        raise ValueError(
            "given numpy array has byte order different from the native byte order: "
            "write array.astype(array.dtype.newbyteorder('='))"
        )
    return array if array.dtype is kind else array.view(kind)


def wide(array: Any) -> Any:
    """``array`` in the dtype to compute in: half precision in float32, as torch does on a CPU."""
    return array.astype(float32) if array.dtype == float16 else array


def rank(kind: DType) -> int:
    """0 for bool, 1 for integers, 2 for floats: a higher category wins when dtypes mix."""
    return _RANK[kind.kind]


def of_number(value: Any) -> DType:
    """The dtype that a Python number has when it becomes a tensor."""
    if isinstance(value, (np.bool_, bool)):
        return bool_
    if isinstance(value, (np.integer, int)):
        return int64
    return _default[0]


def promote_types(type1: npt.DTypeLike, type2: npt.DTypeLike) -> DType:
    """The dtype that two tensors of these dtypes have in common (`torch.promote_types`).

    Unlike NumPy, an integer beside a float never widens the float.

    >>> promote_types(int64, float32)
    dtype('float32')
    >>> promote_types(uint8, int8)
    dtype('int16')
    """
    a, b = np.dtype(type1), np.dtype(type2)
    if rank(a) != rank(b):
        return a if rank(a) > rank(b) else b
    return np.promote_types(a, b)


def common(arrays: list[Any]) -> DType:
    """The dtype of an operation on ``arrays``: raw arrays, NumPy scalars, Python numbers.

    torch's rule: arrays with dimensions decide; 0-d ones count only where they are of a
    higher category, and Python numbers only where they are higher still.
    """
    kinds: list[DType | None] = [None, None, None]
    for value in arrays:
        if isinstance(value, (np.ndarray, np.generic)):
            level, kind = (0 if value.ndim else 1), value.dtype
        else:
            level, kind = 2, of_number(value)
        known = kinds[level]
        kinds[level] = kind if known is None else promote_types(known, kind)
    result: DType | None = None
    for found in kinds:
        if found is not None and (result is None or rank(found) > rank(result)):
            result = found
    if result is None:
        raise TypeError("an operation needs at least one tensor or number")
    return result


def result_type(tensor1: Any, tensor2: Any) -> DType:
    """The dtype of an arithmetic operation on two tensors or numbers (`torch.result_type`).

    >>> result_type(tensor([1, 2]), 1.5)
    dtype('float32')
    """
    return common([getattr(t, "_array", t) for t in (tensor1, tensor2)])


def can_cast(from_: npt.DTypeLike, to: npt.DTypeLike) -> bool:
    """Whether torch lets an in-place operation write ``from_`` into ``to``.

    >>> can_cast(float64, int64)
    False
    """
    return rank(np.dtype(from_)) <= rank(np.dtype(to))


def fitting(value: Any, kind: DType) -> Any:
    """``value``; raises RuntimeError where it is a Python number that ``kind`` cannot hold.

    >>> from autograd.dtypes import fitting
    >>> fitting(255, uint8)
    255
    """
    limits: Any
    if type(value) in (int, float) and kind.kind in "iu":
        limits = np.iinfo(kind)
        if type(value) is int and kind.kind == "u" and -limits.max <= value < 0:
            return value + limits.max + 1  # as torch has it, integers wrap here and floats do not
    elif type(value) is float and kind.kind == "f" and math.isfinite(value):
        limits = np.finfo(kind)
    else:
        return value
    low, high = map(type(value), (limits.min, limits.max))
    if not low <= value <= high:
        raise RuntimeError(
            f"value cannot be converted to type {kind} without overflow: {value}; give the tensor "
            "another dtype"
        )
    return value


def is_floating(kind: DType) -> bool:
    """Whether gradients can flow through ``kind``."""
    return kind.kind == "f"
