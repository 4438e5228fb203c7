"""Where gradients go: hooks, retained gradients, and the ``.grad`` of leaves."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import pixels
from autograd.graph import Leaf, Node, touch
from autograd.lent_gradient import LentGradient
from autograd.tensor import Tensor, wrap

Gradient = Any
"""A raw array, or a tensor under ``create_graph``; None where nothing flowed."""


def add(total: Gradient, part: Gradient) -> Gradient:
    """``total + part``, in the memory of ``total`` where that is an array."""
    if part is None:
        return total
    if isinstance(total, np.ndarray) and type(part) is not Tensor:
        total += part
        return total
    return total + part


def hooked(vertex: Any, g: Gradient, create_graph: bool) -> Gradient:
    """Run the hooks of a vertex, and keep its gradient where that was asked for."""
    extra = vertex.extra
    if type(vertex) is Node and vertex.op.outputs:
        return g
    for hook in list(extra.hooks.values()):
        given = g if isinstance(g, Tensor) else wrap(g)
        result = hook(given)
        if result is not None:
            _check_hooked(hook, result, given)
            g = result if create_graph else result._array
    if extra.hooks and type(vertex) is Leaf and type(g) is np.ndarray:
        g = g.copy()  # the hook may have kept what it was given, or given what it keeps
    tensor = None if extra.retain is None else extra.retain()
    if tensor is not None:
        add_to_grad(tensor, g.copy() if type(g) is np.ndarray else g)
    return g


def _check_hooked(hook: Callable[..., Any], result: Any, given: Tensor) -> None:
    """Raise where a hook returns what cannot stand in the gradient's place."""
    name = getattr(hook, "__name__", repr(hook))
    if not isinstance(result, Tensor):
        raise TypeError(
            f"expected Variable, but hook returned '{type(result).__name__}': hook {name!r} must "
            "return a tensor, or None to leave the gradient as it is"
        )
    if result.shape != given.shape:
        raise RuntimeError(
            f"hook {name!r} has changed the size of value: it got a gradient of shape "
            f"{given.shape} and returned one of shape {result.shape}"
        )
    if result.dtype != given.dtype:
        raise RuntimeError(
            f"hook {name!r} has changed the type of value (was: {given.dtype} got: "
            f"{result.dtype}): write grad.to(dtype)"
        )


_grad_lock = threading.Lock()


def accumulate(leaf: Leaf, g: Gradient) -> None:
    """Add ``g`` to the ``.grad`` of the leaf's tensor, where somebody still holds it."""
    tensor = leaf.ref()
    if tensor is not None and tensor._node is leaf:
        with _grad_lock:  # threads may run backward into the same leaf
            add_to_grad(tensor, g)
        if leaf.extra is not None:
            for hook in list(leaf.extra.after.values()):
                if hook(tensor) is not None:
                    raise RuntimeError(
                        "Tensor post accumulate grad hooks should return None: "
                        f"{getattr(hook, '__name__', repr(hook))!r} may change tensor.grad in place"
                    )


def add_to_grad(tensor: Tensor, g: Gradient) -> None:
    """Add ``g`` to the ``.grad`` of ``tensor``.

    The first gradient is kept as it comes, later ones are added in its memory. Under
    ``create_graph`` ``g`` is a tensor that others may hold: it is copied, and a new sum is
    made, so that the old one keeps its graph.
    """
    known = getattr(tensor, "_grad", None)
    if type(known) is LentGradient:
        known = tensor.grad
    if known is None:
        if type(g) is np.ndarray and (g.base is not None or not g.flags.writeable):
            g = g.copy("K" if pixels.is_hidden(g) else "C")
        tensor._grad = np.copy(g) if type(g) is Tensor else g
    elif type(g) is Tensor:
        tensor._grad = known + g
    elif type(known) is Tensor:
        known._hold(add(known._array, g))
        touch(known._guard())
    else:
        tensor._grad = add(known, g)
