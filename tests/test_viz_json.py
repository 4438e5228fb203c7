"""Graphs as JSON: the round trip, and what is refused."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import autograd
import nn
import viz
from autograd import tensor
from viz.interchange import FIELDS
from viz.parts import Edge, Group, Values, Vertex

ROOT = Path(__file__).parents[1]


def small() -> viz.Graph:
    x = tensor(3.0, requires_grad=True)
    return viz.trace(nn.Tanh()(x * x), names={"x": x})


def there_and_back(graph: viz.Graph) -> viz.Graph:
    return viz.Graph.from_json(graph.to_json())


class TestRoundTrip:
    def test_of_a_network(self) -> None:
        model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
        x = autograd.ones(5, 3)
        with autograd.detect_anomaly():
            loss = model(x).split([2, 3])[0].sum()
        for view in ("forward", "both", "backward"):
            graph = viz.trace(loss, view=view)  # type: ignore[arg-type]  # its words
            assert graph.groups
            again = there_and_back(graph)
            assert again == graph
            assert repr(again.vertices) == repr(graph.vertices)
            assert again.to_text() == graph.to_text()

    def test_under_create_graph(self) -> None:
        x = tensor(3.0, requires_grad=True)
        (slope,) = autograd.grad(x**3, x, create_graph=True)
        graph = viz.trace(slope)
        assert max(vertex.order for vertex in graph.vertices) == 1
        assert there_and_back(graph) == graph

    def test_of_what_floats_can_be(self) -> None:
        x = tensor([math.nan, math.inf, -math.inf, -0.0, 1e-310, 1.7e308], dtype=autograd.float64)
        x.requires_grad_()
        graph = viz.trace(x * 1)
        again = there_and_back(graph)
        assert again == graph
        entries = again["leaf 1"].value.entries  # type: ignore[union-attr]  # it has a value
        assert entries is not None
        assert [str(entry) for entry in entries] == [
            "nan",
            "inf",
            "-inf",
            "-0.0",
            "1e-310",
            "1.7e+308",
        ]

    @pytest.mark.parametrize(
        "array",
        [
            np.array([True, False]),
            np.array([2**63 - 1, -(2**63)]),
            np.array([2**64 - 1], np.uint64),
            np.array([1.0, 2.5], np.float16),
            np.array([1 + 2j, complex(math.inf, -0.0)]),
            np.array([]),
            np.zeros((0, 3)),
            np.full(9, math.nan),
            np.array([*range(9), math.inf]),
            np.arange(12).reshape(3, 4),
        ],
    )
    def test_of_any_dtype(self, array: Any) -> None:
        vertex = replace(small().vertices[0], value=Values.of(array))
        again = there_and_back(viz.Graph((vertex,), ()))
        assert again == viz.Graph((vertex,), ())
        assert repr(again.vertices) == repr((vertex,))  # a bool is no 1, and an int no float

    def test_of_a_norm_that_is_not_a_number(self) -> None:
        group = Group("g1", "Net", "Net", "Net", norm=math.nan)
        again = there_and_back(viz.Graph((), (), groups=(group,)))
        assert again.groups[0].norm != again.groups[0].norm

    @settings(max_examples=60, deadline=None)
    @given(st.text(st.characters()), st.text(st.characters()))
    def test_of_any_text(self, name: str, note: str) -> None:
        graph = small()
        vertices = (replace(graph.vertices[0], name=name, where=note), *graph.vertices[1:])
        graph = replace(graph, vertices=vertices, notes=(note,))
        text = graph.to_json()
        assert text.isascii()
        assert viz.Graph.from_json(text) == graph

    @settings(max_examples=60, deadline=None)
    @given(st.floats() | st.integers() | st.booleans() | st.complex_numbers(allow_nan=False))
    def test_of_any_number(self, number: Any) -> None:
        values = Values((), "dtype1", (number,))
        vertex = replace(small().vertices[0], value=values)
        again = there_and_back(viz.Graph((vertex,), ()))
        assert repr(again.vertices) == repr((vertex,))

    def test_of_the_text_as_bytes_and_as_a_file(self, tmp_path: Path) -> None:
        graph = small()
        assert viz.Graph.from_json(graph.to_json().encode()) == graph
        graph.save(tmp_path / "graph.json")
        assert viz.Graph.from_json((tmp_path / "graph.json").read_text()) == graph

    def test_constants(self) -> None:
        x = tensor([3.0, 1.0], requires_grad=True)
        graph = viz.trace(x * tensor([1.0, 2.0]) + 2)
        assert [vertex.constants for vertex in graph.vertices] == [
            (),
            (("b", "[1, 2]"),),
            (("b", "2"),),
        ]
        assert there_and_back(graph) == graph
        assert '"version": 1' in graph.to_json()
        text = graph.to_json()
        for wrong in ('[["b"]]', '[["b", 2]]', '{"b": "2"}', '["b2"]'):
            with pytest.raises(ValueError, match=r"vertices\[2\]\.constants"):
                viz.Graph.from_json(text.replace('[["b", "2"]]', wrong))

    def test_every_field_has_a_reader(self) -> None:
        for kind in (Values, Vertex, Edge, Group):
            assert set(FIELDS[kind]) == set(kind.__dataclass_fields__)


def test_what_is_written_is_strict_json() -> None:
    def refuse(word: str) -> None:
        raise AssertionError(word)

    x = tensor([math.nan, math.inf], requires_grad=True)
    data = json.loads(viz.trace(x * 2).to_json(), parse_constant=refuse)
    assert data["version"] == 1
    assert data["vertices"][0]["value"]["entries"] == ["nan", "inf"]


def test_what_has_no_form() -> None:
    vertex = replace(small().vertices[0], value=Values((), "object", (object(),)))
    with pytest.raises(TypeError, match="a object has no form in JSON"):
        viz.Graph((vertex,), ()).to_json()


class TestRefused:
    def broken(self, *path: Any, to: Any) -> str:
        """The text of a good graph with one thing changed; ``...`` takes it away."""
        data = json.loads(small().to_json())
        place = data
        for step in path[:-1]:
            place = place[step]
        if to is ...:
            del place[path[-1]]
        else:
            place[path[-1]] = to
        return json.dumps(data)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "not JSON"),
            ("{", "not JSON"),
            ("[]", "no graph"),
            ("null", "no graph"),
            ('{"vertices": []}', "no graph"),
            ("[" * 100_000, "not JSON|without an end"),
            ('{"format": "viz.Graph", "version": NaN}', "NaN is not a word of JSON"),
            ('{"format": "viz.Graph"}', "version None"),
            ('{"format": "viz.Graph", "version": true}', "version True"),
            ('{"format": "viz.Graph", "version": "1"}', "version '1'"),
            ('{"format": "viz.Graph", "version": 2}', "version 2 .* reads version 1"),
            ('{"format": "viz.Graph", "version": 1}', "has no 'view'"),
        ],
    )
    def test_texts(self, text: str, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            viz.Graph.from_json(text)

    @pytest.mark.parametrize(
        ("path", "to", "message"),
        [
            (("view",), "sideways", "view should be one of forward, both, backward"),
            (("view",), [], "view should be one of"),
            (("notes",), "note", "notes should be a list"),
            (("notes",), [3], r"notes\[0\] should be a string, and is 3"),
            (("extra",), 1, "the graph has 'extra'"),
            (("vertices",), ..., "the graph has no 'vertices'"),
            (("vertices",), {}, "vertices should be a list"),
            (("vertices", 0), 3, r"vertices\[0\] should be an object"),
            (("vertices", 0, "name"), ..., r"vertices\[0\] has no 'name'"),
            (("vertices", 0, "name"), None, r"vertices\[0\].name should be a string"),
            (("vertices", 0, "kind"), "thing", "kind should be one of leaf, operation"),
            (("vertices", 0, "shape"), [1.5], r"shape\[0\] should be a whole number"),
            (("vertices", 0, "shape"), [-1], r"shape\[0\] should be a whole number"),
            (("vertices", 0, "output"), 1, "output should be true or false"),
            (("vertices", 0, "value", "entries"), ["9"], r"entries\[0\] should be a number"),
            (("vertices", 0, "value", "entries"), [{"real": 1}], "should be a number"),
            (("vertices", 0, "__class__"), "x", "has '__class__', which is not known"),
            (("vertices", 1, "id"), "v1", r"vertices\[1\] has the id 'v1' of another"),
            (("vertices", 1, "id"), "g1", r"vertices\[1\] has the id 'g1' of another"),
            (("vertices", 1, "id"), "v 1", r"vertices\[1\].id should be an id, a letter"),
            (("vertices", 1, "id"), "Node", r"vertices\[1\].id should be .* no word of DOT's"),
            (("vertices", 0, "dtype"), "\0", r"vertices\[0\].dtype should be a dtype"),
            (("vertices", 0, "value", "shape"), [2], r"value has 1 entries and the shape \(2,\)"),
            (("vertices", 0, "value", "entries"), [10**400], "within the range of a float"),
            (("vertices", 1, "group"), "g9", "group 'g9', which is not there"),
            (("edges", 0, "source"), "v9", "ends at 'v9', which is not there"),
            (("edges", 0, "source"), "v3", "topological order"),
            (("edges", 0, "source"), "v2", "topological order"),
            (("groups", 0, "parent"), "g1", "which is not before it"),
            (("groups", 0, "norm"), "big", "norm should be a number"),
        ],
    )
    def test_records(self, path: tuple[Any, ...], to: Any, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            viz.Graph.from_json(self.broken(*path, to=to))

    def test_a_number_out_of_range(self) -> None:
        text = small().to_json().replace('"entries": [3.0]', '"entries": [1e999]', 1)
        with pytest.raises(ValueError, match="within the range of a float"):
            viz.Graph.from_json(text)

    def test_what_is_no_text(self) -> None:
        with pytest.raises(TypeError, match="reads text, not a dict"):
            viz.Graph.from_json({})  # type: ignore[arg-type]  # that is the mistake


def test_what_no_trace_would_make_is_drawn() -> None:
    alone = Vertex("v1", "result", "v1", "split[0]", (), "float32", None, None, group="g1")
    groups = Group("g1", "one", "one", "derivative"), Group("g2", "empty", "empty", "Linear")
    graph = there_and_back(viz.Graph((alone,), (), groups=groups))
    for name in ("svg", "dot", "mmd", "txt", "html"):
        assert "v1" in str(viz.render(graph, name, "builtin"))


PROGRAM = """
import autograd, nn, viz
autograd.manual_seed(1)
x, y = (autograd.tensor(v, requires_grad=True) for v in (2.0, [1.0, 2.0, 3.0]))
model = nn.Sequential(nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 2))
a, b = model(x * y).split([1, 1])
loss = a.sum() * b.exp().sum() + x
(slope,) = autograd.grad(loss, x, create_graph=True)
both, back = viz.trace(loss, names={"x": x, "b": b}), viz.trace(loss, view="backward")
for g in (both, back, viz.trace(slope)):
    print(g.to_json(), g.to_svg("builtin"), g.collapsed(depth=1).to_json())
"""


def test_the_same_in_every_process() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "PATH": ""},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(outputs) == 1
    assert b" at 0x" not in outputs.pop()
