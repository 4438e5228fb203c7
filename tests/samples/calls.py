"""Calling an operator with a sample on either library, and taking gradients of the result."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np

import autograd
import nn
from autograd.registry import FUNCTIONS
from tests.both import dtype_of, tensors
from tests.samples.build import TABLE, Dtype, Sample, changed


def call(lib: Any, name: str, sample: Sample, leaves: list[Any] | None = None) -> Any:
    """Call operator ``name`` with drawn arguments; float tensors go to ``leaves``, if given."""

    def convert(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            tensor = lib.from_numpy(value)
            if leaves is not None and value.dtype.kind == "f":
                leaves.append(tensor.requires_grad_())
            return tensor
        return getattr(lib, value.name) if type(value) is Dtype else value

    given = changed(sample, convert)
    row = TABLE.rows.get(name)
    if row and row.random:
        lib.manual_seed(0)
    result = invoke(lib, name, given.args, given.kwargs)
    return row.seen(result) if row and row.seen else result


def changes_in_place(name: str) -> bool:
    """Whether this is the name of an in-place method, as ``add_``: ``__add__`` is not."""
    return name.endswith("_") and not name.endswith("__")


def invoke(lib: Any, name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """A function where there is one, else a method or a property; in-place on a clone."""
    if name == "__setitem__":
        target = args[0].clone()
        target[args[1]] = args[2]
        return target
    if name == "__iter__":
        return tuple(args[0])
    if changes_in_place(name):
        target = args[0].clone()
        function = named(lib, name) if is_function(name) else getattr(lib.Tensor, name)
        result = function(target, *args[1:], **kwargs)
        assert result is target
        return result
    function = named(lib, name)
    if not callable(function):
        return getattr(args[0], name)
    if kwargs.get("inplace"):
        args = (args[0].clone(), *args[1:])
    return function(*args, **kwargs)


def named(lib: Any, name: str) -> Any:
    """A library's function of this name, in a namespace where it has dots, else its method."""
    if name.startswith("nn."):
        return attrgetter(name[3:])(nn if lib is autograd else lib.nn)
    return attrgetter(name)(lib if is_function(name) else lib.Tensor)


def is_function(name: str) -> bool:
    """Whether this name is a function's, not that of a method alone."""
    return name.startswith("nn.") or name in FUNCTIONS


def recorded(result: Any) -> list[Any]:
    """The tensors in a result that carry a gradient."""
    return [each for each in tensors(result) if getattr(each, "requires_grad", False)]


def weights(outputs: Sequence[Any], seed: int = 0) -> list[np.ndarray]:
    """Random gradients for outputs, read-only, as a user may give them."""
    rng = np.random.default_rng(seed)
    found = []
    for output in outputs:
        weight = rng.uniform(0.5, 1.5, tuple(output.shape)).astype(dtype_of(output))
        weight.flags.writeable = False
        found.append(weight)
    return found


def gradients(lib: Any, outputs: Sequence[Any], inputs: Any, grads: Any, **options: Any) -> Any:
    """The gradients of what carries one, as zeros where nothing flows."""
    live = [(output, g) for output, g in zip(outputs, grads, strict=True) if output.requires_grad]
    if not live or not inputs:
        return [lib.from_numpy(np.zeros(tuple(x.shape), dtype_of(x))) for x in inputs]
    roots, given = zip(*live, strict=True)
    return lib.autograd.grad(roots, inputs, given, **{"materialize_grads": True, **options})
