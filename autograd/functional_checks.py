"""What the functions of `autograd.functional` share: their arguments, checks and gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.backward import grad
from autograd.creation_like import zeros_like
from autograd.tensor import Tensor, wrap

Tensors = tuple[Tensor, ...]

OUTPUTS = "outputs of the user-provided function"
"""What `as_tensors` calls the results of ``func``."""


def as_tensors(given: Any, what: str, name: str) -> tuple[Tensors, bool]:
    """``given`` as a tuple of tensors, and whether it was one; raises TypeError otherwise."""
    many = isinstance(given, tuple)
    tensors: tuple[Any, ...] = given if many else (given,)
    for index, tensor in enumerate(tensors):
        if not isinstance(tensor, Tensor):
            place = f"value at index {index}" if many else f"given {what}"
            raise TypeError(
                f"The {what} given to {name} must be either a Tensor or a tuple of Tensors but the "
                f"{place} has type {type(tensor)}."
            )
    return tensors, many


def shapes(tensors: Sequence[Tensor]) -> str:
    """How many there are and their shapes, for an error text."""
    return f"{len(tensors)} of shapes {[tensor.shape for tensor in tensors]}"


def one_number(outputs: Tensors, many: bool, name: str) -> Tensor:
    """The only output, which has one element; raises RuntimeError otherwise."""
    if many:
        raise RuntimeError(
            f"The function given to {name} should return a single Tensor, not a tuple of "
            f"{len(outputs)}"
        )
    if outputs[0].numel() != 1:
        raise RuntimeError(
            f"The Tensor returned by the function given to {name} should contain a single element, "
            f"not have shape {outputs[0].shape}; write .sum(), or use jacobian"
        )
    return outputs[0]


def check_strategy(argument: str, strategy: str) -> None:
    """Raise for every strategy but reverse mode."""
    if strategy == "forward-mode":
        raise NotImplementedError(
            f'{argument}="forward-mode" needs forward-mode differentiation, which does not exist '
            'here; write "reverse-mode"'
        )
    if strategy != "reverse-mode":
        raise AssertionError(f'Expected strategy to be "reverse-mode", got {strategy!r}')


def entered(tensors: Tensors, create_graph: bool, record: bool = True) -> Tensors:
    """New tensors on the same memory: what ``func`` captured elsewhere is another variable."""
    fresh = []
    for tensor in tensors:
        if create_graph and tensor.requires_grad:
            fresh.append(tensor.view_as(tensor))
        else:
            fresh.append(tensor.detach().requires_grad_(record))
    return tuple(fresh)


def vector(v: Any, like: Tensors, many: bool, create_graph: bool, name: str) -> Tensors | None:
    """The user's vector, checked against the tensors whose shapes it must have."""
    if v is None:
        if len(like) != 1 or like[0].numel() != 1:
            raise RuntimeError(
                "The vector v can only be None if the input to the user-provided function is a "
                f"single Tensor with a single element, not {shapes(like)}"
            )
        return None
    parts, _ = as_tensors(v, "v", name)
    if len(parts) != len(like):
        if many:
            raise RuntimeError(
                f"v is a tuple of invalid length: should be {len(like)} but got {len(parts)}."
            )
        raise RuntimeError("The given v should contain a single Tensor.")
    for index, (part, other) in enumerate(zip(parts, like, strict=True)):
        if part.shape != other.shape:
            entry = f"Entry {index} in " if many else ""
            raise RuntimeError(
                f"{entry}v has invalid size: should be {other.shape} but got {part.shape}."
            )
    return entered(parts, create_graph, record=False)


def gradients(
    outputs: Sequence[Tensor | None],
    inputs: Tensors,
    weights: Sequence[Tensor] | None,
    create_graph: bool,
    retain_graph: bool | None = None,
) -> tuple[Tensor | None, ...]:
    """`grad` of those outputs that depend on anything; None for inputs that do not matter."""
    given: Sequence[Tensor | None] = [None] * len(outputs) if weights is None else weights
    live = [
        (output, weight)
        for output, weight in zip(outputs, given, strict=True)
        if output is not None and output.requires_grad
    ]
    if not live:
        return (None,) * len(inputs)
    return grad(
        [output for output, _ in live],
        inputs,
        [weight for _, weight in live],
        retain_graph=retain_graph,
        create_graph=create_graph,
        allow_unused=True,
    )


_INDEPENDENT = {
    "back": "The output of the user-provided function is independent of input {}. This is not "
    "allowed in strict mode.",
    "back_trick": "The gradient with respect to the input is independent of entry {} in the "
    "grad_outputs when using the double backward trick to compute forward mode gradients. This is "
    "not allowed in strict mode.",
    "double_back": "The jacobian of the user-provided function is independent of input {}. This "
    "is not allowed in strict mode.",
    "double_back_trick": "The hessian of the user-provided function is independent of entry {} in "
    "the grad_jacobian. This is not allowed in strict mode as it prevents from using the double "
    "backward trick to replace forward mode AD.",
}


def filled(
    found: Sequence[Tensor | None], like: Tensors, strict: bool, create_graph: bool, stage: str
) -> Tensors:
    """Zeros where nothing was found; what ``strict`` refuses, raises."""
    for index, g in enumerate(found):
        if strict and g is None:
            raise RuntimeError(_INDEPENDENT[stage].format(index))
        if strict and create_graph and g is not None and not g.requires_grad:
            what = "hessian" if "double" in stage else "jacobian"
            raise RuntimeError(
                f"The {what} of the user-provided function is independent of input {index}. This "
                "is not allowed in strict mode when create_graph=True."
            )
    return tuple(zeros_like(x) if g is None else g for g, x in zip(found, like, strict=True))


_CONSTANT = {
    "outputs": "Output {} of the user-provided function does not require gradients. The outputs "
    "must be computed in a differentiable manner from the input when running in strict mode.",
    "grad_inputs": "The gradient with respect to input {} is independent of the inputs of the "
    "user-provided function. This is not allowed in strict mode.",
    "jacobian": "While computing the hessian, found that the jacobian of the user-provided "
    "function with respect to input {} is independent of the input. This is not allowed in strict "
    "mode. You should ensure that your function is twice differentiable and that the jacobian "
    "depends on the inputs (this would be violated by a linear function for example).",
    "hessian": "The hessian of the user-provided function with respect to input {} is independent "
    "of the input. This is not allowed in strict mode. You should ensure that your function is "
    "thrice differentiable and that the hessian depends on the inputs.",
}


def check_depends(tensors: Sequence[Tensor | None], kind: str, strict: bool) -> None:
    """What ``strict`` demands of a stage: that every tensor of it depends on the inputs."""
    if not strict:
        return
    for index, tensor in enumerate(tensors):
        if tensor is None:
            raise RuntimeError(_INDEPENDENT["back"].format(index))
        if not tensor.requires_grad:
            raise RuntimeError(_CONSTANT[kind].format(index))


def given_back(tensors: Tensors, many: bool, create_graph: bool) -> Any:
    """The result as the user gets it: without history, unless it was asked for."""
    if not create_graph:
        tensors = tuple(wrap(tensor._memory()) for tensor in tensors)
    return tensors if many else tensors[0]
