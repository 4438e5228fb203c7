"""Loaders with worker threads: torch's order and numbers, errors that arrive, threads that end."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
import traceback
import warnings
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

import autograd
import nn
from nn.data import DataLoader, Dataset, IterableDataset, get_worker_info
from tests.test_nn_data import Eager, Program, pairs, same, seeded, squares, stream

PATIENCE = 20.0


def names() -> list[str]:
    return [each.name for each in threading.enumerate() if each.name.startswith("DataLoader")]


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    wait_for(lambda: not names())


def wait_for(condition: Callable[[], bool]) -> None:
    """Fail where it does not come true; threads that were told to end take a moment."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited in vain; threads: {names()}"
        gc.collect()
        time.sleep(0.001)


def noisy(lib: Any, data: Any) -> Any:
    """Samples with noise of the default generator."""

    class Noisy(data.Dataset):  # type: ignore[misc, name-defined]  # of either library
        def __getitem__(self, index: int) -> Any:
            return index, lib.rand(2), lib.randn(1), data.get_worker_info().seed

        def __len__(self) -> int:
            return 11

    return Noisy()


def prepared(lib: Any, data: Any) -> Any:
    """A data set to which ``worker_init_fn`` says how its worker counts."""

    class Counting(data.Dataset):  # type: ignore[misc, name-defined]  # of either library
        step = 0

        def __getitem__(self, index: int) -> int:
            return index * self.step

        def __len__(self) -> int:
            return 10

    def prepare(number: int) -> None:
        info = data.get_worker_info()
        assert number == info.id
        info.dataset.step = 10 ** (number + 1)

    return data.DataLoader(Counting(), 2, num_workers=2, worker_init_fn=prepare)


LOADERS: dict[str, Program] = {
    "plain": lambda lib, d: d.DataLoader(pairs(lib, d), 2, num_workers=2),
    "shuffled": lambda lib, d: d.DataLoader(squares(d), 3, shuffle=True, num_workers=2),
    "own stream": lambda lib, d: d.DataLoader(
        squares(d), 3, shuffle=True, num_workers=1, generator=seeded(lib)
    ),
    "eager sampler": lambda lib, d: d.DataLoader(squares(d), sampler=Eager(lib), num_workers=1),
    "noise": lambda lib, d: d.DataLoader(noisy(lib, d), 2, shuffle=True, num_workers=2),
    "persistent": lambda lib, d: d.DataLoader(
        noisy(lib, d), 2, shuffle=True, num_workers=2, persistent_workers=True
    ),
    "stream": lambda lib, d: d.DataLoader(stream(d), 2, num_workers=2, prefetch_factor=1),
    "persistent stream": lambda lib, d: d.DataLoader(
        stream(d), None, num_workers=2, persistent_workers=True
    ),
    "prepared": prepared,
}


@pytest.mark.parametrize("name", LOADERS)
def test_threads_give_what_torchs_processes_give(name: str) -> None:
    def program(lib: Any, data: Any) -> Any:
        loader = LOADERS[name](lib, data)
        return list(loader), list(loader)

    same(program)


@pytest.mark.parametrize("prefetch", [1, 3])
@pytest.mark.parametrize("workers", [1, 2, 5])
def test_the_order_is_kept(workers: int, prefetch: int) -> None:
    class Late(Dataset[int]):
        def __getitem__(self, index: int) -> int:
            time.sleep(0.01 * (index % 3 == 0))
            return index

        def __len__(self) -> int:
            return 23

    loader = DataLoader(Late(), 2, num_workers=workers, prefetch_factor=prefetch)
    assert [i for batch in loader for i in batch.tolist()] == list(range(23))
    loader = DataLoader(Late(), 2, num_workers=workers, in_order=False)
    assert sorted(i for batch in loader for i in batch.tolist()) == list(range(23))


def test_whichever_is_ready_comes_first() -> None:
    gate = threading.Event()

    class Gated(Dataset[int]):
        def __getitem__(self, index: int) -> int:
            assert index or gate.wait(PATIENCE)
            return index

        def __len__(self) -> int:
            return 8

    batches = iter(DataLoader(Gated(), None, num_workers=2, in_order=False, prefetch_factor=1))
    first = [next(batches) for _ in range(7)]
    gate.set()
    assert first == list(range(1, 8))
    assert list(batches) == [0]


def test_streams_of_different_lengths() -> None:
    class Uneven(IterableDataset[str]):
        def __iter__(self) -> Iterator[str]:
            info = get_worker_info()
            assert info is not None
            return (f"{info.id}{letter}" for letter in "abcdef"[: 1 + 5 * info.id])

    for in_order in (True, False):
        found = list(DataLoader(Uneven(), None, num_workers=2, in_order=in_order))
        assert sorted(found) == ["0a", "1a", "1b", "1c", "1d", "1e", "1f"]
    found = list(DataLoader(Uneven(), None, num_workers=2))
    assert found == ["0a", "1a", "1b", "1c", "1d", "1e", "1f"]


def test_a_stream_that_every_worker_goes_through_whole() -> None:
    def program(lib: Any, data: Any, batch_size: int | None = None) -> Any:
        class Whole(data.IterableDataset):  # type: ignore[misc, name-defined]
            def __iter__(self) -> Iterator[int]:
                return iter(range(4))

            def __len__(self) -> int:
                return 4

        found = []
        for workers in (0, 1, 2):
            loader = data.DataLoader(Whole(), batch_size, num_workers=workers)
            for asked in (False, True):
                if asked:
                    len(loader)
                with warnings.catch_warnings(record=True) as caught:
                    warnings.simplefilter("always")
                    list(loader)
                found.append(sum("length" in str(each.message).lower() for each in caught))
        return found

    same(program)
    assert program(autograd, nn.data) == [0, 0, 0, 0, 0, 4]
    # torch compares the number of batches with that of samples.
    assert program(autograd, nn.data, 2) == [0, 0, 0, 0, 0, 2]


class Broken(Dataset[int]):
    def __getitem__(self, index: int) -> int:
        if index == 3:
            raise ValueError("sample 3 is broken")
        return index

    def __len__(self) -> int:
        return 6


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_arrives_in_its_turn_with_its_traceback(workers: int) -> None:
    batches = iter(DataLoader(Broken(), None, num_workers=workers))
    assert [next(batches) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="sample 3 is broken") as caught:
        next(batches)
    text = "".join(traceback.format_exception(caught.value))
    assert 'raise ValueError("sample 3 is broken")' in text
    assert "in DataLoader worker thread" in text
    assert list(batches) == [4, 5]  # one may go on


def test_an_error_keeps_nothing_alive() -> None:
    batches = iter(DataLoader(Broken(), None, num_workers=1))
    watch = weakref.ref(batches)
    gc.disable()
    try:
        with pytest.raises(ValueError, match="broken"):
            list(batches)
        del batches
        assert watch() is None
    finally:
        gc.enable()


def test_errors_of_preparation_collation_and_sampling() -> None:
    def wrong(*_: Any) -> Any:
        raise KeyError("on purpose")

    class Sampler:
        def __iter__(self) -> Iterator[int]:
            yield 0
            wrong()

    for options in (
        {"worker_init_fn": wrong},
        {"collate_fn": wrong},
        {"sampler": Sampler()},
        {"worker_init_fn": wrong, "persistent_workers": True},
    ):
        loader = DataLoader(range(9), num_workers=2, **options)
        for _ in range(2):
            with pytest.raises(KeyError, match="on purpose"):
                list(loader)

    class Unready(IterableDataset[int]):
        def __iter__(self) -> Iterator[int]:
            raise KeyError("on purpose")

    for persistent in (False, True):
        loader = DataLoader(Unready(), num_workers=2, persistent_workers=persistent)
        for _ in range(2):
            with pytest.raises(KeyError, match="on purpose"):
                list(loader)


def test_an_exit_in_a_worker_is_an_exit() -> None:
    def leave(_: Any) -> Any:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        list(DataLoader(range(2), num_workers=1, collate_fn=leave))


def test_timeout() -> None:
    gate = threading.Event()

    class Stuck(Dataset[int]):
        def __getitem__(self, index: int) -> int:
            assert gate.wait(PATIENCE)
            return index

        def __len__(self) -> int:
            return 1

    batches = iter(DataLoader(Stuck(), None, num_workers=1, timeout=0.02))
    with pytest.raises(RuntimeError, match=r"timed out after 0\.02 seconds"):
        next(batches)
    gate.set()
    assert next(batches) == 0


def test_threads_end_with_the_pass() -> None:
    batches = iter(DataLoader(range(9), num_workers=3))
    assert len(names()) == 3
    assert len(list(batches)) == 9
    wait_for(lambda: not names())
    assert list(batches) == []


def test_threads_end_when_the_loop_is_left() -> None:
    for _ in DataLoader(range(100), num_workers=2):
        break
    wait_for(lambda: not names())


def test_threads_end_when_the_pass_is_closed() -> None:
    with closing(iter(DataLoader(range(100), num_workers=2))) as batches:
        next(batches)
    wait_for(lambda: not names())
    assert list(batches) == []


def test_persistent_threads_stay_until_the_loader_goes() -> None:
    loader = DataLoader(range(9), num_workers=2, persistent_workers=True)
    list(loader)
    before = {id(each) for each in threading.enumerate()}
    for number, batch in enumerate(loader):  # left half way
        assert batch.tolist() == [number]
        if number == 4:
            break
    assert [batch.item() for batch in loader] == list(range(9))
    assert {id(each) for each in threading.enumerate()} == before
    iter(loader).close()
    wait_for(lambda: not names())
    assert [batch.item() for batch in loader] == list(range(9))
    del loader
    wait_for(lambda: not names())


def test_a_pass_takes_no_more_ahead_than_was_said() -> None:
    taken: list[int] = []

    class Counted:
        def __iter__(self) -> Iterator[int]:
            for i in range(100):
                taken.append(i)
                yield i

    batches = iter(
        DataLoader(range(100), sampler=Counted(), batch_size=None, num_workers=2, prefetch_factor=3)
    )
    assert len(taken) == 6
    next(batches)
    assert len(taken) == 7


def test_workers_have_the_mode_of_who_asks_and_a_stream_of_their_own() -> None:
    class Modes(Dataset[Any]):
        def __getitem__(self, index: int) -> Any:
            return autograd.is_grad_enabled(), autograd.initial_seed() - get_worker_info().seed  # type: ignore[union-attr]

        def __len__(self) -> int:
            return 4

    autograd.manual_seed(1)
    with autograd.no_grad():
        assert list(DataLoader(Modes(), None, num_workers=2)) == [[False, 0]] * 4
    assert autograd.initial_seed() == 1
    assert list(DataLoader(Modes(), None, num_workers=2)) == [[True, 0]] * 4


def test_seeds_in_workers_leave_the_others_alone() -> None:
    def again(samples: Any) -> Any:
        autograd.manual_seed(0)
        return autograd.rand(1).item()

    autograd.manual_seed(1)
    found = list(DataLoader(range(4), num_workers=2, collate_fn=again))
    assert len(set(found)) == 1
    assert autograd.initial_seed() == 1


def test_what_cannot_be_copied_is_shared() -> None:
    class Single(Dataset[int]):
        def __copy__(self) -> Single:
            raise TypeError("there is only one")

        def __getitem__(self, index: int) -> int:
            return index

        def __len__(self) -> int:
            return 2

    assert list(DataLoader(Single(), None, num_workers=2)) == [0, 1]


def test_a_program_that_ends_in_the_middle_ends() -> None:
    program = (
        "import nn, time\n"
        "class Slow(nn.data.Dataset):\n"
        "    def __getitem__(self, i):\n"
        "        time.sleep(0.05)\n"
        "        return i\n"
        "    def __len__(self):\n"
        "        return 1000\n"
        "batches = iter(nn.data.DataLoader(Slow(), num_workers=2, persistent_workers=True))\n"
        "print(next(batches))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "tensor([0])\n", "")


def test_many_workers_many_passes() -> None:
    x = autograd.rand(200, 5)
    loader = DataLoader(nn.data.TensorDataset(x), 7, num_workers=8, prefetch_factor=2)
    for _ in range(20):
        assert autograd.equal(autograd.cat([batch for [batch] in loader]), x)
