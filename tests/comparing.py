"""Running one call on both libraries, and holding what comes out against each other."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd
from autograd.registry import FUNCTIONS
from tests.oracle import torch
from tests.samples.build import Dtype, Sample, changed


@dataclass(frozen=True)
class Library:
    """What is needed of a library to run a sample on it."""

    tensor: Callable[[np.ndarray], Any]
    kind: type
    dtype: Callable[[str], Any]
    function: Callable[[str], Any]
    grad: Callable[..., Any]


OURS = Library(autograd.from_numpy, autograd.Tensor, np.dtype, FUNCTIONS.__getitem__, autograd.grad)
THEIRS = Library(
    torch.from_numpy,
    torch.Tensor,
    lambda name: getattr(torch, name),
    lambda name: getattr(torch, name),
    torch.autograd.grad,
)


def call(library: Library, name: str, sample: Sample, leaves: list[Any] | None = None) -> Any:
    """Call operator ``name`` with drawn arguments; float tensors go to ``leaves``, if given."""

    def convert(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            tensor = library.tensor(value)
            if leaves is not None and value.dtype.kind == "f":
                leaves.append(tensor.requires_grad_())
            return tensor
        return library.dtype(value.name) if type(value) is Dtype else value

    given = changed(sample, convert)
    return invoke(library, name, given.args, given.kwargs)


def invoke(library: Library, name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """A function where there is one, else a method or a property; in-place on a clone."""
    if name == "__setitem__":
        target = args[0].clone()
        target[args[1]] = args[2]
        return target
    if name == "__iter__":
        return tuple(args[0])
    if name.endswith("_") and not name.endswith("__"):
        target = args[0].clone()
        result = getattr(target, name)(*args[1:], **kwargs)
        assert result is target
        return result
    function = library.function(name) if name in FUNCTIONS else getattr(library.kind, name)
    if not callable(function):
        return getattr(args[0], name)
    return function(*args, **kwargs)


def tensors(result: Any) -> list[Any]:
    """The tensors in a result, in order."""
    if isinstance(result, (tuple, list)):
        return [tensor for part in result for tensor in tensors(part)]
    return [] if result is None else [result]


def recorded(result: Any) -> list[Any]:
    """The tensors in a result that carry a gradient."""
    return [tensor for tensor in tensors(result) if tensor.requires_grad]


def plain(tensor: Any) -> np.ndarray:
    """The numbers of a tensor of either library."""
    return np.asarray(tensor.numpy(force=True))


def dtype_of(tensor: Any) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def same(ours: Any, theirs: Any, rtol: float = 1e-10, atol: float = 1e-12) -> None:
    """Require equal dtype and shape, and equal numbers up to rounding; nan equals nan."""
    assert isinstance(ours, autograd.Tensor), type(ours)
    found, wanted = (dtype_of(ours), ours.shape), (dtype_of(theirs), tuple(theirs.shape))
    assert found == wanted, f"{found}, torch {wanted}"
    np.testing.assert_allclose(plain(ours), plain(theirs), rtol=rtol, atol=atol)


def same_result(ours: Any, theirs: Any, rtol: float = 1e-10, atol: float = 1e-12) -> None:
    """`same` for each tensor of a result, which has the same structure and field names."""
    assert isinstance(ours, tuple) == isinstance(theirs, (tuple, list)), (ours, theirs)
    if isinstance(ours, tuple):
        names = [name for name in ("values", "indices") if hasattr(theirs, name)]
        assert names == [name for name in ("values", "indices") if hasattr(ours, name)]
    mine, other = tensors(ours), tensors(theirs)
    assert len(mine) == len(other)
    for a, b in zip(mine, other, strict=True):
        same(a, b, rtol, atol)


def outcome(run: Callable[[], Any]) -> Any:
    """What ``run`` returns, or the exception that it raises."""
    try:
        return run()
    except Exception as error:
        return error


def same_refusal(ours: Any, theirs: Exception) -> None:
    """Require an exception of torch's type: of the builtin that torch's is, or derives from."""
    assert isinstance(ours, Exception), f"torch raises {theirs!r}, this gives {ours!r}"
    kind = next(base for base in type(theirs).__mro__ if hasattr(builtins, base.__name__))
    kind = RuntimeError if kind is NotImplementedError else kind
    assert isinstance(ours, kind), f"torch raises {theirs!r}, this {ours!r}"


def differences(check: Callable[[], Any]) -> str:
    """What ``check`` finds wrong, in a line; empty where nothing is."""
    try:
        check()
    except AssertionError as error:
        return " ".join(str(error).split())[:300] or "not the same"
    return ""


def weights(outputs: Sequence[Any], seed: int = 0) -> list[np.ndarray]:
    """Random gradients for outputs, read-only, as a user may give them."""
    rng = np.random.default_rng(seed)
    found = []
    for output in outputs:
        weight = rng.uniform(0.5, 1.5, tuple(output.shape)).astype(dtype_of(output))
        weight.flags.writeable = False
        found.append(weight)
    return found


def gradients(library: Library, outputs: Sequence[Any], inputs: Any, grads: Any, **kw: Any) -> Any:
    """The gradients of what carries one, as zeros where nothing flows."""
    live = [(output, g) for output, g in zip(outputs, grads, strict=True) if output.requires_grad]
    if not live or not inputs:
        return [library.tensor(np.zeros(tuple(x.shape), dtype_of(x))) for x in inputs]
    roots, given = zip(*live, strict=True)
    return library.grad(roots, inputs, given, materialize_grads=True, **kw)
