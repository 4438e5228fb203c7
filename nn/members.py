"""What a module is made of: parameters, buffers and modules by name, and going through them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from autograd import Tensor
from nn.parameter import Buffer, Parameter

if TYPE_CHECKING:
    from nn.module import Module

Named = Iterator[tuple[str, Any]]


class Kind(NamedTuple):
    """A kind of member: the table that holds it, and what torch's errors call it."""

    table: str
    noun: str
    wanted: str


_PARAMETER = Kind("_parameters", "parameter", "Parameter or None")
_BUFFER = Kind("_buffers", "buffer", "Tensor or None")
_MODULE = Kind("_modules", "module", "Module or None")
_KINDS = (_PARAMETER, _BUFFER, _MODULE)


class Members:
    """The side of `Module` that knows its members; an attribute of theirs registers itself.

    >>> layer = nn.Linear(3, 2)
    >>> layer.scale = nn.Parameter(ones(1))
    >>> [name for name, _ in layer.named_parameters()]
    ['weight', 'bias', 'scale']
    """

    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    _modules: dict[str, Module | None]
    _non_persistent_buffers_set: set[str]
    _optional_state: ClassVar[frozenset[str]] = frozenset()
    """Names that a state may lack."""

    def __init__(self) -> None:
        self.__dict__.update(
            _parameters={}, _buffers={}, _modules={}, _non_persistent_buffers_set=set()
        )

    def __setattr__(self, name: str, value: Any) -> None:
        members = self.__dict__
        if isinstance(value, Parameter):
            kind = _PARAMETER
        elif isinstance(value, Members):
            kind = _MODULE
        elif isinstance(value, Buffer) and not (
            name in members.get("_parameters", ()) or name in members.get("_modules", ())
        ):
            kind = _BUFFER
        else:
            for kind in _KINDS:
                if name in members.get(kind.table, ()):
                    break
            else:
                object.__setattr__(self, name, value)
                return
            if value is not None and not (kind is _BUFFER and isinstance(value, Tensor)):
                raise TypeError(
                    f"cannot assign '{type(value).__name__}' as {kind.noun} '{name}' "
                    f"({kind.wanted} expected); del module.{name} first to make it something else"
                )
            members[kind.table][name] = value
            return
        if kind.table not in members:
            raise _too_early(self, kind)
        members.pop(name, None)
        for other in _KINDS:
            if other is not kind:
                members[other.table].pop(name, None)
        self._non_persistent_buffers_set.discard(name)
        if kind is _PARAMETER:
            self.register_parameter(name, value)
        elif kind is _MODULE:
            self.add_module(name, value)
        else:
            self.register_buffer(name, value, value.persistent)

    def __getattr__(self, name: str) -> Any:
        members = self.__dict__
        if "_parameters" in members:
            try:
                return members["_parameters"][name]
            except KeyError:
                pass
            if name in members["_modules"]:
                return members["_modules"][name]
            if name in members["_buffers"]:
                return members["_buffers"][name]
        hint = ""
        if "_parameters" not in members:
            hint = ": call super().__init__() first in its __init__"
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'{hint}")

    def __delattr__(self, name: str) -> None:
        for kind in _KINDS:
            if name in self.__dict__.get(kind.table, ()):
                del self.__dict__[kind.table][name]
                self._non_persistent_buffers_set.discard(name)
                return
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        tables = (self.__dict__.get(kind.table, ()) for kind in _KINDS)
        return sorted({*object.__dir__(self), *(name for table in tables for name in table)})

    def _admit(self, kind: Kind, name: str, value: Any, allowed: type) -> None:
        """Put a member into its table, or say why it cannot be there."""
        table = self.__dict__.get(kind.table)
        if table is None:
            raise _too_early(self, kind)
        if not isinstance(name, str):
            raise TypeError(f"{kind.noun} name should be a string. Got {type(name).__name__}")
        if not name or "." in name:
            raise KeyError(
                f"{kind.noun} name can't be empty or contain '.', which separates the names of "
                f"modules within modules; got {name!r}"
            )
        if name not in table and hasattr(self, name):
            raise KeyError(f"attribute '{name}' already exists")
        if value is not None and not isinstance(value, allowed):
            raise TypeError(
                f"cannot assign '{type(value).__name__}' object to {kind.noun} '{name}' "
                f"({kind.wanted} required)"
            )
        table[name] = value

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Add a parameter; ``self.name = param`` does the same. None keeps the name free.

        Raises KeyError for a name that is taken, TypeError for what is not a Parameter.

        >>> module = nn.Module()
        >>> module.register_parameter("scale", nn.Parameter(ones(1)))
        >>> module.scale.shape
        (1,)
        """
        if isinstance(param, Parameter) and not param.is_leaf:
            raise ValueError(
                f"Cannot assign non-leaf Tensor to parameter '{name}': compute it in forward"
            )
        self._admit(_PARAMETER, name, param, Parameter)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Add a tensor that belongs to the state but is not trained.

        ``persistent=False`` leaves it out of the state dict. Raises as `register_parameter`.

        >>> module = nn.Module()
        >>> module.register_buffer("count", tensor(0))
        >>> list(module.state_dict())
        ['count']
        """
        self._admit(_BUFFER, name, tensor, Tensor)
        if persistent:
            self._non_persistent_buffers_set.discard(name)
        else:
            self._non_persistent_buffers_set.add(name)

    def add_module(self, name: str, module: Module | None) -> None:
        """Add a child; ``self.name = module`` does the same.

        >>> model = nn.Module()
        >>> model.add_module("layer", nn.Identity())
        >>> model.layer
        Identity()
        """
        self._admit(_MODULE, name, module, Members)

    register_module = add_module

    def get_submodule(self, target: str) -> Module:
        """The module at a path of names, as ``"encoder.0"``; itself for the empty path.

        Raises AttributeError where there is none.

        >>> nn.Sequential(nn.Identity()).get_submodule("0")
        Identity()
        """
        module: Any = self
        for name in target.split(".") if target else ():
            child = module._modules.get(name)
            if child is None:
                raise AttributeError(
                    f"{type(module).__name__} has no module '{name}' (on the path '{target}'); "
                    f"it has {list(module._modules)}"
                )
            module = child
        found: Module = module
        return found

    def _member(self, target: str, table: str, kind: str) -> Any:
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if not hasattr(module, name):
            raise AttributeError(f"{type(module).__name__} has no attribute `{name}`")
        if name not in module.__dict__[table]:
            raise AttributeError(f"`{name}` is not a {kind}")
        return module.__dict__[table][name]

    def get_parameter(self, target: str) -> Parameter:
        """The parameter at a path of names.

        Raises AttributeError where there is none.

        >>> nn.Sequential(nn.Linear(2, 1)).get_parameter("0.weight").shape
        (1, 2)
        """
        found: Parameter = self._member(target, "_parameters", "parameter")
        return found

    def get_buffer(self, target: str) -> Tensor:
        """The buffer at a path of names.

        Raises AttributeError where there is none.

        >>> nn.Sequential(nn.BatchNorm1d(2)).get_buffer("0.running_mean")
        tensor([0., 0.])
        """
        found: Tensor = self._member(target, "_buffers", "buffer")
        return found

    def set_submodule(self, target: str, module: Module, strict: bool = False) -> None:
        """Put ``module`` at a path of names; with ``strict`` there must be one already.

        Raises ValueError for an empty path or what is not a module, AttributeError for a path
        that leads nowhere.

        >>> model = nn.Sequential(nn.Tanh())
        >>> model.set_submodule("0", nn.ReLU())
        >>> model[0]
        ReLU()
        """
        if not target:
            raise ValueError("Cannot set the submodule without a target name!")
        if not isinstance(module, Members):
            raise ValueError(f"`module` is not an nn.Module, found {type(module)}")
        path, _, name = target.rpartition(".")
        parent = self.get_submodule(path)
        if strict:
            parent.get_submodule(name)
        if not isinstance(getattr(parent, name, module), Members):
            raise AttributeError(
                f"`{name}` is not an nn.Module, so a module does not take its place: del it first"
            )
        setattr(parent, name, module)

    # -- going through them ------------------------------------------------------------

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Named:
        """Itself and every module inside it with its path, parents first, each once.

        >>> [name for name, _ in nn.Sequential(nn.Identity()).named_modules()]
        ['', '0']
        """
        seen = set() if memo is None else memo
        waiting: list[tuple[str, Any]] = [(prefix, self)]
        while waiting:
            path, module = waiting.pop()
            if remove_duplicate:
                if module in seen:
                    continue
                seen.add(module)
            yield path, module
            start = f"{path}." if path else ""
            waiting += [
                (start + name, child)
                for name, child in reversed(module._modules.items())
                if child is not None
            ]

    def modules(self, remove_duplicate: bool = True) -> Iterator[Module]:
        """Itself and every module inside it, parents first, each once.

        >>> [type(each).__name__ for each in nn.Sequential(nn.ReLU()).modules()]
        ['Sequential', 'ReLU']
        """
        named = self.named_modules(remove_duplicate=remove_duplicate)
        return (module for _, module in named)

    def named_children(self) -> Named:
        """The modules directly inside it with their names, each once.

        >>> list(nn.Sequential(nn.ReLU()).named_children())
        [('0', ReLU())]
        """
        seen: set[Module] = set()
        for name, module in self._modules.items():
            if module is not None and module not in seen:
                seen.add(module)
                yield name, module

    def children(self) -> Iterator[Module]:
        """The modules directly inside it, each once.

        >>> list(nn.Sequential(nn.ReLU(), nn.Tanh()).children())
        [ReLU(), Tanh()]
        """
        return (module for _, module in self.named_children())

    def _named_members(
        self, table: str, prefix: str, recurse: bool, remove_duplicate: bool
    ) -> Named:
        seen: set[Tensor] = set()
        modules: Any = [(prefix, self)]
        if recurse:
            modules = self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate)
        for path, module in modules:
            start = f"{path}." if path else ""
            for name, member in module.__dict__[table].items():
                if member is None or (remove_duplicate and member in seen):
                    continue
                seen.add(member)
                yield start + name, member

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Named:
        """Every parameter with its path, each once; its own alone without ``recurse``.

        >>> [name for name, _ in nn.Linear(2, 1).named_parameters()]
        ['weight', 'bias']
        """
        return self._named_members("_parameters", prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """Every parameter, each once: what an optimiser takes.

        >>> sum(p.numel() for p in nn.Linear(3, 2).parameters())
        8
        """
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Named:
        """Every buffer with its path, each once.

        >>> model = nn.Sequential(nn.Identity())
        >>> model[0].register_buffer("count", tensor(0))
        >>> list(model.named_buffers())
        [('0.count', tensor(0))]
        """
        return self._named_members("_buffers", prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """Every buffer, each once.

        >>> module = nn.Module()
        >>> module.register_buffer("count", tensor(0))
        >>> list(module.buffers())
        [tensor(0)]
        """
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))


def _too_early(module: Members, kind: Kind) -> AttributeError:
    return AttributeError(
        f"cannot assign {kind.noun}s before Module.__init__() call: write super().__init__() as "
        f"the first line of {type(module).__name__}.__init__"
    )
