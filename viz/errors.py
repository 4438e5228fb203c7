"""What can go wrong while drawing."""

from __future__ import annotations


class RenderError(RuntimeError):
    """A graph could not be drawn as asked.

    >>> issubclass(viz.GraphvizMissingError, viz.RenderError)
    True
    """


class GraphvizMissingError(RenderError):
    """A format needs Graphviz, and no way to it is there; the text names the ways.

    ``program`` and ``package`` say whether the ``dot`` program and the ``graphviz`` package,
    which calls it, are missing; ``wheel`` whether ``pygraphviz`` would do instead.

    >>> raise viz.GraphvizMissingError("PNG", program=True, wheel=True)
    Traceback (most recent call last):
    viz.errors.GraphvizMissingError: PNG needs Graphviz, in one of two ways. ...
    """

    def __init__(
        self, what: str, *, program: bool = False, package: bool = False, wheel: bool = False
    ) -> None:
        steps = []
        if program:
            steps.append(f"the program dot, which is not on the PATH: {DOT}")
        if package:
            steps.append(f"the Python package graphviz, which is not installed: {GRAPHVIZ}")
        needs = ", and ".join(steps)
        other = f"the Python package pygraphviz, which brings Graphviz along: {PYGRAPHVIZ}"
        if wheel:
            needs = f"Graphviz, in one of two ways. Either {needs}. Or {other}" if needs else other
        super().__init__(f"{what} needs {needs}. SVG, HTML, DOT, Mermaid and text need none of it.")


DOT = (
    "apt install graphviz (Debian, Ubuntu), brew install graphviz (macOS), "
    "conda install graphviz, or https://graphviz.org/download/"
)
GRAPHVIZ = "pip install .[viz], or pip install graphviz"
PYGRAPHVIZ = "pip install .[png], or pip install 'pygraphviz>=2.0.4'"
"""How each is installed."""
