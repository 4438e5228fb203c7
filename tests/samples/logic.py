"""Samples of logic and of comparisons with a tolerance."""

from tests.samples.build import A, S, bools, ints, row
from tests.samples.elementwise import FLOATS_ONLY, LOGIC, TWO_ARGUMENTS, pairs, unary

row("logical_not", unary(), S(ints(5)), S(bools(3)), refused=FLOATS_ONLY, **LOGIC)
for _name in ("logical_and", "logical_or", "logical_xor"):
    row(
        _name,
        pairs({}, {}),
        S(ints(5, low=0, high=1), ints(5, low=0, high=1)),
        S(A(5), ints(5, low=0, high=1)),
        S(bools(5), bools(5)),
        refused=TWO_ARGUMENTS,
        **LOGIC,
    )
for _name in ("isposinf", "isneginf", "isreal", "signbit"):
    row(_name, unary(), S(ints(5)), S(bools(3)), refused=FLOATS_ONLY, **LOGIC)
for _name in ("isclose", "allclose"):
    row(
        _name,
        pairs({}, {}),
        S(A(2, 3), A(2, 3), 0.5),
        S(A(2, 3), A(2, 3), 0, 0),
        S(A(2, 3), A(2, 3), rtol=0.3, atol=0.2, equal_nan=True),
        S(ints(5), ints(5), 0.4),
        S(ints(5), ints(5), atol=1, rtol=0),
        S(bools(5), bools(5)),
        refused=(
            *TWO_ARGUMENTS,
            *(S(A(2), 1.0), S(A(2), ints(2)), S(ints(2), ints(2, dtype="int32"))),
            *(S(A(2), A(2), -1), S(A(2), A(2), atol=-1), S(A(2), A(2), "text")),
        ),
        **LOGIC,
    )
row(
    "equal",
    S(A(2, 3), A(2, 3)),
    S(A(2, 3), A(3)),
    S(A(), A()),
    S(A(0), A(0)),
    S(A(0), A(0, 1)),
    S(ints(1, low=1, high=1), ints(1, low=1, high=1)),
    S(ints(3, low=1, high=1), ints(3, low=1, high=1, dtype="int32")),
    S(bools(1), bools(1)),
    refused=(S(A(2)), S(A(2), "text"), S(A(2), None), S(A(2), 1.0), S(1.0, A(2))),
    **LOGIC,
)
