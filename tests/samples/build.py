"""What the tables of samples are written in: arrays to be drawn, samples and rows.

A table is data. The arrays in it are drawn when a test asks for a sample, from a seed that
depends only on the row's name and the sample's place, so a new row changes no other one.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np


@dataclass(frozen=True)
class Array:
    """An array to be drawn: distinct entries in [low, high], at least 0.05 from ``away``.

    ``form``: "regular" adds 3 on the diagonal of matrices, "positive" makes them symmetric
    and positive definite.
    """

    shape: tuple[int, ...]
    low: float = -2.0
    high: float = 2.0
    away: tuple[float, ...] = ()
    dtype: str = "float64"
    layout: str = "contiguous"
    form: str = ""

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        if self.layout == "turned":
            return self._values(rng, self.shape[::-1]).T
        if self.layout == "strided":
            return self._values(rng, (*self.shape[:-1], 2 * self.shape[-1]))[..., ::2]
        return self._values(rng, self.shape)

    def _values(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        if self.dtype == "bool":
            return np.asarray(rng.random(shape) < 0.5)
        if self.dtype != "float64":
            return np.asarray(rng.integers(self.low, self.high + 1, shape)).astype(self.dtype)
        count = int(np.prod(shape))
        even = (rng.permutation(count) + rng.uniform(0.2, 0.8, count)) / max(count, 1)
        values = self.low + (self.high - self.low) * even
        for kink in self.away:
            values += np.where(np.abs(values - kink) < 0.05, 0.1, 0.0)
        return self._formed(values.reshape(shape))

    def _formed(self, values: np.ndarray) -> np.ndarray:
        if self.form == "positive":
            values = values @ values.swapaxes(-1, -2)
        return values + 3 * np.eye(*values.shape[-2:]) if self.form else values


class Dtype(NamedTuple):
    """A dtype by name, to be given to each library as its own object."""

    name: str


class Sample:
    """The arguments of one call; arrays in it become tensors.

    ``unlike``: in what this library is not like torch here; the tests then must fail.
    ``only_here``: torch has no derivative here; ``derived``: whether this library has one.
    ``smooth``: whether finite differences find it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.args = args
        self.kwargs = kwargs
        self.unlike = ""
        self.only_here = False
        self.smooth = True
        self.derived = True

    def arrays(self) -> list[Array]:
        """The arrays to be drawn, also within sequences."""
        found: list[Array] = []
        changed(self, lambda value: found.append(value) if isinstance(value, Array) else None)
        return found

    def floats(self) -> list[Array]:
        """Those that can carry a gradient."""
        return [array for array in self.arrays() if array.dtype == "float64"]

    def __repr__(self) -> str:
        given = [*map(repr, self.args), *(f"{k}={v!r}" for k, v in self.kwargs.items())]
        return f"S({', '.join(given)})"


@dataclass(frozen=True)
class Row:
    """How an operator is tested: what it is called with, and what it must refuse.

    ``grad``: whether its result carries a gradient. ``whole``: whether to try it with
    integers and bools in place of floats, too. ``random``: whether it draws, from the same seed
    in both libraries. ``bools``: in what it is not like torch with bools. ``seen``: what is
    compared of a result, where some of it is chosen freely, as the sign of an eigenvector.
    ``halves``: whether to try it with float16; torch may refuse that only of something.
    """

    names: tuple[str, ...]
    samples: tuple[Sample, ...]
    refused: tuple[Sample, ...] = ()
    grad: bool = True
    whole: bool = True
    random: bool = False
    bools: str = ""
    seen: Callable[[Any], Any] | None = None
    halves: bool = True


@dataclass
class Table:
    """The rows, by operator name."""

    rows: dict[str, Row] = field(default_factory=dict)

    def row(
        self,
        names: str,
        *samples: Sample | Iterable[Sample],
        refused: Iterable[Sample] = (),
        **options: Any,
    ) -> None:
        """Add a row for the operator ``names``, the first of several names if there are aliases."""
        flat = tuple(_flat(samples))
        row = Row(tuple(names.split()), flat, tuple(refused), **options)
        for name in row.names:
            if name in self.rows:
                raise ValueError(f"{name} has two rows")
            self.rows[name] = row


def _flat(samples: Iterable[Any]) -> Iterator[Sample]:
    for each in samples:
        if isinstance(each, Sample):
            yield each
        else:
            yield from each


TABLE = Table()
row = TABLE.row
S = Sample


def unlike(reason: str, *samples: Sample) -> list[Sample]:
    """Samples on which this library is not like torch."""
    for sample in samples:
        sample.unlike = reason
    return list(samples)


def only_here(*samples: Sample) -> list[Sample]:
    """Samples whose derivative torch lacks: only finite differences check it."""
    for sample in samples:
        sample.only_here = True
    return list(samples)


def rough(*samples: Sample) -> list[Sample]:
    """Samples without finite differences: a result in less than float64, or of nothing, nan."""
    for sample in samples:
        sample.smooth = False
    return list(samples)


def underived(*samples: Sample) -> list[Sample]:
    """Samples whose derivative both libraries refuse when it is asked for."""
    for sample in rough(*samples):
        sample.derived = False
    return list(samples)


def A(*shape: int, **options: Any) -> Array:  # noqa: N802 - it stands for an array in a table
    return Array(shape, **options)


def turned(*shape: int, **options: Any) -> Array:
    return Array(shape, layout="turned", **options)


def strided(*shape: int, **options: Any) -> Array:
    return Array(shape, layout="strided", **options)


def regular(*shape: int, **options: Any) -> Array:
    """Matrices far from singular ones: entries in [-1, 1], and 3 more on the diagonal."""
    return Array(shape, **{"low": -1.0, "high": 1.0, "form": "regular", **options})


def positive(*shape: int, **options: Any) -> Array:
    """Symmetric matrices with eigenvalues of at least 3."""
    return Array(shape, **{"low": -1.0, "high": 1.0, "form": "positive", **options})


def ints(*shape: int, low: int = -4, high: int = 4, dtype: str = "int64") -> Array:
    return Array(shape, low=low, high=high, dtype=dtype)


def bools(*shape: int) -> Array:
    return Array(shape, dtype="bool")


def changed(sample: Sample, change: Callable[[Any], Any]) -> Sample:
    """``sample`` with ``change`` applied to every argument, in order, also within sequences."""

    def within(value: Any) -> Any:
        return type(value)(map(within, value)) if type(value) in (list, tuple) else change(value)

    args = list(map(within, sample.args))
    return Sample(*args, **{key: within(value) for key, value in sample.kwargs.items()})


def drawn(name: str, sample: Sample, dtype: str = "float64") -> Sample:
    """``sample`` with its arrays drawn, the float ones as ``dtype``."""
    rng = np.random.default_rng(zlib.crc32(f"{name} {sample!r}".encode()))

    def draw(value: Any) -> Any:
        if isinstance(value, Array):
            array = value.draw(rng)
            if value.dtype != "float64" or dtype == "float64":
                return array
            if dtype == "bool":
                return np.asarray(array > 0)
            if dtype == "uint8":
                array = np.abs(array)
            array = np.asarray(3 * array) if dtype[0] in "ui" else array
            return array.astype(dtype)
        return value

    return changed(sample, draw)
