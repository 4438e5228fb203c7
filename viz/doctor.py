"""What there is to draw with here, found out by drawing."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
import subprocess
from dataclasses import dataclass

from viz import worker
from viz.errors import DOT, GRAPHVIZ, PYGRAPHVIZ, RenderError
from viz.program import missing, run, ways

SECONDS = 10.0
"""How long each of the attempts may take."""

TRIAL = 'digraph { graph [label=<<B>a</B>>] subgraph cluster_g1 { v1 } v1 -> v2 [label="1"] }'

OWN = "the builtin layout"
ALONE = ("html", "dot", "mmd", "json", "txt")
"""Formats that are made with nothing else."""


@dataclass(frozen=True, repr=False)
class Findings:
    """What `doctor` found; print it, or let a notebook show it.

    ``dot`` and ``pygraphviz`` say which version and where, None where there is none;
    ``formats`` what will make each picture, None where nothing can; ``problems`` what went
    wrong in trying, and ``advice`` what to install.
    """

    dot: str | None
    graphviz: str | None
    pygraphviz: str | None
    formats: dict[str, str | None]
    problems: tuple[str, ...]
    advice: tuple[str, ...]

    def __str__(self) -> str:
        lines = [
            f"{name + ':':<20} {version or 'not there'}"
            for name, version in (
                ("program dot", self.dot),
                ("package graphviz", self.graphviz),
                ("package pygraphviz", self.pygraphviz),
            )
        ]
        lines += [
            f"{name + ':':<20} {'by ' + way if way else 'cannot be made'}"
            for name, way in self.formats.items()
        ]
        lines.append(f"{', '.join(ALONE)}: always, with nothing installed")
        lines += [f"problem: {each}" for each in self.problems]
        lines += [f"to do: {each}" for each in self.advice]
        return "\n".join(lines)

    __repr__ = __str__


def doctor() -> Findings:
    """Which programs and packages there are, and which way each format will go.

    Every way to Graphviz that is there is tried on a small graph, within `SECONDS` each.

    >>> viz.doctor().formats["svg"] in ("dot", "the builtin layout")
    True
    """
    no_program, no_package = missing()
    formats: dict[str, str | None] = {"svg": OWN, "png": None, "pdf": None}
    problems: list[str] = []
    for way in reversed(ways()):  # the first in order has the last word
        for format in formats:
            if way == "pygraphviz" and format == "svg":
                continue  # only where it is asked for
            try:
                run(way, TRIAL, format, SECONDS)
                formats[format] = way
            except (RenderError, OSError) as error:
                problems.append(f"{format}: {error}")
    advice = []
    if formats["svg"] == OWN:
        steps = [DOT] * no_program + [GRAPHVIZ] * no_package
        if steps:
            advice.append(f"for Graphviz's layout, the program and the package: {'; '.join(steps)}")
    if None in formats.values():
        advice.append(f"for png and pdf, that, or the package pygraphviz alone: {PYGRAPHVIZ}")
    return Findings(
        dot=None if no_program else _dot(),
        graphviz=None if no_package else importlib.metadata.version("graphviz"),
        pygraphviz=None if worker.place() is None else _pygraphviz(),
        formats=formats,
        problems=tuple(problems),
        advice=tuple(advice),
    )


def _dot() -> str:
    program = shutil.which("dot") or "dot"
    try:
        done = subprocess.run(
            [program, "-V"], capture_output=True, timeout=SECONDS, check=True, text=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        return f"{program}, which does not say its version ({type(error).__name__})"
    return f"{(done.stderr or done.stdout).strip()}, {program}"


def _pygraphviz() -> str:
    try:
        words = worker.run("version", b"", SECONDS).decode().split()
    except (OSError, subprocess.SubprocessError) as error:
        return f"in {worker.place()}, but it cannot be imported ({type(error).__name__})"
    return f"{words[0]} with Graphviz {words[-1]}, in {worker.place()}"
