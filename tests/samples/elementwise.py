"""Samples of the elementwise operators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.samples.build import A, S, Sample, bools, ints, only_here, row, strided, turned, unlike


def unary(**domain: Any) -> list[Sample]:
    shapes = [(), (3,), (2, 3), (2, 1, 3), (0,), (2, 0, 3)]
    samples = [S(A(*shape, **domain)) for shape in shapes]
    return [*samples, S(turned(3, 2, **domain)), S(strided(2, 3, **domain))]


PAIRS: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
    ((), ()),
    ((3,), (3,)),
    ((), (2, 3)),
    ((2, 3), ()),
    ((2, 3), (3,)),
    ((1, 3), (2, 3)),
    ((2, 1), (1, 3)),
    ((2, 3, 2), (3, 1)),
    ((0,), (1,)),
    ((2, 0), (2, 1)),
]


def pairs(left: dict[str, Any], right: dict[str, Any]) -> Iterator[Sample]:
    for a, b in PAIRS:
        yield S(A(*a, **left), A(*b, **right))
    yield S(turned(2, 3, **left), strided(2, 3, **right))
    yield S(A(2, 3, **left), other=A(3, **right))


def binary(
    *, away: tuple[float, ...] = (), numbers: tuple[Any, ...] = (3, 2.5, True)
) -> list[Sample]:
    domain = {"away": away}
    return [*pairs(domain, domain), *(S(A(2, 3), number) for number in numbers), S(A(), 3)]


NUMBERS = "accepted so that NumPy's own function, which takes numbers, is this one"
FLOATS_ONLY = (S("text"), S([1.0, 2.0]), S(1.0), S(None), S())
TWO_ARGUMENTS = (
    S(A(2, 3), A(2)),
    S(A(2, 3), A(3, 2)),
    S(A(2), "text"),
    S(A(2), None),
    S(A(2), [1.0, 2.0]),
    S(A(2)),
    S([1.0], A(1)),
)

row("exp", unary(), refused=FLOATS_ONLY)
row("log", unary(low=0.2), refused=FLOATS_ONLY)
row("sqrt", unary(low=0.2), refused=FLOATS_ONLY)
row("square", unary(), refused=FLOATS_ONLY)
row("abs absolute", unary(away=(0,)), refused=FLOATS_ONLY)
row("sign", unary(away=(0,)), refused=FLOATS_ONLY)
row("sin", unary(), refused=FLOATS_ONLY)
row("cos", unary(), refused=FLOATS_ONLY)
row("tanh", unary(), refused=FLOATS_ONLY)
row("sigmoid", unary(low=-4, high=4), refused=FLOATS_ONLY)
row("relu", unary(away=(0,)), refused=FLOATS_ONLY)
row("neg negative", unary(), refused=(*FLOATS_ONLY, S(bools(2))))
row("clone", unary(), refused=FLOATS_ONLY)

row(
    "add",
    binary(),
    S(A(2, 3), A(3), alpha=2),
    S(A(2, 3), A(3), alpha=0.5),
    S(A(3), 2, alpha=3),
    S(A(2, 3), A(3), alpha=0),
    refused=(*TWO_ARGUMENTS, S(ints(2), ints(2), alpha=0.5), S(A(2), A(2), 2, 3)),
)
row(
    "sub subtract",
    binary(numbers=(3, 2.5)),
    S(A(2, 3), A(3), alpha=2),
    S(A(3), 2, alpha=0.5),
    refused=(
        *TWO_ARGUMENTS,
        S(ints(2), ints(2), alpha=0.5),
        *(S(bools(2), bools(2)), S(bools(2), True), S(A(2), True)),
        *(S(A(2), bools(2)), S(ints(2), bools(2))),
    ),
)
row("mul multiply", binary(), refused=TWO_ARGUMENTS)
row("div divide true_divide", binary(away=(0,)), refused=TWO_ARGUMENTS)
row(
    "pow",
    list(pairs({"low": 0.2}, {}))[:-1],
    [S(A(2, 3, away=(0,)), n) for n in (0, 1, 2, 3, -1, -2, 2.0, True)],
    [S(A(2, 3, low=0.2), n) for n in (0.5, -0.5, 2.5, 0.0)],
    S(2.0, A(2, 3)),
    S(3, A()),
    [S(A(2, 3), exponent=2), S(A(3, low=0.2), exponent=A(3))],
    S(A(2, 3), ints(3, low=0)),
    refused=(*TWO_ARGUMENTS, S(ints(2), -1)),
    whole=False,
)
row(
    "remainder",
    pairs({"away": (0,)}, {"low": 0.5}),
    [S(A(2, 3, away=(0,)), n) for n in (0.75, -0.75, 1, True)],
    only_here(S(2.0, A(3, low=0.5))),
    refused=(*TWO_ARGUMENTS, S(ints(2), 0), S(bools(2), bools(2))),
    whole=False,
)
row(
    "floor_divide",
    pairs({"away": (0,)}, {"low": 0.5}),
    [S(A(2, 3), n) for n in (0.75, -0.75, 1)],
    S(ints(6), 2),
    S(ints(6), -3),
    refused=(*TWO_ARGUMENTS, S(ints(2), 0), S(ints(2), ints(2, low=0, high=0))),
    grad=False,
    whole=False,
)
row(
    "maximum",
    pairs({}, {}),
    refused=(*TWO_ARGUMENTS, *unlike(NUMBERS, S(A(2), 1.0))),
)
row(
    "minimum",
    pairs({}, {}),
    refused=(*TWO_ARGUMENTS, *unlike(NUMBERS, S(A(2), 1.0))),
)
row(
    "clamp clip",
    [S(A(*shape, away=(-0.5, 1)), -0.5, 1) for shape in [(), (3,), (2, 3), (0,), (2, 3, 2)]],
    S(turned(3, 2, away=(-0.5, 1)), -0.5, 1.0),
    S(A(2, 3, away=(0.5,)), 0.5),
    S(A(2, 3, away=(0.5,)), min=0.5),
    S(A(2, 3, away=(0.5,)), max=0.5),
    S(A(2, 3, away=(0.5,)), None, 0.5),
    S(A(2, 3, away=(0.5, 1)), 1, 0.5),
    S(A(2, 3), A(2, 3), A(2, 3)),
    S(A(2, 3), A(3, high=0), A(2, 1, low=0)),
    S(A(2, 3), A(3), None),
    S(A(2, 3), max=A(2, 3)),
    S(A(3), A(2, 3), A(2, 1)),
    S(A(2), A(), A()),
    refused=(
        S(A(2)),
        S(A(2), None, None),
        S(A(2), "a"),
        S(A(2), A(3)),
        S([1.0], 0, 1),
        *unlike(NUMBERS, S(A(2), A(2), 1.0)),
    ),
)
row(
    "where",
    S(bools(2, 3), A(2, 3), A(2, 3)),
    S(bools(2, 3), A(3), A(2, 1)),
    S(bools(3), A(2, 3), A()),
    S(bools(), A(2), A(2)),
    S(bools(2, 1), A(), A(3)),
    S(bools(0), A(0), A(1)),
    S(bools(2, 3), A(2, 3), 1.5),
    S(bools(2, 3), 2, A(2, 3)),
    S(bools(2, 3), 1.0, 0.0),
    S(bools(2, 3), 1, 0),
    S(bools(2, 3), True, False),
    S(bools(2, 3), 1, 0.5),
    S(bools(2, 3), turned(2, 3), strided(2, 3)),
    S(bools(2, 3)),
    S(bools()),
    S(ints(3, low=0, high=1)),
    refused=(
        S(A(2), A(2), A(2)),
        S(ints(2), A(2), A(2)),
        S(bools(2), A(3), A(2)),
        S(bools(2), A(2), A(3)),
        S(bools(2), A(2)),
        S(bools(2), "a", A(2)),
        S(True, A(2), A(2)),
    ),
)

LOGIC = {"grad": False}
BOTH_SIDES = [S(A(2, 3), A(3)), S(A(), A(2)), S(A(2, 3), 2), S(A(2, 3), 2.5), S(A(), 3)]
for _name in ("__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__"):
    row(_name, BOTH_SIDES)
for _name in ("__truediv__", "__rtruediv__", "__mod__", "__pow__", "__rpow__"):
    row(
        _name,
        S(A(2, 3, low=0.2), A(3, low=0.6)),
        [S(A(2, 3, low=0.2), n) for n in (2, 2.5)],
        S(A(low=0.2), 3),
        whole=False,
    )
row("__rmod__", only_here(S(A(2, 3, low=0.6), 2.5), S(A(3, low=0.6), 3)), whole=False)
for _name in ("__neg__", "__pos__", "__abs__"):
    row(_name, S(A(2, 3, away=(0,))), S(A(away=(0,))), whole=False)
for _name in ("__floordiv__", "__rfloordiv__"):
    row(_name, S(A(2, 3, low=0.2), 2.5), S(ints(3, low=1), 2), whole=False, **LOGIC)
for _name in ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"):
    row(_name, BOTH_SIDES, S(ints(5), 1), S(bools(3), True), **LOGIC)
for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    row(
        _name,
        binary(),
        S(ints(5), ints(5)),
        S(ints(5), 1),
        S(bools(5), bools(5)),
        refused=TWO_ARGUMENTS,
        **LOGIC,
    )
for _name in ("isnan", "isinf", "isfinite"):
    row(_name, unary(), refused=FLOATS_ONLY, **LOGIC)


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
