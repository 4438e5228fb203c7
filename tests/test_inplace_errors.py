"""In-place operations that must not pass: modified saved tensors, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import autograd
from tests.both import both, both_raise, leaf, on_both
from tests.oracle import torch

MODIFIED = (
    "one of the variables needed for gradient computation has been modified by an inplace operation"
)


def saved(change: Callable[[Any, Any], Any], of: str = "y") -> Callable[[Any], Any]:
    def run(lib: Any) -> Any:
        x = leaf(lib)
        y = x * 2
        c = lib.tensor([1.0, 2.0, 3.0], dtype=lib.float64)
        z = {"y": y * y, "x": x * x * y, "c": y * c, "exp": y.exp()}[of]
        with lib.no_grad():
            change(lib, {"y": y, "x": x, "c": c, "exp": z}[of])
        z.sum().backward()
        return x.grad

    return run


THROUGH: dict[str, Callable[[Any, Any], Any]] = {
    "itself": lambda lib, t: t.mul_(2),
    "a view": lambda lib, t: t[1:].mul_(2),
    "an element": lambda lib, t: t[0].mul_(2),
    "index assignment": lambda lib, t: t.__setitem__([0], 1.0),
    "detach()": lambda lib, t: t.detach().mul_(2),
    "a view of detach()": lambda lib, t: t.detach().reshape(3, 1)[0].zero_(),
    "detach() of a view": lambda lib, t: t[1:].detach().add_(1),
    "unbind": lambda lib, t: t.unbind()[2].add_(1),
}


@pytest.mark.parametrize("of", ["y", "x", "c", "exp"])
@pytest.mark.parametrize("through", THROUGH)
def test_a_saved_tensor_was_modified(of: str, through: str) -> None:
    both_raise(saved(THROUGH[through], of), RuntimeError, MODIFIED)


@pytest.mark.parametrize("of", ["y", "x", "c", "exp"])
def test_data_and_numpy_are_not_watched(of: str) -> None:
    both(saved(lambda lib, t: t.data.mul_(2), of), exact=True)
    both(saved(lambda lib, t: t.detach().numpy().__imul__(2), of), exact=True)


@pytest.mark.parametrize("of", ["x", "c"])
def test_a_tensor_saved_by_the_second_order_was_modified(of: str) -> None:
    def run(lib: Any) -> Any:
        x, c = leaf(lib), lib.tensor([1.0, 2.0, 3.0], dtype=lib.float64)
        (d,) = lib.autograd.grad(((x**3 * c) ** 2).sum(), x, create_graph=True)
        with lib.no_grad():
            (x if of == "x" else c).mul_(2)
        d.sum().backward()

    both_raise(run, RuntimeError, MODIFIED)


@on_both
def test_what_is_not_saved_may_change(lib: Any) -> None:
    x = leaf(lib)
    y = x * 2
    z = y + 1
    y.mul_(5)
    z.sum().backward()
    assert x.grad.tolist() == [2.0, 2.0, 2.0]


RIGHT: dict[str, tuple[Callable[[Any], Any], list[float]]] = {}


def right(expected: list[float]) -> Callable[[Any], Any]:
    def note(f: Callable[[Any], Any]) -> Any:
        RIGHT[f.__name__] = f, expected
        return f

    return note


@right([2.0, 4.0, 6.0])
def times_itself(lib: Any) -> Any:
    x = leaf(lib)
    y = x * 1
    y.mul_(y)
    y.sum().backward()
    return x.grad


@right([2.0, 4.0, 6.0])
def times_a_view_of_itself(lib: Any) -> Any:
    x = leaf(lib)
    y = x * 1
    y.mul_(y[:])
    y.sum().backward()
    return x.grad


@right([1.0, 2.0, 3.0])
def times_its_detached_self(lib: Any) -> Any:
    x = leaf(lib)
    y = x * 1
    y.mul_(y.detach())
    y.sum().backward()
    return x.grad


@right([1.0, 1.0, 0.0])
def index_changed(lib: Any) -> Any:
    x, index = leaf(lib), lib.tensor([0, 1])
    y = x[index]
    index[0] = 2
    y.sum().backward()
    return x.grad


@right([2.0, 0.0, 2.0])
def mask_changed(lib: Any) -> Any:
    x, mask = leaf(lib), lib.tensor([True, False, True])
    y = x[mask] * 2
    mask[1] = True
    y.sum().backward()
    return x.grad


@right([0.0, 0.0, 1.0])
def indices_of_max_changed(lib: Any) -> Any:
    x = leaf(lib)
    values, indices = x.max(0)
    indices.zero_()
    values.backward()
    return x.grad


@right([6.0, 0.0, 0.0])
def base_of_unbound_parts_changed(lib: Any) -> Any:
    x = leaf(lib)
    y = x * 1
    first = y.unbind()[0]
    y.mul_(2)
    (first * 3).backward()
    return x.grad


@right([2.0, 2.0, 0.0])
def base_of_no_grad_view_changed(lib: Any) -> Any:
    x = leaf(lib)
    y = x * 1
    with lib.no_grad():
        v = y[:2]
    y.mul_(2)
    (v * 1).sum().backward()
    return x.grad


@pytest.mark.parametrize("name", RIGHT)
def test_right_where_torch_raises(name: str) -> None:
    f, expected = RIGHT[name]
    with pytest.raises(RuntimeError):
        f(torch)
    assert f(autograd).tolist() == expected


def test_the_condition_of_where_was_changed() -> None:
    def run(lib: Any) -> Any:
        x, mask = leaf(lib), lib.tensor([True, False, True])
        y = lib.where(mask, x, -x)
        mask[0] = False
        y.sum().backward()

    both_raise(run, RuntimeError, MODIFIED)


def no_grad_view(lib: Any, change: Callable[[Any], Any]) -> None:
    y = leaf(lib) * 1
    with lib.no_grad():
        v = y[:2]
    change(v)


REFUSED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "no_grad view": (
        lambda lib: no_grad_view(lib, lambda v: v.mul_(2)), "view was created in no_grad mode",
    ),
    "no_grad view, assigned": (
        lambda lib: no_grad_view(lib, lambda v: v.__setitem__(0, 2.0)),
        "was created in no_grad mode",
    ),
    "unbind": (lambda lib: (leaf(lib) * 1).unbind()[0].mul_(2), "multiple views"),
    "split": (lambda lib: (leaf(lib) * 1).split(2)[0].mul_(2), "multiple views"),
    "view of split": (lambda lib: (leaf(lib) * 1).split(2)[0][0].mul_(2), "multiple views"),
    "iteration": (lambda lib: next(iter(leaf(lib) * 1)).mul_(2), "multiple views"),
    "leaf that is a view": (
        lambda lib: lib.zeros(3)[1:].requires_grad_().add_(1),
        "leaf Variable that requires grad is being used in an in-place operation",
    ),
    "view whose base became a leaf": (
        lambda lib: (lambda y: (y[1:], y.requires_grad_())[0].add_(1))(lib.zeros(3)),
        "a view of a leaf Variable that requires grad",
    ),
    "expanded": (lambda lib: lib.zeros(1).expand(3).add_(1), "single memory location"),
    "expanded, recorded": (
        lambda lib: (leaf(lib, 1.0) * 1).expand(3).add_(1), "single memory location",
    ),
    "expanded, assigned": (
        lambda lib: lib.zeros(1).expand(3).__setitem__(slice(None), 1.0), "single memory location",
    ),
    "shape": (
        lambda lib: lib.zeros(3).add_(lib.ones(2, 3)), "doesn't match the broadcast shape [2, 3]",
    ),
    "shape, recorded": (
        lambda lib: (leaf(lib) * 1).add_(lib.ones(2, 3)), "output with shape [3] doesn't match",
    ),
    "shapes that do not broadcast": (
        lambda lib: lib.zeros(3).add_(lib.ones(2)), "must match the size of tensor b (2)",
    ),
    "copy_": (lambda lib: lib.zeros(3).copy_(lib.ones(2, 3)), "doesn't match the broadcast shape"),
    "fill_": (lambda lib: lib.zeros(3).fill_(lib.ones(2)), "only supports 0-dimension value"),
    "assigned shape": (lambda lib: lib.zeros(3).__setitem__([0, 1], lib.ones(3)), "shape mismatch"),
    "int += float": (lambda lib: lib.zeros(3, dtype=lib.int64).add_(1.5), "can't be cast"),
    "int /= int": (lambda lib: lib.ones(3, dtype=lib.int64).div_(2), "can't be cast"),
    "bool += int": (lambda lib: lib.zeros(3, dtype=lib.bool).add_(1), "can't be cast"),
    "int += tensor": (
        lambda lib: lib.zeros(3, dtype=lib.int32).add_(lib.ones(3)), "can't be cast",
    ),
    "detach_ of a view": (lambda lib: (leaf(lib) * 1)[1:].detach_(), "Can't detach views in-place"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    f, phrase = REFUSED[name]
    both_raise(f, RuntimeError, phrase)
