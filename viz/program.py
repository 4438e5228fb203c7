"""Drawing with Graphviz where it is there, and with our own layout where it is not."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import signal
import subprocess
from collections.abc import Callable

from viz import worker
from viz.dot import to_dot
from viz.errors import GraphvizMissingError, RenderError
from viz.model import Graph
from viz.svg.picture import to_svg

SECONDS = 20.0
"""How long Graphviz may work on one picture."""

PATIENCE = 5.0
"""How long it may with ``engine="auto"``, where our own layout stands by."""

ENOUGH = 400
"""With ``engine="auto"`` larger graphs than this use our own layout, which is faster."""

ENGINES = ("auto", "dot", "pygraphviz", "builtin")
"""What lays a picture out: the first that is there; the two ways to Graphviz; our own code."""

RESOLUTION = 'dpi=144; size="48,48"'
"""Of PNG: one and a half times the usual, and not over 6,912 pixels each way, which take dot
some seconds; a picture of 200 boxes would else have a thousand million."""

BEGINNINGS = {"svg": (b"<?xml", b"<svg"), "png": (b"\x89PNG\r\n",), "pdf": (b"%PDF-",)}
"""How a file of each format begins: Graphviz may end well and have written another one."""


def draw(graph: Graph, engine: str = "auto") -> str:
    """SVG from Graphviz or from our own layout, as ``engine`` says; "auto" never fails for dot.

    >>> x = tensor(3.0, requires_grad=True)
    >>> "<svg" in draw(viz.trace(x * 2))
    True
    """
    if engine in WAYS:
        return _by(engine, graph, "svg").decode("utf-8")
    if engine == "auto" and len(graph) <= ENOUGH and not any(missing()):
        try:
            return _by("dot", graph, "svg", PATIENCE).decode("utf-8")
        except (RenderError, OSError):
            pass  # a broken or slow dot must not cost the user the picture
    return to_svg(graph)


def png(graph: Graph, engine: str = "auto") -> bytes:
    """PNG, at one and a half times the usual resolution.

    Raises `GraphvizMissingError` where neither dot nor pygraphviz is there.
    """
    return _graphviz(graph, "png", engine)


def pdf(graph: Graph, engine: str = "auto") -> bytes:
    """PDF; raises `GraphvizMissingError` where neither dot nor pygraphviz is there."""
    return _graphviz(graph, "pdf", engine)


def missing() -> tuple[bool, bool]:
    """Whether the program ``dot`` and whether the package ``graphviz`` is missing."""
    return shutil.which("dot") is None, importlib.util.find_spec("graphviz") is None


def ways() -> list[str]:
    """The ways to Graphviz that are there, the one to try first in front.

    >>> set(ways()) <= {"dot", "pygraphviz"}
    True
    """
    there = [] if any(missing()) else ["dot"]
    return there if worker.place() is None else [*there, "pygraphviz"]


def _graphviz(graph: Graph, format: str, engine: str) -> bytes:
    """A picture that only Graphviz can make: with the engine, or with the first that works."""
    if engine == "builtin":
        raise ValueError(f"{format} is made with Graphviz; the builtin layout writes svg only")
    candidates = ways() if engine == "auto" else [engine]
    if not candidates:
        program, package = missing()
        raise GraphvizMissingError(format.upper(), program=program, package=package, wheel=True)
    problems = []
    for way in candidates:
        try:
            return _by(way, graph, format)
        except GraphvizMissingError:
            raise
        except (RenderError, OSError) as error:  # a broken dot, where there is another way
            problems.append(str(error))
    raise RenderError("; ".join(problems))


def _by(way: str, graph: Graph, format: str, seconds: float | None = None) -> bytes:
    source = to_dot(graph)
    if format == "png":
        source = source.replace("{\n", f"{{\n  {RESOLUTION}\n", 1)
    return run(way, source, format, SECONDS if seconds is None else seconds)


def run(way: str, source: str, format: str, seconds: float) -> bytes:
    """What Graphviz, reached by one of the `WAYS`, makes of a DOT source in ``format``.

    Raises `GraphvizMissingError`, and `RenderError` where Graphviz fails, crashes, takes longer
    than so many seconds or writes something else.
    """
    try:
        picture = WAYS[way](format, source.encode("utf-8"), seconds)
    except subprocess.TimeoutExpired:
        raise RenderError(
            f"{way} took more than {seconds:g} s; write "
            'graph.to_svg(engine="builtin"), or collapse the graph: graph.collapsed(depth=1)'
        ) from None
    except subprocess.CalledProcessError as error:
        raise RenderError(f"{way} could not draw the graph: {_reason(error)}") from None
    if not picture.startswith(BEGINNINGS[format]):
        raise RenderError(f"{way} could not draw the graph: what it wrote is no {format}")
    return picture


def _dot(format: str, source: bytes, seconds: float) -> bytes:
    program, package = missing()
    if program or package:
        raise GraphvizMissingError(f"{format.upper()} by dot", program=program, package=package)
    execute = importlib.import_module("graphviz.backend.execute")
    done = execute.run_check(
        [shutil.which("dot"), "-Kdot", f"-T{format}"],
        input=source,
        capture_output=True,
        quiet=True,
        timeout=seconds,
    )
    return bytes(done.stdout)


def _pygraphviz(format: str, source: bytes, seconds: float) -> bytes:
    if worker.place() is None:
        raise GraphvizMissingError(f"{format.upper()} by pygraphviz", wheel=True)
    return worker.run(format, source, seconds)


WAYS: dict[str, Callable[[str, bytes, float], bytes]] = {"dot": _dot, "pygraphviz": _pygraphviz}
"""The ways to Graphviz: a function of the format, the DOT source and the time limit."""


def _reason(error: subprocess.CalledProcessError) -> str:
    """The last that a process said, or the signal that ended it."""
    if error.returncode < 0:
        return f"it crashed ({signal.Signals(-error.returncode).name})"
    lines = (error.stderr or b"").decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else f"it ended with code {error.returncode}"
