"""Questions with a plain answer, and dimensions that change in place, beside torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import autograd
from tests.both import both, both_raise, leaf

QUESTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "is_tensor": lambda lib, x: [lib.is_tensor(each) for each in (x, 1.0, None, [x])],
    "is_floating_point": lambda lib, x: (lib.is_floating_point(x), lib.is_floating_point(x.int())),
    "numel": lambda lib, x: (lib.numel(x), lib.numel(x[:0])),
    "is_nonzero": lambda lib, x: (lib.is_nonzero(x[0]), (x[0] * 0).is_nonzero()),
    "is_same_size": lambda lib, x: (lib.is_same_size(x, x + 1), x.is_same_size(x[:2])),
    "is_signed": lambda lib, x: (
        lib.is_signed(x),
        x.bool().is_signed(),
        x.to(lib.uint8).is_signed(),
    ),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_is_torchs(name: str) -> None:
    both(lambda lib: QUESTIONS[name](lib, lib.tensor([1.0, 2.0, 3.0])))


def test_no_answer_for_several_elements() -> None:
    both_raise(lambda lib: lib.is_nonzero(lib.ones(2)), RuntimeError, "more than one")


def matrix(lib: Any) -> Any:
    return leaf(lib, [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


TURNED: dict[str, Callable[[Any], Any]] = {
    "transpose_": lambda y: y.transpose_(0, 1),
    "swapaxes_": lambda y: y.swapaxes_(-1, 0),
    "swapdims_": lambda y: y.swapdims_(0, 0),
    "t_": lambda y: y.t_(),
    "unsqueeze_": lambda y: y.unsqueeze_(1),
    "squeeze_": lambda y: y.unsqueeze_(0).squeeze_(),
    "squeeze_, dim": lambda y: y.unsqueeze_(0).squeeze_(0).squeeze_(0),
    "then changed": lambda y: y.t_().mul_(2),
}


@pytest.mark.parametrize("name", TURNED)
def test_turned_in_place(name: str) -> None:
    """Value, version and gradient; the memory stays where it was."""

    def program(lib: Any) -> Any:
        x = matrix(lib)
        y = x * x
        z = TURNED[name](y)
        assert z is y
        weight = lib.tensor([[1.0, 10.0], [100.0, 3.0], [7.0, 9.0]], dtype=lib.float64)
        loss = (y.reshape(2, 3) * weight.t()).sum()
        return y, y.grad_fn is not None, lib.autograd.grad(loss, x)

    both(program)


def test_a_view_turned_in_place_follows_its_base() -> None:
    def program(lib: Any) -> Any:
        x = matrix(lib)
        y = x * 1
        part = y[:, :2]
        part.t_()
        part[0] = part[0] * 10
        return y, part, lib.autograd.grad((part * part).sum(), x)

    both(program)


def test_a_leaf_turns_outside_of_recording_only() -> None:
    both_raise(lambda lib: matrix(lib).t_(), RuntimeError, "leaf Variable that requires grad")

    def program(lib: Any) -> Any:
        x = matrix(lib)
        with lib.no_grad():
            x.t_()
        (x[0] * 2).sum().backward()
        return x, x.grad

    both(program)


def test_what_has_views_does_not_turn() -> None:
    y = matrix(autograd) * 1
    row = y[0]
    with pytest.raises(RuntimeError, match="views of this tensor"):
        y.t_()
    assert y.shape == (2, 3)
    assert row.shape == (3,)


def test_a_result_does_not_turn_outside_of_recording() -> None:
    y = matrix(autograd) * 1
    with autograd.no_grad(), pytest.raises(RuntimeError, match="old dimensions"):
        y.t_()
