"""``python -m benchmarks``: whole steps as users write them, our time beside torch's.

The same program runs on ours and on torch in two processes, in turn; what counts is the median
of the ratios of neighbouring blocks. Memory is each process's peak above what it held before
the program. A goal stands beside its figure.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import sys
from typing import Any

import autograd
from benchmarks import measure, report
from benchmarks.loads import CURVES, LOADS, Load


def options(arguments: list[str]) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", default="", help="what matches this regex: loads, curves, import")
    parser.add_argument("--rounds", type=int, default=15, help="pairs of blocks at most")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of each library")
    parser.add_argument("--peers", action="store_true", help="other engines, where installed")
    parser.add_argument("--json", metavar="OUT", help="write all figures to this file")
    parser.add_argument("--results", action="store_true", help="write benchmarks/RESULTS.md")
    return parser.parse_args(arguments)


def wanted(load: Load) -> list[bool]:
    """Eager, and captured where there is a goal for it and steps can be captured."""
    return [False, True] if load.captured and hasattr(autograd, "compile") else [False]


def main(arguments: list[str]) -> None:
    """Print the table."""
    chosen = options(arguments)
    parts: list[str] = []

    def say(*lines: str) -> None:
        parts.extend(lines)
        print(*lines, sep="\n", flush=True)

    def matches(name: str) -> bool:
        return re.search(chosen.only, name, re.IGNORECASE) is not None

    say(*report.conditions(chosen.threads), "", report.HEADER)
    figures = []
    for load in filter(lambda load: matches(load.name), LOADS):
        for captured in wanted(load):
            found = measure.measure(load, chosen.threads, captured=captured, rounds=chosen.rounds)
            figures.append(found)
            say(report.line(found))
    say("", *report.summary(figures))
    curves: dict[str, Any] = {}
    for row in filter(lambda row: matches("curve: " + row.name), CURVES):
        points = measure.curve(row, chosen.threads)
        curves[row.name] = [vars(point) for point in points]
        say("", *report.curve_lines(row, points))
    times = measure.imports() if matches("import") else None
    if times:
        say("", report.imported(*times))
    say("", f"load average after: {os.getloadavg()[0]:.1f}")
    if chosen.json:
        everything = {
            "conditions": report.conditions(chosen.threads),
            "loads": [each.as_dict() for each in figures],
            "curves": curves,
            "import": times,
        }
        with open(chosen.json, "w", encoding="utf-8") as file:
            json.dump(everything, file, indent=1)
    if chosen.results:
        report.write("python -m benchmarks " + shlex.join(arguments), parts)


if __name__ == "__main__":
    main(sys.argv[1:])
