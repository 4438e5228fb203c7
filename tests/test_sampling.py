"""Random tensors: torch's numbers for the same seed, in any memory order, and zero gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Generator
from tests.both import both, both_raise, leaf
from tests.oracle import torch

PROGRAMS: dict[str, Callable[[Any], Any]] = {
    "normal, means": lambda lib: lib.normal(lib.arange(20.0), 2.5),
    "normal, spreads": lambda lib: lib.normal(1.5, lib.arange(20.0)),
    "normal, both": lambda lib: lib.normal(lib.arange(20.0), lib.arange(20.0)),
    "normal, float64": lambda lib: lib.normal(leaf(lib).detach(), leaf(lib).detach()),
    "normal, few": lambda lib: lib.normal(lib.arange(3.0), 2.5),
    "normal, broadcast": lambda lib: lib.normal(lib.ones(2, 1), lib.ones(3)),
    "normal, default std": lambda lib: lib.normal(lib.ones(3)),
    "normal, of a size": lambda lib: lib.normal(1.0, 2.0, (2, 3)),
    "normal, turned": lambda lib: lib.normal(lib.ones(4, 5).t(), 1.0),
    "rand_like": lambda lib: lib.rand_like(lib.ones(4, 5)),
    "rand_like, turned": lambda lib: lib.rand_like(lib.ones(4, 5).t()),
    "rand_like, strided": lambda lib: lib.rand_like(lib.ones(4, 6)[:, ::2]),
    "rand_like, float64": lambda lib: lib.rand_like(lib.ones(4), dtype=lib.float64),
    "randn_like": lambda lib: lib.randn_like(lib.ones(4, 5)),
    "randn_like, turned": lambda lib: lib.randn_like(lib.ones(4, 5).t()),
    "randn_like, expanded": lambda lib: lib.randn_like(lib.ones(5).expand(4, 5)),
    "randint_like": lambda lib: lib.randint_like(lib.ones(4, 5), 10),
    "randint_like, bounds": lambda lib: lib.randint_like(lib.ones(4, 5).t(), -3, 10),
    "randint_like, dtype": lambda lib: lib.randint_like(lib.ones(4), 9, dtype=lib.int64),
    "randint_like, tensor": lambda lib: lib.randint_like(lib.ones(4), lib.tensor(9)),
    "bernoulli, chances": lambda lib: lib.bernoulli(lib.linspace(0, 1, 30)),
    "bernoulli, one chance": lambda lib: lib.bernoulli(lib.ones(4, 5).t(), 0.3),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_same_numbers(name: str) -> None:
    def program(lib: Any) -> Any:
        lib.manual_seed(11)
        return PROGRAMS[name](lib), lib.rand(2)

    both(program, exact=True)


def test_a_generator_of_ones_own() -> None:
    for name in ("rand_like", "randn_like"):
        own, theirs = Generator().manual_seed(5), torch.Generator().manual_seed(5)
        drawn = getattr(autograd, name)(autograd.ones(20), generator=own).numpy()
        expected = getattr(torch, name.removesuffix("_like"))(20, generator=theirs).numpy()
        np.testing.assert_array_equal(drawn, expected)
    own, theirs = Generator().manual_seed(5), torch.Generator().manual_seed(5)
    weights = [0.1, 0.5, 0.4]
    drawn = autograd.multinomial(autograd.tensor(weights), 9, True, generator=own)
    assert (
        drawn.tolist()
        == torch.multinomial(torch.tensor(weights), 9, True, generator=theirs).tolist()
    )
    drawn, expected = autograd.zeros(9), torch.zeros(9)
    assert (
        drawn.random_(50, generator=own).tolist() == expected.random_(50, generator=theirs).tolist()
    )


@pytest.mark.parametrize("which", ["means", "spreads", "both"])
def test_the_gradient_of_normal_is_zero(which: str) -> None:
    def program(lib: Any) -> Any:
        lib.manual_seed(1)
        x = leaf(lib)
        mean, std = (0.0 if which == "spreads" else x), (1.0 if which == "means" else x)
        y = lib.normal(mean, std)
        y.sum().backward()
        return y, x.grad, type(y.grad_fn).__name__ if lib is torch else y.grad_fn.name()

    both(program)


NAMES = ["uniform_", "normal_", "exponential_", "cauchy_", "log_normal_", "random_", "bernoulli_"]


@pytest.mark.parametrize("name", [*NAMES, "geometric_"])
def test_what_is_drawn_over_has_no_gradient(name: str) -> None:
    arguments = (0.5,) if name == "geometric_" else ()

    def program(lib: Any) -> Any:
        lib.manual_seed(1)
        x = leaf(lib, *map(float, range(20)))
        y = x * 2
        getattr(y, name)(*arguments)
        y.sum().backward()
        return y, x.grad, type(y.grad_fn).__name__ if lib is torch else y.grad_fn.name()

    both(program)
    both_raise(lambda lib: getattr(leaf(lib), name)(*arguments), RuntimeError, "leaf")


def test_filling_under_no_grad() -> None:
    def program(lib: Any) -> Any:
        lib.manual_seed(1)
        x = leaf(lib)
        with lib.no_grad():
            x.normal_(0, 0.02)
            x[1:].uniform_(-1, 1)
        return x

    both(program, exact=True)


def test_refusals() -> None:
    both_raise(lambda lib: lib.normal(lib.ones(2), -1.0), RuntimeError, "std")
    both_raise(lambda lib: lib.normal(lib.ones(2), lib.tensor([1.0, -1.0])), RuntimeError, "std")
    both_raise(lambda lib: lib.normal(lib.ones(3), lib.ones(2)), RuntimeError, "size")
    both_raise(lambda lib: lib.normal(lib.tensor([1]), 1.0), RuntimeError, "not implemented")
    both_raise(lambda lib: lib.normal(1.0, 2.0, 3), TypeError, "normal()")
    both_raise(
        lambda lib: lib.bernoulli(leaf(lib), 0.5).sum().backward(), RuntimeError, "bernoulli"
    )
    both_raise(lambda lib: lib.rand_like(lib.tensor([1])), RuntimeError, "not implemented")


@pytest.mark.parametrize("lib", [autograd, torch], ids=["ours", "torch"])
def test_a_generator_is_a_generator(lib: Any) -> None:
    for wrong in (3, np.random.default_rng(0)):
        for draw in (lib.rand, lib.randn, lib.randperm):
            with pytest.raises(TypeError, match="generator"):
                draw(1, generator=wrong)
        with pytest.raises(TypeError, match="generator"):
            lib.empty(2).uniform_(generator=wrong)
