"""A module called with other parameters than its own, as a function of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd import Tensor
from nn.module import Module


def functional_call(
    module: Module,
    parameters_and_buffers: Mapping[str, Tensor],
    args: Any = None,
    kwargs: Mapping[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """What ``module`` returns when these tensors stand in the place of its own.

    `torch.func.functional_call`: gradients flow to the given tensors, which need not be
    parameters, so that a step of training can be differentiated. ``args`` is a tuple, or one
    argument. A tensor that the module has under two names is replaced in both
    (``tie_weights``). Names that the module has not are left alone; with ``strict`` they raise
    RuntimeError, as do those that are not given. The module is afterwards as it was.

    >>> layer = nn.Linear(2, 1, bias=False)
    >>> w = tensor([[1.0, 2.0]], requires_grad=True)
    >>> y = nn.utils.stateless.functional_call(layer, {"weight": w}, (tensor([3.0, 4.0]),))
    >>> y
    tensor([11.], grad_fn=<LinearBackward0>)
    """
    own = {
        **dict(module.named_parameters(remove_duplicate=False)),
        **dict(module.named_buffers(remove_duplicate=False)),
    }
    unexpected = [name for name in parameters_and_buffers if name not in own]
    missing = [name for name in own if name not in parameters_and_buffers]
    if strict and (unexpected or missing):
        raise RuntimeError(
            f"functional_call: {type(module).__name__} has no tensor named {unexpected}, and "
            f"{missing} are not given"
        )
    given = {name: each for name, each in parameters_and_buffers.items() if name in own}
    if tie_weights:
        same = {id(own[name]): tensor for name, tensor in given.items()}
        given = {name: same[id(own[name])] for name in own if id(own[name]) in same}
    inputs = () if args is None else args if isinstance(args, tuple) else (args,)
    places = []
    for name, tensor in given.items():
        path, _, last = name.rpartition(".")
        owner = module.get_submodule(path)
        table: dict[str, Any] = owner._parameters if last in owner._parameters else owner._buffers
        places.append((table, last, tensor))
    before = [table[name] for table, name, _ in places]
    try:
        for table, name, tensor in places:
            table[name] = tensor
        return module(*inputs, **(kwargs or {}))
    finally:
        for (table, name, _), tensor in zip(places, before, strict=True):
            table[name] = tensor
