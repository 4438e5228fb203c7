"""viz.trace: the model's values, gradients and contributions, and that it leaves no mark."""

from __future__ import annotations

import gc
import math
import subprocess
import sys
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import viz
from autograd import Tensor, tensor
from tests.graphs import flows, leaf, number

ROOT = Path(__file__).parent.parent


def test_values_gradients_and_contributions() -> None:
    a, b = leaf(2.0), leaf(5.0)
    product = a * b
    y = product + a
    graph = viz.trace(y, names={"a": a, "b": b, "product": product, "y": y})
    assert [vertex.name for vertex in graph.vertices] == ["a", "b", "product", "y"]
    assert [vertex.id for vertex in graph.vertices] == ["v1", "v2", "v3", "v4"]
    assert [edge.id for edge in graph.edges] == ["e1", "e2", "e3", "e4"]
    assert [number(vertex.value) for vertex in graph.vertices] == [2, 5, 10, 12]
    assert [number(vertex.gradient) for vertex in graph.vertices] == [6, 2, 1, 1]
    assert [vertex.operation for vertex in graph.vertices] == ["leaf", "leaf", "mul", "add"]
    assert [vertex.output for vertex in graph.vertices] == [False, False, False, True]
    assert flows(graph, "product") == [(1, 5, 5), (1, 2, 2)]
    assert flows(graph, "y") == [(1, 1, 1), (1, 1, 1)]
    assert [(edge.port, edge.port_name) for edge in graph.inputs("product")] == [(0, "a"), (1, "b")]
    assert [number(edge.contribution) for edge in graph.uses("a")] == [5, 1]
    assert graph["y"].seed == graph["y"].gradient
    assert graph["product"].seed is None
    assert graph.notes == ()


def test_a_square_has_two_edges() -> None:
    x = leaf(3.0)
    graph = viz.trace(x * x)
    assert len(graph) == 2
    assert flows(graph, "mul") == [(1, 3, 3), (1, 3, 3)]
    assert number(graph["leaf 1"].gradient) == 6


def test_sixteen_doublings_are_seventeen_vertices() -> None:
    y = x = leaf(1.0)
    for _ in range(16):
        y = y + y
    graph = viz.trace(y, names={"x": x})
    assert len(graph) == 17
    assert len(graph.edges) == 32
    assert number(graph["x"].gradient) == 2**16
    assert number(graph.vertices[-1].value) == 2**16


@pytest.mark.slow
def test_a_chain_many_times_as_long_as_python_recurses() -> None:
    y = x = leaf(0.5)
    for _ in range(20_000):
        y = y * 1.0
    graph = viz.trace(y, names={"x": x})
    assert len(graph) == 20_001
    assert number(graph["x"].gradient) == 1


def test_several_outputs_and_one_inside_another() -> None:
    x = leaf(3.0)
    y = x * 2
    z = y * 5
    graph = viz.trace(y, z, names={"x": x, "y": y, "z": z})
    assert number(graph["y"].seed) == 1
    assert number(graph["y"].gradient) == 6  # its own 1, and 5 from z
    assert number(graph["x"].gradient) == 12
    assert [vertex.name for vertex in graph.vertices if vertex.output] == ["y", "z"]


def test_a_leaf_alone() -> None:
    x = leaf(3.0)
    x.name = "x"
    graph = viz.trace(x)
    assert number(graph["x"].gradient) == 1
    assert graph["x"].output


class TestLocalDerivatives:
    def test_of_a_scalar_result_is_an_array(self) -> None:
        v = leaf([1.0, 2.0])
        (edge,) = viz.trace((v * v).sum()).inputs("sum")
        assert edge.local is not None
        assert edge.local.entries == (1, 1)

    def test_by_entry(self) -> None:
        v = leaf([1.0, 4.0])
        graph = viz.trace(v.relu().sqrt(), gradient=np.array([1.0, 10.0]))
        (edge,) = graph.inputs("sqrt")
        assert edge.local is not None
        assert edge.contribution is not None
        assert edge.local.entries == (0.5, 0.25)
        assert edge.contribution.entries == (0.5, 2.5)
        (edge,) = graph.inputs("relu")
        assert edge.local is not None
        assert edge.local.entries == (1, 1)

    def test_none_where_entries_mix(self) -> None:
        v, m = leaf([1.0, 2.0]), leaf([[1.0, 2.0], [3.0, 4.0]])
        graph = viz.trace((m @ v).sum())
        assert [edge.local for edge in graph.inputs("mv")] == [None, None]
        graph = viz.trace(m.t().sum())
        assert [edge.local for edge in graph.inputs("t")] == [None]

    def test_none_where_a_number_was_broadcast(self) -> None:
        x, v = leaf(2.0), leaf([1.0, 2.0])
        to_x, to_v = viz.trace((x * v).sum()).inputs("mul")
        assert to_x.local is None
        assert number(to_x.contribution) == 3
        assert to_v.local is not None
        assert to_v.local.entries == (2, 2)

    def test_none_for_large_arrays(self) -> None:
        v = leaf(np.ones(10))
        (edge,) = viz.trace(v.exp().sum()).inputs("exp")
        assert edge.local is None
        assert edge.contribution is not None
        assert edge.contribution.norm == pytest.approx(math.e * math.sqrt(10))

    def test_at_a_pole(self) -> None:
        x = leaf(0.0)
        assert flows(viz.trace(x.sqrt()), "sqrt") == [(1, math.inf, math.inf)]


class TestValues:
    def test_large_ones_from_those_that_keep_them(self) -> None:
        x = leaf(np.arange(10.0))
        y = x * 2
        graph = viz.trace((y * y).exp().sum())
        value = graph["mul#1"].value  # kept by the second product
        assert value is not None
        assert value.entries is None
        assert (value.min, value.mean, value.max) == (0, 9, 18)
        assert graph["exp"].value is not None  # kept by itself
        assert graph["mul#2"].value is None  # kept by nobody

    def test_large_ones_from_names(self) -> None:
        x = leaf(np.arange(10.0))
        y = x + 1
        z = y.sum()
        assert viz.trace(z)["add"].value is None
        assert viz.trace(z, names={"y": y})["y"].value is not None

    def test_no_two_vertices_have_one_name(self) -> None:
        a, b, c = leaf(1.0), leaf(2.0), leaf(3.0)
        a.name = b.name = "x"
        graph = viz.trace(a * b * c, names={"x": c})  # what is given comes first
        assert [vertex.name for vertex in graph.vertices] == ["x#2", "x#3", "mul#1", "x", "mul#2"]
        assert graph["x"].value == viz.Values.of(np.array(3.0))

    def test_not_those_that_changed_since(self) -> None:
        x = leaf(np.ones(10))
        y = x + 1
        z = y.exp()
        with autograd.no_grad():
            z.zero_()
        assert viz.trace((z * 1).sum())["exp"].value is None

    def test_small_ones_as_they_were_computed(self) -> None:
        x = leaf([1.0, 2.0])
        y = x + 1
        z = (y * 1).sum()
        with autograd.no_grad():
            y[0] = 7
            y[1:].mul_(2)
            y.add_(1)
        assert y.tolist() == [8, 7]
        for names in ({}, {"y": y}):
            value = viz.trace(z, names=names).vertices[1].value
            assert value is not None
            assert value.entries == (2, 3)

    def test_not_where_a_name_for_its_memory_was_written_to(self) -> None:
        x = leaf([1.0, 2.0])
        y = x + 1
        z = (y * 1).sum()
        y.detach().zero_()
        assert viz.trace(z, names={"y": y})["y"].value is None
        large = leaf(np.ones(10)) + 1
        z = (large * 1).sum()
        with autograd.no_grad():
            large.zero_()
        assert viz.trace(z, names={"y": large})["y"].value is None

    def test_a_leaf_that_has_changed_is_told(self) -> None:
        x, w = leaf(3.0), leaf(2.0)
        y = x * w
        assert viz.trace(y).notes == ()
        with autograd.no_grad():
            w -= 1
        (note,) = viz.trace(y, names={"w": w}, view="forward").notes
        assert note.startswith("Changed in place after it was used: w. The value shown is the one")

    def test_summaries(self) -> None:
        values = viz.Values.of(np.array([1.0, np.nan, -3.0, np.inf, -np.inf, 2.0, 0.0]))
        assert (values.min, values.mean, values.max) == (-3, 0, 2)
        assert values.norm == pytest.approx(math.sqrt(14))
        assert (values.nans, values.infs, values.entries) == (1, 2, None)
        for size in (1e-200, 1e200, 1e307):  # whose squares are 0, or no numbers
            extreme = viz.Values.of(np.full(9, -size))
            assert (extreme.min, extreme.mean, extreme.max) == pytest.approx((-size,) * 3, abs=0)
            assert extreme.norm == pytest.approx(3 * size, abs=0)
        nothing = viz.Values.of(np.full(7, np.nan))
        assert (nothing.min, nothing.nans) == (None, 7)
        assert viz.Values.of(np.zeros((0, 3))).entries == ()
        assert viz.Values.of(True).entries == (True,)
        assert viz.Values.of(np.full(7, 1000, np.float16)).norm == pytest.approx(2645.75, rel=1e-4)


def test_an_operation_with_several_results() -> None:
    v = leaf([1.0, 2.0, 3.0])
    first, second = v.split([1, 2])
    graph = viz.trace((second * second).sum() + first.sum(), names={"v": v, "second": second})
    assert graph["split_with_sizes"].results == 2
    assert graph["split_with_sizes"].gradient is None
    assert graph["split_with_sizes"].shape is None
    assert graph["split_with_sizes[0]"].kind == graph["second"].kind == "result"
    assert graph["second"].value is not None
    assert graph["second"].value.entries == (2, 3)
    parts = {edge.port: edge.contribution for edge in graph.uses("split_with_sizes")}
    assert {port: part.entries for port, part in parts.items() if part} == {0: (1,), 1: (4, 6)}
    assert graph["v"].gradient is not None
    assert graph["v"].gradient.entries == (1, 4, 6)


def test_a_result_that_is_not_used() -> None:
    v = leaf([1.0, 2.0])
    graph = viz.trace(v.unbind()[1])
    assert len(graph) == 3
    assert graph["leaf 1"].gradient is not None
    assert graph["leaf 1"].gradient.entries == (0, 1)


class Cube(autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx: Any, *g: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return g[0] * 3 * x**2


def test_a_function_of_the_users_own() -> None:
    x = leaf(2.0)
    y = Cube.apply(x) * 2
    graph = viz.trace(y, names={"x": x})
    assert [vertex.operation for vertex in graph.vertices] == ["leaf", "Cube", "mul 2"]
    assert flows(graph, "Cube") == [(2, 12, 24)]
    y.backward()
    assert x.grad is not None
    assert x.grad.item() == 24
    assert "Leaves show what .grad holds" in viz.trace(y).notes[0]


class TestSeeds:
    def test_an_output_of_several_entries_has_no_gradients(self) -> None:
        graph = viz.trace(leaf([1.0, 2.0]).exp())
        assert all(vertex.gradient is None for vertex in graph.vertices)
        assert all(edge.contribution is None for edge in graph.edges)
        assert "pass gradient=" in graph.notes[0]

    def test_gradients_given(self) -> None:
        x = leaf([1.0, 2.0])
        for given_ in ([3.0, 4.0], np.array([3.0, 4.0]), tensor([3.0, 4.0]), [tensor([3.0, 4.0])]):
            graph = viz.trace(x * 2, gradient=given_)
            assert graph["leaf 1"].gradient is not None
            assert graph["leaf 1"].gradient.entries == (6, 8)

    def test_one_for_each_output(self) -> None:
        x = leaf(2.0)
        graph = viz.trace(x * 2, x * 3, gradient=[1.0, None])
        assert number(graph["leaf 1"].gradient) == 2

    def test_errors(self) -> None:
        x = leaf([1.0, 2.0])
        with pytest.raises(ValueError, match=r"shape \(3,\) and the output \(2,\)"):
            viz.trace(x * 2, gradient=np.ones(3))
        with pytest.raises(ValueError, match="3 gradients for 2 outputs"):
            viz.trace(x * 2, x * 3, gradient=[1, 2, 3])
        with pytest.raises(RuntimeError, match="does not require grad"):
            viz.trace(tensor(1.0))
        with pytest.raises(TypeError, match=r"trace\(a, b\)"):
            viz.trace([x])  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="at least one"):
            viz.trace()


class TestLeavesNoMark:
    def test_on_gradients_and_hooks(self) -> None:
        x = leaf(3.0)
        y = x * x
        z = y.exp()
        calls = []
        x.register_hook(lambda g: calls.append("x"))
        y.register_hook(lambda g: calls.append("y"))
        y.retain_grad()
        with np.errstate(all="raise"):
            viz.trace(z)
        assert x.grad is None
        assert y.grad is None
        assert calls == []
        z.backward()  # nothing was freed
        assert calls == ["y", "x"]

    def test_no_tensor_is_kept_alive(self) -> None:
        gc.disable()
        try:
            x = leaf(np.arange(10.0))
            y = x.exp()
            z = y.sum()
            graph = viz.trace(z, names={"x": x, "y": y})
            references = [weakref.ref(t) for t in (x, y, z)] + [weakref.ref(z.grad_fn)]
            del x, y, z
            assert all(reference() is None for reference in references)
            assert len(graph) == 3
        finally:
            gc.enable()

    def test_under_create_graph(self) -> None:
        x = leaf(3.0)
        (slope,) = autograd.grad(x**3, x, create_graph=True)
        graph = viz.trace(slope, names={"x": x})
        assert number(graph["x"].gradient) == 18
        assert number(graph.vertices[-1].value) == 27


class TestAfterBackward:
    def test_freed(self) -> None:
        x = leaf(3.0)
        logarithm = x.log()
        y = logarithm * x
        y.backward()
        graph = viz.trace(y, names={"x": x, "log": logarithm})
        assert number(graph["log"].value) == math.log(3)
        assert number(graph["x"].gradient) == math.log(3) + 1
        assert graph["log"].gradient is None
        assert [edge.contribution for edge in graph.edges] == [None] * 3
        (note,) = graph.notes
        assert "retain_graph=True" in note
        assert "before backward()" in note

    def test_values_that_were_freed(self) -> None:
        x = leaf(np.arange(10.0))
        inner = x.exp()
        y = (inner * inner).sum()
        assert viz.trace(y)["exp"].value is not None
        y.backward()
        graph = viz.trace(y)
        assert graph["exp"].value is None
        assert graph["leaf 1"].value is not None
        assert "Values not known: 2, " in graph.notes[-1]
        assert "Values not known: 2, " in viz.trace(y, view="forward").notes[0]
        named = viz.trace(y, names={"inner": inner})
        assert named["inner"].value is not None
        assert "Values not known: 1, " in named.notes[-1]

    def test_a_gradient_that_was_retained(self) -> None:
        x = leaf(3.0)
        y = x * x
        y.retain_grad()
        z = y * y
        z.backward()
        graph = viz.trace(z, names={"y": y})
        assert number(graph["y"].gradient) == 18

    def test_retained_graph(self) -> None:
        x = leaf(3.0)
        y = x * x
        y.backward(retain_graph=True)
        assert viz.trace(y).notes == ()

    def test_changed_in_place(self) -> None:
        x = leaf(3.0)
        y = x * 1
        z = y * y
        with autograd.no_grad():
            y.zero_()
        graph = viz.trace(z)
        assert "modified by an inplace operation" in graph.notes[0]
        assert number(graph.vertices[-1].gradient) == 1


PROGRAM = """
import autograd, viz
x, y = (autograd.tensor(v, requires_grad=True) for v in (2.0, [1.0, 2.0, 3.0]))
a, b = (x * y).split([1, 2])
g = viz.trace(a.sum() * b.exp().sum() + x, names={"x": x, "b": b})
print(repr(g.vertices), repr(g.edges), g, g.to_dot(), g.to_svg("builtin"))
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


def test_importing_viz_brings_nothing_heavy() -> None:
    program = (
        "import sys, viz; heavy = {'graphviz', 'matplotlib', 'torch'} & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


def test_the_mean_of_what_cancels_is_zero() -> None:
    cancelling = np.array([0.1, 0.2, 0.3, -0.6, 0.7, -0.7, 0.0])
    assert cancelling.mean() != 0
    assert viz.Values.of(cancelling).mean == 0
    assert viz.Values.of(np.array([1e-300] * 7)).mean == pytest.approx(1e-300)
    assert viz.Values.of(np.arange(7) - 3).mean == 0
    assert viz.Values.of(np.array([1, 0, 0, 0, 0, 0, 10**17])).mean == pytest.approx(10**17 / 7)


def test_a_backward_of_the_user_s_that_fails() -> None:
    """The picture says so; what could be computed stands in it."""

    class Broken(autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            return x * 2

        @staticmethod
        def backward(ctx: Any, g: Tensor) -> Tensor:
            raise ValueError("no idea")

    x = tensor(3.0, requires_grad=True)
    graph = viz.trace(Broken.apply(x) * 5, names={"x": x})
    assert graph["mul"].gradient is not None
    assert graph["x"].gradient is None
    assert any("ValueError: no idea" in note for note in graph.notes)
