"""In-place operations, views and version counters: the same lines here and in torch."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from tests.both import both, both_raise, leaf, on_both

CHANGES: dict[str, Callable[[Any, Any, Any], Any]] = {
    "y += w": lambda lib, y, w: y.__iadd__(w),
    "y -= w": lambda lib, y, w: y.__isub__(w),
    "y *= w": lambda lib, y, w: y.__imul__(w),
    "y /= w": lambda lib, y, w: y.__itruediv__(w),
    "y **= 2": lambda lib, y, w: y.__ipow__(2),
    "y %= 2": lambda lib, y, w: y.__imod__(2),
    "y += 2": lambda lib, y, w: y.__iadd__(2),
    "y += w[0]": lambda lib, y, w: y.__iadd__(w[0]),
    "add_ alpha": lambda lib, y, w: y.add_(w, alpha=3),
    "add_ other=": lambda lib, y, w: y.add_(other=w),
    "sub_": lambda lib, y, w: y.sub_(w),
    "mul_": lambda lib, y, w: y.mul_(w),
    "div_": lambda lib, y, w: y.div_(w),
    "pow_": lambda lib, y, w: y.pow_(w),
    "neg_": lambda lib, y, w: y.neg_(),
    "exp_": lambda lib, y, w: y.exp_(),
    "log_": lambda lib, y, w: y.log_(),
    "sqrt_": lambda lib, y, w: y.sqrt_(),
    "square_": lambda lib, y, w: y.square_(),
    "abs_": lambda lib, y, w: y.abs_(),
    "sin_": lambda lib, y, w: y.sin_(),
    "cos_": lambda lib, y, w: y.cos_(),
    "tanh_": lambda lib, y, w: y.tanh_(),
    "sigmoid_": lambda lib, y, w: y.sigmoid_(),
    "relu_": lambda lib, y, w: y.relu_(),
    "clamp_": lambda lib, y, w: y.clamp_(1.5, 2.5),
    "clamp_ min=": lambda lib, y, w: y.clamp_(min=w),
    "zero_": lambda lib, y, w: y.zero_(),
    "fill_": lambda lib, y, w: y.fill_(3),
    "fill_ tensor": lambda lib, y, w: y.fill_(w[1]),
    "copy_": lambda lib, y, w: y.copy_(w),
    "copy_ float32": lambda lib, y, w: y.copy_(w.to(lib.float32)),
    "copy_ broadcast": lambda lib, y, w: y.copy_(w[0]),
    "y[0] =": lambda lib, y, w: y.__setitem__(0, 5.0),
    "y[0] = tensor": lambda lib, y, w: y.__setitem__(0, w[2]),
    "y[1:] =": lambda lib, y, w: y.__setitem__(slice(1, None), w[:2]),
    "y[:] = row": lambda lib, y, w: y.__setitem__(slice(None), w.reshape(1, 3)),
    "y[...] =": lambda lib, y, w: y.__setitem__(..., w),
    "y[[2, 0]] =": lambda lib, y, w: y.__setitem__([2, 0], w[:2]),
    "y[mask] =": lambda lib, y, w: y.__setitem__(y > 1.5, 7.0),
    "y[index] = scalar": lambda lib, y, w: y.__setitem__(lib.tensor([0, 2]), w[0]),
    "y[float32] =": lambda lib, y, w: y.__setitem__(slice(0, 2), w[:2].to(lib.float32)),
    "y[1:] += w[1:]": lambda lib, y, w: y[1:].__iadd__(w[1:]),
    "index_add_": lambda lib, y, w: y.index_add_(0, lib.tensor([2, 0, 2]), w),
    "index_add_ of a part": lambda lib, y, w: y.index_add_(0, lib.tensor([1, 1]), w[:2]),
    "scatter_add_": lambda lib, y, w: y.scatter_add_(0, lib.tensor([2, 2, 0]), w),
    "scatter_": lambda lib, y, w: y.scatter_(0, lib.tensor([2, 0]), w[:2]),
    "scatter_ number": lambda lib, y, w: y.scatter_(0, lib.tensor([1]), 4.0),
    "scatter_reduce_": lambda lib, y, w: y.scatter_reduce_(0, lib.tensor([1, 1, 0]), w, "mean"),
    "index_put_": lambda lib, y, w: y.index_put_((lib.tensor([0, 2]),), w[:2]),
    "index_put_ added": lambda lib, y, w: y.index_put_((lib.tensor([0, 0, 2]),), w, True),
    "index_copy_": lambda lib, y, w: y.index_copy_(0, lib.tensor([2, 0]), w[1:]),
    "put_ added": lambda lib, y, w: y.put_(lib.tensor([0, 0]), w[:2], True),
    "through a view": lambda lib, y, w: y.reshape(3, 1)[1:].t()[0].mul_(w[:2]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_value_and_gradients(name: str) -> None:
    def run(lib: Any) -> Any:
        x, w = leaf(lib, 1.25, 2.0, 3.5), leaf(lib, 0.5, 1.5, -2.5)
        y = x * 1
        result = CHANGES[name](lib, y, w)
        z = y * y
        dx = lib.autograd.grad(z.sum(), x, create_graph=True, materialize_grads=True)[0]
        second = lib.autograd.grad(
            (dx * dx).sum() + x.sum(), [x, w], retain_graph=True, materialize_grads=True
        )
        z.sum().backward()
        assert result is None or result is y or name in ("through a view", "y[1:] += w[1:]")
        return y, y._version, x.grad, w.grad, second

    both(run)


@on_both
def test_empty_tensors(lib: Any) -> None:
    for shape in ((0,), (3, 0), (0, 3)):
        y = lib.zeros(shape, requires_grad=True) * 1
        y += 1
        y.mul_(3)
        y[...] = 2.0
        y.sum().backward()
        assert (tuple(y.shape), y._version) == (shape, 3)


@pytest.mark.parametrize("name", CHANGES)
def test_into_a_tensor_without_history(name: str) -> None:
    def run(lib: Any) -> Any:
        w = leaf(lib, 0.5, 1.5, -2.5)
        y = lib.tensor([1.25, 2.0, 3.5], dtype=lib.float64)
        CHANGES[name](lib, y, w)
        if y.requires_grad:
            (y * y).sum().backward()
        return y, y.requires_grad, w.grad

    both(run)


@pytest.mark.parametrize("name", CHANGES)
def test_leaves_refuse_and_no_grad_allows(name: str) -> None:
    w = [0.5, 1.5, -2.5]
    both_raise(
        lambda lib: CHANGES[name](lib, leaf(lib), leaf(lib, w)),
        RuntimeError,
        "leaf Variable that requires grad is being used in an in-place operation",
    )
    both_raise(
        lambda lib: CHANGES[name](lib, leaf(lib, 0.0, 1.0, 2.0, 3.0)[1:], leaf(lib, w)),
        RuntimeError,
        "a view of a leaf Variable that requires grad is being used in an in-place operation",
    )

    def quiet(lib: Any) -> Any:
        x = leaf(lib)
        with lib.no_grad():
            CHANGES[name](lib, x, leaf(lib, w))
        (x * x).sum().backward()
        return x, x.requires_grad, x.is_leaf, x._version, x.grad

    both(quiet)


def test_added_in_place_is_what_the_operands_held_before() -> None:
    """The source lies in the memory that changes; torch refuses it."""
    x = autograd.arange(6.0)
    x[:4].index_add_(0, autograd.tensor([1, 2, 3]), x[:3])
    assert x.tolist() == [0.0, 1.0, 3.0, 5.0, 4.0, 5.0]
    y = autograd.arange(4.0)
    y.index_put_((autograd.tensor([1, 2]),), y[:2], accumulate=True)
    assert y.tolist() == [0.0, 1.0, 3.0, 3.0]


def test_memory_that_is_not_row_by_row_is_added_to_in_place() -> None:
    def run(lib: Any) -> Any:
        x = lib.zeros((3, 4), dtype=lib.float64)
        columns = x.t()
        columns.index_add_(0, lib.tensor([3, 3]), leaf(lib, [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
        return x, columns, x._version

    both(run)


def test_an_overflow_adds_once() -> None:
    """NumPy warns of it, after which nothing may run again over the same memory."""
    z = autograd.tensor([3e38, 1.0])
    z.index_add_(0, autograd.tensor([0, 1]), autograd.tensor([3e38, 1.0]))
    assert z.tolist() == [float("inf"), 2.0]


@pytest.mark.parametrize(
    "change",
    [
        lambda x, i, y: x.index_add_(0, i, y),
        lambda x, i, y: x.scatter_add_(0, i, y),
        lambda x, i, y: x.index_put_((i,), y),
        lambda x, i, y: x.index_put_((i,), y, accumulate=True),
        lambda x, i, y: x.index_copy_(0, i, y),
        lambda x, i, y: x.put_(i, y),
        lambda x, i, y: x.__setitem__(i, x[i] + y),
    ],
)
def test_a_few_places_of_a_large_tensor_change_without_a_copy(change: Any) -> None:
    x = autograd.zeros(1_000_000)
    index, y = autograd.tensor([5, 999_999]), autograd.ones(2)
    tracemalloc.start()
    try:
        change(x, index, y)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100_000
    assert (x[5].item(), x.sum().item()) == (1.0, 2.0)
