"""Large arrays get memory that the process still holds: no page is cleared anew by the system."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import resource, sys
import numpy as np
from autograd import heap, tensor

if not heap.keep_freed():
    sys.exit(77)
x = tensor(np.ones(1 << 20, np.float32))
for _ in range(3):
    y = (x + 1) * x + x
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    y = (x + 1) * x + x
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def run(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        env={"NUMPY_MADVISE_HUGEPAGE": "0", **environment},  # ordinary pages, each counted
        check=False,
        cwd=Path(__file__).parents[1],
    )


def test_freed_memory_is_used_again() -> None:
    done = run()
    if done.returncode == 77:
        pytest.skip("only glibc's allocator is told what to keep")
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 100  # and 60,000 where each array's pages come from the system


def test_what_the_user_has_set_stays() -> None:
    assert run(MALLOC_TRIM_THRESHOLD_="1000000").returncode == 77
    assert run(GLIBC_TUNABLES="glibc.malloc.trim_threshold=1000000").returncode == 77
