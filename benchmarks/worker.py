"""The process in which one library runs one program, step after step, as it is told.

A line of JSON comes in, a line of JSON goes out: ``{"do": "memory"}``.
`benchmarks.processes.Worker` is the other end.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks import memory
from benchmarks.libraries import Library

SHORT = 2e-3
"""Steps below so many seconds are timed several in a row, so that the clock costs nothing."""


class Session:
    """One program in one library."""

    def __init__(self, name: str, threads: int) -> None:
        self.library = Library(name)
        self.library.limit_threads(threads)
        self.base = memory.reset_peak()
        self.step: Callable[[], Any]

    def load(
        self, program: str, sizes: dict[str, int], captured: bool = False, steps: int = 2
    ) -> dict[str, Any]:
        """Make a step, and run it for the first times; returns what they gave.

        A peer's result is its own; where it cannot do the work, None or the error is returned.
        """
        make = self.library.program(program)
        if make is None:
            return {"values": None}
        if self.library.peer:
            try:
                self.step = make(**sizes)
                self.step()
            except Exception as error:
                return {"values": None, "error": type(error).__name__}
            return {"values": []}
        self.step = make(**sizes)
        if captured:
            self.step = self.library.captured(self.step)
        return {"values": [numbers(self.step()) for _ in range(steps)]}

    def time(self, seconds: float) -> dict[str, Any]:
        """The median and the least time of a step over ``seconds``, and the processor time used.

        The first step only warms up, where it does not fill the time alone.
        """
        step, clock, used = self.step, time.perf_counter, time.process_time()
        begin = clock()
        step()
        last = clock() - begin
        many = max(1, int(SHORT / last))
        times = [last] if last > seconds else []
        end = begin + seconds
        while not times or clock() < end:
            begin = clock()
            for _ in range(many):
                step()
            times.append((clock() - begin) / many)
        return {
            "step": statistics.median(times),
            "fastest": min(times),
            "used": time.process_time() - used,
        }

    def memory(self) -> dict[str, Any]:
        """Peak bytes of this process, and those it had before the program."""
        return {"peak": memory.peak(), "base": self.base}


def numbers(result: Any) -> list[float]:
    """The values of a tensor, or of several of one number each."""
    each = result if isinstance(result, tuple) else (result,)
    return [float(value.detach().sum()) for value in each]


def main() -> None:
    """Answer until the input ends. What a program prints goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    session = Session(sys.argv[1], int(sys.argv[2]))
    for line in sys.stdin:
        request = json.loads(line)
        answer = getattr(session, request.pop("do"))(**request)
        print(json.dumps(answer), file=answers)


if __name__ == "__main__":
    main()
