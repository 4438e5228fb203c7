"""Containers of parameters: in a list, in a dict."""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from autograd import Tensor
from nn.module import Module
from nn.parameter import Parameter

__all__ = ["ParameterDict", "ParameterList"]


def _as_parameter(value: Any) -> Any:
    """A tensor as a parameter; anything else as it is."""
    if isinstance(value, Tensor) and not isinstance(value, Parameter):
        return Parameter(value)
    return value


def _text(name: Any, value: Any) -> str:
    if not isinstance(value, Tensor):
        return f"  ({name}): Object of type: {type(value).__name__}"
    kind = "Parameter" if isinstance(value, Parameter) else "Tensor"
    sizes = "x".join(map(str, value.shape))
    return f"  ({name}): {kind} containing: [{value.dtype} of size {sizes}]"


class ParameterList(Module):
    """A list of parameters, each registered (`torch.nn.ParameterList`); what uses them is yours.

    Tensors become parameters; what is not a tensor is kept beside them.

    >>> weights = nn.ParameterList([ones(2), zeros(2, 3)])
    >>> weights
    ParameterList(
        (0): Parameter containing: [float32 of size 2]
        (1): Parameter containing: [float32 of size 2x3]
    )
    >>> [name for name, _ in weights.named_parameters()]
    ['0', '1']
    """

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        super().__init__()
        self._size = 0
        if values is not None:
            self.extend(values)

    def _name(self, index: int) -> str:
        place = operator.index(index)
        if not -self._size <= place < self._size:
            raise IndexError(f"index {place} is out of range: there are {self._size} entries")
        return str(place % self._size)

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return type(self)(self[place] for place in range(*index.indices(self._size)))
        return getattr(self, self._name(index))

    def __setitem__(self, index: int, value: Any) -> None:
        setattr(self, self._name(index), _as_parameter(value))

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Any]:
        return (self[place] for place in range(self._size))

    def __iadd__(self, values: Any) -> ParameterList:
        return self.extend(values)

    def append(self, value: Any) -> ParameterList:
        """Add an entry at the end; returns the list.

        >>> len(nn.ParameterList().append(ones(1)))
        1
        """
        self._size += 1
        self[self._size - 1] = value
        return self

    def extend(self, values: Any) -> ParameterList:
        """Add several entries at the end; returns the list.

        Raises TypeError where ``values`` cannot be gone through.

        >>> len(nn.ParameterList([ones(1)]).extend([ones(2), ones(3)]))
        3
        """
        if not isinstance(values, Iterable) or isinstance(values, Tensor):
            raise TypeError(
                "ParameterList.extend should be called with an iterable, but got "
                f"{type(values).__name__}: write append(value) for one"
            )
        for value in list(values):
            self.append(value)
        return self

    def extra_repr(self) -> str:
        """A line for each entry."""
        return "\n".join(_text(place, value) for place, value in enumerate(self))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Raises RuntimeError: a list has nothing to compute."""
        raise RuntimeError("ParameterList should not be called: use its entries")


class ParameterDict(Module):
    """Parameters by name, each registered (`torch.nn.ParameterDict`); what uses them is yours.

    Tensors become parameters; what is not a tensor is kept beside them. Made from a dict, or
    from pairs.

    >>> weights = nn.ParameterDict({"scale": ones(2)})
    >>> weights["scale"].requires_grad
    True
    >>> list(weights)
    ['scale']
    """

    def __init__(self, parameters: Any = None) -> None:
        super().__init__()
        self._keys: dict[str, None] = {}
        if parameters is not None:
            self.update(parameters)

    def __getitem__(self, key: str) -> Any:
        if key not in self._keys:
            raise KeyError(f"there is no {key!r} in the ParameterDict, but {list(self._keys)}")
        return getattr(self, key)

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise TypeError(
                f"Index given to ParameterDict cannot be used as a key as it is not a string (type "
                f"is '{type(key).__name__}'): write str(key)"
            )
        if key not in self._keys and hasattr(self, key):
            raise KeyError(f"attribute '{key}' already exists")
        setattr(self, key, _as_parameter(value))
        self._keys[key] = None

    def __delitem__(self, key: str) -> None:
        del self._keys[key]
        delattr(self, key)

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __reversed__(self) -> Iterator[str]:
        return reversed(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __or__(self, other: Any) -> ParameterDict:
        copy = self.copy()
        copy.update(other)
        return copy

    def __ror__(self, other: Any) -> ParameterDict:
        copy = ParameterDict(other)
        copy.update(self)
        return copy

    def __ior__(self, other: Any) -> ParameterDict:
        self.update(other)
        return self

    def keys(self) -> Any:
        """The names.

        >>> list(nn.ParameterDict({"a": ones(1)}).keys())
        ['a']
        """
        return self._keys.keys()

    def values(self) -> Iterator[Any]:
        """The entries.

        >>> [p.shape for p in nn.ParameterDict({"a": ones(1)}).values()]
        [(1,)]
        """
        return (self[key] for key in self._keys)

    def items(self) -> Iterator[tuple[str, Any]]:
        """Names and entries in pairs.

        >>> [(name, p.shape) for name, p in nn.ParameterDict({"a": ones(1)}).items()]
        [('a', (1,))]
        """
        return ((key, self[key]) for key in self._keys)

    def get(self, key: str, default: Any = None) -> Any:
        """The entry of this name, ``default`` where there is none.

        >>> nn.ParameterDict().get("a", 3)
        3
        """
        return self[key] if key in self._keys else default

    def setdefault(self, key: str, default: Any = None) -> Any:
        """The entry of this name, which is ``default`` from now on where there was none.

        >>> nn.ParameterDict().setdefault("a", ones(1)).requires_grad
        True
        """
        if key not in self._keys:
            self[key] = default
        return self[key]

    def pop(self, key: str) -> Any:
        """Take the entry of this name out and return it.

        >>> nn.ParameterDict({"a": ones(1)}).pop("a").shape
        (1,)
        """
        value = self[key]
        del self[key]
        return value

    def popitem(self) -> tuple[str, Any]:
        """Take the entry that was added last out and return it with its name.

        >>> nn.ParameterDict({"a": ones(1), "b": 3}).popitem()
        ('b', 3)
        """
        key = next(reversed(self._keys))
        return key, self.pop(key)

    def clear(self) -> None:
        """Take all entries out.

        >>> weights = nn.ParameterDict({"a": ones(1)})
        >>> weights.clear()
        >>> len(weights)
        0
        """
        for key in list(self._keys):
            del self[key]

    def copy(self) -> ParameterDict:
        """Another dict of the same entries.

        >>> weights = nn.ParameterDict({"a": ones(1)})
        >>> weights.copy()["a"] is weights["a"]
        True
        """
        return ParameterDict(self)

    def fromkeys(self, keys: Iterable[str], default: Any = None) -> ParameterDict:
        """A dict of these names, ``default`` for each.

        >>> list(nn.ParameterDict().fromkeys(["a", "b"], 1.0))
        ['a', 'b']
        """
        return ParameterDict((key, default) for key in keys)

    def update(self, parameters: Any) -> None:
        """Add entries from a dict or from pairs; those of the same name are replaced.

        Those of a plain dict are added in the order of their names, as in torch. Raises
        TypeError for anything else.

        >>> weights = nn.ParameterDict({"a": ones(1)})
        >>> weights.update({"a": ones(2), "b": ones(3)})
        >>> weights["a"].shape, len(weights)
        ((2,), 2)
        """
        if not isinstance(parameters, Iterable):
            raise TypeError(
                "ParametersDict.update should be called with an iterable of key/value pairs, but "
                f"got {type(parameters).__name__}"
            )
        if isinstance(parameters, (OrderedDict, ParameterDict)):
            parameters = parameters.items()
        elif isinstance(parameters, Mapping):
            parameters = sorted(parameters.items(), key=lambda pair: pair[0])
        for key, value in parameters:
            self[key] = value

    def extra_repr(self) -> str:
        """A line for each entry."""
        return "\n".join(_text(key, value) for key, value in self.items())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Raises RuntimeError: a dict has nothing to compute."""
        raise RuntimeError("ParameterDict should not be called: use its entries")
