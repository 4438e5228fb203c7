"""Elementwise functions of three tensors: blends and scaled products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import dtypes
from autograd.arguments import (
    a_number,
    a_tensor,
    broadcast,
    not_implemented,
    of_floats,
    operands,
    same_dtype,
)
from autograd.graph import Node
from autograd.operator import Op
from autograd.registry import public
from autograd.tensor import Tensor

__all__ = ["addcdiv", "addcmul", "lerp"]


def _lerp(a: Any, b: Any, weight: Any) -> Any:
    """From the nearer end, so that both ends are reached exactly, as in torch."""
    step = b - a
    if isinstance(weight, (int, float)):
        return a + weight * step if -0.5 < weight < 0.5 else b + (weight - 1) * step
    return np.where(np.abs(weight) < 0.5, a + weight * step, b + (weight - 1) * step)


_lerped = Op(
    "lerp",
    _lerp,
    "a b weight",
    backward=lambda node: f"LerpBackward{0 if node.params else 1}",
    a=lambda g, weight: g * (1 - weight),
    b=lambda g, weight: g * weight,
    weight=lambda g, a, b: g * (b - a),
)


@public(inplace=True)
def lerp(input: Tensor, end: Tensor, weight: Any) -> Tensor:
    """input + weight * (end - input), a number or a tensor for weight, all broadcast.

    Raises RuntimeError where the tensors' dtypes differ, NotImplementedError where they are
    not floats (`torch.lerp`).

    >>> lerp(tensor([0.0, 10.0]), tensor([1.0, 20.0]), 0.25)
    tensor([ 0.2500, 12.5000])
    """
    same_dtype("lerp", a_tensor("lerp", input), a_tensor("lerp", end), "end")
    if isinstance(weight, Tensor):
        same_dtype("lerp", input, weight, "weight")
    else:
        a_number("lerp", "weight", weight, optional=False)
    of_floats("lerp", input)
    return broadcast(_lerped, (input, end, weight))


def _combined(name: str, kernel: Callable[..., Any], **rules: Any) -> Op:
    def backward(node: Node) -> str:
        return f"{name.capitalize()}Backward0"

    return Op(name, kernel, "x a b", params="value", backward=backward, x=lambda g: g, **rules)


_addcmul = _combined(
    "addcmul",
    lambda x, a, b, value: x + (a * b if value == 1 else value * a * b),
    a=lambda g, b, value: g * (b * value),
    b=lambda g, a, value: g * (a * value),
)
_addcdiv = _combined(
    "addcdiv",
    lambda x, a, b, value: x + (a if value == 1 else value * a) / b,
    a=lambda g, b, value: g * (value / b),
    b=lambda g, a, b, value: -g * ((value / b) * (a / b)),
)


def _three(op: Op, tensors: tuple[Tensor, Tensor, Tensor], value: Any) -> Tensor:
    name = op.name
    for each in tensors:
        a_tensor(name, each)
    a_number(name, "value", value, optional=False)
    given = operands(name, *tensors)
    kind = given[0].dtype
    if kind == dtypes.bool_:
        raise not_implemented(name, kind, "x.int()")
    if kind.kind == "u" and value < 0:
        raise RuntimeError(f"{name}: value {value} cannot be converted to {kind} without overflow")
    return broadcast(op, given, (value if kind.kind == "f" else int(value),))


@public(inplace=True)
def addcmul(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Any = 1) -> Tensor:
    """input + value * tensor1 * tensor2, all broadcast (`torch.addcmul`).

    >>> addcmul(tensor([1.0, 2.0]), tensor([3.0, 4.0]), tensor([10.0]), value=0.5)
    tensor([16., 22.])
    """
    return _three(_addcmul, (input, tensor1, tensor2), value)


@public(inplace=True)
def addcdiv(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Any = 1) -> Tensor:
    """input + value * tensor1 / tensor2, all broadcast (`torch.addcdiv`).

    Raises RuntimeError where both tensors of the fraction are integers.

    >>> addcdiv(tensor([1.0, 2.0]), tensor([3.0, 4.0]), tensor([2.0]), value=2)
    tensor([4., 6.])
    """
    if all(a_tensor("addcdiv", each).dtype.kind != "f" for each in (tensor1, tensor2)):
        raise RuntimeError(
            "Integer division with addcdiv is no longer supported: of "
            f"{tensor1.dtype} and {tensor2.dtype}; write tensor1.float()"
        )
    return _three(_addcdiv, (input, tensor1, tensor2), value)
