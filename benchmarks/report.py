"""The figures as text: a table for the terminal, a page for ``RESULTS.md``."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import numpy as np

from benchmarks.loads import Curve
from benchmarks.measure import Beside, Figures, Point, growth

MIB = 1 << 20

GEOMETRIC_MEAN, WORST, IMPORT = 0.6, 1.1, 0.15
"""The goals over all loads, for the worst of them, and for the seconds of the import."""

NOISY = (
    "* others used this machine meanwhile: the ratio is of the fastest steps that were seen; "
    "--threads 1 suffers least"
)

HEADER = (
    f"{'load':<44}{'ours ms':>10}{'torch ms':>10}{'ratio':>7}{'quartiles':>13}{'goal':>6}"
    f"{'':>4}{'MiB':>7}{'torch':>7}"
)


def conditions(threads: int) -> list[str]:
    """What a figure depends on: machine, versions, threads, settings, what else runs."""
    installed = ", ".join(f"{name} {metadata.version(name)}" for name in ("numpy", "torch"))
    settings = [
        f"{key}={value}"
        for key, value in sorted(os.environ.items())
        if key.startswith(("OPENBLAS_", "MKL_", "OMP_", "KMP_", "GOMP_"))
    ]
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]  # type: ignore[index, call-overload]  # numpy's own stub is wider
    return [
        f"{processor()}, {os.cpu_count()} CPUs, {platform.system()} {platform.machine()}",
        f"Python {platform.python_version()}, {installed}, {blas['name']} {blas['version']}",
        f"threads of each: {threads}; load average before: {os.getloadavg()[0]:.1f}",
        *(["set in the environment: " + " ".join(settings)] if settings else []),
    ]


def processor() -> str:
    """The name of the processor, where the system tells."""
    info = Path("/proc/cpuinfo")
    for line in info.read_text().splitlines() if info.exists() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def title(figures: Figures) -> str:
    """The load's name, and how its step ran."""
    return figures.name + ", captured" * figures.captured


def line(f: Figures) -> str:
    """One load, for the terminal."""
    goal = "" if f.goal is None else f"{f.goal:.2f}"
    verdict = "" if f.goal is None else "?" if not f.quiet else "ok" if f.ratio <= f.goal else "-"
    text = (
        f"{title(f):<44}{f.ours * 1e3:>10.3f}{f.torch * 1e3:>10.3f}{f.ratio:>7.2f}"
        f"{f'{f.low:.2f}-{f.high:.2f}':>13}{goal:>6}{verdict:>4}"
        f"{f.ours_memory / MIB:>7.0f}{f.torch_memory / MIB:>7.0f}"
    )
    return text + "  *" * (not f.quiet) + "  THE NUMBERS DIFFER" * (not f.same)


def summary(figures: Sequence[Figures]) -> list[str]:
    """The goals over all loads, eager ones."""
    eager = [f for f in figures if not f.captured]
    if not eager:
        return []
    mean = statistics.geometric_mean([f.ratio for f in eager])
    worst = max(eager, key=lambda f: f.ratio)
    above = [f.name for f in eager if f.ours_memory > f.torch_memory]
    return [
        f"geometric mean of {len(eager)} ratios: {mean:.2f} (goal {GEOMETRIC_MEAN})",
        f"largest ratio: {worst.ratio:.2f}, {worst.name} (goal {WORST})",
        *([NOISY] if any(not f.quiet for f in figures) else []),
        "peak memory above torch's: " + ("; ".join(above) or "nowhere") + " (goal: nowhere)",
    ]


PEERS_HEADER = f"{'beside other engines':<60}{'ours ms':>10}{'theirs':>10}{'ratio':>7}"


def peer_line(found: Beside) -> str:
    """One load in one peer."""
    name = f"{found.peer}: {found.load}"
    if found.error:
        return f"{name:<60}  cannot: {found.error}"
    return f"{name:<60}{found.ours * 1e3:>10.3f}{found.theirs * 1e3:>10.3f}{found.ratio:>7.2f}"


def imported(numpy: float, ours: float) -> str:
    """The time of the imports."""
    return (
        f"import numpy {numpy:.3f} s, then import autograd {ours:.3f} s "
        f"(goal {IMPORT} s, {'ok' if ours <= IMPORT else 'missed'})"
    )


def curve_lines(row: Curve, points: Sequence[Point]) -> list[str]:
    """One curve: milliseconds at each size and the exponent at the end."""
    lines = [f"{row.name:<44}{'ours ms':>10}{'torch ms':>10}{'ratio':>7}"]
    for p in points:
        ratio = p.ours / p.torch
        lines.append(f"{p.value:>44,}{p.ours * 1e3:>10.2f}{p.torch * 1e3:>10.2f}{ratio:>7.2f}")
    lines.append(
        f"{'grows with the power':>44}{growth(points, 'ours'):>10.2f}"
        f"{growth(points, 'torch'):>10.2f}"
    )
    return lines


RESULTS = Path(__file__).with_name("RESULTS.md")

END = "<!-- end of the run -->"


def begin(threads: int) -> str:
    """The line in front of the last full run on so many threads."""
    return f"<!-- the last full run, threads: {threads} -->"


def write(command: str, threads: int, parts: Sequence[str]) -> None:
    """Put a run into ``RESULTS.md`` in place of the last on so many threads, or at the end.

    What people wrote beside it stays.
    """
    body = "\n".join(parts)
    run = f"{begin(threads)}\n`{command}`\n\n```text\n{body}\n```\n{END}"
    text = RESULTS.read_text(encoding="utf-8")
    before, found, rest = text.partition(begin(threads))
    if found:
        RESULTS.write_text(before + run + rest.partition(END)[2], encoding="utf-8")
    else:
        RESULTS.write_text(f"{text.rstrip()}\n\n{run}\n", encoding="utf-8")
