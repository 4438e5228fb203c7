"""Captured calls that draw random numbers, and that look whether indices are in range."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import tensor
from autograd.random import own_generator
from nn import functional as F, optim
from tests.test_capture import batches, captured, compare, net, plain_result, state, training

DRAWS: dict[str, Callable[[Any], Any]] = {
    "rand": lambda x: autograd.rand(5, 4),
    "randn": lambda x: autograd.randn(3, 4),
    "randn_like": autograd.randn_like,
    "randint": lambda x: autograd.randint(0, 9, (5,)),
    "randperm": lambda x: x[autograd.randperm(5)],
    "normal": lambda x: autograd.normal(x, x.abs()),
    "bernoulli": lambda x: autograd.bernoulli(x.sigmoid()),
    "poisson": lambda x: autograd.poisson(x.abs()),
    "uniform_": lambda x: autograd.empty(3, 5).T.uniform_(-1, 1),
    "exponential_": lambda x: x.clone().exponential_(),
    "cauchy_": lambda x: x.clone().cauchy_(),
    "geometric_": lambda x: x.clone().geometric_(0.3),
    "log_normal_": lambda x: x.clone().log_normal_(),
    "random_": lambda x: autograd.zeros(4, dtype=autograd.int64).random_(5),
    "dropout": lambda x: F.dropout(x * 2, 0.4),
    "dropout_": lambda x: F.dropout(x * 2, 0.4, inplace=True),
    "alpha_dropout": lambda x: F.alpha_dropout(x, 0.4, training=True),
    "feature_dropout": lambda x: F.dropout1d(x[None], 0.4),
    "gumbel_softmax": F.gumbel_softmax,
    "unused": lambda x: (autograd.randn(3), x * 2)[1],
}


@pytest.mark.parametrize("name", DRAWS)
def test_every_call_draws_anew_from_the_same_stream(name: str) -> None:
    def draw(x: Any) -> Any:
        return DRAWS[name](x), autograd.rand(2)

    found = []
    for function in (draw, autograd.compile(draw)):
        autograd.manual_seed(3)
        results = [plain_result(function(x)) for x, _ in batches()]
        found.append((results, autograd.get_rng_state().tolist()))
    assert found[0] == found[1]
    captured(function)


def dropping() -> Any:
    return net(
        lambda: nn.Linear(4, 8),
        lambda: nn.BatchNorm1d(8),
        nn.ReLU,
        nn.Dropout,
        lambda: nn.Linear(8, 3),
    )


def run(compiled: bool, calls: Callable[[Any, Any, int], Any], steps: int = 9) -> Any:
    model = dropping()
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    step = training(model, optimizer)
    step = autograd.compile(step) if compiled else step
    found = []
    for i in range(steps):
        loss = calls(model, step, i)
        found.append((loss, state(model, optimizer), autograd.get_rng_state().tolist()))
    if compiled:
        captured(step)
    return found


def test_dropout_in_training_and_evaluation() -> None:
    def call(model: Any, step: Any, i: int) -> Any:
        if i == 4:
            autograd.manual_seed(7)
        model.train(i % 3 > 0)
        model[3].p = 0.5 if i < 6 else 0.25
        return step(*batches()[i % 7]).item()

    assert run(False, call) == run(True, call)


def test_a_target_out_of_range_is_found_before_anything_is_drawn() -> None:
    def call(model: Any, step: Any, i: int) -> Any:
        x, target = batches()[i % 7]
        if i in (5, 7):
            with pytest.raises(IndexError, match=r"Target 1. is out of bounds"):
                step(x, target + 10)
            return None
        return step(x, target).item()

    assert run(False, call) == run(True, call)


def test_a_generator_of_ones_own() -> None:
    def make() -> Any:
        stream = autograd.Generator().manual_seed(5)

        def noise(x: Any) -> Any:
            return x + autograd.randn(5, 4, generator=stream)

        return noise, lambda: stream.get_state().tobytes()

    captured(compare(make, [(x,) for x, _ in batches()]))


def test_a_thread_with_a_stream_of_its_own() -> None:
    noise = autograd.compile(lambda x: x + autograd.rand(1))
    zero = autograd.zeros(1)

    def drawn(function: Any) -> list[float]:
        own_generator(3)
        return [function(zero).item() for _ in range(3)]

    for _ in range(3):
        noise(zero)
    captured(noise)
    expected = contextvars.copy_context().run(drawn, noise._function)
    before = autograd.get_rng_state().tolist()
    assert contextvars.copy_context().run(drawn, noise) == expected
    assert autograd.get_rng_state().tolist() == before


@pytest.mark.filterwarnings("ignore:autograd.compile")
@pytest.mark.parametrize(
    "seeding",
    [
        lambda: autograd.manual_seed(3),
        lambda: autograd.default_generator.manual_seed(4),
        lambda: autograd.set_rng_state(start),
    ],
    ids=["manual_seed", "default_generator", "set_rng_state"],
)
def test_a_call_that_seeds_runs_as_it_is(seeding: Any) -> None:
    def noise(x: Any) -> Any:
        seeding()
        return x + autograd.rand(1)

    compiled = autograd.compile(noise)
    assert len({compiled(autograd.zeros(1)).item() for _ in range(5)}) == 1


start = tensor(autograd.Generator().manual_seed(9).get_state())

# -- operators that look at indices ----------------------------------------------------------

BY_INDEX: dict[str, Callable[[Any, Any], Any]] = {
    "embedding": lambda w, i: F.embedding(i, w, padding_idx=1),
    "gather": lambda w, i: w.gather(0, i[:, None]),
    "scatter": lambda w, i: w.scatter(0, i[:, None], 2.0),
    "scatter_add": lambda w, i: w.scatter_add(0, i[:, None], w[:5, :1]),
    "index_select": lambda w, i: w.index_select(0, i),
    "index_add": lambda w, i: w.index_add(0, i, w[:5]),
    "take": lambda w, i: w.take(i),
    "rows": lambda w, i: w[i],
    "entries": lambda w, i: w[i, 1:][..., None],
    "put": lambda w, i: put(w.clone(), i, w[0]),
    "put by a mask": lambda w, i: put(w.clone(), w > 0.3, 0.5),
    "masked_fill": lambda w, i: w.masked_fill(w > 0.3, 2.0),
    "where": lambda w, i: autograd.where(w > 0.3, w, w * w),
    "one_hot": lambda w, i: w * F.one_hot(i, 6).sum(0)[:, None],
    "in place": lambda w, i: F.relu(w * 2, inplace=True),
    "sort": lambda w, i: w.sort(0).values * w.argsort(0),
    "topk": lambda w, i: w.topk(2, 0).values,
    "max": lambda w, i: w.max(1).values,
    "cross_entropy": lambda w, i: F.cross_entropy(w[:5], i % 3, weight=w[0].detach().abs()),
    "nll_loss": lambda w, i: F.nll_loss(w[:5].log_softmax(1), i % 3, weight=w[0].detach().abs()),
    "smoothed": lambda w, i: F.cross_entropy(w[:5], i % 3, label_smoothing=0.1, ignore_index=7),
}


def put(x: Any, index: Any, value: Any) -> Any:
    x[index] = value
    return x


@pytest.mark.parametrize("name", BY_INDEX)
def test_indices(name: str) -> None:
    def make() -> Any:
        autograd.manual_seed(0)
        w = autograd.randn(6, 3, dtype=autograd.float64, requires_grad=True)
        optimizer = optim.SGD([w], lr=0.1)

        def step(index: Any) -> Any:
            optimizer.zero_grad()
            loss = (BY_INDEX[name](w, index) ** 2).sum()
            loss.backward()
            optimizer.step()
            return loss

        return step, lambda: (w.tolist(), w.grad.tolist())

    numbers = np.random.default_rng(0)
    captured(compare(make, [(tensor(numbers.integers(0, 6, 5)),) for _ in range(7)]))
