"""The handle on a worker: a process that runs one program in one library."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.libraries import OURS, TORCH

ROOT = Path(__file__).parents[1]

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""What libraries of linear algebra read when they are loaded."""


START = "from benchmarks.worker import main; main()"


class Worker:
    """``benchmarks.worker`` in a process of its own; a context manager."""

    def __init__(self, library: str, threads: int, python: str = sys.executable) -> None:
        """``python``: with the engine; what it has installed comes before what is here."""
        self.threads = threads
        here = library in (OURS, TORCH)
        start = (
            f"import sys; sys.path.{'insert(0, ' if here else 'append('}{str(ROOT)!r}); " + START
        )
        command = [python, "-P", "-c", start, library, str(threads)]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, **dict.fromkeys(THREADS, str(threads))},
        )

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Have the worker do something; raises RuntimeError where it dies of it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            print(json.dumps({"do": do, **arguments}), file=self.process.stdin, flush=True)
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise RuntimeError(f"the worker ended while it was to {do} {arguments}; see above")
        result: dict[str, Any] = json.loads(answer)
        return result

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
