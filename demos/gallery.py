"""Run the programs of docs/gallery.md and draw their pictures: ``python -m demos.gallery``."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import autograd
import viz

PAGE = Path(__file__).parents[1] / "docs" / "gallery.md"

_PROGRAM = re.compile(r"^```python\n(.*?)^```\n(?:\n!\[[^]]*\]\(([\w./]+)\))?", re.M | re.S)


class Entry(NamedTuple):
    """A program of the page, and the picture that it makes, beside the page."""

    program: str
    picture: str


def entries(page: str) -> list[Entry]:
    r"""The programs with a picture; the one without, which is the first, begins each of them.

    >>> entries("```python\nx = 1\n```\n```python\ny = x\n```\n\n![y](y.svg)\n")
    [Entry(program='x = 1\ny = x\n', picture='y.svg')]
    """
    found = _PROGRAM.findall(page)
    start = "".join(program for program, picture in found if not picture)
    return [Entry(start + program, picture) for program, picture in found if picture]


def draw(entry: Entry) -> str:
    """Run a program and return the picture of its ``graph``, the same on every machine.

    >>> draw(Entry("graph = viz.trace(ones(1, requires_grad=True) * 2)", "y.svg"))[:4]
    '<svg'
    """
    names: dict[str, Any] = {"viz": viz, "ones": autograd.ones}
    dtype, state = autograd.get_default_dtype(), autograd.get_rng_state()
    try:
        exec(compile(entry.program, entry.picture, "exec"), names)
    finally:
        autograd.set_default_dtype(dtype)
        autograd.set_rng_state(state)
    return str(names["graph"].to_svg("builtin")).removesuffix("\n") + "\n"


def pictures(page: Path) -> Iterator[tuple[Path, str]]:
    """The pictures of the page, one after the other: where each belongs, and what it is."""
    for entry in entries(page.read_text("utf-8")):
        yield page.parent / entry.picture, draw(entry)


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw them all; returns 0."""
    argparse.ArgumentParser(prog="python -m demos.gallery", description=__doc__).parse_args(
        arguments
    )
    for path, picture in pictures(PAGE):
        path.parent.mkdir(exist_ok=True)
        path.write_text(picture, "utf-8")
        print(f"wrote {path.relative_to(PAGE.parents[1])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
