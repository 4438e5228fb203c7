"""Samples of pseudoinverses, ranks and least squares."""

from __future__ import annotations

from tests.samples.build import A, S, ints, only_here, positive, regular, rough, row, turned
from tests.samples.determinants import NOT_SQUARE
from tests.samples.factorizations import NO_MATRICES

SHAPES = [(3, 3), (4, 2), (2, 4), (2, 3, 2), (1, 1), (0, 0), (0, 3), (2, 3, 0), (0, 2, 3)]
RECTANGULAR = [*(S(A(*shape)) for shape in SHAPES), S(turned(3, 2))]
LINALG = {"halves": False, "whole": False}
row(
    "linalg.pinv",
    RECTANGULAR,
    [S(A(3, 2), 0.01), S(A(3, 2), rcond=0.01), S(A(3, 2), rtol=0.01), S(A(3, 2), atol=0.01)],
    S(A(3, 2), rtol=0.01, atol=0.01),
    S(A(2, 3, 2), atol=ints(2, low=0, high=0)),
    rough(S(positive(3, 3), hermitian=True), S(A(2, 2, 2), hermitian=True)),
    refused=(*NO_MATRICES, S(A(2, 3), hermitian=True), S(A(2, 2), rtol="a")),
    **LINALG,
)
row("pinverse", RECTANGULAR, S(A(3, 2), 0.01), S(A(3, 2), rcond=1), refused=NO_MATRICES, **LINALG)
row(
    "linalg.matrix_rank",
    RECTANGULAR,
    [S(A(3, 3), 1.0), S(A(3, 3), tol=1.0), S(A(3, 3), rtol=0.5), S(A(3, 3), atol=2.0, rtol=0.1)],
    [S(A(2, 2, 2), tol=A(2, low=0)), S(positive(3, 3), hermitian=True), S(A(2, 3), 100.0)],
    refused=NO_MATRICES,
    grad=False,
    **LINALG,
)
row(
    "linalg.lstsq",
    S(A(4, 2), A(4, 3)),
    [S(A(4, 2), A(4, 3), driver=driver) for driver in ("gels", "gelsd", "gelss", "gelsy")],
    [S(A(2, 4), A(2, 3)), S(regular(3, 3), A(3, 1)), S(A(2, 3, 2), A(2, 3, 1))],
    [S(A(4, 2), A(4)), S(A(2, 3, 2), A(2, 3)), S(A(4, 2), A(4, 1), 0.01)],
    S(A(2, 3, 2), A(2, 3, 1), driver="gelsd"),
    refused=(
        S(A(4, 2), A(3, 2)),
        S(A(4, 2), A(4, 1), driver="gesvd"),
        S(A(4), A(4)),
        S(ints(2, 2), ints(2, 2)),
        S(A(2, 2)),
    ),
    **LINALG,
)
row(
    "linalg.cond",
    [S(regular(3, 3), p) for p in (None, 2, -2, "nuc")],
    [S(A(2, 3)), S(A(2, 3, 2)), S(A(0, 0)), S(A(0, 2, 2), 1)],
    # torch's backward stops there, because its forward writes into what it has kept.
    only_here(*(S(regular(3, 3), p) for p in (1, -1, "fro", float("inf"), -float("inf")))),
    only_here(S(regular(2, 2, 2), 1), S(turned(3, 3), p="fro")),
    only_here(*rough(S(A(2, 2, low=0, high=0), 1))),
    refused=(*NO_MATRICES, S(A(2, 3), 1), S(A(2, 2), 3), S(A(2, 2), "max")),
    **LINALG,
)
EQUATIONS = [S(A(2, 3, 6)), S(A(6, 3, 2), ind=1), S(A(4, 2, 2), 1), S(A(0, 1, 0, 1))]
row(
    "linalg.tensorinv",
    EQUATIONS,
    refused=(S(A(2, 3, 2)), S(A(2, 3, 6), ind=0), S(A(2, 2), 1.0), *NOT_SQUARE[4:]),
    **LINALG,
)
row(
    "linalg.tensorsolve",
    S(A(2, 3, 6), A(2, 3)),
    S(A(4, 2, 2), A(4)),
    S(A(6, 2, 3), A(2, 3), dims=(0,)),
    S(A(3, 6, 2), A(2, 3), (1, -3)[:1]),
    refused=(S(A(2, 3, 2), A(2)), S(A(2, 2), 1.0), S(A(2, 2))),
    **LINALG,
)
