"""The command line: a picture of a saved graph, or of a formula.

``python -m viz FILE.json --format svg|html|mermaid|text|png -o OUT``

``python -m viz "sqrt(((x1-m)**2 + (x2-m)**2)/2) where m = (x1+x2)/2" --at x1=-1 x2=3 -o std.html``
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from viz.errors import RenderError
from viz.model import Graph
from viz.program import ENGINES
from viz.registry import FORMATS, RENDERERS, render, save


def parser() -> argparse.ArgumentParser:
    """What may stand on the command line."""
    made = argparse.ArgumentParser(
        prog="python -m viz",
        description="Draw a graph that graph.save('FILE.json') wrote, or the graph of a formula.",
    )
    made.add_argument("source", help="a file that graph.save() wrote as .json, or a formula")
    made.add_argument(
        "--at", nargs="+", default=[], metavar="NAME=VALUE", help="the formula's inputs"
    )
    made.add_argument(
        "-f", "--format", choices=[*FORMATS, *RENDERERS], help="default: OUT's suffix, else text"
    )
    made.add_argument("-o", "--output", metavar="OUT", help="the file to write; default: print")
    made.add_argument("--engine", choices=ENGINES, default="auto", help="what lays pictures out")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0, or 1 after an error, which goes to standard error.

    >>> main(["no.json"])
    1
    """
    given = parser().parse_args(arguments)
    try:
        graph = _graph(given.source, given.at)
        if given.output:
            save(graph, given.output, given.engine, format=given.format)
        else:
            _print(render(graph, given.format or "txt", given.engine))
    except (ValueError, OSError, RenderError) as error:
        print(f"viz: {error}", file=sys.stderr)
        return 1
    return 0


def _graph(source: str, at: Sequence[str]) -> Graph:
    """A file's graph where the source is a file or ends in .json, else that of the formula."""
    path = Path(source)
    if source.lower().endswith(".json") or _is_file(path):
        if at:
            raise ValueError(f"--at gives a formula its inputs, and {source!r} is a file")
        return Graph.from_json(path.read_text("utf-8"))
    from viz.formula_parser import trace_formula

    return trace_formula(source, at)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a formula is no path: too long, or with a NUL
        return False


def _print(content: str | bytes) -> None:
    """Text as text; a picture only into a pipe or a file, for no terminal can show it."""
    if isinstance(content, str):
        print(content.removesuffix("\n"))
    elif sys.stdout.isatty():
        raise ValueError("this format is not text; name a file: -o OUT")
    else:
        sys.stdout.buffer.write(content)


if __name__ == "__main__":
    sys.exit(main())
