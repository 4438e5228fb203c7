"""The table of loads: a name, a program, and what ours is to take of torch's time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.programs import arrays, networks, small

Program = Callable[..., Callable[[], Any]]
"""``program(torch, nn, F, optim, **sizes)`` returns the step."""


@dataclass(frozen=True)
class Load:
    """One row. ``goal`` and ``captured`` are for ours / torch, eager and with a captured step.

    ``sizes`` are the program's arguments, ``little`` those with which a test runs it.
    """

    name: str
    program: Program
    goal: float
    captured: float | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    little: Mapping[str, int] = field(default_factory=dict)


def _sizes(**sizes: int) -> Mapping[str, int]:
    return sizes


LOADS = [
    Load("std of two samples", small.std, 0.35),
    Load("chain of 1,000 scalar operations", small.chain, 0.5, little=_sizes(length=20)),
    Load("iris net 4-40-3, batch 5, Adam", small.iris, 0.35, 0.08),
    Load("MLP 784-256-10, batch 256, SGD", networks.mlp, 0.9, 0.8, little=_sizes(batch=4)),
    Load("LeNet-5, batch 64, SGD", networks.lenet, 0.7, little=_sizes(batch=2)),
    Load("MNIST net, batch 128, Adam", networks.vgg, 0.65, little=_sizes(batch=4)),
    Load(
        "ResNet-18, 1 x 96 x 96, batch 16, SGD",
        networks.resnet,
        0.7,
        little=_sizes(batch=2, size=64),
    ),
    Load(
        "ResNet-18, 1 x 96 x 96, batch 32, SGD",
        networks.resnet,
        0.7,
        sizes=_sizes(batch=32),
        little=_sizes(batch=3, size=64),
    ),
    Load(
        "LSTM 64-128, batch 32, 64 steps",
        networks.lstm,
        1.0,
        little=_sizes(batch=2, steps=3),
    ),
    Load(
        "transformer block d 128, batch 16 x 64",
        networks.transformer,
        0.9,
        little=_sizes(batch=2, steps=3),
    ),
    Load("elementwise chain on 1e6 values", arrays.elementwise, 0.6, 0.6, little=_sizes(size=100)),
    Load("Hessian-vector product, 100 x 100", small.hessian_vector, 0.7, little=_sizes(size=10)),
    Load("gradient penalty on an MLP", small.gradient_penalty, 0.6),
    Load("indexing a table of 1e6 rows", arrays.indexing, 1.0, little=_sizes(rows=100)),
    Load("gather from 1e6 rows", arrays.gather, 1.0, little=_sizes(rows=100)),
    Load("embedding of 1e6 rows", arrays.embedding, 1.0, little=_sizes(rows=100)),
]


@dataclass(frozen=True)
class Curve:
    """Sizes over which a load's cost is to grow linearly; ``unit`` names what grows."""

    name: str
    program: Program
    argument: str
    values: tuple[int, ...]
    sizes: Mapping[str, int] = field(default_factory=dict)


CURVES = [
    Curve("length of a chain", small.chain, "length", (1_000, 10_000, 100_000, 1_000_000)),
    Curve("batch of an MLP", networks.mlp, "batch", (64, 256, 1024, 4096)),
    Curve("width of an MLP: its parameters", networks.mlp, "hidden", (64, 256, 1024, 4096)),
]

PROGRAMS = {each.program.__name__: each.program for each in (*LOADS, *CURVES)}
"""The programs by name, as a worker is told of them."""
