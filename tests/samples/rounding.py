"""Samples of rounding."""

from tests.samples.build import A, S, bools, ints, row
from tests.samples.elementwise import FLOATS_ONLY, unary

STEPS = (-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2)
for _name in ("floor", "ceil", "trunc fix"):
    row(_name, unary(away=STEPS), refused=(*FLOATS_ONLY, S(bools(2))))
row("frac", unary(away=STEPS), refused=(*FLOATS_ONLY, S(bools(2)), S(ints(2))))
row(
    "round special.round",
    unary(away=STEPS),
    S(A(2, 3, low=-0.3, high=0.3), decimals=1),
    S(A(2, 3), decimals=2),
    S(A(2, 3, low=100, high=400), decimals=-2),
    refused=(
        *FLOATS_ONLY,
        *(S(bools(2)), S(ints(2), decimals=1), S(A(2), 1), S(A(2), decimals=1.5)),
    ),
)
