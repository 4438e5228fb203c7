"""What `gradcheck` stands on: calling the function, moving an entry, random directions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd.grad_mode import enable_grad
from autograd.tensor import Tensor, wrap

Array = npt.NDArray[Any]
Func = Callable[..., Any]


def outputs_of(func: Func, inputs: tuple[Any, ...], every: bool = False) -> list[Tensor]:
    """The float tensors that ``func`` returns: those that require grad, or ``every`` one.

    Raises ValueError where it returns no tensor at all.
    """
    with enable_grad():
        result = func(*inputs)
    results = tuple(result) if isinstance(result, (tuple, list)) else (result,)
    tensors = [each for each in results if isinstance(each, Tensor)]
    if not tensors:
        raise ValueError(
            f"gradcheck: func returned no tensor but {type(result).__name__}; it returns a tensor "
            "or a tuple of them"
        )
    return [each for each in tensors if each.requires_grad or (every and each.is_floating_point())]


def live_outputs(func: Func, inputs: tuple[Any, ...]) -> list[int]:
    """Which of the outputs require grad."""
    every = outputs_of(func, inputs, every=True)
    return [k for k, each in enumerate(every) if each.requires_grad]


@contextmanager
def writeable(x: Tensor) -> Iterator[Array]:
    """The memory of ``x``, to write to; what it held comes back, whatever happens."""
    array = x._memory()
    if not array.flags.writeable:
        raise RuntimeError(
            "gradcheck changes its inputs for the finite differences, and the memory of one, of "
            f"shape {x.shape}, is read-only; pass a clone()"
        )
    before = array.copy()
    try:
        yield array
    finally:
        array[...] = before


def mover(array: Array, place: tuple[int, ...]) -> Callable[[float], None]:
    """A function that moves one entry away from where it stands now."""
    start = array[place].copy()

    def move(step: float) -> None:
        array[place] = start + step

    return move


def direction(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """A random vector of length 1 with positive entries."""
    vector = np.asarray(random.random(shape) + 0.1)
    length = float(np.sqrt((vector * vector).sum()))
    return vector / (length or 1.0)


def place_text(index: tuple[int, ...]) -> str:
    """An index as it is written between brackets."""
    return ", ".join(map(str, index)) or "()"


def random_weights(outputs: list[Tensor], apart: bool) -> tuple[Tensor, ...]:
    """A random gradient for each output; ``apart``: every second entry of its memory."""
    random = np.random.default_rng(0)
    weights = []
    for output in outputs:
        values = random.standard_normal((*output.shape, 2)).astype(output.dtype)
        array = values[..., 0]
        weights.append(wrap(array if apart else array.copy()).requires_grad_())
    return tuple(weights)
