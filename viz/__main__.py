"""The command line: a picture of a saved graph, or of a formula.

``python -m viz FILE.json --format svg|html|mermaid|text|png -o OUT``

``python -m viz "sqrt(((x1-m)**2 + (x2-m)**2)/2) where m = (x1+x2)/2" --at x1=-1 x2=3 -o std.html``

Of a formula, without ``-o`` and ``-f``, it prints the graph and the derivation; with
``--derivation`` that alone, as Markdown where OUT ends in ``.md``.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from viz.errors import RenderError
from viz.formula_meaning import FUNCTIONS
from viz.model import Graph
from viz.program import ENGINES
from viz.registry import FORMATS, RENDERERS, render, save, write


def parser() -> argparse.ArgumentParser:
    """What may stand on the command line."""
    made = argparse.ArgumentParser(
        prog="python -m viz",
        description="Draw a graph that graph.save('FILE.json') wrote, or the graph of a formula.",
        epilog="A formula is written as in Python: 'y = a*b where a = sin(x), b = x**2' --at x=1. "
        "It may have vectors, as in --at 'v=[1, 2]', v[0], a @ b, M.T, choices, x if x > 0 else "
        f"0, and the functions {', '.join(FUNCTIONS)}.",
    )
    made.add_argument("source", help="a file that graph.save() wrote as .json, or a formula")
    made.add_argument(
        "--at", nargs="+", default=[], metavar="NAME=VALUE", help="the formula's inputs"
    )
    made.add_argument(
        "-f", "--format", choices=[*FORMATS, *RENDERERS], help="default: OUT's suffix, else text"
    )
    made.add_argument("-o", "--output", metavar="OUT", help="the file to write; default: print")
    made.add_argument(
        "--derivation",
        action="store_true",
        help="write the formula's chain rule step by step; Markdown where OUT ends in .md",
    )
    made.add_argument("--engine", choices=ENGINES, default="auto", help="what lays pictures out")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0, or 1 after an error, which goes to standard error.

    >>> main(["no.json"])
    1
    """
    given = parser().parse_args(_source_last(sys.argv[1:] if arguments is None else arguments))
    try:
        if not _is_saved(given.source):
            _formula(given)
        elif given.at or given.derivation:
            raise ValueError(f"--at and --derivation are for formulas; {given.source!r} is a file")
        else:
            _show(Graph.from_json(Path(given.source).read_text("utf-8")), given)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (ValueError, OSError, RenderError) as error:
        print(f"viz: {error}", file=sys.stderr)
        return 1
    return 0


def _source_last(arguments: Sequence[str]) -> list[str]:
    """The formula behind all options, where it would be taken for one or for a value of --at."""
    actions = [each for each in parser()._actions if each.option_strings]
    options = tuple(option for each in actions for option in each.option_strings)
    takes = {option for each in actions if each.nargs != 0 for option in each.option_strings}
    values = False  # of --at
    for i, each in enumerate(arguments):
        if each == "--":
            break
        if each.startswith(options):
            values = each == "--at"
        elif i and arguments[i - 1] in takes and arguments[i - 1] != "--at":
            values = False
        elif each.startswith("-") or (values and not re.match(r"\s*\w+\s*=", each)):
            return [*arguments[:i], *arguments[i + 1 :], "--", each]
    return list(arguments)


def _is_saved(source: str) -> bool:
    """Whether the source is a file, or its name says that it should be one."""
    return source.lower().endswith(".json") or _is_file(Path(source))


def _show(graph: Graph, given: argparse.Namespace) -> None:
    if given.output:
        save(graph, given.output, given.engine, format=given.format)
    else:
        _print(render(graph, given.format or "txt", given.engine))


def _formula(given: argparse.Namespace) -> None:
    """The picture of a formula, its derivation, or on a terminal both."""
    from viz.deriving.derivation import derivation
    from viz.formula_parser import compute, values_of
    from viz.tracing.trace import trace

    done = compute(given.source, values_of(given.at))
    if given.derivation:
        written = derivation(done.result, names=done.names)
        if given.output:
            markdown = given.output.lower().endswith((".md", ".markdown"))
            write(written.markdown() if markdown else written.text(), Path(given.output))
        else:
            print(written)
        return
    _show(trace(done.result, names=done.names), given)
    if not given.output and not given.format:
        print()
        try:
            print(derivation(done.result, names=done.names))
        except ValueError as error:  # the graph stands there, and that is an answer
            print(error)


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
