"""Functions of shapes, whose results are no tensors, and methods that change a tensor's shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
from tests.both import both, both_raise, functional


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


ORDERS = {
    "turned": lambda x: x.transpose(0, -1),
    "permuted": lambda x: x.permute(1, 0, 2),
    "repeated": lambda x: x[:1].expand(3, 4, 5),
    "gaps": lambda x: x[..., ::2].transpose(0, 1),
}
RESULTS = {
    "tanh": lambda lib, x: x.tanh(),
    "erf": lambda lib, x: x.erf(),
    "gelu": lambda lib, x: functional(lib).gelu(x),
    "nan_to_num": lambda lib, x: (x * 1).nan_to_num(),
    "logsigmoid": lambda lib, x: functional(lib).logsigmoid(x),
    "softmax": lambda lib, x: x.softmax(1),
    "log_softmax": lambda lib, x: x.log_softmax(-1),
    "cumsum": lambda lib, x: x.cumsum(1),
    "cumprod": lambda lib, x: x.cumprod(0),
    "logcumsumexp": lambda lib, x: x.logcumsumexp(0),
    "cummax": lambda lib, x: x.cummax(0)[0],
    "masked_fill": lambda lib, x: x.masked_fill(x > 0.5, 0.0),
    "clone": lambda lib, x: x.clone(),
    "double": lambda lib, x: x.double(),
}


@pytest.mark.parametrize("scale", [1, 40])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("result", RESULTS)
def test_strides_of_results(result: str, order: str, scale: int) -> None:
    """Elementwise the order stays, else it is of rows: ``view`` takes some, and some not."""
    numbers = np.random.default_rng(0).uniform(0, 1, (3, 4, 5 * scale)).astype(np.float32)

    def program(lib: Any) -> Any:
        x = lib.from_numpy(numbers)
        if order == "repeated":
            x = x[..., :5]
        found = RESULTS[result](lib, ORDERS[order](x))
        return found, found.stride()

    both(program)
