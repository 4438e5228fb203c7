"""Samples of arithmetic: sums, products, quotients, powers."""

from tests.samples.build import A, S, bools, ints, only_here, row, unlike
from tests.samples.comparison import BOTH_SIDES, REFUSED_BITS, integers
from tests.samples.elementwise import LOGIC, NUMBERS, TWO_ARGUMENTS, binary, pairs

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
row(
    "rsub",
    list(binary(numbers=(3, 2.5))),
    S(A(2, 3), A(3), alpha=2),
    S(A(3), 2, alpha=0.5),
    refused=(*TWO_ARGUMENTS, S(ints(2), ints(2), alpha=0.5), S(bools(2), bools(2))),
)
row(
    "div divide",
    binary(away=(0,)),
    S(A(2, 3), A(2, 3, low=0.5), rounding_mode=None),
    [
        S(A(*left, away=(0,)), right, rounding_mode=mode)
        for mode in ("floor", "trunc")
        for left, right in [((2, 3), A(3, low=0.6)), ((), 0.75), ((0,), A(1)), ((3,), A(2, 1))]
    ],
    [
        S(ints(9, low=-9, high=9), ints(9, low=low, high=high), rounding_mode=mode)
        for mode in ("floor", "trunc")
        for low, high in ((1, 4), (-4, -1))
    ],
    S(ints(5), 2.5, rounding_mode="trunc"),
    refused=(
        *TWO_ARGUMENTS,
        *(S(A(2), A(2), rounding_mode="up"), S(A(2), A(2), "floor")),
        *(S(ints(2), 0, rounding_mode=mode) for mode in ("floor", "trunc")),
        *(S(bools(2), bools(2), rounding_mode=mode) for mode in ("floor", "trunc")),
    ),
    whole=False,
)
row("true_divide", binary(away=(0,)), refused=TWO_ARGUMENTS)
row(
    "fmod",
    pairs({"away": (0,)}, {"low": 0.5}),
    [S(A(2, 3, away=(0,)), n) for n in (0.75, -0.75, 1, True)],
    S(ints(9, low=-9, high=9), ints(9, low=1)),
    S(ints(9, low=-9, high=9), -3),
    refused=(*TWO_ARGUMENTS, S(ints(2), 0), S(bools(2), bools(2))),
    whole=False,
)
row(
    "float_power",
    list(pairs({"low": 0.2}, {}))[:-1],
    [S(A(2, 3, away=(0,)), n) for n in (0, 1, 2, -1, -2, 2.0, True)],
    [S(A(2, 3, low=0.2), n) for n in (0.5, -0.5, 2.5)],
    S(2.0, A(2, 3)),
    S(ints(3, low=1), -1),
    S(ints(3), ints(3, low=0)),
    S(bools(3), True),
    refused=(*TWO_ARGUMENTS, S(2.0, 3)),
    whole=False,
)
row(
    "ldexp",
    list(pairs({}, {}))[:-1],
    only_here(S(A(3), ints(3))),  # torch's derivative is 0 for integers below 0
    S(ints(3), ints(3)),
    refused=(*TWO_ARGUMENTS, S(A(2), 1)),
)
row("hypot", pairs({"away": (0,)}, {"away": (0,)}), refused=(*TWO_ARGUMENTS, S(ints(2), ints(2))))
row(
    "copysign",
    pairs({"away": (0,)}, {"away": (0,)}),
    [S(A(2, 3, away=(0,)), n) for n in (1, -2.5, True)],
    refused=TWO_ARGUMENTS,
)
row("nextafter", pairs({}, {}), refused=(*TWO_ARGUMENTS, S(ints(2), ints(2))))
row(
    "heaviside",
    only_here(*list(pairs({"away": (0,)}, {}))[:-1]),
    refused=(*TWO_ARGUMENTS, S(A(2), 1.0), S(A(2), ints(2))),
)
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
for _name in ("__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__"):
    row(_name, BOTH_SIDES)
for _name in ("__truediv__", "__rtruediv__", "__rdiv__", "__mod__", "__pow__", "__rpow__"):
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
for _name in ("gcd", "lcm"):
    row(
        _name,
        list(integers())[:-3],
        S(ints(5, dtype="int32"), ints(5, dtype="int16")),
        S(ints(5, low=0, dtype="uint8"), ints(5, low=1)),
        refused=(*REFUSED_BITS, S(A(2), A(2)), S(bools(2), bools(2))),
        whole=False,
        **LOGIC,
    )
