"""The module table: for every module of nn, how to make it and what to give it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Row(NamedTuple):
    """A module by torch's name, its arguments, and the shapes of its inputs."""

    name: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = {}  # noqa: RUF012 - a row is never written to
    inputs: tuple[tuple[int, ...], ...] = ((3, 4),)

    def __str__(self) -> str:
        arguments = [*map(str, self.args), *(f"{k}={v}" for k, v in self.kwargs.items())]
        return f"{self.name}({', '.join(arguments)}){list(self.inputs)}"

    def arrays(self, seed: int = 0) -> list[np.ndarray]:
        """Inputs of these shapes, in float64, away from kinks."""
        rng = np.random.default_rng(seed)
        return [
            np.asarray(rng.uniform(0.1, 1.5, shape) * rng.choice([-1.0, 1.0], shape))
            for shape in self.inputs
        ]


PAIR = ((3, 4), (3, 4))

MODULES = [
    Row("Linear", (4, 5)),
    Row("Linear", (4, 5), {"bias": False}),
    Row("Linear", (4, 1), inputs=((4,),)),
    Row("Linear", (4, 5), inputs=((2, 3, 4),)),
    Row("Linear", (4, 5), inputs=((0, 4),)),
    Row("Identity", (3,), {"unused": True}),
    Row("Flatten", inputs=((2, 3, 4),)),
    Row("Flatten", (0, 1), inputs=((2, 3, 4),)),
    Row("Flatten", (), {"start_dim": 2, "end_dim": -1}, inputs=((2, 3, 4, 2),)),
    Row("ReLU"),
    Row("ReLU", inputs=((),)),
    Row("Sigmoid"),
    Row("Tanh"),
    *(
        Row(name, (), {"reduction": reduction}, PAIR)
        for name in ("MSELoss", "L1Loss")
        for reduction in ("mean", "sum", "none")
    ),
]
