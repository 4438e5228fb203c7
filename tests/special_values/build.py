"""What the tables of special values are written in.

A case is a name, what is computed (``f`` is a library's functions, ``f.F`` those of its
``nn.functional``), and the inputs. ``unlike`` says in what this library is not like torch there:
of "value", "sign" (of zeros), "gradient" and "second" (order), why. ``second``: whether to
compare the second order, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

INF = float("inf")
NAN = float("nan")
TINY, HUGE = 5e-324, 1.7976931348623157e308

EDGES = [0.0, -0.0, 1.0, -1.0, INF, -INF, NAN, TINY, HUGE, -HUGE]
SMALL = [0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, INF, -INF, NAN]

# Every pair of edges.
LEFT = [a for a in EDGES for _ in EDGES]
RIGHT = [b for _ in EDGES for b in EDGES]


class Case(NamedTuple):
    name: str
    compute: Callable[..., Any]
    inputs: tuple[Any, ...]
    second: bool


CASES: list[Case] = []
UNLIKE: dict[tuple[str, str], str] = {}
"""What is compared, and the case in which this library is not like torch: why."""


def case(
    name: str,
    compute: Callable[..., Any],
    *inputs: Any,
    unlike: Mapping[str, str] | None = None,
    second: bool = False,
) -> None:
    CASES.append(Case(name, compute, inputs, second))
    for compared, reason in (unlike or {}).items():
        UNLIKE[compared, name] = reason
