"""grad(), its errors, and whose memory gradients are: the same lines here and in torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from tests.both import both, both_raise, leaf, on_both


def test_results_of_grad() -> None:
    def run(lib: Any) -> Any:
        x, y, z = leaf(lib), leaf(lib, 4.0), leaf(lib, 1.0)
        h = x * y
        out = (h * h).sum()
        same = lib.autograd.grad(out, [x, x, h, out], retain_graph=True)
        unused = lib.autograd.grad(out, [z, y], retain_graph=True, allow_unused=True)
        zeros = lib.autograd.grad(out, [z, y], retain_graph=True, materialize_grads=True)
        return [same, unused, zeros, x.grad, lib.autograd.grad(x, x, lib.ones_like(x))]

    both(run, exact=True)


@on_both
def test_grad_leaves_the_rest_of_the_graph(lib: Any) -> None:
    x, y = leaf(lib, 2.0), leaf(lib, 3.0)
    h = x.exp()
    out = y * y + h
    assert lib.autograd.grad(out, y)[0].tolist() == [6.0]
    h.backward()
    assert x.grad is not None


def test_weights() -> None:
    def run(lib: Any) -> Any:
        x = leaf(lib)
        weight = lib.tensor([1.0, 10.0, 100.0], dtype=lib.float64)
        (x * x).backward(weight)
        first = x.grad.clone()
        (d,) = lib.autograd.grad(x * x, x, weight, create_graph=True)
        (e,) = lib.autograd.grad([x * x, x], x, [weight, weight * 2])
        half = lib.tensor([1.0, 10.0, 100.0], dtype=lib.float32)
        return first, d, e, lib.autograd.grad(x * x, x, half)

    both(run, exact=True)


@on_both
def test_the_weight_is_differentiable_too(lib: Any) -> None:
    x, w = leaf(lib), leaf(lib, 1.0, 10.0, 100.0)
    (d,) = lib.autograd.grad(x * x, x, w, create_graph=True)
    (dw,) = lib.autograd.grad(d.sum(), w)
    assert dw.tolist() == [2.0, 4.0, 6.0]


ERRORS: dict[str, tuple[Callable[[Any], Any], type[Exception], str]] = {
    "no graph": (
        lambda lib: lib.ones(1).backward(),
        RuntimeError,
        "element 0 of tensors does not require grad and does not have a grad_fn",
    ),
    "second output without graph": (
        lambda lib: lib.autograd.grad([leaf(lib, 1.0) * 2, lib.ones(1)], leaf(lib, 1.0)),
        RuntimeError,
        "does not require grad and does not have a grad_fn",
    ),
    "not scalar": (
        lambda lib: (leaf(lib) * 2).backward(),
        RuntimeError,
        "grad can be implicitly created only for scalar outputs",
    ),
    "shape of weight": (
        lambda lib: (leaf(lib) * 2).backward(lib.ones(2, dtype=lib.float64)),
        RuntimeError,
        "Mismatch in shape",
    ),
    "weight of a scalar": (
        lambda lib: (leaf(lib) * 2).sum().backward(lib.ones(1, dtype=lib.float64)),
        RuntimeError,
        "Mismatch in shape",
    ),
    "weight is a number": (
        lambda lib: (leaf(lib, 1.0) * 2).backward(1.0),
        TypeError,
        "float",
    ),
    "no inputs": (
        lambda lib: (leaf(lib, 1.0) * 2).backward(inputs=[]),
        RuntimeError,
        "cannot be empty",
    ),
    "grad of no inputs": (
        lambda lib: lib.autograd.grad(leaf(lib, 1.0) * 2, []),
        RuntimeError,
        "cannot be empty",
    ),
    "unused": (
        lambda lib: lib.autograd.grad(leaf(lib, 1.0) * 2, leaf(lib, 1.0)),
        RuntimeError,
        "appears to not have been used in the graph",
    ),
    "does not require grad": (
        lambda lib: lib.autograd.grad(leaf(lib, 1.0) * 2, lib.ones(1), allow_unused=True),
        RuntimeError,
        "One of the differentiated Tensors does not require grad",
    ),
    "materialize but not allow": (
        lambda lib: lib.autograd.grad(
            leaf(lib, 1.0), leaf(lib, 1.0), allow_unused=False, materialize_grads=True
        ),
        ValueError,
        "Expected allow_unused to be True or not passed when materialize_grads=True",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name: str) -> None:
    both_raise(*ERRORS[name])


@pytest.mark.filterwarnings("ignore:Using backward.. with create_graph")
@on_both
def test_a_gradient_owns_its_memory(lib: Any) -> None:
    """What is done to one ``.grad`` shows nowhere else."""
    for create_graph in (False, True):
        x, y = leaf(lib), leaf(lib)
        weight = lib.ones(3, dtype=lib.float64)
        (x + y).backward(weight, create_graph=create_graph)
        x.grad.detach().mul_(5)
        assert (y.grad.tolist(), weight.tolist()) == ([1.0] * 3, [1.0] * 3)
        weight.mul_(7)
        assert (x.grad.tolist(), y.grad.tolist()) == ([5.0] * 3, [1.0] * 3)


@on_both
@pytest.mark.parametrize("kind", ["float16", "float32", "float64"])
def test_gradients_keep_shape_dtype_and_memory_apart(lib: Any, kind: str) -> None:
    dtype = getattr(lib, kind)
    a = lib.ones(2, 1, dtype=dtype, requires_grad=True)
    b = lib.ones(3, dtype=dtype, requires_grad=True)
    c = lib.ones((), dtype=dtype, requires_grad=True)
    d = lib.ones(2, 3, dtype=lib.float64, requires_grad=True)
    ((a + b) - c).sum().backward()
    ((a + b).reshape(-1) * 2 + c).sum().backward()
    (a + d).t().backward(lib.ones(3, 2, dtype=lib.float64))
    leaves = [a, b, c, d]
    for each in leaves:
        assert each.grad.dtype == each.dtype
        assert each.grad.shape == each.shape
    assert a.grad.tolist() == [[12.0], [12.0]]
    assert (b.grad.tolist(), c.grad.item(), d.grad.tolist()) == ([6.0] * 3, 0.0, [[1.0] * 3] * 2)
    memory = [each.grad.numpy() for each in leaves]
    for i, one in enumerate(memory):
        assert not any(np.shares_memory(one, other) for other in memory[:i])
        one += 1  # it can be written to


def test_dtype_objects_of_other_origin() -> None:
    """A dtype equal to NumPy's own but another object, as unpickling gives, changes nothing."""
    array = np.ones(3, np.dtype("float32").newbyteorder("="))
    x, y = autograd.from_numpy(array).requires_grad_(), autograd.tensor(array, requires_grad=True)
    assert x.dtype is np.dtype("float32")
    assert y.dtype is np.dtype("float32")
    (x + y).backward(autograd.ones(3))
    x.grad.mul_(5)
    assert y.grad.tolist() == [1.0, 1.0, 1.0]
    assert np.shares_memory(x.detach().numpy(), array)


@on_both
def test_turning_requires_grad_off_and_on(lib: Any) -> None:
    x = leaf(lib)
    y = x * 2
    x.requires_grad_(False)
    y.sum().backward(retain_graph=True)
    assert x.grad is None
    x.requires_grad_(True)
    y.sum().backward()
    assert x.grad.tolist() == [2.0, 2.0, 2.0]


@on_both
def test_a_leaf_nobody_holds(lib: Any) -> None:
    w = leaf(lib, 2.0)
    y = leaf(lib, 3.0) * w
    y.backward()
    assert w.grad.tolist() == [3.0]
