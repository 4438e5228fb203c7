"""Parameters that are computed from others: symmetric, normalised, orthogonal weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from autograd import Tensor, no_grad
from nn.container import ModuleDict, ModuleList
from nn.module import Module
from nn.parameter import Parameter

M = TypeVar("M", bound=Module)

__all__ = [
    "ParametrizationList",
    "cached",
    "is_parametrized",
    "register_parametrization",
    "remove_parametrizations",
    "type_before_parametrizations",
]

_cache: list[dict[tuple[int, str], Tensor]] = []
"""The values computed within each `cached`; the outermost one holds them."""


@contextmanager
def cached() -> Iterator[None]:
    """Within it every parametrised tensor is computed once, however often it is read.

    >>> class Twice(nn.Module):
    ...     def forward(self, x):
    ...         return 2 * x
    >>> layer = nn.utils.parametrize.register_parametrization(nn.Linear(2, 2), "weight", Twice())
    >>> with nn.utils.parametrize.cached():
    ...     layer.weight is layer.weight
    True
    """
    _cache.append(_cache[-1] if _cache else {})
    try:
        yield
    finally:
        _cache.pop()


class ParametrizationList(ModuleList):
    """The steps that compute one tensor, and what they start from.

    `torch.nn.utils.parametrize.ParametrizationList`: ``original``, or ``original0``,
    ``original1``, ... where the first step takes several tensors. Made by
    `register_parametrization`.

    >>> class Twice(nn.Module):
    ...     def forward(self, x):
    ...         return 2 * x
    >>> layer = nn.utils.parametrize.register_parametrization(nn.Linear(2, 2), "weight", Twice())
    >>> [name for name, _ in layer.named_parameters()]
    ['bias', 'parametrizations.weight.original']
    """

    def __init__(self, modules: Sequence[Module], original: Tensor, unsafe: bool = False) -> None:
        if len(modules) == 0:
            raise ValueError("ParametrizationList requires one or more modules.")
        super().__init__(modules)
        self.unsafe = unsafe
        shape, dtype = original.shape, original.dtype
        start: Any = original
        with no_grad():
            for module in reversed([*self]):
                start = _inverse(module, start)
        self.is_tensor = isinstance(start, Tensor)
        self.ntensors = 1 if self.is_tensor else len(_tensors(start))
        if self.is_tensor:
            _same("right_inverse(original).dtype", start.dtype, "original.dtype", dtype)
            if start is not original:
                original.data = start.detach()
            _register(self, "original", original)
        else:
            for number, each in enumerate(_tensors(start)):
                if isinstance(original, Parameter):
                    each = Parameter(each.detach(), original.requires_grad)
                _register(self, f"original{number}", each)
        if not unsafe:
            _check(self(), shape, dtype, "the parametrization")

    def originals(self) -> list[Any]:
        """What the first step takes.

        >>> class Twice(nn.Module):
        ...     def forward(self, x):
        ...         return 2 * x
        >>> layer = nn.utils.parametrize.register_parametrization(
        ...     nn.Linear(2, 2), "weight", Twice())
        >>> len(layer.parametrizations.weight.originals())
        1
        """
        if self.is_tensor:
            return [self.original]
        return [getattr(self, f"original{number}") for number in range(self.ntensors)]

    def right_inverse(self, value: Tensor) -> None:
        """Set the originals so that the steps compute ``value``, as an assignment does.

        Raises RuntimeError where a step has no ``right_inverse``, ValueError where what comes
        out does not fit the originals.

        >>> class Twice(nn.Module):
        ...     def forward(self, x):
        ...         return 2 * x
        ...     def right_inverse(self, y):
        ...         return y / 2
        >>> layer = nn.utils.parametrize.register_parametrization(
        ...     nn.Linear(1, 1), "weight", Twice())
        >>> layer.weight = tensor([[3.0]])
        >>> layer.parametrizations.weight.original.item(), layer.weight.item()
        (1.5, 3.0)
        """
        start: Any = value
        with no_grad():
            for module in reversed([*self]):
                if not hasattr(module, "right_inverse"):
                    raise RuntimeError(
                        f"parametrization {type(module).__name__} does not implement "
                        "right_inverse: what it computes cannot be assigned to"
                    )
                start = module.right_inverse(start)
        if self.is_tensor and not isinstance(start, Tensor):
            raise ValueError(f"`right_inverse` should return a tensor. Got {type(start).__name__}")
        new = [start] if self.is_tensor else _tensors(start)
        if len(new) != self.ntensors:
            raise ValueError(
                f"'right_inverse' must return a sequence of tensors of length {self.ntensors}. "
                f"Got a sequence of length {len(new)}."
            )
        for old, each in zip(self.originals(), new, strict=True):
            _same("right_inverse(value).dtype", each.dtype, "original.dtype", old.dtype)
            old.data = each.detach()

    def forward(self) -> Any:
        """The tensor that the steps compute."""
        first, *others = self
        value = first(*self.originals())
        for module in others:
            value = module(value)
        return value


def register_parametrization(
    module: M, tensor_name: str, parametrization: Module, *, unsafe: bool = False
) -> M:
    """Let a parameter or buffer be what ``parametrization`` computes of it.

    `torch.nn.utils.parametrize.register_parametrization`: ``module.<name>`` is then computed
    whenever it is read, from ``module.parametrizations.<name>.original``; a second one goes on
    from the first. A ``right_inverse`` of the parametrization says where to start from, and
    what an assignment does. Returns the module, whose class is then a subclass of its own.

    Raises ValueError where there is no such tensor, and unless ``unsafe`` where its shape or
    dtype would change.

    >>> class Symmetric(nn.Module):
    ...     def forward(self, x):
    ...         return x.triu() + x.triu(1).T
    >>> layer = nn.utils.parametrize.register_parametrization(
    ...     nn.Linear(3, 3), "weight", Symmetric())
    >>> bool((layer.weight == layer.weight.T).all())
    True
    """
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        steps: Any = module.parametrizations[tensor_name]
        if not unsafe:
            now = getattr(module, tensor_name)
            new = parametrization(now)
            _check(new, now.shape, now.dtype, "the parametrization")
            if hasattr(parametrization, "right_inverse"):
                back = _inverse(parametrization, new)
                _check(back, now.shape, now.dtype, "its right_inverse")
        steps.append(parametrization)
        steps.unsafe |= unsafe
    elif tensor_name in module._parameters or tensor_name in module._buffers:
        original = getattr(module, tensor_name)
        steps = ParametrizationList([parametrization], original, unsafe=unsafe)
        delattr(module, tensor_name)
        if not is_parametrized(module):
            _own_class(module)
            module.parametrizations = ModuleDict()
        _compute_when_read(type(module), tensor_name)
        module.parametrizations[tensor_name] = steps
    else:
        raise ValueError(
            f"Module '{module}' does not have a parameter, a buffer, or a parametrized element "
            f"with name '{tensor_name}'"
        )
    return module


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether this tensor of the module is computed, or without a name whether any is.

    >>> nn.utils.parametrize.is_parametrized(nn.Linear(2, 2), "weight")
    False
    """
    found = getattr(module, "parametrizations", None)
    if not isinstance(found, ModuleDict):
        return False
    return len(found) > 0 if tensor_name is None else tensor_name in found


def remove_parametrizations(module: M, tensor_name: str, leave_parametrized: bool = True) -> M:
    """Make the tensor a parameter or buffer again, with its present value.

    `torch.nn.utils.parametrize.remove_parametrizations`; without ``leave_parametrized`` it is
    the original. Raises ValueError where the tensor is not computed, and where there are
    several originals to leave.

    >>> class Twice(nn.Module):
    ...     def forward(self, x):
    ...         return 2 * x
    >>> layer = nn.utils.parametrize.register_parametrization(nn.Linear(2, 2), "weight", Twice())
    >>> nn.utils.parametrize.remove_parametrizations(layer, "weight")
    Linear(in_features=2, out_features=2, bias=True)
    """
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"Module {module} does not have a parametrization on {tensor_name}")
    found: Any = module.parametrizations
    steps = found[tensor_name]
    if not (steps.is_tensor or leave_parametrized):
        raise ValueError(
            "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is "
            "parametrized in terms of a sequence of tensors: there is no one original"
        )
    if steps.is_tensor:
        original = steps.original
        if leave_parametrized:
            with no_grad():
                original.data = getattr(module, tensor_name).detach()
    else:
        value = getattr(module, tensor_name)
        original = Parameter(value.detach()) if value.requires_grad else value
    delattr(type(module), tensor_name)
    del found[tensor_name]
    _register(module, tensor_name, original)
    if not is_parametrized(module):
        del module.parametrizations
        module.__class__ = type(module).__bases__[0]
    return module


def type_before_parametrizations(module: Module) -> type:
    """The class that the module had, and will have again.

    >>> nn.utils.parametrize.type_before_parametrizations(nn.Linear(2, 2)).__name__
    'Linear'
    """
    return type(module).__bases__[0] if is_parametrized(module) else type(module)


def _own_class(module: Module) -> None:
    """Give the module a class for itself, which can have properties, be copied and pickled."""
    kind = type(module)

    def reduce(self: Module, protocol: Any) -> Any:
        found: Any = self.parametrizations
        return _again, (kind, [*found]), vars(self)

    own = type(f"Parametrized{kind.__name__}", (kind,), {"__reduce_ex__": reduce})
    module.__class__ = own


def _again(kind: type[Module], names: list[str]) -> Module:
    """A copy of a parametrised module, before its attributes."""
    module = kind.__new__(kind)
    _own_class(module)
    for name in names:
        _compute_when_read(type(module), name)
    return module


def _compute_when_read(kind: type, name: str) -> None:
    def get(self: Any) -> Any:
        if not _cache:
            return self.parametrizations[name]()
        known, key = _cache[-1], (id(self), name)
        if key not in known:
            known[key] = self.parametrizations[name]()
        return known[key]

    def put(self: Any, value: Tensor) -> None:
        self.parametrizations[name].right_inverse(value)

    setattr(kind, name, property(get, put))


def _inverse(module: Module, value: Any) -> Any:
    """Where a step starts from to come to ``value``: at this itself, unless it says otherwise."""
    if not hasattr(module, "right_inverse"):
        return value
    try:
        return module.right_inverse(value)
    except NotImplementedError:
        return value


def _tensors(value: Any) -> Sequence[Tensor]:
    if not isinstance(value, Sequence) or not all(isinstance(each, Tensor) for each in value):
        raise ValueError(
            "'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). Got "
            f"{type(value).__name__}"
        )
    return value


def _check(value: Any, shape: Any, dtype: Any, who: str) -> None:
    if not isinstance(value, Tensor):
        raise ValueError(f"A parametrization must return a tensor. Got {type(value).__name__}.")
    _same(f"dtype from {who}", value.dtype, "dtype before", dtype)
    _same(f"shape from {who}", value.shape, "shape before", shape)


def _same(what: str, value: Any, other: str, wanted: Any) -> None:
    if value != wanted:
        raise ValueError(
            "Registering a parametrization may not change the dtype or shape of the tensor, unless "
            f"the `unsafe` flag is enabled: {what} is {value}, {other} is {wanted}"
        )


def _register(module: Module, name: str, value: Tensor) -> None:
    if isinstance(value, Parameter):
        module.register_parameter(name, value)
    else:
        module.register_buffer(name, value)
