"""What operators are given: tensors, numbers, NumPy arrays; and the errors for anything else."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from autograd import dtypes
from autograd.grad_mode import mode
from autograd.operator import Op, apply
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


def by(shape: Sequence[int]) -> str:
    """A shape for a message: 2x3."""
    return "x".join(map(str, shape))


def tensor_or_array(name: str, value: Any) -> None:
    """Raise torch's TypeError where ``value`` is neither a tensor nor a NumPy array."""
    if not isinstance(value, (Tensor, np.ndarray)):
        raise not_a_tensor(name, value)


def a_number(name: str, argument: str, value: Any, optional: bool = True) -> None:
    """Raise torch's TypeError where ``value`` is neither a number nor, if optional, None."""
    if not (isinstance(value, (int, float)) or (optional and value is None)):
        kind = type(value).__name__
        raise TypeError(f"{name}(): argument '{argument}' must be a number, not {kind}")


def an_integer(name: str, argument: str, value: Any) -> int:
    """``value`` as an int; raises torch's TypeError for a bool and for what is no integer."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        kind = type(value).__name__
        raise TypeError(f"{name}(): argument '{argument}' must be int, not {kind}")
    return int(value.__index__())


def not_implemented(name: str, kind: dtypes.DType, instead: str = "x.float()") -> Exception:
    """torch's error for a dtype that an operator is not made for."""
    return NotImplementedError(f'"{name}" not implemented for {kind}: write {instead}')


def of_floats(name: str, input: Tensor) -> None:
    """Raise NotImplementedError, a RuntimeError, where the tensor does not hold floats."""
    if input.dtype.kind != "f":
        raise not_implemented(name, input.dtype)


def same_dtype(name: str, input: Any, other: Any, role: str) -> None:
    """Raise RuntimeError where ``other``, the argument ``role``, has not the input's dtype."""
    if other.dtype != input.dtype:
        raise RuntimeError(
            f"{name}(): expected {role} to have dtype {input.dtype}, but it has {other.dtype}; "
            f"write {role}.to({input.dtype})"
        )


def constants(name: str, **given: Any) -> None:
    """Raise torch's RuntimeError where one of these arguments waits for a gradient in vain."""
    for role, each in given.items():
        if isinstance(each, Tensor) and each.requires_grad and mode().grad:
            raise RuntimeError(
                f"The function '{name}' is not differentiable with respect to argument '{role}': "
                f"write {role}.detach()"
            )


def broadcast(op: Op, given: Sequence[Any], params: tuple[Any, ...] = (), name: str = "") -> Tensor:
    """`apply` to operands that broadcast, with torch's error where they do not."""
    try:
        result: Tensor = apply(op, given, params)
    except ValueError as error:
        raise cannot_broadcast(name or op.name, error, *given) from None
    return result


def cannot_broadcast(name: str, error: ValueError, *given: Any) -> RuntimeError:
    """torch's error for shapes that do not fit, with the first two of them."""
    shapes = [tuple(np.shape(getattr(x, "_array", x))) for x in given if x is not None]
    for a, b in itertools.combinations(shapes, 2):
        width = max(len(a), len(b))
        long_a, long_b = (1,) * (width - len(a)) + a, (1,) * (width - len(b)) + b
        for dim in reversed(range(width)):
            if long_a[dim] != long_b[dim] and 1 not in (long_a[dim], long_b[dim]):
                return RuntimeError(
                    f"The size of tensor a ({long_a[dim]}) must match the size of tensor b "
                    f"({long_b[dim]}) at non-singleton dimension {dim}: {name} of shapes {a} and "
                    f"{b}; reshape or unsqueeze one of them so that they broadcast"
                )
    return RuntimeError(f"{name} of shapes {' and '.join(map(str, shapes))}: {error}")
