"""Joining to the Tensor class what can be done with a tensor, from the registry's tables."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence

from autograd import conversion, inplace_views, protocols  # noqa: F401 - they register themselves
from autograd.backward import backward as run_backward
from autograd.inplace import in_place
from autograd.registry import FUNCTIONS, INPLACE, METHODS, UFUNCS, described
from autograd.tensor import Tensor

_OPERATORS = {"add": "add", "sub": "sub", "mul": "mul", "truediv": "div", "pow": "pow"}
_OPERATORS |= {"mod": "remainder", "floordiv": "floor_divide"}
_OPERATORS |= {"and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor"}
_OPERATORS |= {"lshift": "bitwise_left_shift", "rshift": "bitwise_right_shift"}


def backward(
    self: Tensor,
    gradient: Tensor | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Tensor | Sequence[Tensor] | None = None,
) -> None:
    """Add to every leaf's ``.grad`` the gradient of this tensor (`torch.Tensor.backward`).

    ``gradient`` weighs the entries where there is more than one; ``retain_graph`` keeps
    the graph for another call; ``create_graph`` makes the gradients differentiable.

    >>> x = tensor([1.0, 2.0], requires_grad=True)
    >>> (x * x).backward(tensor([1.0, 10.0]))
    >>> x.grad
    tensor([ 2., 40.])
    """
    run_backward(self, None if gradient is None else [gradient], retain_graph, create_graph, inputs)


METHODS["backward"] = backward


_WHOLE = ("bitwise", "gcd", "lcm")
"""In-place forms of what takes integers alone."""


def _example(name: str, function: Callable[..., object]) -> str:
    """An example of the in-place form ``name``, where one number is argument enough."""
    parameters = list(inspect.signature(function).parameters.values())[1:]
    parameters = [each for each in parameters if each.kind is not each.KEYWORD_ONLY]
    if sum(each.default is each.empty for each in parameters) > 1:
        return ""
    return f"""
        >>> x = ones(2, dtype={"int64" if name.startswith(_WHOLE) else "float32"})
        >>> x.{name}({"2" if parameters else ""}) is x
        True
        """


def join() -> None:
    """Make every registered method, and every in-place form, a method of `Tensor`."""
    for name, target in INPLACE.items():
        function = FUNCTIONS[target]
        method = functools.wraps(function)(in_place(function, UFUNCS.get(function)))
        doc = f"""`{target}`, written over this tensor (`torch.Tensor.{name}`).

        Raises RuntimeError for a leaf that requires grad outside `no_grad`, and where the
        result has another shape or a dtype that this tensor cannot hold.
        {_example(name, function)}"""
        described(method, name, doc)
        METHODS.setdefault(name, method)
    for python, target in _OPERATORS.items():
        METHODS[f"__i{python}__"] = METHODS[f"{target}_"]
    for name, function in METHODS.items():
        setattr(Tensor, name, function)
