"""Graphs as JSON and back: plain data, checked when it is read, and nothing of it is run.

A record is an object with the fields of its class in `viz.parts`; what has its default is
left out. Values that JSON has no word for are written ``"nan"``, ``"inf"``, ``"-inf"`` and,
complex numbers, ``{"real": 1.0, "imag": 2.0}``; shapes are lists. Pure ASCII.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any, NoReturn, TypeVar, get_args

import numpy as np

from viz.parts import Edge, Group, Kind, Values, Vertex, View

VERSION = 1
"""Grows when what is written can no longer be read by those who read the version before."""

FORMAT = "viz.Graph"

T = TypeVar("T")
Check = Callable[[Any, str], Any]
"""Reads a value that stands at a place, ``vertices[3].shape``, and raises ValueError."""

_ID = re.compile("[A-Za-z][A-Za-z0-9_]{0,30}")
_DTYPE = re.compile("[a-z]{1,20}[0-9]{0,4}")

_WORDS = {
    *("strict", "graph", "digraph", "subgraph", "node", "edge"),  # DOT's, in capitals as well
    *("flowchart", "end", "style", "linkstyle", "classdef", "class", "click", "href", "call"),
    *("default", "direction"),
}
"""What is no id, because DOT or Mermaid would read it as a word of its own."""

_STRANGE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def written(
    vertices: Iterable[Vertex],
    edges: Iterable[Edge],
    groups: Iterable[Group],
    notes: Iterable[str],
    view: View,
) -> str:
    """The JSON text, a line for each record."""
    head = [f'"format": "{FORMAT}"', f'"version": {VERSION}', f'"view": {_dumped(view)}']
    lists = {"notes": notes, "groups": groups, "vertices": vertices, "edges": edges}
    for name, records in lists.items():
        lines = ",\n".join(_dumped(each if name == "notes" else _plain(each)) for each in records)
        head.append(f'"{name}": [\n{lines}\n]' if lines else f'"{name}": []')
    return "{\n" + ",\n".join(head) + "\n}\n"


def _dumped(value: Any) -> str:
    return json.dumps(value, allow_nan=False)


def _plain(value: Any) -> Any:
    """A value of a record in JSON's own types."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (Values, Vertex, Edge, Group)):
        return {
            name: _plain(each)
            for name, default in _DEFAULTS[type(value)]
            if not _same(each := getattr(value, name), default)
        }
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return number if math.isfinite(number) else str(number)
    if isinstance(value, (complex, np.complexfloating)):
        return {"real": _plain(float(value.real)), "imag": _plain(float(value.imag))}
    raise TypeError(f"a {type(value).__name__} has no form in JSON: {value!r}")


_DEFAULTS: dict[type, list[tuple[str, Any]]] = {
    kind: [(field.name, field.default) for field in fields(kind)]
    for kind in (Values, Vertex, Edge, Group)
}
"""The fields of every record, with their defaults."""


def _same(value: Any, default: Any) -> bool:
    return type(value) is type(default) and bool(value == default)


def read(text: str | bytes) -> dict[str, Any]:
    """The fields of the graph that `written` wrote; raises ValueError for anything else."""
    if not isinstance(text, (str, bytes, bytearray)):
        raise TypeError(f"from_json() reads text, not a {type(text).__name__}")
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("this is no graph: lists within lists without an end") from None
    except ValueError as error:
        raise ValueError(f"this is not JSON: {error}") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(f'this JSON is no graph: it has no "format": "{FORMAT}"')
    version = data.get("version")
    if version != VERSION or isinstance(version, bool):
        raise ValueError(
            f"this graph is written in version {version!r} of the format, and this viz reads "
            f"version {VERSION}: write it anew with graph.to_json(), or read it with the viz "
            "that wrote it"
        )
    _only(data, {"format", "version", "view", "notes", "groups", "vertices", "edges"}, "the graph")
    graph = {
        "view": _one_of(View)(_needed(data, "view", "the graph"), "view"),
        "notes": _list_of(_text)(_needed(data, "notes", "the graph"), "notes"),
    }
    for name, kind in (("groups", Group), ("vertices", Vertex), ("edges", Edge)):
        graph[name] = _list_of(_record(kind))(_needed(data, name, "the graph"), name)
    _check_references(graph)
    return graph


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a word of JSON; graphs have it as a string")


def _fail(value: Any, place: str, wanted: str) -> NoReturn:
    shown = repr(value)
    raise ValueError(
        f"{place} should be {wanted}, and is {shown[:60] + '...' if len(shown) > 60 else shown}"
    )


def _needed(data: Mapping[str, Any], name: str, place: str) -> Any:
    if name not in data:
        raise ValueError(f"{place} has no {name!r}")
    return data[name]


def _only(data: Mapping[str, Any], names: Iterable[str], place: str) -> None:
    unknown = sorted(set(data) - set(names))
    if unknown:
        raise ValueError(f"{place} has {unknown[0]!r}, which is not known here")


def _text(value: Any, place: str) -> str:
    return value if isinstance(value, str) else _fail(value, place, "a string")


def _id(value: Any, place: str) -> str:
    """An id, which every format writes as it is."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        _fail(value, place, "an id, a letter and then letters and digits")
    if value.lower() in _WORDS:
        _fail(value, place, "an id, such as v1, and no word of DOT's or Mermaid's")
    return value


def _dtype(value: Any, place: str) -> str:
    """A dtype, which every format writes as it is."""
    if isinstance(value, str) and _DTYPE.fullmatch(value):
        return value
    return _fail(value, place, "a dtype, such as float32")


def _whole(value: Any, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        _fail(value, place, "a whole number, 0 or more")
    return value


def _flag(value: Any, place: str) -> bool:
    return value if isinstance(value, bool) else _fail(value, place, "true or false")


def _real(value: Any, place: str) -> float:
    if isinstance(value, str) and value in _STRANGE:
        return _STRANGE[value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        _fail(value, place, 'a number, "nan", "inf" or "-inf"')
    if not abs(value) <= sys.float_info.max:  # 1e999, or an integer as large
        _fail(value, place, "within the range of a float")
    return value


def _entry(value: Any, place: str) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, dict) and value.keys() == {"real", "imag"}:
        return complex(_real(value["real"], place), _real(value["imag"], place))
    return _real(value, place)


def _one_of(words: Any) -> Check:
    def check(value: Any, place: str) -> Any:
        if value not in get_args(words):
            _fail(value, place, f"one of {', '.join(get_args(words))}")
        return value

    return check


def _list_of(check: Check) -> Check:
    def check_all(value: Any, place: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            _fail(value, place, "a list")
        return tuple(check(each, f"{place}[{i}]") for i, each in enumerate(value))

    return check_all


def _maybe(check: Check) -> Check:
    return lambda value, place: None if value is None else check(value, place)


def _record(kind: type[T]) -> Callable[[Any, str], T]:
    def check(value: Any, place: str) -> T:
        if not isinstance(value, dict):
            _fail(value, place, "an object")
        checks = FIELDS[kind]
        _only(value, checks, place)
        for name, default in _DEFAULTS[kind]:
            if default is MISSING:
                _needed(value, name, place)
        return kind(**{name: checks[name](each, f"{place}.{name}") for name, each in value.items()})

    return check


def _values(value: Any, place: str) -> Values:
    """A summary of an array, whose entries are as many as its shape says."""
    values = _record(Values)(value, place)
    if values.entries is not None and len(values.entries) != values.size:
        raise ValueError(
            f"{place} has {len(values.entries)} entries and the shape {values.shape}, which has "
            f"{values.size}"
        )
    return values


def _pair(value: Any, place: str) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2:
        _fail(value, place, "a list of two strings")
    return _text(value[0], f"{place}[0]"), _text(value[1], f"{place}[1]")


_shape = _list_of(_whole)

FIELDS: dict[type, dict[str, Check]] = {
    Values: {
        "shape": _shape,
        "dtype": _dtype,
        "entries": _maybe(_list_of(_entry)),
        **dict.fromkeys(("min", "mean", "max", "norm"), _maybe(_real)),
        **dict.fromkeys(("nans", "infs"), _whole),
    },
    Group: {
        "id": _id,
        **dict.fromkeys(("path", "name", "kind"), _text),
        "parent": _maybe(_id),
        **dict.fromkeys(("order", "repeats", "parameters"), _whole),
        "shape": _maybe(_shape),
        "norm": _maybe(_real),
    },
    Vertex: {
        "id": _id,
        **dict.fromkeys(("name", "operation"), _text),
        "kind": _one_of(Kind),
        "shape": _maybe(_shape),
        "group": _maybe(_id),
        "dtype": _maybe(_dtype),
        **dict.fromkeys(("where", "expression", "memory"), _maybe(_text)),
        "constants": _list_of(_pair),
        **dict.fromkeys(("value", "gradient", "seed"), _maybe(_values)),
        "output": _flag,
        **dict.fromkeys(("results", "order"), _whole),
        "summary": _maybe(_record(Group)),
    },
    Edge: {
        **dict.fromkeys(("id", "source", "target"), _id),
        "port_name": _text,
        "port": _whole,
        **dict.fromkeys(("upstream", "local", "contribution"), _maybe(_values)),
        "formula": _maybe(_text),
    },
}
"""How every field is read."""


def _check_references(graph: Mapping[str, Any]) -> None:
    """Raise where an id stands twice, or for nothing, or where the order is not topological."""
    seen: set[str] = set()  # of all three: pictures have them as ids of one document
    for name in ("groups", "vertices", "edges"):
        for i, each in enumerate(graph[name]):
            if each.id in seen:
                raise ValueError(f"{name}[{i}] has the id {each.id!r} of another one")
            seen.add(each.id)
            if (
                name == "groups"
                and each.parent is not None
                and (each.parent == each.id or each.parent not in seen)
            ):
                raise ValueError(f"groups[{i}] stands in {each.parent!r}, which is not before it")
    groups = {group.id for group in graph["groups"]}
    place = {vertex.id: i for i, vertex in enumerate(graph["vertices"])}
    for i, vertex in enumerate(graph["vertices"]):
        if vertex.group is not None and vertex.group not in groups:
            raise ValueError(f"vertices[{i}] stands in group {vertex.group!r}, which is not there")
    for i, edge in enumerate(graph["edges"]):
        for end in (edge.source, edge.target):
            if end not in place:
                raise ValueError(f"edges[{i}] ends at {end!r}, which is not there")
        if place[edge.source] >= place[edge.target]:
            raise ValueError(
                f"edges[{i}] leads from {edge.source!r} to {edge.target!r}, which does not come "
                "after it: vertices stand in topological order"
            )
