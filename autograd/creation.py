"""Making tensors: from data, filled, spaced, random (`torch.tensor`, `torch.zeros`, ...)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd import dtypes
from autograd.devices import making
from autograd.dtypes import fitting
from autograd.reading import array_of
from autograd.readout import as_number
from autograd.size import shape_of
from autograd.tensor import Tensor, wrap
from autograd.views import on_users_memory

Size = int | Sequence[int]


@making
def tensor(data: Any, *, dtype: npt.DTypeLike | None = None, requires_grad: bool = False) -> Tensor:
    """A new leaf with a copy of ``data``: numbers, nested lists, arrays, tensors.

    Python floats become the default dtype, ints int64, bools bool; arrays keep theirs.
    Raises TypeError for other data, ValueError for ragged lists (`torch.tensor`).

    >>> tensor([[1.0, 2.0], [3.0, 4.0]])
    tensor([[1., 2.],
            [3., 4.]])
    """
    return finish(np.array(array_of(data, dtype)), requires_grad)


@making
def as_tensor(data: Any, dtype: npt.DTypeLike | None = None) -> Tensor:
    """``data`` as a tensor, without a copy where that is possible (`torch.as_tensor`).

    >>> x = tensor([1, 2])
    >>> as_tensor(x) is x
    True
    """
    if isinstance(data, Tensor):
        if dtype is None or data.dtype == dtypes.checked(dtype):
            return data
        converted: Tensor = data.to(dtype)
        return converted
    return on_users_memory(array_of(data, dtype))


def from_numpy(array: npt.NDArray[Any]) -> Tensor:
    """A tensor on the memory of ``array``: each sees what is written to the other.

    Raises TypeError for anything but an ndarray (`torch.from_numpy`).

    >>> a = np.zeros(2)
    >>> x = from_numpy(a)
    >>> a[0] = 5
    >>> x
    tensor([5., 0.], dtype=autograd.float64)
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(
            f"expected np.ndarray (got {type(array).__name__}); write autograd.tensor(data)"
        )
    return on_users_memory(dtypes.native(array))


def finish(array: npt.NDArray[Any], requires_grad: bool) -> Tensor:
    """A leaf on ``array``, which is the leaf's own; 0-d ones become NumPy scalars.

    Arithmetic on NumPy scalars is several times faster than on 0-d arrays.
    """
    if not array.ndim:
        array = array[()]
    made = wrap(array)
    return made.requires_grad_() if requires_grad else made


def kind_of(dtype: npt.DTypeLike | None) -> dtypes.DType:
    """``dtype``, or the default one."""
    return dtypes.get_default_dtype() if dtype is None else dtypes.checked(dtype)


@making
def empty(*size: Any, dtype: npt.DTypeLike | None = None, requires_grad: bool = False) -> Tensor:
    """An uninitialised tensor (`torch.empty`).

    >>> empty(2, 3).shape
    (2, 3)
    """
    return finish(np.empty(shape_of(size), kind_of(dtype)), requires_grad)


@making
def zeros(*size: Any, dtype: npt.DTypeLike | None = None, requires_grad: bool = False) -> Tensor:
    """All zeros (`torch.zeros`).

    >>> zeros(3)
    tensor([0., 0., 0.])
    """
    return finish(np.zeros(shape_of(size), kind_of(dtype)), requires_grad)


@making
def ones(*size: Any, dtype: npt.DTypeLike | None = None, requires_grad: bool = False) -> Tensor:
    """All ones (`torch.ones`).

    >>> ones(2, 2)
    tensor([[1., 1.],
            [1., 1.]])
    """
    return finish(np.ones(shape_of(size), kind_of(dtype)), requires_grad)


@making
def full(
    size: Size, fill_value: Any, *, dtype: npt.DTypeLike | None = None, requires_grad: bool = False
) -> Tensor:
    """``fill_value`` everywhere, of its dtype where none is given (`torch.full`).

    >>> full((2,), 7)
    tensor([7, 7])
    """
    value = getattr(fill_value, "_array", fill_value)
    kind = dtypes.common([value]) if dtype is None else dtypes.checked(dtype)
    return finish(np.full(shape_of((size,)), fitting(value, kind), kind), requires_grad)


@making
def arange(
    start: Any = 0,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: npt.DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """From ``start`` (0 where one number is given) up to ``end``, which is left out.

    Integers give int64, anything else the default dtype. Raises RuntimeError for a step
    of 0 or one that leads away from ``end`` (`torch.arange`).

    >>> arange(3)
    tensor([0, 1, 2])
    """
    if end is None:
        start, end = 0, start
    start, end, step = map(as_number, (start, end, step))
    if step == 0:
        raise RuntimeError("arange(): step must be nonzero")
    if (end - start) * step < 0:
        raise RuntimeError(
            f"arange(): upper bound and lower bound inconsistent with step sign: from {start} to "
            f"{end} by {step}"
        )
    kind = dtypes.common([start, end, step]) if dtype is None else dtypes.checked(dtype)
    count = max(int(np.ceil((end - start) / step)), 0)
    return finish((start + np.arange(count) * step).astype(kind), requires_grad)


@making
def linspace(
    start: Any,
    end: Any,
    steps: int,
    *,
    dtype: npt.DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """``steps`` evenly spaced numbers from ``start`` to ``end``, both included.

    >>> linspace(0, 1, 3)
    tensor([0.0000, 0.5000, 1.0000])
    """
    if steps < 0:
        raise RuntimeError(f"linspace(): number of steps must be non-negative, got {steps}")
    kind = kind_of(dtype)
    first, last = kind.type(float(start)), kind.type(float(end))
    step = (last - first) / kind.type(max(steps - 1, 1))
    places = np.arange(steps)  # counted from the nearer end, and rounded once, as torch does
    spaced = np.where(
        (places < steps // 2) | (steps == 1),
        np.float64(first) + np.float64(step) * places,
        np.float64(last) - np.float64(step) * (steps - 1 - places),
    )
    return finish(spaced.astype(kind), requires_grad)


@making
def eye(
    n: int,
    m: int | None = None,
    *,
    dtype: npt.DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """Ones on the diagonal, zeros elsewhere (`torch.eye`).

    >>> eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    if n < 0 or (m is not None and m < 0):
        raise RuntimeError(f"n must be greater or equal to 0, and so must m, got {n} and {m}")
    return finish(np.eye(n, m, dtype=kind_of(dtype)), requires_grad)


@making
def logspace(
    start: Any,
    end: Any,
    steps: int,
    base: float = 10.0,
    *,
    dtype: npt.DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """``base`` to the powers that `linspace` gives (`torch.logspace`).

    >>> logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    kind = kind_of(dtype)
    powers = linspace(start, end, steps, dtype=kind if kind.kind == "f" else dtypes.float64)
    with np.errstate(all="ignore"):
        spaced = np.power(float(base), powers._memory(), dtype=np.float64)
    return finish(spaced.astype(kind), requires_grad)


@making
def scalar_tensor(
    s: Any, *, dtype: npt.DTypeLike | None = None, requires_grad: bool = False
) -> Tensor:
    """A 0-d tensor of a number, of the default dtype where none is given.

    Source: `torch.scalar_tensor`.

    >>> scalar_tensor(3)
    tensor(3.)
    """
    number = as_number(s) if getattr(s, "ndim", 0) == 0 else s
    if not isinstance(number, (int, float)):
        raise TypeError(f"scalar_tensor(): argument 's' must be Number, not {type(s).__name__}")
    return full((), number, dtype=kind_of(dtype), requires_grad=requires_grad)


@making
def empty_strided(
    size: Size,
    stride: Sequence[int],
    *,
    dtype: npt.DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """An uninitialised tensor with these strides, in elements (`torch.empty_strided`).

    >>> empty_strided((2, 3), (1, 2)).stride()
    (1, 2)
    """
    shape, strides = shape_of((size,)), shape_of((stride,))
    if len(shape) != len(strides):
        raise RuntimeError(
            f"dimensionality of sizes ({len(shape)}) must match dimensionality of strides "
            f"({len(strides)})"
        )
    kind = kind_of(dtype)
    last = sum((n - 1) * step for n, step in zip(shape, strides, strict=True))
    memory = np.empty(0 if 0 in shape else 1 + last, kind)
    steps = tuple(kind.itemsize * step for step in strides)
    return finish(np.lib.stride_tricks.as_strided(memory, shape, steps), requires_grad)


@making
def empty_permuted(
    size: Size,
    physical_layout: Sequence[int],
    *,
    dtype: npt.DTypeLike | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """An uninitialised tensor whose dimensions lie in memory in the order given.

    Source: `torch.empty_permuted`; the first named changes slowest.

    >>> empty_permuted((2, 3), (1, 0)).stride()
    (1, 2)
    """
    shape, order = shape_of((size,)), shape_of((physical_layout,))
    if sorted(order) != list(range(len(shape))):
        raise RuntimeError(
            f"empty_permuted(): physical_layout {order} is not an order of the {len(shape)} "
            "dimensions"
        )
    memory = np.empty([shape[dim] for dim in order], kind_of(dtype))
    return finish(memory.transpose(np.argsort(order)), requires_grad)
