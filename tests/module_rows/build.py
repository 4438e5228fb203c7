"""What the rows of the module table are written in: modules, and inputs to be drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np


class Input(NamedTuple):
    """An input to be drawn: floats away from kinks, or what ``kind`` says.

    "classes" are integers below ``high``; "unit" floats in (0.1, 0.9); "signs" 1 and -1;
    "positive" floats in (0.5, 1.5); "logs" logarithms of probabilities along the last dimension.
    """

    shape: tuple[int, ...]
    kind: str = "floats"
    high: int = 0
    constant: bool = False
    """Whether no gradient is taken; integers never have one."""

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        if self.kind == "classes":
            return np.asarray(rng.integers(0, self.high, self.shape))
        if self.kind == "unit":
            return np.asarray(rng.uniform(0.1, 0.9, self.shape))
        if self.kind == "positive":
            return np.asarray(rng.uniform(0.5, 1.5, self.shape))
        signs = rng.choice([-1.0, 1.0], self.shape)
        if self.kind == "signs":
            return np.asarray(signs)
        values = np.asarray(rng.uniform(0.1, 1.5, self.shape) * signs)
        if self.kind == "logs":
            values = np.asarray(values - np.log(np.exp(values).sum(-1, keepdims=True)))
        return values


def floats(*shape: int, constant: bool = False) -> Input:
    return Input(shape, constant=constant)


def classes(*shape: int, high: int) -> Input:
    return Input(shape, "classes", high)


def unit(*shape: int, constant: bool = False) -> Input:
    return Input(shape, "unit", constant=constant)


def signs(*shape: int) -> Input:
    return Input(shape, "signs", constant=True)


def positive(*shape: int, constant: bool = False) -> Input:
    return Input(shape, "positive", constant=constant)


def logs(*shape: int) -> Input:
    return Input(shape, "logs")


@dataclass(frozen=True)
class Row:
    """A module by torch's name, its arguments, and its inputs.

    Arrays among the arguments become tensors, shapes among the inputs floats to be drawn, and
    what is neither an `Input` nor an array is given as it is.
    ``training``: whether it is tried in training. ``second``: whether torch has second
    derivatives of it. ``rough``: whether torch computes its derivative in float32.
    """

    name: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[Any, ...] = ((3, 4),)
    training: bool = True
    second: bool = True
    rough: bool = False

    def __str__(self) -> str:
        arguments = [*map(_text, self.args), *(f"{k}={_text(v)}" for k, v in self.kwargs.items())]
        inputs = ", ".join(_text(each) for each in self.inputs)
        mode = "" if self.training else " eval"
        return f"{self.name}({', '.join(arguments)})({inputs}){mode}"

    def make(self, library: Any, package: Any) -> Any:
        """The module, of this library."""

        def converted(value: Any) -> Any:
            return library.from_numpy(value.copy()) if isinstance(value, np.ndarray) else value

        args = map(converted, self.args)
        kwargs = {name: converted(value) for name, value in self.kwargs.items()}
        module = getattr(package, self.name)(*args, **kwargs)
        if self.name.startswith("Lazy"):
            module(library.from_numpy(self.drawn()[0]).to(next(module.parameters()).dtype))
        return module if self.training else module.eval()

    def drawn(self, seed: int = 0) -> list[Any]:
        """The inputs, arrays and other things."""
        rng = np.random.default_rng(seed)
        return [
            given.draw(rng) if isinstance(given, Input) else given
            for given in map(_as_input, self.inputs)
        ]

    def tensors(self, library: Any) -> tuple[list[Any], list[Any]]:
        """The inputs as the module takes them, and those of them that require grad."""
        inputs, leaves = [], []
        for given, value in zip(map(_as_input, self.inputs), self.drawn(), strict=True):
            if isinstance(value, np.ndarray):
                value = library.from_numpy(value.copy())
                constant = isinstance(given, Input) and given.constant
                if value.is_floating_point() and not constant:
                    leaves.append(value.requires_grad_())
                    if self.kwargs.get("inplace"):
                        value = value * 1
            inputs.append(value)
        return inputs, leaves


def _as_input(given: Any) -> Any:
    plain = isinstance(given, tuple) and not isinstance(given, Input)
    return Input(given) if plain else given


def _text(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"array{value.shape}".replace(" ", "")
    if isinstance(value, Input):
        return f"{value.kind}{value.shape}".replace(" ", "")
    return str(value).replace(" ", "")


def variants(
    name: str, *calls: tuple[Any, ...], inputs: Iterable[Any] = ((3, 4),), **options: Any
) -> list[Row]:
    """Rows of one module, each of ``calls`` its arguments, a dict at the end its keywords."""
    rows = []
    for call in calls:
        keyed = bool(call) and isinstance(call[-1], dict)
        args, kwargs = (call[:-1], call[-1]) if keyed else (call, {})
        rows.append(Row(name, args, kwargs, tuple(inputs), **options))
    return rows
