"""Derivatives of functions as functions: `jacobian`, `hessian` and products with vectors.

What is computed, how results nest and what ``strict`` refuses is as in
`torch.autograd.functional`. Each takes ``func``, a function of tensors that returns a
tensor or a tuple of them, and ``inputs``, a tensor or a tuple.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.creation import zeros
from autograd.creation_like import zeros_like
from autograd.functional_checks import (
    OUTPUTS,
    Tensors,
    as_tensors,
    check_depends,
    check_strategy,
    entered,
    filled,
    given_back,
    gradients,
    one_number,
    shapes,
    vector,
)
from autograd.grad_mode import enable_grad, is_grad_enabled, set_grad_enabled
from autograd.ops.joining import stack
from autograd.tensor import Tensor, wrap

Func = Callable[..., Any]

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]


def vjp(
    func: Func,
    inputs: Tensor | Tensors,
    v: Tensor | Tensors | None = None,
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Any, Any]:
    """``func(inputs)``, and the product of ``v`` with its Jacobian: one backward.

    ``v`` has the shapes of the outputs; None stands for 1 where that is one number. The
    product has the shapes of the inputs: ``sum_i v_i * d out_i / d in_j``.

    ``create_graph`` makes both results differentiable. ``strict`` raises RuntimeError where
    an output does not depend on an input, instead of giving zeros.
    (`torch.autograd.functional.vjp`)

    >>> functional.vjp(lambda x: x * x, tensor([1.0, 2.0]), tensor([1.0, 10.0]))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    with enable_grad():
        given, many = as_tensors(inputs, "inputs", "vjp")
        given = entered(given, create_graph)
        outputs, many_out = as_tensors(func(*given), OUTPUTS, "vjp")
        check_depends(outputs, "outputs", strict)
        if v is None:
            if len(outputs) != 1 or outputs[0].numel() != 1:
                raise RuntimeError(
                    "The vector v can only be None if the user-provided function returns a single "
                    f"Tensor with a single element, not {shapes(outputs)}"
                )
            weights = None
        else:
            weights = vector(v, outputs, many_out, create_graph, "vjp")
    with set_grad_enabled(create_graph or is_grad_enabled()):
        found = gradients(outputs, given, weights, create_graph)
        product = filled(found, given, strict, create_graph, "back")
    return given_back(outputs, many_out, create_graph), given_back(product, many, create_graph)


def jvp(
    func: Func,
    inputs: Tensor | Tensors,
    v: Tensor | Tensors | None = None,
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Any, Any]:
    """``func(inputs)``, and the product of its Jacobian with ``v``: backward of backward.

    ``v`` has the shapes of the inputs; None stands for 1 where that is one number. The
    product has the shapes of the outputs: ``sum_j d out_i / d in_j * v_j``. It is the
    gradient of the vector-Jacobian product, which is linear in its vector, with respect to
    that vector. The rest is as for `vjp` (`torch.autograd.functional.jvp`).

    >>> functional.jvp(lambda x: x * x, tensor([1.0, 2.0]), tensor([1.0, 10.0]))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    with enable_grad():
        given, many = as_tensors(inputs, "inputs", "jvp")
        given = entered(given, create_graph)
        weights = vector(v, given, many, create_graph, "jvp")
        outputs, many_out = as_tensors(func(*given), OUTPUTS, "jvp")
        check_depends(outputs, "outputs", strict)
        dual = tuple(zeros_like(out, requires_grad=True) for out in outputs)
        back = gradients(outputs, given, dual, create_graph=True)
        check_depends(back, "grad_inputs", strict)
    with set_grad_enabled(create_graph or is_grad_enabled()):
        found = gradients(back, dual, weights, create_graph)
        product = filled(found, outputs, strict, create_graph, "back_trick")
    return (
        given_back(outputs, many_out, create_graph),
        given_back(product, many_out, create_graph),
    )


def jacobian(
    func: Func,
    inputs: Tensor | Tensors,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """The derivative of every output entry with respect to every input entry.

    For one output and one input a tensor of shape ``out.shape + in.shape``; where one of
    them is a tuple, a tuple of these; where both are, ``jacobian[i][j]`` is that of output
    i and input j. One backward for each output entry, also with ``vectorize``.

    Raises NotImplementedError for ``strategy="forward-mode"``; ``create_graph`` and
    ``strict`` are as for `vjp` (`torch.autograd.functional.jacobian`).

    >>> functional.jacobian(lambda x: x * x, tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    check_strategy("jacobian: strategy", strategy)
    if vectorize and strict:
        raise RuntimeError(
            "jacobian: `strict=True` and `vectorized=True` are not supported together. Please "
            "either set `strict=False` or `vectorize=False`."
        )
    with enable_grad():
        given, many = as_tensors(inputs, "inputs", "jacobian")
        given = entered(given, create_graph)
        outputs, many_out = as_tensors(func(*given), OUTPUTS, "jacobian")
        check_depends(outputs, "outputs", strict)
        rows = tuple(_rows(i, out, given, create_graph, strict) for i, out in enumerate(outputs))
    nested = tuple(given_back(row, many, create_graph) for row in rows)
    return nested if many_out else nested[0]


def _rows(
    number: int, output: Tensor, inputs: Tensors, create_graph: bool, strict: bool
) -> Tensors:
    """The Jacobian of one output: for each input the stacked gradients of its entries."""
    parts: list[list[Tensor]] = [[] for _ in inputs]
    for j in range(output.numel()):
        row = np.zeros(output.shape, output.dtype)
        row.flat[j] = 1
        found = gradients((output,), inputs, (wrap(row),), create_graph, retain_graph=True)
        for i, (g, x) in enumerate(zip(found, inputs, strict=True)):
            if g is not None and strict and create_graph and not g.requires_grad:
                raise RuntimeError(
                    "The jacobian of the user-provided function is independent of input "
                    f"{i}. This is not allowed in strict mode when create_graph=True."
                )
            if g is None and strict:
                raise RuntimeError(
                    f"Output {number} of the user-provided function is independent of input {i}. "
                    "This is not allowed in strict mode."
                )
            parts[i].append(zeros_like(x) if g is None else g)
    return tuple(
        stack(part).reshape(output.shape + x.shape)
        if part
        else zeros(output.shape + x.shape, dtype=x.dtype)
        for part, x in zip(parts, inputs, strict=True)
    )


def hessian(
    func: Func,
    inputs: Tensor | Tensors,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """The second derivatives of a function whose result is one number.

    For one input a tensor of shape ``in.shape + in.shape``; for a tuple, ``hessian[i][j]``
    is that of inputs i and j. It is the Jacobian of the Jacobian; the arguments are as for
    `jacobian`. Raises RuntimeError where ``func`` returns more than one number
    (`torch.autograd.functional.hessian`).

    >>> functional.hessian(lambda x: (x * x * x).sum(), tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    check_strategy("hessian: outer_jacobian_strategy", outer_jacobian_strategy)
    given, many = as_tensors(inputs, "inputs", "hessian")

    def number(*inputs: Tensor) -> Tensor:
        outputs, many_out = as_tensors(func(*inputs), OUTPUTS, "hessian")
        check_depends(outputs, "outputs", strict)
        return one_number(outputs, many_out, "hessian").reshape(())

    def inner(*inputs: Tensor) -> Tensors:
        first: Tensors = jacobian(number, inputs, create_graph=True)
        check_depends(first, "jacobian", strict)
        return first

    result = jacobian(inner, given, create_graph, strict, vectorize)
    return result if many else result[0][0]


def vhp(
    func: Func,
    inputs: Tensor | Tensors,
    v: Tensor | Tensors | None = None,
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Any, Any]:
    """``func(inputs)``, one number, and the product of ``v`` with its Hessian.

    ``v`` and the product have the shapes of the inputs; None stands for 1 where that is
    one number. Two backward runs, whatever the size; the rest is as for `vjp`
    (`torch.autograd.functional.vhp`).

    >>> functional.vhp(lambda x: (x * x * x).sum(), tensor([1.0, 2.0]), tensor([1.0, 10.0]))
    (tensor(9.), tensor([  6., 120.]))
    """
    with enable_grad():
        given, many, weights, outputs, first = _first("vhp", func, inputs, v, create_graph, strict)
    with set_grad_enabled(create_graph or is_grad_enabled()):
        found = gradients(first, given, weights, create_graph)
        product = filled(found, given, strict, create_graph, "double_back")
    return given_back(outputs, False, create_graph), given_back(product, many, create_graph)


def hvp(
    func: Func,
    inputs: Tensor | Tensors,
    v: Tensor | Tensors | None = None,
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Any, Any]:
    """``func(inputs)``, one number, and the product of its Hessian with ``v``.

    The transpose of `vhp`, which is the same and cheaper wherever the Hessian is symmetric:
    this takes a third backward run (`torch.autograd.functional.hvp`).

    >>> functional.hvp(lambda x: (x * x * x).sum(), tensor([1.0, 2.0]), tensor([1.0, 10.0]))
    (tensor(9.), tensor([  6., 120.]))
    """
    with enable_grad():
        given, many, weights, outputs, first = _first("hvp", func, inputs, v, create_graph, strict)
        dual = tuple(zeros_like(x, requires_grad=True) for x in given)
        second = gradients(first, given, dual, create_graph=True)
        check_depends(second, "hessian", strict)
    with set_grad_enabled(create_graph or is_grad_enabled()):
        found = gradients(second, dual, weights, create_graph)
        product = filled(found, given, strict, create_graph, "double_back_trick")
    return given_back(outputs, False, create_graph), given_back(product, many, create_graph)


def _first(
    name: str,
    func: Func,
    inputs: Any,
    v: Any,
    create_graph: bool,
    strict: bool,
) -> tuple[Tensors, bool, Tensors | None, Tensors, tuple[Tensor | None, ...]]:
    """What both Hessian products start with: the inputs, the vector, the first derivative."""
    given, many = as_tensors(inputs, "inputs", name)
    given = entered(given, create_graph)
    weights = vector(v, given, many, create_graph, name)
    outputs, many_out = as_tensors(func(*given), OUTPUTS, name)
    check_depends(outputs, "outputs", strict)
    one_number(outputs, many_out, name)
    first = gradients(outputs, given, None, create_graph=True)
    check_depends(first, "jacobian", strict)
    return given, many, weights, outputs, first
