"""``python -m benchmarks``: whole steps as users write them, our time beside torch's.

The same program runs on ours and on torch in two processes, in turn; what counts is the median
of the ratios of neighbouring blocks. Memory is each process's peak above what it held before
the program. A goal stands beside its figure.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import shutil
import sys
from typing import Any

import autograd
from benchmarks import measure, report
from benchmarks.loads import CURVES, LOADS, Load
from benchmarks.peers import PEERS


def options(arguments: list[str]) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", default="", help="what matches this regex: loads, curves, import")
    parser.add_argument("--rounds", type=int, default=15, help="pairs of blocks at most")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of each library")
    parser.add_argument(
        "--peers",
        nargs="?",
        const=".venv-peers/bin/python",
        metavar="PYTHON",
        help="other engines, too, in this Python's environment (default: what make peers made)",
    )
    parser.add_argument("--json", metavar="OUT", help="write all figures to this file")
    parser.add_argument("--results", action="store_true", help="write benchmarks/RESULTS.md")
    return parser.parse_args(arguments)


def wanted(load: Load) -> list[bool]:
    """Eager, and captured where there is a goal for it and steps can be captured."""
    return [False, True] if load.captured and hasattr(autograd, "compile") else [False]


def _peers(chosen: argparse.Namespace, matches: Any, say: Any) -> list[measure.Beside]:
    """Ours beside every peer, load by load."""
    if shutil.which(chosen.peers) is None:
        raise SystemExit(f"there is no {chosen.peers}: make peers installs other engines")
    python = os.path.abspath(chosen.peers) if os.sep in chosen.peers else chosen.peers
    found = []
    say("", report.PEERS_HEADER)
    for peer, load in itertools.product(PEERS, filter(lambda load: matches(load.name), LOADS)):
        try:
            figures = measure.beside(peer, python, load, chosen.threads)
        except RuntimeError:
            say(f"{peer}: not installed, or it does not run; see above")
            break
        if figures is not None:
            found.append(figures)
            say(report.peer_line(figures))
    return found


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
    others = [] if chosen.peers is None else _peers(chosen, matches, say)
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
            "peers": [vars(each) for each in others],
            "curves": curves,
            "import": times,
        }
        with open(chosen.json, "w", encoding="utf-8") as file:
            json.dump(everything, file, indent=1)
    if chosen.results:
        command = f"python -m benchmarks --threads {chosen.threads} --results"
        report.write(command, chosen.threads, parts)


if __name__ == "__main__":
    main(sys.argv[1:])
