"""Nested values as arrays by name and a text (JSON) that says how they belong together.

What can be taken apart so: dicts, lists and tuples of tensors, arrays, numbers, strings and
None. Reading the text makes nothing but these.
"""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from typing import Any

import numpy as np

from autograd import dtypes
from autograd.creation import finish
from autograd.graph import Raw
from autograd.tensor import Tensor

VERSION = 1
DEPTH = 100
"""How deep values may be nested; those that contain themselves are deeper."""

NAME = "__autograd__"
"""Under which name the text lies in a file."""

_TAKES = (
    "a file holds dicts, lists and tuples of tensors, arrays, numbers, strings and None, such as "
    "model.state_dict() and optimizer.state_dict()"
)


def take_apart(value: Any) -> tuple[dict[str, Raw], str]:
    """The arrays in ``value`` by name, and the text from which `put_together` restores it.

    Tensors that a dict holds are named by their keys, deeper ones by all the keys that lead to
    them. Raises TypeError for what a file cannot hold.

    >>> from autograd.structure import take_apart
    >>> list(take_apart({"model": {"weight": ones(2)}, "epoch": 3})[0])
    ['model.weight']
    """
    arrays: dict[str, Raw] = {}
    tree = _encode(value, (), arrays)
    return arrays, json.dumps({"version": VERSION, "value": tree}, separators=(",", ":"))


def put_together(arrays: dict[str, Raw], text: str | None) -> Any:
    """The value that was taken apart; without a text, a dict of tensors.

    Raises ValueError where the text is not of `take_apart`, or is about other arrays.

    >>> from autograd.structure import put_together, take_apart
    >>> put_together(*take_apart({"betas": (0.9, 0.999), 0: [None, "a"]}))
    {'betas': (0.9, 0.999), 0: [None, 'a']}
    """
    if text is None:
        return {name: _tensor(array) for name, array in arrays.items()}
    left = dict(arrays)
    try:
        document = json.loads(text)
        if not isinstance(document, dict) or document.keys() != {"version", "value"}:
            raise ValueError("it has no version and value")
        if document["version"] != VERSION:
            raise ValueError(
                f"its version is {document['version']!r}, this library reads {VERSION}: update it"
            )
        value = _decode(document["value"], left)
        if left:
            raise ValueError(f"it does not say where {_some(left)} belong")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(
            f"the entry {NAME!r}, which says how the tensors belong together, cannot be used: "
            f"{error}"
        ) from error
    return value


def plain_name(name: str) -> bool:
    """Whether a file may hold an array by this name: no path out of a folder, nothing unseen.

    >>> from autograd.structure import plain_name
    >>> plain_name("0.weight"), plain_name("../weight"), plain_name("/etc/weight")
    (True, False, False)
    """
    parts = name.split("/")
    return (
        name.isprintable()
        and len(name) <= 1000
        and "\\" not in name
        and all(part not in ("", ".", "..") for part in parts)
        and not (name[:1].isalpha() and name[1:2] == ":")
        and name not in (NAME, "__metadata__")
    )


def checked_names(names: list[str]) -> None:
    """Raise ValueError for names that `plain_name` refuses, and for one that comes twice."""
    for name in names:
        if not plain_name(name):
            raise ValueError(f"it holds a tensor by the name {name[:200]!r}, which is a path")
    if len(set(names)) != len(names):
        raise ValueError("it holds several tensors by one name")


def _some(names: Any) -> str:
    listed = [repr(name) for name in names]
    return ", ".join(listed[:5]) + (f" and {len(listed) - 5} more" if len(listed) > 5 else "")


def _tensor(array: Raw) -> Tensor:
    return finish(dtypes.native(array), False)


# ------------------------------------------------------------------------------ writing


def _encode(value: Any, path: tuple[Any, ...], arrays: dict[str, Raw]) -> Any:
    if len(path) > DEPTH:
        raise ValueError(
            f"save(): values are nested more than {DEPTH} deep, or one contains itself, at "
            f"{_place(path[:5])}..."
        )
    if isinstance(value, Tensor):
        return {"tensor": _named(value._memory(), path, arrays)}
    if isinstance(value, np.ndarray):
        return {"array": _named(value, path, arrays)}
    if isinstance(value, np.generic) and value.dtype.kind in "biuf":
        value = value.item()
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"float": str(float(value))}
    if type(value) in (list, tuple):
        entries = [_encode(each, (*path, i), arrays) for i, each in enumerate(value)]
        return entries if type(value) is list else {"tuple": entries}
    if isinstance(value, dict):
        kind = "ordered" if isinstance(value, OrderedDict) else "dict"
        return {
            kind: [
                [_encode_key(key, path), _encode(each, (*path, key), arrays)]
                for key, each in value.items()
            ]
        }
    hint = ": write save(model.state_dict(), ...)" if hasattr(value, "state_dict") else ""
    raise TypeError(f"save() cannot write {type(value).__name__} at {_place(path)}; {_TAKES}{hint}")


def _encode_key(key: Any, path: tuple[Any, ...]) -> Any:
    if not _is_key(key):
        raise TypeError(
            f"save() cannot write the key {key!r} of the dict at {_place(path)}: keys are strings, "
            "numbers, bools, None and tuples of these"
        )
    return _encode(key, path, {})


def _is_key(key: Any) -> bool:
    if type(key) is tuple:
        return all(map(_is_key, key))
    return key is None or isinstance(key, (str, bool, int, float, np.generic))


def _place(path: tuple[Any, ...]) -> str:
    return "the top" if not path else "".join(f"[{key!r}]" for key in path)


def _named(array: Raw, path: tuple[Any, ...], arrays: dict[str, Raw]) -> str:
    if isinstance(array, np.ma.MaskedArray):
        raise TypeError(
            f"save() cannot write the masked array at {_place(path)}, whose mask would be lost: "
            "write array.filled(number), or array.data and array.mask"
        )
    if array.dtype.name not in dtypes.NAMES:
        raise TypeError(
            f"save() cannot write an array of {array.dtype} at {_place(path)}; dtypes are "
            f"{', '.join(dtypes.NAMES)}"
        )
    name = ".".join(map(str, path))
    if not plain_name(name):
        name = f"tensor_{len(arrays)}"
    while name in arrays:
        name += "_"
    kind = dtypes.NAMES[array.dtype.name]
    arrays[name] = np.asarray(array, dtype=kind, order="C")
    return name


# ------------------------------------------------------------------------------ reading


def _decode(tree: Any, left: dict[str, Raw]) -> Any:
    if tree is None or isinstance(tree, (bool, int, float, str)):
        return tree
    if isinstance(tree, list):
        return [_decode(each, left) for each in tree]
    [(kind, content)] = tree.items()
    if kind in ("tensor", "array"):
        if content not in left:
            raise ValueError(f"there is no tensor {content!r}, or it is named twice")
        array = left.pop(content)
        return array if kind == "array" else _tensor(array)
    if kind == "float" and content in ("nan", "inf", "-inf"):
        return float(content)
    if kind == "tuple" and isinstance(content, list):
        return tuple(_decode(each, left) for each in content)
    if kind in ("dict", "ordered") and isinstance(content, list):
        made: dict[Any, Any] = OrderedDict() if kind == "ordered" else {}
        for key, each in content:
            made[_decode(key, {})] = _decode(each, left)
        if len(made) != len(content):
            raise ValueError("a key comes twice")
        return made
    raise ValueError(f"it holds {kind!r}, which is unknown")
