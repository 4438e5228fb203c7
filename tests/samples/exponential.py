"""Samples of exponentials and logarithms."""

from tests.samples.build import A, S, bools, ints, row
from tests.samples.elementwise import FLOATS_ONLY, TWO_ARGUMENTS, pairs, unary

row("exp", unary(), refused=FLOATS_ONLY)
row("exp2 special.exp2", unary(), refused=FLOATS_ONLY)
row("expm1 special.expm1", unary(), refused=FLOATS_ONLY)
row("log", unary(low=0.2), refused=FLOATS_ONLY)
row("log1p special.log1p", unary(low=-0.8), refused=FLOATS_ONLY)
row("log2", unary(low=0.2), refused=FLOATS_ONLY)
row("log10", unary(low=0.2), refused=FLOATS_ONLY)
row("sigmoid special.expit", unary(low=-4, high=4), refused=FLOATS_ONLY)
for _name in ("logaddexp", "logaddexp2"):
    row(_name, pairs({}, {}), refused=(*TWO_ARGUMENTS, S(ints(2), ints(2)), S(bools(2), bools(2))))
row(
    "logit special.logit",
    unary(low=0.1, high=0.9),
    S(A(2, 3, low=-0.3, high=1.3, away=(0.2, 0.8)), 0.2),
    S(A(3, low=0.1, high=0.9), eps=None),
    S(A(3, low=0.1, high=0.9), eps=1e-6),
    refused=(*FLOATS_ONLY, S(A(2), "text"), S(A(2), A(2))),
)
