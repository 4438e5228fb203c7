"""Timing a load: blocks of steps in turn, A B A B; what counts is the ratio of neighbours.

Both run on one machine at nearly one time, so whatever else runs there slows both. Before each
block the machine rests: the threads of the library that ran wait busily for a while after a
parallel loop, and would take the cores from the other.
"""

from __future__ import annotations

import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from benchmarks.libraries import OURS, TORCH
from benchmarks.loads import Curve, Load
from benchmarks.noise import Watch
from benchmarks.processes import ROOT, Worker

BLOCK = 0.1
"""Seconds that a block of steps takes, or one step where that takes longer."""

REST = 0.03
"""Seconds before a block."""

LEAST = 3
"""Pairs of blocks, however long they take."""

CLOSE = 1e-3
"""How far, relatively, the losses of the first two steps may be apart."""


@dataclass(frozen=True)
class Figures:
    """What was measured of one load: seconds a step, bytes above what the library itself takes."""

    name: str
    captured: bool
    goal: float | None
    ours: float
    torch: float
    ratio: float
    low: float
    high: float
    """The quartiles of the pairs' ratios; ``ratio`` is their median."""
    pairs: int
    quiet: bool
    """Whether nobody else ran meanwhile; the pairs in which somebody did are left out if enough
    others are there."""
    ours_memory: int
    torch_memory: int
    ours_peak: int
    torch_peak: int
    same: bool
    """Whether both gave the same losses."""
    load_average: float

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def measure(
    load: Load, threads: int, *, captured: bool = False, rounds: int = 15, budget: float = 6.0
) -> Figures:
    """The figures of one load, from ``rounds`` pairs, or fewer when ``budget`` seconds are over."""
    with Worker(OURS, threads) as ours, Worker(TORCH, threads) as torch:
        arguments = {"program": load.program.__name__, "sizes": dict(load.sizes)}
        first = ours.ask("load", **arguments, captured=captured)["values"]
        second = torch.ask("load", **arguments)["values"]
        pairs, figure = _pairs(ours, torch, rounds, budget)
        memory = [each.ask("memory") for each in (ours, torch)]
    low, ratio, high = quartiles([pair.ours / pair.torch for pair in pairs])
    if not figure.quiet:
        ratio = figure.ours / figure.torch
    return Figures(
        load.name,
        captured,
        load.captured if captured else load.goal,
        figure.ours,
        figure.torch,
        ratio,
        low,
        high,
        len(pairs),
        figure.quiet,
        *(each["peak"] - each["base"] for each in memory),
        *(each["peak"] for each in memory),
        same=close(first, second),
        load_average=os.getloadavg()[0],
    )


class Pair(NamedTuple):
    """Seconds of a step of both, one block after the other, and whether nobody disturbed them."""

    ours: float
    torch: float
    quiet: bool


def _pairs(
    a: Worker, b: Worker, rounds: int, budget: float, least: int = LEAST
) -> tuple[list[Pair], Pair]:
    """Blocks in turn, only the quiet pairs where there are enough of them, and what counts.

    That is the medians; where others ran all the time, the fastest steps that were seen.
    """
    pairs: list[Pair] = []
    fastest = [math.inf, math.inf]
    end = time.perf_counter() + budget
    while len(pairs) < rounds and (len(pairs) < least or time.perf_counter() < end):
        times = []
        quiet = True
        for side, worker in enumerate((a, b)):
            time.sleep(REST)
            watch = Watch(a.threads)
            answer = worker.ask("time", seconds=BLOCK)
            quiet = watch.quiet(answer["used"]) and quiet
            times.append(answer["step"])
            fastest[side] = min(fastest[side], answer["fastest"])
        pairs.append(Pair(times[0], times[1], quiet))
    calm = [pair for pair in pairs if pair.quiet]
    if len(calm) < least:
        return pairs, Pair(fastest[0], fastest[1], quiet=False)
    ours, torch = ([pair[side] for pair in calm] for side in (0, 1))
    return calm, Pair(statistics.median(ours), statistics.median(torch), quiet=True)


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """The values below which a quarter, a half and three quarters lie."""
    if len(values) < 2:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


def close(first: Sequence[Sequence[float]], second: Sequence[Sequence[float]]) -> bool:
    """Whether two lists of losses are the same but for rounding."""
    pairs = [pair for a, b in zip(first, second, strict=True) for pair in zip(a, b, strict=True)]
    return all(math.isclose(a, b, rel_tol=CLOSE, abs_tol=CLOSE) for a, b in pairs)


@dataclass(frozen=True)
class Beside:
    """Ours beside a peer: seconds of a step, or why the peer gives none."""

    peer: str
    load: str
    ours: float
    theirs: float
    ratio: float
    error: str = ""


def beside(peer: str, python: str, load: Load, threads: int) -> Beside | None:
    """One load in a peer, in pairs with ours; None where the peer has no program for it."""
    with Worker(peer, threads, python) as other, Worker(OURS, threads) as ours:
        arguments = {"program": load.program.__name__, "sizes": dict(load.sizes)}
        found = other.ask("load", **arguments)
        if "error" in found:
            return Beside(peer, load.name, math.nan, math.nan, math.nan, found["error"])
        if found["values"] is None:
            return None
        ours.ask("load", **arguments)
        pairs, figure = _pairs(ours, other, rounds=7, budget=3.0)
    ratio = statistics.median(pair.ours / pair.torch for pair in pairs)
    if not figure.quiet:
        ratio = figure.ours / figure.torch
    return Beside(peer, load.name, figure.ours, figure.torch, ratio)


@dataclass(frozen=True)
class Point:
    """One size of a curve: seconds of a step in both."""

    value: int
    ours: float
    torch: float


def curve(row: Curve, threads: int, budget: float = 1.5) -> list[Point]:
    """A load at growing sizes."""
    points = []
    with Worker(OURS, threads) as ours, Worker(TORCH, threads) as torch:
        for value in row.values:
            arguments = {"program": row.program.__name__, "sizes": {row.argument: value}}
            for worker in (ours, torch):
                worker.ask("load", **arguments, steps=1)
            _, figure = _pairs(ours, torch, LEAST, budget, least=1)
            points.append(Point(value, figure.ours, figure.torch))
    return points


def growth(points: Sequence[Point], side: str) -> float:
    """The exponent with which the cost grows between the two largest sizes: 1 is linear."""
    a, b = points[-2:]
    ratio = getattr(b, side) / getattr(a, side)
    return math.log(ratio) / math.log(b.value / a.value)


_IMPORTS = """
import time
begin = time.perf_counter()
import numpy
middle = time.perf_counter()
import autograd
print(middle - begin, time.perf_counter() - middle)
"""


def imports(rounds: int = 7) -> tuple[float, float]:
    """Median seconds of ``import numpy``, and of ``import autograd`` after it.

    Python keeps the modules' bytecode meanwhile, as it does for users.
    """
    command = [sys.executable, "-c", _IMPORTS]
    with tempfile.TemporaryDirectory() as kept:
        env = {**os.environ, "PYTHONPYCACHEPREFIX": kept}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        found = [
            [float(each) for each in output.split()]
            for output in (
                subprocess.check_output(command, cwd=ROOT, env=env, text=True)
                for _ in range(rounds + 1)
            )
        ]
    numpy, ours = (statistics.median(times) for times in zip(*found[1:], strict=True))
    return numpy, ours
