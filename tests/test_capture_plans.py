"""What a plan makes of a tape: equal calls once, small calls cheaply, with the same numbers."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import tensor
from autograd.capture.quiet import quiet
from autograd.capture.small import masked, spread
from autograd.capture.straight import straight
from autograd.capture.tape import Tape
from nn import functional as F
from tests.test_capture import bits, captured

SPECIAL = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -2.5, 1e-310, 3.0]


def names(function: Any) -> list[str]:
    """The operators of the only plan."""
    ((recorded,),) = [form.recorded for form in function._forms.values()]
    return recorded.plan.names


def test_the_same_is_computed_once() -> None:
    @autograd.compile
    def twice(x: Any) -> Any:
        return autograd.exp(x - x.max()) + 1, autograd.exp(x - x.max()) * 2

    for i in range(4):
        x = tensor([1.0 * i, 2.0, -1.0])
        one, two = twice(x)
        assert bits(one, two) == bits(autograd.exp(x - x.max()) + 1, autograd.exp(x - x.max()) * 2)
    captured(twice)
    assert names(twice).count("exp") == 1
    assert names(twice).count("maximum.reduce") == 1


def test_what_is_changed_in_between_is_computed_again() -> None:
    w = tensor([1.0, 2.0])

    def twice(x: Any) -> Any:
        y = x * w
        first = y.exp()
        y.add_(1)
        second = y.exp()
        w.mul_(2)
        return first, second, (x * w).exp()

    found = []
    for run in (twice, autograd.compile(twice)):
        w.copy_(tensor([1.0, 2.0]))
        found.append([bits(*run(tensor([0.5, 0.1 * i])), w) for i in range(5)])
    assert found[0] == found[1]
    captured(run)
    assert names(run).count("exp") == 3


def test_targets_that_change_in_their_memory() -> None:
    """What is made of them is computed again when they are others, and only then."""
    x, target = autograd.randn(5, 3, dtype=autograd.float64), tensor([0, 1, 2, 0, 1])
    x.requires_grad_()

    def stepped() -> Any:
        x.grad = None
        loss = F.cross_entropy(x, target)
        loss.backward()
        return loss

    run = autograd.compile(stepped)
    for i in range(12):
        expected = bits(stepped(), x.grad)
        assert bits(run(), x.grad) == expected
        if i in (4, 5, 9):
            target.copy_((target + i) % 3)
    captured(run)
    assert "take" in names(run)
    target[2] = 7
    with pytest.raises(IndexError, match="out of bounds"):
        run()
    target[2] = 1
    assert bits(run(), x.grad) == bits(stepped(), x.grad)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_masks_by_bits(dtype: Any) -> None:
    x = np.array(SPECIAL, dtype).reshape(3, 3)
    for seed in range(4):
        mask = np.random.default_rng(seed).uniform(size=x.shape) < 0.5
        out = np.empty_like(x)
        for step in masked(mask, x, out):
            step()
        assert out.tobytes() == np.where(mask, x, dtype(0)).tobytes()


def test_operands_of_full_size() -> None:
    x, row, one, out = np.ones((2, 3)), np.arange(3.0), np.array([[2.0]]), np.empty((2, 3))
    steps, given = spread([x, row], out)
    assert [each.shape for each in given] == [(2, 3), (2, 3)]
    for step in steps:
        step()
    assert given[1].tolist() == [[0, 1, 2], [0, 1, 2]]
    assert spread([x, one], out)[1][1].shape == ()
    large = np.empty((100, 100))
    assert spread([large, large[0]], large)[0] == []  # the work is more than the call


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(5, 3), (1, 4), (7,), (3, 40), (2, 3, 4), (4, 1), (16, 16)])
@pytest.mark.parametrize("function", [np.add, np.maximum, np.minimum])
def test_small_reductions_round_as_they_did(dtype: Any, shape: Any, function: Any) -> None:
    draw = np.random.default_rng(0)
    x = np.zeros(shape, dtype)
    axes: list[Any] = [None, 0, -1, tuple(range(x.ndim)), *([(0, 1), (1, 2)] if x.ndim > 2 else [])]
    for axis in axes:
        for keepdims in (False, True):

            def formula(x: Any, axis: Any = axis, keepdims: Any = keepdims) -> Any:
                return function.reduce(x * 1, axis=axis, keepdims=keepdims) + 0

            found = straight(formula, [x])
            assert found is not None
            for trial in range(6):
                x[...] = draw.normal(size=shape) * 10.0 ** draw.integers(-8, 8, shape)
                if trial > 3:
                    x[draw.uniform(size=shape) < 0.2] = draw.choice(SPECIAL)
                with quiet():
                    for step in found[0]:
                        step()
                    np.testing.assert_array_equal(found[1], formula(x))


def test_warnings_are_off_and_then_on_again() -> None:
    with quiet(), quiet():
        assert np.isinf(np.float64(1) / np.zeros(1))[0]
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        np.float64(1) / np.zeros(1)


def test_straight_lines_leave_their_arrays() -> None:
    x, state = np.array([1.0, 2.0]), np.zeros(2)

    def formula(x: Any, state: Any) -> Any:
        state += x
        return state * 2

    found = straight(formula, [x, state])
    assert found is not None
    assert state.tolist() == [0, 0]
    for _ in range(2):
        for step in found[0]:
            step()
    assert (state.tolist(), found[1].tolist()) == ([2, 4], [4, 8])
    assert straight(lambda x: x * float(x[0]), [x]) is None


def test_a_number_of_a_large_array_beside_its_blocks(threads: int) -> None:
    """It is not where the other entries of the block are, and may be computed by another thread."""

    def beside(x: Any) -> Any:
        y = x * 2
        z = y * y[-1] + x[3]
        w = z.clone()
        w.add_(z[-1]).mul_(y[5]).sub_(x)
        first = w[0] * 1
        w.add_(1)
        return z, w * w[-1], w, first

    run = autograd.compile(beside)
    for i in range(4):
        x = autograd.linspace(0.5, 1.5 + i, 200_003)
        assert bits(*run(x)) == bits(*beside(x))
    captured(run)
    ((recorded,),) = [form.recorded for form in run._forms.values()]
    assert sum(map(len, recorded.plan.fused)) >= 2


def test_a_tape_keeps_no_large_arrays() -> None:
    """It knows where they lay, which is enough to find parts of them again."""
    tape = Tape()
    x = tape.lift(np.ones(200_000), "outside")
    y = x * 2
    array = weakref.ref(y.plain)
    z = y + 1
    del y
    assert array() is None
    assert z.plain[0] == 3
    assert len(tape.entries) == 2

    def parts(x: Any) -> Any:
        y = np.multiply(x, 2).reshape(2, -1)
        y[1, 10:-10] += y[0, :-20]
        return (y[:, 1:] - y[:, :-1])[:, ::2].T

    values = np.random.default_rng(0).normal(size=200_000)
    found = straight(parts, [values])
    assert found is not None
    for step in found[0]:
        step()
    assert np.array_equal(found[1], parts(values))


def test_results_that_are_parts_of_one_array() -> None:
    def halves(x: Any) -> tuple[Any, Any]:
        both = np.empty((2, len(x)))
        both[:] = [x + 1, x * 2]
        return both[0], both[1]

    tape = Tape()
    first, second = tape.call(halves, (tape.lift(np.ones(3), "input"),), {})
    assert first.root is not second.root
    assert tape.entries[-1].result == [True, True]
    np.testing.assert_array_equal(second.plain, np.full(3, 2.0))
