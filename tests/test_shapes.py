"""Functions of shapes, whose results are no tensors, and methods that change a tensor's shape."""

from __future__ import annotations

from typing import Any

import pytest

import autograd
from tests.both import both, both_raise


@pytest.mark.parametrize(
    "shapes", [((2, 1), 3), ((2, 1), (1, 3), (4, 1, 1)), (), (5,), ((1,), (0,))], ids=str
)
def test_broadcast_shapes(shapes: tuple[Any, ...]) -> None:
    both(lambda lib: tuple(lib.broadcast_shapes(*shapes)))


@pytest.mark.parametrize("shapes", [((2,), (3,)), ((2, 3), (3, 3))], ids=str)
def test_broadcast_shapes_that_do_not_fit(shapes: tuple[Any, ...]) -> None:
    both_raise(lambda lib: lib.broadcast_shapes(*shapes), RuntimeError, "broadcast")


def test_broadcast_shapes_are_not_negative() -> None:
    both_raise(lambda lib: lib.broadcast_shapes((-1,)), ValueError, "negative")


@pytest.mark.parametrize(
    ("args", "size"), [((2, 2), 6), (((3, 3),), 2), ((0,), 4)], ids=["more", "much more", "none"]
)
def test_resize_keeps_what_there_is(args: tuple[Any, ...], size: int) -> None:
    def program(lib: Any) -> Any:
        x = lib.arange(size).resize_(*args)
        return tuple(x.shape), x.reshape(-1)[:size]

    both(program)


def test_what_requires_grad_is_not_resized() -> None:
    both_raise(
        lambda lib: lib.ones(4, requires_grad=True).resize_(2), RuntimeError, "cannot resize"
    )


def test_a_view_is_not_resized() -> None:
    x = autograd.ones(4)
    part = x[1:]
    for each in (x, part):
        with pytest.raises(RuntimeError, match="clone"):
            each.resize_(2)


@pytest.mark.parametrize(
    "make",
    [
        lambda lib: lib.empty_strided((2, 3), (1, 2)),
        lambda lib: lib.empty_strided((2, 0), (1, 2)),
        lambda lib: lib.empty_strided((), ()),
        lambda lib: lib.empty_permuted((2, 3, 4), (2, 0, 1), dtype=lib.float64),
        lambda lib: lib.ones(2).new_empty_strided((2, 3), (4, 1)),
    ],
)
def test_strides_that_were_asked_for(make: Any) -> None:
    both(lambda lib: (tuple(make(lib).shape), make(lib).stride(), str(make(lib).dtype)[-7:]))
