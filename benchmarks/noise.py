"""How much of the processors others used during a block: what makes a figure doubtful.

torch's threads meet at a barrier after every parallel loop, so where one core is taken they
wait for each other, up to a hundred times a step's time. Such pairs say nothing.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

_STAT = Path("/proc/stat")
_TICK = 1 / os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 0.01

QUIET = 0.1
"""Up to so many cores that others used of those that were needed, a block counts as quiet."""


def busy() -> float | None:
    """Seconds that all processors together have worked so far; None where nothing tells."""
    if not _STAT.exists():
        return None
    user, nice, system, _, _, irq, softirq = map(int, _STAT.read_text().split()[1:8])
    return (user + nice + system + irq + softirq) * _TICK


class Watch:
    """From its making: did others run, on more than the cores that ``threads`` leave them?"""

    def __init__(self, threads: int) -> None:
        self.spare = max(0, (os.cpu_count() or 1) - threads)
        self.busy = busy()
        self.begin = time.perf_counter()

    def quiet(self, own: float) -> bool:
        """Whether they left enough; ``own`` is the processor time of the one that is timed.

        True where nothing tells.
        """
        now = busy()
        if now is None or self.busy is None:
            return True
        seconds = time.perf_counter() - self.begin
        others = now - self.busy - own
        return others <= (self.spare + QUIET) * seconds + 2 * _TICK
