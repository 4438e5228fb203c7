"""Functions that make tensors: dtypes, values and errors as in torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.both import both, both_raise, on_both

MADE: dict[str, Callable[[Any], Any]] = {
    "tensor float": lambda lib: lib.tensor(1.5),
    "tensor int": lambda lib: lib.tensor(3),
    "tensor bool": lambda lib: lib.tensor([True, False]),
    "tensor mixed": lambda lib: lib.tensor([1, 2.5, True]),
    "tensor ints and bools": lambda lib: lib.tensor([1, True]),
    "tensor nested": lambda lib: lib.tensor([[1.0, 2.0], (3.0, 4.0)]),
    "tensor empty": lambda lib: lib.tensor([]),
    "tensor empty rows": lambda lib: lib.tensor([[], []]),
    "tensor of tensors": lambda lib: lib.tensor([lib.tensor(1.0), lib.tensor(2.0)]),
    "tensor of float64": lambda lib: lib.tensor(np.array([1.0, 2.0])),
    "tensor of float64 numbers": lambda lib: lib.tensor([np.float64(1.0), 2.0]),
    "tensor of a numpy number": lambda lib: lib.tensor(np.float64(1.5)),
    "tensor of uint8": lambda lib: lib.tensor(np.array([1, 2], np.uint8)),
    "tensor with dtype": lambda lib: lib.tensor([1.7, -2.7], dtype=lib.int32),
    "tensor to bool": lambda lib: lib.tensor([0, 2], dtype=lib.bool),
    "tensor float16": lambda lib: lib.tensor([0.1, 600.0], dtype=lib.float16),
    "as_tensor": lambda lib: lib.as_tensor([1, 2.0]),
    "as_tensor dtype": lambda lib: lib.as_tensor(lib.tensor([1, 2]), dtype=lib.float32),
    "from_numpy": lambda lib: lib.from_numpy(np.arange(3, dtype=np.int16)),
    "zeros": lambda lib: lib.zeros(2, 3),
    "zeros tuple": lambda lib: lib.zeros((2, 3), dtype=lib.int64),
    "zeros list": lambda lib: lib.zeros([2]),
    "zeros ()": lambda lib: lib.zeros(()),
    "zeros 0": lambda lib: lib.zeros(0),
    "ones": lambda lib: lib.ones(2, dtype=lib.float64),
    "full": lambda lib: lib.full((2,), 7),
    "full float": lambda lib: lib.full((2, 2), 7.5),
    "full bool": lambda lib: lib.full((2,), True),
    "full dtype": lambda lib: lib.full([2], 7, dtype=lib.float64),
    "empty": lambda lib: lib.empty(2, 0, dtype=lib.float16),
    "logspace": lambda lib: lib.logspace(0, 2, 5),
    "logspace base": lambda lib: lib.logspace(-1, 3, 4, 2, dtype=lib.float64),
    "logspace int": lambda lib: lib.logspace(0, 3, 7, dtype=lib.int64),
    "logspace of none": lambda lib: lib.logspace(0, 1, 0),
    "logspace, negative base": lambda lib: lib.logspace(1, 2, 3, -2),
    "scalar_tensor": lambda lib: lib.scalar_tensor(3),
    "scalar_tensor bool": lambda lib: lib.scalar_tensor(True),
    "scalar_tensor int": lambda lib: lib.scalar_tensor(3.7, dtype=lib.int64),
    "zeros_like": lambda lib: lib.zeros_like(lib.tensor([1, 2])),
    "ones_like": lambda lib: lib.ones_like(lib.tensor([1, 2]), dtype=lib.float32),
    "full_like": lambda lib: lib.full_like(lib.tensor([1.0, 2.0]), 3),
    "full_like int": lambda lib: lib.full_like(lib.tensor([1, 2]), 3.7),
    "empty_like": lambda lib: tuple(lib.empty_like(lib.ones(2, 3)).shape),
    "arange": lambda lib: lib.arange(5),
    "arange start": lambda lib: lib.arange(2, 5),
    "arange step": lambda lib: lib.arange(1, 10, 3),
    "arange down": lambda lib: lib.arange(5, 1, -2),
    "arange none": lambda lib: lib.arange(3, 3),
    "arange float": lambda lib: lib.arange(0, 1, 0.25),
    "arange float end": lambda lib: lib.arange(3.0),
    "arange dtype": lambda lib: lib.arange(3, dtype=lib.float64),
    "arange end=": lambda lib: lib.arange(end=4),
    "linspace": lambda lib: lib.linspace(0, 1, 5),
    "linspace one": lambda lib: lib.linspace(2, 5, 1),
    "linspace none": lambda lib: lib.linspace(2, 5, 0),
    "linspace down": lambda lib: lib.linspace(3, -3, 4, dtype=lib.float64),
    "linspace steps=": lambda lib: lib.linspace(0, 2, steps=3),
    "eye": lambda lib: lib.eye(3),
    "eye 2 3": lambda lib: lib.eye(2, 3, dtype=lib.int64),
    "requires_grad": lambda lib: [
        lib.zeros(1, requires_grad=True).requires_grad,
        lib.full((1,), 1.0, requires_grad=True).requires_grad,
        lib.ones_like(lib.ones(1), requires_grad=True).requires_grad,
        lib.zeros_like(lib.ones(1, requires_grad=True)).requires_grad,
        lib.arange(3.0, requires_grad=True).is_leaf,
        lib.eye(2, requires_grad=True).requires_grad,
        lib.rand(2, requires_grad=True).requires_grad,
    ],
}


@pytest.mark.parametrize("name", MADE)
def test_values_and_dtypes(name: str) -> None:
    both(MADE[name], exact=True)


@pytest.mark.parametrize("bounds", [(0, 1, 0.1), (1, 2, 0.3), (-1, 1, 0.07), (5, 0, -0.9)])
def test_arange_and_linspace_to_the_last_digit_or_so(bounds: tuple[float, float, float]) -> None:
    start, end, step = bounds

    def run(lib: Any) -> Any:
        spaced = [
            lib.arange(start, end, step, dtype=kind) for kind in (lib.float32, lib.float64)
        ] + [lib.linspace(start, end, n) for n in (2, 7, 100)]
        return spaced

    both(run)


REFUSED: dict[str, tuple[Callable[[Any], Any], type[Exception], str]] = {
    "ragged": (lambda lib: lib.tensor([[1, 2], [3]]), ValueError, ""),
    "text": (lambda lib: lib.tensor("abc"), TypeError, ""),
    "list of text": (lambda lib: lib.tensor(["abc"]), (TypeError, ValueError), ""),
    "2**63": (lambda lib: lib.tensor(2**63), ValueError, "Overflow"),
    "2**63 in a list": (lambda lib: lib.tensor([[2**63, 1]]), ValueError, "Overflow"),
    "below -2**63": (lambda lib: lib.tensor([-(2**63) - 1]), ValueError, "Overflow"),
    "None": (lambda lib: lib.tensor(None), (TypeError, RuntimeError), ""),
    "int with gradient": (
        lambda lib: lib.ones(2, dtype=lib.int64, requires_grad=True),
        RuntimeError,
        "floating point",
    ),
    "from_numpy of a list": (
        lambda lib: lib.from_numpy([1]),
        TypeError,
        "expected np.ndarray (got list)",
    ),
    "byte order": (lambda lib: lib.from_numpy(np.ones(2, ">f4")), ValueError, "byte order"),
    "negative size": (lambda lib: lib.zeros(-1), RuntimeError, "negative"),
    "float size": (lambda lib: lib.zeros(1.5), TypeError, ""),
    "arange step 0": (lambda lib: lib.arange(0, 1, 0), RuntimeError, "step must be nonzero"),
    "arange away": (lambda lib: lib.arange(0, 1, -1), RuntimeError, "inconsistent with step sign"),
    "linspace": (
        lambda lib: lib.linspace(0, 1, -1),
        RuntimeError,
        "number of steps must be non-negative",
    ),
    "randint": (
        lambda lib: lib.randint(3, 3, (1,)),
        RuntimeError,
        "expects 'from' to be less than 'to'",
    ),
    "std": (lambda lib: lib.normal(0.0, -1.0, (1,)), RuntimeError, "expects std >= 0.0"),
    "eye": (lambda lib: lib.eye(-1), RuntimeError, "n must be greater or equal to 0"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    both_raise(*REFUSED[name])


DRAWN: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "rand": lambda lib, g: lib.rand(3, 4, **g),
    "rand float64": lambda lib, g: lib.rand(5, dtype=lib.float64, **g),
    "randn": lambda lib, g: lib.randn(3, **g),
    "randn long": lambda lib, g: lib.randn((10, 10), **g),
    "randint": lambda lib, g: lib.randint(10, (8,), **g),
    "randint low": lambda lib, g: lib.randint(-5, 5, (2, 3), **g),
    "randperm": lambda lib, g: lib.randperm(20, **g),
    "normal": lambda lib, g: lib.normal(1.0, 2.0, (3, 3), **g),
    "normal of tensors": lambda lib, g: lib.normal(lib.arange(20.0), lib.ones(20), **g),
    "normal of one tensor": lambda lib, g: lib.normal(lib.arange(4.0), 0.5, **g),
}


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("name", DRAWN)
def test_drawn_numbers(name: str, own: bool) -> None:
    """Equal to torch's for the same seed, twice in a row from one stream."""

    def run(lib: Any) -> Any:
        options = {"generator": lib.Generator().manual_seed(7)} if own else {}
        if not own:
            lib.manual_seed(7)
        return [DRAWN[name](lib, options) for _ in range(2)]

    both(run, exact=name.startswith("randint") or name in ("rand", "randperm"))


@on_both
def test_like_draws_the_same(lib: Any) -> None:
    x = lib.zeros(2, 3, dtype=lib.float64)
    lib.manual_seed(3)
    one = lib.rand_like(x), lib.randn_like(x)
    lib.manual_seed(3)
    assert one[0].tolist() == lib.rand(2, 3, dtype=lib.float64).tolist()
    assert one[1].tolist() == lib.randn(2, 3, dtype=lib.float64).tolist()


@on_both
def test_the_state_of_the_default_generator(lib: Any) -> None:
    lib.manual_seed(3)
    lib.randn(3)  # one normal number of a pair waits
    state = lib.get_rng_state()
    first = lib.randn(5).tolist(), lib.rand(2).tolist()
    assert (lib.randn(5).tolist(), lib.rand(2).tolist()) != first
    lib.set_rng_state(state)
    assert (lib.randn(5).tolist(), lib.rand(2).tolist()) == first
    assert state.dtype == lib.uint8
    with pytest.raises(TypeError):
        lib.set_rng_state(state.to(lib.float32))
    with pytest.raises(TypeError):
        lib.set_rng_state(state.tolist())
    with pytest.raises(RuntimeError):
        lib.set_rng_state(state[:-1])


def test_the_states_are_torchs() -> None:
    def run(lib: Any) -> Any:
        lib.manual_seed(5)
        lib.rand(3)
        return lib.get_rng_state()

    both(run, exact=True)


@on_both
def test_default_dtype(lib: Any) -> None:
    lib.set_default_dtype(lib.float64)
    try:
        assert lib.tensor(1.5).dtype == lib.zeros(1).dtype == lib.rand(1).dtype == lib.float64
        assert lib.get_default_dtype() == lib.float64
        assert (lib.tensor([1]) / 2).dtype == lib.float64
    finally:
        lib.set_default_dtype(lib.float32)
    assert lib.tensor(1.5).dtype == lib.float32
    with pytest.raises(TypeError, match="only floating-point types"):
        lib.set_default_dtype(lib.int64)
