"""``python -m benchmarks.layouts``: how long our own layout of a graph takes, by size and kind.

Seconds of the processor. A picture of 1,000 boxes should take less than 2, one of 5,000 less
than 5.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from viz.layout.layered import Link, lay_out

BOX = (100.0, 60.0)
LABEL = (60.0, 18.0)
SIZES = (1_000, 5_000)


def _links(count: int, reach: int) -> list[Link]:
    """Each box is made from two that stand at most ``reach`` before it."""
    chance = random.Random(0)
    return [
        Link(chance.randrange(max(0, box - reach), box), box, LABEL)
        for box in range(1, count)
        for _ in range(2)
    ]


KINDS: dict[str, Callable[[int], list[Link]]] = {
    "chain": lambda count: [Link(box - 1, box, LABEL) for box in range(1, count)],
    "tree": lambda count: [Link((box - 1) // 2, box, LABEL) for box in range(1, count)],
    "near": lambda count: _links(count, 8),
    "far": lambda count: _links(count, count),
}


def main() -> None:
    """Print a line for each kind of graph."""
    print("kind   " + "".join(f"{size:>9,}" for size in SIZES))
    for name, links in KINDS.items():
        times = []
        for size in SIZES:
            given = links(size)
            start = time.process_time()
            lay_out([BOX] * size, given)
            times.append(time.process_time() - start)
        print(f"{name:7}" + "".join(f"{each:9.2f}" for each in times), flush=True)


if __name__ == "__main__":
    main()
