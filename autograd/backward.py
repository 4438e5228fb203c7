"""What users call to run backward: `backward` and `grad`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import engine
from autograd.accumulation import add_to_grad
from autograd.anomaly import Watched
from autograd.arguments import a_tensor
from autograd.grad_mode import enter as enter_mode, mode, recorded, recording
from autograd.graph import Vertex
from autograd.scopes import enter as enter_scope, scope
from autograd.tensor import Tensor, wrap


def backward(
    tensors: Tensor | Sequence[Tensor],
    grad_tensors: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Tensor | Sequence[Tensor] | None = None,
) -> None:
    """Add to every leaf's ``.grad`` the gradient of the sum of ``tensors``.

    ``grad_tensors`` weighs their entries (for tensors of more than one element it must be
    there); ``inputs`` restricts the run to those tensors. Raises RuntimeError as
    `torch.autograd.backward` does.

    >>> x = tensor(3.0, requires_grad=True)
    >>> backward([x * 2, x * x])
    >>> x.grad
    tensor(8.)
    """
    roots = _roots(_sequence(tensors), grad_tensors, create_graph)
    keep = create_graph if retain_graph is None else retain_graph
    if inputs is None:
        _run(roots, keep, create_graph, None)
        return
    targets = _sequence(inputs)
    if not targets:
        raise RuntimeError("'inputs' argument to backward cannot be empty.")
    vertices = [_vertex(target) for target in targets]
    found = _run(roots, keep, create_graph, vertices)
    with recording(grad=create_graph):
        for target, vertex in dict(zip(targets, vertices, strict=True)).items():
            g = found.get(vertex)
            if g is not None and not target.retains_grad:  # retaining has added it
                add_to_grad(target, g.copy() if type(g) is np.ndarray else g)


def grad(
    outputs: Tensor | Sequence[Tensor],
    inputs: Tensor | Sequence[Tensor],
    grad_outputs: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Any, ...]:
    """The gradients of the sum of ``outputs`` with respect to ``inputs``, as a tuple.

    No ``.grad`` changes. With ``create_graph`` the results can be differentiated again.
    An input that the outputs do not depend on raises RuntimeError, gives None with
    ``allow_unused``, and zeros with ``materialize_grads`` (`torch.autograd.grad`).
    ``only_inputs`` is always so. Raises NotImplementedError for ``is_grads_batched``.

    >>> x = tensor(3.0, requires_grad=True)
    >>> (dy,) = grad(x**3, x, create_graph=True)
    >>> (ddy,) = grad(dy, x)
    >>> dy, ddy
    (tensor(27., grad_fn=<MulBackward0>), tensor(18.))
    """
    if is_grads_batched:
        raise NotImplementedError(
            "is_grads_batched: there is no vmap; call grad for each of the gradients with "
            "retain_graph=True and stack what it returns"
        )
    if materialize_grads and allow_unused is False:
        raise ValueError(
            "Expected allow_unused to be True or not passed when materialize_grads=True, "
            "but got: allow_unused=False."
        )
    targets = _sequence(inputs)
    if not targets:
        raise RuntimeError("`inputs` argument to `grad()` cannot be empty.")
    roots = _roots(_sequence(outputs), grad_outputs, create_graph)
    keep = create_graph if retain_graph is None else retain_graph
    vertices = list(map(_vertex, targets))
    found = _run(roots, keep, create_graph, vertices)
    results: list[Tensor | None] = []
    for vertex in vertices:
        g = found.get(vertex)
        if g is not None:
            results.append(_result(g))
            continue
        number = len(results)
        target = targets[number]
        if materialize_grads:
            results.append(wrap(np.zeros(target.shape, target.dtype)))
        elif allow_unused:
            results.append(None)
        else:
            raise RuntimeError(
                "One of the differentiated Tensors appears to not have been used in the graph: "
                f"inputs[{number}], of shape {target.shape}. Set allow_unused=True if this is the "
                "desired behavior, or materialize_grads=True for zeros."
            )
    return tuple(results)


@np.errstate(all="ignore")  # around the function, at half the cost of a with in it
def _run(
    roots: list[tuple[Vertex, Any]],
    keep: bool,
    create_graph: bool,
    wanted: list[Vertex] | None,
) -> dict[Vertex, Any]:
    """Run the engine with the recording that it needs, and with IEEE results kept silent.

    The scope that is open afterwards is the one before: under ``create_graph`` the engine opens
    one for every node.
    """
    now, outside = mode(), scope()
    then = recorded(now, create_graph)
    if then is not now:
        enter_mode(then)
    watch: Any = Watched if now.anomaly else None
    try:
        return engine.run(roots, keep=keep, create_graph=create_graph, wanted=wanted, watch=watch)
    finally:
        if then is not now:
            enter_mode(now)
        enter_scope(outside)


def _sequence(tensors: Tensor | Sequence[Tensor]) -> Sequence[Tensor]:
    """One tensor or several; raises TypeError for anything else."""
    if tensors.__class__ is Tensor:
        return (tensors,)
    given = tensors if isinstance(tensors, (list, tuple)) else (tensors,)
    for each in given:
        if each.__class__ is not Tensor:
            a_tensor("grad", each)
    return given


def _vertex(target: Tensor) -> Vertex:
    if target._node is None:
        raise RuntimeError(
            "One of the differentiated Tensors does not require grad: "
            f"the input of shape {target.shape}; write x.requires_grad_() before it is used"
        )
    return target._node


def _result(g: Any) -> Tensor:
    """A gradient as the user gets it: a tensor with memory that can be written."""
    if isinstance(g, Tensor):
        return g
    if type(g) is np.ndarray and not g.flags.writeable:
        g = g.copy()
    return wrap(g)


def _roots(
    outputs: Sequence[Tensor],
    weights: Tensor | Sequence[Tensor | None] | None,
    create_graph: bool,
) -> list[tuple[Vertex, Any]]:
    """Each output's vertex with the gradient that it starts from."""
    given: Sequence[Tensor | None]
    if weights is None:
        given = (None,) * len(outputs)
    else:
        given = (weights,) if isinstance(weights, Tensor) else tuple(weights)
        if len(given) != len(outputs):
            raise RuntimeError(f"got {len(outputs)} tensors and {len(given)} gradients")
    roots: list[tuple[Vertex, Any]] = []
    for output, weight in zip(outputs, given):  # noqa: B905 - of one length; strict costs time
        vertex = output._node
        if vertex is None:
            raise RuntimeError(
                f"element {len(roots)} of tensors does not require grad and does not have a "
                "grad_fn: no operation on it was recorded. Give an input requires_grad=True, and "
                "compute the output outside no_grad()."
            )
        roots.append((vertex, _weight(output, weight, create_graph)))
    return roots


def _weight(output: Tensor, weight: Any, create_graph: bool) -> Any:
    """The gradient an output starts with: 1 for a scalar, else what the user gave."""
    if weight is None:
        array = output._array
        if array.size != 1:
            raise RuntimeError(
                "grad can be implicitly created only for scalar outputs, but this one has shape "
                f"{output.shape}; write y.sum().backward() or y.backward(gradient)"
            )
        one = np.ones(array.shape, array.dtype) if array.ndim else array.dtype.type(1)
        return wrap(one) if create_graph else one
    if not isinstance(weight, Tensor):
        raise TypeError(f"gradients can be either Tensors or None, but got {type(weight).__name__}")
    if weight.shape != output.shape:
        raise RuntimeError(
            f"Mismatch in shape: grad_output has a shape of {weight.shape} and output has a "
            f"shape of {output.shape}."
        )
    return weight if create_graph else weight._array
