"""Rounding, elementwise: steps, whose derivative is 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.arguments import a_tensor, not_implemented, refused_bools
from autograd.families import floats_only, unary
from autograd.graph import Node
from autograd.operator import Op, apply
from autograd.registry import NUMPY, alias, public
from autograd.tensor import Tensor

__all__ = [
    "ceil",
    "fix",
    "floor",
    "frac",
    "round",
    "trunc",
]


def _step(name: str, ufunc: np.ufunc, to: str, result: str) -> Any:
    return unary(
        name,
        ufunc,
        lambda g: np.zeros_like(g),
        f"""The nearest integer {to}, elementwise; the derivative is 0 (`torch.{name}`).

    >>> {name}(tensor([1.7, -1.7]))
    tensor([{result}])
    """,
        floats=False,
        bools=False,
    )


floor = _step("floor", np.floor, "that is not above x", " 1., -2.")
ceil = _step("ceil", np.ceil, "that is not below x", " 2., -1.")
trunc = _step("trunc", np.trunc, "towards zero", " 1., -1.")
frac = unary(
    "frac",
    floats_only(lambda x: x - np.trunc(x), "frac"),
    lambda g: g,
    """x - trunc(x), with the sign of x, elementwise (`torch.frac`).

    >>> frac(tensor([1.75, -1.75]))
    tensor([ 0.7500, -0.7500])
    """,
    floats=False,
)


def _round(x: Any, decimals: int) -> Any:
    if decimals == 0:
        return np.rint(x) if x.dtype.kind == "f" else x.copy()
    if x.dtype.kind != "f":
        raise not_implemented(f"round to decimals={decimals}", x.dtype)
    if decimals > 0:
        return np.rint(x * 10**decimals) / 10**decimals
    return np.rint(x / 10**-decimals) * 10**-decimals


def _round_name(node: Node) -> str:
    return f"RoundBackward{int(node.params[0] != 0)}"


_rounded = Op(
    "round",
    _round,
    "x",
    params="decimals",
    backward=_round_name,
    x=lambda g: np.zeros_like(g),
)


@public(numpy=(np.rint,), inplace=True)
def round(input: Tensor, *, decimals: int = 0) -> Tensor:
    """The nearest integer, or multiple of 10**-decimals; halves to the even one.

    The derivative is 0 (`torch.round`). Raises RuntimeError for bools, and for integers that
    are to be rounded to decimals.

    >>> round(tensor([0.5, 1.5, -2.7]))
    tensor([ 0.,  2., -3.])
    >>> round(tensor([1234.567]), decimals=2)
    tensor([1234.5699])
    """
    if a_tensor("round", input).dtype.kind == "b":
        raise refused_bools("round")
    if not isinstance(decimals, int):
        raise TypeError(f"round(): argument 'decimals' must be int, not {type(decimals).__name__}")
    result: Tensor = apply(_rounded, (input,), (decimals,))
    return result


NUMPY[np.round] = lambda x, decimals=0: round(x, decimals=decimals)
NUMPY[np.around] = NUMPY[np.round]
fix = alias("fix", trunc, inplace=True)
alias("special.round", round, method=False)
