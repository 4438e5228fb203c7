"""The pool of threads: every part once, errors, nesting."""

from __future__ import annotations

import os
import threading

import numpy as np
import pytest

import autograd
from autograd import blocks, threads
from tests.on_threads import on_threads


@pytest.fixture(params=[1, 2, 5])
def count(request: pytest.FixtureRequest) -> int:
    with on_threads(request.param) as number:
        yield number


def test_every_part_is_done_once(count: int) -> None:
    done = np.zeros(100, int)

    def work(number: int) -> None:
        done[number] += 1

    for _ in range(20):
        threads.run(work, 100)
    assert (done == 20).all()


def test_an_error_in_a_part_is_raised_and_the_pool_lives_on(count: int) -> None:
    def work(number: int) -> None:
        if number == 3:
            raise ValueError("part 3")

    for _ in range(3):
        with pytest.raises(ValueError, match="part 3"):
            threads.run(work, 10)
    found: list[int] = []
    threads.run(found.append, 4)
    assert sorted(found) == [0, 1, 2, 3]


def test_a_part_may_use_the_pool(count: int) -> None:
    done = np.zeros((4, 5), int)

    def inner(row: int) -> None:
        threads.run(lambda column: done.__setitem__((row, column), 1), 5)

    threads.run(inner, 4)
    assert done.all()


def test_threads_of_the_user_may_use_it_at_once() -> None:
    totals = np.zeros(4)

    def use(me: int) -> None:
        for _ in range(50):
            parts: list[int] = []
            threads.run(parts.append, 8)
            totals[me] += sum(parts)

    users = [threading.Thread(target=use, args=(me,)) for me in range(4)]
    for each in users:
        each.start()
    for each in users:
        each.join()
    assert (totals == 50 * 28).all()


@pytest.mark.parametrize(
    ("num", "error"), [(0, RuntimeError), (-1, RuntimeError), (1.5, TypeError)]
)
def test_a_wrong_number_of_threads(num: object, error: type[Exception]) -> None:
    with pytest.raises(error, match="set_num_threads expects"):
        autograd.set_num_threads(num)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_child_has_threads_of_its_own() -> None:
    threads.run(lambda number: None, 8)
    child = os.fork()
    if not child:
        found = np.zeros(8)
        threads.run(lambda number: found.__setitem__(number, 1), 8)
        os._exit(0 if found.all() else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_scratch_is_of_the_thread() -> None:
    mine = threads.scratch("test", (3,), np.float64)
    mine[:] = 1
    other: list[object] = []
    thread = threading.Thread(target=lambda: other.append(threads.scratch("test", (3,), float)))
    thread.start()
    thread.join()
    assert not np.shares_memory(mine, other[0])
    assert np.shares_memory(mine, threads.scratch("test", (2,), np.float32))


@pytest.mark.parametrize("order", ["dense", "turned", "other", "gaps"])
def test_arrays_are_changed_piece_by_piece(count: int, order: str) -> None:
    """Each entry once, whichever way the arrays lie in memory."""
    rng = np.random.default_rng(0)
    x, g = rng.random((2, 31, 20))
    if order == "turned":
        x, g = x.T, g.T
    elif order == "other":
        g = np.asfortranarray(g)
    elif order == "gaps":
        x, g = x[:, :-1], g[:, :-1]
    expected = x - 2 * g
    sizes: list[int] = []

    def change(x: np.ndarray, g: np.ndarray) -> None:
        sizes.append(x.size)
        x -= 2 * g

    blocks.by_pieces(change, 100, x, g)
    np.testing.assert_array_equal(x, expected)
    assert max(sizes) <= 120
    assert len(sizes) % count == 0


@pytest.mark.parametrize("order", ["dense", "turned", "other", "wide"])
def test_threads_share_an_elementwise_kernel(
    count: int, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "CACHED", 100)
    x, g = np.random.default_rng(0).random((2, 31, 20))
    if order == "turned":
        x, g = x.T, g.T
    elif order == "other":
        g = np.asfortranarray(g)
    elif order == "wide":
        g = np.broadcast_to(g[:1], g.shape)
    sizes: list[int] = []

    @blocks.shared(1000.0)
    def kernel(x: np.ndarray, factor: float, g: np.ndarray) -> np.ndarray:
        sizes.append(x.size)
        return x * factor + g

    np.testing.assert_array_equal(kernel(x, 3.0, g), x * 3.0 + g)
    assert len(sizes) >= 20
    sizes.clear()
    np.testing.assert_array_equal(kernel(x, 3.0, g[:1]), x * 3.0 + g[:1])
    assert sizes == [x.size]
