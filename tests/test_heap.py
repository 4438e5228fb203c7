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


FROM_A_THREAD = """
import resource, sys
import numpy as np
from autograd import heap, set_num_threads, threads

if not heap.keep_freed():
    sys.exit(77)
set_num_threads(2)
threads.start()


def made():  # by the other thread, and let go of by this one
    errand = threads.beside(lambda: [np.ones(1 << 20, np.float32) for _ in range(20)])
    while errand.waits():
        pass
    errand.result()


for _ in range(3):
    made()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(5):
    made()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def run(program: str = PROGRAM, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={"NUMPY_MADVISE_HUGEPAGE": "0", **environment},  # ordinary pages, each counted
        check=False,
        cwd=Path(__file__).parents[1],
    )


@pytest.mark.parametrize("program", [PROGRAM, FROM_A_THREAD])
def test_freed_memory_is_used_again(program: str) -> None:
    done = run(program)
    if done.returncode == 77:
        pytest.skip("only glibc's allocator is told what to keep")
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 100  # and 60,000 where each array's pages come from the system


def test_what_the_user_has_set_stays() -> None:
    assert run(MALLOC_TRIM_THRESHOLD_="1000000").returncode == 77
    assert run(GLIBC_TUNABLES="glibc.malloc.trim_threshold=1000000").returncode == 77
