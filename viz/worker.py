"""Drawing with the Graphviz that pygraphviz's wheels carry, in a process of its own.

Graphviz holds the interpreter's lock while it works and takes the whole process along when it
crashes; here it can do neither to the user's program. The other process runs this very file.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

PACKAGE = "pygraphviz"


def place() -> str | None:
    """The package's first file, None where it is not installed; it is not imported here.

    >>> place() is None or Path(place()).is_file()
    True
    """
    spec = importlib.util.find_spec(PACKAGE)
    return None if spec is None else spec.origin


def run(format: str, source: bytes, seconds: float) -> bytes:
    """What the other process makes of a DOT source; of the format "version", Graphviz's version.

    Raises subprocess.TimeoutExpired where it takes longer, and CalledProcessError, with what it
    wrote to standard error, where it fails or crashes.
    """
    # -P: the folder of this file, with its own trace.py, must not come before Python's modules.
    command = [sys.executable, "-P", __file__, place() or "", format]
    done = subprocess.run(command, input=source, capture_output=True, timeout=seconds, check=True)
    return done.stdout


def main() -> None:
    """In the other process: the package's place and a format; source in, picture out."""
    place, format = sys.argv[1:]
    spec = importlib.util.spec_from_file_location(
        PACKAGE, place, submodule_search_locations=[str(Path(place).parent)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{place} is no package")
    pygraphviz = sys.modules[PACKAGE] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pygraphviz)
    if format == "version":
        picture = f"{pygraphviz.__version__} {pygraphviz.__graphviz_version__}".encode()
    else:
        graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode("utf-8"))
        picture = graph.draw(format=format, prog="dot")
    sys.stdout.buffer.write(picture)


if __name__ == "__main__":
    main()
