"""Data sets, samplers and loaders: what torch's give for the same seed."""

from __future__ import annotations

import collections
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd
import nn
from nn.data.dataset import collated
from tests.both import plain
from tests.oracle import torch

SIDES = [(autograd, nn.data), (torch, torch.utils.data)]
Program = Callable[[Any, Any], Any]


def frozen(value: Any) -> Any:
    """Tensors of either library as dtype, shape and numbers; all else as it is."""
    if isinstance(value, (autograd.Tensor, torch.Tensor)):
        kind = str(value.dtype).removeprefix("torch.")
        return "tensor", kind, tuple(value.shape), plain(value.detach()).tolist()
    if isinstance(value, np.ndarray):
        return "array", str(value.dtype), value.tolist()
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [frozen(each) for each in value]
    if isinstance(value, collections.abc.Mapping):
        return type(value).__name__, {key: frozen(value[key]) for key in value}
    return value


def results(program: Program) -> list[Any]:
    """What the program gives on both sides, each from the same seed."""
    found = []
    for lib, data in SIDES:
        lib.manual_seed(7)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's worker processes complain of much
            result = program(lib, data)
        # What was drawn meanwhile shows in what comes next.
        found.append((frozen(result), frozen(lib.rand(3))))
    return found


def same(program: Program) -> None:
    ours, theirs = results(program)
    assert ours == theirs


def refused(program: Program, error: type[Exception], phrase: str) -> None:
    """Both raise this, and both with the phrase."""
    for lib, data in SIDES:
        with pytest.raises(error, match=phrase or None):
            program(lib, data)


def seeded(lib: Any, seed: int = 5) -> Any:
    generator = lib.Generator()
    generator.manual_seed(seed)
    return generator


def pairs(lib: Any, data: Any, n: int = 10) -> Any:
    x = lib.arange(3.0 * n).reshape(n, 3)
    return data.TensorDataset(x, lib.arange(n))


def squares(data: Any, n: int = 10) -> Any:
    class Squares(data.Dataset):  # type: ignore[misc, name-defined]  # of either library
        def __getitem__(self, index: int) -> Any:
            return index, float(index) ** 2, f"no. {index}"

        def __len__(self) -> int:
            return n

    return Squares()


def stream(data: Any, n: int = 10) -> Any:
    class Stream(data.IterableDataset):  # type: ignore[misc, name-defined]  # of either library
        def __iter__(self) -> Iterator[int]:
            worker = data.get_worker_info()
            return iter(range(n) if worker is None else range(worker.id, n, worker.num_workers))

        def __len__(self) -> int:
            return n

    return Stream()


# ---------------------------------------------------------------------------- samplers

SAMPLERS: dict[str, Program] = {
    "sequential": lambda lib, d: d.SequentialSampler(range(5)),
    "random": lambda lib, d: d.RandomSampler(range(20)),
    "random, own stream": lambda lib, d: d.RandomSampler(range(20), generator=seeded(lib)),
    "random, fewer": lambda lib, d: d.RandomSampler(range(20), num_samples=7),
    "random, more": lambda lib, d: d.RandomSampler(range(5), num_samples=17),
    "replacement": lambda lib, d: d.RandomSampler(range(20), replacement=True),
    "replacement, 100": lambda lib, d: d.RandomSampler(
        range(20), replacement=True, num_samples=100, generator=seeded(lib)
    ),
    "replacement, 64": lambda lib, d: d.RandomSampler(range(20), True, 64),
    "subset": lambda lib, d: d.SubsetRandomSampler([4, 8, 15, 16, 23, 42]),
    "subset, own stream": lambda lib, d: d.SubsetRandomSampler("abcdef", generator=seeded(lib)),
    "weighted": lambda lib, d: d.WeightedRandomSampler([0.1, 0.0, 3.0, 1.0], 20),
    "weighted, each once": lambda lib, d: d.WeightedRandomSampler([0.1, 2.0, 3.0, 1.0], 3, False),
    "weighted, tensor": lambda lib, d: d.WeightedRandomSampler(
        lib.tensor([1.0, 2.0]), 9, generator=seeded(lib)
    ),
    "batches": lambda lib, d: d.BatchSampler(d.RandomSampler(range(10)), 3, False),
    "whole batches": lambda lib, d: d.BatchSampler(range(10), 3, True),
    "batches that fit": lambda lib, d: d.BatchSampler(range(9), 3, True),
    "batches of letters": lambda lib, d: d.BatchSampler("abcde", 2, False),
}


@pytest.mark.parametrize("name", SAMPLERS)
def test_sampler(name: str) -> None:
    def program(lib: Any, data: Any) -> Any:
        sampler = SAMPLERS[name](lib, data)
        return list(sampler), len(sampler), list(sampler)

    same(program)


def test_two_who_draw_from_one_stream() -> None:
    def program(lib: Any, data: Any) -> Any:
        generator = seeded(lib)
        more = data.RandomSampler(range(5), True, 70, generator=generator)
        found = [(i, lib.rand(1, generator=generator).item()) for i in more]
        order = data.RandomSampler(range(5), generator=generator)
        return found, list(order), lib.rand(2, generator=generator)

    same(program)


REFUSED_SAMPLERS: list[tuple[Program, type[Exception], str]] = [
    (lambda lib, d: d.RandomSampler([]), ValueError, "num_samples should be a positive integer"),
    (lambda lib, d: d.RandomSampler([1], num_samples=0), ValueError, "positive integer"),
    (lambda lib, d: d.RandomSampler([1], num_samples=1.5), ValueError, "positive integer"),
    (lambda lib, d: d.RandomSampler([1], replacement=1), TypeError, "replacement should be a bool"),
    (lambda lib, d: d.WeightedRandomSampler([1.0], 0), ValueError, "num_samples should be a pos"),
    (lambda lib, d: d.WeightedRandomSampler([1.0], True), ValueError, "num_samples should be a"),
    (lambda lib, d: d.WeightedRandomSampler([1.0], 1, 2), ValueError, "replacement should be a"),
    (lambda lib, d: d.WeightedRandomSampler([[1.0]], 1), ValueError, "weights should be a 1d seq"),
    (lambda lib, d: d.BatchSampler(range(3), 0, False), ValueError, "batch_size should be a pos"),
    (lambda lib, d: d.BatchSampler(range(3), True, False), ValueError, "batch_size should be a"),
    (lambda lib, d: d.BatchSampler(range(3), 1, 0), ValueError, "drop_last should be a boolean"),
    (lambda lib, d: list(d.Sampler()), NotImplementedError, ""),
    (lambda lib, d: len(d.BatchSampler(iter("ab"), 1, True)), TypeError, "has no len"),
]


@pytest.mark.parametrize(("program", "error", "phrase"), REFUSED_SAMPLERS)
def test_refused_samplers(program: Program, error: type[Exception], phrase: str) -> None:
    refused(program, error, phrase)


# --------------------------------------------------------------------------- data sets

DATASETS: dict[str, Program] = {
    "tensors": pairs,
    "one tensor": lambda lib, d: d.TensorDataset(lib.arange(4)),
    "subset": lambda lib, d: d.Subset(pairs(lib, d), [7, 1, 1]),
    "subset of a subset": lambda lib, d: d.Subset(d.Subset(squares(d), [7, 1, 4]), [2, 0]),
    "concatenation": lambda lib, d: d.ConcatDataset([squares(d, 3), squares(d, 2)]),
    "sum": lambda lib, d: pairs(lib, d, 2) + pairs(lib, d, 1),
    "stacked": lambda lib, d: d.StackDataset(squares(d), pairs(lib, d)),
    "stacked by name": lambda lib, d: d.StackDataset(
        a=squares(d), b=d.Subset(range(10), range(10))
    ),
}


@pytest.mark.parametrize("name", DATASETS)
def test_dataset(name: str) -> None:
    def program(lib: Any, data: Any) -> Any:
        dataset = DATASETS[name](lib, data)
        each = [dataset[i] for i in range(len(dataset))]
        loader = data.DataLoader(dataset, batch_size=2, shuffle=True)
        return each, dataset[-1], list(loader), len(loader)

    same(program)


def test_chain() -> None:
    def program(lib: Any, data: Any) -> Any:
        chain = stream(data, 3) + stream(data, 2)
        return list(chain), len(chain), list(data.DataLoader(chain, batch_size=2))

    same(program)


REFUSED_DATASETS: list[tuple[Program, type[Exception], str]] = [
    (lambda lib, d: d.Dataset()[0], NotImplementedError, "__getitem__"),
    (lambda lib, d: len(d.Dataset()), TypeError, "has no len"),
    (lambda lib, d: d.TensorDataset(lib.ones(2), lib.ones(3)), AssertionError, "Size mismatch"),
    (lambda lib, d: d.StackDataset(), ValueError, "[Aa]t least one dataset"),
    (lambda lib, d: d.StackDataset([1], a=[1]), ValueError, "dict"),
    (lambda lib, d: d.StackDataset([1], [1, 2]), ValueError, "Size mismatch between datasets"),
    (lambda lib, d: d.ConcatDataset([]), AssertionError, "should not be an empty iterable"),
    (lambda lib, d: d.ConcatDataset([stream(d)]), AssertionError, "does not support Iterable"),
    (lambda lib, d: d.ConcatDataset(["ab"])[-3], ValueError, "absolute value of index"),
    (lambda lib, d: d.ConcatDataset(["ab"])[2], IndexError, ""),
    (lambda lib, d: list(d.ChainDataset(["ab"])), AssertionError, "only supports IterableDataset"),
    (lambda lib, d: d.random_split(range(3), [1, 1]), ValueError, "Sum of input lengths"),
    (lambda lib, d: d.random_split(range(3), [1.5, -0.5]), ValueError, "Fraction at index 0"),
]


@pytest.mark.parametrize(("program", "error", "phrase"), REFUSED_DATASETS)
def test_refused_datasets(program: Program, error: type[Exception], phrase: str) -> None:
    refused(program, error, phrase)


def test_a_tensor_dataset_says_what_it_takes() -> None:
    with pytest.raises(TypeError, match="from_numpy"):
        nn.data.TensorDataset(np.zeros(3))  # type: ignore[arg-type]


@pytest.mark.parametrize("data", [nn.data, torch.utils.data], ids=["ours", "torch"])
def test_a_subset_of_ones_own_needs_both_ways(data: Any) -> None:
    class Doubled(data.Subset):  # type: ignore[misc, name-defined]  # of either library
        def __getitem__(self, index: Any) -> Any:
            return 2 * self.dataset[self.indices[index]]

    class Both(Doubled):
        def __getitems__(self, indices: Any) -> Any:
            return [self[i] for i in indices]

    with pytest.raises(NotImplementedError, match="__getitems__"):
        Doubled(range(3), [0])
    [batch] = data.DataLoader(Both(range(3), [2, 1]), batch_size=2)
    assert batch.tolist() == [4, 2]


@pytest.mark.parametrize("lengths", [[3, 7], [10], [0.25, 0.75], [0.3, 0.3, 0.4], [0.05, 0.95]])
@pytest.mark.parametrize("own", [False, True])
def test_random_split(lengths: Any, own: bool) -> None:
    def program(lib: Any, data: Any) -> Any:
        options = {"generator": seeded(lib)} if own else {}
        return [list(part) for part in data.random_split(range(10), lengths, **options)]

    same(program)


def test_random_split_of_too_little() -> None:
    with pytest.warns(UserWarning, match="split at index 1 is 0"):
        parts = nn.data.random_split(range(1), [0.9, 0.1])
    assert [len(part) for part in parts] == [1, 0]


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize(("n", "k"), [(10, 5), (11, 3), (4, 4), (5, 2)])
def test_k_fold(n: int, k: int, shuffle: bool) -> None:
    folds = nn.data.k_fold(range(n), k, shuffle)
    assert len(folds) == k
    assert sorted(i for _, validation in folds for i in validation) == list(range(n))
    sizes = [len(validation) for _, validation in folds]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] - sizes[-1] <= 1
    for train, validation in folds:
        assert sorted([*train, *validation]) == list(range(n))


def test_k_fold_in_another_order_each_time() -> None:
    def validation(seed: int) -> list[Any]:
        generator = seeded(autograd, seed)
        return [list(part) for _, part in nn.data.k_fold(range(20), 4, True, generator)]

    assert validation(1) == validation(1) != validation(2)
    for wrong in (0, 1, 4):
        with pytest.raises(ValueError, match=f"k={wrong} is not from 2 to 3"):
            nn.data.k_fold(range(3), wrong)
    with pytest.raises(ValueError, match="only with shuffle=True"):
        nn.data.k_fold(range(3), 3, generator=seeded(autograd))


# ----------------------------------------------------------------------------- batches


class Point(NamedTuple):
    x: Any
    y: Any


class Row(list[Any]):
    """A sequence with something of its own."""

    title = ""


def _titled() -> list[Any]:
    rows = [Row([1, 2.0]), Row([3, 4.0])]
    rows[0].title = "kept"
    return rows


BATCHES: dict[str, Callable[[Any], list[Any]]] = {
    "tensors": lambda lib: [lib.ones(2, 3), lib.zeros(2, 3)],
    "numbers in tensors": lambda lib: [lib.tensor(1), lib.tensor(2)],
    "arrays": lambda lib: [np.zeros(3, np.float32), np.ones(3, np.float32)],
    "0-d arrays": lambda lib: [np.array(1.5), np.array(2.5)],
    "float32 scalars": lambda lib: [np.float32(1), np.float32(2)],
    "float64 scalars": lambda lib: [np.float64(1), np.float64(2)],
    "int scalars": lambda lib: [np.int32(1), np.int32(2)],
    "bool scalars": lambda lib: [np.True_, np.False_],
    "floats": lambda lib: [1.5, 2.5, float("inf")],
    "ints": lambda lib: [1, 2, 3],
    "bools": lambda lib: [True, False],
    "strings": lambda lib: ["a", "b"],
    "bytes": lambda lib: [b"a", b"b"],
    "tuples": lambda lib: [(lib.ones(2), 1, "a"), (lib.zeros(2), 2, "b")],
    "lists": lambda lib: [[1.0, 2], [3.0, 4]],
    "lists of ones own": lambda lib: _titled(),
    "named tuples": lambda lib: [Point(lib.ones(2), 1), Point(lib.zeros(2), 2)],
    "dicts": lambda lib: [{"a": 1, "b": lib.ones(2)}, {"b": lib.zeros(2), "a": 2}],
    "ordered dicts": lambda lib: [collections.OrderedDict(a=1), collections.OrderedDict(a=2)],
    "nested": lambda lib: [
        {"a": [(1, "x"), Point(0.5, lib.ones(1))]},
        {"a": [(2, "y"), Point(1.5, lib.zeros(1))]},
    ],
    "ranges": lambda lib: [range(2), range(2)],
    "empty tuples": lambda lib: [(), ()],
    "default dicts": lambda lib: [collections.defaultdict(int, a=1), {"a": 2}],
    "one": lambda lib: [lib.ones(2)],
}


@pytest.mark.parametrize("name", BATCHES)
def test_collate(name: str) -> None:
    same(lambda lib, data: data.default_collate(BATCHES[name](lib)))
    same(lambda lib, data: data.default_convert(BATCHES[name](lib)))


def test_collate_keeps_what_is_ones_own() -> None:
    rows = _titled()
    assert nn.data.default_collate(rows).title == "kept"
    assert list(rows[0]) == [1, 2.0]


REFUSED_BATCHES: list[tuple[Callable[[Any], list[Any]], type[Exception], str]] = [
    (lambda lib: [object()], TypeError, "batch must contain tensors"),
    (lambda lib: [None, None], TypeError, "batch must contain tensors"),
    (lambda lib: [np.array(["a"])], TypeError, "batch must contain tensors"),
    (lambda lib: [lib.ones(2), lib.ones(3)], RuntimeError, "stack expects each tensor to be equal"),
    (lambda lib: [(1, 2), (1,)], RuntimeError, "should be of equal size"),
    (lambda lib: [{"a": 1}, {"b": 1}], KeyError, "a"),
    (lambda lib: [], IndexError, ""),
]


@pytest.mark.parametrize(("batch", "error", "phrase"), REFUSED_BATCHES)
def test_refused_batches(
    batch: Callable[[Any], list[Any]], error: type[Exception], phrase: str
) -> None:
    refused(lambda lib, data: data.default_collate(batch(lib)), error, phrase)


def test_a_batch_of_tensors_at_once_is_the_batch_of_samples() -> None:
    tensors = nn.data.TensorDataset(autograd.rand(10, 2, 3), autograd.arange(10))
    inside = nn.data.Subset(nn.data.Subset(tensors, range(9, -1, -1)), [3, 3, 5, 0, 1])
    for dataset in (tensors, inside, nn.data.StackDataset(inside, inside)):
        for indices in ([2], [0, 4, 4, -1], [3, 1]):
            at_once = collated(dataset, indices)
            assert frozen(at_once) == frozen(nn.data.default_collate([dataset[i] for i in indices]))
    for indices in ([], [True], [autograd.tensor(1)]):
        assert collated(tensors, indices) is None
    assert collated(nn.data.StackDataset(tensors, range(10)), [1]) is None


def test_samples_of_ones_own_are_not_passed_over() -> None:
    class Negative(nn.data.TensorDataset):
        def __getitem__(self, index: Any) -> Any:
            return tuple(-each for each in super().__getitem__(index))

    [[batch]] = nn.data.DataLoader(Negative(autograd.arange(3)), batch_size=3)
    assert batch.tolist() == [0, -1, -2]
    [[batch]] = nn.data.DataLoader(
        nn.data.Subset(Negative(autograd.arange(3)), [2, 1]), batch_size=3
    )
    assert batch.tolist() == [-2, -1]


def test_a_batch_has_memory_of_its_own() -> None:
    x = autograd.arange(4.0)
    for [batch] in nn.data.DataLoader(nn.data.TensorDataset(x), batch_size=2):
        batch.zero_()
    assert x.tolist() == [0.0, 1.0, 2.0, 3.0]


def test_gradients_reach_the_data() -> None:
    x = autograd.arange(4.0).requires_grad_()
    for [batch] in nn.data.DataLoader(nn.data.TensorDataset(x), batch_size=2, shuffle=True):
        (batch * batch).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [0.0, 2.0, 4.0, 6.0]


# ----------------------------------------------------------------------------- loaders

LOADERS: dict[str, Program] = {
    "plain": lambda lib, d: d.DataLoader(pairs(lib, d)),
    "a list": lambda lib, d: d.DataLoader([1.0, 2.0, 3.0], batch_size=2),
    "batches": lambda lib, d: d.DataLoader(pairs(lib, d), 4),
    "whole batches": lambda lib, d: d.DataLoader(squares(d), 4, drop_last=True),
    "shuffled": lambda lib, d: d.DataLoader(pairs(lib, d), 3, shuffle=True),
    "shuffled, own stream": lambda lib, d: d.DataLoader(
        squares(d), 3, shuffle=True, generator=seeded(lib)
    ),
    "sampler": lambda lib, d: d.DataLoader(squares(d), 2, sampler=[3, 1, 9]),
    "random sampler": lambda lib, d: d.DataLoader(
        squares(d), 2, sampler=d.RandomSampler(range(10))
    ),
    "eager sampler": lambda lib, d: d.DataLoader(squares(d), 2, sampler=Eager(lib)),
    "batch sampler": lambda lib, d: d.DataLoader(squares(d), batch_sampler=[[3, 1], [9], [0, 0]]),
    "single samples": lambda lib, d: d.DataLoader(squares(d), None, shuffle=True),
    "collate": lambda lib, d: d.DataLoader(squares(d), 4, collate_fn=len),
    "collate one": lambda lib, d: d.DataLoader(squares(d), None, collate_fn=lambda s: s[0]),
    "stream": lambda lib, d: d.DataLoader(stream(d), 3),
    "stream, whole batches": lambda lib, d: d.DataLoader(stream(d), 3, drop_last=True),
    "stream, singles": lambda lib, d: d.DataLoader(stream(d), None),
    "empty stream": lambda lib, d: d.DataLoader(stream(d, 0), 3),
    "letters by name": lambda lib, d: d.DataLoader({"a": 1, "b": 2}, 2, sampler="ba"),
    "subset": lambda lib, d: d.DataLoader(d.Subset(squares(d), [3, 4, 5]), 2, shuffle=True),
}


class Eager:
    """A sampler that draws as soon as it is asked for an iterator."""

    def __init__(self, lib: Any) -> None:
        self.lib = lib

    def __iter__(self) -> Iterator[int]:
        return iter(self.lib.randperm(10).tolist())

    def __len__(self) -> int:
        return 10


@pytest.mark.parametrize("name", LOADERS)
def test_loader(name: str) -> None:
    def program(lib: Any, data: Any) -> Any:
        loader = LOADERS[name](lib, data)
        return [list(loader), list(loader), len(loader)]  # two passes

    same(program)


REFUSED_LOADERS: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"num_workers": -1}, ValueError, "num_workers option should be non-negative"),
    ({"timeout": -1}, ValueError, "timeout option should be non-negative"),
    ({"timeout": 1}, AssertionError, "timeout"),
    ({"prefetch_factor": 2}, ValueError, "prefetch_factor option could only be specified"),
    ({"num_workers": 1, "prefetch_factor": -1}, ValueError, "prefetch_factor option should be"),
    ({"multiprocessing_context": "spawn"}, ValueError, "multiprocessing_context can only be used"),
    ({"persistent_workers": True}, ValueError, "persistent_workers option needs num_workers > 0"),
    ({"sampler": [0], "shuffle": True}, ValueError, "sampler option is mutually exclusive with sh"),
    ({"batch_sampler": [[0]], "batch_size": 2}, ValueError, "batch_sampler option is mutually"),
    ({"batch_sampler": [[0]], "drop_last": True}, ValueError, "batch_sampler option is mutually"),
    ({"batch_size": None, "drop_last": True}, ValueError, "disables auto-batching"),
    ({"batch_size": 0}, ValueError, "batch_size should be a positive integer"),
    ({"sampler": [99]}, IndexError, ""),
]


@pytest.mark.parametrize(("options", "error", "phrase"), REFUSED_LOADERS)
def test_refused_loaders(options: dict[str, Any], error: type[Exception], phrase: str) -> None:
    refused(lambda lib, d: list(d.DataLoader(pairs(lib, d), **options)), error, phrase)


@pytest.mark.parametrize(
    "options", [{"shuffle": True}, {"sampler": [0]}, {"batch_sampler": [[0]]}], ids=str
)
def test_a_stream_has_its_own_order(options: dict[str, Any]) -> None:
    refused(
        lambda lib, d: d.DataLoader(stream(d), **options), ValueError, "IterableDataset: expected"
    )


def test_what_the_samplers_were_made_from_is_fixed() -> None:
    refused(
        lambda lib, d: setattr(d.DataLoader([1]), "batch_size", 2), ValueError, "should not be set"
    )
    nn.data.DataLoader([1]).num_workers = 1


@pytest.mark.parametrize("workers", [0, 2])
def test_a_data_set_that_raises_stop_iteration_does_not_end_the_loop(workers: int) -> None:
    class Short(nn.data.Dataset[int]):
        def __getitem__(self, index: int) -> int:
            return next(iter([0][index:]))

        def __len__(self) -> int:
            return 2

    with pytest.raises(RuntimeError, match="Short raised StopIteration for index"):
        list(nn.data.DataLoader(Short(), num_workers=workers))


def test_a_length_that_nobody_knows() -> None:
    loader = nn.data.DataLoader(range(3), sampler=iter([2, 1]))
    assert [batch.tolist() for batch in loader] == [[2], [1]]
    with pytest.raises(TypeError, match="has no len"):
        len(loader)


def test_training_with_a_loader_is_torchs() -> None:
    paths = []
    for lib, data, pkg, optim in (
        (autograd, nn.data, nn, nn.optim),
        (torch, torch.utils.data, torch.nn, torch.optim),
    ):
        lib.manual_seed(3)
        net = pkg.Linear(3, 1)
        opt = optim.SGD(net.parameters(), lr=1e-3)
        losses = []
        for _ in range(3):
            for x, t in data.DataLoader(pairs(lib, data), batch_size=4, shuffle=True):
                opt.zero_grad()
                loss = pkg.functional.mse_loss(net(x)[:, 0], t.float())
                loss.backward()
                opt.step()
                losses.append(loss.item())
        paths.append(losses)
    np.testing.assert_allclose(*paths, rtol=1e-5)
