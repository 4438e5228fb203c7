"""What can go wrong while drawing."""

from __future__ import annotations


class RenderError(RuntimeError):
    """A graph could not be drawn as asked.

    >>> issubclass(viz.GraphvizMissingError, viz.RenderError)
    True
    """


class GraphvizMissingError(RenderError):
    """A format needs the ``dot`` program and the ``graphviz`` package, and one is missing.

    >>> raise viz.GraphvizMissingError("PNG", program=True, package=False)
    Traceback (most recent call last):
    viz.errors.GraphvizMissingError: PNG needs ... Install the program: apt install graphviz ...
    """

    def __init__(self, what: str, *, program: bool, package: bool) -> None:
        missing = [
            name
            for name, gone in (
                ("the program dot, which is not on the PATH", program),
                ("the Python package graphviz, which is not installed", package),
            )
            if gone
        ]
        ways = []
        if program:
            ways.append(
                "Install the program: apt install graphviz (Debian, Ubuntu), brew install "
                "graphviz (macOS), conda install graphviz, or https://graphviz.org/download/."
            )
        if package:
            ways.append("Install the package: pip install .[viz], or pip install graphviz.")
        ways.append("SVG and DOT need neither.")
        super().__init__(f"{what} needs {' and '.join(missing)}. {' '.join(ways)}")
