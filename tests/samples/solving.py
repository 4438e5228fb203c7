"""Samples of linear equations and inverses."""

from __future__ import annotations

from tests.samples.build import A, S, ints, regular, row, turned
from tests.samples.determinants import NOT_SQUARE, SQUARE

row("linalg.inv inverse", SQUARE, refused=(*NOT_SQUARE, S(A(2, 2, low=0, high=0))), halves=False)
row("linalg.inv_ex", SQUARE, S(regular(2, 2), check_errors=True), refused=NOT_SQUARE, halves=False)

EQUATIONS = [
    S(regular(3, 3), A(3, 2)),
    S(regular(3, 3), A(3)),
    S(regular(2, 3, 3), A(2, 3)),
    S(regular(2, 3, 3), A(3)),
    S(regular(2, 3, 3), A(3, 1)),
    S(regular(2, 1, 2, 2), A(3, 2, 1)),
    S(regular(3, 3), A(2, 2, 3), left=False),
    S(regular(3, 3, layout="turned"), turned(3, 2)),
    S(regular(0, 0), A(0, 2)),
    S(regular(2, 2), A(2, 0)),
    S(regular(0, 2, 2), A(0, 2, 1)),
]
row(
    "linalg.solve",
    EQUATIONS,
    refused=(
        S(regular(3, 3), A(2, 2)),
        S(regular(3, 3), A(3, 2), left=False),
        S(regular(3, 3), A(3), left=False),
        S(regular(2, 2, 2), A(3, 2, 1)),
        S(A(2, 3), A(2)),
        S(A(2, 2, low=0, high=0), A(2)),
        S(ints(2, 2), ints(2)),
        S(A(2), A(2)),
        S(A(2, 2), 1.0),
        S(A(2, 2)),
    ),
    halves=False,
)
row("linalg.solve_ex", EQUATIONS, S(regular(2, 2), A(2), check_errors=True), halves=False)
