"""Samples of comparisons and of operators on bits."""

from __future__ import annotations

from collections.abc import Iterator

from tests.samples.build import A, S, Sample, bools, ints, row
from tests.samples.elementwise import FLOATS_ONLY, LOGIC, PAIRS, TWO_ARGUMENTS, binary

BOTH_SIDES = [S(A(2, 3), A(3)), S(A(), A(2)), S(A(2, 3), 2), S(A(2, 3), 2.5), S(A(), 3)]
for _name in ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"):
    row(_name, BOTH_SIDES, S(ints(5), 1), S(bools(3), True), **LOGIC)
for _name in (
    *("eq", "ne not_equal", "lt less", "le less_equal"),
    *("gt greater", "ge greater_equal"),
):
    row(
        _name,
        binary(),
        S(ints(5), ints(5)),
        S(ints(5), 1),
        S(bools(5), bools(5)),
        refused=TWO_ARGUMENTS,
        **LOGIC,
    )


def integers(low: int = -4, high: int = 4) -> Iterator[Sample]:
    for a, b in PAIRS:
        yield S(ints(*a), ints(*b, low=low, high=high))
    yield S(ints(5), high)
    yield S(ints(5, dtype="int32"), ints(5, low=low, high=high, dtype="int16"))
    yield S(ints(5, low=0, dtype="uint8"), ints(5, low=low, high=high, dtype="int8"))


REFUSED_BITS = (
    S(ints(2, 3), ints(2)),
    S(ints(2, 3), ints(3, 2)),
    S(ints(2), "text"),
    S(ints(2), None),
    S(ints(2)),
    S([1], ints(1)),
)
NO_FLOATS = (S(A(2), A(2)), S(ints(2), 1.5), S(A(2), ints(2)))
for _name in ("bitwise_and", "bitwise_or", "bitwise_xor"):
    row(
        _name,
        integers(),
        S(bools(5), bools(5)),
        S(bools(5), ints(5)),
        S(bools(5), True),
        refused=REFUSED_BITS + NO_FLOATS,
        whole=False,
        **LOGIC,
    )
for _name in ("bitwise_left_shift", "bitwise_right_shift"):
    row(_name, integers(0, 3), refused=REFUSED_BITS, whole=False, **LOGIC)
for _name in ("and", "or", "xor"):
    for _side in ("", "r"):
        row(
            f"__{_side}{_name}__",
            S(ints(5), 3),
            S(bools(3), True),
            S(bools(3), False),
            S(ints(4), ints(4)),
            whole=False,
            **LOGIC,
        )
for _name in ("__lshift__", "__rlshift__", "__rshift__", "__rrshift__"):
    row(_name, S(ints(4, low=0), 3), S(ints(4, low=0), ints(4, low=0)), whole=False, **LOGIC)
row("__invert__", S(ints(4)), S(bools(3)), whole=False, **LOGIC)
row(
    "bitwise_not",
    S(ints(4)),
    S(bools(4)),
    S(ints(2, 3, dtype="int8")),
    S(ints(3, low=0, dtype="uint8")),
    S(ints()),
    S(ints(0)),
    refused=(*FLOATS_ONLY, S(A(2))),
    whole=False,
    **LOGIC,
)
