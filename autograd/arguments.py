"""What operators are given: tensors, numbers, NumPy arrays; and the errors for anything else."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from autograd import dtypes
from autograd.ops.cast import cast
from autograd.tensor import Tensor, wrap

NoBools = Literal["", "any", "all"]
"""Which bools an operator refuses: none; any operand that is one; bools alone."""


def operands(name: str, *values: Any, floats: bool = False, no_bools: NoBools = "") -> list[Any]:
    """Tensors and numbers, the tensors cast (recorded) to the dtype they have in common.

    NumPy arrays become constants. ``floats``: integers become the default float type.
    Raises TypeError for anything else, and where there is no tensor at all; RuntimeError
    for bools that the operator refuses.
    """
    given = [_operand(name, value) for value in values]
    if not any(isinstance(value, Tensor) for value in given):
        raise not_a_tensor(name, values[0])
    kind = dtypes.common([getattr(value, "_array", value) for value in given])
    if no_bools == "any" and any(map(_is_bool, values)):
        raise refused_bools(name)
    if no_bools == "all" and kind == dtypes.bool_:
        raise refused_bools(name)
    if floats and kind.kind != "f":
        kind = dtypes.get_default_dtype()
    return [
        cast(value, kind) if isinstance(value, Tensor) and value.dtype != kind else value
        for value in given
    ]


def refused_bools(name: str) -> RuntimeError:
    """The error of an operator that does no arithmetic on bools."""
    return RuntimeError(
        f"{name}() of bool tensors is not supported: write x.int() for arithmetic, "
        "x ^ y or ~x for logic"
    )


def _is_bool(value: Any) -> bool:
    """Whether an operand is of bools; NumPy's scalars are numbers here, as in torch."""
    if isinstance(value, Tensor):
        return value.dtype == dtypes.bool_
    return isinstance(value, bool)


def _operand(name: str, value: Any) -> Any:
    if isinstance(value, (Tensor, int, float)) and not isinstance(value, np.generic):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        dtypes.checked(value.dtype)
        return wrap(value)
    raise not_a_tensor(name, value)


def a_tensor(name: str, value: Any) -> Tensor:
    """``value``, or torch's TypeError where it is no tensor."""
    if not isinstance(value, Tensor):
        raise not_a_tensor(name, value)
    return value


def not_a_tensor(name: str, value: Any) -> TypeError:
    """The error for an argument that should have been a tensor."""
    kind = type(value)
    given = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    hint = "" if value is None or isinstance(value, str) else "; write autograd.tensor(value)"
    return TypeError(f"{name}(): argument must be Tensor, not {given}{hint}")


def cannot_broadcast(name: str, x: Any, y: Any, error: ValueError) -> RuntimeError:
    """torch's error for two shapes that do not fit, with both of them."""
    a, b = tuple(np.shape(getattr(x, "_array", x))), tuple(np.shape(getattr(y, "_array", y)))
    width = max(len(a), len(b))
    long_a, long_b = (1,) * (width - len(a)) + a, (1,) * (width - len(b)) + b
    for dim in reversed(range(width)):
        if long_a[dim] != long_b[dim] and 1 not in (long_a[dim], long_b[dim]):
            return RuntimeError(
                f"The size of tensor a ({long_a[dim]}) must match the size of tensor b "
                f"({long_b[dim]}) at non-singleton dimension {dim}: {name} of shapes {a} and {b}; "
                "reshape or unsqueeze one of them so that they broadcast"
            )
    return RuntimeError(f"{name} of shapes {a} and {b}: {error}")
