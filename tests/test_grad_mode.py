"""no_grad, enable_grad, set_grad_enabled, inference_mode: the same lines here and in torch."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import autograd
from tests.both import leaf, on_both

SWITCHES = [
    ("no_grad", (), False),
    ("enable_grad", (), True),
    ("set_grad_enabled", (False,), False),
    ("set_grad_enabled", (True,), True),
    ("inference_mode", (), False),
    ("inference_mode", (True,), False),
    ("inference_mode", (False,), True),
]
each_switch = pytest.mark.parametrize(("name", "args", "records"), SWITCHES)


@on_both
@each_switch
def test_as_a_context(lib: Any, name: str, args: tuple[Any, ...], records: bool) -> None:
    x = leaf(lib)
    with getattr(lib, name)(*args):
        y = x * 2
        assert lib.is_grad_enabled() is records
    assert (y.requires_grad, y.is_leaf, y.grad_fn is None) == (records, not records, not records)
    assert lib.is_grad_enabled()
    assert (x * 2).requires_grad


@on_both
@each_switch
def test_as_a_decorator(lib: Any, name: str, args: tuple[Any, ...], records: bool) -> None:
    @getattr(lib, name)(*args)
    def double(x: Any, *, by: int = 2) -> Any:
        """Doc."""
        return x * by

    assert lib.is_grad_enabled()
    assert (double.__name__, double.__doc__) == ("double", "Doc.")
    for _ in range(2):
        assert double(leaf(lib), by=3).requires_grad is records
    assert lib.is_grad_enabled()
    with lib.no_grad():
        assert double(leaf(lib)).requires_grad is records


@on_both
@pytest.mark.parametrize("name", ["no_grad", "enable_grad", "inference_mode"])
def test_as_a_decorator_without_parentheses(lib: Any, name: str) -> None:
    @getattr(lib, name)
    def double(x: Any) -> Any:
        return x * 2

    assert double(leaf(lib)).requires_grad is (name == "enable_grad")
    assert lib.is_grad_enabled()


@on_both
def test_on_a_method(lib: Any) -> None:
    class Doubler:
        by = 2

        @lib.no_grad()
        def run(self, x: Any) -> Any:
            return x * self.by

    y = Doubler().run(leaf(lib))
    assert (y.requires_grad, y.tolist()) == (False, [2.0, 4.0, 6.0])


@on_both
def test_on_a_generator(lib: Any) -> None:
    @lib.no_grad()
    def steps() -> Iterator[Any]:
        sent = yield lib.is_grad_enabled()
        try:
            yield (sent, lib.is_grad_enabled())
        except KeyError:
            yield ("caught", lib.is_grad_enabled())
        return "end"

    running = steps()
    assert next(running) is False
    assert lib.is_grad_enabled()
    assert running.send(5) == (5, False)
    assert lib.is_grad_enabled()
    assert running.throw(KeyError("x")) == ("caught", False)
    assert lib.is_grad_enabled()
    with pytest.raises(StopIteration) as stop:
        next(running)
    assert stop.value.value == "end"


@on_both
def test_closing_a_generator(lib: Any) -> None:
    left: list[bool] = []

    @lib.no_grad()
    def steps() -> Iterator[int]:
        try:
            yield 1
        finally:
            left.append(lib.is_grad_enabled())

    running = steps()
    next(running)
    running.close()
    assert left == [False]
    assert lib.is_grad_enabled()


@on_both
def test_nested(lib: Any) -> None:
    modes = []
    with lib.no_grad():
        with lib.enable_grad():
            modes.append(lib.is_grad_enabled())
            with lib.no_grad():
                modes.append(lib.is_grad_enabled())
            modes.append(lib.is_grad_enabled())
        modes.append(lib.is_grad_enabled())
        with lib.set_grad_enabled(True), lib.set_grad_enabled(False):
            modes.append(lib.is_grad_enabled())
        modes.append(lib.is_grad_enabled())
    assert modes == [True, False, True, False, False, False]
    assert lib.is_grad_enabled()


@on_both
def test_one_switch_used_again_and_inside_itself(lib: Any) -> None:
    switch = lib.no_grad()
    for _ in range(2):
        with switch:
            assert not lib.is_grad_enabled()
        assert lib.is_grad_enabled()


@on_both
def test_an_exception_restores(lib: Any) -> None:
    with pytest.raises(KeyError), lib.no_grad():
        raise KeyError
    assert lib.is_grad_enabled()

    @lib.no_grad()
    def fail() -> None:
        raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert lib.is_grad_enabled()


@on_both
def test_set_grad_enabled_as_a_function(lib: Any) -> None:
    lib.set_grad_enabled(False)
    try:
        assert not lib.is_grad_enabled()
        with lib.set_grad_enabled(True):
            assert lib.is_grad_enabled()
        assert not lib.is_grad_enabled()
    finally:
        lib.set_grad_enabled(True)
    assert lib.is_grad_enabled()
    with pytest.raises(TypeError):
        lib.set_grad_enabled("no")


@on_both
def test_the_switches_before_backward_do_not_matter(lib: Any) -> None:
    x = leaf(lib, 3.0)
    y = x * x
    with lib.no_grad():
        y.sum().backward() if y.sum().requires_grad else y.backward()
    assert x.grad.tolist() == [6.0]
    assert not x.grad.requires_grad
    with lib.no_grad():
        (x.detach() * 2).requires_grad_()
        made = lib.ones(2, requires_grad=True)
    assert made.requires_grad


# torch warns, once a process, of the reference cycle that it makes here.
@pytest.mark.filterwarnings("ignore:Using backward:UserWarning")
@on_both
def test_create_graph_inside_no_grad(lib: Any) -> None:
    x = leaf(lib, 3.0)
    y = x**3
    with lib.no_grad():
        y.backward(create_graph=True)
        assert not lib.is_grad_enabled()
    assert x.grad.requires_grad


@on_both
def test_inference_mode_is_known(lib: Any) -> None:
    with lib.inference_mode():
        assert lib.is_inference_mode_enabled()
        with lib.enable_grad():
            assert lib.is_grad_enabled()
        with lib.inference_mode(False):
            assert not lib.is_inference_mode_enabled()
            assert lib.is_grad_enabled()
    assert not lib.is_inference_mode_enabled()


@on_both
def test_threads_start_in_the_default_mode(lib: Any) -> None:
    seen: list[bool] = []

    def look() -> None:
        seen.append(lib.is_grad_enabled())
        with lib.no_grad():
            seen.append(lib.is_grad_enabled())

    with lib.no_grad():
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(look).result()
        assert not lib.is_grad_enabled()
    assert seen == [True, False, True, False]


@on_both
def test_threads_switch_by_themselves(lib: Any) -> None:
    inside, leave = threading.Event(), threading.Event()

    def work() -> None:
        with lib.no_grad():
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=work)
    thread.start()
    assert inside.wait(10)
    recorded = (leaf(lib) * 2).requires_grad
    leave.set()
    thread.join()
    assert recorded


def test_tasks_do_not_see_each_others_mode() -> None:
    """Here the mode belongs to the running context, so it also stays apart in asyncio."""

    async def switching(entered: asyncio.Event, go_on: asyncio.Event) -> None:
        with autograd.no_grad():
            entered.set()
            await go_on.wait()

    async def main() -> bool:
        entered, go_on = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(switching(entered, go_on))
        await entered.wait()
        seen = autograd.is_grad_enabled()
        go_on.set()
        await task
        return seen

    assert asyncio.run(main())
