"""Drawing with Graphviz's ``dot`` where it is there, and with our own layout where not."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import subprocess

from viz.dot import to_dot
from viz.errors import GraphvizMissingError, RenderError
from viz.model import Graph
from viz.svg import to_svg

SECONDS = 20.0
"""How long dot may work on one picture."""

ENOUGH = 400
"""With ``engine="auto"`` larger graphs than this use our own layout, which is faster."""


def draw(graph: Graph, engine: str = "auto") -> str:
    """SVG from dot or from our own layout, as ``engine`` says; "auto" never fails for dot.

    >>> x = tensor(3.0, requires_grad=True)
    >>> "<svg" in draw(viz.trace(x * 2))
    True
    """
    if engine == "builtin":
        return to_svg(graph)
    if engine == "dot":
        return run_dot(graph, "svg").decode("utf-8")
    if len(graph) <= ENOUGH and not any(missing()):
        try:
            return run_dot(graph, "svg").decode("utf-8")
        except (RenderError, OSError):
            pass  # a broken or slow dot must not cost the user the picture
    return to_svg(graph)


def png(graph: Graph, engine: str = "auto") -> bytes:
    """PNG, at one and a half times the usual resolution.

    Raises `GraphvizMissingError` without dot.
    """
    return _needs_dot(graph, "png", engine)


def pdf(graph: Graph, engine: str = "auto") -> bytes:
    """PDF; raises `GraphvizMissingError` without dot."""
    return _needs_dot(graph, "pdf", engine)


def _needs_dot(graph: Graph, format: str, engine: str) -> bytes:
    if engine == "builtin":
        raise ValueError(f"{format} is made with dot; the builtin layout writes svg only")
    return run_dot(graph, format)


def missing() -> tuple[bool, bool]:
    """Whether the program ``dot`` and whether the package ``graphviz`` is missing."""
    return shutil.which("dot") is None, importlib.util.find_spec("graphviz") is None


def run_dot(graph: Graph, format: str, seconds: float = SECONDS) -> bytes:
    """What ``dot`` makes of the graph, in ``format``.

    Raises `GraphvizMissingError`, and `RenderError` where dot fails or takes too long.
    """
    program, package = missing()
    if program or package:
        raise GraphvizMissingError(format.upper(), program=program, package=package)
    execute = importlib.import_module("graphviz.backend.execute")
    options = ["-Gdpi=144"] if format == "png" else []
    try:
        done = execute.run_check(
            [shutil.which("dot"), "-Kdot", f"-T{format}", *options],
            input=to_dot(graph).encode("utf-8"),
            capture_output=True,
            quiet=True,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        raise RenderError(
            f"dot took more than {seconds:g} s for a graph of {len(graph)} vertices; write "
            'graph.to_svg(engine="builtin"), or trace a part of the computation'
        ) from None
    except subprocess.CalledProcessError as error:
        words = (error.stderr or b"").decode("utf-8", "replace").strip()
        raise RenderError(f"dot could not draw the graph: {words or error}") from None
    return bytes(done.stdout)
