"""Modules that hold modules: in a row, in a list, in a dict."""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, TypeVar, overload

from nn.module import Module, framed

__all__ = ["ModuleDict", "ModuleList", "Sequential"]

S = TypeVar("S", bound="_Numbered")


class _Numbered(Module):
    """Modules under the names "0", "1", ..., used as a list."""

    def _renumber(self, modules: Iterable[Module]) -> None:
        found = list(modules)
        self._modules.clear()
        for module in found:
            self.append(module)

    def _place(self, index: int) -> int:
        """``index`` counted from the front; raises IndexError outside."""
        length = len(self)
        place = operator.index(index)
        if not -length <= place < length:
            raise IndexError(f"index {place} is out of range: there are {length} modules")
        return place % length

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self: S, index: slice) -> S: ...
    def __getitem__(self, index: int | slice) -> Any:
        if not isinstance(index, slice):
            return list(self._modules.values())[self._place(index)]
        part = type(self)()
        # Those of a slice of a Sequential keep their names, so that its state dict loads.
        for name, module in list(self._modules.items())[index]:
            part.add_module(name if self._keeps_names else str(len(part)), module)
        return part

    _keeps_names = False

    def __setitem__(self, index: int, module: Module) -> None:
        setattr(self, list(self._modules)[self._place(index)], module)

    def __delitem__(self, index: int | slice) -> None:
        kept = list(self)
        del kept[index if isinstance(index, slice) else self._place(index)]
        self._renumber(kept)

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._modules.values())

    def append(self: S, module: Module) -> S:
        """Add a module at the end; returns the container.

        >>> nn.Sequential().append(nn.Identity())
        Sequential(
          (0): Identity()
        )
        """
        self.add_module(str(len(self)), module)
        return self

    def extend(self: S, modules: Iterable[Module]) -> S:
        """Add several modules at the end; returns the container.

        Raises TypeError where ``modules`` cannot be gone through.

        >>> len(nn.Sequential(nn.Tanh()).extend([nn.ReLU(), nn.Tanh()]))
        3
        """
        if not isinstance(modules, Iterable):
            raise TypeError(
                f"{type(self).__name__}.extend takes a list of modules, got "
                f"{type(modules).__name__}: write append(module) for one"
            )
        for module in list(modules):
            self.append(module)
        return self

    def insert(self: S, index: int, module: Module) -> S:
        """Put a module before that at ``index``; returns the container.

        Raises IndexError outside, TypeError for what is not a module.

        >>> nn.Sequential(nn.Tanh()).insert(0, nn.ReLU())[0]
        ReLU()
        """
        if not isinstance(module, Module):
            raise TypeError(f"{type(module).__name__} is not a Module subclass")
        modules = list(self)
        if not -len(modules) <= index <= len(modules):
            raise IndexError(f"index {index} is out of range: there are {len(modules)} modules")
        modules.insert(index, module)
        self._renumber(modules)
        return self

    def pop(self, key: int | slice) -> Any:
        """Take the module at ``key`` out and return it.

        >>> nn.Sequential(nn.Tanh(), nn.ReLU()).pop(0)
        Tanh()
        """
        module = self[key]
        del self[key]
        return module


class Sequential(_Numbered):
    """Modules one after the other: each gets what the one before returned (`torch.nn.Sequential`).

    Made from the modules in order, or from an OrderedDict of modules by name. An index
    gives a module, a slice a Sequential on the same modules.

    >>> nn.Sequential(nn.Linear(3, 2), nn.ReLU())
    Sequential(
      (0): Linear(in_features=3, out_features=2, bias=True)
      (1): ReLU()
    )
    """

    _keeps_names = True

    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], OrderedDict):
            for name, module in args[0].items():
                self.add_module(name, module)
        else:
            for place, module in enumerate(args):
                self.add_module(str(place), module)

    def forward(self, input: Any) -> Any:
        """What the last module returns; ``input`` itself where there is none."""
        for module in self._modules.values():
            assert module is not None
            input = module(input)
        return input

    def __add__(self, other: Sequential) -> Sequential:
        if not isinstance(other, Sequential):
            raise ValueError(
                f"only a Sequential can be added to a Sequential, got {type(other).__name__}: "
                "write model.append(module)"
            )
        return Sequential(*self, *other)

    def __iadd__(self, other: Sequential) -> Sequential:
        if not isinstance(other, Sequential):
            raise ValueError(
                f"only a Sequential can be added to a Sequential, got {type(other).__name__}: "
                "write model.append(module)"
            )
        return self.extend(other)

    def __mul__(self, times: int) -> Sequential:
        return Sequential(*(module for _ in range(_times(times)) for module in self))

    __rmul__ = __mul__

    def __imul__(self, times: int) -> Sequential:
        return self.extend([module for _ in range(_times(times) - 1) for module in self])


def _times(times: int) -> int:
    if not isinstance(times, int):
        raise TypeError(
            f"a Sequential is multiplied by an integer, got {type(times).__name__}: write model * 2"
        )
    if times <= 0:
        raise ValueError(f"a Sequential is multiplied by at least 1, got {times}")
    return times


class ModuleList(_Numbered):
    """A list of modules, each registered (`torch.nn.ModuleList`); what calls them is yours.

    >>> layers = nn.ModuleList(nn.Linear(4, 4) for _ in range(3))
    >>> layers
    ModuleList(
      (0-2): 3 x Linear(in_features=4, out_features=4, bias=True)
    )
    >>> len(layers[1:])
    2
    """

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self.extend(modules)

    def __iadd__(self, modules: Iterable[Module]) -> ModuleList:
        return self.extend(modules)

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList([*self, *other])

    def __repr__(self) -> str:
        """As torch prints it: equal neighbours in one line."""
        inside = []
        first = 0
        for text, group in groupby(map(repr, self)):
            count = len(list(group))
            if count == 1:
                inside.append(f"({first}): {text}")
            else:
                inside.append(f"({first}-{first + count - 1}): {count} x {text}")
            first += count
        return framed(type(self).__name__, [], inside)


class ModuleDict(Module):
    """Modules by name, each registered (`torch.nn.ModuleDict`); what calls them is yours.

    >>> heads = nn.ModuleDict({"same": nn.Identity()})
    >>> heads["same"]
    Identity()
    >>> list(heads)
    ['same']
    """

    def __init__(self, modules: Any = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __getitem__(self, key: str) -> Any:
        return self._modules[key]

    def __setitem__(self, key: str, module: Module) -> None:
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        del self._modules[key]

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, key: str) -> bool:
        return key in self._modules

    def keys(self) -> Any:
        """The names.

        >>> list(nn.ModuleDict({"a": nn.Tanh()}).keys())
        ['a']
        """
        return self._modules.keys()

    def values(self) -> Any:
        """The modules.

        >>> list(nn.ModuleDict({"a": nn.Tanh()}).values())
        [Tanh()]
        """
        return self._modules.values()

    def items(self) -> Any:
        """Names and modules in pairs.

        >>> list(nn.ModuleDict({"a": nn.Tanh()}).items())
        [('a', Tanh())]
        """
        return self._modules.items()

    def clear(self) -> None:
        """Take all modules out.

        >>> heads = nn.ModuleDict({"a": nn.Tanh()})
        >>> heads.clear()
        >>> heads
        ModuleDict()
        """
        self._modules.clear()

    def pop(self, key: str) -> Any:
        """Take the module of this name out and return it.

        >>> nn.ModuleDict({"a": nn.Tanh()}).pop("a")
        Tanh()
        """
        return self._modules.pop(key)

    def update(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]]) -> None:
        """Add modules from a dict or from pairs; those of the same name are replaced.

        Raises TypeError for anything else.

        >>> heads = nn.ModuleDict({"a": nn.Tanh()})
        >>> heads.update({"a": nn.ReLU(), "b": nn.Tanh()})
        >>> heads["a"], len(heads)
        (ReLU(), 2)
        """
        if not isinstance(modules, Iterable):
            raise TypeError(
                "ModuleDict.update takes a dict of modules or pairs of a name and a module, got "
                f"{type(modules).__name__}"
            )
        pairs = modules.items() if isinstance(modules, (Mapping, ModuleDict)) else modules
        for name, module in pairs:
            self[name] = module
