"""The state of a module by name: taking it out as a dict, and putting it back in."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd import Tensor, no_grad
from nn.parameter import Parameter
from nn.uninitialized import Uninitialized

if TYPE_CHECKING:
    from nn.module import Module


class IncompatibleKeys(NamedTuple):
    """What `load_state_dict` returns: names that one side has and the other has not."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return (
            f"{type(self).__name__}(missing_keys={self.missing_keys!r}, "
            f"unexpected_keys={self.unexpected_keys!r})"
        )


def entries(module: Module) -> Iterator[tuple[str, Tensor]]:
    """Every parameter and persistent buffer with its full name, once for each name.

    >>> from nn.state import entries
    >>> [name for name, _ in entries(nn.Sequential(nn.Linear(2, 1)))]
    ['0.weight', '0.bias']
    """
    for path, each in module.named_modules(remove_duplicate=False):
        start = f"{path}." if path else ""
        for name, parameter in each._parameters.items():
            if parameter is not None:
                yield start + name, parameter
        for name, buffer in each._buffers.items():
            if buffer is not None and name not in each._non_persistent_buffers_set:
                yield start + name, buffer


def save(module: Module, destination: Any, prefix: str, keep_vars: bool) -> Any:
    """Put the state of ``module`` into ``destination``, a new OrderedDict for None."""
    if destination is None:
        destination = OrderedDict()
    for name, value in entries(module):
        destination[prefix + name] = value if keep_vars else value.detach()
    return destination


def load(
    module: Module, state: Mapping[str, Any], strict: bool, assign: bool = False
) -> IncompatibleKeys:
    """Copy ``state`` into the parameters and buffers of the same names, or put it in their place.

    All is checked before anything is copied, so that an error leaves the module as it was.
    """
    if not isinstance(state, Mapping):
        raise TypeError(
            f"load_state_dict takes a dict of tensors by name, got {type(state).__name__}: "
            "write model.load_state_dict(other.state_dict())"
        )
    own = dict(entries(module))
    optional = {
        f"{path}.{name}" if path else name
        for path, each in module.named_modules(remove_duplicate=False)
        for name in each._optional_state
    }
    missing = [name for name in own if name not in state and name not in optional]
    unexpected = [name for name in state if name not in own]
    problems = []
    if strict and missing:
        problems.append(f"Missing key(s) in state_dict: {_listed(missing)}.")
    if strict and unexpected:
        problems.append(f"Unexpected key(s) in state_dict: {_listed(unexpected)}.")
    for name, target in own.items():
        source = state.get(name, target)
        if not isinstance(source, Tensor):
            problems.append(
                f"{name} must be a Tensor, but it is {type(source).__name__}: "
                "write tensor(value) or from_numpy(array)."
            )
        elif not isinstance(target, Uninitialized) and source.shape != target.shape:
            problems.append(
                f"size mismatch for {name}: copying a param with shape {source.shape} from "
                f"checkpoint, the shape in current model is {target.shape}."
            )
    if problems:
        lines = "\n\t".join(problems)
        raise RuntimeError(
            f"Error(s) in loading state_dict for {type(module).__name__}:\n\t{lines}"
            + ("\nstrict=False loads the names that match." if strict else "")
        )
    with no_grad():
        for name, target in own.items():
            if name not in state:
                continue
            if assign:
                _assign(module, name, target, state[name])
            else:
                if isinstance(target, Uninitialized):
                    target.materialize(state[name].shape)
                target.copy_(state[name])
    return IncompatibleKeys(missing, unexpected)


def _assign(module: Module, name: str, target: Tensor, source: Tensor) -> None:
    path, _, last = name.rpartition(".")
    if isinstance(target, Parameter):
        if isinstance(source, Parameter):
            source.requires_grad_(target.requires_grad)
        else:
            source = Parameter(source, target.requires_grad)
    setattr(module.get_submodule(path), last, source)


def _listed(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
