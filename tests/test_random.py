"""autograd.random against torch's CPU generator: the same numbers, the same position after."""

from __future__ import annotations

import copy
import pickle
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import random as our_random
from autograd.random import Generator
from tests.oracle import torch

SEEDS = [0, 1, 42, 123456789, 2**31, 2**32 - 1, 2**32 + 7, 2**63 + 11, 2**64 - 1, -1, -(2**63)]
SIZES = [0, 1, 2, 15, 16, 17, 31, 32, 33, 47, 1000, 20_011]
FLOATS = ["float16", "float32", "float64"]
# Elsewhere torch rounds `a * b + c` twice, so there its numbers are met up to a few last places.
FUSED = torch.backends.cpu.get_cpu_capability() in ("AVX2", "AVX512")
WHOLE = ["int8", "uint8", "int16", "int32", "int64", "uint16", "uint32", "uint64"]


def pair(seed: int) -> tuple[Generator, Any]:
    """Our generator and torch's, both at the start of one stream."""
    return Generator().manual_seed(seed), torch.Generator().manual_seed(seed)


def equal(ours: np.ndarray, theirs: Any) -> None:
    """Require equal dtype, shape and bits (so the sign of zero counts too)."""
    expected = theirs.numpy()
    assert ours.dtype == expected.dtype
    assert ours.shape == expected.shape
    assert ours.flags["C_CONTIGUOUS"]
    assert ours.flags["WRITEABLE"]
    if ours.tobytes() == expected.tobytes():
        return
    if FUSED or expected.dtype.kind != "f":
        np.testing.assert_array_equal(ours, expected)
        raise AssertionError("only the signs of zeros differ")
    size = (
        8 * np.finfo(expected.dtype).eps * np.abs(expected[np.isfinite(expected)]).max(initial=0.0)
    )
    np.testing.assert_allclose(ours, expected, rtol=0, atol=size)


def same_position(ours: Generator, theirs: Any) -> None:
    """Require both streams to stand at the same word with the same waiting normal number."""
    mine, other = ours.get_state(), theirs.get_state().numpy()
    assert np.array_equal(mine, other), np.flatnonzero(mine != other)


def dtype_of(name: str) -> Any:
    return getattr(torch, name)


def empty(size: Any, name: str) -> Any:
    return torch.empty(size, dtype=dtype_of(name))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("dtype", FLOATS)
def test_uniform_and_normal(seed: int, dtype: str) -> None:
    for size in SIZES:
        ours, theirs = pair(seed)
        equal(
            ours.uniform(size, dtype=dtype),
            torch.rand(size, generator=theirs, dtype=dtype_of(dtype)),
        )
        same_position(ours, theirs)
        equal(
            ours.normal(size, dtype=dtype),
            torch.randn(size, generator=theirs, dtype=dtype_of(dtype)),
        )
        same_position(ours, theirs)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    ("low", "high"),
    [(-1, 1), (-0.3, 0.7), (1.1, 7.3), (-5, -0.1), (2, 2), (0, 1e-3), (-3e4, 3e4), (1, 1.0001)],
)
def test_uniform_bounds(dtype: str, low: float, high: float) -> None:
    for size in (3, 40, 5000):
        ours, theirs = pair(size)
        expected = empty(size, dtype).uniform_(low, high, generator=theirs)
        equal(ours.uniform(size, low, high, dtype), expected)
        same_position(ours, theirs)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    ("mean", "std"), [(0, 0), (0, 0.02), (3, 1), (0.3, 1.7), (-100.5, 1e-3), (1e-3, 55), (-2, 0)]
)
def test_normal_mean_and_std(dtype: str, mean: float, std: float) -> None:
    for size in SIZES:
        ours, theirs = pair(size)
        expected = empty(size, dtype).normal_(mean, std, generator=theirs)
        equal(ours.normal(size, mean, std, dtype), expected)
        same_position(ours, theirs)


def test_normal_of_a_million() -> None:
    for dtype in ("float32", "float64"):
        ours, theirs = pair(5)
        expected = empty(1_000_003, dtype).normal_(0.1, 0.7, generator=theirs)
        equal(ours.normal(1_000_003, 0.1, 0.7, dtype), expected)
        same_position(ours, theirs)


def test_normal_keeps_the_second_of_a_pair() -> None:
    ours, theirs = pair(9)
    for size, dtype in [
        (1, "float32"),
        (20, "float32"),
        (3, "float64"),
        (2, "float16"),
        (1, "float32"),
    ]:
        equal(ours.normal(size, 1, 2, dtype), empty(size, dtype).normal_(1, 2, generator=theirs))
        same_position(ours, theirs)
    ours.manual_seed(9)
    theirs.manual_seed(9)
    same_position(ours, theirs)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("cauchy", (0, 1)),
        ("cauchy", (-2.5, 0.3)),
        ("log_normal", (1, 2)),
        ("log_normal", (-0.3, 0.7)),
        ("log_normal", (0, 500)),
        ("geometric", (0.5,)),
        ("geometric", (0.999,)),
        ("geometric", (1e-3,)),
    ],
)
def test_one_at_a_time(name: str, arguments: tuple[float, ...], dtype: str) -> None:
    for size in (0, 1, 3, 40, 5001):
        ours, theirs = pair(size)
        ours.normal(1)
        torch.randn(1, generator=theirs)
        expected = getattr(empty(size, dtype), f"{name}_")(*arguments, generator=theirs)
        equal(getattr(ours, name)(size, *arguments, dtype), expected)
        same_position(ours, theirs)


@pytest.mark.parametrize("dtype", FLOATS)
def test_poisson(dtype: str) -> None:
    rates = np.concatenate([np.zeros(2), np.linspace(0.01, 30, 400), [1e3, 1e4]]).astype(dtype)
    ours, theirs = pair(12)
    equal(ours.poisson(rates), torch.poisson(torch.from_numpy(rates), generator=theirs))
    same_position(ours, theirs)


@pytest.mark.parametrize("dtype", FLOATS)
def test_normal_in_pairs(dtype: str) -> None:
    """As torch fills a tensor that is not contiguous."""
    for size in (1, 15, 100):
        ours, theirs = pair(size)
        expected = empty((size, 2), dtype)[:, 0].normal_(0.3, 1.7, generator=theirs)
        equal(ours.normal(size, 0.3, 1.7, dtype, pairs=True), expected.contiguous())
        same_position(ours, theirs)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int32", "int64", "bool", *FLOATS])
def test_whole(dtype: str) -> None:
    for size in (0, 1, 100):
        ours, theirs = pair(size)
        equal(ours.whole(size, dtype), empty(size, dtype).random_(generator=theirs))
        same_position(ours, theirs)


@pytest.mark.parametrize("low", [0, -1, 5, -(2**63), 2**63 - 100, 2**40])
def test_upwards(low: int) -> None:
    ours, theirs = pair(3)
    equal(ours.upwards(low, 50), empty(50, "int64").random_(low, None, generator=theirs))
    same_position(ours, theirs)


@pytest.mark.parametrize("dtype", WHOLE + FLOATS + ["bool"])
def test_integers(dtype: str) -> None:
    if dtype == "bool":
        spans = [(0, 1), (0, 2), (1, 2)]
    elif dtype == "uint8":
        spans = [(0, 256), (3, 17), (255, 256)]
    elif dtype == "int8":
        spans = [(-128, 128), (-3, 17)]
    elif dtype in ("int16", "uint16", "float16"):
        spans = [(0, 10), (5, 2000), (0, 1)]
    else:
        spans = [
            (0, 10),
            (0, 2**24),
            (7, 2**28 + 6),
            (7, 2**28 + 7),
            (0, 2**28 + 1),
            (0, 2**31 - 1),
        ]
    if dtype == "float32":
        spans = [(0, 10), (-5, 5), (0, 2**24), (-(2**24), 17)]
    if dtype in ("int64", "float64", "int32"):
        spans += [(-(2**31), 2**31), (-5, 5), (-(2**30), 17)]
    if dtype in ("int64", "float64"):
        spans += [(0, 2**32), (-(2**40), 2**52 + 1), (0, 2**53 - 1)]
    if dtype == "int64":
        spans += [(-(2**63), 2**63 - 1), (2**62, 2**63 - 1), (-(2**63), -(2**63) + 1)]
    for low, high in spans:
        for size in (0, 1, 7, 33, 1000):
            ours, theirs = pair(size)
            expected = torch.randint(low, high, (size,), generator=theirs, dtype=dtype_of(dtype))
            equal(ours.integers(low, high, size, dtype), expected)
            same_position(ours, theirs)


@pytest.mark.filterwarnings("ignore:(from|to - 1) is out of bounds:UserWarning")
@pytest.mark.parametrize(
    ("low", "high", "dtype"),
    [
        (0, 2**28, "float32"),
        (0, 2**24 + 3, "float32"),
        (-(2**25) - 1, 2**26 + 5, "float32"),
        (2**30 + 1, 2**31 + 129, "float32"),
        (0, 4097, "float16"),
        (-5001, 6003, "float16"),
        (-(2**55) - 1, 2**55 + 3, "float64"),
    ],
)
def test_integers_that_a_float_cannot_hold(low: int, high: int, dtype: str) -> None:
    ours, theirs = pair(4)
    expected = torch.randint(low, high, (500,), generator=theirs, dtype=dtype_of(dtype))
    equal(ours.integers(low, high, 500, dtype), expected)
    same_position(ours, theirs)


@pytest.mark.parametrize("seed", SEEDS)
def test_permutation(seed: int) -> None:
    for n in SIZES:
        ours, theirs = pair(seed)
        equal(ours.permutation(n), torch.randperm(n, generator=theirs))
        same_position(ours, theirs)
    for dtype in ("uint8", "int16", "int32", "float16", "float32", "float64"):
        ours, theirs = pair(seed)
        equal(
            ours.permutation(200, dtype),
            torch.randperm(200, generator=theirs, dtype=dtype_of(dtype)),
        )


@pytest.mark.parametrize("dtype", FLOATS)
def test_bernoulli(dtype: str) -> None:
    for seed in SEEDS:
        for shape in ((), (0,), (1,), (7, 5), (1000,)):
            ours, theirs = pair(seed)
            p = torch.rand(shape, generator=torch.Generator().manual_seed(1), dtype=dtype_of(dtype))
            equal(ours.bernoulli(p.numpy()), torch.bernoulli(p, generator=theirs))
            same_position(ours, theirs)
    ours, theirs = pair(3)
    p = torch.tensor([[0.0], [0.5], [1.0]], dtype=dtype_of(dtype))
    for out in ("bool", "int64", "float32"):
        expected = empty((3, 400), out).bernoulli_(p, generator=theirs)
        equal(ours.bernoulli(p.numpy(), (3, 400), out), expected)
        same_position(ours, theirs)


def numbers_come_from_the_generator() -> bool:
    """Whether this torch takes bernoulli_ and exponential_ from its own stream, not from MKL's."""
    theirs = torch.Generator().manual_seed(0)
    torch.empty(8).bernoulli_(0.5, generator=theirs)
    return bool(theirs.get_state().numpy()[16] == 16)


def test_bernoulli_of_a_number() -> None:
    if not numbers_come_from_the_generator():
        pytest.skip("this torch draws bernoulli_(number) from MKL")
    ours, theirs = pair(3)
    equal(ours.bernoulli(0.3, 1000, "float32"), torch.empty(1000).bernoulli_(0.3, generator=theirs))
    same_position(ours, theirs)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("lambd", [1.0, 0.3, 1.7, 1e-3, 250.0, float("inf")])
def test_exponential(dtype: str, lambd: float) -> None:
    if not numbers_come_from_the_generator():
        pytest.skip("this torch draws exponential_ from MKL")
    for size in SIZES:
        ours, theirs = pair(size)
        expected = empty(size, dtype).exponential_(lambd, generator=theirs)
        equal(ours.exponential(size, lambd, dtype), expected)
        same_position(ours, theirs)


@pytest.mark.parametrize("seed", range(30))
def test_any_interleaving_stays_in_step(seed: int) -> None:
    choose = np.random.default_rng(seed)
    ours, theirs = pair(seed)
    for _ in range(60):
        size = int(choose.choice([0, 1, 2, 3, 7, 15, 16, 17, 31, 33, 100, 623, 624, 625, 1000]))
        dtype = str(choose.choice(FLOATS))
        kind = dtype_of(dtype)
        call = int(choose.integers(6))
        if call == 0:
            equal(ours.uniform(size, dtype=dtype), torch.rand(size, generator=theirs, dtype=kind))
        elif call == 1:
            equal(ours.normal(size, dtype=dtype), torch.randn(size, generator=theirs, dtype=kind))
        elif call == 2:
            high = int(choose.choice([2, 1000, 2**28 - 1, 2**28, 2**40]))
            equal(ours.integers(0, high, size), torch.randint(0, high, (size,), generator=theirs))
        elif call == 3:
            equal(ours.permutation(size), torch.randperm(size, generator=theirs))
        elif call == 4:
            p = torch.full((size,), 0.37, dtype=kind)
            equal(ours.bernoulli(p.numpy()), torch.bernoulli(p, generator=theirs))
        else:
            expected = empty(size, dtype).normal_(-1.5, 0.25, generator=theirs)
            equal(ours.normal(size, -1.5, 0.25, dtype), expected)
        same_position(ours, theirs)


def test_numbers_beyond_the_dtype_become_infinite_as_in_torch() -> None:
    ours, theirs = pair(1)
    for dtype, mean, std in (("float16", 1e5, 1.0), ("float16", 0, 4e4), ("float32", 0, 1e39)):
        expected = empty(40, dtype).normal_(mean, std, generator=theirs)
        equal(ours.normal(40, mean, std, dtype), expected)
    equal(ours.normal(5, 0, 1e38), torch.empty(5).normal_(0, 1e38, generator=theirs))
    if numbers_come_from_the_generator():
        expected = empty(40, "float16").exponential_(1e-5, generator=theirs)
        equal(ours.exponential(40, 1e-5, "float16"), expected)


def test_shapes() -> None:
    ours, theirs = pair(1)
    equal(ours.uniform((2, 3, 4)), torch.rand(2, 3, 4, generator=theirs))
    equal(ours.normal((5, 0)), torch.randn(5, 0, generator=theirs))
    equal(ours.normal([4, 5]), torch.randn(4, 5, generator=theirs))
    equal(ours.integers(0, 9, ()), torch.randint(0, 9, (), generator=theirs))
    equal(ours.normal(()), torch.randn((), generator=theirs))
    same_position(ours, theirs)


# ---------------------------------------------------------------------- seeds and states


@pytest.mark.parametrize("seed", SEEDS)
def test_seed_is_reported_as_torch_does(seed: int) -> None:
    ours, theirs = pair(seed)
    assert ours.initial_seed() == theirs.initial_seed()
    same_position(ours, theirs)


@pytest.mark.parametrize("seed", [2**64, -(2**63) - 1, -(2**64)])
def test_seed_out_of_range(seed: int) -> None:
    with pytest.raises(ValueError, match="Overflow"):
        torch.Generator().manual_seed(seed)
    with pytest.raises(ValueError, match="64-bit"):
        Generator().manual_seed(seed)
    with pytest.raises(ValueError, match="64-bit"):
        our_random.manual_seed(seed)


def test_a_new_generator_has_torchs_seed() -> None:
    assert Generator().initial_seed() == torch.Generator().initial_seed()
    equal(Generator().uniform(5), torch.rand(5, generator=torch.Generator()))


def test_seed_of_the_system() -> None:
    ours = Generator()
    first, second = ours.seed(), ours.seed()
    assert first != second
    assert ours.initial_seed() == second
    assert 0 <= second < 2**53


def test_default_generator() -> None:
    assert our_random.manual_seed(11) is our_random.default_generator
    assert our_random.initial_seed() == 11
    torch.manual_seed(11)
    equal(our_random.default_generator.normal(40), torch.randn(40))
    assert our_random.seed() == our_random.initial_seed()


@pytest.mark.parametrize("drawn", [0, 1, 623, 624, 625, 1000])
def test_states_are_exchanged_with_torch(drawn: int) -> None:
    ours, theirs = pair(6)
    ours.integers(0, 5, drawn)
    torch.randint(0, 5, (drawn,), generator=theirs)
    ours.normal(1)
    torch.randn(1, generator=theirs)
    other = Generator()
    other.set_state(theirs.get_state().numpy())
    same_position(other, theirs)
    assert other.initial_seed() == 6
    back = torch.Generator()
    back.set_state(torch.from_numpy(ours.get_state()))
    expected = torch.randn(7, generator=theirs)
    equal(ours.normal(7), expected)
    equal(other.normal(7), expected)
    assert torch.equal(torch.randn(7, generator=back), expected)


def test_state_errors() -> None:
    ours = Generator()
    with pytest.raises(TypeError, match="uint8"):
        ours.set_state(np.zeros(5056))
    with pytest.raises(RuntimeError, match="5056"):
        ours.set_state(np.zeros(56, np.uint8))
    with pytest.raises(RuntimeError, match="Invalid mt19937 state"):
        ours.set_state(np.zeros(5056, np.uint8))


@pytest.mark.parametrize(
    "clone", [copy.copy, copy.deepcopy, lambda g: pickle.loads(pickle.dumps(g))]
)
def test_copies_go_on_by_themselves(clone: Callable[[Generator], Generator]) -> None:
    ours = Generator().manual_seed(2)
    ours.normal(3)
    other = clone(ours)
    assert np.array_equal(ours.normal(5), other.normal(5))
    assert np.array_equal(ours.get_state(), other.get_state())
    ours.uniform(1)
    assert not np.array_equal(ours.get_state(), other.get_state())


def test_threads_share_one_stream() -> None:
    ours = Generator().manual_seed(0)
    parts: list[np.ndarray] = []

    def work() -> None:
        for _ in range(200):
            parts.append(ours.integers(0, 2**20, 50))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = Generator().manual_seed(0).integers(0, 2**20, (800, 50))
    assert sorted(map(tuple, parts)) == sorted(map(tuple, expected))


# ---------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("ours", "theirs", "error"),
    [
        (lambda g: g.uniform(3, 2, 1), lambda: torch.empty(3).uniform_(2, 1), RuntimeError),
        (
            lambda g: g.uniform(3, -3e38, 3e38),
            lambda: torch.empty(3).uniform_(-3e38, 3e38),
            RuntimeError,
        ),
        (lambda g: g.uniform(3, 0, 1e39), lambda: torch.empty(3).uniform_(0, 1e39), RuntimeError),
        (
            lambda g: g.uniform(3, 0, np.nan),
            lambda: torch.empty(3).uniform_(0, np.nan),
            RuntimeError,
        ),
        (lambda g: g.uniform(-3), lambda: torch.rand(-3), RuntimeError),
        (
            lambda g: g.uniform(3, dtype="int64"),
            lambda: torch.rand(3, dtype=torch.int64),
            NotImplementedError,
        ),
        (lambda g: g.normal(3, 0, -1), lambda: torch.empty(3).normal_(0, -1), RuntimeError),
        (lambda g: g.normal(3, 0, np.nan), lambda: torch.empty(3).normal_(0, np.nan), RuntimeError),
        (
            lambda g: g.normal(3, dtype="int64"),
            lambda: torch.randn(3, dtype=torch.int64),
            NotImplementedError,
        ),
        (lambda g: g.integers(5, 5, 2), lambda: torch.randint(5, 5, (2,)), RuntimeError),
        (lambda g: g.integers(0, 2**63, 2), lambda: torch.randint(0, 2**63, (2,)), ValueError),
        (lambda g: g.integers(0.5, 3, 2), lambda: torch.randint(0.5, 3, (2,)), TypeError),
        (
            lambda g: g.integers(0, 300, 2, "uint8"),
            lambda: torch.randint(0, 300, (2,), dtype=torch.uint8),
            RuntimeError,
        ),
        (
            lambda g: g.integers(-1, 3, 2, "uint8"),
            lambda: torch.randint(-1, 3, (2,), dtype=torch.uint8),
            RuntimeError,
        ),
        (
            lambda g: g.integers(0, 3, 2, "bool"),
            lambda: torch.randint(0, 3, (2,), dtype=torch.bool),
            RuntimeError,
        ),
        (
            lambda g: g.integers(0, 3, 2, "complex64"),
            lambda: torch.randint(0, 3, (2,), dtype=torch.complex64),
            RuntimeError,
        ),
        (lambda g: g.permutation(-1), lambda: torch.randperm(-1), RuntimeError),
        (
            lambda g: g.permutation(300, "uint8"),
            lambda: torch.randperm(300, dtype=torch.uint8),
            RuntimeError,
        ),
        (
            lambda g: g.permutation(3000, "float16"),
            lambda: torch.randperm(3000, dtype=torch.float16),
            RuntimeError,
        ),
        (
            lambda g: g.permutation(3, "bool"),
            lambda: torch.randperm(3, dtype=torch.bool),
            NotImplementedError,
        ),
        (
            lambda g: g.bernoulli(np.array([1.5])),
            lambda: torch.bernoulli(torch.tensor([1.5])),
            RuntimeError,
        ),
        (
            lambda g: g.bernoulli(np.array([np.nan])),
            lambda: torch.bernoulli(torch.tensor([np.nan])),
            RuntimeError,
        ),
        (
            lambda g: g.bernoulli(np.array([1])),
            lambda: torch.bernoulli(torch.tensor([1])),
            NotImplementedError,
        ),
        (
            lambda g: g.bernoulli(np.full((2, 3), 0.5), (3,)),
            lambda: torch.empty(3).bernoulli_(torch.full((2, 3), 0.5)),
            RuntimeError,
        ),
        (lambda g: g.exponential(3, 0.0), lambda: torch.empty(3).exponential_(0.0), RuntimeError),
        (lambda g: g.cauchy(3, 0, 0.0), lambda: torch.empty(3).cauchy_(0, 0.0), RuntimeError),
        (lambda g: g.log_normal(3, 0, 0), lambda: torch.empty(3).log_normal_(0, 0), RuntimeError),
        (lambda g: g.geometric(3, 1.0), lambda: torch.empty(3).geometric_(1.0), RuntimeError),
        (
            lambda g: g.geometric(3, 0.5, "bool"),
            lambda: torch.empty(3, dtype=torch.bool).geometric_(0.5),
            NotImplementedError,
        ),
    ],
)
def test_errors(ours: Callable[[Generator], Any], theirs: Callable[[], Any], error: type) -> None:
    with pytest.raises(error):
        theirs()
    generator = Generator()
    before = generator.get_state()
    with pytest.raises(error):
        ours(generator)
    assert np.array_equal(before, generator.get_state())
