"""The formats that there are, and writing them to files. A renderer is one line here."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from viz.dot import to_dot
from viz.fitting import MOST, visible
from viz.mermaid import to_mermaid
from viz.model import Graph
from viz.page import to_html
from viz.program import ENGINES, draw, pdf, png
from viz.text.forms import to_text

RENDERERS: dict[str, Callable[[Graph], str | bytes]] = {
    "svg": draw,
    "html": to_html,
    "dot": to_dot,
    "gv": to_dot,
    "mmd": to_mermaid,
    "json": Graph.to_json,
    "txt": to_text,
    "png": png,
    "pdf": pdf,
}
"""A function of the graph for each format."""

PICTURES: dict[str, Callable[[Graph, str], str | bytes]] = {"svg": draw, "png": png, "pdf": pdf}
"""Those of them that need a layout: they also take the engine that makes it."""

LIMITS = {"json": None, "html": None}
"""How many vertices a format shows at most: all, `MOST` where not here. A page opens modules
itself, and so holds more than it shows, see `viz.page.content`.

More are put together first, see `viz.fitting`, and the picture says so.
"""

FORMATS = {"text": "txt", "mermaid": "mmd", "graphviz": "dot"}
"""Names by which formats are also known, and the suffixes that they stand for."""


def render(graph: Graph, format: str, engine: str = "auto") -> str | bytes:
    """The graph in a format of `RENDERERS`, as text or bytes; large graphs made small, by `LIMITS`.

    Raises ValueError for a format or engine that is not known, `GraphvizMissingError` where a
    program is needed and missing, and `RenderError` where that program fails.

    >>> x = tensor(3.0, requires_grad=True)
    >>> viz.render(viz.trace(x * 2), "svg", "builtin")[:4]
    '<svg'
    """
    name = format.lower()
    name = FORMATS.get(name, name)
    if name not in RENDERERS:
        raise ValueError(f"no format {format!r}; there are {', '.join(RENDERERS)}")
    if engine not in ENGINES:
        raise ValueError(f"no layout engine {engine!r}; there are {', '.join(ENGINES)}")
    most = LIMITS.get(name, MOST)
    small = graph if most is None else visible(graph, most)
    return PICTURES[name](small, engine) if name in PICTURES else RENDERERS[name](small)


def save(
    graph: Graph,
    path: str | os.PathLike[str],
    engine: str = "auto",
    format: str | None = None,
) -> None:
    """Render by the path's suffix, or in ``format``, and write the file whole or not at all.

    >>> save(viz.trace(tensor(3.0, requires_grad=True) * 2), "picture")
    Traceback (most recent call last):
    ValueError: 'picture' has no suffix that names a format; end it in one of .svg, ...
    """
    target = Path(path)
    if format is None and not target.suffix:
        raise ValueError(
            f"{str(path)!r} has no suffix that names a format; end it in one of "
            + ", ".join(f".{name}" for name in RENDERERS)
        )
    write(render(graph, format or target.suffix[1:], engine), target)


def write(content: str | bytes, target: Path) -> None:
    """Write a file whole or not at all; text as UTF-8 with one line end after it.

    >>> write("text", Path("there/is/no/such/folder"))
    Traceback (most recent call last):
    FileNotFoundError: there is no folder 'there/is/no/such' to write 'folder' into; make it first
    """
    if isinstance(content, str):
        content = (content.removesuffix("\n") + "\n").encode("utf-8")
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"there is no folder {str(target.parent)!r} to write {target.name!r} into; "
            "make it first"
        )
    target = Path(os.path.realpath(target))  # a link goes on leading to the file
    temporary = target.with_name(f".{target.name[:50]}.{secrets.token_hex(8)}")
    try:
        with open(temporary, "xb") as file:  # with the permissions that a new file has here
            file.write(content)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
