"""The peak memory of the running process."""

from __future__ import annotations

import contextlib
import resource
import sys
from pathlib import Path

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def peak() -> int:
    """The most bytes that the process has held in memory, since `reset_peak` where that works."""
    for line in _STATUS.read_text().splitlines() if _STATUS.exists() else ():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def reset_peak() -> int:
    """Forget the peak so far, where the system can (Linux); returns the peak from then on."""
    with contextlib.suppress(OSError):
        _CLEAR.write_text("5")
    return peak()
