"""What `tensor` is given, as an array: numbers, nested lists, arrays, tensors."""

from __future__ import annotations

import sys
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd import dtypes
from autograd.devices import making
from autograd.grad_mode import mode
from autograd.tensor import Tensor


def array_of(data: Any, dtype: npt.DTypeLike | None) -> npt.NDArray[Any]:
    """``data`` as an array; numbers get torch's dtypes, arrays keep theirs."""
    kind = None if dtype is None else dtypes.checked(dtype)
    if isinstance(data, Tensor):
        _warn_of_lost_graph(data)
        array = data._memory() if kind is None else data._memory().astype(kind, copy=False)
        return array
    if isinstance(data, (np.ndarray, np.generic)):
        return np.asarray(dtypes.native(data), dtype=kind)
    plain = _numbers(data)
    try:
        with np.errstate(all="ignore"):
            array = np.asarray(plain, dtype=kind)
    except ValueError as error:
        raise ValueError(f"tensor(): {error}; every row must have the same length") from None
    except OverflowError as error:
        raise RuntimeError(f"tensor(): {error}") from None
    if kind is None:
        _check_whole(plain, array)
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"tensor(): cannot make a tensor of {type(data).__name__} with elements of "
            f"{array.dtype}; give numbers, nested lists of numbers, or an array"
        )
    if kind is None and array.dtype.kind == "f" and not _holds_arrays(data):
        with np.errstate(all="ignore"):
            array = array.astype(dtypes.get_default_dtype())
    return array


def _check_whole(data: Any, array: npt.NDArray[Any]) -> None:
    """Refuse integers beyond int64, and no float with them: NumPy took another dtype for them."""
    if array.dtype.kind in "ib" or (array.dtype.kind == "f" and (abs(array) < 2.0**63).all()):
        return
    leaves = np.array(data, dtype=object).ravel().tolist()
    if leaves and all(isinstance(each, int) for each in leaves):
        raise ValueError("tensor(): Overflow: an integer is beyond int64; write it as a float")


def _numbers(data: Any) -> Any:
    """Nested lists with 0-d tensors in them, as nested lists of numbers.

    Their graph would be lost: like torch, a warning says so, and more elements are refused.
    """
    if isinstance(data, Tensor):
        if data.numel() != 1:
            raise ValueError(
                "only one element tensors can be converted to Python scalars: a list holds one of "
                f"shape {data.shape}; write stack(tensors) or cat(tensors)"
            )
        _warn_of_lost_graph(data)
        return data._array.reshape(())[()]
    if isinstance(data, (list, tuple)):
        return [_numbers(each) for each in data]
    return data


def _warn_of_lost_graph(source: Tensor) -> None:
    if source.requires_grad and mode().grad:
        warnings.warn(
            "tensor() copies values only: the result is cut from the graph of a tensor that "
            "requires grad. Write x.clone() or stack(tensors) to stay in the graph, "
            "x.detach().clone() to leave it.",
            UserWarning,
            stacklevel=_levels_to_the_user(),
        )


_OURS = (__name__, "autograd.creation", making.__module__)


def _levels_to_the_user() -> int:
    """The ``stacklevel`` at which a warning given by the caller names the user's line."""
    frame, levels = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_globals["__name__"] in _OURS:
        frame, levels = frame.f_back, levels + 1
    return levels


def _holds_arrays(data: Any) -> bool:
    """Whether the first element of nested lists is an array, whose dtype then counts."""
    while isinstance(data, (list, tuple)) and data:
        data = data[0]
    return isinstance(data, (np.ndarray, np.generic, Tensor))
