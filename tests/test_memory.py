"""Graphs are freed at once, without the garbage collector, and cost linear time and memory."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, engine, tensor
from autograd.graph import Node
from viz.tracing.trace import in_order

LONG = 1_000_000


@pytest.fixture(autouse=True)
def _no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def chain(x: Tensor, count: int) -> Tensor:
    for _ in range(count):
        x = x + 1.0
    return x


@pytest.mark.slow
def test_a_chain_of_a_million_operations() -> None:
    x = tensor(1.0, dtype=autograd.float64, requires_grad=True)
    y = x
    for _ in range(LONG // 2):
        y = -y * 1.0
    first = weakref.ref(x._node)
    y.backward()
    assert x.grad.item() == 1.0
    assert y.item() == 1.0
    last = weakref.ref(y.grad_fn)
    del y
    assert last() is None
    assert first() is x._node


@pytest.mark.slow
def test_a_long_chain_is_freed_without_backward_and_with_grad() -> None:
    x = tensor([1.0], requires_grad=True)
    y = chain(x, LONG)
    assert autograd.grad(y, x)[0].tolist() == [1.0]
    last = weakref.ref(y.grad_fn)
    del y
    assert last() is None


def test_long_chains_of_other_kinds() -> None:
    count = 20_000
    x = tensor([1.0, 2.0], requires_grad=True)
    y = chain(x, count)
    (d,) = autograd.grad((y * y).sum(), x, create_graph=True)
    d.sum().backward()
    assert x.grad.tolist() == [2.0, 2.0]
    del d, y
    z = x * 1
    for _ in range(count):
        z += 1
    z.sum().backward()
    v = x * 1
    for _ in range(count // 10):
        v.reshape(2, 1)[0].add_(1)
    v.sum().backward()
    assert x.grad.tolist() == [4.0, 4.0]


def step_plain(w: Tensor) -> None:
    ((w * 2).tanh().sum() * w[0]).backward()


def step_create_graph(w: Tensor) -> None:
    (d,) = autograd.grad((w**3).sum(), w, create_graph=True)
    (d * d).sum().backward()


def step_create_graph_into_grad(w: Tensor) -> None:
    (w**3).sum().backward(create_graph=True)
    w.grad.sum().backward()
    w.grad = None


def step_hooks(w: Tensor) -> None:
    y = w * w
    y.register_hook(lambda g: g * 2)
    with w.register_hook(lambda g: None):
        y.retain_grad()
        y.sum().backward()


def step_views(w: Tensor) -> None:
    y = w * 1
    a, b = y[1:], y.reshape(3, 1)
    a.mul_(2)
    y.add_(b[0])
    (a.sum() + b.sum() + y.unbind()[0]).backward()


def step_in_place(w: Tensor) -> None:
    y = w.sin()
    y += w
    y[0] = w[1]
    y.sum().backward()
    with autograd.no_grad():
        w -= w.grad * 1e-6
        w.grad.zero_()


def step_without_backward(w: Tensor) -> None:
    y = w * w
    y[:2].copy_(w[1:])
    y.detach().add_(1)


def step_error(w: Tensor) -> None:
    y = (w * w).sum()
    y.backward()
    with pytest.raises(RuntimeError):
        y.backward()


STEPS = [
    step_plain, step_create_graph, step_create_graph_into_grad, step_hooks, step_views,
    step_in_place, step_without_backward, step_error,
]  # fmt: skip


@pytest.mark.parametrize("step", STEPS, ids=lambda f: f.__name__)
def test_steps_leave_nothing_behind(step: Callable[[Tensor], None]) -> None:
    """No block stays. The collector only empties Python's own caches: it must find nothing."""
    w = tensor([0.1, 0.2, 0.3], dtype=autograd.float64, requires_grad=True)
    blocks, objects = [], []
    rounds, length = (10, 1_000) if step is step_plain else (8, 400)
    for _ in range(rounds):
        for _ in range(length):
            step(w)
        found = gc.collect()
        assert found == 0 or step is step_error  # a traceback holds the frame that holds it
        blocks.append(sys.getallocatedblocks())
        objects.append(len(gc.get_objects()))
    assert min(np.diff(blocks)) < 20
    assert objects[-1] - objects[0] < 20


def test_create_graph_ten_thousand_times() -> None:
    w = tensor(0.5, dtype=autograd.float64, requires_grad=True)
    blocks = 0
    for number in range(11_500):
        if number == 1_500:
            blocks = sys.getallocatedblocks()
        (d,) = autograd.grad(w * w, w, create_graph=True)
        d.backward()
    assert sys.getallocatedblocks() - blocks < 200


def test_no_cycles() -> None:
    """Whatever is dropped is gone; the collector finds nothing."""
    w = tensor([0.1, 0.2, 0.3], dtype=autograd.float64, requires_grad=True)
    gc.collect()
    for step in STEPS:
        if step is not step_error:  # a traceback holds the frame that holds it
            step(w)
    assert gc.collect() == 0


@pytest.mark.parametrize("backward", [False, True])
def test_dropping_the_output_frees_the_graph(backward: bool) -> None:
    x = tensor(np.ones(100), requires_grad=True)
    y = x * 2
    z = (y * y).exp()
    out = (z * y).sum()
    arrays = [weakref.ref(t._array) for t in (y, z)]
    nodes = [weakref.ref(t.grad_fn) for t in (y, z, out)]
    if backward:
        out.backward(retain_graph=True)
    del y, z
    assert all(ref() is not None for ref in (*arrays, *nodes))
    del out
    assert not any(ref() for ref in nodes)
    assert all(ref() is None for ref in arrays)


def test_saved_arrays_are_freed_as_backward_passes() -> None:
    x = tensor(np.ones(100), requires_grad=True)
    y = (x * 1.0).exp()
    early = weakref.ref(y._array)
    z = (y * 1.0).exp()
    late = weakref.ref(z._array)
    out = z.sum()
    seen: list[tuple[bool, bool]] = []
    x.register_hook(lambda g: seen.append((early() is None, late() is None)))
    y.register_hook(lambda g: seen.append((early() is None, late() is None)))
    del y, z
    assert early() is not None
    assert late() is not None
    out.backward()
    assert seen == [(False, True), (True, True)]
    assert out.grad_fn is not None


def test_gradients_in_between_are_freed() -> None:
    """At most a few arrays of the size of the data are alive at once in backward."""
    alive: list[int] = []
    x = tensor(np.ones(1000), requires_grad=True)
    y = x
    held: list[weakref.ref[Any]] = []

    def note(g: Tensor) -> None:
        held.append(weakref.ref(g._array))
        alive.append(sum(ref() is not None for ref in held))

    for _ in range(50):
        y = y * 1.01
        y.register_hook(note)
    y.sum().backward()
    assert len(alive) == 50
    assert max(alive) <= 3


def test_a_node_lives_as_long_as_its_users() -> None:
    x = tensor([1.0, 2.0], requires_grad=True)
    y = x * x
    node = weakref.ref(y.grad_fn)
    z = y + 1
    del y
    assert node() is not None
    del z
    assert node() is None


def test_a_leaf_is_freed_with_its_tensor() -> None:
    x = tensor([1.0], requires_grad=True)
    gone, vertex = weakref.ref(x), weakref.ref(x._node)
    y = x * 2
    del x
    assert gone() is None
    assert vertex() is not None
    y.backward()
    del y
    assert vertex() is None


def test_lists_of_views_do_not_grow() -> None:
    base = tensor([1.0, 2.0], requires_grad=True) * 1
    plain = autograd.zeros(2)
    for _ in range(10_000):
        base[0]
        plain[0]
    for each in (base, plain):
        assert len(getattr(each, "_views", ())) <= 16
    kept = [base[0] for _ in range(100)]
    assert sum(ref() is not None for ref in base._views) == 100
    base.mul_(2)
    assert all(v.item() == 2.0 for v in kept)


def test_a_view_keeps_its_base_and_the_base_not_its_views() -> None:
    base = tensor([1.0, 2.0], requires_grad=True) * 1
    v = base[0]
    gone_view, gone_base = weakref.ref(v), weakref.ref(base)
    del base
    assert gone_base() is not None
    del v
    assert gone_view() is None
    assert gone_base() is None


def ladder(count: int) -> tuple[Tensor, Tensor]:
    """Every rung is used twice, so there are 2**count paths."""
    x = tensor(1.0, dtype=autograd.float64, requires_grad=True)
    y = x
    for _ in range(count):
        y = (y + y) * 0.5
    return x, y


def test_the_work_is_linear_in_the_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each node's rules run once, whatever the number of paths; of ``y + y`` one rule does."""
    calls = []
    add, mul = autograd.tensor(1.0, requires_grad=True) + 1, None
    op = add.grad_fn.op
    mul = (autograd.tensor(1.0, requires_grad=True) * 2).grad_fn.op

    def counted(rule: Any) -> Any:
        def run(*args: Any) -> Any:
            calls.append(1)
            return rule(*args)

        return run

    for each in (op, mul):
        monkeypatch.setattr(each, "rules", tuple(counted(rule) for rule in each.rules))
    sizes = []
    for count in (100, 200, 400):
        x, y = ladder(count)
        calls.clear()
        y.backward()
        assert x.grad.item() == 1.0
        sizes.append(len(calls))
    assert sizes == [200, 400, 800]
    x, y = ladder(100)
    calls.clear()
    autograd.grad(y, x, create_graph=True)
    assert len(calls) == 200


def test_the_traversals_see_each_edge_once() -> None:
    class Counting(tuple):
        def __iter__(self) -> Iterator[Any]:
            looked.append(1)
            return super().__iter__()

        def __reversed__(self) -> Iterator[Any]:
            looked.append(1)
            return iter(self[::-1])

    sizes = []
    for count in (100, 200):
        x, y = ladder(count)
        nodes = [vertex for vertex in in_order([y._node]) if type(vertex) is Node]
        assert len(nodes) == 2 * count
        looked: list[int] = []
        for node in nodes:
            node.edges = Counting(node.edges)
        assert sum(1 for _ in in_order([y._node])) == 2 * count + 1
        engine.run([(y._node, np.float64(1.0))], keep=True, wanted=[x._node])
        sizes.append(len(looked))
    assert sizes[1] == 2 * sizes[0]
    assert sizes[1] <= 200 * 2 * 10
