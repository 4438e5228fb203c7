"""``python -m benchmarks [--only REGEX] [--rounds N]``: our time beside torch's, as a ratio.

Both run in this process on one thread, in turn, A B A B, so that a busy machine slows
both; what counts is the median of the ratios of neighbours, not a single time.
"""

from __future__ import annotations

import argparse
import gc
import platform
import re
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch

import autograd
from benchmarks.loads import LOADS, Load

BLOCK = 0.02
"""Seconds that one timed block takes at least."""


def seconds(step: Callable[[], object], repeats: int) -> float:
    """The mean time of ``repeats`` steps in a row."""
    begin = time.perf_counter()
    for _ in range(repeats):
        step()
    return (time.perf_counter() - begin) / repeats


def repeats_for(step: Callable[[], object]) -> int:
    """How many steps fill a block."""
    step()
    return max(1, int(BLOCK / seconds(step, 3)))


def measure(load: Load, rounds: int) -> tuple[float, float, float]:
    """Median seconds of ours and of torch's step, and the median of the pairs' ratios."""
    steps = [load.program(autograd), load.program(torch)]
    repeats = [repeats_for(step) for step in steps]
    pairs = []
    for _ in range(rounds):
        gc.collect()
        pairs.append([seconds(step, n) for step, n in zip(steps, repeats, strict=True)])
    ours, theirs = zip(*pairs, strict=True)
    ratio = statistics.median(a / b for a, b in pairs)
    return statistics.median(ours), statistics.median(theirs), ratio


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", default="", help="run the loads whose name matches this regex")
    parser.add_argument("--rounds", type=int, default=15, help="pairs of blocks (default 15)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(
        f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}, "
        f"torch {torch.__version__}, 1 thread; median of {options.rounds} pairs"
    )
    print(f"{'load':<46}{'ours us':>10}{'torch us':>10}{'us/op':>8}{'ratio':>8}{'goal':>7}")
    for load in LOADS:
        if not re.search(options.only, load.name):
            continue
        ours, theirs, ratio = measure(load, options.rounds)
        print(
            f"{load.name:<46}{ours * 1e6:>10.1f}{theirs * 1e6:>10.1f}"
            f"{ours * 1e6 / load.operations:>8.2f}{ratio:>8.2f}{load.goal:>7.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
