"""Hooks on the gradients of a whole module: those of its outputs, then those of its inputs."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograd import Function, Tensor, is_grad_enabled

if TYPE_CHECKING:
    from nn.module import Module

Grads = tuple[Any, ...]
Hooked = list[Callable[..., Any]]


class BackwardHook(Function):
    """Passes tensors on, and their gradients through a function of all of them."""

    @staticmethod
    def forward(ctx: Any, through: Callable[[Grads], Grads], fill: bool, *tensors: Tensor) -> Any:
        """The tensors, as views."""
        ctx.through = through
        ctx.set_materialize_grads(fill)
        passed = tuple(each.view_as(each) for each in tensors)
        constant = (new for new, old in zip(passed, tensors, strict=True) if not old.requires_grad)
        ctx.mark_non_differentiable(*constant)
        return passed

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        """What the function makes of the gradients."""
        return None, None, *ctx.through(grads)


class BackwardHooks:
    """The hooks of one call of a module, between its inputs and its outputs."""

    def __init__(self, module: Module, hooks: Hooked, pre_hooks: Hooked) -> None:
        self.module = module
        self.hooks = hooks
        self.pre_hooks = pre_hooks
        self.inputs: list[int] | None = None  # the places of the tensors, where one requires grad
        self.outputs: list[int] = []
        self.counts = [0, 0]
        self.grad_outputs: Grads | None = None  # known between outputs and inputs

    def enter(self, args: Grads) -> Grads:
        """The arguments, whose gradients the hooks will see."""
        self.counts[0] = len(args)
        places = _live(args)
        if places:
            self.inputs = places
            args = _passed(args, places, self._at_inputs, True)
        return args

    def leave(self, output: Any) -> Any:
        """The output, whose gradients the hooks will see."""
        results = output if isinstance(output, tuple) else (output,)
        if not isinstance(output, (Tensor, tuple)):
            warnings.warn(
                "For backward hooks to be called, module output should be a Tensor or a tuple of "
                f"Tensors but received {type(output)}",
                stacklevel=4,
            )
            return output
        self.counts[1] = len(results)
        self.outputs = _live(results)
        if not self.outputs:
            return output
        results = _passed(results, self.outputs, self._at_outputs, False)
        return results if isinstance(output, tuple) else results[0]

    def _at_outputs(self, grads: Grads) -> Grads:
        found = _packed(grads, self.outputs, self.counts[1])
        for hook in self.pre_hooks:
            found = _replaced(hook(self.module, found), found, "grad_output")
        self.grad_outputs = found
        if self.inputs is None and self.hooks:
            warnings.warn(
                "Full backward hook is firing when gradients are computed with respect to module "
                "outputs since no inputs require gradients.",
                stacklevel=2,
            )
            for hook in self.hooks:
                result = hook(self.module, (None,) * self.counts[0], found)
                if result is not None and not all(each is None for each in result):
                    raise RuntimeError(
                        "Backward hook for Modules where no input requires gradient should always "
                        "return None or None for all gradients."
                    )
        return tuple(found[place] for place in self.outputs)

    def _at_inputs(self, grads: Grads) -> Grads:
        if self.inputs is None or self.grad_outputs is None:
            return grads  # what flows has not come through the outputs, as in a second order
        found = _packed(grads, self.inputs, self.counts[0])
        for hook in self.hooks:
            found = _replaced(hook(self.module, found, self.grad_outputs), found, "grad_input")
        self.grad_outputs = None
        return tuple(found[place] for place in self.inputs)


def _live(values: Grads) -> list[int]:
    """The places of the tensors, if what becomes of one of them is recorded."""
    places = [place for place, each in enumerate(values) if isinstance(each, Tensor)]
    recorded = is_grad_enabled() and any(values[place].requires_grad for place in places)
    return places if recorded else []


def _passed(
    values: Grads, places: list[int], through: Callable[[Grads], Grads], fill: bool
) -> Grads:
    changed = BackwardHook.apply(through, fill, *(values[place] for place in places))
    new = list(values)
    for place, each in zip(places, changed, strict=True):
        new[place] = each
    if type(values) is tuple:
        return tuple(new)
    return type(values)(*new)  # a named tuple


def _packed(grads: Grads, places: list[int], count: int) -> Grads:
    """Gradients at the places of the tensors, None elsewhere."""
    known = dict(zip(places, grads, strict=True))
    return tuple(known.get(place) for place in range(count))


def _replaced(result: Any, grads: Grads, name: str) -> Grads:
    """What a hook returned in place of the gradients; None leaves them."""
    if result is None:
        return grads
    new = result if isinstance(result, tuple) else (result,)
    if len(new) != len(grads):
        raise RuntimeError(
            f"Backward hook returned an invalid number of {name}, got {len(new)}, but expected "
            f"{len(grads)}"
        )
    return new
